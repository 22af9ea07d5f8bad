//! An access token, and where it may be shown.

use crate::{
    client::AnyClient,
    dialect::{BasicEncoding, Pair, TokenForm, basic_header, with_query},
    error::PresentError,
    http::Header,
    intent::Intent,
    vocabulary::{Extras, Secret, query_names},
};

/// Whose access token it is, and what came along with it.
#[derive(Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) intent: &'a Intent,
    pub(crate) access_token: &'a Secret,
    pub(crate) extras: &'a Extras,
}

impl Holder<'_> {
    fn check(&self, client: &AnyClient, url: &str) -> Result<(), PresentError> {
        client.check_asked(self.intent).map_err(PresentError::WrongClient)?;
        client.provider().check_api(url, self.extras)
    }

    /// The header field that presents the access token to `url` (RFC 6750 section 2.1), if it may go there.
    pub(crate) fn header_for(&self, client: &AnyClient, url: &str) -> Result<Header, PresentError> {
        self.check(client, url)?;
        match &client.provider().dialect.presentation.query_parameter {
            Some(_) => Err(PresentError::GoesIntoUrl),
            None => Ok(token_header(client, self.access_token)),
        }
    }

    /// `url` with the access token in it (RFC 6750 section 2.3), if it may go there.
    pub(crate) fn url_for(&self, client: &AnyClient, url: &str) -> Result<Secret, PresentError> {
        self.check(client, url)?;
        match &client.provider().dialect.presentation.query_parameter {
            Some(name) => {
                // Two readers of one URL must not see two tokens.
                if query_names(url).any(|each| each == *name) {
                    return Err(PresentError::AlreadyInUrl);
                }
                let pairs = std::iter::once(Pair::new(name, self.access_token.expose()));
                Ok(Secret::new(with_query(url, pairs)))
            }
            None => Err(PresentError::GoesIntoHeader),
        }
    }
}

/// The header field that presents `access_token`, for an endpoint of the provider's own.
pub(crate) fn token_header(client: &AnyClient, access_token: &Secret) -> Header {
    let presentation = &client.provider().dialect.presentation;
    let token = access_token.expose();
    if presentation.form == TokenForm::BasicUser {
        return Header::new(presentation.header.clone(), basic_header(token, "", BasicEncoding::None));
    }
    let Some(scheme) = &presentation.scheme else {
        return Header::new(presentation.header.clone(), token);
    };
    let mut value = String::with_capacity(scheme.len().saturating_add(1).saturating_add(token.len()));
    value.push_str(scheme);
    value.push(' ');
    value.push_str(token);
    Header::new(presentation.header.clone(), value)
}
