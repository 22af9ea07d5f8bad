//! A provider's data with every address moved to one port of this machine.

use oauth_proto::Provider;
use serde_json::Value;

use super::template;

/// Members that hold one URL, or several as alternatives.
const URLS: [&str; 8] = [
    "authorization_endpoint",
    "implicit_authorization_endpoint",
    "token_endpoint",
    "refresh_endpoint",
    "follow_up_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
];

/// The data for a server at `origin`, where `https://host/path` is `/host/path`. What a variable of the provider's is not
/// given gets a value.
///
/// # Errors
/// The data cannot be moved: the crate's own words.
pub fn moved(provider: &Provider, origin: &str) -> Result<Provider, Box<dyn std::error::Error + Send + Sync>> {
    let mut provider = provider.clone();
    let text = serde_json::to_string(&provider)?;
    for name in provider.unset_variables() {
        // Some stand for a whole origin.
        let value = if text.contains(&format!("\"{{{name}}}")) { origin } else { "example" };
        provider = provider.variable(name, value);
    }
    let mut data = serde_json::to_value(&provider)?;
    for name in URLS {
        move_text(&mut data[name], origin);
    }
    for nested in ["revocation", "introspection"] {
        if let Some(endpoint) = data[nested].get_mut("endpoint") {
            move_text(endpoint, origin);
        }
    }
    for check in data["checks"].as_object_mut().into_iter().flat_map(|checks| checks.values_mut()) {
        move_text(check, origin);
    }
    // Some servers say with the callback which of several to ask on.
    for kept in data["dialect"]["callback"]["keep"].as_object_mut().into_iter().flat_map(|keep| keep.values_mut()) {
        kept.get_mut("one_of")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
            .for_each(|one| move_text(one, origin));
    }
    data["api_origins"] = Value::Array(vec![origin.into()]);
    data["mutual_tls"] = false.into();
    data["allow_plaintext_on_loopback"] = true.into();
    drop_unused(&mut data);
    Ok(Provider::from_json(&data.to_string())?)
}

fn move_text(value: &mut Value, origin: &str) {
    if let Value::String(text) = value {
        *text = text.replace("https://", &format!("{origin}/"));
    }
}

/// A variable that only an origin was made of is named by nothing any more.
fn drop_unused(data: &mut Value) {
    let used = template::names(data);
    if let Some(variables) = data["variables"].as_object_mut() {
        variables.retain(|name, _| used.contains(name));
    }
}
