//! What a server answers about a token that is there already: revocation (RFC 7009) and introspection (RFC 7662).

use oauth_proto::{Client, Confidential, Introspection, Refreshable, Revocation, Standing, TokenSet};
use serde_json::Value;

use super::Ran;
use crate::{
    came::{Came, End},
    input::{BODY, Input},
    scenario,
};

fn check(input: &Input<'_>) -> Result<(), End> {
    input.only(&[&["status", "headers"][..], &BODY].concat())
}

fn client() -> Result<Client<Confidential>, End> {
    let mut provider = scenario::provider();
    provider.revocation = Some(Revocation::new("https://id.example/revoke"));
    provider.introspection = Some(Introspection::new("https://id.example/introspect"));
    Ok(Client::confidential(provider, scenario::registration(), "s3cret".into())?)
}

fn tokens(client: &Client<Confidential>) -> Result<TokenSet<Refreshable>, End> {
    Ok(client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?)
}

pub fn revocation(input: &Input<'_>) -> Ran {
    check(input)?;
    let client = client()?;
    let (_request, revoking) = tokens(&client)?.revoke(&client)?;
    revoking.finish(input.response()?.into())?;
    Ok(Came::ok([]))
}

pub fn introspection(input: &Input<'_>) -> Ran {
    check(input)?;
    let client = client()?;
    let Standing::Authorized(token) = tokens(&client)?.at(scenario::at(0)) else {
        return Err(End::Wrong("a token without expiry is expired".into()));
    };
    let (_request, introspecting) = token.introspect(&client)?;
    let state = introspecting.finish(input.response()?.into())?;
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let seconds = state.exp().map_or(Value::Null, |exp| (exp.as_unix_millis() / 1000).into());
    Ok(Came::ok([
        ("active", state.is_active().into()),
        ("client_id", text(state.client_id())),
        ("sub", text(state.sub())),
        ("iss", text(state.iss())),
        ("aud", state.aud().map(Value::from).collect()),
        ("scope", state.scope().map_or(Value::Null, |scope| scope.as_str().into())),
        ("exp", seconds),
    ]))
}
