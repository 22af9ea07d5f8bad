//! MOTAR: `docs/providers/motar.md`.

use std::time::Duration;

use oauth_proto::{
    Authorized, Callback, CallbackError, Client, Entropy, ErrorCode, FinishError, Granted, Keeper, RedirectUri,
    Refreshable, Registration, Remedy, Response, Standing, TokenSet, Turn,
    dialect::Nonce,
    error::{AnswerFault, CallbackFault, EndpointFault, Reason, RequestFault},
    introspection::Validity,
    providers::{self, MOTAR_SANDBOX},
    stored,
};
use oauth_proto_emulator::ProviderTable;

use crate::scenario::*;

const TOKEN: &str = "/oauth/token";
const SIGN_IN: &str = "/oauth/signin";
const HOUR: Duration = Duration::from_secs(3600);

fn json_answer(status: u16, body: impl Into<String>) -> Response {
    Response::new(status, [("Content-Type", "application/json")], body.into())
}

#[test]
fn code_without_the_secret_and_refresh_with_it() -> Result {
    proves![
        "motar-e1",
        "motar-e2",
        "motar-e7",
        "motar-e8",
        "motar-e9",
        "motar-e10",
        "motar-q1",
        "motar-q4",
        "motar-q5",
        "motar-q8",
        "motar-q9",
        "motar-q10",
        "motar-q14",
        "motar-c1",
        "motar-c6",
        "motar-c7",
    ];
    let scene = Scene::motar();
    let (url, awaiting) = scene.awaiting()?;
    let asked = query(&url);
    let expected =
        ["response_type", "clientId", "redirect_uri", "state", "nonce", "code_challenge", "code_challenge_method"];
    assert_eq!(names(&asked), expected);
    assert_eq!(value(&asked, "response_type"), "code");
    assert_eq!(value(&asked, "state"), awaiting.state().expose());
    let landing = scene.emulator.user().approve(&url);
    // In code mode the browser brings a code, and no tokens.
    assert_eq!(names(&query(&landing.url)), ["code", "state"]);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    let seen = scene.last(TOKEN);
    assert_eq!((seen.method.as_str(), seen.host.as_str()), ("POST", "api.motar.io"));
    assert_eq!(names(&form_body(&seen)), ["clientId", "code", "code_verifier", "grant_type"]);
    assert!(!seen.body_text().contains("secret"));

    let authorized = scene.refreshed(authorized)?;
    let sent = form_body(&scene.last(TOKEN));
    assert_eq!(names(&sent), ["clientId", "client_secret", "grant_type", "refresh_token"]);
    assert_eq!(value(&sent, "clientId"), scene.emulator.client_id());
    assert_eq!(value(&sent, "client_secret"), scene.emulator.client_secret());
    scene.opens_the_api(&authorized)
}

#[test]
fn a_public_client_cannot_refresh_and_keeps_its_tokens() -> Result {
    proves!["motar-q8", "motar-c1"];
    let scene = Scene::motar();
    let client = scene.public_client()?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    let error = authorized.refresh(&client, scene.now()).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::SecretRequired, Remedy::Fix));
    assert_eq!(scene.emulator.requests_to(TOKEN), 1);
    let authorized = expect!(error.into_origin().at(scene.now()), Standing::Authorized(authorized) => authorized);
    scene.opens_the_api_to(&client, &authorized)?;

    // A keeper uses them to their end, and then says what is wrong.
    let mut keeper = Keeper::new(authorized.into_token_set());
    expect!(keeper.poll(&client, scene.now(), HOUR), Turn::Use(_) => ());
    scene.emulator.advance(HOUR);
    expect!(keeper.poll(&client, scene.now(), HOUR), Turn::Fix(RequestFault::SecretRequired) => ());
    assert_eq!(scene.emulator.requests_to(TOKEN), 1);
    Ok(())
}

#[test]
fn implicit_brings_a_refresh_token_in_the_fragment_or_the_query() -> Result {
    proves!["motar-e8", "motar-q2", "motar-q3", "motar-c2"];
    for (table, mark) in [(ProviderTable::motar(), '#'), (ProviderTable::motar().implicit_in_query(), '?')] {
        let scene = Scene::motar_of(table);
        let (url, awaiting) = scene.client.implicit_with_refresh()?.authorize(Entropy::from_os()?, scene.now());
        assert_eq!(value(&query(url.as_str()), "response_type"), "implicit");
        assert_eq!(value(&query(url.as_str()), "clientId"), scene.emulator.client_id());
        let landing = scene.emulator.user().approve(url.as_str());
        assert!(landing.url.contains(&format!("/callback{mark}access_token=")), "{}", landing.url);
        let granted = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
        let authorized = refreshable(granted)?;
        assert_eq!(authorized.expires_at(), Some(scene.now().plus(HOUR)));
        scene.opens_the_api(&authorized)?;
        scene.opens_the_api(&scene.refreshed(authorized)?)?;
    }
    Ok(())
}

#[test]
fn implicit_with_refresh_is_asked_for_by_name() -> Result {
    proves!["motar-q3", "motar-c2"];
    let scene = Scene::motar();
    let client = scene.client_of(|provider| provider.dialect.callback.implicit_refresh_token = false)?;
    let error = client.implicit_with_refresh().unwrap_err();
    assert_eq!(error.field(), "dialect.callback.implicit_refresh_token");
    expect!(error.reason(), Reason::NotDeclared(_) => ());

    // The plain implicit grant of the same provider drops the refresh token unread.
    let (url, awaiting) = scene.client.implicit()?.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    assert!(landing.url.contains("&refresh_token="));
    let authorized = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&authorized)?;
    let row = stored::save(&authorized.into_token_set());
    assert!(row.contains(r#""capability":"access_only""#) && !row.contains("rt-"));
    Ok(())
}

#[test]
fn the_nonce_must_come_back_with_the_tokens() -> Result {
    proves!["motar-e11", "motar-q6"];
    let scene = Scene::motar();
    let tokens = r#""access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":60"#;
    for (nonce, expected) in
        [(r#","nonce":"of-another-login""#, AnswerFault::NonceMismatch), ("", AnswerFault::NonceMissing)]
    {
        let (_request, flight) = scene.code_in_flight()?;
        let error = flight.finish(json_answer(200, format!("{{{tokens}{nonce}}}")).into()).unwrap_err();
        assert_eq!(error.remedy(), Remedy::LogIn);
        expect!(error, FinishError::Untrusted { fault, .. } => assert_eq!(fault, expected));
    }

    // The same in the address bar.
    let (url, awaiting) = scene.client.implicit_with_refresh()?.authorize(Entropy::from_os()?, scene.now());
    let nonce = value(&query(url.as_str()), "nonce").to_owned();
    let landing = scene.emulator.user().approve(url.as_str());
    assert!(landing.url.contains(&format!("nonce={nonce}")), "{}", landing.url);
    let tampered = landing.url.replace(&nonce, "of-another-login");
    let error = awaiting.receive(&scene.client, Callback::url(&tampered), scene.now()).unwrap_err();
    expect!(error, CallbackError::Unusable { fault: AnswerFault::NonceMismatch, .. } => ());

    // It is optional in the document: a dialect may do without.
    let client = scene.client_of(|provider| provider.dialect.authorize.nonce = Nonce::Off)?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    assert!(!scene.last(SIGN_IN).query.unwrap().contains("nonce="));
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn the_login_button_for_the_app() -> Result {
    proves!["motar-q7"];
    let scene = Scene::motar();
    let login = scene.client.authorization_code()?.parameter("app_login", "true")?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    assert_eq!(value(&query(url.as_str()), "app_login"), "true");
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;

    // A parameter of the protocol's own cannot be replaced in this way.
    for name in ["state", "clientId", "nonce"] {
        let error = scene.client.authorization_code()?.parameter(name, "x").unwrap_err();
        assert_eq!(*error.reason(), Reason::ReservedName);
    }
    Ok(())
}

#[test]
fn a_callback_without_state_is_not_ours() -> Result {
    proves!["motar-q4", "motar-c12"];
    let scene = Scene::motar();
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().approve(&url);
    let (without, _) = landing.url.split_once("&state=").unwrap();
    let error = awaiting.receive(&scene.client, Callback::url(without), scene.now()).unwrap_err();
    let (awaiting, fault) = expect!(error, CallbackError::NotOurs { awaiting, fault, .. } => (awaiting, fault));
    assert_eq!(fault, CallbackFault::StateMissing);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn a_redirect_uri_must_be_registered() -> Result {
    proves!["motar-e12"];
    let scene = Scene::motar();
    let elsewhere = RedirectUri::new("https://app.example/elsewhere")?;
    let (url, _awaiting) =
        scene.client.authorization_code()?.redirect_uri(elsewhere).authorize(Entropy::from_os()?, scene.now());
    assert_eq!(value(&query(url.as_str()), "redirect_uri"), "https://app.example/elsewhere");
    assert!(scene.emulator.user().approve(url.as_str()).refusal.is_some());
    scene.deviated("is not registered");
    Ok(())
}

#[test]
fn the_token_stands_alone_in_a_header_of_its_own() -> Result {
    proves!["motar-q11"];
    let scene = Scene::motar();
    let authorized = scene.authorized()?;
    let header = scene.header(&authorized)?;
    let token = authorized.access_token().expose();
    assert_eq!((header.name(), header.expose_value()), ("Authentication", token));
    assert_eq!(scene.api(&header)?, 200);
    assert_eq!(call(&scene.emulator.api_url(), "Authorization", &format!("Bearer {token}"))?, 400);
    scene.deviated("header `authorization` at /v1/me");
    Ok(())
}

#[test]
fn token_and_session_are_validated() -> Result {
    proves!["motar-e4", "motar-e5", "motar-q11", "motar-c3", "motar-c4"];
    let scene = Scene::motar();
    let authorized = scene.authorized()?;
    let validity = |name: &str| -> Result<Validity> {
        let (request, checking) = authorized.check(&scene.client, name)?;
        assert_eq!(request.headers().iter().map(|field| field.name()).collect::<Vec<_>>(), ["Authentication"]);
        Ok(checking.finish(send(request))?)
    };
    assert_eq!((validity("token")?, validity("session")?), (Validity::Good, Validity::Good));
    assert_eq!(scene.emulator.requests_to("/oauth/token/validate"), 1);
    assert_eq!(scene.emulator.requests_to("/oauth/session/validate"), 1);
    assert_eq!(authorized.check(&scene.client, "user").unwrap_err(), RequestFault::NoEndpoint("check of this name"));

    scene.emulator.revoke_by_user();
    assert_eq!((validity("token")?, validity("session")?), (Validity::Rejected, Validity::Rejected));
    // Which error is the appropriate one was lost: 401 says no, and what else there is says nothing of the token.
    for status in [403, 500] {
        let (_request, checking) = authorized.check(&scene.client, "session")?;
        let fault = checking.finish(json_answer(status, "{}").into()).unwrap_err();
        expect!(fault, EndpointFault::Refused(response) => assert_eq!(response.status, Some(status)));
    }
    expect!(authorized.rejected().into_token_set().at(scene.now()), Standing::Expired(_) => ());
    Ok(())
}

#[test]
fn logout_sends_the_refresh_token_alone() -> Result {
    proves!["motar-e3", "motar-q12"];
    let scene = Scene::motar();
    let authorized = scene.authorized()?;
    let header = scene.header(&authorized)?;
    let row = stored::save(&authorized.into_token_set());
    let load = || stored::load::<TokenSet<Refreshable>>(row.as_bytes());
    let (request, leaving) = load()?.revoke(&scene.client)?;
    let intent = leaving.finish(send(request))?;
    let seen = scene.last("/oauth/logout");
    assert_eq!(seen.method, "POST");
    assert_eq!(names(&form_body(&seen)), ["refresh_token"]);
    assert_eq!((seen.header("authorization"), seen.header("authentication")), (None, None));
    assert_eq!(scene.api(&header)?, 401);

    // A session that is over cannot be ended again; the tokens come back all the same.
    let (request, leaving) = load()?.revoke(&scene.client)?;
    let error = leaving.finish(send(request)).unwrap_err();
    expect!(error.fault(), EndpointFault::Refused(response) => assert_eq!(response.status, Some(400)));
    assert_eq!(stored::save(&error.into_origin()), row);

    let again = intent.again(scene.client.authorization_code()?);
    assert_eq!(again.intent().client_id(), scene.emulator.client_id());
    Ok(())
}

#[test]
fn the_sandbox_is_another_host_with_the_same_paths() -> Result {
    proves!["motar-e6", "motar-q13"];
    assert_eq!(providers::motar().variables["host"], "api.motar.io");
    let provider = providers::motar().variable("host", MOTAR_SANDBOX);
    let scene = Scene::new(ProviderTable::motar_sandbox(), provider, &[]);
    scene.opens_the_api(&scene.refreshed(scene.authorized()?)?)?;
    for path in [SIGN_IN, TOKEN] {
        assert_eq!(scene.last(path).host, "sandbox.motar.io");
    }

    // A client of the one is unknown to the other.
    let production = Registration::new(ProviderTable::motar().client_id())?;
    let production = production.redirect_uri(RedirectUri::new(scene.emulator.redirect_uri())?);
    let client = Client::public(scene.provider.clone(), production)?;
    let (url, _awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, scene.now());
    let refusal = scene.emulator.user().approve(url.as_str()).refusal.unwrap();
    assert!(refusal.contains("the client is unknown"), "{refusal}");
    Ok(())
}

#[test]
fn an_answer_with_the_bare_minimum() -> Result {
    proves!["motar-e11", "motar-c8", "motar-c10", "motar-c11"];
    let scene = Scene::motar();
    let client = scene.client_of(|provider| provider.dialect.authorize.nonce = Nonce::Off)?;
    let answer = |body: &str| json_answer(200, body).into();
    let (_request, flight) = scene.code_in_flight_of(&client)?;
    let granted = flight.finish(answer(r#"{"access_token":"a1","refresh_token":"r1"}"#))?;
    // No lifetime: good until an API rejects it.
    let century = scene.now().plus(Duration::from_secs(100 * 365 * 86_400));
    let tokens = refreshable(granted)?.into_token_set();
    let authorized: Authorized<_> = expect!(tokens.at(century), Standing::Authorized(authorized) => authorized);
    let (_request, flight) = authorized.rejected().refresh(&client, scene.now())?;
    // No new refresh token: the old one stays (RFC 6749 section 6).
    let authorized = flight.finish(answer(r#"{"access_token":"a2"}"#))?;
    assert_eq!(authorized.access_token().expose(), "a2");
    let (request, _flight) = authorized.refresh(&client, scene.now())?;
    assert_eq!(value(&form(std::str::from_utf8(request.expose_body())?), "refresh_token"), "r1");

    let (_request, flight) = scene.code_in_flight_of(&client)?;
    let granted = flight.finish(answer(r#"{"access_token":"a3"}"#))?;
    expect!(granted, Granted::AccessOnly(authorized) => assert_eq!(authorized.access_token().expose(), "a3"));

    // A type that is named must be one that can be shown (RFC 6749 section 7.1).
    let (_request, flight) = scene.code_in_flight_of(&client)?;
    let error = flight.finish(answer(r#"{"access_token":"a4","token_type":"mac"}"#)).unwrap_err();
    expect!(error, FinishError::Untrusted { fault, .. } => assert_eq!(fault, AnswerFault::TokenType));
    Ok(())
}

#[test]
fn errors_are_read_by_their_code() -> Result {
    proves!["motar-c9"];
    let scene = Scene::motar();
    let authorized = scene.authorized()?;
    let (_request, flight) = authorized.refresh(&scene.client, scene.now())?;
    let error = flight.finish(json_answer(403, r#"{"message":"no"}"#).into()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    let (response, origin) = expect!(error, FinishError::Refused { response, origin } => (response, origin));
    assert_eq!((response.code, response.status), (ErrorCode::Unstated, Some(403)));
    // Nothing was spent.
    let authorized = expect!(origin.at(scene.now()), Standing::Authorized(authorized) => authorized);
    scene.opens_the_api(&scene.refreshed(authorized)?)
}

#[test]
fn a_scope_stays_at_home() -> Result {
    proves!["motar-q5"];
    no_scope_is_sent(&Scene::motar())
}

#[test]
fn the_user_withdraws_access() -> Result {
    proves!["motar-e5", "motar-c9"];
    withdrawn_by_the_user(&Scene::motar(), 400)
}
