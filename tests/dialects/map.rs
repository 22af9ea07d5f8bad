//! From a row to a provider: what the row says, in the words of the crate's data. Nothing here looks at what the server
//! makes of the same row.

use std::collections::BTreeMap;

use oauth_proto::{
    Method, Provider,
    dialect::{
        Added, BasicEncoding, BodyFormat, ClientAuthentication, ErrorMembers, ExpiryEncoding, Fragment, IdToken, Kept,
        OkMember, Parameters, Pkce, RefreshAnswer, RefreshCredential, RefreshDeadline, ResponseStep, ScopeEncoding,
        ScopeFormat, TokenForm, TokenStep,
    },
};
use oauth_proto_emulator::rows::{self, Connection, Expires, Row, TokenResponse, TokenType};
use serde_json::{Map, Value};

/// A field of the row, and why it cannot be said.
pub type Inexpressible = String;

/// The provider of this row, for one connection.
pub fn provider(row: &Row, connection: &Connection) -> Result<Provider, Inexpressible> {
    if let Some(why) = &row.inexpressible {
        return Err(why.clone());
    }
    if row.client_auth == "none" && row.pkce == Some(false) && row.grant.as_deref() == Some("authorization_code") {
        return Err("client_auth, pkce: nothing would bind the code to this client (RFC 9700 section 2.1.1)".into());
    }
    let mut provider = Provider::default();
    provider.name = row.name.clone();
    provider.variables = connection.variables.clone();
    provider.authorization_endpoint = row.authorize_url.clone();
    provider.token_endpoint = row.token_url.clone();
    provider.refresh_endpoint = row.refresh_url.clone();
    provider.api_origins = vec![origin(&connection.api_url)];
    provider.mutual_tls = row.mtls;
    let map = Mapping { row, connection };
    map.token(&mut provider)?;
    // A client that asks for itself has no user to send away, and nothing to refresh.
    if row.grant.as_deref() != Some("client_credentials") {
        map.authorize(&mut provider)?;
        map.callback(&mut provider)?;
        map.refresh(&mut provider)?;
    }
    map.response(&mut provider)?;
    map.follow_up(&mut provider)?;
    map.presentation(&mut provider)?;
    Ok(provider)
}

fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

struct Mapping<'a> {
    row: &'a Row,
    connection: &'a Connection,
}

impl Mapping<'_> {
    fn has(&self, special: &str) -> bool {
        self.row.special.iter().any(|each| each == special)
    }

    fn authorize(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let row = self.row;
        let step = &mut provider.dialect.authorize;
        match &row.response_type {
            Some(response_type) => step.response_type_code = response_type.clone(),
            None => _ = step.parameters.omit("response_type"),
        }
        if self.has("scope_not_used") {
            step.parameters.omit("scope");
        }
        if self.has("scope_sent_unencoded") {
            step.scope_encoding = ScopeEncoding::Minimal;
        }
        if row.pkce == Some(false) {
            step.pkce = Pkce::PublicClientsOnly;
        }
        step.fragment = row.authorize_fragment.as_ref().map(|fragment| match fragment {
            rows::Fragment::Route(route) => Fragment::Route(route.clone()),
            rows::Fragment::Suffix { suffix } => Fragment::Suffix(suffix.clone()),
        });
        step.parameters.omit_unset = self.has("omit_empty_authorize_params");
        self.names("authorize", &mut step.parameters);
        add(&row.extra_authorize_params, &["response_type", "redirect_uri", "scope"], &mut step.parameters)
    }

    /// Renames and omissions of a step. Who the client is, and how it proves that, is another matter.
    fn names(&self, step: &str, parameters: &mut Parameters) {
        for (standard, wire) in self.row.renamed_params.get(step).into_iter().flatten() {
            parameters.rename(standard, wire);
        }
        for name in self.omitted(step).filter(|name| *name != "client_secret") {
            parameters.omit(name);
        }
    }

    fn omitted(&self, step: &str) -> impl Iterator<Item = &str> {
        self.row.omitted_params.get(step).into_iter().flatten().map(String::as_str)
    }

    fn callback(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let row = self.row;
        let step = &mut provider.dialect.callback;
        if let Some(code) = row.callback_code_param.as_ref().filter(|code| *code != "code") {
            step.rename.rename("code", code);
        }
        if let Some(state) = row.renamed_params.get("authorize").and_then(|names| names.get("state")) {
            step.rename.rename("state", state);
        }
        if row.response_type.as_ref().is_some_and(|kinds| kinds.split(' ').any(|kind| kind == "id_token")) {
            step.id_token = IdToken::Ignored;
        }
        for name in &row.callback_extras {
            step.keep.insert(name.clone(), Kept::Text);
        }
        for name in &row.late_bound_url_vars {
            step.keep.insert(name.clone(), self.late(name)?);
        }
        Ok(())
    }

    /// What a value from the callback may be, by where it stands in the URL. Whole origins are on a list of the
    /// provider's own, which the row does not give: the test's values are on it.
    fn late(&self, name: &str) -> Result<Kept, Inexpressible> {
        let variable = format!("{{{name}}}");
        let urls = [&self.row.token_url, &self.row.refresh_url];
        let mut alternatives = urls.into_iter().flatten().flat_map(|url| url.split(" || "));
        let Some((before, after)) = alternatives.find_map(|url| url.split_once(&variable)) else {
            return Err(format!("late_bound_url_vars: no URL names `{name}`"));
        };
        let value = self.connection.callback.get(name).cloned().unwrap_or_default();
        let in_host = !before.trim_start_matches("https://").contains('/');
        Ok(match (before.is_empty(), in_host && after.starts_with('.'), in_host) {
            (true, _, _) => Kept::OneOf(vec!["https://accounts.other.example".into(), value]),
            (_, true, _) => Kept::DnsLabel,
            // A whole host: on a list, too.
            (_, false, true) => Kept::OneOf(vec!["accounts.other.example".into(), value]),
            _ => Kept::PathSegment,
        })
    }

    fn token(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let row = self.row;
        provider.dialect.authorize.scope_separator = row.scope_separator.clone();
        let step = &mut provider.dialect.token;
        step.method = method(&row.token_method)?;
        step.body = self.body()?;
        (step.client_authentication, step.basic_encoding) = self.authentication("token")?;
        step.headers = row.token_headers.clone();
        self.names("token", &mut step.parameters);
        if self.has("redirect_uri_in_token_query") {
            step.parameters.in_query.insert("redirect_uri".into());
        }
        // Only a client that asks for itself says its scope here.
        if self.has("scope_not_used") && row.grant.as_deref() == Some("client_credentials") {
            step.parameters.omit("scope");
        }
        match (&row.grant_type_sent, &row.grant) {
            (None, _) => _ = step.parameters.omit("grant_type"),
            (sent, grant) if sent == grant => {}
            (Some(other), _) => _ = step.parameters.omit("grant_type").add("grant_type", other.as_str()),
        }
        let replaceable = ["grant_type", "client_id", "redirect_uri", "scope"];
        add(&row.extra_token_params, &replaceable, &mut step.parameters)
    }

    fn refresh(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let row = self.row;
        let step = &mut provider.dialect.refresh;
        (step.method, step.body) = if self.has("refresh_via_GET_query") {
            (Method::Get, BodyFormat::Query)
        } else {
            (method(&row.token_method)?, self.body()?)
        };
        (step.client_authentication, step.basic_encoding) = self.authentication("refresh")?;
        step.headers = row.token_headers.clone();
        self.names("refresh", &mut step.parameters);
        add(&row.extra_refresh_params, &["grant_type", "client_id"], &mut step.parameters)?;
        if self.has("refresh_by_access_token_exchange") {
            step.credential = RefreshCredential::Access;
            step.deadline = RefreshDeadline::AccessTokenExpiry;
        }
        if self.has("refresh_returns_no_token") {
            let words = row.token_response.as_ref().and_then(|response| response.refresh.as_deref()).unwrap_or("");
            let seconds = words.split(' ').find_map(|word| word.parse().ok());
            step.answer = RefreshAnswer::ExtendsSeconds(seconds.ok_or("token_response.refresh: no seconds")?);
        }
        for special in &row.special {
            let window = special.strip_prefix("refresh_only_in_last_").and_then(|rest| rest.strip_suffix('s'));
            if let Some(seconds) = window {
                step.opens_seconds_before_expiry = Some(seconds.parse().map_err(|_| format!("special: {special}"))?);
            }
        }
        Ok(())
    }

    fn body(&self) -> Result<BodyFormat, Inexpressible> {
        match self.row.body_format.as_str() {
            "form" => Ok(BodyFormat::Form),
            "json" => Ok(BodyFormat::Json),
            "query" => Ok(BodyFormat::Query),
            other => Err(format!("body_format: {other}")),
        }
    }

    fn authentication(&self, step: &str) -> Result<(ClientAuthentication, BasicEncoding), Inexpressible> {
        let row = self.row;
        let encoding = match row.basic_encoding.as_deref() {
            None | Some("form-urlencoded") => BasicEncoding::Form,
            Some("raw") => BasicEncoding::None,
            Some(other) => return Err(format!("basic_encoding: {other}")),
        };
        // A step without the secret proves nothing, however the others do it.
        if self.omitted(step).any(|name| name == "client_secret") {
            return Ok((ClientAuthentication::None, encoding));
        }
        let method = match row.client_auth.as_str() {
            "body" => ClientAuthentication::Body,
            "basic" => ClientAuthentication::Basic,
            "basic+body" => ClientAuthentication::BasicAndBody,
            "basic+client_id" => ClientAuthentication::BasicAndClientId,
            "basic(secret:)" => ClientAuthentication::SecretAsBasicUser,
            "none" => ClientAuthentication::None,
            other => return Err(format!("client_auth: {other}")),
        };
        Ok((method, encoding))
    }

    fn response(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let row = self.row;
        let whole = row.token_response.clone().unwrap_or_default();
        let first = whole.step1.as_deref().unwrap_or(&whole);
        provider.dialect.response = self.answer(first, &row.response_extras)?;
        if let Some(second) = &whole.step2 {
            let answer = Some(self.answer(&second.response, &[])?);
            provider.dialect.follow_up_response = answer.filter(|answer| *answer != provider.dialect.response);
        }
        Ok(())
    }

    /// The shape of one answer.
    fn answer(&self, first: &TokenResponse, extras: &[String]) -> Result<ResponseStep, Inexpressible> {
        let row = self.row;
        let mut step = ResponseStep::default();
        for (standard, path) in
            [("access_token", &first.access_token), ("refresh_token", &first.refresh_token), ("scope", &first.scope)]
        {
            match path {
                Some(path) if path.contains(" | ") => return Err(format!("token_response.{standard}: {path}")),
                Some(path) if path != standard => _ = step.rename.rename(standard, path),
                _ => {}
            }
        }
        if let Some(expires) = &first.expires {
            step.expiry = expiry(expires)?;
            if let Some(path) = expires.field.as_ref().filter(|path| *path != "expires_in") {
                step.rename.rename("expires_in", path);
            }
        }
        step.status = first.status.unwrap_or(200);
        step.keep = extras.to_vec();
        step.keep.extend(first.extras.iter().cloned());
        step.keep.sort();
        step.keep.dedup();
        // An answer whose shape the row gives has nothing but what is given.
        step.token_type_optional = row.token_type == TokenType::Absent || first.access_token.is_some();
        if let TokenType::Says(token_type) = &row.token_type {
            step.token_types = vec![token_type.clone()];
        }
        if let Some(scope) = &row.scope_in_response {
            step.scope_separator = scope.separator.clone();
            if scope.list {
                step.scope_format = ScopeFormat::List;
            }
        }
        let content_type = row.response_content_type.as_deref();
        step.media_types =
            content_type.and_then(|text| text.split(';').next()).map(|media_type| vec![media_type.into()]);
        step.error = self.errors(first)?;
        Ok(step)
    }

    fn errors(&self, response: &TokenResponse) -> Result<ErrorMembers, Inexpressible> {
        let mut step = ErrorMembers::default();
        let Some(error) = &response.error else {
            return Ok(step);
        };
        step.code = error.code.clone();
        if let Some(message) = &error.message {
            step.description = message.clone();
        }
        let member = error.ok_field.as_ref().unwrap_or(&error.code);
        step.ok = match &error.ok_value {
            Value::Null => None,
            value => Some(OkMember::new(member, added(value)?)),
        };
        Ok(step)
    }

    fn follow_up(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let Some(follow_up) = self.row.token_response.as_ref().and_then(|response| response.step2.as_ref()) else {
            return Ok(());
        };
        let url = follow_up.url.as_ref().ok_or("token_response.step2: the row does not say where it goes")?;
        provider.follow_up_endpoint = Some(url.clone());
        let mut step = TokenStep::default();
        step.method = method(follow_up.method.as_deref().unwrap_or("POST"))?;
        step.body = if step.method == Method::Get { BodyFormat::Query } else { BodyFormat::Form };
        let names = |name: &str| follow_up.params.iter().any(|param| param == name);
        step.client_authentication =
            if names("client_secret") { ClientAuthentication::Body } else { ClientAuthentication::None };
        if !names("client_id") {
            step.parameters.omit("client_id");
        }
        for (name, value) in follow_up.params.iter().filter_map(|param| param.split_once('=')) {
            step.parameters.add(name, value);
        }
        provider.dialect.follow_up = Some(step);
        Ok(())
    }

    fn presentation(&self, provider: &mut Provider) -> Result<(), Inexpressible> {
        let Some(token_use) = &self.row.token_use else {
            return Ok(());
        };
        let step = &mut provider.dialect.presentation;
        if let Some(header) = &token_use.header {
            step.header = header.clone();
        }
        step.scheme = token_use.scheme.clone();
        step.query_parameter = token_use.query.clone();
        step.form = match token_use.form.as_deref() {
            None => TokenForm::Token,
            Some("access_token as username, empty password") => TokenForm::BasicUser,
            Some(other) => return Err(format!("token_use.form: {other}")),
        };
        Ok(())
    }
}

fn method(name: &str) -> Result<Method, Inexpressible> {
    match name {
        "GET" => Ok(Method::Get),
        "POST" => Ok(Method::Post),
        other => Err(format!("token_method: {other}")),
    }
}

fn expiry(expires: &Expires) -> Result<ExpiryEncoding, Inexpressible> {
    Ok(match expires.encoding.as_str() {
        "relative_s" => ExpiryEncoding::SecondsFromNow,
        "relative_ms" => ExpiryEncoding::MillisecondsFromNow,
        "absolute_s" => ExpiryEncoding::SecondsSinceEpoch,
        "absolute_ms" => ExpiryEncoding::MillisecondsSinceEpoch,
        "absolute_auto" => ExpiryEncoding::SecondsOrMillisecondsSinceEpoch,
        "absolute_datetime" => ExpiryEncoding::Date,
        "constant_s" => {
            let seconds = expires.value.and_then(|seconds| u32::try_from(seconds).ok());
            ExpiryEncoding::ConstantSeconds(seconds.ok_or("token_response.expires: no seconds")?)
        }
        other => return Err(format!("token_response.expires: {other}")),
    })
}

/// Adds parameters. One that has the name of a standard one takes its place.
fn add(extras: &Map<String, Value>, standard: &[&str], parameters: &mut Parameters) -> Result<(), Inexpressible> {
    for (name, value) in extras {
        if standard.contains(&name.as_str()) {
            parameters.omit(name);
        }
        parameters.add(name, added(value)?);
    }
    Ok(())
}

fn added(value: &Value) -> Result<Added, Inexpressible> {
    match value {
        Value::String(text) => Ok(text.as_str().into()),
        Value::Bool(truth) => Ok((*truth).into()),
        Value::Number(number) => number.as_i64().map(Added::from).ok_or(format!("a parameter is {number}")),
        other => Err(format!("a parameter is {other}")),
    }
}

/// The variables that a row names anywhere, with the places where each stands.
pub fn variables(row: &Row) -> BTreeMap<String, Vec<Place>> {
    let mut found: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    let mut note = |text: &str, place: Place| {
        for piece in text.split('{').skip(1) {
            if let Some((name, _)) = piece.split_once('}') {
                found.entry(name.to_owned()).or_default().push(place);
            }
        }
    };
    let follow_up = row.token_response.as_ref().and_then(|response| response.step2.as_ref());
    for url in [&row.authorize_url, &row.token_url, &row.refresh_url].into_iter().flatten() {
        note(url, if url.contains(" || ") { Place::Alternatives } else { Place::Url });
    }
    follow_up.and_then(|step| step.url.as_ref()).into_iter().for_each(|url| note(url, Place::Url));
    for extras in [&row.extra_authorize_params, &row.extra_token_params, &row.extra_refresh_params] {
        extras.values().filter_map(Value::as_str).for_each(|text| note(text, Place::Parameter));
    }
    follow_up.into_iter().flat_map(|step| &step.params).for_each(|text| note(text, Place::Parameter));
    row.token_headers.values().for_each(|text| note(text, Place::Header));
    for name in ["client_id", "redirect_uri", "scope", "random"].iter().map(|name| (*name).to_owned()).chain(late(row))
    {
        found.remove(&name);
    }
    found
}

fn late(row: &Row) -> impl Iterator<Item = String> {
    row.callback_extras.iter().chain(&row.late_bound_url_vars).cloned()
}

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Url,
    /// In a URL that has another one beside it.
    Alternatives,
    Parameter,
    Header,
}
