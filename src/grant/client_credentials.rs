//! The client credentials grant (RFC 6749 section 4.4), the first time and again.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Grant, private};
use crate::{
    dialect::TokenAnswer,
    error::AnswerFault,
    intent::Intent,
    provider::CheckedProvider,
    token::{Authorized, Reissuable, TokenSet},
};

/// The client credentials grant: the client asks for itself, and can always ask again.
#[derive(Debug)]
pub struct ClientCredentials(pub(crate) ());

/// The client credentials grant again, by a client that has tokens already: they stay good if it fails.
#[derive(Debug)]
pub struct Reissue(());

impl Grant for ClientCredentials {
    type Issued = Authorized<Reissuable>;
    type Origin = Intent;
    type Remains = Intent;
}

impl Grant for Reissue {
    type Issued = Authorized<Reissuable>;
    type Origin = TokenSet<Reissuable>;
    type Remains = TokenSet<Reissuable>;
}

#[allow(private_interfaces)]
impl private::Exchange for ClientCredentials {
    const TAG: &'static str = "in_flight/client_credentials/1";

    fn issue(
        origin: Intent,
        mut answer: TokenAnswer,
        provider: &CheckedProvider,
    ) -> Result<Authorized<Reissuable>, (AnswerFault, Intent)> {
        let capability = Reissuable::new(answer.refresh_token.take());
        Ok(TokenSet::issued(answer, capability, origin, provider).into_authorized())
    }

    fn remains(origin: Intent) -> Intent {
        origin
    }

    fn store<S: Serializer>(origin: &Intent, serializer: S) -> Result<S::Ok, S::Error> {
        origin.serialize(serializer)
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Intent, D::Error> {
        Intent::deserialize(deserializer)
    }
}

#[allow(private_interfaces)]
impl private::Exchange for Reissue {
    const TAG: &'static str = "in_flight/reissue/1";

    fn issue(
        mut origin: TokenSet<Reissuable>,
        answer: TokenAnswer,
        _: &CheckedProvider,
    ) -> Result<Authorized<Reissuable>, (AnswerFault, TokenSet<Reissuable>)> {
        origin.reissued(answer);
        Ok(origin.into_authorized())
    }

    fn remains(origin: TokenSet<Reissuable>) -> TokenSet<Reissuable> {
        origin
    }

    fn store<S: Serializer>(origin: &TokenSet<Reissuable>, serializer: S) -> Result<S::Ok, S::Error> {
        origin.serialize(serializer)
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TokenSet<Reissuable>, D::Error> {
        TokenSet::deserialize(deserializer)
    }
}
