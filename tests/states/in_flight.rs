//! InFlight: where each ending leads.

use std::time::Duration;

use oauth_proto::{
    AccessOnly, AnyTokenSet, Authorized, Callback, FinishError, Granted, InFlight, Intent, Outcome, ReceivedCode,
    Refreshable, Reissuable, Remedy, Response, Timestamp, TokenSet,
    error::{AnswerFault, Doubt},
    grant::{self, Grant},
    stored,
};

use crate::scenario::{Scenario, answer, at, entropy, wire};

struct Row {
    name: &'static str,
    response: Response,
    end: String,
}

fn row(name: &'static str, status: u16, content_type: &str, body: impl Into<Vec<u8>>, end: &str) -> Row {
    Row { name, response: Response::new(status, [("Content-Type", content_type)], body), end: end.into() }
}

const JSON: &str = "application/json";

/// A 200 whose members follow an access token and its type.
fn ok(name: &'static str, members: &str, end: &str) -> Row {
    row(name, 200, JSON, format!(r#"{{"access_token":"A","token_type":"Bearer"{members}}}"#), end)
}

/// A 200 with this body that nobody can read.
fn unreadable(name: &'static str, body: impl Into<Vec<u8>>, fault: AnswerFault) -> Row {
    row(name, 200, JSON, body, &in_doubt(fault))
}

fn in_doubt(fault: AnswerFault) -> String {
    format!("in doubt, unreadable: {fault:?}; Decide")
}

const PLAIN: &str = "issued A, never expires, scope `read write`";
const FIX: &str = "Fix";
const RETRY: &str = "Retry { after: None }";

fn refused(code: &str, status: u16, remedy: &str) -> String {
    format!("refused, `{code}` {status}; {remedy}")
}

fn failed(code: &str, status: u16) -> String {
    format!("in doubt, server failed: `{code}` {status}; Decide")
}

/// The one table: each answer, and where it leads whatever the grant.
fn rows() -> Vec<Row> {
    use AnswerFault::{
        ContentType, Contradiction, Malformed, Missing, NotAnObject, NotJson, Repeated, TooDeep, TooLarge,
        TooManyMembers,
    };

    let error = |code: &str| format!(r#"{{"error":"{code}"}}"#);
    let token = |value: &str| format!(r#"{{"access_token":{value},"token_type":"Bearer"}}"#);
    let typed = |value: &str| format!(r#"{{"access_token":"A","token_type":{value}}}"#);
    let expires = |value: &str| format!(r#","expires_in":{value}"#);
    let deep = |levels: usize| format!(r#","x":{}{}"#, "[".repeat(levels), "]".repeat(levels));
    let deep_objects = |levels: usize| format!(r#","x":{}0{}"#, r#"{"y":"#.repeat(levels), "}".repeat(levels));
    let deep_in = |name: &str| format!(r#","{name}":{}{}"#, "[".repeat(32), "]".repeat(32));
    let unclosed = format!(r#"{{"x":{}"#, "[".repeat(10_000));
    let padded = |length: usize| {
        let body = r#"{"access_token":"A","token_type":"Bearer"}"#;
        body.to_owned() + &" ".repeat(length - body.len())
    };
    let many = |count: usize| (0..count).map(|n| format!(r#","x{n}":0"#)).collect::<String>();

    let scope = |text: &str| format!(r#","scope":"{text}""#);
    let words = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");

    let malformed = |name| in_doubt(Malformed(name));
    let after_30 = "Retry { after: Some(30s) }";
    let mut rows = vec![
        // The status.
        ok("200", "", PLAIN),
        row("200, charset", 200, "Application/JSON; charset=utf-8", token(r#""A""#), PLAIN),
        row("201", 201, JSON, token(r#""A""#), "in doubt, status 201; Decide"),
        row("204", 204, JSON, "", "in doubt, status 204; Decide"),
        row("301", 301, JSON, "", "in doubt, status 301; Decide"),
        row("303", 303, JSON, token(r#""A""#), "in doubt, status 303; Decide"),
        row("307", 307, JSON, "", "in doubt, status 307; Decide"),
        row("100", 100, JSON, "", "in doubt, status 100; Decide"),
        row("999", 999, JSON, "", "in doubt, status 999; Decide"),
        row("408", 408, JSON, error("invalid_grant"), &failed("invalid_grant", 408)),
        row("500 with OAuth body", 500, JSON, error("server_error"), &failed("server_error", 500)),
        row("502 html", 502, "text/html", "<html>", &failed("", 502)),
        row("599", 599, JSON, error("invalid_grant"), &failed("invalid_grant", 599)),
        // Errors: the code decides.
        row("400 invalid_client", 400, JSON, error("invalid_client"), &refused("invalid_client", 400, FIX)),
        row("401 invalid_client", 401, JSON, error("invalid_client"), &refused("invalid_client", 401, FIX)),
        row("400 invalid_scope", 400, JSON, error("invalid_scope"), &refused("invalid_scope", 400, FIX)),
        row("400 access_denied", 400, JSON, error("access_denied"), &refused("access_denied", 400, "LogIn")),
        // It knows as little as a 500 how far it came.
        row("400 server_error", 400, JSON, error("server_error"), &failed("server_error", 400)),
        row("401 server_error", 401, JSON, error("server_error"), &failed("server_error", 401)),
        row("200 server_error", 200, JSON, error("server_error"), &failed("server_error", 200)),
        row(
            "400 unavailable",
            400,
            JSON,
            error("temporarily_unavailable"),
            &refused("temporarily_unavailable", 400, RETRY),
        ),
        row("400 of its own", 400, JSON, error("vendor.too-new"), &refused("vendor.too-new", 400, FIX)),
        row(
            "400 with error and token",
            400,
            JSON,
            r#"{"error":"invalid_scope","access_token":"A"}"#,
            &refused("invalid_scope", 400, FIX),
        ),
        row("400 empty error", 400, JSON, error(""), &refused("", 400, FIX)),
        row("400 null error", 400, JSON, r#"{"error":null}"#, &refused("", 400, FIX)),
        row("400 error outside its grammar", 400, JSON, error("in\\\"valid"), &refused("", 400, FIX)),
        row("400 repeated error", 400, JSON, r#"{"error":"invalid_grant","error":"x"}"#, &refused("", 400, FIX)),
        row("400 unreadable", 400, JSON, "no", &refused("", 400, FIX)),
        row("400 form", 400, "application/x-www-form-urlencoded", "error=invalid_grant", &refused("", 400, FIX)),
        row("404 html", 404, "text/html", "<html>", &refused("", 404, FIX)),
        row("429", 429, JSON, "", &refused("", 429, RETRY)),
        row("400 invalid_grant", 400, JSON, error("invalid_grant"), "dead, `invalid_grant` 400; LogIn"),
        row("401 invalid_grant", 401, JSON, error("invalid_grant"), "dead, `invalid_grant` 401; LogIn"),
        row("400 error number", 400, JSON, r#"{"error":7}"#, &refused("", 400, FIX)),
        row("400 error list", 400, JSON, r#"{"error":["invalid_grant"]}"#, &refused("", 400, FIX)),
        row("400 error object", 400, JSON, r#"{"error":{"code":"invalid_grant"}}"#, &refused("", 400, FIX)),
        row("200 error number", 200, JSON, r#"{"error":7}"#, &refused("", 200, FIX)),
        row("200 invalid_grant", 200, JSON, error("invalid_grant"), "dead, `invalid_grant` 200; LogIn"),
        row("200 error", 200, JSON, error("invalid_scope"), &refused("invalid_scope", 200, FIX)),
        unreadable("200 null error", r#"{"error":null}"#, Missing("access_token")),
        ok("200 error and token", r#","error":"invalid_grant""#, &in_doubt(Contradiction)),
        ok("200 null error and token", r#","error":null"#, PLAIN),
        // The body.
        row("wrong content type", 200, "text/plain", token(r#""A""#), &in_doubt(ContentType)),
        row("no content type", 200, "", token(r#""A""#), &in_doubt(ContentType)),
        unreadable("empty", "", NotJson),
        unreadable("array", "[]", NotAnObject),
        unreadable("null", "null", NotAnObject),
        unreadable("string", r#""A""#, NotAnObject),
        unreadable("truncated", r#"{"access_token":"A","token_type":"Bea"#, NotJson),
        unreadable("trailing garbage", token(r#""A""#) + "x", NotJson),
        unreadable("two objects", token(r#""A""#).repeat(2), NotJson),
        // RFC 8259 section 8.1: a reader may ignore it.
        row("byte order mark", 200, JSON, "\u{feff}".to_owned() + &token(r#""A""#), PLAIN),
        unreadable("two byte order marks", "\u{feff}\u{feff}".to_owned() + &token(r#""A""#), NotJson),
        unreadable("no UTF-8", *b"{\"access_token\":\"\xff\",\"token_type\":\"Bearer\"}", NotJson),
        unreadable("half a surrogate", token(r#""\ud800""#), NotJson),
        unreadable("deep and unclosed", unclosed, NotJson),
        // The answer itself is the first level.
        ok("32 deep", &deep(31), PLAIN),
        ok("33 deep", &deep(32), &in_doubt(TooDeep)),
        ok("32 deep in objects", &deep_objects(31), PLAIN),
        ok("33 deep in objects", &deep_objects(32), &in_doubt(TooDeep)),
        ok("10,000 deep", &deep(10_000), &in_doubt(TooDeep)),
        ok("33 deep in a known member", &deep_in("scope"), &in_doubt(TooDeep)),
        ok("brackets in a string", &format!(r#","x":["{}\"{}"]"#, "[".repeat(99), "{".repeat(99)), PLAIN),
        // A whole number, which serde_json reads as one with a fraction.
        ok(
            "a very late end",
            r#","expires_in":1982179163374294.0"#,
            "issued A, expires 1982179163374294000 ms, scope `read write`",
        ),
        ok("a number beyond any other, unread", r#","x":1e999,"y":[1e999],"z":{"a":-1e999}"#, PLAIN),
        row("at the cap", 200, JSON, padded(262_144), PLAIN),
        row("over the cap", 200, JSON, padded(262_145), &in_doubt(TooLarge)),
        row("400 over the cap", 400, JSON, padded(262_145), &refused("", 400, FIX)),
        ok("256 members", &many(254), PLAIN),
        ok("257 members", &many(255), &in_doubt(TooManyMembers)),
        ok(
            "257 members, some deeper",
            &format!(r#"{},"y":[{{"z":{{"a":1,"b":2}}}}]"#, many(251)),
            &in_doubt(TooManyMembers),
        ),
        ok("256 members, some deeper", &format!(r#"{},"y":[{{"z":{{"a":1,"b":2}}}}]"#, many(250)), PLAIN),
        ok(
            "257 members, some in a known one",
            &format!(r#"{},"scope":{{"a":1}}"#, many(253)),
            &in_doubt(TooManyMembers),
        ),
        ok("duplicate token", r#","access_token":"B""#, &in_doubt(Repeated)),
        ok("duplicate by escape", r#","\u0061ccess_token":"B""#, &in_doubt(Repeated)),
        ok("duplicate null", r#","refresh_token":null,"refresh_token":"R2""#, &in_doubt(Repeated)),
        ok("duplicate nulls", r#","scope":null,"scope":null"#, &in_doubt(Repeated)),
        ok("duplicate null error", r#","error":null,"error":null"#, &in_doubt(Repeated)),
        ok("duplicate unknown member", r#","x":1,"\u0078":1"#, &in_doubt(Repeated)),
        ok("duplicate in an unknown member", r#","x":{"y":1,"y":1}"#, &in_doubt(Repeated)),
        ok("duplicate by escape, deep in it", r#","x":[{"a":{"y":1,"z":2,"\u0079":1}}]"#, &in_doubt(Repeated)),
        ok("duplicate in a known member", r#","scope":{"y":1,"y":1}"#, &in_doubt(Repeated)),
        ok("one name in several objects", r#","x":{"y":1,"x":{"y":2}},"y":[{"x":1},{"x":2}]"#, PLAIN),
        ok("a name that is a value too", r#","x":{"a":"b","b":"a","c":["a","b"]}"#, PLAIN),
        ok("a name that is no text", r#","x":{"\ud800":1}"#, &in_doubt(NotJson)),
        ok("other case is another member", r#","Access_Token":"B""#, PLAIN),
        ok("nonce that nobody asked for", r#","nonce":7"#, PLAIN),
        // The tokens.
        unreadable("no token", r#"{"token_type":"Bearer"}"#, Missing("access_token")),
        // A null says what an absent member says.
        unreadable("token null", token("null"), Missing("access_token")),
        ok("refresh_token null", r#","refresh_token":null"#, PLAIN),
        ok("refresh_token number", r#","refresh_token":1"#, &malformed("refresh_token")),
        ok("refresh_token empty", r#","refresh_token":"""#, &malformed("refresh_token")),
        ok("refresh_token CRLF", r#","refresh_token":"R\r\n""#, &malformed("refresh_token")),
        unreadable("token_type absent", r#"{"access_token":"A"}"#, Missing("token_type")),
        unreadable("token_type null", typed("null"), Missing("token_type")),
        unreadable("token_type empty", typed(r#""""#), Malformed("token_type")),
        row("token_type in capitals", 200, JSON, typed(r#""BEARER""#), PLAIN),
        row("token_type DPoP", 200, JSON, typed(r#""DPoP""#), "untrusted, TokenType; LogIn"),
        row("token_type other", 200, JSON, typed(r#""mac""#), "untrusted, TokenType; LogIn"),
        // The scope.
        ok("scope narrower", r#","scope":"read""#, "issued A, never expires, scope `read`"),
        ok("scope with stray spaces", r#","scope":" read  read ""#, "issued A, never expires, scope `read`"),
        ok("scope empty", r#","scope":"""#, "issued A, never expires, scope ``"),
        ok("scope array", r#","scope":["read"]"#, &malformed("scope")),
        ok("scope null", r#","scope":null"#, PLAIN),
        ok("scope of 256", &scope(&words(256)), &format!("issued A, never expires, scope `{}`", words(256))),
        ok("scope of 257", &scope(&words(257)), &malformed("scope")),
        ok("scope of 257, one thing", &scope(&"a ".repeat(257)), &malformed("scope")),
        ok(
            "scope of 16 KiB",
            &scope(&"a".repeat(16_384)),
            &format!("issued A, never expires, scope `{}`", "a".repeat(16_384)),
        ),
        ok("scope over 16 KiB", &scope(&"a".repeat(16_385)), &malformed("scope")),
        ok("scope of spaces", &scope(&" ".repeat(16_385)), &malformed("scope")),
        ok("scope with a quote", r#","scope":"re\"ad""#, &malformed("scope")),
    ];
    for value in [r#""""#, "1", "true", r#"["A"]"#, r#"{"A":1}"#, r#""é""#, r#""A\r\nX: y""#, r#""\u0000""#] {
        rows.push(unreadable(value, token(value), Malformed("access_token")));
    }
    let long = |length: usize| "t".repeat(length);
    let token_of = |length| token(&format!("{:?}", long(length)));
    let issued = PLAIN.replace("issued A", &format!("issued {}", long(65_536)));
    rows.push(row("token of 64 KiB", 200, JSON, token_of(65_536), &issued));
    rows.push(unreadable("token over 64 KiB", token_of(65_537), Malformed("access_token")));
    for (value, end) in [
        ("0", "0 ms"),
        ("-0", "0 ms"),
        ("3600", "3600000 ms"),
        ("3600.0", "3600000 ms"),
        ("3.6e3", "3600000 ms"),
        (r#""3600""#, "3600000 ms"),
        (r#""03600""#, "3600000 ms"),
        ("18446744073709551615", "at the end of time"),
        ("18446744073709551616", "at the end of time"),
        (r#""18446744073709551616""#, "at the end of time"),
        ("1e300", "at the end of time"),
    ] {
        rows.push(ok(value, &expires(value), &format!("issued A, expires {end}, scope `read write`")));
    }
    rows.push(ok("expires_in null", &expires("null"), PLAIN));
    for value in ["-1", "1.5", "-1.0", "true", "[3600]", "{}", r#""""#, r#""3600s""#, r#""-1""#, r#""1.0""#, r#"" 1""#]
    {
        rows.push(ok(value, &expires(value), &malformed("expires_in")));
    }
    rows.push(ok("expires_in beyond f64", &expires("1e400"), &in_doubt(NotJson)));
    let later = [("Retry-After", "30"), ("Content-Type", JSON)];
    let too_many = Response::new(429, later, error("temporarily_unavailable"));
    rows.push(Row { name: "429", response: too_many, end: refused("temporarily_unavailable", 429, after_30) });
    rows.push(Row { name: "403", response: Response::new(403, later, ""), end: refused("", 403, after_30) });
    for (wait, end) in
        [("99999999999999999999", "Some(3600s)"), ("-1", "None"), ("Fri, 31 Dec 1999 23:59:59 GMT", "None")]
    {
        let response = Response::new(429, [("retry-after", wait)], "");
        rows.push(Row { name: wait, response, end: refused("", 429, &format!("Retry {{ after: {end} }}")) });
    }
    rows
}

/// What is needed to run the table with one grant.
struct Walk<G: Grant> {
    start: fn() -> InFlight<G>,
    /// Access token, expiry and scope, counted from 1970.
    issued: fn(G::Issued) -> String,
    /// The state before the request, which every harmless ending hands back.
    origin: (fn(G::Origin) -> String, String),
    /// What is left after a final no.
    remains: (fn(G::Remains) -> String, String),
}

impl<G: Grant> Walk<G> {
    fn check(&self, row: Row) {
        let flight = (self.start)();
        let sent_at = flight.sent_at();
        let end = self.end(flight.finish(row.response.into()), sent_at);
        // A client that asks for itself has no user who could log in.
        let alone = std::any::type_name::<G>().ends_with("ClientCredentials")
            || std::any::type_name::<G>().ends_with("Reissue");
        let expected = if alone { row.end.replace("; LogIn", "; Fix") } else { row.end };
        assert_eq!(end, expected, "{}", row.name);
    }

    /// The arm and what it says; what came back in it is compared on the way.
    fn end(&self, end: Result<G::Issued, FinishError<G>>, sent_at: Timestamp) -> String {
        let came_back = |origin| assert_eq!(self.origin.0(origin), self.origin.1);
        let is_left = |remains| assert_eq!(self.remains.0(remains), self.remains.1);
        let error = match end {
            Ok(issued) => return (self.issued)(issued),
            Err(error) => error,
        };
        let remedy = error.remedy();
        let words = match error {
            FinishError::NotSent { origin, why } => {
                came_back(*origin);
                format!("not sent, {why}")
            }
            FinishError::Refused { response, origin } => {
                came_back(*origin);
                format!("refused, `{}` {}", response.code.as_str(), response.status.unwrap())
            }
            FinishError::Dead { response, remains } => {
                is_left(*remains);
                format!("dead, `{}` {}", response.code.as_str(), response.status.unwrap())
            }
            FinishError::InDoubt { doubt, in_doubt } => {
                assert_eq!(in_doubt.sent_at(), sent_at);
                came_back(in_doubt.assume_unspent());
                match doubt {
                    Doubt::Lost(why) => format!("in doubt, lost: {why}"),
                    Doubt::ServerFailed(response) => {
                        format!("in doubt, server failed: `{}` {}", response.code.as_str(), response.status.unwrap())
                    }
                    Doubt::UnexpectedStatus(status) => format!("in doubt, status {status}"),
                    Doubt::Unreadable(fault) => format!("in doubt, unreadable: {fault:?}"),
                    doubt => panic!("{doubt:?}"),
                }
            }
            FinishError::Untrusted { fault, remains } => {
                is_left(*remains);
                format!("untrusted, {fault:?}")
            }
        };
        format!("{words}; {remedy:?}")
    }

    fn check_all(&self) {
        rows().into_iter().for_each(|row| self.check(row));
        let sent_at = (self.start)().sent_at();
        let end = |outcome| self.end((self.start)().finish(outcome), sent_at);
        assert_eq!(end(Outcome::not_sent("no route")), "not sent, no route; Retry { after: None }");
        assert_eq!(end(Outcome::lost("reset")), "in doubt, lost: reset; Decide");
    }
}

/// Lifetimes count from the sending of the request, which was at `sent`.
fn shown(set: &AnyTokenSet, sent: u64) -> String {
    // Asked about 1970, so that a lifetime of 0 s shows its token too.
    let access_token = set.access_token_at(Timestamp::from_unix_seconds(0)).unwrap().expose();
    let expiry = match set.expires_at() {
        None => "never expires".into(),
        Some(end) if end.as_unix_millis() == u64::MAX => "expires at the end of time".into(),
        Some(end) => format!("expires {} ms", end.since(at(sent)).as_millis()),
    };
    format!("issued {access_token}, {expiry}, scope `{}`", set.scope())
}

fn granted_at(granted: Granted, sent: u64) -> String {
    shown(&granted.into_any_token_set(), sent)
}

fn intent_of(intent: Intent) -> String {
    format!("{intent:?}")
}

fn exchanged(code: ReceivedCode) -> String {
    wire(&code.exchange(&Scenario::new().client, at(11)).unwrap().0)
}

fn refreshable(set: TokenSet<Refreshable>) -> String {
    stored::save(&set)
}

fn reissuable(set: TokenSet<Reissuable>) -> String {
    stored::save(&set)
}

fn access_only(set: TokenSet<AccessOnly>) -> String {
    stored::save(&set)
}

#[test]
fn where_each_ending_of_a_code_exchange_leads() {
    let start = || Scenario::new().code_in_flight().1;
    let intent = intent_of(Scenario::new().awaiting_code().intent().clone());
    let origin = wire(&Scenario::new().code_in_flight().0);
    let issued = |granted| granted_at(granted, 10);
    Walk { start, issued, origin: (exchanged, origin), remains: (intent_of, intent) }.check_all();
}

#[test]
fn where_each_ending_of_a_refresh_leads() {
    let start = || Scenario::new().refresh_in_flight().1;
    let issued = |authorized: Authorized<Refreshable>| shown(&authorized.into_token_set().into(), 1000);
    let origin = refreshable(Scenario::new().refreshable().into_token_set());
    // The access token goes on to its own end.
    let capability = r#"{"refreshable":"R1"}"#;
    let remains = origin.replace(capability, r#""access_only""#);
    assert_ne!(origin, remains);
    let (origin, remains) = ((refreshable as _, origin), (access_only as _, remains));
    Walk::<grant::RefreshToken> { start, issued, origin, remains }.check_all();
}

#[test]
fn where_each_ending_of_client_credentials_leads() {
    let start = || Scenario::new().client_credentials_in_flight().1;
    let issued = |authorized: Authorized<Reissuable>| shown(&authorized.into_token_set().into(), 0);
    let intent = intent_of(Scenario::new().client.client_credentials().unwrap().intent().clone());
    let (origin, remains) = ((intent_of as _, intent.clone()), (intent_of as _, intent));
    Walk::<grant::ClientCredentials> { start, issued, origin, remains }.check_all();
}

#[test]
fn where_each_ending_of_a_reissue_leads() {
    let start = || Scenario::new().reissue_in_flight().1;
    let issued = |authorized: Authorized<Reissuable>| shown(&authorized.into_token_set().into(), 1000);
    let set = reissuable(Scenario::new().reissuable().into_token_set());
    // Nothing single use was in it: the tokens are as they were, whatever came.
    let (origin, remains) = ((reissuable as _, set.clone()), (reissuable as _, set));
    Walk::<grant::Reissue> { start, issued, origin, remains }.check_all();
}

#[test]
fn where_each_ending_of_a_password_leads() {
    let start = || Scenario::new().password_in_flight().1;
    let intent = intent_of(Scenario::new().client.password().unwrap().intent().clone());
    let (origin, remains) = ((intent_of as _, intent.clone()), (intent_of as _, intent));
    Walk::<grant::Password> { start, issued: |granted| granted_at(granted, 0), origin, remains }.check_all();
}

#[test]
fn the_words_of_a_refusal_are_kept_and_shown_without_control_characters() {
    let body = r#"{"error":"invalid_request","error_description":"a\u001b[31m\r\nb","error_uri":"https://e.example/"}"#;
    let error = Scenario::new().code_in_flight().1.finish(answer(400, body)).unwrap_err();
    let text = r#"the server refused the request, and nothing was spent: invalid_request (status 400): "a\u{1b}[31m\r\nb"; a "#;
    assert!(error.to_string().starts_with(text), "{error}");
    let FinishError::Refused { response, .. } = error else { panic!() };
    assert_eq!(response.description.as_deref(), Some("a\u{1b}[31m\r\nb"));
    assert_eq!(response.uri.as_deref(), Some("https://e.example/"));
    assert_eq!((response.status, response.retry_after), (Some(400), None));
    assert_eq!(response.remedy(), Remedy::Fix);
}

/// Each pair of tokens was compared once: a scope of the longest response took half a minute.
#[test]
fn a_scope_of_very_many_tokens_is_refused_at_once() {
    let words: Vec<_> = (10_000..50_000).map(|n: u32| n.to_string()).collect();
    let body = format!(r#"{{"access_token":"A","token_type":"Bearer","scope":"{}"}}"#, words.join(" "));
    assert!(body.len() < 262_144);
    let (_, flight) = Scenario::new().code_in_flight();
    let start = std::time::Instant::now();
    let end = flight.finish(answer(200, &body)).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    let fault = AnswerFault::Malformed("scope");
    assert!(matches!(end, FinishError::InDoubt { doubt: Doubt::Unreadable(found), .. } if found == fault));
}

#[test]
fn the_first_retry_after_counts() {
    let fields = [("retry-after", " 7 "), ("Retry-After", "9")];
    let error = Scenario::new().code_in_flight().1.finish(Response::new(429, fields, "").into()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_secs(7)) });
}

#[test]
fn a_code_in_flight_knows_where_the_user_came_from() {
    let scenario = Scenario::new();
    let (_, awaiting) = scenario.login().return_to("/inbox").unwrap().authorize(entropy(), at(0));
    let callback = format!("code=C1&state={}", awaiting.state().expose());
    let (_, flight) = awaiting.receive(&scenario.client, Callback::query(&callback), at(10)).unwrap();
    assert_eq!(flight.intent().return_to(), Some("/inbox"));
}
