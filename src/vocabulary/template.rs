//! Text with variables in it: `https://{host}/oauth/token`.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::{Wiped, append};
use crate::error::{ConfigError, Reason};

/// A parsed template. `{{` and `}}` stand for the braces themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Variables that are filled in are part of it, and may be secrets.
    Literal(Zeroizing<String>),
    Variable(Box<str>),
}

impl Template {
    /// How long one may be, its variables filled in.
    pub(crate) const MAX_BYTES: usize = 16 * 1024;

    /// Parses `text`, which stands at `field`.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, ConfigError> {
        let broken = || ConfigError::new(field.to_owned(), Reason::BrokenTemplate);
        if !text.contains(['{', '}']) {
            return Ok(Self::of_literal(text.to_owned()));
        }
        let mut template = Self::default();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((plain, braced)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
            literal.push_str(plain);
            rest = if let Some(after) = braced.strip_prefix("{{") {
                literal.push('{');
                after
            } else if let Some(after) = braced.strip_prefix("}}") {
                literal.push('}');
                after
            } else {
                let named = braced.strip_prefix('{').and_then(|named| named.split_once('}'));
                let (name, after) = named.filter(|(name, _)| is_name(name)).ok_or_else(broken)?;
                template.push_literal(&std::mem::take(&mut literal));
                template.pieces.push(Piece::Variable(name.into()));
                after
            };
        }
        literal.push_str(rest);
        template.push_literal(&literal);
        Ok(template)
    }

    /// The template of this very text.
    pub(crate) fn of_literal(text: String) -> Self {
        Self { pieces: vec![Piece::Literal(text.into())] }
    }

    fn push_literal(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Literal(last)) => append(last, text),
            _ => self.pieces.push(Piece::Literal(text.to_owned().into())),
        }
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The names of its variables, in their order.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(&**name),
            Piece::Literal(_) => None,
        })
    }

    /// The same with the variables that `value` knows filled in. `None` where it would be longer than a URL or a header
    /// field may be: a short template can name a long value many times.
    pub(crate) fn bind<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<Self> {
        let length = |piece: &Piece| match piece {
            Piece::Literal(text) => text.len(),
            Piece::Variable(name) => value(name).map_or(0, str::len),
        };
        if self.pieces.iter().map(length).fold(0, usize::saturating_add) > Self::MAX_BYTES {
            return None;
        }
        let mut bound = Self::default();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => bound.push_literal(text),
                Piece::Variable(name) => match value(name) {
                    Some(text) => bound.push_literal(text),
                    None => bound.pieces.push(piece.clone()),
                },
            }
        }
        Some(bound)
    }

    /// The text, where no variable is in it.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text, where no variable is in it; else the template again.
    pub(crate) fn into_literal(mut self) -> Result<String, Self> {
        match self.pieces.as_mut_slice() {
            [] => Ok(String::new()),
            [Piece::Literal(text)] => Ok(std::mem::take(&mut **text)),
            _ => Err(self),
        }
    }

    /// The text with each variable filled in; `None` where one has no value.
    pub(crate) fn fill<'v>(&self, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> Option<Wiped<'_>> {
        if let Some(text) = self.literal() {
            return Some(text.into());
        }
        let filled = self.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => Some(Cow::Borrowed(text.as_str())),
            Piece::Variable(name) => value(name),
        });
        Some(filled.collect::<Option<Vec<_>>>()?.concat().into())
    }
}

/// Whether this is the name of a variable, and no brace opens in it.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains('{')
}
