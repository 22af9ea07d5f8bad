//! docs/comparison.md: each cell has its proof, at the version that was read.

use std::path::Path;

use crate::pages::{self, Cell, root};

/// What the proof of each column is at, after the crate's own.
const AT: [&str; 6] = [
    "/oauth2/5.0.0/",
    "/openidconnect/4.1.0/",
    "/io-oauth/0.3.0/",
    "/yup-oauth2/12.1.2/",
    "github.com/golang/oauth2/",
    "github.com/panva/oauth4webapi/",
];

/// The versions of the last two, which are names of tags.
const TAGS: [&str; 2] = ["/v0.35.0", "/v3.8.7"];

const ABSENT: &str = "What is not there";

/// What is wrong with a row.
fn faults(row: &[Cell]) -> Vec<String> {
    let [name, ours, others @ ..] = row else { return vec!["no row".into()] };
    let mut faults = Vec::new();
    if !ours.code.iter().any(|path| root().join(path).exists()) {
        faults.push(format!("{}: our own has no proof", name.text));
    }
    if others.len() != AT.len() {
        faults.push(format!("{}: {} cells", name.text, others.len()));
    }
    for (cell, at) in others.iter().zip(AT) {
        let pinned =
            |link: &String| link.contains(at) && (at.starts_with('/') || TAGS.iter().any(|tag| link.contains(tag)));
        if !matches!(&*cell.links, [link] if link == "#what-is-not-there" || pinned(link)) {
            faults.push(format!("{}, {at}: `{}` has no proof", name.text, cell.text));
        }
    }
    faults
}

#[test]
fn each_cell_has_its_proof() {
    let page = pages::read(Path::new("docs/comparison.md"));
    let rows: Vec<_> = page.rows.iter().filter(|(heading, _)| heading != ABSENT).collect();
    assert!(rows.len() > 30, "{}: this reads no table", rows.len());
    let faults: Vec<_> = rows.iter().flat_map(|(_, row)| faults(row)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_cell_without_proof_is_found() {
    let row = |cell: &str| {
        let others = "[x](https://docs.rs/oauth2/5.0.0/src) | [x](#what-is-not-there) | [x](#what-is-not-there) | \
             [x](#what-is-not-there) | [x](https://github.com/golang/oauth2/blob/v0.35.0/x)";
        let text = format!("|a|b|c|d|e|f|g|h|\n|-|-|-|-|-|-|-|-|\n| name | yes: `src/lib.rs` | {others} | {cell} |\n");
        let page = pages::parse(&text);
        faults(&page.rows[0].1).len()
    };
    assert_eq!(row("[x](https://github.com/panva/oauth4webapi/blob/v3.8.7/src/index.ts)"), 0);
    assert_eq!(row("yes"), 1);
    assert_eq!(row("[x](https://github.com/panva/oauth4webapi/blob/main/src/index.ts)"), 1);
}
