//! The token endpoint, for every grant.

use serde_json::{Map, Value, json};

use crate::answer::{Answer, Refusal};
use crate::clients;
use crate::decode::Params;
use crate::extensions;
use crate::extensions::resources::Wanted;
use crate::grants::{self, Grant, GrantId, Issued};
use crate::log::Exchange;
use crate::pkce;
use crate::state::{PASSWORD, State, USER};
use crate::table::{Endpoint, ExpiryField, GrantRule, ProviderTable, TestClient};
use crate::wire::{self, check_lists, deviates};

/// One request at the token endpoint, with everything that decides about it.
pub(crate) struct Request<'a> {
    pub(crate) table: &'a ProviderTable,
    pub(crate) rule: &'a GrantRule,
    pub(crate) client: &'a TestClient,
    pub(crate) params: &'a Params,
    pub(crate) now_ms: u64,
}

/// Answers a POST to a token endpoint.
pub(crate) fn answer(
    table: &ProviderTable,
    state: &mut State,
    now_ms: u64,
    endpoint: &Endpoint,
    seen: &Exchange,
) -> Result<Answer, Refusal> {
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_query(table, endpoint.line, seen)?;
    let params = wire::body_params(table, seen)?;
    let Some(grant_type) = params.get("grant_type") else {
        return deviates(table, endpoint.line, format!("`grant_type` is missing from the request to {}", seen.path));
    };
    let here = |rule: &&GrantRule| rule.path == endpoint.path && rule.grant_type == grant_type;
    let Some(rule) = table.grants.iter().find(here) else {
        return deviates(table, endpoint.line, format!("grant_type `{grant_type}` is not documented at {}", seen.path));
    };
    let tolerated = if grant_type == "authorization_code" { wire::TOLERATED_WITH_CODE } else { &[] };
    let step = format!("token request with grant_type {grant_type}");
    check_lists(table, &step, &params, rule.required, rule.optional, tolerated)?;
    let client = clients::authenticate(table, rule, seen, &params)?;
    table.check_registered_grant(client, grant_type)?;
    let request = Request { table, rule, client, params: &params, now_ms };
    let outcome = match grant_type {
        "authorization_code" => request.with_code(state),
        "refresh_token" => request.with_refresh_token(state),
        "password" => request.with_password(state),
        "client_credentials" => request.for_itself(state),
        _ => extensions::token(&request, state),
    };
    outcome.map_err(|refusal| match refusal {
        // Marvel answers with 401 where RFC 6749 section 5.2 has 400.
        Refusal::Protocol { error: "invalid_grant", why, authenticate, .. } => {
            let status = table.tokens.invalid_grant_status;
            Refusal::Protocol { status, error: "invalid_grant", why, authenticate }
        }
        other => other,
    })
}

/// The long-lived token lives so much longer.
const LONGER: u64 = 1440;

/// Trades a short-lived access token, which stays good, for a long-lived one.
pub(crate) fn follow_up(
    table: &ProviderTable,
    state: &mut State,
    now_ms: u64,
    endpoint: &Endpoint,
    seen: &Exchange,
) -> Result<Answer, Refusal> {
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_credentials(table, endpoint.line, seen)?;
    wire::check_no_body(table, endpoint.line, seen)?;
    let params = wire::query_params(table, endpoint.line, seen)?;
    check_lists(table, "follow-up", &params, table.follow_up, &[], &[])?;
    let access = state.grants.live_access(params.required("access_token")?, now_ms).map_err(invalid_grant)?.clone();
    let mut policy = table.tokens;
    policy.access_seconds *= LONGER;
    let issued = state.grants.issue(&mut state.mint, &policy, access.grant, now_ms, false, access.scope);
    Ok(Answer::json(200, &Value::Object(fields(table, &issued, now_ms, None))))
}

impl Request<'_> {
    fn with_code(&self, state: &mut State) -> Result<Answer, Refusal> {
        let presented = self.params.required("code")?;
        let Some(code) = state.grants.codes.get(presented).cloned() else {
            return self.unknown(state, "code", presented);
        };
        let grant = state.grants.grant(code.grant).clone();
        if grant.client_id != self.client.id {
            return Err(invalid_grant("the code was issued to another client"));
        }
        if code.redeemed {
            // RFC 6749 section 4.1.2: deny, and revoke what the first use has brought.
            state.grants.code_replayed = true;
            state.grants.end(code.grant, "the code was used twice");
            return Err(invalid_grant("the code was used before"));
        }
        if let Some(why) = grant.ended {
            return Err(invalid_grant(why));
        }
        if self.now_ms >= code.expires_ms {
            return Err(invalid_grant("the code has expired"));
        }
        let wanted = Wanted::read(self.table, self.params)?;
        state.extensions.asked.check(code.grant, &wanted)?;
        self.check_redirect_uri(&grant, code.redirect_uri_sent)?;
        pkce::check(code.challenge.as_ref(), self.params.get("code_verifier"), self.table.pkce)?;
        if let Some(code) = state.grants.codes.get_mut(presented) {
            code.redeemed = true;
        }
        let policy = &self.table.tokens;
        let with_refresh = policy.code_refresh_token;
        let issued = state.grants.issue(&mut state.mint, policy, code.grant, self.now_ms, with_refresh, grant.scope);
        state.extensions.asked.issued(&issued.access_token, wanted);
        Ok(self.tokens(state, code.grant, &issued, code.nonce.as_deref()))
    }

    /// Only where the table of this grant knows the parameter at all.
    fn check_redirect_uri(&self, grant: &Grant, sent_at_authorize: bool) -> Result<(), Refusal> {
        let documented = self.rule.required.iter().chain(self.rule.optional).find(|(name, _)| *name == "redirect_uri");
        let Some((_, line)) = documented else {
            return Ok(());
        };
        match self.params.get("redirect_uri") {
            None if sent_at_authorize => {
                deviates(self.table, line, "`redirect_uri` is missing, but the authorization request had one")
            }
            None => Ok(()),
            Some(sent) if Some(sent) == grant.redirect_uri.as_deref() => Ok(()),
            Some(_) => Err(invalid_grant("`redirect_uri` is not the one of the authorization request")),
        }
    }

    fn with_refresh_token(&self, state: &mut State) -> Result<Answer, Refusal> {
        let presented = self.params.required("refresh_token")?;
        let Some(refresh) = state.grants.refresh.get(presented).cloned() else {
            return self.unknown(state, "refresh_token", presented);
        };
        let grant = state.grants.grant(refresh.grant).clone();
        if grant.client_id != self.client.id {
            return Err(invalid_grant("the refresh token was issued to another client"));
        }
        if refresh.used {
            // Two holders of one token: nobody can tell which is the thief, so both lose it.
            state.grants.refresh_reused = true;
            state.grants.end(refresh.grant, grants::REUSE);
            return Err(invalid_grant("the refresh token was used before"));
        }
        if let Some(why) = grant.ended {
            return Err(invalid_grant(why));
        }
        let policy = &self.table.tokens;
        if policy.refresh_deadline && self.now_ms >= refresh.access_expires_ms {
            return Err(invalid_grant("the access token has expired, and with it the time to refresh"));
        }
        if policy.refresh_redirect_uri && self.params.get("redirect_uri") != grant.redirect_uri.as_deref() {
            return Err(invalid_grant("`redirect_uri` is not the one of the login"));
        }
        let wanted = Wanted::read(self.table, self.params)?;
        state.extensions.asked.check(refresh.grant, &wanted)?;
        let scope = self.narrowed(&grant)?;
        if policy.refresh_kills_access {
            state.grants.replace_access_tokens(refresh.grant);
        }
        let issued = state.grants.issue(&mut state.mint, policy, refresh.grant, self.now_ms, policy.rotation, scope);
        state.extensions.asked.issued(&issued.access_token, wanted);
        if let Some(refresh) = state.grants.refresh.get_mut(presented) {
            refresh.used = policy.rotation;
            refresh.access_expires_ms = issued.expires_ms;
        }
        Ok(self.tokens(state, refresh.grant, &issued, None))
    }

    /// RFC 6749 section 6: no more than the user has granted.
    fn narrowed(&self, grant: &Grant) -> Result<Option<String>, Refusal> {
        let Some(asked) = self.params.get("scope") else {
            return Ok(grant.scope.clone());
        };
        let granted: Vec<&str> = grant.scope.as_deref().unwrap_or("").split(' ').collect();
        if asked.split(' ').all(|scope| granted.contains(&scope)) {
            Ok(Some(asked.to_owned()))
        } else {
            Err(Refusal::protocol("invalid_scope", "the scope exceeds what the user has granted"))
        }
    }

    fn with_password(&self, state: &mut State) -> Result<Answer, Refusal> {
        if self.params.get("username") != Some(USER) || self.params.get("password") != Some(PASSWORD) {
            return Err(invalid_grant("the user name or the password is wrong"));
        }
        self.fresh_grant(state, Some(USER.to_owned()), true)
    }

    fn for_itself(&self, state: &mut State) -> Result<Answer, Refusal> {
        self.fresh_grant(state, None, self.table.tokens.own_refresh_token)
    }

    fn fresh_grant(&self, state: &mut State, user: Option<String>, with_refresh: bool) -> Result<Answer, Refusal> {
        let wanted = Wanted::read(self.table, self.params)?;
        let client_id = self.client.id.clone();
        let grant = state.grants.open(Grant { client_id, user, scope: None, redirect_uri: None, ended: None });
        state.extensions.asked.remember(grant, wanted);
        let policy = &self.table.tokens;
        let issued = state.grants.issue(&mut state.mint, policy, grant, self.now_ms, with_refresh, None);
        Ok(self.tokens(state, grant, &issued, None))
    }

    /// A value that was never issued is an ordinary refusal; one that was damaged on its way is a bug of the client.
    fn unknown(&self, state: &State, name: &str, presented: &str) -> Result<Answer, Refusal> {
        if state.grants.knows_in_other_spelling(presented) {
            let line = self.rule.required.iter().find(|(known, _)| *known == name).map_or("L1", |(_, line)| line);
            return deviates(self.table, line, format!("`{name}` was decoded or encoded on its way"));
        }
        Err(invalid_grant(&format!("the {name} is unknown")))
    }

    fn tokens(&self, state: &State, grant: GrantId, issued: &Issued, nonce: Option<&str>) -> Answer {
        let mut fields = fields(self.table, issued, self.now_ms, nonce);
        state.extensions.asked.tell(grant, &mut fields);
        Answer::json(200, &Value::Object(fields))
    }
}

/// The members of a token response, and of an implicit response.
pub(crate) fn fields(table: &ProviderTable, issued: &Issued, now_ms: u64, nonce: Option<&str>) -> Map<String, Value> {
    let policy = &table.tokens;
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    put("access_token", json!(issued.access_token));
    if let Some(refresh_token) = &issued.refresh_token {
        put("refresh_token", json!(refresh_token));
    }
    if let Some(token_type) = policy.token_type {
        put("token_type", json!(token_type));
    }
    match policy.expiry {
        ExpiryField::Seconds => put("expires_in", json!((issued.expires_ms - now_ms) / 1000)),
        ExpiryField::EpochMillis => put("expires", json!(issued.expires_ms)),
    }
    if policy.scope_in_response {
        if let Some(scope) = &issued.scope {
            put("scope", json!(scope));
        }
    }
    if let Some(nonce) = nonce {
        put("nonce", json!(nonce));
    }
    fields
}

fn invalid_grant(why: &str) -> Refusal {
    Refusal::protocol("invalid_grant", why)
}
