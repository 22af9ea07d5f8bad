//! Pushed authorization requests (RFC 9126).

use oauth_proto::{Client, Confidential, RedirectUri, par::Pushed};

use super::{features, yes};
use crate::{
    Result, Server,
    browser::View,
    login::{endpoint_refusal, finish, login_refusal},
    server::{Visit, entropy, now},
    wire::send,
};

features! { "Pushed authorization requests (RFC 9126)":
    par "a confidential client pushes, and logs in",
    par_public "a public client pushes, and logs in",
    par_required "a client that must push, pushes",
    par_required_not_pushed "and where it does not",
    par_declared_required "`require_pushed_authorization_requests` in the provider's data",
    request_uri_twice "a `request_uri` for the second time",
    par_wrong_secret "a push with a wrong secret",
    par_unregistered_redirect_uri "a push with a redirect URI that is not registered",
}

fn push<K>(client: &Client<K>) -> Result<Pushed> {
    let (request, pushing) = client.pushed_authorization_code()?.push(entropy()?, now());
    pushing.finish(send(request)).map_err(|error| error.to_string().into())
}

fn log_in<K>(server: &Server, client: &Client<K>) -> Result<String> {
    let (url, awaiting) = push(client)?.authorize(now())?;
    ensure!(!url.as_str().contains("scope="), "more than a reference: {}", url.as_str());
    let landing = server.visit(url.as_str(), true)?;
    let (request, in_flight) = awaiting.receive(client, landing.callback(), now())?;
    let granted = finish(request, in_flight)?;
    ensure!(granted.scope().as_str() == "read", "the scope is {:?}", granted.scope());
    yes()
}

fn par(server: &Server) -> Result<String> {
    log_in(server, &server.confidential("basic")?)
}

fn par_public(server: &Server) -> Result<String> {
    log_in(server, &server.public()?)
}

fn par_required(server: &Server) -> Result<String> {
    log_in(server, &server.confidential("par")?)
}

fn par_required_not_pushed(server: &Server) -> Result<String> {
    let client = server.confidential("par")?;
    let (url, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), true)?;
    expect!(awaiting.receive(&client, landing.callback(), now()), Err(error) => login_refusal(error))
}

fn par_declared_required(server: &Server) -> Result<String> {
    let client = server.confidential_of("par", |provider| provider.require_pushed_authorization_requests = true)?;
    ensure!(client.authorization_code().is_err(), "a login that is not pushed begins");
    log_in(server, &client)
}

fn request_uri_twice(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (url, awaiting) = push(&client)?.authorize(now())?;
    server.visit(url.as_str(), true)?;
    match server.walk(url.as_str(), &Visit { approves: true, user_code: None })? {
        View::Page(page) => Ok(format!("a page ({})", page.status)),
        View::Landed(landing) => match awaiting.receive(&client, landing.callback(), now()) {
            Ok(_) => Ok("**taken**".into()),
            Err(error) => login_refusal(error),
        },
    }
}

/// What the server says to a push.
fn refused(client: &Client<Confidential>, redirect_uri: Option<&str>) -> Result<String> {
    let mut login = client.pushed_authorization_code()?;
    if let Some(uri) = redirect_uri {
        login = login.redirect_uri(RedirectUri::new(uri)?);
    }
    let (request, pushing) = login.push(entropy()?, now());
    let error = expect!(pushing.finish(send(request)), Err(error) => error);
    endpoint_refusal(error.fault())
}

fn par_wrong_secret(server: &Server) -> Result<String> {
    refused(&server.with_secret("basic", "wrong", |_| {})?, None)
}

fn par_unregistered_redirect_uri(server: &Server) -> Result<String> {
    refused(&server.confidential("basic")?, Some("https://evil.example/cb"))
}
