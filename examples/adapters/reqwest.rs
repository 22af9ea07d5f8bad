//! oauth-proto over reqwest 0.13: asynchronous, on tokio.
//!
//! `reqwest = "0.13"`, `http = "1"`, and oauth-proto with the feature `http`. Keep this client for oauth-proto alone;
//! requests to APIs may go through another, with redirects and a pool.

use std::time::Duration;

use oauth_proto::{Outcome, Request, Response};

/// A connection that takes longer will not come about: this tells `NotSent` from `Lost` where nobody answers, as
/// long as it is shorter than the contract's deadline (30 seconds, if the provider's data says nothing else).
const CONNECT: Duration = Duration::from_secs(10);

/// The client to send with.
pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none()) // never follow: the code would go along
        .retry(reqwest::retry::never()) // a code or refresh token is sent once
        // A kept connection may be dead; hyper tries again where it finds it so, and reqwest has no switch for that.
        .pool_max_idle_per_host(0)
        .no_proxy() // a proxy would read what goes to loopback in plaintext; with `https` alone, drop this line
        .connect_timeout(CONNECT)
        .build()
}

/// Sends a request on the terms of its contract, and tells what came of it. An `https` URL goes over TLS or not at
/// all, and no redirect can change that. Dropped mid-send, the request may have arrived.
pub async fn send(client: &reqwest::Client, request: Request) -> Outcome {
    let contract = request.contract().clone();
    let converted = http::Request::<Vec<u8>>::try_from(request).map_err(Outcome::not_sent);
    let mut request = match converted.and_then(|request| request.try_into().map_err(Outcome::not_sent)) {
        Ok::<reqwest::Request, _>(request) => request,
        Err(outcome) => return outcome,
    };
    *request.timeout_mut() = Some(contract.deadline()); // from connecting to the end of the body
    match exchange(client, request, contract.max_response_bytes()).await {
        Ok(response) => response.into(),
        // No connection: the name, the port, the proxy or the TLS handshake failed, and no byte of the request left.
        Err(why) if why.is_connect() || why.is_builder() => Outcome::not_sent(why.without_url()),
        // Without the URL: some providers have the credentials in it, and errors are logged.
        Err(why) => Outcome::lost(why.without_url()),
    }
}

async fn exchange(client: &reqwest::Client, request: reqwest::Request, max_bytes: usize) -> reqwest::Result<Response> {
    let mut answer = client.execute(request).await?;
    let mut bytes = Vec::new();
    // Past the limit is far enough: the machine refuses a body that is too long, and names the reason.
    while bytes.len() <= max_bytes {
        let Some(chunk) = answer.chunk().await? else { break };
        bytes.extend_from_slice(&chunk);
    }
    let mut response = http::Response::new(bytes);
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    Ok(Response::from(response))
}
