//! Malformed input of the programmer's: each ends in an error that names the field and the reason.

mod scenario;

#[path = "bad_input/dialect.rs"]
mod dialect;

use oauth_proto::{
    Callback, Client, CodeVerifier, ConfigError, Provider, RedirectUri, Registration, Scope,
    dialect::IssuerParameter,
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
const ENDPOINTS: [(&str, Reason); 36] = [
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
    ("https://%69d.example/token", NotAUrl),
    // An address to one reader, a name to another.
    ("https://2130706433/token", NotAUrl),
    ("https://0x7f.1/token", NotAUrl),
    ("https://127.1/token", NotAUrl),
    ("https://0177.0.0.1/token", NotAUrl),
    ("https://id%2eexample/token", NotAUrl),
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
        set("follow_up_endpoint", |provider, url| provider.follow_up_endpoint = Some(url));
        set("checks", |provider, url| drop(provider.checks.insert("me".into(), url)));
        set("api_origins", |provider, url| provider.api_origins.push(url));
        set("revocation.endpoint", |provider, url| {
            let json = r#"{"name":"x","revocation":{"endpoint":"https://id.example/"}}"#;
            let mut logout = Provider::from_json(json).unwrap().revocation.unwrap();
            logout.endpoint = url;
            provider.revocation = Some(logout);
        });
    }
    let path = |length: usize| format!("https://id.example/{}", "a".repeat(length - 19));
    assert_eq!(with(|provider| provider.token_endpoint = Some(path(8192))), Ok(()));
    let found = with(|provider| provider.token_endpoint = Some(path(8193)));
    assert_eq!(refused(found), ("token_endpoint".to_owned(), WrongLength { min: 1, max: 8192 }));
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
    let too_long = || WrongLength { min: 1, max: 1024 };
    assert_eq!(with(|provider| provider.name = "a".repeat(1024)), Ok(()));
    assert_eq!(refused(with(|provider| provider.name = "a".repeat(1025))), field("name", too_long()));
    assert_eq!(with(|provider| provider.issuer = Some("a".repeat(1024))), Ok(()));
    assert_eq!(refused(with(|provider| provider.issuer = Some("a".repeat(1025)))), field("issuer", too_long()));
    assert_eq!(refused(with(|provider| provider.issuer = Some("".into()))), field("issuer", Empty));
    let issuer = refused(with(|provider| provider.issuer = Some("https://é".into())));
    assert_eq!(issuer, field("issuer", ForbiddenCharacter { at: 8 }));
    // An `iss` that must be there must have something to be compared with.
    let issuer = refused(with(|provider| provider.dialect.callback.issuer = IssuerParameter::Required));
    assert_eq!(issuer, field("issuer", Missing));
    assert_eq!(refused(with(|provider| provider.deadline_seconds = Some(0))), field("deadline_seconds", Empty));
    let query = "https://id.example/authorize?st%61te=x";
    let found = refused(with(|provider| provider.authorization_endpoint = Some(query.into())));
    assert_eq!(found, field("authorization_endpoint", ReservedName));
    let found = refused(with(|provider| provider.implicit_authorization_endpoint = Some(query.into())));
    assert_eq!(found, field("implicit_authorization_endpoint", ReservedName));
    let logout = |parameter: &str| {
        let json = format!(r#"{{"name":"x","revocation":{{"endpoint":"https://a/","parameter":"{parameter}"}}}}"#);
        refused(Provider::from_json(&json))
    };
    assert_eq!(logout(""), field("revocation.parameter", Empty));
    assert_eq!(logout("a b"), field("revocation.parameter", ForbiddenCharacter { at: 1 }));
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
    for broken in [
        "https://{host/",
        "https://host}/",
        "https://{}/",
        "https://{host}/}",
        "https://}{host}/",
        "{",
        "{{{",
        "{a{b}}",
    ] {
        assert_eq!(refused(fill(broken, &host)), token(BrokenTemplate), "{broken}");
    }
    // Two braces are the brace itself, which no URL has.
    let found = refused(fill("https://{host}/{{host}}", &host));
    assert_eq!(found, token(ForbiddenCharacter { at: 19 }));
    // Alternatives: the first whose variables all have a value.
    let either = "https://{host}/token || https://{tenant}.example.com/token";
    assert_eq!(fill(either, &host), Ok(()));
    assert_eq!(fill(either, &[("tenant", "acme")]), Ok(()));
    assert_eq!(refused(fill(either, &[])), token(UnsetVariable("host".into())));
    assert_eq!(refused(fill("https://{host || https://id.example/", &[])), token(BrokenTemplate));
    // A port is a part of what a variable may be; it ends no host that goes on behind it.
    assert_eq!(fill("https://{host}/", &[("host", "id.example:8443")]), Ok(()));
    assert_eq!(refused(fill("https://{host}.example.com/", &[("host", "evil.example:443")])), token(NotAUrl));
    let variable = |reason| ("variables.host".to_owned(), reason);
    assert_eq!(refused(fill("https://id.example/", &host)), variable(UnknownVariable));
    for (value, reason) in [
        ("", Empty),
        (".", Empty),
        ("..", Empty),
        ("a/b", ForbiddenCharacter { at: 1 }),
        ("evil.example?", ForbiddenCharacter { at: 12 }),
        ("a@b", ForbiddenCharacter { at: 1 }),
        ("a%2fb", ForbiddenCharacter { at: 1 }),
        ("{host}", ForbiddenCharacter { at: 0 }),
        ("a b", ForbiddenCharacter { at: 1 }),
    ] {
        assert_eq!(refused(fill("https://{host}/", &[("host", value)])), variable(reason), "{value}");
    }
    // They go into every stored state, unless there is an issuer.
    let long = "v".repeat(4096);
    let found = refused(fill("https://id.example/{long}", &[("long", &long)]));
    assert_eq!(found, ("variables".to_owned(), WrongLength { min: 1, max: 4096 }));
    let odd = refused(fill("https://id.example/", &[("a\nb", "x")]));
    assert_eq!(odd, ("variables.a\\nb".to_owned(), UnknownVariable));
}

#[test]
fn a_provider_file_has_so_many_members_and_no_more() {
    let file = |count: usize| {
        let checks: Vec<_> = (2..count).map(|n| format!(r#""c{n}":"https://id.example/:{n}""#)).collect();
        format!(r#"{{"name":"x","checks":{{{}}}}}"#, checks.join(","))
    };
    assert!(Provider::from_json(&file(256)).is_ok());
    assert_eq!(refused(Provider::from_json(&file(257))), ("provider".to_owned(), TooMany { max: 256 }));
}

#[test]
fn provider_files() {
    let read = |json: &str| match refused(Provider::from_json(json)) {
        (field, Unreadable(words)) if field == "provider" => words,
        other => panic!("{other:?}"),
    };
    let names = |json: &str| match refused(Provider::from_json(json)) {
        (field, UnknownName { known }) => (field, known.contains(&"body".into()), known.contains(&"name".into())),
        other => panic!("{other:?}"),
    };
    let unknown = names(r#"{ "name": "x", "tokn_endpoint": "CANARY" }"#);
    assert_eq!(unknown, ("tokn_endpoint".to_owned(), false, true));
    let unknown = names(r#"{ "name": "x", "dialect": { "token": { "boddy": "json" } } }"#);
    assert_eq!(unknown, ("dialect.token.boddy".to_owned(), true, false));
    // A name is anybody's text: it breaks no log line, fills none, and does not pass for the list of what there is.
    let unknown = names(r#"{ "name": "x", "a`, expected one of `b\n": 1 }"#);
    assert_eq!(unknown, ("a`, expected one of `b\\n".to_owned(), false, true));
    let wrong =
        refused(Provider::from_json("{ \"name\": \"x\",\n \"dialect\": { \"token\": { \"body\": \"CANARY\" } } }"));
    let known = ["form", "json", "query"].map(Box::from).to_vec();
    assert_eq!(wrong, ("dialect.token.body".to_owned(), UnknownValue { known }));
    let wrong = read(r#"{ "name": "x", "deadline_seconds": "CANARY" }"#);
    assert!(wrong.starts_with("deadline_seconds: not of the right type or value, expected u32 at line 1"), "{wrong}");
    assert!(read(r#"{ "name": "x", "deadline_seconds": -1 }"#).starts_with("deadline_seconds: "));
    for text in ["", "{", "x", "null", "{\"name\":\"x\"} {}", "\u{feff}{}"] {
        assert!(!read(text).contains("CANARY"));
    }
    // A list is no object whose fields come in some order (serde takes it for one), at any level.
    for (path, file) in [
        ("provider", r#"["x"]"#),
        ("dialect", r#"{ "name": "x", "dialect": [] }"#),
        ("dialect.token", r#"{ "name": "x", "dialect": { "token": ["GET", "query"] } }"#),
        ("dialect.follow_up", r#"{ "name": "x", "dialect": { "follow_up": [] } }"#),
        ("dialect.response.error", r#"{ "name": "x", "dialect": { "response": { "error": ["e"] } } }"#),
        ("revocation", r#"{ "name": "x", "revocation": ["https://id.example/"] }"#),
    ] {
        assert_eq!(refused(Provider::from_json(file)), (path.to_owned(), NotAnObject), "{file}");
    }
    // Nor is the last of two names taken, where the reader would take it.
    for (path, file) in [
        ("variables.a", r#"{ "name": "x", "variables": { "a": "1", "a": "2" } }"#),
        (
            "dialect.token.headers.X",
            r#"{ "name": "x", "dialect": { "token": { "headers": { "X": "1", "X": "2" } } } }"#,
        ),
        (
            "dialect.authorize.parameters.add.p",
            r#"{ "name": "x", "dialect": { "authorize": { "parameters": { "add": { "p": 1, "\u0070": 2 } } } } }"#,
        ),
        (
            "dialect.callback.keep.k",
            r#"{ "name": "x", "dialect": { "callback": { "keep": { "k": "text", "k": "dns_label" } } } }"#,
        ),
    ] {
        assert_eq!(refused(Provider::from_json(file)), (path.to_owned(), Repeated), "{file}");
    }
    // A value of another type is named by its path, whatever the reader calls it.
    let number = refused(Provider::from_json(r#"{ "name": "x", "dialect": { "token": { "body": 3 } } }"#));
    assert_eq!(number, ("dialect.token.body".to_owned(), Unreadable("not of the right type".into())));
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
    let many = |count: usize| Scope::new((0..count).map(|n| n.to_string()));
    assert!(many(256).is_ok());
    assert_eq!(refused(many(257)), field("scope", TooMany { max: 256 }));
    assert_eq!(refused(Scope::new((0..).map(|n: u64| n.to_string()))), field("scope", TooMany { max: 256 }));
    assert!(Scope::new(["a".repeat(16_384)]).is_ok());
    let long = WrongLength { min: 0, max: 16_384 };
    assert_eq!(refused(Scope::new(["a".repeat(16_385)])), field("scope", long.clone()));
    assert_eq!(refused(Scope::new(["a".repeat(8192), "b".repeat(8192)])), field("scope", long));
    assert!(Scope::new(["!#[]~", "https://example.com/a?b=c&d", "a,b"]).is_ok());

    assert_eq!(refused(Registration::new("")), field("client_id", Empty));
    assert_eq!(refused(Registration::new("a\nb")), field("client_id", ForbiddenCharacter { at: 1 }));
    assert_eq!(refused(Registration::new("é")), field("client_id", ForbiddenCharacter { at: 0 }));
    assert!(Registration::new("a".repeat(1024)).is_ok());
    assert_eq!(refused(Registration::new("a".repeat(1025))), field("client_id", WrongLength { min: 1, max: 1024 }));
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
fn tokens_from_elsewhere() {
    let client = Scenario::new().client;
    let one = |token: &str| client.import_access_token_from_elsewhere(token.into(), None).map(drop);
    let both = |access: &str, refresh: &str| {
        client.import_refreshable_tokens_from_elsewhere(access.into(), refresh.into(), None).map(drop)
    };
    let length = || WrongLength { min: 1, max: 65_536 };
    let longest = "a b\"~".to_owned() + &"t".repeat(65_531);
    assert_eq!((one(&longest), both(&longest, &longest)), (Ok(()), Ok(())));
    let too_long = "t".repeat(65_537);
    for (token, reason) in [
        ("", Empty),
        // The line break of a file.
        ("A1\n", ForbiddenCharacter { at: 2 }),
        ("A1\r\nX-Own: y", ForbiddenCharacter { at: 2 }),
        ("\0", ForbiddenCharacter { at: 0 }),
        ("\u{7f}", ForbiddenCharacter { at: 0 }),
        ("caf\u{e9}", ForbiddenCharacter { at: 3 }),
        (&*too_long, length()),
    ] {
        assert_eq!(refused(one(token)), ("access_token".to_owned(), reason.clone()), "{token:?}");
        assert_eq!(refused(both(token, "R1")), ("access_token".to_owned(), reason.clone()), "{token:?}");
        assert_eq!(refused(both("A1", token)), ("refresh_token".to_owned(), reason), "{token:?}");
    }
}

#[test]
fn redirect_uris_that_are_refused() {
    let long = format!("https://app.example/{}", "a".repeat(8192 - 20));
    assert!(RedirectUri::new(long.as_str()).is_ok());
    assert_eq!(refused(RedirectUri::new(long + "a")), ("redirect_uri".to_owned(), WrongLength { min: 1, max: 8192 }));
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
        ("https://%61pp.example/cb", NotAUrl),
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
