//! oauth-proto over ureq 3: blocking.
//!
//! `ureq = "3"`, `http = "1"`, and oauth-proto with the feature `http`. Each request has an agent of its own, so that
//! no kept connection is ever used.

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use oauth_proto::{Outcome, Request, Response, TransportContract, TransportError};
use ureq::unversioned::{
    resolver::DefaultResolver,
    transport::{ConnectionDetails, Connector, DefaultConnector, Transport},
};

/// Sends a request on the terms of its contract, and tells what came of it.
pub fn send(request: Request) -> Outcome {
    let contract = request.contract().clone();
    let request = match http::Request::<Vec<u8>>::try_from(request) {
        Ok(request) => request,
        Err(why) => return Outcome::not_sent(why),
    };
    let connected = Connected::default();
    match exchange(request, &contract, connected.clone()) {
        Ok(response) => response.into(),
        // No connection: the name, the port, the proxy or the TLS handshake failed, and no byte of the request left.
        Err(why) if !connected.0.load(Ordering::Relaxed) => Outcome::not_sent(why),
        Err(why) => Outcome::lost(why),
    }
}

fn exchange(
    request: http::Request<Vec<u8>>,
    contract: &TransportContract,
    connected: Connected,
) -> Result<Response, TransportError> {
    let config = ureq::Agent::config_builder()
        .max_redirects(0) // never follow: the code would go along; the machine sees the 3xx
        .http_status_as_error(false) // a 400 is an answer; as an error it would lose its body
        .max_idle_connections(0) // a kept connection may be dead, and a request on it lost
        .https_only(contract.tls_required())
        .proxy(None) // a proxy would read what goes to loopback in plaintext; with `https` alone, drop this line
        .timeout_global(Some(contract.deadline()))
        .build();
    let connector = DefaultConnector::default().chain(connected);
    let agent = ureq::Agent::with_parts(config, connector, DefaultResolver::default());
    let (parts, body) = agent.run(request)?.into_parts();
    // One byte more than allowed: the machine refuses a body that is too long, and names the reason.
    // Not `Body::with_config().limit()`: that is an error, and counts a compressed body before it is unpacked.
    let limit = u64::try_from(contract.max_response_bytes()).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    body.into_reader().take(limit).read_to_end(&mut bytes)?;
    Ok(Response::from(http::Response::from_parts(parts, bytes)))
}

/// The last link of ureq's connectors: it is reached when there is a connection, TLS included. `ureq::Error` cannot
/// tell this: a failed name look-up and a broken connection are both `Error::Io`.
#[derive(Clone, Debug, Default)]
struct Connected(Arc<AtomicBool>);

impl<T: Transport> Connector<T> for Connected {
    type Out = T;

    fn connect(&self, details: &ConnectionDetails<'_>, transport: Option<T>) -> Result<Option<T>, ureq::Error> {
        // Without a TLS feature ureq connects, and then refuses to send.
        let usable = transport.as_ref().is_some_and(|transport| transport.is_tls() || !details.needs_tls());
        self.0.store(usable, Ordering::Relaxed);
        Ok(transport)
    }
}
