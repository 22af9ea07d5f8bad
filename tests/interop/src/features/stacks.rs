//! A login through each HTTP library, by the adapters in `examples/adapters`. That none of them follows a redirect,
//! sends twice, or takes a body that is cut short for a whole one stands in `tests/stacks`.

use oauth_proto::{Callback, ErrorCode, FinishError, Granted};
use oauth_proto_stacks::stack::{self, Stack};

use super::{features, yes};
use crate::{
    Result, Server,
    server::{entropy, now},
};

features! { "A code exchanged, a token refreshed and a wrong code refused, through each HTTP stack":
    through_ureq "ureq",
    through_reqwest "reqwest",
    through_reqwest_blocking "reqwest, blocking",
    through_hyper "hyper",
    through_isahc "isahc",
    through_curl "curl",
}

fn through_ureq(server: &Server) -> Result<String> {
    log_in::<stack::Ureq>(server)
}

fn through_reqwest(server: &Server) -> Result<String> {
    log_in::<stack::Reqwest>(server)
}

fn through_reqwest_blocking(server: &Server) -> Result<String> {
    log_in::<stack::ReqwestBlocking>(server)
}

fn through_hyper(server: &Server) -> Result<String> {
    log_in::<stack::Hyper>(server)
}

fn through_isahc(server: &Server) -> Result<String> {
    log_in::<stack::Isahc>(server)
}

fn through_curl(server: &Server) -> Result<String> {
    log_in::<stack::Curl>(server)
}

fn log_in<S: Stack>(server: &Server) -> Result<String> {
    let (stack, client) = (S::start(), server.confidential("basic")?);
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    let granted = in_flight.finish(stack.send(request));
    let authorized = expect!(granted, Ok(Granted::Refreshable(authorized)) => authorized);

    let (request, in_flight) = authorized.refresh(&client, now())?;
    drop(expect!(in_flight.finish(stack.send(request)), Ok(refreshed) => refreshed));

    let (_, awaiting) = client.authorization_code()?.authorize(entropy()?, now());
    let callback = format!("code=wrong&state={}", awaiting.state().expose());
    let (request, in_flight) = awaiting.receive(&client, Callback::query(&callback), now())?;
    let response = expect!(in_flight.finish(stack.send(request)), Err(FinishError::Dead { response, .. }) => response);
    ensure!(response.code == ErrorCode::InvalidGrant, "the wrong code ends with {response:?}");
    yes()
}
