//! Where an access token may be shown (RFC 9700 section 4.9: shown to another server, it is that server's).

use std::{borrow::Cow, collections::BTreeMap};

use super::{Provider, address::check_places, variables::Variables};
use crate::{
    dialect::Kept,
    error::{ConfigError, PresentError},
    vocabulary::{Extras, Plaintext, Template, origin_of},
};

pub(super) struct ApiOrigins {
    known: Vec<Box<str>>,
    /// Those that are made of what came along with the tokens.
    told: Vec<Template>,
    plaintext: Plaintext,
}

impl ApiOrigins {
    /// The origins of the provider's data, and those of its checks.
    pub(super) fn new<'e>(
        provider: &Provider,
        checks: impl Iterator<Item = &'e str>,
        variables: &mut Variables<'_>,
        plaintext: Plaintext,
    ) -> Result<Self, ConfigError> {
        const FIELD: &str = "api_origins";
        let mut origins = Self { known: checks.map(Box::from).collect(), told: Vec::new(), plaintext };
        for origin in &provider.api_origins {
            let template = variables.url(FIELD, origin)?;
            match template.literal() {
                Some(url) => origins.known.push(origin_of(FIELD, url, plaintext)?),
                None => {
                    check_places(FIELD, &template, &provider.dialect.callback.keep)?;
                    origins.told.push(template);
                }
            }
        }
        Ok(origins)
    }

    /// Whether an access token may be shown to `url`.
    pub(super) fn check(&self, url: &str, extras: &Extras, rules: &BTreeMap<String, Kept>) -> Result<(), PresentError> {
        let origin = origin_of("url", url, self.plaintext).map_err(|_| PresentError::NotAUrl)?;
        if self.known.contains(&origin) || self.told(extras, rules).any(|told| told == origin) {
            Ok(())
        } else {
            Err(PresentError::ForeignOrigin)
        }
    }

    /// The origins that the server told: the token response names them, or a callback within its rules.
    fn told(&self, extras: &Extras, rules: &BTreeMap<String, Kept>) -> impl Iterator<Item = Box<str>> {
        self.told.iter().filter_map(|template| {
            let url = template.fill(|name| {
                let value = extras.get(name)?;
                let rule = rules.get(name);
                rule.is_none_or(|rule| rule.allows(value)).then_some(Cow::Borrowed(value))
            })?;
            origin_of("api_origins", &url, self.plaintext).ok()
        })
    }
}
