//! One login and one refresh with this crate: see `.ci/build-cost`.
//!
//! `program CALLBACK BODY` prints the URL, the bodies of the two requests, and the access token of the second answer.

use std::error::Error;

use oauth_proto::{
    Callback, Client, Entropy, Granted, Outcome, Provider, RedirectUri, Registration, Response, Scope, Timestamp,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, callback, body] = &arguments[..] else { return Err("program CALLBACK BODY".into()) };
    let now = Timestamp::from_unix_seconds(1_800_000_000);
    let answer = || Outcome::from(Response::new(200, [("Content-Type", "application/json")], body.as_str()));

    let provider = Provider::new("example", "https://id.example.com/authorize", "https://id.example.com/token");
    let registration = Registration::new("app")?
        .redirect_uri(RedirectUri::new("https://app.example.com/cb")?)
        .scope(Scope::new(["read", "write"])?);
    let client = Client::public(provider, registration)?;

    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_bytes([0; 64]), now);
    println!("{}", url.as_str());

    let (request, in_flight) = awaiting.receive(&client, Callback::url(callback), now)?;
    println!("{}", str::from_utf8(request.expose_body())?);
    let Granted::Refreshable(authorized) = in_flight.finish(answer())? else { return Err("no refresh token".into()) };

    let (request, in_flight) = authorized.refresh(&client, now)?;
    println!("{}", str::from_utf8(request.expose_body())?);
    let authorized = in_flight.finish(answer())?;
    println!("{} until {:?}", authorized.access_token().expose(), authorized.expires_at());
    Ok(())
}
