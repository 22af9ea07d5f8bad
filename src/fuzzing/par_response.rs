//! Invariant: an answer to a pushed request makes a URL of exactly two parameters that lives from when the request was
//! sent, or hands the login back as it was.

use std::time::Duration;

use super::{
    claims::{self, must},
    input::{Input, Mode, open},
    json,
    scene::{self, JSON, SECRET, STATE, at},
};
use crate::{
    Client, Confidential, Response, Unauthorized,
    error::{EndpointFault, RequestFault},
    par::{Pushed, PushedAuthorizationCode},
};

/// What no URL, and no error, may show.
const HIDDEN: [&str; 3] = [SECRET, STATE, scene::VERIFIER];

/// See the invariant on the first line.
pub fn par_response(data: &[u8]) {
    let (status, body) = match open(data) {
        Mode::Raw(bytes) => (201, bytes.to_vec()),
        Mode::Built(mut input) => (input.pick([201, 201, 201, 200, 400, 401, 429, 503, 302]), answer(&mut input)),
    };
    let mut provider = scene::provider();
    provider.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
    let Some(client) = scene::client(provider) else { return };
    let (request, pushing) = login(&client).push(scene::entropy(), at(0));
    let sent = claims::request(&request, &[]);
    assert!(!sent.contains_key("request_uri"), "a reference is pushed");
    match pushing.finish(Response::new(status, JSON, body.clone()).into()) {
        Ok(pushed) => {
            assert_eq!(status, 201);
            taken(&body, pushed);
        }
        Err(error) => {
            let said = String::from_utf8_lossy(&body);
            let hidden: Vec<&str> = HIDDEN.into_iter().filter(|secret| !said.contains(secret)).collect();
            claims::error(&error, &hidden);
            assert!(status == 201 || matches!(error.fault(), EndpointFault::Refused(_)), "{:?}", error.fault());
            let (again, _) = error.into_origin().push(scene::entropy(), at(0));
            assert_eq!(again.expose_body(), request.expose_body(), "the login comes back as it was");
        }
    }
}

fn login(client: &Client<Confidential>) -> Unauthorized<PushedAuthorizationCode> {
    must(must(client.pushed_authorization_code(), "a login begins").parameter("prompt", "login"), "a parameter")
}

fn taken(body: &[u8], pushed: Pushed) {
    let end = pushed.expires_at();
    assert!(end > at(0), "it was over before it began");
    claims::shown(&format!("{pushed:?}"), &HIDDEN);
    // One of the two: a value is used once.
    if body.len() % 2 == 0 {
        let error = must_not(pushed.authorize(end));
        claims::error(&error, &HIDDEN);
        assert_eq!(error.fault(), RequestFault::PushExpired(end));
        return;
    }
    let (url, awaiting) = must(pushed.authorize(at(0)), "it is not over before its end");
    let (address, query) = url.as_str().split_once('?').unwrap_or_default();
    assert_eq!(address, "https://id.example/authorize");
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["client_id", "request_uri"], "the browser carries something else");
    // A second reader may read less: it refuses a number that is too large, in a member that nobody asked for.
    if let Ok(read) = json::read(body) {
        assert!(!read.repeats(), "what stands there twice was read");
        let reference = read.at("request_uri").and_then(json::Json::as_str);
        assert_eq!(pairs.last().map(|(_, value)| value.as_str()), reference, "the browser carries another reference");
    }
    assert_eq!(awaiting.closes_at(), at(0).plus(Duration::from_secs(600)));
    claims::kept(&awaiting);
}

#[allow(clippy::panic)] // a claim that does not hold
fn must_not<T, E>(result: Result<T, E>) -> E {
    match result {
        Ok(_) => panic!("a lifetime is over at its end"),
        Err(error) => error,
    }
}

/// An answer that is nearly right.
fn answer(input: &mut Input<'_>) -> Vec<u8> {
    let text = serde_json::Value::from(input.text(24)).to_string();
    let reference = match input.byte() & 7 {
        0 => text.as_str(),
        1 => input.pick(["\"\"", "7", "null", "[]", "\"a b\"", "\"\\u00e4\""]),
        2 => "\"https://id.example/r?a=b&c=%20\"",
        3 => "\"urn:even\"",
        _ => "\"urn:ietf:params:oauth:request_uri:bwc4JK-ESC0w8acc191e-Y1LTC2\"",
    };
    let number = input.number().to_string();
    let expires_in = match input.byte() & 7 {
        0 => number.as_str(),
        1 => input.pick(["0", "-1", "0.5", "\"60\"", "null", "1e300", "true", "{}"]),
        _ => "60",
    };
    let mut members = vec![("request_uri", reference), ("expires_in", expires_in)];
    if input.rarely(8) {
        members.push((input.pick(["error", "request_uri", "stranger"]), "\"invalid_request\""));
    }
    json::object(input, &members)
}
