//! What a client says of itself.

use std::fmt;

use serde::{Serialize, Serializer, ser};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{
    AuthMethod,
    members::{AUTH_METHOD, GRANT_TYPES, REDIRECT_URIS, RESPONSE_TYPES, SCOPE},
};
use crate::vocabulary::{ByName, RedirectUri, Scope, Secret, append};

/// What a client says of itself when it registers, and what the server says of it then (RFC 7591 section 2).
///
/// It is a JSON object. Each member is kept byte for byte, known or not: an update has to repeat what the server said
/// (RFC 7592 section 2.2). `Debug` shows the names alone: a software statement registers whoever has it.
///
/// ```
/// use oauth_proto::{RedirectUri, registration::ClientMetadata};
///
/// let metadata = ClientMetadata::new()
///     .with_redirect_uris([RedirectUri::new("https://app.example.com/cb")?])
///     .with_grant_types(["authorization_code", "refresh_token"])?
///     .with_client_name("Example")?
///     .with_translation("client_name", "de", "Beispiel")?
///     .with_member("tenant", r#"{"plan":7}"#)?;
/// assert_eq!(metadata.text("client_name#de").as_deref(), Some("Beispiel"));
/// assert_eq!(
///     serde_json::to_string(&metadata)?,
///     r##"{"client_name":"Example","client_name#de":"Beispiel","grant_types":["authorization_code","refresh_token"],"##
///         .to_owned()
///         + r#""redirect_uris":["https://app.example.com/cb"],"tenant":{"plan":7}}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct ClientMetadata {
    /// JSON texts.
    pub(super) members: ByName<Secret>,
}

impl ClientMetadata {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The redirect URIs; those of them that this crate would send no browser to are left out.
    pub fn redirect_uris(&self) -> Vec<RedirectUri> {
        let uris = self.texts(REDIRECT_URIS).unwrap_or_default();
        uris.into_iter().filter_map(|uri| RedirectUri::new(uri).ok()).collect()
    }

    /// How the client proves itself; by HTTP Basic where nothing is said (RFC 7591 section 2).
    pub fn auth_method(&self) -> AuthMethod {
        self.text(AUTH_METHOD).map_or(AuthMethod::ClientSecretBasic, |method| AuthMethod::read(&method))
    }

    /// The grants; the authorization code where nothing is said (RFC 7591 section 2).
    pub fn grant_types(&self) -> Vec<String> {
        self.texts(GRANT_TYPES).unwrap_or_else(|| vec!["authorization_code".into()])
    }

    /// The response types; `code` where nothing is said (RFC 7591 section 2).
    pub fn response_types(&self) -> Vec<String> {
        self.texts(RESPONSE_TYPES).unwrap_or_else(|| vec!["code".into()])
    }

    /// The scope that the client may ask for; none where nothing is said, and then the server decides.
    pub fn scope(&self) -> Option<Scope> {
        Scope::split(&self.text(SCOPE)?, " ").ok()
    }

    /// The member of this name, where it is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.json(name)?).ok()
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        serde_json::from_str(self.json(name)?).ok()
    }

    /// The member of this name, as JSON.
    pub fn json(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(Secret::expose)
    }

    /// The names of all members, in the order of their letters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name)
    }

    /// The object as JSON, in a buffer that is wiped.
    pub(super) fn to_json(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        let mut before = "{";
        for (name, json) in self.members.iter() {
            for piece in [before, &in_json(name), ":", json.expose()] {
                append(&mut text, piece);
            }
            before = ",";
        }
        append(&mut text, if self.members.len() == 0 { "{}" } else { "}" });
        text
    }

    /// Puts JSON in the place of what stood there.
    pub(super) fn set(mut self, name: &str, json: &str) -> Self {
        self.members.insert(name, Secret::from(json));
        self
    }

    pub(super) fn set_text(mut self, name: &str, text: &str) -> Self {
        self.members.insert(name, Secret::new(in_json(text)));
        self
    }
}

/// A text in quotes. JSON can hold any; six bytes for one are the most that it takes.
pub(super) fn in_json(text: &str) -> String {
    // It does not grow: what it was before would not be wiped.
    let mut json = Vec::with_capacity(text.len().saturating_mul(6).saturating_add(2));
    match serde_json::to_writer(&mut json, text) {
        Ok(()) => String::from_utf8(json).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

impl fmt::Debug for ClientMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("ClientMetadata");
        for name in self.names() {
            shown.field(&name);
        }
        shown.finish()
    }
}

impl Serialize for ClientMetadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members: Result<Vec<(&str, &RawValue)>, _> =
            self.members.iter().map(|(name, json)| Ok((name, serde_json::from_str(json.expose())?))).collect();
        // Each is JSON: that was checked when it came in.
        let members = members.map_err(|_: serde_json::Error| ser::Error::custom("client metadata that is no JSON"))?;
        serializer.collect_map(members)
    }
}
