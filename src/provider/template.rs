//! URL templates: `https://{host}/oauth/token`.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{ConfigError, Reason};

/// Fills the templates of one provider, and remembers which variables they name.
pub(super) struct Templates<'a> {
    variables: &'a BTreeMap<String, String>,
    named: BTreeSet<String>,
}

impl<'a> Templates<'a> {
    pub(super) fn new(variables: &'a BTreeMap<String, String>) -> Result<Self, ConfigError> {
        for (name, value) in variables {
            let field = format!("variables.{}", name.escape_debug());
            // A value stands in a host or a path segment, and must not be able to leave it.
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            ConfigError::check_characters(field.clone(), value, allowed)?;
            if value.bytes().all(|byte| byte == b'.') {
                return Err(ConfigError::new(field, Reason::Empty));
            }
        }
        Ok(Self { variables, named: BTreeSet::new() })
    }

    /// Fills `template`, which stands at `field`.
    pub(super) fn fill(&mut self, field: &'static str, template: &str) -> Result<String, ConfigError> {
        let broken = || ConfigError::new(field, Reason::BrokenTemplate);
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(broken)?;
            if before.contains('}') || name.contains('{') {
                return Err(broken());
            }
            let value = self.variables.get(name);
            let value = value.ok_or_else(|| ConfigError::new(field, Reason::UnsetVariable(name.into())))?;
            self.named.insert(name.to_owned());
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        if rest.contains('}') {
            return Err(broken());
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// A variable that no template names is a spelling mistake.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        match self.variables.keys().find(|name| !self.named.contains(*name)) {
            Some(name) => Err(ConfigError::new(format!("variables.{}", name.escape_debug()), Reason::UnknownVariable)),
            None => Ok(()),
        }
    }
}
