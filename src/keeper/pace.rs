//! Pace: how often a server is asked. These are the rules that a keeper and a fleet both hold.

use std::time::Duration;

use super::RenewalError;
use crate::{
    client::AnyClient,
    dialect::{RefreshAnswer, RefreshCredential, RefreshStep},
    error::Doubt,
    token::AnyTokenSet,
    vocabulary::Timestamp,
};

/// How long a server is left alone after an answer that is no good and names no time: one that says no is not asked at
/// every turn.
pub(crate) const AFTER_REFUSAL: Duration = Duration::from_secs(30);

/// How long it is left alone at least: after a request that was not sent, one that brought a token with no life in it, and
/// a refusal that names no time at all (`Retry-After: 0`).
pub(crate) const AT_LEAST: Duration = Duration::from_secs(1);

/// How long a server is left alone after a renewal that brought no tokens. Never less than [`AT_LEAST`].
pub(crate) fn wait_after(failure: &RenewalError) -> Duration {
    match failure {
        // The network failed, not the server.
        RenewalError::NotSent(_) | RenewalError::InDoubt(Doubt::Lost(_)) => AT_LEAST,
        _ => asked_for(failure).unwrap_or(AFTER_REFUSAL),
    }
}

/// How long the server itself asked to be left alone (RFC 9110 section 10.2.3). Never less than [`AT_LEAST`].
pub(crate) fn asked_for(failure: &RenewalError) -> Option<Duration> {
    let response = match failure {
        RenewalError::Refused(response)
        | RenewalError::ClientRefused(response)
        | RenewalError::InDoubt(Doubt::ServerFailed(response)) => response,
        _ => return None,
    };
    Some(response.retry_after?.max(AT_LEAST))
}

/// Half of the life of tokens that a renewal brought. In the first half they are not renewed, however long before their end
/// that is to be: a server whose tokens are short-lived is not asked at every turn. `None` where no renewal brought them, or
/// they do not end.
pub(crate) fn half_of_life(renewed_at: Option<Timestamp>, tokens: &AnyTokenSet) -> Option<Duration> {
    tokens.expires_at()?.since(renewed_at?).checked_div(2)
}

/// Why tokens that an API rejected are not renewed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SameToken {
    /// At this provider the access token is what renews: one that is rejected renews nothing.
    Over,
    /// At this provider a renewal extends the access token, which stays the same. It was extended a moment ago, and an API
    /// that refuses it all the same must not have each turn extend it: not before this.
    NotBefore(Timestamp),
}

/// What keeps `tokens`, which an API rejected, from being renewed at `now`, where a renewal cannot bring another token.
/// `renewed_at` is when the last renewal brought them.
pub(crate) fn same_token_again(
    client: &AnyClient,
    tokens: &AnyTokenSet,
    renewed_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<SameToken> {
    let RefreshStep { credential, answer, .. } = &client.provider().dialect.refresh;
    // A client that asks for itself gets another token, whatever a refresh does.
    if !matches!(tokens, AnyTokenSet::Refreshable(_)) {
        return None;
    }
    if *credential == RefreshCredential::Access {
        return Some(SameToken::Over);
    }
    let extends = matches!(answer, RefreshAnswer::ExtendsSeconds(_));
    let again = renewed_at.filter(|_| extends)?.plus(AFTER_REFUSAL);
    again.is_soon(now, AFTER_REFUSAL).then_some(SameToken::NotBefore(again))
}
