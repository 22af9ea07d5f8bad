//! A client that is registered, without a network. It stands beside `scenario` where the feature is on.
#![allow(dead_code)] // each test target uses its own part

use oauth_proto::{
    Provider, RedirectUri, Request,
    registration::{ClientMetadata, RegisteredClient, Registering},
};

use super::scenario::{answer, at};

/// What a server says to a registration: each member that RFC 7591 section 3.2.1 and RFC 7592 section 3 have.
pub const INFORMATION: &str = concat!(
    r#"{"client_id":"s6BhdRkqt3","client_secret":"cf136dc3c1fc","client_secret_expires_at":1800086400,"#,
    r#""client_id_issued_at":1800000000,"registration_access_token":"reg-23410913","#,
    r#""registration_client_uri":"https://id.example/register?client_id=s6BhdRkqt3","#,
    r#""redirect_uris":["https://app.example/cb"],"client_name":"Example","client_name#de":"Beispiel","#,
    r#""token_endpoint_auth_method":"client_secret_basic","tenant": {"plan": 7.0}}"#,
);

pub fn provider() -> Provider {
    let mut provider = super::scenario::provider();
    provider.registration_endpoint = Some("https://id.example/register".into());
    provider
}

pub fn metadata() -> ClientMetadata {
    let uri = RedirectUri::new("https://app.example/cb").unwrap();
    ClientMetadata::new().with_redirect_uris([uri]).with_client_name("Example").unwrap()
}

/// At 0 s.
pub fn registering() -> (Request, Registering) {
    provider().register(&metadata(), None, at(0)).unwrap()
}

/// As this answer says.
#[track_caller]
pub fn registered_as(information: &str) -> RegisteredClient {
    registering().1.finish(answer(201, information)).unwrap()
}

pub fn registered() -> RegisteredClient {
    registered_as(INFORMATION)
}
