//! The authorization request of a row, and the callback that answers it.

use http::header::LOCATION;

use crate::answer::{Answer, Refusal};
use crate::decode::Params;
use crate::log::Exchange;
use crate::pkce;
use crate::rows::plan::Plan;
use crate::rows::serve::State;

/// The header in which the stand-in for the browser carries what its user has decided. Without it, the user agrees.
pub(crate) const DECISION: &str = "emulator-decision";
pub(crate) const DENY: &str = "deny";

/// No signature is worth checking: a client of these dialects reads no ID token.
const ID_TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqc21pdGgifQ.not+a/signature=";

pub(crate) fn answer(plan: &Plan, state: &mut State, now_ms: u64, seen: &Exchange) -> Result<Answer, Refusal> {
    let Some(step) = &plan.authorize else {
        return Err(Refusal::Deviates(format!("nobody is asked for anything (row {}, grant)", plan.row.name)));
    };
    let sent = step.check(&plan.row.name, seen)?;
    let of = |standard: &str| step.name_of(standard).and_then(|name| sent.params.get(name));
    let challenge = pkce::challenge_of(of("code_challenge"), of("code_challenge_method"))?;
    state.store.spend(sent.randoms, &plan.row.name)?;
    let mut callback = Callback::default();
    if seen.header(DECISION) == Some(DENY) {
        callback.add("error", "access_denied");
        callback.add_state(step.name_of("state"), &sent.params);
        return Ok(callback.redirect(&plan.connection.redirect_uri));
    }
    let code = state.store.issue_code(&mut state.mint, now_ms, challenge);
    callback.add(plan.row.callback_code_param.as_deref().unwrap_or("code"), &code);
    callback.add_state(step.name_of("state"), &sent.params);
    for (name, value) in &plan.connection.callback {
        callback.add(name, value);
    }
    if plan.row.response_type.iter().flat_map(|kinds| kinds.split(' ')).any(|kind| kind == "id_token") {
        callback.add("id_token", ID_TOKEN);
    }
    Ok(callback.redirect(&plan.connection.redirect_uri))
}

/// The parameters of a callback, already encoded.
#[derive(Default)]
struct Callback(Vec<String>);

impl Callback {
    fn add(&mut self, name: &str, value: &str) {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        self.0.push(format!("{}={}", encoded(name), encoded(value)));
    }

    /// The state comes back under the name that it was sent under.
    fn add_state(&mut self, name: Option<&str>, params: &Params) {
        if let Some((name, state)) = name.and_then(|name| Some((name, params.get(name)?))) {
            self.add(name, state);
        }
    }

    /// RFC 6749 section 3.1.2: a query that the redirect URI already has stays.
    fn redirect(self, redirect_uri: &str) -> Answer {
        let separator = if redirect_uri.contains('?') { '&' } else { '?' };
        Answer::text(302, "").with(LOCATION, format!("{redirect_uri}{separator}{}", self.0.join("&")))
    }
}
