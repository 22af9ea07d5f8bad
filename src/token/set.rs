//! A token set: what a server issued, as it is kept.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::{AccessOnly, AnyTokenSet, Capability, Refreshable, Reissuable, sealed};
use crate::{
    authorization_details::{AUTHORIZATION_DETAILS, AuthorizationDetails},
    client::AnyClient,
    dialect::TokenAnswer,
    error::{ConfigError, RequestFault},
    exchange::{self, Holder},
    http::Request,
    intent::Intent,
    provider::CheckedProvider,
    stored::{Kind, Tagged},
    vocabulary::{Extras, Scope, Secret, Timestamp, extras, secret},
};

/// Tokens without a clock: what is stored, and what must meet an instant before it is used.
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{AccessOnly, Secret, Standing, Timestamp, TokenSet};
/// # use oauth_proto::{Client, Registration, providers};
/// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
///
/// let expires_at = Timestamp::from_unix_seconds(1_800_000_000);
/// let tokens: TokenSet<AccessOnly> =
///     client.import_access_token_from_elsewhere(Secret::from("2YotnFZFEjr1zCsicMWpAA"), Some(expires_at))?;
///
/// match tokens.at(Timestamp::from_unix_seconds(1_799_999_999)) {
///     Standing::Authorized(token) => assert_eq!(token.expires_at(), Some(expires_at)),
///     Standing::Expired(_) => unreachable!(),
/// }
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound(serialize = "C: Serialize", deserialize = "C: sealed::Loadable + Deserialize<'de>"))]
#[must_use = "a token set that is dropped is a session that is lost; store it"]
pub struct TokenSet<C> {
    kind: Kind<AnyTokenSet>,
    capability: C,
    #[serde(serialize_with = "secret::store", deserialize_with = "secret::load")]
    access_token: Secret,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// What the server granted, where it said so and that is not what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    /// An API answered 401 to this access token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    rejected: bool,
    /// What came along with the callback and the tokens.
    #[serde(
        default,
        skip_serializing_if = "Extras::is_empty",
        serialize_with = "extras::store",
        deserialize_with = "extras::load"
    )]
    extras: Extras,
    intent: Intent,
}

/// Of the granted scope, it shows what was asked for, and how much else there is: a server may repeat there what it was sent.
impl<C: fmt::Debug> fmt::Debug for TokenSet<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind: _, capability, access_token, expires_at, scope, rejected, extras, intent } = self;
        let mut shown = f.debug_struct("TokenSet");
        shown.field("capability", capability).field("access_token", access_token).field("expires_at", expires_at);
        shown.field("scope", &scope.as_ref().map(|granted| granted.told(&intent.scope)));
        shown.field("rejected", rejected).field("extras", extras).field("intent", intent).finish()
    }
}

impl<C: Capability> Tagged for TokenSet<C> {
    const TAG: &'static str = AnyTokenSet::TAG;
}

impl<C> TokenSet<C> {
    pub(crate) fn issued(answer: TokenAnswer, capability: C, intent: Intent, provider: &CheckedProvider) -> Self {
        let mut intent = to_remember(intent, provider);
        intent.issued();
        Self {
            kind: Kind::new(),
            capability,
            access_token: answer.access_token,
            expires_at: answer.expires_at,
            scope: answer.scope.and_then(|granted| unless_asked_for(granted, &intent)),
            rejected: false,
            extras: answer.extras,
            intent,
        }
    }

    pub(crate) fn imported(
        access_token: Secret,
        expires_at: Option<Timestamp>,
        capability: C,
        client: &AnyClient,
    ) -> Self {
        let intent = to_remember(client.intent(), client.provider());
        let (scope, extras) = (None, Extras::default());
        Self { kind: Kind::new(), capability, access_token, expires_at, scope, rejected: false, extras, intent }
    }

    pub(crate) fn is_usable_at(&self, instant: Timestamp) -> bool {
        !self.rejected && self.expires_at.is_none_or(|expires_at| instant < expires_at)
    }

    /// Whether it is time to renew: the access token is rejected, or ends within `ahead` of `now`. Due is not
    /// expired: a token that is due still works until its own expiry. One without expiry is due when it is rejected.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use oauth_proto::{Client, Registration, Timestamp, providers};
    /// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
    /// # let end = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let tokens = client.import_access_token_from_elsewhere("A1".into(), Some(end))?;
    /// let a_minute_before = Timestamp::from_unix_seconds(1_799_999_940); // of a token that ends at 1,800,000,000
    /// assert!(!tokens.is_due(a_minute_before, Duration::from_secs(59)));
    /// assert!(tokens.is_due(a_minute_before, Duration::from_secs(60)));
    /// assert!(tokens.access_token_at(a_minute_before).is_some(), "due, and good for a minute");
    /// # Ok::<(), oauth_proto::ConfigError>(())
    /// ```
    pub fn is_due(&self, now: Timestamp, ahead: Duration) -> bool {
        !self.is_usable_at(now.plus(ahead))
    }

    /// From when on [`is_due`](Self::is_due) says so: a column to look up what to renew next by, in a database, or the
    /// order of a queue. `None` never by itself: there is no expiry. A rejected token has been due since 1970.
    ///
    /// Store it again with each row: a renewal and a rejection change it.
    ///
    /// ```
    /// use std::{collections::BTreeMap, time::Duration};
    /// # use oauth_proto::{AnyTokenSet, Client, Registration, Timestamp, providers};
    /// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
    /// # let at = Timestamp::from_unix_seconds;
    /// # let set = |end| client.import_access_token_from_elsewhere("A1".into(), end).map(AnyTokenSet::from);
    /// # let table = [("alice", set(Some(at(500)))?), ("bob", set(Some(at(300)))?), ("carol", set(None)?)];
    /// let ahead = Duration::from_secs(60);
    /// let mut queue = BTreeMap::new();
    /// for (user, tokens) in &table {
    ///     if let Some(due_at) = tokens.due_at(ahead) {
    ///         queue.insert((due_at, *user), tokens);
    ///     }
    /// }
    /// let Some((&(due_at, user), tokens)) = queue.first_key_value() else { unreachable!() };
    /// assert_eq!((user, due_at), ("bob", at(240)));
    /// assert!(tokens.is_due(due_at, ahead));
    /// # Ok::<(), oauth_proto::ConfigError>(())
    /// ```
    pub fn due_at(&self, ahead: Duration) -> Option<Timestamp> {
        if self.rejected { Some(Timestamp::from_unix_millis(0)) } else { Some(self.expires_at?.minus(ahead)) }
    }

    /// The access token, if it can be used at `instant`.
    pub fn access_token_at(&self, instant: Timestamp) -> Option<&Secret> {
        self.is_usable_at(instant).then_some(&self.access_token)
    }

    /// When the access token expires, if the server said so. A lifetime counts from the sending of the request, not
    /// from the arrival of the answer; from the callback, where that brought the token.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The scope that the server granted; what was asked for where it did not say (RFC 6749 section 5.1). A refresh
    /// that does not say leaves it as it was (section 6).
    pub fn scope(&self) -> &Scope {
        self.scope.as_ref().unwrap_or(&self.intent.scope)
    }

    /// The scope that was asked for.
    pub fn requested_scope(&self) -> &Scope {
        &self.intent.scope
    }

    /// The resources that the access token was asked for (RFC 8707), in that order: all of the login's, or the one that it
    /// was [narrowed to](Self::narrow_to). None where any API would do.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.intent.resources_of_token()
    }

    /// What the server granted of the authorization details that were asked for (RFC 9396 section 7). `None` where it did
    /// not say so, as it must: a server that knows nothing of them ignores them.
    pub fn authorization_details(&self) -> Option<AuthorizationDetails> {
        self.intent.authorization_details()?;
        AuthorizationDetails::from_json(self.extras.get(AUTHORIZATION_DETAILS)?).ok()
    }

    /// The server, as [`Provider::identity`](crate::Provider::identity) writes it.
    pub fn server(&self) -> &str {
        self.intent.server()
    }

    /// The client that the tokens were issued to.
    pub fn client_id(&self) -> &str {
        self.intent.client_id()
    }

    /// Gives the tokens up; what was asked for stays, for a new login: `intent.again(client.authorization_code()?)`.
    /// That is the scope, and the redirect URI where the provider wants it on refresh; `return_to` ended with the
    /// login.
    pub fn into_intent(self) -> Intent {
        self.intent
    }

    #[rustfmt::skip] // rustc shows the line to who calls it from outside
    pub(crate) fn access_token(&self) -> &Secret { // it may be expired (RFC 6749 section 5.1); call `access_token_at(now)`
        &self.access_token
    }

    pub(crate) fn capability(&self) -> &C {
        &self.capability
    }

    pub(crate) fn intent(&self) -> &Intent {
        &self.intent
    }

    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder { intent: &self.intent, access_token: &self.access_token, extras: &self.extras }
    }

    /// What came along with the tokens: see [`Extras`]. A refresh that says something anew replaces what was said
    /// before; the rest stays.
    pub fn extras(&self) -> &Extras {
        &self.extras
    }

    pub(super) fn narrow(&mut self, resource: &str) -> Result<(), ConfigError> {
        self.intent.narrow_to(resource)
    }

    pub(super) fn add_extra(&mut self, name: &str, value: &str) {
        self.extras.insert(name, value);
    }

    pub(crate) fn is_rejected(&self) -> bool {
        self.rejected
    }

    pub(crate) fn set_rejected(&mut self) {
        self.rejected = true;
    }

    /// The same tokens with another capability.
    pub(crate) fn with<D>(self, change: impl FnOnce(C) -> D) -> TokenSet<D> {
        let (capability, rest) = self.split();
        let TokenSet { kind, access_token, expires_at, scope, rejected, extras, intent, .. } = rest;
        TokenSet { kind, capability: change(capability), access_token, expires_at, scope, rejected, extras, intent }
    }

    /// The capability, and the rest without one.
    pub(crate) fn split(self) -> (C, TokenSet<()>) {
        let Self { kind, capability, access_token, expires_at, scope, rejected, extras, intent } = self;
        (capability, TokenSet { kind, capability: (), access_token, expires_at, scope, rejected, extras, intent })
    }

    /// What is left when the refresh token is dead: the access token, until its own expiry.
    pub(crate) fn without_refresh_token(&self) -> TokenSet<AccessOnly> {
        TokenSet {
            kind: Kind::new(),
            capability: AccessOnly::new(),
            access_token: self.access_token.clone(),
            expires_at: self.expires_at,
            scope: self.scope.clone(),
            rejected: self.rejected,
            extras: self.extras.clone(),
            intent: self.intent.clone(),
        }
    }

    /// Puts new tokens in place of these.
    pub(super) fn renew(&mut self, answer: TokenAnswer) {
        self.access_token = answer.access_token;
        self.expires_at = answer.expires_at;
        // RFC 6749 section 6: a refresh asks for the scope that was granted before.
        if let Some(granted) = answer.scope {
            self.scope = unless_asked_for(granted, &self.intent);
        }
        self.rejected = false;
        self.extras.extend(answer.extras);
        self.intent.issued();
    }
}

/// Most servers grant what was asked for, and say it. One copy is enough (RFC 6749 section 5.1 lets them leave it out).
fn unless_asked_for(granted: Scope, intent: &Intent) -> Option<Scope> {
    (granted.as_str() != intent.scope.as_str()).then_some(granted)
}

/// What a refresh will have to repeat is kept; the rest of the login is over.
fn to_remember(mut intent: Intent, provider: &CheckedProvider) -> Intent {
    if !provider.dialect.refresh.send_redirect_uri {
        intent.redirect_uri = None;
    }
    intent.return_to = None;
    intent
}

impl TokenSet<Refreshable> {
    pub(crate) fn refresh_token(&self) -> &Secret {
        &self.capability.refresh_token
    }

    /// The request that spends the refresh token. Whoever calls this must not let the set be used again.
    pub(crate) fn refresh_request(&self, client: &AnyClient, now: Timestamp) -> Result<Request, RequestFault> {
        exchange::refresh_request(client, self.holder(), &self.capability.refresh_token, self.expires_at, now)
    }

    /// Puts the tokens of a refresh in place of these. RFC 6749 section 6: a refresh token that did not come anew
    /// stays the old one.
    pub(crate) fn refreshed(&mut self, mut answer: TokenAnswer) {
        if let Some(refresh_token) = answer.refresh_token.take() {
            self.capability.refresh_token = refresh_token;
        }
        self.renew(answer);
    }
}

impl TokenSet<Reissuable> {
    /// The request for a token of the client's own (RFC 6749 section 4.4.2).
    pub(crate) fn reissue_request(&self, client: &AnyClient, now: Timestamp) -> Result<Request, RequestFault> {
        exchange::client_credentials_request(client, &self.intent, Some(&self.access_token), now)
    }

    /// Puts the tokens of another request of the same kind in place of these.
    pub(crate) fn reissued(&mut self, mut answer: TokenAnswer) {
        self.capability.refresh_token = answer.refresh_token.take();
        // RFC 6749 section 5.1: this asks anew, so an absent scope is the one that was asked for, not the last granted.
        self.scope = None;
        self.renew(answer);
    }

    /// Turns to refreshing, where the server sent a refresh token against the advice of RFC 6749 section 4.4.3.
    ///
    /// # Errors
    /// It sent none: the set comes back as it was, to be issued again by [`reissue`](crate::Authorized::reissue).
    #[allow(clippy::result_large_err)] // the tokens themselves, handed back; this is no hot path
    pub fn into_refreshable(mut self) -> Result<TokenSet<Refreshable>, Self> {
        match self.capability.refresh_token.take() {
            Some(refresh_token) => Ok(self.with(|_| Refreshable::new(refresh_token))),
            None => Err(self),
        }
    }
}

impl TokenSet<AccessOnly> {
    /// The tokens of a refresh that was answered after the refresh token had been given up.
    pub(crate) fn refreshed_after_all(&self, mut answer: TokenAnswer) -> AnyTokenSet {
        let refresh_token = answer.refresh_token.take();
        let mut set = self.without_refresh_token();
        set.renew(answer);
        match refresh_token {
            Some(refresh_token) => set.with(|_| Refreshable::new(refresh_token)).into(),
            None => set.into(),
        }
    }
}
