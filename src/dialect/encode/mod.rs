//! Parameters to bytes. Each encoder takes one allocation: the length is known before the first byte is written.

mod basic;
mod form;
mod json;
mod measured;
mod url;

pub(crate) use basic::basic_header;
pub(crate) use url::{PlainScope, authorization_url, with_query};

use super::{BodyFormat, ResponseFormat};
use crate::http::Target;

/// A parameter by its name on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// A number or a truth value, which JSON writes without quotation marks.
    pub(crate) bare: bool,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(name: &'a str, value: &'a str) -> Self {
        Self { name, value, bare: false }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Parameters in their place.
pub(crate) struct Placed {
    pub(crate) url: Target,
    /// The media type of the body, where there is one.
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Vec<u8>,
}

impl BodyFormat {
    /// Puts the parameters of a request to `url` where this format has them.
    pub(crate) fn place<'a>(self, url: Target, pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Placed {
        match self {
            Self::Form => Placed { url, content_type: Some(FORM), body: form::body(pairs) },
            Self::Json => Placed { url, content_type: Some(JSON), body: json::body(pairs) },
            Self::Query => {
                let url = Target::WithQuery(with_query(url.as_str(), pairs).into());
                Placed { url, content_type: None, body: Vec::new() }
            }
        }
    }
}

impl ResponseFormat {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Form => FORM,
            Self::Json => JSON,
        }
    }
}
