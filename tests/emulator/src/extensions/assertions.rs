//! Assertions as grants: JWT (RFC 7523) and SAML 2.0 (RFC 7522). They are opaque: a test has the emulator mint them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Emulator;
use crate::answer::{Answer, Refusal};
use crate::state::{State, USER};
use crate::table::{Param, ProviderTable};
use crate::token::Request;
use crate::wire::deviates;

pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub(super) const SAML2_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

const REQUIRED: &[Param] = &[("grant_type", "RFC 7521 section 4.1"), ("assertion", "RFC 7521 section 4.1")];
const OPTIONAL: &[Param] = &[
    ("scope", "RFC 7521 section 4.1"),
    ("client_id", "RFC 7521 section 4.1"),
    ("client_secret", "RFC 6749 section 2.3.1"),
];

/// How an assertion is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionKind {
    /// A JWT in its compact form.
    Jwt,
    /// The XML of a SAML 2.0 assertion.
    Saml,
}

/// What somebody whom the server trusts has signed.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) text: String,
    kind: AssertionKind,
    expires_ms: u64,
    /// Whether it names this server (RFC 7523 section 3, RFC 7522 section 3).
    for_us: bool,
    /// Its `jti` or `ID` was seen.
    used: bool,
}

pub(super) fn extend(table: &mut ProviderTable) {
    table.grant(JWT_BEARER, REQUIRED, OPTIONAL);
    table.grant(SAML2_BEARER, REQUIRED, OPTIONAL);
}

impl ProviderTable {
    /// An assertion brings a refresh token too, which RFC 7521 section 4.1 calls unusual.
    #[must_use]
    pub fn assertions_with_refresh_token(mut self) -> Self {
        self.extensions.assertion_refresh_token = true;
        self
    }
}

impl Emulator {
    /// An assertion about the user, for this server, good for so long: once.
    pub fn assertion(&self, kind: AssertionKind, lifetime: Duration) -> String {
        self.mint_assertion(kind, lifetime, true)
    }

    /// The same for another server.
    pub fn assertion_for_another_audience(&self, kind: AssertionKind, lifetime: Duration) -> String {
        self.mint_assertion(kind, lifetime, false)
    }

    fn mint_assertion(&self, kind: AssertionKind, lifetime: Duration, for_us: bool) -> String {
        let expires_ms = self.now_ms() + u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
        let state = &mut *self.shared.lock();
        let (id, signature) = (state.mint.opaque(), state.mint.opaque());
        let text = match kind {
            AssertionKind::Jwt => format!("eyJhbGciOiJFUzI1NiJ9.{id}.{signature}"),
            // Bytes that come out as `-` and `_` in base64url.
            AssertionKind::Saml => {
                format!("<Assertion ID=\"_{id}\"><Name>\u{fb}\u{ff}??>></Name>{signature}</Assertion>")
            }
        };
        let assertion = Assertion { text: text.clone(), kind, expires_ms, for_us, used: false };
        state.extensions.assertions.push(assertion);
        text
    }
}

pub(super) fn answer(request: &Request<'_>, state: &mut State) -> Result<Answer, Refusal> {
    let presented = request.params.required("assertion")?;
    let (kind, text) = match request.rule.grant_type {
        JWT_BEARER => (AssertionKind::Jwt, jwt(request, presented)?),
        _ => (AssertionKind::Saml, saml(request, presented)?),
    };
    let invalid = |why: &str| Refusal::protocol("invalid_grant", why);
    let known = state.extensions.assertions.iter_mut().find(|known| known.kind == kind && known.text == text);
    let assertion = known.ok_or_else(|| invalid("nobody whom this server trusts has signed the assertion"))?;
    if !assertion.for_us {
        return Err(invalid("the assertion is for another audience"));
    }
    if request.now_ms >= assertion.expires_ms {
        return Err(invalid("the assertion has expired"));
    }
    if assertion.used {
        return Err(invalid("the assertion was used before"));
    }
    let scope = super::scope(request)?;
    assertion.used = true;
    let with_refresh = request.table.extensions.assertion_refresh_token;
    Ok(super::tokens(request, state, Some(USER.to_owned()), scope, with_refresh))
}

/// RFC 7519 section 3.1: three parts of base64url.
fn jwt(request: &Request<'_>, presented: &str) -> Result<String, Refusal> {
    let parts: Vec<&str> = presented.split('.').collect();
    let good = |part: &&str| !part.is_empty() && URL_SAFE_NO_PAD.decode(part).is_ok();
    if parts.len() != 3 || !parts.iter().all(good) {
        return deviates(request.table, "RFC 7523 section 2.1", "`assertion` is no single JWT");
    }
    Ok(presented.to_owned())
}

/// Base64url without line breaks and without padding.
fn saml(request: &Request<'_>, presented: &str) -> Result<String, Refusal> {
    let xml = URL_SAFE_NO_PAD.decode(presented).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match xml {
        Some(xml) => Ok(xml),
        None => deviates(request.table, "RFC 7522 section 2.1", "`assertion` is no base64url of an XML text"),
    }
}
