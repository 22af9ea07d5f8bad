//! A provider whose data was checked, ready to make requests of.

use std::{fmt, time::Duration};

use zeroize::Zeroize;

use super::{Endpoints, Provider, api_origins::ApiOrigins, steps::StepAdditions, variables::Variables};
use crate::{
    dialect::{
        AnswerReader, BasicEncoding, ClientAuthentication, Dialect, IssuerParameter, Presented, RawAnswer, Reading,
        Refusal, TokenAnswer, read_answer,
    },
    error::{CallbackFault, ConfigError, KeptFault, PresentError, Reason},
    http::{Response, TransportContract},
    vocabulary::{Endpoint, Extras, Limits, Plaintext, Scope, Shared, Timestamp, grammar, length},
};

const DEADLINE_SECONDS: u32 = 30;
const MAX_IDENTITY: usize = 4096;

pub(crate) struct CheckedProvider {
    pub(crate) identity: Shared,
    pub(crate) issuer: Option<Box<str>>,
    pub(crate) endpoints: Endpoints,
    pub(crate) additions: StepAdditions,
    pub(crate) dialect: Dialect,
    pub(crate) reader: AnswerReader,
    follow_up_reader: Option<AnswerReader>,
    api_origins: ApiOrigins,
    /// What a callback must bring, because a token request is made of it.
    needed_from_callback: Vec<Box<str>>,
    mutual_tls: bool,
    /// Whether each login asks for its answer as a form.
    pub(crate) asks_for_form: bool,
    pub(crate) limits: Limits,
    deadline: Duration,
}

impl CheckedProvider {
    /// Checks every field, for the client of this id.
    pub(crate) fn new(mut provider: Provider, client_id: &str) -> Result<Self, ConfigError> {
        let checked = Self::check(&provider, client_id);
        // What of them is needed later stands in templates by now; they may be secrets.
        provider.variables.values_mut().for_each(Zeroize::zeroize);
        checked.map(|with| with(provider.dialect))
    }

    /// All but the dialect, which is moved and not copied.
    fn check(provider: &Provider, client_id: &str) -> Result<impl FnOnce(Dialect) -> Self + use<>, ConfigError> {
        check_identity("name", &provider.name)?;
        provider.issuer.as_deref().map_or(Ok(()), |issuer| check_identity("issuer", issuer))?;
        // It goes into every stored state, and the variables are part of it.
        let identity = provider.identity();
        ConfigError::check_length("variables", &identity, MAX_IDENTITY)?;
        let dialect = &provider.dialect;
        dialect.check()?;
        // RFC 9207 section 2.4: an `iss` that must be there must have something to be compared with.
        if dialect.callback.issuer == IssuerParameter::Required && provider.issuer.is_none() {
            return Err(ConfigError::new("issuer", Reason::Missing));
        }
        let plaintext = if provider.allow_plaintext_on_loopback { Plaintext::OnLoopback } else { Plaintext::Refused };
        let mut variables = Variables::new(provider, client_id)?;
        let endpoints = Endpoints::new(provider, &mut variables, plaintext)?;
        let checks = endpoints.checks.iter().map(|(_, endpoint)| endpoint.origin());
        let api_origins = ApiOrigins::new(provider, checks, &mut variables, plaintext)?;
        let additions = StepAdditions::new(dialect, &mut variables)?;
        variables.finish()?;

        let is_needed = |name: &&String| {
            endpoints.addresses().any(|address| address.missing().any(|each| each == name.as_str()))
                || additions.needed().any(|each| each == name.as_str())
        };
        let needed = dialect.callback.keep.keys().filter(is_needed);
        let needed_from_callback = needed.map(|name| name.as_str().into()).collect();
        let follow_up_response = dialect.follow_up_response.as_ref();
        let follow_up_reader = follow_up_response.map(|step| AnswerReader::new("dialect.follow_up_response", step));
        let deadline = not_zero("deadline_seconds", provider.deadline_seconds, DEADLINE_SECONDS)?;
        provider.limits.check()?;
        let issuer = provider.issuer.as_deref().map(Box::from);
        let reader = AnswerReader::new("dialect.response", &dialect.response)?;
        let follow_up_reader = follow_up_reader.transpose()?;
        let (mutual_tls, limits) = (provider.mutual_tls, provider.limits.clone());
        let asks_for_form = additions.authorize.literal("response_mode") == Some("form_post");
        Ok(move |dialect| Self {
            identity: identity.into(),
            issuer,
            endpoints,
            additions,
            reader,
            follow_up_reader,
            api_origins,
            needed_from_callback,
            mutual_tls,
            asks_for_form,
            limits,
            deadline: Duration::from_secs(deadline.into()),
            dialect,
        })
    }

    /// Whether a login asks for no scope.
    pub(crate) fn login_is_without_scope(&self) -> bool {
        self.additions.login_is_without_scope(&self.dialect)
    }

    /// Whether a token request that begins a session asks for no scope.
    pub(crate) fn request_is_without_scope(&self) -> bool {
        self.additions.request_is_without_scope(&self.dialect)
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    pub(crate) fn contract(&self, endpoint: &Endpoint) -> TransportContract {
        TransportContract {
            origin: endpoint.origin().clone(),
            max_response_bytes: length(self.limits.response_bytes),
            deadline: self.deadline,
            client_certificate: self.mutual_tls,
        }
    }

    /// How the steps prove the client.
    pub(crate) fn authentications(&self) -> impl Iterator<Item = (ClientAuthentication, BasicEncoding)> {
        let (token, refresh) = (&self.dialect.token, &self.dialect.refresh);
        let follow_up = self.dialect.follow_up.as_ref();
        [(token.client_authentication, token.basic_encoding), (refresh.client_authentication, refresh.basic_encoding)]
            .into_iter()
            .chain(follow_up.map(|step| (step.client_authentication, step.basic_encoding)))
    }

    /// Reads the answer to a request that was sent at `sent_at`.
    pub(crate) fn read_answer(
        &self,
        response: &Response,
        sent_at: Timestamp,
        presented: Presented<'_>,
        expected_scope: &Scope,
    ) -> Result<TokenAnswer, Refusal> {
        let own = (&self.dialect.follow_up_response, &self.follow_up_reader);
        let (step, reader) = match (presented, own) {
            (Presented::ShortLivedToken, (Some(step), Some(reader))) => (step, reader),
            _ => (&self.dialect.response, &self.reader),
        };
        let (dialect, limits) = (&self.dialect, &self.limits);
        let reading = Reading { dialect, step, reader, limits, sent_at, presented, expected_scope };
        read_answer(&reading, response)
    }

    /// Reads tokens that came with a callback.
    pub(crate) fn read_tokens(
        &self,
        tokens: RawAnswer<'_>,
        since: Timestamp,
        expected_scope: &Scope,
    ) -> Result<TokenAnswer, Refusal> {
        let (dialect, step, reader, limits) = (&self.dialect, &self.dialect.response, &self.reader, &self.limits);
        let presented = Presented::Grant;
        let reading = Reading { dialect, step, reader, limits, sent_at: since, presented, expected_scope };
        tokens.into_tokens(&reading)
    }

    /// Whether the callback brought nothing that its rule does not allow, and, with a code, what the token request is
    /// made of.
    pub(crate) fn check_kept(&self, extras: &Extras, with_code: bool) -> Result<(), CallbackFault> {
        let refuse = |name: &str, fault| Err(CallbackFault::Kept { name: name.into(), fault });
        for (name, value) in extras.iter() {
            // Any text may be kept; not any can stand in a header field.
            let fits = value.bytes().all(grammar::is_vschar) || !self.additions.in_headers().any(|each| each == name);
            match self.dialect.callback.keep.get(name) {
                Some(rule) if rule.allows(value) && fits => {}
                _ => return refuse(name, KeptFault::NotAllowed),
            }
        }
        match self.needed_from_callback.iter().find(|name| extras.get(name).is_none()) {
            Some(name) if with_code => return refuse(name, KeptFault::Missing),
            _ => {}
        }
        // Each value may be what it may be, and still no host comes of the whole: `xn--…` in front of digits.
        let bad = self.endpoints.addresses().find(|address| with_code && address.with(extras).is_none());
        bad.map_or(Ok(()), |address| refuse(address.missing().next().unwrap_or_default(), KeptFault::NotAllowed))
    }

    /// Whether an access token may be shown to `url`.
    pub(crate) fn check_api(&self, url: &str, extras: &Extras) -> Result<(), PresentError> {
        self.api_origins.check(url, extras)
    }
}

/// Its templates are filled with variables, which may be secrets.
impl fmt::Debug for CheckedProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedProvider").field("identity", &self.identity).finish_non_exhaustive()
    }
}

fn check_identity(field: &'static str, text: &str) -> Result<(), ConfigError> {
    ConfigError::check_length(field, text, 1024)?;
    ConfigError::check_characters(field, text, grammar::is_vschar)
}

fn not_zero(field: &'static str, value: Option<u32>, default: u32) -> Result<u32, ConfigError> {
    match value {
        Some(0) => Err(ConfigError::new(field, Reason::Empty)),
        value => Ok(value.unwrap_or(default)),
    }
}
