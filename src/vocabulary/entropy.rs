//! Randomness, as a value that is used once. The only room of the crate that may name a random number generator.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroize;

use super::{Secret, sha256};

/// 64 random bytes for one login: 32 for `state`, 32 for the code verifier (RFC 6749 section 10.10, RFC 7636 section
/// 7.1).
///
/// It is consumed by the login that uses it, so that no two logins share a state or a verifier.
///
/// ```
/// use oauth_proto::Entropy;
///
/// let entropy = Entropy::from_os()?;
/// assert_eq!(format!("{entropy:?}"), "Entropy(redacted)");
/// # Ok::<(), oauth_proto::EntropyError>(())
/// ```
pub struct Entropy([u8; Self::BYTES]);

impl Entropy {
    /// How many random bytes one login takes.
    pub const BYTES: usize = 64;

    /// Draws from the operating system (or from `crypto.getRandomValues` in a browser, with the feature `wasm-js`).
    ///
    /// # Errors
    /// The system's random source failed. Nothing was used up; try again.
    #[cfg(feature = "os-entropy")]
    pub fn from_os() -> Result<Self, EntropyError> {
        let mut bytes = [0; Self::BYTES];
        getrandom::fill(&mut bytes).map_err(EntropyError)?;
        Ok(Self(bytes))
    }

    /// Takes bytes from a source of the caller's, which must be a cryptographic one. Use each draw once: two logins of
    /// the same bytes have the same `state` (RFC 6749 section 10.10).
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// All of it, to be hashed under a label.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The random part of `state`: 43 characters of base64url.
    pub(crate) fn state(&self) -> Secret {
        let (state, _) = self.0.split_at(Self::BYTES / 2);
        Secret::new(URL_SAFE_NO_PAD.encode(state))
    }

    /// The code verifier: 43 characters of base64url, as RFC 7636 section 4.1 recommends.
    pub(crate) fn verifier(&self) -> Secret {
        let (_, verifier) = self.0.split_at(Self::BYTES / 2);
        Secret::new(URL_SAFE_NO_PAD.encode(verifier))
    }

    /// A nonce: hashed from all 64 bytes under a label, so that it tells nothing of the state or the verifier.
    pub(crate) fn nonce(&self) -> Secret {
        let hash = sha256(&[b"oauth-proto nonce\0", &self.0]);
        Secret::new(URL_SAFE_NO_PAD.encode(hash))
    }
}

impl Drop for Entropy {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(redacted)")
    }
}

/// The operating system gave no random bytes.
#[cfg(feature = "os-entropy")]
#[derive(Debug)]
pub struct EntropyError(getrandom::Error);

#[cfg(feature = "os-entropy")]
impl EntropyError {
    /// What to do: try again. Nothing was used up.
    pub fn remedy(&self) -> crate::error::Remedy {
        crate::error::Remedy::Retry { after: None }
    }
}

#[cfg(feature = "os-entropy")]
impl fmt::Display for EntropyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the operating system gave no random bytes ({}); try again", self.0)
    }
}

#[cfg(feature = "os-entropy")]
impl std::error::Error for EntropyError {}
