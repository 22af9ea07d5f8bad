//! Added parameters and header fields, with all that is known beforehand filled in.

use std::{borrow::Cow, collections::BTreeMap};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{Added, Parameters};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::{Extras, Piece, Template, Timestamp, grammar},
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
}

/// What the variables of a request stand for.
pub(crate) struct Values<'a> {
    pub(crate) scope: &'a str,
    pub(crate) extras: &'a Extras,
    pub(crate) random: Random<'a>,
}

/// Where `{random}` comes from: what nobody else knows, and the instant. What is spent or replaced by a request is among
/// the former, so that no two requests are alike. It is a hash, and tells nothing of what it is made of.
#[derive(Clone, Copy)]
pub(crate) struct Random<'a> {
    pub(crate) secrets: [&'a [u8]; 2],
    pub(crate) now: Timestamp,
}

/// A parameter on its way to the wire.
pub(crate) struct Filled<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Cow<'a, str>,
    pub(crate) bare: bool,
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
            additions.parameters.push(Addition { name: name.as_str().into(), value, bare });
        }
        for (name, text) in headers.into_iter().flatten() {
            let field = format!("{path}.headers.{name}");
            let value = bind(&field, text)?;
            for piece in value.pieces() {
                if let Piece::Literal(text) = piece {
                    ConfigError::check_characters(field.clone(), text, grammar::is_vschar)?;
                }
            }
            additions.headers.push(Addition { name: name.as_str().into(), value, bare: false });
        }
        Ok(additions)
    }

    /// The added parameters. One that comes out empty is left out (RFC 6749 section 3.1). `None` where a value that
    /// should have come with the callback is not there.
    pub(crate) fn parameters(&self, values: &Values<'_>) -> Option<Vec<Filled<'_>>> {
        let mut filled = fill(&self.parameters, values)?;
        filled.retain(|each| !each.value.is_empty());
        Some(filled)
    }

    /// The added header fields; `None` also where a value cannot stand in one.
    pub(crate) fn headers(&self, values: &Values<'_>) -> Option<Vec<Filled<'_>>> {
        fill(&self.headers, values)
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
}

fn fill<'a>(additions: &'a [Addition], values: &Values<'_>) -> Option<Vec<Filled<'a>>> {
    let filled = additions.iter().map(|Addition { name, value, bare }| {
        let value = value.fill(|variable| match variable {
            SCOPE => Some(Cow::Borrowed(values.scope)),
            RANDOM => Some(Cow::Owned(values.random.text(name))),
            kept => values.extras.get(kept).map(Cow::Borrowed),
        })?;
        Some(Filled { name, value, bare: *bare })
    });
    filled.collect()
}

impl Random<'_> {
    /// 43 characters of base64url for the parameter `name`.
    fn text(&self, name: &str) -> String {
        let [first, second] = self.secrets;
        let hash = Sha256::new()
            .chain_update(b"oauth-proto random\0")
            .chain_update(self.now.as_unix_millis().to_be_bytes())
            .chain_update(Sha256::digest(name))
            .chain_update(Sha256::digest(first))
            .chain_update(second);
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }
}
