//! What is asked for beyond a scope: resources, authorization details, and how the user must log in.

use std::time::Duration;

use oauth_proto::{
    AnyTokenSet, AuthorizationDetails, AwaitingCode, Callback, Confidential, ConfigError, FinishError, Granted,
    InDoubt, Refreshable, Standing, TokenSet, dialect::BodyFormat, error::Reason, grant, stored,
};

use crate::scenario::{ACCESS_ONLY, Scenario, TOKENS, answer, at, entropy, wire};

const ONE: &str = "https://a.example/api?v=1";
const TWO: &str = "urn:example:files";
const DETAILS: &str = r#"[{"type":"account","n":[1,{"x":null}]}]"#;
const ENCODED: &str = "resource=https%3A%2F%2Fa.example%2Fapi%3Fv%3D1&resource=urn%3Aexample%3Afiles";
const ENCODED_DETAILS: &str =
    "authorization_details=%5B%7B%22type%22%3A%22account%22%2C%22n%22%3A%5B1%2C%7B%22x%22%3Anull%7D%5D%7D%5D";

fn scenario() -> Scenario<Confidential> {
    Scenario::with(|provider| provider.dialect.response.keep.push("authorization_details".into()))
}

fn details() -> AuthorizationDetails {
    AuthorizationDetails::from_json(DETAILS).unwrap()
}

fn body(request: &oauth_proto::Request) -> String {
    String::from_utf8(request.expose_body().to_vec()).unwrap()
}

/// A login that asked for all of it, up to its callback.
fn awaiting(scenario: &Scenario<Confidential>) -> (String, AwaitingCode) {
    let login = scenario.login().resource(ONE).unwrap().resource(TWO).unwrap().resource(ONE).unwrap();
    let (url, awaiting) = login.authorization_details(details()).unwrap().authorize(entropy(), at(0));
    (url.into_string(), awaiting)
}

#[test]
fn each_request_of_a_login_names_its_resources() {
    let scenario = scenario();
    let (url, awaiting) = awaiting(&scenario);
    assert!(url.ends_with(&format!("&{ENCODED}&{ENCODED_DETAILS}")), "{url}");
    assert!(awaiting.intent().resources().eq([ONE, TWO]));
    assert_eq!(awaiting.intent().authorization_details(), Some(&details()));

    // What was stored on the way says so too.
    let row = stored::save(&awaiting);
    let awaiting: AwaitingCode = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&awaiting), row);
    let callback = format!("/cb?code=C1&state={}", awaiting.state().expose());
    let (request, in_flight) = awaiting.receive(&scenario.client, Callback::url(&callback), at(5)).unwrap();
    assert!(body(&request).ends_with(&format!("&{ENCODED}")), "{}", wire(&request));
    assert!(!body(&request).contains("authorization_details"), "it was said to the browser");
    let journal = stored::save(&in_flight);
    let in_doubt: InDoubt<grant::AuthorizationCode> = stored::load(journal.as_bytes()).unwrap();
    let (request, in_flight) = in_doubt.retry(&scenario.client, at(6)).unwrap();
    assert!(body(&request).ends_with(&format!("&{ENCODED}")));

    let Granted::Refreshable(authorized) = in_flight.finish(answer(200, TOKENS)).unwrap() else { panic!() };
    let row = stored::save(&authorized.into_token_set());
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes()).unwrap();
    assert!(tokens.resources().eq([ONE, TWO]));
    assert_eq!(tokens.authorization_details(), None, "the server did not say what it granted");
    let Standing::Authorized(authorized) = tokens.at(at(7)) else { panic!() };
    let (request, in_flight) = authorized.refresh(&scenario.client, at(7)).unwrap();
    assert!(body(&request).ends_with(&format!("refresh_token=R1&{ENCODED}")), "{}", body(&request));
    let tokens = in_flight.finish(answer(200, ACCESS_ONLY)).unwrap().into_token_set();

    // And the way back to a new login.
    let again = tokens.into_intent().again(scenario.client.authorization_code().unwrap());
    let (url, _) = again.authorize(entropy(), at(8));
    assert!(url.as_str().ends_with(&format!("&{ENCODED}&{ENCODED_DETAILS}")), "{}", url.as_str());
}

const ENCODED_TWO: &str = "resource=urn%3Aexample%3Afiles";

#[test]
fn a_token_for_one_of_the_resources_is_asked_for_in_the_token_request_alone() {
    let scenario = scenario();
    let login = scenario.login().resource(ONE).unwrap().resource(TWO).unwrap().narrow_to(TWO).unwrap();
    let (url, awaiting) = login.authorize(entropy(), at(0));
    assert!(url.as_str().ends_with(&format!("&{ENCODED}")), "the user is asked for all: {}", url.as_str());
    assert!(awaiting.intent().resources().eq([ONE, TWO]));
    let callback = format!("/cb?code=C1&state={}", awaiting.state().expose());
    let (request, in_flight) = awaiting.receive(&scenario.client, Callback::url(&callback), at(5)).unwrap();
    assert!(body(&request).ends_with(&format!("&{ENCODED_TWO}")) && !body(&request).contains("a.example%2Fapi"));
    let Granted::Refreshable(authorized) = in_flight.finish(answer(200, TOKENS)).unwrap() else { panic!() };
    let mut tokens = authorized.into_token_set();
    assert!(tokens.resources().eq([TWO]));

    // A refusal leaves the token in hand, and what it is for.
    tokens.narrow_to(ONE).unwrap();
    assert!(tokens.narrow_to("urn:example:other").is_err());
    let Standing::Authorized(authorized) = tokens.at(at(7)) else { panic!() };
    let (request, in_flight) = authorized.refresh(&scenario.client, at(7)).unwrap();
    assert!(body(&request).ends_with("&resource=https%3A%2F%2Fa.example%2Fapi%3Fv%3D1"), "{}", body(&request));
    let refused = answer(400, r#"{"error":"invalid_target"}"#);
    let Err(FinishError::Refused { origin: tokens, .. }) = in_flight.finish(refused) else { panic!() };
    assert!(tokens.resources().eq([TWO]));

    // A new login asks for all, and then for the one that was wanted last.
    let again = tokens.into_intent().again(scenario.client.authorization_code().unwrap());
    let (url, awaiting) = again.authorize(entropy(), at(8));
    assert!(url.as_str().ends_with(&format!("&{ENCODED}")));
    let callback = format!("/cb?code=C2&state={}", awaiting.state().expose());
    let (request, _) = awaiting.receive(&scenario.client, Callback::url(&callback), at(9)).unwrap();
    assert!(body(&request).ends_with("&resource=https%3A%2F%2Fa.example%2Fapi%3Fv%3D1"), "{}", body(&request));
}

#[test]
fn a_client_of_its_own_turns_from_one_resource_to_another() {
    let scenario = scenario();
    let start = scenario.client.client_credentials().unwrap();
    let start = start.resource(ONE).unwrap().resource(TWO).unwrap().narrow_to(ONE).unwrap();
    let (request, in_flight) = start.request(at(0)).unwrap();
    assert!(body(&request).ends_with("&resource=https%3A%2F%2Fa.example%2Fapi%3Fv%3D1"), "{}", body(&request));
    let mut tokens = in_flight.finish(answer(200, ACCESS_ONLY)).unwrap().into_token_set();
    tokens.narrow_to(TWO).unwrap();
    let Standing::Authorized(authorized) = tokens.at(at(1)) else { panic!() };
    let (request, in_flight) = authorized.reissue(&scenario.client, at(1)).unwrap();
    assert!(body(&request).ends_with(&format!("&{ENCODED_TWO}")), "{}", body(&request));
    let tokens = in_flight.finish(answer(200, ACCESS_ONLY)).unwrap().into_token_set();
    assert!(tokens.resources().eq([TWO]));
    assert!(AnyTokenSet::from(tokens).resources().eq([TWO]), "the same is said of any token set");

    // What was not asked for cannot be narrowed to.
    let error = scenario.login().narrow_to(ONE).map(drop).unwrap_err();
    assert_eq!(error.reason(), &Reason::UnknownName { known: [].into() });
    let mut plain = scenario.refreshable().into_token_set();
    let row = stored::save(&plain);
    assert!(plain.narrow_to(ONE).is_err());
    assert_eq!(stored::save(&plain), row);
}

#[test]
fn without_a_browser_both_stand_in_the_token_request() {
    let scenario = scenario();
    let start = scenario.client.client_credentials().unwrap().resource(TWO).unwrap();
    let (request, in_flight) = start.authorization_details(details()).unwrap().request(at(0)).unwrap();
    let both = format!("&resource=urn%3Aexample%3Afiles&{ENCODED_DETAILS}");
    assert_eq!(body(&request), format!("grant_type=client_credentials&scope=read+write{both}"));
    let authorized = in_flight.finish(answer(200, ACCESS_ONLY)).unwrap();
    let (request, _) = authorized.reissue(&scenario.client, at(1)).unwrap();
    assert!(body(&request).ends_with(&both));
    let start = scenario.client.password().unwrap().resource(TWO).unwrap();
    let (request, _) = start.request("ada", &"pa55".into(), at(0)).unwrap();
    assert!(body(&request).ends_with("&resource=urn%3Aexample%3Afiles"));
}

#[test]
fn what_was_granted_is_what_the_tokens_say() {
    let scenario = scenario();
    let granted = |member: &str| {
        let start = scenario.client.client_credentials().unwrap().authorization_details(details()).unwrap();
        let (_, in_flight) = start.request(at(0)).unwrap();
        let body = format!(r#"{{"access_token":"A1","token_type":"Bearer"{member}}}"#);
        let tokens = in_flight.finish(answer(200, &body)).unwrap().into_token_set();
        tokens.authorization_details().map(|details| details.as_json().to_owned())
    };
    let less = r#"[{"type":"account"}]"#;
    assert_eq!(granted(&format!(r#","authorization_details":{less}"#)).as_deref(), Some(less));
    // RFC 9396 section 7: a server that knows of them says so. One that does not know them granted none.
    assert_eq!(granted(""), None);
    // What cannot be read is not taken for what was asked for.
    for broken in ["[]", "{}", "\"x\"", "7", "[{}]"] {
        assert_eq!(granted(&format!(r#","authorization_details":{broken}"#)), None, "{broken}");
    }
    let plain = Scenario::new();
    let error = plain.login().authorization_details(details()).map(drop).unwrap_err();
    assert_eq!(error.field(), "dialect.response.keep");
    assert!(plain.access_only().into_token_set().authorization_details().is_none());
}

#[test]
fn what_is_no_resource() {
    let scenario = Scenario::new();
    let reason = |resource: &str| scenario.login().resource(resource).map(drop).map_err(|error| error.reason().clone());
    for (resource, expected) in [
        ("", Reason::Empty),
        ("api.example", Reason::NotAUrl),
        ("/api", Reason::NotAUrl),
        ("https://api.example/#", Reason::HasFragment),
        ("https://ada@api.example/", Reason::HasUserInformation),
        ("https://api.example/a b", Reason::ForbiddenCharacter { at: 21 }),
        ("https://api.example/\u{e9}", Reason::ForbiddenCharacter { at: 20 }),
    ] {
        assert_eq!(reason(resource), Err(expected), "{resource}");
    }
    // A JSON object names a member once.
    let json = Scenario::with(|provider| provider.dialect.token.body = BodyFormat::Json);
    let one = json.login().resource(ONE).unwrap();
    let two = one.resource(TWO).map(drop).map_err(|error| error.reason().clone());
    assert_eq!(two, Err(Reason::GoesOnlyWith("a body that is a form, where there are several")));
    let fill = |count: usize, long: usize| {
        let name = |at: usize| format!("urn:{at}:{}", "x".repeat(long));
        (0..count).try_fold(scenario.login(), |login, at| login.resource(&name(at))).map(drop)
    };
    assert!(fill(32, 1).is_ok());
    assert_eq!(fill(33, 1).unwrap_err().reason(), &Reason::TooMany { max: 32 });
    assert_eq!(fill(5, 1000).unwrap_err().reason(), &Reason::WrongLength { min: 1, max: 4096 });
}

#[test]
fn what_are_no_details() {
    let refused = |json: &str| AuthorizationDetails::from_json(json).map(drop).map_err(|error| error.reason().clone());
    let list = Err(Reason::Unreadable("a JSON list of objects is expected".into()));
    let object = Err(Reason::Unreadable("each item is an object, and says nothing twice".into()));
    let typed = Err(Reason::Unreadable("each object has a `type`, which is a text".into()));
    for json in ["x", "{}", "\"[]\"", "[{}", "[{}]x", "null"] {
        assert_eq!(refused(json), list, "{json}");
    }
    assert_eq!(refused("[]"), Err(Reason::Empty));
    for json in ["[7]", "[[]]", "[null]", r#"[{"type":"a","x":{"y":1,"\u0079":2}}]"#] {
        assert_eq!(refused(json), object, "{json}");
    }
    for json in ["[{}]", r#"[{"type":7}]"#, r#"[{"type":""}]"#, r#"[{"type":null}]"#, r#"[{"type":"a"},{}]"#] {
        assert_eq!(refused(json), typed, "{json}");
    }
    let long = format!(r#"[{{"type":"{}"}}]"#, "a".repeat(4096));
    assert_eq!(refused(&long), Err(Reason::WrongLength { min: 1, max: 4096 }));
    let unwritable = std::collections::BTreeMap::from([((1, 2), 3)]);
    let error: ConfigError = AuthorizationDetails::of(&[unwritable]).unwrap_err();
    assert_eq!(error.reason(), &Reason::Unreadable("it cannot be written as JSON".into()));
}

#[test]
fn how_the_user_must_log_in() {
    let scenario = Scenario::new();
    let login = scenario.login().acr_values("phr phrh").unwrap().max_age(Duration::from_millis(90_900)).unwrap();
    let (url, _) = login.authorize(entropy(), at(0));
    assert!(url.as_str().ends_with("&acr_values=phr+phrh&max_age=90"), "{}", url.as_str());
    let twice = scenario.login().max_age(Duration::ZERO).unwrap().max_age(Duration::ZERO).map(drop).unwrap_err();
    assert_eq!((twice.field(), twice.reason()), ("parameter", &Reason::Repeated));
    let long = scenario.login().acr_values(&"x".repeat(1025)).map(drop).unwrap_err();
    assert_eq!(long.field(), "acr_values");
}

#[test]
fn a_row_with_what_no_login_asks_for_is_refused() {
    let scenario = scenario();
    let (_, awaiting) = awaiting(&scenario);
    let row = stored::save(&awaiting);
    for (good, bad) in [(TWO, "no-uri"), (TWO, "urn:a#b"), (r#"[{\"type\""#, r#"[{\"typ\""#)] {
        assert!(row.contains(good), "{row}");
        let tampered = row.replace(good, bad);
        assert!(stored::load::<AwaitingCode>(tampered.as_bytes()).is_err(), "{bad}");
    }
}
