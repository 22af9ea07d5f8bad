//! What one step of a row looks like on the wire, and whether a request looks like it.

use serde_json::Value;

use crate::answer::Refusal;
use crate::decode::{Params, form_params, json_scalars};
use crate::log::Exchange;
use crate::rows::credentials::Authentication;
use crate::rows::template::Url;
use crate::wire::is_media_type;

/// A client's own value has at least this many characters.
const SHORTEST_RANDOM: usize = 16;

/// What has to stand there.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Exactly(Value),
    /// Byte for byte, before any decoding.
    Raw(String),
    /// A value that this server has never seen, between these two.
    Random {
        before: String,
        after: String,
    },
    /// A text that whoever carries the step out has to judge.
    Judged,
}

/// One parameter.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The name on the wire.
    pub(crate) name: String,
    /// The name in RFC 6749 and its extensions; empty for a parameter that no standard knows.
    pub(crate) standard: &'static str,
    pub(crate) value: Pattern,
    pub(crate) required: bool,
    /// The field of the row that says so.
    pub(crate) field: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Form,
    Json,
    Query,
}

/// One step of the row.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// In a sentence: "the token request".
    pub(crate) called: &'static str,
    /// The field of the row with the address.
    pub(crate) field: &'static str,
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) format: Format,
    pub(crate) parameters: Vec<Expected>,
    /// Behind the URL's own query, whatever the format.
    pub(crate) in_query: Vec<Expected>,
    pub(crate) headers: Vec<(String, Pattern)>,
    pub(crate) authentication: Authentication,
}

/// What a request that fits has brought.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) params: Params,
    /// The client's own values.
    pub(crate) randoms: Vec<String>,
}

impl Step {
    /// The name on the wire of a standard parameter, if this step has it.
    pub(crate) fn name_of(&self, standard: &str) -> Option<&str> {
        let mut all = self.parameters.iter().chain(&self.in_query);
        all.find(|expected| expected.standard == standard).map(|expected| expected.name.as_str())
    }

    /// Method, places, formats, parameters, headers and credentials.
    pub(crate) fn check(&self, row: &str, seen: &Exchange) -> Result<Sent, Refusal> {
        let refuse = |(field, what): (&str, String)| {
            Refusal::Deviates(format!("{what}, in the {} (row {row}, {field})", self.called))
        };
        self.checked(seen).map_err(refuse)
    }

    fn checked(&self, seen: &Exchange) -> Result<Sent, (&'static str, String)> {
        if seen.method != self.method {
            return Err((self.field, format!("{} where the row has {}", seen.method, self.method)));
        }
        let behind = self.behind_own_query(seen)?;
        let (params, queried) = match self.format {
            Format::Query => {
                if !seen.body.is_empty() {
                    return Err(("body_format", "there is a body".to_owned()));
                }
                (parsed(form_params(behind, "the query"))?, None)
            }
            Format::Form | Format::Json => (self.body_params(seen)?, Some(parsed(form_params(behind, "the query"))?)),
        };
        let json = self.format == Format::Json;
        let mut randoms = Vec::new();
        match &queried {
            Some(queried) => {
                check_params(&self.in_query, queried, false, "the query", &mut randoms)?;
                check_params(&self.parameters, &params, json, "the body", &mut randoms)?;
            }
            None => {
                let all = [self.parameters.as_slice(), &self.in_query].concat();
                check_params(&all, &params, false, "the query", &mut randoms)?;
            }
        }
        for (name, pattern) in &self.headers {
            let values: Vec<&str> = seen.headers_named(name).collect();
            let [value] = values.as_slice() else {
                let times = values.len();
                return Err(("token_headers", format!("header `{name}` is there {times} times, and not once")));
            };
            fits(pattern, name, value, None, &mut randoms).map_err(|what| ("token_headers", what))?;
        }
        // A header of that name in `token_headers` has been compared above.
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            self.authentication.check(seen, &params, self)?;
        }
        Ok(Sent { params, randoms })
    }

    /// What the query holds besides the URL's own, which has to stand first, byte for byte.
    fn behind_own_query<'s>(&self, seen: &'s Exchange) -> Result<&'s str, (&'static str, String)> {
        let sent = seen.query.as_deref();
        let Some(own) = self.url.query.as_deref() else {
            return match sent {
                Some("") => Err((self.field, "an empty query".to_owned())),
                other => Ok(other.unwrap_or("")),
            };
        };
        let behind = sent.and_then(|sent| sent.strip_prefix(own)).and_then(|behind| match behind {
            "" => Some(""),
            _ => behind.strip_prefix('&'),
        });
        behind.ok_or_else(|| (self.field, format!("the query does not begin with the URL's own `{own}`")))
    }

    fn body_params(&self, seen: &Exchange) -> Result<Params, (&'static str, String)> {
        let media_type = match self.format {
            Format::Json => "application/json",
            Format::Form | Format::Query => "application/x-www-form-urlencoded",
        };
        let declared: Vec<&str> = seen.headers_named("content-type").collect();
        if !matches!(declared.as_slice(), [one] if is_media_type(one, media_type)) {
            let declared = declared.join(", ");
            return Err(("body_format", format!("the Content-Type is `{declared}`, and not {media_type}")));
        }
        let text = std::str::from_utf8(&seen.body).map_err(|_| ("body_format", "the body is not UTF-8".to_owned()))?;
        parsed(if self.format == Format::Json { json_scalars(text) } else { form_params(text, "the form body") })
    }
}

fn parsed(params: Result<Params, String>) -> Result<Params, (&'static str, String)> {
    params.map_err(|what| ("body_format", what))
}

/// Every parameter that is due is there, with its value, and no other.
fn check_params(
    expected: &[Expected],
    params: &Params,
    json: bool,
    place: &str,
    randoms: &mut Vec<String>,
) -> Result<(), (&'static str, String)> {
    for one in expected {
        let Some(value) = params.get(&one.name) else {
            if one.required {
                return Err((one.field, format!("`{}` is missing from {place}", one.name)));
            }
            continue;
        };
        let raw = params.raw(&one.name).unwrap_or(value);
        if json && matches!(one.value, Pattern::Judged) && !raw.starts_with('"') {
            return Err((one.field, format!("`{}` is not a JSON string", one.name)));
        }
        fits(&one.value, &one.name, value, Some((raw, json)), randoms).map_err(|what| (one.field, what))?;
    }
    match params.names().find(|name| !expected.iter().any(|one| one.name == *name)) {
        Some(stranger) => Err(("parameters", format!("`{stranger}` has no place in {place}"))),
        None => Ok(()),
    }
}

/// `raw`: the value as it stood there, and whether that is JSON.
fn fits(
    pattern: &Pattern,
    name: &str,
    value: &str,
    raw: Option<(&str, bool)>,
    randoms: &mut Vec<String>,
) -> Result<(), String> {
    match pattern {
        Pattern::Judged => Ok(()),
        Pattern::Exactly(expected) => {
            let (expected, found) = match (raw, expected) {
                (Some((raw, true)), _) => (expected.to_string(), raw),
                (_, Value::String(text)) => (text.clone(), value),
                _ => (expected.to_string(), value),
            };
            if expected == found { Ok(()) } else { Err(format!("`{name}` is `{found}`, and not `{expected}`")) }
        }
        Pattern::Raw(expected) => match raw {
            Some((raw, _)) if raw != expected => Err(format!("`{name}` stands there as `{raw}`, not as `{expected}`")),
            _ => Ok(()),
        },
        Pattern::Random { before, after } => {
            let own = value.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
            match own {
                Some(own) if own.chars().count() >= SHORTEST_RANDOM => {
                    randoms.push(own.to_owned());
                    Ok(())
                }
                _ => Err(format!("`{name}` is `{value}`, with no {SHORTEST_RANDOM} characters of the client's own")),
            }
        }
    }
}
