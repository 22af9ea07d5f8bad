//! What an error says. Whoever reads it must find in it what to change, and where that is written.

use std::{collections::BTreeSet, fmt::Display, time::Duration};

use oauth_proto::{
    Callback, CallbackError, CodeVerifier, FinishError, Outcome, PresentError, Remedy,
    challenge::ChallengeFault,
    error::{AnswerFault, CallbackFault, Doubt, KeptFault, Reason, RequestFault},
};

use crate::scenario::{STATE, Scenario, answer, at};

/// Each error has words of its own, in one line that can stand within a sentence, and the reader finds these in it.
#[track_caller]
fn says<E: Display>(rows: &[(E, &[&str])]) {
    let mut seen = BTreeSet::new();
    for (error, words) in rows {
        let text = error.to_string();
        assert!(!text.contains('\n') && !text.ends_with('.'), "{text}");
        for word in *words {
            assert!(text.contains(word), "{text:?} does not say {word:?}");
        }
        assert!(seen.insert(text.clone()), "two errors say {text:?}");
    }
}

#[test]
fn of_an_answer() {
    use AnswerFault::*;
    says(&[
        (TooLarge, &["`limits.response_bytes`"]),
        (TooDeep, &["`limits.json_depth`"]),
        (TooManyMembers, &["`limits.members`"]),
        (ContentType, &["content type"]),
        (NotJson, &["JSON"]),
        (NotAnObject, &["object"]),
        (NotAForm, &["form", "RFC 6749 appendix B"]),
        (Repeated, &["twice"]),
        (Missing("access_token"), &["`access_token`", "missing"]),
        (Malformed("scope"), &["`scope`"]),
        (Contradiction, &["error", "token"]),
        (TokenType, &["token type", "RFC 6749 section 7.1"]),
        (NonceMismatch, &["nonce", "not the one"]),
        (NonceMissing, &["nonce", "none came back"]),
    ]);
    says::<Doubt>(&[
        (Doubt::UnexpectedStatus(302), &["status 302"]),
        (Doubt::Unreadable(NotJson), &["unreadable", "JSON"]),
    ]);
}

#[test]
fn of_a_callback() {
    use CallbackFault::*;
    let kept = |fault| Kept { name: "shop".into(), fault };
    says(&[
        (StateMissing, &["`state`", "RFC 6749 section 4.1.2", "`callback.state`", "`not_echoed_by_this_server`"]),
        (StateMismatch, &["`state`", "not the one that was sent"]),
        (IssuerMismatch, &["`iss`", "RFC 9207"]),
        (IssuerMissing, &["no `iss`", "RFC 9207"]),
        (TooLong, &["`limits.callback_bytes`"]),
        (TooManyParameters, &["`limits.parameters`"]),
        (Empty, &["neither an answer nor an error"]),
        (Contradiction, &["answer", "error"]),
        (Repeated("code"), &["`code`", "RFC 6749 section 3.1"]),
        (Malformed("code"), &["`code`", "decoded"]),
        (Unexpected("id_token"), &["`id_token`"]),
        (kept(KeptFault::Missing), &["no `shop`"]),
        (kept(KeptFault::Repeated), &["repeats `shop`", "RFC 6749 section 3.1"]),
        (kept(KeptFault::NotAllowed), &["`shop`", "provider's data", "no request was made"]),
    ]);
}

#[test]
fn of_a_value() {
    use Reason::*;
    let names = || vec!["client_id".into(), "scope".into()];
    says(&[
        (Empty, &["empty"]),
        (Missing, &["needed"]),
        (ForbiddenCharacter { at: 7 }, &["byte 7", "grammar"]),
        (WrongLength { min: 43, max: 128 }, &["43 to 128 bytes"]),
        (NotAUrl, &["URL"]),
        (NotHttps, &["https", "loopback"]),
        (HasUserInformation, &["user name", "password"]),
        (HasFragment, &["fragment"]),
        (ForbiddenScheme, &["scheme"]),
        (ReservedName, &["protocol's own", "rename or omit"]),
        (Repeated, &["twice"]),
        (UnknownName { known: names() }, &["name", "client_id, scope"]),
        (UnknownValue { known: names() }, &["value", "client_id, scope"]),
        (NotOmittable, &["left out", "binds"]),
        (TooMany { max: 256 }, &["256 at most"]),
        (UnsetVariable("tenant".into()), &["{tenant}", "`Provider::variable`"]),
        (UnknownVariable, &["no template"]),
        (NotALabel("shop".into()), &["{shop}", "https://{shop}.example.com/"]),
        (NotASegment("shop".into()), &["{shop}", "https://example.com/{shop}/token"]),
        (NotForUrls("shop".into()), &["{shop}", "`dns_label`, `path_segment` or `one_of`"]),
        (NotYetKnown, &["before the value"]),
        (NotAllowed, &["`dialect.callback.keep`"]),
        (NotAnObject, &["an object", "a list"]),
        (NotAMediaType, &["application/json"]),
        (GoesOnlyWith("the scheme `Basic`"), &["the scheme `Basic`"]),
        (OutOfRange { min: 200, max: 299 }, &["200 to 299"]),
        (BrokenTemplate, &["brace"]),
        (NotDeclared("a follow-up"), &["the dialect", "a follow-up"]),
        (SecretRequired, &["secret"]),
        (Unreadable("line 3".into()), &["line 3"]),
    ]);
}

#[test]
fn of_a_step_that_is_not_possible() {
    use RequestFault::*;
    let wait = Duration::from_secs(60);
    says(&[
        (WrongClient, &["another client"]),
        (NoEndpoint("refresh_endpoint"), &["refresh_endpoint"]),
        (SecretRequired, &["client secret", "public client"]),
        (DeadlinePassed(at(10)), &["1800000010000 ms", "log in again"]),
        (TooEarly { opens: at(70), wait }, &["1800000070000 ms"]),
        (NotBound, &["callback", "log in again"]),
    ]);
    for (fault, remedy) in [
        (WrongClient, Remedy::Fix),
        (NoEndpoint("refresh_endpoint"), Remedy::Fix),
        (SecretRequired, Remedy::Fix),
        (DeadlinePassed(at(10)), Remedy::LogIn),
        (TooEarly { opens: at(70), wait }, Remedy::Retry { after: Some(wait) }),
        (NotBound, Remedy::LogIn),
    ] {
        assert_eq!(fault.remedy(), remedy, "{fault}");
    }
}

#[test]
fn of_a_token_that_stays_where_it_is() {
    use PresentError::*;
    says(&[
        (NotAUrl, &["https", "percent-encoded"]),
        (ForeignOrigin, &["origin", "`Provider::api_origin`"]),
        (Expired, &["expired", "renew"]),
        (WrongClient, &["another client"]),
        (GoesIntoUrl, &["`url_for`"]),
        (GoesIntoHeader, &["`header_for`"]),
        (AlreadyInUrl, &["parameter"]),
    ]);
    assert_eq!(Expired.remedy(), Remedy::Retry { after: None });
    for error in [NotAUrl, ForeignOrigin, WrongClient, GoesIntoUrl, GoesIntoHeader, AlreadyInUrl] {
        assert_eq!(error.remedy(), Remedy::Fix, "{error}");
    }
}

#[test]
fn of_a_challenge() {
    use ChallengeFault::*;
    says(&[
        (Empty, &["no challenge"]),
        (Malformed, &["`WWW-Authenticate`", "RFC 9110 section 11.6.1"]),
        (Repeated, &["RFC 9110 section 11.2"]),
        (TooMany, &["`limits.challenges`", "`limits.parameters`"]),
        (TooLong, &["`limits.header_bytes`"]),
    ]);
}

/// The whole sentence of an error that holds a state, and what is left of the login behind it.
#[test]
fn of_a_login() {
    let scenario = Scenario::new();
    let receive = |client: &oauth_proto::AnyClient, query: &str, second| {
        scenario.awaiting_code().receive(client, Callback::query(query), at(second)).unwrap_err()
    };
    let code = format!("code=C1&state={STATE}");
    let other = Scenario::with(|provider| provider.name = "other".into()).client;
    let rows: [(CallbackError<_>, &[&str], Remedy, bool); 5] = [
        (receive(&scenario.client, "code=C1", 10), &["goes on waiting", "`state`"], Remedy::Ignore, true),
        (
            receive(&scenario.client, "error=access_denied&state=x", 10),
            &["goes on waiting", "not the one", "it claims the error access_denied"],
            Remedy::Ignore,
            true,
        ),
        (receive(&other, &code, 10), &["another client", "`receive`"], Remedy::Fix, true),
        (receive(&scenario.client, &code, 600), &["time to live", "new login"], Remedy::LogIn, false),
        (
            receive(&scenario.client, &format!("error=access_denied&state={STATE}"), 10),
            &["refused", "access_denied"],
            Remedy::LogIn,
            false,
        ),
    ];
    for (error, words, remedy, alive) in rows {
        let text = error.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert_eq!(error.remedy(), remedy, "{text}");
        assert_eq!(error.into_awaiting().is_some(), alive, "{text}");
    }
    let callback = format!("access_token=A%0A&token_type=Bearer&state={STATE}");
    let error = scenario.awaiting_token().receive(&scenario.client, Callback::fragment(&callback), at(10)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("`access_token`") && text.contains("new login"), "{text}");
    assert_eq!((error.remedy(), error.into_awaiting().is_some()), (Remedy::LogIn, false));
}

#[test]
fn of_an_answer_in_doubt() {
    let end = |outcome: Outcome| match Scenario::new().code_in_flight().1.finish(outcome) {
        Err(FinishError::InDoubt { doubt, .. }) => doubt,
        other => panic!("{other:?}"),
    };
    says(&[
        (end(Outcome::Lost("reset by peer".into())), &["connection was lost"]),
        (end(answer(503, r#"{"error":"server_error"}"#)), &["the server failed", "server_error", "503"]),
    ]);
}

/// What is no secret is shown in a log, and of two challenges one sees whether they are the same.
#[test]
fn of_a_code_challenge() {
    // RFC 7636 appendix B.
    let verifier = CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
    assert_eq!(
        format!("{:?}", verifier.challenge()),
        r#"CodeChallenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")"#
    );
}
