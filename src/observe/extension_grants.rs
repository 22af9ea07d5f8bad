//! Token exchange, assertions, and an application's own grants.

use super::{Observation, seen::One, states::unauthorized};
use crate::extension_grants::{Exchanged, Extension, IssuedToken, TokenExchange};

unauthorized! {
    Extension: "extension",
    TokenExchange: "token_exchange",
}

impl One for IssuedToken {
    fn observation(&self) -> Observation<'_> {
        let (server, client_id) = (Some(self.server()), Some(self.client_id()));
        let seen = Observation { server, client_id, ..Observation::state("IssuedToken") };
        Observation { expires_at: self.expires_at(), ..seen }.granted(self.scope(), self.requested_scope())
    }
}

impl One for Exchanged {
    fn observation(&self) -> Observation<'_> {
        match self {
            Self::AccessToken { granted, .. } => {
                Observation { name: "Exchanged::AccessToken", ..granted.observation() }
            }
            Self::Other(issued) => Observation { name: "Exchanged::Other", ..issued.observation() },
        }
    }
}
