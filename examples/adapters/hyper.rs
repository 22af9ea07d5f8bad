//! oauth-proto over hyper 1, by the client of hyper-util: asynchronous, on tokio.
//!
//! `hyper-util = { version = "0.1", features = ["client-legacy", "http1", "tokio"] }`, `http-body-util = "0.1"`,
//! `bytes = "1"`, `http = "1"`, `tokio = { version = "1", features = ["time"] }`, a connector such as that of
//! hyper-rustls, and oauth-proto with the feature `http`.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{Connect, capture_connection},
    },
    rt::TokioExecutor,
};
use oauth_proto::{Outcome, Request, Response, TransportError};

/// The client to send with. The connector must refuse `https` or speak TLS, as that of hyper-rustls does and
/// `HttpConnector` where `enforce_http` was left alone.
pub fn client<C: Connect + Clone>(connector: C) -> Client<C, Full<Bytes>> {
    Client::builder(TokioExecutor::new())
        .retry_canceled_requests(false) // a code or refresh token is sent once
        .pool_max_idle_per_host(0) // a kept connection may be dead, and a request on it lost
        .build(connector)
}

/// Sends a request on the terms of its contract, and tells what came of it. This client follows no redirects and
/// knows no proxies. Dropped mid-send, the request may have arrived.
pub async fn send<C>(client: &Client<C, Full<Bytes>>, request: Request) -> Outcome
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let contract = request.contract().clone();
    let mut request = match http::Request::<Vec<u8>>::try_from(request) {
        Ok(request) => request.map(|body| Full::new(Bytes::from(body))),
        Err(why) => return Outcome::not_sent(why),
    };
    let connection = capture_connection(&mut request);
    let exchange = exchange(client, request, contract.max_response_bytes());
    let why = match tokio::time::timeout(contract.deadline(), exchange).await {
        Ok(Ok(response)) => return response.into(),
        Ok(Err(why)) => why,
        Err(elapsed) => elapsed.into(),
    };
    // No connection: the name, the port or the TLS handshake failed, and no byte of the request left.
    let connected = connection.connection_metadata().is_some();
    if connected { Outcome::lost(why) } else { Outcome::not_sent(why) }
}

async fn exchange<C>(
    client: &Client<C, Full<Bytes>>,
    request: http::Request<Full<Bytes>>,
    max_bytes: usize,
) -> Result<Response, TransportError>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (parts, mut body) = client.request(request).await?.into_parts();
    let mut bytes = Vec::new();
    // Past the limit is far enough: the machine refuses a body that is too long, and names the reason.
    while bytes.len() <= max_bytes {
        let Some(frame) = body.frame().await else { break };
        bytes.extend_from_slice(frame?.data_ref().map_or(&[], |data| data));
    }
    Ok(Response::from(http::Response::from_parts(parts, bytes)))
}
