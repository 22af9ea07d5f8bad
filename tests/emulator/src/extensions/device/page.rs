//! The page on which a user types in what the device shows (RFC 8628 section 3.3): the code and the sign-in, then the
//! decision.

use std::collections::HashMap;

use super::{Decision, PAGE};
use crate::answer::{Answer, Refusal};
use crate::decode::{self, Params};
use crate::extensions::Call;
use crate::pages::{self, escape};
use crate::state::{PASSWORD, State, USER};
use crate::table::ProviderTable;
use crate::wire;

/// The forms that were shown, by their tickets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forms(HashMap<String, Form>);

#[derive(Clone, Debug)]
struct Form {
    csrf: String,
    /// The login that is to be decided; none yet on the first form.
    login: Option<usize>,
}

pub(crate) fn answer(call: Call<'_>) -> Result<Answer, Refusal> {
    wire::check_method(call.table, call.endpoint, call.seen)?;
    let shown = match call.seen.method.as_str() {
        "GET" => open(call),
        _ => submitted(call),
    };
    Ok(shown.unwrap_or_else(|refusal| pages::refusal(&refusal)))
}

/// The first form; the code stands there where the address has it (section 3.3.1).
fn open(call: Call<'_>) -> Result<Answer, Refusal> {
    let params = wire::query_params(call.table, call.endpoint.line, call.seen)?;
    let hidden = hidden(call.state, None);
    let code = escape(params.get("user_code").unwrap_or_default());
    Ok(pages::page(
        200,
        &format!("Connect a device to {}", call.table.name),
        &format!(
            "<form method=\"post\" action=\"{PAGE}\">{hidden}\
             <label>Code on the device<input name=\"user_code\" value=\"{code}\" autocapitalize=\"characters\" required></label>\
             <label>User name<input name=\"username\" autocomplete=\"username\" required></label>\
             <label>Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
             <div class=\"choice\"><button class=\"go\">Continue</button></div></form>"
        ),
    ))
}

/// A form comes back. Each is good for once.
fn submitted(call: Call<'_>) -> Result<Answer, Refusal> {
    let params = decode::form_params(&call.seen.body_text(), "the form").map_err(|what| forged(&what))?;
    let forms = &mut call.state.extensions.devices.forms;
    let form = params.get("ticket").and_then(|ticket| forms.0.remove(ticket));
    let form = form.ok_or_else(|| forged("the form is no longer valid"))?;
    if params.get("csrf") != Some(form.csrf.as_str()) {
        return Err(forged("the form carries no valid proof"));
    }
    match form.login {
        None => entered(call, &params),
        Some(login) => decided(call, &params, login),
    }
}

fn entered(call: Call<'_>, params: &Params) -> Result<Answer, Refusal> {
    if params.get("username") != Some(USER) || params.get("password") != Some(PASSWORD) {
        return Err(forged("the user name or the password is wrong"));
    }
    let typed = plain(params.get("user_code").unwrap_or_default());
    let logins = &call.state.extensions.devices.logins;
    let alive = |login: &super::Login| login.decision.is_none() && call.now_ms < login.expires_ms;
    let found = logins.iter().position(|login| plain(&login.user_code) == typed && alive(login));
    let at = found.ok_or_else(|| forged("no device waits with this code"))?;
    let login = logins[at].clone();
    let hidden = hidden(call.state, Some(at));
    Ok(consent(call.table, &login, &hidden))
}

/// Section 5.4: the user is told what it is about, and compares the code once more.
fn consent(table: &ProviderTable, login: &super::Login, hidden: &str) -> Answer {
    let (client, code) = (escape(&login.client_id), escape(&login.user_code));
    let scope = escape(login.scope.as_deref().unwrap_or("your account"));
    pages::page(
        200,
        &format!("Allow a device access to {}?", table.name),
        &format!(
            "<p><strong>{client}</strong> asks for access to: {scope}</p>\
             <p>The device in front of you shows <code id=\"user_code\">{code}</code></p>\
             <form method=\"post\" action=\"{PAGE}\">{hidden}<div class=\"choice\">\
             <button name=\"decision\" value=\"deny\">Deny</button>\
             <button class=\"go\" name=\"decision\" value=\"approve\">Approve</button></div></form>"
        ),
    )
}

fn decided(call: Call<'_>, params: &Params, login: usize) -> Result<Answer, Refusal> {
    let decision = match params.get("decision") {
        Some("approve") => Decision::Approved,
        Some("deny") => Decision::Denied,
        _ => return Err(forged("the form has no decision")),
    };
    let login = &mut call.state.extensions.devices.logins[login];
    if call.now_ms >= login.expires_ms || login.decision.is_some() {
        return Err(forged("no device waits with this code"));
    }
    login.decision = Some(decision);
    Ok(pages::page(200, "Done", "<p id=\"done\">You may close this window and go back to the device.</p>"))
}

/// A new form.
fn hidden(state: &mut State, login: Option<usize>) -> String {
    let (ticket, csrf) = (state.mint.opaque(), state.mint.opaque());
    let hidden = pages::hidden(&ticket, &csrf);
    state.extensions.devices.forms.0.insert(ticket, Form { csrf, login });
    hidden
}

/// Section 6.1: neither case nor punctuation matters in what a user types.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

fn forged(why: &str) -> Refusal {
    Refusal::protocol("invalid_form", why)
}
