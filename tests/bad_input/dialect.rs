//! Malformed dialects.

use oauth_proto::{
    Provider,
    dialect::{Kept, OkMember, Parameters, Renames},
    error::Reason::{self, *},
};

use crate::{refused, with};

const AUTHORIZE: &str = "dialect.authorize.parameters";
const TOKEN: &str = "dialect.token.parameters";
const REFRESH: &str = "dialect.refresh.parameters";
const FOLLOW_UP: &str = "dialect.follow_up.parameters";

fn follow_up(provider: &mut Provider) -> &mut Parameters {
    &mut provider.dialect.follow_up.get_or_insert_default().parameters
}

type Of = fn(&mut Provider) -> &mut Parameters;

/// A field, how it is set, and what is refused there.
type Row = (&'static str, fn(&mut Provider, &str), &'static [(&'static str, Reason)]);

#[test]
fn names_in_a_dialect() {
    type Step = (&'static str, Of, &'static str, &'static str);
    let steps: [Step; 4] = [
        (AUTHORIZE, |p| &mut p.dialect.authorize.parameters, "client_id", "scope"),
        (TOKEN, |p| &mut p.dialect.token.parameters, "code", "grant_type"),
        (REFRESH, |p| &mut p.dialect.refresh.parameters, "refresh_token", "grant_type"),
        (FOLLOW_UP, follow_up, "access_token", "client_id"),
    ];
    for (path, parameters, one, other) in steps {
        let (_, _, always, omittable) = MUST.into_iter().find(|(each, ..)| *each == path).unwrap();
        let all: Vec<&str> = always.iter().chain(omittable).copied().collect();
        let all = all.as_slice();
        let check = |end: String, reason, change: &dyn Fn(&mut Parameters)| {
            let found = refused(with(|provider| change(parameters(provider))));
            assert_eq!(found, (format!("{path}.{end}"), reason));
        };
        check("rename.kode".into(), unknown(all), &|step| _ = step.rename("kode", "x"));
        check(format!("rename.{one}"), Empty, &|step| _ = step.rename(one, ""));
        check(format!("rename.{one}"), ForbiddenCharacter { at: 1 }, &|step| _ = step.rename(one, "a b"));
        check(format!("rename.{one}"), Repeated, &|step| _ = step.rename(one, other));
        check("omit.kode".into(), unknown(omittable), &|step| _ = step.omit("kode"));
        check(format!("add.{one}"), ReservedName, &|step| _ = step.add(one, "x"));
        check("add.x".into(), ReservedName, &|step| _ = step.rename(one, "x").add("x", "1"));
        check("add.".into(), Empty, &|step| _ = step.add("", "x"));
        check("add.a\\u{7f}".into(), ForbiddenCharacter { at: 1 }, &|step| _ = step.add("a\u{7f}", "x"));
        check("add.x".into(), ForbiddenCharacter { at: 1 }, &|step| _ = step.add("x", "a\r\n"));
        let long = "a".repeat(100);
        check(format!("omit.{}", &long[..64]), unknown(omittable), &|step| _ = step.omit(long.as_str()));
    }
    type Rename = (&'static str, fn(&mut Provider) -> &mut Renames, &'static [&'static str], &'static str);
    let renames: [Rename; 2] = [
        ("dialect.callback.rename", |p| &mut p.dialect.callback.rename, CALLBACK, "state"),
        ("dialect.response.rename", |p| &mut p.dialect.response.rename, RESPONSE, "scope"),
    ];
    for (path, renames, all, other) in renames {
        let one = all[0];
        for (standard, name, reason) in [
            ("kode", "x", unknown(all)),
            (one, "", Empty),
            (one, "a\"b", ForbiddenCharacter { at: 1 }),
            (one, other, Repeated),
        ] {
            let found = refused(with(|provider| _ = renames(provider).rename(standard, name)));
            assert_eq!(found, (format!("{path}.{standard}"), reason));
        }
    }
}

const CALLBACK: &[&str] = &["code", "state", "error", "error_description", "error_uri", "iss"];
const RESPONSE: &[&str] = &["access_token", "refresh_token", "token_type", "expires_in", "scope", "nonce"];

/// The refusal lists the names that there are.
fn unknown(known: &[&str]) -> Reason {
    UnknownName { known: known.iter().map(|name| Box::from(*name)).collect() }
}

/// What each step must send, and what it may leave out.
const MUST: [(&str, Of, &[&str], &[&str]); 4] = [
    (
        AUTHORIZE,
        |p| &mut p.dialect.authorize.parameters,
        &["client_id", "state", "nonce", "code_challenge", "code_challenge_method"],
        &["response_type", "redirect_uri", "scope"],
    ),
    (
        TOKEN,
        |p| &mut p.dialect.token.parameters,
        &["code", "code_verifier", "client_secret", "username", "password"],
        &["grant_type", "client_id", "redirect_uri", "scope"],
    ),
    (
        REFRESH,
        |p| &mut p.dialect.refresh.parameters,
        &["refresh_token", "client_secret", "redirect_uri"],
        &["grant_type", "client_id"],
    ),
    (FOLLOW_UP, follow_up, &["access_token", "client_secret"], &["client_id"]),
];

#[test]
fn what_binds_a_request_is_neither_left_out_nor_replaced() {
    for (path, of, always, omittable) in MUST {
        let check = |change: &dyn Fn(&mut Parameters)| with(|provider| change(of(provider)));
        for name in always {
            let omitted = refused(check(&|step| _ = step.omit(*name)));
            assert_eq!(omitted, (format!("{path}.omit.{name}"), NotOmittable));
            // Leaving it out to put a fixed value in its place is no way round; nor is its name on this wire.
            let replaced = refused(check(&|step| _ = step.omit(*name).add(*name, "fixed")));
            assert_eq!(replaced, (format!("{path}.omit.{name}"), NotOmittable));
            // Where this crate sends no nonce, the provider's own may be in its place.
            if (path, *name) == (AUTHORIZE, "nonce") {
                assert_eq!(check(&|step| _ = step.add(*name, "fixed")), Ok(()));
                assert_eq!(check(&|step| _ = step.rename(*name, "x")), Ok(()));
                continue;
            }
            let added = refused(check(&|step| _ = step.add(*name, "fixed")));
            assert_eq!(added, (format!("{path}.add.{name}"), ReservedName));
            let renamed = refused(check(&|step| _ = step.rename(*name, "x").add("x", "fixed")));
            assert_eq!(renamed, (format!("{path}.add.x"), ReservedName));
            assert_eq!(check(&|step| _ = step.rename(*name, "x")), Ok(()));
        }
        for name in omittable {
            assert_eq!(check(&|step| _ = step.omit(*name)), Ok(()), "{path} {name}");
            assert_eq!(check(&|step| _ = step.omit(*name).add(*name, "fixed")), Ok(()), "{path} {name}");
        }
    }
    // A refresh asks for what was granted: it has no scope of its own, and one may be added.
    let refresh = |change: &dyn Fn(&mut Parameters)| with(|provider| change(&mut provider.dialect.refresh.parameters));
    let (_, _, always, omittable) = MUST[2];
    let all: Vec<&str> = always.iter().chain(omittable).copied().collect();
    let refused_as = |field: &str, known: &[&str]| (format!("{REFRESH}.{field}"), unknown(known));
    assert_eq!(refused(refresh(&|step| _ = step.omit("scope"))), refused_as("omit.scope", omittable));
    assert_eq!(refused(refresh(&|step| _ = step.rename("scope", "x"))), refused_as("rename.scope", &all));
    assert_eq!(refresh(&|step| _ = step.add("scope", "offline")), Ok(()));
}

#[test]
fn one_name_does_not_mean_two_things_in_an_implicit_callback() {
    let check = |response: &[(&str, &str)], callback: &[(&str, &str)]| {
        with(|provider| {
            for (name, wire) in response {
                provider.dialect.response.rename.rename(*name, *wire);
            }
            for (name, wire) in callback {
                provider.dialect.callback.rename.rename(*name, *wire);
            }
        })
    };
    let repeated = |name: &str| (format!("dialect.response.rename.{name}"), Repeated);
    for member in ["access_token", "refresh_token", "token_type", "expires_in", "scope", "nonce"] {
        for taken in ["code", "state", "iss", "error", "error_description", "error_uri"] {
            assert_eq!(refused(check(&[(member, taken)], &[])), repeated(member), "{member} {taken}");
        }
        // The other way round.
        assert_eq!(refused(check(&[], &[("code", member)])), repeated(member));
        assert_eq!(refused(check(&[(member, "x")], &[("state", "x")])), repeated(member));
        // An error of the token endpoint has its own name, whatever a callback calls it.
        assert_eq!(refused(check(&[(member, "error")], &[("error", "problem")])), repeated(member));
        // A name that a rename set free.
        assert_eq!(check(&[(member, "code")], &[("code", "x")]), Ok(()));
    }
    assert_eq!(check(&[("access_token", "refresh_token"), ("refresh_token", "access_token")], &[]), Ok(()));
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
            &[
                ("", Empty),
                ("\t", ForbiddenCharacter { at: 0 }),
                // What may stand inside a token separates nothing.
                ("a", ForbiddenCharacter { at: 0 }),
                (", Z", ForbiddenCharacter { at: 2 }),
                ("|0|", ForbiddenCharacter { at: 1 }),
                ("\u{e4}", ForbiddenCharacter { at: 0 }),
            ],
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
fn separators_that_are_taken() {
    for separator in [" ", ",", ", ", "|", ";", "+", "_"] {
        let found = with(|provider| provider.dialect.authorize.scope_separator = separator.into());
        assert_eq!(found, Ok(()), "{separator:?}");
    }
}

/// The field and the reason of a file that says `value` at `path`.
fn said(path: &str, value: &str) -> (String, Reason) {
    let mut file = value.to_owned();
    for name in path.rsplit('.') {
        file = format!("{{{name:?}:{file}}}");
    }
    let file = file.replacen('{', r#"{"name":"x","#, 1);
    let error = Provider::from_json(&file).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
    (error.field().to_owned(), error.reason().clone())
}

#[test]
fn values_that_there_are_not() {
    for (path, known) in [
        ("dialect.authorize.scope_encoding", &["form", "minimal"][..]),
        ("dialect.authorize.nonce", &["off", "echoed_with_tokens"]),
        ("dialect.authorize.pkce", &["always", "public_clients_only"]),
        ("dialect.authorize.fragment", &["route", "suffix"]),
        ("dialect.callback.id_token", &["refused", "ignored"]),
        ("dialect.callback.keep.x", &["text", "dns_label", "path_segment", "one_of"]),
        ("dialect.token.method", &["GET", "POST"]),
        ("dialect.token.body", &["form", "json", "query"]),
        (
            "dialect.refresh.client_authentication",
            &["basic", "body", "basic_and_body", "basic_and_client_id", "secret_as_basic_user", "none"],
        ),
        ("dialect.follow_up.basic_encoding", &["form", "none"]),
        ("dialect.refresh.deadline", &["none", "access_token_expiry"]),
        ("dialect.refresh.credential", &["refresh_token", "access_token"]),
        ("dialect.refresh.answer", &["new_tokens", "extends_seconds"]),
        ("dialect.response.format", &["json", "form"]),
        (
            "dialect.response.expiry",
            &[
                "seconds_from_now",
                "milliseconds_from_now",
                "seconds_since_epoch",
                "milliseconds_since_epoch",
                "seconds_or_milliseconds_since_epoch",
                "date",
                "constant_seconds",
                "ignored",
            ],
        ),
        ("dialect.response.scope_format", &["text", "list", "ignored"]),
        ("dialect.presentation.form", &["token", "basic_user"]),
    ] {
        let known = UnknownValue { known: known.iter().map(|name| Box::from(*name)).collect() };
        assert_eq!(said(path, r#""CANARY""#), (path.to_owned(), known), "{path}");
    }
}

#[test]
fn values_of_another_type_are_not_quoted() {
    for (path, value) in [
        ("dialect.authorize.fragment.route", "[\"CANARY\"]"),
        ("dialect.authorize.parameters.add.x", "[\"CANARY\"]"),
        ("dialect.authorize.parameters.add.x", "null"),
        ("dialect.authorize.parameters.omit_unset", "\"CANARY\""),
        ("dialect.token.parameters.in_query", "\"CANARY\""),
        ("dialect.token.headers.X-A", "[\"CANARY\"]"),
        ("dialect.callback.keep.x.one_of", "\"CANARY\""),
        ("dialect.refresh.opens_seconds_before_expiry", "\"CANARY\""),
        ("dialect.refresh.opens_seconds_before_expiry", "-1"),
        ("dialect.refresh.opens_seconds_before_expiry", "4294967296"),
        ("dialect.refresh.answer.extends_seconds", "\"CANARY\""),
        ("dialect.refresh.answer.extends_seconds", "-1"),
        ("dialect.response.expiry.constant_seconds", "\"CANARY\""),
        ("dialect.response.status", "\"CANARY\""),
        ("dialect.response.status", "65536"),
        ("dialect.response.media_types", "\"CANARY\""),
        ("dialect.response.keep", "{\"CANARY\":1}"),
        ("dialect.response.error.ok", "\"CANARY\""),
        ("dialect.response.error.ok.member", "[\"CANARY\"]"),
        ("dialect.response.error.invalid_grant", "\"CANARY\""),
        ("dialect.presentation.query_parameter", "[\"CANARY\"]"),
        ("dialect.follow_up", "\"CANARY\""),
        ("mutual_tls", "\"CANARY\""),
        ("follow_up_endpoint", "[\"CANARY\"]"),
        ("variables.x", "[\"CANARY\"]"),
    ] {
        let (field, reason) = said(path, value);
        let Unreadable(words) = &reason else { panic!("{path} {reason:?}") };
        assert!(
            field == "provider" && (words.starts_with(path) || words.starts_with("missing field")),
            "{path}: {words}"
        );
    }
}

#[test]
fn what_stands_in_the_query_beside_a_body() {
    let known = ["grant_type", "client_id", "redirect_uri", "scope"];
    for (path, of) in [(TOKEN, MUST[1].1), (REFRESH, MUST[2].1), (FOLLOW_UP, MUST[3].1)] {
        let check = |name: &str| with(|provider| _ = of(provider).in_query.insert(name.into()));
        for name in known {
            assert_eq!(check(name), Ok(()), "{path} {name}");
        }
        // Nothing that servers must not log.
        for name in ["code", "client_secret", "refresh_token", "access_token", "password", "code_verifier", ""] {
            assert_eq!(refused(check(name)), (format!("{path}.in_query.{name}"), unknown(&known)));
        }
        let odd = refused(check("a\nb"));
        assert_eq!(odd, (format!("{path}.in_query.a\\nb"), unknown(&known)));
    }
    let authorize = with(|provider| _ = provider.dialect.authorize.parameters.in_query.insert("scope".into()));
    let reason = GoesOnlyWith("a request that has a body");
    assert_eq!(refused(authorize), (format!("{AUTHORIZE}.in_query.scope"), reason));
}

#[test]
fn what_is_kept_has_a_name_of_its_own() {
    let keep = |name: &str, rename: &[(&str, &str)]| {
        with(|provider| {
            provider.dialect.callback.keep.insert(name.into(), Kept::Text);
            for (standard, wire) in rename {
                provider.dialect.callback.rename.rename(*standard, *wire);
            }
        })
    };
    let field = |name: &str| format!("dialect.callback.keep.{name}");
    for name in CALLBACK {
        assert_eq!(refused(keep(name, &[])), (field(name), Repeated));
        if *name == "iss" {
            continue;
        }
        assert_eq!(refused(keep("x", &[(name, "x")])), (field("x"), Repeated));
        assert_eq!(keep(name, &[(name, "x")]), Ok(()), "a name that a rename set free");
    }
    // An issuer of another name is one that must be there.
    let renamed = refused(keep("x", &[("iss", "y")]));
    assert_eq!(renamed, ("dialect.callback.rename.iss".into(), Reason::GoesOnlyWith("`issuer: required`")));
    // Templates call other things so.
    for name in ["client_id", "random"] {
        assert_eq!(refused(keep(name, &[])), (field(name), Reason::ReservedName));
    }
    assert_eq!(refused(keep("", &[])), (field(""), Empty));
    assert_eq!(refused(keep("a b", &[])), (field("a b"), ForbiddenCharacter { at: 1 }));
    assert_eq!(refused(keep("a\n", &[])), (field("a\\n"), ForbiddenCharacter { at: 1 }));
    assert_eq!(refused(keep(&"\u{e4}".repeat(100), &[])), (field(&"\u{e4}".repeat(64)), ForbiddenCharacter { at: 0 }));
}

/// A JSON reader goes no deeper either. Without end, a path took the whole stack.
#[test]
fn a_path_to_a_member_has_127_names_at_most() {
    type Place = (&'static str, fn(&mut Provider, String));
    let places: [Place; 4] = [
        ("keep", |provider, path| provider.dialect.response.keep.push(path)),
        ("error.code", |provider, path| provider.dialect.response.error.code = path),
        ("error.ok.member", |provider, path| {
            provider.dialect.response.error.ok = Some(OkMember::new(path, true));
        }),
        ("rename.expires_in", |provider, path| _ = provider.dialect.response.rename.rename("expires_in", path)),
    ];
    for (place, set) in places {
        let of = |names: usize| with(|provider| set(provider, vec!["a"; names].join(".")));
        assert_eq!(of(127), Ok(()), "{place}");
        for names in [128, 100_000] {
            assert_eq!(refused(of(names)), (format!("dialect.response.{place}"), TooMany { max: 127 }));
        }
    }
}
