//! The life of a client: it registers, logs in, changes and goes.

use std::time::Duration;

use oauth_proto::{
    AnyClient, Authorized, Callback, Client, Entropy, FinishError, Granted, Refreshable, Scope, Timestamp,
    Unauthorized,
    grant::AuthorizationCode,
    registration::{AuthMethod, ClientFault, EitherClient, RegisteredClient},
    stored,
};
use oauth_proto_emulator::ProviderTable;
use serde_json::{Value, json};

use super::{CONFIGURATION, by_another_name, delete, metadata, open, read, refusal, registered, scene, update};
use crate::scene::{Result, Scene, form_body, send};

/// A login that goes well.
fn log_in(
    scene: &Scene,
    login: Unauthorized<AuthorizationCode>,
    client: &AnyClient,
) -> Result<Authorized<Refreshable>> {
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    assert!(url.as_str().contains("code_challenge_method=S256"), "with PKCE");
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, in_flight) = awaiting.receive(client, Callback::url(&landing.url), scene.now())?;
    Ok(expect!(in_flight.finish(send(request))?, Granted::Refreshable(authorized) => authorized))
}

fn login_of(client: &EitherClient) -> Result<Unauthorized<AuthorizationCode>> {
    Ok(match client {
        EitherClient::WithoutSecret(client) => client.authorization_code()?,
        EitherClient::WithSecret(client) => client.authorization_code()?,
    })
}

fn body(scene: &Scene, path: &str) -> Value {
    serde_json::from_slice(&scene.last(path).body).unwrap()
}

#[test]
fn a_client_registers_logs_in_changes_and_goes() -> Result {
    let scene = open();
    let registered = registered(&scene, &metadata(&scene)?)?;
    let seen = scene.last("/register");
    assert_eq!((&*seen.method, seen.header("authorization"), seen.status), ("POST", None, Some(201)));
    assert_eq!(
        serde_json::from_slice::<Value>(&seen.body)?,
        json!({ "client_name": "Example", "redirect_uris": [scene.emulator.redirect_uri()],
            "grant_types": ["authorization_code", "refresh_token"] })
    );
    assert_eq!(scene.emulator.registered_clients(), [registered.client_id()]);
    assert_eq!(registered.issued_at(), Some(Timestamp::from_unix_seconds(scene.now().as_unix_millis() / 1000)));
    assert!(registered.secret_expires_at().is_none() && !registered.is_expired(scene.now()));
    assert_eq!(registered.metadata().auth_method(), AuthMethod::ClientSecretBasic);

    // It is a client as any other.
    let row = stored::save(&registered);
    let client = registered.client(scene.provider.clone())?;
    assert_eq!(client.client_id(), registered.client_id());
    let authorized = log_in(&scene, login_of(&client)?, &client)?;
    assert!(scene.last("/token").header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    let header = authorized.header_for(&client, &scene.emulator.api_url())?;
    assert_eq!(crate::support::call(&scene.emulator.api_url(), header.name(), header.expose_value())?, 200);

    // Out of the store it is the same. An update says all again, but for what is the server's.
    let registered: RegisteredClient = stored::load(row.as_bytes())?;
    let changed = registered.metadata().clone().with_client_name("Another")?.without("client_uri");
    let registered = update(&scene, registered, &changed)?;
    let seen = scene.last(CONFIGURATION);
    assert_eq!((&*seen.method, seen.status), ("PUT", Some(200)));
    let mut all: Value = serde_json::to_value(&changed)?;
    all["client_id"] = json!(registered.client_id());
    assert_eq!(body(&scene, CONFIGURATION), all);
    assert_eq!(registered.metadata().text("client_name").as_deref(), Some("Another"));

    let registered = read(&scene, registered)?;
    let seen = scene.last(CONFIGURATION);
    assert_eq!((&*seen.method, seen.status, &*seen.body), ("GET", Some(200), &b""[..]));
    assert_eq!(registered.metadata().text("client_name").as_deref(), Some("Another"));
    // The answers said no secret any more, and it is kept: the client refreshes with it.
    let client = registered.client(scene.provider.clone())?;
    let (request, in_flight) = authorized.refresh(&client, scene.now())?;
    let authorized = in_flight.finish(send(request))?;

    delete(&scene, registered)?;
    let seen = scene.last(CONFIGURATION);
    assert_eq!((&*seen.method, seen.status, &*seen.body), ("DELETE", Some(204), &b""[..]));
    assert_eq!(scene.emulator.registered_clients(), Vec::<String>::new());
    // RFC 7592 section 2.3: its tokens are gone with it, and nobody logs in with it any more.
    let header = authorized.header_for(&client, &scene.emulator.api_url())?;
    assert_eq!(crate::support::call(&scene.emulator.api_url(), header.name(), header.expose_value())?, 401);
    let (request, in_flight) = authorized.refresh(&client, scene.now())?;
    let response = expect!(in_flight.finish(send(request)), Err(FinishError::Refused { response, .. }) => response);
    assert_eq!((response.code.as_str(), response.status), ("invalid_client", Some(401)));
    Ok(())
}

/// RFC 7591 section 2: how it proves itself is what it is registered for, and the emulator takes nothing else.
#[test]
fn a_client_proves_itself_as_it_is_registered() -> Result {
    let scene = open();
    let post = metadata(&scene)?.with_auth_method(&AuthMethod::ClientSecretPost);
    let client = expect!(registered(&scene, &post)?.client(scene.provider.clone())?,
        EitherClient::WithSecret(client) => client);
    drop(log_in(&scene, client.authorization_code()?, &client)?);
    let sent = scene.last("/token");
    assert_eq!(sent.header("authorization"), None);
    assert!(form_body(&sent).iter().any(|(name, _)| name == "client_secret"));

    let none = metadata(&scene)?.with_auth_method(&AuthMethod::None);
    let public = registered(&scene, &none)?;
    assert!(public.client_secret().is_none());
    let client = expect!(public.client(scene.provider.clone())?, EitherClient::WithoutSecret(client) => client);
    drop(log_in(&scene, client.authorization_code()?, &client)?);
    assert!(!form_body(&scene.last("/token")).iter().any(|(name, _)| name == "client_secret"));

    // One with a signature is registered, and refused by its name when a client is made of it.
    let signing = metadata(&scene)?
        .with_auth_method(&AuthMethod::Other("private_key_jwt".into()))
        .with_jwks_uri("https://app.example/keys")?;
    let error = registered(&scene, &signing)?.client(scene.provider.clone()).unwrap_err();
    let error = expect!(error, ClientFault::Config(error) => error);
    assert_eq!(error.field(), "token_endpoint_auth_method");
    assert!(error.to_string().ends_with("there are: none, client_secret_basic, client_secret_post"), "{error}");

    // A client that changes from a secret to none loses it.
    let registered = registered(&scene, &metadata(&scene)?)?;
    assert!(registered.client_secret().is_some());
    let registered = update(&scene, registered, &none)?;
    assert!(registered.client_secret().is_none());
    assert!(matches!(registered.client(scene.provider.clone())?, EitherClient::WithoutSecret(_)));
    let registered = update(&scene, registered, &post)?;
    assert!(registered.client_secret().is_some());
    Ok(())
}

/// RFC 7591 section 3.2.1: not what was asked for.
#[test]
fn what_the_server_has_registered_counts() -> Result {
    let scene = open();
    let asked = metadata(&scene)?
        .with_scope(&Scope::new(["read", "admin"])?)
        .with_translation("client_name", "ja-Kana-JP", "クライアント名")?
        .with_member("emulator_note", r#"{"a": [1, 2.50]}"#)?;
    let registered = registered(&scene, &asked)?;
    assert_eq!(registered.metadata().scope(), Some(Scope::new(["read"])?), "not `admin`");
    assert_eq!(registered.metadata().text("client_name#ja-Kana-JP").as_deref(), Some("クライアント名"));
    assert_eq!(registered.metadata().json("emulator_note"), Some(r#"{"a":[1,2.5]}"#), "as the server wrote it");
    assert_eq!(registered.metadata().response_types(), ["code"], "which nobody asked for");
    Ok(())
}

/// RFC 7591 section 3.2.1: `client_secret_expires_at`.
#[test]
fn a_secret_expires_and_a_read_brings_another() -> Result {
    let scene = scene(ProviderTable::extended().secrets_that_expire(3600));
    let asked = metadata(&scene)?.with_grant_types(["client_credentials"])?.with_response_types([""; 0])?;
    let registered = registered(&scene, &asked)?;
    let old = registered.client_secret().unwrap().clone();
    let token = |registered: &RegisteredClient| -> Result<_> {
        let client: Client<_> = expect!(registered.client(scene.provider.clone())?,
            EitherClient::WithSecret(client) => client);
        let (request, in_flight) = client.client_credentials()?.request(scene.now())?;
        Ok(in_flight.finish(send(request)).map(drop))
    };
    assert!(token(&registered)?.is_ok());
    scene.emulator.advance(Duration::from_millis(3_599_999));
    let almost = scene.now();
    scene.emulator.advance(Duration::from_millis(1));
    let end = registered.secret_expires_at().unwrap();
    assert!(
        !registered.is_expired(Timestamp::from_unix_millis(end.as_unix_millis() - 1)) && registered.is_expired(end)
    );
    assert!(end > almost.minus(Duration::from_secs(1)) && end <= scene.now());
    let response = expect!(token(&registered)?, Err(FinishError::Refused { response, .. }) => response);
    assert_eq!(response.code.as_str(), "invalid_client");

    let registered = read(&scene, registered)?;
    assert!(!registered.is_expired(scene.now()) && !registered.client_secret().unwrap().matches(old.expose()));
    assert!(token(&registered)?.is_ok());
    Ok(())
}

/// RFC 7592 section 2: an answer may bring another registration access token, and the old one is no good then.
#[test]
fn an_old_registration_access_token_is_refused() -> Result {
    let scene = open();
    let registered = registered(&scene, &metadata(&scene)?)?;
    let old = stored::save(&registered);
    let registered = read(&scene, registered)?;

    let error = read(&scene, stored::load(old.as_bytes())?).unwrap_err();
    assert_eq!((refusal(&error).code.as_str(), refusal(&error).status), ("invalid_token", Some(401)));
    let stale = error.into_origin();
    assert_eq!(stale.unconfirmed(), None, "the server has done nothing");
    assert!(delete(&scene, stale).is_err());
    assert_eq!(scene.emulator.registered_clients(), [registered.client_id()]);

    delete(&scene, read(&scene, registered)?)?;
    assert_eq!(scene.emulator.registered_clients(), Vec::<String>::new());
    Ok(())
}

/// RFC 7592 section 3: a server that repeats nothing leaves what was.
#[test]
fn a_registration_access_token_that_stays_is_kept() -> Result {
    let scene = scene(ProviderTable::extended().with_steady_registration_tokens());
    let mut registered = registered(&scene, &metadata(&scene)?)?;
    for _ in 0..3 {
        registered = read(&scene, registered)?;
    }
    delete(&scene, registered)?;
    Ok(())
}

#[test]
fn a_server_that_manages_no_clients_says_so_by_what_it_leaves_out() -> Result {
    let scene = scene(ProviderTable::extended().without_client_management());
    let registered = registered(&scene, &metadata(&scene)?)?;
    assert!(!registered.is_manageable() && registered.registration_client_uri().is_none());
    let client = registered.client(scene.provider.clone())?;
    drop(log_in(&scene, login_of(&client)?, &client)?);
    let error = registered.read(&scene.provider, scene.now()).unwrap_err();
    assert_eq!(*error.fault(), ClientFault::NotManageable);
    let error = error.into_client().delete(&scene.provider, scene.now()).unwrap_err();
    assert_eq!(*error.fault(), ClientFault::NotManageable);
    assert_eq!(scene.emulator.requests_to(CONFIGURATION), 0);
    Ok(())
}

/// Whoever answers a registration names the place that the registration access token goes to.
#[test]
fn a_foreign_place_of_management_must_be_approved() -> Result {
    let elsewhere = scene(ProviderTable::extended().managing_clients_at("https://evil.example"));
    let registered_elsewhere = registered(&elsewhere, &metadata(&elsewhere)?)?;
    let uri = registered_elsewhere.registration_client_uri().unwrap();
    assert!(uri.starts_with("https://evil.example/"), "{uri}");
    let error = registered_elsewhere.read(&elsewhere.provider, elsewhere.now()).unwrap_err();
    assert_eq!(*error.fault(), ClientFault::ForeignOrigin);
    // In plaintext it goes nowhere, approved or not.
    let mut strict = elsewhere.provider.clone();
    strict.allow_plaintext_on_loopback = false;
    (strict.authorization_endpoint, strict.token_endpoint) = (None, None);
    (strict.registration_endpoint, strict.api_origins) = (Some("https://id.example/register".into()), Vec::new());
    let mut client = error.into_client();
    client.approve_management_origin("https://evil.example:443/any/path")?;
    assert!(client.read(&strict, elsewhere.now()).is_ok(), "the caller wants it so");

    let scene = open();
    let mut registered = registered(&scene, &metadata(&scene)?)?;
    let provider = by_another_name(&scene.provider);
    let error = registered.read(&provider, scene.now()).unwrap_err();
    assert_eq!(*error.fault(), ClientFault::ForeignOrigin);
    registered = error.into_client();
    let uri = registered.registration_client_uri().unwrap().to_owned();
    registered.approve_management_origin(&uri)?;
    let registered: RegisteredClient = stored::load(stored::save(&registered).as_bytes())?;
    let (request, reading) = registered.read(&provider, scene.now())?;
    let registered = reading.finish(send(request))?;
    let error = registered.read(&strict, scene.now()).unwrap_err();
    let fault = expect!(error.fault(), ClientFault::Config(error) => error.field().to_owned());
    assert_eq!(fault, "registration_client_uri", "this provider takes no plaintext");
    Ok(())
}

#[test]
fn a_client_is_of_its_server_alone() -> Result {
    let scene = open();
    let registered = registered(&scene, &metadata(&scene)?)?;
    let mut other = scene.provider.clone();
    other.name = "another".into();
    assert_eq!(registered.client(other.clone()).unwrap_err(), ClientFault::WrongServer);
    let error = registered.read(&other, scene.now()).unwrap_err();
    assert_eq!(*error.fault(), ClientFault::WrongServer);
    assert_eq!(scene.emulator.requests_to(CONFIGURATION), 0);
    Ok(())
}
