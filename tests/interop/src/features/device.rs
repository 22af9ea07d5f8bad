//! Logins on a device (RFC 8628), through the server's own forms.

use std::time::Duration;

use oauth_proto::{
    Client, Public, Scope, Timestamp,
    device::{AwaitingUser, Polled, PollingError},
    stored,
};

use super::{features, yes};
use crate::{
    Result, Server,
    login::{code, endpoint_refusal},
    server::{Visit, now},
    wire::send,
};

features! { "Device flow (RFC 8628)":
    device "`authorization_pending`, the user enters the code and agrees, tokens",
    device_complete_uri "the user follows `verification_uri_complete`",
    device_denial "the user says no",
    device_slow_down "`slow_down` makes the interval 5 s longer",
    device_code_twice "a device code for the second time",
    wrong_device_code "a device code that does not exist",
    device_client_unknown "a device that does not exist",
    device_unknown_scope "a scope that does not exist",
}

/// How long a real server makes a device wait, and a clock to wait on.
struct Device<'a> {
    server: &'a Server,
    client: Client<Public>,
}

impl<'a> Device<'a> {
    fn new(server: &'a Server) -> Result<Self> {
        Ok(Self { server, client: server.public_of("device", |_| {})? })
    }

    fn begin(&self) -> Result<AwaitingUser> {
        let (request, authorizing) = self.client.device_authorization()?.request(now());
        Ok(authorizing.finish(send(request), now())?)
    }

    /// A poll at the first instant at which it may come.
    fn poll(&self, awaiting: AwaitingUser) -> Result<std::result::Result<Polled, PollingError>> {
        let at = awaiting.not_before();
        // Only where the server looks at its clock does anybody have to wait.
        if self.server.about.minds_the_pace {
            std::thread::sleep(at.since(now()));
        }
        self.poll_at(awaiting, at)
    }

    fn poll_at(&self, awaiting: AwaitingUser, at: Timestamp) -> Result<std::result::Result<Polled, PollingError>> {
        let (request, polling) = awaiting.poll(&self.client, at)?;
        Ok(polling.finish(send(request), at))
    }

    fn pending(&self, awaiting: AwaitingUser) -> Result<AwaitingUser> {
        Ok(expect!(self.poll(awaiting)?, Ok(Polled::Pending(awaiting)) => awaiting))
    }

    /// The user enters the code, at a page of the server's.
    fn user_enters(&self, awaiting: &AwaitingUser, approves: bool) -> Result {
        let visit = Visit { approves, user_code: Some(awaiting.user_code()) };
        drop(self.server.walk(awaiting.verification_uri(), &visit)?);
        Ok(())
    }

    fn granted(&self, awaiting: AwaitingUser) -> Result {
        let granted = expect!(self.poll(awaiting)?, Ok(Polled::Granted(granted)) => granted);
        ensure!(granted.scope().as_str() == "read", "the scope is {:?}", granted.scope());
        Ok(())
    }
}

fn over(polled: std::result::Result<Polled, PollingError>) -> Result<String> {
    let response = expect!(polled, Err(PollingError::Refused { response, .. }) => response);
    Ok(format!("refused: {}", code(&response)))
}

fn device(server: &Server) -> Result<String> {
    let device = Device::new(server)?;
    let awaiting = device.pending(device.begin()?)?;
    device.user_enters(&awaiting, true)?;
    device.granted(awaiting)?;
    yes()
}

fn device_complete_uri(server: &Server) -> Result<String> {
    let device = Device::new(server)?;
    let awaiting = device.begin()?;
    let uri = awaiting.verification_uri_complete().ok_or("no `verification_uri_complete`")?;
    drop(server.walk(uri, &Visit { approves: true, user_code: None })?);
    device.granted(awaiting)?;
    yes()
}

fn device_denial(server: &Server) -> Result<String> {
    let device = Device::new(server)?;
    let awaiting = device.begin()?;
    device.user_enters(&awaiting, false)?;
    over(device.poll(awaiting)?)
}

fn device_slow_down(server: &Server) -> Result<String> {
    let device = Device::new(server)?;
    let mut awaiting = device.begin()?;
    // Our clock is fast: each poll comes as soon as the last was answered.
    let mut intervals = Vec::new();
    for _ in 0..3 {
        let at = awaiting.not_before();
        awaiting = expect!(device.poll_at(awaiting, at)?, Ok(Polled::Pending(awaiting)) => awaiting);
        intervals.push(awaiting.not_before().since(at));
    }
    let slower = intervals.windows(2).any(|pair| pair[1] == pair[0] + Duration::from_secs(5));
    ensure!(slower, "the intervals are {intervals:?}");
    yes()
}

fn device_code_twice(server: &Server) -> Result<String> {
    let device = Device::new(server)?;
    let awaiting = device.begin()?;
    let row = stored::save(&awaiting);
    device.user_enters(&awaiting, true)?;
    device.granted(awaiting)?;
    over(device.poll(stored::load(row.as_bytes())?)?)
}

fn wrong_device_code(server: &Server) -> Result<String> {
    let device = Device::new(server)?;
    let mut row: serde_json::Value = serde_json::from_str(&stored::save(&device.begin()?))?;
    row["device_code"] = "wrong".into();
    over(device.poll(stored::load(row.to_string().as_bytes())?)?)
}

/// What the device authorization endpoint says.
fn at_once(client: &Client<Public>, scope: &str) -> Result<String> {
    let login = client.device_authorization()?.scope(Scope::new([scope])?);
    let (request, authorizing) = login.request(now());
    match authorizing.finish(send(request), now()) {
        Ok(_) => Ok("taken".into()),
        Err(error) => endpoint_refusal(error.fault()),
    }
}

fn device_client_unknown(server: &Server) -> Result<String> {
    at_once(&server.public_of("nobody", |_| {})?, "read")
}

fn device_unknown_scope(server: &Server) -> Result<String> {
    at_once(&server.public_of("device", |_| {})?, "unheard-of")
}
