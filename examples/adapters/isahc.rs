//! oauth-proto over isahc 2, and so over libcurl: asynchronous, on any runtime, since isahc brings a thread of its own.
//!
//! `isahc = "2"`, `futures-lite = "2"`, `http = "1"`, and oauth-proto with the feature `http`. A blocking program calls
//! `futures_lite::future::block_on(send(…))`. Keep this client for oauth-proto alone; requests to APIs may go through
//! another, with redirects and a pool.
//!
//! isahc logs URLs at the level `debug`, and at `trace` all that is on the wire: keep its targets out of logs.

use futures_lite::io::AsyncReadExt;
use http::{Method, StatusCode, header};
use isahc::{
    HttpClient, RequestExt,
    config::{Configurable, RedirectPolicy, VersionNegotiation},
    error::ErrorKind,
};
use oauth_proto::{Outcome, Request, Response, TransportError};

/// The client to send with. When it is dropped, it waits for the name look-ups that have not ended.
pub fn client() -> Result<HttpClient, isahc::Error> {
    HttpClient::builder()
        .redirect_policy(RedirectPolicy::None) // never follow: the code would go along
        // A kept connection may be dead; libcurl sends again where it finds it so, and has no switch for that.
        .connection_cache_size(0)
        .version_negotiation(VersionNegotiation::http11()) // nor for a stream that a server of HTTP/2 refuses
        .automatic_decompression(false) // what is counted is what arrived
        .proxy(None) // a proxy would read what goes to loopback in plaintext; with `https` alone, drop this line
        .build()
}

/// Sends a request on the terms of its contract, and tells what came of it. An `https` URL goes over TLS or not at
/// all, and no redirect can change that. Dropped mid-send, the request may have arrived.
pub async fn send(client: &HttpClient, request: Request) -> Outcome {
    let contract = request.contract().clone();
    let request = match http::Request::<Vec<u8>>::try_from(request) {
        Ok(request) => request,
        Err(why) => return Outcome::not_sent(why),
    };
    let builder = request.to_builder().timeout(contract.deadline()); // from connecting to the end of the body
    // To isahc, an empty body is a body: a GET would announce it.
    let body = matches!(*request.method(), Method::POST | Method::PUT).then(|| request.into_body());
    let request = match builder.body(body) {
        Ok(request) => request,
        Err(why) => return Outcome::not_sent(why),
    };
    match client.send_async(request).await {
        Ok(answer) => read(answer, contract.max_response_bytes()).await.map_or_else(Outcome::lost, Outcome::from),
        Err(why) if never_connected(&why) => Outcome::not_sent(why),
        Err(why) => Outcome::lost(why),
    }
}

async fn read(answer: http::Response<isahc::AsyncBody>, max_bytes: usize) -> Result<Response, TransportError> {
    let (parts, body) = answer.into_parts();
    // One byte more than allowed: the machine refuses a body that is too long, and names the reason.
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    body.take(limit).read_to_end(&mut bytes).await?;
    // libcurl takes a head that is cut short for a whole one: that there is no body must have been said.
    let announced = |name| parts.headers.contains_key(name);
    if bytes.is_empty()
        && parts.status != StatusCode::NO_CONTENT
        && !announced(header::CONTENT_LENGTH)
        && !announced(header::TRANSFER_ENCODING)
    {
        return Err("the answer's head was cut short".into());
    }
    Ok(Response::from(http::Response::from_parts(parts, bytes)))
}

/// No connection: the name, the port, the proxy or the TLS handshake failed, and no byte of the request left.
fn never_connected(why: &isahc::Error) -> bool {
    use ErrorKind::*;
    match why.kind() {
        InvalidRequest | NameResolution | ConnectionFailed => true,
        InvalidTlsConfiguration | TlsEngine | BadClientCertificate | BadServerCertificate => true,
        // The deadline, and `https` without TLS: of these kinds are also errors that come later.
        Timeout | ProtocolViolation => why.remote_addr().is_none(),
        _ => false,
    }
}
