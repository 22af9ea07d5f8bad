//! What each step adds to its request, and from when on that is known.

use super::variables::Variables;
use crate::{
    dialect::{Additions, Dialect, Parameters, SCOPE},
    error::{ConfigError, Reason},
};

/// What each step adds to its request.
#[derive(Debug)]
pub(crate) struct StepAdditions {
    pub(crate) authorize: Additions,
    pub(crate) token: Additions,
    pub(crate) refresh: Additions,
    pub(crate) follow_up: Additions,
}

impl StepAdditions {
    pub(super) fn new(dialect: &Dialect, variables: &mut Variables<'_>) -> Result<Self, ConfigError> {
        let bind = &mut |field: &str, text: &str| variables.text(field, text);
        let authorize = Additions::new("dialect.authorize", &dialect.authorize.parameters, None, bind)?;
        let token = &dialect.token;
        let token = Additions::new("dialect.token", &token.parameters, Some(&token.headers), bind)?;
        let refresh = &dialect.refresh;
        let refresh = Additions::new("dialect.refresh", &refresh.parameters, Some(&refresh.headers), bind)?;
        let follow_up = match &dialect.follow_up {
            Some(step) => Additions::new("dialect.follow_up", &step.parameters, Some(&step.headers), bind)?,
            None => Additions::default(),
        };
        let additions = Self { authorize, token, refresh, follow_up };
        check_early(&additions, dialect)?;
        Ok(additions)
    }

    /// The variables that stand in header fields.
    pub(super) fn in_headers(&self) -> impl Iterator<Item = &str> {
        [&self.token, &self.refresh, &self.follow_up].into_iter().flat_map(Additions::header_variables)
    }

    /// Whether a login asks for no scope at all, by whatever name.
    pub(super) fn login_is_without_scope(&self, dialect: &Dialect) -> bool {
        Self::is_without_scope(&dialect.authorize.parameters, &self.authorize)
    }

    /// Whether a token request that begins a session does not.
    pub(super) fn request_is_without_scope(&self, dialect: &Dialect) -> bool {
        Self::is_without_scope(&dialect.token.parameters, &self.token)
    }

    fn is_without_scope(parameters: &Parameters, additions: &Additions) -> bool {
        parameters.omits("scope") && !additions.variables().any(|name| name == SCOPE)
    }

    /// The variables without a value of which there is no request.
    pub(super) fn needed(&self) -> impl Iterator<Item = &str> {
        [&self.token, &self.refresh, &self.follow_up].into_iter().flat_map(Additions::needed)
    }
}

/// An authorization request is made before there is a callback or a token response.
/// And what the tokens bring is not there when the first are asked for.
fn check_early(additions: &StepAdditions, dialect: &Dialect) -> Result<(), ConfigError> {
    let from_callback = |name: &str| dialect.callback.keep.contains_key(name);
    let from_tokens = |name: &str| dialect.response.keep.iter().any(|kept| kept == name);
    let from_any_answer = |name: &str| dialect.kept_members().any(|kept| kept == name);
    if additions.authorize.variables().any(|name| from_callback(name) || from_any_answer(name)) {
        return Err(ConfigError::new("dialect.authorize.parameters.add", Reason::NotYetKnown));
    }
    if additions.token.variables().any(|name| from_any_answer(name) && !from_callback(name)) {
        return Err(ConfigError::new("dialect.token", Reason::NotYetKnown));
    }
    let mut before_follow_up = additions.follow_up.variables();
    if before_follow_up.any(|name| from_any_answer(name) && !from_tokens(name) && !from_callback(name)) {
        return Err(ConfigError::new("dialect.follow_up", Reason::NotYetKnown));
    }
    Ok(())
}
