//! The requests that a provider's data leads to, made by the machine that makes real ones.

mod made_up;
mod tokens;

use made_up::entropy;
use oauth_proto::{
    AwaitingCode, Callback, Client, Confidential, ConfigError, Granted, Provider, RedirectUri, Registration, Scope,
    Timestamp,
};
use serde_json::Value;

use crate::{answers::NOW, http_text, page::Page};

const CLIENT_ID: &str = "s6BhdRkqt3";
const CLIENT_SECRET: &str = "7Fjfp0ZBr1KtDRbnfVdmIw";
const REDIRECT_URI: &str = "https://app.example.com/cb";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const SCOPE: [&str; 2] = ["read", "write"];

pub fn write(page: &mut Page, provider: &Provider, data: &Value) -> Result<(), ConfigError> {
    let mut registration = Registration::new(CLIENT_ID)?.redirect_uri(RedirectUri::new(REDIRECT_URI)?);
    let asks = |step: &str| !holds(&data["dialect"][step]["parameters"]["omit"], "scope");
    if asks("authorize") || asks("token") {
        registration = registration.scope(Scope::new(SCOPE)?);
    }
    let client = Client::confidential(provider.clone(), registration, CLIENT_SECRET.into())?;
    let now = Timestamp::from_unix_seconds(NOW);
    let mut example = Example { page, data, client: &client, now };
    example.page.heading("The requests, with example credentials");
    let granted = example.log_in()?;
    example.implicit();
    example.use_tokens(granted)?;
    example.client_credentials();
    Ok(())
}

struct Example<'a> {
    page: &'a mut Page,
    data: &'a Value,
    client: &'a Client<Confidential>,
    now: Timestamp,
}

impl Example<'_> {
    /// The login with a code, up to its tokens; those of elsewhere where it cannot be gone through.
    fn log_in(&mut self) -> Result<Granted, ConfigError> {
        let granted = match self.client.authorization_code() {
            Err(error) => {
                self.cannot("login with a code", &error);
                None
            }
            Ok(login) => {
                let (url, awaiting) = login.authorize(entropy(), self.now);
                self.page.title("The login sends the browser to");
                http_text::browser(self.page, &url);
                let nonce = self.nonce(url.as_str());
                self.exchange(awaiting, nonce)
            }
        };
        granted.map_or_else(|| self.imported().map(Granted::Refreshable), Ok)
    }

    fn exchange(&mut self, awaiting: AwaitingCode, nonce: Option<String>) -> Option<Granted> {
        let callback = self.callback(awaiting.state().expose());
        let came = match callback.split_once('?') {
            Some((place, form))
                if self.data["dialect"]["authorize"]["parameters"]["add"]["response_mode"] == "form_post" =>
            {
                self.page.title("The browser posts a form");
                self.page.wire(&format!("POST {place}\n\n{form}"));
                Callback::form_post(form)
            }
            _ => {
                self.page.title("The browser comes back to");
                self.page.wire(&callback);
                Callback::url(&callback)
            }
        };
        match awaiting.receive(self.client, came, self.now) {
            Err(error) => {
                self.cannot("token request", &error);
                None
            }
            Ok((request, in_flight)) => {
                self.page.title("The token request");
                http_text::request(self.page, &request);
                let answer = self.answer("", nonce);
                self.finish(in_flight, &answer)
            }
        }
    }

    fn client_credentials(&mut self) {
        let start = match self.client.client_credentials() {
            Ok(start) => start,
            Err(error) => return self.cannot("request with client credentials", &error),
        };
        match start.request(self.now) {
            Err(error) => self.cannot("request with client credentials", &error.fault()),
            Ok((request, in_flight)) => {
                self.page.title("Client credentials, where the provider offers them");
                http_text::request(self.page, &request);
                drop(in_flight);
            }
        }
    }

    /// The browser's URL for a token, where the data says anything of that grant.
    fn implicit(&mut self) {
        let dialect = &self.data["dialect"];
        let said = !self.data["implicit_authorization_endpoint"].is_null()
            || dialect["authorize"]["response_type_token"] != "token"
            || dialect["callback"]["tokens"] != "fragment"
            || dialect["callback"]["implicit_refresh_token"] == true;
        if let (true, Ok(login)) = (said, self.client.implicit()) {
            let (url, awaiting) = login.authorize(entropy(), self.now);
            self.page.title("The implicit grant sends the browser to");
            http_text::browser(self.page, &url);
            drop(awaiting);
        }
    }
}

fn holds(list: &Value, name: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|each| each == name))
}
