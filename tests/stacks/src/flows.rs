//! What goes well, and what the server refuses.

use oauth_proto::{
    ErrorCode, FinishError, Provider, RedirectUri, Remedy, Standing, error::Doubt, introspection::Validity,
    registration::ClientMetadata,
};
use oauth_proto_emulator::{Emulator, Fault, ProviderTable};

use crate::{
    scene::{Scene, TOKEN},
    stack::Stack,
    support::{now, on_loopback},
};

/// Login, API, refresh, API.
pub fn the_whole_flow(stack: &impl Stack) {
    let scene = Scene::new();
    let authorized = scene.log_in(stack);
    let api = |header: &oauth_proto::Header| {
        let request = ureq::get(scene.emulator.api_url()).header(header.name(), header.expose_value());
        request.config().http_status_as_error(false).proxy(None).build().call().unwrap().status().as_u16()
    };
    let old = authorized.header_for(&scene.client, &scene.emulator.api_url()).unwrap();
    assert_eq!(api(&old), 200);

    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let tokens = flight.finish(stack.send(request)).unwrap().into_token_set();
    let Standing::Authorized(authorized) = tokens.at(scene.now()) else { panic!("expired at once") };
    let new = authorized.header_for(&scene.client, &scene.emulator.api_url()).unwrap();
    assert_eq!((api(&old), api(&new)), (401, 200));
    assert_eq!(scene.arrivals(), 2);
    scene.assert_clean();
}

/// The adapter sends a GET as well: a check endpoint takes one, with the token.
pub fn a_get_brings_its_answer_too(stack: &impl Stack) {
    let scene = Scene::with(|provider| {
        let me = format!("{}/api/v2/me", provider.api_origins[0]);
        provider.checks.insert("me".into(), me);
    });
    let authorized = scene.log_in(stack);
    let check = || {
        let (request, checking) = authorized.check(&scene.client, "me").unwrap();
        checking.finish(stack.send(request)).unwrap()
    };
    assert_eq!(check(), Validity::Good);
    scene.emulator.revoke_by_user();
    assert_eq!(check(), Validity::Rejected);
    scene.assert_clean();
}

/// A client registers, is read, updated and deleted (RFC 7591, RFC 7592): POST, GET, PUT and DELETE.
pub fn every_method_arrives(stack: &impl Stack) {
    let emulator = Emulator::start(ProviderTable::extended());
    let provider = Provider::new("extended", "https://plain.invalid/authorize", "https://plain.invalid/token");
    let mut provider = on_loopback(&emulator, provider);
    provider.registration_endpoint = Some(emulator.local("https://plain.invalid/register"));
    let now = now(&emulator);
    let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new(emulator.redirect_uri()).unwrap()]);

    let (request, registering) = provider.register(&metadata, None, now).unwrap();
    let client = registering.finish(stack.send(request)).unwrap();
    let (request, reading) = client.read(&provider, now).unwrap();
    let client = reading.finish(stack.send(request)).unwrap();
    let renamed = metadata.with_client_name("Renamed").unwrap();
    let (request, updating) = client.update(&provider, &renamed, now).unwrap();
    let client = updating.finish(stack.send(request)).unwrap();
    let (request, deleting) = client.delete(&provider, now).unwrap();
    deleting.finish(stack.send(request)).unwrap();
    assert_eq!(emulator.deviations(), Vec::<String>::new());
}

/// A spent code: status 400 and `invalid_grant`, in the server's words.
pub fn a_refusal_arrives_with_its_words(stack: &impl Stack) {
    let scene = Scene::new();
    scene.emulator.inject(Fault::CutAfterActing);
    let (request, flight) = scene.exchange();
    let in_doubt = crate::scene::lost(flight.finish(stack.send(request)));
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    let Err(FinishError::Dead { response, .. }) = flight.finish(stack.send(request)) else { panic!("not dead") };
    assert_eq!((&response.code, response.status), (&ErrorCode::InvalidGrant, Some(400)));
    assert!(response.description.is_some());
    assert!(scene.emulator.code_replay_detected());
    assert_eq!(scene.arrivals(), 2);
}

/// A wrong secret: status 400 or 401 and `invalid_client`; the code is not spent and works for the right client.
pub fn a_wrong_secret_spends_nothing(stack: &impl Stack) {
    let scene = Scene::new();
    let wrong = scene.client_with_secret("not the secret");
    let (request, flight) = scene.exchange_by(&wrong);
    let Err(FinishError::Refused { response, origin }) = flight.finish(stack.send(request)) else {
        panic!("not refused")
    };
    assert_eq!(response.code, ErrorCode::InvalidClient);
    assert!(matches!(response.status, Some(400 | 401)));
    let (request, flight) = origin.exchange(&scene.client, scene.now()).unwrap();
    let _ = crate::scene::refreshable(flight.finish(stack.send(request)).unwrap());
}

/// A server that is busy: the body and `Retry-After` arrive, and the code works afterwards.
pub fn too_many_requests(stack: &impl Stack) {
    let scene = Scene::new();
    scene.emulator.inject(Fault::TooManyRequests { retry_after_seconds: 7 });
    let (request, flight) = scene.exchange();
    let Err(FinishError::Refused { response, origin }) = flight.finish(stack.send(request)) else {
        panic!("not refused")
    };
    assert_eq!(response.code, ErrorCode::TemporarilyUnavailable);
    assert_eq!(response.remedy(), Remedy::Retry { after: Some(std::time::Duration::from_secs(7)) });
    let (request, flight) = origin.exchange(&scene.client, scene.now()).unwrap();
    let _ = crate::scene::refreshable(flight.finish(stack.send(request)).unwrap());
    assert_eq!(scene.arrivals(), 2);
    scene.assert_clean();
}

/// Neither a 303, which changes the method, nor a 307, which repeats the body, is followed.
pub fn redirects_are_not_followed(stack: &impl Stack) {
    let scene = Scene::new();
    let to = scene.emulator.api_url().replace("/api/v2/me", "/redirect-target");
    let faults = [(303, Fault::Redirect303 { to: to.clone() }), (307, Fault::Redirect307 { to })];
    for (arrivals, (expected, fault)) in (1..).zip(faults) {
        let (request, flight) = scene.exchange();
        scene.emulator.inject_at(TOKEN, fault);
        let Err(FinishError::InDoubt { doubt, in_doubt }) = flight.finish(stack.send(request)) else {
            panic!("not in doubt")
        };
        assert!(matches!(doubt, Doubt::UnexpectedStatus(status) if status == expected), "{doubt}");
        assert_eq!(scene.arrivals(), arrivals);
        drop(in_doubt.assume_unspent());
    }
    scene.assert_clean();
}
