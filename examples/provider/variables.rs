//! The variables of a provider: what was given, what is missing, and what stands for it meanwhile.

use oauth_proto::{ConfigError, Provider, error::Reason};

use crate::{page::Page, template};

/// Texts that stand for what has no value, until it is shown as `<name>`.
pub struct StandIns(Vec<(String, String)>);

/// Sets what was given, and puts a stand-in wherever something is missing.
pub fn fill(mut provider: Provider, given: &[(String, String)]) -> (Provider, StandIns) {
    for (name, value) in given {
        provider = provider.variable(name, value);
    }
    // A host name, a path and a header field can all be made of it.
    let unset = provider.unset_variables().into_iter().enumerate();
    let stand_ins: Vec<_> = unset.map(|(at, name)| (name, format!("unset{at}x"))).collect();
    for (name, stand_in) in &stand_ins {
        provider = provider.variable(name, stand_in);
    }
    (provider, StandIns(stand_ins))
}

impl StandIns {
    /// The text with `<name>` where a stand-in was.
    pub fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, stand_in)| text.replace(stand_in, &format!("<{name}>")))
    }

    /// What to try first where a URL is refused that a stand-in is part of: it may be a port.
    pub fn note(&self, error: &ConfigError) -> String {
        let names: Vec<_> = self.0.iter().map(|(name, _)| format!("`--set {name}=VALUE`")).collect();
        match error.reason() {
            Reason::NotAUrl if !names.is_empty() => format!(" with a stand-in; try {}", names.join(" ")),
            _ => String::new(),
        }
    }

    pub fn write(&self, page: &mut Page, provider: &Provider) {
        let data = serde_json::to_value(provider).unwrap_or_default();
        let optional: Vec<_> =
            template::names(&data).into_iter().filter(|name| !provider.variables.contains_key(name)).collect();
        if provider.variables.is_empty() && optional.is_empty() {
            return;
        }
        page.heading("Variables");
        for (name, value) in &provider.variables {
            if self.0.iter().any(|(unset, _)| unset == name) {
                page.say(&format!("{name}: must be given, as `--set {name}=VALUE`; shown as <{name}> here"));
            } else {
                page.say(&format!("{name}: {value}"));
            }
        }
        for name in optional {
            page.say(&format!("{name}: may be given, as `--set {name}=VALUE`"));
        }
    }
}
