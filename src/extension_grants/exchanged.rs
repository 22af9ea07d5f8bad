//! What an exchange brings: whether it is an access token is known only now.

use super::{IssuedToken, TokenType};
use crate::state::Granted;

/// The token that an exchange issued (RFC 8693 section 2.2.1). Whether it is an access token is the server's choice:
/// match, and from there on the types know.
///
/// It is one where `token_type` is one that the client can use, and `issued_token_type` does not say that it is a refresh
/// token, an ID token or a SAML assertion.
///
/// ```
/// use oauth_proto::extension_grants::{Exchanged, TokenType};
/// # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Timestamp};
/// # fn send(_: Request) -> Outcome {
/// #     let body = r#"{"access_token":"PEFzc2VydGlvbi8-","token_type":"N_A","expires_in":60,
/// #         "issued_token_type":"urn:ietf:params:oauth:token-type:saml2"}"#;
/// #     Response::new(200, [("Content-Type", "application/json")], body).into()
/// # }
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let exchange = client.token_exchange("A1".into(), TokenType::ACCESS_TOKEN)?;
/// let (request, in_flight) = exchange.requested_token_type(TokenType::SAML2)?.request(now)?;
/// let Exchanged::Other(assertion) = in_flight.finish(send(request))? else { panic!("an access token") };
/// assert_eq!(*assertion.token_type(), TokenType::SAML2);
/// assert_eq!(assertion.token_at(now).map(|token| token.expose()), Some("PEFzc2VydGlvbi8-"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the token is inside"]
pub enum Exchanged {
    /// It is an access token: it is shown to APIs, and perhaps refreshed, as any other.
    AccessToken {
        /// The tokens.
        granted: Granted,
        /// Of which kind the server says that it is: [`ACCESS_TOKEN`](TokenType::ACCESS_TOKEN), or a kind of its own.
        issued_type: TokenType,
    },
    /// It is none: an assertion for another server, an ID token, a refresh token. It makes no header.
    Other(IssuedToken),
}
