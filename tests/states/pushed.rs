//! A login that is pushed: what goes to the server, what its answers lead to, and what the browser carries.

use std::time::Duration;

use oauth_proto::{
    Client, ConfigError, Outcome, Provider, RedirectUri, Remedy, Response, Unauthorized,
    dialect::{ClientAuthentication, Fragment, Pkce, ScopeEncoding},
    error::{AnswerFault, EndpointFault, Reason, RequestFault},
    par::{Pushed, PushedAuthorizationCode},
};

use crate::scenario::{BASIC, CHALLENGE, STATE, Scenario, answer, at, entropy, other_entropy, wire};

const ENDPOINT: &str = "https://id.example/par";
const URI: &str = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";

fn pushing(tweak: impl FnOnce(&mut Provider)) -> Scenario<oauth_proto::Confidential> {
    Scenario::with(|provider| {
        provider.pushed_authorization_request_endpoint = Some(ENDPOINT.into());
        tweak(provider);
    })
}

fn login<K>(client: &Client<K>) -> Unauthorized<PushedAuthorizationCode> {
    client.pushed_authorization_code().unwrap()
}

fn created() -> Outcome {
    answer(201, &format!(r#"{{"request_uri":"{URI}","expires_in":60}}"#))
}

/// Sent at 0 s.
fn pushed(outcome: Outcome) -> Result<Pushed, EndpointFault> {
    let (_, pushing) = login(&pushing(|_| {}).client).push(entropy(), at(0));
    pushing.finish(outcome).map_err(|error| match error.fault() {
        EndpointFault::Refused(response) => EndpointFault::Refused(response.clone()),
        EndpointFault::Unreadable(fault) => EndpointFault::Unreadable(*fault),
        other => panic!("{other:?}"),
    })
}

#[test]
fn the_request_is_what_the_url_would_have_been() {
    let scenario = pushing(|_| {});
    let (request, _) = login(&scenario.client).parameter("prompt", "log in").unwrap().push(entropy(), at(0));
    let expected = format!(
        "POST {ENDPOINT}\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n\
         Authorization: {BASIC}\n\n\
         response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=read+write&state={STATE}\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&prompt=log+in"
    );
    assert_eq!(wire(&request), expected);
    assert_eq!(request.contract().origin(), "https://id.example");
}

#[test]
fn the_client_proves_itself_as_at_the_token_endpoint_and_is_named_once() {
    let body = |tweak: fn(&mut Provider)| {
        let (request, _) = login(&pushing(tweak).client).push(entropy(), at(0));
        let text = wire(&request);
        let (head, body) = text.split_once("\n\n").unwrap();
        (head.contains("Authorization"), body.to_owned())
    };
    let in_body = |provider: &mut Provider| {
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    };
    let (header, sent) = body(in_body);
    assert!(!header && sent.ends_with("&client_secret=s3cret"), "{sent}");
    assert_eq!(sent.matches("client_id=").count(), 1);

    // Where the authorization request calls it otherwise, the proof calls it what RFC 6749 does.
    let (_, sent) = body(|provider| {
        provider.dialect.authorize.parameters.rename("client_id", "app_id");
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    });
    assert!(sent.contains("&app_id=app&") && sent.ends_with("&client_id=app&client_secret=s3cret"), "{sent}");

    let public = Scenario::public_with(|provider| {
        provider.pushed_authorization_request_endpoint = Some(ENDPOINT.into());
    });
    let (request, _) = login(&public.client).push(entropy(), at(0));
    let sent = wire(&request);
    assert!(!sent.contains("Authorization") && sent.matches("client_id=app").count() == 1, "{sent}");
}

#[test]
fn a_scope_in_a_body_is_encoded_as_any_parameter() {
    let scenario = pushing(|provider| provider.dialect.authorize.scope_encoding = ScopeEncoding::Minimal);
    let (request, _) = login(&scenario.client).push(entropy(), at(0));
    assert!(wire(&request).contains("&scope=read+write&"), "{}", wire(&request));
}

#[test]
fn pkce_goes_by_the_same_rule_as_in_the_plain_flow() {
    let scenario = pushing(|provider| provider.dialect.authorize.pkce = Pkce::PublicClientsOnly);
    let (request, _) = login(&scenario.client).push(entropy(), at(0));
    assert!(!wire(&request).contains("code_challenge"));
}

#[test]
fn the_browser_carries_the_clients_id_and_the_reference_alone() {
    for (fragment, query, expected) in [
        (None, "", format!("https://id.example/authorize?client_id=app&request_uri={}", encoded())),
        (None, "?a=b", format!("https://id.example/authorize?a=b&client_id=app&request_uri={}", encoded())),
        (
            Some(Fragment::Route("/login".into())),
            "",
            format!("https://id.example/authorize#/login?client_id=app&request_uri={}", encoded()),
        ),
    ] {
        let scenario = pushing(|provider| {
            provider.authorization_endpoint = Some(format!("https://id.example/authorize{query}"));
            provider.dialect.authorize.fragment = fragment;
            provider.dialect.authorize.parameters.add("audience", "x");
        });
        let (_, pushing) = login(&scenario.client).parameter("prompt", "login").unwrap().push(entropy(), at(0));
        let (url, awaiting) = pushing.finish(created()).unwrap().authorize(at(1)).unwrap();
        assert_eq!(url.as_str(), expected);
        assert_eq!((awaiting.state().expose(), awaiting.closes_at()), (STATE, at(600)));
    }
}

fn encoded() -> String {
    URI.replace(':', "%3A")
}

#[test]
fn answers_that_are_of_use_and_answers_that_are_not() {
    use AnswerFault::{ContentType, Malformed, Missing, NotAnObject, NotJson, Repeated, TooLarge};
    let uri = |json: &str| format!(r#"{{"request_uri":{json},"expires_in":60}}"#);
    let lifetime = |json: &str| format!(r#"{{"request_uri":"{URI}","expires_in":{json}}}"#);
    let good = [uri("\"urn:a\""), uri("\"https://id.example/r?a=b&c=%20\""), lifetime("1"), lifetime("\"60\"")];
    for body in good {
        assert!(pushed(answer(201, &body)).is_ok(), "{body}");
    }
    for (body, fault) in [
        (uri("\"\""), Malformed("request_uri")),
        (uri("7"), Malformed("request_uri")),
        (uri("\"urn:a b\""), Malformed("request_uri")),
        (uri("\"urn:\\u00e4\""), Malformed("request_uri")),
        (uri(&format!("\"urn:{}\"", "a".repeat(8 * 1024))), Malformed("request_uri")),
        (uri("null"), Missing("request_uri")),
        ("{\"expires_in\":60}".into(), Missing("request_uri")),
        (lifetime("0"), Malformed("expires_in")),
        (lifetime("-1"), Malformed("expires_in")),
        (lifetime("0.5"), Malformed("expires_in")),
        (lifetime("\"a minute\""), Malformed("expires_in")),
        (format!(r#"{{"request_uri":"{URI}"}}"#), Missing("expires_in")),
        (format!(r#"{{"request_uri":"{URI}","request_uri":"urn:b","expires_in":60}}"#), Repeated),
        ("[]".into(), NotAnObject),
        ("{".into(), NotJson),
        (" ".repeat(300_000), TooLarge),
    ] {
        let found = pushed(answer(201, &body)).unwrap_err();
        assert!(matches!(found, EndpointFault::Unreadable(found) if found == fault), "{body}: {found:?}");
        assert_eq!(found.remedy(), Remedy::Fix);
    }
    let html = Response::new(201, [("Content-Type", "text/html")], lifetime("60"));
    let found = pushed(html.into()).unwrap_err();
    assert!(matches!(found, EndpointFault::Unreadable(ContentType)), "{found:?}");
}

#[test]
fn any_status_but_201_is_a_refusal_and_so_is_a_stated_error() {
    for status in [200, 202, 204, 302, 400, 401, 405, 413, 429, 500, 503] {
        let outcome = answer(status, &format!(r#"{{"request_uri":"{URI}","expires_in":60}}"#));
        let found = pushed(outcome).unwrap_err();
        assert!(matches!(&found, EndpointFault::Refused(response) if response.status == Some(status)), "{found:?}");
    }
    let found = pushed(answer(201, r#"{"error":"invalid_request","request_uri":"urn:a","expires_in":60}"#));
    assert!(matches!(found.unwrap_err(), EndpointFault::Refused(_)));
}

/// The lifetime counts from when the request was sent; at its end it is over.
#[test]
fn a_reference_is_over_at_its_end() {
    let pushed = || {
        let login = login(&pushing(|_| {}).client).return_to("/inbox").unwrap().form_post().unwrap();
        login.push(entropy(), at(100)).1.finish(created()).unwrap()
    };
    assert_eq!(pushed().expires_at(), at(160));
    assert!(pushed().authorize(at(159)).is_ok());
    // A clock that went back makes nothing worse.
    assert!(pushed().authorize(at(0)).is_ok());
    for late in [at(160), at(100_000)] {
        let error = pushed().authorize(late).unwrap_err();
        assert_eq!(error.fault(), RequestFault::PushExpired(at(160)));
        assert_eq!(error.remedy(), Remedy::Retry { after: None });
        let again = error.into_origin();
        assert_eq!(again.intent().return_to(), Some("/inbox"));
        let (request, _) = again.push(other_entropy(), late);
        assert!(wire(&request).ends_with("&response_mode=form_post"));
        assert!(!wire(&request).contains(STATE), "other randomness");
    }
    let forever = answer(201, &format!(r#"{{"request_uri":"{URI}","expires_in":1e300}}"#));
    let (_, pushing) = login(&pushing(|_| {}).client).push(entropy(), at(0));
    assert_eq!(pushing.finish(forever).unwrap().expires_at().as_unix_millis(), u64::MAX);
}

#[test]
fn how_long_the_browser_is_waited_for_counts_from_the_push() {
    let login = login(&pushing(|_| {}).client).time_to_live(Duration::from_secs(90));
    let (_, pushing) = login.push(entropy(), at(0));
    let (_, awaiting) = pushing.finish(created()).unwrap().authorize(at(30)).unwrap();
    assert_eq!(awaiting.closes_at(), at(90));
}

fn refused(result: Result<impl Sized, ConfigError>) -> (String, Reason) {
    let error = result.err().unwrap();
    (error.field().to_owned(), error.reason().clone())
}

#[test]
fn names_that_would_stand_there_twice() {
    let start = |tweak: fn(&mut Provider)| refused(pushing(tweak).client.pushed_authorization_code());
    let reserved = |field: &str| (field.to_owned(), Reason::ReservedName);
    for query in ["request_uri=a", "state=a", "client_secret=a", "client_id=a", "x=1&code%5Fchallenge=a"] {
        let scenario = Scenario::with(|provider| {
            provider.pushed_authorization_request_endpoint = Some(format!("{ENDPOINT}?{query}"));
        });
        let found = refused(scenario.client.pushed_authorization_code());
        assert_eq!(found, reserved("pushed_authorization_request_endpoint"), "{query}");
    }
    assert_eq!(
        start(|provider| provider.authorization_endpoint = Some("https://id.example/a?request_uri=b".into())),
        reserved("authorization_endpoint")
    );
    assert_eq!(
        start(|provider| {
            provider.dialect.authorize.fragment = Some(Fragment::Route("/a?request_uri=b".into()));
        }),
        reserved("dialect.authorize.fragment")
    );
    for name in ["request_uri", "client_secret"] {
        let scenario = pushing(|provider| {
            provider.dialect.authorize.parameters.add(name, "x");
        });
        let found = refused(scenario.client.pushed_authorization_code());
        assert_eq!(found, reserved("dialect.authorize.parameters"));
        // A plain login may have them: a request object by reference, for instance (RFC 9101).
        assert!(scenario.client.authorization_code().is_ok());
    }
    let own = |name: &str, endpoint: &str| {
        let scenario = Scenario::with(|provider| {
            provider.pushed_authorization_request_endpoint = Some(endpoint.into());
            provider.dialect.authorize.parameters.rename("client_id", "app_id");
        });
        refused(login(&scenario.client).parameter(name, "x"))
    };
    for name in ["request_uri", "client_secret", "client_id", "app_id", "state"] {
        assert_eq!(own(name, ENDPOINT), reserved("parameter"), "{name}");
    }
    assert_eq!(own("tenant", "https://id.example/par?tenant=7"), ("parameter".into(), Reason::Repeated));
}

#[test]
fn who_may_begin() {
    let found = refused(Scenario::new().client.pushed_authorization_code());
    assert_eq!(found, ("pushed_authorization_request_endpoint".into(), Reason::Missing));
    let found = refused(pushing(|provider| provider.token_endpoint = None).client.pushed_authorization_code());
    assert_eq!(found, ("token_endpoint".into(), Reason::Missing));

    let strict = pushing(|provider| {
        provider.require_pushed_authorization_requests = true;
        provider.dialect.callback.implicit_refresh_token = true;
    });
    assert!(strict.client.pushed_authorization_code().is_ok() && strict.client.client_credentials().is_ok());
    for found in [
        refused(strict.client.authorization_code()),
        refused(strict.client.authorization_code_without_pkce_for_a_server_that_refuses_it()),
        refused(strict.client.implicit()),
        refused(strict.client.implicit_with_refresh()),
    ] {
        let (field, reason) = found;
        assert_eq!(field, "require_pushed_authorization_requests");
        assert!(reason.to_string().contains("`pushed_authorization_code()`"), "{reason}");
    }
}

#[test]
fn what_is_pushed_is_as_the_login_was_set() {
    let scenario = pushing(|_| {});
    let elsewhere = RedirectUri::new("http://127.0.0.1:49152/cb").unwrap();
    let login = login(&scenario.client).redirect_uri(elsewhere.clone()).application_state("tab-7").unwrap();
    let (request, pushing) = login.push(entropy(), at(0));
    assert!(wire(&request).contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Fcb&"));
    let (_, awaiting) = pushing.finish(created()).unwrap().authorize(at(0)).unwrap();
    assert_eq!(awaiting.application_state(), Some("tab-7"));
    assert_eq!(awaiting.intent().redirect_uri(), Some(&elsewhere));
}
