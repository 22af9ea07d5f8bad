//! Logins by an authorization code (RFC 6749 section 4.1).

use oauth_proto::{RedirectUri, Scope, dialect::IssuerParameter};

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
    two_scopes "two scopes, and a token of both",
    application_state "an application's own data in `state`",
    pasted_code "a code that the user pastes, without its `state`",
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

fn two_scopes(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let login = client.authorization_code()?.scope(Scope::new(["read", "write"])?);
    let granted = server.granted(&client, login)?;
    let mut scope: Vec<&str> = granted.scope().as_str().split(' ').collect();
    scope.sort_unstable();
    ensure!(scope == ["read", "write"], "the scope is {:?}", granted.scope());
    yes()
}

fn application_state(server: &Server) -> Result<String> {
    const DATA: &str = r#"{"tab": 7, "and": "a+b&c=d%20;~#"}"#;
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?.application_state(DATA)?)?;
    ensure!(awaiting.application_state() == Some(DATA), "it is {:?}", awaiting.application_state());
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    drop(finish(request, in_flight)?);
    yes()
}

fn pasted_code(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let code = code_of(&landing)?;
    let (request, in_flight) = awaiting.receive_pasted_code_without_state_check(&client, &code, now())?;
    drop(finish(request, in_flight)?);
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

/// The code of a callback, percent-encoding undone.
fn code_of(landing: &Landing) -> Result<String> {
    let url = url::Url::parse(expect!(landing, Landing::Url(url) => url))?;
    let code = url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
    code.ok_or_else(|| "no code".into())
}

/// Logs in, and says what the code was.
fn with_code(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    drop(finish(request, in_flight)?);
    code_of(&landing)
}

fn long_code(server: &Server) -> Result<String> {
    let code = with_code(server)?;
    ensure!(code.len() > 800, "it has {} characters", code.len());
    yes()
}

fn code_of_odd_characters(server: &Server) -> Result<String> {
    let code = with_code(server)?;
    ensure!(['+', '/', '='].iter().all(|odd| code.contains(*odd)), "a code like {code}");
    yes()
}
