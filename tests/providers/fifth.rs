//! The fifth provider, which does not name itself: `docs/providers/fifth.md`.

use std::time::Duration;

use oauth_proto::{
    Authorized, Callback, CallbackError, Entropy, ErrorCode, FinishError, Keeper, Refreshable, Reissuable, Response,
    Scope, Standing, TokenSet, Turn,
    dialect::{CodeDecoding, StateEcho},
    error::CallbackFault,
    providers::{self, FifthUrls},
    stored,
};
use oauth_proto_emulator::ProviderTable;

use crate::scenario::*;

const TOKEN: &str = "/token";
const TWENTY_MINUTES: Duration = Duration::from_secs(1200);

#[test]
fn option_1_a_code_goes_back_as_it_came() -> Result {
    proves!["fifth-e1", "fifth-e3", "fifth-e4", "fifth-q1", "fifth-q2", "fifth-q3", "fifth-q9", "fifth-c1", "fifth-c7"];
    let urls = FifthUrls {
        code_login: "https://login.example/code".into(),
        implicit_login: "https://login.example/token".into(),
        token_endpoint: "https://login.example/token".into(),
        api_origin: "https://api.example".into(),
    };
    let shipped = providers::fifth(urls);
    assert_eq!(shipped.authorization_endpoint.as_deref(), Some("https://login.example/code"));

    let scene = Scene::fifth();
    let (url, awaiting) = scene.awaiting()?;
    assert!(!names(&query(&url)).contains(&"scope"));
    let landing = scene.emulator.user().approve(&url);
    let (_, after) = landing.url.split_once("code=").unwrap();
    let code = after.split('&').next().unwrap();
    assert!(code.ends_with("%3D"), "{code}");
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;

    let seen = scene.last(TOKEN);
    let sent = json(&seen)?;
    assert_eq!(names(&sent), ["client_id", "client_secret", "code", "code_verifier", "grant_type"]);
    assert_eq!(value(&sent, "code"), code);
    assert_eq!(value(&sent, "client_secret"), scene.emulator.client_secret());
    assert_eq!(seen.header("authorization"), None);
    // The header's name is the document's; a scheme is not.
    let header = scene.header(&authorized)?;
    assert_eq!((header.name(), header.expose_value()), ("Authorization", authorized.access_token().expose()));
    assert_eq!(scene.api(&header)?, 200);
    Ok(())
}

#[test]
fn a_decoded_code_is_another_code() -> Result {
    proves!["fifth-q3"];
    let scene = Scene::fifth();
    let client = scene.client_of(|provider| provider.dialect.callback.code = CodeDecoding::Decoded)?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    expect!(flight.finish(send(request)).unwrap_err(), FinishError::Refused { .. } => ());
    scene.deviated("`code` was decoded or encoded on its way");
    Ok(())
}

#[test]
fn option_2_implicit_in_the_fragment_or_the_query() -> Result {
    proves!["fifth-e2", "fifth-e8", "fifth-q7", "fifth-c4"];
    for (table, mark) in [(ProviderTable::fifth(), '#'), (ProviderTable::fifth().implicit_in_query(), '?')] {
        let scene = Scene::fifth_of(table);
        let client = scene.public_client()?;
        let (url, awaiting) = client.implicit()?.authorize(Entropy::from_os()?, scene.now());
        assert!(url.as_str().contains("/login/implicit?"), "{}", url.as_str());
        assert_eq!(value(&query(url.as_str()), "response_type"), "token");
        let landing = scene.emulator.user().approve(url.as_str());
        assert!(landing.url.contains(&format!("/callback{mark}access_token=")), "{}", landing.url);
        assert!(!landing.url.contains("refresh_token"));
        let authorized = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
        scene.opens_the_api_to(&client, &authorized)?;
        assert_eq!(scene.emulator.requests_to(TOKEN), 0);
        // A refresh token is nothing that this dialect declares.
        assert!(client.implicit_with_refresh().is_err());
    }
    Ok(())
}

#[test]
fn option_3_password_with_the_secret() -> Result {
    proves!["fifth-e5", "fifth-q1", "fifth-q8", "fifth-c2"];
    let scene = Scene::fifth();
    let (request, flight) = scene.client.password()?.request("jsmith", &"password123".into(), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    let sent = json(&scene.last(TOKEN))?;
    assert_eq!(names(&sent), ["client_id", "client_secret", "grant_type", "password", "username"]);
    assert_eq!(value(&sent, "grant_type"), "password");
    scene.opens_the_api(&authorized)?;
    scene.opens_the_api(&scene.refreshed(authorized)?)?;

    let (request, flight) = scene.client.password()?.request("jsmith", &"password124".into(), scene.now())?;
    let response = expect!(flight.finish(send(request)).unwrap_err(), FinishError::Dead { response, .. } => response);
    assert_eq!(response.code, ErrorCode::InvalidGrant);

    // The document offers this to applications that can keep no secret, and shows one in the body all the same.
    let client = scene.public_client()?;
    let (request, flight) = client.password()?.request("jsmith", &"password123".into(), scene.now())?;
    expect!(flight.finish(send(request)).unwrap_err(), FinishError::Refused { .. } => ());
    scene.deviated("`client_secret` is missing from the token request with grant_type password");
    Ok(())
}

#[test]
fn option_4_client_credentials_with_a_refresh_token() -> Result {
    proves!["fifth-e6", "fifth-q1", "fifth-q5", "fifth-c2", "fifth-c3", "fifth-c5"];
    let scene = Scene::fifth();
    let (request, flight) = scene.client.client_credentials()?.request(scene.now())?;
    let authorized: Authorized<Reissuable> = flight.finish(send(request))?;
    let sent = json(&scene.last(TOKEN))?;
    assert_eq!(names(&sent), ["client_id", "client_secret", "grant_type"]);
    assert_eq!(value(&sent, "grant_type"), "client_credentials");
    scene.opens_the_api(&authorized)?;

    // Refreshing is a choice; asking again always works.
    let authorized = authorized.into_refreshable().map_err(|_| "no refresh token")?;
    let authorized = scene.refreshed(authorized)?;
    assert_eq!(value(&json(&scene.last(TOKEN))?, "grant_type"), "refresh_token");
    // No user is behind it: what the user withdraws does not touch it.
    scene.emulator.revoke_by_user();
    scene.opens_the_api(&authorized)?;

    let (request, flight) = scene.client.client_credentials()?.request(scene.now())?;
    let authorized = flight.finish(send(request))?;
    scene.emulator.advance(TWENTY_MINUTES);
    let expired = expect!(authorized.into_token_set().at(scene.now()), Standing::Expired(expired) => expired);
    let (request, flight) = expired.reissue(&scene.client, scene.now())?;
    let authorized = flight.finish(send(request))?;
    assert_eq!(value(&json(&scene.last(TOKEN))?, "grant_type"), "client_credentials");
    scene.opens_the_api(&authorized)
}

#[test]
fn option_4_in_a_keeper() -> Result {
    proves!["fifth-q5", "fifth-q10"];
    let scene = Scene::fifth();
    let (request, flight) = scene.client.client_credentials()?.request(scene.now())?;
    let mut keeper = Keeper::new(flight.finish(send(request))?.into_token_set());
    for _ in 0..3 {
        scene.emulator.advance(TWENTY_MINUTES);
        let turn = keeper.poll(&scene.client, scene.now(), Duration::ZERO);
        let (request, ticket) = expect!(turn, Turn::Send(request, ticket) => (request, ticket));
        keeper.handle(ticket, send(request), scene.now())?;
        let token = expect!(keeper.poll(&scene.client, scene.now(), Duration::ZERO), Turn::Use(token) => token);
        assert_eq!(call(&scene.emulator.api_url(), "Authorization", token.expose())?, 200);
    }
    assert_eq!(scene.emulator.requests_to(TOKEN), 4);
    Ok(())
}

#[test]
fn option_5_a_refresh_token_goes_back_as_it_was_issued() -> Result {
    proves!["fifth-e3", "fifth-e7", "fifth-q4", "fifth-q6", "fifth-c1"];
    let scene = Scene::fifth();
    let authorized = scene.authorized()?;
    scene.emulator.advance(TWENTY_MINUTES);
    let expired = expect!(authorized.into_token_set().at(scene.now()), Standing::Expired(expired) => expired);
    // Through a store and back.
    let row = stored::save(&expired.into_token_set());
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes())?;
    let expired = expect!(tokens.at(scene.now()), Standing::Expired(expired) => expired);
    let (request, flight) = expired.refresh(&scene.client, scene.now())?;
    let authorized = flight.finish(send(request))?;
    let first = json(&scene.last(TOKEN))?;
    assert_eq!(names(&first), ["client_id", "client_secret", "grant_type", "refresh_token"]);
    assert!(value(&first, "refresh_token").ends_with("%3d"), "{first:?}");
    assert!(row.contains(value(&first, "refresh_token")));
    scene.opens_the_api(&authorized)?;

    // A fresh one came, and is used from now on.
    scene.opens_the_api(&scene.refreshed(authorized)?)?;
    let second = json(&scene.last(TOKEN))?;
    assert_ne!(value(&second, "refresh_token"), value(&first, "refresh_token"));
    assert!(value(&second, "refresh_token").ends_with("%3d"), "{second:?}");
    assert!(!scene.emulator.reuse_detected());
    Ok(())
}

#[test]
fn the_old_access_token_lives_to_its_own_end() -> Result {
    proves!["fifth-q6"];
    let scene = Scene::fifth();
    let authorized = scene.authorized()?;
    let old = scene.header(&authorized)?;
    scene.opens_the_api(&scene.refreshed(authorized)?)?;
    assert_eq!(scene.api(&old)?, 200);
    scene.emulator.advance(TWENTY_MINUTES);
    assert_eq!(scene.api(&old)?, 401);
    Ok(())
}

#[test]
fn a_server_that_does_not_echo_state() -> Result {
    proves!["fifth-q2"];
    let scene = Scene::fifth_of(ProviderTable::fifth().echo_state(false));
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().approve(&url);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    assert!(error.to_string().contains("`callback.state`"), "{error}");
    let (awaiting, fault) = expect!(error, CallbackError::NotOurs { awaiting, fault, .. } => (awaiting, fault));
    assert_eq!(fault, CallbackFault::StateMissing);
    let client = scene.client_of(|provider| provider.dialect.callback.state = StateEcho::NotEchoedByThisServer)?;
    let (request, flight) = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn an_answer_of_an_unknown_shape() -> Result {
    proves!["fifth-e9", "fifth-q10", "fifth-c6"];
    let scene = Scene::fifth();
    let answer = |status, body: &str| Response::new(status, [("Content-Type", "application/json")], body).into();
    // No type and no lifetime: good until an API rejects it.
    let (_request, flight) = scene.code_in_flight()?;
    let granted = flight.finish(answer(200, r#"{"access_token":"a","refresh_token":"r%3d"}"#))?;
    let authorized = refreshable(granted)?;
    assert_eq!(authorized.expires_at(), None);
    assert!(!authorized.is_due(scene.now(), Duration::from_secs(u64::MAX)));
    let expired = authorized.rejected();
    // Errors by RFC 6749 section 5.2; a 4xx without one spends nothing.
    let (_request, flight) = expired.refresh(&scene.client, scene.now())?;
    let error = flight.finish(answer(400, r#"{"Message":"no"}"#)).unwrap_err();
    let origin = expect!(error, FinishError::Refused { origin, .. } => origin);
    let expired = expect!(origin.at(scene.now()), Standing::Expired(expired) => expired);
    let (_request, flight) = expired.refresh(&scene.client, scene.now())?;
    let error = flight.finish(answer(400, r#"{"error":"invalid_grant"}"#)).unwrap_err();
    expect!(error, FinishError::Dead { .. } => ());
    Ok(())
}

#[test]
fn a_scope_stays_at_home() -> Result {
    proves!["fifth-q2"];
    let scene = Scene::fifth();
    no_scope_is_sent(&scene)?;

    // The token endpoint is sent none either.
    let scope = Scope::new(["everything"])?;
    let (request, flight) = scene.client.client_credentials()?.scope(scope.clone()).request(scene.now())?;
    scene.opens_the_api(&flight.finish(send(request))?)?;
    let login = scene.client.password()?.scope(scope);
    let (request, flight) = login.request("jsmith", &"password123".into(), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn the_user_withdraws_access() -> Result {
    proves!["fifth-c6"];
    withdrawn_by_the_user(&Scene::fifth(), 400)
}
