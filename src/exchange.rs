//! The requests that go to the token endpoint, whatever the grant.

use std::borrow::Cow;

use crate::{
    client::{AnyClient, Proof},
    dialect::{BodyFormat, ClientAuthentication, Parameters, RefreshDeadline},
    error::{PresentError, RequestFault},
    http::{Body, Header, Method, Request},
    intent::Intent,
    vocabulary::{Endpoint, Scope, Secret, Timestamp},
};

/// A standard parameter; `None` stands for one that this request does not have.
type Optional<'a> = Option<(&'static str, &'a str)>;

/// A request for tokens by any grant but refresh. `parameters` are the grant's own, by their names in the RFC.
pub(crate) fn token_request(
    client: &AnyClient,
    intent: &Intent,
    parameters: &[Optional<'_>],
) -> Result<Request, RequestFault> {
    let step = &client.provider().dialect.token;
    let wire = Wire { body: step.body, authentication: step.client_authentication, parameters: &step.parameters };
    let endpoint = client.provider().token.as_ref().ok_or(RequestFault::NoEndpoint("token_endpoint"))?;
    check_owner(client, intent)?;
    Ok(wire.request(client, endpoint, parameters))
}

/// A request that exchanges a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
pub(crate) fn code_request(
    client: &AnyClient,
    intent: &Intent,
    code: &Secret,
    verifier: Option<&Secret>,
) -> Result<Request, RequestFault> {
    // Without PKCE, the secret alone binds the code to this client (RFC 9700 section 2.1.1).
    let authentication = client.provider().dialect.token.client_authentication;
    if verifier.is_none() && matches!(client.proof(authentication), Proof::None) {
        return Err(RequestFault::SecretRequired);
    }
    let parameters = [
        Some(("grant_type", "authorization_code")),
        Some(("code", code.expose())),
        intent.redirect_uri().map(|uri| ("redirect_uri", uri.as_str())),
        verifier.map(|verifier| ("code_verifier", verifier.expose())),
    ];
    token_request(client, intent, &parameters)
}

/// A request for a token of the client's own (RFC 6749 section 4.4.2).
pub(crate) fn client_credentials_request(client: &AnyClient, intent: &Intent) -> Result<Request, RequestFault> {
    if !client.has_secret() {
        return Err(RequestFault::SecretRequired);
    }
    let scope = scope_text(client, intent);
    let parameters = [Some(("grant_type", "client_credentials")), scope.as_deref().map(|scope| ("scope", scope))];
    token_request(client, intent, &parameters)
}

/// A request with a user's name and password (RFC 6749 section 4.3.2).
pub(crate) fn password_request(
    client: &AnyClient,
    intent: &Intent,
    username: &str,
    password: &Secret,
) -> Result<Request, RequestFault> {
    let scope = scope_text(client, intent);
    let parameters = [
        Some(("grant_type", "password")),
        Some(("username", username)),
        Some(("password", password.expose())),
        scope.as_deref().map(|scope| ("scope", scope)),
    ];
    token_request(client, intent, &parameters)
}

/// A request to refresh (RFC 6749 section 6).
pub(crate) fn refresh_request(
    client: &AnyClient,
    intent: &Intent,
    refresh_token: &Secret,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Request, RequestFault> {
    check_owner(client, intent)?;
    let step = &client.provider().dialect.refresh;
    let endpoint = client.provider().refresh.as_ref().ok_or(RequestFault::NoEndpoint("refresh_endpoint"))?;
    if step.needs_secret && !client.has_secret() {
        return Err(RequestFault::SecretRequired);
    }
    match (step.deadline, expires_at) {
        (RefreshDeadline::AccessTokenExpiry, Some(deadline)) if now >= deadline => {
            return Err(RequestFault::DeadlinePassed(deadline));
        }
        _ => {}
    }
    let redirect_uri = intent.redirect_uri().filter(|_| step.send_redirect_uri);
    let wire = Wire { body: step.body, authentication: step.client_authentication, parameters: &step.parameters };
    let parameters = [
        Some(("grant_type", "refresh_token")),
        Some(("refresh_token", refresh_token.expose())),
        redirect_uri.map(|uri| ("redirect_uri", uri.as_str())),
    ];
    Ok(wire.request(client, endpoint, &parameters))
}

/// A state must not be used with the credentials, or at the server, of another client.
pub(crate) fn check_owner(client: &AnyClient, intent: &Intent) -> Result<(), RequestFault> {
    if client.is_owner_of(intent) { Ok(()) } else { Err(RequestFault::WrongClient) }
}

/// What a dialect says of one kind of token request.
struct Wire<'a> {
    body: BodyFormat,
    authentication: ClientAuthentication,
    parameters: &'a Parameters,
}

impl Wire<'_> {
    fn request(&self, client: &AnyClient, endpoint: &Endpoint, own: &[Optional<'_>]) -> Request {
        let client_id = Some(("client_id", client.client_id()));
        let (identity, header) = match client.proof(self.authentication) {
            Proof::Header(credentials) => ([None, None], Some(Header::new("Authorization", credentials.clone()))),
            Proof::Secret(secret) => ([client_id, Some(("client_secret", secret.expose()))], None),
            Proof::None => ([client_id, None], None),
        };
        let standard = own.iter().chain(&identity).flatten().copied();
        let pairs = self.parameters.on_the_wire(standard);
        let (content_type, body) = self.body.encode(pairs);
        let accept = client.provider().dialect.response.format.media_type();
        let mut headers = Vec::with_capacity(3);
        headers.push(Header::new("Content-Type", content_type));
        headers.push(Header::new("Accept", accept));
        headers.extend(header);
        let contract = client.provider().contract(endpoint);
        Request::new(Method::Post, endpoint.as_str(), headers, Body::from(body), contract)
    }
}

/// The header field that presents `access_token` to `url` (RFC 6750 section 2.1), if it may go there.
pub(crate) fn header_for(
    client: &AnyClient,
    intent: &Intent,
    access_token: &Secret,
    url: &str,
) -> Result<Header, PresentError> {
    if !client.is_owner_of(intent) {
        return Err(PresentError::WrongClient);
    }
    client.provider().check_api(url)?;
    Ok(token_header(client, access_token))
}

/// The same for an endpoint of the provider's own.
pub(crate) fn token_header(client: &AnyClient, access_token: &Secret) -> Header {
    let presentation = &client.provider().dialect.presentation;
    let token = access_token.expose();
    let Some(scheme) = &presentation.scheme else {
        return Header::new(&presentation.header, token);
    };
    let mut value = String::with_capacity(scheme.len().saturating_add(1).saturating_add(token.len()));
    value.push_str(scheme);
    value.push(' ');
    value.push_str(token);
    Header::new(&presentation.header, value)
}

/// The scope as this provider writes it; `None` when there is nothing to ask for.
pub(crate) fn scope_text<'a>(client: &AnyClient, intent: &'a Intent) -> Option<Cow<'a, str>> {
    let separator = client.provider().dialect.authorize.scope_separator.as_str();
    let scope: &'a Scope = &intent.scope;
    match (scope.is_empty(), separator) {
        (true, _) => None,
        (false, " ") => Some(Cow::Borrowed(scope.as_str())),
        (false, separator) => Some(Cow::Owned(scope.as_str().replace(' ', separator))),
    }
}
