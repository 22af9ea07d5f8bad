//! Answers that refuse, and what is shown of them.

use oauth_proto::{Outcome, Provider, Response, dialect::OkMember};

use super::{
    Input, Refused,
    fill::{PREFIX, number, repeat},
    judge, unlimited,
};
use crate::scenario::Scenario;

const TYPE: (&str, &str) = ("Content-Type", "application/json");

/// Members in other places, one of which tells success from error.
fn elsewhere(provider: &mut Provider) {
    let error = &mut provider.dialect.response.error;
    error.code = "meta.error.code".into();
    error.description = "meta.error.words".into();
    error.ok = Some(OkMember::new("meta.ok", true));
}

fn refusal(
    name: &'static str,
    status: u16,
    tweak: fn(&mut Provider),
    body: impl Fn(usize) -> String + 'static,
) -> Input {
    Input::new(name, Refused, move |size| {
        let scenario = Scenario::with(|provider| {
            tweak(provider);
            unlimited(provider);
        });
        let (_, in_flight) = scenario.client_credentials_in_flight();
        let outcome: Outcome = Response::new(status, [TYPE], body(size)).into();
        Box::new(move || judge(in_flight.finish(outcome)))
    })
}

pub fn inputs() -> Vec<Input> {
    let plain = |name, status, start: &'static str, unit: &'static str| {
        refusal(name, status, |_| {}, move |size| repeat(start, unit, r#""}"#, size))
    };
    vec![
        plain("refusal: a long description", 400, r#"{"error":"invalid_grant","error_description":""#, "no "),
        plain("refusal: a description in escapes", 400, r#"{"error":"x","error_description":""#, r"\u0007"),
        plain("refusal: a description of pairs", 400, r#"{"error":"x","error_description":""#, r"\ud83d\ude00"),
        plain("refusal: a description of quotes", 400, r#"{"error":"x","error_description":""#, r#"\""#),
        plain("refusal: a long code", 400, r#"{"error":""#, "no "),
        plain("refusal: a long code in escapes", 400, r#"{"error":""#, r"\u0061"),
        plain("refusal: a code that is none, at its end", 400, r#"{"error":"\u00e4"#, "a"),
        plain("refusal: a long URI", 400, r#"{"error":"x","error_uri":""#, "https://"),
        plain("refusal: a long description of a server that failed", 503, r#"{"error_description":""#, "no "),
        plain("refusal: a long description under success", 200, r#"{"error":"x","error_description":""#, "no "),
        plain("refusal: a body that nobody reads", 302, "\"", "no "),
        refusal(
            "refusal: many members",
            400,
            |_| {},
            |size| number(r#"{"error":"x""#, |n| format!(r#","{PREFIX}{n:08}":0"#), "}", size),
        ),
        refusal("refusal: a page", 502, |_| {}, |size| repeat("<html>", "<p>no</p>", "</html>", size)),
        refusal("refusal: many members deep down", 200, elsewhere, |size| {
            number(
                r#"{"meta":{"ok":false,"error":{"code":7"#,
                |n| format!(r#","{PREFIX}{n:08}":0"#),
                r#","words":"no"}}}"#,
                size,
            )
        }),
    ]
}
