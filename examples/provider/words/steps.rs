//! A sentence for each field of each step. A field without one is shown as it stands.

use serde_json::Value;

use super::{parameters, plain};

pub fn pkce(value: &str) -> String {
    match value {
        "always" => "PKCE (S256) is sent by every client".into(),
        "public_clients_only" => "PKCE (S256) is sent by clients without a secret only".into(),
        other => format!("PKCE: {other}"),
    }
}

pub fn proof(value: &str) -> String {
    let words = match value {
        "basic" => "proves itself by HTTP Basic",
        "body" => "proves itself by `client_id` and `client_secret` among the parameters",
        "basic_and_body" => "proves itself by HTTP Basic and among the parameters, both at once",
        "basic_and_client_id" => "proves itself by HTTP Basic, with `client_id` among the parameters as well",
        "secret_as_basic_user" => "proves itself by HTTP Basic, with the secret as the user name and no password",
        "none" => "does not prove itself: `client_id` is among the parameters, and no secret",
        other => return format!("how a client proves itself: {other}"),
    };
    format!("a client with a secret {words}")
}

pub fn authorize(field: &str, value: &Value) -> Option<String> {
    let text = plain(value);
    Some(match field {
        "response_type_code" => format!("a code is asked for by `response_type` = `{text}`"),
        "response_type_token" => format!("a token is asked for by `response_type` = `{text}`"),
        "scope_separator" => format!("`{text}` stands between two scopes"),
        "scope_encoding" if text == "minimal" => "the scope stands in the URL as it is, hardly encoded".into(),
        "nonce" if text == "echoed_with_tokens" => "a nonce is sent, and must come back with the tokens".into(),
        "fragment" => match (value["route"].as_str(), value["suffix"].as_str()) {
            (Some(route), _) => format!("the parameters stand behind the page's own route `#{route}`"),
            (_, Some(suffix)) => format!("`#{suffix}` stands at the end of the URL"),
            _ => return None,
        },
        _ => return None,
    })
}

pub fn callback(field: &str, value: &Value) -> Option<String> {
    let text = plain(value);
    Some(match (field, text.as_str()) {
        ("rename", _) => parameters::renames(value).join("; "),
        ("state", "not_echoed_by_this_server") => "`state` does not come back".into(),
        ("code", "as_received") => "the code is sent on as it stands in the URL, percent signs and all".into(),
        ("issuer", "required") => "`iss` must be there".into(),
        ("tokens", "query") => "an implicit token stands in the query".into(),
        ("tokens", "fragment_or_query") => "an implicit token stands in the fragment or in the query".into(),
        ("implicit_refresh_token", _) => "a refresh token may come with an implicit token".into(),
        ("id_token", "ignored") => "an ID token may come with the code".into(),
        ("keep", _) => {
            let kept = value.as_object()?.iter().map(|(name, rule)| format!("`{name}` is kept: {}", kept(rule)));
            kept.collect::<Vec<_>>().join("\n  ")
        }
        _ => return None,
    })
}

fn kept(rule: &Value) -> String {
    match (rule.as_str(), &rule["one_of"]) {
        (Some("text"), _) => "any text; never in a URL".into(),
        (Some("dns_label"), _) => "one label of a host name".into(),
        (Some("path_segment"), _) => "one segment of a path".into(),
        (_, Value::Array(values)) => format!("one of {}", values.iter().map(plain).collect::<Vec<_>>().join(", ")),
        _ => plain(rule),
    }
}

/// The token request, and the follow-up.
pub fn request(field: &str, value: &Value) -> Option<String> {
    let text = plain(value);
    Some(match (field, text.as_str()) {
        ("method", _) => format!("the method is {text}"),
        ("body", "json") => "the body is JSON".into(),
        ("body", "query") => "there is no body: the parameters stand in the URL's query".into(),
        ("basic_encoding", "none") => "id and secret go into HTTP Basic as they are, not form-encoded first".into(),
        ("headers", _) => {
            let fields = value.as_object()?.iter().map(|(name, value)| format!("adds `{name}: {}`", plain(value)));
            fields.collect::<Vec<_>>().join("\n  ")
        }
        _ => return None,
    })
}

pub fn refresh(field: &str, value: &Value) -> Option<String> {
    let text = plain(value);
    Some(match (field, text.as_str()) {
        ("send_redirect_uri", _) => "the login's `redirect_uri` goes along".into(),
        ("needs_secret", _) => "a client without a secret cannot refresh".into(),
        ("deadline", "access_token_expiry") => "it is too late once the access token has expired".into(),
        ("opens_seconds_before_expiry", _) => {
            format!("it is too early until {text} seconds before the access token expires")
        }
        ("credential", "access_token") => "there is no refresh token: the access token itself is presented".into(),
        ("answer", _) => match &value["extends_seconds"] {
            Value::Null => return None,
            seconds => format!("the answer has no tokens: the old ones live {seconds} seconds more"),
        },
        _ => return request(field, value),
    })
}

pub fn response(field: &str, value: &Value) -> Option<String> {
    let text = plain(value);
    let list = || value.as_array().into_iter().flatten().map(plain).collect::<Vec<_>>().join(", ");
    Some(match (field, text.as_str()) {
        ("status", _) => format!("success has the status {text}"),
        ("format", "form") => "it is a form, not JSON".into(),
        ("media_types", _) => format!("its content type may be {}", list()),
        ("rename", _) => parameters::renames(value).join("\n  "),
        ("expiry", _) => return expiry(value),
        ("token_type_optional", _) => "`token_type` may be missing".into(),
        ("token_types", _) => format!("`token_type` may be {}", list()),
        ("scope_separator", _) => format!("`{text}` stands between two scopes here"),
        ("scope_format", "list") => "the scope is a list".into(),
        ("scope_format", "ignored") => "the scope is not read".into(),
        ("keep", _) => format!("kept for the application: {}", list()),
        ("error.code", _) => format!("the error's code is `{text}`"),
        ("error.description", _) => format!("the error's description is `{text}`"),
        ("error.uri", _) => format!("the error's link is `{text}`"),
        ("error.ok", _) => {
            format!("it is success only where `{}` is {}, whatever the status", plain(&value["member"]), value["value"])
        }
        ("error.invalid_grant", _) => format!("a code or refresh token is dead, too, after the error {}", list()),
        _ => return None,
    })
}

fn expiry(value: &Value) -> Option<String> {
    let counts = match value.as_str() {
        Some("milliseconds_from_now") => "counts milliseconds from now",
        Some("seconds_since_epoch") => "counts seconds since 1970",
        Some("milliseconds_since_epoch") => "counts milliseconds since 1970",
        Some("seconds_or_milliseconds_since_epoch") => "counts seconds or milliseconds since 1970",
        Some("date") => "is a date and time of day",
        Some("ignored") => "is not read",
        _ => return value["constant_seconds"].as_u64().map(|each| format!("each access token lives {each} seconds")),
    };
    Some(format!("`expires_in` {counts}"))
}

pub fn limits(field: &str, value: &Value) -> Option<String> {
    let what = match field {
        "response_bytes" => "the longest answer, in bytes",
        "json_depth" => "the deepest answer, in levels",
        "members" => "the most members of an answer",
        "callback_bytes" => "the longest callback, in bytes",
        "parameters" => "the most parameters of a callback",
        "header_bytes" => "the longest header field that is read, in bytes",
        "challenges" => "the most challenges of an API's answer",
        _ => return None,
    };
    Some(format!("{what}: {value}"))
}
