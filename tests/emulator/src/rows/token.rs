//! The token endpoint of a row: exchange, client credentials, refresh and follow-up.

use crate::answer::{Answer, Refusal};
use crate::decode::Params;
use crate::log::Exchange;
use crate::pkce;
use crate::rows::expect::{Sent, Step};
use crate::rows::expiry::Turn;
use crate::rows::plan::Plan;
use crate::rows::serve::State;
use crate::rows::shape::Tokens;
use crate::rows::store::{GrantId, Source, invalid_grant};
use crate::table::Pkce;

/// One request to a token endpoint, with everything that decides about it.
pub(crate) struct Request<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) now_ms: u64,
    pub(crate) seen: &'a Exchange,
}

impl Request<'_> {
    fn checked(&self, step: &Step, state: &mut State) -> Result<Sent, Refusal> {
        let mut sent = step.check(&self.plan.row.name, self.seen)?;
        state.store.spend(std::mem::take(&mut sent.randoms), &self.plan.row.name)?;
        Ok(sent)
    }

    /// The exchange of a code, or a token for the client itself.
    pub(crate) fn token(&self, state: &mut State) -> Result<Answer, Refusal> {
        let step = &self.plan.token;
        let sent = self.checked(step, state)?;
        let grant = match step.name_of("code") {
            Some(name) => {
                let code = sent.params.required(name)?;
                let (grant, challenge) = state.store.good_code(code, self.now_ms)?;
                let verifier = step.name_of("code_verifier").and_then(|name| sent.params.get(name));
                pkce::check(challenge.as_ref(), verifier, Pkce::Unknown)?;
                state.store.redeem(code);
                state.counts.redemptions += 1;
                grant
            }
            None => {
                state.counts.credentials += 1;
                state.store.open()
            }
        };
        let refresh_token = self.plan.issues_refresh_tokens.then(|| state.store.issue_refresh(&mut state.mint, grant));
        Ok(self.access(state, grant, &sent.params, Turn::First, refresh_token))
    }

    pub(crate) fn refresh(&self, state: &mut State) -> Result<Answer, Refusal> {
        let plan = self.plan;
        let Some(step) = &plan.refresh else {
            return Err(Refusal::Deviates(format!("there is nothing to refresh (row {}, special)", plan.row.name)));
        };
        let sent = self.checked(step, state)?;
        let presented = sent.params.required(step.name_of("refresh_token").unwrap_or("refresh_token"))?;
        if plan.specials.refresh_by_access_token {
            return self.trade(state, presented);
        }
        let grant = state.store.good_refresh(presented)?;
        let left_ms = state.store.left_ms(grant, self.now_ms);
        if plan.specials.refresh_opens_s.is_some_and(|seconds| left_ms > seconds * 1000) {
            let why = format!("too early: the access token lives {left_ms} ms more");
            return Err(Refusal::protocol("temporarily_unavailable", why));
        }
        state.counts.refreshes += 1;
        if let Some(lifetime_ms) = plan.extends_ms {
            state.store.extend(grant, self.now_ms, lifetime_ms);
            return Ok(plan.answer.nothing());
        }
        let fresh = if plan.specials.refresh_token_stays {
            None
        } else {
            state.store.use_up(presented);
            Some(state.store.issue_refresh(&mut state.mint, grant))
        };
        Ok(self.access(state, grant, &sent.params, Turn::Refresh, fresh))
    }

    /// The access token is its own refresh token: the old one dies, and the new one lives as long.
    fn trade(&self, state: &mut State, presented: &str) -> Result<Answer, Refusal> {
        let old = state.store.good_access(presented, self.now_ms)?;
        state.store.replace_access(presented);
        state.counts.refreshes += 1;
        let mint = &mut state.mint;
        let (access_token, expires_ms) =
            state.store.issue_access(mint, old.grant, self.now_ms, old.lifetime_ms, Source::Refresh);
        let tokens = Tokens { access_token, refresh_token: None, expires_ms };
        Ok(self.plan.answer.tokens(&tokens, self.now_ms, Turn::Refresh))
    }

    /// The second exchange, which the first one's access token pays for.
    pub(crate) fn follow_up(&self, state: &mut State) -> Result<Answer, Refusal> {
        let plan = self.plan;
        let (Some(step), Some(answer)) = (&plan.follow_up, &plan.follow_up_answer) else {
            return Err(Refusal::Deviates(format!("there is no follow-up (row {}, token_response)", plan.row.name)));
        };
        let sent = self.checked(step, state)?;
        let presented = sent.params.required("access_token")?;
        let old = state.store.good_access(presented, self.now_ms)?;
        if old.source != Source::Exchange {
            let what = format!("a follow-up of {:?}, where it follows the exchange of a code only", old.source);
            return Err(Refusal::Deviates(format!("{what} (row {}, token_response.step2)", plan.row.name)));
        }
        state.store.opens(presented, self.now_ms).map_err(|why| invalid_grant(&why))?;
        state.counts.follow_ups += 1;
        let lifetime_ms = Some(plan.follow_up_ms);
        let (access_token, expires_ms) =
            state.store.issue_access(&mut state.mint, old.grant, self.now_ms, lifetime_ms, Source::FollowUp);
        let tokens = Tokens { access_token, refresh_token: None, expires_ms };
        Ok(answer.tokens(&tokens, self.now_ms, Turn::First))
    }

    fn access(
        &self,
        state: &mut State,
        grant: GrantId,
        params: &Params,
        turn: Turn,
        refresh_token: Option<String>,
    ) -> Answer {
        // Where the client may ask for a lifetime, it is told which one it got.
        let on_request = self.plan.specials.expiry_on_request;
        let requested = params.get("expires_in").filter(|_| on_request).and_then(|seconds| seconds.parse::<u64>().ok());
        let lifetime_ms = requested.map(|seconds| seconds.saturating_mul(1000)).or(self.plan.access_ms);
        let source = if turn == Turn::First { Source::Exchange } else { Source::Refresh };
        let (access_token, expires_ms) =
            state.store.issue_access(&mut state.mint, grant, self.now_ms, lifetime_ms, source);
        let expires_ms = expires_ms.filter(|_| !on_request || requested.is_some());
        self.plan.answer.tokens(&Tokens { access_token, refresh_token, expires_ms }, self.now_ms, turn)
    }
}
