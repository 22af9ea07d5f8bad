//! Clients that register themselves.

use oauth_proto::{
    AnyClient, Outcome, Provider, Response,
    registration::{
        AuthMethod, ClientFault, ClientMetadata, EitherClient, RegisteredClient, RegistrationError, RegistrationInDoubt,
    },
    stored,
};

use crate::{
    endings,
    secrets::{CLIENT_SECRET, EXTRA, INITIAL_TOKEN, REGISTRATION_TOKEN, STATEMENT},
    shown::Shown,
    stage::{at, each_outcome, full_provider, redirect_uri},
    values,
};

fn provider() -> Provider {
    let mut provider = full_provider();
    provider.registration_endpoint = Some("https://id.example/register".into());
    provider
}

pub fn metadata() -> ClientMetadata {
    let metadata = ClientMetadata::new().with_redirect_uris([redirect_uri()]);
    let metadata = metadata.with_software_statement(&STATEMENT.into()).unwrap();
    metadata.with_member("hook", &format!("{{\"url\":\"{EXTRA}\"}}")).unwrap()
}

/// A whole answer; a server may put a secret into the path and the query of a URL.
fn information(status: u16) -> Outcome {
    let body = format!(
        r#"{{"client_id":"app","client_secret":"{CLIENT_SECRET}","client_secret_expires_at":1,
        "registration_access_token":"{REGISTRATION_TOKEN}","hook":{{"url":"{EXTRA}"}},
        "registration_client_uri":"https://id.example/register/{REGISTRATION_TOKEN}?key={REGISTRATION_TOKEN}",
        "redirect_uris":["https://app.example/cb"],"software_statement":"{STATEMENT}"}}"#
    );
    Response::new(status, [("Content-Type", "application/json")], body).into()
}

fn registered() -> RegisteredClient {
    let (_, registering) = provider().register(&metadata(), None, at(0)).unwrap();
    registering.finish(information(201)).unwrap()
}

/// An answer with each member in the place of another: a reader might quote it.
fn misplaced() -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for name in [
        "client_id",
        "client_secret",
        "client_secret_expires_at",
        "registration_access_token",
        "registration_client_uri",
        "redirect_uris",
        "token_endpoint_auth_method",
    ] {
        for secret in [CLIENT_SECRET, REGISTRATION_TOKEN, STATEMENT] {
            let rest = if name == "client_id" { "" } else { r#","client_id":"app""# };
            for value in [format!(r#""{secret}\n""#), format!(r#"["{secret}",7]"#), format!(r#"{{"a":"{secret}"}}"#)] {
                let body = format!(r#"{{"{name}":{value}{rest}}}"#);
                outcomes.push(Response::new(200, [("Content-Type", "application/json")], body).into());
            }
        }
    }
    outcomes
}

pub fn show(shown: &mut Shown) {
    values(shown);
    faults(shown);
    let finish = |shown: &mut Shown, outcome| {
        let (request, registering) = provider().register(&metadata(), Some(&INITIAL_TOKEN.into()), at(0)).unwrap();
        values::request(shown, request);
        shown.state(&registering);
        match registering.finish(outcome) {
            Ok(client) => shown.state(&client),
            Err(error) => {
                shown.error(&error);
                match error {
                    RegistrationError::Refused { response } => shown.display(&*response),
                    RegistrationError::InDoubt { doubt, in_doubt } => {
                        shown.display(&doubt);
                        shown.state(&*in_doubt);
                    }
                    RegistrationError::NotSent { .. } => {}
                }
            }
        }
    };
    each_outcome(|outcome| finish(shown, outcome));
    for outcome in misplaced().into_iter().chain([information(201), information(500)]) {
        finish(shown, outcome);
    }
    let manage = |shown: &mut Shown, outcome: fn() -> Vec<Outcome>| {
        for outcome in outcome() {
            let (request, managing) = registered().read(&provider(), at(0)).unwrap();
            values::request(shown, request);
            shown.state(&managing);
            ending(shown, managing.finish(outcome));
        }
        for outcome in outcome() {
            let (request, managing) = registered().update(&provider(), &metadata(), at(0)).unwrap();
            values::request(shown, request);
            ending(shown, managing.finish(outcome));
        }
        for outcome in outcome() {
            let (request, deleting) = registered().delete(&provider(), at(0)).unwrap();
            values::request(shown, request);
            shown.state(&deleting);
            if let Err(error) = deleting.finish(outcome) {
                shown.error(&error);
                shown.state(&error.into_origin());
            }
        }
    };
    manage(shown, crate::stage::outcomes);
    manage(shown, misplaced);
    manage(shown, || vec![information(200), information(500)]);
}

fn ending(shown: &mut Shown, ended: Result<RegisteredClient, oauth_proto::error::EndpointError<RegisteredClient>>) {
    match ended {
        Ok(client) => shown.state(&client),
        Err(error) => {
            shown.error(&error);
            endings::endpoint(shown, error.fault());
            let client = error.into_origin();
            shown.state(&client);
            client.unconfirmed().iter().for_each(|unconfirmed| shown.serialize(unconfirmed));
        }
    }
}

fn values(shown: &mut Shown) {
    shown.debug(&metadata());
    // With a statement in it, serde writes that too: see `by_decision`.
    shown.serialize(&ClientMetadata::new().with_redirect_uris([redirect_uri()]));
    for method in [AuthMethod::None, AuthMethod::ClientSecretBasic, AuthMethod::Other("private_key_jwt".into())] {
        shown.display(&method);
        shown.serialize(&method);
    }
    let client = registered();
    let row = stored::save(&client);
    shown.state(&stored::load::<RegisteredClient>(row.as_bytes()).unwrap());
    let (_, registering) = provider().register(&metadata(), None, at(0)).unwrap();
    shown.state(&stored::load::<RegistrationInDoubt>(stored::save(&registering).as_bytes()).unwrap());
    // A row in which a value was damaged.
    for (old, new) in
        [(REGISTRATION_TOKEN, "two words"), (CLIENT_SECRET, ""), ("redirect_uris", "client_id\\\":7,\\\"x")]
    {
        let error = stored::load::<RegisteredClient>(row.replace(old, new).as_bytes()).err();
        error.iter().for_each(|error| shown.error(error));
    }
    shown.debug(&client.client(provider()).unwrap());
    let client: AnyClient = client.client(provider()).unwrap().into();
    shown.debug(&client);
    let public = metadata().with_auth_method(&AuthMethod::None);
    let (_, updating) = registered().update(&provider(), &public, at(0)).unwrap();
    let body = r#"{"client_id":"app","token_endpoint_auth_method":"none"}"#;
    let public = updating.finish(Response::new(200, [("Content-Type", "application/json")], body).into()).unwrap();
    let client = public.client(provider()).unwrap();
    assert!(matches!(client, EitherClient::WithoutSecret(_)));
    shown.debug(&client);
}

fn faults(shown: &mut Shown) {
    let mut elsewhere = provider();
    elsewhere.name = "elsewhere".into();
    let mut nowhere = provider();
    nowhere.registration_endpoint = None;
    let mut broken = provider();
    broken.limits.members = 0;
    for provider in [&elsewhere, &nowhere, &broken] {
        let error = registered().read(provider, at(0)).unwrap_err();
        shown.error(&error);
        shown.error(error.fault());
        if let ClientFault::Config(error) = error.fault() {
            shown.error(error);
        }
        shown.state(&error.into_client());
    }
    for token in [format!("{INITIAL_TOKEN} "), format!("{INITIAL_TOKEN}\n")] {
        shown.error(&provider().register(&metadata(), Some(&token.into()), at(0)).unwrap_err());
    }
    shown.error(&ClientMetadata::new().with_software_statement(&format!("{STATEMENT}\n").into()).unwrap_err());
    shown.error(&ClientMetadata::new().with_member("hook", &format!("{{\"{EXTRA}\":")).unwrap_err());
    shown.error(&ClientMetadata::new().with_client_uri(&format!("http://{STATEMENT}/")).unwrap_err());
}
