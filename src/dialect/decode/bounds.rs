//! How much an answer may hold: each object and list counted, each name compared, also where nobody looks.

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
pub(super) struct Bounds<'r> {
    limits: &'r Limits,
    members: usize,
    /// Why the reading was stopped, where that was not the reader's own doing.
    fault: Option<AnswerFault>,
}

impl<'r> Bounds<'r> {
    pub(super) fn new(limits: &'r Limits) -> Self {
        Self { limits, members: 0, fault: None }
    }

    /// The fault that the reading was stopped for.
    pub(super) fn fault(&self) -> Option<AnswerFault> {
        self.fault
    }

    /// Stops the reading.
    pub(super) fn refuse<E: de::Error>(&mut self, fault: AnswerFault) -> E {
        self.fault = Some(fault);
        E::custom("refused")
    }

    /// An object or list that stands at this level; the answer itself is level 1.
    pub(super) fn enter<E: de::Error>(&mut self, level: usize) -> Result<(), E> {
        if level > length(self.limits.json_depth) { Err(self.refuse(AnswerFault::TooDeep)) } else { Ok(()) }
    }

    /// One more member.
    pub(super) fn member<E: de::Error>(&mut self) -> Result<(), E> {
        self.members = self.members.saturating_add(1);
        if self.members > length(self.limits.members) { Err(self.refuse(AnswerFault::TooManyMembers)) } else { Ok(()) }
    }

    /// Looks through `json`, a JSON value that the reader found to be one, where it would stand at `level`.
    pub(super) fn look_through<E: de::Error>(&mut self, json: &str, level: usize) -> Result<(), E> {
        if !json.starts_with(['{', '[']) {
            return Ok(());
        }
        // Each object that is open, by number, and 0 for a list.
        let mut open: Vec<usize> = Vec::new();
        let mut objects = 0usize;
        let mut string: &[u8] = &[];
        let mut names: Vec<Name<'_>> = Vec::new();
        for piece in pieces(json.as_bytes()) {
            match piece {
                Piece::String(text) => string = text,
                Piece::Byte(byte @ (b'{' | b'[')) => {
                    self.enter(level.saturating_add(open.len()))?;
                    let object = byte == b'{';
                    objects = objects.saturating_add(usize::from(object));
                    open.push(if object { objects } else { 0 });
                }
                Piece::Byte(b'}' | b']') => drop(open.pop()),
                // It stands behind a name and nowhere else.
                Piece::Byte(b':') => {
                    self.member()?;
                    // Half a surrogate pair is no text.
                    let Ok(text) = serde_json::from_slice(string) else {
                        return Err(self.refuse(AnswerFault::NotJson));
                    };
                    names.push(Name { object: open.last().copied().unwrap_or_default(), text });
                }
                Piece::Byte(_) => {}
            }
        }
        self.all_differ(names)
    }

    /// Two readers of one text must not see two values (RFC 8259 section 4): each name once in its object.
    pub(super) fn all_differ<E: de::Error>(&mut self, mut names: Vec<Name<'_>>) -> Result<(), E> {
        let repeated = repeats(&mut names, |one, other| one.key().cmp(&other.key()));
        if repeated { Err(self.refuse(AnswerFault::Repeated)) } else { Ok(()) }
    }
}

/// A name, and the object that it stands in.
pub(super) struct Name<'a> {
    pub(super) object: usize,
    pub(super) text: Wiped<'a>,
}

impl Name<'_> {
    fn key(&self) -> (usize, &str) {
        (self.object, &self.text)
    }
}
