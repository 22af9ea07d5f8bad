//! Where a provider is: templates, variables, identity, and what is never shown.

use oauth_proto::{
    AnyTokenSet, Callback, Client, FinishError, Granted, Keeper, Outcome, Provider, Turn, error::Reason, stored,
};
use serde_json::{Value, json};

use crate::{
    field_of, provider, refused,
    scenario::{STATE, Scenario, TOKENS, answer, at, entropy, registration, wire},
    with,
};

const CANARY: &str = "CANARY0123456789";

#[test]
fn alternatives_and_variables_in_each_url() {
    let host = "https://{host}/x || https://{tenant}.example.com/x || https://login.example.com/x";
    let fields = |variables: Value| {
        let mut fields = json!({ "variables": variables });
        for field in [
            "authorization_endpoint",
            "implicit_authorization_endpoint",
            "token_endpoint",
            "refresh_endpoint",
            "follow_up_endpoint",
        ] {
            fields[field] = json!(host);
        }
        fields["revocation"] = json!({ "endpoint": host });
        fields["checks"] = json!({ "me": host });
        fields["api_origins"] = json!([host]);
        fields["dialect"] = json!({ "follow_up": {} });
        fields
    };
    for (variables, expected) in [
        (json!({}), "https://login.example.com/x"),
        (json!({ "tenant": "acme" }), "https://acme.example.com/x"),
        (json!({ "host": "id.acme.example:8443" }), "https://id.acme.example:8443/x"),
        // The first whose variables all have a value.
        (json!({ "host": "id.acme.example", "tenant": "acme" }), "https://id.acme.example/x"),
    ] {
        let scenario = with(fields(variables));
        let client = &scenario.client;
        let (login, _) = scenario.login().authorize(entropy(), at(0));
        assert!(login.as_str().starts_with(&format!("{expected}?response_type=code&")));
        let (implicit, _) = client.implicit().unwrap().authorize(entropy(), at(0));
        assert!(implicit.as_str().starts_with(&format!("{expected}?response_type=token&")));
        assert_eq!(scenario.code_in_flight().0.url(), expected);
        assert_eq!(scenario.refresh_in_flight().0.url(), expected);
        assert_eq!(scenario.access_only().follow_up(client, at(20)).unwrap().0.url(), expected);
        let authorized = scenario.refreshable();
        assert_eq!(authorized.check(client, "me").unwrap().0.url(), expected);
        assert!(authorized.header_for(client, expected).is_ok());
        assert_eq!(authorized.revoke(client).unwrap().0.url(), expected);
    }
    // A client's id may stand in a URL, as far as it may be there.
    let by_id = json!({ "token_endpoint": "https://id.example/{client_id}/token" });
    assert_eq!(with(by_id.clone()).code_in_flight().0.url(), "https://id.example/app/token");
    let odd = oauth_proto::Registration::new("a/b").unwrap();
    let made = Client::public(provider(by_id), odd);
    assert_eq!(field_of(made), ("client_id".into(), Reason::ForbiddenCharacter { at: 1 }));
}

#[test]
fn variables_of_a_file() {
    let of = |variables: Value| {
        refused(json!({ "token_endpoint": "https://{host}/", "variables": variables,
            "dialect": { "callback": { "keep": { "shop": "text" } }, "response": { "keep": ["team.id"] },
                "token": { "parameters": { "add": { "p": "{note}{shop}" } } } } }))
    };
    let host = "id.example";
    for (variables, field, reason) in [
        (json!({}), "token_endpoint", Reason::UnsetVariable("host".into())),
        (json!({ "host": host }), "dialect.token.parameters.add.p", Reason::UnsetVariable("note".into())),
        // What has a value by itself, or will have one.
        (json!({ "host": host, "note": "x", "client_id": "x" }), "variables.client_id", Reason::ReservedName),
        (json!({ "host": host, "note": "x", "scope": "x" }), "variables.scope", Reason::ReservedName),
        (json!({ "host": host, "note": "x", "random": "x" }), "variables.random", Reason::ReservedName),
        (json!({ "host": host, "note": "x", "shop": "x" }), "variables.shop", Reason::Repeated),
        (json!({ "host": host, "note": "x", "team.id": "x" }), "variables.team.id", Reason::Repeated),
        (json!({ "host": host, "note": "x", "nose": "x" }), "variables.nose", Reason::UnknownVariable),
        (json!({ "host": host, "note": "x\n" }), "variables.note", Reason::ForbiddenCharacter { at: 1 }),
        (json!({ "host": host, "note": "\u{7f}" }), "variables.note", Reason::ForbiddenCharacter { at: 0 }),
        (
            json!({ "host": host, "note": "x".repeat(8193) }),
            "variables.note",
            Reason::WrongLength { min: 0, max: 8192 },
        ),
        // In a URL less is allowed than elsewhere.
        (json!({ "host": "id.example/x", "note": "x" }), "variables.host", Reason::ForbiddenCharacter { at: 10 }),
        (json!({ "host": "id.example%2f", "note": "x" }), "variables.host", Reason::ForbiddenCharacter { at: 10 }),
        (json!({ "host": "u@id.example", "note": "x" }), "variables.host", Reason::ForbiddenCharacter { at: 1 }),
        (json!({ "host": "b\u{fc}cher.example", "note": "x" }), "variables.host", Reason::ForbiddenCharacter { at: 1 }),
        (json!({ "host": "..", "note": "x" }), "variables.host", Reason::Empty),
        (json!({ "host": "id.example:x", "note": "x" }), "token_endpoint", Reason::NotAUrl),
    ] {
        assert_eq!(of(variables.clone()), (field.to_owned(), reason), "{variables}");
    }
    // `scope` and `random` are no variables of a URL.
    for name in ["scope", "random"] {
        let url = format!("https://id.example/{{{name}}}");
        assert_eq!(refused(json!({ "token_endpoint": url })), ("token_endpoint".into(), Reason::NotYetKnown));
        let open = Provider::new("x", "https://id.example/a", format!("https://id.example/{{{name}}}"));
        assert!(open.unset_variables().is_empty(), "nobody can set it");
    }
    // One that is named in an alternative that is not taken is not misspelt.
    let fields = json!({ "token_endpoint": "https://id.example/ || https://{tenant}.example.com/",
        "variables": { "tenant": "acme" } });
    assert_eq!(provider(fields).check(), Ok(()));
}

#[test]
fn the_variables_that_have_no_value() {
    let provider = provider(json!({
        "authorization_endpoint": "https://{host}/a || https://login.example.com/a",
        "token_endpoint": "https://{tenant}.example.com/token", "refresh_endpoint": "https://{tenant}.example.com/{region}",
        "dialect": {
            "callback": { "keep": { "shop": "text" } },
            "authorize": { "parameters": { "add": { "aud": "{audience}", "who": "{client_id}{random}{scope}" } } },
            "token": { "parameters": { "add": { "a": "{perhaps}" }, "omit_unset": true }, "headers": { "X-K": "{key}{shop}" } },
        },
    }));
    assert_eq!(provider.unset_variables(), ["tenant", "region", "audience", "key"]);
    let all = provider.variable("tenant", "t").variable("region", "r").variable("audience", "a").variable("key", "k");
    assert!(all.unset_variables().is_empty());
    assert_eq!(all.check(), Ok(()));
    assert!(Provider::default().unset_variables().is_empty(), "it is wrong in another way");
}

#[test]
fn what_states_are_bound_to() {
    let identity = |fields: Value| {
        let provider = provider(fields);
        assert_eq!(provider.check(), Ok(()));
        provider.identity()
    };
    let everywhere = json!({
        "variables": { "host": "id.example", "org": "acme", "key": CANARY, "audience": CANARY, "header": CANARY },
        "authorization_endpoint": "https://{host}/{org}/authorize?key={key}",
        "token_endpoint": "https://{host}/token?key={key}",
        "api_origins": ["https://api.example"],
        "dialect": { "authorize": { "parameters": { "add": { "aud": "{audience}" } } },
            "token": { "headers": { "X-K": "{header}" } } },
    });
    // No variable that is only in a query, a parameter or a header field: those may be secrets.
    assert_eq!(identity(everywhere.clone()), "example{host=id.example,org=acme}");
    let row = stored::save(&with(everywhere).refreshable().into_token_set());
    assert!(!row.contains(CANARY), "{row}");
    // In a host or a path of any URL it is another server.
    for (field, value) in [
        ("refresh_endpoint", json!("https://{v}.example.com/")),
        ("follow_up_endpoint", json!("https://id.example/{v}/long")),
        ("implicit_authorization_endpoint", json!("https://id.example/{v}")),
        ("revocation", json!({ "endpoint": "https://id.example/{v}" })),
        ("checks", json!({ "me": "https://id.example/{v}" })),
        ("api_origins", json!(["https://{v}.example.com"])),
        ("token_endpoint", json!("https://id.example/ || https://{v}.example.com/")),
    ] {
        let mut fields = json!({ "variables": { "v": "acme" } });
        fields[field] = value;
        assert_eq!(identity(fields.clone()), "example{v=acme}", "{field}");
        fields["issuer"] = json!("https://issuer.example");
        assert_eq!(identity(fields), "https://issuer.example");
    }
    // A value from the callback is with the tokens: no part of the server's name.
    let shops = json!({ "token_endpoint": "https://{x}.example.com/", "dialect": { "callback": { "keep": { "x": "dns_label" } } } });
    assert_eq!(identity(shops), "example");
}

/// A provider all of whose variables are secrets, that sends them by every way.
fn secretive() -> Scenario<oauth_proto::Confidential> {
    with(json!({
        "variables": { "key": CANARY, "note": CANARY },
        "authorization_endpoint": "https://id.example/authorize?key={key}",
        "token_endpoint": "https://id.example/token?key={key}",
        "refresh_endpoint": "https://id.example/refresh?key={key}",
        "follow_up_endpoint": "https://id.example/long?key={key}",
        "dialect": {
            "authorize": { "parameters": { "add": { "note": "{note}" } } },
            "callback": { "keep": { "shop": "text" } },
            "token": { "body": "query", "client_authentication": "body", "headers": { "X-K": "{note}" } },
            "refresh": { "method": "GET", "body": "query", "headers": { "X-K": "{note}" }, "parameters": { "add": { "n": "{note}" } } },
            "follow_up": { "parameters": { "in_query": ["client_id"], "add": { "n": "{note}" } } },
            "response": { "keep": ["hook"] },
        },
    }))
}

#[test]
fn nothing_that_is_secret_is_shown() {
    let scenario = secretive();
    let client = &scenario.client;
    let clean = |shown: String| {
        for secret in [CANARY, "s3cret", "C0DE", "T0KEN", "R3FRESH", STATE, "ada-pa55"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    };
    clean(format!("{:?} {:#?}", client, client));
    let file = provider(json!({ "variables": { "key": CANARY }, "token_endpoint": "https://id.example/?key={key}" }));
    clean(format!("{file:?} {file:#?}"));
    assert!(format!("{file:?}").contains(r#"variables: ["key"]"#), "{file:?}");
    let (url, awaiting) = scenario.login().authorize(entropy(), at(0));
    assert!(url.as_str().contains(CANARY));
    clean(format!("{url:?} {awaiting:?}"));

    let query = format!("code=C0DE&state={STATE}&shop={CANARY}");
    let callback = Callback::query(&query);
    clean(format!("{callback:?}"));
    let (request, flight) = awaiting.receive(client, callback, at(10)).unwrap();
    assert!(request.url().contains(CANARY) && request.url().contains("s3cret") && wire(&request).contains("C0DE"));
    clean(format!("{request:?} {request:#?} {flight:?} {:?}", request.contract()));
    let parts = request.into_parts();
    clean(format!("{parts:?} {parts:#?} {:?}", parts.headers));

    let body = TOKENS.replace("A1", "T0KEN").replace("R1", "R3FRESH").replace('}', &format!(r#","hook":"{CANARY}"}}"#));
    let granted = || {
        let (_, flight) = scenario.login().authorize(entropy(), at(0)).1.receive(client, callback, at(10)).unwrap();
        flight.finish(answer(200, &body)).unwrap()
    };
    assert_eq!((granted().extras().get("hook"), granted().extras().get("shop")), (Some(CANARY), Some(CANARY)));
    clean(format!("{:?} {:?}", granted(), granted().extras()));
    let set: AnyTokenSet = granted().into_any_token_set();
    clean(format!("{set:?} {:#?}", set));

    let (request, flight) = granted().follow_up(client, at(20)).unwrap();
    clean(format!("{request:?} {flight:?}"));
    clean(format!("{:?}", flight.finish(Outcome::lost("reset")).unwrap_err()));
    let Granted::Refreshable(authorized) = granted() else { panic!() };
    let (request, flight) = authorized.refresh(client, at(20)).unwrap();
    assert!(request.url().contains("R3FRESH") && request.url().contains(CANARY));
    clean(format!("{request:?} {flight:?}"));
    let error = flight.finish(answer(400, &json!({ "error": "invalid_grant", "x": CANARY }).to_string())).unwrap_err();
    clean(format!("{error:?} {error}"));
    let FinishError::Dead { remains, .. } = error else { panic!() };
    clean(format!("{remains:?}"));
    let mut keeper = Keeper::new(granted().into_any_token_set());
    let Turn::Send(request, ticket) = keeper.poll(client, at(9999), Default::default()) else { panic!() };
    clean(format!("{keeper:?} {request:?} {ticket:?}"));
    // Nor is a value in an error of a callback.
    let hostile = format!("code=C0DE&state={STATE}&shop={CANARY}%0a");
    let awaiting = scenario.login().authorize(entropy(), at(0)).1;
    let error = awaiting.receive(client, Callback::query(&hostile), at(10)).unwrap_err();
    clean(format!("{error:?} {error}"));
    // Nor is a variable's in an error of the configuration.
    for variables in [json!({ "host": format!("{CANARY}/") }), json!({ "host": "id.example", "more": CANARY })] {
        let error =
            provider(json!({ "token_endpoint": "https://{host}/", "variables": variables })).check().unwrap_err();
        clean(format!("{error:?} {error}"));
    }
}

#[test]
fn a_url_in_the_query_of_which_nothing_is_shown_is_shown_without_it() {
    let scenario = secretive();
    let shown = format!("{:?}", scenario.password_in_flight().0);
    assert!(shown.contains(r#"url: "https://id.example/token?…""#), "{shown}");
    let shown = format!("{:?}", with(json!({})).password_in_flight().0);
    assert!(shown.contains(r#"url: "https://id.example/token","#), "{shown}");
}

/// All fields of a file at once, by the names that they have there.
#[test]
fn a_file_with_everything_is_read_checked_and_written_again() {
    let step = json!({ "method": "GET", "body": "query", "client_authentication": "secret_as_basic_user", "basic_encoding": "none",
        "parameters": { "rename": { "client_id": "id" }, "omit": ["client_id"], "add": { "a": "{v}", "n": 1, "t": true },
                        "omit_unset": true, "in_query": ["client_id"] },
        "headers": { "X-A": "{v}{kept}" } });
    let mut refresh = step.clone();
    for (field, value) in [
        ("send_redirect_uri", json!(true)),
        ("needs_secret", json!(true)),
        ("deadline", json!("access_token_expiry")),
        ("opens_seconds_before_expiry", json!(60)),
        ("credential", json!("access_token")),
        ("answer", json!({ "extends_seconds": 60 })),
    ] {
        refresh[field] = value;
    }
    let answer = json!({ "status": 201, "format": "form", "media_types": ["text/plain"], "rename": { "access_token": "t" },
        "expiry": { "constant_seconds": 3600 }, "token_type_optional": true, "token_types": ["bot"], "scope_separator": ";",
        "scope_format": "list", "keep": ["url"],
        "error": { "code": "e", "description": "d", "uri": "u", "ok": { "member": "ok", "value": "yes" }, "invalid_grant": ["x"] } });
    let file = json!({
        "name": "everything", "issuer": "https://id.example", "variables": { "host": "id.example", "v": "x" },
        "authorization_endpoint": "https://{host}/a || https://id.example/a", "implicit_authorization_endpoint": "https://{host}/i",
        "token_endpoint": "https://{label}.example.com/t", "refresh_endpoint": "https://id.example/{segment}",
        "follow_up_endpoint": "{few}/long", "device_authorization_endpoint": "https://{host}/d",
        "registration_endpoint": "https://{host}/r",
        "pushed_authorization_request_endpoint": "https://{host}/p", "require_pushed_authorization_requests": true,
        "revocation": { "endpoint": "https://{host}/o", "parameter": "t", "token_type_hint": false,
            "client_authentication": false, "refresh_tokens_only": true, "body": "query" },
        "introspection": { "endpoint": "https://{host}/s", "parameter": "t", "token_type_hint": false },
        "checks": { "me": "https://{host}/me" }, "api_origins": ["https://api.example", "{url}"], "mutual_tls": true,
        "allow_plaintext_on_loopback": false, "deadline_seconds": 5,
        "limits": { "response_bytes": 1000, "json_depth": 8, "members": 64, "callback_bytes": 2000, "parameters": 16,
            "header_bytes": 512, "challenges": 4 },
        "dialect": {
            "authorize": { "parameters": { "rename": { "client_id": "appKey" }, "omit": ["redirect_uri", "response_type", "scope"],
                    "add": { "nonce": "{random}", "s": "{scope}", "c": "{client_id}" }, "omit_unset": true, "in_query": [] },
                "response_type_code": "code", "response_type_token": "token", "scope_separator": ",", "scope_encoding": "minimal",
                "nonce": "off", "pkce": "public_clients_only", "fragment": { "route": "/a" } },
            "callback": { "rename": { "code": "c" }, "state": "required", "code": "as_received", "issuer": "required",
                "tokens": "fragment_or_query", "implicit_refresh_token": true, "id_token": "ignored",
                "keep": { "kept": "text", "label": "dns_label", "segment": "path_segment", "few": { "one_of": ["https://a.example"] } } },
            "token": step, "refresh": refresh, "follow_up": step,
            "response": answer, "follow_up_response": answer,
            "presentation": { "header": "X-T", "scheme": "Basic", "form": "basic_user", "query_parameter": "t" },
        },
    });
    let read = Provider::from_json(&file.to_string()).unwrap();
    // Nothing was lost, and nothing is written that is not read.
    assert_eq!(serde_json::to_value(&read).unwrap(), file);
    assert!(Client::confidential(read.clone(), registration(), "s".into()).is_ok());
    // No field is read that does not exist, at any level.
    let mut objects = vec![String::new()];
    let mut open = vec![(String::new(), &file)];
    while let Some((path, value)) = open.pop() {
        for (name, member) in value.as_object().into_iter().flatten() {
            let free = ["variables", "checks", "rename", "add", "headers", "keep"].contains(&name.as_str());
            if member.is_object() && !free && !["expiry", "answer", "fragment"].contains(&name.as_str()) {
                objects.push(format!("{path}/{name}"));
                open.push((format!("{path}/{name}"), member));
            }
        }
    }
    assert!(objects.len() > 14, "{objects:?}");
    for path in objects {
        let mut more = file.clone();
        more.pointer_mut(&path).unwrap().as_object_mut().unwrap().insert("surprise".into(), json!(CANARY));
        let error = Provider::from_json(&more.to_string()).unwrap_err();
        assert_eq!(error.field(), format!("{path}/surprise").trim_start_matches('/').replace('/', "."));
        assert!(matches!(error.reason(), Reason::UnknownName { .. }) && !error.to_string().contains(CANARY), "{error}");
    }
}

/// A short file must not make a long request, nor a slow check.
#[test]
fn a_value_that_is_named_very_often() {
    let add = |times: usize| {
        provider(json!({ "variables": { "a": "x".repeat(8192) },
            "dialect": { "token": { "parameters": { "add": { "p": "{a}".repeat(times) } } } } }))
    };
    assert_eq!(add(2).check(), Ok(()));
    let error = add(100_000).check().unwrap_err();
    assert_eq!(error.field(), "dialect.token.parameters.add.p");
    assert_eq!(*error.reason(), Reason::WrongLength { min: 0, max: 16 * 1024 });
    // All that is unset is found in one look.
    let names: Vec<_> = (0..5000).map(|at| format!("v{at}")).collect();
    let text: String = names.iter().map(|name| format!("{{{name}}}")).collect();
    let open = provider(json!({ "dialect": { "token": { "parameters": { "add": { "p": text } } } } }));
    assert_eq!(open.unset_variables(), names);
}
