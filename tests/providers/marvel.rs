//! Marvel: `docs/providers/marvel.md`.

use std::time::Duration;

use oauth_proto::{
    Callback, CallbackError, Entropy, ErrorCode, FinishError, Remedy, Response, Scope, Standing,
    dialect::{ClientAuthentication, Dialect},
    error::{AnswerFault, CallbackFault, Doubt},
    providers,
};
use oauth_proto_emulator::ProviderTable;

use crate::scenario::*;

const TOKEN: &str = "/oauth/token/";
const TEN_HOURS: Duration = Duration::from_secs(36_000);
const EIGHT: &str = "user:read projects:read projects:write projects:delete company:read company.projects:read \
                     company.teams:write teams:read";

#[test]
fn confidential_code_flow() -> Result {
    proves![
        "marvel-e1",
        "marvel-e2",
        "marvel-e3",
        "marvel-e4",
        "marvel-e6",
        "marvel-e7",
        "marvel-e10",
        "marvel-e13",
        "marvel-e14",
        "marvel-q3",
        "marvel-c5",
        "marvel-c7",
        "marvel-c8",
    ];
    let shipped = providers::marvel("https://marvelapp.com/oauth/authorize", "https://api.example.com");
    assert_eq!(shipped.token_endpoint.as_deref(), Some("https://marvelapp.com/oauth/token/"));
    // Nothing of the RFC's is changed.
    assert_eq!(shipped.dialect, Dialect::default());

    let scene = Scene::marvel();
    let (url, awaiting) = scene.awaiting()?;
    let asked = query(&url);
    let expected = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge"];
    assert_eq!(names(&asked)[..6], expected);
    let landing = scene.emulator.user().approve(&url);
    assert_eq!(names(&query(&landing.url)), ["code", "state"]);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;

    let seen = scene.last(TOKEN);
    let sent = form_body(&seen);
    // RFC 6749 sections 4.1.3 and 2.3.1 where the table is lost: the secret in a Basic header.
    assert_eq!(names(&sent), ["code", "code_verifier", "grant_type", "redirect_uri"]);
    assert_eq!(value(&sent, "redirect_uri"), scene.emulator.redirect_uri());
    assert!(seen.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(TEN_HOURS)));
    let header = scene.header(&authorized)?;
    let bearer = format!("Bearer {}", authorized.access_token().expose());
    assert_eq!((header.name(), header.expose_value()), ("Authorization", bearer.as_str()));
    scene.opens_the_api(&authorized)
}

#[test]
fn the_secret_may_stand_in_the_body() -> Result {
    proves!["marvel-c7"];
    let scene = Scene::marvel();
    let client = scene.client_of(|provider| {
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
        provider.dialect.refresh.client_authentication = ClientAuthentication::Body;
    })?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    let (request, flight) = authorized.refresh(&client, scene.now())?;
    let authorized = flight.finish(send(request))?;
    let seen = scene.last(TOKEN);
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(names(&form_body(&seen)), ["client_id", "client_secret", "grant_type", "refresh_token"]);
    scene.opens_the_api(&authorized)
}

#[test]
fn the_slash_at_the_end_is_part_of_the_url() -> Result {
    proves!["marvel-e2"];
    let scene = Scene::marvel();
    let client = scene.client_of(|provider| {
        let endpoint = provider.token_endpoint.as_mut().unwrap();
        assert_eq!(endpoint.pop(), Some('/'));
    })?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    let origin = expect!(flight.finish(send(request)).unwrap_err(), FinishError::Refused { origin, .. } => origin);
    scene.deviated("/oauth/token/ on marvelapp.com is documented");
    // Nothing was spent: the same code at the right URL.
    let (request, flight) = origin.exchange(&scene.client, scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn eight_scopes_in_one_parameter() -> Result {
    proves!["marvel-q1", "marvel-e7"];
    let scene = Scene::marvel();
    let (url, _awaiting) = scene.awaiting()?;
    assert_eq!(value(&query(&url), "scope"), EIGHT);
    let authorized = scene.authorized()?;
    assert_eq!(authorized.scope().as_str(), EIGHT);
    assert_eq!(authorized.scope().iter().count(), 8);

    // Least privilege: one login may ask for less, and the answer says so.
    let login = scene.client.authorization_code()?.scope(Scope::new(["company.teams:write", "user:read"])?);
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    assert_eq!(refreshable(flight.finish(send(request))?)?.scope().as_str(), "company.teams:write user:read");
    Ok(())
}

#[test]
fn a_state_that_does_not_match_is_not_ours() -> Result {
    proves!["marvel-q2"];
    let scene = Scene::marvel();
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().approve(&url);
    let code = value(&query(&landing.url), "code").to_owned();
    let (_, mut waiting) = scene.awaiting()?;
    for (forged, expected) in [
        (format!("/callback?code={code}&state=guessed"), CallbackFault::StateMismatch),
        (format!("/callback?code={code}"), CallbackFault::StateMissing),
    ] {
        let error = waiting.receive(&scene.client, Callback::url(&forged), scene.now()).unwrap_err();
        let (awaiting, fault) = expect!(error, CallbackError::NotOurs { awaiting, fault, .. } => (awaiting, fault));
        assert_eq!(fault, expected);
        waiting = *awaiting;
    }
    // Another tab's callback does not end this login either.
    let error = waiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Ignore);
    expect!(error, CallbackError::NotOurs { fault: CallbackFault::StateMismatch, .. } => ());
    assert_eq!(scene.emulator.requests_to(TOKEN), 0);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn a_denial_with_state_ends_the_login() -> Result {
    proves!["marvel-e5"];
    let scene = Scene::marvel();
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().deny(&url);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let (response, intent) = expect!(error, CallbackError::Refused { response, intent } => (response, intent));
    assert_eq!((response.code, response.status), (ErrorCode::AccessDenied, None));
    assert_eq!(intent.scope().as_str(), EIGHT);
    Ok(())
}

#[test]
fn a_denial_without_state_leaves_the_login_alive() -> Result {
    proves!["marvel-e5", "marvel-c10"];
    let scene = Scene::marvel_of(ProviderTable::marvel().denial_without_state());
    let (url, awaiting) = scene.awaiting()?;
    let denial = scene.emulator.user().deny(&url);
    assert!(denial.url.ends_with("/callback?error=access_denied"), "{}", denial.url);
    let error = awaiting.receive(&scene.client, Callback::url(&denial.url), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Ignore);
    let (awaiting, fault, claimed) =
        expect!(error, CallbackError::NotOurs { awaiting, fault, claimed } => (awaiting, fault, claimed));
    assert_eq!(fault, CallbackFault::StateMissing);
    // The claim may be shown to the user; anybody could have written it.
    assert_eq!(claimed.unwrap().code, ErrorCode::AccessDenied);

    let landing = scene.emulator.user().approve(&url);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn a_public_client_uses_pkce_and_refreshes_without_a_secret() -> Result {
    proves!["marvel-e13", "marvel-e16", "marvel-c3"];
    let scene = Scene::marvel();
    let client = scene.public_client()?;
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, scene.now());
    assert_eq!(value(&query(url.as_str()), "code_challenge").len(), 43);
    assert_eq!(value(&query(url.as_str()), "code_challenge_method"), "S256");
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    let sent = form_body(&scene.last(TOKEN));
    assert_eq!(names(&sent), ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]);

    let (request, flight) = authorized.refresh(&client, scene.now())?;
    let authorized = flight.finish(send(request))?;
    let seen = scene.last(TOKEN);
    assert_eq!(names(&form_body(&seen)), ["client_id", "grant_type", "refresh_token"]);
    assert_eq!(seen.header("authorization"), None);
    scene.opens_the_api_to(&client, &authorized)
}

#[test]
fn implicit_tokens_end_and_are_not_refreshed() -> Result {
    proves!["marvel-e13", "marvel-e15", "marvel-q5", "marvel-c4"];
    let scene = Scene::marvel();
    let client = scene.public_client()?;
    let (url, awaiting) = client.implicit()?.authorize(Entropy::from_os()?, scene.now());
    assert_eq!(value(&query(url.as_str()), "response_type"), "token");
    let landing = scene.emulator.user().approve(url.as_str());
    assert!(landing.url.contains("/callback#access_token="), "{}", landing.url);
    let authorized = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    assert_eq!(authorized.scope().as_str(), EIGHT);
    scene.opens_the_api_to(&client, &authorized)?;
    // No request was made, and `Authorized<AccessOnly>` has no `refresh`: `tests/ui` shows that it does not compile.
    assert_eq!(scene.emulator.requests_to(TOKEN), 0);

    scene.emulator.advance(TEN_HOURS);
    let expired = expect!(authorized.into_token_set().at(scene.now()), Standing::Expired(expired) => expired);
    let (url, awaiting) = expired.into_intent().again(client.implicit()?).authorize(Entropy::from_os()?, scene.now());
    assert_eq!(value(&query(url.as_str()), "scope"), EIGHT);
    let landing = scene.emulator.user().approve(url.as_str());
    scene.opens_the_api_to(&client, &awaiting.receive(&client, Callback::url(&landing.url), scene.now())?)
}

#[test]
fn a_confidential_client_that_asks_for_implicit_is_refused() -> Result {
    proves!["marvel-e14"];
    let scene = Scene::marvel();
    let (url, _awaiting) = scene.client.implicit()?.authorize(Entropy::from_os()?, scene.now());
    assert!(scene.emulator.user().approve(url.as_str()).refusal.is_some());
    scene.deviated("this response_type is for Public clients");
    Ok(())
}

#[test]
fn a_personal_token_does_not_expire_and_can_be_revoked() -> Result {
    proves!["marvel-e12"];
    let scene = Scene::marvel();
    let token = scene.emulator.personal_access_token();
    let tokens = scene.client.import_access_token_from_elsewhere(token.into(), None)?;
    scene.emulator.advance(Duration::from_secs(10 * 365 * 86_400));
    let authorized = expect!(tokens.at(scene.now()), Standing::Authorized(authorized) => authorized);
    assert_eq!(authorized.expires_at(), None);
    let header = scene.header(&authorized)?;
    assert_eq!(scene.api(&header)?, 200);

    scene.emulator.revoke_by_user();
    assert_eq!(scene.api(&header)?, 401);
    let tokens = authorized.rejected().into_token_set();
    expect!(tokens.at(scene.now()), Standing::Expired(_) => ());
    Ok(())
}

#[test]
fn refresh_after_expiry() -> Result {
    proves!["marvel-e8", "marvel-e9", "marvel-q6", "marvel-q7", "marvel-q8", "marvel-c1", "marvel-c2"];
    let scene = Scene::marvel();
    let authorized = scene.authorized()?;
    let header = scene.header(&authorized)?;
    scene.emulator.advance(TEN_HOURS);
    // The seven days of the prose are not over; the number in the response is right.
    assert_eq!(scene.api(&header)?, 401);
    let expired = expect!(authorized.into_token_set().at(scene.now()), Standing::Expired(expired) => expired);
    let (request, flight) = expired.refresh(&scene.client, scene.now())?;
    let authorized = flight.finish(send(request))?;
    let first = form_body(&scene.last(TOKEN));
    assert_eq!(names(&first), ["grant_type", "refresh_token"]);
    assert_eq!(authorized.scope().as_str(), EIGHT);
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(TEN_HOURS)));
    scene.opens_the_api(&authorized)?;

    // The new refresh token replaces the old one, which is not shown again.
    let authorized = scene.refreshed(authorized)?;
    assert_ne!(value(&form_body(&scene.last(TOKEN)), "refresh_token"), value(&first, "refresh_token"));
    assert!(!scene.emulator.reuse_detected());

    // An answer without one leaves the old one in place (RFC 6749 section 6).
    let (request, flight) = authorized.refresh(&scene.client, scene.now())?;
    let kept = form(std::str::from_utf8(request.expose_body())?);
    let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":60}"#;
    let authorized = flight.finish(Response::new(200, [("Content-Type", "application/json")], body).into())?;
    let (request, _flight) = authorized.refresh(&scene.client, scene.now())?;
    assert_eq!(form(std::str::from_utf8(request.expose_body())?), kept);
    Ok(())
}

#[test]
fn invalid_grant_with_status_401_is_the_grants_end() -> Result {
    proves!["marvel-q4", "marvel-c8", "marvel-c9"];
    let scene = Scene::marvel();
    let (request, flight) = scene.code_in_flight()?;
    scene.emulator.advance(Duration::from_secs(300));
    let error = flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let (response, intent) = expect!(error, FinishError::Dead { response, remains } => (response, remains));
    assert_eq!((response.code, response.status), (ErrorCode::InvalidGrant, Some(401)));
    assert_eq!(intent.redirect_uri().map(|uri| uri.as_str()), Some(scene.emulator.redirect_uri()));

    // A wrong secret has the same status and another code: nothing was spent, and the setup is to be mended.
    let (request, flight) = scene.code_in_flight()?;
    let body = r#"{"error":"invalid_client"}"#;
    let error = flight.finish(Response::new(401, [("Content-Type", "application/json")], body).into()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    let origin = expect!(error, FinishError::Refused { origin, .. } => origin);
    drop(request);
    let (request, flight) = origin.exchange(&scene.client, scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn the_answer_is_a_json_object() -> Result {
    proves!["marvel-c6", "marvel-c8"];
    let scene = Scene::marvel();
    let members =
        r#""access_token":"a","expires_in":36000,"refresh_token":"r","scope":"user:read","token_type":"Bearer""#;
    let answer = |body: String| Response::new(200, [("Content-Type", "application/json")], body).into();
    // As the example stands there.
    let (_request, flight) = scene.code_in_flight()?;
    let doubt =
        expect!(flight.finish(answer(members.into())).unwrap_err(), FinishError::InDoubt { doubt, .. } => doubt);
    expect!(doubt, Doubt::Unreadable(AnswerFault::NotAnObject) => ());
    // As it was meant.
    let (_request, flight) = scene.code_in_flight()?;
    let authorized = refreshable(flight.finish(answer(format!("{{{members}}}")))?)?;
    assert_eq!(authorized.scope().as_str(), "user:read");
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(TEN_HOURS)));
    Ok(())
}

#[test]
fn the_api_is_named_by_the_caller() -> Result {
    proves!["marvel-e11", "marvel-q6"];
    let scene = Scene::marvel();
    let authorized = scene.authorized()?;
    // The token endpoint's own host is no API.
    let token_host = scene.provider.token_endpoint.clone().unwrap();
    assert!(authorized.header_for(&scene.client, &token_host).is_err());
    scene.opens_the_api(&authorized)
}

#[test]
fn the_user_withdraws_access() -> Result {
    proves!["marvel-q4", "marvel-q6"];
    withdrawn_by_the_user(&Scene::marvel(), 401)
}
