//! What no file beside this test holds: vectors of the same shape, and what is none.

use serde_json::{Map, Value, json};

use crate::{
    report_of,
    run::{Verdict, run},
    vector::{Entry, of_another_schema, read},
};

/// The verdict on a vector with these members, in short.
fn verdict(members: Value) -> String {
    let mut vector = json!({"id": "X-1", "expect": "error", "why": "w", "source": "s", "level": "must"});
    vector.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let entries = read("unseen.json", &json!([vector]).to_string());
    let [entry] = entries.as_slice() else { panic!("{} vectors", entries.len()) };
    short(entry)
}

fn short(entry: &Entry) -> String {
    match run(entry).verdict {
        Verdict::Passed { unsaid } if unsaid.is_empty() => "passed".into(),
        Verdict::Passed { unsaid } => format!("passed, but for {}", unsaid.join(", ")),
        Verdict::Failed { why, .. } => format!("{}: {why}", entry.id),
        Verdict::Undecided { came, .. } => format!("undecided: {came}"),
        Verdict::ByConstruction(rule) => format!("{rule:?}"),
        Verdict::NotSupported(what) => format!("not supported: {what}"),
    }
}

fn callback(url: &str, more: Value) -> String {
    let mut input = json!({"url": url, "expected_state": "xyz", "response_mode": "query"});
    let mut members = json!({"op": "authorization_response"});
    for (name, value) in more.as_object().unwrap() {
        let to = if ["expect", "expect_detail"].contains(&name.as_str()) { &mut members } else { &mut input };
        to[name] = value.clone();
    }
    members["input"] = input;
    verdict(members)
}

#[test]
fn the_state_that_was_made_stands_for_the_vectors() {
    let ok = json!({"expect": "ok", "expect_detail": {"code": "c"}});
    let error = |kind: &str| json!({"expect_detail": {"kind": kind}});
    let taken = ["?code=c&state=xyz", "?state=x%79z&code=c", "?code=c&%73tate=%78%79%7a", "?code=c&state=xyz#state=no"];
    for query in taken {
        assert_eq!(callback(&format!("https://c.example/cb{query}"), ok.clone()), "passed", "{query}");
    }
    for other in ["XYZ", "", "xy", "xyzz", "xyz+", "x%2579z", "%58%59%5A", "x%7", "%zz"] {
        let url = format!("https://c.example/cb?code=c&state={other}");
        let kind = if other.contains("%z") || other.ends_with("%7") { "malformed_parameter" } else { "state_mismatch" };
        assert_eq!(callback(&url, error(kind)), "passed", "{other}");
    }
    let twice = "https://c.example/cb?code=c&state=xyz&state=xyz";
    let detail = json!({"expect_detail": {"kind": "duplicate_parameter", "parameter": "state"}});
    assert_eq!(callback(twice, detail), "passed");
    // None was sent, and so none is the right one.
    let mut none = ok.clone();
    none["expected_state"] = Value::Null;
    assert_eq!(callback("https://c.example/cb?code=c", none.clone()), "passed");
    assert_eq!(callback("https://c.example/cb?code=c&state=", none), "X-1: it is refused");
    assert_eq!(callback("https://c.example/cb?code=c", json!({"expected_state": ""})), "StateIsMade");
}

#[test]
fn other_places_of_the_parameters() {
    let mut more = json!({"expect": "ok", "expect_detail": {"code": "c"}, "response_mode": "fragment"});
    assert_eq!(callback("https://c.example/cb#code=c&state=xyz", more.clone()), "passed");
    assert_eq!(callback("https://c.example/cb?code=c&state=xyz", more.clone()), "X-1: it is refused");
    more["response_mode"] = "form_post".into();
    more["body"] = "code=c&state=xyz".into();
    assert_eq!(callback("https://c.example/cb", more.clone()), "passed");
    more["response_mode"] = "query.jwt".into();
    assert_eq!(callback("https://c.example/cb", more), "not supported: response mode `query.jwt`");
}

#[test]
fn a_details_difference_fails_and_what_cannot_be_said_is_named() {
    let url = "https://c.example/cb?code=c&state=xyz&iss=https%3A%2F%2Fa.example";
    let mut more = json!({"expect": "ok", "issuer": "https://a.example", "iss_parameter_supported": true});
    assert_eq!(callback(url, more.clone()), "passed");
    more["expect_detail"] = json!({"code": "d"});
    assert_eq!(callback(url, more.clone()), "X-1: `code` is \"c\"");
    more["expect_detail"] = json!({"colour": "red"});
    assert_eq!(callback(url, more.clone()), "passed, but for `colour`");
    more["issuer"] = "https://b.example".into();
    more["expect"] = "error".into();
    more["expect_detail"] = json!({"kind": "state_missing"});
    assert_eq!(callback(url, more.clone()), "X-1: `kind` is [\"issuer_mismatch\"]");
    more["expect_detail"] = json!({"kind": ["kind_of_tomorrow", "state_missing"]});
    assert_eq!(callback(url, more), "passed, but for the kind `kind_of_tomorrow`");
}

#[test]
fn what_the_types_refuse_is_known_by_its_shape() {
    let by =
        |op: &str, input: Value, detail: Value| verdict(json!({"op": op, "input": input, "expect_detail": detail}));
    let verifier = "a".repeat(43);
    let plain = json!({"code_verifier": verifier, "method": "plain"});
    assert_eq!(by("pkce_challenge", plain, json!({})), "S256Alone");
    let login = json!({"authorization_endpoint": "https://a.example", "client_id": "c", "state": null});
    assert_eq!(by("build_authorization_url", login, json!({"query_lacks": ["state"]})), "StateIsMade");
    let token = |grant: &str, auth: &str| json!({"grant": grant, "auth": auth, "client_id": "c", "code": "x"});
    let lacks = json!({"body_lacks": ["code_verifier"]});
    assert_eq!(by("build_token_request", token("client_credentials", "none"), json!({})), "CredentialsNeedASecret");
    assert_eq!(by("build_token_request", token("authorization_code", "none"), lacks), "PublicNeedsPkce");
    let signed = token("client_credentials", "client_secret_basic");
    assert_eq!(by("build_token_request", signed, json!({})), "CredentialsNeedASecret", "no secret is given");
    let jwt = json!({"grant": "password", "auth": "private_key_jwt", "client_id": "c"});
    let named = "not supported: client authentication `private_key_jwt`";
    assert_eq!(by("build_token_request", jwt, json!({})), named);
    assert_eq!(by("build_token_request", token("client_credentials", "private_key_jwt"), json!({})), named);
}

#[test]
fn a_caller_given_verifier_stands_for_the_one_that_was_made() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let login = json!({"authorization_endpoint": "https://a.example", "client_id": "c", "code_verifier": verifier,
                       "redirect_uri": "https://c.example/cb", "state": "s"});
    let has = |challenge: &str| {
        let detail = json!({"query_has": [["code_challenge", challenge], "code_challenge_method", ["state", "s"]]});
        let members = json!({"op": "build_authorization_url", "input": login, "expect": "ok", "expect_detail": detail});
        verdict(members)
    };
    assert_eq!(has("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), "passed");
    assert!(has("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN").starts_with("X-1: `query_has` is"));
    let token = json!({"grant": "authorization_code", "auth": "none", "client_id": "c", "code": "x",
                       "code_verifier": verifier, "extra": [["a", "{b}"]]});
    let detail = json!({"body_has": [["code_verifier", verifier], ["a", "{b}"]]});
    let members = json!({"op": "build_token_request", "input": token, "expect": "ok", "expect_detail": detail});
    assert_eq!(verdict(members), "passed");
}

#[test]
fn a_refresh_says_its_scope_where_the_vector_does() {
    let again =
        json!({"grant": "refresh_token", "auth": "none", "client_id": "c", "refresh_token": "r", "scope": ["a", "b"]});
    let detail = json!({"body_has": [["scope", "a b"]]});
    let members = json!({"op": "build_token_request", "input": again, "expect": "ok", "expect_detail": detail});
    assert_eq!(verdict(members), "passed");
}

#[test]
fn what_is_no_vector_is_said_by_its_id() {
    let callback = "authorization_response";
    assert_eq!(verdict(json!({"op": callback})), "X-1: malformed: its input's `url` is missing");
    let level = verdict(json!({"op": callback, "level": "may"}));
    assert_eq!(level, "X-1: malformed: `level` is \"may\", and none of must, should and choice");
    assert_eq!(verdict(json!({"op": callback, "expect": 1})), "X-1: malformed: its `expect` is no text");
    assert_eq!(verdict(json!({"op": callback, "input": []})), "X-1: malformed: its `input` is no object");
    assert_eq!(verdict(json!({"op": 7})), "X-1: malformed: its `op` is no text");
    assert_eq!(verdict(json!({"id": 7, "op": callback})), "unseen.json, element 0: malformed: its `id` is no text");
    assert_eq!(verdict(json!({"op": "telepathy"})), "not supported: op `telepathy`");
    let deep = format!("[{{\"id\":\"A\",\"op\":\"b\",\"x\":{}{}}}, 1]", "[".repeat(200), "]".repeat(200));
    let entries = read("deep.json", &deep);
    assert!(short(&entries[0]).starts_with("deep.json, element 0: malformed: it cannot be read"));
    assert_eq!(short(&entries[1]), "deep.json, element 1: malformed: it is no object");
    assert!(short(&read("text.json", "{")[0]).starts_with("text.json: malformed: the file is no list of vectors"));
    assert!(!of_another_schema(&read("text.json", "{")));
    assert!(of_another_schema(&read("rows.json", r#"[{"name":"a"},{"name":"b"}]"#)));
    assert!(!of_another_schema(&read("rows.json", r#"[{"name":"a"},{"op":"b"}]"#)));
}

#[test]
fn bodies() {
    let answer = |body: &str, value: Value, expect: &str, detail: Value| {
        let mut input = json!({"status": 200, "headers": {"content-type": "application/json"}});
        input[body] = value;
        verdict(json!({"op": "token_response", "input": input, "expect": expect, "expect_detail": detail}))
    };
    // {"access_token":"t","token_type":"Bearer"}
    let base64 = "eyJhY2Nlc3NfdG9rZW4iOiJ0IiwidG9rZW5fdHlwZSI6IkJlYXJlciJ9";
    assert_eq!(answer("body_b64", base64.into(), "ok", json!({"access_token": "t"})), "passed");
    let nested = json!({"prefix": r#"{"access_token":"t","token_type":"Bearer","x":"#, "repeat": "[", "count": 3,
                        "suffix_repeat": "]", "suffix": "}"});
    assert_eq!(answer("body_gen", nested, "ok", json!({"no_panic": true})), "passed");
    let malformed = "X-1: malformed: its input's `body_gen` is not what the README describes";
    let endless = json!({"prefix": "", "repeat": "ab", "count": u64::MAX / 2, "suffix": ""});
    assert_eq!(answer("body_gen", endless, "error", json!({})), malformed);
    assert_eq!(answer("body_gen", json!({"repeat": "a"}), "error", json!({})), malformed);
    let detail = json!({"kind": "invalid_json"});
    assert_eq!(answer("body_b64", "*".into(), "error", detail), "X-1: malformed: its input's `body_b64` is no base64");
}

#[test]
fn no_input_makes_the_harness_panic() {
    let others = || [Value::Null, json!(-1), json!(1e300), json!([["a"]]), json!({"a": "\u{0}"}), json!("\u{1F600}%")];
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/protocol.json")).unwrap();
    let mut tried = 0;
    for entry in read("protocol.json", &text) {
        let mut vector = entry.vector.unwrap();
        // Once each: the large ones take long.
        let names: Vec<String> = vector.input.keys().filter(|name| *name != "body_gen").cloned().collect();
        let large = vector.input.contains_key("body_gen");
        for name in names.into_iter().filter(|_| !large) {
            for other in others() {
                let before = vector.input.insert(name.clone(), other);
                let changed = Entry { id: entry.id.clone(), op: entry.op.clone(), vector: Ok(vector.clone()) };
                let verdict = short(&changed);
                assert!(!verdict.contains("it panics"), "{} with {name} as {:?}", entry.id, vector.input[&name]);
                vector.input.insert(name.clone(), before.unwrap());
                tried += 1;
            }
        }
        vector.input = Map::new();
        let empty = Entry { id: entry.id.clone(), op: entry.op, vector: Ok(vector) };
        assert!(!short(&empty).contains("it panics"), "{} without input", empty.id);
    }
    assert!(tried > 3000, "{tried} inputs");
}

#[test]
fn a_file_may_leave_the_choice_to_us() {
    // As in the file beside this test, but for the id: nobody decided it.
    let input = json!({"url": "https://c.example/cb?code=%zz&state=xyz", "expected_state": "xyz"});
    let members = json!({"op": "authorization_response", "level": "choice", "input": input});
    assert!(verdict(members).starts_with("undecided: error, our CallbackFault::Malformed"));
    // Decided otherwise, and shown to be so: see the table.
    let report = report_of(None);
    let ran = report.runs.iter().find(|ran| ran.id == "TR-056").unwrap();
    assert!(matches!(ran.verdict, Verdict::Passed { .. }), "{:?}", ran.verdict);
}
