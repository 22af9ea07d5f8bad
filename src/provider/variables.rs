//! What the variables of a provider's templates stand for.

use std::collections::BTreeMap;

use super::Provider;
use crate::{
    dialect::{Kept, RANDOM, SCOPE},
    error::{ConfigError, Reason},
    vocabulary::{MAX_EXTRA, Template},
};

/// The client's own id, in a template.
const CLIENT_ID: &str = "client_id";

/// Fills the templates of one provider, and remembers which variables they name.
pub(super) struct Variables<'a> {
    values: &'a BTreeMap<String, String>,
    client_id: &'a str,
    from_callback: &'a BTreeMap<String, Kept>,
    from_response: Vec<&'a str>,
    /// Those of `values` that templates name, as often as they do.
    named: Vec<&'a str>,
}

/// Where what a token response brings is known too.
pub(super) const API_ORIGINS: &str = "api_origins";

/// What stands between the alternatives of a URL.
const OR: &str = " || ";

impl<'a> Variables<'a> {
    pub(super) fn new(provider: &'a Provider, client_id: &'a str) -> Result<Self, ConfigError> {
        let from_callback = &provider.dialect.callback.keep;
        let from_response: Vec<_> = provider.dialect.kept_members().collect();
        for (name, value) in &provider.variables {
            let field = || format!("variables.{}", name.escape_debug());
            if [CLIENT_ID, SCOPE, RANDOM].contains(&name.as_str()) {
                return Err(ConfigError::new(field(), Reason::ReservedName));
            }
            if from_callback.contains_key(name) || from_response.contains(&name.as_str()) {
                return Err(ConfigError::new(field(), Reason::Repeated));
            }
            ConfigError::check_characters(field(), value, |byte| !byte.is_ascii_control())?;
            if value.len() > MAX_EXTRA {
                return Err(ConfigError::new(field(), Reason::WrongLength { min: 0, max: MAX_EXTRA }));
            }
        }
        Ok(Self { values: &provider.variables, client_id, from_callback, from_response, named: Vec::new() })
    }

    /// The first of the URL's alternatives whose variables all have a value, or will have one from the callback.
    pub(super) fn url(&mut self, field: &str, text: &str) -> Result<Template, ConfigError> {
        // Most URLs are just that.
        if !text.contains(['{', '}', ' ']) {
            return Ok(Template::of_literal(text.to_owned()));
        }
        let mut alternatives = Vec::new();
        for alternative in text.split(OR) {
            let template = Template::parse(field, alternative)?;
            self.remember(&template);
            alternatives.push(template);
        }
        // These are new in each request, and no URL is.
        if alternatives.iter().flat_map(Template::variables).any(|name| name == SCOPE || name == RANDOM) {
            return Err(ConfigError::new(field.to_owned(), Reason::NotYetKnown));
        }
        // What a token response brings makes an API's address at most.
        let known = |name: &str| self.is_known(name) && (field == API_ORIGINS || !self.is_from_response(name));
        let unset = |template: &Template| template.variables().find(|name| !known(name)).map(str::to_owned);
        let Some(chosen) = alternatives.iter().find(|template| unset(template).is_none()) else {
            let missing = alternatives.first().and_then(unset).unwrap_or_default();
            let reason = if self.is_known(&missing) { Reason::NotYetKnown } else { Reason::UnsetVariable(missing) };
            return Err(ConfigError::new(field.to_owned(), reason));
        };
        for name in chosen.variables() {
            self.check_url_value(name)?;
        }
        self.bind(field, chosen)
    }

    fn remember(&mut self, template: &Template) {
        for name in template.variables() {
            if let Some((name, _)) = self.values.get_key_value(name) {
                self.named.push(name);
            }
        }
    }

    fn bind(&self, field: &str, template: &Template) -> Result<Template, ConfigError> {
        let too_long = || Reason::WrongLength { min: 0, max: Template::MAX_BYTES };
        let bound = template.bind(|name| self.value(name));
        bound.ok_or_else(|| ConfigError::new(field.to_owned(), too_long()))
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        if name == CLIENT_ID { Some(self.client_id) } else { self.values.get(name).map(String::as_str) }
    }

    /// A value stands in a host, a port, a path segment or a query, and must not be able to leave it.
    fn check_url_value(&self, name: &str) -> Result<(), ConfigError> {
        let Some(value) = self.value(name) else {
            return Ok(());
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
        let reason = match value.bytes().position(|byte| !allowed(byte)) {
            Some(at) => Reason::ForbiddenCharacter { at },
            None if value.bytes().all(|byte| byte == b'.') => Reason::Empty,
            None => return Ok(()),
        };
        let field = if name == CLIENT_ID { name.to_owned() } else { format!("variables.{}", name.escape_debug()) };
        Err(ConfigError::new(field, reason))
    }

    fn is_known(&self, name: &str) -> bool {
        self.value(name).is_some() || self.from_callback.contains_key(name) || self.is_from_response(name)
    }

    fn is_from_response(&self, name: &str) -> bool {
        self.from_response.contains(&name) && !self.from_callback.contains_key(name)
    }

    /// The value of a parameter or header field. What differs from request to request is left as a variable.
    pub(super) fn text(&mut self, field: &str, text: &str) -> Result<Template, ConfigError> {
        let template = Template::parse(field, text)?;
        self.remember(&template);
        let known = |name: &str| self.is_known(name) || name == SCOPE || name == RANDOM;
        match template.variables().find(|name| !known(name)) {
            Some(name) => Err(ConfigError::new(field.to_owned(), Reason::UnsetVariable(name.to_owned()))),
            None => self.bind(field, &template),
        }
    }

    /// A variable that no template names is a spelling mistake.
    pub(super) fn finish(mut self) -> Result<(), ConfigError> {
        self.named.sort_unstable();
        match self.values.keys().find(|name| self.named.binary_search(&name.as_str()).is_err()) {
            Some(name) => Err(ConfigError::new(format!("variables.{}", name.escape_debug()), Reason::UnknownVariable)),
            None => Ok(()),
        }
    }
}

impl Provider {
    /// The URL templates, whatever they are for, and their places in the data.
    fn urls(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let endpoints = [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("implicit_authorization_endpoint", &self.implicit_authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
            ("refresh_endpoint", &self.refresh_endpoint),
            ("follow_up_endpoint", &self.follow_up_endpoint),
            ("device_authorization_endpoint", &self.device_authorization_endpoint),
            ("pushed_authorization_request_endpoint", &self.pushed_authorization_request_endpoint),
            ("registration_endpoint", &self.registration_endpoint),
        ];
        endpoints
            .into_iter()
            .filter_map(|(field, url)| Some((field, url.as_deref()?)))
            .chain(self.revocation.iter().map(|data| ("revocation.endpoint", data.endpoint.as_str())))
            .chain(self.introspection.iter().map(|data| ("introspection.endpoint", data.endpoint.as_str())))
            .chain(self.checks.values().map(|url| ("checks", url.as_str())))
            .chain(self.api_origins.iter().map(|url| (API_ORIGINS, url.as_str())))
    }

    /// The variables that make the host or the path of a URL, and so another server, in the order of their letters.
    pub(super) fn names_of_server(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for (_, url) in self.urls() {
            for alternative in url.split(OR) {
                let address = alternative.split_once('?').map_or(alternative, |(address, _)| address);
                let behind_braces = address.split('{').skip(1);
                names.extend(behind_braces.filter_map(|rest| Some(rest.split_once('}')?.0)));
            }
        }
        names.sort_unstable();
        names
    }

    /// The variables that have no value, and without which no client can be made: set each with
    /// [`variable`](Self::variable).
    ///
    /// ```
    /// use oauth_proto::Provider;
    ///
    /// let login = "https://{host}/authorize || https://login.example/authorize";
    /// let provider = Provider::new("example", login, "https://{tenant}.example.com/token");
    /// assert_eq!(provider.unset_variables(), ["tenant"], "without a `host` there is the other address");
    /// assert!(provider.variable("tenant", "acme").unset_variables().is_empty());
    /// ```
    pub fn unset_variables(&self) -> Vec<String> {
        let kept = |name: &str| self.dialect.callback.keep.contains_key(name);
        let own = [CLIENT_ID, SCOPE, RANDOM];
        let set = |name: &str| self.variables.contains_key(name) || own.contains(&name) || kept(name);
        let told = |name: &str| self.dialect.kept_members().any(|each| each == name);
        let mut unset = Vec::new();
        let mut need = |name: &str| {
            if !unset.iter().any(|each| each == name) {
                unset.push(name.to_owned());
            }
        };
        // What is wrong in another way says so when it is checked.
        let parse = |text: &str| Template::parse("", text).unwrap_or_default();
        for (field, url) in self.urls() {
            let missing = |name: &str| !(set(name) || (field == API_ORIGINS && told(name)));
            let alternatives: Vec<_> = url.split(OR).map(parse).collect();
            if alternatives.iter().all(|each| each.variables().any(missing)) {
                let first = alternatives.iter().take(1).flat_map(Template::variables);
                first.filter(|name| missing(name) && !told(name)).for_each(&mut need);
            }
        }
        for text in self.dialect.additions() {
            let missing = |name: &&str| !set(name) && !told(name);
            parse(text).variables().filter(missing).for_each(&mut need);
        }
        unset
    }
}
