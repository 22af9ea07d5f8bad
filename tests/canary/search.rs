//! Finds a secret, or a part of one, in text or memory: as it is, and in each form in which bytes are usually written.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};

/// How much of a secret is a leak, in bytes. What is shorter is found whole.
pub const PART: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Plain,
    /// At any of the three places at which it may stand in a group of four, whether padding follows or not.
    Base64,
    Base64Url,
    /// Each byte escaped, or only those that a form escapes; digits in upper or in lower case.
    Percent,
    Hex,
    /// `115, 51, 99`: how `Debug` writes a list of bytes.
    Decimal,
}

impl Form {
    pub const ALL: [Self; 6] = [Self::Plain, Self::Base64, Self::Base64Url, Self::Percent, Self::Hex, Self::Decimal];

    /// `part` in this form, in each way to write it. No way is longer than what stands in a text for sure.
    fn write(self, part: &[u8]) -> Vec<Vec<u8>> {
        let each = |write: fn(&u8) -> String| part.iter().map(write).collect::<String>();
        let texts = match self {
            Self::Plain => return vec![part.to_vec()],
            Self::Base64 => return (0..3).map(|offset| base64_at(&STANDARD, offset, part)).collect(),
            Self::Base64Url => return (0..3).map(|offset| base64_at(&URL_SAFE, offset, part)).collect(),
            Self::Percent => {
                let form: String = url::form_urlencoded::byte_serialize(part).collect();
                let mut texts = vec![each(|byte| format!("%{byte:02X}")), each(|byte| format!("%{byte:02x}"))];
                // Without an escape it is plain.
                if form.contains('%') {
                    texts.extend([lower_escapes(&form), form]);
                }
                texts
            }
            Self::Hex => vec![each(|byte| format!("{byte:02X}")), each(|byte| format!("{byte:02x}"))],
            // The first and the last number may be the end and the beginning of longer ones.
            Self::Decimal => vec![each(|byte| format!("{byte},"))],
        };
        texts.into_iter().map(String::into_bytes).collect()
    }
}

/// The characters of base64 that depend on `part` alone, where `offset` bytes stand before it in its group of three.
fn base64_at(alphabet: &impl Engine, offset: usize, part: &[u8]) -> Vec<u8> {
    let bytes = [&[0; 2][..offset], part].concat();
    let (first, end) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
    alphabet.encode(bytes).as_bytes()[first..end].to_vec()
}

fn lower_escapes(form: &str) -> String {
    let mut digits = 0usize;
    form.chars()
        .map(|char| {
            let lower = digits > 0;
            digits = if char == '%' { 2 } else { digits.saturating_sub(1) };
            if lower { char.to_ascii_lowercase() } else { char }
        })
        .collect()
}

/// Where a secret was found: which of them, and in which form.
pub type Found = (usize, Form);

pub struct Search {
    needles: AhoCorasick,
    found: Vec<Found>,
}

impl Search {
    pub fn new<S: AsRef<[u8]>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let mut needles = Vec::new();
        let mut found = Vec::new();
        for (at, secret) in secrets.into_iter().enumerate() {
            let secret = secret.as_ref();
            for part in secret.windows(PART.min(secret.len())) {
                for form in Form::ALL {
                    for needle in form.write(part) {
                        needles.push(needle);
                        found.push((at, form));
                    }
                }
            }
        }
        Self { needles: AhoCorasick::new(needles).unwrap(), found }
    }

    /// The first part of a secret in `bytes`. It allocates nothing: an allocator may ask.
    pub fn first(&self, bytes: &[u8]) -> Option<Found> {
        self.needles.find(bytes).map(|hit| self.found[hit.pattern().as_usize()])
    }

    /// Each secret in `text`, in each of its forms.
    pub fn all(&self, text: &str) -> BTreeSet<Found> {
        // `{:#?}` puts each number of a list on a line of its own.
        let in_one_line: String = text.split_whitespace().collect();
        let hits = [text, &in_one_line].into_iter().flat_map(|text| self.needles.find_overlapping_iter(text));
        hits.map(|hit| self.found[hit.pattern().as_usize()]).collect()
    }
}
