//! Invariant: what is stored loads and is stored again as the same bytes; what was tampered with loads to a whole state
//! that can be used, or to an error that shows nothing of it.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    claims,
    input::{Input, Mode, open},
    scene::{self, ACCESS, CODE, DEVICE_CODE, REFRESH, SECRETS, STATE, at},
};
use crate::{
    AnyTokenSet, AwaitingCode, AwaitingToken, Callback, Client, Confidential, InDoubt, Intent, Keeper, Refreshable,
    Request, RequestError, Standing, TokenSet, Turn,
    device::AwaitingUser,
    extension_grants::IssuedToken,
    grant::{
        AuthorizationCode, ClientCredentials, Extension, FollowUp, ImplicitWithRefresh, Password, RefreshToken,
        Reissue, TokenExchange,
    },
    stored::{self, Stored},
};

/// See the invariant on the first line.
pub fn stored_state(data: &[u8]) {
    let mut provider = scene::provider();
    provider.dialect.response.keep = vec!["team.id".into()];
    provider.dialect.refresh.send_redirect_uri = true;
    provider.dialect.callback.implicit_refresh_token = true;
    let Some(client) = scene::client(provider) else { unreachable!("a provider that is right") };
    match open(data) {
        Mode::Raw(bytes) => Loader { client: &client, bytes, hidden: &[] }.each(),
        Mode::Built(mut input) => {
            let row = row(&mut input, &client);
            let bytes = tamper(&mut input, row);
            Loader { client: &client, bytes: &bytes, hidden: &SECRETS }.each();
        }
    }
}

/// The row of a state as it is stored.
fn row(input: &mut Input<'_>, client: &Client<Confidential>) -> String {
    let refreshable = || scene::refreshable(client);
    let rest = ",\"scope\":\"read\",\"team\":{\"id\":\"T\\u00e47\"},\"expires_in\":60";
    match input.byte() & 7 {
        0 => {
            let start = claims::must(client.authorization_code(), "a login begins");
            let start = claims::must(start.return_to("/basket?a=b#\u{e4}"), "a path to return to");
            let start = claims::must(start.application_state("tab-7"), "a text to ride along");
            claims::kept(&start.authorize(scene::entropy(), at(0)).1)
        }
        1 => match input.byte() & 1 {
            0 => {
                let start = claims::must(client.implicit_with_refresh(), "a login begins");
                claims::kept(&start.authorize(scene::entropy(), at(0)).1)
            }
            _ => claims::kept(&scene::awaiting_user(client)),
        },
        2 => stored::save(&scene::code_in_flight(client)),
        3 => stored::save(&claims::must(refreshable().refresh(client, at(20)), "a refresh is sent").1),
        4 => {
            let start = claims::must(client.client_credentials(), "a client asks for itself");
            let (_, flight) = claims::must(start.request(at(0)), "a request is sent");
            let row = stored::save(&flight);
            let body = format!("{{\"access_token\":\"{ACCESS}\",\"token_type\":\"bearer\"{rest}}}");
            let tokens = claims::must(flight.finish(scene::answer(&body)), "tokens are issued");
            match input.byte() & 3 {
                0 => row,
                1 => claims::kept(&tokens.into_token_set()),
                _ => stored::save(&claims::must(tokens.reissue(client, at(30)), "a request is sent").1),
            }
        }
        5 => {
            let body = format!("{{\"access_token\":\"{ACCESS}\",\"token_type\":\"bearer\"{rest}}}");
            let granted = claims::must(scene::code_in_flight(client).finish(scene::answer(&body)), "tokens are issued");
            match input.byte() & 1 {
                0 => claims::kept(&granted.into_any_token_set()),
                _ => stored::save(&claims::must(granted.follow_up(client, at(11)), "a request is sent").1),
            }
        }
        6 => {
            let mut keeper = Keeper::new(refreshable().into_token_set());
            if input.byte() & 1 == 1 {
                drop(keeper.poll(client, at(3600), std::time::Duration::from_secs(60)));
            }
            if input.byte() & 1 == 1 {
                keeper.rejected(&ACCESS.into());
            }
            claims::kept(&keeper)
        }
        _ => claims::kept(&refreshable().rejected().into_token_set()),
    }
}

const NAMES: [&str; 20] = [
    "kind",
    "login",
    "state",
    "nonce",
    "closes_at",
    "intent",
    "server",
    "client_id",
    "scope",
    "redirect_uri",
    "return_to",
    "verifier",
    "origin",
    "code",
    "extras",
    "sent_at",
    "capability",
    "access_token",
    "refreshable",
    "expires_at",
];

/// Changes the row: a value in it, a member, or a few bytes.
fn tamper(input: &mut Input<'_>, row: String) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_str::<Value>(&row) else { return row.into_bytes() };
    for _ in 0..input.below(4) {
        let mut place = &mut json;
        while let Value::Object(members) = place {
            let at = input.below(members.len().saturating_add(1));
            let add = members.len() == at || input.rarely(6);
            if add {
                let name = input.pick(NAMES);
                members.insert(name.into(), value(input, name));
                break;
            }
            if input.rarely(12) {
                let name = members.keys().nth(at).cloned().unwrap_or_default();
                members.remove(&name);
                break;
            }
            let Some((name, inner)) = members.iter_mut().nth(at) else { break };
            if !inner.is_object() {
                *inner = value(input, name);
                break;
            }
            place = inner;
        }
    }
    // Unchanged, it is the row byte for byte; changed, its members may stand in another order.
    let mut bytes = if serde_json::from_str::<Value>(&row).is_ok_and(|same| same == json) {
        row.into_bytes()
    } else {
        json.to_string().into_bytes()
    };
    for _ in 0..input.below(4) {
        let (at, byte) = (input.below(bytes.len()), input.byte());
        match input.byte() & 3 {
            0 => bytes.get_mut(at).into_iter().for_each(|place| *place = byte),
            1 => bytes.truncate(at.saturating_add(1)),
            2 => bytes.insert(at, byte),
            _ => drop((at < bytes.len()).then(|| bytes.remove(at))),
        }
    }
    bytes
}

/// A value to stand at `name`. Where no secret is kept, none is put: what is shown there is shown.
fn value(input: &mut Input<'_>, name: &str) -> Value {
    let secret = ["access_token", "refreshable", "reissuable", "code", "state", "verifier", "nonce"].contains(&name);
    match input.byte() & 7 {
        0 => Value::from(input.number()),
        1 => Value::from(input.text(16)),
        2 => input.pick([Value::Null, true.into(), (-1).into(), 1.5.into(), u64::MAX.into(), Value::Array(Vec::new())]),
        3 => serde_json::json!({ input.pick(NAMES): input.text(4), "team.id": "T7" }),
        4 => Value::from(input.pick([
            "token_set/1",
            "awaiting_code/1",
            "awaiting_token/implicit/1",
            "in_flight/refresh_token/1",
            "in_flight/reissue/1",
            "keeper/1",
            "keeper/2",
            "refreshable",
            "reissuable",
            "access_only",
        ])),
        5 => Value::from(input.pick([
            "https://evil.example/cb",
            "http://localhost/cb",
            "javascript:x",
            "read  write",
            "a\"b",
            "",
        ])),
        6 => Value::from(input.pick(["example", "app", "other", "https://id.example"])),
        _ if !secret => Value::from(format!("x{}", input.text(4))),
        _ => Value::from(format!("{}{}", input.pick([ACCESS, REFRESH, CODE, STATE]), input.text(4))),
    }
}

/// Loads the same bytes as each state that there is.
struct Loader<'a> {
    client: &'a Client<Confidential>,
    bytes: &'a [u8],
    /// What no error may show. The name of a member may be shown, and in bytes from elsewhere it may be anything.
    hidden: &'a [&'a str],
}

impl Loader<'_> {
    fn each(&self) {
        let client = self.client;
        let callback = format!("code={CODE}&state={STATE}");
        let callback = Callback::query(&callback);
        let kind = stored::kind(self.bytes).ok();
        let mut loaded = 0u8;
        let mut seen = |is: bool| loaded = loaded.saturating_add(is.into());

        let state = self.load::<AwaitingCode>();
        seen(state.is_some());
        if let Some(awaiting) = state {
            claims::token_text(awaiting.state().expose());
            match awaiting.receive(client, callback, at(5)) {
                Ok((request, _)) => drop(claims::request(&request, &[])),
                Err(error) => claims::error(&error, &[CODE]),
            }
        }
        let state = self.load::<AwaitingToken>();
        seen(state.is_some());
        if let Some(awaiting) = state {
            drop(awaiting.receive(client, callback, at(5)));
        }
        seen(self.load::<AwaitingToken<ImplicitWithRefresh>>().is_some());

        let state = self.load::<AwaitingUser>();
        seen(state.is_some());
        if let Some(awaiting) = state {
            let polled_at = awaiting.not_before();
            match awaiting.poll(client, polled_at) {
                Ok((request, polling)) => {
                    drop(claims::request(&request, &[]));
                    let _ = claims::must(
                        stored::load::<AwaitingUser>(stored::save(&polling).as_bytes()),
                        "a poll is stored",
                    );
                }
                Err(error) => claims::error(&error, &[DEVICE_CODE]),
            }
        }
        let state = self.load::<AnyTokenSet>();
        seen(state.is_some());
        if let Some(tokens) = state {
            self.tokens(tokens);
        }
        // The same rows, read as one of the three.
        if let Some(tokens) = self.load::<TokenSet<Refreshable>>() {
            match tokens.at(at(10)) {
                Standing::Authorized(authorized) => self.sent(authorized.refresh(client, at(10))),
                Standing::Expired(expired) => self.sent(expired.refresh(client, at(10))),
            }
        }
        let state = self.load::<Keeper>();
        seen(state.is_some());
        if let Some(mut keeper) = state {
            match keeper.poll(client, at(20), std::time::Duration::from_secs(60)) {
                Turn::Send(request, _) => drop(claims::request(&request, &[])),
                Turn::Use(token) => claims::token_text(token.expose()),
                turn => claims::shown(&format!("{turn:?}"), &SECRETS),
            }
            claims::kept(&keeper);
        }
        let state = self.load::<InDoubt<AuthorizationCode>>();
        seen(state.is_some());
        if let Some(doubt) = state {
            self.sent(doubt.retry(client, at(20)));
        }
        let state = self.load::<InDoubt<RefreshToken>>();
        seen(state.is_some());
        if let Some(doubt) = state {
            self.sent(doubt.retry(client, at(20)));
        }
        let state = self.load::<InDoubt<Reissue>>();
        seen(state.is_some());
        if let Some(doubt) = state {
            self.sent(doubt.retry(client, at(20)));
        }
        seen(self.load::<InDoubt<ClientCredentials>>().map(InDoubt::assume_unspent).is_some_and(|_: Intent| true));
        seen(self.load::<InDoubt<Password>>().is_some());
        seen(self.load::<InDoubt<FollowUp>>().is_some());
        seen(self.load::<InDoubt<Extension>>().is_some());
        seen(self.load::<InDoubt<TokenExchange>>().is_some());
        let state = self.load::<IssuedToken>();
        seen(state.is_some());
        if let Some(issued) = state {
            issued.token_at(at(0)).into_iter().for_each(|token| claims::token_text(token.expose()));
            assert!(issued.token_type().as_str().contains(':'), "a kind is a URI");
        }
        assert!(loaded <= 1, "one row is {loaded} states");
        assert!(loaded == 0 || kind.is_some(), "a row without a kind was loaded");
    }

    fn load<S: Stored + Serialize + DeserializeOwned + std::fmt::Debug>(&self) -> Option<S> {
        match stored::load::<S>(self.bytes) {
            Ok(state) => {
                claims::kept(&state);
                claims::shown(&format!("{state:?}"), &[ACCESS, REFRESH]);
                Some(state)
            }
            Err(error) => {
                claims::error(&error, self.hidden);
                None
            }
        }
    }

    fn tokens(&self, tokens: AnyTokenSet) {
        claims::token_text(tokens.access_token().expose());
        assert!(
            tokens.access_token_at(at(0)).is_some() || tokens.access_token_at(at(9999)).is_none(),
            "an end is final"
        );
        let Ok(header) = tokens.holder().header_for(self.client, "https://api.example/") else { return };
        claims::header(header.name(), header.expose_value());
    }

    fn sent<F, S: std::fmt::Debug>(&self, made: Result<(Request, F), RequestError<S>>) {
        match made {
            Ok((request, _)) => drop(claims::request(&request, &[])),
            Err(error) => claims::error(&error, &[ACCESS, REFRESH, CODE]),
        }
    }
}
