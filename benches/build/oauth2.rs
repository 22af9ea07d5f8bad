//! One login and one refresh with `oauth2`: see `.ci/build-cost`.
//!
//! `program CALLBACK BODY` prints the URL, the bodies of the two requests, and the access token of the second answer.
//! What the crate leaves to its caller, reading the callback and comparing `state`, is done here.

use std::{cell::RefCell, error::Error};

use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse, TokenUrl,
    basic::BasicClient,
    http::{self, Response},
    url::Url,
};

/// The base64url of 32 zero bytes: randomness comes from outside here too.
const RANDOM: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, callback, body] = &arguments[..] else { return Err("program CALLBACK BODY".into()) };
    let sent = RefCell::new(Vec::new());
    let send = |request: HttpRequest| -> Result<HttpResponse, http::Error> {
        sent.borrow_mut().push(request.into_body());
        Response::builder().header("Content-Type", "application/json").body(body.clone().into_bytes())
    };

    let client = BasicClient::new(ClientId::new("app".into()))
        .set_auth_uri(AuthUrl::new("https://id.example.com/authorize".into())?)
        .set_token_uri(TokenUrl::new("https://id.example.com/token".into())?)
        .set_redirect_uri(RedirectUrl::new("https://app.example.com/cb".into())?);

    let verifier = PkceCodeVerifier::new(RANDOM.into());
    let (url, state) = client
        .authorize_url(|| CsrfToken::new(RANDOM.into()))
        .add_scopes([Scope::new("read".into()), Scope::new("write".into())])
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .url();
    println!("{url}");

    let callback = Url::parse("https://app.example.com")?.join(callback)?;
    let parameter = |name| callback.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
    if parameter("state").as_ref() != Some(state.secret()) {
        return Err("another login's callback".into());
    }
    let code = AuthorizationCode::new(parameter("code").ok_or("no code")?);
    let tokens = client.exchange_code(code).set_pkce_verifier(verifier).request(&send)?;
    println!("{}", str::from_utf8(&sent.borrow()[0])?);

    let refresh_token = tokens.refresh_token().ok_or("no refresh token")?;
    let tokens = client.exchange_refresh_token(refresh_token).request(&send)?;
    println!("{}", str::from_utf8(&sent.borrow()[1])?);
    println!("{} for {:?}", tokens.access_token().secret(), tokens.expires_in());
    Ok(())
}
