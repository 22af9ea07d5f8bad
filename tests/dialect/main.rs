//! What a provider file can say, one file per step: each field's default, its values, and what they do on the wire.
//! The providers are given as JSON, so that the names in a file are tested too.

#[path = "../scenario/mod.rs"]
mod scenario;

mod authorize;
mod callback;
mod credentials;
mod follow_up;
mod limits;
mod presentation;
mod provider;
mod refresh;
mod response;
mod token;

use oauth_proto::{Client, Confidential, ConfigError, Provider, Public, error::Reason};
use scenario::Scenario;
use serde_json::{Value, json};

/// `https://id.example` with these fields of the file set.
fn provider(fields: Value) -> Provider {
    let mut file = json!({
        "name": "example",
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "api_origins": ["https://api.example"],
    });
    file.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let provider: Provider = serde_json::from_value(file).unwrap();
    // What is written is read as the same.
    assert_eq!(serde_json::from_str::<Provider>(&serde_json::to_string(&provider).unwrap()).unwrap(), provider);
    provider
}

fn with(fields: Value) -> Scenario<Confidential> {
    let client = Client::confidential(provider(fields), scenario::registration(), "s3cret".into());
    Scenario { client: client.unwrap() }
}

fn public(fields: Value) -> Scenario<Public> {
    Scenario { client: Client::public(provider(fields), scenario::registration()).unwrap() }
}

/// The field that is refused when a client is made, and why.
#[track_caller]
fn refused(fields: Value) -> (String, Reason) {
    let error = provider(fields).check().unwrap_err();
    (error.field().to_owned(), error.reason().clone())
}

#[track_caller]
fn field_of<T>(result: Result<T, ConfigError>) -> (String, Reason) {
    let error = result.err().expect("this was taken");
    (error.field().to_owned(), error.reason().clone())
}

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
