//! A model of the store, and a second reader of what stands in it.

use super::{
    server::{Number, number_of},
    setting::opened,
};
use crate::{
    AnyTokenSet, Timestamp,
    fleet::{Found, Record, Swap, Swapping, Version},
    fuzzing::json::{self, Json},
    stored,
};

/// What a record says.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) revision: u64,
    pub(super) generation: u64,
    pub(super) login: Box<str>,
    pub(super) presented: u64,
    /// The ask that claimed it.
    pub(super) sending: Option<Box<str>>,
    pub(super) not_before: Option<Timestamp>,
    pub(super) access: Number,
    /// `None` where there is none, or not any more.
    pub(super) refresh: Option<Number>,
}

impl Written {
    /// `None` for what no worker wrote.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let at = bytes.iter().position(|byte| *byte == b'\n')?;
        let (header, sealed) = bytes.split_at_checked(at)?;
        let header = json::read(header).ok()?;
        let tokens: AnyTokenSet = stored::load(opened(sealed.get(1..)?)).ok()?;
        let number = |name: &str| match header.at(name) {
            Some(Json::Leaf(value)) => value.as_u64(),
            _ => None,
        };
        let text = |path: &str| header.at(path).and_then(Json::as_str).map(Box::<str>::from);
        Some(Self {
            revision: number("revision")?,
            generation: number("generation")?,
            login: text("login")?,
            presented: number("presented").unwrap_or_default(),
            sending: text("sending.by"),
            not_before: number("not_before").map(Timestamp::from_unix_millis),
            access: number_of(tokens.access_token().expose())?,
            refresh: tokens.refresh_token().and_then(|token| number_of(token.expose())),
        })
    }
}

/// A record as it stands there.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) version: Version,
    pub(super) bytes: Vec<u8>,
    pub(super) written: Option<Written>,
}

impl Row {
    pub(super) fn record(&self) -> Record {
        Record::new(self.version.clone(), self.bytes.clone())
    }

    pub(super) fn found(row: Option<&Self>) -> Found {
        row.map_or(Found::Absent, |row| Found::Record(row.record()))
    }

    pub(super) fn conflict(row: Option<&Self>, told: bool) -> Swap {
        Swap::Conflict(row.filter(|_| told).map(Self::record))
    }
}

/// A replacement that is on its way.
#[derive(Clone, PartialEq)]
pub(super) struct Replacement {
    /// Which record.
    pub(super) key: usize,
    pub(super) expected: Option<Version>,
    pub(super) bytes: Vec<u8>,
    pub(super) revision: u64,
}

impl Replacement {
    pub(super) fn of(key: usize, swapping: &Swapping<'_>) -> Self {
        let (expected, bytes) = (swapping.expected().cloned(), swapping.bytes().to_vec());
        Self { key, expected, bytes, revision: swapping.revision() }
    }
}
