//! Invariant: a provider file that is accepted is written and read back as the same provider, and each request that it
//! makes has its parameters once and can be sent; one that is refused is refused without a value of it being shown.

use serde_json::{Value, json};

use super::{
    claims,
    input::{Input, Mode, open},
    scene::{self, ACCESS, CODE, REFRESH, SECRET, STATE, at},
};
use crate::{
    Callback, Client, Confidential, Granted, Provider, Request, Standing,
    dialect::{Fragment, StateEcho},
    vocabulary::query_names,
};

/// What the variables of a file hold: it may be an API key.
const KEY: &str = "k3y-of-the-api";

/// See the invariant on the first line.
pub fn dialect(data: &[u8]) {
    // A name may be shown, wherever it comes from; in a file that is built here, the key is none.
    let (text, hidden): (_, &[&str]) = match open(data) {
        Mode::Raw(bytes) => (String::from_utf8_lossy(bytes).into_owned(), &[]),
        Mode::Built(mut input) => {
            let mut file = file(&mut input);
            for _ in 0..input.below(4) {
                tamper(&mut input, &mut file);
            }
            (file.to_string(), &[KEY])
        }
    };
    match Provider::from_json(&text) {
        Ok(provider) => accepted(provider),
        Err(error) => {
            claims::error(&error, hidden);
            assert!(!error.field().is_empty(), "an error without a field: {error}");
        }
    }
}

fn accepted(provider: Provider) {
    let text = claims::must(serde_json::to_string(&provider), "a provider is written");
    let back = claims::must(Provider::from_json(&text), "what was written is read");
    assert!(back == provider, "another provider is read: {text}");
    assert!(provider.unset_variables().is_empty(), "a provider that lacks a variable is accepted");
    claims::shown(&format!("{provider:?}"), &[]);
    let repeated = own_names(&provider);
    let state = provider.dialect.callback.state;
    // The check has another client's id, which may stand in a URL or a header.
    let Some(client) = scene::client(provider.clone()) else { return };
    logins(&client, &provider, &repeated, state);
    tokens(&client, &repeated);
    if let Ok(public) = Client::public(provider, scene::registration()) {
        let tokens = public.import_refreshable_tokens_from_elsewhere(ACCESS.into(), REFRESH.into(), Some(at(3610)));
        let tokens = claims::must(tokens, "tokens are imported");
        if let Standing::Authorized(authorized) = tokens.at(at(3600)) {
            if let Ok((request, _)) = authorized.refresh(&public, at(3600)) {
                sent(&request, &repeated);
            }
        }
    }
}

/// The names in the queries of the provider's own URLs: what stands there twice is its own doing.
fn own_names(provider: &Provider) -> Vec<String> {
    let Provider { authorization_endpoint, token_endpoint, refresh_endpoint, follow_up_endpoint, .. } = provider;
    let own = [
        authorization_endpoint,
        token_endpoint,
        refresh_endpoint,
        follow_up_endpoint,
        &provider.implicit_authorization_endpoint,
    ];
    let own = own
        .into_iter()
        .flatten()
        .chain(provider.checks.values())
        .chain(provider.revocation.iter().map(|it| &it.endpoint));
    let kept = provider.dialect.callback.keep.values().filter_map(|kept| match kept {
        crate::dialect::Kept::OneOf(values) => Some(values),
        _ => None,
    });
    let route = match &provider.dialect.authorize.fragment {
        Some(Fragment::Route(route)) => Some(route),
        _ => None,
    };
    own.chain(kept.flatten()).chain(route).flat_map(|url| twice(url)).collect()
}

/// The names that stand twice in one query.
fn twice(url: &str) -> Vec<String> {
    let mut names: Vec<String> = query_names(url).map(std::borrow::Cow::into_owned).collect();
    names.sort_unstable();
    let again = names.iter().zip(names.iter().skip(1)).filter(|(one, other)| one == other);
    again.map(|(name, _)| name.clone()).collect()
}

fn sent(request: &Request, repeated: &[String]) {
    claims::request(request, repeated);
    claims::shown(&format!("{request:?}"), &[SECRET, CODE, REFRESH]);
}

fn logins(client: &Client<Confidential>, provider: &Provider, repeated: &[String], state: StateEcho) {
    if let Ok(start) = client.authorization_code() {
        let (url, awaiting) = start.authorize(scene::entropy(), at(0));
        let has_state = authorization_url(url.as_str(), repeated, provider);
        assert!(has_state || state == StateEcho::NotEchoedByThisServer, "a login without a state: {}", url.as_str());
        claims::kept(&awaiting);
        let step = &provider.dialect.callback;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(step.rename.wire("code"), CODE).append_pair(step.rename.wire("state"), STATE);
        if let Some(issuer) = &provider.issuer {
            query.append_pair(step.rename.wire("iss"), issuer);
        }
        for (name, kept) in &step.keep {
            let value = match kept {
                crate::dialect::Kept::OneOf(values) => values.last().map_or("", String::as_str),
                _ => "bakery",
            };
            query.append_pair(name, value);
        }
        let query = query.finish();
        if let Ok((request, flight)) = awaiting.receive(client, Callback::query(&query), at(1)) {
            sent(&request, repeated);
            let token = client.provider().dialect.response.rename.wire("access_token").to_owned();
            let body = format!(r#"{{"{token}":"{ACCESS}","token_type":"Bearer","expires_in":60}}"#);
            match flight.finish(scene::answer(&body)) {
                Ok(granted) => follow(client, granted, repeated),
                Err(error) => claims::error(&error, &scene::SECRETS),
            }
        }
    }
    if let Ok(start) = client.implicit() {
        let (url, awaiting) = start.authorize(scene::entropy(), at(0));
        authorization_url(url.as_str(), repeated, provider);
        claims::kept(&awaiting);
    }
    if let Ok(start) = client.password() {
        if let Ok((request, _)) = start.request("ada", &"pa55".into(), at(1)) {
            sent(&request, repeated);
        }
    }
    if let Ok(start) = client.client_credentials() {
        if let Ok((request, _)) = start.request(at(1)) {
            sent(&request, repeated);
        }
    }
}

fn follow(client: &Client<Confidential>, granted: Granted, repeated: &[String]) {
    claims::token_text(granted.access_token().expose());
    if let Ok((request, _)) = granted.follow_up(client, at(2)) {
        sent(&request, repeated);
    }
}

fn tokens(client: &Client<Confidential>, repeated: &[String]) {
    for (name, _) in client.provider().endpoints.checks.iter() {
        if let Ok((request, _)) = scene::refreshable(client).check(client, name) {
            sent(&request, repeated);
        }
    }
    if let Ok((request, _)) = scene::refreshable(client).revoke(client) {
        sent(&request, repeated);
    }
    if let Ok((request, _)) = scene::refreshable(client).refresh(client, at(3600)) {
        sent(&request, repeated);
    }
}

/// Whether it has our state; whatever it has, it has once.
fn authorization_url(text: &str, repeated: &[String], provider: &Provider) -> bool {
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "a browser ends this URL early: {text:?}");
    claims::must(url::Url::parse(text), "the authorization URL is one");
    let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
    let part = match &provider.dialect.authorize.fragment {
        Some(Fragment::Route(_)) => fragment,
        _ => before,
    };
    let query = part.split_once('?').map_or("", |(_, query)| query);
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs = claims::once(pairs, repeated);
    pairs.get(provider.dialect.authorize.parameters.rename.wire("state")).is_some_and(|state| state == STATE)
}

/// A file that says something of much.
fn file(input: &mut Input<'_>) -> Value {
    let mut step = || {
        let (method, body) = input.pick([("POST", "form"), ("POST", "json"), ("POST", "query"), ("GET", "query")]);
        let authentication =
            input.pick(["basic", "body", "basic_and_body", "basic_and_client_id", "secret_as_basic_user", "none"]);
        let mut some = |value: fn(&mut Input<'_>) -> Value, none: Value| match input.byte() & 3 {
            0 => value(input),
            _ => none,
        };
        let rename = some(|input| json!({ input.pick(OMITTABLE): input.pick(NAMES) }), json!({}));
        let add = some(|input| json!({ input.pick(NAMES): input.pick(VALUES), input.pick(NAMES): 7 }), json!({}));
        let headers = some(|input| json!({ input.pick(NAMES): input.pick(VALUES) }), json!({}));
        let omit = some(|input| json!([input.pick(OMITTABLE)]), json!([]));
        let in_query = some(|input| json!([input.pick(OMITTABLE)]), json!([]));
        json!({
            "method": method, "body": body, "client_authentication": authentication,
            "basic_encoding": some(|_| "none".into(), "form".into()), "headers": headers,
            "parameters": { "rename": rename, "omit": omit, "add": add, "in_query": in_query },
        })
    };
    let (token, refresh, follow_up) = (step(), step(), step());
    let fragment = input.pick([Value::Null, json!({ "route": "/login?a=b" }), json!({ "suffix": "top" })]);
    json!({
        "name": "file", "issuer": input.pick([Value::Null, "https://id.example".into()]),
        "variables": { "key": KEY, "host": "id.example" },
        "authorization_endpoint": input.pick(["https://{host}/authorize", "https://{host}/authorize?own=1", "https://none.{x} || https://{host}/a"]),
        "token_endpoint": input.pick(["https://{host}/token", "https://{label}.id.example/token", "https://id.example/{segment}/t?own=%25"]),
        "refresh_endpoint": input.pick([Value::Null, "https://id.example/refresh?a".into()]),
        "follow_up_endpoint": "https://id.example/long",
        "revocation": { "endpoint": "https://id.example/o?x", "body": input.pick(["form", "json", "query"]) },
        "checks": { "me": "https://api.example/me?x=1" },
        "api_origins": ["https://api.example"],
        "dialect": {
            "authorize": { "parameters": { "rename": {}, "omit": [], "add": { "extra": "{key}" } },
                "scope_separator": input.pick([" ", ",", "+", ";"]), "scope_encoding": input.pick(["form", "minimal"]),
                "nonce": input.pick(["off", "echoed_with_tokens"]), "fragment": fragment },
            "callback": { "rename": {}, "state": input.pick(["required", "required", "not_echoed_by_this_server"]),
                "keep": { "label": "dns_label", "segment": "path_segment", "whole": { "one_of": ["https://a.example?a=1"] }, "free": "text" } },
            "token": token, "refresh": refresh, "follow_up": follow_up,
            "response": { "keep": ["team.id"] },
            "presentation": input.pick([json!({}), json!({ "query_parameter": "t" }), json!({ "scheme": null }),
                json!({ "scheme": "Basic", "form": "basic_user" }), json!({ "header": "X-Token" })]),
        },
    })
}

/// Standard parameters that may be left out of most requests, or stand in a query.
const OMITTABLE: [&str; 4] = ["client_id", "grant_type", "redirect_uri", "scope"];

/// Names and values that stand where something else may be meant.
const NAMES: [&str; 26] = [
    "client_id",
    "client_secret",
    "code",
    "state",
    "scope",
    "grant_type",
    "refresh_token",
    "redirect_uri",
    "code_verifier",
    "access_token",
    "own",
    "a",
    "x",
    "t",
    "nonce",
    "response_type",
    "code_challenge",
    "Accept",
    "Content-Type",
    "X-A",
    "username",
    "expires_in",
    "label",
    "free",
    "key",
    "team.id",
];
const VALUES: [&str; 20] = [
    "{key}",
    "{label}",
    "{free}",
    "{random}",
    "{scope}",
    "{client_id}",
    "{team.id}",
    "{none}",
    "{{}}",
    "{",
    "",
    "\u{e4}",
    "https://{whole}/",
    "{whole}",
    "access_token",
    "text",
    "a b",
    "https://{key}.example/",
    "\n",
    "https://evil.example?code=1",
];

/// Changes one place: another value, one more member, or one less.
fn tamper(input: &mut Input<'_>, file: &mut Value) {
    let mut place = file;
    for _ in 0..6 {
        let count = match &*place {
            Value::Object(members) => members.len(),
            Value::Array(list) => list.len(),
            _ => 0,
        };
        if count == 0 || input.rarely(6) {
            break;
        }
        let at = input.below(count);
        let inner = match place {
            Value::Object(members) => members.values_mut().nth(at),
            Value::Array(list) => list.get_mut(at),
            _ => None,
        };
        let Some(inner) = inner else { return };
        place = inner;
    }
    let value = match input.byte() & 7 {
        0 => Value::from(input.text(12)),
        1 => json!(input.number()),
        2 => json!({ input.pick(NAMES): input.pick(VALUES) }),
        3 => json!([input.pick(NAMES)]),
        4 => input.pick([Value::Null, true.into(), false.into(), (-1).into(), json!([]), json!({}), 1.5.into()]),
        _ => input.pick(VALUES).into(),
    };
    match place {
        Value::Object(members) if !input.rarely(4) => {
            members.insert(if input.rarely(6) { input.text(6) } else { input.pick(NAMES).into() }, value);
        }
        Value::Array(list) => list.push(if input.byte() & 1 == 0 { input.pick(NAMES).into() } else { value }),
        place => *place = value,
    }
}
