//! Where an access token may be shown (RFC 9700 section 4.9: shown to another server, it is that server's).

use std::borrow::Cow;

use super::{
    Provider,
    address::{check_places, response_rules},
    variables::{API_ORIGINS, Variables},
};
use crate::{
    dialect::Kept,
    error::{ConfigError, PresentError},
    vocabulary::{ByName, Extras, Plaintext, Shared, Template, origin_of},
};

pub(super) struct ApiOrigins {
    known: Vec<Shared>,
    /// Those that are made of what came along with the tokens.
    told: Vec<Told>,
    /// What each value of the callback may be.
    kept: ByName<Kept>,
    plaintext: Plaintext,
}

struct Told {
    template: Template,
    /// What each value of a token response may be, where the template stands around it.
    rules: ByName<Kept>,
}

impl ApiOrigins {
    /// The origins of the provider's data, and those of its checks.
    pub(super) fn new<'e>(
        provider: &Provider,
        checks: impl Iterator<Item = &'e Shared>,
        variables: &mut Variables<'_>,
        plaintext: Plaintext,
    ) -> Result<Self, ConfigError> {
        let kept = &provider.dialect.callback.keep;
        let mut origins =
            Self { known: checks.cloned().collect(), told: Vec::new(), kept: ByName::default(), plaintext };
        for origin in &provider.api_origins {
            let template = variables.url(API_ORIGINS, origin)?;
            match template.literal() {
                Some(url) => origins.known.push(origin_of(API_ORIGINS, url, plaintext)?),
                None => {
                    check_places(API_ORIGINS, &template, kept)?;
                    let rules = response_rules(API_ORIGINS, &template, kept)?;
                    origins.told.push(Told { template, rules });
                }
            }
        }
        if !origins.told.is_empty() {
            kept.iter().for_each(|(name, rule)| origins.kept.insert(name, rule.clone()));
        }
        Ok(origins)
    }

    /// Whether an access token may be shown to `url`.
    pub(super) fn check(&self, url: &str, extras: &Extras) -> Result<(), PresentError> {
        let origin = origin_of("url", url, self.plaintext).map_err(|_| PresentError::NotAUrl)?;
        if self.known.contains(&origin) || self.told(extras).any(|told| told == origin) {
            Ok(())
        } else {
            Err(PresentError::ForeignOrigin)
        }
    }

    /// The origins that the server told, by a token response or a callback, each within its rules.
    fn told(&self, extras: &Extras) -> impl Iterator<Item = Shared> {
        self.told.iter().filter_map(|Told { template, rules }| {
            let url = template.fill(|name| {
                let value = extras.get(name)?;
                rules.get(name).or_else(|| self.kept.get(name))?.allows(value).then_some(Cow::Borrowed(value))
            })?;
            origin_of("api_origins", &url, self.plaintext).ok()
        })
    }
}
