//! Texts of the wire, with what is secret in them apart.
//!
//! What has none of the names below is taken for a secret, whatever it is: a provider may call its tokens anything, and a
//! server that fails may answer with any text. Only what is certainly the name of a parameter or member is shown.

use maud::{Markup, html};
use serde_json::Value;

/// Parameters, members and header fields whose values anyone may see.
const PUBLIC: [&str; 38] = [
    "accept",
    "appid",
    "audience",
    "access_type",
    "capability",
    "client_id",
    "clientId",
    "closes_at",
    "code_challenge",
    "code_challenge_method",
    "content-type",
    "error",
    "error_description",
    "error_uri",
    "expires",
    "expires_at",
    "expires_in",
    "grant_type",
    "granted_scope",
    "iss",
    "kind",
    "login",
    "prompt",
    "redirect_uri",
    "refresh_before",
    "requested_scope",
    "resource",
    "response_mode",
    "response_type",
    "return_to",
    "scope",
    "sent_at",
    "server",
    "sub",
    "token_type",
    "token_type_hint",
    "user-agent",
    "www-authenticate",
];

/// A piece of a text.
enum Piece {
    Plain(String),
    Secret(String),
}

/// Pieces in their order.
#[derive(Default)]
pub struct Text(Vec<Piece>);

impl Text {
    fn plain(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Plain(last)) => last.push_str(text),
            _ => self.0.push(Piece::Plain(text.to_owned())),
        }
    }

    /// A name, if it can be no more than one.
    fn name(&mut self, name: &str) {
        if is_name(name) { self.plain(name) } else { self.value("", name) }
    }

    fn value(&mut self, name: &str, value: &str) {
        let public = PUBLIC.iter().any(|public| public.eq_ignore_ascii_case(name));
        // A number, a word such as `true`, a single letter: no credential is that short.
        let short = value.len() <= 4 || value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() <= 13;
        if public || short { self.plain(value) } else { self.0.push(Piece::Secret(value.to_owned())) }
    }

    /// With `shown`, secrets stand where they are; without, only how long they are.
    pub fn markup(&self, shown: bool) -> Markup {
        html! {
            @for piece in &self.0 {
                @match piece {
                    Piece::Plain(text) => { (text) }
                    Piece::Secret(secret) if shown => { mark class="secret" { (secret) } }
                    Piece::Secret(secret) => { mark class="secret" { "‹" (secret.len()) " bytes›" } }
                }
            }
        }
    }
}

/// Names are words. Random text soon has a digit or many capitals in it.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphabetic() || b"_.-[]".contains(&byte);
    let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
    (1..=40).contains(&text.len()) && text.bytes().all(fits) && (capitals <= 3 || capitals == text.len())
}

/// A URL: its parameters may be secrets, in the query and behind the `#`.
pub fn url(url: &str) -> Text {
    let mut text = Text::default();
    let start = url.find(['?', '#']).unwrap_or(url.len());
    let (front, rest) = url.split_at(start);
    text.plain(front);
    for part in rest.split_inclusive(['?', '#', '&']) {
        let (pair, mark) = match part.char_indices().last() {
            Some((at, '?' | '#' | '&')) => part.split_at(at),
            _ => (part, ""),
        };
        pair_into(&mut text, pair);
        text.plain(mark);
    }
    text
}

/// A name and its value, if it is that. Signs of equality at the end are what Base64 is filled up with, and what stands
/// alone may be a token as well.
fn pair_into(text: &mut Text, pair: &str) {
    match pair.split_once('=') {
        Some((name, value)) if is_name(name) && !value.trim_matches('=').is_empty() => {
            text.plain(name);
            text.plain("=");
            text.value(name, value);
        }
        _ => text.value("", pair),
    }
}

/// A body: JSON, a form, or whatever else it is.
pub fn body(body: &str) -> Text {
    let mut text = Text::default();
    match serde_json::from_str::<Value>(body) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => json(&mut text, "", &value, 0),
        _ if body.contains('=') => {
            for (at, pair) in body.split('&').enumerate() {
                if at > 0 {
                    text.plain("\n&");
                }
                pair_into(&mut text, pair);
            }
        }
        _ => text.value("", body),
    }
    text
}

/// A header field. The scheme of credentials is no secret.
pub fn header(name: &str, value: &str) -> Text {
    let mut text = Text::default();
    text.plain(name);
    text.plain(": ");
    match value.split_once(' ') {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) && scheme.len() <= 12 => {
            text.plain(scheme);
            text.plain(" ");
            text.value(name, rest);
        }
        _ => text.value(name, value),
    }
    text
}

fn json(text: &mut Text, name: &str, value: &Value, depth: usize) {
    let indent = |text: &mut Text, depth: usize| text.plain(&format!("\n{}", "  ".repeat(depth)));
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.plain("{");
            for (at, (name, value)) in members.iter().enumerate() {
                indent(text, depth + 1);
                text.plain("\"");
                text.name(name);
                text.plain("\": ");
                json(text, name, value, depth + 1);
                text.plain(if at + 1 < members.len() { "," } else { "" });
            }
            indent(text, depth);
            text.plain("}");
        }
        Value::Array(values) if !values.is_empty() => {
            text.plain("[");
            for (at, value) in values.iter().enumerate() {
                json(text, name, value, depth);
                text.plain(if at + 1 < values.len() { ", " } else { "" });
            }
            text.plain("]");
        }
        Value::String(string) => {
            text.plain("\"");
            let escaped = Value::from(string.as_str()).to_string();
            text.value(name, escaped.trim_matches('"'));
            text.plain("\"");
        }
        other => text.value(name, &other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &Text) -> String {
        text.markup(false).into_string()
    }

    #[test]
    fn what_is_not_known_to_be_public_is_hidden() {
        let of = |secret: &str| {
            [
                url(&format!("https://a.example/cb?code={secret}&state={secret}#access_token={secret}")),
                url(&format!("https://a.example/cb#{secret}={secret}")),
                url(&format!("https://a.example/cb?{secret}")),
                url(&format!("https://a.example/cb?{secret}&state=x")),
                body(&format!("grant_type=refresh_token&refresh_token={secret}&mystery={secret}")),
                body(&format!("{secret}&scope=read")),
                body(&format!("<p class=\"wrong\">There is no token {secret}.</p>&nbsp;{secret}")),
                body(&format!("token: {secret}; scope=read")),
                body(&format!(r#"{{"access_token":"{secret}","data":{{"deep":["{secret}"]}}}}"#)),
                // What `"rename": {"access_token": "token.value"}` reads the token from.
                body(&format!(r#"{{"token":{{"value":"{secret}"}}}}"#)),
                body(&format!(r#"{{"{secret}":1}}"#)),
                body(&format!(r#"{{"access_token":"{secret}" and no more"#)),
                body(secret),
                header("Authorization", &format!("Bearer {secret}")),
                header("Authentication", secret),
            ]
        };
        for (secret, sent) in [("Zm9vYmFyYmF6", "Zm9vYmFyYmF6"), ("Zm9vYmFyYmF6", "Zm9vYmFyYmF6==")] {
            for text in &of(sent) {
                assert!(!hidden(text).contains(secret), "{}", hidden(text));
                assert!(text.markup(true).into_string().contains(secret));
            }
        }
        // Of letters alone: what stands where a name would, but is none.
        for text in [body("abcdefghijkl="), body("abcdefghijkl=="), url("https://a.example/?abcdefghijkl")] {
            assert!(!hidden(&text).contains("abcdefghijkl"), "{}", hidden(&text));
        }
    }

    #[test]
    fn the_rest_stays_as_it_is() {
        let form = hidden(&body("grant_type=authorization_code&client_id=app&expires_in=3600"));
        assert_eq!(form, "grant_type=authorization_code\n&amp;client_id=app\n&amp;expires_in=3600");
        assert_eq!(hidden(&url("https://a.example/x?response_type=code")), "https://a.example/x?response_type=code");
        assert_eq!(
            hidden(&body("clientId=a-long-name&b[c]=true&auth_code=0123456789abcdef")),
            "clientId=a-long-name\n&amp;b[c]=true\n&amp;auth_code=<mark class=\"secret\">‹16 bytes›</mark>"
        );
        assert_eq!(
            hidden(&body(r#"{"token_type":"Bearer","expires_in":3600}"#)),
            "{\n  &quot;expires_in&quot;: 3600,\n  &quot;token_type&quot;: &quot;Bearer&quot;\n}"
        );
    }
}
