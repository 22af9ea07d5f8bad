//! oauth-proto over curl 0.4, which is libcurl: blocking.
//!
//! `curl = "0.4"`, and oauth-proto. Each request has a handle of its own: where libcurl finds a kept connection dead,
//! it sends again, and it has no switch for that.

use std::thread;

use curl::easy::{Easy2, Handler, HttpVersion, List, WriteError};
use oauth_proto::{Method, Outcome, Request, RequestParts, Response, TransportError};

/// Sends a request on the terms of its contract, and tells what came of it. An `https` URL goes over TLS or not at
/// all, and no redirect can change that.
pub fn send(request: Request) -> Outcome {
    let request = request.into_parts();
    let answer = Answer { max_bytes: request.contract.max_response_bytes(), ..Answer::default() };
    let mut handle = Easy2::new(answer);
    match exchange(&mut handle, &request) {
        Ok(response) => response.into(),
        // The name, the port, the proxy or the TLS handshake failed, and no byte of the request left.
        Err(why) if handle.request_size().is_ok_and(|bytes| bytes == 0) => {
            // The handle waits for its name look-up, which may take longer than the deadline: not here.
            let _detached = thread::Builder::new().spawn(move || drop(handle));
            Outcome::not_sent(why)
        }
        Err(why) => Outcome::lost(why),
    }
}

fn exchange(handle: &mut Easy2<Answer>, request: &RequestParts) -> Result<Response, TransportError> {
    prepare(handle, request)?;
    let ending = handle.perform();
    if !handle.get_ref().is_too_long() {
        ending?;
    }
    let status = u16::try_from(handle.response_code()?)?;
    let Answer { headers, whole_head, body, .. } = std::mem::take(handle.get_mut());
    // libcurl takes a head that is cut short for a whole one.
    if !whole_head {
        return Err("the answer's head was cut short".into());
    }
    Ok(Response::new(status, headers, body))
}

fn prepare(handle: &mut Easy2<Answer>, request: &RequestParts) -> Result<(), curl::Error> {
    handle.url(&request.url)?;
    handle.timeout(request.contract.deadline())?; // from connecting to the end of the body
    handle.follow_location(false)?; // never follow: the code would go along
    handle.http_version(HttpVersion::V11)?; // over HTTP/2, libcurl sends again what the server refuses to look at
    handle.proxy("")?; // a proxy would read what goes to loopback in plaintext; with `https` alone, drop this line
    if matches!(request.method, Method::Post | Method::Put) {
        handle.post_fields_copy(&request.body)?;
    }
    handle.custom_request(request.method.as_str())?;
    let mut headers = List::new();
    for header in &request.headers {
        headers.append(&format!("{}: {}", header.name(), header.expose_value()))?;
    }
    handle.http_headers(headers)
}

/// What arrives.
#[derive(Default)]
struct Answer {
    headers: Vec<(String, String)>,
    whole_head: bool,
    body: Vec<u8>,
    max_bytes: usize,
}

impl Answer {
    /// Past the limit is far enough: the machine refuses a body that is too long, and names the reason.
    fn is_too_long(&self) -> bool {
        self.body.len() > self.max_bytes
    }
}

impl Handler for Answer {
    /// Called with each line: those of interim responses (RFC 9110 section 15.2) come before, those of trailers after.
    fn header(&mut self, line: &[u8]) -> bool {
        let line = String::from_utf8_lossy(line);
        if line.starts_with("HTTP/") {
            (self.headers, self.whole_head) = Default::default();
        } else if line.trim().is_empty() {
            self.whole_head = true;
        } else if let Some((name, value)) = line.split_once(':').filter(|_| !self.whole_head) {
            self.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        true
    }

    fn write(&mut self, data: &[u8]) -> Result<usize, WriteError> {
        self.body.extend_from_slice(data);
        Ok(if self.is_too_long() { 0 } else { data.len() }) // where none is taken, libcurl stops with an error
    }
}
