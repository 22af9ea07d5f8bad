//! How an access token is shown to an API, and to which.

use oauth_proto::{
    AccessOnly, Authorized, Confidential, Granted, Keeper, PresentError, Remedy, Standing,
    dialect::{Presentation, TokenForm},
    error::Reason,
    introspection::Validity,
    stored,
};
use serde_json::{Value, json};

use crate::{
    provider, refused,
    scenario::{ACCESS_ONLY, STATE, Scenario, answer, at},
    with,
};

const API: &str = "https://api.example/me";

fn step(step: Value) -> Scenario<Confidential> {
    with(json!({ "checks": { "me": "https://id.example/me?v=1" }, "dialect": { "presentation": step } }))
}

/// The header field that shows `token`.
fn header(scenario: &Scenario<Confidential>, token: &str) -> String {
    let header = authorized(scenario, token).header_for(&scenario.client, API).unwrap();
    format!("{}: {}", header.name(), header.expose_value())
}

fn authorized(scenario: &Scenario<Confidential>, token: &str) -> Authorized<AccessOnly> {
    let tokens = scenario.client.import_access_token_from_elsewhere(token.into(), None).unwrap();
    let Standing::Authorized(authorized) = tokens.at(at(0)) else { panic!() };
    authorized
}

#[test]
fn the_default_of_each_field_is_the_rfc() {
    let Presentation { header: name, scheme, form, query_parameter, .. } = Presentation::default();
    assert_eq!(
        (&*name, scheme.as_deref(), form, query_parameter),
        ("Authorization", Some("Bearer"), TokenForm::Token, None)
    );
    let said = json!({ "header": "Authorization", "scheme": "Bearer", "form": "token", "query_parameter": null });
    assert_eq!(provider(json!({ "dialect": { "presentation": said } })), provider(json!({})));
    assert_eq!(header(&step(json!({})), "A1"), "Authorization: Bearer A1");
}

#[test]
fn header_scheme_and_form() {
    for (said, expected) in [
        (json!({ "header": "X-Token" }), "X-Token: Bearer A:1"),
        (json!({ "scheme": "token" }), "Authorization: token A:1"),
        (json!({ "header": "X-Token", "scheme": null }), "X-Token: A:1"),
        (json!({ "scheme": "Basic", "form": "basic_user" }), "Authorization: Basic QToxOg=="),
        (json!({ "header": "X-Auth", "scheme": "Basic", "form": "basic_user" }), "X-Auth: Basic QToxOg=="),
    ] {
        let scenario = step(said);
        assert_eq!(header(&scenario, "A:1"), expected);
        let keeper = Keeper::new(authorized(&scenario, "A:1").into_token_set());
        let field = keeper.header_for(&scenario.client, API, at(0)).unwrap();
        assert_eq!(format!("{}: {}", field.name(), field.expose_value()), expected);
        // A check of the provider's own is shown the token in the same way.
        let (request, _) = authorized(&scenario, "A:1").check(&scenario.client, "me").unwrap();
        let field = &request.headers()[0];
        assert_eq!(format!("{}: {}", field.name(), field.expose_value()), expected);
    }
}

#[test]
fn what_is_no_header_and_no_scheme_is_refused_when_the_client_is_made() {
    for (said, field, reason) in [
        (json!({ "form": "basic_user", "scheme": null }), "form", Reason::GoesOnlyWith("the scheme `Basic`")),
        (json!({ "form": "basic_user" }), "form", Reason::GoesOnlyWith("the scheme `Basic`")),
        (json!({ "scheme": "" }), "scheme", Reason::Empty),
        (json!({ "scheme": "a b" }), "scheme", Reason::ForbiddenCharacter { at: 1 }),
        (json!({ "header": "" }), "header", Reason::Empty),
        (json!({ "header": "Proxy Authorization" }), "header", Reason::ForbiddenCharacter { at: 5 }),
        (json!({ "header": "upgrade" }), "header", Reason::ReservedName),
        (json!({ "query_parameter": "" }), "query_parameter", Reason::Empty),
        (json!({ "query_parameter": "a b" }), "query_parameter", Reason::ForbiddenCharacter { at: 1 }),
    ] {
        let found = refused(json!({ "dialect": { "presentation": said } }));
        assert_eq!(found, (format!("dialect.presentation.{field}"), reason));
    }
}

#[test]
fn a_token_in_the_query() {
    let scenario = step(json!({ "query_parameter": "access&token" }));
    for (url, expected) in [
        ("https://api.example", "https://api.example?access%26token=A%261%2B%25"),
        ("https://api.example/me", "https://api.example/me?access%26token=A%261%2B%25"),
        ("https://api.example/me?", "https://api.example/me?access%26token=A%261%2B%25"),
        ("https://API.example:443/me?q=%7e&b", "https://API.example:443/me?q=%7e&b&access%26token=A%261%2B%25"),
        ("https://api.example/me?q=1&", "https://api.example/me?q=1&access%26token=A%261%2B%25"),
    ] {
        let url_for = authorized(&scenario, "A&1+%").url_for(&scenario.client, url).unwrap();
        assert_eq!(url_for.expose(), expected);
        let keeper = Keeper::new(authorized(&scenario, "A&1+%").into_token_set());
        assert_eq!(keeper.url_for(&scenario.client, url, at(0)).unwrap().expose(), expected);
    }
    assert_eq!(format!("{:?}", authorized(&scenario, "CANARY").url_for(&scenario.client, API)), "Ok(Secret(redacted))");
    // It goes nowhere else.
    for (url, expected) in [
        ("https://evil.example/", PresentError::ForeignOrigin),
        ("https://api.example.evil.example/", PresentError::ForeignOrigin),
        ("https://api.example:444/", PresentError::ForeignOrigin),
        ("http://api.example/", PresentError::NotAUrl),
        ("https://u@api.example/", PresentError::NotAUrl),
        ("https://api.example/#x", PresentError::NotAUrl),
        ("/me", PresentError::NotAUrl),
        ("", PresentError::NotAUrl),
    ] {
        assert_eq!(authorized(&scenario, "A1").url_for(&scenario.client, url).unwrap_err(), expected, "{url}");
    }
    // Two readers of one URL must not see two tokens.
    for query in ["access%26token=x", "q=1&access%26token", "%61ccess%26token=&q=1"] {
        let url = format!("https://api.example/me?{query}");
        let error = authorized(&scenario, "A1").url_for(&scenario.client, &url).unwrap_err();
        assert_eq!(error, PresentError::AlreadyInUrl, "{query}");
    }
}

#[test]
fn a_header_and_a_url_refuse_each_other() {
    let (in_header, in_url) = (step(json!({})), step(json!({ "query_parameter": "key" })));
    let refused = authorized(&in_header, "A1").url_for(&in_header.client, API).unwrap_err();
    assert_eq!((refused, refused.remedy()), (PresentError::GoesIntoHeader, Remedy::Fix));
    let refused = authorized(&in_url, "A1").header_for(&in_url.client, API).unwrap_err();
    assert_eq!((refused, refused.remedy()), (PresentError::GoesIntoUrl, Remedy::Fix));
    let mut keeper = Keeper::new(authorized(&in_url, "A1").into_token_set());
    assert_eq!(keeper.header_for(&in_url.client, API, at(0)).unwrap_err(), PresentError::GoesIntoUrl);
    assert!(keeper.rejected(&"A1".into()));
    assert_eq!(keeper.url_for(&in_url.client, API, at(0)).unwrap_err(), PresentError::Expired);
    let other = with(json!({ "name": "elsewhere", "dialect": { "presentation": { "query_parameter": "key" } } }));
    assert_eq!(
        authorized(&in_url, "A1").url_for(&other.client, API).unwrap_err(),
        PresentError::WrongClient(oauth_proto::error::Mismatch::Server)
    );
}

/// A provider that reads tokens in the URL reads them there at its own endpoints, too.
#[test]
fn a_check_shows_the_token_where_the_provider_wants_it() {
    let scenario = step(json!({ "query_parameter": "key" }));
    let (request, checking) = authorized(&scenario, "CANARY&1").check(&scenario.client, "me").unwrap();
    assert_eq!(request.url(), "https://id.example/me?v=1&key=CANARY%261");
    assert!(request.headers().is_empty(), "and nowhere else");
    assert!(!format!("{request:?}").contains("CANARY"));
    assert_eq!(checking.finish(answer(200, "")).unwrap(), Validity::Good);
}

/// APIs whose origin comes along with the tokens.
fn told(origins: Value) -> Scenario<Confidential> {
    with(json!({ "api_origins": origins, "dialect": { "response": { "keep": ["instance_url", "dc.name"] } } }))
}

fn tokens(scenario: &Scenario<Confidential>, members: &Value) -> Authorized<AccessOnly> {
    let mut body: Value = serde_json::from_str(ACCESS_ONLY).unwrap();
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let oauth_proto::Granted::AccessOnly(authorized) = scenario.granted(&body.to_string()) else { panic!() };
    authorized
}

#[test]
fn an_origin_that_came_with_the_tokens() {
    let scenario = told(json!(["https://api.example", "{instance_url}", "https://{dc.name}.api.example.com"]));
    let of = |members: Value, url: &str| tokens(&scenario, &members).header_for(&scenario.client, url).map(drop);
    let instance = |url: &str| json!({ "instance_url": url });
    for (members, url) in [
        (json!({}), "https://api.example/"),
        (instance("https://na1.example.com"), "https://na1.example.com/v1/me?q"),
        (instance("https://na1.example.com"), "https://api.example/"),
        // A path in it says nothing: the whole origin is meant (RFC 6454 section 4).
        (instance("https://na1.example.com/services/data?x=1"), "https://na1.example.com/other"),
        (instance("HTTPS://NA1.example.com:443/"), "https://na1.example.com/"),
        (instance("https://na1.example.com:8443"), "https://na1.example.com:8443/"),
        (json!({ "dc": { "name": "us7" } }), "https://us7.api.example.com/"),
    ] {
        assert_eq!(of(members, url), Ok(()), "{url}");
    }
    for (members, url) in [
        (json!({}), "https://na1.example.com/"),
        (json!({ "instance_url": null }), "https://na1.example.com/"),
        (instance("https://na1.example.com"), "https://na1.example.com.evil.example/"),
        (instance("https://na1.example.com"), "https://na1.example.com:8443/"),
        (instance("https://na1.example.com"), "https://na2.example.com/"),
        (instance("https://u@na1.example.com"), "https://na1.example.com/"),
        (instance("https://na1.example.com#x"), "https://na1.example.com/"),
        (instance("https:na1.example.com"), "https://na1.example.com/"),
        (instance("na1.example.com"), "https://na1.example.com/"),
        (instance("https://na1.example.com\r\n"), "https://na1.example.com/"),
        (instance(""), "https://na1.example.com/"),
        (json!({ "instance_url": ["https://na1.example.com"] }), "https://na1.example.com/"),
        (json!({ "instance_url": 7 }), "https://na1.example.com/"),
        // Plaintext is none, on this machine either.
        (instance("http://na1.example.com"), "https://na1.example.com/"),
        (json!({ "dc": { "name": "" } }), "https://us7.api.example.com/"),
    ] {
        assert_eq!(of(members, url), Err(PresentError::ForeignOrigin), "{url}");
    }
    for url in ["http://na1.example.com/", "http://localhost/"] {
        assert_eq!(of(instance(url), url), Err(PresentError::NotAUrl), "{url}");
    }
    // What was stored and loaded again, and what a keeper keeps, knows it as well; what was imported does not.
    let row = stored::save(&tokens(&scenario, &instance("https://na1.example.com")).into_token_set());
    let keeper = Keeper::new(stored::load::<oauth_proto::AnyTokenSet>(row.as_bytes()).unwrap());
    let url = "https://na1.example.com/";
    assert!(keeper.header_for(&scenario.client, url, at(20)).is_ok());
    assert_eq!(authorized(&scenario, "A1").header_for(&scenario.client, url).unwrap_err(), PresentError::ForeignOrigin);
    // Without the entry it is told and not trusted.
    let silent = told(json!(["https://api.example"]));
    let refused = tokens(&silent, &instance("https://na1.example.com")).header_for(&silent.client, url).unwrap_err();
    assert_eq!(refused, PresentError::ForeignOrigin);
}

#[test]
fn an_origin_that_came_with_the_callback_keeps_to_its_rule() {
    let scenario = |rule: Value, origin: &str| {
        with(json!({ "api_origins": [origin], "dialect": { "callback": { "keep": { "x": rule } } } }))
    };
    let shown = |scenario: &Scenario<Confidential>, row: &str, url: &str| {
        let oauth_proto::AnyTokenSet::AccessOnly(tokens) = stored::load(row.as_bytes()).unwrap() else { panic!() };
        let Standing::Authorized(authorized) = tokens.at(at(20)) else { panic!() };
        authorized.header_for(&scenario.client, url).map(drop)
    };
    let row = |scenario: &Scenario<Confidential>, x: &str| {
        let query = format!("code=C1&state={STATE}&x={x}");
        let callback = oauth_proto::Callback::query(&query);
        let (_, flight) = scenario.awaiting_code().receive(&scenario.client, callback, at(10)).unwrap();
        stored::save(&flight.finish(answer(200, ACCESS_ONLY)).unwrap().into_any_token_set())
    };
    let shops = scenario(json!("dns_label"), "https://{x}.example.com");
    let bakery = row(&shops, "bakery");
    assert_eq!(shown(&shops, &bakery, "https://bakery.example.com/admin"), Ok(()));
    assert_eq!(shown(&shops, &bakery, "https://butcher.example.com/"), Err(PresentError::ForeignOrigin));
    // A row that was changed names no other host.
    for (changed, url) in [
        ("evil.example/", "https://evil.example/"),
        ("evil.example#", "https://evil.example/"),
        ("a.b", "https://a.b.example.com/"),
        ("u@evil", "https://evil.example.com/"),
    ] {
        let refused = shown(&shops, &bakery.replace("bakery", changed), url);
        assert_eq!(refused, Err(PresentError::ForeignOrigin), "{changed}");
    }
    let few = scenario(json!({ "one_of": ["https://api.example.eu", "https://api.example.in"] }), "{x}");
    let india = row(&few, "https://api.example.in");
    assert_eq!(shown(&few, &india, "https://api.example.in/"), Ok(()));
    assert_eq!(shown(&few, &india, "https://api.example.eu/"), Err(PresentError::ForeignOrigin));
    let changed = india.replace("https://api.example.in", "https://evil.example");
    assert_eq!(shown(&few, &changed, "https://evil.example/"), Err(PresentError::ForeignOrigin));
}

/// The browser brings it, so anybody can have put it there: the token would go to whoever named the host.
#[test]
fn a_callback_does_not_choose_an_origin() {
    for (rule, origin, reason) in [
        (json!("text"), "{x}", Reason::NotForUrls("x".into())),
        (json!("text"), "https://{x}.example.com", Reason::NotForUrls("x".into())),
        (json!("text"), "https://api.example/{x}", Reason::NotForUrls("x".into())),
        (json!("dns_label"), "https://{x}", Reason::NotALabel("x".into())),
        (json!("dns_label"), "https://{x}.com", Reason::NotALabel("x".into())),
        (json!("dns_label"), "https://a{x}.example.com", Reason::NotALabel("x".into())),
        (json!("dns_label"), "https://{x}.{y}", Reason::NotALabel("x".into())),
        (json!("path_segment"), "https://{x}.example.com", Reason::NotASegment("x".into())),
    ] {
        // Whether the tokens may say it too or not.
        for keep in [json!(["y"]), json!(["x", "y"])] {
            let found = refused(json!({ "api_origins": [origin], "dialect": {
                "callback": { "keep": { "x": rule } }, "response": { "keep": keep } } }));
            assert_eq!(found, ("api_origins".into(), reason.clone()), "{origin}");
        }
    }
    let unset = refused(json!({ "api_origins": ["{x}"] }));
    assert_eq!(unset, ("api_origins".into(), Reason::UnsetVariable("x".into())));
}

/// A token response may be told a name by whoever rents the name. It fills its place in an origin, and does not leave it.
#[test]
fn what_a_token_response_puts_into_an_origin() {
    let shown = |origin: &str, said: &str, url: &str| {
        let scenario = with(json!({ "api_origins": [origin], "dialect": { "response": { "keep": ["team"] } } }));
        let body = format!(r#"{{"access_token":"A1","token_type":"Bearer","team":{}}}"#, json!(said));
        let Granted::AccessOnly(authorized) = scenario.granted(&body) else { panic!() };
        authorized.header_for(&scenario.client, url).is_ok()
    };
    let label = "https://{team}.example.com";
    assert!(shown(label, "acme", "https://acme.example.com/v1"));
    for said in
        ["evil.test/", "evil.test?", "evil.test:443/", "evil.test#", "a.b", "", "-", "u@evil.test/", "evil.test\\"]
    {
        assert!(!shown(label, said, "https://evil.test/steal"), "{said}");
        assert!(!shown(label, said, "https://a.b.example.com/"), "{said}");
    }
    // Where the server names the whole host or URL, it is the server's to name.
    assert!(shown("{team}", "https://eu.example.com", "https://eu.example.com/v1"));
    assert!(shown("https://{team}", "eu.example.com", "https://eu.example.com/v1"));
    assert!(shown("https://{team}/v1", "eu.example.com", "https://eu.example.com/v1"));
    assert!(!shown("{team}", "http://eu.example.com", "http://eu.example.com/v1"), "not without TLS");
    // A place that is neither is none.
    for origin in
        ["https://{team}example.com", "https://x.{team}", "https://{team}.com", "https://api-{team}.example.com"]
    {
        let fields = json!({ "api_origins": [origin], "dialect": { "response": { "keep": ["team"] } } });
        assert_eq!(refused(fields), ("api_origins".into(), Reason::NotALabel("team".into())), "{origin}");
    }
}

/// RFC 6750 section 2.3, and RFC 6749 section 3.1: no parameter twice, least of all the token.
#[test]
fn an_address_that_has_the_parameter_already() {
    let check = json!({ "checks": { "me": "https://id.example/me?access_token=x" },
        "dialect": { "presentation": { "query_parameter": "access_token" } } });
    assert_eq!(refused(check), ("checks".into(), Reason::ReservedName));
    let logout = |body: &str| json!({ "revocation": { "endpoint": "https://id.example/out?refresh_token=x", "parameter": "refresh_token", "body": body } });
    assert_eq!(refused(logout("query")), ("revocation.endpoint".into(), Reason::ReservedName));
    assert_eq!(provider(logout("form")).check(), Ok(()));
    // Nor does one of the values that a callback may bring.
    let token = |value: &str| {
        json!({ "token_endpoint": "https://id.example/t?z={o}",
            "dialect": { "token": { "body": "query" }, "callback": { "keep": { "o": { "one_of": ["1", value] } } } } })
    };
    assert_eq!(refused(token("1&client_id=evil")), ("token_endpoint".into(), Reason::ReservedName));
    assert_eq!(provider(token("2")).check(), Ok(()));
}
