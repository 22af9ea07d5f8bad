//! The grammar of `WWW-Authenticate`: RFC 9110 sections 11.6.1, 11.2, 11.3 and 5.6.

use std::borrow::Cow;

use super::{ChallengeFault, list::List};
use crate::vocabulary::grammar::is_tchar;

/// Reads one line of the field: `[ element ] *( OWS "," OWS [ element ] )` (RFC 9110 section 5.6.1.2). What a comma
/// ends may be a challenge, or a parameter of the challenge before it.
pub(super) fn read_line<'a>(line: &'a str, list: &mut List<'a>) -> Result<(), ChallengeFault> {
    // The space at its end is not part of a field's value (section 5.5).
    let mut line = Cursor { rest: line.trim_end_matches([' ', '\t']) };
    loop {
        line.take(is_blank);
        if !line.is_at_end_of_element() {
            line.element(list)?;
            line.take(is_blank);
        }
        if line.rest.is_empty() {
            return Ok(());
        }
        line.expect(b',')?;
    }
}

/// What is still to be read. It moves forward only, but for one look ahead in each element.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`, with the first parameter at most; or a parameter.
    fn element(&mut self, list: &mut List<'a>) -> Result<(), ChallengeFault> {
        let name = self.token()?;
        let gap = self.take(is_blank);
        if self.eat(b'=') {
            return list.parameter(name, self.value()?);
        }
        // Parameters follow a space, and only that: `Bearer, realm=api` has a parameter of no challenge. But in
        // `Bearer , realm=api` the list of parameters has begun, with an empty element.
        list.begin(name, gap.starts_with(' '))?;
        if self.is_at_end_of_element() {
            return Ok(());
        }
        if gap.is_empty() || gap.contains('\t') {
            return Err(ChallengeFault::Malformed);
        }
        if let Some(text) = self.token68() {
            list.token68(text);
            return Ok(());
        }
        let name = self.token()?;
        self.take(is_blank);
        self.expect(b'=')?;
        list.parameter(name, self.value()?)
    }

    /// What follows the `=` of `auth-param = token BWS "=" BWS ( token / quoted-string )`.
    fn value(&mut self) -> Result<Cow<'a, str>, ChallengeFault> {
        self.take(is_blank);
        if self.eat(b'"') { self.quoted() } else { self.token().map(Cow::Borrowed) }
    }

    /// The rest of a `quoted-string` (section 5.6.4), without its escapes.
    fn quoted(&mut self) -> Result<Cow<'a, str>, ChallengeFault> {
        let plain = self.take(is_qdtext);
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = plain.to_owned();
        while !self.eat(b'"') {
            self.expect(b'\\')?;
            text.push(self.escaped()?);
            text.push_str(self.take(is_qdtext));
        }
        Ok(Cow::Owned(text))
    }

    /// What follows the `\` of `quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )`.
    fn escaped(&mut self) -> Result<char, ChallengeFault> {
        let mut chars = self.rest.chars();
        let char = chars.next().filter(|char| *char == '\t' || !char.is_ascii_control());
        self.rest = chars.as_str();
        char.ok_or(ChallengeFault::Malformed)
    }

    /// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`, which fills the element. What only
    /// begins like one is a parameter.
    fn token68(&mut self) -> Option<&'a str> {
        let mut ahead = *self;
        if ahead.take(is_token68).is_empty() {
            return None;
        }
        ahead.take(|byte| byte == b'=');
        let text = self.rest.get(..self.rest.len().saturating_sub(ahead.rest.len()))?;
        ahead.take(is_blank);
        ahead.is_at_end_of_element().then(|| {
            *self = ahead;
            text
        })
    }

    /// `token = 1*tchar` (section 5.6.2).
    fn token(&mut self) -> Result<&'a str, ChallengeFault> {
        Some(self.take(is_tchar)).filter(|token| !token.is_empty()).ok_or(ChallengeFault::Malformed)
    }

    fn is_at_end_of_element(&self) -> bool {
        self.rest.is_empty() || self.rest.starts_with(',')
    }

    /// The bytes up to the first that is not of this class. Each class holds all bytes of a character, or none.
    fn take(&mut self, class: impl Fn(u8) -> bool) -> &'a str {
        let end = self.rest.bytes().position(|byte| !class(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or(("", self.rest));
        self.rest = rest;
        taken
    }

    fn eat(&mut self, byte: u8) -> bool {
        let rest = self.rest.strip_prefix(char::from(byte));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, byte: u8) -> Result<(), ChallengeFault> {
        if self.eat(byte) { Ok(()) } else { Err(ChallengeFault::Malformed) }
    }
}

/// `OWS` and `BWS` are made of it (section 5.6.3).
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `qdtext = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text`. `obs-text` is what is not ASCII: opaque (section 5.5).
fn is_qdtext(byte: u8) -> bool {
    matches!(byte, b'\t' | b' ' | b'!' | b'#'..=b'[' | b']'..=b'~' | 0x80..)
}

fn is_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}
