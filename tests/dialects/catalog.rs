//! The catalogue: each entry is driven against a server that a row of its own configures, written from the provider's
//! documentation and not from the entry.

use std::{collections::BTreeSet, fs, path::Path};

use oauth_proto::{Provider, catalog, dialect::Kept, providers};
use oauth_proto_emulator::rows::{Connection, Row, RowServer};

use crate::{
    connection,
    drive::{Reads, drive},
};

/// Those that this crate was built from have an emulator and tests of their own: `tests/providers/`.
const DOCUMENTED: [&str; 5] = ["amiqus", "fifth", "marq", "marvel", "motar"];

fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect()
}

fn row(name: &str) -> Row {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/dialects/catalog/{name}.json"));
    let row = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    Row::read_all(&format!("[{row}]")).unwrap_or_else(|why| panic!("{name}: {why}")).remove(0)
}

#[test]
fn every_file_of_the_folder_is_in_it_and_says_where_it_is_from() {
    let names: Vec<&str> = catalog::names().collect();
    assert!(names.is_sorted(), "an entry is found by its place");
    assert_eq!(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), files("src/catalog"));
    assert!(names.len() >= 65, "{} entries", names.len());
    for name in names {
        let entry = catalog::get(name).unwrap_or_else(|| panic!("{name} cannot be read"));
        assert_eq!(entry.provider.name, name);
        assert!(!entry.title.is_empty() && !entry.sources.is_empty(), "{name}");
        let date = entry.checked.split('-').map(|part| part.parse::<u32>().unwrap()).collect::<Vec<_>>();
        assert!(matches!(date.as_slice(), [2026..=2099, 1..=12, 1..=31]), "{name}: {}", entry.checked);
        assert!(
            entry.sources.iter().all(|source| source.starts_with("https://") || DOCUMENTED.contains(&name)),
            "{name}"
        );
        assert!(entry.notes.iter().all(|note| note.ends_with('.')), "{name}: a note is a sentence");
        // It is whole as soon as its variables are given.
        let unset = entry.provider.unset_variables();
        let whole = unset.iter().fold(entry.provider, |provider, name| provider.variable(name, "x"));
        assert_eq!(whole.check(), Ok(()), "{name}");
    }
    assert_eq!(catalog::get("no-such-provider"), None);
    assert_eq!(catalog::get(""), None);
}

#[test]
fn the_five_documented_providers_are_in_it_as_they_ship() {
    let provider = |name: &str| catalog::get(name).unwrap().provider;
    assert_eq!(provider("marq"), providers::marq());
    assert_eq!(provider("amiqus"), providers::amiqus());
    assert_eq!(provider("motar"), providers::motar());
    // Their documents lost what the constructors take as arguments.
    let marvel = providers::marvel("https://login.example/oauth/authorize", "https://api.example");
    assert_eq!(provider("marvel").dialect, marvel.dialect);
    assert_eq!(provider("marvel").token_endpoint, marvel.token_endpoint);
    let fifth = providers::fifth(providers::FifthUrls {
        code_login: "https://id.example/code".into(),
        implicit_login: "https://id.example/implicit".into(),
        token_endpoint: "https://id.example/token".into(),
        api_origin: "https://api.example".into(),
    });
    assert_eq!(provider("fifth").dialect, fifth.dialect);
}

/// The entry with the values of this connection, and an API to call.
fn of_connection(name: &str, connection: &mut Connection) -> Provider {
    let mut provider = catalog::get(name).unwrap().provider;
    let text = serde_json::to_string(&provider).unwrap();
    for (variable, value) in &connection.variables {
        if text.contains(&format!("{{{variable}}}")) {
            provider = provider.variable(variable, value);
        }
    }
    for (kept, rule) in &provider.dialect.callback.keep {
        if let (Kept::OneOf(values), Some(value)) = (rule, connection.callback.get_mut(kept)) {
            value.clone_from(&values[0]);
        }
    }
    // The entry's own API, where it can be told beforehand.
    match provider.api_origins.iter().find(|origin| !origin.contains('{')) {
        Some(origin) => connection.api_url = format!("{origin}/me"),
        None => provider = provider.api_origin(&connection.api_url),
    }
    provider
}

#[test]
fn every_entry_is_driven_against_its_row() {
    let mut failed = Vec::new();
    let mut driven = BTreeSet::new();
    for name in catalog::names().filter(|name| !DOCUMENTED.contains(name)) {
        let row = row(name);
        assert_eq!(row.name, name);
        for (named, mut connection) in connection::connections(&row) {
            let provider = of_connection(name, &mut connection);
            let ended = RowServer::start(row.clone(), connection.clone()).map_err(Into::into).and_then(|server| {
                let kept = provider.dialect.response.keep.iter().filter(|name| row.response_extras.contains(name));
                let kept: Vec<String> = kept.cloned().collect();
                drive(&row, &connection, &server, &provider, &Reads { kept: &kept, errors: false })
                    .map_err(|why| format!("{why} [{}]", server.deviations().join("; ")).into())
            });
            if let Err(why) = ended {
                let why: Box<dyn std::error::Error> = why;
                failed.push(format!("{name}, {named}: {why}"));
            }
        }
        driven.insert(name.to_owned());
    }
    println!("{} entries driven, {} failed", driven.len(), failed.len());
    assert_eq!(driven, files("tests/dialects/catalog"), "each entry has its row, and each row its entry");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
