//! Proof key for code exchange (RFC 7636), S256 only: `plain` does not exist here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::Secret;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The text for the parameter `code_challenge`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(crate) fn challenge(verifier: &Secret) -> CodeChallenge {
    CodeChallenge(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose())))
}
