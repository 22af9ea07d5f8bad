//! The parameters of a callback, read strictly.

use super::{Callback, Place};
use crate::{
    dialect::{CodeDecoding, IdToken, RawAnswer, Standard},
    error::{CallbackFault, ErrorCode, ErrorResponse, KeptFault},
    json::Value,
    provider::CheckedProvider,
    vocabulary::{Extras, MAX_EXTRA, Wiped, form, length},
};

/// The parameters that the protocol knows. Others are ignored (RFC 6749 section 4.1.2).
#[derive(Default)]
pub(crate) struct Parameters<'a> {
    pub(crate) code: Option<Wiped<'a>>,
    pub(crate) state: Option<Wiped<'a>>,
    pub(crate) iss: Option<Wiped<'a>>,
    error: Option<Wiped<'a>>,
    error_description: Option<Wiped<'a>>,
    error_uri: Option<Wiped<'a>>,
    /// What came of a token response, where that comes with a callback.
    pub(crate) tokens: Option<Box<RawAnswer<'a>>>,
    /// What the provider's data keeps.
    pub(crate) extras: Extras,
}

impl<'a> Parameters<'a> {
    /// Reads the callback. Everything that is known must be decodable and there once.
    pub(crate) fn read(
        callback: &Callback<'a>,
        provider: &CheckedProvider,
        place: Place,
    ) -> Result<Self, CallbackFault> {
        let limits = &provider.limits;
        if callback.len() > length(limits.callback_bytes) {
            return Err(CallbackFault::TooLong);
        }
        let mut parameters = Self::default();
        for ((name, value), count) in callback.pairs(place).zip(1..) {
            if count > length(limits.parameters) {
                return Err(CallbackFault::TooManyParameters);
            }
            let Some(name) = form::decode(name) else {
                continue; // A name that cannot be decoded is none of ours.
            };
            parameters.take(&name, value, provider, place)?;
        }
        Ok(parameters)
    }

    fn take(
        &mut self,
        name: &str,
        value: &'a str,
        provider: &CheckedProvider,
        place: Place,
    ) -> Result<(), CallbackFault> {
        let dialect = &provider.dialect;
        let rename = &dialect.callback.rename;
        let own = [
            ("code", &mut self.code),
            ("state", &mut self.state),
            ("iss", &mut self.iss),
            ("error", &mut self.error),
            ("error_description", &mut self.error_description),
            ("error_uri", &mut self.error_uri),
        ];
        if let Some((standard, slot)) = own.into_iter().find(|(standard, _)| rename.wire(standard) == name) {
            let as_received = standard == "code" && dialect.callback.code == CodeDecoding::AsReceived;
            let value = if as_received { Some(Wiped::from(value)) } else { form::decode(value) };
            return fill(slot, standard, value);
        }
        match (provider.reader.standard(name), place) {
            (Some(standard), Place::Tokens(_)) => {
                let tokens = self.tokens.get_or_insert_default();
                return fill(tokens.place(standard), standard.name(), form::decode(value).map(Value::Text));
            }
            // RFC 9700 section 2.1.2: a token must not get into a code flow by way of the browser.
            (Some(Standard::AccessToken), Place::Query) => return Err(CallbackFault::Unexpected("access_token")),
            _ => {}
        }
        if dialect.callback.keep.contains_key(name) {
            return self.keep(name, value);
        }
        match (name, dialect.callback.id_token) {
            ("id_token", IdToken::Refused) => Err(CallbackFault::Unexpected("id_token")),
            ("response", _) => Err(CallbackFault::Unexpected("response")),
            _ => Ok(()),
        }
    }

    fn keep(&mut self, name: &str, value: &str) -> Result<(), CallbackFault> {
        let refuse = |fault| Err(CallbackFault::Kept { name: name.into(), fault });
        if self.extras.get(name).is_some() {
            return refuse(KeptFault::Repeated);
        }
        match form::decode(value) {
            Some(value) if value.len() <= MAX_EXTRA => {
                self.extras.insert(name, &*value);
                Ok(())
            }
            _ => refuse(KeptFault::NotAllowed),
        }
    }

    /// The error that the callback states; `Err` where it states none in so many letters. Codes that break the grammar
    /// of RFC 6749 section A.7 are kept: providers send whole sentences, and a no is a no.
    pub(crate) fn error(&self) -> Result<Option<ErrorResponse>, CallbackFault> {
        let Some(error) = &self.error else {
            return Ok(None);
        };
        if error.is_empty() {
            return Err(CallbackFault::Malformed("error"));
        }
        let words = |text: &Option<Wiped<'_>>| text.as_deref().map(Box::from);
        Ok(Some(ErrorResponse {
            code: ErrorCode::read(error),
            description: words(&self.error_description),
            uri: words(&self.error_uri),
            status: None,
            retry_after: None,
        }))
    }
}

/// Takes in a parameter that must be decodable, and there once (RFC 6749 section 3.1).
fn fill<T>(slot: &mut Option<T>, standard: &'static str, value: Option<T>) -> Result<(), CallbackFault> {
    let value = value.ok_or(CallbackFault::Malformed(standard))?;
    match slot.replace(value) {
        Some(_) => Err(CallbackFault::Repeated(standard)),
        None => Ok(()),
    }
}
