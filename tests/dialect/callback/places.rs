//! Where in a URL a kept value may stand.

use super::*;

/// `xn--` begins a label whose rest must be punycode: where it is not, the URL is none.
#[test]
fn a_label_that_makes_no_url_is_refused_as_such() {
    let scenario = with(bound(json!("dns_label"), "https://{x}.example.com/token"));
    for value in ["xn--", "xn--a", "xn--999999999", "XN--\u{0}", "xn--zz-"] {
        let found = sent_to(&scenario, &format!("&x={}", encoded(value)), "shop");
        assert_eq!(found, Err(KeptFault::NotAllowed), "{value:?}");
    }
    let found = sent_to(&scenario, "&x=xn--bcher-kva", "shop");
    assert_eq!(found.as_deref(), Ok("https://xn--bcher-kva.example.com/token"));
}

#[test]
fn templates_that_would_let_a_callback_choose_the_server() {
    let label = || Reason::NotALabel("x".into());
    let segment = || Reason::NotASegment("x".into());
    let fields = ["token_endpoint", "refresh_endpoint", "follow_up_endpoint"];
    let rows: [(Value, &[&str], Reason); 3] = [
        (
            json!("dns_label"),
            &[
                "https://{x}/",
                "https://{x}",
                "https://{x}.com/",
                "https://{x}.com",
                "https://{x}.com./",
                "https://{x}..com/",
                "https://{x}example.com/",
                "https://{x}:443/",
                "https://{x}.example:443/",
                "https://a{x}.example.com/",
                "https://a-{x}.example.com/",
                "https://example.com.{x}/",
                "https://example.com{x}/",
                "https://www.{x}.com/",
                "https://{x}.{x}.com/",
                "https://{x}.{x}.example.com/",
                "https://example.com/{x}",
                "https://example.com/{x}/token",
                "https://example.com/a.{x}.b.c/",
                "https://user:{x}.example.com@evil.example/",
                "https://{x}@example.com/",
                "https://{x}?.example.com/",
                "{x}",
                "{x}.example.com",
                "https:{x}.example.com/",
                "https://example.com?x={x}",
            ],
            label(),
        ),
        (
            json!("path_segment"),
            &[
                "https://{x}/",
                "https://{x}.example.com/",
                "https://example.com/{x}.json",
                "https://example.com/a{x}",
                "https://example.com/a{x}/token",
                "https://example.com/{x}{x}",
                "https://example.com/{x}:y",
                "https://example.com{x}",
                "https://example.com:{x}/",
                "https://example.com/?x={x}",
                "{x}",
                "https:/{x}/example.com/",
            ],
            segment(),
        ),
        (
            json!("text"),
            &["https://{x}.example.com/", "https://example.com/{x}", "https://example.com/?x={x}", "{x}"],
            Reason::NotForUrls("x".into()),
        ),
    ];
    for (rule, templates, reason) in rows {
        for (template, field) in templates.iter().flat_map(|template| fields.map(|field| (template, field))) {
            let mut found = bound(rule.clone(), "https://id.example/token");
            found[field] = json!(template);
            assert_eq!(refused(found), (field.to_owned(), reason.clone()), "{template}");
        }
    }
    // What comes with the tokens is not there when the first token is asked for.
    let told = json!({ "token_endpoint": "https://id.example/{x}", "dialect": { "response": { "keep": ["x"] } } });
    assert_eq!(refused(told), ("token_endpoint".into(), Reason::NotYetKnown));
}

#[test]
fn templates_that_keep_a_request_at_the_providers() {
    for (rule, template) in [
        (json!("dns_label"), "https://{x}.example.com"),
        (json!("dns_label"), "https://{x}.example.com:8443/token"),
        (json!("dns_label"), "https://{x}.example.com?v=1"),
        (json!("dns_label"), "https://login.{x}.example.com/"),
        (json!("path_segment"), "https://example.com/{x}"),
        (json!("path_segment"), "https://example.com/a/{x}/{x}/token"),
        (json!("path_segment"), "https://example.com/{x}?v=1"),
        (json!({ "one_of": ["https://a.example", "https://b.example:8443"] }), "{x}/token"),
        (json!({ "one_of": ["a", "b"] }), "https://{x}.com/"),
        (json!({ "one_of": ["a/b"] }), "https://example.com/{x}"),
    ] {
        let mut fields = bound(rule, template);
        for field in ["refresh_endpoint", "follow_up_endpoint"] {
            fields[field] = json!(template);
        }
        assert_eq!(provider(fields).check(), Ok(()), "{template}");
    }
    // Each of a few is tried when the client is made.
    for (value, reason) in [
        ("http://a.example", Reason::NotHttps),
        ("a.example", Reason::NotAUrl),
        ("https://u@a.example", Reason::HasUserInformation),
        ("https://a.example/#", Reason::HasFragment),
    ] {
        let fields = bound(json!({ "one_of": ["https://a.example", value] }), "{x}/token");
        assert_eq!(refused(fields), ("token_endpoint".into(), reason), "{value}");
    }
    let empty = bound(json!({ "one_of": [] }), "{x}/token");
    assert_eq!(refused(empty), ("dialect.callback.keep.x".into(), Reason::Empty));
    let odd = bound(json!({ "one_of": ["ok", "a\nb"] }), "https://example.com/{x}");
    assert_eq!(refused(odd), ("dialect.callback.keep.x".into(), Reason::ForbiddenCharacter { at: 1 }));
}

/// The browser goes to these before there is a callback, or without one.
#[test]
fn what_is_asked_before_the_callback_is_not_made_of_it() {
    let keep = json!({ "callback": { "keep": { "x": "dns_label" } }, "response": { "keep": ["y"] } });
    for name in ["x", "y"] {
        let url = format!("https://{{{name}}}.example.com/");
        for (field, value) in [
            ("authorization_endpoint", json!(url)),
            ("implicit_authorization_endpoint", json!(url)),
            ("checks", json!({ "me": url })),
            ("revocation", json!({ "endpoint": url })),
        ] {
            let mut fields = json!({ "dialect": keep });
            fields[field] = value;
            let field = if field == "revocation" { "revocation.endpoint" } else { field };
            assert_eq!(refused(fields), (field.to_owned(), Reason::NotYetKnown), "{name}");
        }
        if name == "y" {
            let fields = json!({ "dialect": keep, "token_endpoint": url });
            assert_eq!(refused(fields.clone()), ("token_endpoint".into(), Reason::NotYetKnown), "{name}");
            assert!(provider(fields).unset_variables().is_empty(), "nobody can set it");
            // Another address is there for the time before the tokens.
            let fields = json!({ "dialect": keep, "token_endpoint": format!("{url} || https://id.example/token") });
            assert_eq!(provider(fields).check(), Ok(()));
        }
        let mut fields = json!({ "dialect": keep });
        fields["dialect"]["authorize"] = json!({ "parameters": { "add": { "p": format!("{{{name}}}") } } });
        assert_eq!(refused(fields), ("dialect.authorize.parameters.add".into(), Reason::NotYetKnown));
    }
    // What the tokens bring is there at the refresh, and not when the code is exchanged.
    for (place, value) in [("headers", json!({ "X-Y": "{y}" })), ("parameters", json!({ "add": { "p": "{y}" } }))] {
        let mut fields = json!({ "dialect": keep });
        fields["dialect"]["token"] = json!({ place: value });
        let (field, reason) = refused(fields);
        assert!(field.starts_with("dialect.token") && reason == Reason::NotYetKnown, "{field} {reason:?}");
        let mut fields = json!({ "dialect": keep });
        fields["dialect"]["refresh"] = json!({ place: value });
        assert_eq!(provider(fields).check(), Ok(()));
    }
}

/// A label that is one, and a host that is none.
#[test]
fn labels_that_make_no_host() {
    let scenario = with(json!({ "token_endpoint": "https://{x}.1api.example.com/token",
        "dialect": { "callback": { "keep": { "x": "dns_label" } } } }));
    let receive = |value: &str| {
        let query = format!("code=C1&state={STATE}&x={value}");
        scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10))
    };
    assert!(receive("shop").is_ok());
    let CallbackError::NotOurs { fault, .. } = receive("xn--4dbrk0ce").unwrap_err() else { panic!("it is not ours") };
    assert_eq!(fault, CallbackFault::Kept { name: "x".into(), fault: KeptFault::NotAllowed });
}
