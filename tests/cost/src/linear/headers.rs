//! Header fields of a response.

use oauth_proto::{Outcome, Response};

use super::{Input, Read, Refused, Verdict, fill::repeat, judge, unlimited};
use crate::scenario::Scenario;

const TOKENS: &str = r#"{"access_token":"A1","token_type":"Bearer"}"#;
const TYPE: &str = "application/json";

fn fields(
    name: &'static str,
    verdict: Verdict,
    status: u16,
    make: impl Fn(usize) -> Vec<(String, String)> + 'static,
) -> Input {
    Input::new(name, verdict, move |size| {
        let (_, in_flight) = Scenario::with(unlimited).client_credentials_in_flight();
        let outcome: Outcome = Response::new(status, make(size), TOKENS).into();
        Box::new(move || judge(in_flight.finish(outcome)))
    })
}

pub fn inputs() -> Vec<Input> {
    let content_type = |name, verdict, start: &'static str, unit: &'static str, end: &'static str| {
        fields(name, verdict, 200, move |size| vec![("Content-Type".into(), repeat(start, unit, end, size))])
    };
    let retry_after = |name, start: &'static str, unit: &'static str, end: &'static str| {
        fields(name, Refused, 429, move |size| {
            vec![("Content-Type".into(), TYPE.into()), ("Retry-After".into(), repeat(start, unit, end, size))]
        })
    };
    let many = |name, field: fn(usize) -> String, value: &'static str| {
        fields(name, Read, 200, move |size| {
            let others = (0..size / 16).map(|n| (field(n), value.into()));
            others.chain([("Content-Type".into(), TYPE.into())]).collect()
        })
    };
    vec![
        content_type("header: a media type with many parameters", Read, TYPE, ";a=b", ""),
        content_type("header: a media type with one long parameter", Read, "application/json;a=\"", "b", "\""),
        content_type("header: a media type behind white space", Read, "", " ", TYPE),
        content_type("header: a media type before white space", Read, TYPE, " ", ""),
        content_type("header: an endless media type", Refused, TYPE, "n", ""),
        content_type("header: semicolons", Refused, "", ";", TYPE),
        retry_after("header: an endless wait", "1", "0", ""),
        retry_after("header: an endless wait, and no number", "1", "0", "s"),
        retry_after("header: a wait behind white space", "", " ", "60"),
        many("header: many fields", |n| format!("X-{n}"), "0"),
        many("header: many fields of nearly this name", |_| "Content-Typo".into(), TYPE),
    ]
}
