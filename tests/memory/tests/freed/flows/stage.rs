//! What the flows share.

#[path = "../../../../scenario/registration.rs"]
pub mod registration_scenario;
#[path = "../../../../scenario/mod.rs"]
mod scenario;

use oauth_proto::{
    Authorized, AwaitingCode, Callback, Client, Confidential, Granted, InFlight, Outcome, Provider, Refreshable,
    Request, Response, Standing, TokenSet, grant,
};
use oauth_proto_memory::secrets::{self, ACCESS_TOKEN, CLIENT_SECRET, CODE, REFRESH_TOKEN};
pub use scenario::{at, provider, registration};
use zeroize::Zeroizing;

/// A text in a buffer of its own length, which is wiped.
pub fn text(parts: &[&str]) -> Zeroizing<String> {
    Zeroizing::new(parts.concat())
}

/// Each byte escaped, as a browser may send it.
pub fn escaped(secret: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(secret.len() * 3));
    for byte in secret.bytes() {
        text.push('%');
        text.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])));
    }
    text
}

/// As a signer may hand it over. Its length leaves no bits of the last character.
pub fn base64url(secret: &str) -> Zeroizing<String> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let whole = &secret[..secret.len() / 3 * 3];
    Zeroizing::new(URL_SAFE_NO_PAD.encode(whole))
}

/// The first character escaped, so that a reader of JSON must copy the rest.
pub fn with_escape(secret: &str) -> Zeroizing<String> {
    let (first, rest) = secret.as_bytes().split_first().unwrap();
    let mut text = Zeroizing::new(String::with_capacity(secret.len() + 5));
    text.push_str("\\u00");
    text.extend([first >> 4, first & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])));
    text.push_str(std::str::from_utf8(rest).unwrap());
    text
}

pub fn client_with(tweak: impl FnOnce(&mut Provider)) -> Client<Confidential> {
    let mut provider = provider();
    tweak(&mut provider);
    Client::confidential(provider, registration(), CLIENT_SECRET.into()).unwrap()
}

pub fn client() -> Client<Confidential> {
    client_with(|_| {})
}

/// An answer in JSON, from its members.
pub fn json(status: u16, parts: &[&str]) -> Outcome {
    response(status, "application/json", parts)
}

pub fn response(status: u16, content_type: &str, parts: &[&str]) -> Outcome {
    Response::new(status, [("Content-Type", content_type)], parts.concat().into_bytes()).into()
}

/// Both tokens, and nothing unusual.
pub fn tokens(access: &str, refresh: &str) -> Outcome {
    let members = ["{\"access_token\":\"", access, "\",\"token_type\":\"Bearer\",\"expires_in\":3600,"];
    json(200, &[members.as_slice(), &["\"refresh_token\":\"", refresh, "\"}"]].concat())
}

pub fn awaiting(client: &Client<Confidential>) -> AwaitingCode {
    client.authorization_code().unwrap().authorize(secrets::entropy(), at(0)).1
}

pub fn callback() -> Zeroizing<String> {
    text(&["code=", CODE, "&state=", &Zeroizing::new(secrets::state())])
}

pub fn code_in_flight(client: &Client<Confidential>) -> (Request, InFlight<grant::AuthorizationCode>) {
    awaiting(client).receive(client, Callback::query(&callback()), at(1)).unwrap()
}

pub fn refreshable(client: &Client<Confidential>) -> Authorized<Refreshable> {
    let (_, flight) = code_in_flight(client);
    let Granted::Refreshable(authorized) = flight.finish(tokens(ACCESS_TOKEN, REFRESH_TOKEN)).unwrap() else {
        panic!()
    };
    authorized
}

pub fn token_set(client: &Client<Confidential>) -> TokenSet<Refreshable> {
    refreshable(client).into_token_set()
}

pub fn authorized<C>(tokens: TokenSet<C>) -> Authorized<C> {
    match tokens.at(at(2)) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(_) => panic!("expired"),
    }
}
