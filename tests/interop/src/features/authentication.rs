//! How a client proves itself (RFC 6749 section 2.3): each by the client credentials grant.

use oauth_proto::{
    Provider,
    dialect::{BasicEncoding, ClientAuthentication},
};

use super::{YES, features};
use crate::{
    Result, Server,
    login::{answer, finish},
    server::now,
};

features! { "Client authentication":
    client_secret_basic "`client_secret_basic`",
    client_secret_post "`client_secret_post`",
    basic_and_client_id "Basic, and `client_id` in the body as well",
    basic_and_body "Basic, and the secret in the body as well (against RFC 6749 section 2.3)",
    basic_by_a_post_client "Basic, by a client that is registered for the body",
    post_by_a_basic_client "the body, by a client that is registered for Basic",
    odd_basic_form "odd characters in Basic, form-encoded (RFC 6749 section 2.3.1)",
    odd_basic_raw "odd characters in Basic, as they are (RFC 7617)",
    odd_post "odd characters in the body",
    wrong_secret_basic "a wrong secret in Basic",
    wrong_secret_post "a wrong secret in the body",
    unknown_client "a client that does not exist",
}

/// What a client comes by: tokens, and by a reissue once more; or a refusal.
fn attempt(server: &Server, (id, secret): (&str, &str), change: impl FnOnce(&mut Provider)) -> Result<String> {
    let client = server.with_secret(id, secret, change)?;
    let (request, in_flight) = client.client_credentials()?.request(now())?;
    let authorized = match answer(request, in_flight)? {
        Ok(authorized) => authorized,
        Err(refused) => return Ok(refused),
    };
    let (request, in_flight) = authorized.reissue(&client, now())?;
    drop(finish(request, in_flight)?);
    Ok(YES.into())
}

const BASIC: (&str, &str) = ("basic", "s3cret-of-basic");
const POST: (&str, &str) = ("post", "s3cret-of-post");

fn by(method: ClientAuthentication) -> impl FnOnce(&mut Provider) {
    move |provider| {
        provider.dialect.token.client_authentication = method;
        provider.dialect.refresh.client_authentication = method;
    }
}

fn client_secret_basic(server: &Server) -> Result<String> {
    attempt(server, BASIC, by(ClientAuthentication::Basic))
}

fn client_secret_post(server: &Server) -> Result<String> {
    attempt(server, POST, by(ClientAuthentication::Body))
}

fn basic_and_client_id(server: &Server) -> Result<String> {
    attempt(server, BASIC, by(ClientAuthentication::BasicAndClientId))
}

fn basic_and_body(server: &Server) -> Result<String> {
    attempt(server, BASIC, by(ClientAuthentication::BasicAndBody))
}

fn basic_by_a_post_client(server: &Server) -> Result<String> {
    attempt(server, POST, by(ClientAuthentication::Basic))
}

fn post_by_a_basic_client(server: &Server) -> Result<String> {
    attempt(server, BASIC, by(ClientAuthentication::Body))
}

fn odd_basic_form(server: &Server) -> Result<String> {
    attempt(server, server.about.odd, |provider| provider.dialect.token.basic_encoding = BasicEncoding::Form)
}

fn odd_basic_raw(server: &Server) -> Result<String> {
    attempt(server, server.about.odd_raw, |provider| {
        provider.dialect.token.basic_encoding = BasicEncoding::None;
    })
}

fn odd_post(server: &Server) -> Result<String> {
    attempt(server, server.about.odd, by(ClientAuthentication::Body))
}

fn wrong_secret_basic(server: &Server) -> Result<String> {
    attempt(server, ("basic", "wrong"), by(ClientAuthentication::Basic))
}

fn wrong_secret_post(server: &Server) -> Result<String> {
    attempt(server, ("post", "wrong"), by(ClientAuthentication::Body))
}

fn unknown_client(server: &Server) -> Result<String> {
    attempt(server, ("nobody", "s3cret"), by(ClientAuthentication::Basic))
}
