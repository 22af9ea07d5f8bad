//! How much a JSON text may hold: each object and list counted, each name compared, also where nobody looks.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use serde::de;

use crate::{
    error::AnswerFault,
    vocabulary::{
        Limits, Wiped,
        json_text::{Piece, pieces},
        length, repeats,
    },
};

/// What was counted so far of one answer, and what is wrong with it.
pub(crate) struct Bounds<'r> {
    limits: &'r Limits,
    members: usize,
    /// Why the reading was stopped, where that was not the reader's own doing.
    fault: Option<AnswerFault>,
}

impl<'r> Bounds<'r> {
    pub(crate) fn new(limits: &'r Limits) -> Self {
        Self { limits, members: 0, fault: None }
    }

    /// The fault that the reading was stopped for.
    pub(crate) fn fault(&self) -> Option<AnswerFault> {
        self.fault
    }

    /// Stops the reading.
    pub(crate) fn refuse<E: de::Error>(&mut self, fault: AnswerFault) -> E {
        self.fault = Some(fault);
        E::custom("refused")
    }

    /// An object or list that stands at this level; the answer itself is level 1.
    pub(crate) fn enter<E: de::Error>(&mut self, level: usize) -> Result<(), E> {
        if self.has_level(level) { Ok(()) } else { Err(self.refuse(AnswerFault::TooDeep)) }
    }

    /// One more member.
    pub(crate) fn member<E: de::Error>(&mut self) -> Result<(), E> {
        if self.has_room() { Ok(()) } else { Err(self.refuse(AnswerFault::TooManyMembers)) }
    }

    /// Looks through `json`, a JSON value that the reader found to be one, where it would stand at `level`.
    pub(crate) fn look_through<E: de::Error>(&mut self, json: &str, level: usize) -> Result<(), E> {
        if !json.starts_with(['{', '[']) {
            return Ok(());
        }
        self.count(json, level).map_err(|fault| self.refuse(fault))
    }

    /// Two readers of one text must not see two values (RFC 8259 section 4): each name once in its object.
    pub(crate) fn all_differ<E: de::Error>(&mut self, names: Vec<Name<'_>>) -> Result<(), E> {
        if all_differ(names) { Ok(()) } else { Err(self.refuse(AnswerFault::Repeated)) }
    }

    fn has_level(&self, level: usize) -> bool {
        level <= length(self.limits.json_depth)
    }

    /// Whether there is room for one more member, which it takes.
    fn has_room(&mut self) -> bool {
        self.members = self.members.saturating_add(1);
        self.members <= length(self.limits.members)
    }

    /// Counts what is in a list or an object. It knows nothing of the reader, and so is compiled once for all of them.
    fn count(&mut self, json: &str, level: usize) -> Result<(), AnswerFault> {
        // Each object that is open, by number, and 0 for a list.
        let mut open: Vec<usize> = Vec::new();
        let mut objects = 0usize;
        let mut string: &[u8] = &[];
        let mut names: Vec<Name<'_>> = Vec::new();
        for piece in pieces(json.as_bytes()) {
            match piece {
                Piece::String(text) => string = text,
                Piece::Byte(byte @ (b'{' | b'[')) => {
                    if !self.has_level(level.saturating_add(open.len())) {
                        return Err(AnswerFault::TooDeep);
                    }
                    let object = byte == b'{';
                    objects = objects.saturating_add(usize::from(object));
                    open.push(if object { objects } else { 0 });
                }
                Piece::Byte(b'}' | b']') => drop(open.pop()),
                // It stands behind a name and nowhere else.
                Piece::Byte(b':') => {
                    if !self.has_room() {
                        return Err(AnswerFault::TooManyMembers);
                    }
                    // Half a surrogate pair is no text.
                    let text = std::str::from_utf8(string).ok().and_then(|text| serde_json::from_str(text).ok());
                    let text = text.ok_or(AnswerFault::NotJson)?;
                    names.push(Name { object: open.last().copied().unwrap_or_default(), text });
                }
                Piece::Byte(_) => {}
            }
        }
        if all_differ(names) { Ok(()) } else { Err(AnswerFault::Repeated) }
    }
}

/// More names than an answer has are not compared letter by letter, but by a number each, as long as that tells them apart.
const MANY: usize = 32;

fn all_differ(mut names: Vec<Name<'_>>) -> bool {
    if names.len() <= MANY {
        return !repeats(&mut names, |one, other| one.key().cmp(&other.key()));
    }
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut numbered: Vec<_> = names.iter().map(|name| (hasher.hash_one(name.key()), name.key())).collect();
    !repeats(&mut numbered, |one, other| one.cmp(other))
}

/// A name, and the object that it stands in.
pub(crate) struct Name<'a> {
    pub(crate) object: usize,
    pub(crate) text: Wiped<'a>,
}

impl Name<'_> {
    fn key(&self) -> (usize, &str) {
        (self.object, &self.text)
    }
}
