//! What one provider's document says, as plain data.
//!
//! A table names the hosts, the paths, the parameters of every step and the behaviour of the tokens. The checking
//! code reads the table and knows no provider by name. Every entry carries the line of the document it comes from
//! (`L53`), or the RFC section that fills a gap in the document.

mod amiqus;
mod fifth;
mod marq;
mod marvel;
mod motar;
mod plain;

use crate::extensions::{Extension, Rules};

/// A parameter name and the place that documents it.
pub(crate) type Param = (&'static str, &'static str);

/// One provider's dialect, ready to be served by [`Emulator::start`](crate::Emulator::start).
#[derive(Clone, Debug)]
pub struct ProviderTable {
    pub(crate) name: &'static str,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) authorize: Vec<AuthorizeRule>,
    pub(crate) grants: Vec<GrantRule>,
    /// The parameters of an exchange of a short-lived token for a long-lived one, where the provider has it.
    pub(crate) follow_up: &'static [Param],
    /// The parameters of a logout, where the provider has one.
    pub(crate) logout: &'static [Param],
    /// What the provider calls the client identifier, at authorize and at the token endpoint.
    pub(crate) client_id_name: &'static str,
    pub(crate) body: BodyFormat,
    pub(crate) presentation: Presentation,
    pub(crate) scopes: Scopes,
    pub(crate) pkce: Pkce,
    pub(crate) tokens: TokenPolicy,
    pub(crate) clients: Vec<TestClient>,
    pub(crate) echo_state: bool,
    pub(crate) state_on_denial: bool,
    pub(crate) implicit_in_query: bool,
    /// Marq documents an address of its own that shows the code on a page.
    pub(crate) hosted_redirect: Option<HostedRedirect>,
    /// The user can make a token by hand that never expires.
    pub(crate) personal_tokens: bool,
    /// The document demands that `redirect_uri` is percent-encoded in the authorization URL.
    pub(crate) encoded_redirect: Option<&'static str>,
    pub(crate) extensions: Rules,
}

/// A client registered with the provider.
#[derive(Clone, Debug)]
pub struct TestClient {
    /// The client identifier.
    pub id: String,
    /// The secret; a public client has none.
    pub secret: Option<String>,
    /// The registered redirect URIs, compared byte for byte (the port of a loopback address is free).
    pub redirect_uris: Vec<String>,
    /// Whether the client can keep a secret.
    pub kind: ClientKind,
}

/// RFC 6749 section 2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// Cannot keep a secret.
    Public,
    /// Keeps a secret.
    Confidential,
}

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Authorize,
    Token,
    Logout,
    FollowUp,
    ValidateToken,
    ValidateSession,
    Api,
    Extension(Extension),
}

#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) step: Step,
    pub(crate) host: &'static str,
    pub(crate) path: &'static str,
    pub(crate) methods: &'static [&'static str],
    pub(crate) line: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Code,
    Implicit,
}

/// One way to ask for authorization. Which rule applies is decided by the path and by `response_type`.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizeRule {
    pub(crate) path: &'static str,
    pub(crate) flow: Flow,
    /// The value `response_type` must have if it is sent; the lists say whether it is sent.
    pub(crate) response_type: Option<&'static str>,
    pub(crate) required: &'static [Param],
    pub(crate) optional: &'static [Param],
    /// Parameters with a single permitted value.
    pub(crate) fixed: &'static [(&'static str, &'static str, &'static str)],
    /// A rule that only clients of one kind may use, and who says so.
    pub(crate) only: Option<(ClientKind, &'static str)>,
}

/// One `grant_type`, or a POST of the same style.
#[derive(Clone, Debug)]
pub(crate) struct GrantRule {
    pub(crate) path: &'static str,
    pub(crate) grant_type: &'static str,
    pub(crate) required: &'static [Param],
    pub(crate) optional: &'static [Param],
    pub(crate) auth: ClientAuth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// The document lists `client_secret` among the body parameters: there, and only there.
    BodySecret,
    /// The document lists no secret for this grant.
    IdentifierOnly,
    /// The document is silent: RFC 6749 section 2.3.1, one of two places; a public client sends its identifier.
    Rfc6749,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Form(&'static str),
    Json(&'static str),
}

/// How an access token is shown to the API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Presentation {
    pub(crate) header: &'static str,
    pub(crate) scheme: Option<&'static str>,
    pub(crate) line: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scopes {
    pub(crate) known: &'static [&'static str],
    /// Granted when the request names none.
    pub(crate) default: Option<&'static str>,
    pub(crate) many: bool,
    pub(crate) line: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pkce {
    /// The document gives no parameters, so a server of that kind ignores what it does not know; this one still
    /// holds a client to a challenge that it sent.
    Unknown,
    /// The document knows the extension and demands it of public clients that use a code.
    RequiredOfPublic(&'static str),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenPolicy {
    pub(crate) code_seconds: u64,
    pub(crate) access_seconds: u64,
    pub(crate) token_type: Option<&'static str>,
    pub(crate) expiry: ExpiryField,
    pub(crate) scope_in_response: bool,
    /// Whether a refresh kills the old access token at once or lets it live until it expires.
    pub(crate) refresh_kills_access: bool,
    /// Whether a refresh is refused once the access token has expired.
    pub(crate) refresh_deadline: bool,
    pub(crate) refresh_redirect_uri: bool,
    /// Whether a code brings a refresh token, as it does with every document here.
    pub(crate) code_refresh_token: bool,
    pub(crate) implicit_refresh_token: bool,
    /// Whether a client that asks for itself gets a refresh token, against RFC 6749 section 4.4.3.
    pub(crate) own_refresh_token: bool,
    /// Whether a refresh brings a new refresh token and ends the old one, or leaves it as it is (RFC 6749 section 6).
    pub(crate) rotation: bool,
    pub(crate) invalid_grant_status: u16,
    pub(crate) spelling: Spelling,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpiryField {
    /// `expires_in`, a number of seconds.
    Seconds,
    /// `expires`, milliseconds since 1970.
    EpochMillis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Ends in `+/=`: every character that a careless form encoder loses.
    Plain,
    /// Ends in a percent sequence that belongs to the value itself.
    PercentSequence,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct HostedRedirect {
    pub(crate) host: &'static str,
    /// A path in which `{client}` stands for the client identifier.
    pub(crate) pattern: &'static str,
}

impl HostedRedirect {
    /// Whether this is the path for one client or another.
    pub(crate) fn has(&self, path: &str) -> bool {
        let (before, behind) = self.pattern.split_once("{client}").unwrap_or((self.pattern, ""));
        let client = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
        client.is_some_and(|client| !client.is_empty() && !client.contains('/'))
    }
}

/// Default answer to "where may the browser be sent".
pub(crate) const LOOPBACK_REDIRECT: &str = "http://127.0.0.1:4180/callback";

impl ProviderTable {
    /// Whether `state` comes back in the callback although the document does not mention it (Marq, the fifth).
    #[must_use]
    pub fn echo_state(mut self, echo: bool) -> Self {
        self.echo_state = echo;
        self
    }

    /// The callback of a denial carries no `state`; Marvel's document leaves this open.
    #[must_use]
    pub fn denial_without_state(mut self) -> Self {
        self.state_on_denial = false;
        self
    }

    /// The implicit response comes in the query instead of the fragment; MOTAR and the fifth do not say.
    #[must_use]
    pub fn implicit_in_query(mut self) -> Self {
        self.implicit_in_query = true;
        self
    }

    /// A refresh brings no new refresh token, and the old one stays good: no document says which it is.
    #[must_use]
    pub fn without_rotation(mut self) -> Self {
        self.tokens.rotation = false;
        self
    }

    /// Registers one more client; a client with the same identifier is replaced.
    #[must_use]
    pub fn client(mut self, client: TestClient) -> Self {
        match self.clients.iter_mut().find(|known| known.id == client.id) {
            Some(known) => *known = client,
            None => self.clients.push(client),
        }
        self
    }

    /// The provider's short name, as in the line references of a refusal.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The documented hosts, each of which is served as its own origin.
    pub fn hosts(&self) -> Vec<&'static str> {
        let mut hosts = Vec::new();
        for endpoint in &self.endpoints {
            if !hosts.contains(&endpoint.host) {
                hosts.push(endpoint.host);
            }
        }
        hosts
    }

    /// The identifier of the confidential test client.
    pub fn client_id(&self) -> &str {
        &self.default_client(ClientKind::Confidential).id
    }

    /// The secret of the confidential test client.
    pub fn client_secret(&self) -> &str {
        self.default_client(ClientKind::Confidential)
            .secret
            .as_deref()
            .unwrap_or_else(|| panic!("the confidential client of {} has lost its secret", self.name))
    }

    /// The identifier of the public test client.
    ///
    /// # Panics
    /// If the provider's document knows no public clients (Marq, Amiqus).
    pub fn public_client_id(&self) -> &str {
        &self.default_client(ClientKind::Public).id
    }

    /// The redirect URI registered for the test clients.
    pub fn redirect_uri(&self) -> &str {
        &self.clients[0].redirect_uris[0]
    }

    /// The provider's own page that shows the code, registered for the confidential test client.
    pub fn hosted_redirect_uri(&self) -> Option<String> {
        let hosted = self.hosted_redirect?;
        Some(format!("https://{}{}", hosted.host, hosted.pattern.replace("{client}", self.client_id())))
    }

    fn default_client(&self, kind: ClientKind) -> &TestClient {
        self.clients
            .iter()
            .find(|client| client.kind == kind)
            .unwrap_or_else(|| panic!("{} has no {kind:?} client: its document knows none", self.name))
    }

    pub(crate) fn find_client(&self, id: &str) -> Option<&TestClient> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// "marq L53", or the RFC section as it stands.
    pub(crate) fn cite(&self, line: &str) -> String {
        if line.starts_with('L') { format!("{} {line}", self.name) } else { line.to_owned() }
    }
}

impl TestClient {
    pub(crate) fn confidential(id: &str, secret: &str, redirect_uris: &[&str]) -> Self {
        TestClient {
            id: id.to_owned(),
            secret: Some(secret.to_owned()),
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            kind: ClientKind::Confidential,
        }
    }

    pub(crate) fn public(id: &str) -> Self {
        TestClient {
            id: id.to_owned(),
            secret: None,
            redirect_uris: vec![LOOPBACK_REDIRECT.to_owned()],
            kind: ClientKind::Public,
        }
    }

    /// RFC 6749 section 3.1.2.3: simple string comparison. RFC 8252 section 7.3: a loopback IP may use any port.
    pub(crate) fn registered(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|known| {
            known == redirect_uri
                || matches!((without_loopback_port(known), without_loopback_port(redirect_uri)),
                    (Some(known), Some(sent)) if known == sent)
        })
    }
}

/// Splits a loopback address into what stands before and after the port.
fn without_loopback_port(uri: &str) -> Option<(&'static str, &str)> {
    ["http://127.0.0.1", "http://[::1]"].into_iter().find_map(|prefix| {
        let rest = uri.strip_prefix(prefix)?;
        let Some(port) = rest.strip_prefix(':') else {
            return (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((prefix, rest));
        };
        let end = port.find(|character: char| !character.is_ascii_digit()).unwrap_or(port.len());
        let (digits, rest) = port.split_at(end);
        let honest = digits.parse::<u16>().is_ok() && (rest.is_empty() || rest.starts_with(['/', '?']));
        honest.then_some((prefix, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_port_of_a_loopback_address_is_free() {
        let client = TestClient::public("someone");
        assert!(client.registered("http://127.0.0.1:4180/callback"));
        assert!(client.registered("http://127.0.0.1:1/callback"));
        assert!(client.registered("http://127.0.0.1/callback"));
        for wrong in [
            "http://127.0.0.1:4180/callback/",
            "http://127.0.0.1:4180/callback?x=1",
            "http://127.0.0.1:4180/Callback",
            "http://127.0.0.1:99999/callback",
            "http://127.0.0.1:4180@evil.example/callback",
            "http://127.0.0.1.evil.example/callback",
            "https://127.0.0.1:4180/callback",
            "http://localhost:4180/callback",
        ] {
            assert!(!client.registered(wrong), "{wrong}");
        }
    }
}
