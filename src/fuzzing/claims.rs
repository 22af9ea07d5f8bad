//! What the bodies claim, whatever the input was. A claim that does not hold panics: that is what a fuzzer looks for.

use std::{collections::BTreeMap, error::Error, fmt::Debug};

use serde::{Serialize, de::DeserializeOwned};
use url::{Position, Url};

use super::json::{self, Json};
use crate::{
    http::Request,
    stored::{self, Stored},
    vocabulary::grammar,
};

/// What cannot fail did not.
#[track_caller]
#[allow(clippy::panic)] // a claim that does not hold
pub fn must<T, E: Debug>(result: Result<T, E>, claim: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{claim}: {error:?}"),
    }
}

/// A text for people or a log has no control characters, and none of `secrets`.
#[track_caller]
pub fn shown(text: &str, secrets: &[&str]) {
    assert!(!has_control(text), "a control character is shown: {text:?}");
    for secret in secrets {
        assert!(secret.len() >= 8, "a secret this short stands in a text by chance: {secret:?}");
        assert!(!text.contains(secret), "a secret is shown: {text:?} has {secret:?}");
    }
}

fn has_control(text: &str) -> bool {
    // Without a way out in the middle, the compiler looks at many bytes at once: this is asked of every text.
    let in_ascii = text.bytes().fold(false, |found, byte| found | (byte < 0x20) | (byte == 0x7f));
    in_ascii || (!text.is_ascii() && text.chars().any(char::is_control))
}

/// Both texts of an error are fit to be shown.
#[track_caller]
pub fn error(error: &(impl Error + ?Sized), secrets: &[&str]) {
    shown(&error.to_string(), secrets);
    shown(&format!("{error:?}"), secrets);
}

/// `1*VSCHAR` (RFC 6749 sections A.11, A.12 and A.17), so that it breaks no header.
#[track_caller]
pub fn token_text(text: &str) {
    assert!(!text.is_empty() && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)), "no token: {text:?}");
}

/// A header field is one line of printable ASCII.
#[track_caller]
pub fn header(name: &str, value: &str) {
    assert!(!name.is_empty() && name.bytes().all(grammar::is_tchar), "no field name: {name:?}");
    assert!(value.bytes().all(|byte| (0x20..=0x7e).contains(&byte)), "no field value: {name}: {value:?}");
}

/// What is stored loads, and is stored again as the same bytes.
#[track_caller]
pub fn kept<S: Stored + Serialize + DeserializeOwned>(state: &S) -> String {
    let row = stored::save(state);
    let back: S = must(stored::load(row.as_bytes()), "what was stored loads");
    assert_eq!(stored::save(&back), row, "what was stored is stored again as it was");
    row
}

/// A request is what any transport can send: one URL at the origin that it names, header fields that are one line each
/// and stand there once, and parameters that stand once in its query, but for those that `repeated` names, and once in
/// its body.
#[track_caller]
pub fn request(request: &Request, repeated: &[String]) -> BTreeMap<String, String> {
    let text = request.url();
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "no URL: {text:?}");
    let url = must(Url::parse(text), "a request's URL is one");
    assert_eq!(&url[..Position::BeforePath], request.contract().origin(), "the request goes to the origin it names");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "no endpoint: {text}");

    let mut names: Vec<String> = Vec::new();
    for field in request.headers() {
        header(field.name(), field.expose_value());
        names.push(field.name().to_ascii_lowercase());
    }
    names.sort_unstable();
    assert!(names.is_sorted_by(|one, other| one < other), "a header field stands there twice: {names:?}");

    let body = request.expose_body();
    let is = |media_type: &str| {
        let is_content_type = |name: &str| name.eq_ignore_ascii_case("content-type");
        request.headers().iter().any(|field| is_content_type(field.name()) && field.expose_value() == media_type)
    };
    let pairs: Vec<(String, String)> = if is("application/json") {
        let members = must(json::read(body), "a JSON body is JSON");
        members.members().iter().map(|(name, value)| (name.clone(), text_of(value))).collect()
    } else {
        url::form_urlencoded::parse(body).into_owned().collect()
    };
    let mut found = once(url.query_pairs().into_owned().collect(), repeated);
    found.extend(once(pairs, &[]));
    found
}

/// Each name is there once (RFC 6749 section 3.1).
#[track_caller]
pub fn once(pairs: Vec<(String, String)>, repeated: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (name, value) in pairs {
        let before = found.insert(name.clone(), value);
        assert!(before.is_none() || repeated.contains(&name), "a parameter stands there twice: {name:?}");
    }
    found
}

fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned)
}
