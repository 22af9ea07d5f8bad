//! Logins on a device without a browser (RFC 8628).

mod page;

use serde_json::{Value, json};

use super::{Call, Extension};
use crate::answer::{Answer, Refusal};
use crate::authorize;
use crate::grants::{Grant, other_spelling};
use crate::state::{State, USER};
use crate::table::{ClientAuth, GrantRule, Param, ProviderTable};
use crate::token;
use crate::wire::deviates;

pub(super) use page::{Forms, answer as page};

const OPTIONAL: &[Param] = &[("scope", "RFC 8628 section 3.1")];
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PAGE: &str = "/device";

/// RFC 8628 section 3.2: what holds where the server does not say.
const INTERVAL: u64 = 5;
/// How long both codes live.
const SECONDS: u64 = 1800;
/// RFC 8628 section 3.5: what `slow_down` adds, for good.
const SLOW_DOWN: u64 = 5;

pub(super) fn extend(table: &mut ProviderTable) {
    table.serve(Extension::DeviceAuthorization, &["POST"], "/device_authorization", "RFC 8628 section 3.1");
    table.serve(Extension::DevicePage, &["GET", "POST"], PAGE, "RFC 8628 section 3.3");
    table.grants.push(GrantRule {
        path: "/token",
        grant_type: GRANT_TYPE,
        required: &[("grant_type", "RFC 8628 section 3.4"), ("device_code", "RFC 8628 section 3.4")],
        optional: &[("client_id", "RFC 8628 section 3.4"), ("client_secret", "RFC 6749 section 2.3.1")],
        auth: ClientAuth::Rfc6749,
    });
}

impl ProviderTable {
    /// How many seconds a device is told to wait; with `None` it is told nothing, and 5 hold (RFC 8628 section 3.2).
    #[must_use]
    pub fn device_interval(mut self, seconds: Option<u64>) -> Self {
        self.extensions.device_interval = seconds;
        self
    }
}

/// The devices that wait or waited for their users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Devices {
    logins: Vec<Login>,
    forms: Forms,
}

#[derive(Clone, Debug)]
struct Login {
    device_code: String,
    user_code: String,
    client_id: String,
    scope: Option<String>,
    expires_ms: u64,
    interval: u64,
    /// The first poll waits as well.
    asked_ms: u64,
    decision: Option<Decision>,
    used: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Approved,
    Denied,
}

/// The device authorization endpoint (RFC 8628 sections 3.1 and 3.2).
pub(super) fn answer(call: Call<'_>) -> Result<Answer, Refusal> {
    let (params, client) = call.form("device authorization request", &[], OPTIONAL)?;
    let told = call.table.extensions.device_interval;
    let login = Login {
        device_code: format!("device-{}+/=", call.state.mint.opaque()),
        user_code: user_code(&call.state.mint.opaque()),
        client_id: client.id.clone(),
        scope: authorize::scope(call.table, &params)?,
        expires_ms: call.now_ms.saturating_add(SECONDS * 1000),
        interval: told.unwrap_or(INTERVAL),
        asked_ms: call.now_ms,
        decision: None,
        used: false,
    };
    let uri = format!("https://{}{PAGE}", call.endpoint.host);
    let mut answer = json!({
        "device_code": login.device_code,
        "user_code": login.user_code,
        "verification_uri": uri,
        "verification_uri_complete": format!("{uri}?user_code={}", login.user_code),
        "expires_in": SECONDS,
    });
    if let Some(interval) = told {
        answer["interval"] = json!(interval);
    }
    call.state.extensions.devices.logins.push(login);
    Ok(Answer::json(200, &answer))
}

/// RFC 8628 section 6.1: consonants alone, so that no word comes of them.
fn user_code(opaque: &str) -> String {
    const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letters: Vec<char> =
        opaque.bytes().take(8).map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])).collect();
    let (one, other) = letters.split_at(4);
    format!("{}-{}", String::from_iter(one), String::from_iter(other))
}

/// A poll (RFC 8628 sections 3.4 and 3.5).
pub(super) fn token(request: &token::Request<'_>, state: &mut State) -> Result<Answer, Refusal> {
    let presented = request.params.required("device_code")?;
    let logins = &mut state.extensions.devices.logins;
    if other_spelling(presented, logins.iter().map(|login| &login.device_code))
        && logins.iter().all(|login| login.device_code != presented)
    {
        return deviates(request.table, "RFC 8628 section 3.4", "`device_code` was decoded or encoded on its way");
    }
    let Some(login) = logins.iter_mut().find(|login| login.device_code == presented) else {
        return Err(Refusal::protocol("invalid_grant", "the device code is unknown"));
    };
    if login.client_id != request.client.id {
        return Err(Refusal::protocol("invalid_grant", "the device code was issued to another client"));
    }
    if login.used {
        return Err(Refusal::protocol("invalid_grant", "the device code was used before"));
    }
    if request.now_ms >= login.expires_ms {
        return Err(Refusal::protocol("expired_token", "the device code has expired"));
    }
    match login.decision {
        Some(Decision::Denied) => return Err(Refusal::protocol("access_denied", "the user has denied")),
        Some(Decision::Approved) => login.used = true,
        None => return Err(login.pending(request.now_ms)),
    }
    let grant = Grant {
        client_id: login.client_id.clone(),
        user: Some(USER.to_owned()),
        scope: login.scope.clone(),
        redirect_uri: None,
        ended: None,
    };
    let (policy, scope) = (&request.table.tokens, grant.scope.clone());
    let grant = state.grants.open(grant);
    let with_refresh = policy.code_refresh_token;
    let issued = state.grants.issue(&mut state.mint, policy, grant, request.now_ms, with_refresh, scope);
    Ok(Answer::json(200, &Value::Object(token::fields(request.table, &issued, request.now_ms, None))))
}

impl Login {
    fn pending(&mut self, now_ms: u64) -> Refusal {
        let early = now_ms < self.asked_ms.saturating_add(self.interval * 1000);
        self.asked_ms = now_ms;
        if early {
            self.interval += SLOW_DOWN;
            return Refusal::protocol("slow_down", format!("the interval is {} s from now on", self.interval));
        }
        Refusal::protocol("authorization_pending", "the user has not decided yet")
    }
}
