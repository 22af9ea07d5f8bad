//! Everything wrong that a login by code can have, and what each server says.

use oauth_proto::{AwaitingCode, Callback, RedirectUri, Scope, stored};

use super::features;
use crate::{
    Result, Server,
    browser::{Landing, View},
    login::{Row, answer, finish, login_refusal, refused, told},
    server::{Visit, entropy, now},
};

features! { "What is wrong with a login":
    wrong_code "a code that does not exist",
    code_of_another_client "another client's code",
    code_twice "a code for the second time",
    tokens_of_a_code_used_twice "and the tokens of its first time, after that",
    wrong_verifier "a wrong code verifier",
    missing_verifier "no code verifier, where there was a challenge",
    verifier_without_challenge "a code verifier, where there was no challenge",
    other_redirect_uri "another redirect URI at the token endpoint",
    missing_challenge "no code challenge, by a public client",
    unregistered_redirect_uri "a redirect URI that is not registered",
    unknown_client_at_login "a login of a client that does not exist",
    unknown_scope "a scope that does not exist",
    unknown_scope_of_the_client "the same, by client credentials",
    wrong_token_endpoint "a token endpoint that does not exist",
}

/// A login of `basic` that the user approved, and its row in the session, changed before it is loaded.
fn changed(server: &Server, change: impl FnOnce(&mut serde_json::Value)) -> Result<(Landing, AwaitingCode)> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let mut row: serde_json::Value = serde_json::from_str(&stored::save(&awaiting))?;
    change(&mut row);
    Ok((landing, stored::load(row.to_string().as_bytes())?))
}

/// What the token endpoint says to such a login.
fn refused_when(server: &Server, change: impl FnOnce(&mut serde_json::Value)) -> Result<String> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = changed(server, change)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    refused(request, in_flight)
}

fn wrong_code(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (_, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    let callback = format!("code=wrong&state={}", awaiting.state().expose());
    let (request, in_flight) = awaiting.receive(&client, Callback::query(&callback), now())?;
    refused(request, in_flight)
}

fn code_of_another_client(server: &Server) -> Result<String> {
    let thief = server.confidential("rar")?;
    let (landing, awaiting) = changed(server, |row| row["login"]["intent"]["client_id"] = "rar".into())?;
    let (request, in_flight) = awaiting.receive(&thief, landing.callback(), now())?;
    refused(request, in_flight)
}

/// The tokens of a code, and what comes of using it once more.
fn twice(server: &Server) -> Result<(Row, String)> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let row = stored::save(&awaiting);
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    let granted = finish(request, in_flight)?;
    let authorized = expect!(granted, oauth_proto::Granted::Refreshable(authorized) => authorized);
    let awaiting: AwaitingCode = stored::load(row.as_bytes())?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    Ok((Row::of(authorized), refused(request, in_flight)?))
}

fn code_twice(server: &Server) -> Result<String> {
    Ok(twice(server)?.1)
}

fn tokens_of_a_code_used_twice(server: &Server) -> Result<String> {
    let (row, _) = twice(server)?;
    let client = server.confidential("basic")?;
    told(row.refresh(&client)?, "**good**")
}

fn wrong_verifier(server: &Server) -> Result<String> {
    refused_when(server, |row| row["verifier"] = "wrong".repeat(9).into())
}

fn missing_verifier(server: &Server) -> Result<String> {
    refused_when(server, |row| drop(row.as_object_mut().map(|row| row.remove("verifier"))))
}

fn verifier_without_challenge(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let login = client.authorization_code_without_pkce_for_a_server_that_refuses_it()?;
    let (landing, awaiting) = server.landed(login)?;
    let mut row: serde_json::Value = serde_json::from_str(&stored::save(&awaiting))?;
    row["verifier"] = "added".repeat(9).into();
    let awaiting: AwaitingCode = stored::load(row.to_string().as_bytes())?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    told(answer(request, in_flight)?, "taken")
}

fn other_redirect_uri(server: &Server) -> Result<String> {
    refused_when(server, |row| row["login"]["intent"]["redirect_uri"] = "https://client.example/other".into())
}

/// What comes of an authorization URL: an error at the client, or a page at the server.
fn at_login(server: &Server, url: &str, awaiting: AwaitingCode, client: &oauth_proto::AnyClient) -> Result<String> {
    match server.walk(url, &Visit { approves: true, user_code: None })? {
        View::Page(page) => Ok(format!("a page ({})", page.status)),
        View::Landed(landing) => match awaiting.receive(client, landing.callback(), now()) {
            Ok((request, in_flight)) => Ok(match answer(request, in_flight)? {
                Ok(granted) => format!("taken, and granted: `{}`", granted.scope().as_str()),
                Err(refusal) => refusal,
            }),
            Err(error) => login_refusal(error),
        },
    }
}

fn missing_challenge(server: &Server) -> Result<String> {
    let client = server.public()?;
    let (url, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    let (url, challenge) = url.as_str().split_once("&code_challenge=").ok_or("no challenge")?;
    ensure!(challenge.ends_with("&code_challenge_method=S256"), "more than a challenge: {challenge}");
    at_login(server, url, awaiting, &client)
}

fn unregistered_redirect_uri(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let evil = RedirectUri::new("https://evil.example/cb")?;
    let (url, awaiting) = client.authorization_code()?.redirect_uri(evil).authorize(entropy()?, now());
    at_login(server, url.as_str(), awaiting, &client)
}

fn unknown_client_at_login(server: &Server) -> Result<String> {
    let client = server.confidential("nobody")?;
    let (url, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    at_login(server, url.as_str(), awaiting, &client)
}

fn unknown_scope(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let login = client.authorization_code()?.scope(Scope::new(["read", "unheard-of"])?);
    let (url, awaiting) = login.authorize(entropy()?, now());
    at_login(server, url.as_str(), awaiting, &client)
}

fn unknown_scope_of_the_client(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let start = client.client_credentials()?.scope(Scope::new(["read", "unheard-of"])?);
    let (request, in_flight) = start.request(now())?;
    Ok(match answer(request, in_flight)? {
        Ok(authorized) => format!("taken, and granted: `{}`", authorized.scope().as_str()),
        Err(refusal) => refusal,
    })
}

fn wrong_token_endpoint(server: &Server) -> Result<String> {
    let client = server
        .confidential_of("basic", |provider| provider.token_endpoint = Some(format!("{}/nowhere", server.base)))?;
    let (request, in_flight) = client.client_credentials()?.request(now())?;
    refused(request, in_flight)
}
