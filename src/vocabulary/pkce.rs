//! Proof key for code exchange (RFC 7636), S256 only: `plain` does not exist here.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Secret, sha256};
use crate::error::{ConfigError, Reason};

/// A code verifier: 43 to 128 unreserved characters (RFC 7636 section 4.1).
///
/// A login makes its own from [`Entropy`](crate::Entropy); this type is for tools and tests.
///
/// ```
/// use oauth_proto::CodeVerifier;
///
/// // RFC 7636 appendix B
/// let verifier = CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")?;
/// assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// Checks `text` against the grammar of RFC 7636 section 4.1.
    ///
    /// # Errors
    /// The length is not 43 to 128 characters, or a character is not unreserved (`A-Z a-z 0-9 - . _ ~`).
    pub fn new(text: &str) -> Result<Self, ConfigError> {
        if !(43..=128).contains(&text.len()) {
            return Err(ConfigError::new("code_verifier", Reason::WrongLength { min: 43, max: 128 }));
        }
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        ConfigError::check_characters("code_verifier", text, unreserved)?;
        Ok(Self(Secret::from(text)))
    }

    /// The S256 challenge: `BASE64URL(SHA256(ASCII(code_verifier)))`, RFC 7636 section 4.2.
    pub fn challenge(&self) -> CodeChallenge {
        challenge(&self.0)
    }
}

/// An S256 code challenge: 43 characters of base64url. It is no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeChallenge([u8; 43]);

impl CodeChallenge {
    /// The text for the parameter `code_challenge`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CodeChallenge").field(&self.as_str()).finish()
    }
}

pub(crate) fn challenge(verifier: &Secret) -> CodeChallenge {
    let mut text = [0; 43];
    // 32 bytes make 43 characters.
    let _ = URL_SAFE_NO_PAD.encode_slice(sha256(&[verifier.expose().as_bytes()]), &mut text);
    CodeChallenge(text)
}
