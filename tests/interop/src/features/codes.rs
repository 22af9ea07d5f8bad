//! Logins by an authorization code (RFC 6749 section 4.1).

use oauth_proto::{Granted, RedirectUri, dialect::IssuerParameter};

use super::{features, yes};
use crate::{
    Result, Server,
    browser::Landing,
    login::{finish, login_refusal},
    server::{entropy, now},
};

features! { "Logins by code":
    code_with_pkce_public "a public client, with PKCE",
    code_with_pkce_confidential "a confidential client, with PKCE",
    code_without_pkce "a confidential client, without PKCE",
    loopback_port "a redirect URI on loopback with any port (RFC 8252)",
    issuer_on_success "a client that requires `iss` (RFC 9207)",
    denial "the user says no",
    denial_with_issuer "the user says no, to a client that requires `iss`",
    form_post "the answer as a form (`form_post`)",
    form_post_denial "the user says no in a form",
    long_code "a code of more than 800 characters",
    code_of_odd_characters "a code with `+`, `/` and `=`",
}

fn code_with_pkce_public(server: &Server) -> Result<String> {
    let client = server.public()?;
    let (url, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    ensure!(url.as_str().contains("&code_challenge_method=S256"), "no challenge in {}", url.as_str());
    let landing = server.visit(url.as_str(), true)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    let granted = finish(request, in_flight)?;
    ensure!(granted.scope().as_str() == "read", "the scope is {:?}", granted.scope());
    yes()
}

fn code_with_pkce_confidential(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let granted = server.granted(&client, client.authorization_code()?)?;
    ensure!(granted.scope().as_str() == "read", "the scope is {:?}", granted.scope());
    yes()
}

fn code_without_pkce(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let login = client.authorization_code_without_pkce_for_a_server_that_refuses_it()?;
    let (url, awaiting) = login.authorize(entropy()?, now());
    ensure!(!url.as_str().contains("code_challenge"), "a challenge in {}", url.as_str());
    let landing = server.visit(url.as_str(), true)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    drop(finish(request, in_flight)?);
    yes()
}

fn loopback_port(server: &Server) -> Result<String> {
    let client = server.public()?;
    for port in [49152, 65535] {
        let redirect_uri = RedirectUri::new(format!("http://127.0.0.1:{port}/cb"))?;
        let (landing, awaiting) = server.landed(client.authorization_code()?.redirect_uri(redirect_uri))?;
        let url = expect!(&landing, Landing::Url(url) => url);
        ensure!(url.starts_with(&format!("http://127.0.0.1:{port}/cb?")), "sent back to {url}");
        let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
        drop(finish(request, in_flight)?);
    }
    yes()
}

fn issuer_on_success(server: &Server) -> Result<String> {
    let client = server.confidential_of("basic", |provider| {
        provider.issuer = Some((server.about.issuer)(&server.base));
        provider.dialect.callback.issuer = IssuerParameter::Required;
    })?;
    drop(server.granted(&client, client.authorization_code()?)?);
    yes()
}

/// What the crate makes of a login that the user denies.
fn denied(server: &Server, issuer: IssuerParameter) -> Result<String> {
    let client = server.confidential_of("basic", |provider| {
        provider.issuer = Some((server.about.issuer)(&server.base));
        provider.dialect.callback.issuer = issuer;
    })?;
    let (url, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), false)?;
    expect!(awaiting.receive(&client, landing.callback(), now()), Err(error) => login_refusal(error))
}

fn denial(server: &Server) -> Result<String> {
    denied(server, IssuerParameter::Optional)
}

fn denial_with_issuer(server: &Server) -> Result<String> {
    denied(server, IssuerParameter::Required)
}

fn form_post(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?.form_post()?)?;
    ensure!(matches!(landing, Landing::Form(_)), "no form, but {landing:?}");
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    drop(finish(request, in_flight)?);
    yes()
}

fn form_post_denial(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (url, awaiting) = client.authorization_code()?.form_post()?.authorize(entropy()?, now());
    let landing = server.visit(url.as_str(), false)?;
    ensure!(matches!(landing, Landing::Form(_)), "no form, but {landing:?}");
    expect!(awaiting.receive(&client, landing.callback(), now()), Err(error) => login_refusal(error))
}

/// Logs in, and says what the code was, percent-encoding undone.
fn with_code(server: &Server) -> Result<(String, Granted)> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let url = url::Url::parse(expect!(&landing, Landing::Url(url) => url))?;
    let code = url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    Ok((code.ok_or("no code")?, finish(request, in_flight)?))
}

fn long_code(server: &Server) -> Result<String> {
    let (code, _) = with_code(server)?;
    ensure!(code.len() > 800, "it has {} characters", code.len());
    yes()
}

fn code_of_odd_characters(server: &Server) -> Result<String> {
    let (code, _) = with_code(server)?;
    ensure!(['+', '/', '='].iter().all(|odd| code.contains(*odd)), "a code like {code}");
    yes()
}
