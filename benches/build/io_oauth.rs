//! One login and one refresh with `io-oauth`: see `.ci/build-cost`.
//!
//! `program CALLBACK BODY` prints the URL, the bodies of the two requests, and the access token of the second answer.
//! This crate speaks HTTP/1.1 itself: it is given the answer as a server would write it.

use std::{borrow::Cow, collections::BTreeMap, error::Error};

use io_http::rfc9110::request::HttpRequest;
use io_oauth::{
    rfc6749::{
        access_token_request::{
            Oauth20AccessTokenRequest, Oauth20AccessTokenRequestParams, Oauth20AccessTokenRequestResult as Exchange,
        },
        auth_request::Oauth20AuthRequestParams,
        auth_response::Oauth20AuthParams,
        refresh_access_token::{
            Oauth20AccessTokenRefresh, Oauth20AccessTokenRefreshParams, Oauth20AccessTokenRefreshResult as Refresh,
        },
        state::Oauth20State,
    },
    rfc7636::pkce::{Oauth20PkceCodeChallenge, Oauth20PkceCodeChallengeMethod},
};
use secrecy::ExposeSecret;
use serde::{
    Deserialize,
    de::value::{Error as ValueError, StrDeserializer},
};
use url::Url;

/// The base64url of 32 zero bytes: randomness comes from outside here too.
const RANDOM: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, callback, body] = &arguments[..] else { return Err("program CALLBACK BODY".into()) };
    let length = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
    let redirect_uri = "https://app.example.com/cb";
    let token = Url::parse("https://id.example.com/token")?;
    let post = || {
        let request = HttpRequest { method: "POST".into(), url: token.clone(), headers: vec![], body: vec![] };
        request.header("Host", "id.example.com")
    };
    let print_body = |sent: &[u8]| -> Result<(), Box<dyn Error>> {
        let (_, body) = str::from_utf8(sent)?.split_once("\r\n\r\n").ok_or("no body")?;
        println!("{body}");
        Ok(())
    };

    let state =
        Oauth20State::deserialize(StrDeserializer::<ValueError>::new(RANDOM)).map_err(|error| error.to_string())?;
    let verifier = RANDOM.parse().map_err(|byte: u8| format!("{byte} in the verifier"))?;
    let challenge = Oauth20PkceCodeChallenge { method: Oauth20PkceCodeChallengeMethod::Sha256, verifier };
    let url = Oauth20AuthRequestParams {
        client_id: "app".into(),
        redirect_uri: Some(redirect_uri.into()),
        scope: ["read".into(), "write".into()].into(),
        state: Some(Cow::Borrowed(&state)),
        pkce_code_challenge: Some(Cow::Borrowed(&challenge)),
        extras: BTreeMap::new(),
    }
    .build_url(&Url::parse("https://id.example.com/authorize")?);
    println!("{url}");

    let callback = Url::parse("https://app.example.com")?.join(callback)?;
    let code = Oauth20AuthParams::from(&callback).validate(Some(&state)).map_err(|error| error.to_string())?;
    let parameters = Oauth20AccessTokenRequestParams {
        code,
        redirect_uri: Some(redirect_uri.into()),
        client_id: "app".into(),
        client_secret: None,
        pkce_code_verifier: Some(Cow::Borrowed(&challenge.verifier)),
    };
    let mut exchange = Oauth20AccessTokenRequest::new(post(), parameters);
    let mut read = None;
    let tokens = loop {
        match exchange.resume(read.take()) {
            Exchange::WantsWrite(sent) => print_body(&sent)?,
            Exchange::WantsRead => read = Some(answer.as_bytes()),
            Exchange::Ok(tokens) => break tokens.map_err(|refused| format!("{refused:?}"))?,
            Exchange::Err(error) => return Err(error.into()),
        }
    };

    let refresh_token = tokens.refresh_token.ok_or("no refresh token")?;
    let mut refresh =
        Oauth20AccessTokenRefresh::new(post(), Oauth20AccessTokenRefreshParams::new("app", refresh_token));
    let tokens = loop {
        match refresh.resume(read.take()) {
            Refresh::WantsWrite(sent) => print_body(&sent)?,
            Refresh::WantsRead => read = Some(answer.as_bytes()),
            Refresh::Ok(tokens) => break tokens.map_err(|refused| format!("{refused:?}"))?,
            Refresh::Err(error) => return Err(error.into()),
        }
    };
    println!("{} for {:?}", tokens.access_token.expose_secret(), tokens.expires_in);
    Ok(())
}
