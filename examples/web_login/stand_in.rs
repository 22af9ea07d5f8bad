//! The server that `web_login` starts itself where none is named, and a person who goes through it all.

use std::{thread::sleep, time::Duration};

use oauth_proto::Secret;
use oauth_proto_emulator::{Emulator, Fault, ProviderTable};

use crate::{
    Server,
    browser::{Browser, Result},
};

pub struct StandIn(Emulator);

impl StandIn {
    pub const USER: &str = "jsmith, with the password password123";

    pub fn start() -> Self {
        Self(Emulator::start(ProviderTable::extended()))
    }

    pub fn server(&self) -> Server {
        Server {
            issuer: self.0.origin("plain.invalid"),
            client_id: self.0.client_id().into(),
            secret: Secret::from(self.0.client_secret()),
            scope: String::new(), // it knows none
            api: Some(self.0.api_url()),
        }
    }

    /// Logs in, looks, and logs out; and tries what must not work.
    pub fn visit(&self, origin: &str) -> Result<()> {
        let mut browser = Browser::new(origin);
        browser.get("/")?.expect(200, "Welcome")?;
        let callback = self.approve(&mut browser)?;
        let late = self.approve(&mut browser)?; // in another tab

        browser.get("/callback?code=stolen&state=guessed")?.expect(400, "This link is of no use")?;
        Browser::new(origin).get(&callback)?.expect(400, "This link is of no use")?;
        let mut before = Browser::with_cookie_of(&browser);
        browser.get(&callback)?.expect(303, "")?;
        browser.get("/")?.expect(200, "Hello, ")?.expect(200, "jsmith")?;
        browser.get(&callback)?.expect(400, "This link is of no use")?;
        before.get("/")?.expect(200, "Welcome")?; // the cookie from before the login is nobody's
        browser.get(&late)?.expect(400, "This link is of no use")?; // nor is a login that began with it

        // The API has a bad day, and then refuses the token.
        self.0.inject_at("/me", Fault::Status500BeforeActing);
        browser.get("/")?.expect(503, "Not now")?;
        self.0.end_access_tokens();
        browser.get("/")?.expect(200, "jsmith")?;

        // A browser that goes away loses no renewal, and whoever comes meanwhile waits for it.
        self.go_away_in_a_renewal(&browser)?;
        browser.get("/")?.expect(200, "jsmith")?;

        // Whoever logs out meanwhile is logged out: what the renewal brings is given back too.
        self.go_away_in_a_renewal(&browser)?;
        let mut kept = Browser::with_cookie_of(&browser);
        browser.post("/logout")?.expect(200, "The server has ended what it allowed.")?;
        kept.get("/")?.expect(200, "Welcome")?;
        self.given_back(2)?;

        // And in peace.
        let callback = self.approve(&mut browser)?;
        browser.get(&callback)?.expect(303, "")?;
        browser.post("/logout")?.expect(200, "The server has ended what it allowed.")?;
        self.given_back(3)?;
        match self.0.deviations() {
            deviations if deviations.is_empty() => Ok(()),
            deviations => Err(deviations.join("\n").into()),
        }
    }

    /// A login as far as the callback's URL.
    fn approve(&self, browser: &mut Browser) -> Result<String> {
        let away = browser.post("/login")?.expect(303, "")?.location;
        Ok(self.0.user().approve(&away).url)
    }

    fn go_away_in_a_renewal(&self, browser: &Browser) -> Result<()> {
        self.0.end_access_tokens();
        self.0.inject_at("/token", Fault::Slow(Duration::from_secs(1)));
        browser.give_up_on("/", Duration::from_millis(300))
    }

    /// So often, and nothing is left.
    fn given_back(&self, times: usize) -> Result<()> {
        for _ in 0..50 {
            if self.0.requests_to("/revoke") == times && self.0.live_refresh_tokens().is_empty() {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        Err(format!("given back {} times, and not {times}", self.0.requests_to("/revoke")).into())
    }
}
