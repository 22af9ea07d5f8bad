//! Metadata (RFC 8414, RFC 9728): a client that knows an address, and learns all else.

use oauth_proto::{
    Callback, CallbackError, Client, Confidential, Entropy, FinishError, Granted, Limits, Provider, RedirectUri,
    Registration, Remedy,
    dialect::ClientAuthentication,
    error::{AnswerFault, CallbackFault, EndpointFault},
    metadata::{
        Approval, Fetching, Issuer, MetadataError, Resource, ResourceMetadata, ServerMetadata, Unusable, WellKnown,
    },
};
use oauth_proto_emulator::{Emulator, Fault, ProviderTable};
use serde_json::json;

use crate::scene::{Result, Scene, send};

const SERVER: &str = "/.well-known/oauth-authorization-server";

fn loopback() -> Approval {
    Approval::none().plaintext_on_loopback()
}

fn issuer(emulator: &Emulator) -> Issuer {
    Issuer::approved(emulator.origin("plain.invalid"), &loopback()).unwrap()
}

fn fetch(emulator: &Emulator) -> std::result::Result<ServerMetadata, MetadataError> {
    let (request, fetching) = issuer(emulator).metadata(WellKnown::OauthAuthorizationServer, &Limits::default());
    fetching.finish(send(request))
}

/// What comes of a server with something else in its metadata.
fn provider_of(table: ProviderTable, approval: &Approval) -> std::result::Result<Provider, Unusable> {
    let scene = Scene::of(table);
    Provider::from_metadata(&fetch(&scene.emulator).unwrap(), approval)
}

fn client_of(emulator: &Emulator, provider: Provider) -> Result<Client<Confidential>> {
    let registration =
        Registration::new(emulator.client_id())?.redirect_uri(RedirectUri::new(emulator.redirect_uri())?);
    Ok(Client::confidential(provider, registration, emulator.client_secret().into())?)
}

/// The status of a request to the API without a token, and what its challenge says.
fn challenge(url: &str) -> Result<oauth_proto::Response> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let (parts, _) = agent.get(url).call()?.into_parts();
    Ok(http::Response::from_parts(parts, Vec::new()).into())
}

#[test]
fn from_an_apis_challenge_to_a_token_that_it_takes() -> Result {
    let scene = Scene::new();
    let (emulator, limits) = (&scene.emulator, Limits::default());

    // The API says no, and where it says more of itself.
    let resource = Resource::approved(emulator.api_url(), &loopback())?;
    let refused = challenge(resource.as_str())?;
    let challenges = refused.challenges(&limits)?;
    let pointer = challenges.of_scheme("Bearer").find_map(|bearer| bearer.resource_metadata()).ok_or("no pointer")?;
    let (request, fetching) = resource.metadata_at(pointer, &loopback(), &limits)?;
    assert_eq!((request.method().as_str(), request.url()), ("GET", pointer));
    let api: ResourceMetadata = fetching.finish(send(request))?;
    assert_eq!((api.resource_name(), api.bearer_methods_supported()), (Some("The API"), Some(&["header".into()][..])));

    // Its server is at another origin, and so another's to approve.
    let server = emulator.origin("plain.invalid");
    let not_approved = Unusable::NotApproved { member: "authorization_servers", origin: server.as_str().into() };
    assert_eq!(api.issuer(&loopback()), Err(not_approved));
    let issuer = api.issuer(&loopback().origin(&server)?)?;
    assert_eq!(issuer.as_str(), server);

    let (request, fetching) = issuer.metadata(WellKnown::default(), &limits);
    let provider = Provider::from_metadata(&fetching.finish(send(request))?, &loopback())?;
    assert_eq!(provider.issuer.as_deref(), Some(&*server));
    let client = client_of(emulator, provider.api_origin(resource.as_str()))?;
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, scene.now());
    assert!(url.as_str().contains("code_challenge_method=S256"));
    let landing = emulator.user().approve(url.as_str());
    assert!(landing.url.contains("&iss=http%3A%2F%2F127.0.0.1"), "{}", landing.url);
    let (request, in_flight) = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    let authorized = expect!(in_flight.finish(send(request))?, Granted::Refreshable(authorized) => authorized);
    let foreign = scene.api(&authorized).unwrap_err().to_string();
    assert!(foreign.starts_with("the token is of another server"), "a name is no issuer: {foreign}");
    let header = authorized.header_for(&client, resource.as_str())?;
    assert_eq!(crate::support::call(resource.as_str(), header.name(), header.expose_value())?, 200);
    let (request, in_flight) = authorized.refresh(&client, scene.now())?;
    drop(in_flight.finish(send(request))?);
    Ok(())
}

#[test]
fn the_two_documents_say_the_same_and_nothing_says_who_asks() -> Result {
    let scene = Scene::new();
    let ask = |place| {
        let (request, fetching) = issuer(&scene.emulator).metadata(place, &Limits::default());
        fetching.finish(send(request))
    };
    let server = ask(WellKnown::OauthAuthorizationServer)?;
    let seen = scene.last(SERVER);
    assert_eq!((seen.method.as_str(), seen.query.as_deref(), seen.body.len()), ("GET", None, 0));
    assert_eq!((seen.header("accept"), seen.header("authorization")), (Some("application/json"), None));
    assert_eq!(ask(WellKnown::OpenidConfiguration)?, server);
    assert_eq!(ask(WellKnown::OpenidConfigurationInserted)?, server, "an issuer without a path has one place for both");
    let origin = scene.emulator.origin("plain.invalid");
    assert_eq!(server.token_endpoint(), Some(&*format!("{origin}/token")));
    assert_eq!(server.revocation_endpoint(), Some(&*format!("{origin}/revoke")));
    let grants = server.grant_types_supported().unwrap_or_default();
    assert!(
        ["authorization_code", "implicit", "refresh_token"].iter().all(|known| grants.iter().any(|each| each == known))
    );
    Ok(())
}

#[test]
fn what_does_not_come_is_asked_for_again() -> Result {
    let scene = Scene::new();
    let ask = || fetch(&scene.emulator);
    let faulted = |fault: Fault| {
        scene.emulator.inject_at(SERVER, fault);
        ask().unwrap_err()
    };
    let lost = faulted(Fault::CutAfterActing);
    assert!(matches!(lost, MetadataError::Answer(EndpointFault::Lost(_))), "{lost}");
    assert_eq!(lost.remedy(), Remedy::Retry { after: None });
    let half = faulted(Fault::ShortBody);
    assert!(matches!(half, MetadataError::Answer(EndpointFault::Lost(_))), "{half}");
    let busy = faulted(Fault::TooManyRequests { retry_after_seconds: 7 });
    assert_eq!(busy.remedy(), Remedy::Retry { after: Some(std::time::Duration::from_secs(7)) });
    assert_eq!(faulted(Fault::Status500BeforeActing).remedy(), Remedy::Retry { after: None });
    let garbage = faulted(Fault::Garbage);
    assert!(matches!(garbage, MetadataError::Answer(EndpointFault::Unreadable(AnswerFault::NotJson))), "{garbage}");
    ask()?;
    Ok(())
}

#[test]
fn a_redirect_is_no_answer() {
    let scene = Scene::new();
    let to = format!("{}/redirect-target", scene.emulator.origin("plain.invalid"));
    for fault in [Fault::Redirect303 { to: to.clone() }, Fault::Redirect307 { to: to.clone() }] {
        scene.emulator.inject_at(SERVER, fault);
        let error = fetch(&scene.emulator).unwrap_err();
        let refusal = expect!(&error, MetadataError::Answer(EndpointFault::Refused(refusal)) => refusal);
        assert!(matches!(refusal.status, Some(303 | 307)) && error.remedy() == Remedy::Fix, "{error}");
    }
}

#[test]
fn a_place_where_nothing_is_says_so_and_nobody_is_there_is_another_thing() -> Result {
    let scene = Scene::new();
    let elsewhere = Issuer::approved(format!("{}/tenant", scene.emulator.origin("plain.invalid")), &loopback())?;
    for place in [WellKnown::OauthAuthorizationServer, WellKnown::OpenidConfiguration] {
        let (request, fetching) = elsewhere.metadata(place, &Limits::default());
        let error = fetching.finish(send(request)).unwrap_err();
        assert!(matches!(error, MetadataError::Answer(EndpointFault::Refused(_))), "{error}");
    }
    scene.deviated("there is no /.well-known/oauth-authorization-server/tenant on plain.invalid");

    let gone = issuer(&Emulator::start(ProviderTable::extended()));
    let (request, fetching) = gone.metadata(WellKnown::default(), &Limits::default());
    let error = fetching.finish(send(request)).unwrap_err();
    assert!(matches!(error, MetadataError::Answer(EndpointFault::NotSent(_))), "{error}");
    Ok(())
}

#[test]
fn metadata_of_another_issuer_or_resource_is_not_used() -> Result {
    let scene = Scene::of(ProviderTable::extended().server_says("issuer", "https://id.example\n"));
    let error = fetch(&scene.emulator).unwrap_err();
    let both = expect!(&error, MetadataError::OtherIssuer(both) => both);
    assert_eq!((&*both.found, &*both.expected), (r"https://id.example\n", issuer(&scene.emulator).as_str()));
    assert_eq!(error.remedy(), Remedy::Fix);

    // A slash is another text, and so another issuer.
    let with_slash = Issuer::approved(format!("{}/", scene.emulator.origin("plain.invalid")), &loopback())?;
    let (request, fetching) = with_slash.metadata(WellKnown::default(), &Limits::default());
    assert!(matches!(fetching.finish(send(request)), Err(MetadataError::OtherIssuer(_))));

    let scene = Scene::of(ProviderTable::extended().resource_says("resource", "https://api.example"));
    let resource = Resource::approved(scene.emulator.api_url(), &loopback())?;
    let (request, fetching): (_, Fetching<Resource>) = resource.metadata(&Limits::default());
    assert!(matches!(fetching.finish(send(request)), Err(MetadataError::OtherResource(_))));
    Ok(())
}

#[test]
fn what_is_too_large_or_of_another_type_is_refused() {
    let cases = [
        (ProviderTable::extended().server_says("padding", "x".repeat(300_000)), AnswerFault::TooLarge),
        (ProviderTable::extended().server_says("token_endpoint", 42), AnswerFault::Malformed("token_endpoint")),
        (ProviderTable::extended().server_says("scopes_supported", "read"), AnswerFault::Malformed("scopes_supported")),
        (ProviderTable::extended().server_says("issuer", ()), AnswerFault::Missing("issuer")),
    ];
    for (table, fault) in cases {
        let scene = Scene::of(table);
        let error = fetch(&scene.emulator).unwrap_err();
        let found = expect!(error, MetadataError::Answer(EndpointFault::Unreadable(found)) => found);
        assert_eq!(found, fault);
    }
}

#[test]
fn another_origin_and_a_private_address_need_the_callers_approval() -> Result {
    let table =
        || ProviderTable::extended().server_says("authorization_endpoint", "https://login.example.net/authorize");
    let refused = provider_of(table(), &loopback()).unwrap_err();
    let (member, origin) = ("authorization_endpoint", "https://login.example.net".into());
    assert_eq!(refused, Unusable::NotApproved { member, origin });
    let named = loopback().origin("https://login.example.net")?;
    let provider = provider_of(table(), &named)?;
    assert_eq!(provider.authorization_endpoint.as_deref(), Some("https://login.example.net/authorize"));

    let table = || ProviderTable::extended().server_says("token_endpoint", "https://10.0.0.7/token");
    let named = loopback().origin("https://10.0.0.7")?;
    let host = "10.0.0.7".into();
    assert_eq!(provider_of(table(), &named), Err(Unusable::PrivateAddress { member: "token_endpoint", host }));
    assert!(provider_of(table(), &named.private_addresses()).is_ok());

    let table = || ProviderTable::extended().server_says("device_authorization_endpoint", "https://tv.example/device");
    assert!(matches!(provider_of(table(), &loopback()), Err(Unusable::NotApproved { .. })));
    let without = provider_of(table(), &loopback().ignore("device_authorization_endpoint")?)?;
    assert_eq!(without.device_authorization_endpoint, None);
    Ok(())
}

#[test]
fn what_the_lists_say_decides_and_is_not_tried_out() -> Result {
    let methods = |listed| ProviderTable::extended().server_says("token_endpoint_auth_methods_supported", listed);
    let chosen = |table| Ok::<_, Unusable>(provider_of(table, &loopback())?.dialect.token.client_authentication);
    assert_eq!(chosen(ProviderTable::extended())?, ClientAuthentication::Basic);
    assert_eq!(chosen(methods(json!(["client_secret_post", "client_secret_basic"])))?, ClientAuthentication::Basic);
    assert_eq!(chosen(methods(json!(["none", "client_secret_post"])))?, ClientAuthentication::Body);
    assert_eq!(chosen(methods(json!(["none"])))?, ClientAuthentication::None);
    let signed = Err(Unusable::NoAuthentication { listed: ["private_key_jwt".into()].into() });
    assert_eq!(chosen(methods(json!(["private_key_jwt"]))), signed);
    assert_eq!(chosen(methods(().into()))?, ClientAuthentication::Basic, "RFC 8414 section 2");

    let plain = ProviderTable::extended().server_says("code_challenge_methods_supported", json!(["plain"]));
    let refused = provider_of(plain, &loopback()).unwrap_err();
    assert_eq!(refused, Unusable::NoS256 { listed: ["plain".into()].into() });

    // The secret is in the body, where the server says that it reads it.
    let scene = Scene::of(methods(json!(["client_secret_post"])));
    let provider = Provider::from_metadata(&fetch(&scene.emulator)?, &loopback())?;
    let client = client_of(&scene.emulator, provider)?;
    let (request, in_flight) = client.client_credentials()?.request(scene.now())?;
    drop(in_flight.finish(send(request))?);
    let seen = scene.last("/token");
    assert!(seen.header("authorization").is_none() && seen.body_text().contains("client_secret="));
    Ok(())
}

#[test]
fn a_server_without_codes_has_its_other_grants() -> Result {
    let scene = Scene::of(ProviderTable::extended().server_says("response_types_supported", json!(["token"])));
    let provider = Provider::from_metadata(&fetch(&scene.emulator)?, &loopback())?;
    let client = client_of(&scene.emulator, provider)?;
    assert_eq!(client.authorization_code().unwrap_err().field(), "authorization_endpoint");
    assert!(client.implicit().is_ok());
    let (request, in_flight) = client.client_credentials()?.request(scene.now())?;
    drop(in_flight.finish(send(request))?);
    Ok(())
}

#[test]
fn a_promised_iss_must_be_there() -> Result {
    let promise = ("authorization_response_iss_parameter_supported", true);
    let scene = Scene::of(ProviderTable::extended().without_iss().server_says(promise.0, promise.1));
    let provider = Provider::from_metadata(&fetch(&scene.emulator)?, &loopback())?;
    let client = client_of(&scene.emulator, provider)?;
    for approves in [true, false] {
        let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, scene.now());
        let user = scene.emulator.user();
        let landing = if approves { user.approve(url.as_str()) } else { user.deny(url.as_str()) };
        let error = awaiting.receive(&client, Callback::url(&landing.url), scene.now()).unwrap_err();
        let fault = expect!(error, CallbackError::NotOurs { fault, .. } => fault);
        assert_eq!(fault, CallbackFault::IssuerMissing);
    }
    Ok(())
}

#[test]
fn a_copy_is_read_again_and_a_stale_one_shows() -> Result {
    let scene = Scene::new();
    let fresh = fetch(&scene.emulator)?;
    let kept = fresh.to_json();
    assert_eq!(ServerMetadata::read(&issuer(&scene.emulator), kept.as_bytes(), &Limits::default())?, fresh);

    // Of before the endpoint moved: the code is refused there, and the server says more than a guess would.
    let stale = kept.replace("/token\"", "/old-token\"");
    let stale = ServerMetadata::read(&issuer(&scene.emulator), stale.as_bytes(), &Limits::default())?;
    let client = client_of(&scene.emulator, Provider::from_metadata(&stale, &loopback())?)?;
    let (request, in_flight) = client.client_credentials()?.request(scene.now())?;
    let error = in_flight.finish(send(request)).unwrap_err();
    assert!(matches!(error, FinishError::Refused { .. }), "{error}");
    scene.deviated("there is no /old-token");
    // It is the same server: what was stored stays good with the fresh copy.
    let client = client_of(&scene.emulator, Provider::from_metadata(&fresh, &loopback())?)?;
    let (request, in_flight) = client.client_credentials()?.request(scene.now())?;
    drop(in_flight.finish(send(request))?);

    // Of another server.
    let other = Emulator::start(ProviderTable::extended());
    let error = ServerMetadata::read(&issuer(&other), kept.as_bytes(), &Limits::default()).unwrap_err();
    assert!(matches!(error, MetadataError::OtherIssuer(_)), "{error}");
    Ok(())
}
