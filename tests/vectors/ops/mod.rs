//! One file per op, or per family of ops: a vector's input, given to the crate.

mod authorization_response;
mod authorization_url;
mod client_secret_basic;
mod device;
mod metadata;
mod par_response;
mod pkce_challenge;
mod registration_response;
mod token_endpoints;
mod token_expiry;
mod token_request;
mod token_response;
mod www_authenticate;

use oauth_proto::{Request, Secret};
use url::form_urlencoded;

pub use self::client_secret_basic::decoded_basic;
use crate::{
    came::{Came, End},
    input::Input,
};

type Ran = Result<Came, End>;

/// Gives the input to the crate. An op that the crate gets later has its line here, and its file beside the others.
pub fn run(op: &str, input: &Input<'_>) -> End {
    let run = match op {
        "as_metadata_response" => metadata::of_server,
        "authorization_response" => authorization_response::run,
        "build_authorization_url" => authorization_url::run,
        "build_token_request" => token_request::run,
        "client_secret_basic" => client_secret_basic::run,
        "device_authorization_response" => device::authorization_response,
        "device_poll" => device::poll,
        "par_response" => par_response::run,
        "pkce_challenge" => pkce_challenge::run,
        "registration_response" => registration_response::run,
        "introspection_response" => token_endpoints::introspection,
        "revocation_response" => token_endpoints::revocation,
        "resource_metadata_response" => metadata::of_resource,
        "token_expiry" => token_expiry::run,
        "token_response" | "token_error_response" => token_response::run,
        "refresh_response" => token_response::of_refresh,
        "well_known_url" => metadata::well_known_url,
        "www_authenticate" => www_authenticate::run,
        other => return End::NotSupported(format!("op `{other}`")),
    };
    run(input).map_or_else(|end| end, End::from)
}

/// The parameters of a form, or of a query.
fn form(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// The first parameter of this name in a request's body.
fn in_body(request: &Request, name: &str) -> Option<String> {
    form(request.expose_body()).into_iter().find(|(each, _)| each == name).map(|(_, value)| value)
}

/// A value that the crate made stands for the one that the vector gives.
fn as_the_vector_says(pairs: &mut [(String, String)], name: &str, made: &str, given: &str) {
    for (_, value) in pairs.iter_mut().filter(|(each, value)| each == name && value == made) {
        given.clone_into(value);
    }
}

fn secret(input: &Input<'_>) -> Result<Secret, End> {
    Ok(input.text("client_secret")?.unwrap_or_default().into())
}
