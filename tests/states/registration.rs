//! A client is registered: what is asked for, and what comes of it (RFC 7591).

use std::time::Duration;

use oauth_proto::{
    ConfigError, Outcome, Provider, RedirectUri, Remedy, Response, Scope, Secret,
    dialect::{ClientAuthentication, TokenStep},
    error::{AnswerFault, Doubt, Reason},
    registration::{
        AuthMethod, ClientFault, ClientMetadata, EitherClient, RegisteredClient, RegistrationError, RegistrationInDoubt,
    },
    stored,
};

use crate::{
    registration_scenario::{INFORMATION, metadata, provider, registered, registered_as, registering},
    scenario::{answer, at, wire},
};

fn finish(status: u16, body: &str) -> Result<RegisteredClient, RegistrationError> {
    registering().1.finish(answer(status, body))
}

#[track_caller]
fn doubt(result: Result<RegisteredClient, RegistrationError>) -> Doubt {
    let RegistrationError::InDoubt { doubt, in_doubt } = result.unwrap_err() else { panic!("not in doubt") };
    assert_eq!((in_doubt.server(), in_doubt.sent_at()), ("example", at(0)));
    doubt
}

#[track_caller]
fn refused<T>(result: Result<T, ConfigError>) -> (String, Reason) {
    let error = result.err().expect("this was taken");
    (error.field().to_owned(), error.reason().clone())
}

#[test]
fn the_request() {
    let body = r#"{"client_name":"Example","redirect_uris":["https://app.example/cb"]}"#;
    let head = "POST https://id.example/register\nContent-Type: application/json\nAccept: application/json\n";
    assert_eq!(wire(&registering().0), format!("{head}\n{body}"));
    let token = Secret::from("initial~1+/=");
    let (request, _) = provider().register(&metadata(), Some(&token), at(0)).unwrap();
    assert_eq!(wire(&request), format!("{head}Authorization: Bearer initial~1+/=\n\n{body}"));
    assert_eq!(request.contract().origin(), "https://id.example");
}

#[test]
fn metadata_say_what_they_are_told_and_nothing_else() {
    let all = ClientMetadata::new()
        .with_redirect_uris(["https://app.example/cb", "com.example.app:/cb"].map(|uri| RedirectUri::new(uri).unwrap()))
        .with_auth_method(&AuthMethod::ClientSecretPost)
        .with_grant_types(["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"])
        .and_then(|all| all.with_response_types(["code", "code id_token"]))
        .map(|all| all.with_scope(&Scope::new(["read", "write"]).unwrap()))
        .and_then(|all| all.with_client_name("\"Ex\\ample\" \u{e4}"))
        .and_then(|all| all.with_client_uri("https://app.example/"))
        .and_then(|all| all.with_logo_uri("https://app.example/logo.png"))
        .and_then(|all| all.with_tos_uri("https://app.example/tos"))
        .and_then(|all| all.with_policy_uri("https://app.example/policy"))
        .and_then(|all| all.with_jwks_uri("https://app.example/keys"))
        .and_then(|all| all.with_contacts(["ada@app.example"]))
        .and_then(|all| all.with_software_id("4NRB1-0XZABZI9E6-5SM3R"))
        .and_then(|all| all.with_software_version("2.1"))
        .and_then(|all| all.with_software_statement(&"e30.e30.c2ln".into()))
        .and_then(|all| all.with_translation("tos_uri", "de-CH", "https://app.example/de/tos"))
        .and_then(|all| all.with_member("x", " [1, 2.50] "))
        .unwrap();
    let expected = concat!(
        r#"{"client_name":"\"Ex\\ample\" ä","client_uri":"https://app.example/","contacts":["ada@app.example"],"#,
        r#""grant_types":["authorization_code","urn:ietf:params:oauth:grant-type:device_code"],"#,
        r#""jwks_uri":"https://app.example/keys","logo_uri":"https://app.example/logo.png","#,
        r#""policy_uri":"https://app.example/policy","redirect_uris":["https://app.example/cb","com.example.app:/cb"],"#,
        r#""response_types":["code","code id_token"],"scope":"read write","#,
        r#""software_id":"4NRB1-0XZABZI9E6-5SM3R","software_statement":"e30.e30.c2ln","software_version":"2.1","#,
        r#""token_endpoint_auth_method":"client_secret_post","tos_uri":"https://app.example/tos","#,
        r#""tos_uri#de-CH":"https://app.example/de/tos","x":[1, 2.50]}"#,
    );
    assert_eq!(serde_json::to_string(&all).unwrap(), expected);
    let (request, _) = provider().register(&all, None, at(0)).unwrap();
    assert_eq!(std::str::from_utf8(request.expose_body()).unwrap(), expected);

    assert_eq!(all.text("client_name").as_deref(), Some("\"Ex\\ample\" \u{e4}"));
    assert_eq!(all.redirect_uris().len(), 2);
    assert_eq!(all.scope().unwrap().as_str(), "read write");
    assert_eq!(all.names().count(), 17);
    let less = all.without("scope").without("nothing").with_scope(&Scope::default());
    assert_eq!((less.scope(), less.json("scope"), less.names().count()), (None, None, 16));
    assert_eq!(serde_json::to_string(&ClientMetadata::new()).unwrap(), "{}");
}

#[test]
fn metadata_that_are_none_are_refused_by_name() {
    let new = ClientMetadata::new;
    let long = "x".repeat(1025);
    for (result, field) in [
        (new().with_client_name(""), "client_name"),
        (new().with_client_name("a\nb"), "client_name"),
        (new().with_client_name(&long), "client_name"),
        (new().with_client_uri("http://app.example/"), "client_uri"),
        (new().with_logo_uri("logo.png"), "logo_uri"),
        (new().with_tos_uri("javascript:alert(1)"), "tos_uri"),
        (new().with_policy_uri("https://user@app.example/"), "policy_uri"),
        (new().with_jwks_uri("https://app.example/#keys"), "jwks_uri"),
        (new().with_contacts(["ada@app.example", ""]), "contacts"),
        (new().with_software_id("\u{7f}"), "software_id"),
        (new().with_software_version(""), "software_version"),
        (new().with_software_statement(&"a b".into()), "software_statement"),
        (new().with_software_statement(&"a\r\nb".into()), "software_statement"),
        (new().with_grant_types(["a\"b"]), "grant_types"),
        (new().with_response_types([""]), "response_types"),
        (new().with_translation("client_name", "d e", "x"), "language"),
        (new().with_translation("client_name", "de-", "x"), "language"),
        (new().with_translation("client_name", "abcdefghi", "x"), "language"),
        (new().with_translation("client_uri", "de", "x"), "client_uri"),
        (new().with_translation("scope", "de", "x"), "client_metadata"),
    ] {
        assert_eq!(refused(result).0, field);
    }
    for (name, json, reason) in [
        ("client_id", "1", Some(Reason::ReservedName)),
        ("registration_access_token", "1", Some(Reason::ReservedName)),
        ("client_secret_expires_at", "0", Some(Reason::ReservedName)),
        ("client_name#de", "\"x\"", Some(Reason::ReservedName)),
        ("scope", "\"x\"", Some(Reason::ReservedName)),
        ("", "1", Some(Reason::Empty)),
        ("x", "null", Some(Reason::Empty)),
        ("x y", "1", Some(Reason::ForbiddenCharacter { at: 1 })),
        ("x", "", None),
        ("x", "{\"a\":}", None),
        ("x", "1,\"client_id\":\"theirs\"", None),
    ] {
        let (field, found) = refused(new().with_member(name, json));
        assert_eq!(field, "client_metadata", "{name}");
        match reason {
            Some(reason) => assert_eq!(found, reason, "{name}"),
            None => assert!(matches!(found, Reason::Unreadable(_)), "{name}: {found:?}"),
        }
    }
}

/// RFC 7591 section 2.1, before anything is sent.
#[test]
fn what_does_not_go_together_is_not_asked_for() {
    let ask = |metadata: ClientMetadata| provider().register(&metadata, None, at(0)).map(drop);
    let bare = ClientMetadata::new;
    assert_eq!(refused(ask(bare())), ("redirect_uris".into(), Reason::Missing));
    let machine = bare().with_grant_types(["client_credentials"]).unwrap();
    assert_eq!(ask(machine.clone()), Ok(()), "no browser comes back");
    let with = |grants: &[&str], responses: &[&str]| {
        let metadata = metadata().with_grant_types(grants).unwrap();
        ask(metadata.with_response_types(responses).unwrap())
    };
    assert_eq!(with(&["authorization_code", "implicit"], &["code", "token", "code token id_token"]), Ok(()));
    let field = "response_types".to_owned();
    let needed = with(&["client_credentials"], &["code"]);
    assert_eq!(refused(needed), (field.clone(), Reason::GoesOnlyWith("authorization_code")));
    let needed = with(&["authorization_code"], &["code token"]);
    assert_eq!(refused(needed), (field, Reason::GoesOnlyWith("implicit")));

    let keys = metadata().with_jwks_uri("https://app.example/keys").unwrap().with_member("jwks", "{}").unwrap();
    assert_eq!(refused(ask(keys)), ("jwks".into(), Reason::Repeated));
    let nameless = metadata().with_auth_method(&AuthMethod::Other("".into()));
    assert_eq!(refused(ask(nameless)).0, "token_endpoint_auth_method");
    let long = metadata().with_member("x", &format!("\"{}\"", "x".repeat(70_000))).unwrap();
    assert_eq!(refused(ask(long)).0, "client_metadata");
    let twice = metadata().with_member("x", r#"{"a":1,"a":2}"#).unwrap();
    assert_eq!(refused(ask(twice)).0, "client_metadata");
    let deep = metadata().with_member("x", &format!("{}{}", "[".repeat(40), "]".repeat(40))).unwrap();
    assert_eq!(refused(ask(deep)).0, "client_metadata");
}

#[test]
fn a_provider_that_registers_nobody_is_no_good() {
    let register = |provider: Provider| provider.register(&metadata(), None, at(0)).map(drop);
    assert_eq!(refused(register(crate::scenario::provider())), ("registration_endpoint".into(), Reason::Missing));
    let at_url = |url: &str| {
        let mut provider = provider();
        provider.registration_endpoint = Some(url.into());
        refused(register(provider))
    };
    let endpoint = || "registration_endpoint".to_owned();
    assert_eq!(at_url("http://id.example/register"), (endpoint(), Reason::NotHttps));
    // Who registers has no id yet.
    assert_eq!(at_url("https://id.example/{client_id}/register"), (endpoint(), Reason::NotYetKnown));
    assert_eq!(at_url("https://{host}/register"), (endpoint(), Reason::UnsetVariable("host".into())));
    let mut provider = provider();
    provider.registration_endpoint = Some("https://{host}/register".into());
    let provider = provider.variable("host", "id.example");
    assert_eq!(register(provider.clone()), Ok(()));
    assert_eq!(provider.identity(), "example{host=id.example}", "another host is another server");
}

#[test]
fn what_the_server_says_is_what_is_kept() {
    let registered = registered();
    assert_eq!((registered.server(), registered.client_id()), ("example", "s6BhdRkqt3"));
    assert_eq!(registered.client_secret().unwrap().expose(), "cf136dc3c1fc");
    assert_eq!((registered.issued_at(), registered.secret_expires_at()), (Some(at(0)), Some(at(86_400))));
    assert!(!registered.is_expired(at(86_399)) && registered.is_expired(at(86_400)));
    assert_eq!(registered.metadata().json("tenant"), Some(r#"{"plan": 7.0}"#), "byte for byte");
    assert_eq!(registered.metadata().json("client_id"), None, "that is no metadata");
    assert_eq!(registered.metadata().names().count(), 5);
    assert!(registered.is_manageable());

    // What is left out, or null, is not there (RFC 7591 section 2: defaults).
    let least = registered_as(r#"{"client_id":"a","client_secret":null,"scope":null,"client_secret_expires_at":5}"#);
    assert!(least.client_secret().is_none() && least.secret_expires_at().is_none() && !least.is_expired(at(0)));
    assert!(!least.is_manageable() && least.metadata().names().count() == 0);
    assert_eq!(least.metadata().grant_types(), ["authorization_code"]);
    let never = registered_as(r#"{"client_id":"a","client_secret":"b","client_secret_expires_at":0}"#);
    assert!(never.secret_expires_at().is_none() && !never.is_expired(at(u64::from(u32::MAX))));
    let unsaid = registered_as(r#"{"client_id":"a","client_secret":"b"}"#);
    assert!(unsaid.client_secret().is_some() && unsaid.secret_expires_at().is_none(), "django-oauth-toolkit");
    let far = r#"{"client_id":"a","client_secret":"b","client_secret_expires_at":1e300}"#;
    assert!(registered_as(far).secret_expires_at() > Some(at(0)), "and nothing wraps");
    let odd = r#"{"client_id":"a","contacts":7,"client_name":[],"client_id_issued_at":"soon","grant_types":{}}"#;
    assert_eq!(registered_as(odd).metadata().json("contacts"), Some("7"), "nobody here acts on it");
}

#[test]
fn an_answer_that_cannot_be_read_leaves_a_doubt() {
    use AnswerFault::{Malformed, Missing};
    let information: serde_json::Value = serde_json::from_str(INFORMATION).unwrap();
    let with = |name: &str, value: serde_json::Value| {
        let mut information = information.clone();
        information[name] = value;
        information.to_string()
    };
    let without = |name: &str| with(name, serde_json::Value::Null);
    for (body, fault) in [
        (without("client_id"), Missing("client_id")),
        (with("client_id", "".into()), Malformed("client_id")),
        (with("client_id", "\u{e4}".into()), Malformed("client_id")),
        (with("client_id", 7.into()), Malformed("client_id")),
        (with("client_secret", "".into()), Malformed("client_secret")),
        (with("client_secret", "a\nb".into()), Malformed("client_secret")),
        (with("client_secret_expires_at", (-1).into()), Malformed("client_secret_expires_at")),
        (with("client_secret_expires_at", 1.5.into()), Malformed("client_secret_expires_at")),
        (without("registration_access_token"), Missing("registration_access_token")),
        (without("registration_client_uri"), Missing("registration_client_uri")),
        (with("registration_access_token", "a b".into()), Malformed("registration_access_token")),
        (with("registration_access_token", "a\r\nX: b".into()), Malformed("registration_access_token")),
        (with("registration_client_uri", "https://id.example/\n".into()), Malformed("registration_client_uri")),
        (with("registration_client_uri", "x".repeat(8193).into()), Malformed("registration_client_uri")),
        (with("redirect_uris", "https://app.example/cb".into()), Malformed("redirect_uris")),
        (with("token_endpoint_auth_method", true.into()), Malformed("token_endpoint_auth_method")),
        (with("scope", vec!["read"].into()), Malformed("scope")),
        (with("scope", "r\u{e4}d".into()), Malformed("scope")),
        (with("x", "y".repeat(70_000).into()), AnswerFault::TooLarge),
        (INFORMATION.replacen('{', r#"{"client_id":"b","#, 1), AnswerFault::Repeated),
        ("[]".into(), AnswerFault::NotAnObject),
        ("{".into(), AnswerFault::NotJson),
        (String::new(), AnswerFault::NotJson),
    ] {
        let Doubt::Unreadable(found) = doubt(finish(201, &body)) else { panic!("{body}") };
        assert_eq!(found, fault, "{body}");
    }
    let page = Response::new(201, [("Content-Type", "text/html")], INFORMATION);
    assert!(matches!(doubt(registering().1.finish(page.into())), Doubt::Unreadable(AnswerFault::ContentType)));
}

#[test]
fn where_each_status_leads() {
    // RFC 7591 section 3.2.1 has 201; a client that exists is not thrown away for a 200.
    assert_eq!(finish(200, INFORMATION).unwrap().client_id(), "s6BhdRkqt3");
    let error = r#"{"error":"invalid_redirect_uri","error_description":"not yours"}"#;
    for status in [200, 201, 400, 401, 403, 404, 409, 429] {
        let RegistrationError::Refused { response } = finish(status, error).unwrap_err() else { panic!("{status}") };
        assert_eq!((response.code.as_str(), response.status), ("invalid_redirect_uri", Some(status)));
    }
    for status in [400, 401, 404] {
        assert!(matches!(finish(status, INFORMATION), Err(RegistrationError::Refused { .. })), "no error is stated");
    }
    for status in [408, 500, 502, 599] {
        assert!(matches!(doubt(finish(status, error)), Doubt::ServerFailed(_)), "{status}");
    }
    assert!(matches!(doubt(finish(400, r#"{"error":"server_error"}"#)), Doubt::ServerFailed(_)));
    for status in [0, 100, 202, 204, 301, 302, 304, 307] {
        assert!(matches!(doubt(finish(status, INFORMATION)), Doubt::UnexpectedStatus(found) if found == status));
    }
    assert!(matches!(doubt(registering().1.finish(Outcome::lost("reset"))), Doubt::Lost(_)));
    let unsent = registering().1.finish(Outcome::not_sent("dns")).unwrap_err();
    assert_eq!(unsent.remedy(), Remedy::Retry { after: None });
    assert_eq!(unsent.to_string(), "the request was not sent, and nothing was registered; try again");
    let busy = Response::new(429, [("Retry-After", "9")], "");
    let wait = registering().1.finish(busy.into()).unwrap_err().remedy();
    assert_eq!(wait, Remedy::Retry { after: Some(Duration::from_secs(9)) });
}

#[test]
fn the_journal_loads_as_a_doubt_and_the_client_as_itself() {
    let (sent, flight) = registering();
    let row = stored::save(&flight);
    let in_doubt: RegistrationInDoubt = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&in_doubt), row);
    let again = provider().register(&in_doubt.into_metadata(), None, at(5)).unwrap().0;
    assert_eq!(wire(&again), wire(&sent));

    let row = stored::save(&registered());
    let back: RegisteredClient = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&back), row);
    assert!(stored::load::<RegistrationInDoubt>(row.as_bytes()).is_err());
}

/// RFC 7591 section 2: the method decides, and a provider's own way of it stays.
#[test]
fn the_method_that_was_registered_decides_how_the_client_proves_itself() {
    use ClientAuthentication::{Basic, BasicAndBody, BasicAndClientId, Body, None, SecretAsBasicUser};
    let body = |client: &EitherClient| {
        let EitherClient::WithSecret(client) = client else { panic!("a secret") };
        wire(&client.client_credentials().unwrap().request(at(0)).unwrap().0)
    };
    for (method, dialect, in_header, in_body) in [
        ("client_secret_basic", Basic, true, false),
        ("client_secret_basic", Body, true, false),
        ("client_secret_basic", None, true, false),
        ("client_secret_basic", BasicAndClientId, true, false),
        ("client_secret_basic", BasicAndBody, true, true),
        ("client_secret_basic", SecretAsBasicUser, true, false),
        ("client_secret_post", Basic, false, true),
        ("client_secret_post", Body, false, true),
        ("client_secret_post", None, false, true),
        ("client_secret_post", BasicAndBody, false, true),
    ] {
        let mut provider = provider();
        provider.follow_up_endpoint = Some("https://id.example/long".into());
        provider.dialect.follow_up = Some(TokenStep::default());
        provider.dialect.token.client_authentication = dialect;
        let registered = registered_as(&INFORMATION.replace("client_secret_basic", method));
        let sent = body(&registered.client(provider).unwrap());
        assert_eq!(sent.contains("Authorization: Basic "), in_header, "{method} {dialect:?}: {sent}");
        assert_eq!(sent.contains("client_secret=cf136dc3c1fc"), in_body, "{method} {dialect:?}: {sent}");
    }
    let public = registered_as(&INFORMATION.replace("client_secret_basic", "none"));
    assert!(matches!(public.client(provider()).unwrap(), EitherClient::WithoutSecret(_)));
    // Where nothing is said: what there is to prove with tells.
    let silent = registered_as(r#"{"client_id":"a","redirect_uris":["https://app.example/cb"]}"#);
    assert!(matches!(silent.client(provider()).unwrap(), EitherClient::WithoutSecret(_)));
    let silent = registered_as(r#"{"client_id":"a","client_secret":"b","client_secret_expires_at":0}"#);
    assert!(body(&silent.client(provider()).unwrap()).contains("Authorization: Basic YTpi"));

    let lacks = registered_as(r#"{"client_id":"a","token_endpoint_auth_method":"client_secret_post"}"#);
    let error = lacks.client(provider()).unwrap_err();
    assert!(matches!(&error, ClientFault::Config(why) if why.field() == "client_secret"), "{error}");
    for method in ["private_key_jwt", "tls_client_auth", "client_secret_jwt", ""] {
        let registered = registered_as(&INFORMATION.replace("client_secret_basic", method));
        let error = registered.client(provider()).unwrap_err();
        assert!(matches!(&error, ClientFault::Config(why) if why.field() == "token_endpoint_auth_method"), "{error}");
    }
}

#[test]
fn a_client_asks_for_no_more_than_its_login_says() {
    let wide = INFORMATION.replacen('{', r#"{"scope":"read admin","#, 1);
    let wide = wide.replace(r#"["https://app"#, r#"["http://plain.example/cb","https://app"#);
    let registered = registered_as(&wide);
    assert_eq!(registered.metadata().redirect_uris().len(), 1, "not the one in plaintext");
    let EitherClient::WithSecret(client) = registered.client(provider()).unwrap() else { panic!() };
    let (url, _) = client.authorization_code().unwrap().authorize(crate::scenario::entropy(), at(0));
    assert!(url.as_str().contains("redirect_uri=https%3A%2F%2Fapp.example%2Fcb&"), "{url:?}");
    assert!(!url.as_str().contains("scope="), "{}", url.as_str());
}
