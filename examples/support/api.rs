//! How a program calls its API with a token: by any HTTP library.

use std::time::Duration;

use oauth_proto::{Header, Response};

/// What the API answers to a GET with the token in its header.
pub fn get(url: &str, token: &Header) -> Result<Response, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0) // the token is for this URL
        .timeout_global(Some(Duration::from_secs(30)))
        .proxy(None) // a proxy would read what goes to loopback in plaintext; with `https` alone, drop this line
        .build()
        .into();
    let (head, mut body) = agent.get(url).header(token.name(), token.expose_value()).call()?.into_parts();
    Ok(http::Response::from_parts(head, body.read_to_vec()?).into())
}
