//! The part of the server that talks to a browser: sign in, consent, and back to the client.

use std::collections::HashMap;

use http::header::SET_COOKIE;

use crate::answer::{Answer, Refusal};
use crate::authorize::{self, Request};
use crate::decode::{self, Params};
use crate::log::Exchange;
use crate::pages;
use crate::state::{PASSWORD, State, USER};
use crate::table::{Endpoint, ProviderTable};

/// Browsers, known by their cookie, and the authorization requests that wait for their users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browsers {
    signed_in: HashMap<String, bool>,
    pending: HashMap<String, Pending>,
}

#[derive(Clone, Debug)]
struct Pending {
    request: Request,
    cookie: String,
    /// Proves that a form was filled in by the browser that it was shown to.
    csrf: String,
}

/// The authorization endpoint: an error page, the sign-in form or the consent form.
pub(crate) fn open(
    table: &ProviderTable,
    state: &mut State,
    now_ms: u64,
    endpoint: &Endpoint,
    seen: &Exchange,
) -> Answer {
    if let Some(lure) = &table.extensions.lure {
        return lure.answer(seen);
    }
    let request = match authorize::open(table, state, now_ms, endpoint, seen) {
        Ok(request) => request,
        // RFC 6749 section 4.1.2.1: with a doubtful request the browser goes nowhere.
        Err(refusal) => return pages::refusal(&refusal),
    };
    let known = cookie_of(state, seen).filter(|cookie| state.browsers.signed_in.contains_key(cookie));
    let (cookie, fresh) = match known {
        Some(cookie) => (cookie, false),
        None => (state.mint.opaque(), true),
    };
    let signed_in = *state.browsers.signed_in.entry(cookie.clone()).or_insert(false);
    let ticket = state.mint.opaque();
    let csrf = state.mint.opaque();
    let answer = if signed_in {
        pages::consent(table, &request, &ticket, &csrf)
    } else {
        pages::login(table, &ticket, &csrf, None)
    };
    let answer = if fresh { answer.with(SET_COOKIE, set_cookie(state, &cookie)) } else { answer };
    state.browsers.pending.insert(ticket, Pending { request, cookie, csrf });
    answer
}

/// The sign-in form comes back.
pub(crate) fn login(table: &ProviderTable, state: &mut State, seen: &Exchange) -> Answer {
    let (ticket, mut pending, form) = match form_of(state, seen) {
        Ok(found) => found,
        Err(refusal) => return pages::refusal(&refusal),
    };
    if form.get("username") != Some(USER) || form.get("password") != Some(PASSWORD) {
        return pages::login(table, &ticket, &pending.csrf, Some("The user name or the password is wrong."));
    }
    // A new cookie after the sign-in, so that nobody can plant one beforehand; a new proof for the next form.
    state.browsers.signed_in.remove(&pending.cookie);
    pending.cookie = state.mint.opaque();
    pending.csrf = state.mint.opaque();
    state.browsers.signed_in.insert(pending.cookie.clone(), true);
    let answer = pages::consent(table, &pending.request, &ticket, &pending.csrf)
        .with(SET_COOKIE, set_cookie(state, &pending.cookie));
    state.browsers.pending.insert(ticket, pending);
    answer
}

/// The consent form comes back; the browser leaves for the client.
pub(crate) fn consent(table: &ProviderTable, state: &mut State, now_ms: u64, seen: &Exchange) -> Answer {
    let (ticket, pending, form) = match form_of(state, seen) {
        Ok(found) => found,
        Err(refusal) => return pages::refusal(&refusal),
    };
    if state.browsers.signed_in.get(&pending.cookie) != Some(&true) {
        return pages::refusal(&forged("nobody has signed in"));
    }
    let answer = match form.get("decision") {
        Some("approve") => authorize::granted(table, state, now_ms, &pending.request),
        Some("deny") => authorize::denied(table, state, &pending.request),
        _ => return pages::refusal(&forged("the form has no decision")),
    };
    state.browsers.pending.remove(&ticket);
    answer
}

/// The provider's own redirect address: shows the code to copy.
pub(crate) fn hosted(table: &ProviderTable, seen: &Exchange) -> Answer {
    let query = seen.query.as_deref().unwrap_or("");
    match decode::form_params(query, "the query") {
        Ok(params) => match params.get("code") {
            Some(code) => pages::code(table, code),
            None => pages::no_code(table, params.get("error").unwrap_or("nothing was granted")),
        },
        Err(what) => pages::refusal(&Refusal::protocol("invalid_request", what)),
    }
}

/// The form, if it is one of ours and comes from the browser that it was shown to.
fn form_of(state: &State, seen: &Exchange) -> Result<(String, Pending, Params), Refusal> {
    if seen.method != "POST" {
        return Err(forged("a form is sent by POST"));
    }
    let form = decode::form_params(&seen.body_text(), "the form").map_err(|what| forged(&what))?;
    let ticket = form.get("ticket").ok_or_else(|| forged("the form has no ticket"))?.to_owned();
    let pending = state.browsers.pending.get(&ticket).cloned().ok_or_else(|| forged("the form is no longer valid"))?;
    if cookie_of(state, seen).as_ref() != Some(&pending.cookie) {
        return Err(forged("the form was shown to another browser"));
    }
    if form.get("csrf") != Some(pending.csrf.as_str()) {
        return Err(forged("the form carries no valid proof"));
    }
    Ok((ticket, pending, form))
}

fn forged(why: &str) -> Refusal {
    Refusal::protocol("invalid_form", why)
}

/// Cookies know no ports, so two emulators in one browser need two names.
fn cookie_name(state: &State) -> String {
    format!("emulator{}", state.mint.instance())
}

fn set_cookie(state: &State, value: &str) -> String {
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", cookie_name(state))
}

fn cookie_of(state: &State, seen: &Exchange) -> Option<String> {
    let name = cookie_name(state);
    seen.headers_named("cookie")
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}
