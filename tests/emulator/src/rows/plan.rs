//! A row and a connection, read to the end before the first request comes.

use serde_json::Value;

use crate::rows::Connection;
use crate::rows::draft::{self, Draft, STANDARD};
use crate::rows::expect::{Pattern, Step};
use crate::rows::row::{Row, TokenResponse, TokenUse};
use crate::rows::shape::Shape;
use crate::rows::special::Specials;
use crate::rows::template::{Url, Values};

const ACCESS_S: u64 = 3600;
/// Where a refresh is let in for the last seconds only, so that the rest is worth testing.
const ACCESS_WITH_WINDOW_S: u64 = 600;
const FOLLOW_UP_S: u64 = 5_184_000;

/// Everything that decides about a request.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) row: Row,
    pub(crate) connection: Connection,
    pub(crate) specials: Specials,
    /// `None`: the client acts for itself.
    pub(crate) authorize: Option<Step>,
    pub(crate) token: Step,
    /// `None`: nothing is ever issued that could be refreshed.
    pub(crate) refresh: Option<Step>,
    pub(crate) follow_up: Option<Step>,
    pub(crate) api_url: Url,
    pub(crate) presentation: Presentation,
    pub(crate) answer: Shape,
    pub(crate) follow_up_answer: Option<Shape>,
    /// `None`: it never ends.
    pub(crate) access_ms: Option<u64>,
    pub(crate) follow_up_ms: u64,
    /// How long a refresh without tokens lets the old ones live on.
    pub(crate) extends_ms: Option<u64>,
    pub(crate) issues_refresh_tokens: bool,
}

/// How a token is shown to the API.
#[derive(Clone, Debug)]
pub(crate) enum Presentation {
    Header {
        name: String,
        scheme: Option<String>,
        /// Base64 of the token as a user name without a password.
        as_user: bool,
    },
    Query {
        name: String,
    },
}

impl Plan {
    pub(crate) fn read(row: Row, connection: Connection) -> Result<Plan, String> {
        if let Some(why) = &row.inexpressible {
            return Err(format!("inexpressible: {why}"));
        }
        let with_code = match row.grant.as_deref() {
            Some("authorization_code") => true,
            Some("client_credentials") => false,
            other => return Err(format!("grant: `{}` is not known here", other.unwrap_or("null"))),
        };
        check_names(&row, &connection, with_code)?;
        let response = row.token_response.clone().unwrap_or_default();
        let follow_up = follow_up(&row, &response, &connection)?;
        let specials = Specials::read(&row.special)?;

        let asked = connection.scope.join(&row.scope_separator);
        let scope = (!asked.is_empty() && !specials.scope_not_used).then_some(asked.as_str());
        let in_callback = [row.callback_extras.as_slice(), &row.late_bound_url_vars].concat();
        let before = Values { connection: &connection, scope, from_callback: &[] };
        let in_urls = Values { from_callback: &row.late_bound_url_vars, ..before };
        let after = Values { from_callback: &in_callback, ..before };

        let token_url = Url::locate("token_url", row.token_url.as_deref().unwrap_or(""), in_urls)?;
        let refresh_url = match &row.refresh_url {
            Some(templates) => Url::locate("refresh_url", templates, in_urls)?,
            None => token_url.clone(),
        };
        let authorize = if with_code {
            let url = Url::locate("authorize_url", row.authorize_url.as_deref().unwrap_or(""), before)?;
            Some(Draft::new(&row, "authorize", before).authorize(url, &specials)?)
        } else {
            None
        };
        let token = Draft::new(&row, "token", after).token(token_url, &specials, with_code)?;

        let granted = granted(authorize.as_ref().unwrap_or(&token), &connection);
        let extras = [row.response_extras.as_slice(), &response.extras].concat();
        let (answer, seconds) = Shape::read(&row, "token_response", &first(&response), &granted, &unique(extras))?;
        let issues_refresh_tokens = with_code && answer.refresh_token.is_some() && refreshes(&specials, &granted);
        let refresh = if issues_refresh_tokens || specials.refresh_by_access_token {
            Some(Draft::new(&row, "refresh", after).refresh(refresh_url, &specials)?)
        } else {
            None
        };
        let usual = if specials.refresh_opens_s.is_some() { ACCESS_WITH_WINDOW_S } else { ACCESS_S };
        let access_ms = (!specials.non_expiring).then_some(seconds.unwrap_or(usual) * 1000);
        let answer = if specials.non_expiring || specials.expiry_unsaid { answer.without_expiry() } else { answer };
        let (follow_up, follow_up_answer, follow_up_s) = match follow_up {
            Some((step, shape, seconds)) => (Some(step), Some(shape), seconds.unwrap_or(FOLLOW_UP_S)),
            None => (None, None, FOLLOW_UP_S),
        };
        Ok(Plan {
            authorize,
            token,
            refresh,
            follow_up,
            api_url: Url::parse("the connection's api_url", &connection.api_url)?,
            presentation: Presentation::read(row.token_use.as_ref())?,
            answer,
            follow_up_answer,
            access_ms,
            follow_up_ms: follow_up_s * 1000,
            extends_ms: extension(&specials, &response)?,
            issues_refresh_tokens,
            row,
            connection,
            specials,
        })
    }
}

impl Presentation {
    fn read(token_use: Option<&TokenUse>) -> Result<Self, String> {
        let Some(token_use) = token_use else {
            let scheme = Some("Bearer".to_owned());
            return Ok(Presentation::Header { name: "authorization".to_owned(), scheme, as_user: false });
        };
        let as_user = match (token_use.form.as_deref(), token_use.scheme.as_deref()) {
            (None, _) => false,
            (Some("access_token as username, empty password"), Some("Basic")) => true,
            (Some(other), _) => return Err(format!("token_use.form: `{other}` is not known here with this scheme")),
        };
        match (&token_use.header, &token_use.query) {
            (Some(name), None) => {
                Ok(Presentation::Header { name: name.to_ascii_lowercase(), scheme: token_use.scheme.clone(), as_user })
            }
            (None, Some(name)) if !as_user && token_use.scheme.is_none() => {
                Ok(Presentation::Query { name: name.clone() })
            }
            _ => Err(format!("token_use: {token_use:?} is neither a header nor a query parameter")),
        }
    }
}

/// Names that would have no effect here: a misprint in the row, or in the connection.
fn check_names(row: &Row, connection: &Connection, with_code: bool) -> Result<(), String> {
    for step in row.renamed_params.keys().chain(row.omitted_params.keys()) {
        if !["authorize", "token", "refresh"].contains(&step.as_str()) {
            return Err(format!("renamed_params or omitted_params: `{step}` is no step"));
        }
    }
    let renamed = row.renamed_params.values().flat_map(|names| names.keys());
    for name in renamed.chain(row.omitted_params.values().flatten()) {
        if !STANDARD.contains(&name.as_str()) {
            return Err(format!("renamed_params or omitted_params: `{name}` is no standard name"));
        }
    }
    // What a step is about cannot be left out of it.
    let vital = [("token", "code"), ("token", "code_verifier"), ("refresh", "refresh_token")];
    for (step, name) in vital {
        if row.omitted_params.get(step).is_some_and(|names| names.iter().any(|known| known == name)) {
            return Err(format!("omitted_params.{step}: a request without `{name}` is not known here"));
        }
    }
    let in_callback = |name: &String| row.callback_extras.contains(name) || row.late_bound_url_vars.contains(name);
    if let Some(name) = connection.callback.keys().find(|name| !in_callback(name)) {
        return Err(format!("callback_extras: the connection's callback has `{name}`, and the row's has not"));
    }
    if let Some(path) = row.callback_code_param.as_ref().filter(|name| name.contains(':')) {
        return Err(format!("callback_code_param: `{path}` is not known here"));
    }
    match (with_code, &row.callback_code_param, row.grant_type_sent.as_deref()) {
        (true, None, _) => Err("callback_code_param: a code has to have a name".to_owned()),
        (false, _, Some("authorization_code")) => {
            Err("grant_type_sent: `authorization_code` with the grant client_credentials".to_owned())
        }
        _ => Ok(()),
    }
}

/// The scopes that the tokens are good for, as the step asks for them.
fn granted(step: &Step, connection: &Connection) -> Vec<String> {
    if step.name_of("scope").is_some() {
        return connection.scope.clone();
    }
    let extra = step.parameters.iter().find(|param| param.name == "scope").map(|param| &param.value);
    match extra {
        Some(Pattern::Exactly(Value::String(scope))) => vec![scope.clone()],
        _ => Vec::new(),
    }
}

fn refreshes(specials: &Specials, granted: &[String]) -> bool {
    let needed = specials.refresh_token_needs.as_ref();
    !specials.no_refresh_token
        && !specials.non_expiring
        && !specials.refresh_by_access_token
        && needed.is_none_or(|needed| needed.iter().any(|scope| granted.contains(scope)))
}

/// The answer of the exchange: where there is a follow-up, the row may have set it apart.
fn first(response: &TokenResponse) -> TokenResponse {
    response.step1.as_deref().cloned().unwrap_or_else(|| response.clone())
}

type FollowUp = (Step, Shape, Option<u64>);

fn follow_up(row: &Row, response: &TokenResponse, connection: &Connection) -> Result<Option<FollowUp>, String> {
    let field = "token_response.step2";
    if response.alternate.is_some() {
        return Err("token_response.alternate: a second pair of tokens is not known here".to_owned());
    }
    let Some(step) = &response.step2 else {
        return if response.step1.is_some() { Err(format!("{field}: null, with a step1")) } else { Ok(None) };
    };
    let Some(url) = &step.url else {
        return Err(format!("{field}.url: the row does not say where the follow-up exchange goes"));
    };
    let known = &step.response;
    if known.refresh.is_some() || known.alternate.is_some() || known.step1.is_some() || known.step2.is_some() {
        return Err(format!("{field}: its answer is not known here"));
    }
    let in_callback = [row.callback_extras.as_slice(), &row.late_bound_url_vars].concat();
    let values = Values { connection, scope: None, from_callback: &in_callback };
    let url = Url::locate(&format!("{field}.url"), url, values)?;
    let (shape, seconds) = Shape::read(row, field, &step.response, &[], &unique(step.response.extras.clone()))?;
    Ok(Some((draft::follow_up(step, url, values)?, shape, seconds)))
}

/// "no token returned; same tokens extended 2592000 s".
fn extension(specials: &Specials, response: &TokenResponse) -> Result<Option<u64>, String> {
    let Some(words) = response.refresh.as_deref().filter(|_| specials.refresh_extends) else {
        return match (&response.refresh, specials.refresh_extends) {
            (None, false) => Ok(None),
            (words, _) => Err(format!("token_response.refresh: {words:?} is not known here")),
        };
    };
    let seconds = words.split_once("extended ").and_then(|(_, rest)| rest.strip_suffix(" s"));
    match seconds.and_then(|seconds| seconds.parse::<u64>().ok()) {
        Some(seconds) => Ok(Some(seconds * 1000)),
        None => Err(format!("token_response.refresh: `{words}` names no seconds")),
    }
}

fn unique(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}
