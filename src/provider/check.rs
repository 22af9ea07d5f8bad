//! A provider whose URLs and names were checked, ready to make requests of.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

use super::{Address, Logout, Provider, address::check_places, variables::Variables};
use crate::{
    dialect::{
        Additions, AnswerReader, BasicEncoding, BodyFormat, ClientAuthentication, Dialect, FOLLOW_UP, IssuerParameter,
        Parameters, Presented, REFRESH, Reading, Refusal, SCOPE, Step, TOKEN, TokenAnswer, Wire,
        is_authorize_parameter, is_query_parameter, read_answer,
    },
    error::{CallbackFault, ConfigError, KeptFault, PresentError, Reason},
    http::{Response, TransportContract},
    vocabulary::{Endpoint, Extras, Plaintext, Template, Timestamp, grammar, origin_of},
};

const MAX_RESPONSE_BYTES: u32 = 256 * 1024;
const DEADLINE_SECONDS: u32 = 30;
const MAX_IDENTITY: usize = 4096;

pub(crate) struct CheckedProvider {
    pub(crate) identity: Box<str>,
    pub(crate) issuer: Option<Box<str>>,
    pub(crate) authorization: Option<Endpoint>,
    pub(crate) implicit_authorization: Option<Endpoint>,
    pub(crate) token: Option<Address>,
    pub(crate) refresh: Option<Address>,
    pub(crate) follow_up: Option<Address>,
    pub(crate) logout: Option<LogoutRequest>,
    pub(crate) checks: BTreeMap<Box<str>, Endpoint>,
    pub(crate) additions: StepAdditions,
    pub(crate) dialect: Dialect,
    pub(crate) reader: AnswerReader,
    follow_up_reader: Option<AnswerReader>,
    api_origins: Vec<Box<str>>,
    /// Origins that are made of what came along with the tokens.
    told_origins: Vec<Template>,
    /// What a callback must bring, because a token request is made of it.
    needed_from_callback: BTreeSet<Box<str>>,
    plaintext: Plaintext,
    mutual_tls: bool,
    max_response_bytes: usize,
    deadline: Duration,
}

#[derive(Debug)]
pub(crate) struct LogoutRequest {
    pub(crate) endpoint: Endpoint,
    pub(crate) parameter: Box<str>,
    pub(crate) body: BodyFormat,
}

/// What each step adds to its request.
#[derive(Debug)]
pub(crate) struct StepAdditions {
    pub(crate) authorize: Additions,
    pub(crate) token: Additions,
    pub(crate) refresh: Additions,
    pub(crate) follow_up: Additions,
}

impl StepAdditions {
    fn new(dialect: &Dialect, variables: &mut Variables<'_>) -> Result<Self, ConfigError> {
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
        Ok(Self { authorize, token, refresh, follow_up })
    }

    /// The variables that stand in header fields.
    fn in_headers(&self) -> impl Iterator<Item = &str> {
        [&self.token, &self.refresh, &self.follow_up].into_iter().flat_map(Additions::header_variables)
    }

    /// Whether a step asks for no scope at all, by whatever name.
    fn is_without_scope(parameters: &Parameters, additions: &Additions) -> bool {
        parameters.omits("scope") && !additions.variables().any(|name| name == SCOPE)
    }

    /// The variables without a value of which there is no request.
    fn needed(&self) -> impl Iterator<Item = &str> {
        [&self.token, &self.refresh, &self.follow_up].into_iter().flat_map(Additions::needed)
    }
}

impl CheckedProvider {
    pub(crate) fn new(provider: Provider, client_id: &str) -> Result<Self, ConfigError> {
        check_identity("name", &provider.name)?;
        provider.issuer.as_deref().map_or(Ok(()), |issuer| check_identity("issuer", issuer))?;
        // It goes into every stored state, and the variables are part of it.
        ConfigError::check_length("variables", &provider.identity(), MAX_IDENTITY)?;
        provider.dialect.check()?;
        // RFC 9207 section 2.4: an `iss` that must be there must have something to be compared with.
        if provider.dialect.callback.issuer == IssuerParameter::Required && provider.issuer.is_none() {
            return Err(ConfigError::new("issuer", Reason::Missing));
        }
        let plaintext = if provider.allow_plaintext_on_loopback { Plaintext::OnLoopback } else { Plaintext::Refused };
        let dialect = &provider.dialect;
        let mut variables = Variables::new(&provider, client_id)?;
        let mut address = |field, text: &Option<String>| match text {
            Some(text) => Address::new(field, variables.url(field, text)?, &dialect.callback.keep, plaintext).map(Some),
            None => Ok(None),
        };
        let token = address("token_endpoint", &provider.token_endpoint)?;
        let refresh = address("refresh_endpoint", &provider.refresh_endpoint)?;
        let follow_up = address("follow_up_endpoint", &provider.follow_up_endpoint)?;
        // The browser goes there before there is a callback.
        let mut endpoint = |field: &'static str, text: &Option<String>| match text {
            Some(text) => match variables.url(field, text)?.literal() {
                Some(url) => Endpoint::new(field, url.to_owned(), plaintext).map(Some),
                None => Err(ConfigError::new(field, Reason::NotYetKnown)),
            },
            None => Ok(None),
        };
        let authorization = endpoint("authorization_endpoint", &provider.authorization_endpoint)?;
        let implicit = endpoint("implicit_authorization_endpoint", &provider.implicit_authorization_endpoint)?;
        let mut logout = None;
        if let Some(Logout { endpoint: url, parameter, body }) = &provider.logout {
            ConfigError::check_not_empty("logout.parameter", parameter)?;
            ConfigError::check_characters("logout.parameter", parameter, grammar::is_nqchar)?;
            let url = endpoint("logout.endpoint", &Some(url.clone()))?;
            logout = url.map(|endpoint| LogoutRequest { endpoint, parameter: parameter.as_str().into(), body: *body });
        }
        let mut checks = BTreeMap::new();
        for (name, url) in &provider.checks {
            if let Some(endpoint) = endpoint("checks", &Some(url.clone()))? {
                checks.insert(name.as_str().into(), endpoint);
            }
        }
        let mut api_origins: Vec<_> = checks.values().map(|check: &Endpoint| check.origin().into()).collect();
        let mut told_origins = Vec::new();
        for origin in &provider.api_origins {
            let template = variables.url("api_origins", origin)?;
            match template.literal() {
                Some(url) => api_origins.push(origin_of("api_origins", url, plaintext)?),
                None => {
                    check_places("api_origins", &template, &dialect.callback.keep)?;
                    told_origins.push(template);
                }
            }
        }
        let additions = StepAdditions::new(dialect, &mut variables)?;
        variables.finish()?;
        check_early(&additions, dialect)?;
        let addresses = [&token, &refresh, &follow_up].into_iter().flatten();
        let needed = addresses.flat_map(Address::missing).chain(additions.needed());
        let needed_from_callback =
            needed.filter(|name| dialect.callback.keep.contains_key(*name)).map(Box::from).collect();

        let implicit_authorization = implicit.or_else(|| authorization.clone());
        check_query("authorization_endpoint", &authorization, &dialect.authorize.parameters)?;
        check_query("implicit_authorization_endpoint", &implicit_authorization, &dialect.authorize.parameters)?;
        let refresh_field = if refresh.is_some() { "refresh_endpoint" } else { "token_endpoint" };
        let refresh = refresh.or_else(|| token.clone());
        check_token_query("token_endpoint", &token, &TOKEN, &dialect.token.wire())?;
        check_token_query(refresh_field, &refresh, &REFRESH, &dialect.refresh.wire())?;
        if let Some(step) = &dialect.follow_up {
            check_token_query("follow_up_endpoint", &follow_up, &FOLLOW_UP, &step.wire())?;
        }
        let whole = |field, value: Option<u32>, default| match value {
            Some(0) => Err(ConfigError::new(field, Reason::Empty)),
            value => Ok(value.unwrap_or(default)),
        };
        let deadline = whole("deadline_seconds", provider.deadline_seconds, DEADLINE_SECONDS)?;
        let max_bytes = whole("max_response_bytes", provider.max_response_bytes, MAX_RESPONSE_BYTES)?;
        Ok(Self {
            identity: provider.identity().into_boxed_str(),
            issuer: provider.issuer.as_deref().map(Box::from),
            authorization,
            implicit_authorization,
            refresh,
            token,
            follow_up,
            logout,
            checks,
            additions,
            reader: AnswerReader::new("dialect.response", &dialect.response)?,
            follow_up_reader: match &dialect.follow_up_response {
                Some(step) => Some(AnswerReader::new("dialect.follow_up_response", step)?),
                None => None,
            },
            api_origins,
            told_origins,
            needed_from_callback,
            plaintext,
            mutual_tls: provider.mutual_tls,
            max_response_bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
            deadline: Duration::from_secs(deadline.into()),
            dialect: provider.dialect,
        })
    }

    /// Whether a login asks for no scope.
    pub(crate) fn login_is_without_scope(&self) -> bool {
        StepAdditions::is_without_scope(&self.dialect.authorize.parameters, &self.additions.authorize)
    }

    /// Whether a token request that begins a session asks for no scope.
    pub(crate) fn request_is_without_scope(&self) -> bool {
        StepAdditions::is_without_scope(&self.dialect.token.parameters, &self.additions.token)
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    pub(crate) fn contract(&self, endpoint: &Endpoint) -> TransportContract {
        TransportContract {
            origin: endpoint.origin().into(),
            max_response_bytes: self.max_response_bytes,
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
    ) -> Result<TokenAnswer, Refusal> {
        let own = (&self.dialect.follow_up_response, &self.follow_up_reader);
        let (step, reader) = match (presented, own) {
            (Presented::ShortLivedToken, (Some(step), Some(reader))) => (step, reader),
            _ => (&self.dialect.response, &self.reader),
        };
        let reading =
            Reading { dialect: &self.dialect, step, reader, max_bytes: self.max_response_bytes, sent_at, presented };
        read_answer(&reading, response)
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
            Some(name) if with_code => refuse(name, KeptFault::Missing),
            _ => Ok(()),
        }
    }

    /// Whether an access token may be shown to `url`. RFC 9700 section 4.9: shown to another server, it is that
    /// server's.
    pub(crate) fn check_api(&self, url: &str, extras: &Extras) -> Result<(), PresentError> {
        let origin = origin_of("url", url, self.plaintext).map_err(|_| PresentError::NotAUrl)?;
        if self.api_origins.contains(&origin) || self.told_origins(extras).any(|told| told == origin) {
            Ok(())
        } else {
            Err(PresentError::ForeignOrigin)
        }
    }

    /// The origins that the server told: the token response names them, or a callback within its rules.
    fn told_origins(&self, extras: &Extras) -> impl Iterator<Item = Box<str>> {
        self.told_origins.iter().filter_map(|template| {
            let url = template.fill(|name| {
                let value = extras.get(name)?;
                let rule = self.dialect.callback.keep.get(name);
                rule.is_none_or(|rule| rule.allows(value)).then_some(Cow::Borrowed(value))
            })?;
            origin_of("api_origins", &url, self.plaintext).ok()
        })
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

/// The endpoint's own query must not say what a parameter says (RFC 6749 section 3.1).
fn check_query(field: &'static str, endpoint: &Option<Endpoint>, parameters: &Parameters) -> Result<(), ConfigError> {
    let mut names = endpoint.iter().flat_map(Endpoint::query_names);
    if names.any(|name| is_authorize_parameter(parameters, &name)) {
        Err(ConfigError::new(field, Reason::ReservedName))
    } else {
        Ok(())
    }
}

/// The same where a token request's parameters stand in the query (RFC 6749 section 3.2).
fn check_token_query(
    field: &'static str,
    address: &Option<Address>,
    step: &Step,
    wire: &Wire<'_>,
) -> Result<(), ConfigError> {
    let mut names = address.iter().flat_map(Address::query_names);
    if names.any(|name| is_query_parameter(step, wire, &name)) {
        Err(ConfigError::new(field, Reason::ReservedName))
    } else {
        Ok(())
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
