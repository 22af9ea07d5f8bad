//! Usable: an access token of the fleet.

use super::{Seen, entry};
use crate::{
    client::AnyClient,
    error::PresentError,
    http::Header,
    token::AnyTokenSet,
    vocabulary::{Extras, Scope, Secret, Timestamp},
};

/// An access token to use now. Ask again before each use: the next may have come meanwhile.
#[derive(Debug)]
pub struct Usable {
    tokens: AnyTokenSet,
    login: Box<str>,
    generation: u64,
    seen: Option<Seen>,
}

impl Usable {
    pub(crate) fn tokens(&self) -> &AnyTokenSet {
        &self.tokens
    }

    pub(super) fn new(tokens: AnyTokenSet, header: &entry::Header, seen: Option<Seen>) -> Self {
        Self { tokens, login: header.login.clone(), generation: header.generation, seen }
    }

    /// The login and the generation: after another login, generations may begin anew.
    pub(super) fn name(&self) -> (&str, u64) {
        (&self.login, self.generation)
    }

    /// The access token. Prefer [`header_for`](Self::header_for), which knows where it may go.
    pub fn access_token(&self) -> &Secret {
        self.tokens.access_token()
    }

    /// The header field that presents the token to `url`: see [`Authorized::header_for`](crate::Authorized::header_for).
    ///
    /// # Errors
    /// As there.
    pub fn header_for(&self, client: &AnyClient, url: &str) -> Result<Header, PresentError> {
        self.tokens.holder().header_for(client, url)
    }

    /// `url` with the token in its query: see [`Authorized::url_for`](crate::Authorized::url_for).
    ///
    /// # Errors
    /// As there.
    pub fn url_for(&self, client: &AnyClient, url: &str) -> Result<Secret, PresentError> {
        self.tokens.holder().url_for(client, url)
    }

    /// How many tokens came before this one, since the record was made. When an API refuses the token, see
    /// [`Getting::rejected`](super::Getting::rejected).
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// When the access token expires, if the server said so.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.tokens.expires_at()
    }

    /// The scope that the server granted; what was asked for where it did not say.
    pub fn scope(&self) -> &Scope {
        self.tokens.scope()
    }

    /// What came along with the tokens.
    pub fn extras(&self) -> &Extras {
        self.tokens.extras()
    }

    /// That somebody was sending, and since when: bring it to the next ask ([`Getting::seen`](super::Getting::seen)).
    pub fn seen(&self) -> Option<Seen> {
        self.seen.clone()
    }
}
