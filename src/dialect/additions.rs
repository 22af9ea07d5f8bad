//! Added parameters and header fields, with all that is known beforehand filled in.

use std::{borrow::Cow, cell::Cell, collections::BTreeMap};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Added, Parameters};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::{Extras, Piece, Template, Timestamp, Wiped, grammar, sha256},
};

/// Variables that have a value in each request.
pub(crate) const SCOPE: &str = "scope";
pub(crate) const RANDOM: &str = "random";

/// Fills the template that stands at a field with what is known when a client is made. A variable that has no value, and
/// never will, is an error.
pub(crate) type Bind<'b> = dyn FnMut(&str, &str) -> Result<Template, ConfigError> + 'b;

/// What one step adds to its request.
#[derive(Debug, Default)]
pub(crate) struct Additions {
    parameters: Vec<Addition>,
    headers: Vec<Addition>,
}

#[derive(Debug)]
struct Addition {
    name: Box<str>,
    value: Template,
    /// A number or a truth value.
    bare: bool,
    /// It is left out where a variable has no value.
    optional: bool,
}

/// What the variables of a request stand for.
pub(crate) struct Values<'a> {
    pub(crate) scope: &'a str,
    pub(crate) extras: &'a Extras,
    pub(crate) random: Random<'a>,
}

/// Where `{random}` comes from: a secret that cannot be guessed, what else the request is made of, and the instant. What
/// is spent or replaced by a request is among them, so that the next one is not alike. It is a hash, and tells nothing
/// of what it is made of.
#[derive(Clone, Copy)]
pub(crate) struct Random<'a> {
    /// None where there is nothing but what can be guessed, such as a password: a hash of it alone would tell whether a
    /// guess is right.
    pub(crate) secret: Option<&'a [u8]>,
    pub(crate) more: [&'a [u8]; 2],
    pub(crate) now: Timestamp,
}

/// A parameter on its way to the wire.
pub(crate) struct Filled<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Wiped<'a>,
    pub(crate) bare: bool,
}

impl<'a> From<(&'a str, &'a str)> for Filled<'a> {
    fn from((name, value): (&'a str, &'a str)) -> Self {
        Self { name, value: value.into(), bare: false }
    }
}

impl Additions {
    /// The added parameters of the step at `path`, and its header fields.
    pub(crate) fn new(
        path: &str,
        parameters: &Parameters,
        headers: Option<&BTreeMap<String, String>>,
        bind: &mut Bind<'_>,
    ) -> Result<Self, ConfigError> {
        let mut additions = Self::default();
        for (name, added) in &parameters.add {
            let field = format!("{path}.parameters.add.{name}");
            let (text, bare) = match added {
                Added::Truth(truth) => (Cow::Owned(truth.to_string()), true),
                Added::Number(number) => (Cow::Owned(number.to_string()), true),
                Added::Text(text) => (Cow::Borrowed(text.as_str()), false),
            };
            let value = match bind(&field, &text) {
                Ok(value) => value,
                Err(error) if parameters.omit_unset && matches!(error.reason(), Reason::UnsetVariable(_)) => continue,
                Err(error) => return Err(error),
            };
            let optional = parameters.omit_unset;
            additions.parameters.push(Addition { name: name.as_str().into(), value, bare, optional });
        }
        for (name, text) in headers.into_iter().flatten() {
            let field = format!("{path}.headers.{name}");
            let value = bind(&field, text)?;
            let fits = |piece: &Piece| match piece {
                Piece::Literal(text) => ConfigError::check_characters("", text, grammar::is_vschar),
                Piece::Variable(_) => Ok(()),
            };
            if let Err(error) = value.pieces().iter().try_for_each(fits) {
                return Err(ConfigError::new(field, error.reason().clone()));
            }
            additions.headers.push(Addition { name: name.as_str().into(), value, bare: false, optional: false });
        }
        Ok(additions)
    }

    /// The added parameters. One that comes out empty is left out (RFC 6749 section 3.1). `None` where a value that
    /// should have come with the callback is not there.
    pub(crate) fn parameters(&self, values: &Values<'_>) -> Option<Vec<Filled<'_>>> {
        let mut filled = fill("parameter", &self.parameters, values)?;
        filled.retain(|each| !each.value.is_empty());
        Some(filled)
    }

    /// The value of an added parameter, where no variable is in it.
    pub(crate) fn literal(&self, name: &str) -> Option<&str> {
        match self.parameters.iter().find(|each| *each.name == *name)?.value.pieces() {
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The added header fields; `None` also where a value cannot stand in one.
    pub(crate) fn headers(&self, values: &Values<'_>) -> Option<Vec<Filled<'_>>> {
        fill("header", &self.headers, values)
            .filter(|fields| fields.iter().all(|each| each.value.bytes().all(grammar::is_vschar)))
    }

    /// The names of the variables that make header fields.
    pub(crate) fn header_variables(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().flat_map(|each| each.value.variables())
    }

    /// The names of all variables that are not filled in.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().chain(&self.headers).flat_map(|each| each.value.variables())
    }

    /// Those without a value of which there is no request.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &str> {
        let needed = self.parameters.iter().filter(|each| !each.optional);
        needed.chain(&self.headers).flat_map(|each| each.value.variables())
    }
}

fn fill<'a>(kind: &str, additions: &'a [Addition], values: &Values<'_>) -> Option<Vec<Filled<'a>>> {
    if additions.is_empty() {
        return Some(Vec::new()); // as most are
    }
    let filled = additions.iter().filter_map(|Addition { name, value, bare, optional }| {
        let randoms = Cell::new(0u8);
        let value = value.fill(|variable| match variable {
            SCOPE => Some(Cow::Borrowed(values.scope)),
            RANDOM => {
                randoms.set(randoms.get().wrapping_add(1));
                values.random.text(&[kind, name], randoms.get()).map(Cow::Owned)
            }
            kept => values.extras.get(kept).map(Cow::Borrowed),
        });
        match value {
            Some(value) => Some(Some(Filled { name, value, bare: *bare })),
            None if *optional => None,
            None => Some(None),
        }
    });
    filled.collect()
}

impl Random<'_> {
    /// 43 characters of base64url for the `count`th place of a parameter or header field.
    fn text(&self, [kind, name]: &[&str; 2], count: u8) -> Option<String> {
        let [one, two] = self.more;
        let [secret, one, two, kind, name] =
            [self.secret?, one, two, kind.as_bytes(), name.as_bytes()].map(|part| sha256(&[part]));
        let instant = self.now.as_unix_millis().to_be_bytes();
        let all: [&[u8]; 8] = [b"oauth-proto random\0", &instant, &[count], &secret, &one, &two, &kind, &name];
        Some(URL_SAFE_NO_PAD.encode(sha256(&all)))
    }
}
