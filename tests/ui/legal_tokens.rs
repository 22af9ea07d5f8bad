//! The legal twins: tokens, from the store to the next request.
//@ compiles

use std::error::Error;

use oauth_proto::{
    AnyClient, Authorized, Expired, InDoubt, InFlight, Outcome, Refreshable, Reissuable, Request, Secret, Standing,
    Timestamp, TokenSet,
    grant::{RefreshToken, Reissue},
    stored,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn load(row: &[u8], client: &AnyClient, now: Timestamp) -> Result<(Request, InFlight<RefreshToken>)> {
    let tokens: TokenSet<Refreshable> = stored::load(row)?;
    Ok(match tokens.at(now) {
        Standing::Authorized(token) => {
            let _ = token.header_for(client, "https://api.example.com/me")?;
            token.refresh(client, now)?
        }
        Standing::Expired(token) => token.refresh(client, now)?,
    })
}

pub fn reissue(token: Expired<Reissuable>, client: &AnyClient, now: Timestamp) -> Result<(Request, InFlight<Reissue>)> {
    Ok(token.reissue(client, now)?)
}

pub fn journal(flight: &InFlight<RefreshToken>) -> Result<TokenSet<Refreshable>> {
    let in_doubt: InDoubt<RefreshToken> = stored::load(stored::save(flight).as_bytes())?;
    Ok(in_doubt.assume_unspent())
}

pub fn save(flight: InFlight<RefreshToken>, outcome: Outcome) -> Result<String> {
    let token: Authorized<Refreshable> = flight.finish(outcome)?;
    Ok(serde_json::to_string(&token.into_token_set())?)
}

pub fn same(one: &Secret, other: &Secret) -> bool {
    println!("{one:?}");
    one.clone().matches(other.expose())
}
