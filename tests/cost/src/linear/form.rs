//! Token responses that are forms.

use oauth_proto::{Outcome, Response, dialect::ResponseFormat};

use super::{
    Input, Read, ReadUpTo, Refused, Verdict,
    fill::{PREFIX, number, repeat},
    judge, unlimited,
};
use crate::scenario::Scenario;

const TOKENS: &str = "access_token=A1&token_type=bearer";

fn form(name: &'static str, verdict: Verdict, body: impl Fn(usize) -> String + 'static) -> Input {
    Input::new(name, verdict, move |size| {
        let scenario = Scenario::with(|provider| {
            unlimited(provider);
            provider.dialect.response.format = ResponseFormat::Form;
            provider.dialect.response.keep = vec!["k".into()];
        });
        let (_, in_flight) = scenario.client_credentials_in_flight();
        let fields = [("Content-Type", "application/x-www-form-urlencoded")];
        let outcome: Outcome = Response::new(200, fields, body(size)).into();
        Box::new(move || judge(in_flight.finish(outcome)))
    })
}

pub fn inputs() -> Vec<Input> {
    let plain = |name, verdict, start: &'static str, unit: &'static str, end: &'static str| {
        form(name, verdict, move |size| repeat(&format!("{TOKENS}{start}"), unit, end, size))
    };
    let numbered = |name, verdict, unit: fn(usize) -> String, end: &'static str| {
        form(name, verdict, move |size| number(TOKENS, unit, end, size))
    };
    vec![
        numbered("form: many pairs", Read, |n| format!("&{n}"), ""),
        numbered("form: many names that begin alike", Read, |n| format!("&{PREFIX}{n:08}=0"), ""),
        numbered("form: many names in escapes", Read, |n| format!("&%61%62{n}=0"), ""),
        numbered("form: many values in escapes", Read, |n| format!("&{n}=%61+%62"), ""),
        numbered("form: a token twice at the end", Refused, |n| format!("&{n}=0"), "&access_token=A2"),
        numbered("form: a name twice at the end", Refused, |n| format!("&{n}=0"), "&0=0"),
        plain("form: one name again and again", Refused, "", "&x=0", ""),
        plain("form: empty pairs", Read, "", "&", ""),
        plain("form: pairs of nothing", Refused, "", "&=", ""),
        plain("form: equals signs", Read, "&x=", "=", ""),
        plain("form: escapes", Read, "&x=", "%61", ""),
        plain("form: broken escapes", Refused, "&x=", "%", ""),
        plain("form: escapes that are no UTF-8", Refused, "&x=", "%ff", ""),
        plain("form: plus signs", Read, "&x=", "+", ""),
        plain("form: a name of escapes", Read, "&", "%61", "="),
        plain("form: a long refresh token", ReadUpTo(64 * 1024), "&refresh_token=", "a", ""),
        plain("form: a long scope", ReadUpTo(16 * 1024), "&scope=", "s", ""),
        plain("form: a kept text", Read, "&k=", "a", ""),
        plain("form: a kept text in escapes", Read, "&k=", "%61", ""),
        plain("form: a description", Refused, "&error=x&error_description=", "no+", ""),
    ]
}
