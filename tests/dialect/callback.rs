//! The browser's way back: what is kept of it, and what that may be used for.

mod later;
mod places;

use oauth_proto::{
    AnyTokenSet, Callback, CallbackError, FinishError, Outcome, Standing,
    dialect::{CallbackStep, IdToken, Kept},
    error::{CallbackFault, KeptFault, Reason, RequestFault},
    stored,
};
use serde_json::{Value, json};

use crate::{
    provider, refused,
    scenario::{STATE, Scenario, TOKENS, VERIFIER, answer, at, wire},
    with,
};

/// The callback that brings `C1`, with `rest` behind it.
fn callback(rest: &str) -> String {
    format!("code=C1&state={STATE}{rest}")
}

/// A server whose token endpoint is made of `x`, by this rule.
fn bound(rule: Value, endpoint: &str) -> Value {
    json!({ "token_endpoint": endpoint, "dialect": { "callback": { "keep": { "x": rule } } } })
}

fn encoded(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// The address that the code goes to, or what is wrong with `x`. After a refusal the login is still alive.
#[track_caller]
fn sent_to<K>(scenario: &Scenario<K>, rest: &str, honest: &str) -> Result<String, KeptFault> {
    let query = callback(rest);
    let row = stored::save(&scenario.awaiting_code());
    match scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)) {
        Ok((request, _)) => Ok(request.url().to_owned()),
        Err(CallbackError::NotOurs { awaiting, fault: CallbackFault::Kept { name, fault }, claimed: None }) => {
            assert_eq!(&*name, "x");
            assert_eq!(stored::save(&*awaiting), row, "the login as it was");
            let query = callback(&format!("&x={}", encoded(honest)));
            assert!(awaiting.receive(&scenario.client, Callback::query(&query), at(599)).is_ok(), "and usable");
            Err(fault)
        }
        Err(error) => panic!("{rest:?}: {error:?}"),
    }
}

/// What nobody may put into a URL.
const HOSTILE: [&str; 56] = [
    "",
    ".",
    "..",
    "...",
    "/",
    "\\",
    "?",
    "#",
    "@",
    ":",
    "%",
    "%2e",
    "%2F",
    "%2f..%2f",
    "%00",
    "evil.example",
    "evil.example/",
    "evil.example#",
    "evil.example?",
    "evil.example:443",
    "evil.example\\",
    "evil.example%2F",
    "evil.example/.",
    "https://evil.example",
    "https://evil.example/",
    "//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "user@evil.example",
    "user:pass@evil.example/",
    "@evil.example/",
    "a@b",
    "a:b",
    "a/b",
    "a\\b",
    "a?b",
    "a#b",
    "a&b",
    "a=b",
    "a;b",
    "a,b",
    "a+b",
    "a b",
    " a",
    "a ",
    "a\tb",
    "a\nb",
    "a\r\nHost: evil.example",
    "a\0",
    "a\u{7f}",
    "[::1]",
    "b\u{fc}cher",
    "\u{ff0e}evil",
    "a\u{3002}evil",
    "{x}",
    "a*b",
];

#[test]
fn a_label_of_a_host_is_nothing_else() {
    let scenario = with(bound(json!("dns_label"), "https://{x}.example.com/token"));
    let long = "a".repeat(64);
    let more = ["a.b", "a.", ".a", "a..b", "a_b", "a~b", "-", "-a", "a-", "1.2.3.4", "0x7f.1", &long];
    for value in HOSTILE.into_iter().chain(more) {
        let found = sent_to(&scenario, &format!("&x={}", encoded(value)), "shop");
        assert_eq!(found, Err(KeptFault::NotAllowed), "{value:?}");
    }
    for value in ["a", "A", "1", "a-b", "a--b", "127", "x".repeat(63).as_str()] {
        let found = sent_to(&scenario, &format!("&x={value}"), "shop");
        assert_eq!(found, Ok(format!("https://{value}.example.com/token")));
    }
}

#[test]
fn a_segment_of_a_path_is_nothing_else() {
    let scenario = with(bound(json!("path_segment"), "https://id.example/{x}/token?v=1"));
    let allowed = ["evil.example", "%2e"];
    let long = "a".repeat(256);
    for value in HOSTILE.into_iter().filter(|value| !allowed.contains(value)).chain([long.as_str()]) {
        let found = sent_to(&scenario, &format!("&x={}", encoded(value)), "org");
        assert_eq!(found, Err(KeptFault::NotAllowed), "{value:?}");
    }
    for value in ["a", "A.b", "a-b_c~d", "-", "_", "~", ".a", "a..", "evil.example", "x".repeat(255).as_str()] {
        let found = sent_to(&scenario, &format!("&x={value}"), "org");
        assert_eq!(found, Ok(format!("https://id.example/{value}/token?v=1")));
    }
}

#[test]
fn one_of_a_few_is_one_of_them_byte_for_byte() {
    let values = ["https://accounts.example.com", "https://accounts.example.eu", "https://a.example/p"];
    let scenario = with(bound(json!({ "one_of": values }), "{x}/token"));
    let near = [
        "https://accounts.example.com/",
        "https://accounts.example.com.evil.example",
        "https://accounts.example.co",
        "https://accounts.example.com:443",
        "HTTPS://accounts.example.com",
        "https://Accounts.example.com",
        " https://accounts.example.com",
        "https://accounts.example.com\n",
        "https://accounts%2eexample.com",
        "http://accounts.example.com",
        "https://accounts.example.com,https://accounts.example.eu",
    ];
    for value in HOSTILE.into_iter().chain(near) {
        let found = sent_to(&scenario, &format!("&x={}", encoded(value)), values[0]);
        assert_eq!(found, Err(KeptFault::NotAllowed), "{value:?}");
    }
    for value in values {
        let found = sent_to(&scenario, &format!("&x={}", encoded(value)), values[0]);
        assert_eq!(found, Ok(format!("{value}/token")));
    }
}

#[test]
fn a_text_is_short_and_has_no_control_characters() {
    let scenario = with(json!({ "dialect": { "callback": { "keep": { "x": "text" } } } }));
    for value in ["\0", "a\nb", "a\r\nb", "\u{7f}", "\u{85}", "\u{1b}[2J", "x".repeat(1025).as_str()] {
        let found = sent_to(&scenario, &format!("&x={}", encoded(value)), "x");
        assert_eq!(found, Err(KeptFault::NotAllowed), "{value:?}");
    }
    for value in ["", "https://evil.example/", "a b&c=d", "b\u{fc}cher \u{1F600}", "x".repeat(1024).as_str()] {
        let query = callback(&format!("&x={}", encoded(value)));
        let (request, flight) =
            scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
        assert_eq!(request.url(), "https://id.example/token", "it makes no URL");
        let granted = flight.finish(answer(200, TOKENS)).unwrap();
        assert_eq!(granted.extras().get("x"), Some(value));
        assert_eq!(granted.extras().iter().collect::<Vec<_>>(), [("x", value)]);
    }
}

#[test]
fn what_a_request_is_made_of_must_be_there_once_and_readable() {
    for (rule, endpoint, honest) in [
        (json!("dns_label"), "https://{x}.example.com/", "a"),
        (json!("path_segment"), "https://id.example/{x}", "a"),
        (json!({ "one_of": ["https://a.example"] }), "{x}", "https://a.example"),
    ] {
        let scenario = with(bound(rule, endpoint));
        let x = format!("&x={}", encoded(honest));
        assert_eq!(sent_to(&scenario, "", honest), Err(KeptFault::Missing));
        assert_eq!(sent_to(&scenario, "&X=a&y=a", honest), Err(KeptFault::Missing), "names are compared as they are");
        assert_eq!(sent_to(&scenario, &x.repeat(2), honest), Err(KeptFault::Repeated));
        assert_eq!(sent_to(&scenario, &format!("{x}&%78=b"), honest), Err(KeptFault::Repeated));
        for broken in ["&x=%", "&x=%zz", "&x=%ff", "&x=%c3%28"] {
            assert_eq!(sent_to(&scenario, broken, honest), Err(KeptFault::NotAllowed), "{broken}");
        }
        // A fragment is no query.
        let url = format!("/cb?{}#x={}", callback(""), encoded(honest));
        let error = scenario.awaiting_code().receive(&scenario.client, Callback::url(&url), at(10)).unwrap_err();
        let CallbackError::NotOurs { fault, .. } = error else { panic!("{error}") };
        assert_eq!(fault, CallbackFault::Kept { name: "x".into(), fault: KeptFault::Missing });
        // No callback, and so nothing that comes with one.
        let error = scenario.awaiting_code().receive_pasted_code_without_state_check(&scenario.client, "C1", at(10));
        let CallbackError::NotOurs { awaiting, fault, .. } = error.unwrap_err() else { panic!() };
        assert_eq!(fault, CallbackFault::Kept { name: "x".into(), fault: KeptFault::Missing });
        assert!(awaiting.receive(&scenario.client, Callback::query(&callback(&x)), at(10)).is_ok());
    }
    // What no request is made of may be absent.
    let scenario = with(json!({ "dialect": { "callback": { "keep": { "x": "dns_label" } } } }));
    assert_eq!(sent_to(&scenario, "", "a").as_deref(), Ok("https://id.example/token"));
    assert_eq!(sent_to(&scenario, "&x=a.b", "a"), Err(KeptFault::NotAllowed), "its rule holds all the same");
}

/// Who sends the browser here may have sent anything: what is wrong is the state first, then the rest.
#[test]
fn a_hostile_value_says_nothing_without_the_state() {
    let scenario = with(bound(json!("dns_label"), "https://{x}.example.com/token"));
    let fault = |query: &str| {
        let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(query), at(10)).unwrap_err();
        let CallbackError::NotOurs { fault, .. } = error else { panic!("{error}") };
        fault
    };
    assert_eq!(fault("code=C1&state=guessed&x=evil.example"), CallbackFault::StateMismatch);
    assert_eq!(fault("code=C1&x=evil.example"), CallbackFault::StateMissing);
    // An error needs nothing to make a request of.
    let denied = format!("error=access_denied&state={STATE}");
    let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(&denied), at(10)).unwrap_err();
    assert!(matches!(error, CallbackError::Refused { .. }), "{error}");
}

#[test]
fn a_kept_value_stands_in_parameters_and_header_fields() {
    let scenario = with(json!({ "dialect": {
        "callback": { "keep": { "realmId": "text" } },
        "token": { "headers": { "X-Realm": "r={realmId}" }, "parameters": { "add": { "realm": "{realmId}" } } },
        "refresh": { "headers": { "X-Realm": "{realmId}" }, "parameters": { "add": { "realm": "{realmId}" } } },
    } }));
    let receive = |value: &str| {
        let query = callback(&format!("&realmId={}", encoded(value)));
        scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10))
    };
    let (request, flight) = receive("a b&c").unwrap();
    let text = wire(&request);
    assert!(text.contains("\nX-Realm: r=a b&c\n") && text.ends_with("&realm=a+b%26c"), "{text}");
    let Ok(oauth_proto::Granted::Refreshable(authorized)) = flight.finish(answer(200, TOKENS)) else { panic!() };
    let text = wire(&authorized.refresh(&scenario.client, at(20)).unwrap().0);
    assert!(text.contains("\nX-Realm: a b&c\n") && text.ends_with("&realm=a+b%26c"), "{text}");
    // What cannot stand in a header field reaches none.
    for value in ["a\r\nX-Evil: 1", "a\n", "\0", "\u{7f}", "b\u{fc}cher", "\u{1F600}"] {
        let error = receive(value).map(drop).unwrap_err();
        let CallbackError::NotOurs { awaiting, fault, .. } = error else { panic!("{value:?}: {error}") };
        assert_eq!(fault, CallbackFault::Kept { name: "realmId".into(), fault: KeptFault::NotAllowed }, "{value:?}");
        assert!(awaiting.receive(&scenario.client, Callback::query(&callback("&realmId=r")), at(10)).is_ok());
    }
    // The literal text around a value is checked when the client is made.
    let odd = json!({ "dialect": { "callback": { "keep": { "x": "text" } }, "token": { "headers": { "X-Y": "\u{e4}{x}" } } } });
    assert_eq!(refused(odd), ("dialect.token.headers.X-Y".into(), Reason::ForbiddenCharacter { at: 0 }));
}

/// A login must not go on as if it had not come: a request may be made of it.
#[test]
fn a_kept_parameter_that_is_too_long() {
    let scenario = with(json!({ "dialect": { "callback": { "keep": { "realmId": "text" } } } }));
    let receive = |length: usize| {
        let query = callback(&format!("&realmId={}", "r".repeat(length)));
        let received = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10));
        received.map(|(_, flight)| flight.finish(answer(200, TOKENS)).unwrap().extras().get("realmId").map(str::len))
    };
    assert_eq!(receive(1024).unwrap(), Some(1024));
    for length in [1025, 8192, 8193, 100_000] {
        let CallbackError::NotOurs { fault, .. } = receive(length).unwrap_err() else { panic!("{length}") };
        assert_eq!(fault, CallbackFault::Kept { name: "realmId".into(), fault: KeptFault::NotAllowed }, "{length}");
    }
}

#[test]
fn a_kept_value_that_is_not_there_leaves_its_parameter_out_where_that_is_said() {
    let fields = |omit_unset: bool| {
        let step = json!({ "parameters": { "add": { "realm": "r{realmId}", "x": 1 }, "omit_unset": omit_unset } });
        json!({ "dialect": { "callback": { "keep": { "realmId": "text" } }, "token": step } })
    };
    let receive = |omit_unset: bool, rest: &str| {
        let scenario = with(fields(omit_unset));
        let query = callback(rest);
        let received = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10));
        received.map(|(request, _)| wire(&request)).map_err(|error| error.to_string())
    };
    for omit_unset in [false, true] {
        assert!(receive(omit_unset, "&realmId=7").unwrap().ends_with("&realm=r7&x=1"));
    }
    assert!(receive(true, "").unwrap().ends_with(&format!("&code_verifier={VERIFIER}&x=1")));
    assert!(receive(false, "").unwrap_err().contains("it has no `realmId`"));
}

#[test]
fn kept_parameters_of_an_implicit_callback() {
    let scenario = with(json!({ "dialect": { "callback": { "keep": { "x": "dns_label" } } } }));
    let receive = |rest: &str| {
        let fragment = format!("access_token=A1&token_type=Bearer&state={STATE}{rest}");
        scenario.awaiting_token().receive(&scenario.client, Callback::fragment(&fragment), at(10))
    };
    assert_eq!(receive("&x=shop").unwrap().extras().get("x"), Some("shop"));
    assert!(receive("").unwrap().extras().is_empty());
    let error = receive("&x=evil.example").unwrap_err();
    assert_eq!(error.remedy(), oauth_proto::Remedy::Ignore);
    assert!(error.into_awaiting().is_some());
}

#[test]
fn the_default_of_each_field_is_the_rfc() {
    let step = CallbackStep::default();
    assert!(step.keep.is_empty() && step.id_token == IdToken::Refused && !step.implicit_refresh_token);
    let said = json!({ "id_token": "refused", "keep": {}, "issuer": "optional", "tokens": "fragment", "code": "decoded",
        "state": "required", "implicit_refresh_token": false, "rename": {} });
    assert_eq!(provider(json!({ "dialect": { "callback": said } })), provider(json!({})));
    assert_eq!(serde_json::to_value(Kept::default()).unwrap(), json!("text"));
    // What is not listed is not kept.
    let scenario = with(json!({}));
    let query = callback("&realmId=1&shop=evil.example");
    let (_, flight) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
    assert!(flight.finish(answer(200, TOKENS)).unwrap().extras().is_empty());
}

#[test]
fn an_id_token_beside_the_code() {
    let receive = |rule: &str, rest: &str| {
        let scenario = with(json!({ "dialect": { "callback": { "id_token": rule } } }));
        let query = callback(rest);
        match scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)) {
            Ok((request, _)) => Ok(wire(&request)),
            Err(CallbackError::NotOurs { fault, .. }) => Err(fault),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(receive("refused", "&id_token=a.b.c"), Err(CallbackFault::Unexpected("id_token")));
    let plain = receive("refused", "").unwrap();
    for rest in ["&id_token=a.b.c", "&id_token=", "&id_token=%zz&id_token=2"] {
        assert_eq!(receive("ignored", rest).as_ref(), Ok(&plain), "it is not read");
    }
    // Keeping one is no way round.
    for name in ["id_token", "access_token", "response"] {
        let kept = json!({ "dialect": { "callback": { "keep": { name: "text" } } } });
        assert_eq!(refused(kept), (format!("dialect.callback.keep.{name}"), Reason::ReservedName));
    }
    // Nothing else is let in with it.
    assert_eq!(receive("ignored", "&access_token=A"), Err(CallbackFault::Unexpected("access_token")));
    assert_eq!(receive("ignored", "&response=A"), Err(CallbackFault::Unexpected("response")));
}

#[test]
fn a_callback_of_other_names() {
    let scenario = with(json!({ "dialect": { "callback": {
        "rename": { "code": "spapi_oauth_code", "state": "s" }, "keep": { "code": "text", "state": "text" } } } }));
    let query = format!("spapi_oauth_code=C1&s={STATE}&code=kept&state=as+well");
    let (request, flight) =
        scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
    assert!(wire(&request).contains("&code=C1&"));
    let granted = flight.finish(answer(200, TOKENS)).unwrap();
    assert_eq!(granted.extras().iter().collect::<Vec<_>>(), [("code", "kept"), ("state", "as well")]);
}

#[test]
fn an_issuer_of_another_name() {
    let scenario = with(json!({ "issuer": "https://id.example",
        "dialect": { "callback": { "rename": { "iss": "i" }, "issuer": "required" } } }));
    let receive = |issuer: &str| {
        let query = format!("code=C1&state={STATE}{issuer}");
        scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).is_ok()
    };
    assert!(receive("&i=https://id.example"));
    assert!(!receive("&i=https://evil.example") && !receive(""));
    // By its own name it is a parameter like any other: the file says so, and the true one is there.
    assert!(receive("&iss=https://evil.example&i=https://id.example"));
}

/// Without a `state` that comes back, PKCE is all that binds the login, and a server ignores what it does not know.
#[test]
fn a_challenge_of_another_name_needs_a_state() {
    for (name, wire) in [("code_challenge", "x"), ("code_challenge_method", "m")] {
        let parameters = |echo: &str| json!({ "dialect": { "authorize": { "parameters": { "rename": { name: wire } } }, "callback": { "state": echo } } });
        let field = format!("dialect.authorize.parameters.rename.{name}");
        let reason = Reason::GoesOnlyWith("a `state` that comes back");
        assert_eq!(refused(parameters("not_echoed_by_this_server")), (field, reason));
        assert_eq!(provider(parameters("required")).check(), Ok(()));
    }
}
