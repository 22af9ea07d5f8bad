//! What the server of a row remembers about what it has granted.

use std::collections::{HashMap, HashSet};

use crate::answer::Refusal;
use crate::grants::other_spelling;
use crate::mint::Mint;
use crate::pkce::Challenge;
use crate::table::Spelling;

const CODE_MS: u64 = 300_000;

/// Index of a grant in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GrantId(usize);

#[derive(Clone, Debug, Default)]
struct Grant {
    /// Why the grant is over.
    ended: Option<&'static str>,
    /// The access token that came last.
    newest: Option<String>,
}

#[derive(Clone, Debug)]
struct Code {
    grant: GrantId,
    expires_ms: u64,
    redeemed: bool,
    challenge: Option<Challenge>,
}

/// Where an access token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A code, or the client's own credentials.
    Exchange,
    FollowUp,
    Refresh,
}

#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) grant: GrantId,
    /// `None`: never.
    pub(crate) expires_ms: Option<u64>,
    pub(crate) lifetime_ms: Option<u64>,
    pub(crate) source: Source,
    /// The server has taken it back: the API refuses it, a refresh does not mind.
    recalled: bool,
    /// Another one has taken its place for good.
    replaced: bool,
}

#[derive(Clone, Debug)]
struct Refresh {
    grant: GrantId,
    used: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    grants: Vec<Grant>,
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    /// The client's own values, each good for one request.
    randoms: HashSet<String>,
    pub(crate) refresh_reused: bool,
    pub(crate) code_replayed: bool,
}

impl Store {
    pub(crate) fn open(&mut self) -> GrantId {
        self.grants.push(Grant::default());
        GrantId(self.grants.len() - 1)
    }

    /// The first reason stays: it is the one that a test asks about.
    fn end(&mut self, id: GrantId, why: &'static str) {
        self.grants[id.0].ended.get_or_insert(why);
    }

    fn alive(&self, id: GrantId) -> Result<(), Refusal> {
        self.grants[id.0].ended.map_or(Ok(()), |why| Err(invalid_grant(why)))
    }

    /// Notes values that a client claims to have made up just now.
    pub(crate) fn spend(&mut self, randoms: Vec<String>, row: &str) -> Result<(), Refusal> {
        let mut fresh = HashSet::new();
        for random in randoms {
            if self.randoms.contains(&random) || !fresh.insert(random.clone()) {
                let what = format!("`{random}` is no new random value: it was sent before (row {row}, {{random}})");
                return Err(Refusal::Deviates(what));
            }
        }
        self.randoms.extend(fresh);
        Ok(())
    }

    pub(crate) fn issue_code(&mut self, mint: &mut Mint, now_ms: u64, challenge: Option<Challenge>) -> String {
        let grant = self.open();
        let code = mint.code(Spelling::Plain);
        let expires_ms = now_ms.saturating_add(CODE_MS);
        self.codes.insert(code.clone(), Code { grant, expires_ms, redeemed: false, challenge });
        code
    }

    /// The grant and the challenge of a code that is good. A second use ends all that came of the first.
    pub(crate) fn good_code(&mut self, code: &str, now_ms: u64) -> Result<(GrantId, Option<Challenge>), Refusal> {
        let Some(known) = self.codes.get(code).cloned() else {
            return Err(self.unknown("code", code));
        };
        if known.redeemed {
            // RFC 6749 section 4.1.2: deny, and revoke what the first use has brought.
            self.code_replayed = true;
            self.end(known.grant, "the code was used twice");
            return Err(invalid_grant("the code was used before"));
        }
        if now_ms >= known.expires_ms {
            return Err(invalid_grant("the code has expired"));
        }
        Ok((known.grant, known.challenge))
    }

    pub(crate) fn redeem(&mut self, code: &str) {
        if let Some(code) = self.codes.get_mut(code) {
            code.redeemed = true;
        }
    }

    pub(crate) fn issue_access(
        &mut self,
        mint: &mut Mint,
        grant: GrantId,
        now_ms: u64,
        lifetime_ms: Option<u64>,
        source: Source,
    ) -> (String, Option<u64>) {
        let token = mint.access_token();
        let expires_ms = lifetime_ms.map(|lifetime| now_ms.saturating_add(lifetime));
        let access = Access { grant, expires_ms, lifetime_ms, source, recalled: false, replaced: false };
        self.access.insert(token.clone(), access);
        self.grants[grant.0].newest = Some(token.clone());
        (token, expires_ms)
    }

    pub(crate) fn issue_refresh(&mut self, mint: &mut Mint, grant: GrantId) -> String {
        let token = mint.refresh_token(Spelling::Plain);
        self.refresh.insert(token.clone(), Refresh { grant, used: false });
        token
    }

    /// The grant of a refresh token that is good. A second use of one that was replaced ends the grant.
    pub(crate) fn good_refresh(&mut self, token: &str) -> Result<GrantId, Refusal> {
        let Some(known) = self.refresh.get(token).cloned() else {
            return Err(self.unknown("refresh_token", token));
        };
        if known.used {
            // Two holders of one token: nobody can tell which is the thief, so both lose it.
            self.refresh_reused = true;
            self.end(known.grant, "a refresh token was used twice");
            return Err(invalid_grant("the refresh token was used before"));
        }
        self.alive(known.grant)?;
        Ok(known.grant)
    }

    pub(crate) fn use_up(&mut self, refresh_token: &str) {
        if let Some(refresh) = self.refresh.get_mut(refresh_token) {
            refresh.used = true;
        }
    }

    /// An access token that may be traded for another one: alive, though perhaps taken back.
    pub(crate) fn good_access(&self, token: &str, now_ms: u64) -> Result<Access, Refusal> {
        let access = self.access.get(token).ok_or_else(|| self.unknown("access_token", token))?;
        self.alive(access.grant)?;
        if access.replaced {
            return Err(invalid_grant("another access token has taken the place of this one"));
        }
        if access.expires_ms.is_some_and(|expires_ms| now_ms >= expires_ms) {
            return Err(invalid_grant("the access token has expired"));
        }
        Ok(access.clone())
    }

    /// Whether the token opens the API, or why it does not.
    pub(crate) fn opens(&self, token: &str, now_ms: u64) -> Result<(), String> {
        let access = self.good_access(token, now_ms).map_err(|refusal| refusal.text())?;
        if access.recalled { Err("the server has taken the access token back".to_owned()) } else { Ok(()) }
    }

    pub(crate) fn replace_access(&mut self, token: &str) {
        if let Some(access) = self.access.get_mut(token) {
            access.replaced = true;
        }
    }

    /// The access tokens of the grant live so long from now, even those that were over.
    pub(crate) fn extend(&mut self, grant: GrantId, now_ms: u64, lifetime_ms: u64) {
        for access in self.access.values_mut().filter(|access| access.grant == grant) {
            access.expires_ms = Some(now_ms.saturating_add(lifetime_ms));
            access.recalled = false;
        }
    }

    pub(crate) fn recall_access_tokens(&mut self) {
        for access in self.access.values_mut() {
            access.recalled = true;
        }
    }

    /// How long the newest access token of the grant still opens the API.
    pub(crate) fn left_ms(&self, grant: GrantId, now_ms: u64) -> u64 {
        let newest = self.grants[grant.0].newest.as_ref().and_then(|token| self.access.get(token));
        match newest.filter(|access| !access.recalled) {
            Some(access) => access.expires_ms.map_or(u64::MAX, |expires_ms| expires_ms.saturating_sub(now_ms)),
            None => 0,
        }
    }

    /// A value that was never issued is an ordinary refusal; one that was damaged on its way is a bug of the client.
    fn unknown(&self, name: &str, presented: &str) -> Refusal {
        let known = self.codes.keys().chain(self.refresh.keys()).chain(self.access.keys());
        if other_spelling(presented, known) {
            return Refusal::Deviates(format!("`{name}` was decoded or encoded on its way"));
        }
        invalid_grant(&format!("the {name} is unknown"))
    }
}

pub(crate) fn invalid_grant(why: &str) -> Refusal {
    Refusal::protocol("invalid_grant", why)
}
