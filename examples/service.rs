//! A service that calls an API on its own behalf: client credentials (RFC 6749 section 4.4). Its token is asked for again
//! some minutes before it ends; where that fails, the old one is used to its end, and the next round asks again.
//!
//! ```sh
//! cargo run --example service
//! ```
//!
//! It runs against a stand-in for a server. For a real one, change `main`: the provider (`Provider::new`, `providers`,
//! `catalog`, or `Provider::from_metadata`), the client's id and secret from your configuration, the clock, and
//! `std::thread::sleep` between two rounds. For many tasks that share the token, see `shared_token`.

#[path = "support/api.rs"]
mod api;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/ureq.rs"]
mod transport;

use std::{error::Error, time::Duration};

use oauth_proto::{
    AnyClient, Authorized, Client, Confidential, FinishError, Registration, Reissuable, Standing, Timestamp, TokenSet,
    grant::Reissue,
};
use transport::send;

/// How long before its end a token is replaced: a few rounds, so that one failure does no harm.
const AHEAD: Duration = Duration::from_secs(10 * 60);
const BETWEEN_ROUNDS: Duration = Duration::from_secs(5 * 60);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let server = support::StandIn::start(); // yours is elsewhere
    let registration = Registration::new(server.client_id())?;
    let client = Client::confidential(server.provider(), registration, server.client_secret().into())?;
    let url = server.api_url();
    let now = || server.now(); // yours: Timestamp::from(SystemTime::now())

    let mut tokens = first(&client, now())?.into_token_set();
    for round in 0..14 {
        if round == 10 {
            server.lose_next_answer();
        }
        tokens = one_round(&client, tokens, &url, now())?;
        server.pass(BETWEEN_ROUNDS); // yours: thread::sleep(BETWEEN_ROUNDS)
    }

    // What the stand-in saw. Yours ends never.
    let (asked, calls) = (server.token_requests(), server.api_requests());
    if (asked, calls) != (3, 14) || !server.deviations().is_empty() {
        return Err(format!("{asked} token requests and {calls} calls: {:?}", server.deviations()).into());
    }
    println!("service: 14 rounds, 14 calls, 3 token requests, one of which was lost.");
    Ok(())
}

/// What cannot be begun is a mistake in the configuration, or a server that is away: whoever started this is told.
fn first(client: &Client<Confidential>, now: Timestamp) -> Result<Authorized<Reissuable>> {
    let (request, in_flight) = client.client_credentials()?.request(now)?;
    Ok(in_flight.finish(send(request))?)
}

/// One call with a token that is good for it, and the tokens for the next round.
fn one_round(
    client: &AnyClient,
    tokens: TokenSet<Reissuable>,
    url: &str,
    now: Timestamp,
) -> Result<TokenSet<Reissuable>> {
    let tokens = if tokens.is_due(now, AHEAD) { renew(client, tokens, now)? } else { tokens };
    let authorized = match tokens.at(now) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(expired) => {
            eprintln!("no token in this round");
            return Ok(expired.into_token_set());
        }
    };
    // It goes to the API that the provider's data names, and nowhere else.
    let header = authorized.header_for(client, url)?;
    match api::get(url, &header).map(|response| response.status()) {
        // Whatever its expiry says: it is not used again, and the next round asks for another.
        Ok(401) => return Ok(authorized.rejected().into_token_set()),
        Ok(status) => println!("{url} answers {status}"),
        Err(why) => eprintln!("{url} does not answer: {why}"),
    }
    Ok(authorized.into_token_set())
}

/// New tokens; where there are none, the old ones, which may be good for a while.
fn renew(client: &AnyClient, tokens: TokenSet<Reissuable>, now: Timestamp) -> Result<TokenSet<Reissuable>> {
    let asked = match tokens.at(now) {
        Standing::Authorized(authorized) => authorized.reissue(client, now),
        Standing::Expired(expired) => expired.reissue(client, now),
    };
    let (request, in_flight) = asked?;
    match in_flight.finish(send(request)) {
        Ok(authorized) => Ok(authorized.into_token_set()),
        Err(error) => {
            eprintln!("no new token, and the old one stays: {error} ({:?})", error.remedy());
            Ok(kept(error))
        }
    }
}

/// Nothing in this request is used up by sending it. So a lost answer does no harm: the token in it ends unused.
fn kept(error: FinishError<Reissue>) -> TokenSet<Reissuable> {
    match error {
        FinishError::NotSent { origin, .. } | FinishError::Refused { origin, .. } => *origin,
        FinishError::Dead { remains, .. } | FinishError::Untrusted { remains, .. } => *remains,
        FinishError::InDoubt { in_doubt, .. } => in_doubt.assume_unspent(),
    }
}
