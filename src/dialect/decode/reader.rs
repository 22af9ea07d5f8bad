//! From an answer's body to its members: one pass, borrowing from it, into the objects that the dialect names.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess},
};
use serde_json::value::RawValue;

use super::{RawAnswer, Value};
use crate::{
    dialect::{ResponseStep, ScopeFormat},
    error::{ConfigError, Reason},
};

/// How many members that nobody asked for an answer may have.
const MAX_MEMBERS: usize = 256;

/// The members that matter, as a tree: made once of a dialect, and walked along with each answer.
#[derive(Debug)]
pub(crate) struct AnswerReader {
    root: Object,
}

#[derive(Debug, Default)]
struct Object {
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    /// Most are named as in the RFC.
    name: Cow<'static, str>,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Its value is wanted.
    Leaf(Leaf),
    /// Something inside it is.
    Inside(Object),
}

#[derive(Debug, Default)]
struct Leaf {
    standard: Option<Standard>,
    /// It tells success from error.
    tells: bool,
    /// It is kept under this path.
    keep: Option<Box<str>>,
    /// It may be a list or an object that must be read whole.
    whole: bool,
}

/// The members that RFC 6749 knows (sections 5.1 and 5.2), and a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    AccessToken,
    TokenType,
    ExpiresIn,
    RefreshToken,
    Scope,
    Nonce,
    Error,
    ErrorDescription,
    ErrorUri,
}

impl Standard {
    pub(crate) const ALL: [Self; 9] = [
        Self::AccessToken,
        Self::TokenType,
        Self::ExpiresIn,
        Self::RefreshToken,
        Self::Scope,
        Self::Nonce,
        Self::Error,
        Self::ErrorDescription,
        Self::ErrorUri,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::TokenType => "token_type",
            Self::ExpiresIn => "expires_in",
            Self::RefreshToken => "refresh_token",
            Self::Scope => "scope",
            Self::Nonce => "nonce",
            Self::Error => "error",
            Self::ErrorDescription => "error_description",
            Self::ErrorUri => "error_uri",
        }
    }

    /// Where this dialect has it.
    fn path(self, step: &ResponseStep) -> &str {
        match self {
            Self::Error => &step.error.code,
            Self::ErrorDescription => &step.error.description,
            Self::ErrorUri => &step.error.uri,
            _ => step.rename.wire(self.name()),
        }
    }
}

impl AnswerReader {
    /// Of the answer that stands at `at` in the data.
    ///
    /// # Errors
    /// One path leads through what another one takes whole, or two standard members have one path.
    pub(crate) fn new(at: &str, step: &ResponseStep) -> Result<Self, ConfigError> {
        let mut root = Object { members: Vec::with_capacity(Standard::ALL.len()) };
        for standard in Standard::ALL {
            let refused = |reason| {
                let field = match standard {
                    Standard::Error => "error.code".to_owned(),
                    Standard::ErrorDescription => "error.description".to_owned(),
                    Standard::ErrorUri => "error.uri".to_owned(),
                    _ => format!("rename.{}", standard.name()),
                };
                ConfigError::new(format!("{at}.{field}"), reason)
            };
            let leaf = match standard.path(step) {
                path if path == standard.name() => root.named(Cow::Borrowed(standard.name())),
                path => root.leaf(path),
            };
            let leaf = leaf.map_err(refused)?;
            if leaf.standard.replace(standard).is_some() {
                return Err(refused(Reason::Repeated));
            }
            leaf.whole |= standard == Standard::Scope && step.scope_format == ScopeFormat::List;
        }
        if let Some(ok) = &step.error.ok {
            let refused = |reason| ConfigError::new(format!("{at}.error.ok.member"), reason);
            root.leaf(&ok.member).map_err(refused)?.tells = true;
        }
        for path in &step.keep {
            let refused = |reason| ConfigError::new(format!("{at}.keep"), reason);
            let leaf = root.leaf(path).map_err(refused)?;
            if leaf.keep.replace(path.as_str().into()).is_some() {
                return Err(refused(Reason::Repeated));
            }
            leaf.whole = true;
        }
        Ok(Self { root })
    }

    /// The standard member that this dialect calls `name`: for the parameters of an implicit callback.
    pub(crate) fn standard(&self, name: &str) -> Option<Standard> {
        self.root.members.iter().find(|member| *member.name == *name).and_then(|member| match &member.place {
            Place::Leaf(leaf) => leaf.standard,
            Place::Inside(_) => None,
        })
    }

    /// Reads an answer that is JSON.
    pub(crate) fn read_json<'de>(&self, body: &'de [u8]) -> Result<RawAnswer<'de>, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let answer = self.read(&mut json, true)?;
        json.end().map(|()| answer)
    }

    /// Reads an answer that is a form.
    pub(crate) fn read_form<'de>(&self, body: &'de [u8]) -> Result<RawAnswer<'de>, de::value::Error> {
        self.read(serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(body)), false)
    }

    fn read<'de, D: Deserializer<'de>>(&self, deserializer: D, json: bool) -> Result<RawAnswer<'de>, D::Error> {
        let mut answer = RawAnswer::default();
        let mut strangers = 0;
        let members = Members { object: &self.root, answer: &mut answer, strangers: &mut strangers, json };
        members.deserialize(deserializer)?;
        Ok(answer)
    }
}

impl Object {
    /// How many names a path may have: no answer is deeper.
    const DEEPEST: usize = 127;

    /// The leaf at the end of `path`.
    fn leaf(&mut self, path: &str) -> Result<&mut Leaf, Reason> {
        if path.bytes().filter(|byte| *byte == b'.').count() >= Self::DEEPEST {
            return Err(Reason::TooMany { max: Self::DEEPEST });
        }
        match path.split_once('.') {
            Some((name, rest)) => match self.place(name.to_owned().into(), || Place::Inside(Self::default()))? {
                Place::Inside(object) => object.leaf(rest),
                Place::Leaf(_) => Err(Reason::Repeated),
            },
            None => self.named(path.to_owned().into()),
        }
    }

    /// The leaf of this name in the object itself.
    fn named(&mut self, name: Cow<'static, str>) -> Result<&mut Leaf, Reason> {
        match self.place(name, || Place::Leaf(Leaf::default()))? {
            Place::Leaf(leaf) => Ok(leaf),
            Place::Inside(_) => Err(Reason::Repeated),
        }
    }

    fn place(&mut self, name: Cow<'static, str>, new: impl FnOnce() -> Place) -> Result<&mut Place, Reason> {
        if name.is_empty() {
            return Err(Reason::Empty);
        }
        let at = match self.members.iter().position(|member| member.name == name) {
            Some(at) => at,
            None => {
                self.members.push(Member { name, place: new() });
                self.members.len().saturating_sub(1)
            }
        };
        self.members.get_mut(at).map(|member| &mut member.place).ok_or(Reason::Empty)
    }
}

/// The members of one object.
struct Members<'r, 'a, 'de> {
    object: &'r Object,
    answer: &'a mut RawAnswer<'de>,
    strangers: &'a mut usize,
    json: bool,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> de::Visitor<'de> for Members<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { object, answer, strangers, json } = self;
        // Two readers of one text must not see two tokens (RFC 8259 section 4): each name once, known or not.
        let mut known = 0u64;
        let mut others: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            let mut members = object.members.iter().zip(0u32..);
            let Some((member, at)) = members.find(|(member, _)| *member.name == *name) else {
                map.next_value::<IgnoredAny>()?;
                if *strangers >= MAX_MEMBERS {
                    return Err(de::Error::custom("too many members"));
                }
                *strangers = strangers.saturating_add(1);
                answer.repeated |= others.contains(&name);
                others.push(name);
                continue;
            };
            // A dialect names far fewer than 64: the data is checked for that.
            let bit = 1u64.wrapping_shl(at);
            answer.repeated |= known & bit != 0;
            known |= bit;
            match &member.place {
                Place::Leaf(leaf) if leaf.whole && json => take_json(leaf, map.next_value()?, answer)?,
                Place::Leaf(leaf) if leaf.whole => take_text(leaf, map.next_value()?, answer),
                Place::Leaf(leaf) => take(leaf, map.next_value()?, answer),
                Place::Inside(object) => map.next_value_seed(Inside(Members { object, answer, strangers, json }))?,
            }
        }
        Ok(())
    }
}

/// An object that may also be null, or not an object at all: then nothing is in it.
struct Inside<'r, 'a, 'de>(Members<'r, 'a, 'de>);

impl<'de> DeserializeSeed<'de> for Inside<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Inside<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.visit_map(map)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// A null says what an absent member says: servers send both, and what was presented is spent whichever it is.
fn take<'de>(leaf: &Leaf, value: Value<'de>, answer: &mut RawAnswer<'de>) {
    if matches!(value, Value::Null) {
        return;
    }
    match (leaf.standard, leaf.tells) {
        (Some(standard), true) => {
            answer.tells = Some(value.clone());
            *answer.place(standard) = Some(value);
        }
        (Some(standard), false) => *answer.place(standard) = Some(value),
        (None, _) => answer.tells = Some(value),
    }
}

/// What is kept is kept as it stands there: no number is too large and nothing nested too deep for that, and so it
/// cannot spoil the tokens beside it.
fn take_json<'de, E: de::Error>(leaf: &Leaf, raw: &'de RawValue, answer: &mut RawAnswer<'de>) -> Result<(), E> {
    let text = raw.get();
    if leaf.standard.is_some() || leaf.tells {
        let value: serde_json::Value = serde_json::from_str(text).map_err(E::custom)?;
        take(leaf, Value::from(value), answer);
    }
    if let Some(path) = leaf.keep.as_deref().filter(|_| text != "null") {
        match text.starts_with('"').then(|| serde_json::from_str::<Text<'_>>(text)) {
            Some(Ok(Text(string))) => answer.extras.insert(path, string.into_owned()),
            // Half a surrogate pair is no text.
            Some(Err(_)) => {}
            None => answer.extras.insert(path, text),
        }
    }
    Ok(())
}

/// A form has texts alone.
fn take_text<'de>(leaf: &Leaf, Text(text): Text<'de>, answer: &mut RawAnswer<'de>) {
    if let Some(path) = &leaf.keep {
        answer.extras.insert(path, &*text);
    }
    if leaf.standard.is_some() || leaf.tells {
        take(leaf, Value::Text(text), answer);
    }
}

/// A string, borrowed where the text allows it.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyText)
    }
}

struct AnyText;

impl<'de> de::Visitor<'de> for AnyText {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}
