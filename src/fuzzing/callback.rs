//! Invariant: a callback without our `state` never ends a login, and one with it hands on exactly its code or tokens, if
//! it came in the way that was asked for, and to the login's redirect URI.

use std::fmt::Debug;

use super::{
    claims::{self, must},
    input::{Input, Mode, open},
    scene::{self, CODE, SECRETS, STATE, at},
};
use crate::{
    AnyClient, AwaitingCode, Callback, CallbackError, Client, Confidential, Provider, RedirectUri,
    dialect::{CodeDecoding, IdToken, IssuerParameter, Kept, StateEcho, TokenPlace},
    state::AwaitingToken,
};

/// See the invariant on the first line.
pub fn callback(data: &[u8]) {
    let mut provider = scene::provider();
    let text = match open(data) {
        Mode::Raw(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Mode::Built(mut input) => {
            turn(&mut input, &mut provider);
            text(&mut input, &provider)
        }
    };
    let Some(client) = scene::client(provider) else { return };
    let from = |at: char, text: &str| {
        text.find(at).and_then(|at| text.get(at.saturating_add(1)..)).unwrap_or_default().to_owned()
    };
    let until = |at: char, text: &str| text.split(at).next().unwrap_or_default().to_owned();
    let whole = [from('?', &until('#', &text)), from('#', &text)];
    let all = |mark: char| text.strip_prefix(mark).unwrap_or(&text).to_owned();
    for (callback, parts) in [
        (Callback::url(&text), whole),
        (Callback::query(&text), [all('?'), String::new()]),
        (Callback::fragment(&text), [String::new(), all('#')]),
    ] {
        claims::shown(&format!("{callback:?}"), &SECRETS);
        let key = client.login_key(callback);
        let awaiting = scene::awaiting_code(&client);
        let (ours, own_key) = (awaiting.matches(&client, callback), awaiting.key());
        assert!(!ours || key.as_ref() == Some(&own_key), "a callback of this login leads to another key");
        let [query, fragment] = &parts;
        code(&client, callback, query, awaiting);
        let tokens_in = match client.provider().dialect.callback.tokens {
            TokenPlace::Fragment => fragment.clone(),
            TokenPlace::Query => query.clone(),
            TokenPlace::FragmentOrQuery => format!("{fragment}&{query}"),
        };
        if let Ok(start) = client.implicit() {
            tokens(&client, callback, [&tokens_in, query], start.authorize(scene::entropy(), at(0)).1);
        }
        elsewhere(&client, callback);
    }
    form(&client, &text);
}

/// The body of a POST, for the logins that asked for one, and for those that did not.
fn form(client: &Client<Confidential>, text: &str) {
    let callback = Callback::form_post(text);
    claims::shown(&format!("{callback:?}"), &SECRETS);
    let login = || must(must(client.authorization_code(), "a login begins").form_post(), "it asks for a form");
    let awaiting = login().authorize(scene::entropy(), at(0)).1;
    let (ours, own_key) = (awaiting.matches(client, callback), awaiting.key());
    assert!(
        !ours || client.login_key(callback).as_ref() == Some(&own_key),
        "a form of this login leads to another key"
    );
    code(client, callback, text, awaiting);
    if let Ok(start) = client.implicit() {
        let start = must(start.form_post(), "it asks for a form");
        tokens(client, callback, [text, ""], start.authorize(scene::entropy(), at(0)).1);
    }
    not_ours(scene::awaiting_code(client).receive(client, callback, at(1)));
    for other in [Callback::url(text), Callback::query(text), Callback::fragment(text)] {
        not_ours(login().authorize(scene::entropy(), at(0)).1.receive(client, other, at(1)));
    }
    elsewhere(client, callback);
}

/// It came to a redirect URI that is no login's.
fn elsewhere(client: &Client<Confidential>, callback: Callback<'_>) {
    let place = must(RedirectUri::new("https://app.example/elsewhere"), "a redirect URI");
    not_ours(scene::awaiting_code(client).receive(client, callback.arrived_at(&place), at(1)));
    if let Ok(start) = client.implicit() {
        let awaiting = start.authorize(scene::entropy(), at(0)).1;
        not_ours(awaiting.receive(client, callback.arrived_at(&place), at(1)));
    }
}

fn not_ours<T, W>(came: Result<T, CallbackError<W>>) {
    assert!(
        matches!(came, Err(CallbackError::NotOurs { .. })),
        "taken in a way, or at a place, that is not the login's"
    );
}

/// The login by code.
fn code(client: &AnyClient, callback: Callback<'_>, text: &str, awaiting: AwaitingCode) {
    let dialect = &client.provider().dialect;
    match awaiting.receive(client, callback, at(1)) {
        Ok((request, flight)) => {
            let read = Read::of(client, text);
            read.is_ours();
            let sent = claims::request(&request, &[]);
            let code = sent.get("code").map(String::as_str).unwrap_or_default();
            claims::token_text(code);
            if dialect.callback.code != CodeDecoding::AsReceived {
                assert_eq!(read.all("code"), [code], "exactly its code is sent");
            } else {
                assert!(text.contains(code), "exactly its code is sent, as it stood there");
            }
            assert!(read.all("error").is_empty(), "an error, and a code is sent");
            claims::shown(&format!("{request:?}{flight:?}"), &SECRETS);
        }
        Err(error) => refused(client, [text, ""], error),
    }
}

/// The login that brings tokens: where they stand, and where else an error may be claimed.
fn tokens(client: &AnyClient, callback: Callback<'_>, [text, elsewhere]: [&str; 2], awaiting: AwaitingToken) {
    match awaiting.receive(client, callback, at(1)) {
        Ok(authorized) => {
            let read = Read::of(client, text);
            read.is_ours();
            claims::token_text(authorized.access_token().expose());
            assert_eq!(read.all("access_token"), [authorized.access_token().expose()], "exactly its token is issued");
            assert!(read.all("error").is_empty(), "an error, and a token is issued");
            claims::kept(&authorized.into_token_set());
        }
        Err(error) => refused(client, [text, elsewhere], error),
    }
}

fn refused<W: Debug>(client: &AnyClient, texts: [&str; 2], error: CallbackError<W>) {
    // What a callback says of an error is shown word for word, even if it says our secrets; nothing else of it is shown.
    let [read, elsewhere] = texts.map(|text| Read::of(client, text));
    let told =
        |read: &Read<'_>| ["error", "error_description", "error_uri"].map(|name| read.all(name).join(" ")).join(" ");
    let told = told(&read) + &told(&elsewhere);
    let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| !told.contains(secret)).collect();
    claims::error(&error, &secrets);
    let over =
        matches!(error, CallbackError::TooLate { .. } | CallbackError::Refused { .. } | CallbackError::Unusable { .. });
    assert_eq!(error.into_awaiting().is_none(), over);
    if over {
        read.is_ours();
    }
}

/// The parameters as another reader finds them.
struct Read<'a> {
    client: &'a AnyClient,
    pairs: Vec<(String, String)>,
}

impl<'a> Read<'a> {
    fn of(client: &'a AnyClient, text: &str) -> Self {
        let pairs = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        Self { client, pairs }
    }

    fn all(&self, standard: &'a str) -> Vec<&str> {
        let dialect = &self.client.provider().dialect;
        let name = match standard {
            "access_token" => dialect.response.rename.wire(standard),
            _ => dialect.callback.rename.wire(standard),
        };
        self.pairs.iter().filter(|(each, _)| each == name).map(|(_, value)| value.as_str()).collect()
    }

    fn is_ours(&self) {
        let states = self.all("state");
        match self.client.provider().dialect.callback.state {
            StateEcho::Required => {
                assert!(states.contains(&STATE), "a login ended by a callback with the states {states:?}")
            }
            StateEcho::NotEchoedByThisServer => {
                assert!(
                    states.is_empty() || states.contains(&STATE),
                    "a login ended by another's callback: {states:?}"
                );
            }
        }
    }
}

/// Turns the knobs of the way back.
fn turn(input: &mut Input<'_>, provider: &mut Provider) {
    let step = &mut provider.dialect.callback;
    let knobs = input.byte();
    let on = |bit: u8| knobs & (1 << bit) != 0;
    if on(0) {
        step.rename.rename("code", "auth_code").rename("error", "err");
    }
    if on(1) && on(2) {
        step.state = StateEcho::NotEchoedByThisServer;
    }
    if on(3) {
        step.code = CodeDecoding::AsReceived;
    }
    if on(4) {
        provider.issuer = Some("https://id.example".into());
        step.issuer = input.pick([IssuerParameter::Optional, IssuerParameter::Required]);
    }
    step.tokens = input.pick([TokenPlace::Fragment, TokenPlace::Query, TokenPlace::FragmentOrQuery]);
    if on(5) {
        step.keep.insert("realm".into(), Kept::Text);
        step.keep.insert("shop".into(), Kept::DnsLabel);
        provider.token_endpoint = Some("https://{shop}.id.example/token".into());
    }
    if on(6) {
        step.id_token = IdToken::Ignored;
        provider.dialect.response.rename.rename("access_token", "token");
    }
}

/// A callback that is nearly right.
fn text(input: &mut Input<'_>, provider: &Provider) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let state = if input.rarely(8) { format!("{STATE}x") } else { STATE.to_owned() };
    let token = provider.dialect.response.rename.wire("access_token");
    let code = provider.dialect.callback.rename.wire("code");
    let usual: &[(&str, &str)] = match input.byte() & 7 {
        0 => &[(provider.dialect.callback.rename.wire("error"), "access_denied"), ("error_description", "no\r\nno")],
        1 | 2 => &[(token, CODE), ("token_type", "Bearer"), ("expires_in", "3600")],
        _ => &[(code, CODE)],
    };
    pairs.extend(usual.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    pairs.push(("state".into(), state));
    if provider.dialect.callback.keep.contains_key("shop") {
        pairs.push(("shop".into(), input.pick(["bakery", "xn--a", "evil.example/", "a-", "BAKERY"]).into()));
    }
    if provider.issuer.is_some() {
        pairs.push((
            "iss".into(),
            input.pick(["https://id.example", "https://id.example", "https://id.example/"]).into(),
        ));
    }
    for _ in 0..input.below(4) {
        let name = input.pick([
            "code",
            "state",
            "error",
            "iss",
            "access_token",
            "id_token",
            "response",
            "token_type",
            "refresh_token",
            "x",
            "auth_code",
            "realm",
            "expires_in",
            "error_uri",
            "scope",
            "nonce",
        ]);
        let value = input.text(16);
        let at = input.below(pairs.len().saturating_add(1)).min(pairs.len());
        pairs.insert(at, (name.into(), value));
    }
    if input.rarely(4) {
        let at = input.below(pairs.len());
        pairs.remove(at.min(pairs.len().saturating_sub(1)));
    }
    let mut text =
        input.pick(["", "?", "/cb?", "https://app.example/cb?", "#", "/cb#", "/cb?a=b#", "/cb?#"]).to_owned();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            text.push_str(if input.rarely(32) { input.pick(["&&", "#", "?", ";"]) } else { "&" });
        }
        encode(input, &mut text, name);
        text.push('=');
        encode(input, &mut text, value);
    }
    text
}

/// Writes it as a form does, or in one of the other ways that servers have.
fn encode(input: &mut Input<'_>, text: &mut String, value: &str) {
    match input.byte() & 15 {
        // Not at all.
        0 => text.push_str(value),
        // All of it, in small letters.
        1 => value.bytes().for_each(|byte| text.push_str(&format!("%{byte:02x}"))),
        // A broken escape at the end.
        2 => text.extend([value, "%4"]),
        // Bytes that are no UTF-8.
        3 => text.extend([value, "%ff"]),
        _ => text.extend(url::form_urlencoded::byte_serialize(value.as_bytes())),
    }
}
