//! Walks to any state, with a fixed clock and fixed randomness, and without a network.
#![allow(dead_code)] // each test target uses its own part

use oauth_proto::{
    AccessOnly, Authorized, AwaitingCode, AwaitingToken, Callback, Client, Confidential, Entropy, Expired, Granted,
    InFlight, Keeper, Outcome, Provider, Public, RedirectUri, Refreshable, Registration, Reissuable, Request, Response,
    Scope, Timestamp, Unauthorized, grant,
};

/// What the fixed entropy becomes.
pub const STATE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
pub const VERIFIER: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
pub const CHALLENGE: &str = "bB1ju9q0N8VDaMu9iIaohqea2XcpfiZe6_H19fAVM7k";
pub const NONCE: &str = "to1kGx4RJkodC69dKOkxc-yGvrzbgb1-Dkr5Igt2Igg";
/// The hash of `STATE`.
pub const KEY: &str = "VtX6czP210fbQsI5QH5dpMMvTHnzXQkrE0_TWkAtnFw";
/// `app:s3cret`
pub const BASIC: &str = "Basic YXBwOnMzY3JldA==";

pub const TOKENS: &str = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600,"refresh_token":"R1"}"#;
pub const ACCESS_ONLY: &str = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600}"#;

/// `seconds` after the login began.
pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000 + seconds)
}

pub fn entropy() -> Entropy {
    let mut bytes = [1; Entropy::BYTES];
    bytes[32..].fill(2);
    Entropy::from_bytes(bytes)
}

/// Another login's.
pub fn other_entropy() -> Entropy {
    Entropy::from_bytes([9; Entropy::BYTES])
}

/// A JSON answer.
pub fn answer(status: u16, body: &str) -> Outcome {
    Response::new(status, [("Content-Type", "application/json")], body).into()
}

pub fn provider() -> Provider {
    Provider::new("example", "https://id.example/authorize", "https://id.example/token")
        .api_origin("https://api.example")
}

pub fn registration() -> Registration {
    let redirect_uri = RedirectUri::new("https://app.example/cb").unwrap();
    Registration::new("app").unwrap().redirect_uri(redirect_uri).scope(Scope::new(["read", "write"]).unwrap())
}

/// The request as it stands on the wire, less what the transport adds.
pub fn wire(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method().as_str(), request.url());
    for header in request.headers() {
        text += &format!("{}: {}\n", header.name(), header.expose_value());
    }
    text + "\n" + std::str::from_utf8(request.expose_body()).unwrap()
}

/// A client of any kind, and the walks from it.
pub struct Scenario<K> {
    pub client: Client<K>,
}

impl Scenario<Confidential> {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(tweak: impl FnOnce(&mut Provider)) -> Self {
        let mut provider = provider();
        tweak(&mut provider);
        Self { client: Client::confidential(provider, registration(), "s3cret".into()).unwrap() }
    }

    /// At 0 s.
    pub fn client_credentials_in_flight(&self) -> (Request, InFlight<grant::ClientCredentials>) {
        self.client.client_credentials().unwrap().request(at(0)).unwrap()
    }

    /// From 0 s to 3600 s.
    pub fn reissuable(&self) -> Authorized<Reissuable> {
        self.client_credentials_in_flight().1.finish(answer(200, ACCESS_ONLY)).unwrap()
    }

    /// At 1000 s.
    pub fn reissue_in_flight(&self) -> (Request, InFlight<grant::Reissue>) {
        self.reissuable().reissue(&self.client, at(1000)).unwrap()
    }
}

impl Scenario<Public> {
    pub fn public() -> Self {
        Self::public_with(|_| {})
    }

    pub fn public_with(tweak: impl FnOnce(&mut Provider)) -> Self {
        let mut provider = provider();
        tweak(&mut provider);
        Self { client: Client::public(provider, registration()).unwrap() }
    }
}

impl<K> Scenario<K> {
    pub fn login(&self) -> Unauthorized<grant::AuthorizationCode> {
        self.client.authorization_code().unwrap()
    }

    /// From 0 s to 600 s.
    pub fn awaiting_code(&self) -> AwaitingCode {
        self.login().authorize(entropy(), at(0)).1
    }

    /// From 0 s to 600 s.
    pub fn awaiting_token(&self) -> AwaitingToken {
        self.client.implicit().unwrap().authorize(entropy(), at(0)).1
    }

    /// The code is `C1`; received and sent at 10 s.
    pub fn code_in_flight(&self) -> (Request, InFlight<grant::AuthorizationCode>) {
        let callback = format!("code=C1&state={STATE}");
        self.awaiting_code().receive(&self.client, Callback::query(&callback), at(10)).unwrap()
    }

    /// At 0 s.
    pub fn password_in_flight(&self) -> (Request, InFlight<grant::Password>) {
        self.client.password().unwrap().request("ada", &"pa55".into(), at(0)).unwrap()
    }

    pub fn granted(&self, body: &str) -> Granted {
        self.code_in_flight().1.finish(answer(200, body)).unwrap()
    }

    /// `A1` and `R1`, from 10 s to 3610 s.
    pub fn refreshable(&self) -> Authorized<Refreshable> {
        let Granted::Refreshable(authorized) = self.granted(TOKENS) else { panic!("no refresh token") };
        authorized
    }

    /// `A1`, from 10 s to 3610 s.
    pub fn access_only(&self) -> Authorized<AccessOnly> {
        let Granted::AccessOnly(authorized) = self.granted(ACCESS_ONLY) else { panic!("a refresh token") };
        authorized
    }

    pub fn expired(&self) -> Expired<Refreshable> {
        self.refreshable().rejected()
    }

    /// At 1000 s.
    pub fn refresh_in_flight(&self) -> (Request, InFlight<grant::RefreshToken>) {
        self.refreshable().refresh(&self.client, at(1000)).unwrap()
    }

    pub fn keeper(&self) -> Keeper {
        Keeper::new(self.refreshable().into_token_set())
    }
}
