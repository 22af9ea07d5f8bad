//! `docs/describing-a-provider.md` tells the truth: its JSON is read, its tables leave no field out, and the example
//! `provider` warns of all that the page says weakens a rule.

#[path = "../examples/provider/words/given_up.rs"]
mod given_up;

use std::collections::BTreeSet;

use oauth_proto::{
    ConfigError, Introspection, Provider, Revocation,
    dialect::{OkMember, ResponseStep, TokenStep},
};
use serde_json::{Value, json};

const PAGE: &str = include_str!("../docs/describing-a-provider.md");

/// The cells of each row whose last cell is code, in the tables of this header.
fn rows(header: &str) -> impl Iterator<Item = Vec<String>> {
    let tables = PAGE.split("\n\n").filter(move |block| block.starts_with(header));
    tables.flat_map(|table| table.lines().skip(2)).map(|row| {
        let row = row.trim_matches('|').replace("\\|", "\u{1}");
        row.split('|').map(|cell| cell.trim().trim_matches('`').replace('\u{1}', "|")).collect()
    })
}

/// A file with `members` at `path`, and what else they need to make sense.
fn file(path: &str, members: &str) -> Value {
    let mut value: Value =
        serde_json::from_str(&format!("{{{members}}}")).unwrap_or_else(|why| panic!("{members}: {why}"));
    for name in path.split('.').rev().filter(|name| *name != "top") {
        value = json!({ name: value });
    }
    let file = value.as_object_mut().expect("an object");
    file.entry("name").or_insert("example".into());
    if path == "dialect.callback" {
        file.insert("issuer".into(), "https://id.example.com".into());
    }
    value
}

fn read(file: &Value) -> Result<(), ConfigError> {
    let mut provider: Provider = serde_json::from_value(file.clone()).expect("it has the right shape");
    for name in provider.unset_variables() {
        provider = provider.variable(name, "given");
    }
    Provider::from_json(&serde_json::to_string(&provider).expect("it can be written")).map(drop)
}

#[test]
fn each_piece_of_json_is_a_provider() {
    let pieces: Vec<_> = PAGE.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap_or("")).collect();
    assert_eq!(pieces.len(), 8);
    for piece in pieces {
        let file = serde_json::from_str(piece).unwrap_or_else(|why| panic!("{why}: {piece}"));
        read(&file).unwrap_or_else(|why| panic!("{why}: {piece}"));
    }
}

#[test]
fn each_piece_is_part_of_the_whole() {
    let whole = PAGE.split("r#\"").nth(1).and_then(|rest| rest.split("\"#").next()).expect("the test has the whole");
    let whole: Value = serde_json::from_str(whole).expect("JSON");
    for piece in PAGE.split("```json\n").skip(1) {
        let piece: Value = serde_json::from_str(piece.split("```").next().unwrap_or("")).expect("JSON");
        assert!(holds(&whole, &piece), "{piece}");
    }
}

fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| holds(whole, part)))
        }
        _ => whole == part,
    }
}

#[test]
fn each_row_is_taken() {
    let mut count = 0;
    for row in rows("| the page says | write | in |") {
        let [_, members, path] = &row[..] else { panic!("three cells: {row:?}") };
        read(&file(path, members)).unwrap_or_else(|why| panic!("{why}: {row:?}"));
        count += 1;
    }
    assert!(count > 80, "{count} rows");
}

#[test]
fn each_field_has_a_row() {
    let mut written = BTreeSet::new();
    for row in rows("| the page says | write | in |") {
        paths(&file(&row[2], &row[1]), "", &mut written);
    }
    let mut all = Provider::default();
    all.revocation = Some(Revocation::new(""));
    all.introspection = Some(Introspection::new(""));
    all.dialect.follow_up = Some(TokenStep::default());
    all.dialect.follow_up_response = Some(ResponseStep::default());
    all.dialect.response.error.ok = Some(OkMember::new("", true));
    let mut fields = BTreeSet::new();
    paths(&serde_json::to_value(all).expect("it can be written"), "", &mut fields);
    // All parameters of that request are in the query: nothing may be written there.
    fields.remove("dialect.authorize.parameters.in_query");
    // What the three requests share stands in the table of the first; and so with the two answers.
    let steps = [("refresh.", "token."), ("follow_up.", "token."), ("follow_up_response.", "response.")];
    let shared = |path: &str| {
        let dialect = path.strip_prefix("dialect.").unwrap_or_default();
        let first =
            steps.iter().find_map(|(step, first)| Some(format!("dialect.{first}{}", dialect.strip_prefix(step)?)));
        first.is_some_and(|first| written.contains(&first))
    };
    let missing: Vec<_> = fields.iter().filter(|path| !written.contains(*path) && !shared(path)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let here = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        paths(value, &here, found);
        found.insert(here);
    }
}

#[test]
fn the_example_warns_of_each_weakened_rule() {
    let mut count = 0;
    for row in rows("| setting | value | what is given up |") {
        let value: Value = serde_json::from_str(&row[1]).unwrap_or_else(|why| panic!("{row:?}: {why}"));
        assert!(given_up::given_up(&row[0], &value).is_some(), "no warning: {row:?}");
        count += 1;
    }
    assert!(count > 20, "{count} rows");
}

/// And of no other one: each row of the big table that gets a warning is in the list, too.
#[test]
fn each_warning_is_on_the_page() {
    let listed: BTreeSet<_> = rows("| setting | value | what is given up |").map(|row| row[0].clone()).collect();
    for row in rows("| the page says | write | in |") {
        let mut written = BTreeSet::new();
        let file = file(&row[2], &row[1]);
        paths(&file, "", &mut written);
        for path in written {
            let value = file.pointer(&format!("/{}", path.replace('.', "/"))).expect("it was found there");
            if given_up::given_up(&path, value).is_some() {
                assert!(listed.contains(&path), "{path} is not listed");
            }
        }
    }
}
