//! What the tests against the emulator share.
#![allow(dead_code)] // each test file uses its own part

#[path = "../../examples/adapters/ureq.rs"]
pub mod transport;

use oauth_proto::{Provider, Timestamp};
use oauth_proto_emulator::Emulator;

/// The provider as it is shipped, with each documented URL moved to the emulator's origin for that host.
pub fn on_loopback(emulator: &Emulator, mut provider: Provider) -> Provider {
    let fill = |text: &str| {
        let filled = provider
            .variables
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        emulator.local(&filled)
    };
    let all = |text: &Option<String>| text.as_deref().map(fill);
    let authorization = all(&provider.authorization_endpoint);
    let implicit = all(&provider.implicit_authorization_endpoint);
    let token = all(&provider.token_endpoint);
    let refresh = all(&provider.refresh_endpoint);
    let follow_up = all(&provider.follow_up_endpoint);
    let device = all(&provider.device_authorization_endpoint);
    let push = all(&provider.pushed_authorization_request_endpoint);
    let revocation = provider.revocation.clone().map(|mut revocation| {
        revocation.endpoint = fill(&revocation.endpoint);
        revocation
    });
    let registration = all(&provider.registration_endpoint);
    let introspection = provider.introspection.clone().map(|mut introspection| {
        introspection.endpoint = fill(&introspection.endpoint);
        introspection
    });
    let checks = provider.checks.iter().map(|(name, url)| (name.clone(), fill(url))).collect();
    let api_origins = provider.api_origins.iter().map(|origin| fill(origin)).collect();
    provider.authorization_endpoint = authorization;
    provider.implicit_authorization_endpoint = implicit;
    provider.token_endpoint = token;
    provider.refresh_endpoint = refresh;
    provider.follow_up_endpoint = follow_up;
    provider.device_authorization_endpoint = device;
    provider.pushed_authorization_request_endpoint = push;
    provider.revocation = revocation;
    provider.introspection = introspection;
    provider.registration_endpoint = registration;
    provider.checks = checks;
    provider.api_origins = api_origins;
    provider.variables.clear();
    provider.allow_plaintext_on_loopback = true;
    provider
}

/// The emulator's clock: the tests have no other.
pub fn now(emulator: &Emulator) -> Timestamp {
    Timestamp::from_unix_millis(emulator.now_ms())
}

/// The status of a GET with one header field: an API as a program sees it.
pub fn call(url: &str, name: &str, value: &str) -> Result<u16, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    Ok(agent.get(url).header(name, value).call()?.status().as_u16())
}
