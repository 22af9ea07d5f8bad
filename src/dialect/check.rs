//! A dialect is checked once, when a client is made of it.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    Added, AuthorizeStep, BodyFormat, CallbackStep, Dialect, ExpiryEncoding, Fragment, IssuerParameter, Kept, Nonce,
    Parameters, Presentation, RANDOM, RefreshAnswer, RefreshDeadline, RefreshStep, Renames, ResponseStep, StateEcho,
    TokenForm, Wire,
};
use crate::{
    error::{ConfigError, Reason, escaped},
    http::Method,
    vocabulary::{
        MAX_EXTRAS,
        grammar::{is_nqchar, is_nqschar, is_tchar, is_url_byte, is_vschar},
        repeated_name,
    },
};

/// A place in the data: it is written out only when there is something to say about it.
#[derive(Clone, Copy)]
struct At<'a> {
    names: &'a [&'a str],
}

impl From<At<'_>> for Cow<'static, str> {
    fn from(At { names }: At<'_>) -> Self {
        // Data from a file can hold anything, as a name too.
        Cow::Owned(names.iter().map(|name| escaped(name)).collect::<Vec<_>>().join("."))
    }
}

/// The parameters of a request, by their names in the RFCs.
pub(crate) struct Step {
    /// Where the step stands in the data.
    path: &'static str,
    /// What must go out whenever the protocol has it: the client, the proof, and what binds the answer to the request.
    always: &'static [&'static str],
    /// What a dialect may leave out.
    omittable: &'static [&'static str],
}

const AUTHORIZE: Step = Step {
    path: "dialect.authorize",
    // PKCE is not switched off by data: RFC 9700 section 2.1.1.
    always: &["client_id", "state", "nonce", "code_challenge", "code_challenge_method"],
    omittable: &["response_type", "redirect_uri", "scope"],
};

pub(crate) const TOKEN: Step = Step {
    path: "dialect.token",
    always: &["code", "code_verifier", "client_secret", "username", "password"],
    omittable: &["grant_type", "client_id", "redirect_uri", "scope"],
};

pub(crate) const REFRESH: Step = Step {
    path: "dialect.refresh",
    always: &["refresh_token", "client_secret", "redirect_uri"],
    omittable: &["grant_type", "client_id"],
};

pub(crate) const FOLLOW_UP: Step =
    Step { path: "dialect.follow_up", always: &["access_token", "client_secret"], omittable: &["client_id"] };

/// What may stand in a URL's query while the rest is in the body: nothing that servers must not log.
const IN_QUERY: [&str; 4] = ["grant_type", "client_id", "redirect_uri", "scope"];

const CALLBACK: &[&str] = &["code", "state", "error", "error_description", "error_uri", "iss"];
const RESPONSE: &[&str] = &["access_token", "refresh_token", "token_type", "expires_in", "scope", "nonce"];

/// What no callback may bring, whatever is kept of it.
const REFUSED: [&str; 3] = ["access_token", "id_token", "response"];

impl Step {
    fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.always.iter().chain(self.omittable).copied()
    }
}

/// Header fields that belong to the transport or to the browser.
const TRANSPORT_FIELDS: [&str; 13] = [
    "host",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "te",
    "trailer",
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "expect",
    "upgrade",
    "cookie",
];

/// What a template calls by these names is not kept from anywhere.
const TEMPLATE_NAMES: [&str; 2] = ["client_id", RANDOM];

/// These are the machine's to keep: an extra would outlive the token that it copies.
const TOKENS: [&str; 2] = ["access_token", "refresh_token"];

/// What an answer with tokens may be called (RFC 9110 section 15.3).
const SUCCESS: std::ops::RangeInclusive<u16> = 200..=299;

impl Dialect {
    /// Checks every field.
    ///
    /// ```
    /// use oauth_proto::{dialect::Dialect, error::Reason};
    ///
    /// let mut dialect = Dialect::default();
    /// dialect.authorize.parameters.omit("state");
    /// let error = dialect.check().unwrap_err();
    /// assert_eq!(error.field(), "dialect.authorize.parameters.omit.state");
    /// assert_eq!(*error.reason(), Reason::NotOmittable);
    /// ```
    ///
    /// # Errors
    /// A field's path in the data (`dialect.token.parameters.add.code`) and the reason. The dialect is as it was.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.authorize.check(self.callback.state)?;
        self.callback.check()?;
        check_request(&TOKEN, &self.token.wire())?;
        check_request(&REFRESH, &self.refresh.wire())?;
        self.refresh.check()?;
        self.follow_up.as_ref().map_or(Ok(()), |step| check_request(&FOLLOW_UP, &step.wire()))?;
        self.response.check("dialect.response")?;
        self.follow_up_response.as_ref().map_or(Ok(()), |step| step.check("dialect.follow_up_response"))?;
        self.check_front_channel()?;
        self.presentation.check()
    }

    /// An implicit callback brings what a callback and what a token response bring: one name must not mean two things.
    fn check_front_channel(&self) -> Result<(), ConfigError> {
        let callback: Vec<_> = CALLBACK.iter().map(|name| self.callback.rename.wire(name)).collect();
        // A token response calls its error by the RFC's names, whatever a callback calls its own.
        let taken = |wire: &str| {
            callback.contains(&wire) || CALLBACK.iter().any(|each| each.starts_with("error") && *each == wire)
        };
        if let Some(name) = RESPONSE.iter().find(|name| taken(self.response.rename.wire(name))) {
            return Err(ConfigError::new(At { names: &["dialect.response.rename", name] }, Reason::Repeated));
        }
        match self.callback.keep.keys().find(|name| callback.contains(&name.as_str())) {
            Some(name) => Err(ConfigError::new(At { names: &["dialect.callback.keep", name] }, Reason::Repeated)),
            None => Ok(()),
        }
    }
}

impl RefreshStep {
    /// A window that never opens, and tokens that are over when they come.
    fn check(&self) -> Result<(), ConfigError> {
        let at_its_end = self.deadline == RefreshDeadline::AccessTokenExpiry;
        if at_its_end && self.opens_seconds_before_expiry == Some(0) {
            return Err(ConfigError::new("dialect.refresh.opens_seconds_before_expiry", Reason::Empty));
        }
        if self.answer == RefreshAnswer::ExtendsSeconds(0) {
            return Err(ConfigError::new("dialect.refresh.answer.extends_seconds", Reason::Empty));
        }
        Ok(())
    }
}

impl AuthorizeStep {
    fn check(&self, echo: StateEcho) -> Result<(), ConfigError> {
        self.check_parameters(echo)?;
        // Under another name, a server that does not know it ignores it: then nothing at all would bind the login.
        let challenge = ["code_challenge", "code_challenge_method"];
        let renamed = |name: &&&str| self.parameters.rename.wire(name) != **name;
        if let Some(name) = challenge.iter().find(renamed).filter(|_| echo != StateEcho::Required) {
            let field = At { names: &["dialect.authorize.parameters.rename", name] };
            return Err(ConfigError::new(field, Reason::GoesOnlyWith("a `state` that comes back")));
        }
        if let Some(name) = self.parameters.in_query.first() {
            let field = At { names: &["dialect.authorize.parameters.in_query", name] };
            return Err(ConfigError::new(field, Reason::GoesOnlyWith("a request that has a body")));
        }
        for (field, text) in [
            ("dialect.authorize.response_type_code", &self.response_type_code),
            ("dialect.authorize.response_type_token", &self.response_type_token),
        ] {
            ConfigError::check_not_empty(field, text)?;
            check_characters(At { names: &[field] }, text, is_nqschar)?;
        }
        check_separator(At { names: &["dialect.authorize.scope_separator"] }, &self.scope_separator)?;
        if let Some(Fragment::Route(text) | Fragment::Suffix(text)) = &self.fragment {
            const FRAGMENT: &str = "dialect.authorize.fragment";
            ConfigError::check_not_empty(FRAGMENT, text)?;
            check_characters(At { names: &[FRAGMENT] }, text, |byte| is_url_byte(byte) && byte != b'#')?;
        }
        // RFC 6749 section 3.1: no parameter twice, wherever the page reads them.
        let mut names = self.fragment.iter().flat_map(Fragment::query_names);
        if names.any(|name| is_authorize_parameter(&self.parameters, &name)) {
            return Err(ConfigError::new("dialect.authorize.fragment", Reason::ReservedName));
        }
        Ok(())
    }

    fn check_parameters(&self, echo: StateEcho) -> Result<(), ConfigError> {
        // Where none comes back, none need be sent: PKCE alone binds such a login.
        let stateless = echo == StateEcho::NotEchoedByThisServer && self.parameters.omits("state");
        // Nor is a nonce of ours in the request by default: one of the provider's own may be, if nothing else has its name.
        let wire = |name| self.parameters.rename.wire(name);
        let is_free = || !AUTHORIZE.names().any(|name| name != "nonce" && wire(name) == "nonce");
        let own_nonce = self.nonce == Nonce::Off && self.parameters.add.contains_key("nonce") && is_free();
        check_parameters(&AUTHORIZE, &self.parameters, Exceptions { stateless, own_nonce })
    }
}

/// What may stand inside a scope token separates nothing.
fn check_separator(field: At<'_>, separator: &str) -> Result<(), ConfigError> {
    if separator.is_empty() {
        return Err(ConfigError::new(field, Reason::Empty));
    }
    let separates = |byte: u8| is_vschar(byte) && !byte.is_ascii_alphanumeric();
    check_characters(field, separator, separates)
}

impl CallbackStep {
    fn check(&self) -> Result<(), ConfigError> {
        check_renames(&["dialect.callback", "rename"], &self.rename, CALLBACK.iter().copied())?;
        // RFC 9207 section 2.4: one that a forged callback may leave out, and a real one never has, checks nothing.
        if self.rename.wire("iss") != "iss" && self.issuer != IssuerParameter::Required {
            return Err(ConfigError::new("dialect.callback.rename.iss", Reason::GoesOnlyWith("`issuer: required`")));
        }
        check_count(At { names: &["dialect.callback.keep"] }, self.keep.len())?;
        for (name, rule) in &self.keep {
            let field = At { names: &["dialect.callback.keep", name] };
            check_wire_name(field, name)?;
            if REFUSED.contains(&name.as_str()) || TEMPLATE_NAMES.contains(&name.as_str()) {
                return Err(ConfigError::new(field, Reason::ReservedName));
            }
            match rule {
                Kept::OneOf(values) if values.is_empty() => return Err(ConfigError::new(field, Reason::Empty)),
                Kept::OneOf(values) => {
                    values.iter().try_for_each(|value| check_characters(field, value, is_vschar))?;
                }
                Kept::Text | Kept::DnsLabel | Kept::PathSegment => {}
            }
        }
        Ok(())
    }
}

fn check_count(field: At<'_>, count: usize) -> Result<(), ConfigError> {
    if count > MAX_EXTRAS { Err(ConfigError::new(field, Reason::TooMany { max: MAX_EXTRAS })) } else { Ok(()) }
}

fn check_request(step: &Step, wire: &Wire<'_>) -> Result<(), ConfigError> {
    let path = step.path;
    let refuse = |reason| Err(ConfigError::new(At { names: &[path, "method"] }, reason));
    match wire.method {
        Method::Get if wire.body != BodyFormat::Query => return refuse(Reason::GoesOnlyWith("the body `query`")),
        Method::Get | Method::Post => {}
        // No file can say these; a program can.
        Method::Put | Method::Delete => return refuse(Reason::UnknownValue { known: known(["GET", "POST"]) }),
    }
    check_parameters(step, wire.parameters, Exceptions::default())?;
    for name in &wire.parameters.in_query {
        if !IN_QUERY.contains(&name.as_str()) {
            let field = At { names: &[path, "parameters.in_query", name] };
            return Err(ConfigError::new(field, Reason::UnknownName { known: known(IN_QUERY) }));
        }
    }
    check_headers(path, wire.headers)
}

/// The values are checked when they are filled in.
fn check_headers(path: &str, headers: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    for name in headers.keys() {
        let field = At { names: &[path, "headers", name] };
        check_field_name(field, name)?;
        if name.eq_ignore_ascii_case("authorization") {
            return Err(ConfigError::new(field, Reason::ReservedName));
        }
    }
    let lower: Vec<_> = headers.keys().map(|name| name.to_ascii_lowercase()).collect();
    let repeated = repeated_name(&mut lower.iter().map(String::as_str).collect::<Vec<_>>());
    match repeated.and_then(|repeated| headers.keys().find(|name| name.eq_ignore_ascii_case(repeated))) {
        Some(first) => Err(ConfigError::new(At { names: &[path, "headers", first] }, Reason::Repeated)),
        None => Ok(()),
    }
}

/// The name of a header field (RFC 9110 section 5.1).
fn check_field_name(field: At<'_>, name: &str) -> Result<(), ConfigError> {
    if name.is_empty() {
        return Err(ConfigError::new(field, Reason::Empty));
    }
    check_characters(field, name, is_tchar)?;
    if TRANSPORT_FIELDS.iter().any(|each| name.eq_ignore_ascii_case(each)) {
        return Err(ConfigError::new(field, Reason::ReservedName));
    }
    Ok(())
}

impl ResponseStep {
    /// Of the two answers, the one at `path`.
    fn check(&self, path: &'static str) -> Result<(), ConfigError> {
        let refuse = |field: &str, reason| Err(ConfigError::new(At { names: &[path, field] }, reason));
        check_renames(&[path, "rename"], &self.rename, RESPONSE.iter().copied())?;
        for text in &self.token_types {
            check_wire_name(At { names: &[path, "token_types"] }, text)?;
        }
        if self.token_types.is_empty() {
            return refuse("token_types", Reason::Empty);
        }
        if !SUCCESS.contains(&self.status) {
            return refuse("status", Reason::OutOfRange { min: 200, max: 299 });
        }
        // RFC 9110 sections 15.3.5 and 15.3.6: these bring nothing.
        if [204, 205].contains(&self.status) {
            return refuse("status", Reason::GoesOnlyWith("an answer that has a body"));
        }
        if self.expiry == ExpiryEncoding::ConstantSeconds(0) {
            return refuse("expiry.constant_seconds", Reason::Empty);
        }
        let wrong = |types: &Vec<String>| types.is_empty() || !types.iter().all(|each| is_media_type(each));
        if self.media_types.as_ref().is_some_and(wrong) {
            return refuse("media_types", Reason::NotAMediaType);
        }
        if let Some(text) = &self.scope_separator {
            check_separator(At { names: &[path, "scope_separator"] }, text)?;
        }
        check_count(At { names: &[path, "keep"] }, self.keep.len())?;
        for text in &self.keep {
            check_wire_name(At { names: &[path, "keep"] }, text)?;
            let is_token = TOKENS.iter().any(|token| self.rename.wire(token) == text);
            if is_token || TEMPLATE_NAMES.contains(&text.as_str()) {
                return Err(ConfigError::new(At { names: &[path, "keep", text] }, Reason::ReservedName));
            }
        }
        let error = &self.error;
        check_wire_name(At { names: &[path, "error.code"] }, &error.code)?;
        check_wire_name(At { names: &[path, "error.description"] }, &error.description)?;
        check_wire_name(At { names: &[path, "error.uri"] }, &error.uri)?;
        error.ok.as_ref().map_or(Ok(()), |ok| check_wire_name(At { names: &[path, "error.ok.member"] }, &ok.member))
    }
}

/// `type/subtype` (RFC 9110 section 8.3.1); parameters are never compared.
fn is_media_type(text: &str) -> bool {
    let token = |text: &str| !text.is_empty() && text.bytes().all(is_tchar);
    text.split_once('/').is_some_and(|(main, sub)| token(main) && token(sub))
}

impl Presentation {
    fn check(&self) -> Result<(), ConfigError> {
        const HEADER: &str = "dialect.presentation.header";
        const SCHEME: &str = "dialect.presentation.scheme";
        const BASIC: Reason = Reason::GoesOnlyWith("the scheme `Basic`");
        check_field_name(At { names: &[HEADER] }, &self.header)?;
        if ["content-type", "accept"].iter().any(|each| self.header.eq_ignore_ascii_case(each)) {
            return Err(ConfigError::new(HEADER, Reason::ReservedName));
        }
        if let Some(name) = &self.query_parameter {
            check_wire_name(At { names: &["dialect.presentation.query_parameter"] }, name)?;
        }
        let Some(scheme) = &self.scheme else {
            let form = "dialect.presentation.form";
            return match self.form {
                TokenForm::Token => Ok(()),
                TokenForm::BasicUser => Err(ConfigError::new(form, BASIC)),
            };
        };
        if self.form == TokenForm::BasicUser && !scheme.eq_ignore_ascii_case("Basic") {
            return Err(ConfigError::new("dialect.presentation.form", BASIC));
        }
        ConfigError::check_not_empty(SCHEME, scheme)?;
        check_characters(At { names: &[SCHEME] }, scheme, is_tchar)
    }
}

/// Whether an authorization request has a parameter `name` already, on this provider's wire.
pub(crate) fn is_authorize_parameter(parameters: &Parameters, name: &str) -> bool {
    let mut standard = AUTHORIZE.names().filter(|standard| !parameters.omits(standard));
    standard.any(|standard| parameters.rename.wire(standard) == name) || parameters.add.contains_key(name)
}

/// Whether a request of this step has a parameter `name` in its URL's query, on this provider's wire.
pub(crate) fn is_query_parameter(step: &Step, wire: &Wire<'_>, name: &str) -> bool {
    let parameters = wire.parameters;
    let whole = wire.body == BodyFormat::Query;
    let mut standard = step.names().filter(|standard| !parameters.omits(standard));
    standard.any(|each| (whole || parameters.in_query.contains(each)) && parameters.rename.wire(each) == name)
        || (whole && parameters.add.contains_key(name))
}

/// What a step may do with standard parameters that no other may.
#[derive(Clone, Copy, Default)]
struct Exceptions {
    /// It may leave `state` out; nothing else is called so then.
    stateless: bool,
    /// It may add a `nonce` of the provider's own.
    own_nonce: bool,
}

fn check_parameters(step: &Step, parameters: &Parameters, exceptions: Exceptions) -> Result<(), ConfigError> {
    let without_state = |name: &str| exceptions.stateless && name == "state";
    let path = step.path;
    check_renames(&[path, "parameters.rename"], &parameters.rename, step.names())?;
    for name in parameters.omit.iter().filter(|name| !without_state(name)) {
        let refuse = |reason| Err(ConfigError::new(At { names: &[path, "parameters.omit", name] }, reason));
        if step.always.contains(&name.as_str()) {
            return refuse(Reason::NotOmittable);
        }
        if !step.omittable.contains(&name.as_str()) {
            return refuse(Reason::UnknownName { known: known(step.omittable.iter().copied()) });
        }
    }
    for (name, value) in &parameters.add {
        let field = At { names: &[path, "parameters.add", name] };
        check_addition(field, name, value)?;
        // RFC 6749 section 3.1: no parameter twice. An omitted standard parameter may be replaced by one of the
        // provider's own.
        let mut standard = step.names().filter(|each| !parameters.omits(each) || without_state(each));
        let is_free = exceptions.own_nonce && name == "nonce";
        if !is_free && standard.any(|each| parameters.rename.wire(each) == name) {
            return Err(ConfigError::new(field, Reason::ReservedName));
        }
    }
    Ok(())
}

fn check_addition(field: At<'_>, name: &str, value: &Added) -> Result<(), ConfigError> {
    check_wire_name(field, name)?;
    match value {
        Added::Text(text) => check_characters(field, text, |byte| !byte.is_ascii_control()),
        Added::Number(_) | Added::Truth(_) => Ok(()),
    }
}

fn known(names: impl IntoIterator<Item = &'static str>) -> Vec<Box<str>> {
    names.into_iter().map(Box::from).collect()
}

fn check_renames(
    [step, list]: &[&str; 2],
    renames: &Renames,
    standard: impl Iterator<Item = &'static str> + Clone,
) -> Result<(), ConfigError> {
    for (name, wire) in renames.iter() {
        let field = At { names: &[step, list, name] };
        if !standard.clone().any(|each| each == name) {
            return Err(ConfigError::new(field, Reason::UnknownName { known: known(standard) }));
        }
        check_wire_name(field, wire)?;
        if standard.clone().any(|each| each != name && renames.wire(each) == wire) {
            return Err(ConfigError::new(field, Reason::Repeated));
        }
    }
    Ok(())
}

fn check_wire_name(field: At<'_>, name: &str) -> Result<(), ConfigError> {
    if name.is_empty() {
        return Err(ConfigError::new(field, Reason::Empty));
    }
    check_characters(field, name, is_nqchar)
}

/// One function for all that may stand somewhere: a dialect is checked once.
fn check_characters(field: At<'_>, text: &str, allowed: fn(u8) -> bool) -> Result<(), ConfigError> {
    ConfigError::check_characters(field, text, allowed)
}
