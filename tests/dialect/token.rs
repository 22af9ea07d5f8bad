//! The token request, whatever the grant.

use oauth_proto::{
    Callback, Method, Provider, Request,
    dialect::{BodyFormat, TokenStep},
    error::{Reason, RequestFault},
};
use serde_json::{Value, json};

use crate::{
    field_of, pairs, provider, public, refused,
    scenario::{BASIC, STATE, Scenario, VERIFIER, at, entropy, wire},
    with,
};

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Fapp.example%2Fcb";

fn step(step: Value) -> Scenario<oauth_proto::Confidential> {
    with(json!({ "dialect": { "token": step } }))
}

/// One request of each grant that this step makes, with the parameters of its own.
fn each(scenario: &Scenario<oauth_proto::Confidential>) -> [(Request, Vec<(&'static str, String)>); 4] {
    let own = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let redirect = "https://app.example/cb";
    let credentials = [("grant_type", "client_credentials"), ("scope", "read write")];
    let code =
        [("grant_type", "authorization_code"), ("code", "C1"), ("redirect_uri", redirect), ("code_verifier", VERIFIER)];
    let password = [("grant_type", "password"), ("username", "ada"), ("password", "pa55"), ("scope", "read write")];
    [
        (scenario.code_in_flight().0, own(&code)),
        (scenario.password_in_flight().0, own(&password)),
        (scenario.client_credentials_in_flight().0, own(&credentials)),
        (scenario.reissue_in_flight().0, own(&credentials)),
    ]
}

fn header<'r>(request: &'r Request, name: &str) -> Vec<&'r str> {
    request.headers().iter().filter(|each| each.name() == name).map(|each| each.expose_value()).collect()
}

fn query(request: &Request) -> Vec<(String, String)> {
    request.url().split_once('?').map_or_else(Vec::new, |(_, query)| pairs(query))
}

fn body(request: &Request) -> &str {
    std::str::from_utf8(request.expose_body()).unwrap()
}

fn owned(pairs: &[(&'static str, String)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

#[test]
fn the_default_of_each_field_is_the_rfc() {
    let default = TokenStep::default();
    assert_eq!((default.method, default.body, default.headers.len()), (Method::Post, BodyFormat::Form, 0));
    let said = json!({ "method": "POST", "body": "form", "client_authentication": "basic", "basic_encoding": "form",
        "headers": {}, "parameters": {} });
    assert_eq!(provider(json!({ "dialect": { "token": said } })), provider(json!({})));
    for (request, own) in each(&with(json!({}))) {
        assert_eq!((request.method(), request.url()), (Method::Post, "https://id.example/token"));
        assert_eq!(header(&request, "Content-Type"), ["application/x-www-form-urlencoded"]);
        assert_eq!(pairs(body(&request)), owned(&own));
        let names: Vec<_> = request.headers().iter().map(|each| each.name()).collect();
        assert_eq!(names, ["Content-Type", "Accept", "Authorization"]);
    }
}

#[test]
fn parameters_in_the_query_leave_no_body() {
    for (method, expected) in [("GET", Method::Get), ("POST", Method::Post)] {
        let scenario = step(json!({ "method": method, "body": "query", "client_authentication": "body",
            "parameters": { "add": { "a": "&=", "n": 1, "t": true } } }));
        for (request, own) in each(&scenario) {
            assert_eq!((request.method(), request.expose_body()), (expected, &b""[..]));
            let names: Vec<_> = request.headers().iter().map(|each| each.name()).collect();
            assert_eq!(names, ["Accept"], "no body, and so no type of it");
            let mut expected = owned(&own);
            for (name, value) in
                [("client_id", "app"), ("client_secret", "s3cret"), ("a", "&="), ("n", "1"), ("t", "true")]
            {
                expected.push((name.into(), value.into()));
            }
            assert_eq!(query(&request), expected);
        }
    }
    let found = refused(json!({ "dialect": { "token": { "method": "GET" } } }));
    assert_eq!(found, ("dialect.token.method".into(), Reason::GoesOnlyWith("the body `query`")));
    let found = refused(json!({ "dialect": { "token": { "method": "GET", "body": "json" } } }));
    assert_eq!(found.0, "dialect.token.method");
}

/// RFC 7592 has two more, which are no token request's (RFC 6749 section 3.2).
#[test]
fn a_token_request_is_no_put_and_no_delete() {
    let reason = || Reason::UnknownValue { known: vec!["GET".into(), "POST".into()] };
    for (name, method) in [("PUT", Method::Put), ("DELETE", Method::Delete)] {
        assert_eq!(method.as_str(), name);
        let file = json!({ "name": "example", "dialect": { "token": { "method": name, "body": "query" } } });
        assert_eq!(field_of(Provider::from_json(&file.to_string())), ("dialect.token.method".into(), reason()));
        for body in [BodyFormat::Form, BodyFormat::Query] {
            let mut provider = provider(json!({}));
            (provider.dialect.refresh.method, provider.dialect.refresh.body) = (method, body);
            let error = provider.check().unwrap_err();
            assert_eq!((error.field(), error.reason()), ("dialect.refresh.method", &reason()));
            assert!(serde_json::to_string(&provider).is_err(), "no file can say it");
        }
    }
}

#[test]
fn an_endpoint_with_a_query_of_its_own_keeps_it() {
    let url = |endpoint: &str, step: Value| {
        with(json!({ "token_endpoint": endpoint, "dialect": { "token": step } })).code_in_flight().0.url().to_owned()
    };
    let all = format!("grant_type=authorization_code&code=C1&{REDIRECT}&code_verifier={VERIFIER}");
    let in_query = || json!({ "parameters": { "in_query": ["redirect_uri"] } });
    for (endpoint, start) in [
        ("https://id.example/t", "https://id.example/t?"),
        ("https://id.example/t?", "https://id.example/t?"),
        ("https://id.example/t?v=%7e", "https://id.example/t?v=%7e&"),
        ("https://id.example/t?v=1&", "https://id.example/t?v=1&"),
        ("https://id.example?v", "https://id.example?v&"),
    ] {
        assert_eq!(url(endpoint, json!({})), endpoint, "the body has them all");
        assert_eq!(url(endpoint, json!({ "body": "query" })), format!("{start}{all}"));
        assert_eq!(url(endpoint, in_query()), format!("{start}{REDIRECT}"));
    }
}

/// RFC 6749 section 3.2: no parameter twice.
#[test]
fn an_endpoints_own_query_does_not_say_what_a_parameter_in_it_says() {
    let reserved = |field: &str| (field.to_owned(), Reason::ReservedName);
    let fields = |query: &str, step: &Value| json!({ "token_endpoint": format!("https://id.example/t?{query}"), "dialect": { "token": step } });
    let to_query = json!({ "body": "query", "parameters": { "rename": { "code": "auth_code" }, "add": { "v": 1 } } });
    for name in ["grant_type", "auth_code", "client_secret", "%63lient_id", "v", "scope", "username"] {
        assert_eq!(refused(fields(&format!("a=1&{name}=x"), &to_query)), reserved("token_endpoint"), "{name}");
    }
    assert_eq!(provider(fields("code=x", &to_query)).check(), Ok(()), "a name that a rename set free");
    let some = json!({ "parameters": { "in_query": ["redirect_uri"] } });
    assert_eq!(refused(fields("redirect_uri=x", &some)), reserved("token_endpoint"));
    assert_eq!(provider(fields("grant_type=x", &some)).check(), Ok(()), "that one is in the body");
    for (step, field) in [("refresh", "refresh_endpoint"), ("follow_up", "follow_up_endpoint")] {
        let mut fields = json!({ "dialect": { step: { "body": "query", "parameters": { "add": { "v": 1 } } } } });
        fields[field] = json!("https://id.example/r?client_id=x");
        assert_eq!(refused(fields.clone()), reserved(field));
        fields[field] = json!("https://id.example/r?v=x");
        assert_eq!(refused(fields.clone()), reserved(field));
        fields[field] = json!("https://id.example/r?code=x");
        assert_eq!(provider(fields).check(), Ok(()));
    }
    // Where the refresh goes to the token endpoint, and where a value from the callback is missing in it.
    let fields = json!({ "token_endpoint": "https://{x}.example.com/t?refresh_token=x",
        "dialect": { "callback": { "keep": { "x": "dns_label" } }, "refresh": { "body": "query" } } });
    assert_eq!(refused(fields), reserved("token_endpoint"));
}

#[test]
fn numbers_and_truth_values_are_so_in_json_alone() {
    let add =
        json!({ "i": 7, "least": i64::MIN, "most": i64::MAX, "no": false, "text": "7", "truth": "true", "yes": true });
    let scenario = step(json!({ "body": "json", "client_authentication": "body", "parameters": { "add": add } }));
    let tail =
        format!(r#""i":7,"least":{},"most":{},"no":false,"text":"7","truth":"true","yes":true}}"#, i64::MIN, i64::MAX);
    for (request, own) in each(&scenario) {
        assert_eq!(header(&request, "Content-Type"), ["application/json"]);
        let head: String = own.iter().map(|(name, value)| format!("{name:?}:{value:?},")).collect();
        assert_eq!(body(&request), format!(r#"{{{head}"client_id":"app","client_secret":"s3cret",{tail}"#));
    }
    let scenario = step(json!({ "parameters": { "add": add } }));
    for (request, own) in each(&scenario) {
        let found = pairs(body(&request));
        assert_eq!(found[..own.len()], owned(&own));
        let rest: Vec<_> = found[own.len()..].iter().map(|(_, value)| value.as_str()).collect();
        let (least, most) = (i64::MIN.to_string(), i64::MAX.to_string());
        assert_eq!(rest, ["7", &least, &most, "false", "7", "true", "true"]);
    }
}

#[test]
fn what_is_no_text_number_or_truth_value_is_added_nowhere() {
    for value in ["1.5", "18446744073709551615", "null", "[]", "{}", "1e3"] {
        let text = format!(
            r#"{{ "name": "x", "dialect": {{ "token": {{ "parameters": {{ "add": {{ "a": {value} }} }} }} }} }}"#
        );
        let error = oauth_proto::Provider::from_json(&text).unwrap_err();
        assert!(matches!(error.reason(), Reason::Unreadable(_)), "{value} {error}");
    }
}

#[test]
fn some_parameters_stand_in_the_query_whatever_the_body() {
    let all = ["grant_type", "client_id", "redirect_uri", "scope"];
    for format in ["form", "json", "query"] {
        let scenario = step(json!({ "body": format, "client_authentication": "body",
            "parameters": { "in_query": all, "rename": { "redirect_uri": "back" } } }));
        for (request, own) in each(&scenario) {
            let mut expected = owned(&own);
            expected.extend([("client_id".into(), "app".into()), ("client_secret".into(), "s3cret".into())]);
            let (mut to_query, mut to_body): (Vec<_>, Vec<_>) =
                expected.into_iter().partition(|(name, _)| all.contains(&name.as_str()));
            to_query.iter_mut().filter(|(name, _)| name == "redirect_uri").for_each(|(name, _)| *name = "back".into());
            match format {
                "form" => assert_eq!(pairs(body(&request)), to_body),
                "json" => {
                    let found: std::collections::BTreeMap<String, String> =
                        serde_json::from_str(body(&request)).unwrap();
                    assert_eq!(found.len(), to_body.len());
                    assert_eq!(found, to_body.into_iter().collect());
                }
                _ => to_query.append(&mut to_body),
            }
            assert_eq!(query(&request), to_query, "{format}");
        }
    }
    // No secret goes there by this field, and an omitted one goes nowhere.
    for name in ["code", "client_secret", "password", "code_verifier", "username", "x"] {
        let (field, reason) = refused(json!({ "dialect": { "token": { "parameters": { "in_query": [name] } } } }));
        assert_eq!(field, format!("dialect.token.parameters.in_query.{name}"));
        assert!(matches!(reason, Reason::UnknownName { .. }), "{reason:?}");
    }
    let (field, reason) = refused(json!({ "dialect": { "authorize": { "parameters": { "in_query": ["scope"] } } } }));
    assert_eq!(field, "dialect.authorize.parameters.in_query.scope");
    assert_eq!(reason, Reason::GoesOnlyWith("a request that has a body"));
    let scenario = step(json!({ "parameters": { "in_query": ["redirect_uri"], "omit": ["redirect_uri"] } }));
    let request = scenario.code_in_flight().0;
    assert!(query(&request).is_empty() && !body(&request).contains("redirect"));
}

#[test]
fn what_is_left_out_is_left_out_of_each_grant_and_may_be_added() {
    let omit = ["grant_type", "client_id", "redirect_uri", "scope"];
    let scenario = step(json!({ "client_authentication": "basic_and_client_id", "parameters": { "omit": omit } }));
    for (request, own) in each(&scenario) {
        let left: Vec<_> = owned(&own).into_iter().filter(|(name, _)| !omit.contains(&name.as_str())).collect();
        assert_eq!(pairs(body(&request)), left);
    }
    let fixed = json!({ "grant_type": "account_credentials", "client_id": "{client_id}-x", "scope": "[{scope}]" });
    let scenario = step(json!({ "client_authentication": "basic_and_client_id",
        "parameters": { "omit": omit, "add": fixed } }));
    for (request, own) in each(&scenario) {
        let mut left: Vec<_> = owned(&own).into_iter().filter(|(name, _)| !omit.contains(&name.as_str())).collect();
        for (name, value) in [("client_id", "app-x"), ("grant_type", "account_credentials"), ("scope", "[read write]")]
        {
            left.push((name.into(), value.into()));
        }
        assert_eq!(pairs(body(&request)), left);
    }
}

#[test]
fn header_fields_are_added_behind_the_crates_own() {
    let scenario = with(json!({
        "variables": { "restApiKey": "k{x}: y" },
        "dialect": { "authorize": { "scope_separator": "," }, "token": { "headers": {
            "x-api-key": "{restApiKey}", "X-Client": "<{client_id}> {{}}", "X-Scope": "{scope}", "X-Empty": "" } } },
    }));
    for (request, _) in each(&scenario) {
        let found: Vec<_> = request.headers().iter().map(|each| (each.name(), each.expose_value())).collect();
        let expected = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
            ("Authorization", BASIC),
            ("X-Client", "<app> {}"),
            ("X-Empty", ""),
            ("X-Scope", "read,write"),
            // A value is no template.
            ("x-api-key", "k{x}: y"),
        ];
        assert_eq!(found, expected);
    }
    // They are the token step's: a refresh has its own.
    assert_eq!(scenario.refresh_in_flight().0.headers().len(), 3);
}

#[test]
fn a_header_field_never_breaks_its_line() {
    for value in ["a\r\nX: y", "a\n", "\0", "\u{7f}", "caf\u{e9}", "\u{1F600}"] {
        let headers = |value: &str| json!({ "dialect": { "token": { "headers": { "X-A": value } } } });
        let (field, reason) = refused(headers(value));
        assert_eq!(field, "dialect.token.headers.X-A", "{value:?}");
        assert!(matches!(reason, Reason::ForbiddenCharacter { .. }));
        // By way of a variable it is no other.
        let mut variable = headers("x{v}y");
        variable["variables"] = json!({ "v": value });
        let (field, reason) = refused(variable);
        assert!(["dialect.token.headers.X-A", "variables.v"].contains(&&*field), "{value:?} {field}");
        assert!(matches!(reason, Reason::ForbiddenCharacter { .. }));
    }
}

#[test]
fn names_of_header_fields() {
    for (name, reason) in [
        ("", Reason::Empty),
        ("a b", Reason::ForbiddenCharacter { at: 1 }),
        ("a:", Reason::ForbiddenCharacter { at: 1 }),
        ("a\r\nb", Reason::ForbiddenCharacter { at: 1 }),
        ("\u{e4}", Reason::ForbiddenCharacter { at: 0 }),
        ("Authorization", Reason::ReservedName),
        ("AUTHORIZATION", Reason::ReservedName),
        ("host", Reason::ReservedName),
        ("Content-Length", Reason::ReservedName),
        ("Transfer-Encoding", Reason::ReservedName),
        ("connection", Reason::ReservedName),
        ("Cookie", Reason::ReservedName),
        ("Upgrade", Reason::ReservedName),
    ] {
        for step in ["token", "refresh", "follow_up"] {
            let found = refused(json!({ "dialect": { step: { "headers": { name: "x" } } } }));
            let shown: String = name.chars().flat_map(char::escape_debug).collect();
            assert_eq!(found, (format!("dialect.{step}.headers.{shown}"), reason.clone()));
        }
    }
    let found = refused(json!({ "dialect": { "token": { "headers": { "X-A": "1", "x-a": "2" } } } }));
    assert_eq!(found, ("dialect.token.headers.X-A".into(), Reason::Repeated));
    // Types of the provider's own take the place of ours.
    let own = json!({ "body": "json", "headers": { "ACCEPT": "application/vnd.x+json", "content-type": "application/vnd.x" } });
    let (request, _) = with(json!({ "dialect": { "token": own } })).password_in_flight();
    let fields: Vec<_> = request.headers().iter().map(|field| (field.name(), field.expose_value())).collect();
    assert_eq!(fields[1..], [("ACCEPT", "application/vnd.x+json"), ("content-type", "application/vnd.x")]);
    // What a header field is made of must have a value: it is left out nowhere.
    let unset =
        json!({ "dialect": { "token": { "headers": { "X-A": "{key}" }, "parameters": { "omit_unset": true } } } });
    assert_eq!(refused(unset), ("dialect.token.headers.X-A".into(), Reason::UnsetVariable("key".into())));
}

#[test]
fn a_random_value_is_new_in_each_request() {
    let scenario = step(json!({ "parameters": { "add": { "r1": "{random}", "r2": "{random}" } },
        "headers": { "X-Nonce": "{random}" } }));
    let mut seen = std::collections::BTreeSet::new();
    let mut take = |request: &Request| {
        let found = pairs(body(request));
        let mut values: Vec<_> =
            found.into_iter().filter(|(name, _)| name.starts_with('r') && name.len() == 2).collect();
        values.extend(header(request, "X-Nonce").into_iter().map(|value| ("X-Nonce".to_owned(), value.to_owned())));
        assert_eq!(values.len(), 3);
        for (name, value) in values {
            assert!(value.len() == 43 && ![STATE, VERIFIER].contains(&&*value), "{value}");
            assert!(seen.insert(value), "{name}");
        }
    };
    take(&scenario.code_in_flight().0);
    take(&scenario.password_in_flight().0);
    take(&scenario.client_credentials_in_flight().0);
    take(&scenario.reissue_in_flight().0);
    take(&scenario.client.password().unwrap().request("ada", &"pa55".into(), at(1)).unwrap().0);
    take(&scenario.client.password().unwrap().request("ada", &"other".into(), at(0)).unwrap().0);
    // A code that is sent again is another request.
    let Err(error) = scenario.code_in_flight().1.finish(oauth_proto::Outcome::not_sent("dns")) else { panic!() };
    let oauth_proto::FinishError::NotSent { origin, .. } = error else { panic!() };
    take(&origin.exchange(&scenario.client, at(11)).unwrap().0);
}

#[test]
fn a_random_value_is_another_in_each_place_of_one_request() {
    let scenario =
        step(json!({ "parameters": { "add": { "x-r": "{random}{random}" } }, "headers": { "x-r": "{random}" } }));
    let request = scenario.code_in_flight().0;
    let twice = pairs(body(&request)).into_iter().find(|(name, _)| name == "x-r").unwrap().1;
    let (first, second) = twice.split_at(43);
    let in_header = header(&request, "x-r")[0];
    assert!(first != second && first != in_header && second != in_header && second.len() == 43);
}

#[test]
fn a_random_value_is_not_made_of_a_password_alone() {
    // Whoever saw it could try passwords until one fits.
    let fields = json!({ "dialect": { "token": { "parameters": { "add": { "r": "{random}" } } } } });
    let page = public(fields.clone());
    let error = page.client.password().unwrap().request("ada", &"pa55".into(), at(0)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NotBound);
    let server = with(fields);
    assert!(server.client.password().unwrap().request("ada", &"pa55".into(), at(0)).is_ok());
    // A code has its verifier.
    let (_, awaiting) = page.login().authorize(entropy(), at(0));
    let query = format!("code=C0DE&state={STATE}");
    assert!(awaiting.receive(&page.client, Callback::query(&query), at(1)).is_ok());
}

#[test]
fn grants_without_a_callback_have_no_value_from_one() {
    let scenario = with(json!({ "token_endpoint": "https://{x}.example.com/t",
        "dialect": { "callback": { "keep": { "x": "dns_label" } } } }));
    let error = scenario.client.client_credentials().unwrap().request(at(0)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NotBound);
    let error = scenario.client.password().unwrap().request("ada", &"pa55".into(), at(0)).unwrap_err();
    assert_eq!((error.fault(), error.into_origin().client_id()), (RequestFault::NotBound, "app"));
}

#[test]
fn braces_are_doubled_to_be_themselves() {
    let value = |text: &str| {
        let scenario = step(json!({ "parameters": { "add": { "a": text } } }));
        pairs(body(&scenario.client_credentials_in_flight().0)).pop().unwrap().1
    };
    assert_eq!(value("{{}}"), "{}");
    assert_eq!(value(r#"{{"app":"{client_id}"}}"#), r#"{"app":"app"}"#);
    assert_eq!(value("{{{{{client_id}}}}}"), "{{app}}");
    for broken in ["{", "}", "{}", "{client_id", "client_id}", "{{client_id}", "{client_id}}", "{a{b}}", "}{", "{{}"] {
        let found = refused(json!({ "dialect": { "token": { "parameters": { "add": { "a": broken } } } } }));
        assert_eq!(found, ("dialect.token.parameters.add.a".into(), Reason::BrokenTemplate), "{broken}");
        let found = refused(json!({ "dialect": { "token": { "headers": { "X-A": broken } } } }));
        assert_eq!(found, ("dialect.token.headers.X-A".into(), Reason::BrokenTemplate), "{broken}");
    }
}

#[test]
fn a_client_that_needs_a_tls_certificate_is_told_so() {
    for (said, expected) in
        [(json!({}), false), (json!({ "mutual_tls": true }), true), (json!({ "mutual_tls": false }), false)]
    {
        let scenario = with(said);
        for (request, _) in each(&scenario) {
            assert_eq!(request.contract().client_certificate(), expected);
        }
        assert_eq!(scenario.refresh_in_flight().0.contract().client_certificate(), expected);
    }
}

#[test]
fn a_public_client_sends_the_same_less_a_secret() {
    let scenario = public(json!({ "dialect": { "token": { "body": "json", "parameters": { "add": { "n": 1 } } } } }));
    let text = wire(&scenario.password_in_flight().0);
    let body =
        r#"{"grant_type":"password","username":"ada","password":"pa55","scope":"read write","client_id":"app","n":1}"#;
    assert!(text.ends_with(body), "{text}");
    assert_eq!(field_of(scenario.client.implicit_with_refresh()).0, "dialect.callback.implicit_refresh_token");
}
