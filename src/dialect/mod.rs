//! How a provider's wire differs from RFC 6749: plain data, one struct per step.
//!
//! The default of every field is the RFC's rule. A field that weakens a rule says so in its name or its first line.

mod additions;
mod authorize;
mod callback;
mod check;
mod decode;
mod encode;
mod parameters;
mod presentation;
mod response;
mod token;

use serde::{Deserialize, Serialize};

pub(crate) use additions::{Additions, Filled, RANDOM, Random, SCOPE, Values};
pub use authorize::{AuthorizeStep, Fragment, Nonce, Pkce, ScopeEncoding};
pub use callback::{CallbackStep, CodeDecoding, IdToken, IssuerParameter, Kept, StateEcho, TokenPlace};
pub(crate) use check::{FOLLOW_UP, REFRESH, Step, TOKEN, is_authorize_parameter, is_query_parameter};
pub(crate) use decode::{AnswerReader, Presented, RawAnswer, Reading, Refusal, Standard, TokenAnswer, read_answer};
pub(crate) use encode::{Pair, Placed, PlainScope, authorization_url, basic_header, with_query};
pub use parameters::{Added, Parameters, Renames};
pub use presentation::{Presentation, TokenForm};
pub use response::{ErrorMembers, ExpiryEncoding, OkMember, ResponseFormat, ResponseStep, ScopeFormat};
pub(crate) use token::Wire;
pub use token::{
    BasicEncoding, BodyFormat, ClientAuthentication, RefreshAnswer, RefreshCredential, RefreshDeadline, RefreshStep,
    TokenStep,
};

/// The steps of the protocol, and what is different at each.
///
/// ```
/// use oauth_proto::dialect::{BodyFormat, ClientAuthentication, Dialect};
///
/// let mut dialect = Dialect::default();
/// dialect.token.body = BodyFormat::Json;
/// dialect.token.client_authentication = ClientAuthentication::Body;
/// dialect.token.parameters.omit("redirect_uri");
///
/// // The same as data. A field that does not exist is refused by its name.
/// let json = r#"{ "token": { "body": "json", "client_authentication": "body",
///                            "parameters": { "omit": ["redirect_uri"] } } }"#;
/// assert_eq!(serde_json::from_str::<Dialect>(json)?, dialect);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Dialect {
    /// The authorization request (RFC 6749 sections 4.1.1 and 4.2.1).
    pub authorize: AuthorizeStep,
    /// The browser's way back (sections 4.1.2 and 4.2.2).
    pub callback: CallbackStep,
    /// The token request of every grant but refresh (sections 4.1.3, 4.3.2 and 4.4.2).
    pub token: TokenStep,
    /// The refresh request (section 6).
    pub refresh: RefreshStep,
    /// One more exchange after a login, of a short-lived token for a long-lived one, where the provider has it: see
    /// [`Authorized::follow_up`](crate::Authorized::follow_up). Its standard names are `access_token`, `client_id` and
    /// `client_secret`.
    pub follow_up: Option<TokenStep>,
    /// The token response (sections 5.1 and 5.2).
    pub response: ResponseStep,
    /// The answer to the follow-up, where it has another shape than the others.
    pub follow_up_response: Option<ResponseStep>,
    /// How an access token is shown to an API (RFC 6750 section 2.1).
    pub presentation: Presentation,
}

impl Dialect {
    /// The values that its requests cannot do without: of parameters and header fields.
    pub(crate) fn additions(&self) -> impl Iterator<Item = &str> {
        let Self { authorize, token, refresh, follow_up, .. } = self;
        let parameters = [Some(&authorize.parameters), Some(&token.parameters), Some(&refresh.parameters)];
        let parameters = parameters.into_iter().chain([follow_up.as_ref().map(|step| &step.parameters)]).flatten();
        let added =
            parameters.filter(|parameters| !parameters.omit_unset).flat_map(|parameters| parameters.add.values());
        let added = added.filter_map(|value| match value {
            Added::Text(text) => Some(text.as_str()),
            Added::Number(_) | Added::Truth(_) => None,
        });
        let headers = [Some(&token.headers), Some(&refresh.headers), follow_up.as_ref().map(|step| &step.headers)];
        added.chain(headers.into_iter().flatten().flat_map(|headers| headers.values()).map(String::as_str))
    }

    /// The members of answers that are kept, whichever answer brings them.
    pub(crate) fn kept_members(&self) -> impl Iterator<Item = &str> {
        let follow_up = self.follow_up_response.iter().flat_map(|step| &step.keep);
        self.response.keep.iter().chain(follow_up).map(String::as_str)
    }
}
