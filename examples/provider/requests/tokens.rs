//! What is done with tokens once they are there.

use std::time::Duration;

use oauth_proto::{
    AnyClient, Authorized, ConfigError, Granted, OfLogin, PresentError, Refreshable, Standing, TokenSet,
};

use serde_json::Value;

use super::{CLIENT_ID, Example};
use crate::{answers::NEXT, http_text, template};

impl Example<'_> {
    pub(super) fn use_tokens(&mut self, granted: Granted) -> Result<(), ConfigError> {
        let granted = match (self.data["follow_up_endpoint"].is_null(), granted) {
            (true, granted) => Some(granted),
            (false, Granted::Refreshable(authorized)) => self.follow_up(authorized),
            (false, Granted::AccessOnly(authorized)) => self.follow_up(authorized),
        };
        let authorized = match granted {
            Some(Granted::Refreshable(authorized)) => authorized,
            _ => self.imported()?,
        };
        self.api_call(&authorized);
        self.checks(&authorized);
        self.refresh(authorized.into_token_set());
        Ok(())
    }

    fn follow_up<C: OfLogin>(&mut self, authorized: Authorized<C>) -> Option<Granted> {
        match authorized.follow_up(self.client, self.now) {
            Err(error) => {
                self.cannot("follow-up", &error.fault());
                None
            }
            Ok((request, in_flight)) => {
                self.page.title("The follow-up");
                http_text::request(self.page, &request);
                let answer = self.follow_up_answer(NEXT);
                self.finish(in_flight, &answer)
            }
        }
    }

    /// The refresh at the last second, when every provider allows it; and the revocation of what it brings.
    fn refresh(&mut self, tokens: TokenSet<Refreshable>) {
        let at = tokens.expires_at().map_or(self.now, |end| end.minus(Duration::from_secs(1)));
        let made = match tokens.at(at) {
            Standing::Authorized(authorized) => authorized.refresh(self.client, at),
            Standing::Expired(expired) => expired.refresh(self.client, at),
        };
        let tokens = match made {
            Err(error) => {
                self.cannot("refresh", &error.fault());
                error.into_origin()
            }
            Ok((request, in_flight)) => {
                self.page.title("The refresh");
                http_text::request(self.page, &request);
                match in_flight.finish(self.answer(NEXT, None).response().into()) {
                    Ok(authorized) => authorized.into_token_set(),
                    Err(error) => return self.cannot("reading of the refresh's answer", &error),
                }
            }
        };
        if !self.data["revocation"].is_null() {
            match tokens.revoke(self.client) {
                Err(error) => self.cannot("revocation", &error.fault()),
                Ok((request, revoking)) => {
                    self.page.title("The revocation");
                    http_text::request(self.page, &request);
                    drop(revoking);
                }
            }
        }
    }

    fn api_call(&mut self, authorized: &Authorized<Refreshable>) {
        let origins = self.data["api_origins"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let value = |name: &str| match name {
            "client_id" => Some(CLIENT_ID.to_owned()),
            name => {
                let given = self.data["variables"][name].as_str();
                given.or_else(|| authorized.extras().get(name)).map(str::to_owned)
            }
        };
        let Some(url) = origins.filter_map(|origin| template::fill(origin, value)).next() else {
            return;
        };
        // An origin may be written with a path, which says nothing.
        let url = format!("{}/example", url.trim_end_matches('/'));
        let client: &AnyClient = self.client;
        match authorized.header_for(client, &url) {
            Ok(header) => {
                self.page.title("A call of the API");
                http_text::head(self.page, "GET", &url, &[header]);
            }
            Err(PresentError::GoesIntoUrl) => match authorized.url_for(client, &url) {
                Ok(url) => {
                    self.page.title("A call of the API");
                    http_text::head(self.page, "GET", url.expose(), &[]);
                }
                Err(error) => self.cannot("call of the API", &error),
            },
            Err(error) => self.cannot("call of the API", &error),
        }
    }

    fn checks(&mut self, authorized: &Authorized<Refreshable>) {
        for name in self.data["checks"].as_object().into_iter().flat_map(|checks| checks.keys()) {
            match authorized.check(self.client, name) {
                Err(error) => self.cannot("check", &error),
                Ok((request, checking)) => {
                    self.page.title(&format!("The check `{name}`"));
                    http_text::request(self.page, &request);
                    drop(checking);
                }
            }
        }
    }
}
