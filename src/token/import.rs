//! Tokens that some other program obtained.

use super::{AccessOnly, Refreshable, TokenSet};
use crate::{
    client::AnyClient,
    error::ConfigError,
    vocabulary::{
        Secret, Timestamp,
        grammar::{MAX_TOKEN, is_vschar},
    },
};

impl AnyClient {
    /// Takes an access token that some other program or page obtained: a personal access token, for instance. Nothing
    /// shows whose it is or what it may do.
    ///
    /// # Errors
    /// It is empty, longer than 64 KiB, or not printable ASCII (RFC 6749 section A.12): the line break of a file, for instance, would break
    /// the header.
    pub fn import_access_token_from_elsewhere(
        &self,
        access_token: Secret,
        expires_at: Option<Timestamp>,
    ) -> Result<TokenSet<AccessOnly>, ConfigError> {
        check("access_token", &access_token)?;
        Ok(TokenSet::imported(access_token, expires_at, AccessOnly::new(), self))
    }

    /// Takes an access token and a refresh token that some other program obtained. That program must not use them any
    /// more: two holders of one refresh token end the session.
    ///
    /// # Errors
    /// One of them is empty, longer than 64 KiB, or not printable ASCII (RFC 6749 sections A.12 and A.17).
    pub fn import_refreshable_tokens_from_elsewhere(
        &self,
        access_token: Secret,
        refresh_token: Secret,
        expires_at: Option<Timestamp>,
    ) -> Result<TokenSet<Refreshable>, ConfigError> {
        check("access_token", &access_token)?;
        check("refresh_token", &refresh_token)?;
        Ok(TokenSet::imported(access_token, expires_at, Refreshable::new(refresh_token), self))
    }
}

fn check(field: &'static str, token: &Secret) -> Result<(), ConfigError> {
    ConfigError::check_length(field, token.expose(), MAX_TOKEN)?;
    ConfigError::check_characters(field, token.expose(), is_vschar)
}
