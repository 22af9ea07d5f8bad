//! The shortest complete program, without an async runtime: a user logs in, the tokens go to a file, and a later run
//! loads them, uses them, refreshes them and gives them back.
//!
//! ```sh
//! cargo run --example blocking
//! ```
//!
//! It runs against a stand-in for a server, and for the user. For a real one, change `main`: the provider; the client's id
//! and secret from your configuration; the clock; and where the callback comes from, which is the request that your web
//! server gets at the redirect URI. One run of such a program goes on at a time: several are `fleet`.

#[path = "support/api.rs"]
mod api;
#[path = "blocking/file.rs"]
mod file;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/ureq.rs"]
mod transport;

use std::{error::Error, time::Duration};

use file::File;
use oauth_proto::{
    AnyTokenSet, Callback, Capability, Client, Confidential, Entropy, FinishError, InDoubt, RedirectUri, Registration,
    Standing, Timestamp, TokenSet, grant::RefreshToken, stored,
};
use transport::send;

/// How long before its end a token is refreshed.
const AHEAD: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let server = support::StandIn::start(); // yours is elsewhere
    let registration = Registration::new(server.client_id())?.redirect_uri(RedirectUri::new(server.redirect_uri())?);
    let client = Client::confidential(server.provider(), registration, server.client_secret().into())?;
    let url = server.api_url();
    let now = || server.now(); // yours: Timestamp::from(SystemTime::now())

    let folder = tempfile::tempdir()?; // yours stays
    let file = File::new(folder.path().join("tokens.json"));

    log_in(&client, &file, |url| server.user_logs_in(url), now())?;
    let at_once = use_tokens(&client, &file, &url, now())?;
    server.pass(Duration::from_secs(3600)); // the token is over
    let refreshed = use_tokens(&client, &file, &url, now())?;
    server.end_access_tokens(); // before their time
    let refused = use_tokens(&client, &file, &url, now())?;

    // The answer to a refresh is lost on its way: the old token is used to its end, and then the user must log in again.
    server.pass(Duration::from_secs(3600 - 30));
    server.lose_next_answer();
    let ahead = use_tokens(&client, &file, &url, now())?;
    server.pass(Duration::from_secs(30));
    let over = use_tokens(&client, &file, &url, now()).is_err();
    log_in(&client, &file, |url| server.user_logs_in(url), now())?;
    let again = use_tokens(&client, &file, &url, now())?;
    log_out(&client, &file)?;

    let seen = [at_once, refreshed, refused, ahead, again];
    if seen != [200; 5] || !over || !server.deviations().is_empty() {
        return Err(format!("{seen:?}, {over}: {:?}", server.deviations()).into());
    }
    println!("blocking: logged in, stored, used, refreshed, and given back.");
    Ok(())
}

/// `browser` takes the user to the sign-in page, and brings back what the redirect URI was asked for.
fn log_in(client: &Client<Confidential>, file: &File, browser: impl Fn(&str) -> String, now: Timestamp) -> Result<()> {
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
    // A web application stores `awaiting` in the browser's own session meanwhile: see `web_login`.
    let callback = browser(url.as_str());
    let (request, in_flight) = awaiting.receive(client, Callback::url(&callback), now)?;
    let granted = match in_flight.finish(send(request)) {
        // Nothing was sent, and the code is as good as before: once more.
        Err(FinishError::NotSent { origin, .. }) => {
            let (request, in_flight) = origin.exchange(client, now)?;
            in_flight.finish(send(request))?
        }
        finished => finished?,
    };
    Ok(file.write(&stored::save(&granted.into_any_token_set()))?)
}

/// What the API says to the stored token, which is refreshed where it must be.
fn use_tokens(client: &Client<Confidential>, file: &File, url: &str, now: Timestamp) -> Result<u16> {
    let ask = || match fresh(client, file, now)? {
        AnyTokenSet::Refreshable(tokens) => call(client, tokens, file, url, now),
        AnyTokenSet::AccessOnly(tokens) => call(client, tokens, file, url, now),
        AnyTokenSet::Reissuable(_) => Err("these are no user's tokens".into()),
    };
    match ask()? {
        401 => ask(), // a server may end a token before its time: with another one, whatever comes
        status => Ok(status),
    }
}

/// The API's status. A token that it refuses is not used again.
fn call<C: Capability>(
    client: &Client<Confidential>,
    tokens: TokenSet<C>,
    file: &File,
    url: &str,
    now: Timestamp,
) -> Result<u16> {
    let Standing::Authorized(authorized) = tokens.at(now) else {
        return Err("the tokens are over: log in again".into());
    };
    let status = api::get(url, &authorized.header_for(client, url)?)?.status();
    if status == 401 {
        file.write(&stored::save(&authorized.rejected().into_token_set()))?;
    }
    Ok(status)
}

/// The tokens, and where a run ended in the middle of a refresh, what is left of them.
fn load(file: &File) -> Result<AnyTokenSet> {
    let row = file.read()?;
    match &*stored::kind(row.as_bytes())? {
        "in_flight/refresh_token/1" => {
            let in_doubt: InDoubt<RefreshToken> = stored::load(row.as_bytes())?;
            // Nobody knows whether the server took the refresh token: one that comes twice ends the whole session.
            Ok(in_doubt.assume_spent().into())
        }
        _ => Ok(stored::load(row.as_bytes())?),
    }
}

/// The stored tokens, refreshed where they are due. Where that fails, those that are left: they may be good for a while.
fn fresh(client: &Client<Confidential>, file: &File, now: Timestamp) -> Result<AnyTokenSet> {
    let tokens = match load(file)? {
        AnyTokenSet::Refreshable(tokens) if tokens.is_due(now, AHEAD) => tokens,
        tokens => return Ok(tokens),
    };
    let (request, in_flight) = match tokens.at(now) {
        Standing::Authorized(authorized) => authorized.refresh(client, now)?,
        Standing::Expired(expired) => expired.refresh(client, now)?,
    };
    // Before it is sent, and in place of the tokens: a refresh token is good once. A run that ends here is found again.
    file.write(&stored::save(&in_flight))?;
    let left: AnyTokenSet = in_flight.finish(send(request)).map_or_else(
        |error| {
            eprintln!("not refreshed: {error}");
            // Each ending leaves a state that is still true.
            match error {
                FinishError::NotSent { origin, .. } | FinishError::Refused { origin, .. } => (*origin).into(),
                FinishError::Dead { remains, .. } | FinishError::Untrusted { remains, .. } => (*remains).into(),
                FinishError::InDoubt { in_doubt, .. } => in_doubt.assume_spent().into(), // as `load` does
            }
        },
        |authorized| authorized.into_token_set().into(),
    );
    file.write(&stored::save(&left))?;
    Ok(left)
}

/// Here the user is logged out, whatever the server says; there, the tokens are given back (RFC 7009).
fn log_out(client: &Client<Confidential>, file: &File) -> Result<()> {
    let tokens = load(file)?;
    file.remove()?;
    let (request, revoking) = tokens.revoke(client)?;
    revoking.finish(send(request))?;
    Ok(())
}
