//! Values that look random and never repeat, within one emulator and between several.
//!
//! They are derived from counters, so that a failing test fails the same way again. They protect nothing but tests.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::table::Spelling;

static INSTANCES: AtomicU64 = AtomicU64::new(0);

#[derive(Clone, Debug)]
pub(crate) struct Mint {
    instance: u64,
    counter: u64,
}

impl Mint {
    pub(crate) fn new() -> Self {
        Mint { instance: INSTANCES.fetch_add(1, Ordering::Relaxed), counter: 0 }
    }

    pub(crate) fn instance(&self) -> u64 {
        self.instance
    }

    /// An opaque value of letters, digits, `-` and `_`.
    pub(crate) fn opaque(&mut self) -> String {
        self.counter += 1;
        let mut hash = Sha256::new();
        hash.update(b"emulator");
        hash.update(self.instance.to_be_bytes());
        hash.update(self.counter.to_be_bytes());
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// An access token; the ending is legal in a header (RFC 6750 section 2.1) and needs encoding in a form.
    pub(crate) fn access_token(&mut self) -> String {
        format!("at-{}+/=", self.opaque())
    }

    pub(crate) fn refresh_token(&mut self, spelling: Spelling) -> String {
        match spelling {
            Spelling::Plain => format!("rt-{}+/=", self.opaque()),
            Spelling::PercentSequence => format!("rt-{}%3d", self.opaque()),
        }
    }

    pub(crate) fn code(&mut self, spelling: Spelling) -> String {
        match spelling {
            Spelling::Plain => format!("code-{}+/=", self.opaque()),
            Spelling::PercentSequence => format!("code-{}%3D", self.opaque()),
        }
    }
}
