//! The tables of features, in the README and on the first page of the documentation, and the list for docs.rs: each names
//! every feature and no other. And what crates.io takes.

use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The first column of the table behind this heading, with whether the feature is on by default.
fn table(text: &str, heading: &str) -> BTreeSet<(String, bool)> {
    let behind = text.lines().skip_while(|line| *line != heading);
    let rows = behind.skip(1).skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = rows.skip(2).map(|row| {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let name = cells.next().and_then(|name| name.strip_prefix('`')?.strip_suffix('`'));
        (name.unwrap_or_else(|| panic!("{row}")).to_owned(), cells.next() == Some("yes"))
    });
    cells.collect()
}

#[test]
fn each_table_names_every_feature() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let default = features["default"].as_array().unwrap();
    let public = features.keys().filter(|name| *name != "default" && !name.starts_with("__"));
    let expected: BTreeSet<_> =
        public.map(|name| (name.clone(), default.iter().any(|on| on.as_str() == Some(name)))).collect();
    assert!(expected.contains(&("os-entropy".to_owned(), true)));

    let of_docs_rs = manifest["package"]["metadata"]["docs"]["rs"]["features"].as_array().unwrap().iter();
    let of_docs_rs: BTreeSet<_> = of_docs_rs.map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(of_docs_rs, expected.iter().map(|(name, _)| name.clone()).collect(), "docs.rs");

    let library = read("src/lib.rs");
    let docs: String = library
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .fold(String::new(), |docs, line| docs + line.strip_prefix(' ').unwrap_or(line) + "\n");
    assert_eq!(table(&read("README.md"), "## Features"), expected, "the README");
    assert_eq!(table(&docs, "# Features"), expected, "the documentation");
}

/// crates.io takes five keywords, of twenty characters each; a category is dropped without a word if there is none such.
#[test]
fn the_registry_takes_what_is_said_of_the_crate() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let words = |name: &str| -> Vec<String> {
        let words = manifest["package"][name].as_array().unwrap().iter();
        words.map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let keywords = words("keywords");
    let plain =
        |word: &String| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    assert!((1..=5).contains(&keywords.len()) && keywords.iter().all(|word| word.len() <= 20 && plain(word)));
    // The slugs of crates.io that fit; others may be added here after a look at crates.io/category_slugs.
    let slugs = ["authentication", "web-programming", "web-programming::http-client", "wasm", "network-programming"];
    let categories = words("categories");
    assert!(
        (1..=5).contains(&categories.len()) && categories.iter().all(|slug| slugs.contains(&&**slug)),
        "{categories:?}"
    );
    assert!(manifest["package"]["description"].as_str().unwrap().len() < 100);
}
