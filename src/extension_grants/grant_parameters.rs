//! What a grant sends beside `grant_type`, `scope` and the client's proof.

use std::{borrow::Cow, fmt};

use crate::{
    client::AnyClient,
    dialect::BodyFormat,
    error::{ConfigError, Reason, escaped},
    vocabulary::{Secret, grammar},
};

/// The parameters of an [`ExtensionGrant`](super::ExtensionGrant), by their names on the wire: no dialect renames them.
///
/// Each may be a secret: `Debug` shows the names alone, and what is dropped is wiped. They are checked when the grant
/// begins: see [`extension_grant`](crate::AnyClient::extension_grant).
///
/// ```
/// use oauth_proto::extension_grants::GrantParameters;
///
/// let mut parameters = GrantParameters::new();
/// parameters.add("audience", "billing").add("audience", "shipping").add("voucher", "4711");
/// assert_eq!(format!("{parameters:?}"), r#"GrantParameters("audience", "audience", "voucher")"#);
/// ```
#[derive(Default)]
pub struct GrantParameters(Vec<(Cow<'static, str>, Secret)>);

/// What the request has already or [`Unauthorized`](crate::Unauthorized) adds, and what proves a client in other ways
/// (RFC 7521 section 4.2): two proofs are one too many (RFC 6749 section 2.3).
const RESERVED: [&str; 8] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "resource",
    "authorization_details",
];

/// RFC 6749 section 3.2: no parameter twice. This one may be: RFC 8693 section 2.1.
const REPEATABLE: &str = "audience";

impl GrantParameters {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one. Only `audience` may be added several times (RFC 8693 section 2.1). The scope, resources and authorization
    /// details are asked for with the methods of [`Unauthorized`](crate::Unauthorized).
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Secret>) -> &mut Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Takes out what was added under this name.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(each, _)| each != name);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.expose()))
    }

    /// Checks each name and value, for a token request of this client.
    pub(super) fn check(&self, client: &AnyClient) -> Result<(), ConfigError> {
        let provider = client.provider();
        let step = &provider.dialect.token;
        let in_url = provider.endpoints.token.iter().flat_map(|address| address.query_names()).collect::<Vec<_>>();
        // An object with one name twice is read in two ways (RFC 8259 section 4).
        let may_repeat = |name: &str| name == REPEATABLE && step.body != BodyFormat::Json;
        for (at, (name, value)) in self.iter().enumerate() {
            let refuse = |reason| Err(ConfigError::new(field(name), reason));
            if name.is_empty() || value.is_empty() {
                // RFC 6749 section 3.2: one without a value is treated as if it were not there.
                return refuse(Reason::Empty);
            }
            ConfigError::check_characters(field(name), name, grammar::is_nqchar)?;
            ConfigError::check_characters(field(name), value, |byte| !byte.is_ascii_control())?;
            let is_ours = |standard: &&str| *name == **standard || name == step.parameters.rename.wire(standard);
            if RESERVED.iter().any(is_ours) || step.parameters.add.contains_key(name) {
                return refuse(Reason::ReservedName);
            }
            let again = self.iter().take(at).any(|(earlier, _)| earlier == name);
            if (again && !may_repeat(name)) || in_url.iter().any(|each| each == name) {
                return refuse(Reason::Repeated);
            }
        }
        Ok(())
    }
}

fn field(name: &str) -> String {
    format!("parameters.{}", escaped(name))
}

impl fmt::Debug for GrantParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("GrantParameters");
        for (name, _) in self.iter() {
            shown.field(&name);
        }
        shown.finish()
    }
}
