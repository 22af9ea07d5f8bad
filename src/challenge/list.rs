//! From what stands in the field to its challenges, within the limits.

use std::borrow::Cow;

use super::{Challenge, ChallengeFault};
use crate::vocabulary::{Limits, length, repeated_name};

/// The challenges up to here. The last one is still growing.
pub(super) struct List<'a> {
    challenges: Vec<Challenge<'a>>,
    /// How many have begun, those that were dropped included.
    begun: usize,
    /// Whether a parameter may follow: it belongs to the last challenge.
    takes_parameters: bool,
    most: usize,
    most_parameters: usize,
}

impl<'a> List<'a> {
    pub(super) fn new(limits: &Limits) -> Self {
        let (most, most_parameters) = (length(limits.challenges), length(limits.parameters));
        Self { challenges: Vec::new(), begun: 0, takes_parameters: false, most, most_parameters }
    }

    /// A challenge begins.
    pub(super) fn begin(&mut self, scheme: &'a str, takes_parameters: bool) -> Result<(), ChallengeFault> {
        self.end_last();
        if self.begun >= self.most {
            return Err(ChallengeFault::TooMany);
        }
        self.begun = self.begun.saturating_add(1);
        self.takes_parameters = takes_parameters;
        self.challenges.push(Challenge { scheme: lower_cased(scheme), token68: None, parameters: Vec::new() });
        Ok(())
    }

    /// The text of the challenge that has begun just now. No parameter may follow (RFC 9110 section 11.3).
    pub(super) fn token68(&mut self, text: &'a str) {
        self.takes_parameters = false;
        if let Some(challenge) = self.challenges.last_mut() {
            challenge.token68 = Some(text);
        }
    }

    /// A parameter of the last challenge.
    pub(super) fn parameter(&mut self, name: &'a str, value: Cow<'a, str>) -> Result<(), ChallengeFault> {
        let last = self.challenges.last_mut().filter(|_| self.takes_parameters);
        let parameters = &mut last.ok_or(ChallengeFault::Malformed)?.parameters;
        if parameters.len() >= self.most_parameters {
            return Err(ChallengeFault::TooMany);
        }
        parameters.push((lower_cased(name), value));
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Vec<Challenge<'a>>, ChallengeFault> {
        self.end_last();
        match (self.challenges.is_empty(), self.begun) {
            (false, _) => Ok(self.challenges),
            (true, 0) => Err(ChallengeFault::Empty),
            (true, _) => Err(ChallengeFault::Repeated),
        }
    }

    /// RFC 9110 section 11.2: each name must only occur once. Which of two values is meant, nobody knows.
    fn end_last(&mut self) {
        let names = self.challenges.last().into_iter().flat_map(|last| &last.parameters);
        let mut names: Vec<&str> = names.map(|(name, _)| &**name).collect();
        if repeated_name(&mut names).is_some() {
            self.challenges.pop();
        }
    }
}

fn lower_cased(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}
