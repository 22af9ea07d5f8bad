//! What each grant's journal holds: the state before its request.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    grant::private::Journal,
    intent::Intent,
    state::{ReceivedCode, ReceivedCodeRecord},
    token::{AnyTokenSet, Capability, TokenSet},
    vocabulary::Scope,
};

/// States that have serde of their own.
macro_rules! as_stored {
    ($($state:ty: $intent:expr),*) => {$(
        impl Journal for $state {
            fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn expected_scope(&self) -> &Scope {
                self.scope()
            }

            fn asked(&self) -> &Intent {
                $intent(self)
            }

            fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    )*};
}

as_stored!(Intent: |intent| intent, AnyTokenSet: AnyTokenSet::intent);

impl<C: Capability> Journal for TokenSet<C> {
    fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn expected_scope(&self) -> &Scope {
        self.scope()
    }

    fn asked(&self) -> &Intent {
        self.intent()
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

/// A received code has no serde of its own: only its journal is stored, and loads as in doubt.
impl Journal for ReceivedCode {
    fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record().serialize(serializer)
    }

    fn expected_scope(&self) -> &Scope {
        self.intent().scope()
    }

    fn asked(&self) -> &Intent {
        self.intent()
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ReceivedCodeRecord::deserialize(deserializer).map(Self::from_record)
    }
}
