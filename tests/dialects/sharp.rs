//! The rows are a test only if a provider that leaves out one thing of a row fails it. So each thing that any row says
//! is left out, one at a time, and the server must notice, or the provider must be refused.

use std::collections::BTreeMap;

use oauth_proto::{Provider, dialect::Dialect};
use oauth_proto_emulator::rows::RowServer;
use serde_json::Value;

use crate::{
    connection,
    drive::{Reads, drive},
    map, rows,
};

/// How many rows each thing is left out of: the first ones that say it.
const ROWS: usize = 2;

/// What no server can notice, and why.
const UNNOTICED: [(&str, &str); 5] = [
    ("refresh.deadline=access_token_expiry", "it keeps a request back that the server would have refused"),
    ("response.rename.scope", "an answer without a scope grants what was asked for, and so does the server"),
    ("error-in-200-ok-field: response.error.ok", "the code is there in the same answers"),
    ("token.client_authentication=basic_and_body", "the data does not say which of the two is read"),
    ("refresh.client_authentication=basic_and_body", "the same"),
];

#[test]
fn a_provider_that_leaves_out_one_thing_of_a_row_fails_it() {
    let default = serde_json::to_value(Dialect::default()).unwrap();
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    let mut unnoticed = Vec::new();
    let files = [include_str!("dialects.json"), include_str!("beyond.json")];
    for row in files.into_iter().flat_map(rows) {
        let connections = connection::connections(&row);
        let Ok(provider) = map::provider(&row, &connections[0].1) else {
            continue;
        };
        let whole = serde_json::to_value(&provider).unwrap();
        for path in differences(&whole["dialect"], &default, &mut Vec::new()) {
            let knob = name_of(&path, &whole["dialect"]);
            let of_row = format!("{}: {knob}", row.name);
            if UNNOTICED.iter().any(|(known, _)| *known == knob || *known == of_row) {
                continue;
            }
            let count = tried.entry(knob.clone()).or_default();
            *count += 1;
            if *count > ROWS {
                continue;
            }
            let passes = connections.iter().all(|(_, connection)| {
                let mut less = serde_json::to_value(map::provider(&row, connection).unwrap()).unwrap();
                remove(&mut less["dialect"], &path);
                let Ok(provider) = Provider::from_json(&less.to_string()) else {
                    return false;
                };
                let server = RowServer::start(row.clone(), connection.clone()).unwrap();
                drive(&row, connection, &server, &provider, &Reads { kept: &row.response_extras, errors: true }).is_ok()
            });
            if passes {
                unnoticed.push(of_row);
            }
        }
    }
    println!("{} things left out, each of up to {ROWS} rows", tried.len());
    assert!(tried.len() >= 60, "{tried:?}");
    assert_eq!(unnoticed, Vec::<String>::new());
}

/// The paths of all that is not as in the default: members of the data, and members of its maps.
fn differences(value: &Value, default: &Value, at: &mut Vec<String>) -> Vec<Vec<String>> {
    let (Value::Object(members), Value::Object(defaults)) = (value, default) else {
        return if value == default { Vec::new() } else { vec![at.clone()] };
    };
    let mut found = Vec::new();
    for (name, member) in members {
        at.push(name.clone());
        match defaults.get(name) {
            Some(default) => found.extend(differences(member, default, at)),
            None => found.push(at.clone()),
        }
        at.pop();
    }
    found
}

/// Without the names that are the row's own; with the value, where there are several to choose from.
fn name_of(path: &[String], dialect: &Value) -> String {
    let own = ["rename", "add", "headers", "keep"];
    let end = path.iter().position(|name| own.contains(&name.as_str())).map_or(path.len(), |at| at + 1);
    let value = path.iter().fold(dialect, |value, name| &value[name]);
    let choice = match value {
        Value::String(choice) if end == path.len() && choice.contains('_') => format!("={choice}"),
        _ => String::new(),
    };
    // What is renamed is a thing of its own.
    let renamed = path.get(end).filter(|_| path.get(end - 1).is_some_and(|name| name == "rename"));
    format!("{}{choice}{}", path[..end].join("."), renamed.map_or(String::new(), |name| format!(".{name}")))
}

fn remove(dialect: &mut Value, path: &[String]) {
    let (last, parents) = path.split_last().unwrap();
    let parent = parents.iter().fold(dialect, |value, name| &mut value[name]);
    parent.as_object_mut().unwrap().remove(last);
}
