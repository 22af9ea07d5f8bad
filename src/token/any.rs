//! A token set whose capability is known only at run time.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AccessOnly, Refreshable, Reissuable, TokenSet, sealed, stored_capability::AnyCapability};
use crate::{
    dialect::TokenAnswer,
    exchange::Holder,
    stored::Tagged,
    vocabulary::{Extras, Scope, Secret, Timestamp},
};

/// A token set of any capability: for tables that hold the tokens of many providers and grants. It is stored as the
/// set inside it.
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{AnyTokenSet, stored};
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let end = Some(now.plus(Duration::from_secs(30)));
/// # let refreshable = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), end)?;
/// # let personal = client.import_access_token_from_elsewhere("P1".into(), None)?;
/// # let pasted = client.import_access_token_from_elsewhere("P2".into(), end)?;
///
/// let table = [
///     ("alice", stored::save(&refreshable)),
///     ("bob", stored::save(&personal)), // it does not expire
///     ("carol", stored::save(&pasted)),
/// ];
/// let mut to_do = Vec::new();
/// for (user, row) in &table {
///     let tokens: AnyTokenSet = stored::load(row.as_bytes())?;
///     if tokens.is_due(now, Duration::from_secs(60)) {
///         to_do.push(match tokens {
///             AnyTokenSet::Refreshable(_) => (*user, "refresh"),
///             AnyTokenSet::Reissuable(_) => (*user, "reissue"),
///             AnyTokenSet::AccessOnly(_) => (*user, "log in"),
///         });
///     }
/// }
/// assert_eq!(to_do, [("alice", "refresh"), ("carol", "log in")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a token set that is dropped is a session that is lost; store it"]
pub enum AnyTokenSet {
    /// It can be refreshed.
    Refreshable(TokenSet<Refreshable>),
    /// The client can ask for another by itself.
    Reissuable(TokenSet<Reissuable>),
    /// When it ends, the user logs in again.
    AccessOnly(TokenSet<AccessOnly>),
}

/// Does the same with whichever set is inside.
macro_rules! each {
    ($any:expr, $set:ident => $do:expr) => {
        match $any {
            AnyTokenSet::Refreshable($set) => $do,
            AnyTokenSet::Reissuable($set) => $do,
            AnyTokenSet::AccessOnly($set) => $do,
        }
    };
}

impl AnyTokenSet {
    /// Whether it is time to renew: see [`TokenSet::is_due`].
    pub fn is_due(&self, now: Timestamp, ahead: Duration) -> bool {
        each!(self, set => set.is_due(now, ahead))
    }

    /// From when on it is time to renew: see [`TokenSet::due_at`].
    pub fn due_at(&self, ahead: Duration) -> Option<Timestamp> {
        each!(self, set => set.due_at(ahead))
    }

    /// The access token, if it can be used at `instant`.
    pub fn access_token_at(&self, instant: Timestamp) -> Option<&Secret> {
        each!(self, set => set.access_token_at(instant))
    }

    /// When the access token expires, if the server said so.
    pub fn expires_at(&self) -> Option<Timestamp> {
        each!(self, set => set.expires_at())
    }

    /// The scope that the server granted; what was asked for where it did not say.
    pub fn scope(&self) -> &Scope {
        each!(self, set => set.scope())
    }

    /// The server, as [`Provider::identity`](crate::Provider::identity) writes it.
    pub fn server(&self) -> &str {
        each!(self, set => set.server())
    }

    /// The resources that the access token was asked for: see [`TokenSet::resources`].
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.intent().resources_of_token()
    }

    /// The client that the tokens were issued to.
    pub fn client_id(&self) -> &str {
        each!(self, set => set.client_id())
    }

    /// Gives the tokens up; what was asked for stays, for a new login: see [`TokenSet::into_intent`].
    pub fn into_intent(self) -> crate::Intent {
        each!(self, set => set.into_intent())
    }

    pub(crate) fn access_token(&self) -> &Secret {
        each!(self, set => set.access_token())
    }

    pub(crate) fn refresh_token(&self) -> Option<&Secret> {
        each!(self, set => sealed::Sealed::refresh_token(set.capability()))
    }

    /// What came along with the tokens: see [`Extras`].
    pub fn extras(&self) -> &Extras {
        each!(self, set => set.extras())
    }

    pub(crate) fn intent(&self) -> &crate::Intent {
        each!(self, set => set.intent())
    }

    pub(crate) fn holder(&self) -> Holder<'_> {
        each!(self, set => set.holder())
    }

    pub(crate) fn is_rejected(&self) -> bool {
        each!(self, set => set.is_rejected())
    }

    pub(crate) fn set_rejected(&mut self) {
        each!(self, set => set.set_rejected());
    }

    /// Puts long-lived tokens in place of the short-lived one. A refresh token that did not come anew stays.
    pub(crate) fn followed_up(self, mut answer: TokenAnswer) -> Self {
        match (self, answer.refresh_token.take()) {
            (Self::AccessOnly(set), Some(refresh_token)) => {
                let mut set = set.with(|_| Refreshable::new(refresh_token));
                set.renew(answer);
                set.into()
            }
            (Self::Refreshable(mut set), refresh_token) => {
                answer.refresh_token = refresh_token;
                set.refreshed(answer);
                set.into()
            }
            (mut other, _) => {
                each!(&mut other, set => set.renew(answer));
                other
            }
        }
    }
}

impl From<TokenSet<Refreshable>> for AnyTokenSet {
    fn from(set: TokenSet<Refreshable>) -> Self {
        Self::Refreshable(set)
    }
}

impl From<TokenSet<Reissuable>> for AnyTokenSet {
    fn from(set: TokenSet<Reissuable>) -> Self {
        Self::Reissuable(set)
    }
}

impl From<TokenSet<AccessOnly>> for AnyTokenSet {
    fn from(set: TokenSet<AccessOnly>) -> Self {
        Self::AccessOnly(set)
    }
}

impl Tagged for AnyTokenSet {
    const TAG: &'static str = "token_set/1";
}

impl Serialize for AnyTokenSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        each!(self, set => set.serialize(serializer))
    }
}

impl<'de> Deserialize<'de> for AnyTokenSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The set is read once, its capability by its own name; then it is sorted.
        let (capability, set) = TokenSet::<AnyCapability>::deserialize(deserializer)?.split();
        Ok(match capability {
            AnyCapability::Refreshable(refresh_token) => {
                Self::Refreshable(set.with(|()| Refreshable::new(refresh_token)))
            }
            AnyCapability::Reissuable(refresh_token) => Self::Reissuable(set.with(|()| Reissuable::new(refresh_token))),
            AnyCapability::AccessOnly => Self::AccessOnly(set.with(|()| AccessOnly::new())),
        })
    }
}
