//! Walks to the states that the bodies begin in, with a fixed clock and fixed randomness.

use super::claims::must;
use crate::{
    AnyClient, Authorized, AwaitingCode, Callback, Client, Confidential, Entropy, InFlight, Outcome, Provider,
    RedirectUri, Refreshable, Registration, Response, Scope, Timestamp, device::AwaitingUser, dialect::TokenStep,
    grant,
};

/// What stands in no text by chance.
pub(super) const SECRET: &str = "s3cret-of-the-client";
pub(super) const CODE: &str = "c0de-SplxlOBeZQQYbYS6WxSbIA";
pub(super) const ACCESS: &str = "tok3n-2YotnFZFEjr1zCsicMWpAA";
pub(super) const REFRESH: &str = "tok3n-tGzv3JOkF0XG5Qx2TlKWIA";
/// What the fixed entropy becomes.
pub(super) const STATE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
pub(super) const VERIFIER: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

pub(super) const DEVICE_CODE: &str = "d3vice-GmRhmhcxhwAzkoEqiMEg_DnyEysNkuN";
pub(super) const USER_CODE: &str = "WDJB-MJHT";

/// What no error may show.
pub(super) const SECRETS: [&str; 7] = [SECRET, CODE, VERIFIER, ACCESS, REFRESH, DEVICE_CODE, USER_CODE];

pub(super) const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// `seconds` after the login began.
pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000u64.saturating_add(seconds))
}

pub(super) fn entropy() -> Entropy {
    entropy_of(1)
}

pub(super) fn entropy_of(number: u8) -> Entropy {
    let mut bytes = [number; Entropy::BYTES];
    let (_, verifier) = bytes.split_at_mut(Entropy::BYTES / 2);
    verifier.fill(number.wrapping_add(1));
    Entropy::from_bytes(bytes)
}

/// A provider that has each endpoint.
pub(super) fn provider() -> Provider {
    let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token")
        .api_origin("https://api.example");
    provider.device_authorization_endpoint = Some("https://id.example/device_authorization".into());
    provider.follow_up_endpoint = Some("https://id.example/long".into());
    provider.dialect.follow_up = Some(TokenStep::default());
    provider.revocation = Some(crate::Revocation::new("https://id.example/logout"));
    provider.checks.insert("me".into(), "https://api.example/me".into());
    provider
}

pub(super) fn registration() -> Registration {
    let redirect_uri = must(RedirectUri::new("https://app.example/cb"), "a redirect URI");
    let scope = must(Scope::new(["read", "write"]), "a scope");
    must(Registration::new("app"), "a client id").redirect_uri(redirect_uri).scope(scope)
}

/// A client of this provider; `None` where its data is refused.
pub(super) fn client(provider: Provider) -> Option<Client<Confidential>> {
    Client::confidential(provider, registration(), SECRET.into()).ok()
}

/// Opened at 0 s, for 600 s.
pub(super) fn awaiting_code<K>(client: &Client<K>) -> AwaitingCode {
    must(client.authorization_code(), "a login begins").authorize(entropy(), at(0)).1
}

/// Not before 5 s, and until 1,800 s.
pub(super) fn awaiting_user<K>(client: &Client<K>) -> AwaitingUser {
    let (_, authorizing) = must(client.device_authorization(), "a device begins").request(at(0));
    let body = format!(
        "{{\"device_code\":\"{DEVICE_CODE}\",\"user_code\":\"{USER_CODE}\",\"expires_in\":1800,\
         \"verification_uri\":\"https://id.example/device\"}}"
    );
    must(authorizing.finish(answer(&body), at(0)), "a device has its codes")
}

/// Sent at 10 s.
pub(super) fn code_in_flight(client: &Client<Confidential>) -> InFlight<grant::AuthorizationCode> {
    let callback = format!("code={CODE}&state={STATE}");
    must(awaiting_code(client).receive(client, Callback::query(&callback), at(10)), "a code is received").1
}

/// Good from 10 s to 3,610 s.
pub(super) fn refreshable(client: &AnyClient) -> Authorized<Refreshable> {
    let set = client.import_refreshable_tokens_from_elsewhere(ACCESS.into(), REFRESH.into(), Some(at(3610)));
    match must(set, "tokens are imported").at(at(10)) {
        crate::Standing::Authorized(authorized) => authorized,
        crate::Standing::Expired(_) => unreachable!("it is 10 s, and they end at 3,610 s"),
    }
}

pub(super) fn answer(body: &str) -> Outcome {
    Response::new(200, JSON, body).into()
}
