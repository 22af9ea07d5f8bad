//! The token request of an extension grant.

use super::GrantParameters;
use crate::{
    client::AnyClient,
    dialect::Random,
    error::RequestFault,
    exchange::{scope_text, token_request},
    http::Request,
    intent::Intent,
    vocabulary::{Extras, Timestamp, sha256},
};

/// `grant_type`, the scope and the proof by the names that the dialect has for them, and behind them the grant's own and
/// the resources (RFC 8693 section 2.1, RFC 8707 section 2.2).
pub(super) fn extension_request(
    client: &AnyClient,
    intent: &Intent,
    grant_type: &str,
    parameters: &GrantParameters,
    now: Timestamp,
) -> Result<Request, RequestFault> {
    let scope = scope_text(client, intent);
    let standard = [Some(("grant_type", grant_type)), scope.as_deref().map(|scope| ("scope", scope)), None, None];
    let more: Vec<(&str, &str)> =
        parameters.iter().chain(intent.beyond.iter().flat_map(|beyond| beyond.pairs())).collect();
    // Nobody knows whether the parameters can be guessed; all of them together differ from request to request.
    let values: Vec<&[u8]> = more.iter().map(|(_, value)| value.as_bytes()).collect();
    let secret = client.secret().map(|secret| secret.expose().as_bytes());
    let random = Random { secret, more: [&sha256(&values), &[]], now };
    token_request(client, intent, &Extras::default(), random, standard, &more)
}
