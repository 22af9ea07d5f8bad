//! Logins and tokens as a service with many users has them.

use std::time::Duration;

use oauth_proto::{
    AnyTokenSet, AwaitingCode, Callback, Client, Confidential, Entropy, Provider, RedirectUri, Registration, Response,
    Scope, Timestamp,
};

/// When the first login began.
pub const START: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// How long an access token lives. The tokens end all over an hour: each was issued at another second of it.
pub const LIFETIME: u64 = 3600;

/// As long as a signed JWT of few claims.
const ACCESS_TOKEN: usize = 400;
const REFRESH_TOKEN: usize = 64;

pub struct Population {
    client: Client<Confidential>,
}

/// The bytes of the two tokens of the set at `at`.
pub fn token_bytes(_at: usize) -> usize {
    ACCESS_TOKEN + REFRESH_TOKEN
}

/// A text of `length` that no other user has.
fn unique(at: usize, length: usize) -> String {
    let mut text = format!("{at:016x}-");
    text.extend("eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9".chars().cycle().take(length - text.len()));
    text
}

/// The second within the hour that the set at `at` is issued at: all over it, in no order.
fn second(at: usize) -> u64 {
    (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) % LIFETIME
}

impl Population {
    pub fn new() -> Self {
        let provider = Provider::new(
            "https://login.example.com",
            "https://login.example.com/oauth2/v2.0/authorize",
            "https://login.example.com/oauth2/v2.0/token",
        );
        let registration = Registration::new("6731de76-14a6-49ae-97bc-6eba6914391e")
            .expect("a client id")
            .redirect_uri(RedirectUri::new("https://app.example.com/oauth/callback").expect("a redirect URI"))
            .scope(Scope::new(["openid", "offline_access", "user:read", "projects:read"]).expect("a scope"));
        let client = Client::confidential(provider, registration, "7Fjfp0ZBr1KtDRbnfVdmIw".into());
        Self { client: client.expect("a client") }
    }

    /// A login with PKCE, that goes back to a page of the application.
    pub fn login(&self, at: usize) -> AwaitingCode {
        let mut entropy = [0x5A; Entropy::BYTES];
        entropy[..8].copy_from_slice(&at.to_be_bytes());
        let login = self.client.authorization_code().expect("a login endpoint");
        let login = login.return_to(&format!("/projects/{at:08}/settings")).expect("a path");
        login.authorize(Entropy::from_bytes(entropy), START).1
    }

    /// Tokens that the server issued to a login: it says their scope and their lifetime.
    pub fn token_set(&self, at: usize) -> AnyTokenSet {
        let now = START.plus(Duration::from_secs(second(at)));
        let awaiting = self.client.authorization_code().expect("a login endpoint");
        let awaiting = awaiting.authorize(Entropy::from_bytes([0x5A; Entropy::BYTES]), now).1;
        let callback = format!("code=C1&state={}", awaiting.state().expose());
        let received = awaiting.receive(&self.client, Callback::query(&callback), now);
        let (_request, in_flight) = received.expect("this login's callback");
        let body = format!(
            r#"{{"access_token":"{}","refresh_token":"{}","token_type":"Bearer","expires_in":{LIFETIME},"scope":"{}"}}"#,
            unique(at, ACCESS_TOKEN),
            unique(at, REFRESH_TOKEN),
            "openid offline_access user:read projects:read",
        );
        let answer = Response::new(200, [("Content-Type", "application/json")], body);
        in_flight.finish(answer.into()).expect("an answer with tokens").into_any_token_set()
    }
}
