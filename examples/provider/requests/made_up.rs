//! What the browser, the server and another program would have brought.

use std::{fmt::Display, time::Duration};

use oauth_proto::{Authorized, ConfigError, Entropy, InFlight, Refreshable, Standing, grant::Grant};
use serde_json::Value;

use super::{CODE, Example, REDIRECT_URI, SCOPE, holds};
use crate::answers::{self, ACCESS_TOKEN, Answer, LIFETIME, Made, NOW, REFRESH_TOKEN};

const TOLD_ORIGIN: &str = "https://told.example.com";

/// The same bytes in each run, so that two runs can be compared. A real login must never do this.
pub(super) fn entropy() -> Entropy {
    let mut bytes = [0; Entropy::BYTES];
    for (byte, value) in bytes.iter_mut().zip(0..) {
        *byte = value;
    }
    Entropy::from_bytes(bytes)
}

impl Example<'_> {
    /// The callback of a login that went well.
    pub(super) fn callback(&self, state: &str) -> String {
        let step = &self.data["dialect"]["callback"];
        let wire = |name: &str| step["rename"][name].as_str().unwrap_or(name).to_owned();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(&wire("code"), CODE);
        if step["state"] == "required" {
            query.append_pair(&wire("state"), state);
        }
        if let Some(issuer) = self.data["issuer"].as_str() {
            query.append_pair(&wire("iss"), issuer);
        }
        for name in step["keep"].as_object().into_iter().flat_map(|keep| keep.keys()) {
            query.append_pair(name, &answers::kept(self.data, name, TOLD_ORIGIN));
        }
        format!("{REDIRECT_URI}?{}", query.finish())
    }

    /// An answer with tokens that end in `suffix`.
    pub(super) fn answer(&self, suffix: &str, nonce: Option<String>) -> Answer {
        self.shaped(&self.data["dialect"]["response"], suffix, nonce)
    }

    /// The same for the follow-up, which may be answered in another shape.
    pub(super) fn follow_up_answer(&self, suffix: &str) -> Answer {
        let own = &self.data["dialect"]["follow_up_response"];
        self.shaped(if own.is_null() { &self.data["dialect"]["response"] } else { own }, suffix, None)
    }

    fn shaped(&self, step: &Value, suffix: &str, nonce: Option<String>) -> Answer {
        let asked = !holds(&self.data["dialect"]["authorize"]["parameters"]["omit"], "scope");
        let (access_token, refresh_token) = (&*format!("{ACCESS_TOKEN}{suffix}"), &*format!("{REFRESH_TOKEN}{suffix}"));
        let made = Made { access_token, refresh_token, now: NOW, told_origin: TOLD_ORIGIN };
        Answer::new(self.data, step, &made, nonce, if asked { &SCOPE } else { &[] })
    }

    /// The nonce in an authorization URL, where the server sends it back.
    pub(super) fn nonce(&self, url: &str) -> Option<String> {
        let step = &self.data["dialect"]["authorize"];
        if step["nonce"] != "echoed_with_tokens" {
            return None;
        }
        let wire = step["parameters"]["rename"]["nonce"].as_str().unwrap_or("nonce");
        let (_, query) = url.split_once('?')?;
        url::form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == wire).then(|| value.into_owned()))
    }

    /// Shows an answer, and takes it in.
    pub(super) fn finish<G: Grant>(&mut self, in_flight: InFlight<G>, answer: &Answer) -> Option<G::Issued> {
        self.page.title("It is answered by something like");
        self.page.wire(&format!("HTTP/1.1 {}\nContent-Type: {}\n\n{}", answer.status, answer.media_type, answer.body));
        match in_flight.finish(answer.response().into()) {
            Ok(issued) => Some(issued),
            Err(error) => {
                self.cannot("reading of that answer", &error);
                None
            }
        }
    }

    /// Tokens of some other program, for what could not be gone through.
    pub(super) fn imported(&self) -> Result<Authorized<Refreshable>, ConfigError> {
        let end = self.now.plus(Duration::from_secs(LIFETIME));
        let (access, refresh) = (ACCESS_TOKEN.into(), REFRESH_TOKEN.into());
        let tokens = self.client.import_refreshable_tokens_from_elsewhere(access, refresh, Some(end))?;
        match tokens.at(self.now) {
            Standing::Authorized(authorized) => Ok(authorized),
            Standing::Expired(_) => unreachable!("they live for an hour"),
        }
    }

    /// Says what is not shown, and why.
    pub(super) fn cannot(&mut self, what: &str, error: &dyn Display) {
        self.page.remark(&format!("There is no {what}: {error}"));
    }
}
