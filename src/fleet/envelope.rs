//! What the host puts around the tokens of a record.

use crate::http::TransportError;

/// Encrypts the tokens of a record, and reads them again. The crate has no cipher of its own: take that of the platform,
/// and one that authenticates (AES-GCM, XChaCha20-Poly1305).
///
/// `bound_to` is the associated data: the key of the record, its login, and the generation of its tokens. Tokens that were
/// moved to another record, or put in the place of later ones, are not opened then. A whole record of earlier is: a store
/// that can be set back to what it was is beyond what an envelope notices.
pub trait Envelope: Send + Sync {
    /// Encrypts `tokens`.
    ///
    /// # Errors
    /// The key service, say, does not answer. Nothing is stored; what was stored before stands.
    fn seal(&self, tokens: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// Decrypts what [`seal`](Self::seal) made.
    ///
    /// # Errors
    /// It was changed, or is bound to something else, or the key is not there. The record stands as it is.
    fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, TransportError>;
}

/// No envelope: the tokens stand in the store in clear, as [`stored::save`](crate::stored::save) writes them. For a store
/// that is encrypted itself.
#[derive(Clone, Copy, Debug)]
pub struct InClear;

impl Envelope for InClear {
    fn seal(&self, tokens: &[u8], _: &[u8]) -> Result<Vec<u8>, TransportError> {
        Ok(tokens.to_vec())
    }

    fn open(&self, sealed: &[u8], _: &[u8]) -> Result<Vec<u8>, TransportError> {
        Ok(sealed.to_vec())
    }
}
