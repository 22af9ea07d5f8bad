//! What a log is told: the right things, in the right order, and none of a server's words. That no secret is among them is
//! looked at for every value, in `tests/canary`.

mod scenario;

use std::{fs, path::Path, time::Duration};

use oauth_proto::{
    Callback, CallbackError, Client, Confidential, ConfigError, Decision, FinishError, Granted, Outcome, Provider,
    Public, RedirectUri, Registration, Remedy, Response, Scope, Turn,
    dialect::{BodyFormat, Fragment},
    observe::{Observation, Observe, Observer, Subject},
    registration::ClientMetadata,
    stored,
};
use scenario::{STATE, Scenario, TOKENS, answer, at, entropy};
use serde_json::{Value, json};

/// The lines, and the maps.
#[derive(Default)]
struct Log {
    lines: Vec<String>,
    maps: Vec<Value>,
}

impl Observer for Log {
    fn see(&mut self, seen: &Observation<'_>) {
        self.lines.push(seen.to_string());
        self.maps.push(serde_json::to_value(seen).unwrap());
    }
}

/// The one line that is told of a value.
fn line(value: &impl Observe) -> String {
    let mut log = Log::default();
    value.observe(&mut log);
    assert_eq!(log.lines.len(), 1);
    log.lines.remove(0)
}

#[test]
fn a_login_is_told_step_by_step_and_goes_on_as_it_was() {
    let scenario = Scenario::<Confidential>::new();
    let mut log = Log::default();
    let login = scenario.client.authorization_code().observed(&mut log).unwrap();
    let (url, awaiting) = login.authorize(entropy(), at(0)).observed(&mut log);
    assert!(url.as_str().contains(STATE), "the URL is handed through whole");
    let callback = format!("/cb?code=C1&state={STATE}");
    let came = awaiting.receive(&scenario.client, Callback::url(&callback), at(1)).observed(&mut log);
    let (request, flight) = came.unwrap();
    assert_eq!(request.expose_body().iter().filter(|byte| **byte == b'&').count(), 3, "and so is the request");
    let granted = flight.finish(answer(200, TOKENS).observed(&mut log)).observed(&mut log).unwrap();
    let standing = granted.into_any_token_set().observed(&mut log);
    drop(standing);
    let who = "server=example client_id=app scope=\"read write\"";
    assert_eq!(
        log.lines,
        [
            format!("state Unauthorized grant=authorization_code {who}"),
            "state AuthorizationUrl endpoint=https://id.example/authorize".into(),
            format!("state AwaitingCode grant=authorization_code {who} expires_at=1800000600000"),
            "request Request method=POST endpoint=https://id.example/token".into(),
            format!("state InFlight grant=authorization_code {who} sent_at=1800000001000"),
            "answer Outcome::Answered status=200".into(),
            format!("state Granted::Refreshable capability=refreshable {who} expires_at=1800003601000"),
            format!("state AnyTokenSet::Refreshable capability=refreshable {who} expires_at=1800003601000"),
        ]
    );
    assert_eq!(
        log.maps[4],
        json!({
            "subject": "state", "name": "InFlight", "grant": "authorization_code", "server": "example", "client_id": "app",
            "scope": "read write", "sent_at": 1_800_000_001_000u64,
        })
    );
}

#[test]
fn a_server_that_repeats_what_it_was_sent_is_not_quoted() {
    let scenario = Scenario::<Confidential>::new();
    let told = |code: &str, status| {
        let said = json!({"error": code, "error_description": "code SplxlOBeZQQYbYS6WxSbIA", "error_uri": "https://a/?c=Splx"});
        let error = scenario.code_in_flight().1.finish(answer(status, &said.to_string())).unwrap_err();
        let mut log = Log::default();
        error.observe(&mut log);
        assert!(!log.lines[0].contains("Splx") && !log.maps[0].to_string().contains("Splx"), "{:?}", log.lines);
        (log.maps[0]["name"].as_str().unwrap().to_owned(), log.maps[0]["code"].clone(), log.maps[0]["status"].clone())
    };
    let refused = |code: &str| ("FinishError::Refused".to_owned(), json!(code), json!(400));
    // As it stands on the wire, where it looks like a code.
    for code in ["invalid_scope", "authorization_pending", "org.policy-2", "190", "not allowed"] {
        assert_eq!(told(code, 400), refused(code));
    }
    // What looks like a token, or breaks a line, is no code.
    for code in ["SplxlOBeZQQYbYS6WxSbIA", "2yotnfz21f4zdt5e", "0123456789abcdef", "deny \u{1b}[2J", &"a".repeat(65)] {
        let (name, code, _) = told(code, 400);
        assert!(code == "other" || (code == Value::Null && name == "FinishError::Refused"), "{name} {code}");
    }
    assert_eq!(told("invalid_grant", 400).0, "FinishError::Dead");
    assert_eq!(told("server_error", 503), ("FinishError::InDoubt".into(), json!("server_error"), json!(503)));
}

/// A granted scope is text of the server's too: what was not asked for may be a code.
#[test]
fn of_a_granted_scope_only_what_was_asked_for_is_told() {
    let scenario = Scenario::<Confidential>::new();
    let granted = |scope: &str| {
        let said = json!({"access_token": "A1", "refresh_token": "R1", "token_type": "Bearer", "scope": scope});
        scenario.code_in_flight().1.finish(answer(200, &said.to_string())).unwrap()
    };
    for (scope, told, others, line) in [
        ("write read", json!("write read"), Value::Null, " scope=\"write read\""),
        ("read", json!("read"), Value::Null, " scope=read"),
        ("SplxlOBeZQQYbYS6WxSbIA", Value::Null, json!(1), " other_scopes=1"),
        ("SplxlOBeZQQYbYS6WxSbIA read readwrite", json!("read"), json!(2), " scope=read other_scopes=2"),
    ] {
        let mut log = Log::default();
        let authorized = granted(scope).observed(&mut log);
        let shown = format!("{authorized:?}");
        let Granted::Refreshable(authorized) = authorized else { panic!("{authorized:?}") };
        let (request, flight) = authorized.refresh(&scenario.client, at(1)).observed(&mut log).unwrap();
        let refused = flight.finish(Outcome::lost("reset")).observed(&mut log).unwrap_err();
        drop(request);
        let words = format!("{shown} {refused:?} {refused} {:?}", log.lines);
        assert!(!words.contains("Splx") && !words.contains("readwrite"), "{words}");
        for place in [0, 2, 3] {
            assert_eq!((&log.maps[place]["scope"], &log.maps[place]["other_scopes"]), (&told, &others), "{scope}");
            assert!(log.lines[place].contains(line), "{} has no {line}", log.lines[place]);
        }
    }
    let tokens = granted("SplxlOBeZQQYbYS6WxSbIA").into_any_token_set();
    assert_eq!(tokens.scope().as_str(), "SplxlOBeZQQYbYS6WxSbIA", "it is there, to be told by choice");
}

#[test]
fn each_ending_says_what_to_do() {
    let scenario = Scenario::<Confidential>::new();
    let finish = |outcome: Outcome| line(&scenario.refresh_in_flight().1.finish(outcome).unwrap_err());
    let who = "grant=refresh_token server=example client_id=app scope=\"read write\"";
    assert_eq!(
        finish(Outcome::not_sent("https://id.example/token?secret")),
        format!("error FinishError::NotSent {who} fault=\"the request was not sent\" remedy=retry")
    );
    assert!(finish(Outcome::lost("secret")).ends_with("fault=\"the connection was lost\" remedy=decide"));
    let busy =
        Response::new(429, [("Retry-After", "30"), ("Content-Type", "application/json")], r#"{"error":"slow_down"}"#);
    assert_eq!(
        finish(busy.into()),
        format!("error FinishError::Refused {who} code=slow_down status=429 remedy=retry after_ms=30000")
    );
    assert_eq!(
        finish(answer(400, r#"{"error":"invalid_grant"}"#)),
        format!("error FinishError::Dead {who} code=invalid_grant status=400 remedy=log_in")
    );
    assert!(finish(answer(200, "[]")).contains(" fault=\"it is JSON, and no object"));
    assert!(finish(answer(302, "")).contains("status=302 ") && finish(answer(302, "")).ends_with("remedy=decide"));
}

#[test]
fn a_forged_callback_is_told_without_what_it_claims() {
    let scenario = Scenario::<Confidential>::new();
    let forged = Callback::url("/cb?error=planted_words&error_description=planted&state=guessed");
    let error = scenario.awaiting_code().receive(&scenario.client, forged, at(1)).unwrap_err();
    assert!(matches!(&error, CallbackError::NotOurs { claimed: Some(_), .. }));
    let line = line(&error);
    assert!(!line.contains("planted") && line.contains("`state` is not the one") && line.ends_with("remedy=ignore"));

    // What the server itself says is told, as far as it is a code.
    let denied = format!("/cb?error=access_denied&state={STATE}");
    let error = scenario.awaiting_code().receive(&scenario.client, Callback::url(&denied), at(1)).unwrap_err();
    let mut log = Log::default();
    error.observe(&mut log);
    assert!(log.lines[0].starts_with("error CallbackError::Refused server=example client_id=app"));
    assert_eq!((&log.maps[0]["code"], &log.maps[0]["remedy"]), (&json!("access_denied"), &json!("log_in")));
}

#[test]
fn an_endpoint_is_told_without_its_query_and_its_fragment() {
    let scenario = Scenario::with(|provider| {
        provider.token_endpoint = Some("https://id.example/a/token?tenant=7".into());
        provider.dialect.token.body = BodyFormat::Query;
        provider.dialect.authorize.fragment = Some(Fragment::Suffix("top".into()));
    });
    let (request, _flight) = scenario.client.client_credentials().unwrap().request(at(0)).unwrap();
    assert!(request.url().contains("client_credentials"));
    assert_eq!(line(&request), "request Request method=POST endpoint=https://id.example/a/token");
    let (url, _awaiting) = scenario.client.authorization_code().unwrap().authorize(entropy(), at(0));
    assert_eq!(line(&url), "state AuthorizationUrl endpoint=https://id.example/authorize");
}

/// RFC 7592 section 3: a server names that address for one client alone, and may put into it what it wants.
#[test]
fn where_a_client_is_managed_is_told_as_an_origin() {
    let mut provider = scenario::provider();
    provider.registration_endpoint = Some("https://id.example/register".into());
    let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new("https://app.example/cb").unwrap()]);
    let body = r#"{"client_id":"app","registration_access_token":"T","redirect_uris":["https://app.example/cb"],
        "registration_client_uri":"https://id.example/register/SECRET?key=SECRET"}"#;
    let registered = || {
        let (request, registering) = provider.register(&metadata, None, at(0)).unwrap();
        assert_eq!(line(&request), "request Request method=POST endpoint=https://id.example/register");
        registering.finish(answer(201, body)).unwrap()
    };
    let (read, managing) = registered().read(&provider, at(1)).unwrap();
    let (update, updating) = registered().update(&provider, &metadata, at(1)).unwrap();
    let (delete, deleting) = registered().delete(&provider, at(1)).unwrap();
    drop((managing, updating, deleting));
    for request in [read, update, delete] {
        let method = request.method().as_str();
        assert_eq!(line(&request), format!("request Request method={method} endpoint=https://id.example"));
        assert!(format!("{request:?}").contains("url: \"https://id.example…\""), "{request:?}");
        let parts = request.into_parts();
        assert!(format!("{parts:?}").contains("url: \"https://id.example…\""), "{parts:?}");
        assert_eq!(*parts.url, "https://id.example/register/SECRET?key=SECRET");
    }
}

#[test]
fn one_line_stays_one_line_and_is_not_endless() {
    let registration = Registration::new("a \"b\" c=d\\").unwrap();
    let registration = registration.redirect_uri(RedirectUri::new("https://app.example/cb").unwrap());
    let long = Scope::new((0..100).map(|at| format!("scope-{at}"))).unwrap();
    let client = Client::public(scenario::provider(), registration.scope(long)).unwrap();
    let login = client.authorization_code().unwrap();
    let told = line(&login);
    assert!(told.contains(r#"client_id="a \"b\" c=d\\" scope="scope-0 scope-1"#), "{told}");
    assert!(told.len() < 400 && told.ends_with('"') && !told.contains("scope-99"));
    let mut whole = String::new();
    login.observe(&mut |seen: &Observation<'_>| whole = seen.scope.as_deref().unwrap().to_owned());
    assert!(whole.ends_with("scope-99"), "the field has all of it");
}

#[test]
fn a_keeper_and_its_turns_are_told() {
    let scenario = Scenario::<Confidential>::new();
    let mut log = Log::default();
    let mut keeper = scenario.keeper().observed(&mut log);
    let turn = keeper.poll(&scenario.client, at(9_000), Duration::ZERO).observed(&mut log);
    let Turn::Send(_request, ticket) = turn else { panic!("{turn:?}") };
    keeper.handle(ticket, Outcome::lost("reset"), at(9_001)).observed(&mut log).unwrap_err();
    drop(keeper.poll(&scenario.client, at(9_100), Duration::ZERO).observed(&mut log));
    keeper.decide(Decision::AssumeSpent);
    drop(keeper.poll(&scenario.client, at(9_100), Duration::ZERO).observed(&mut log));
    let names: Vec<_> = log.maps.iter().map(|map| (map["name"].as_str().unwrap(), map["remedy"].as_str())).collect();
    assert_eq!(
        names,
        [
            ("Keeper", None),
            ("Request", None),
            ("Turn::Send", None),
            ("RenewalError::InDoubt", Some("decide")),
            ("Turn::Decide", Some("decide")),
            ("Turn::LogIn", Some("log_in")),
        ]
    );
}

#[test]
fn what_stops_before_a_request_is_told_too() {
    let scenario = Scenario::<Confidential>::new();
    let other = Client::<Public>::public(
        Provider::new("other", "https://o.example/a", "https://o.example/t"),
        scenario::registration(),
    );
    let error = scenario.refreshable().refresh(&other.unwrap(), at(1)).unwrap_err();
    let told = line(&error);
    assert!(told.starts_with("error RequestError capability=refreshable server=example client_id=app "), "{told}");
    assert!(told.contains("fault=\"the state is of another server ") && told.ends_with(" remedy=fix"), "{told}");

    let error: ConfigError = RedirectUri::new("http://app.example/SECRET").unwrap_err();
    assert!(line(&error).starts_with("error ConfigError fault=\"redirect_uri: must be https"));
    let error = stored::load::<oauth_proto::AwaitingCode>(br#"{"kind":"token_set/1"}"#).unwrap_err();
    let told = line(&error);
    let fault = "error StoredError::WrongKind fault=\"kind: expected `awaiting_code/1`, found `token_set/1`; ";
    assert!(told.starts_with(fault) && told.ends_with(" remedy=fix"), "{told}");
    let authorized = scenario.refreshable();
    let error = authorized.header_for(&scenario.client, "https://evil.example/?SECRET").unwrap_err();
    assert!(line(&error).starts_with("error PresentError fault=\"the token is not meant for this origin"));
}

#[test]
fn a_closure_an_observer_and_a_reference_to_any_will_do() {
    let mut seen = 0;
    let mut count = |_: &Observation<'_>| seen += 1;
    let by_reference: &mut dyn Observer = &mut count;
    Ok::<_, ConfigError>((Response::new(200, [("", ""); 0], ""), ())).observed(by_reference).unwrap();
    Outcome::lost("reset").observe(by_reference);
    assert_eq!(seen, 2, "there is nothing to tell of ()");
}

#[test]
fn an_errors_observation_has_the_errors_remedy_and_nothing_else_has_one() {
    let scenario = Scenario::<Confidential>::new();
    for outcome in [Outcome::lost("a"), Outcome::not_sent("b"), answer(400, r#"{"error":"invalid_client"}"#)] {
        let error: FinishError<_> = scenario.refresh_in_flight().1.finish(outcome).unwrap_err();
        let mut remedy: Option<Remedy> = None;
        error.observe(&mut |seen: &Observation<'_>| {
            assert_eq!(seen.subject, Subject::Error);
            remedy = seen.remedy;
        });
        assert_eq!(remedy, Some(error.remedy()));
    }
    scenario.refreshable().observe(&mut |seen: &Observation<'_>| {
        assert_eq!((seen.subject, seen.remedy, seen.expires_at), (Subject::State, None, Some(at(3610))));
    });
}

/// Whoever handles one can ask what to do, whichever it is.
#[test]
fn every_public_error_has_a_remedy() {
    let listing = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api.txt")).unwrap();
    let name =
        |path: &str| path.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default().to_owned();
    let errors: Vec<_> = listing
        .lines()
        .filter_map(|line| line.split_once("core::error::Error for "))
        .map(|(_, path)| name(path))
        .collect();
    assert!(errors.len() > 20, "{errors:?}");
    // Of tests alone, where who reads it mends the test.
    for error in errors.into_iter().filter(|error| error != "NotReached") {
        let has = listing.lines().any(|line| {
            line.strip_suffix("-> oauth_proto::error::Remedy")
                .and_then(|line| line.split_once("::remedy("))
                .is_some_and(|(of, _)| name(of) == error)
        });
        assert!(has, "{error} has no remedy");
    }
}
