//! The legal twins: a device, from its codes to its tokens.
//@ compiles

use std::error::Error;

use oauth_proto::{
    Client, Granted, Outcome, Public, Request, Timestamp,
    device::{AwaitingUser, PollError, Polled},
    stored,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn begin(client: &Client<Public>, send: impl Fn(Request) -> Outcome, now: Timestamp) -> Result<AwaitingUser> {
    let (request, authorizing) = client.device_authorization()?.request(now);
    Ok(authorizing.finish(send(request), now)?)
}

pub fn poll(
    awaiting: AwaitingUser,
    client: &Client<Public>,
    send: impl Fn(Request) -> Outcome,
    now: Timestamp,
) -> Result<std::result::Result<Granted, AwaitingUser>> {
    let (request, polling) = match awaiting.poll(client, now) {
        Ok(sent) => sent,
        Err(PollError::TooEarly { awaiting, .. }) => return Ok(Err(*awaiting)),
        Err(error) => return Err(error.into()),
    };
    let _row = stored::save(&polling);
    Ok(match polling.finish(send(request), now)? {
        Polled::Granted(granted) => Ok(granted),
        Polled::Pending(awaiting) | Polled::Unanswered { awaiting, .. } => Err(awaiting),
    })
}

pub fn load(row: &[u8]) -> Result<AwaitingUser> {
    Ok(stored::load(row)?)
}
