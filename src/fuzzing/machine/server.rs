//! What may come of a request.

use crate::{
    Outcome, Response,
    fuzzing::{input::Input, scene::JSON},
};

/// What the tokens and codes of this world begin with.
pub(super) const TOKEN: &str = "tok3n-of-";
pub(super) const CODE: &str = "c0de-of-";

/// What the server did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Did {
    Issued,
    Refused,
    Killed,
    Failed,
    Untrusted,
    NotSent,
    Lost,
    /// Something that nobody foresaw.
    Whatever,
}

/// The outcome, and the number of the tokens in it.
pub(super) struct Reply {
    pub(super) did: Did,
    pub(super) outcome: Outcome,
    pub(super) issued: Option<u32>,
}

pub(super) fn access_token(number: u32) -> String {
    format!("{TOKEN}access-{number}")
}

pub(super) fn refresh_token(number: u32) -> String {
    format!("{TOKEN}refresh-{number}")
}

/// The body of an answer that issues tokens of this number.
pub(super) fn body(input: &mut Input<'_>, number: u32) -> String {
    let refresh = match input.byte() & 3 {
        0 => String::new(),
        1 => ",\"refresh_token\":null".into(),
        _ => format!(",\"refresh_token\":\"{}\"", refresh_token(number)),
    };
    let expiry =
        input.pick(["", ",\"expires_in\":60", ",\"expires_in\":\"3600\"", ",\"expires_in\":0", ",\"expires_in\":1e30"]);
    let rest = input.pick(["", ",\"scope\":\"read\"", ",\"team\":{\"id\":\"T7\"}"]);
    format!("{{\"access_token\":\"{}\",\"token_type\":\"Bearer\"{refresh}{expiry}{rest}}}", access_token(number))
}

pub(super) fn reply(input: &mut Input<'_>, serial: &mut u32) -> Reply {
    let json = |status, body: String| Outcome::from(Response::new(status, JSON, body));
    let error = |code: &str| format!("{{\"error\":\"{code}\"}}");
    let (did, outcome) = match input.byte() & 15 {
        8 => (Did::Refused, json(401, error("invalid_client"))),
        9 => (Did::Killed, json(400, error("invalid_grant"))),
        10 => (Did::Failed, Response::new(503, [("Retry-After", "20")], "").into()),
        11 => {
            *serial = serial.wrapping_add(1);
            (Did::Untrusted, json(200, body(input, *serial).replace("Bearer", "mac")))
        }
        12 => (Did::NotSent, Outcome::not_sent("dns")),
        13 => (Did::Lost, Outcome::lost("reset")),
        14 => (Did::Refused, Response::new(429, [("Retry-After", "15")], "").into()),
        15 => {
            let (status, body) = (input.pick([200, 400, 500, 302]), input.bytes(64));
            (Did::Whatever, Response::new(status, JSON, body).into())
        }
        _ => {
            *serial = serial.wrapping_add(1);
            let body = body(input, *serial);
            return Reply { did: Did::Issued, outcome: json(200, body), issued: Some(*serial) };
        }
    };
    Reply { did, outcome, issued: None }
}
