//! oauth-proto over reqwest 0.13: blocking.
//!
//! `reqwest = { version = "0.13", features = ["blocking"] }`, `http = "1"`, and oauth-proto with the feature `http`.
//! Keep this client for oauth-proto alone; requests to APIs may go through another, with redirects and a pool.

use std::{io::Read, time::Duration};

use oauth_proto::{Outcome, Request, Response, TransportError};
use reqwest::blocking::Client;

/// A connection that takes longer will not come about: this tells `NotSent` from `Lost` where nobody answers, as
/// long as it is shorter than the contract's deadline (30 seconds, if the provider's data says nothing else).
const CONNECT: Duration = Duration::from_secs(10);

/// The client to send with. Not to be made inside an asynchronous runtime.
pub fn client() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none()) // never follow: the code would go along
        .retry(reqwest::retry::never()) // a code or refresh token is sent once
        // A kept connection may be dead; hyper tries again where it finds it so, and reqwest has no switch for that.
        .pool_max_idle_per_host(0)
        .no_proxy() // a proxy would read what goes to loopback in plaintext; with `https` alone, drop this line
        .connect_timeout(CONNECT)
        .build()
}

/// Sends a request on the terms of its contract, and tells what came of it. An `https` URL goes over TLS or not at
/// all, and no redirect can change that.
pub fn send(client: &Client, request: Request) -> Outcome {
    let contract = request.contract().clone();
    let converted = http::Request::<Vec<u8>>::try_from(request).map_err(Outcome::not_sent);
    let mut request = match converted.and_then(|request| request.try_into().map_err(Outcome::not_sent)) {
        Ok::<reqwest::blocking::Request, _>(request) => request,
        Err(outcome) => return outcome,
    };
    // Here and not in the builder: only so is it one deadline for the whole exchange, and not one for each read.
    *request.timeout_mut() = Some(contract.deadline());
    match client.execute(request) {
        Ok(answer) => read(answer, contract.max_response_bytes()).map_or_else(Outcome::lost, Outcome::from),
        // No connection: the name, the port, the proxy or the TLS handshake failed, and no byte of the request left.
        Err(why) if why.is_connect() || why.is_builder() => Outcome::not_sent(why.without_url()),
        // Without the URL: some providers have the credentials in it, and errors are logged.
        Err(why) => Outcome::lost(why.without_url()),
    }
}

fn read(mut answer: reqwest::blocking::Response, max_bytes: usize) -> Result<Response, TransportError> {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    // One byte more than allowed: the machine refuses a body that is too long, and names the reason.
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    answer.take(limit).read_to_end(response.body_mut())?;
    Ok(Response::from(response))
}
