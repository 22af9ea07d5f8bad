//! The fields that weaken a rule, and what is given up.

use serde_json::Value;

const IN_URL: &str = "what is secret stands in the URL, where servers and proxies log it";

/// What is given up where `value` stands at `path`. `docs/describing-a-provider.md` has the same list.
pub fn given_up(path: &str, value: &Value) -> Option<&'static str> {
    let step = path.rsplit_once('.').map_or("", |(step, _)| step);
    Some(match (path, value.as_str().unwrap_or_default()) {
        ("allow_plaintext_on_loopback", _) => "without TLS, every program on the machine can listen",
        ("dialect.authorize.pkce", "public_clients_only") => {
            "a client with a secret has no defence against a stolen or injected code but `state` and its secret"
        }
        ("dialect.authorize.parameters.omit", _) if holds(value, "state") => {
            "no `state` is sent: PKCE alone binds the callback to the login"
        }
        ("dialect.authorize.parameters.rename", _) if names(value, "code_challenge") => {
            "a server that does not know PKCE by this name ignores it: see that it refuses a wrong `code_verifier`"
        }
        ("dialect.callback.state", "not_echoed_by_this_server") => {
            "a callback without `state` is taken: what is left against a forged one is PKCE and the browser's session"
        }
        ("dialect.callback.tokens", "query" | "fragment_or_query") => {
            "an implicit token may stand in the query, where servers log it"
        }
        ("dialect.callback.implicit_refresh_token", _) => {
            "a refresh token comes through the browser, against RFC 6749 section 4.2.2"
        }
        ("dialect.callback.id_token", "ignored") => "an ID token that comes with the code is not read, nor refused",
        (_, "query") if path.ends_with(".body") => IN_URL,
        (_, "basic_and_body") => "the secret is sent twice, against RFC 6749 section 2.3",
        (_, "none") if path.ends_with(".client_authentication") => match step {
            "dialect.token" => "no secret is sent: PKCE alone binds the code to the client",
            _ => "no secret is sent: whoever has the token can do the same",
        },
        ("dialect.refresh.credential", "access_token") => {
            "an access token renews itself: whoever steals one can keep it alive"
        }
        ("dialect.response.token_type_optional" | "dialect.follow_up_response.token_type_optional", _) => {
            "a token that does not say its type is taken, against RFC 6749 sections 5.1 and 7.1"
        }
        ("dialect.response.scope_format" | "dialect.follow_up_response.scope_format", "ignored") => {
            "the granted scope is not read: what was asked for is taken to be granted"
        }
        ("dialect.response.expiry" | "dialect.follow_up_response.expiry", "ignored") => {
            "nothing is known of the end of a token: an API's 401 tells it"
        }
        ("dialect.presentation.query_parameter", _) => IN_URL,
        _ => return None,
    })
}

fn names(object: &Value, start: &str) -> bool {
    object.as_object().is_some_and(|object| object.keys().any(|name| name.starts_with(start)))
}

fn holds(list: &Value, name: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|each| each == name))
}
