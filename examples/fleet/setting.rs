//! What the processes of the fleet agree on.

use std::time::{Duration, Instant, SystemTime};

use oauth_proto::{
    Client, Provider, Public, RedirectUri, Registration, Timestamp,
    fleet::{Moment, Policy, ReuseClass},
};
use oauth_proto_emulator::{Emulator, ProviderTable};
use serde::{Deserialize, Serialize};

use crate::{store::Failure, support::on_loopback};

/// The record that all share. It is removed before and after: in a table that others use, it is to be nobody else's.
pub const KEY: &str = "oauth-proto example fleet";

/// How fast the time of day goes by: two hours each second, so that the hour that a token lives is over in half of one.
/// Nothing but the tokens looks at it; whether a worker is dead is judged by a clock that goes as it always does.
const HASTE: u32 = 7200;

/// A minute of the day, as the tokens have it.
pub const MINUTE: Duration = Duration::from_secs(60);

/// A line of JSON on the standard input of each worker.
#[derive(Clone, Serialize, Deserialize)]
pub struct Setting {
    pub provider: Provider,
    pub client_id: String,
    pub redirect_uri: String,
    /// An API that takes the token.
    pub api: String,
    /// The store's URL.
    pub store: String,
    /// The time of day at which it all began, by the server's clock and by that of the machine, in milliseconds.
    pub began: u64,
    pub began_here: u64,
}

impl Setting {
    pub fn new(emulator: &Emulator, store: String) -> Self {
        let provider = Provider::new("plain", "https://plain.invalid/authorize", "https://plain.invalid/token");
        let mut provider = on_loopback(emulator, provider.api_origin("https://api.plain.invalid"));
        provider.deadline_seconds = Some(1);
        Self {
            provider,
            client_id: emulator.public_client_id().to_owned(),
            redirect_uri: emulator.redirect_uri().to_owned(),
            api: emulator.api_url(),
            store,
            began: emulator.now_ms(),
            began_here: since_1970().as_millis().try_into().unwrap_or(u64::MAX),
        }
    }

    /// The server: RFC 6749 to the letter, and a refresh token that comes twice ends everything (RFC 9700 section 4.14.2).
    pub fn server() -> Emulator {
        Emulator::start(ProviderTable::plain())
    }

    pub fn client(&self) -> Result<Client<Public>, Failure> {
        let redirect_uri = RedirectUri::new(self.redirect_uri.as_str())?;
        let registration = Registration::new(self.client_id.as_str())?.redirect_uri(redirect_uri);
        Ok(Client::public(self.provider.clone(), registration)?)
    }

    /// With the deadline of one second for a request, a worker is taken for dead after 1.6 seconds.
    pub fn policy() -> Policy {
        Policy::new(ReuseClass::Strict)
            .permit(Duration::from_millis(250))
            .settle(Duration::from_millis(350))
            .ahead(MINUTE * 30)
            .spread(MINUTE * 10)
            .skew(MINUTE * 5)
    }

    pub fn clocks(&self) -> impl Fn() -> Moment + use<> {
        let (began, began_here) = (Timestamp::from_unix_millis(self.began), Duration::from_millis(self.began_here));
        let start = Instant::now();
        move || Moment { wall: began.plus(since_1970().saturating_sub(began_here) * HASTE), monotonic: start.elapsed() }
    }
}

fn since_1970() -> Duration {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}
