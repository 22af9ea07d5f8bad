//! Logins on a device without a browser (RFC 8628): the answer with the codes, and the polls after it.

use oauth_proto::{
    Client, Outcome, Public, Registration, Request, Response, Timestamp,
    device::{AwaitingUser, PollError, Polled, PollingError},
};
use serde_json::{Map, Value, json};

use super::{Ran, in_body};
use crate::{
    came::{Came, End, Facts, words},
    devices,
    input::{BODY, Input},
    kinds, scenario,
};

/// Asked and answered in the same instant.
fn now() -> Timestamp {
    scenario::at(0)
}

fn public(client_id: &str) -> Result<Client<Public>, End> {
    let mut provider = scenario::provider();
    devices::for_devices(&mut provider);
    Ok(Client::public(provider, Registration::new(client_id)?)?)
}

fn answered<K>(client: &Client<K>, response: Response) -> Result<AwaitingUser, End> {
    Ok(client.device_authorization()?.request(now()).1.finish(response.into(), now())?)
}

/// An answer with these codes.
fn codes(device_code: &str, interval: &Value, expires_in: &Value) -> Response {
    let mut body = json!({
        "device_code": device_code,
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "expires_in": expires_in,
    });
    if !interval.is_null() {
        body["interval"] = interval.clone();
    }
    Response::new(200, [("Content-Type", "application/json")], body.to_string())
}

pub fn authorization_response(input: &Input<'_>) -> Ran {
    input.only(&[&["status", "headers"][..], &BODY].concat())?;
    let client = public("app")?;
    let awaiting = answered(&client, input.response()?)?;
    let seconds = |end: Timestamp| Value::from(end.since(now()).as_secs());
    let mut facts = Facts::from([
        ("user_code", awaiting.user_code().into()),
        ("verification_uri", awaiting.verification_uri().into()),
        ("verification_uri_complete", awaiting.verification_uri_complete().map_or(Value::Null, Value::from)),
        ("expires_in", seconds(awaiting.expires_at())),
        ("interval", seconds(awaiting.not_before())),
    ]);
    let polled_at = awaiting.not_before();
    if let Ok((request, _)) = awaiting.poll(&client, polled_at) {
        facts.insert("device_code", in_body(&request, "device_code").into());
    }
    Ok(Came::ok(facts))
}

/// The token request with this device code.
pub fn token_request<K>(client: &Client<K>, input: &Input<'_>) -> Result<Request, End> {
    let awaiting = answered(client, codes(input.needed("device_code")?, &5.into(), &1800.into()))?;
    let at = awaiting.not_before();
    Ok(awaiting.poll(client, at).map_err(|error| End::Wrong(error.to_string()))?.0)
}

pub fn poll(input: &Input<'_>) -> Ran {
    input.only(&["interval", "expires_in", "steps"])?;
    let given = |name: &str| input.0.get(name).unwrap_or(&Value::Null);
    let client = public("app")?;
    let mut awaiting = answered(&client, codes("D1", given("interval"), given("expires_in")))?;
    let steps = given("steps").as_array().ok_or_else(|| End::Malformed("its `steps` are no list".into()))?;
    let (mut at, mut waits) = (now(), Vec::new());
    for step in steps {
        let step = step.as_object().ok_or_else(|| End::Malformed("one of its steps is no object".into()))?;
        let wait = awaiting.not_before().since(at);
        at = awaiting.not_before();
        let (_request, polling) = match awaiting.poll(&client, at) {
            Ok(sent) => sent,
            Err(PollError::Expired { .. }) => {
                return Ok(Came::error("PollError::Expired", [("waits", waits.into()), ("terminal", true.into())]));
            }
            Err(error) => return Err(End::Wrong(error.to_string())),
        };
        waits.push(wait.as_secs());
        awaiting = match polling.finish(outcome(&Input(step))?, at) {
            Ok(Polled::Granted(_)) => return Ok(Came::ok([("waits", waits.into())])),
            Ok(Polled::Pending(awaiting) | Polled::Unanswered { awaiting, .. }) => awaiting,
            Err(error) => return Ok(over(&error, waits)),
        };
    }
    let next = awaiting.not_before().since(at).as_secs();
    Ok(Came::ok([("waits", waits.into()), ("next_wait", next.into())]))
}

fn outcome(step: &Input<'_>) -> Result<Outcome, End> {
    step.only(&["status", "error", "token", "retry_after", "timeout"])?;
    if step.flag("timeout")? == Some(true) {
        return Ok(Outcome::lost("time-out"));
    }
    let status = step.number("status")?.and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or_else(|| End::Malformed("a step has no status".into()))?;
    let mut body = Map::new();
    if let Some(error) = step.text("error")? {
        body.insert("error".into(), error.into());
    }
    if step.flag("token")? == Some(true) {
        body.extend([("access_token".into(), "A1".into()), ("token_type".into(), "Bearer".into())]);
    }
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(step.text("retry_after")?.map(|wait| ("Retry-After", wait)));
    Ok(Response::new(status, headers, Value::Object(body).to_string()).into())
}

fn over(error: &PollingError, waits: Vec<u64>) -> Came {
    let mut facts = match error {
        PollingError::Refused { response, .. } => words(response),
        _ => Facts::new(),
    };
    let terminal = !matches!(error, PollingError::InDoubt { .. });
    facts.extend([("waits", waits.into()), ("terminal", terminal.into())]);
    Came::error(kinds::of_polling(error), facts)
}
