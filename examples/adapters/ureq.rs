//! oauth-proto over ureq 3: blocking.

use std::io::ErrorKind;

use oauth_proto::{Outcome, Request, Response, TransportContract};

/// Sends a request on the terms of its contract, and tells what came of it.
pub fn send(request: Request) -> Outcome {
    let contract = request.contract().clone();
    let request = match http::Request::<Vec<u8>>::try_from(request) {
        Ok(request) => request,
        Err(why) => return Outcome::not_sent(why),
    };
    match agent(&contract).run(request) {
        Ok(answer) => read(answer, &contract),
        Err(why) if nothing_left(&why) => Outcome::not_sent(why),
        Err(why) => Outcome::lost(why),
    }
}

fn agent(contract: &TransportContract) -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_redirects(0) // never follow: the code would go along
        .max_redirects_will_error(false)
        .http_status_as_error(false) // a 400 is an answer; as an error it would lose its body
        .max_idle_connections(0) // a kept connection may be dead, and a request on it lost
        .https_only(contract.tls_required())
        .timeout_global(Some(contract.deadline()))
        .build()
        .into()
}

fn read(answer: http::Response<ureq::Body>, contract: &TransportContract) -> Outcome {
    let (parts, mut body) = answer.into_parts();
    // One byte more than allowed: the machine refuses a body that is too long, and names the reason.
    let limit = u64::try_from(contract.max_response_bytes()).unwrap_or(u64::MAX).saturating_add(1);
    match body.with_config().limit(limit).read_to_vec() {
        Ok(body) => Response::from(http::Response::from_parts(parts, body)).into(),
        Err(why) => Outcome::lost(why),
    }
}

/// Whether it is certain that no byte of the request left.
fn nothing_left(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::RequireHttpsOnly(_) => true,
        ureq::Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        _ => false,
    }
}
