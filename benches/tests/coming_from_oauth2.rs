//! The left-hand side of `docs/coming-from-oauth2.md`: programs of the crate `oauth2`, which compile. The page shows each
//! function here as it stands.

use std::{error::Error, time::Duration};

use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, IntrospectionUrl,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, RevocationUrl, Scope,
    StandardDeviceAuthorizationResponse, StandardRevocableToken, StandardTokenResponse, SyncHttpClient,
    TokenIntrospectionResponse, TokenResponse, TokenUrl,
    basic::{
        BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
        BasicTokenIntrospectionResponse, BasicTokenResponse, BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};
use url::Url;

type OurClient = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

fn client() -> Result<OurClient, Box<dyn Error>> {
    Ok(BasicClient::new(ClientId::new("my-app".into()))
        .set_client_secret(ClientSecret::new("s3cret".into()))
        .set_auth_uri(AuthUrl::new("https://id.example.com/authorize".into())?)
        .set_token_uri(TokenUrl::new("https://id.example.com/token".into())?)
        .set_redirect_uri(RedirectUrl::new("https://app.example.com/cb".into())?))
}

fn authorize(client: &OurClient) -> (Url, CsrfToken, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("profile".into()))
        .set_pkce_challenge(challenge)
        .url();
    (url, state, verifier) // the last two go into the session
}

fn exchange(
    client: &OurClient,
    callback: &Url,
    state: CsrfToken,
    verifier: PkceCodeVerifier,
    http: &impl SyncHttpClient,
) -> Result<BasicTokenResponse, Box<dyn Error>> {
    let parameter = |name| callback.query_pairs().find(|(each, _)| each == name).map(|(_, value)| value.into_owned());
    if parameter("state").as_ref() != Some(state.secret()) {
        return Err("a forged callback".into());
    }
    let code = parameter("code").ok_or("no code")?;
    Ok(client.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(verifier).request(http)?)
}

fn refresh(
    client: &OurClient,
    refresh_token: &RefreshToken,
    http: &impl SyncHttpClient,
) -> Result<(BasicTokenResponse, RefreshToken), Box<dyn Error>> {
    let tokens = client.exchange_refresh_token(refresh_token).request(http)?;
    // A server may send none, and then the old one stays.
    let refresh_token = tokens.refresh_token().unwrap_or(refresh_token).clone();
    Ok((tokens, refresh_token))
}

fn client_credentials(client: &OurClient, http: &impl SyncHttpClient) -> Result<BasicTokenResponse, Box<dyn Error>> {
    Ok(client.exchange_client_credentials().add_scope(Scope::new("jobs".into())).request(http)?)
}

fn device(client: OurClient, http: &impl SyncHttpClient) -> Result<BasicTokenResponse, Box<dyn Error>> {
    let url = DeviceAuthorizationUrl::new("https://id.example.com/device".into())?;
    let client = client.set_device_authorization_url(url);
    let details: StandardDeviceAuthorizationResponse = client.exchange_device_code().request(http)?;
    println!("Open {} and enter {}", details.verification_uri().as_str(), details.user_code().secret());
    // It polls, and returns when the user is done or the codes are too old.
    let wait: Option<Duration> = None;
    Ok(client.exchange_device_access_token(&details).request(http, std::thread::sleep, wait)?)
}

fn revoke(client: OurClient, token: RefreshToken, http: &impl SyncHttpClient) -> Result<(), Box<dyn Error>> {
    let client = client.set_revocation_url(RevocationUrl::new("https://id.example.com/revoke".into())?);
    Ok(client.revoke_token(token.into())?.request(http)?)
}

fn introspect(client: OurClient, token: &AccessToken, http: &impl SyncHttpClient) -> Result<bool, Box<dyn Error>> {
    let client = client.set_introspection_url(IntrospectionUrl::new("https://id.example.com/introspect".into())?);
    Ok(client.introspect(token).request(http)?.active())
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Shop {
    instance_url: Option<String>,
}

impl ExtraTokenFields for Shop {}

type ShopClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<Shop, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

fn instance(client: &ShopClient, code: String, http: &impl SyncHttpClient) -> Result<Option<String>, Box<dyn Error>> {
    let tokens = client.exchange_code(AuthorizationCode::new(code)).request(http)?;
    Ok(tokens.extra_fields().instance_url.clone())
}

fn what_now<E: Error + 'static>(error: &RequestTokenError<E, BasicErrorResponse>) -> &'static str {
    match error {
        RequestTokenError::ServerResponse(response) => match response.error() {
            BasicErrorResponseType::InvalidGrant => "log in again",
            _ => "look at the settings",
        },
        // Not sent, or sent and lost: it may be worth a look at what is inside.
        RequestTokenError::Request(_) => "try again?",
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => "try again?",
    }
}

/// This server wants the secret in the body, and answers without `token_type`.
fn odd(client: OurClient, code: String, http: fn(HttpRequest) -> HttpResponse) -> Result<String, Box<dyn Error>> {
    let client = client.set_auth_type(AuthType::RequestBody);
    let mended = |request: HttpRequest| -> Result<HttpResponse, serde_json::Error> {
        let (parts, body) = http(request).into_parts();
        let mut members: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&body)?;
        members.entry("token_type").or_insert_with(|| "bearer".into());
        Ok(HttpResponse::from_parts(parts, serde_json::to_vec(&members)?))
    };
    let tokens = client.exchange_code(AuthorizationCode::new(code)).request(&mended)?;
    Ok(tokens.access_token().secret().clone())
}

/// The page's blocks of this crate's programs.
fn shown(page: &str) -> Vec<&str> {
    page.split("```rust,ignore\n").skip(1).map(|rest| rest.split("```").next().unwrap().trim_end()).collect()
}

#[test]
fn the_page_shows_what_stands_here() {
    let (page, source) = (include_str!("../../docs/coming-from-oauth2.md"), include_str!("coming_from_oauth2.rs"));
    let shown = shown(page);
    assert_eq!(shown.len(), 11, "a use each");
    for block in &shown {
        assert!(source.contains(block), "not here:\n{block}");
    }
    assert!(page.contains("oauth2 5.0.0"), "the page says which version it speaks of");
}

/// They are programs, and do what the page says that they do.
#[test]
fn the_programs_work() {
    fn http(request: HttpRequest) -> HttpResponse {
        let body = match request.uri().path() {
            "/token" => r#"{"access_token":"A","token_type":"bearer","instance_url":"https://eu"}"#,
            "/introspect" => r#"{"active":true}"#,
            "/device" => {
                r#"{"device_code":"D","user_code":"U","verification_uri":"https://id.example.com/d","expires_in":9}"#
            }
            _ => "",
        };
        let mut response = HttpResponse::new(body.into());
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        response
    }
    let send = |request| Ok::<_, std::convert::Infallible>(http(request));
    let ours = || client().unwrap();
    let (url, state, verifier) = authorize(&ours());
    assert!(url.query().is_some_and(|query| query.contains("code_challenge_method=S256")));
    let callback = Url::parse(&format!("https://app.example.com/cb?code=C&state={}", state.secret())).unwrap();
    assert_eq!(exchange(&ours(), &callback, state, verifier, &send).unwrap().access_token().secret(), "A");
    let old = RefreshToken::new("R".into());
    // The old refresh token is still here: nothing keeps it from being sent again.
    assert_eq!(refresh(&ours(), &old, &send).unwrap().1.secret(), old.secret());
    assert!(client_credentials(&ours(), &send).is_ok());
    assert!(device(ours(), &send).is_ok());
    assert!(revoke(ours(), old, &send).is_ok());
    assert!(introspect(ours(), &AccessToken::new("A".into()), &send).unwrap());
    assert_eq!(odd(ours(), "C".into(), http).unwrap(), "A");
    let shops: ShopClient = Client::new(ClientId::new("my-app".into()))
        .set_auth_uri(AuthUrl::new("https://id.example.com/authorize".into()).unwrap())
        .set_token_uri(TokenUrl::new("https://id.example.com/token".into()).unwrap());
    assert_eq!(instance(&shops, "C".into(), &send).unwrap().as_deref(), Some("https://eu"));
    let lost = RequestTokenError::<std::convert::Infallible, BasicErrorResponse>::Other("lost".into());
    assert_eq!(what_now(&lost), "try again?");
}
