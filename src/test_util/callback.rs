//! What the browser brings back.

use serde_json::{Value, json};

use super::{CODE, Scenario, answer};
use crate::{
    dialect::{Dialect, Kept},
    vocabulary::Secret,
};

impl<K> Scenario<'_, K> {
    /// The parameters of the callback that brings the code [`CODE`] to the login of this state; those of a form where the
    /// login asked for one. Give it another login's state, and it is not ours.
    ///
    /// ```
    /// use oauth_proto::{Callback, CallbackError, test_util::{self, Scenario, at}};
    ///
    /// let client = test_util::client()?;
    /// let scenario = Scenario::of(&client);
    /// let awaiting = scenario.awaiting_code()?;
    ///
    /// let forged = scenario.callback(&"guessed".into());
    /// let Err(CallbackError::NotOurs { awaiting, .. }) = awaiting.receive(&client, Callback::query(&forged), at(10)) else {
    ///     panic!("a guessed state was taken");
    /// };
    /// let ours = scenario.callback(awaiting.state());
    /// assert!(awaiting.receive(&client, Callback::query(&ours), at(10)).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn callback(&self, state: &Secret) -> String {
        self.parameters(state, vec![(self.callback_name("code"), json!(CODE))])
    }

    /// The parameters of the callback that says that the user, or the server, said no (RFC 6749 section 4.1.2.1).
    ///
    /// ```
    /// use oauth_proto::{Callback, CallbackError, ErrorCode, test_util::{self, Scenario, at}};
    ///
    /// let client = test_util::client()?;
    /// let scenario = Scenario::of(&client);
    /// let awaiting = scenario.awaiting_code()?;
    /// let denial = scenario.denial(awaiting.state());
    /// let error = awaiting.receive(&client, Callback::query(&denial), at(10)).unwrap_err();
    /// assert!(matches!(error, CallbackError::Refused { response, .. } if response.code == ErrorCode::AccessDenied));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn denial(&self, state: &Secret) -> String {
        self.parameters(state, vec![(self.callback_name("error"), json!("access_denied"))])
    }

    /// The parameters of the callback that brings the tokens themselves (RFC 6749 section 4.2.2): for
    /// [`Callback::fragment`](crate::Callback::fragment), or [`Callback::query`](crate::Callback::query) where the dialect
    /// has them in the query.
    ///
    /// ```
    /// use oauth_proto::{Callback, test_util::{self, Scenario, at}};
    ///
    /// let client = test_util::public_client()?;
    /// let scenario = Scenario::of(&client);
    /// let awaiting = scenario.awaiting_token()?;
    /// let callback = scenario.token_callback(awaiting.state());
    /// let authorized = awaiting.receive(&client, Callback::fragment(&callback), at(10))?;
    /// assert!(authorized.access_token().matches("A1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn token_callback(&self, state: &Secret) -> String {
        let dialect = self.dialect();
        let step = &dialect.response;
        let mut told = self.told().clone();
        if !dialect.callback.implicit_refresh_token {
            told.refresh_token = None; // RFC 6749 section 4.2.2
        }
        let token_type = step.token_types.first().map_or("Bearer", String::as_str);
        self.parameters(
            state,
            answer::members(dialect, step, &told, token_type, &super::entropy().nonce(), self.clock()),
        )
    }

    fn parameters(&self, state: &Secret, mut parameters: Vec<(String, Value)>) -> String {
        parameters.push((self.callback_name("state"), json!(state.expose())));
        if let Some(issuer) = &self.client().provider().issuer {
            parameters.push((self.callback_name("iss"), json!(issuer)));
        }
        let kept = self.dialect().callback.keep.iter();
        parameters.extend(kept.map(|(name, rule)| (name.clone(), json!(value_for(rule)))));
        answer::form(&parameters)
    }

    fn callback_name(&self, standard: &str) -> String {
        self.dialect().callback.rename.wire(standard).to_owned()
    }

    pub(super) fn dialect(&self) -> &Dialect {
        &self.client().provider().dialect
    }
}

/// Something that this rule allows.
fn value_for(rule: &Kept) -> &str {
    match rule {
        Kept::Text | Kept::DnsLabel | Kept::PathSegment => "kept",
        Kept::OneOf(values) => values.first().map_or("", String::as_str),
    }
}
