//! Invariant: what we write as a query, a form, JSON or `Basic`, another reader reads as the same pairs; what we decode
//! is written and decoded again as the same text.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    claims::{must, once},
    input::{Mode, open},
    json::{self, Json},
};
use crate::{
    dialect::{BasicEncoding, BodyFormat, Pair, Placed, basic_header, with_query},
    http::Target,
    vocabulary::{Wiped, form::decode},
};

/// See the invariant on the first line.
pub fn form_codec(data: &[u8]) {
    match open(data) {
        Mode::Raw(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            decoded(&text);
            let mut parts = text.split('\n');
            let mut part = || parts.next().unwrap_or_default();
            encoded(&[(part(), part()), (part(), part())], "https://id.example/token");
        }
        Mode::Built(mut input) => {
            let pairs: Vec<(String, String)> = (0..=input.below(4)).map(|_| (input.text(12), input.text(40))).collect();
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let endpoint = input.pick([
                "https://id.example/token",
                "https://id.example/t?",
                "https://id.example/t?a=b",
                "https://id.example/t?a&",
            ]);
            encoded(&pairs, endpoint);
            decoded(&input.text(60));
            let mut escapes = String::new();
            while !input.is_used_up() && escapes.len() < 200 {
                match input.byte() & 3 {
                    0 => escapes.push_str(&format!("%{:02X}", input.byte())),
                    1 => escapes.push_str(&format!("%{:02x}", input.byte())),
                    2 => escapes.push(char::from(input.byte())),
                    _ => escapes.push('+'),
                }
            }
            decoded(&escapes);
        }
    }
}

fn decoded(text: &str) {
    if let Some(plain) = decode(text) {
        let again: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
        assert_eq!(decode(&again).as_deref(), Some(&*plain), "another text is read: {text:?}");
    }
}

/// The pairs as they are found, in their order.
type Pairs = Vec<(String, String)>;

fn form(text: &str) -> Pairs {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn encoded(pairs: &[(&str, &str)], endpoint: &str) {
    let expected: Pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let written = || pairs.iter().map(|(name, value)| Pair::new(name, value));

    let url = with_query(endpoint, written());
    assert!(
        url.capacity() <= url.len().saturating_add(2),
        "it grew while it was written: a copy of a secret stays behind"
    );
    let (before, query) = url.split_once('?').unwrap_or_default();
    let (_, own) = endpoint.split_once('?').unwrap_or_default();
    assert!(endpoint.starts_with(before) && query.starts_with(own), "{url:?}");
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url:?}");
    assert_eq!(form(query), [form(own), expected.clone()].concat());

    let Placed { body, .. } = BodyFormat::Form.place(Target::Endpoint(endpoint.into()), written());
    assert!(
        body.capacity() <= body.len().saturating_add(2),
        "it grew while it was written: a copy of a secret stays behind"
    );
    assert_eq!(form(&String::from_utf8_lossy(&body)), expected);
    let read = expected.iter().map(|(name, value)| (decoded_part(&body, name), value.clone())).collect::<Pairs>();
    assert_eq!(read, expected, "our own reader finds the names");

    let Placed { body, .. } = BodyFormat::Json.place(Target::Endpoint(endpoint.into()), written());
    let found = must(json::read(&body), "a JSON body is JSON");
    let found: Vec<_> =
        found.members().iter().map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned))).collect();
    assert_eq!(found, expected.iter().cloned().map(|(name, value)| (name, Some(value))).collect::<Vec<_>>());
    assert!(matches!(json::read(&body), Ok(Json::Object(_))));

    if let Some((user, password)) = pairs.first() {
        basic(user, password);
    }
    let mut distinct = expected;
    distinct.sort();
    distinct.dedup_by(|one, other| one.0 == other.0);
    once(distinct, &[]);
}

/// The name in a form that our own decoder reads as `name`.
fn decoded_part(form: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(form);
    let names = text.split('&').filter_map(|pair| decode(pair.split('=').next().unwrap_or_default()));
    let mut names = names.map(Wiped::into_string);
    names.find(|each| each == name).unwrap_or_default()
}

fn basic(user: &str, password: &str) {
    let header = basic_header(user, password, BasicEncoding::Form);
    let encoded = header.expose().strip_prefix("Basic ").unwrap_or_default();
    let pair = must(STANDARD.decode(encoded), "`Basic` and base64");
    let pair = String::from_utf8_lossy(&pair);
    let (one, other) = pair.split_once(':').unwrap_or_default();
    assert!(!other.contains(':'), "two readers see two passwords: {pair:?}");
    assert_eq!((decode(one).as_deref(), decode(other).as_deref()), (Some(user), Some(password)));
}
