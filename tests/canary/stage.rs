//! A client with a secret of each kind, and answers with secrets in every place.

use std::io;

use oauth_proto::{
    Client, Confidential, Introspection, Outcome, Provider, RedirectUri, Refreshable, Response, Revocation, Secret,
    TokenSet,
    dialect::{Kept, Nonce, TokenStep},
};

pub use crate::scenario::{at, provider, registration};
use crate::secrets::{
    ACCESS_TOKEN, BODY, CLIENT_SECRET, EXTRA, IMPORTED_TOKEN, NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN, REFRESH_TOKEN,
    VARIABLE,
};

/// A provider that does everything.
pub fn full_provider() -> Provider {
    let mut provider = provider().variable("key", VARIABLE);
    provider.checks.insert("me".into(), "https://id.example/me".into());
    provider.revocation = Some(Revocation::new("https://id.example/logout"));
    provider.introspection = Some(Introspection::new("https://id.example/introspect"));
    provider.follow_up_endpoint = Some("https://id.example/long".into());
    let dialect = &mut provider.dialect;
    dialect.authorize.nonce = Nonce::EchoedWithTokens;
    dialect.callback.implicit_refresh_token = true;
    dialect.callback.keep.insert("hook".into(), Kept::Text);
    dialect.token.headers.insert("X-Api-Key".into(), "{key}".into());
    dialect.token.parameters.add("api_key", "{key} {hook}").add("number", 7).add("truth", true);
    dialect.token.parameters.omit_unset = true;
    dialect.refresh.headers.insert("X-Api-Key".into(), "{key}".into());
    dialect.follow_up = Some(TokenStep::default());
    dialect.response.keep = vec!["team.hook".into()];
    provider
}

pub fn client_with(tweak: impl FnOnce(&mut Provider)) -> Client<Confidential> {
    let mut provider = full_provider();
    tweak(&mut provider);
    Client::confidential(provider, registration(), CLIENT_SECRET.into()).unwrap()
}

pub fn client() -> Client<Confidential> {
    client_with(|_| {})
}

/// The same, of another provider: what it is given is refused.
pub fn other_client() -> Client<Confidential> {
    client_with(|provider| provider.name = "elsewhere".into())
}

pub fn redirect_uri() -> RedirectUri {
    RedirectUri::new("https://app.example/cb").unwrap()
}

pub fn imported(client: &Client<Confidential>) -> TokenSet<Refreshable> {
    let tokens: [Secret; 2] = [IMPORTED_TOKEN.into(), REFRESH_TOKEN.into()];
    let [access, refresh] = tokens;
    let mut tokens = client.import_refreshable_tokens_from_elsewhere(access, refresh, Some(at(100))).unwrap();
    tokens.add_extra_from_elsewhere(client, "hook", EXTRA).unwrap();
    tokens
}

fn json(status: u16, body: String) -> Outcome {
    let headers = [("Content-Type", "application/json"), ("Set-Cookie", BODY), ("Location", BODY)];
    Response::new(status, headers, body).into()
}

/// Tokens, as they should come.
pub fn tokens(access: &str, rest: &str) -> Outcome {
    let nonce = crate::secrets::nonce();
    json(
        200,
        format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","nonce":"{nonce}","team":{{"hook":"{EXTRA}"}}{rest}}}"#
        ),
    )
}

pub fn both_tokens() -> Outcome {
    tokens(ACCESS_TOKEN, &format!(r#","refresh_token":"{REFRESH_TOKEN}","expires_in":3600"#))
}

/// Each kind of ending, with secrets where a reader might quote them.
pub fn outcomes() -> Vec<Outcome> {
    let refused = |io: io::ErrorKind| io::Error::new(io, "no route");
    let mut outcomes = vec![
        both_tokens(),
        tokens(NEW_ACCESS_TOKEN, ""),
        tokens(NEW_ACCESS_TOKEN, r#","nonce":"bo.Sw8Tx2Uy6Va0Wb4Xc8Yd2Ze6Af0Bg4""#),
        Outcome::not_sent(refused(io::ErrorKind::ConnectionRefused)),
        Outcome::lost(refused(io::ErrorKind::TimedOut)),
        Response::new(200, [("Content-Type", "text/html")], BODY).into(),
        Response::new(200, [(BODY, BODY)], BODY).into(),
    ];
    let (access, refresh) = (NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN);
    for error in ["invalid_grant", "invalid_scope", "server_error", "slow_down"] {
        for status in [200, 400, 429, 503] {
            let along = format!(r#"{{"error":"{error}","access_token":"{access}","refresh_token":"{refresh}"}}"#);
            outcomes.push(json(status, along));
            outcomes.push(json(status, format!(r#"{{"error":"{error}","stranger":"{access}"}}"#)));
        }
    }
    // A value of each type where another is to stand.
    for value in [
        format!(r#""{access}""#),
        format!(r#""{access}\n""#),
        format!(r#""\u0061{access}""#),
        format!(r#"["{access}"]"#),
        format!(r#"{{"{access}":"{access}"}}"#),
        "7".into(),
        "true".into(),
        "null".into(),
        access.into(),
    ] {
        for name in ["access_token", "refresh_token", "token_type", "expires_in", "scope", "nonce", "error", "team"] {
            // An error code is the server's word, and shown.
            if name == "error" && value.contains(access) {
                continue;
            }
            // What else an answer has, each once.
            let others =
                [("access_token", "a"), ("token_type", "Bearer")].into_iter().filter(|(other, _)| *other != name);
            let others: String = others.map(|(other, value)| format!(r#","{other}":"{value}""#)).collect();
            outcomes.push(json(200, format!(r#"{{"{name}":{value}}}"#)));
            outcomes.push(json(200, format!(r#"{{"{name}":{value}{others}}}"#)));
            outcomes.push(json(200, format!(r#"{{"{name}":{value}{others}"#)));
        }
        for status in [200, 302, 400, 500] {
            outcomes.push(json(status, value.clone()));
        }
    }
    outcomes
}

/// As often as it is needed: an outcome is no `Clone`.
pub fn each_outcome(with: impl FnMut(Outcome)) {
    outcomes().into_iter().for_each(with);
}
