//! From the fields of a row to what each step looks like on the wire.

use serde_json::{Map, Value, json};

use crate::rows::credentials::{Authentication, Basic};
use crate::rows::expect::{Expected, Format, Pattern, Step};
use crate::rows::row::{FollowUp, Row};
use crate::rows::special::Specials;
use crate::rows::template::{ExtraValue, Filled, Url, Values, extra};

/// The names that a row may rename or leave out.
pub(crate) const STANDARD: &[&str] = &[
    "response_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "refresh_token",
];

/// One step while its parameters are collected.
pub(crate) struct Draft<'a> {
    row: &'a Row,
    /// The key in `renamed_params` and `omitted_params`.
    step: &'static str,
    values: Values<'a>,
    parameters: Vec<Expected>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(row: &'a Row, step: &'static str, values: Values<'a>) -> Self {
        Draft { row, step, values, parameters: Vec::new() }
    }

    fn omits(&self, standard: &str) -> bool {
        self.row.omitted_params.get(self.step).is_some_and(|names| names.iter().any(|name| name == standard))
    }

    /// A standard parameter, under its name on this wire, unless the row leaves it out.
    fn standard(&mut self, standard: &'static str, field: &'static str, value: Pattern) {
        self.maybe(standard, field, value, true);
    }

    fn maybe(&mut self, standard: &'static str, field: &'static str, value: Pattern, required: bool) {
        if self.omits(standard) {
            return;
        }
        let renamed = self.row.renamed_params.get(self.step).and_then(|names| names.get(standard));
        let name = renamed.cloned().unwrap_or_else(|| standard.to_owned());
        self.parameters.push(Expected { name, standard, value, required, field });
    }

    /// A parameter of the row's own takes the place of a standard one of the same name.
    fn extras(&mut self, field: &'static str, extras: &Map<String, Value>, omit_unset: bool) -> Result<(), String> {
        for (name, value) in extras {
            let value = match extra(field, name, value, self.values)? {
                ExtraValue::Exactly(value) => Pattern::Exactly(value),
                ExtraValue::Random { before, after } => Pattern::Random { before, after },
                ExtraValue::Unset(_) if omit_unset => continue,
                ExtraValue::Unset(variable) => {
                    return Err(format!("{field}: `{name}` needs `{variable}`, which the connection does not set"));
                }
            };
            self.parameters.retain(|known| known.name != *name);
            self.parameters.push(Expected { name: name.clone(), standard: "", value, required: true, field });
        }
        Ok(())
    }

    fn client(&mut self) -> Result<Authentication, String> {
        let connection = self.values.connection;
        let id = || Pattern::Exactly(json!(connection.client_id));
        let secret = || Pattern::Exactly(json!(connection.client_secret));
        let field = "client_auth";
        let kind = self.row.client_auth.as_str();
        if kind == "none" {
            self.standard("client_id", field, id());
            return Ok(Authentication::Absent);
        }
        if self.omits("client_secret") {
            if matches!(kind, "basic" | "basic(secret:)") && !self.omits("client_id") {
                return Err(format!("omitted_params: no `client_secret`, and where is the `client_id` of `{kind}`?"));
            }
            self.standard("client_id", field, id());
            return Ok(Authentication::Absent);
        }
        if connection.client_secret.is_empty() {
            return Err(format!("client_auth: `{kind}` needs a secret, which the connection does not bring"));
        }
        match kind {
            "body" => {
                self.standard("client_id", field, id());
                self.standard("client_secret", field, secret());
                Ok(Authentication::Absent)
            }
            "basic" => Ok(Authentication::Basic(self.basic(&connection.client_id, &connection.client_secret)?)),
            "basic+client_id" => {
                self.standard("client_id", field, id());
                Ok(Authentication::Basic(self.basic(&connection.client_id, &connection.client_secret)?))
            }
            "basic+body" => {
                self.maybe("client_id", field, id(), false);
                self.maybe("client_secret", field, secret(), false);
                Ok(Authentication::Either(self.basic(&connection.client_id, &connection.client_secret)?))
            }
            "basic(secret:)" => {
                self.maybe("client_id", field, id(), false);
                Ok(Authentication::Basic(self.basic(&connection.client_secret, "")?))
            }
            other => Err(format!("client_auth: `{other}` is not known here")),
        }
    }

    fn basic(&self, id: &str, secret: &str) -> Result<Basic, String> {
        let form_encoded = match self.row.basic_encoding.as_deref() {
            Some("raw") => false,
            Some("form-urlencoded") => true,
            other => return Err(format!("basic_encoding: `{}` is not known here", other.unwrap_or("null"))),
        };
        Ok(Basic { id: id.to_owned(), secret: secret.to_owned(), form_encoded })
    }

    fn headers(&self) -> Result<Vec<(String, Pattern)>, String> {
        let fill = |(name, template): (&String, &String)| match self.values.fill(template) {
            Ok(Filled::Text(text)) => Ok((name.clone(), Pattern::Exactly(Value::String(text)))),
            Ok(Filled::Random { before, after }) => Ok((name.clone(), Pattern::Random { before, after })),
            Err(trouble) => Err(format!("token_headers: `{name}`: {trouble}")),
        };
        self.row.token_headers.iter().map(fill).collect()
    }

    fn format(&self) -> Result<Format, String> {
        match self.row.body_format.as_str() {
            "form" => Ok(Format::Form),
            "json" => Ok(Format::Json),
            "query" => Ok(Format::Query),
            other => Err(format!("body_format: `{other}` is not known here")),
        }
    }

    fn method(&self, format: Format) -> Result<String, String> {
        match (self.row.token_method.as_str(), format) {
            ("POST", _) | ("GET", Format::Query) => Ok(self.row.token_method.clone()),
            (method, _) => {
                Err(format!("token_method: `{method}` with body_format `{}` is not known here", self.row.body_format))
            }
        }
    }

    /// The authorization request.
    pub(crate) fn authorize(mut self, url: Url, specials: &Specials) -> Result<Step, String> {
        let connection = self.values.connection;
        if let Some(kind) = &self.row.response_type {
            self.standard("response_type", "response_type", Pattern::Exactly(json!(kind)));
        }
        self.standard("client_id", "authorize_url", Pattern::Exactly(json!(connection.client_id)));
        self.standard("redirect_uri", "authorize_url", Pattern::Exactly(json!(connection.redirect_uri)));
        if let Some(scope) = self.values.scope {
            let value =
                if specials.scope_unencoded { Pattern::Raw(unencoded(scope)?) } else { Pattern::Exactly(json!(scope)) };
            self.standard("scope", "scope_separator", value);
        }
        self.standard("state", "authorize_url", Pattern::Judged);
        if self.row.pkce != Some(false) {
            self.standard("code_challenge", "pkce", Pattern::Judged);
            self.standard("code_challenge_method", "pkce", Pattern::Exactly(json!("S256")));
        }
        self.extras("extra_authorize_params", &self.row.extra_authorize_params, specials.omit_unset_at_authorize)?;
        Ok(Step {
            called: "authorization request",
            field: "authorize_url",
            method: "GET".to_owned(),
            url,
            format: Format::Query,
            parameters: self.parameters,
            in_query: Vec::new(),
            headers: Vec::new(),
            authentication: Authentication::Absent,
        })
    }

    /// The exchange of a code, or of nothing but the client's own credentials.
    pub(crate) fn token(mut self, url: Url, specials: &Specials, with_code: bool) -> Result<Step, String> {
        if let Some(kind) = &self.row.grant_type_sent {
            self.standard("grant_type", "grant_type_sent", Pattern::Exactly(json!(kind)));
        }
        let mut in_query = Vec::new();
        if with_code {
            self.standard("code", "token_url", Pattern::Judged);
            let before = self.parameters.len();
            let redirect_uri = Pattern::Exactly(json!(self.values.connection.redirect_uri));
            self.standard("redirect_uri", "token_url", redirect_uri);
            if specials.redirect_uri_in_query {
                in_query = self.parameters.split_off(before);
            }
            if self.row.pkce != Some(false) {
                self.standard("code_verifier", "pkce", Pattern::Judged);
            }
        } else if let Some(scope) = self.values.scope {
            self.standard("scope", "scope_separator", Pattern::Exactly(json!(scope)));
        }
        let called = if with_code { "token request" } else { "client credentials request" };
        let authentication = self.client()?;
        self.extras("extra_token_params", &self.row.extra_token_params, false)?;
        self.finish(called, "token_url", url, in_query, authentication, false)
    }

    pub(crate) fn refresh(mut self, url: Url, specials: &Specials) -> Result<Step, String> {
        self.standard("grant_type", "refresh_url", Pattern::Exactly(json!("refresh_token")));
        self.standard("refresh_token", "refresh_url", Pattern::Judged);
        let authentication = self.client()?;
        self.extras("extra_refresh_params", &self.row.extra_refresh_params, false)?;
        self.finish("refresh request", "refresh_url", url, Vec::new(), authentication, specials.refresh_by_get)
    }

    fn finish(
        self,
        called: &'static str,
        field: &'static str,
        url: Url,
        in_query: Vec<Expected>,
        authentication: Authentication,
        by_get: bool,
    ) -> Result<Step, String> {
        let format = if by_get { Format::Query } else { self.format()? };
        let method = if by_get { "GET".to_owned() } else { self.method(format)? };
        let headers = self.headers()?;
        let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        if named && !matches!(authentication, Authentication::Absent) {
            return Err(format!("token_headers: `authorization`, and client_auth `{}` as well", self.row.client_auth));
        }
        Ok(Step { called, field, method, url, format, parameters: self.parameters, in_query, headers, authentication })
    }
}

/// The follow-up exchange: nothing in it is standard.
pub(crate) fn follow_up(row: &FollowUp, url: Url, values: Values<'_>) -> Result<Step, String> {
    let connection = values.connection;
    let field = "token_response.step2";
    let format = match row.method.as_deref() {
        Some("GET") => Format::Query,
        Some("POST") => Format::Form,
        other => return Err(format!("{field}.method: `{}` is not known here", other.unwrap_or("null"))),
    };
    let mut parameters = Vec::new();
    for param in &row.params {
        let (name, standard, value) = match (param.split_once('='), param.as_str()) {
            (Some((name, template)), _) => match values.fill(template) {
                Ok(Filled::Text(text)) => (name, "", Pattern::Exactly(Value::String(text))),
                Ok(Filled::Random { before, after }) => (name, "", Pattern::Random { before, after }),
                Err(trouble) => return Err(format!("{field}.params: `{param}`: {trouble}")),
            },
            (None, "access_token") => ("access_token", "access_token", Pattern::Judged),
            (None, "client_id") => ("client_id", "client_id", Pattern::Exactly(json!(connection.client_id))),
            (None, "client_secret") => {
                ("client_secret", "client_secret", Pattern::Exactly(json!(connection.client_secret)))
            }
            (None, other) => return Err(format!("{field}.params: `{other}` is not known here")),
        };
        parameters.push(Expected { name: name.to_owned(), standard, value, required: true, field });
    }
    if !parameters.iter().any(|param| param.standard == "access_token") {
        return Err(format!("{field}.params: no `access_token`, so nothing to follow up"));
    }
    Ok(Step {
        called: "follow-up request",
        field,
        method: row.method.clone().unwrap_or_default(),
        url,
        format,
        parameters,
        in_query: Vec::new(),
        headers: Vec::new(),
        authentication: Authentication::Absent,
    })
}

/// Scopes that can stand in a query without any encoding.
fn unencoded(scope: &str) -> Result<String, String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || ":_.-/+,;".contains(character);
    if scope.chars().all(plain) {
        Ok(scope.to_owned())
    } else {
        Err(format!("special: `scope_sent_unencoded`, but `{scope}` cannot stand in a query as it is"))
    }
}
