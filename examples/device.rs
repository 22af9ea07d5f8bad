//! A device without a browser logs its user in: it shows an address and a code, and asks the server until the user has
//! been there with another machine (RFC 8628). A television, a tool on a server, a printer.
//!
//! ```sh
//! cargo run --example device
//! ```
//!
//! It runs against a stand-in for a server, and for the user. For a real one, change `main`: the provider, with its
//! `device_authorization_endpoint`; the client's id; the clock, and `std::thread::sleep`.

#[path = "support/api.rs"]
mod api;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/ureq.rs"]
mod transport;

use std::{error::Error, time::Duration};

use oauth_proto::{
    Client, Granted, Public, Registration, Timestamp,
    device::{AwaitingUser, PollError, Polled, PollingError},
};
use transport::send;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let server = support::StandIn::start(); // yours is elsewhere
    // RFC 8628 section 5.6: what is in people's hands keeps no secret.
    let client = Client::public(server.provider(), Registration::new(server.public_client_id())?)?;
    let now = || server.now(); // yours: Timestamp::from(SystemTime::now())

    let awaiting = begin(&client, now())?;

    // The stand-in's user needs twelve seconds to find another machine.
    let (address, code) = (awaiting.verification_uri().to_owned(), awaiting.user_code().to_owned());
    let there_at = now().plus(Duration::from_secs(12));
    let mut approved = None;
    let sleep = |time: Duration| {
        server.pass(time); // yours: thread::sleep(time), and nothing else
        if now() >= there_at && approved.is_none() {
            approved = Some(server.user_approves_device(&address, &code));
        }
    };

    let granted = wait_for_user(&client, awaiting, now, sleep)?;
    approved.ok_or("nobody has approved")??;

    let url = server.api_url();
    let status = match &granted {
        Granted::Refreshable(authorized) => api::get(&url, &authorized.header_for(&client, &url)?)?.status(),
        Granted::AccessOnly(authorized) => api::get(&url, &authorized.header_for(&client, &url)?)?.status(),
    };
    // Keep them: `stored::save(&granted.into_any_token_set())`, where nobody else reads.
    if status != 200 || !server.deviations().is_empty() {
        return Err(format!("{url} answers {status}: {:?}", server.deviations()).into());
    }
    println!("device: logged in after {} polls; {url} answers {status}.", server.token_requests());
    Ok(())
}

/// Asks for the codes and shows them. Nothing opens the address: that is for the user to do (RFC 8628 section 5.4).
fn begin(client: &Client<Public>, now: Timestamp) -> Result<AwaitingUser> {
    let (request, authorizing) = client.device_authorization()?.request(now);
    let awaiting = authorizing.finish(send(request), now)?;
    println!("On any device with a browser, open\n\n  {}\n", awaiting.verification_uri());
    println!("and enter the code\n\n  {}\n", awaiting.user_code());
    if let Some(complete) = awaiting.verification_uri_complete() {
        println!("A camera may read this as a QR code, and the user compares the code: {complete}\n");
    }
    Ok(awaiting)
}

/// Polls at the server's pace until the user has agreed, has refused, or is too late. `not_before` is what the server
/// asked for, `slow_down` included, and what RFC 8628 section 3.5 adds after an answer that did not come.
fn wait_for_user(
    client: &Client<Public>,
    mut awaiting: AwaitingUser,
    now: impl Fn() -> Timestamp,
    mut sleep: impl FnMut(Duration),
) -> Result<Granted> {
    loop {
        sleep(awaiting.not_before().since(now()));
        let (request, polling) = match awaiting.poll(client, now()) {
            Ok(sent) => sent,
            Err(PollError::TooEarly { awaiting: back, .. }) => {
                awaiting = *back; // the clock was set back
                continue;
            }
            Err(over) => return Err(over.into()), // the codes have expired: begin again
        };
        // Who wants to go on after a crash writes `stored::save(&polling)` to the store here.
        awaiting = match polling.finish(send(request), now()) {
            Ok(Polled::Granted(granted)) => return Ok(granted),
            Ok(Polled::Pending(awaiting)) => awaiting,
            Ok(Polled::Unanswered { awaiting, why }) => {
                eprintln!("{why}; asking again, more slowly");
                awaiting
            }
            Err(PollingError::InDoubt { doubt, awaiting }) => {
                eprintln!("{doubt}; asking again, more slowly");
                *awaiting
            }
            Err(over) => return Err(over.into()), // refused, or expired
        };
    }
}
