//! The device authorization request and its answer.

use std::time::Duration;

use oauth_proto::{
    Client, Outcome, Provider, Remedy, Response, Scope, Timestamp,
    device::AwaitingUser,
    dialect::ClientAuthentication,
    error::{AnswerFault::*, EndpointFault, Reason},
};
use serde_json::{Value, json};

use super::scenario;
use crate::{
    devices::{DEVICE, for_devices},
    scenario::{BASIC, Scenario, answer, at, registration, wire},
};

const HEAD: &str = "POST https://id.example/device_authorization\nContent-Type: application/x-www-form-urlencoded\n\
                    Accept: application/json\n";

#[test]
fn the_request_of_each_kind_of_client() {
    let confidential = scenario().client.device_authorization().unwrap().request(at(0)).0;
    assert_eq!(wire(&confidential), format!("{HEAD}Authorization: {BASIC}\n\nscope=read+write"));
    let public = Scenario::public_with(for_devices).client.device_authorization().unwrap().request(at(0)).0;
    assert_eq!(wire(&public), format!("{HEAD}\nscope=read+write&client_id=app"));
    let in_body = Scenario::with(|provider| {
        for_devices(provider);
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
        provider.dialect.authorize.scope_separator = ",".into();
    });
    let in_body = in_body.client.device_authorization().unwrap();
    let in_body = in_body.resource("urn:a").unwrap().resource("urn:b").unwrap().request(at(0)).0;
    let body = "scope=read%2Cwrite&resource=urn%3Aa&resource=urn%3Ab&client_id=app&client_secret=s3cret";
    assert_eq!(wire(&in_body), format!("{HEAD}\n{body}"));
    assert_eq!(in_body.contract().origin(), "https://id.example");
    let without = scenario().client.device_authorization().unwrap().scope(Scope::default()).request(at(0)).0;
    assert_eq!(wire(&without), format!("{HEAD}Authorization: {BASIC}\n\n"));
}

#[test]
fn a_login_that_cannot_begin() {
    for (field, with) in [
        ("device_authorization_endpoint", (|_| {}) as fn(&mut Provider)),
        ("token_endpoint", |provider| {
            for_devices(provider);
            provider.token_endpoint = None;
        }),
    ] {
        let error = Scenario::with(with).client.device_authorization().unwrap_err();
        assert_eq!((error.field(), error.reason()), (field, &Reason::Missing));
    }
    // Nobody is sent back: no redirect URI is needed, and none is remembered.
    let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    for_devices(&mut provider);
    let client = Client::public(provider, registration()).unwrap();
    assert_eq!(client.device_authorization().unwrap().intent().redirect_uri(), None);
}

#[test]
fn parameters_of_the_callers_own() {
    let scenario = Scenario::with(|provider| {
        provider.device_authorization_endpoint = Some("https://id.example/device?tenant=7".into());
    });
    let begin = || scenario.client.device_authorization().unwrap();
    let given = || begin().parameter("audience", "a").unwrap();
    for name in ["client_id", "client_secret", "scope"] {
        assert_eq!(begin().parameter(name, "x").unwrap_err().reason(), &Reason::ReservedName);
    }
    for name in ["audience", "tenant"] {
        assert_eq!(given().parameter(name, "x").unwrap_err().reason(), &Reason::Repeated);
    }
    assert_eq!(begin().parameter("", "x").unwrap_err().reason(), &Reason::Empty);
    assert_eq!(begin().parameter("a b", "x").unwrap_err().reason(), &Reason::ForbiddenCharacter { at: 1 });
    assert_eq!(begin().parameter("a", "\n").unwrap_err().reason(), &Reason::ForbiddenCharacter { at: 0 });
}

fn finish(outcome: Outcome) -> Result<AwaitingUser, oauth_proto::error::EndpointError<oauth_proto::Intent>> {
    scenario().client.device_authorization().unwrap().request(at(0)).1.finish(outcome, at(1))
}

/// The answer of RFC 8628 section 3.2 with one member changed; absent where it is `None`.
fn changed(name: &str, value: Option<Value>) -> Outcome {
    let mut body: Value = serde_json::from_str(DEVICE).unwrap();
    match value {
        Some(value) => body[name] = value,
        None => drop(body.as_object_mut().unwrap().remove(name)),
    }
    answer(200, &body.to_string())
}

#[test]
fn the_codes_and_their_times() {
    let awaiting = finish(answer(200, DEVICE)).unwrap();
    assert_eq!(awaiting.user_code(), "WDJB-MJHT");
    assert_eq!(awaiting.verification_uri(), "https://id.example/device");
    assert_eq!(awaiting.verification_uri_complete(), Some("https://id.example/device?user_code=WDJB-MJHT"));
    // The lifetime counts from the emission, the wait from the receipt: neither is too long for the server.
    assert_eq!((awaiting.expires_at(), awaiting.not_before()), (at(1800), at(6)));
    assert_eq!(awaiting.intent().scope().as_str(), "read write");
    assert_eq!(awaiting.intent().redirect_uri(), None);

    let complete = finish(changed("verification_uri_complete", None)).unwrap();
    assert_eq!(complete.verification_uri_complete(), None);
}

#[test]
fn intervals() {
    let interval = |value| finish(changed("interval", value)).map(|awaiting| awaiting.not_before().since(at(1)));
    for (value, seconds) in [
        (None, 5),
        (Some(Value::Null), 5),
        (Some(json!(1)), 1),
        (Some(json!(0.001)), 1),
        (Some(json!(5.5)), 6),
        (Some(json!(30.0)), 30),
        // No poll is left before the expiry: there is nothing to wait for beyond it.
        (Some(json!(9_223_372_037u64)), 1799),
        (Some(json!(u64::MAX)), 1799),
        (Some(json!(1e300)), 1799),
    ] {
        assert_eq!(interval(value.clone()).unwrap(), Duration::from_secs(seconds), "{value:?}");
    }
    for value in [json!(0), json!(-1), json!(-0.5), json!("5"), json!(""), json!(true), json!([5]), json!({})] {
        let error = interval(Some(value.clone())).unwrap_err();
        assert!(matches!(error.fault(), EndpointFault::Unreadable(Malformed("interval"))), "{value}: {error}");
    }
}

#[test]
fn lifetimes() {
    let expires = |value: Value| finish(changed("expires_in", Some(value))).map(|awaiting| awaiting.expires_at());
    let end = Timestamp::from_unix_millis(u64::MAX);
    for (value, expected) in [
        (json!(0), at(0)),
        (json!(1800), at(1800)),
        (json!("1800"), at(1800)),
        (json!(1800.0), at(1800)),
        (json!(u64::MAX), end),
    ] {
        assert_eq!(expires(value.clone()).unwrap(), expected, "{value}");
    }
    for value in [json!(-1), json!(0.5), json!("1800 s"), json!(true), json!([])] {
        let error = expires(value.clone()).unwrap_err();
        assert!(matches!(error.fault(), EndpointFault::Unreadable(Malformed("expires_in"))), "{value}: {error}");
    }
}

#[test]
fn what_is_needed_and_what_must_not_be_shown() {
    for name in ["device_code", "user_code", "verification_uri", "expires_in"] {
        for value in [None, Some(Value::Null)] {
            let error = finish(changed(name, value)).unwrap_err();
            assert!(
                matches!(error.fault(), EndpointFault::Unreadable(Missing(missing)) if *missing == name),
                "{error}"
            );
        }
    }
    let refused = |name: &str, text: &str| {
        let error = finish(changed(name, Some(json!(text)))).expect_err(text);
        assert!(matches!(error.fault(), EndpointFault::Unreadable(Malformed(at)) if *at == name), "{text}: {error}");
        assert_eq!(error.remedy(), Remedy::Fix);
        assert!(error.into_origin().redirect_uri().is_none());
    };
    for text in ["", "D\n", "D\u{e4}"] {
        refused("device_code", text);
    }
    // A terminal acts on an escape, and a page shows what was turned round from right to left.
    for text in ["", "\u{1b}[2J", "WDJB\nMJHT", "\u{202e}THJM", "\u{200b}", &"W".repeat(257)] {
        refused("user_code", text);
    }
    for name in ["verification_uri", "verification_uri_complete"] {
        for text in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://id.example/",
            "id.example/device",
            "//id.example/device",
            "https:id.example",
            "https://",
            "https://id.example@evil.example/",
            "https://@evil.example/",
            "https://%69d.example/",
            "https://2130706433/",
            "https://id.example/\u{202e}",
            "https://id.example/a b",
            "https://id.example/\u{1b}[2J",
            "https://id.example/<b>",
            &format!("https://id.example/{}", "a".repeat(8 * 1024)),
        ] {
            refused(name, text);
        }
        for text in [
            "https://id.example",
            "http://id.example/device",
            "https://ID.example:443/Device?a=b",
            "https://id.example/device#WDJB-MJHT",
            "https://xn--bcher-kva.example/device",
            "http://127.0.0.1:8080/device",
            "https://[::1]/device",
        ] {
            let awaiting = finish(changed(name, Some(json!(text)))).unwrap();
            let kept = match name {
                "verification_uri" => awaiting.verification_uri(),
                _ => awaiting.verification_uri_complete().unwrap(),
            };
            assert_eq!(kept, text);
        }
    }
    // The name that a draft had is no other name for it.
    let mut alias: Value = serde_json::from_str(DEVICE).unwrap();
    alias["verification_url"] = alias.as_object_mut().unwrap().remove("verification_uri").unwrap();
    let error = finish(answer(200, &alias.to_string())).unwrap_err();
    assert!(matches!(error.fault(), EndpointFault::Unreadable(Missing("verification_uri"))));
}

#[test]
fn where_each_other_ending_leads() {
    let retry = Remedy::Retry { after: None };
    let twice = DEVICE.replacen('{', r#"{"user_code":"WDJB-MJHT","#, 1);
    let html: Outcome = Response::new(200, [("Content-Type", "text/html")], DEVICE).into();
    for (outcome, words, remedy) in [
        (Outcome::not_sent("dns"), "the request was not sent; try again", retry),
        (Outcome::lost("reset"), "the connection was lost; nothing in the request is single use, so try again", retry),
        (
            answer(400, r#"{"error":"unauthorized_client"}"#),
            "the server refused the request: unauthorized_client (status 400)",
            Remedy::Fix,
        ),
        (
            answer(200, r#"{"error":"invalid_scope"}"#),
            "the server refused the request: invalid_scope (status 200)",
            Remedy::Fix,
        ),
        (
            answer(201, DEVICE),
            "the server refused the request: a refusal that names no OAuth error (status 201)",
            Remedy::Fix,
        ),
        (answer(503, ""), "the server refused the request: a refusal that names no OAuth error (status 503)", retry),
        (answer(200, &twice), "the server agreed, with an unreadable answer: a member stands there twice", Remedy::Fix),
        (html, "the server agreed, with an unreadable answer: its content type", Remedy::Fix),
    ] {
        let error = finish(outcome).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        assert_eq!(error.remedy(), remedy);
        assert_eq!(error.into_origin().scope().as_str(), "read write");
    }
}
