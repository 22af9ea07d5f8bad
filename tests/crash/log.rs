//! What the server saw: no credential that is good for one use came twice, and no token after its 401.

use std::collections::{BTreeMap, BTreeSet};

use oauth_proto_emulator::Exchange;

use crate::world::World;

/// What must not be in the log.
pub fn offences(world: &World) -> Vec<String> {
    let mut offences = world.server.deviations();
    let exchanges = world.server.exchanges();
    let mut sent: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut refused: BTreeSet<&str> = BTreeSet::new();
    let mut after_refusal = 0;
    for exchange in &exchanges {
        for (name, value) in parameters(exchange) {
            *sent.entry((name, value)).or_default() += 1;
        }
        let Some(token) = shown(exchange) else { continue };
        after_refusal += usize::from(refused.contains(token));
        if exchange.status == Some(401) {
            refused.insert(token);
        }
        let over = exchange.refusal.as_ref().is_some_and(|why| why.contains("the access token has expired"));
        if over && world.shift.get() == 0 {
            offences.push("an access token was used after its end".into());
        }
    }
    if after_refusal > world.forgotten() {
        offences.push("an access token was used again after its 401".into());
    }
    for ((name, _), times) in sent {
        let allowed = match name.as_str() {
            // RFC 6749 sections 4.1.2 and 10.5, RFC 7636, RFC 9700 section 4.14.2.
            "code" | "code_verifier" => 1 + world.again.get(),
            "refresh_token" if world.case.rotation => 1 + world.again.get(),
            // RFC 6749 section 10.12, RFC 7636 section 7.1: new with each login, whoever decides what.
            "state" | "nonce" | "code_challenge" => 1,
            _ => continue,
        };
        if times > allowed {
            offences.push(format!("`{name}` was sent {times} times, where {allowed} were decided"));
        }
    }
    offences
}

/// How many requests have brought tokens.
pub fn let_in(world: &World) -> usize {
    let exchanges = world.server.exchanges();
    let brought = |exchange: &&Exchange| {
        exchange.status == Some(200) && parameters(exchange).iter().any(|(name, _)| name == "grant_type")
    };
    exchanges.iter().filter(brought).count()
}

/// The parameters of a request, from its query and its body.
fn parameters(exchange: &Exchange) -> Vec<(String, String)> {
    let form = |text: &[u8]| url::form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
    let mut all = form(exchange.query.as_deref().unwrap_or_default().as_bytes());
    if exchange.header("content-type") == Some("application/json") {
        let members: BTreeMap<String, String> = serde_json::from_slice(&exchange.body).unwrap_or_default();
        all.extend(members);
    } else {
        all.extend(form(&exchange.body));
    }
    all
}

/// The token that the API is shown.
fn shown(exchange: &Exchange) -> Option<&str> {
    let at_the_api = exchange.method == "GET" && exchange.path.ends_with("/me") || exchange.path == "/graphql";
    let header = || exchange.header("authorization").or_else(|| exchange.header("authentication"));
    at_the_api.then(header).flatten()
}
