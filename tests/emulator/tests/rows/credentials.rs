//! Who the client is, in all the ways to say it.

use serde_json::{Value, json};

use crate::client::*;

/// Each place of the credentials: what is honest comes last.
fn check(odd: Value, refused: &[(Option<String>, &[&str], &str)], honest: &[(Option<String>, &[&str])]) {
    let scene = scene(odd);
    let send = |step: &Pairs, header: &Option<String>, absent: &[&str]| {
        let pairs = absent.iter().fold(step.clone(), |pairs, name| without(&pairs, name));
        match header {
            Some(header) => scene.post_with(header, &pairs),
            None => scene.post_form(&pairs),
        }
    };
    let token = scene.code();
    for (header, absent, hint) in refused {
        send(&scene.exchange(&token), header, absent).deviates(hint);
    }
    for (header, absent) in honest {
        let tokens = send(&scene.exchange(&scene.code()), header, absent).must(200);
        for (header, absent, hint) in refused {
            send(&scene.refreshing(&tokens.text("refresh_token")), header, absent).deviates(hint);
        }
        send(&scene.refreshing(&tokens.text("refresh_token")), header, absent).must(200);
    }
}

const NEITHER: &[&str] = &["client_id", "client_secret"];
const NO_ID: &[&str] = &["client_id"];
const NO_SECRET: &[&str] = &["client_secret"];
const BOTH: &[&str] = &[];

fn raw() -> Option<String> {
    Some(basic(ID, SECRET))
}

fn encoded() -> Option<String> {
    Some(basic(&form_encoded(ID), &form_encoded(SECRET)))
}

#[test]
fn in_the_body() {
    let refused = [
        (raw(), BOTH, "`authorization`, where the row has none"),
        (raw(), NEITHER, "`client_id` is missing"),
        (None, NO_SECRET, "`client_secret` is missing"),
        (Some("Bearer x".to_owned()), BOTH, "`authorization`, where the row has none"),
    ];
    check(json!({ "client_auth": "body" }), &refused, &[(None, BOTH)]);
}

#[test]
fn in_a_raw_header() {
    let refused = [
        (raw(), BOTH, "has no place in the body"),
        (raw(), NO_SECRET, "`client_id` has no place in the body"),
        (None, NEITHER, "`authorization` is missing"),
        (encoded(), NEITHER, "the Basic header is form-encoded, and the row has it raw"),
        (Some(basic(ID, "wrong")), NEITHER, "the Basic header holds"),
        (Some("Bearer x".to_owned()), NEITHER, "is not Basic"),
    ];
    check(json!({ "client_auth": "basic", "basic_encoding": "raw" }), &refused, &[(raw(), NEITHER)]);
}

#[test]
fn in_one_header() {
    let scene = scene(json!({ "client_auth": "basic", "basic_encoding": "raw" }));
    let header = basic(ID, SECRET);
    let twice = [("content-type", FORM), ("authorization", &header), ("authorization", &header)];
    let body = without(&without(&scene.exchange(&scene.code()), "client_id"), "client_secret");
    scene.send("POST", TOKEN, &twice, &form(&body)).deviates("header `authorization` is repeated");
    scene.send("POST", TOKEN, &twice[..2], &form(&body)).must(200);
}

#[test]
fn in_a_form_encoded_header() {
    let refused = [
        (raw(), NEITHER, "Basic"),
        (encoded(), NO_ID, "`client_secret` has no place in the body"),
        (Some(basic(&form_encoded(ID), "wrong")), NEITHER, "the Basic header decodes to"),
    ];
    check(json!({ "client_auth": "basic", "basic_encoding": "form-urlencoded" }), &refused, &[(encoded(), NEITHER)]);
}

#[test]
fn in_the_header_or_in_the_body_or_in_both() {
    let refused = [
        (None, NEITHER, "neither a Basic header nor the parameters"),
        (None, NO_SECRET, "neither a Basic header nor the parameters"),
        (None, NO_ID, "neither a Basic header nor the parameters"),
        (Some(basic(ID, "wrong")), BOTH, "the Basic header holds"),
        (encoded(), BOTH, "the Basic header is form-encoded"),
    ];
    let honest = [(None, BOTH), (raw(), NEITHER), (raw(), BOTH), (raw(), NO_SECRET)];
    check(json!({ "client_auth": "basic+body", "basic_encoding": "raw" }), &refused, &honest);
    let scene = scene(json!({ "client_auth": "basic+body", "basic_encoding": "raw" }));
    let wrong = with(&scene.exchange(&scene.code()), "client_secret", "wrong");
    scene.post_with(&basic(ID, SECRET), &wrong).deviates("`client_secret` is `wrong`");
}

#[test]
fn in_the_header_with_the_identifier_in_the_body() {
    let refused = [
        (raw(), NEITHER, "`client_id` is missing"),
        (raw(), BOTH, "`client_secret` has no place"),
        (None, NO_SECRET, "`authorization` is missing"),
    ];
    check(json!({ "client_auth": "basic+client_id", "basic_encoding": "raw" }), &refused, &[(raw(), NO_SECRET)]);
}

#[test]
fn the_secret_as_the_user_name() {
    let alone = || Some(basic(SECRET, ""));
    let odd = json!({ "client_auth": "basic(secret:)", "basic_encoding": "raw" });
    let refused = [
        (raw(), NEITHER, "the Basic header holds"),
        (alone(), NO_ID, "`client_secret` has no place"),
        (None, NO_SECRET, "`authorization` is missing"),
    ];
    check(odd, &refused, &[(alone(), NO_SECRET), (alone(), NEITHER)]);
    let omitted = json!({
        "client_auth": "basic(secret:)", "basic_encoding": "raw",
        "omitted_params": { "token": ["client_id"], "refresh": ["client_id"] },
    });
    check(omitted, &[(alone(), NO_SECRET, "`client_id` has no place")], &[(alone(), NEITHER)]);
}

#[test]
fn nowhere() {
    let refused = [
        (None, BOTH, "`client_secret` has no place"),
        (None, NEITHER, "`client_id` is missing"),
        (Some(basic(ID, "")), NO_SECRET, "`authorization`, where the row has none"),
    ];
    check(json!({ "client_auth": "none" }), &refused, &[(None, NO_SECRET)]);
    let omitted = json!({
        "client_auth": "none", "omitted_params": { "token": ["client_id"], "refresh": ["client_id"] },
    });
    check(omitted, &[(None, NO_SECRET, "`client_id` has no place")], &[(None, NEITHER)]);
}
