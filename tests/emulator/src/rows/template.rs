//! Templates: `{name}` stands for a value that only one connection knows.

use std::fmt;

use serde_json::Value;

use crate::rows::Connection;

/// A value that the client makes up for each request.
const RANDOM: &str = "random";

/// A template with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    Text(String),
    /// A value of the client's own stands between these.
    Random {
        before: String,
        after: String,
    },
}

/// Why a template stays empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Unset(String),
    Broken(String),
}

/// Where a template takes its values from.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) connection: &'a Connection,
    /// The scope as it is asked for, if one is.
    pub(crate) scope: Option<&'a str>,
    /// The names of the callback that are known at that point.
    pub(crate) from_callback: &'a [String],
}

impl Values<'_> {
    /// An empty value is none: no parameter may be empty.
    fn get(&self, name: &str) -> Option<String> {
        let connection = self.connection;
        let kept = || self.from_callback.iter().any(|known| known == name).then(|| connection.callback.get(name));
        let value = match name {
            "client_id" => Some(&connection.client_id),
            "redirect_uri" => Some(&connection.redirect_uri),
            _ => connection.variables.get(name).or_else(|| kept().flatten()),
        };
        let value = match (name, value) {
            ("scope", None) => self.scope,
            (_, value) => value.map(String::as_str),
        };
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    }

    pub(crate) fn fill(&self, template: &str) -> Result<Filled, Trouble> {
        self.fill_with(template, |_| true)
    }

    fn fill_with(&self, template: &str, legal: impl Fn(char) -> bool) -> Result<Filled, Trouble> {
        let mut text = String::new();
        let mut before = None;
        let mut rest = template;
        while let Some((plain, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else {
                return Err(Trouble::Broken(format!("`{template}` has a brace that is not closed")));
            };
            text.push_str(plain);
            if name != RANDOM {
                let value = self.get(name).ok_or_else(|| Trouble::Unset(name.to_owned()))?;
                if !value.chars().all(&legal) {
                    return Err(Trouble::Broken(format!(
                        "`{value}`, the value of `{name}`, cannot stand there as it is"
                    )));
                }
                text.push_str(&value);
            } else if before.is_none() {
                before = Some(std::mem::take(&mut text));
            } else {
                return Err(Trouble::Broken(format!("`{template}` has two random values")));
            }
            rest = behind;
        }
        text.push_str(rest);
        Ok(match before {
            Some(before) => Filled::Random { before, after: text },
            None => Filled::Text(text),
        })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Unset(name) => write!(formatter, "the connection has no value for `{name}`"),
            Trouble::Broken(what) => formatter.write_str(what),
        }
    }
}

/// The address of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// With the port, if it has one that is not the usual one.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
}

impl Url {
    /// The first alternative whose variables all have a value. A value that would need encoding to stand in a URL is
    /// refused: no row says how it would be encoded.
    pub(crate) fn locate(field: &str, templates: &str, values: Values<'_>) -> Result<Url, String> {
        let plain = |character: char| character.is_ascii_alphanumeric() || "-._~:/".contains(character);
        let mut unset = Vec::new();
        for template in templates.split(" || ") {
            match values.fill_with(template, plain) {
                Ok(Filled::Text(url)) => return Url::parse(field, &url),
                Ok(Filled::Random { .. }) => return Err(format!("{field}: `{template}` is random")),
                Err(Trouble::Unset(name)) => unset.push(name),
                Err(trouble) => return Err(format!("{field}: {trouble}")),
            }
        }
        Err(format!("{field}: `{templates}` needs a value for `{}`", unset.join("` or `")))
    }

    pub(crate) fn parse(field: &str, url: &str) -> Result<Url, String> {
        let legal = |character: char| character.is_ascii_alphanumeric() || "-._~:/?=&,%+".contains(character);
        let wrong = |what: &str| Err(format!("{field}: `{url}` {what}"));
        let Some(rest) = url.strip_prefix("https://") else {
            return wrong("does not begin with https://");
        };
        if !rest.chars().all(legal) {
            return wrong("holds a character that cannot stand there as it is");
        }
        let (place, query) = match rest.split_once('?') {
            Some((place, query)) => (place, Some(query.to_owned())),
            None => (rest, None),
        };
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        if host.is_empty() {
            return wrong("has no host");
        }
        // RFC 3986 section 6.2.3: an empty path and `/` are the same, and so is the usual port and none.
        let path = if path.is_empty() { "/" } else { path };
        Ok(Url { host: without_usual_port(host).to_owned(), path: path.to_owned(), query })
    }

    /// RFC 3986 section 3.2.2: hosts compare without regard to case. Nothing else is alike.
    pub(crate) fn serves(&self, host: &str, path: &str) -> bool {
        without_usual_port(host).eq_ignore_ascii_case(&self.host) && self.path == path
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "https://{}{}", self.host, self.path)?;
        match &self.query {
            Some(query) => write!(formatter, "?{query}"),
            None => Ok(()),
        }
    }
}

fn without_usual_port(host: &str) -> &str {
    host.strip_suffix(":443").unwrap_or(host)
}

/// What a parameter beyond the standard ones has to be.
pub(crate) fn extra(field: &str, name: &str, value: &Value, values: Values<'_>) -> Result<ExtraValue, String> {
    match value {
        Value::String(template) => match values.fill(template) {
            Ok(Filled::Text(text)) => Ok(ExtraValue::Exactly(Value::String(text))),
            Ok(Filled::Random { before, after }) => Ok(ExtraValue::Random { before, after }),
            Err(Trouble::Unset(variable)) => Ok(ExtraValue::Unset(variable)),
            Err(trouble) => Err(format!("{field}: {trouble}")),
        },
        Value::Number(_) | Value::Bool(_) => Ok(ExtraValue::Exactly(value.clone())),
        other => Err(format!("{field}: `{name}` is {other}, which is no single value")),
    }
}

/// A parameter's value out of a template.
pub(crate) enum ExtraValue {
    Exactly(Value),
    Random { before: String, after: String },
    Unset(String),
}
