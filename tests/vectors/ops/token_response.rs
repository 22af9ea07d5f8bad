//! What the token endpoint answers (RFC 6749 sections 5.1, 5.2 and 6).

use oauth_proto::{
    AnyClient, Authorized, Callback, Client, Confidential, Granted, Scope, Standing, TokenSet,
    extension_grants::{Exchanged, IssuedToken, TokenType},
};
use serde_json::Value;

use super::{Ran, in_body};
use crate::{
    came::{Came, End, Facts},
    input::{BODY, Input},
    scenario,
};

const API: &str = "https://api.example/me";

const MEMBERS: [&str; 6] = ["status", "headers", "grant", "requested_scope", "dpop", "old_refresh_token"];

fn client(input: &Input<'_>) -> Result<Client<Confidential>, End> {
    let scope = input.scope("requested_scope")?.unwrap_or_default();
    let registration = scenario::registration().scope(scope);
    Ok(Client::confidential(scenario::provider(), registration, "s3cret".into())?)
}

fn check(input: &Input<'_>) -> Result<(), End> {
    if input.0.get("dpop").is_some_and(|dpop| !matches!(dpop, Value::Null | Value::Bool(false))) {
        return Err(End::NotSupported("option `dpop`".into()));
    }
    input.only(&[&MEMBERS[..], &BODY].concat())
}

/// The answer to a request that was sent at 10 s, by the grant that the vector names.
pub fn run(input: &Input<'_>) -> Ran {
    let grant = input.text("grant")?.unwrap_or("authorization_code");
    let sent_at = scenario::at(10);
    let facts = match grant {
        "authorization_code" => {
            check(input)?;
            let client = client(input)?;
            let (_, awaiting) = client.authorization_code()?.authorize(scenario::entropy(), scenario::at(0));
            let callback = format!("code=C1&state={}", awaiting.state().expose());
            let (_request, in_flight) = awaiting.receive(&client, Callback::query(&callback), sent_at)?;
            granted(in_flight.finish(input.response()?.into())?, &client)?
        }
        "password" => {
            check(input)?;
            let client = client(input)?;
            let (_request, in_flight) = client.password()?.request("ada", &"pa55".into(), sent_at)?;
            granted(in_flight.finish(input.response()?.into())?, &client)?
        }
        "client_credentials" => {
            check(input)?;
            let client = client(input)?;
            let (_request, in_flight) = client.client_credentials()?.request(sent_at)?;
            let (mut facts, tokens) = common(in_flight.finish(input.response()?.into())?, &client)?;
            let refresh_token = match tokens.into_refreshable() {
                Ok(tokens) => sent_on_refresh(tokens, &client)?.into(),
                Err(_) => Value::Null,
            };
            facts.insert("refresh_token", refresh_token);
            facts
        }
        "urn:ietf:params:oauth:grant-type:token-exchange" => {
            check(input)?;
            let client = client(input)?;
            let (_request, in_flight) =
                client.token_exchange("S1".into(), TokenType::ACCESS_TOKEN)?.request(sent_at)?;
            match in_flight.finish(input.response()?.into())? {
                Exchanged::AccessToken { granted, .. } => self::granted(granted, &client)?,
                Exchanged::Other(issued) => of_no_access_token(&issued)?,
            }
        }
        "refresh_token" => return of_refresh(input),
        other => return Err(End::NotSupported(format!("grant `{other}`"))),
    };
    Ok(Came::ok(facts))
}

/// What a token says of itself that no API is shown.
fn of_no_access_token(issued: &IssuedToken) -> Result<Facts, End> {
    let token = issued.token_at(scenario::at(10)).ok_or_else(|| End::Wrong("an issued token is over".into()))?;
    Ok(Facts::from([
        ("access_token", token.expose().into()),
        ("token_type", "n_a".into()),
        ("expires_in", issued.expires_at().map(|end| end.since(scenario::at(10)).as_secs()).into()),
        ("scope", list(issued.scope())),
        ("refresh_token", issued.refresh_token().map(|token| token.expose()).into()),
    ]))
}

fn list(scope: &Scope) -> Value {
    scope.iter().map(Value::from).collect()
}

/// The answer to a refresh that was sent at 10 s.
pub fn of_refresh(input: &Input<'_>) -> Ran {
    check(input)?;
    let client = client(input)?;
    let old = input.text("old_refresh_token")?.unwrap_or("R1");
    let tokens = client.import_refreshable_tokens_from_elsewhere("A0".into(), old.into(), None)?;
    let Standing::Authorized(authorized) = tokens.at(scenario::at(10)) else {
        return Err(End::Wrong("a token without expiry is expired".into()));
    };
    let (_request, in_flight) = authorized.refresh(&client, scenario::at(10))?;
    let (mut facts, tokens) = common(in_flight.finish(input.response()?.into())?, &client)?;
    facts.insert("refresh_token", sent_on_refresh(tokens, &client)?.into());
    Ok(Came::ok(facts))
}

fn granted(granted: Granted, client: &AnyClient) -> Result<Facts, End> {
    match granted {
        Granted::Refreshable(authorized) => {
            let (mut facts, tokens) = common(authorized, client)?;
            facts.insert("refresh_token", sent_on_refresh(tokens, client)?.into());
            Ok(facts)
        }
        Granted::AccessOnly(authorized) => {
            let (mut facts, _tokens) = common(authorized, client)?;
            facts.insert("refresh_token", Value::Null);
            Ok(facts)
        }
    }
}

/// The refresh token, as the next refresh shows it: nothing else does.
fn sent_on_refresh(tokens: TokenSet<oauth_proto::Refreshable>, client: &AnyClient) -> Result<String, End> {
    let request = match tokens.at(scenario::at(10)) {
        Standing::Authorized(authorized) => authorized.refresh(client, scenario::at(10))?.0,
        Standing::Expired(expired) => expired.refresh(client, scenario::at(10))?.0,
    };
    in_body(&request, "refresh_token").ok_or_else(|| End::Wrong("a refresh sends no refresh token".into()))
}

/// What every token says of itself.
fn common<C>(authorized: Authorized<C>, client: &AnyClient) -> Result<(Facts, TokenSet<C>), End> {
    let access_token = authorized.access_token().expose().to_owned();
    // The type was compared with those that the client can use; what is left of it is the scheme.
    let header = authorized.header_for(client, API).map_err(|why| End::Wrong(why.to_string()))?;
    let (scheme, shown) = header.expose_value().split_once(' ').unwrap_or_default();
    if shown != access_token {
        return Err(End::Wrong("an API is shown another token".into()));
    }
    let token_type = scheme.to_ascii_lowercase();
    let tokens = authorized.into_token_set();
    let expires_in = tokens.expires_at().map(|end| end.since(scenario::at(10)).as_secs());
    let facts = Facts::from([
        ("access_token", access_token.into()),
        ("token_type", token_type.into()),
        ("expires_in", expires_in.map_or(Value::Null, Value::from)),
        ("scope", list(tokens.scope())),
        ("scope_changed", (tokens.scope() != tokens.requested_scope()).into()),
    ]);
    Ok((facts, tokens))
}
