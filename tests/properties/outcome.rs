//! Where each answer leads, whatever it is: what was presented is handed back, dead, or in doubt.

use oauth_proto::{
    AnyTokenSet, FinishError, InFlight, Outcome, Remedy, Response,
    error::{AnswerFault, Doubt},
    grant::{self, Grant},
    stored,
};
use proptest::{option, prelude::*, sample::select};

use crate::scenario::{Scenario, at};

/// How a request can end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Issued,
    NotSent,
    Refused,
    Dead,
    InDoubt,
    Untrusted,
}

/// A body, and what can be read in it where its content type is right.
#[derive(Clone, Debug)]
struct Body {
    text: Vec<u8>,
    error: Option<String>,
    /// Whether there is an access token, and whether it is one.
    token: Option<bool>,
    /// Whether it is an object at all.
    readable: bool,
}

fn any_body() -> impl Strategy<Value = Body> {
    let code = prop_oneof![
        select(vec![
            "invalid_grant",
            "server_error",
            "invalid_client",
            "temporarily_unavailable",
            "slow_down",
            "invalid_grant "
        ]),
        select(vec!["", "Invalid_Grant"]),
    ];
    let object = (option::of(code), option::of(any::<bool>()), any::<bool>(), any::<bool>());
    let object = object.prop_map(|(error, token, mac, described)| {
        let mut members = Vec::new();
        members.extend(error.map(|code| format!(r#""error":{code:?}"#)));
        members.extend(token.map(|good| format!(r#""access_token":{}"#, if good { r#""A2""# } else { "1" })));
        members.push(format!(r#""token_type":"{}""#, if mac { "mac" } else { "Bearer" }));
        members.extend(described.then(|| r#""error_description":"words""#.to_owned()));
        let text = format!("{{{}}}", members.join(",")).into_bytes();
        Body { text, error: error.map(str::to_owned), token, readable: true }
    });
    let other = select(vec!["", "{", "[]", "null", "\"A2\"", "<html>", "{}x", "{\"a\":1,\"a\":1}"]);
    let other = other.prop_map(|text| Body { text: text.into(), error: None, token: None, readable: false });
    prop_oneof![4 => object, 1 => other]
}

/// The table: by the status, and by the code where there is one that can be read.
fn expected(status: u16, body: &Body, json: bool) -> End {
    let readable = json && body.readable;
    // RFC 6749 section A.7: a code is `1*NQSCHAR`; what is none is not stated.
    let code = body.error.as_deref().filter(|code| readable && !code.is_empty());
    match status {
        200 if !readable => End::InDoubt,
        200 => match (&body.error, body.token) {
            (None, None) | (Some(_), Some(_)) | (None, Some(false)) => End::InDoubt,
            (None, Some(true)) if body.text.windows(5).any(|text| text == b"\"mac\"") => End::Untrusted,
            (None, Some(true)) => End::Issued,
            (Some(_), None) => by_code(code),
        },
        408 | 500..=599 => End::InDoubt,
        400..=499 => by_code(code),
        _ => End::InDoubt,
    }
}

fn by_code(code: Option<&str>) -> End {
    match code {
        Some("invalid_grant") => End::Dead,
        Some("server_error") => End::InDoubt,
        _ => End::Refused,
    }
}

/// How `flight` ended, and what that left: the row of the journal as it was before, and what is handed back.
fn finish<G: Grant>(
    flight: InFlight<G>,
    outcome: Outcome,
    issued: impl FnOnce(G::Issued) -> String,
    origin: impl Fn(G::Origin) -> String,
    remains: impl Fn(G::Remains) -> String,
) -> (End, Remedy, String) {
    let journal = stored::save(&flight);
    let error = match flight.finish(outcome) {
        Ok(tokens) => return (End::Issued, Remedy::Ignore, issued(tokens)),
        Err(error) => error,
    };
    let remedy = error.remedy();
    match error {
        FinishError::NotSent { origin: back, .. } => (End::NotSent, remedy, origin(*back)),
        FinishError::Refused { origin: back, .. } => (End::Refused, remedy, origin(*back)),
        FinishError::Dead { remains: left, .. } => (End::Dead, remedy, remains(*left)),
        FinishError::Untrusted { remains: left, .. } => (End::Untrusted, remedy, remains(*left)),
        FinishError::InDoubt { in_doubt, .. } => {
            assert_eq!(stored::save(&*in_doubt), journal, "the doubt holds what the journal held");
            (End::InDoubt, remedy, "journal".to_owned())
        }
    }
}

/// Of a client that asks for itself: it has no user who could log in.
fn check_alone(end: (End, Remedy, String), expected: End, origin: &str, remains: &str) {
    let (end, remedy, left) = end;
    assert_ne!(remedy, Remedy::LogIn);
    let over = matches!(end, End::Dead | End::Untrusted);
    assert!(!over || remedy == Remedy::Fix);
    check((end, if over { Remedy::LogIn } else { remedy }, left), expected, origin, remains);
}

fn check(end: (End, Remedy, String), expected: End, origin: &str, remains: &str) {
    let (end, remedy, left) = end;
    assert_eq!(end, expected);
    match end {
        End::NotSent => assert_eq!(remedy, Remedy::Retry { after: None }),
        End::Dead | End::Untrusted => assert_eq!(remedy, Remedy::LogIn),
        End::InDoubt => assert_eq!(remedy, Remedy::Decide),
        End::Refused => assert!(matches!(remedy, Remedy::Retry { .. } | Remedy::Fix | Remedy::LogIn)),
        End::Issued => {}
    }
    match end {
        End::NotSent | End::Refused => assert_eq!(left, origin, "nothing was spent"),
        End::Dead | End::Untrusted => assert_eq!(left, remains),
        End::Issued => assert!(left.contains(r#""access_token":"A2""#), "{left}"),
        End::InDoubt => {}
    }
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn each_answer_leaves_what_the_table_says_of_what_was_presented(
        status in prop_oneof![
            3 => Just(200u16), 3 => Just(400u16),
            4 => select(vec![100u16, 201, 204, 302, 307, 401, 403, 408, 404, 429, 499, 500, 502, 503, 599, 600, 0, u16::MAX]),
            1 => any::<u16>(),
        ],
        body in any_body(),
        content_type in select(vec![
            "application/json",
            "application/json",
            "Application/JSON; charset=utf-8",
            "text/html",
            "",
        ]),
        sent in prop_oneof![8 => Just(None), 1 => any::<bool>().prop_map(Some)],
    ) {
        let scenario = Scenario::new();
        let client = &scenario.client;
        let outcome = || match sent {
            None => Response::new(status, [("Content-Type", content_type)], body.text.clone()).into(),
            Some(true) => Outcome::lost("reset"),
            Some(false) => Outcome::not_sent("dns"),
        };
        let json = content_type.to_lowercase().starts_with("application/json");
        let expected = match sent {
            None => expected(status, &body, json),
            Some(true) => End::InDoubt,
            Some(false) => End::NotSent,
        };
        let intent = |intent: oauth_proto::Intent| serde_json::to_string(&intent).unwrap();

        // A code: it is in the request that the state makes which is handed back, or nowhere.
        let (request, flight) = scenario.code_in_flight();
        let asked = serde_json::to_string(flight.intent()).unwrap();
        let first = request.expose_body().to_vec();
        let again = |code: oauth_proto::ReceivedCode| {
            let (request, _) = code.exchange(client, at(11)).unwrap();
            assert_eq!(request.expose_body(), first);
            "the code".to_owned()
        };
        let end = finish::<grant::AuthorizationCode>(flight, outcome(), row, again, intent);
        check(end, expected, "the code", &asked);

        // A refresh token; what is left without it is the access token.
        let origin = stored::save(&scenario.refreshable().into_token_set());
        let remains = origin.replacen(r#"{"refreshable":"R1"}"#, r#""access_only""#, 1);
        prop_assert!(remains != origin);
        let (_, flight) = scenario.refresh_in_flight();
        let end = finish::<grant::RefreshToken>(
            flight,
            outcome(),
            |issued| stored::save(&issued.into_token_set()),
            |set| stored::save(&set),
            |set| stored::save(&set),
        );
        check(end, expected, &origin, &remains);

        // Nothing single use: what was asked for, and the token from before, stay.
        let (_, flight) = scenario.password_in_flight();
        check(finish::<grant::Password>(flight, outcome(), row, intent, intent), expected, &asked, &asked);
        let (_, flight) = scenario.client_credentials_in_flight();
        let end = finish::<grant::ClientCredentials>(
            flight,
            outcome(),
            |issued| stored::save(&issued.into_token_set()),
            intent,
            intent,
        );
        check_alone(end, expected, &asked, &asked);
        let origin = stored::save(&scenario.reissuable().into_token_set());
        let (_, flight) = scenario.reissue_in_flight();
        let end = finish::<grant::Reissue>(
            flight,
            outcome(),
            |issued| stored::save(&issued.into_token_set()),
            |set| stored::save(&set),
            |set| stored::save(&set),
        );
        check_alone(end, expected, &origin, &origin);
    }

    #[test]
    fn a_status_that_no_token_endpoint_has_is_in_doubt_whatever_the_body_says(
        status in prop_oneof![0u16..200, 201u16..400, 600u16..],
        body in any_body(),
    ) {
        let response = Response::new(status, [("Content-Type", "application/json")], body.text);
        let end = Scenario::new().code_in_flight().1.finish(response.into());
        let doubt =
            matches!(&end, Err(FinishError::InDoubt { doubt: Doubt::UnexpectedStatus(found), .. }) if *found == status);
        prop_assert!(doubt, "{:?}", end);
    }

    #[test]
    fn another_media_type_is_never_read_as_tokens(
        content_type in "application/json|APPLICATION/json ?;[ -~]{0,9}|[a-z]{1,9}/[a-z+.-]{1,9}|[ -~]{0,20}|application/json[a-z]|",
    ) {
        let body = r#"{"access_token":"A2","token_type":"Bearer"}"#;
        let response = Response::new(200, [("Content-Type", content_type.as_str())], body);
        let end = Scenario::new().code_in_flight().1.finish(response.into());
        let essence = content_type.split(';').next().unwrap().trim();
        match end {
            Ok(_) => prop_assert!(essence.eq_ignore_ascii_case("application/json")),
            Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::ContentType), .. }) => {
                prop_assert!(!essence.eq_ignore_ascii_case("application/json"));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}

fn row(granted: oauth_proto::Granted) -> String {
    let set: AnyTokenSet = granted.into_any_token_set();
    stored::save(&set)
}
