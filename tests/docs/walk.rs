//! docs/describing-a-provider.md makes a file piece by piece: who writes down each of them has all of it.

use std::fs;

use serde_json::Value;

use crate::pages::root;

fn merge(into: &mut Value, piece: Value) {
    match (into, piece) {
        (Value::Object(into), Value::Object(piece)) => {
            for (name, value) in piece {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, piece) => *into = piece,
    }
}

#[test]
fn the_pieces_add_up_to_the_file() {
    let page = fs::read_to_string(root().join("docs/describing-a-provider.md")).unwrap();
    let between = |text: &str, end: &str| serde_json::from_str::<Value>(text.split(end).next().unwrap()).unwrap();
    let mut made = Value::Null;
    page.split("```json\n").skip(1).for_each(|rest| merge(&mut made, between(rest, "```")));
    let mut whole = between(page.split("r#\"").nth(1).unwrap(), "\"#");
    // What the command gives by `--set`, the test of the page has in the file.
    assert!(whole.as_object_mut().unwrap().remove("variables").is_some());
    assert_eq!(made, whole);
}
