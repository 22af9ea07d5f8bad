//! What an error says. Whoever reads it must find in it what to change, and where that is written.

use std::{collections::BTreeSet, fmt::Display, time::Duration};

use oauth_proto::{
    AnyClient, Callback, CallbackError, Client, CodeVerifier, FinishError, InFlight, Outcome, PresentError, Provider,
    Registration, Remedy, Response, Standing,
    challenge::ChallengeFault,
    error::{AnswerFault, CallbackFault, Doubt, KeptFault, Mismatch, Reason, RequestFault},
    grant::Grant,
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
        (ContentType, &["content type", "`dialect.response.media_types`"]),
        (NotJson, &["JSON"]),
        (NotAnObject, &["object"]),
        (NotAForm, &["form", "RFC 6749 appendix B"]),
        (Repeated, &["twice"]),
        (Missing("access_token"), &["`access_token`", "missing"]),
        (Malformed("scope"), &["`scope`"]),
        (Contradiction, &["error", "token"]),
        (TokenType, &["token type", "RFC 6749 section 7.1", "`dialect.response.token_types`"]),
        (NonceMismatch, &["nonce", "not the one"]),
        (NonceMissing, &["nonce", "none came back", "`dialect.authorize.nonce`"]),
    ]);
    says::<Doubt>(&[
        (Doubt::UnexpectedStatus(302), &["status 302", "redirect", "not followed", "check the endpoint's URL"]),
        (Doubt::UnexpectedStatus(204), &["status 204", "endpoint's URL", "`dialect.response.status`"]),
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
        (IssuerMismatch, &["`iss`", "RFC 9207", "`issuer` in the provider's data", "byte for byte"]),
        (IssuerMissing, &["no `iss`", "RFC 9207", "`callback.issuer` to `optional`"]),
        (TooLong, &["`limits.callback_bytes`"]),
        (TooManyParameters, &["`limits.parameters`"]),
        (Empty, &["neither a code (or token) nor an error"]),
        (Contradiction, &["code", "error", "only one"]),
        (Repeated("code"), &["`code`", "RFC 6749 section 3.1"]),
        (Malformed("code"), &["`code`", "hand the callback over as it came"]),
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
        (NotAUrl, &["URL", "scheme and host", "percent-encode"]),
        (NotHttps, &["https", "loopback"]),
        (HasUserInformation, &["user name", "password"]),
        (HasFragment, &["fragment"]),
        (ForbiddenScheme, &["scheme"]),
        (ReservedName, &["protocol's own", "rename or omit"]),
        (Repeated, &["there already", "once"]),
        (UnknownName { known: names() }, &["name", "client_id, scope"]),
        (UnknownValue { known: names() }, &["value", "client_id, scope"]),
        (NotOmittable, &["left out", "binds"]),
        (TooMany { max: 256 }, &["too many", "256 at most"]),
        (UnsetVariable("tenant".into()), &["{tenant}", "`Provider::variable`"]),
        (UnknownVariable, &["no template"]),
        (NotALabel("shop".into()), &["{shop}", "https://{shop}.example.com/"]),
        (NotASegment("shop".into()), &["{shop}", "https://example.com/{shop}/token"]),
        (NotForUrls("shop".into()), &["{shop}", "`dns_label`, `path_segment` or `one_of`"]),
        (NotYetKnown, &["no value yet", "{scope}", "{random}", "`callback.keep`", "`response.keep`"]),
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
        (WrongClient(Mismatch::Server), &["another server", "`issuer`", "`name`", "use the client"]),
        (WrongClient(Mismatch::Variables), &["another tenant", "variable", "use the client"]),
        (WrongClient(Mismatch::ClientId), &["another client", "client id", "use the client"]),
        (WrongClient(Mismatch::Settings), &["other settings", "secret", "use the client"]),
        (NoEndpoint("refresh_endpoint"), &["`refresh_endpoint`", "add it"]),
        (SecretRequired, &["secret", "`Client::confidential`"]),
        (DeadlinePassed(at(10)), &["2027-01-15T08:00:10Z", "log in again"]),
        (TooEarly { opens: at(70), wait }, &["2027-01-15T08:01:10Z", "try again in 60 s"]),
        (PushExpired(at(60)), &["2027-01-15T08:01:00Z", "push the login again"]),
        (NotBound, &["callback", "log in again"]),
    ]);
    for (fault, remedy) in [
        (WrongClient(Mismatch::Variables), Remedy::Fix),
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
        (Expired, &["expired", "`poll` the keeper"]),
        (WrongClient(Mismatch::ClientId), &["another client", "client id", "use the client"]),
        (GoesIntoUrl, &["`url_for`"]),
        (GoesIntoHeader, &["`header_for`"]),
        (AlreadyInUrl, &["parameter", "take it out"]),
    ]);
    assert_eq!(Expired.remedy(), Remedy::Retry { after: None });
    for error in [NotAUrl, ForeignOrigin, WrongClient(Mismatch::Server), GoesIntoUrl, GoesIntoHeader, AlreadyInUrl] {
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
    let receive = |client: &AnyClient, query: &str, second| {
        scenario.awaiting_code().receive(client, Callback::query(query), at(second)).unwrap_err()
    };
    let code = format!("code=C1&state={STATE}");
    let other = Scenario::with(|provider| provider.name = "other".into()).client;
    let rows: [(CallbackError<_>, &[&str], Remedy, bool); 5] = [
        (
            receive(&scenario.client, "code=C1", 10),
            &["goes on waiting", "put `awaiting` back", "`state`"],
            Remedy::Ignore,
            true,
        ),
        (
            receive(&scenario.client, "error=access_denied&state=x", 10),
            &["goes on waiting", "not the one", "it claims the error access_denied"],
            Remedy::Ignore,
            true,
        ),
        (receive(&other, &code, 10), &["another server", "goes on waiting", "`receive`"], Remedy::Fix, true),
        (receive(&scenario.client, &code, 600), &["time to live", "new login"], Remedy::LogIn, false),
        (
            receive(&scenario.client, &format!("error=access_denied&state={STATE}"), 10),
            &["refused", "is over", "access_denied", "begin a new login"],
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

/// Where there is no user, nobody is told to log in; and what can be chosen in doubt is what the state has.
#[test]
fn of_a_client_that_asks_for_itself() {
    fn words<G: Grant>(flight: impl Fn() -> InFlight<G>) -> [(String, Remedy); 4] {
        let dead = answer(401, r#"{"error":"invalid_grant","error_description":"old"}"#);
        let denied = answer(403, r#"{"error":"access_denied"}"#);
        let other = answer(200, r#"{"access_token":"A9","token_type":"mac"}"#);
        [dead, denied, other, Outcome::lost("reset")].map(|outcome| {
            let Err(error) = flight().finish(outcome) else { panic!("it brought tokens") };
            (error.to_string(), error.remedy())
        })
    }
    let scenario = Scenario::new();
    let user = words(|| scenario.refresh_in_flight().1);
    assert_eq!(
        user.each_ref().map(|(_, remedy)| *remedy),
        [Remedy::LogIn, Remedy::LogIn, Remedy::LogIn, Remedy::Decide]
    );
    assert!(user[..3].iter().all(|(text, _)| text.ends_with("; log in again")), "{user:#?}");
    assert!(user[3].0.ends_with("`retry`, `assume_unspent` or `assume_spent`"), "{user:#?}");

    for words in [words(|| scenario.client_credentials_in_flight().1), words(|| scenario.reissue_in_flight().1)] {
        assert_eq!(
            words.each_ref().map(|(_, remedy)| *remedy),
            [Remedy::Fix, Remedy::Fix, Remedy::Fix, Remedy::Decide]
        );
        assert!(words[..3].iter().all(|(text, _)| text.contains("no login helps")), "{words:#?}");
        assert!(words.iter().all(|(text, _)| !text.contains("log in again")), "{words:#?}");
        assert!(words[3].0.contains("nothing in it is single use"), "{words:#?}");
    }
}

/// An answer's own words come first, word for word; what to do stands behind them.
#[test]
fn of_a_refusal() {
    let refused = |status, body: &str| {
        let Err(error) = Scenario::new().code_in_flight().1.finish(answer(status, body)) else { panic!() };
        error.to_string()
    };
    for (status, body, words) in [
        (401, r#"{"error":"invalid_client"}"#, "invalid_client (status 401); check the client's id and secret"),
        (400, r#"{"error":"invalid_scope"}"#, "invalid_scope (status 400); ask for a scope that the server has"),
        (400, r#"{"error":"invalid_request"}"#, "invalid_request (status 400); a parameter is missing"),
        (400, r#"{"error":"unauthorized_client"}"#, "unauthorized_client (status 400); allow this to the client"),
        (400, r#"{"error":"unsupported_grant_type"}"#, "unsupported_grant_type (status 400); this server does not"),
        (404, "", "a refusal that names no OAuth error (status 404); check the endpoint's URL"),
        (429, "", "a refusal that names no OAuth error (status 429); try again later"),
        (400, r#"{"error":"temporarily_unavailable"}"#, "temporarily_unavailable (status 400); try again later"),
    ] {
        let text = refused(status, body);
        assert!(text.contains("nothing was spent") && text.contains(words), "{text:?} does not say {words:?}");
    }
    assert!(refused(400, r#"{"error":"of_their_own"}"#).ends_with("of_their_own (status 400)"));
    let busy = Response::new(429, [("Retry-After", "150")], "");
    let Err(error) = Scenario::new().code_in_flight().1.finish(busy.into()) else { panic!() };
    assert!(error.to_string().ends_with("; try again in 3 min"), "{error}");
}

/// In what a client differs from the one that a state belongs to.
#[test]
fn of_a_client_that_is_another_one() {
    let told = |client: &AnyClient, owner: &AnyClient| {
        let Standing::Authorized(authorized) =
            owner.import_access_token_from_elsewhere("A1".into(), None).unwrap().at(at(0))
        else {
            panic!()
        };
        match authorized.header_for(client, "https://api.example/me") {
            Err(PresentError::WrongClient(mismatch)) => mismatch,
            other => panic!("{other:?}"),
        }
    };
    let of = |host: &str, name: &str, id: &str| {
        let provider = Provider::new(name, "https://{host}/authorize", "https://{host}/token");
        Client::public(provider.variable("host", host), Registration::new(id).unwrap()).unwrap()
    };
    let one = of("a.example", "one", "app");
    for (other, mismatch) in [
        (of("a.example", "other", "app"), Mismatch::Server),
        (of("b.example", "one", "app"), Mismatch::Variables),
        (of("a.example", "one", "else"), Mismatch::ClientId),
        (of("b.example", "one", "else"), Mismatch::Variables),
    ] {
        assert_eq!(told(&other, &one), mismatch);
        assert_eq!(told(&one, &other), mismatch);
    }
}

/// How long to wait, as people say it, and never too short.
#[test]
fn of_a_wait() {
    let said = |millis| RequestFault::TooEarly { opens: at(0), wait: Duration::from_millis(millis) }.to_string();
    for (millis, words) in [
        (0, "in 0 ms"),
        (999, "in 999 ms"),
        (1000, "in 1 s"),
        (1001, "in 2 s"),
        (119_000, "in 119 s"),
        (119_001, "in 2 min"),
        (300_000, "in 5 min"),
        (7_140_001, "in 2 h"),
        (9_000_000, "in 2 h 30 min"),
        (u64::MAX, "in 5124095576030 h 26 min"),
    ] {
        assert!(said(millis).ends_with(words), "{}", said(millis));
    }
}
