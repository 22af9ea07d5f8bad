//! What stands on the wire, read by other libraries than the crate's own writers.

use std::collections::BTreeMap;

use oauth_proto::{
    Client, Confidential, Provider, Registration, Request, Scope,
    dialect::{BodyFormat, ClientAuthentication},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::{json::Members, scenario};

/// The pairs of a query or a form: each name once.
pub fn form(text: &str) -> BTreeMap<String, Value> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let count = pairs.len();
    let map: BTreeMap<_, _> = pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    assert_eq!(map.len(), count, "a parameter stands there twice: {text}");
    map
}

/// The members of a JSON body: each name once.
pub fn members(body: &[u8]) -> BTreeMap<String, Value> {
    let Members(members) = serde_json::from_slice(body).unwrap();
    let count = members.len();
    let members: BTreeMap<_, _> = members.into_iter().collect();
    assert_eq!(members.len(), count, "a member stands there twice");
    members
}

/// The same less the types: a query and a form have texts alone.
pub fn as_texts(map: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let text = |value: Value| if value.is_string() { value } else { value.to_string().into() };
    map.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// What a request says, in its query and in its body, is `expected`, and each name stands there once.
#[track_caller]
pub fn check_request(request: &Request, own_query: bool, format: BodyFormat, expected: [BTreeMap<String, Value>; 2]) {
    let [mut query, mut body] = expected;
    if own_query {
        query.insert("own".into(), "%".into());
    }
    if format == BodyFormat::Query {
        query.extend(std::mem::take(&mut body));
    }
    let found = request.url().split_once('?').map_or("", |(_, query)| query);
    assert_eq!(form(found), as_texts(query));
    let sent = std::str::from_utf8(request.expose_body()).unwrap();
    match format {
        BodyFormat::Json => {
            assert_eq!(members(sent.as_bytes()), body);
        }
        _ => assert_eq!(form(sent), as_texts(body)),
    }
}

/// A client whose secret no encoding leaves as it is.
pub fn client(provider: Provider) -> Client<Confidential> {
    let redirect_uri = oauth_proto::RedirectUri::new("https://app.example/cb").unwrap();
    let registration = Registration::new("app").unwrap().redirect_uri(redirect_uri);
    Client::confidential(provider, registration.scope(Scope::new(["read", "write"]).unwrap()), "s3cr&t".into()).unwrap()
}

/// A client whose token request looks so.
pub fn client_with(body: BodyFormat, authentication: ClientAuthentication, secret: &str) -> Client<Confidential> {
    let mut provider = scenario::provider();
    provider.dialect.token.body = body;
    provider.dialect.token.client_authentication = authentication;
    Client::confidential(provider, scenario::registration(), secret.into()).unwrap()
}

pub fn any_format() -> impl Strategy<Value = BodyFormat> {
    prop::sample::select(vec![BodyFormat::Form, BodyFormat::Json, BodyFormat::Query])
}

/// Each byte as it is or percent-encoded, as the bits of `how` say.
pub fn percent_encoded(text: &str, how: u64) -> String {
    let encoded = |(at, byte): (usize, u8)| match how >> (at % 64) & 1 {
        0 if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().enumerate().map(encoded).collect()
}
