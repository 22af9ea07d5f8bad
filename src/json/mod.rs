//! JSON from outside: read in one pass, borrowed from, bounded and total.
//!
//! A dialect walks along an answer with [`OneValue`] and the [`Bounds`]; an answer whose members have the names of their
//! RFC everywhere is an [`Object`].

mod bounds;
// Each feature reads other members; `__fuzzing` has them all, and there nothing may be unused.
#[cfg_attr(not(feature = "__fuzzing"), allow(dead_code))]
mod object;
mod value;

use serde_json::{Deserializer, de::StrRead, error::Category};

pub(crate) use bounds::{Bounds, Name};
#[cfg_attr(not(feature = "__fuzzing"), allow(unused_imports))]
pub(crate) use object::{Object, required};
pub(crate) use value::{OneValue, Value};

use crate::{error::AnswerFault, vocabulary::Limits};

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Reads a body that is one JSON value, as `reader` does, and says why where it cannot be.
pub(crate) fn read<'de, T>(
    body: &'de [u8],
    limits: &Limits,
    reader: impl FnOnce(&mut Deserializer<StrRead<'de>>, &mut Bounds<'_>) -> serde_json::Result<T>,
) -> Result<T, AnswerFault> {
    // At once: the reader would look at each string by itself.
    let text = std::str::from_utf8(body).map_err(|_| AnswerFault::NotJson)?;
    // RFC 8259 section 8.1: a reader may ignore it, and what stands behind it is good.
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut bounds = Bounds::new(limits);
    let mut json = Deserializer::from_str(text);
    match reader(&mut json, &mut bounds).and_then(|value| json.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(error) => Err(match (bounds.fault(), error.classify()) {
            (Some(fault), _) => fault,
            (None, Category::Data) => AnswerFault::NotAnObject,
            (None, Category::Syntax | Category::Eof | Category::Io) => AnswerFault::NotJson,
        }),
    }
}
