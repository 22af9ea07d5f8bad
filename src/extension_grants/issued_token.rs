//! A token that is no access token.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::TokenType;
use crate::{
    dialect::TokenAnswer,
    intent::Intent,
    stored::{Kind, Tagged},
    vocabulary::{Extras, Scope, Secret, Timestamp, extras, secret},
};

/// A token that an exchange issued and that is no access token (RFC 8693 section 2.2.1): no API takes it, so it makes no
/// header. Give it to whom it was asked for.
///
/// It has no clock, as a [`TokenSet`](crate::TokenSet) has none, and is stored as that is: with
/// [`stored::save`](crate::stored::save).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "the token is inside"]
pub struct IssuedToken {
    kind: Kind<Self>,
    token_type: TokenType,
    #[serde(serialize_with = "secret::store", deserialize_with = "secret::load")]
    token: Secret,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "secret::option")]
    refresh_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// What the server granted, where it said so and that is not what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    #[serde(
        default,
        skip_serializing_if = "Extras::is_empty",
        serialize_with = "extras::store",
        deserialize_with = "extras::load"
    )]
    extras: Extras,
    intent: Intent,
}

/// Of the granted scope, it shows what was asked for, as that of a [`TokenSet`](crate::TokenSet) does.
impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind: _, token_type, token, refresh_token, expires_at, scope, extras, intent } = self;
        let mut shown = f.debug_struct("IssuedToken");
        shown.field("token_type", token_type).field("token", token).field("refresh_token", refresh_token);
        shown.field("expires_at", expires_at);
        shown.field("scope", &scope.as_ref().map(|granted| granted.told(&intent.scope)));
        shown.field("extras", extras).field("intent", intent).finish()
    }
}

impl Tagged for IssuedToken {
    const TAG: &'static str = "issued_token/1";
}

impl IssuedToken {
    pub(super) fn new(answer: TokenAnswer, token_type: TokenType, mut intent: Intent) -> Self {
        let TokenAnswer { access_token: token, refresh_token, expires_at, scope, extras, .. } = answer;
        // Those of a login: there was none.
        (intent.redirect_uri, intent.return_to) = (None, None);
        let scope = scope.filter(|granted| granted.as_str() != intent.scope.as_str());
        Self { kind: Kind::new(), token_type, token, refresh_token, expires_at, scope, extras, intent }
    }

    /// What kind of token it is.
    pub fn token_type(&self) -> &TokenType {
        &self.token_type
    }

    /// The token, if it is good at `instant`. Without an expiry it is, as far as anybody here knows.
    pub fn token_at(&self, instant: Timestamp) -> Option<&Secret> {
        self.expires_at.is_none_or(|expires_at| instant < expires_at).then_some(&self.token)
    }

    /// The refresh token that came along, which is seldom (RFC 8693 section 2.2.1).
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// When the token expires, if the server said so. A lifetime counts from the sending of the request.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The scope that the server granted; what was asked for where it did not say (RFC 8693 section 2.2.1).
    pub fn scope(&self) -> &Scope {
        self.scope.as_ref().unwrap_or(&self.intent.scope)
    }

    pub(crate) fn requested_scope(&self) -> &Scope {
        &self.intent.scope
    }

    /// The resources that it was asked for (RFC 8693 section 2.1), in that order.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.intent.resources()
    }

    /// What came along with the token: see [`Extras`].
    pub fn extras(&self) -> &Extras {
        &self.extras
    }

    /// The server, as [`Provider::identity`](crate::Provider::identity) writes it.
    pub fn server(&self) -> &str {
        self.intent.server()
    }

    /// The client that the token was issued to.
    pub fn client_id(&self) -> &str {
        self.intent.client_id()
    }

    /// Gives the token up; what was asked for stays, for another exchange.
    pub fn into_intent(self) -> Intent {
        self.intent
    }
}
