//! Token exchange (RFC 8693).

use oauth_proto::{
    Scope,
    extension_grants::{Exchanged, TokenType},
};

use super::{features, yes};
use crate::{
    Result, Server,
    login::{finish, refused},
    server::now,
};

features! { "Token exchange (RFC 8693)":
    token_exchange "an access token becomes another",
    token_exchange_of_a_wrong_token "a token that does not exist",
    token_exchange_for_an_unknown_audience "an audience that does not exist",
}

fn token_exchange(server: &Server) -> Result<String> {
    let client = server.confidential("exchange")?;
    let authorized = server.granted(&client, client.authorization_code()?)?;
    let before = authorized.access_token().clone();
    let start = client.token_exchange(before.clone(), TokenType::ACCESS_TOKEN)?;
    let start = start.requested_token_type(TokenType::ACCESS_TOKEN)?.scope(Scope::new(["read"])?);
    let (request, in_flight) = start.request(now())?;
    let (granted, issued) = expect!(finish(request, in_flight)?,
        Exchanged::AccessToken { granted, issued_type } => (granted, issued_type));
    ensure!(issued == TokenType::ACCESS_TOKEN, "a token of the type {issued:?}");
    ensure!(!granted.access_token().matches(before.expose()), "it is the same token");
    yes()
}

fn token_exchange_of_a_wrong_token(server: &Server) -> Result<String> {
    let client = server.confidential("exchange")?;
    let start = client.token_exchange("wrong".into(), TokenType::ACCESS_TOKEN)?;
    let (request, in_flight) = start.request(now())?;
    refused(request, in_flight)
}

fn token_exchange_for_an_unknown_audience(server: &Server) -> Result<String> {
    let client = server.confidential("exchange")?;
    let granted = server.granted(&client, client.authorization_code()?)?;
    let start = client.token_exchange(granted.access_token().clone(), TokenType::ACCESS_TOKEN)?;
    let (request, in_flight) = start.audience("https://nobody.example/")?.request(now())?;
    refused(request, in_flight)
}
