//! An attacker's server, which a client knows beside an honest one (RFC 9700 section 4.4.1).

use http::header::LOCATION;

use crate::answer::Answer;
use crate::decode;
use crate::log::Exchange;
use crate::table::ProviderTable;

/// Where each browser is sent: to the honest server, as the client that the honest server knows.
#[derive(Clone, Debug)]
pub(crate) struct Lure {
    authorization_endpoint: String,
    /// What is replaced in the request: the client's id, and whatever else it takes.
    replace: Vec<(String, String)>,
}

impl ProviderTable {
    /// An attacker's server: its authorization endpoint asks nobody anything, but sends the browser on to an honest
    /// server, with the parameters as they came but for those in `replace`. Its token endpoint waits for what comes.
    #[must_use]
    pub fn luring_to(mut self, authorization_endpoint: &str, replace: &[(&str, &str)]) -> Self {
        let replace = replace.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.extensions.lure = Some(Lure { authorization_endpoint: authorization_endpoint.to_owned(), replace });
        self
    }

    /// Each callback says who sent it: `iss` (RFC 9207).
    #[must_use]
    pub fn naming_itself(mut self, issuer: &str) -> Self {
        self.extensions.issuer = Some(issuer.to_owned());
        self
    }
}

impl Lure {
    pub(crate) fn answer(&self, seen: &Exchange) -> Answer {
        let query = seen.query.as_deref().unwrap_or("");
        let Ok(params) = decode::form_params(query, "the query") else { return Answer::text(400, "no query") };
        let replaced = |name: &str| self.replace.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str());
        let mut form = form_urlencoded::Serializer::new(String::new());
        for name in params.names() {
            form.append_pair(name, replaced(name).or(params.get(name)).unwrap_or_default());
        }
        Answer::text(302, "").with(LOCATION, format!("{}?{}", self.authorization_endpoint, form.finish()))
    }
}
