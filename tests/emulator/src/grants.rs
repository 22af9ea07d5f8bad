//! Everything the authorization server remembers about what it has granted.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::mint::Mint;
use crate::pkce::Challenge;
use crate::table::TokenPolicy;

/// Why a grant is over whose refresh token had two holders.
pub(crate) const REUSE: &str = "a refresh token was used twice";

/// Index of a [`Grant`] in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GrantId(usize);

/// What a user (or a client for itself) has agreed to. All tokens descended from it live and die with it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    /// `None` for a client that acts for itself.
    pub(crate) user: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    /// Why the grant is over.
    pub(crate) ended: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) grant: GrantId,
    pub(crate) expires_ms: u64,
    pub(crate) redeemed: bool,
    /// Whether the authorization request named the redirect URI or relied on the registered one.
    pub(crate) redirect_uri_sent: bool,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) grant: GrantId,
    pub(crate) expires_ms: u64,
    pub(crate) scope: Option<String>,
    pub(crate) replaced: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    pub(crate) grant: GrantId,
    /// The expiry of the access token issued with it.
    pub(crate) access_expires_ms: u64,
    pub(crate) used: bool,
}

/// The tokens of one response.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_ms: u64,
    pub(crate) scope: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    grants: Vec<Grant>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) access: HashMap<String, Access>,
    pub(crate) refresh: HashMap<String, Refresh>,
    pub(crate) refresh_reused: bool,
    pub(crate) code_replayed: bool,
}

impl Store {
    pub(crate) fn open(&mut self, grant: Grant) -> GrantId {
        self.grants.push(grant);
        GrantId(self.grants.len() - 1)
    }

    pub(crate) fn grant(&self, id: GrantId) -> &Grant {
        &self.grants[id.0]
    }

    /// The first reason stays: it is the one that a test asks about.
    pub(crate) fn end(&mut self, id: GrantId, why: &'static str) {
        self.grants[id.0].ended.get_or_insert(why);
    }

    pub(crate) fn ended_by(&self, why: &str) -> usize {
        self.grants.iter().filter(|grant| grant.ended == Some(why)).count()
    }

    pub(crate) fn end_all_of_users(&mut self, why: &'static str) {
        for grant in self.grants.iter_mut().filter(|grant| grant.user.is_some()) {
            grant.ended.get_or_insert(why);
        }
    }

    pub(crate) fn end_all_of_client(&mut self, client_id: &str, why: &'static str) {
        for grant in self.grants.iter_mut().filter(|grant| grant.client_id == client_id) {
            grant.ended.get_or_insert(why);
        }
    }

    pub(crate) fn issue(
        &mut self,
        mint: &mut Mint,
        policy: &TokenPolicy,
        id: GrantId,
        now_ms: u64,
        with_refresh: bool,
        scope: Option<String>,
    ) -> Issued {
        let expires_ms = now_ms.saturating_add(policy.access_seconds * 1000);
        let access_token = mint.access_token();
        let access = Access { grant: id, expires_ms, scope: scope.clone(), replaced: false };
        self.access.insert(access_token.clone(), access);
        let refresh_token = with_refresh.then(|| mint.refresh_token(policy.spelling));
        if let Some(token) = &refresh_token {
            self.refresh.insert(token.clone(), Refresh { grant: id, access_expires_ms: expires_ms, used: false });
        }
        Issued { access_token, refresh_token, expires_ms, scope }
    }

    /// A token that the user makes by hand. It does not expire; the user can still withdraw it.
    pub(crate) fn personal_token(&mut self, mint: &mut Mint, user: &str, scope: Option<&str>) -> String {
        let scope = scope.map(str::to_owned);
        let grant = self.open(Grant {
            client_id: "none: a personal access token".to_owned(),
            user: Some(user.to_owned()),
            scope: scope.clone(),
            redirect_uri: None,
            ended: None,
        });
        let token = mint.access_token();
        self.access.insert(token.clone(), Access { grant, expires_ms: u64::MAX, scope, replaced: false });
        token
    }

    pub(crate) fn replace_access_tokens(&mut self, id: GrantId) {
        for access in self.access.values_mut().filter(|access| access.grant == id) {
            access.replaced = true;
        }
    }

    /// Ends each access token before its time. What stands behind them stays.
    pub(crate) fn end_access_tokens(&mut self) {
        self.access.values_mut().for_each(|access| access.replaced = true);
    }

    /// The access token if it opens the API at this moment, or why it does not.
    pub(crate) fn live_access(&self, token: &str, now_ms: u64) -> Result<&Access, &'static str> {
        let access = self.access.get(token).ok_or("the access token is unknown")?;
        if let Some(why) = self.grant(access.grant).ended {
            return Err(why);
        }
        if access.replaced {
            return Err("a refresh has replaced the access token");
        }
        if now_ms >= access.expires_ms {
            return Err("the access token has expired");
        }
        Ok(access)
    }

    /// The refresh tokens that would still bring something, were they presented now.
    pub(crate) fn live_refresh_tokens(&self) -> Vec<String> {
        let live = |refresh: &Refresh| !refresh.used && self.grant(refresh.grant).ended.is_none();
        self.refresh.iter().filter(|(_, refresh)| live(refresh)).map(|(token, _)| token.clone()).collect()
    }

    /// Whether the value is a code or a refresh token of ours, decoded or encoded once too often on its way.
    pub(crate) fn knows_in_other_spelling(&self, presented: &str) -> bool {
        other_spelling(presented, self.codes.keys().chain(self.refresh.keys()))
    }
}

/// Whether the value is one of these, decoded or encoded once too often on its way.
pub(crate) fn other_spelling<'a>(presented: &str, mut known: impl Iterator<Item = &'a String>) -> bool {
    let plain = fully_decoded(presented);
    known.any(|known| known != presented && fully_decoded(known) == plain)
}

fn fully_decoded(value: &str) -> String {
    let mut plain = value.replace(' ', "+");
    loop {
        let decoded = percent_decode_str(&plain).decode_utf8_lossy().into_owned();
        if decoded == plain {
            return plain;
        }
        plain = decoded;
    }
}
