//! The shapes of token answers and of refusals.

use oauth_proto_emulator::rows::RowServer;
use serde_json::{Value, json};

use crate::client::*;

const START_S: u64 = 1_800_000_000;

/// What the exchange and the refresh say at that place.
fn said(odd: Value, pointer: &str) -> (Value, Value) {
    let scene = scene(odd);
    let first = scene.tokens().must(200);
    let fresh = scene.post_form(&scene.refreshing(&first.text("refresh_token"))).must(200);
    scene.wait(3599);
    scene.me(&fresh.text("access_token")).must(200);
    scene.wait(1);
    scene.me(&fresh.text("access_token")).must(401);
    scene.clean();
    let at = |reply: &Reply| reply.json().pointer(pointer).cloned().unwrap_or(Value::Null);
    (at(&first), at(&fresh))
}

#[test]
fn the_end_of_an_access_token_is_said_in_many_ways() {
    let end_s = START_S + 3600;
    let by = |field: &str, encoding: &str| json!({ "token_response": { "expires": { "field": field, "encoding": encoding } } });
    let cases = [
        ("relative_s", json!(3600), json!(3600)),
        ("relative_ms", json!(3_600_000), json!(3_600_000)),
        ("absolute_s", json!(end_s), json!(end_s)),
        ("absolute_ms", json!(end_s * 1000), json!(end_s * 1000)),
        ("absolute_datetime", json!("2027-01-15T09:00:00Z"), json!("2027-01-15T09:00:00.000+00:00")),
        ("absolute_auto", json!(end_s), json!(end_s * 1000)),
    ];
    for (encoding, first, fresh) in cases {
        assert_eq!(said(by("a.end", encoding), "/a/end"), (first, fresh), "{encoding}");
    }
    let usual = json!({ "token_response": { "expires": { "encoding": "relative_ms" } } });
    assert_eq!(said(usual, "/expires_in"), (json!(3_600_000), json!(3_600_000)));
    let constant = json!({ "token_response": { "expires": { "encoding": "constant_s", "value": 3600 } } });
    assert_eq!(said(constant, "/expires_in"), (Value::Null, Value::Null));
    for special in ["expires_in_missing", "expires_in_missing_or_ignored", "expires_in_missing_introspection_used"] {
        assert_eq!(said(json!({ "special": [special] }), "/expires_in"), (Value::Null, Value::Null));
    }
}

#[test]
fn some_access_tokens_never_end() {
    let scene = scene(json!({ "special": ["non_expiring"] }));
    let tokens = scene.tokens().must(200);
    assert_eq!(tokens.json().get("expires_in"), None);
    scene.wait(100_000_000);
    scene.me(&tokens.text("access_token")).must(200);
    scene.server.expire_access_tokens();
    scene.me(&tokens.text("access_token")).must(401);
}

#[test]
fn the_end_may_have_to_be_asked_for() {
    let special = json!(["expires_in_must_be_requested"]);
    let silent = scene(json!({ "special": special }));
    assert_eq!(silent.tokens().must(200).json().get("expires_in"), None);
    let extra = json!({ "expires_in": "1800" });
    let asked = scene(json!({ "special": special, "extra_token_params": extra, "extra_refresh_params": extra }));
    let first = asked.post_form(&with(&asked.exchange(&asked.code()), "expires_in", "1800")).must(200);
    assert_eq!(first.json()["expires_in"], 1800);
    let fresh = with(&asked.refreshing(&first.text("refresh_token")), "expires_in", "1800");
    let fresh = asked.post_form(&fresh).must(200);
    assert_eq!(fresh.json()["expires_in"], 1800);
    asked.wait(1800);
    asked.me(&fresh.text("access_token")).must(401);
}

#[test]
fn nothing_stands_in_the_answer_but_what_is_listed() {
    let scene = scene(json!({
        "token_response": {
            "status": 201, "access_token": "data.token", "refresh_token": "data.more.refresh", "scope": "data.scope",
            "expires": { "field": "until", "encoding": "absolute_s" }, "extras": ["data.ids", "request_id"],
        },
        "response_extras": ["request_id", "instance_url"],
        "scope_separator": ",",
    }));
    let asking = with(&scene.asking(), "scope", "read:all,write");
    let answer = scene.post_form(&scene.exchange(&scene.code_for(&asking))).must(201).json();
    let mut expected = json!({
        "data": { "token": answer["data"]["token"], "scope": "read:all,write", "ids": RowServer::extra_member("data.ids"),
            "more": { "refresh": answer["data"]["more"]["refresh"] } },
        "until": START_S + 3600,
        "request_id": RowServer::extra_member("request_id"),
        "instance_url": "https://instance-url.extra.example",
    });
    assert_eq!(answer, expected);
    let refresh = answer["data"]["more"]["refresh"].as_str().unwrap();
    let fresh = scene.post_form(&scene.refreshing(refresh)).must(201).json();
    expected["data"]["token"] = fresh["data"]["token"].clone();
    expected["data"]["more"]["refresh"] = fresh["data"]["more"]["refresh"].clone();
    assert_eq!(fresh, expected);

    let bare = scene_of(json!({ "token_response": { "access_token": "token" } }));
    assert_eq!(bare.as_object().unwrap().keys().collect::<Vec<_>>(), ["token"]);
}

fn scene_of(odd: Value) -> Value {
    scene(odd).tokens().must(200).json()
}

#[test]
fn the_members_besides_are_of_all_kinds() {
    assert!(RowServer::extra_member("workspace_id").is_string());
    assert!(RowServer::extra_member("openId").is_u64());
    assert!(RowServer::extra_member("livemode").is_boolean());
    assert_eq!(RowServer::extra_member("instance_url"), "https://instance-url.extra.example");
    assert_eq!(RowServer::extra_member("api.host"), "api-host.extra.example");
}

#[test]
fn the_token_type_is_what_the_row_says() {
    assert_eq!(scene_of(json!({}))["token_type"], "Bearer");
    assert_eq!(scene_of(json!({ "token_type": "bearer" }))["token_type"], "bearer");
    assert_eq!(scene_of(json!({ "token_type": null })).get("token_type"), None);
    let listed = json!({ "access_token": "t" });
    assert_eq!(scene_of(json!({ "token_response": listed })).get("token_type"), None);
    assert_eq!(scene_of(json!({ "token_response": listed, "token_type": "mac" }))["token_type"], "mac");
}

#[test]
fn the_scope_comes_back_as_the_row_says() {
    assert_eq!(scene_of(json!({})).get("scope"), None);
    assert_eq!(scene_of(json!({ "scope_in_response": { "separator": "," } }))["scope"], "read:all,write");
    assert_eq!(scene_of(json!({ "scope_in_response": { "list": true } }))["scope"], json!(["read:all", "write"]));
    let both = json!({ "token_response": { "scope": "granted.scope" }, "scope_in_response": { "list": true } });
    assert_eq!(scene_of(both)["granted"]["scope"], json!(["read:all", "write"]));
}

#[test]
fn the_content_type_is_what_the_row_says() {
    let scene = scene(json!({ "response_content_type": "text/plain; charset=utf-8" }));
    let tokens = scene.tokens().must(200);
    assert_eq!(tokens.content_type, "text/plain; charset=utf-8");
    let refused = scene.post_form(&scene.refreshing("unknown"));
    assert_eq!((refused.status, refused.content_type.as_str()), (400, "text/plain; charset=utf-8"));
    scene.me(&tokens.text("access_token")).must(200);
}

#[test]
fn a_refusal_may_come_with_status_200() {
    let by_code = scene(json!({ "token_response": {
        "error": { "code": "result", "message": "message", "ok_value": "0000" },
    }}));
    let tokens = by_code.tokens().must(200);
    assert_eq!(tokens.text("result"), "0000");
    let refused = by_code.post_form(&by_code.refreshing("unknown")).must(200);
    assert_eq!(refused.json(), json!({ "result": "invalid_grant", "message": "the refresh_token is unknown" }));
    by_code.clean();
    let refused = by_code.post_form(&pairs(&[("a", "b")])).must(200);
    assert_eq!(refused.text("result"), "invalid_request");
    assert!(refused.text("message").starts_with("the wire deviates: "));
    assert_eq!(by_code.server.deviations(), [refused.text("message")]);

    let by_field = scene(json!({ "token_response": {
        "error": { "code": "error", "ok_field": "status.ok", "ok_value": true },
    }}));
    assert_eq!(by_field.tokens().must(200).json()["status"]["ok"], true);
    let refused = by_field.post_form(&by_field.refreshing("unknown")).must(200);
    assert_eq!(refused.json(), json!({ "error": "invalid_grant", "status": { "ok": false } }));
}
