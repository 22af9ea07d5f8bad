//! What a server says of a token, and tokens that are given back: introspection (RFC 7662) and revocation (RFC 7009).

use oauth_proto::{AnyClient, Authorized, Refreshable, Standing, TokenSet, introspection::IntrospectionResponse};

use super::{YES, features, yes};
use crate::{
    Result, Server,
    login::{Row, answer, endpoint_refusal, told},
    server::now,
    wire::send,
};

features! { "Introspection (RFC 7662) and revocation (RFC 7009)":
    introspection "an access token is described",
    introspection_of_a_refresh_token "a refresh token is described",
    introspection_of_a_wrong_token "a token that does not exist is not active",
    introspection_wrong_secret "introspection with a wrong secret",
    revocation_of_a_refresh_token "a refresh token is revoked, and refreshes no more",
    revocation_of_an_access_token "an access token is revoked, and the refresh token is not",
    access_token_after_revocation "a refresh token is revoked: its access token",
    revocation_twice "a token is revoked twice",
    revocation_by_another_client "another client's token is revoked",
    revocation_wrong_secret "revocation with a wrong secret",
}

fn state<C>(client: &AnyClient, authorized: &Authorized<C>) -> Result<IntrospectionResponse> {
    let (request, introspecting) = authorized.introspect(client)?;
    Ok(introspecting.finish(send(request))?)
}

fn authorized(server: &Server) -> Result<(AnyClient, Authorized<Refreshable>)> {
    let client = server.confidential("basic")?;
    let authorized = server.logged_in(&client, client.authorization_code()?)?;
    Ok((client.into(), authorized))
}

fn introspection(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let state = state(&client, &authorized)?;
    ensure!(state.is_active(), "it is not active");
    ensure!(state.client_id() == Some("basic"), "the client is {:?}", state.client_id());
    ensure!(state.scope().is_some_and(|scope| scope.as_str() == "read"), "the scope is {:?}", state.scope());
    let (theirs, ours) = (state.exp().ok_or("no `exp`")?, authorized.expires_at().ok_or("no expiry")?);
    let apart = theirs.since(ours).max(ours.since(theirs));
    ensure!(apart.as_secs() <= 2, "it ends at {theirs:?}, and {ours:?} was said");
    yes()
}

fn introspection_of_a_refresh_token(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let tokens = authorized.into_token_set();
    let (request, introspecting) = tokens.introspect_refresh_token(&client)?;
    ensure!(introspecting.finish(send(request))?.is_active(), "it is not active");
    yes()
}

fn introspection_of_a_wrong_token(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let tokens = client.import_access_token_from_elsewhere("wrong".into(), None)?;
    let authorized = expect!(tokens.at(now()), Standing::Authorized(authorized) => authorized);
    ensure!(!state(&client, &authorized)?.is_active(), "it is active");
    yes()
}

fn introspection_wrong_secret(server: &Server) -> Result<String> {
    let (_, authorized) = authorized(server)?;
    let wrong = server.with_secret("basic", "wrong", |_| {})?;
    let (request, introspecting) = authorized.introspect(&wrong)?;
    let fault = expect!(introspecting.finish(send(request)), Err(fault) => fault);
    endpoint_refusal(&fault)
}

/// What the server says to a revocation: nothing, or no.
fn revoke(client: &AnyClient, tokens: TokenSet<Refreshable>) -> Result<std::result::Result<(), String>> {
    let (request, revoking) = tokens.revoke(client)?;
    match revoking.finish(send(request)) {
        Ok(_) => Ok(Ok(())),
        Err(error) => Ok(Err(endpoint_refusal(error.fault())?)),
    }
}

fn revocation_of_a_refresh_token(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let row = Row::of(authorized);
    revoke(&client, row.load()?.into_token_set())??;
    told(row.refresh(&client)?, "**it refreshes**")
}

fn revocation_of_an_access_token(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let row = Row::of(authorized);
    let (request, revoking) = row.load()?.into_token_set().revoke_access_token(&client)?;
    let expired = revoking.finish(send(request)).map_err(|error| error.to_string())?;
    ensure!(!state(&client, &row.load()?)?.is_active(), "it is active");
    let (request, in_flight) = expired.refresh(&client, now())?;
    Ok(match answer(request, in_flight)? {
        Ok(_) => YES.into(),
        // RFC 7009 section 2.1: a server may end it as well.
        Err(refusal) => format!("and so is the refresh token: {refusal}"),
    })
}

fn access_token_after_revocation(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let row = Row::of(authorized);
    revoke(&client, row.load()?.into_token_set())??;
    Ok(if state(&client, &row.load()?)?.is_active() { "active" } else { "not active" }.into())
}

fn revocation_twice(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let row = Row::of(authorized);
    for _ in 0..2 {
        revoke(&client, row.load()?.into_token_set())??;
    }
    yes()
}

fn revocation_by_another_client(server: &Server) -> Result<String> {
    let (client, authorized) = authorized(server)?;
    let row = Row::of(authorized);
    let thief = server.confidential("rar")?;
    let stolen = thief.import_refreshable_tokens_from_elsewhere("at".into(), row.refresh_token()?.into(), None)?;
    let answer = told(revoke(&thief, stolen)?, "taken")?;
    ensure!(row.refresh(&client)?.is_ok(), "{answer}, and the token is dead");
    Ok(format!("{answer}; the token lives"))
}

fn revocation_wrong_secret(server: &Server) -> Result<String> {
    let (_, authorized) = authorized(server)?;
    let wrong = server.with_secret("basic", "wrong", |_| {})?;
    told(revoke(&wrong, authorized.into_token_set())?, "**taken**")
}
