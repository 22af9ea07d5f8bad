//! Malformed input of the programmer's: each ends in an error that names the field and the reason.

mod scenario;

use oauth_proto::{
    Callback, Client, CodeVerifier, ConfigError, Provider, RedirectUri, Registration, Scope,
    dialect::{IssuerParameter, Parameters, Renames},
    error::Reason::{self, *},
};
use scenario::{Scenario, provider, registration};

/// The field and the reason.
fn refused<T>(result: Result<T, ConfigError>) -> (String, Reason) {
    let Err(error) = result else { panic!("this was taken") };
    // Each error can be shown, and says which field it is about.
    assert_eq!(error.to_string(), format!("{}: {}", error.field(), error.reason()));
    (error.field().to_owned(), error.reason().clone())
}

fn with(tweak: impl FnOnce(&mut Provider)) -> Result<(), ConfigError> {
    let mut provider = provider();
    tweak(&mut provider);
    let checked = provider.check();
    // Checking says what making a client says.
    assert_eq!(Client::public(provider, registration()).map(drop), checked);
    checked
}

/// What is wrong with an endpoint, whichever it is.
const ENDPOINTS: [(&str, Reason); 30] = [
    ("", Empty),
    ("http://id.example/token", NotHttps),
    ("http://127.0.0.1/token", NotHttps),
    ("http://localhost:8080/token", NotHttps),
    ("ftp://id.example/token", NotHttps),
    ("file:///token", NotHttps),
    ("javascript:alert(1)", NotHttps),
    ("data:text/plain,x", NotHttps),
    ("id.example/token", NotAUrl),
    ("/token", NotAUrl),
    ("//id.example/token", NotAUrl),
    ("https:", NotAUrl),
    ("https://", NotAUrl),
    ("https:///token", NotAUrl),
    ("https:id.example/token", NotAUrl),
    ("https:/id.example/token", NotAUrl),
    ("https:/id.example/x://y", NotAUrl),
    ("https:id.example?://y", NotAUrl),
    ("https://?x", NotAUrl),
    ("https://:443/token", NotAUrl),
    ("https://id.example:99999/token", NotAUrl),
    ("https://[::1/token", NotAUrl),
    ("https://user@id.example/token", HasUserInformation),
    ("https://:password@id.example/token", HasUserInformation),
    ("https://@id.example/token", HasUserInformation),
    ("https://id.example/token#", HasFragment),
    ("https://id.example/token#x", HasFragment),
    ("https://id.example/to ken", ForbiddenCharacter { at: 21 }),
    ("https://id.example\\@evil.example/", ForbiddenCharacter { at: 18 }),
    ("https://id.example/t\u{f6}ken", ForbiddenCharacter { at: 20 }),
];

#[test]
fn malformed_endpoints() {
    for (url, reason) in ENDPOINTS {
        let set = |field: &str, set: fn(&mut Provider, String)| {
            assert_eq!(
                refused(with(|provider| set(provider, url.into()))),
                (field.to_owned(), reason.clone()),
                "{url}"
            );
        };
        set("authorization_endpoint", |provider, url| provider.authorization_endpoint = Some(url));
        set("implicit_authorization_endpoint", |provider, url| provider.implicit_authorization_endpoint = Some(url));
        set("token_endpoint", |provider, url| provider.token_endpoint = Some(url));
        set("refresh_endpoint", |provider, url| provider.refresh_endpoint = Some(url));
        set("checks", |provider, url| drop(provider.checks.insert("me".into(), url)));
        set("api_origins", |provider, url| provider.api_origins.push(url));
        set("logout.endpoint", |provider, url| {
            let json = r#"{"name":"x","logout":{"endpoint":"https://id.example/"}}"#;
            let mut logout = Provider::from_json(json).unwrap().logout.unwrap();
            logout.endpoint = url;
            provider.logout = Some(logout);
        });
    }
    for control in ["\0", "\t", "\n", "\r\n", "\u{1b}", "\u{7f}"] {
        let found = with(|provider| provider.token_endpoint = Some(format!("https://id.example/{control}x")));
        assert_eq!(refused(found), ("token_endpoint".to_owned(), ForbiddenCharacter { at: 19 }));
    }
}

#[test]
fn endpoints_that_are_taken() {
    for url in [
        "https://id.example",
        "HTTPS://ID.example:443/Token/?a=b",
        "https://[::1]:8443/token",
        "https://192.0.2.1/",
        "https://id.example/a@b",
        "https://id.example/?u=x://@y",
        "https://xn--bcher-kva.example/",
    ] {
        assert_eq!(with(|provider| provider.token_endpoint = Some(url.into())), Ok(()), "{url}");
    }
}

#[test]
fn plaintext_only_on_loopback_and_only_by_name() {
    let allowed = |url: &str| {
        with(|provider| {
            provider.allow_plaintext_on_loopback = true;
            provider.token_endpoint = Some(url.into());
        })
    };
    for url in
        ["http://localhost:1/", "http://127.0.0.1:8080/t", "http://127.9.9.9/", "http://[::1]:80/", "http://LOCALHOST/"]
    {
        assert_eq!(allowed(url), Ok(()), "{url}");
    }
    for url in [
        "http://id.example/",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::2]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost./",
        "ws://localhost/",
    ] {
        assert_eq!(refused(allowed(url)), ("token_endpoint".to_owned(), NotHttps), "{url}");
    }
    assert_eq!(refused(allowed("http://user@localhost/")).1, HasUserInformation);
}

#[test]
fn names_and_numbers_of_a_provider() {
    let field = |field: &str, reason| (field.to_owned(), reason);
    assert_eq!(refused(with(|provider| provider.name = "".into())), field("name", Empty));
    assert_eq!(refused(with(|provider| provider.name = "a\nb".into())), field("name", ForbiddenCharacter { at: 1 }));
    assert_eq!(refused(with(|provider| provider.issuer = Some("".into()))), field("issuer", Empty));
    let issuer = refused(with(|provider| provider.issuer = Some("https://é".into())));
    assert_eq!(issuer, field("issuer", ForbiddenCharacter { at: 8 }));
    // An `iss` that must be there must have something to be compared with.
    let issuer = refused(with(|provider| provider.dialect.callback.issuer = IssuerParameter::Required));
    assert_eq!(issuer, field("issuer", Missing));
    assert_eq!(refused(with(|provider| provider.max_response_bytes = Some(0))), field("max_response_bytes", Empty));
    assert_eq!(refused(with(|provider| provider.deadline_seconds = Some(0))), field("deadline_seconds", Empty));
    let query = "https://id.example/authorize?st%61te=x";
    let found = refused(with(|provider| provider.authorization_endpoint = Some(query.into())));
    assert_eq!(found, field("authorization_endpoint", ReservedName));
    let found = refused(with(|provider| provider.implicit_authorization_endpoint = Some(query.into())));
    assert_eq!(found, field("implicit_authorization_endpoint", ReservedName));
    let logout = |parameter: &str| {
        let json = format!(r#"{{"name":"x","logout":{{"endpoint":"https://a/","parameter":"{parameter}"}}}}"#);
        refused(Provider::from_json(&json))
    };
    assert_eq!(logout(""), field("logout.parameter", Empty));
    assert_eq!(logout("a b"), field("logout.parameter", ForbiddenCharacter { at: 1 }));
}

#[test]
fn url_templates() {
    let fill = |url: &str, variables: &[(&str, &str)]| {
        with(|provider| {
            provider.token_endpoint = Some(url.into());
            for (name, value) in variables {
                provider.variables.insert((*name).into(), (*value).into());
            }
        })
    };
    let host = [("host", "id.example")];
    assert_eq!(fill("https://{host}/{tenant}/token", &[("host", "id.example"), ("tenant", "a-B_~.7")]), Ok(()));
    assert_eq!(fill("https://{host}/{host}", &host), Ok(()));
    let token = |reason| ("token_endpoint".to_owned(), reason);
    assert_eq!(refused(fill("https://{host}/", &[])), token(UnsetVariable("host".into())));
    assert_eq!(refused(fill("https://{}/", &[])), token(UnsetVariable(String::new())));
    for broken in ["https://{host/", "https://host}/", "https://{{host}}/", "https://{host}/}", "https://}{host}/", "{"]
    {
        assert_eq!(refused(fill(broken, &host)), token(BrokenTemplate), "{broken}");
    }
    let variable = |reason| ("variables.host".to_owned(), reason);
    assert_eq!(refused(fill("https://id.example/", &host)), variable(UnknownVariable));
    for (value, reason) in [
        ("", Empty),
        (".", Empty),
        ("..", Empty),
        ("a/b", ForbiddenCharacter { at: 1 }),
        ("evil.example?", ForbiddenCharacter { at: 12 }),
        ("a@b", ForbiddenCharacter { at: 1 }),
        ("a:1", ForbiddenCharacter { at: 1 }),
        ("a%2fb", ForbiddenCharacter { at: 1 }),
        ("{host}", ForbiddenCharacter { at: 0 }),
        ("a b", ForbiddenCharacter { at: 1 }),
    ] {
        assert_eq!(refused(fill("https://{host}/", &[("host", value)])), variable(reason), "{value}");
    }
    let odd = refused(fill("https://id.example/", &[("a\nb", "x")]));
    assert_eq!(odd, ("variables.a\\nb".to_owned(), UnknownVariable));
}

/// A field, how it is set, and what is refused there.
type Row = (&'static str, fn(&mut Provider, &str), &'static [(&'static str, Reason)]);

#[test]
fn names_in_a_dialect() {
    type Step = (&'static str, fn(&mut Provider) -> &mut Parameters, &'static str, &'static str);
    let steps: [Step; 3] = [
        ("dialect.authorize.parameters", |p| &mut p.dialect.authorize.parameters, "client_id", "scope"),
        ("dialect.token.parameters", |p| &mut p.dialect.token.parameters, "code", "grant_type"),
        ("dialect.refresh.parameters", |p| &mut p.dialect.refresh.parameters, "refresh_token", "grant_type"),
    ];
    for (path, parameters, one, other) in steps {
        let check = |end: String, reason, change: &dyn Fn(&mut Parameters)| {
            let found = refused(with(|provider| change(parameters(provider))));
            assert_eq!(found, (format!("{path}.{end}"), reason));
        };
        check("rename.kode".into(), UnknownParameter, &|step| _ = step.rename("kode", "x"));
        check(format!("rename.{one}"), Empty, &|step| _ = step.rename(one, ""));
        check(format!("rename.{one}"), ForbiddenCharacter { at: 1 }, &|step| _ = step.rename(one, "a b"));
        check(format!("rename.{one}"), Repeated, &|step| _ = step.rename(one, other));
        check("omit.kode".into(), UnknownParameter, &|step| _ = step.omit("kode"));
        check(format!("add.{one}"), ReservedName, &|step| _ = step.add(one, "x"));
        check("add.x".into(), ReservedName, &|step| _ = step.rename(one, "x").add("x", "1"));
        check("add.".into(), Empty, &|step| _ = step.add("", "x"));
        check("add.a\\u{7f}".into(), ForbiddenCharacter { at: 1 }, &|step| _ = step.add("a\u{7f}", "x"));
        check("add.x".into(), ForbiddenCharacter { at: 1 }, &|step| _ = step.add("x", "a\r\n"));
        let long = "a".repeat(100);
        check(format!("omit.{}", &long[..64]), UnknownParameter, &|step| _ = step.omit(long.as_str()));
    }
    type Rename = (&'static str, fn(&mut Provider) -> &mut Renames, &'static str, &'static str);
    let renames: [Rename; 2] = [
        ("dialect.callback.rename", |p| &mut p.dialect.callback.rename, "code", "state"),
        ("dialect.response.rename", |p| &mut p.dialect.response.rename, "access_token", "scope"),
    ];
    for (path, renames, one, other) in renames {
        for (standard, name, reason) in [
            ("kode", "x", UnknownParameter),
            (one, "", Empty),
            (one, "a\"b", ForbiddenCharacter { at: 1 }),
            (one, other, Repeated),
        ] {
            let found = refused(with(|provider| _ = renames(provider).rename(standard, name)));
            assert_eq!(found, (format!("{path}.{standard}"), reason));
        }
    }
}

#[test]
fn texts_in_a_dialect() {
    let rows: [Row; 6] = [
        (
            "dialect.authorize.response_type_code",
            |p, text| p.dialect.authorize.response_type_code = text.into(),
            &[("", Empty), ("a\"", ForbiddenCharacter { at: 1 }), ("\n", ForbiddenCharacter { at: 0 })],
        ),
        (
            "dialect.authorize.response_type_token",
            |p, text| p.dialect.authorize.response_type_token = text.into(),
            &[("", Empty), ("é", ForbiddenCharacter { at: 0 })],
        ),
        (
            "dialect.authorize.scope_separator",
            |p, text| p.dialect.authorize.scope_separator = text.into(),
            &[("", Empty), ("\t", ForbiddenCharacter { at: 0 })],
        ),
        (
            "dialect.response.token_types",
            |p, text| p.dialect.response.token_types = text.split_terminator('|').map(str::to_owned).collect(),
            &[("", Empty), ("a||b", Empty), ("a b|", ForbiddenCharacter { at: 1 })],
        ),
        (
            "dialect.presentation.header",
            |p, text| p.dialect.presentation.header = text.into(),
            &[
                ("", Empty),
                ("a b", ForbiddenCharacter { at: 1 }),
                ("a:b", ForbiddenCharacter { at: 1 }),
                ("a\r\nb", ForbiddenCharacter { at: 1 }),
                ("Cookie", ReservedName),
                ("HOST", ReservedName),
                ("content-Length", ReservedName),
            ],
        ),
        (
            "dialect.presentation.scheme",
            |p, text| p.dialect.presentation.scheme = Some(text.into()),
            &[
                ("", Empty),
                ("Bear er", ForbiddenCharacter { at: 4 }),
                // A dot is a `tchar`; the space behind it is what is wrong.
                ("a.b c", ForbiddenCharacter { at: 3 }),
                ("a\r\n", ForbiddenCharacter { at: 1 }),
            ],
        ),
    ];
    for (field, set, texts) in rows {
        for (text, reason) in texts {
            assert_eq!(refused(with(|provider| set(provider, text))), (field.to_owned(), reason.clone()), "{text:?}");
        }
    }
}

#[test]
fn provider_files() {
    let read = |json: &str| match refused(Provider::from_json(json)) {
        (field, Unreadable(words)) if field == "provider" => words,
        other => panic!("{other:?}"),
    };
    let unknown = read(r#"{ "name": "x", "tokn_endpoint": "CANARY" }"#);
    assert!(unknown.starts_with("unknown field `tokn_endpoint`, expected one of `name`"), "{unknown}");
    let unknown = read(r#"{ "name": "x", "dialect": { "token": { "boddy": "json" } } }"#);
    assert!(unknown.starts_with("unknown field `boddy`, expected one of `body`"), "{unknown}");
    let wrong = read("{ \"name\": \"x\",\n \"dialect\": { \"token\": { \"body\": \"CANARY\" } } }");
    let expected = "dialect.token.body: not of the right type or value, expected `form` or `json` at line 2";
    assert!(wrong.starts_with(expected) && !wrong.contains("CANARY"), "{wrong}");
    let wrong = read(r#"{ "name": "x", "deadline_seconds": "CANARY" }"#);
    assert!(wrong.starts_with("deadline_seconds: not of the right type or value, expected u32 at line 1"), "{wrong}");
    assert!(read(r#"{ "name": "x", "deadline_seconds": -1 }"#).starts_with("deadline_seconds: "));
    for text in ["", "{", "x", "null", "{\"name\":\"x\"} {}", "\u{feff}{}"] {
        assert!(!read(text).contains("CANARY"));
    }
    // What can be read is checked.
    assert_eq!(refused(Provider::from_json("{}")), ("name".to_owned(), Empty));
    let insecure = r#"{ "name": "x", "token_endpoint": "http://id.example/" }"#;
    assert_eq!(refused(Provider::from_json(insecure)), ("token_endpoint".to_owned(), NotHttps));
}

#[test]
fn scopes_client_ids_secrets_and_verifiers() {
    let field = |field: &str, reason| (field.to_owned(), reason);
    assert_eq!(refused(Scope::new([""])), field("scope", Empty));
    assert_eq!(refused(Scope::new(["ok", "a b"])), field("scope", ForbiddenCharacter { at: 1 }));
    for token in ["\"", "\\", "\n", "\u{7f}", "é"] {
        assert_eq!(refused(Scope::new([token])), field("scope", ForbiddenCharacter { at: 0 }), "{token:?}");
    }
    assert!(Scope::new(["!#[]~", "https://example.com/a?b=c&d", "a,b"]).is_ok());

    assert_eq!(refused(Registration::new("")), field("client_id", Empty));
    assert_eq!(refused(Registration::new("a\nb")), field("client_id", ForbiddenCharacter { at: 1 }));
    assert_eq!(refused(Registration::new("é")), field("client_id", ForbiddenCharacter { at: 0 }));
    assert!(Registration::new("a b:c&=\"\\").is_ok());
    let empty = Client::confidential(provider(), registration(), "".into());
    assert_eq!(refused(empty), field("client_secret", Empty));
    assert!(Client::confidential(provider(), registration(), "\n\u{1F600}".into()).is_ok());

    let length = || WrongLength { min: 43, max: 128 };
    assert_eq!(refused(CodeVerifier::new(&"a".repeat(42))), field("code_verifier", length()));
    assert_eq!(refused(CodeVerifier::new(&"a".repeat(129))), field("code_verifier", length()));
    assert_eq!(refused(CodeVerifier::new(&"+".repeat(43))), field("code_verifier", ForbiddenCharacter { at: 0 }));
    assert!(CodeVerifier::new(&"-._~".repeat(32)).is_ok());

    let json = r#"{"client_id":"app","redirect_uri":"https://a/","scope":"b a","secret":"CANARY"}"#;
    let error = serde_json::from_str::<Registration>(json).unwrap_err().to_string();
    assert!(error.starts_with("unknown field `secret`") && !error.contains("CANARY"), "{error}");
}

#[test]
fn redirect_uris_that_are_refused() {
    for (uri, reason) in [
        ("", Empty),
        ("/cb", NotAUrl),
        ("app.example/cb", NotAUrl),
        ("http://app.example/cb", NotHttps),
        ("http://localhost.evil.example/", NotHttps),
        ("https:app.example/cb", NotAUrl),
        ("https:/app.example/cb", NotAUrl),
        ("https:///app.example/cb", NotAUrl),
        ("https://app.example/cb#", HasFragment),
        ("https://user@app.example/cb", HasUserInformation),
        ("https://@app.example/cb", HasUserInformation),
        ("http://:x@localhost/cb", HasUserInformation),
        ("com.example.app://user@host/cb", HasUserInformation),
        ("javascript:alert(1)", ForbiddenScheme),
        ("JavaScript:alert(1)", ForbiddenScheme),
        ("data:text/html,x", ForbiddenScheme),
        ("file:///etc/passwd", ForbiddenScheme),
        ("ftp://app.example/", ForbiddenScheme),
        ("https://app.example/c b", ForbiddenCharacter { at: 21 }),
        ("https://app.example\\cb", ForbiddenCharacter { at: 19 }),
        ("https://app.example/\r\nX", ForbiddenCharacter { at: 20 }),
        ("https://\u{e4}pp.example/", ForbiddenCharacter { at: 8 }),
    ] {
        assert_eq!(refused(RedirectUri::new(uri)), ("redirect_uri".to_owned(), reason), "{uri:?}");
    }
}

#[test]
fn redirect_uris_are_kept_byte_for_byte() {
    for uri in [
        "https://App.EXAMPLE:443/cb",
        "HTTPS://app.example",
        "https://app.example/",
        "https://app.example//a/../b/./",
        "https://app.example/cb?b=2&a=%7e%7E",
        "https://app.example/cb?",
        "http://127.0.0.1:49152/cb",
        "http://[::1]:49152/cb",
        "http://localhost/cb",
        "com.example.app:/cb",
        "com.example.app://cb",
    ] {
        let kept = RedirectUri::new(uri).unwrap();
        assert_eq!(kept.as_str(), uri);
        // Stored, it is the same; and sent, it is decoded to the same.
        assert_eq!(serde_json::to_string(&kept).unwrap(), format!("{uri:?}"));
        assert_eq!(serde_json::from_str::<RedirectUri>(&format!("{uri:?}")).unwrap().as_str(), uri);
        let login = Scenario::new().login().redirect_uri(kept);
        let (url, _) = login.authorize(scenario::entropy(), scenario::at(0));
        let sent = url::Url::parse(url.as_str()).unwrap();
        let sent: Vec<_> = sent.query_pairs().filter(|(name, _)| name == "redirect_uri").collect();
        assert_eq!(sent, [("redirect_uri".into(), uri.into())]);
    }
}

#[test]
fn callbacks_of_any_text_are_refused_without_a_panic() {
    let scenario = Scenario::new();
    for text in
        ["", "?", "#", "&", "=", "?=&=", "%", "?%", "?state=%", "??state=", "\u{1F600}", "?state=\u{1F600}", "\0"]
    {
        for callback in [Callback::url(text), Callback::query(text), Callback::fragment(text)] {
            let error = scenario.awaiting_code().receive(&scenario.client, callback, scenario::at(1)).unwrap_err();
            assert!(error.into_awaiting().is_some(), "{text:?}");
        }
    }
}
