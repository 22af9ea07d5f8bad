//! Many tasks of one process share one token. It is renewed ahead of its end, and exactly once, whoever asks first; the
//! others go on with the old one, or wait where it is over. `shared_token/shared.rs` is the part to copy.
//!
//! ```sh
//! cargo run --example shared_token
//! ```
//!
//! It runs against a stand-in for a server, and for the user. For a real one, change `main`: the provider, the client, the
//! clock, a `Store` that outlives the process, and an HTTP client with TLS in `SharedToken::new`. Where several processes
//! share one token, see `fleet`.

#[path = "support/api.rs"]
mod api;
#[path = "shared_token/shared.rs"]
mod shared;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/hyper.rs"]
mod transport;

use std::{
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use hyper_util::client::legacy::connect::HttpConnector;
use oauth_proto::{AnyTokenSet, Callback, Client, Confidential, Entropy, Keeper, RedirectUri, Registration, stored};
use shared::{Clock, Presented, SharedToken, Store};
use support::StandIn;
use tokio::task::{JoinSet, spawn_blocking};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Default)]
struct Row(Arc<Mutex<String>>);

impl Row {
    fn store(&self) -> Store {
        let row = Arc::clone(&self.0);
        Box::new(move |text| {
            *row.lock().map_err(|_| "the row is broken")? = text.to_owned();
            Ok(())
        })
    }

    fn read(&self) -> Result<String> {
        Ok(self.0.lock().map_err(|_| "the row is broken")?.clone())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let server = StandIn::start(); // yours is elsewhere
    let registration = Registration::new(server.client_id())?.redirect_uri(RedirectUri::new(server.redirect_uri())?);
    let client = Client::confidential(server.provider(), registration, server.client_secret().into())?;
    let tokens = log_in(&client, &server).await?;

    let clock = server.clone();
    let now: Clock = Arc::new(move || clock.now()); // yours reads SystemTime
    let row = Row::default(); // yours is one of a database
    SharedToken::new(&client, Keeper::new(tokens), Arc::clone(&now), row.store())?;

    // The process ends, and another one begins with what is stored.
    let token = SharedToken::new(&client, stored::load(row.read()?.as_bytes())?, now, row.store())?;

    let in_time = tasks(&token, &server.api_url()).await?;
    let before = server.token_requests(); // the login's
    server.pass(Duration::from_secs(3600 - 30)); // nearly over: they go on with the old one
    let ahead = tasks(&token, &server.api_url()).await?;
    while server.token_requests() == before {
        tokio::time::sleep(Duration::from_millis(10)).await; // nobody waits for the renewal, but this count
    }
    let once = server.token_requests() - before;
    server.pass(Duration::from_secs(2 * 3600)); // over: they wait
    let late = tasks(&token, &server.api_url()).await?;
    let twice = server.token_requests() - before;

    // The answer is lost: nobody knows whether the refresh token is spent, and nobody sends it again.
    server.pass(Duration::from_secs(2 * 3600));
    server.lose_next_answer();
    let lost = tasks(&token, &server.api_url()).await.is_err();
    let thrice = server.token_requests() - before;

    let stored_as = stored::kind(row.read()?.as_bytes())?;
    if (once, twice, thrice, lost, &*stored_as) != (1, 2, 3, true, "keeper/1") || !server.deviations().is_empty() {
        return Err(format!("{once}, {twice}, {thrice}, {lost}, {stored_as}: {:?}", server.deviations()).into());
    }
    println!("shared_token: {} calls by many tasks, 2 renewals, and a lost one sent once.", in_time + ahead + late);
    Ok(())
}

/// Twenty tasks at once, each with a call of its own. How many there were.
async fn tasks(token: &SharedToken, url: &str) -> Result<usize> {
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let (token, url) = (token.clone(), url.to_owned());
        tasks.spawn(async move { call(&token, url).await.map_err(|why| why.to_string()) });
    }
    let mut calls = 0;
    while let Some(done) = tasks.join_next().await {
        match done?? {
            200 => calls += 1,
            status => return Err(format!("the API answers {status}").into()),
        }
    }
    Ok(calls)
}

async fn call(token: &SharedToken, url: String) -> Result<u16> {
    let Presented { header, token: used } = token.present_to(&url).await?;
    let response = spawn_blocking(move || api::get(&url, &header)).await??;
    token.challenged(&used, &response);
    Ok(response.status())
}

async fn log_in(client: &Client<Confidential>, server: &StandIn) -> Result<AnyTokenSet> {
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, server.now());
    let callback = server.user_logs_in(url.as_str()); // yours: what your route for the redirect URI is asked for
    let (request, in_flight) = awaiting.receive(client, Callback::url(&callback), server.now())?;
    let outcome = transport::send(&transport::client(HttpConnector::new()), request).await;
    Ok(in_flight.finish(outcome)?.into_any_token_set())
}
