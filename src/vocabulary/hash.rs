//! SHA-256 of secrets.

use sha2::{Digest, Sha256};

/// The hash of `parts`, one behind the other. A hasher holds the end of what it hashed: this one is never moved, which
/// would leave a copy, and is wiped where it is.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize_reset().into()
}
