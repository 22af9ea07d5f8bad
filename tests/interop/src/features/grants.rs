//! The other grants of RFC 6749, and refreshing.

use oauth_proto::{AnyClient, Granted, Scope, Standing};

use super::{features, yes};
use crate::{
    Result, Server,
    browser::Landing,
    login::{Row, finish, login_refusal, refused, told},
    server::{USER, entropy, now},
};

features! { "Other grants, and refreshing":
    implicit "implicit (RFC 6749 section 4.2)",
    implicit_denial "implicit, and the user says no",
    password "password (RFC 6749 section 4.3)",
    wrong_password "a wrong password",
    client_credentials "client credentials, of the scope that was asked for",
    grant_of_another_client "a grant that the client is not registered for",
    refresh_rotation "a refresh brings a new refresh token",
    refresh_by_a_public_client "a public client refreshes",
    refresh_token_reuse "the old refresh token once more",
    family_after_reuse "and the new one, after that",
    wrong_refresh_token "a refresh token that does not exist",
    refresh_token_of_another_client "another client's refresh token",
}

fn implicit(server: &Server) -> Result<String> {
    let client = server.public_of("implicit", |_| {})?;
    let (url, awaiting) = client.implicit()?.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), true)?;
    let url = expect!(&landing, Landing::Url(url) => url);
    ensure!(url.contains("#"), "no fragment in {url}");
    let authorized = awaiting.receive(&client, landing.callback(), now())?;
    ensure!(authorized.scope().as_str() == "read", "the scope is {:?}", authorized.scope());
    yes()
}

fn implicit_denial(server: &Server) -> Result<String> {
    let client = server.public_of("implicit", |_| {})?;
    let (url, awaiting) = client.implicit()?.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), false)?;
    expect!(awaiting.receive(&client, landing.callback(), now()), Err(error) => login_refusal(error))
}

fn password(server: &Server) -> Result<String> {
    let client = server.confidential("password")?;
    let (request, in_flight) = client.password()?.request(USER.0, &USER.1.into(), now())?;
    let authorized = expect!(finish(request, in_flight)?, Granted::Refreshable(authorized) => authorized);
    let (request, in_flight) = authorized.refresh(&client, now())?;
    drop(finish(request, in_flight)?);
    yes()
}

fn wrong_password(server: &Server) -> Result<String> {
    let client = server.confidential("password")?;
    let (request, in_flight) = client.password()?.request(USER.0, &"wrong".into(), now())?;
    refused(request, in_flight)
}

fn client_credentials(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let start = client.client_credentials()?.scope(Scope::new(["write"])?);
    let (request, in_flight) = start.request(now())?;
    let authorized = finish(request, in_flight)?;
    ensure!(authorized.scope().as_str() == "write", "the scope is {:?}", authorized.scope());
    yes()
}

fn grant_of_another_client(server: &Server) -> Result<String> {
    let client = server.confidential("rar")?;
    let (request, in_flight) = client.client_credentials()?.request(now())?;
    refused(request, in_flight)
}

fn refresh_rotation(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let mut row = Row::of(server.logged_in(&client, client.authorization_code()?)?);
    for _ in 0..3 {
        let next = row.refresh(&client)??;
        ensure!(next.refresh_token()? != row.refresh_token()?, "the refresh token is the old one");
        row = next;
    }
    yes()
}

fn refresh_by_a_public_client(server: &Server) -> Result<String> {
    let client = server.public()?;
    let row = Row::of(server.logged_in(&client, client.authorization_code()?)?);
    row.refresh(&client)??.refresh(&client)??;
    yes()
}

/// A login whose refresh token was used, and its successor.
fn rotated(server: &Server, client: &AnyClient) -> Result<(Row, Row)> {
    let login = server.confidential("basic")?.authorization_code()?;
    let old = Row::of(server.logged_in(client, login)?);
    let new = old.refresh(client)??;
    Ok((old, new))
}

fn refresh_token_reuse(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (old, _) = rotated(server, &client)?;
    told(old.refresh(&client)?, "**taken**")
}

fn family_after_reuse(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (old, new) = rotated(server, &client)?;
    drop(old.refresh(&client)?);
    told(new.refresh(&client)?, "**taken**")
}

fn wrong_refresh_token(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let tokens = client.import_refreshable_tokens_from_elsewhere("at".into(), "wrong".into(), None)?;
    let authorized = expect!(tokens.at(now()), Standing::Authorized(authorized) => authorized);
    let (request, in_flight) = authorized.refresh(&client, now())?;
    refused(request, in_flight)
}

fn refresh_token_of_another_client(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let row = Row::of(server.logged_in(&client, client.authorization_code()?)?);
    let thief = server.confidential("rar")?;
    let stolen = thief.import_refreshable_tokens_from_elsewhere("at".into(), row.refresh_token()?.into(), None)?;
    let authorized = expect!(stolen.at(now()), Standing::Authorized(authorized) => authorized);
    let (request, in_flight) = authorized.refresh(&thief, now())?;
    refused(request, in_flight)
}
