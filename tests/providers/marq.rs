//! Marq: `docs/providers/marq.md`.

use std::{sync::Mutex, time::Duration};

use oauth_proto::{
    Callback, CallbackError, Entropy, ErrorCode, FinishError, InDoubt, Keeper, PresentError, RedirectUri, Remedy,
    Response, Secret, Standing, Turn,
    dialect::{Dialect, Parameters, StateEcho},
    error::{AnswerFault, CallbackFault, Doubt, RequestFault},
    grant::AuthorizationCode,
    providers, stored,
};
use oauth_proto_emulator::ProviderTable;

use crate::scenario::*;

const TOKEN: &str = "/oauth2/token";
const REFRESH: &str = "/oauth2/refreshToken";
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn the_authorization_request_is_the_documented_one() -> Result {
    proves!["marq-e1", "marq-e3", "marq-q1", "marq-q2", "marq-q3", "marq-q14", "marq-q16"];
    let shipped = providers::marq();
    assert_eq!(shipped.authorization_endpoint.as_deref(), Some("https://app.Marq.com/oauth2/authorize"));

    let scene = Scene::marq();
    let (url, awaiting) = scene.awaiting()?;
    // The machine opens no URL: the browser is the only one that goes there.
    assert_eq!(scene.emulator.exchanges(), []);
    let sent = query(&url);
    let expected = ["client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
    assert_eq!(names(&sent), expected);
    assert_eq!(value(&sent, "scope"), "data-service.admin");
    assert_eq!(value(&sent, "state"), awaiting.state().expose());
    assert_eq!(value(&sent, "code_challenge_method"), "S256");
    assert!(url.contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A4180%2Fcallback%3Fkeep%3D1&"), "{url}");
    let landing = scene.emulator.user().approve(&url);
    assert_eq!(landing.refusal, None);
    let seen = scene.last("/oauth2/authorize");
    assert_eq!((seen.method.as_str(), seen.host.as_str()), ("GET", "app.Marq.com"));
    Ok(())
}

#[test]
fn a_redirect_uri_written_raw_is_taken_as_well() -> Result {
    proves!["marq-q3"];
    let scene = Scene::marq();
    let (url, awaiting) = scene.awaiting()?;
    let raw = "http://127.0.0.1:4180/callback?keep=1";
    let like_the_example = url.replace("http%3A%2F%2F127.0.0.1%3A4180%2Fcallback%3Fkeep%3D1", raw);
    assert!(like_the_example.contains(raw));
    let landing = scene.emulator.user().approve(&like_the_example);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn code_flow_with_json_bodies() -> Result {
    proves!["marq-e2", "marq-e4", "marq-e5", "marq-e8", "marq-q4", "marq-q5", "marq-q7", "marq-c9"];
    let scene = Scene::marq();
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().approve(&url);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    assert!(request.headers().iter().all(|field| field.name() != "Authorization"));
    let authorized = refreshable(flight.finish(send(request))?)?;

    let seen = scene.last(TOKEN);
    assert_eq!((seen.method.as_str(), seen.host.as_str()), ("POST", "users.app.Marq.com"));
    let sent = json(&seen)?;
    // The four of the document, and the verifier of a challenge that was sent. No `redirect_uri`.
    assert_eq!(names(&sent), ["client_id", "client_secret", "code", "code_verifier", "grant_type"]);
    assert_eq!(value(&sent, "code"), value(&query(&landing.url), "code"));
    assert_eq!(value(&sent, "client_id"), scene.emulator.client_id());
    assert_eq!(value(&sent, "client_secret"), scene.emulator.client_secret());
    assert_eq!(value(&sent, "grant_type"), "authorization_code");

    // No scope comes back: what was asked for counts (RFC 6749 section 5.1).
    assert_eq!(authorized.scope().as_str(), providers::MARQ_SCOPE);
    let header = scene.header(&authorized)?;
    let bearer = format!("Bearer {}", authorized.access_token().expose());
    assert_eq!((header.name(), header.expose_value()), ("Authorization", bearer.as_str()));
    assert_eq!(scene.api(&header)?, 200);
    Ok(())
}

#[test]
fn a_query_in_the_redirect_uri_survives() -> Result {
    proves!["marq-e11", "marq-q13", "marq-c4"];
    let scene = Scene::marq();
    let (url, awaiting) = scene.awaiting()?;
    assert_eq!(value(&query(&url), "redirect_uri"), scene.emulator.redirect_uri());
    let landing = scene.emulator.user().approve(&url);
    assert!(landing.url.starts_with("http://127.0.0.1:4180/callback?keep=1&code="), "{}", landing.url);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;

    let elsewhere = RedirectUri::new("http://127.0.0.1:4180/elsewhere")?;
    let login = scene.client.authorization_code()?.redirect_uri(elsewhere);
    let (url, _awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    assert!(landing.refusal.is_some_and(|words| words.contains("is not registered")));
    scene.deviated("is not registered");
    Ok(())
}

#[test]
fn a_server_that_does_not_echo_state() -> Result {
    proves!["marq-q2"];
    let scene = Scene::marq_of(ProviderTable::marq().echo_state(false));
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().approve(&url);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("`callback.state`") && words.contains("`not_echoed_by_this_server`"), "{words}");
    assert_eq!(error.remedy(), Remedy::Ignore);
    let (awaiting, fault) =
        expect!(error, CallbackError::NotOurs { awaiting, fault, claimed: None } => (awaiting, fault));
    assert_eq!(fault, CallbackFault::StateMissing);

    // The same login, under the setting that the words name.
    let client = scene.client_of(|provider| provider.dialect.callback.state = StateEcho::NotEchoedByThisServer)?;
    let (request, flight) = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    scene.opens_the_api(&authorized)?;

    // A state that is there is compared even so.
    let (_, awaiting) = scene.awaiting()?;
    let forged = "/callback?keep=1&code=stolen&state=guessed";
    let error = awaiting.receive(&client, Callback::url(forged), scene.now()).unwrap_err();
    expect!(error, CallbackError::NotOurs { fault: CallbackFault::StateMismatch, .. } => ());
    Ok(())
}

#[test]
fn expiry_is_milliseconds_since_1970() -> Result {
    proves!["marq-e5", "marq-q6", "marq-q11", "marq-c1"];
    let scene = Scene::marq();
    let (request, flight) = scene.code_in_flight()?;
    // The answer is late: an absolute instant does not move.
    scene.emulator.advance(Duration::from_secs(7));
    let authorized = refreshable(flight.finish(send(request))?)?;
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(HOUR)));

    // The number in the response counts, not the hour in the text.
    let (_request, flight) = scene.code_in_flight()?;
    let expires = scene.now().as_unix_millis() + 1_500;
    let body = format!(r#"{{"access_token":"a","refresh_token":"r","expires":{expires},"expiresproperties":1}}"#);
    let answer = Response::new(200, [("Content-Type", "application/json")], body);
    let authorized = refreshable(flight.finish(answer.into())?)?;
    assert_eq!(authorized.expires_at().map(|at| at.as_unix_millis()), Some(expires));
    Ok(())
}

#[test]
fn refresh_at_its_own_url_kills_both_old_tokens() -> Result {
    proves!["marq-e6", "marq-e7", "marq-q8", "marq-q10", "marq-c2"];
    let shipped = providers::marq();
    assert_eq!(shipped.refresh_endpoint.as_deref(), Some("https://users.app.Marq.com/oauth2/refreshToken"));

    let scene = Scene::marq();
    let authorized = scene.authorized()?;
    let old = scene.header(&authorized)?;
    assert_eq!(scene.api(&old)?, 200);
    scene.emulator.advance(Duration::from_secs(60));
    let authorized = scene.refreshed(authorized)?;

    assert_eq!((scene.emulator.requests_to(TOKEN), scene.emulator.requests_to(REFRESH)), (1, 1));
    let seen = scene.last(REFRESH);
    assert_eq!((seen.method.as_str(), seen.host.as_str()), ("POST", "users.app.Marq.com"));
    let first = json(&seen)?;
    assert_eq!(names(&first), ["client_id", "client_secret", "grant_type", "refresh_token"]);
    assert_eq!(value(&first, "grant_type"), "refresh_token");
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(HOUR)));
    assert_eq!(scene.api(&old)?, 401);
    scene.opens_the_api(&authorized)?;

    // The new refresh token is the one that is used next.
    let authorized = scene.refreshed(authorized)?;
    assert_ne!(value(&json(&scene.last(REFRESH))?, "refresh_token"), value(&first, "refresh_token"));
    scene.opens_the_api(&authorized)?;
    assert!(!scene.emulator.reuse_detected());
    Ok(())
}

#[test]
fn refresh_is_possible_until_the_last_millisecond() -> Result {
    proves!["marq-q9", "marq-c7"];
    let scene = Scene::marq();
    let authorized = scene.authorized()?;
    scene.emulator.advance(HOUR - Duration::from_millis(1));
    let authorized = scene.refreshed(authorized)?;
    let deadline = authorized.expires_at().unwrap();

    // From the deadline on no request is made, and the tokens come back.
    scene.emulator.advance(HOUR);
    assert_eq!(scene.now(), deadline);
    let error = authorized.refresh(&scene.client, scene.now()).unwrap_err();
    assert_eq!(error.fault(), RequestFault::DeadlinePassed(deadline));
    assert_eq!(error.remedy(), Remedy::LogIn);
    assert_eq!(scene.emulator.requests_to(REFRESH), 1);
    let expired = expect!(error.into_origin().at(scene.now()), Standing::Expired(expired) => expired);

    // Whoever switches the deadline off hears it from the server.
    let client = scene.client_of(|provider| provider.dialect.refresh.deadline = Dialect::default().refresh.deadline)?;
    let (request, flight) = expired.refresh(&client, scene.now())?;
    let error = flight.finish(send(request)).unwrap_err();
    let response = expect!(error, FinishError::Dead { response, .. } => response);
    assert_eq!(response.code, ErrorCode::InvalidGrant);
    assert_eq!(scene.emulator.requests_to(REFRESH), 2);
    Ok(())
}

#[test]
fn a_keeper_refreshes_ahead_of_the_deadline() -> Result {
    proves!["marq-q9", "marq-q11"];
    let scene = Scene::marq();
    let authorized = scene.authorized()?;
    let deadline = authorized.expires_at().unwrap();
    let margin = Duration::from_secs(60);
    let mut keeper = Keeper::new(authorized.into_token_set());
    scene.emulator.advance(HOUR - margin - Duration::from_millis(1));
    expect!(keeper.poll(&scene.client, scene.now(), margin), Turn::Use(_) => ());
    scene.emulator.advance(Duration::from_millis(1));
    let (request, ticket) = expect!(keeper.poll(&scene.client, scene.now(), margin), Turn::Send(r, t) => (r, t));
    assert!(scene.now() < deadline);
    keeper.handle(ticket, send(request), scene.now())?;
    assert_eq!(keeper.tokens().expires_at(), Some(scene.now().plus(HOUR)));

    // A keeper that slept through the deadline asks for a login, and sends nothing.
    scene.emulator.advance(HOUR);
    expect!(keeper.poll(&scene.client, scene.now(), margin), Turn::LogIn => ());
    assert_eq!(scene.emulator.requests_to(REFRESH), 1);
    Ok(())
}

#[test]
fn eight_threads_make_one_refresh() -> Result {
    proves!["marq-q10"];
    let scene = Scene::marq();
    let keeper = Mutex::new(Keeper::new(scene.authorized()?.into_token_set()));
    scene.emulator.advance(HOUR - Duration::from_secs(1));
    let (client, now) = (&scene.client, scene.now());
    let ahead = Duration::from_secs(30);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                // The lock is not held while the request is under way.
                let turn = keeper.lock().unwrap().poll(client, now, ahead);
                match turn {
                    Turn::Use(_) => {}
                    Turn::Send(request, ticket) => {
                        let outcome = send(request);
                        keeper.lock().unwrap().handle(ticket, outcome, now).unwrap();
                    }
                    other => panic!("{other:?}"),
                }
            });
        }
    });
    assert_eq!(scene.emulator.requests_to(REFRESH), 1);
    assert!(!scene.emulator.reuse_detected());
    let keeper = keeper.into_inner()?;
    let bearer = format!("Bearer {}", keeper.access_token_at(now).map_or("", Secret::expose));
    assert_eq!(call(&scene.emulator.api_url(), "Authorization", &bearer)?, 200);
    Ok(())
}

#[test]
fn a_code_copied_from_the_hosted_page() -> Result {
    proves!["marq-e12", "marq-q15", "marq-c4"];
    let scene = Scene::marq();
    let hosted = scene.emulator.hosted_redirect_uri().unwrap();
    assert_eq!(hosted, format!("https://app.Marq.com/oauth2/clients/{}/redirect", scene.emulator.client_id()));
    let login = scene.client.authorization_code()?.redirect_uri(RedirectUri::new(&hosted)?);
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let code = scene.emulator.user().approve(url.as_str()).displayed_code.unwrap();

    // What is no code hands the login back.
    let error = awaiting.receive_pasted_code_without_state_check(&scene.client, " \n", scene.now()).unwrap_err();
    let awaiting = error.into_awaiting().unwrap();
    let pasted = format!(" {code}\n");
    let (request, flight) = awaiting.receive_pasted_code_without_state_check(&scene.client, &pasted, scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    scene.opens_the_api(&authorized)
}

#[test]
fn a_code_that_came_too_late_or_twice_is_dead() -> Result {
    proves!["marq-q12", "marq-c5", "marq-c8"];
    let scene = Scene::marq();
    let (request, flight) = scene.code_in_flight()?;
    scene.emulator.advance(Duration::from_secs(300));
    let error = flight.finish(send(request)).unwrap_err();
    let (response, intent) = expect!(error, FinishError::Dead { response, remains } => (response, remains));
    assert_eq!((response.code, response.status), (ErrorCode::InvalidGrant, Some(400)));
    assert_eq!(intent.scope().as_str(), providers::MARQ_SCOPE);

    // The same code twice, by choice, from what was stored before it was sent: the second time it is refused.
    let (request, flight) = scene.code_in_flight()?;
    let journal = stored::save(&flight);
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;
    let in_doubt: InDoubt<AuthorizationCode> = stored::load(journal.as_bytes())?;
    let (request, flight) = in_doubt.retry(&scene.client, scene.now())?;
    expect!(flight.finish(send(request)).unwrap_err(), FinishError::Dead { .. } => ());
    assert!(scene.emulator.code_replay_detected());
    Ok(())
}

#[test]
fn a_denial_ends_the_login() -> Result {
    proves!["marq-c6"];
    let scene = Scene::marq();
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().deny(&url);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let (response, intent) = expect!(error, CallbackError::Refused { response, intent } => (response, intent));
    assert_eq!(response.code, ErrorCode::AccessDenied);
    let again = intent.again(scene.client.authorization_code()?);
    assert_eq!(again.intent().scope().as_str(), providers::MARQ_SCOPE);
    Ok(())
}

#[test]
fn each_rule_of_the_rfc_that_marq_breaks_would_fail() -> Result {
    proves!["marq-c3"];
    let scene = Scene::marq();
    let rfc = Dialect::default();
    let client = scene.client_of(|provider| provider.dialect.authorize.parameters = Parameters::default())?;
    let (url, _awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, scene.now());
    assert!(scene.emulator.user().approve(url.as_str()).refusal.is_some());
    scene.deviated("`response_type` is not a parameter of the authorization request");

    type Change<'a> = &'a dyn Fn(&mut Dialect);
    let changes: [(&str, Change<'_>); 3] = [
        ("application/json is documented", &|dialect| dialect.token.body = rfc.token.body),
        ("`client_id` is missing from the token request", &|dialect| {
            dialect.token.client_authentication = rfc.token.client_authentication
        }),
        ("`redirect_uri` is not a parameter", &|dialect| dialect.token.parameters = rfc.token.parameters.clone()),
    ];
    for (complaint, change) in changes {
        let client = scene.client_of(|provider| change(&mut provider.dialect))?;
        let (request, flight) = scene.code_in_flight_of(&client)?;
        let error = flight.finish(send(request)).unwrap_err();
        let response = expect!(error, FinishError::Refused { response, .. } => response);
        assert!(response.description.is_some_and(|words| words.contains("the wire deviates")), "{complaint}");
        scene.deviated(complaint);
    }

    let client = scene.client_of(|provider| provider.dialect.response.token_type_optional = false)?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    let doubt = expect!(flight.finish(send(request)).unwrap_err(), FinishError::InDoubt { doubt, .. } => doubt);
    expect!(doubt, Doubt::Unreadable(AnswerFault::Missing("token_type")) => ());

    let client = scene.client_of(|provider| provider.dialect.response.expiry = rfc.response.expiry)?;
    let (request, flight) = scene.code_in_flight_of(&client)?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    let years = |years: u64| Duration::from_secs(years * 365 * 86_400);
    assert!(authorized.expires_at().unwrap().since(scene.now()) > years(50_000));
    Ok(())
}

#[test]
fn the_api_origin_is_given_by_the_caller() -> Result {
    proves!["marq-e10"];
    assert!(providers::marq().api_origins.is_empty());
    let scene = Scene::marq();
    let authorized = scene.authorized()?;
    let unset = scene.client_of(|provider| provider.api_origins.clear())?;
    let refused = authorized.header_for(&unset, &scene.emulator.api_url()).unwrap_err();
    assert_eq!(refused, PresentError::ForeignOrigin);
    scene.opens_the_api(&authorized)
}

#[test]
fn the_user_withdraws_access() -> Result {
    proves!["marq-e9", "marq-c5"];
    withdrawn_by_the_user(&Scene::marq(), 400)
}
