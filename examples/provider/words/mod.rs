//! What a provider's data means, in words and by step: what is always worth knowing, and what differs from RFC 6749.

mod differences;
mod given_up;
mod parameters;
mod steps;

use differences::{Difference, differences};
use oauth_proto::{
    Introspection, Limits, Provider,
    dialect::{Dialect, TokenStep},
};
use serde_json::Value;

use crate::{page::Page, template};

/// A sentence on a field, if this says something of it.
type Sentence = fn(&str, &Value) -> Option<String>;

pub fn write(page: &mut Page, provider: &Provider, data: &Value) {
    let dialect = &data["dialect"];
    let default = serde_json::to_value(Dialect::default()).unwrap_or_default();
    let differ = |step: &str| differences(&dialect[step], &default[step], &format!("dialect.{step}"));
    let places = Places { page, data };
    places.write(provider, &differ, &default);
}

struct Places<'a> {
    page: &'a mut Page,
    data: &'a Value,
}

impl Places<'_> {
    fn write<'d>(mut self, provider: &Provider, differ: &dyn Fn(&str) -> Vec<Difference<'d>>, default: &Value) {
        self.server(provider);

        self.page.heading("The login");
        self.endpoint("users log in at", "authorization_endpoint");
        self.endpoint("for a token in the browser, at", "implicit_authorization_endpoint");
        let dialect = &self.data["dialect"];
        self.always("dialect.authorize.pkce", &dialect["authorize"]["pkce"], steps::pkce);
        self.differences(differ("authorize"), steps::authorize);

        self.step("The callback", differ("callback"), steps::callback);

        self.page.heading("The token request");
        self.endpoint("it goes to", "token_endpoint");
        self.always("dialect.token.client_authentication", &dialect["token"]["client_authentication"], steps::proof);
        self.differences(differ("token"), steps::request);

        self.page.heading("The refresh");
        match &self.data["refresh_endpoint"] {
            Value::Null => self.page.say("it goes to the token endpoint"),
            _ => self.endpoint("it goes to", "refresh_endpoint"),
        }
        self.always(
            "dialect.refresh.client_authentication",
            &dialect["refresh"]["client_authentication"],
            steps::proof,
        );
        self.differences(differ("refresh"), steps::refresh);

        if !dialect["follow_up"].is_null() {
            let step = &dialect["follow_up"];
            let usual = serde_json::to_value(TokenStep::default()).unwrap_or_default();
            self.page.heading("The follow-up: a short-lived token for a long-lived one");
            self.endpoint("it goes to", "follow_up_endpoint");
            self.always("dialect.follow_up.client_authentication", &step["client_authentication"], steps::proof);
            self.differences(differences(step, &usual, "dialect.follow_up"), steps::request);
        }

        self.step("The answer", differ("response"), steps::response);
        if !dialect["follow_up_response"].is_null() {
            let usual = &default["response"];
            let own = differences(&dialect["follow_up_response"], usual, "dialect.follow_up_response");
            self.step("The answer to the follow-up", own, steps::response);
        }

        self.page.heading("API calls");
        self.origins(provider);
        self.presentation();

        // A step that this example does not know yet is shown all the same.
        let known = [
            "authorize",
            "callback",
            "token",
            "refresh",
            "follow_up",
            "response",
            "follow_up_response",
            "presentation",
        ];
        let steps = default.as_object().into_iter().flat_map(|steps| steps.keys());
        for step in steps.filter(|step| !known.contains(&step.as_str())) {
            self.step(step, differ(step), |_, _| None);
        }
    }

    fn server(&mut self, provider: &Provider) {
        self.page.heading(&format!("Provider {}", provider.name));
        self.page.say(&format!("what is stored is bound to `{}`", provider.identity()));
        for (field, words) in [
            ("issuer", "an `iss` in the callback must be"),
            ("mutual_tls", "the server wants a TLS client certificate with each token request:"),
            ("allow_plaintext_on_loopback", "http is allowed for loopback hosts:"),
            ("deadline_seconds", "how long a request may take, in seconds:"),
        ] {
            match &self.data[field] {
                Value::Null | Value::Bool(false) => {}
                value => self.told(field, value, format!("{words} {}", plain(value))),
            }
        }
        let usual = serde_json::to_value(Limits::default()).unwrap_or_default();
        self.differences(differences(&self.data["limits"], &usual, "limits"), steps::limits);
        if let Some(revocation) = &provider.revocation {
            let which = if revocation.refresh_tokens_only { "refresh tokens, and no others," } else { "tokens" };
            let who = if revocation.client_authentication { "" } else { ", by whoever has them" };
            self.page
                .say(&format!("{which} are revoked at {}, as `{}`{who}", revocation.endpoint, revocation.parameter));
            self.warned("revocation.body", &self.data["revocation"]["body"]);
        }
        if let Some(introspection) = &provider.introspection {
            let Introspection { endpoint, parameter, .. } = introspection;
            self.page.say(&format!("the state of a token is asked for at {endpoint}, as `{parameter}`"));
        }
        for (what, endpoint) in [
            ("a device asks for its codes", &provider.device_authorization_endpoint),
            ("an authorization request is pushed", &provider.pushed_authorization_request_endpoint),
        ] {
            endpoint.iter().for_each(|endpoint| self.page.say(&format!("{what} at {endpoint}")));
        }
        if provider.require_pushed_authorization_requests {
            self.page.say("an authorization request that was not pushed is refused");
        }
        for (name, url) in &provider.checks {
            self.page.say(&format!("the check `{name}` asks {url}"));
        }
    }

    fn step(&mut self, title: &str, differences: Vec<Difference<'_>>, sentence: Sentence) {
        self.page.heading(title);
        if differences.is_empty() {
            self.page.say("as RFC 6749 has it");
        }
        self.differences(differences, sentence);
    }

    fn differences(&mut self, differences: Vec<Difference<'_>>, sentence: Sentence) {
        for Difference { path, field, value } in differences {
            if let Some(list) = field.strip_prefix("parameters.") {
                parameters::sentences(list, value).into_iter().for_each(|words| self.page.say(&words));
                self.warned(&path, value);
            } else if !["pkce", "client_authentication"].contains(&field.as_str()) {
                let words = sentence(&field, value).unwrap_or_else(|| format!("{field}: {}", plain(value)));
                self.told(&path, value, words);
            }
        }
    }

    fn always(&mut self, path: &str, value: &Value, sentence: fn(&str) -> String) {
        self.told(path, value, sentence(value.as_str().unwrap_or_default()));
    }

    fn told(&mut self, path: &str, value: &Value, words: String) {
        self.page.say(&words);
        self.warned(path, value);
    }

    fn warned(&mut self, path: &str, value: &Value) {
        if let Some(words) = given_up::given_up(path, value) {
            self.page.warn(&format!("{words} ({path})"));
        }
    }

    /// An address, and whether the browser has a say in it.
    fn endpoint(&mut self, words: &str, field: &str) {
        let Some(url) = self.data[field].as_str() else {
            if field == "authorization_endpoint" || field == "token_endpoint" {
                self.page.say(&format!("there is none: {field} is not set"));
            }
            return;
        };
        self.page.say(&format!("{words} {}", alternatives(url)));
        if let Some(name) = template::variables(url).find(|name| template::is_from_callback(self.data, name)) {
            let words = "comes with the callback: within its rule, whoever sends the browser says where this goes";
            self.page.warn(&format!("{{{name}}} {words} ({field})"));
        }
    }

    fn origins(&mut self, provider: &Provider) {
        if provider.api_origins.is_empty() && provider.checks.is_empty() {
            self.page.say("tokens may go to no API: api_origins names none");
        }
        for origin in &provider.api_origins {
            self.page.say(&format!("tokens may go to {}", alternatives(origin)));
            for name in template::variables(origin).filter(|name| template::is_kept(self.data, name)) {
                if template::is_from_callback(self.data, name) {
                    let words =
                        "comes with the callback: within its rule, whoever sends the browser says where it goes";
                    self.page.warn(&format!("{{{name}}} {words} (api_origins)"));
                } else {
                    self.page.say(&format!("({{{name}}} comes with the tokens)"));
                }
            }
        }
    }

    fn presentation(&mut self) {
        let step = &self.data["dialect"]["presentation"];
        if let Some(name) = step["query_parameter"].as_str() {
            let words = format!("the token goes into the URL, as `{name}`");
            return self.told("dialect.presentation.query_parameter", &step["query_parameter"], words);
        }
        let token = if step["form"] == "basic_user" { "base64(token:)" } else { "token" };
        let scheme = step["scheme"].as_str().map(|scheme| format!("{scheme} ")).unwrap_or_default();
        self.page.say(&format!("each call has the header field `{}: {scheme}{token}`", plain(&step["header"])));
    }
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn alternatives(url: &str) -> String {
    if url.contains(" || ") { format!("the first whose variables have a value: {url}") } else { url.to_owned() }
}
