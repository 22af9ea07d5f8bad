//! What a provider file says of one step's parameters, and what its request must say then.

use std::collections::BTreeMap;

use oauth_proto::dialect::{Added, Parameters};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

/// The standard parameters of each step.
pub const TOKEN: [&str; 9] = [
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "username",
    "password",
    "scope",
];
pub const REFRESH: [&str; 5] = ["grant_type", "client_id", "client_secret", "refresh_token", "redirect_uri"];
pub const FOLLOW_UP: [&str; 3] = ["access_token", "client_id", "client_secret"];
pub const AUTHORIZE: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
];

/// Those that may be left out, or stand in the query.
pub const OMITTABLE: [&str; 4] = ["grant_type", "client_id", "redirect_uri", "scope"];

/// A name on some wire: `number` makes each another one.
fn wire_name(odd: &str, number: usize) -> String {
    format!("{odd}{number}")
}

/// What a step says of its parameters, and what each standard one and each of its own is called and says.
#[derive(Clone, Debug)]
pub struct Knobs {
    odd: String,
    renamed: Vec<bool>,
    omitted: Vec<bool>,
    in_query: Vec<bool>,
    added: Vec<Added>,
}

pub fn knobs() -> impl Strategy<Value = Knobs> {
    let added = prop_oneof![
        "\\PC{0,8}".prop_map(Added::from),
        any::<i64>().prop_map(Added::from),
        any::<bool>().prop_map(Added::from),
        prop::sample::select(vec!["1", "true", "&=#%+ "]).prop_map(Added::from),
    ];
    (
        "[!#-\\[\\]-~&&[^0-9]]{1,3}",
        vec(any::<bool>(), 10),
        vec(any::<bool>(), 10),
        vec(any::<bool>(), 10),
        vec(added, 0..4),
    )
        .prop_map(|(odd, renamed, omitted, in_query, added)| Knobs { odd, renamed, omitted, in_query, added })
}

impl Knobs {
    /// Turns them: `standard` are the step's names, `omittable` those of them that may be left out.
    pub fn turn(&self, parameters: &mut Parameters, standard: &[&str], omittable: &[&str], query: bool) {
        for (at, name) in standard.iter().enumerate() {
            if self.renamed[at] {
                parameters.rename(*name, wire_name(&self.odd, at));
            }
            if self.omitted[at] && omittable.contains(name) {
                parameters.omit(*name);
            }
            if query && self.in_query[at] && OMITTABLE.contains(name) {
                parameters.in_query.insert((*name).into());
            }
        }
        for (at, value) in self.added.iter().enumerate() {
            let value = match value {
                Added::Text(text) => Added::Text(text.replace('{', "{{").replace('}', "}}")),
                other => other.clone(),
            };
            parameters.add(wire_name(&self.odd, 100 + at), value);
        }
    }

    /// What must come out of a request with these standard parameters: those in the query and those in the body.
    pub fn expected(
        &self,
        parameters: &Parameters,
        standard: &[&str],
        values: &[(&str, &str)],
    ) -> [BTreeMap<String, Value>; 2] {
        let [mut query, mut body] = [BTreeMap::new(), BTreeMap::new()];
        for (name, value) in values {
            let at = standard.iter().position(|each| each == name).unwrap();
            if parameters.omit.contains(*name) {
                continue;
            }
            let wire = if self.renamed[at] { wire_name(&self.odd, at) } else { (*name).to_owned() };
            let place = if parameters.in_query.contains(*name) { &mut query } else { &mut body };
            assert!(place.insert(wire, json!(value)).is_none());
        }
        for (at, value) in self.added.iter().enumerate() {
            let value = match value {
                Added::Text(text) if text.is_empty() => continue,
                Added::Text(text) => json!(text),
                Added::Number(number) => json!(number),
                Added::Truth(truth) => json!(truth),
                _ => unreachable!(),
            };
            body.insert(wire_name(&self.odd, 100 + at), value);
        }
        [query, body]
    }
}
