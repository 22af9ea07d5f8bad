//! What the emulator has seen.

use crate::answer::Refusal;
use crate::faults::Fault;

/// One request and what became of it. Secrets stand in clear: they are test data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The method, as sent.
    pub method: String,
    /// The documented host whose listener took the request; for a row, the host that the request names.
    pub host: String,
    /// The path, as sent.
    pub path: String,
    /// The query without its question mark, as sent.
    pub query: Option<String>,
    /// All header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as sent.
    pub body: Vec<u8>,
    /// The status of the answer; `None` while it is not given, and for good if the connection was cut.
    pub status: Option<u16>,
    /// Why the request was refused, in words.
    pub refusal: Option<String>,
    /// The injected fault that this request met.
    pub fault: Option<Fault>,
}

impl Exchange {
    /// The first header field of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers_named(name).next()
    }

    /// The body as text, with replacement characters where it is not UTF-8.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn headers_named<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    exchanges: Vec<Exchange>,
    deviations: Vec<String>,
}

impl Log {
    /// Notes a request on arrival, so that one that never gets an answer is seen as well.
    pub(crate) fn open(&mut self, seen: Exchange) -> usize {
        self.exchanges.push(seen);
        self.exchanges.len() - 1
    }

    pub(crate) fn refused(&mut self, index: usize, refusal: &Refusal) {
        let text = refusal.text();
        if matches!(refusal, Refusal::Deviates(_)) {
            self.deviations.push(text.clone());
        }
        self.exchanges[index].refusal = Some(text);
    }

    /// A deviation that never became a request.
    pub(crate) fn deviated(&mut self, refusal: &Refusal) {
        self.deviations.push(refusal.text());
    }

    pub(crate) fn answered(&mut self, index: usize, status: u16) {
        self.exchanges[index].status = Some(status);
    }

    pub(crate) fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    pub(crate) fn deviations(&self) -> &[String] {
        &self.deviations
    }
}
