//! The flow of RFC 6749 with the default dialect, for counting instructions: `.ci/instructions` runs it.
//!
//! `rfc_flow STAGE ROUNDS` walks ROUNDS times from the client to the end of STAGE. A stage holds all stages before it,
//! so that the difference of two is the cost of one.

use std::hint::black_box;

use oauth_proto::{
    AuthorizationUrl, Authorized, AwaitingCode, Callback, Client, Confidential, Entropy, Granted, Outcome, Provider,
    RedirectUri, Refreshable, Registration, Response, Scope, Timestamp,
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// A token response of 378 bytes.
const BODY: &str = concat!(
    r#"{"access_token":"eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY2"#,
    r#"9tIiwic3ViIjoiMTIzNDU2Nzg5MCIsImF1ZCI6ImFwaSIsImV4cCI6MTgwMDAwMzYwMH0.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU","#,
    r#""token_type":"Bearer","expires_in":3600,"refresh_token":"8xLOxBtZp8-8xLOxBtZp8-8xLOxBtZp8","#,
    r#""scope":"user:read projects:read projects:write"}"#
);

fn client() -> Client<Confidential> {
    let provider = Provider::new("example", "https://id.example.com/authorize", "https://id.example.com/token");
    let registration = Registration::new("s6BhdRkqt3")
        .unwrap()
        .redirect_uri(RedirectUri::new("https://app.example.com/cb").unwrap())
        .scope(Scope::new(["user:read", "projects:read", "projects:write"]).unwrap());
    Client::confidential(provider, registration, "7Fjfp0ZBr1KtDRbnfVdmIw".into()).unwrap()
}

fn answer() -> Outcome {
    Response::new(200, [("Content-Type", "application/json")], BODY).into()
}

fn authorize(client: &Client<Confidential>, round: u32) -> (AuthorizationUrl, AwaitingCode) {
    let [a, b, c, d] = round.to_be_bytes();
    let mut bytes = [7; Entropy::BYTES];
    bytes[..4].copy_from_slice(&[a, b, c, d]);
    client.authorization_code().unwrap().authorize(Entropy::from_bytes(bytes), NOW)
}

fn refreshable(granted: Granted) -> Authorized<Refreshable> {
    match granted {
        Granted::Refreshable(authorized) => authorized,
        Granted::AccessOnly(_) => unreachable!("the answer has a refresh token"),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [stage, rounds] = arguments.as_slice() else {
        // `cargo test --benches` and `cargo bench` come by without arguments: one round, to see that it runs.
        return walk("refresh", 1);
    };
    walk(stage, rounds.parse().expect("ROUNDS is a number"));
}

fn walk(stage: &str, rounds: u32) {
    let last = ["client", "authorize", "request", "response", "refresh"].iter().position(|each| *each == stage);
    let last = last.expect("STAGE is client, authorize, request, response or refresh");
    let client = client();
    // The same text for each round: what stands in a callback is the browser's to make, not ours.
    let (_, awaiting) = authorize(&client, 0);
    let callback = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
    for _ in 0..rounds {
        if last == 0 {
            drop(black_box(self::client()));
            continue;
        }
        let (url, awaiting) = black_box(authorize(&client, 0));
        drop(black_box(url));
        if last == 1 {
            continue;
        }
        let (request, in_flight) = awaiting.receive(&client, Callback::url(&callback), NOW).unwrap();
        drop(black_box(request));
        if last == 2 {
            continue;
        }
        let authorized = refreshable(in_flight.finish(answer()).unwrap());
        if last == 3 {
            drop(black_box(authorized));
            continue;
        }
        let (request, in_flight) = authorized.refresh(&client, NOW).unwrap();
        drop(black_box(request));
        drop(black_box(in_flight.finish(answer()).unwrap()));
    }
}
