//! What an API says when it refuses: `WWW-Authenticate`, by examples here and for every input in the other files.

#[path = "challenge/limits.rs"]
mod limits;
#[path = "challenge/properties.rs"]
mod properties;

use std::time::Duration;

use oauth_proto::{
    Limits, Response, Scope,
    challenge::{Challenge, ChallengeFault, Challenges, ResourceErrorCode},
};

/// A challenge as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plain {
    scheme: String,
    token68: Option<String>,
    parameters: Vec<(String, String)>,
}

fn plain(challenges: &Challenges<'_>) -> Vec<Plain> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let each = |challenge: &Challenge<'_>| Plain {
        scheme: challenge.scheme().to_owned(),
        token68: challenge.token68().map(str::to_owned),
        parameters: challenge.parameters().map(owned).collect(),
    };
    challenges.iter().map(each).collect()
}

fn with(scheme: &str, parameters: &[(&str, &str)]) -> Plain {
    let parameters = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Plain { scheme: scheme.into(), token68: None, parameters }
}

fn token68(scheme: &str, text: &str) -> Plain {
    Plain { scheme: scheme.into(), token68: Some(text.into()), parameters: Vec::new() }
}

fn read<'a>(lines: &[&'a str]) -> Result<Challenges<'a>, ChallengeFault> {
    Challenges::read(lines.iter().copied(), &Limits::default())
}

#[track_caller]
fn reads(line: &str, expected: &[Plain]) {
    assert_eq!(read(&[line]).map(|challenges| plain(&challenges)).as_deref(), Ok(expected), "{line}");
}

#[track_caller]
fn refused(lines: &[&str], fault: ChallengeFault) {
    assert_eq!(read(lines), Err(fault), "{lines:?}");
}

/// The one challenge of a line.
#[track_caller]
fn only(line: &str) -> Challenge<'_> {
    let challenges = read(&[line]).unwrap();
    assert_eq!(challenges.iter().count(), 1, "{line}");
    challenges.iter().next().unwrap().clone()
}

#[test]
fn the_examples_of_http_are_read() {
    // RFC 9110 section 11.6.1.
    reads(
        r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#,
        &[
            with("basic", &[("realm", "simple")]),
            with("newauth", &[("realm", "apps"), ("type", "1"), ("title", r#"Login to "apps""#)]),
        ],
    );
    // RFC 7617 section 2.1.
    reads(r#"Basic realm="foo", charset="UTF-8""#, &[with("basic", &[("realm", "foo"), ("charset", "UTF-8")])]);
    // RFC 7616 section 3.9.1.
    reads(
        r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, opaque="FQ/+f==""#,
        &[with(
            "digest",
            &[
                ("realm", "http-auth@example.org"),
                ("qop", "auth, auth-int"),
                ("algorithm", "SHA-256"),
                ("opaque", "FQ/+f=="),
            ],
        )],
    );
    // RFC 4559 section 5.
    reads("Negotiate oYGeMIGboAMKAQ==", &[token68("negotiate", "oYGeMIGboAMKAQ==")]);
}

#[test]
fn the_examples_of_oauth_are_read() {
    // RFC 6750 section 3: no token was sent, and one that is expired.
    let none = only(r#"Bearer realm="example""#);
    assert_eq!((none.scheme(), none.realm(), none.error()), ("bearer", Some("example"), None));
    let line = r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#;
    let expired = only(line);
    assert_eq!(expired.error(), Some(ResourceErrorCode::InvalidToken));
    assert_eq!(expired.error_description(), Some("The access token expired"));

    // RFC 9470 section 3: a stronger login, and a more recent one.
    let stronger = only(
        r#"Bearer error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="myACR""#,
    );
    assert_eq!(stronger.error(), Some(ResourceErrorCode::InsufficientUserAuthentication));
    assert_eq!((stronger.acr_values(), stronger.max_age()), (Some("myACR"), None));
    let newer = only(r#"Bearer error="insufficient_user_authentication", max_age="5""#);
    assert_eq!((newer.acr_values(), newer.max_age()), (None, Some(Duration::from_secs(5))));

    // RFC 9449 sections 7.1, 7.2 and 9.
    assert_eq!(only(r#"DPoP algs="ES256 PS256""#).parameter("algs"), Some("ES256 PS256"));
    let bound = only(r#"DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256""#);
    assert_eq!((bound.scheme(), bound.error()), ("dpop", Some(ResourceErrorCode::InvalidToken)));
    reads(r#"Bearer, DPoP algs="ES256 PS256""#, &[with("bearer", &[]), with("dpop", &[("algs", "ES256 PS256")])]);
    let nonce =
        only(r#"DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof""#);
    assert_eq!(nonce.error(), Some(ResourceErrorCode::UseDpopNonce));

    // RFC 9728 section 5.1.
    let url = "https://resource.example.com/.well-known/oauth-protected-resource";
    let line = format!(r#"Bearer resource_metadata="{url}""#);
    assert_eq!(only(&line).resource_metadata(), Some(url));
}

#[test]
fn each_error_code_is_told_apart_and_others_are_kept() {
    let known = [
        ("invalid_request", ResourceErrorCode::InvalidRequest),
        ("invalid_token", ResourceErrorCode::InvalidToken),
        ("insufficient_scope", ResourceErrorCode::InsufficientScope),
        ("insufficient_user_authentication", ResourceErrorCode::InsufficientUserAuthentication),
        ("invalid_dpop_proof", ResourceErrorCode::InvalidDpopProof),
        ("use_dpop_nonce", ResourceErrorCode::UseDpopNonce),
        ("Invalid_Token", ResourceErrorCode::Other("Invalid_Token")),
        ("The token is no more", ResourceErrorCode::Other("The token is no more")),
    ];
    for (text, code) in known {
        let line = format!(r#"Bearer error="{text}""#);
        assert_eq!(only(&line).error(), Some(code), "{text}");
        assert_eq!(code.as_str(), text);
    }
    assert_eq!(only(r#"Bearer error="""#).error(), None);
}

#[test]
fn a_scope_or_an_age_that_breaks_its_grammar_is_none() {
    let scope = |value: &str| only(&format!("Bearer scope={value}")).scope();
    assert_eq!(scope(r#""openid profile""#), Some(Scope::new(["openid", "profile"]).unwrap()));
    assert_eq!(scope(r#""  openid  ""#), Some(Scope::new(["openid"]).unwrap()));
    for value in [r#""""#, r#"" ""#, r#""a\"b""#, r#""a\\b""#, "\"a\tb\"", "\"ö\""] {
        assert_eq!(scope(value), None, "{value}");
    }
    let age = |value: &str| only(&format!("Bearer max_age={value}")).max_age();
    assert_eq!(age("0"), Some(Duration::ZERO));
    assert_eq!(age("3600"), Some(Duration::from_secs(3600)));
    assert_eq!(age("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    for value in ["\"\"", "-1", "+1", "1.5", "\"5 \"", "1e3", "\"５\""] {
        assert_eq!(age(value), None, "{value}");
    }
}

#[test]
fn names_have_no_case_and_values_have() {
    reads(r#"BEARER Realm="Foo", ERROR=Bar"#, &[with("bearer", &[("realm", "Foo"), ("error", "Bar")])]);
    assert_eq!(only("Bearer ReALm=Foo").parameter("rEalM"), Some("Foo"));
    assert_eq!(only("NTLM aBc=").token68(), Some("aBc="));
    let challenges = read(&["BEARER a=1, Basic, bearer a=2"]).unwrap();
    let of_scheme: Vec<_> = challenges.of_scheme("Bearer").map(|each| each.parameter("a")).collect();
    assert_eq!(of_scheme, [Some("1"), Some("2")]);
}

#[test]
fn a_value_may_be_a_token_or_a_quoted_string() {
    for (written, value) in [
        ("foo", "foo"),
        ("'foo'", "'foo'"),
        (r#""""#, ""),
        (r#""foo%20bar""#, "foo%20bar"),
        (r#""a, b=c, Basic realm=d""#, "a, b=c, Basic realm=d"),
        (r#""\f\o\\\"""#, r#"fo\""#),
        ("\"a\tb\\\tc\"", "a\tb\tc"),
        // What is not ASCII is allowed there, with an escape before it or without.
        ("\"caf\u{e9} \\\u{e9} \u{85}\"", "caf\u{e9} \u{e9} \u{85}"),
    ] {
        reads(&format!("Scheme realm={written}"), &[with("scheme", &[("realm", value)])]);
        reads(&format!("Scheme realm \t=  {written} \t"), &[with("scheme", &[("realm", value)])]);
    }
    for written in [
        r"\f\o\o",
        r#""basic"#,
        r#""basic\"#,
        r#""basic\""#,
        r#""a"b"#,
        r#"a"b""#,
        "a b",
        "a/b",
        "a=b",
        "caf\u{e9}",
        "",
        "\"a\u{0}b\"",
        "\"a\nb\"",
        "\"a\\\nb\"",
        "\"a\u{7f}b\"",
        "\"a\\\u{7f}b\"",
        r#""a" "b""#,
        "a;b=c",
        ",b=c",
    ] {
        // `x=` before it: by itself, `realm=` is a token68.
        refused(&[&format!("Scheme x=y, realm={written}")], ChallengeFault::Malformed);
    }
}

#[test]
fn a_token68_stands_alone() {
    let text = "Y2hhbGxlbmdlIHdpdGggbW9yZSBiYXNlNjQgZGF0YQ";
    for padding in ["", "=", "==", "==="] {
        let text = format!("{text}{padding}");
        reads(&format!("NTLM {text}"), &[token68("ntlm", &text)]);
        let line = format!("NTLM  {text}\t, Scheme realm=\"foobar\"");
        reads(&line, &[token68("ntlm", &text), with("scheme", &[("realm", "foobar")])]);
    }
    reads("A a/b+c-d._~9", &[token68("a", "a/b+c-d._~9")]);
    reads("A realm=", &[token68("a", "realm=")]);
    reads("A realm= b", &[with("a", &[("realm", "b")])]);
    for line in ["A abc==, b=c", "A b=c, abc==", "A abc== def", "A =", "A a!==", "A a==b", "A a= =", "A\tabc"] {
        refused(&[line], ChallengeFault::Malformed);
    }
}

#[test]
fn empty_elements_are_passed_over() {
    let expected = [with("scheme", &[("realm", "foo"), ("a", "b"), ("c", "d")]), with("basic", &[])];
    reads(r#"Scheme realm="foo", a=b,,,c=d, Basic"#, &expected);
    reads("\t, ,Scheme realm=foo,a=b , ,\tc=d,,Basic,, ", &expected);
    // The list of parameters may begin with an empty element, but it does begin with a space.
    reads("Scheme , realm=foo,a=b,c=d,Basic", &expected);
    for line in ["Scheme, realm=foo", "Scheme\t, realm=foo", "Scheme \trealm=foo", "Scheme\trealm=foo"] {
        refused(&[line], ChallengeFault::Malformed);
    }
    for lines in [&[] as &[&str], &[""], &[","], &[" \t"], &[", ,\t,", "", ","]] {
        refused(lines, ChallengeFault::Empty);
    }
}

#[test]
fn lines_are_one_list() {
    let challenges = read(&[r#"Bearer realm="a, b""#, "", "Basic realm=c", "charset=UTF-8"]).unwrap();
    let expected = [with("bearer", &[("realm", "a, b")]), with("basic", &[("realm", "c"), ("charset", "UTF-8")])];
    assert_eq!(plain(&challenges), expected);
    // The space at the end of a line is not part of the value (RFC 9110 section 5.5).
    for lines in [["Scheme", "a=b"], ["Scheme ", "a=b"], ["Scheme a=\"b", "c\""], ["Scheme a", "=b"], ["a=b", "Scheme"]]
    {
        refused(&lines, ChallengeFault::Malformed);
    }
    let fields = [("WWW-Authenticate", "Bearer a=b"), ("X", "Basic"), ("www-authenticate", "c=d")];
    let response = Response::new(401, fields, "");
    assert_eq!(response.www_authenticate().collect::<Vec<_>>(), ["Bearer a=b", "c=d"]);
    let challenges = response.challenges(&Limits::default()).unwrap();
    assert_eq!(plain(&challenges), [with("bearer", &[("a", "b"), ("c", "d")])]);
    let none = Response::new(401, [("X", "Basic")], "");
    assert_eq!(none.challenges(&Limits::default()), Err(ChallengeFault::Empty));
}

#[test]
fn what_breaks_the_grammar_anywhere_is_no_challenge() {
    for line in [
        r#"Bearer error="ok", ???"#,
        r#"Bearer realm="a" error="b""#,
        r#"Bearer realm="a"; error="b""#,
        "Bearer: realm=a",
        "\"Bearer\" realm=a",
        "Bearer (comment)",
        "Bearer\u{a0}realm=a",
        "B\u{e9}arer",
        "Bearer realm=a\r\nSet-Cookie: a=b",
        "\u{feff}Bearer",
        "Bearer realm=a\0",
        "=",
        "Bearer a b",
    ] {
        refused(&[line], ChallengeFault::Malformed);
        // Whatever good stands before or after it.
        refused(&["Basic realm=x", line], ChallengeFault::Malformed);
        refused(&[line, "Basic realm=x"], ChallengeFault::Malformed);
    }
    // Parameters belong to a challenge that takes some.
    for lines in [
        &["error=a"] as &[&str],
        &["  error=\"a\", b=c"],
        &["Bearer =a"],
        &["NTLM abc=", "error=a"],
        &["Basic", "error=a"],
    ] {
        refused(lines, ChallengeFault::Malformed);
    }
}

#[test]
fn a_challenge_that_repeats_a_parameter_is_passed_over() {
    for line in [
        r#"Scheme realm="foo", realm="bar""#,
        r#"Bearer error="a", x=y, ERROR="a""#,
        r#"Bearer error="invalid_token", error="insufficient_scope""#,
    ] {
        refused(&[line], ChallengeFault::Repeated);
        refused(&[line, line], ChallengeFault::Repeated);
        for lines in [[line, "Basic realm=x"], ["Basic realm=x", line]] {
            assert_eq!(plain(&read(&lines).unwrap()), [with("basic", &[("realm", "x")])], "{lines:?}");
        }
    }
    refused(&["Bearer a=b, a=c, ?"], ChallengeFault::Malformed);
    // So do two lines that are one list.
    refused(&["Bearer a=b", "a=c"], ChallengeFault::Repeated);
    // The same name in two challenges is no repetition.
    reads("Bearer a=b, Bearer a=b", &[with("bearer", &[("a", "b")]), with("bearer", &[("a", "b")])]);
}

#[test]
fn words_break_no_log_line() {
    let line = "Bearer error=\"a\tb\u{85}\u{202e}c\", Negotiate abc==";
    let challenges = read(&[line]).unwrap();
    let shown = r#"bearer error="a\tb\u{85}\u{202e}c", negotiate abc=="#;
    assert_eq!(challenges.to_string(), shown);
    assert_eq!(format!("{challenges:?}"), format!("Challenges({shown})"));
    assert_eq!(format!("{:?}", challenges.iter().last()), "Some(Challenge(negotiate abc==))");
    let code = challenges.iter().next().unwrap().error().unwrap();
    assert_eq!(
        (code.to_string(), format!("{code:?}")),
        (r"a\tb\u{85}\u{202e}c".into(), format!("ResourceErrorCode({code})"))
    );
}
