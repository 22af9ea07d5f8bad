//! More than a scope: resource indicators (RFC 8707) and rich authorization requests (RFC 9396).

use oauth_proto::{AuthorizationDetails, Authorized, Client, Confidential, Refreshable, Standing, TokenSet, stored};

use super::{features, yes};
use crate::{
    Result, Server,
    login::{answer, finish, login_refusal, refused},
    server::{entropy, now},
    wire::send,
};

features! { "Resources (RFC 8707) and details (RFC 9396)":
    resource "a login for one resource, and its token's audience",
    resources "a login for two, and a token for both",
    narrow_to "a login for two, and a token for each (`narrow_to`)",
    resource_of_the_client "client credentials for one resource",
    unknown_resource "a resource that does not exist, at the login",
    unknown_resource_of_the_client "the same, by client credentials",
    authorization_details "details are granted and come back",
    unknown_details "details of a type that does not exist",
}

/// Whom the server takes the token to be for.
fn audience<C>(client: &Client<Confidential>, authorized: &Authorized<C>) -> Result<Vec<String>> {
    let (request, introspecting) = authorized.introspect(client)?;
    let response = introspecting.finish(send(request))?;
    ensure!(response.is_active(), "the token is not active");
    Ok(response.aud().map(str::to_owned).collect())
}

fn resource(server: &Server) -> Result<String> {
    let (files, _) = server.about.resources;
    let client = server.confidential("basic")?;
    let authorized = server.logged_in(&client, client.authorization_code()?.resource(files)?)?;
    let found = audience(&client, &authorized)?;
    ensure!(found == [files], "the audience is {found:?}");
    let (request, in_flight) = authorized.refresh(&client, now())?;
    let found = audience(&client, &finish(request, in_flight)?)?;
    ensure!(found == [files], "after a refresh, the audience is {found:?}");
    yes()
}

fn resources(server: &Server) -> Result<String> {
    let (files, mail) = server.about.resources;
    let client = server.confidential("basic")?;
    let login = client.authorization_code()?.resource(files)?.resource(mail)?;
    let (landing, awaiting) = server.landed(login)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    let granted = match answer(request, in_flight)? {
        Ok(granted) => granted,
        Err(refusal) => return Ok(refusal),
    };
    let authorized = expect!(granted, oauth_proto::Granted::Refreshable(authorized) => authorized);
    let mut found = audience(&client, &authorized)?;
    // In any order (RFC 7519 section 4.1.3).
    found.sort();
    ensure!(found == [files, mail], "the audience is {found:?}");
    yes()
}

fn narrow_to(server: &Server) -> Result<String> {
    let (files, mail) = server.about.resources;
    let client = server.confidential("basic")?;
    let login = client.authorization_code()?.resource(files)?.resource(mail)?.narrow_to(mail)?;
    let authorized = server.logged_in(&client, login)?;
    let found = audience(&client, &authorized)?;
    ensure!(found == [mail], "the audience is {found:?}");

    let mut tokens = authorized.into_token_set();
    tokens.narrow_to(files)?;
    let tokens: TokenSet<Refreshable> = stored::load(stored::save(&tokens).as_bytes())?;
    let authorized = expect!(tokens.at(now()), Standing::Authorized(authorized) => authorized);
    let (request, in_flight) = authorized.refresh(&client, now())?;
    let narrowed = finish(request, in_flight)?;
    let found = audience(&client, &narrowed)?;
    ensure!(found == [files], "after `narrow_to`, the audience is {found:?}");
    yes()
}

fn resource_of_the_client(server: &Server) -> Result<String> {
    let (_, mail) = server.about.resources;
    let client = server.confidential("basic")?;
    let (request, in_flight) = client.client_credentials()?.resource(mail)?.request(now())?;
    let found = audience(&client, &finish(request, in_flight)?)?;
    ensure!(found == [mail], "the audience is {found:?}");
    yes()
}

fn unknown_resource(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let login = client.authorization_code()?.resource("urn:example:none")?;
    let (url, awaiting) = login.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), true)?;
    expect!(awaiting.receive(&client, landing.callback(), now()), Err(error) => login_refusal(error))
}

fn unknown_resource_of_the_client(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (request, in_flight) = client.client_credentials()?.resource("urn:example:none")?.request(now())?;
    refused(request, in_flight)
}

fn details(of: &str) -> Result<AuthorizationDetails> {
    Ok(AuthorizationDetails::from_json(&format!(r#"[{{"type":"{of}","amount":"123.50 € + fee"}}]"#))?)
}

/// A client that keeps what was granted.
fn asking(server: &Server) -> Result<Client<Confidential>> {
    server.confidential_of("rar", |provider| provider.dialect.response.keep.push("authorization_details".into()))
}

fn authorization_details(server: &Server) -> Result<String> {
    let (files, _) = server.about.resources;
    let client = asking(server)?;
    let asked = details("payment")?;
    let login = client.authorization_code()?.resource(files)?.authorization_details(asked.clone())?;
    let authorized = server.logged_in(&client, login)?;
    let (request, in_flight) = authorized.refresh(&client, now())?;
    let refreshed = finish(request, in_flight)?;
    let said = refreshed.into_token_set().authorization_details().ok_or("no details came back")?;
    let json = |details: &AuthorizationDetails| serde_json::from_str::<serde_json::Value>(details.as_json());
    ensure!(json(&said)? == json(&asked)?, "granted: {said:?}");
    yes()
}

fn unknown_details(server: &Server) -> Result<String> {
    let client = asking(server)?;
    let login = client.authorization_code()?.authorization_details(details("unheard-of")?)?;
    let (url, awaiting) = login.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), true)?;
    expect!(awaiting.receive(&client, landing.callback(), now()), Err(error) => login_refusal(error))
}
