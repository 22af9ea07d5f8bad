//! The server that `web_login` starts itself where none is named, and a person who goes through it all.

use oauth_proto::Secret;
use oauth_proto_emulator::{Emulator, ProviderTable};

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
        let away = browser.post("/login")?.expect(303, "")?.location;
        let callback = self.0.user().approve(&away).url;

        browser.get("/callback?code=stolen&state=guessed")?.expect(400, "This link is of no use")?;
        Browser::new(origin).get(&callback)?.expect(400, "This link is of no use")?;
        let mut before = Browser::with_cookie_of(&browser);
        browser.get(&callback)?.expect(303, "")?;
        browser.get("/")?.expect(200, "Hello, ")?.expect(200, "jsmith")?;
        browser.get(&callback)?.expect(400, "This link is of no use")?;
        before.get("/")?.expect(200, "Welcome")?; // the cookie from before the login is nobody's

        // The API refuses the token, and it is renewed.
        self.0.end_access_tokens();
        browser.get("/")?.expect(200, "jsmith")?;

        let mut kept = Browser::with_cookie_of(&browser);
        browser.post("/logout")?.expect(200, "The server has ended what it allowed.")?;
        kept.get("/")?.expect(200, "Welcome")?;
        match self.0.deviations() {
            deviations if deviations.is_empty() => Ok(()),
            deviations => Err(deviations.join("\n").into()),
        }
    }
}
