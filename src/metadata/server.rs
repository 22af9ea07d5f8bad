//! What an authorization server says of itself (RFC 8414 section 2).

use std::fmt;

use super::{
    Issuer, MetadataError,
    error::Identifiers,
    said::{Said, Shape, identifier, kept},
};
use crate::{error::AnswerFault, json::Object, vocabulary::Limits};

const SHAPE: Shape = Shape {
    texts: &[
        "authorization_endpoint",
        "device_authorization_endpoint",
        "introspection_endpoint",
        "jwks_uri",
        "pushed_authorization_request_endpoint",
        "registration_endpoint",
        "revocation_endpoint",
        "token_endpoint",
    ],
    lists: &[
        "code_challenge_methods_supported",
        "grant_types_supported",
        "introspection_endpoint_auth_methods_supported",
        "response_modes_supported",
        "response_types_supported",
        "revocation_endpoint_auth_methods_supported",
        "scopes_supported",
        "token_endpoint_auth_methods_supported",
    ],
    truths: &["authorization_response_iss_parameter_supported", "require_pushed_authorization_requests"],
};

/// What an authorization server says of itself. Its issuer is the one that was asked, byte for byte; all else is its
/// word: an endpoint is a text that nobody has checked yet. [`Provider::from_metadata`](crate::Provider::from_metadata)
/// does.
///
/// A method has the name of its member. It is absent where the server says nothing, or null; what that means, the RFC
/// of the member says. Members that have no method are not looked at, and are there all the same as JSON:
/// [`member`](Self::member).
///
/// It is kept as JSON and read again: a copy meets its issuer and the limits a second time, whoever has changed it.
///
/// ```
/// use oauth_proto::{Limits, metadata::{Issuer, ServerMetadata}};
///
/// let (issuer, limits) = (Issuer::new("https://id.example.com")?, Limits::default());
/// let kept = r#"{"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token"}"#;
/// let metadata = ServerMetadata::read(&issuer, kept.as_bytes(), &limits)?;
/// assert_eq!(metadata.token_endpoint(), Some("https://id.example.com/token"));
/// assert_eq!(metadata.to_json(), kept);
///
/// let other = Issuer::new("https://id.example.com/")?; // another text, another issuer
/// assert!(ServerMetadata::read(&other, kept.as_bytes(), &limits).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ServerMetadata {
    issuer: Issuer,
    said: Said,
    aliases: Aliases,
}

/// The endpoints that are elsewhere for a client with a TLS certificate (RFC 8705 section 5), and where.
type Aliases = Vec<(Box<str>, Box<str>)>;

impl ServerMetadata {
    /// Reads metadata that was kept, of this issuer.
    ///
    /// # Errors
    /// It is no JSON object within the limits, a member that is read has another type, or it is of another issuer.
    pub fn read(issuer: &Issuer, json: &[u8], limits: &Limits) -> Result<Self, MetadataError> {
        Self::of(issuer.clone(), &kept(json, limits)?, limits)
    }

    pub(super) fn of(issuer: Issuer, object: &Object<'_>, limits: &Limits) -> Result<Self, MetadataError> {
        let found = identifier(object, Issuer::MEMBER)?;
        // RFC 8414 section 3.3: identical, and so no reader may put them into some other form first.
        if *found != *issuer.as_str() {
            return Err(MetadataError::OtherIssuer(Identifiers::new(issuer.as_str(), &found)));
        }
        let said = Said::read(object, &SHAPE)?;
        let aliases = aliases(object, limits)?;
        Ok(Self { issuer, said, aliases })
    }

    /// The issuer: the one that was asked.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The endpoint of this name.
    pub(super) fn endpoint(&self, member: &str) -> Option<&str> {
        self.said.text(member)
    }

    /// Where the browser goes (RFC 8414 section 2).
    pub fn authorization_endpoint(&self) -> Option<&str> {
        self.said.text("authorization_endpoint")
    }

    /// Where tokens come from (RFC 8414 section 2).
    pub fn token_endpoint(&self) -> Option<&str> {
        self.said.text("token_endpoint")
    }

    /// Where a client registers itself (RFC 7591).
    pub fn registration_endpoint(&self) -> Option<&str> {
        self.said.text("registration_endpoint")
    }

    /// Where a token is revoked (RFC 7009).
    pub fn revocation_endpoint(&self) -> Option<&str> {
        self.said.text("revocation_endpoint")
    }

    /// Where a token is asked about (RFC 7662).
    pub fn introspection_endpoint(&self) -> Option<&str> {
        self.said.text("introspection_endpoint")
    }

    /// Where a device asks for the codes that its user logs in with (RFC 8628 section 4).
    pub fn device_authorization_endpoint(&self) -> Option<&str> {
        self.said.text("device_authorization_endpoint")
    }

    /// Where an authorization request is pushed to (RFC 9126 section 5).
    pub fn pushed_authorization_request_endpoint(&self) -> Option<&str> {
        self.said.text("pushed_authorization_request_endpoint")
    }

    /// Where the server's keys are (RFC 8414 section 2). A text: this crate reads no signatures.
    pub fn jwks_uri(&self) -> Option<&str> {
        self.said.text("jwks_uri")
    }

    /// The scopes that may be asked for; a server need not list them all (RFC 8414 section 2).
    pub fn scopes_supported(&self) -> Option<&[String]> {
        self.said.list("scopes_supported")
    }

    /// The response types: `code`, `token`, and others (RFC 8414 section 2).
    pub fn response_types_supported(&self) -> Option<&[String]> {
        self.said.list("response_types_supported")
    }

    /// How an answer comes back with the browser: `query` and `fragment` when absent (RFC 8414 section 2).
    pub fn response_modes_supported(&self) -> Option<&[String]> {
        self.said.list("response_modes_supported")
    }

    /// The grants: `authorization_code` and `implicit` when absent (RFC 8414 section 2).
    pub fn grant_types_supported(&self) -> Option<&[String]> {
        self.said.list("grant_types_supported")
    }

    /// How clients may authenticate at the token endpoint: `client_secret_basic` when absent (RFC 8414 section 2).
    pub fn token_endpoint_auth_methods_supported(&self) -> Option<&[String]> {
        self.said.list("token_endpoint_auth_methods_supported")
    }

    /// The same at the revocation endpoint.
    pub fn revocation_endpoint_auth_methods_supported(&self) -> Option<&[String]> {
        self.said.list("revocation_endpoint_auth_methods_supported")
    }

    /// The same at the introspection endpoint, where absent says nothing.
    pub fn introspection_endpoint_auth_methods_supported(&self) -> Option<&[String]> {
        self.said.list("introspection_endpoint_auth_methods_supported")
    }

    /// The code challenge methods of PKCE (RFC 8414 section 2). Absent says that the server has none, or does not say:
    /// a challenge is sent all the same.
    pub fn code_challenge_methods_supported(&self) -> Option<&[String]> {
        self.said.list("code_challenge_methods_supported")
    }

    /// Whether each callback has `iss` (RFC 9207 section 3).
    pub fn authorization_response_iss_parameter_supported(&self) -> bool {
        self.said.is_true("authorization_response_iss_parameter_supported")
    }

    /// Whether the server takes no authorization request that was not pushed (RFC 9126 section 5).
    pub fn require_pushed_authorization_requests(&self) -> bool {
        self.said.is_true("require_pushed_authorization_requests")
    }

    /// Where this endpoint is for a client with a TLS certificate, if that is another place: `mtls_endpoint_aliases`
    /// (RFC 8705 section 5). Nobody has checked it.
    pub fn mtls_endpoint_alias(&self, member: &str) -> Option<&str> {
        self.aliases.iter().find(|(name, _)| **name == *member).map(|(_, url)| &**url)
    }

    /// The JSON text of any member, read or not. The server's words: untrusted.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.said.json(name)
    }

    /// The whole as JSON, to be kept: what [`read`](Self::read) reads to the same. The members stand in the order of
    /// their names, those that are null are left out, and each value is as it came, letter for letter. When to ask
    /// again is the caller's choice: HTTP says how long an answer is fresh, and the crate has no clock.
    pub fn to_json(&self) -> String {
        self.said.to_json()
    }
}

fn aliases(object: &Object<'_>, limits: &Limits) -> Result<Aliases, AnswerFault> {
    const MEMBER: &str = "mtls_endpoint_aliases";
    let Some(aliases) = object.object(MEMBER, limits)? else { return Ok(Vec::new()) };
    let alias = |(name, json): (&str, &str)| match serde_json::from_str::<Option<String>>(json) {
        Ok(url) => Ok(url.map(|url| (name.into(), url.into()))),
        Err(_) => Err(AnswerFault::Malformed(MEMBER)),
    };
    aliases.iter().filter_map(|member| alias(member).transpose()).collect()
}

/// The server's words may be anything.
impl fmt::Debug for ServerMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerMetadata").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
