//! Walks to the states of a login on a device. Apart from the others: the feature that it needs is none that every
//! target is built with.
#![allow(dead_code)] // each test target uses its own part

use oauth_proto::{
    Client, Provider, Request,
    device::{AwaitingUser, Polling},
};

use crate::scenario::{answer, at};

/// RFC 8628 section 3.2.
pub const DEVICE: &str = r#"{"device_code":"D1","user_code":"WDJB-MJHT","verification_uri":"https://id.example/device","verification_uri_complete":"https://id.example/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#;

/// A provider on which devices without a browser log in.
pub fn for_devices(provider: &mut Provider) {
    provider.device_authorization_endpoint = Some("https://id.example/device_authorization".into());
}

/// Asked at 0 s and answered at 1 s: with [`DEVICE`], not before 6 s, and until 1,800 s.
pub fn awaiting_user<K>(client: &Client<K>, body: &str) -> AwaitingUser {
    let (_, authorizing) = client.device_authorization().unwrap().request(at(0));
    authorizing.finish(answer(200, body), at(1)).unwrap()
}

/// At 6 s.
pub fn polling<K>(client: &Client<K>) -> (Request, Polling) {
    awaiting_user(client, DEVICE).poll(client, at(6)).unwrap()
}
