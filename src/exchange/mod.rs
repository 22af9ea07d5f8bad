//! The requests that go to the token endpoint, whatever the grant; and those to endpoints that issue no tokens.

mod draft;
// Each feature makes other requests; `__fuzzing` has them all, and there nothing may be unused.
#[cfg_attr(not(feature = "__fuzzing"), allow(dead_code))]
mod endpoint;
#[cfg_attr(not(feature = "__fuzzing"), allow(dead_code))]
mod holder;

use std::{borrow::Cow, time::Duration};

use draft::{Draft, Parameters};
#[cfg_attr(not(feature = "__fuzzing"), allow(unused_imports))]
pub(crate) use {
    endpoint::{EndpointAnswer, anonymous_request, endpoint_request, request_in},
    holder::{Holder, token_header},
};

use crate::{
    client::AnyClient,
    dialect::{Random, RefreshDeadline, Values},
    error::RequestFault,
    http::Request,
    intent::Intent,
    vocabulary::{Extras, Scope, Secret, Timestamp},
};

/// A request for tokens by any grant but refresh. `parameters` are the grant's own, by their names in the RFC, and
/// `more` those of extensions.
pub(crate) fn token_request(
    client: &AnyClient,
    intent: &Intent,
    extras: &Extras,
    random: Random<'_>,
    parameters: Parameters<'_>,
    more: &[(&str, &str)],
) -> Result<Request, RequestFault> {
    let provider = client.provider();
    let address = provider.endpoints.token.as_ref().ok_or(RequestFault::NoEndpoint("token_endpoint"))?;
    check_owner(client, intent)?;
    let endpoint = &*address.with(extras).ok_or(RequestFault::NotBound)?;
    let scope = scope_text(client, intent).unwrap_or_default();
    let values = Values { scope: &scope, extras, random };
    let (wire, additions) = (provider.dialect.token.wire(), &provider.additions.token);
    let answer = &provider.dialect.response;
    Draft { client, wire, additions, endpoint, values, more, answer }.request(parameters)
}

/// A request that exchanges a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
pub(crate) fn code_request(
    client: &AnyClient,
    intent: &Intent,
    extras: &Extras,
    code: &Secret,
    verifier: Option<&Secret>,
    now: Timestamp,
) -> Result<Request, RequestFault> {
    // Without PKCE, the secret alone binds the code to this client (RFC 9700 section 2.1.1).
    if verifier.is_none() && !client.authenticates() {
        return Err(RequestFault::SecretRequired);
    }
    let parameters = [
        Some(("grant_type", "authorization_code")),
        Some(("code", code.expose())),
        intent.redirect_uri().map(|uri| ("redirect_uri", uri.as_str())),
        verifier.map(|verifier| ("code_verifier", verifier.expose())),
    ];
    // The browser has seen the code: nobody but this client has seen the verifier, or its secret.
    let secret = verifier.or(client.secret()).map(|secret| secret.expose().as_bytes());
    let random = Random { secret, more: [code.expose().as_bytes(), &[]], now };
    let more = resource_pairs(intent);
    token_request(client, intent, extras, random, parameters, &more)
}

/// A request for a token of the client's own (RFC 6749 section 4.4.2).
pub(crate) fn client_credentials_request(
    client: &AnyClient,
    intent: &Intent,
    held: Option<&Secret>,
    now: Timestamp,
) -> Result<Request, RequestFault> {
    let secret = client.secret().ok_or(RequestFault::SecretRequired)?;
    let scope = scope_text(client, intent);
    let parameters =
        [Some(("grant_type", "client_credentials")), scope.as_deref().map(|scope| ("scope", scope)), None, None];
    // The token that the client has already differs from request to request.
    let held = held.map_or(&[][..], |held| held.expose().as_bytes());
    let random = Random { secret: Some(secret.expose().as_bytes()), more: [held, &[]], now };
    let more = pairs_beyond(intent);
    token_request(client, intent, &Extras::default(), random, parameters, &more)
}

/// A request with a user's name and password (RFC 6749 section 4.3.2).
pub(crate) fn password_request(
    client: &AnyClient,
    intent: &Intent,
    username: &str,
    password: &Secret,
    now: Timestamp,
) -> Result<Request, RequestFault> {
    let scope = scope_text(client, intent);
    let parameters = [
        Some(("grant_type", "password")),
        Some(("username", username)),
        Some(("password", password.expose())),
        scope.as_deref().map(|scope| ("scope", scope)),
    ];
    let secret = client.secret().map(|secret| secret.expose().as_bytes());
    let random = Random { secret, more: [username.as_bytes(), password.expose().as_bytes()], now };
    let more = pairs_beyond(intent);
    token_request(client, intent, &Extras::default(), random, parameters, &more)
}

/// A request to refresh (RFC 6749 section 6).
pub(crate) fn refresh_request(
    client: &AnyClient,
    held: Holder<'_>,
    refresh_token: &Secret,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Request, RequestFault> {
    let Holder { intent, access_token, extras } = held;
    check_owner(client, intent)?;
    let provider = client.provider();
    let step = &provider.dialect.refresh;
    let address = provider.endpoints.refresh().ok_or(RequestFault::NoEndpoint("refresh_endpoint"))?;
    if step.needs_secret && client.secret().is_none() {
        return Err(RequestFault::SecretRequired);
    }
    match (step.deadline, expires_at) {
        (RefreshDeadline::AccessTokenExpiry, Some(deadline)) if now >= deadline => {
            return Err(RequestFault::DeadlinePassed(deadline));
        }
        _ => {}
    }
    match refresh_opens(client, expires_at) {
        Some(opens) if now < opens => return Err(RequestFault::TooEarly { opens, wait: opens.since(now) }),
        _ => {}
    }
    let endpoint = &*address.with(extras).ok_or(RequestFault::NotBound)?;
    let redirect_uri = intent.redirect_uri().filter(|_| step.send_redirect_uri);
    let parameters = [
        Some(("grant_type", "refresh_token")),
        Some(("refresh_token", refresh_token.expose())),
        redirect_uri.map(|uri| ("redirect_uri", uri.as_str())),
        None,
    ];
    let scope = scope_text(client, intent).unwrap_or_default();
    // A refresh token may stay the same; the access token does not.
    let random =
        Random { secret: Some(refresh_token.expose().as_bytes()), more: [access_token.expose().as_bytes(), &[]], now };
    let values = Values { scope: &scope, extras, random };
    let (wire, additions) = (step.wire(), &provider.additions.refresh);
    let answer = &provider.dialect.response;
    let more = resource_pairs(intent);
    Draft { client, wire, additions, endpoint, values, more: &more, answer }.request(parameters)
}

/// From when on the provider allows a refresh, where it does not always.
pub(crate) fn refresh_opens(client: &AnyClient, expires_at: Option<Timestamp>) -> Option<Timestamp> {
    let seconds = client.provider().dialect.refresh.opens_seconds_before_expiry?;
    Some(expires_at?.minus(Duration::from_secs(seconds.into())))
}

/// A request that trades a short-lived token for a long-lived one, where the provider has such a thing.
pub(crate) fn follow_up_request(client: &AnyClient, held: Holder<'_>, now: Timestamp) -> Result<Request, RequestFault> {
    const NONE: RequestFault = RequestFault::NoEndpoint("follow_up_endpoint");
    let Holder { intent, access_token, extras } = held;
    check_owner(client, intent)?;
    let provider = client.provider();
    let step = provider.dialect.follow_up.as_ref().ok_or(NONE)?;
    let endpoint = &*provider.endpoints.follow_up.as_ref().ok_or(NONE)?.with(extras).ok_or(RequestFault::NotBound)?;
    let scope = scope_text(client, intent).unwrap_or_default();
    let random = Random { secret: Some(access_token.expose().as_bytes()), more: [&[]; 2], now };
    let values = Values { scope: &scope, extras, random };
    let (wire, additions) = (step.wire(), &provider.additions.follow_up);
    let answer = provider.dialect.follow_up_response.as_ref().unwrap_or(&provider.dialect.response);
    Draft { client, wire, additions, endpoint, values, more: &[], answer }.request([
        Some(("access_token", access_token.expose())),
        None,
        None,
        None,
    ])
}

/// A state must not be used with the credentials, or at the server, of another client.
pub(crate) fn check_owner(client: &AnyClient, intent: &Intent) -> Result<(), RequestFault> {
    client.check_asked(intent).map_err(RequestFault::WrongClient)
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

/// What is asked for beyond RFC 6749, where no browser went before.
fn pairs_beyond(intent: &Intent) -> Vec<(&str, &str)> {
    intent.beyond.as_ref().map(|beyond| beyond.pairs().collect()).unwrap_or_default()
}

/// The resources that a login asked for (RFC 8707 section 2.2).
fn resource_pairs(intent: &Intent) -> Vec<(&str, &str)> {
    intent.beyond.as_ref().map(|beyond| beyond.resource_pairs().collect()).unwrap_or_default()
}
