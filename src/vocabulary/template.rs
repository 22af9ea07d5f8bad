//! Text with variables in it: `https://{host}/oauth/token`.

use std::borrow::Cow;

use crate::error::{ConfigError, Reason};

/// A parsed template. `{{` and `}}` stand for the braces themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(Box<str>),
    Variable(Box<str>),
}

impl Template {
    /// Parses `text`, which stands at `field`.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, ConfigError> {
        let broken = || ConfigError::new(field.to_owned(), Reason::BrokenTemplate);
        let mut template = Self::default();
        if !text.contains(['{', '}']) {
            template.push_literal(text);
            return Ok(template);
        }
        let mut literal = String::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match (char, chars.peek()) {
                ('{', Some('{')) | ('}', Some('}')) => {
                    chars.next();
                    literal.push(char);
                }
                ('}', _) => return Err(broken()),
                ('{', _) => {
                    let mut name = String::new();
                    loop {
                        match chars.next() {
                            Some('}') => break,
                            None | Some('{') => return Err(broken()),
                            Some(char) => name.push(char),
                        }
                    }
                    if name.is_empty() {
                        return Err(broken());
                    }
                    template.push_literal(&std::mem::take(&mut literal));
                    template.pieces.push(Piece::Variable(name.into()));
                }
                _ => literal.push(char),
            }
        }
        template.push_literal(&literal);
        Ok(template)
    }

    fn push_literal(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Literal(last)) => *last = format!("{last}{text}").into(),
            _ => self.pieces.push(Piece::Literal(text.into())),
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

    /// The same with the variables that `value` knows filled in.
    pub(crate) fn bind<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Self {
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
        bound
    }

    /// The text, where no variable is in it.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with each variable filled in; `None` where one has no value.
    pub(crate) fn fill<'v>(&self, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> Option<Cow<'_, str>> {
        if let Some(text) = self.literal() {
            return Some(Cow::Borrowed(text));
        }
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => filled.push_str(text),
                Piece::Variable(name) => filled.push_str(&value(name)?),
            }
        }
        Some(Cow::Owned(filled))
    }
}
