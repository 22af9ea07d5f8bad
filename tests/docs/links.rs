//! Links and paths lead somewhere, among the files and in the documentation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use crate::pages::{self, Page, root};

/// Where a path within the repository begins.
const PLACES: [&str; 9] =
    ["examples/", "tests/", "src/", "benches/", "docs/", ".ci/", "fuzz/", ".github/", "CONTRIBUTING"];

/// A path without its dots; `None` where it leaves the repository.
fn resolved(from: &Path, to: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for part in from.parent()?.join(to).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => path.pop().then_some(())?,
            _ => {}
        }
    }
    Some(path)
}

/// Why a link leads nowhere.
fn fault(all: &BTreeMap<PathBuf, Page>, from: &Path, to: &str) -> Option<String> {
    if to.contains("://") || to.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = to.split_once('#').map_or((to, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { Some(from.to_owned()) } else { resolved(from, path) };
    let Some(target) = target.filter(|target| root().join(target).exists()) else {
        return Some(format!("{}: nothing is at {to}", from.display()));
    };
    let anchor = anchor?;
    let known = all.get(&target).is_some_and(|page| page.anchors.iter().any(|each| each == anchor));
    (!known).then(|| format!("{}: no heading of {} is #{anchor}", from.display(), target.display()))
}

fn all() -> BTreeMap<PathBuf, Page> {
    pages::all().into_iter().map(|path| (path.clone(), pages::read(&path))).collect()
}

#[test]
fn links_lead_somewhere() {
    let all = all();
    // Its definitions are the documentation's, and not links.
    let pages = all.iter().filter(|(path, _)| !path.ends_with("guide/links.md"));
    let faults: Vec<_> =
        pages.flat_map(|(path, page)| page.links.iter().filter_map(|link| fault(&all, path, &link.to))).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let all = all();
    let at = |to| fault(&all, Path::new("docs/errors.md"), to);
    assert_eq!(at("fleet.md#the-stores"), None);
    assert_eq!(at("../README.md#features"), None);
    assert_eq!(at("#remedy"), None);
    assert!(at("flete.md").is_some() && at("fleet.md#the-shops").is_some() && at("#the-shops").is_some());
    assert!(at("../../etc/passwd").is_some());
}

/// What looks like a path of this repository, between backticks.
fn is_path(code: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || "./_-".contains(char);
    PLACES.iter().any(|place| code.starts_with(place)) && code.chars().all(plain)
}

/// Whether it is there, from the root or from where the page is; `NAME` stands for any.
fn exists(page: &Path, path: &str) -> bool {
    let there = |path: PathBuf| path.exists() || path.with_extension("rs").exists();
    path.contains("NAME") || page.ancestors().skip(1).any(|folder| there(root().join(folder).join(path)))
}

#[test]
fn paths_are_there() {
    let mut missing = BTreeSet::new();
    // A changelog speaks of what was there.
    for (path, page) in all().iter().filter(|(path, _)| !path.ends_with("CHANGELOG.md")) {
        let own = page.code.iter().filter(|code| is_path(code));
        missing.extend(own.filter(|code| !exists(path, code)).map(|code| (code.clone(), path.display().to_string())));
    }
    assert!(missing.is_empty(), "pages name what is not there: {missing:#?}");
}

/// The pages that are modules of the documentation, as `src/guide.rs` lists them.
fn guide() -> Vec<PathBuf> {
    let source = fs::read_to_string(root().join("src/guide.rs")).unwrap();
    let names = source.split('"').filter(|text| text.ends_with(".md") && !text.contains("links.md"));
    names.map(|name| Path::new("docs").join(name.trim_start_matches("../docs/"))).collect()
}

#[test]
fn each_page_is_a_module_of_the_documentation() {
    let guide: BTreeSet<_> = guide().into_iter().collect();
    let mut pages: BTreeSet<_> =
        pages::all().into_iter().filter(|path| path.parent() == Some(Path::new("docs"))).collect();
    assert!(pages.remove(Path::new("docs/attacks.md")), "that one is `oauth_proto::attacks`");
    assert_eq!(pages, guide);
}

/// Who reads the first page of the guide finds all others there.
#[test]
fn each_page_has_its_row_in_the_guide() {
    let first = pages::read(Path::new("docs/README.md"));
    let rows: Vec<_> = first.rows.into_iter().flat_map(|(_, cells)| cells.into_iter().next()).collect();
    let named: Vec<_> = rows.iter().flat_map(|cell| &cell.links).map(|to| Path::new("docs").join(to)).collect();
    let listed: BTreeSet<_> = named.iter().cloned().collect();
    assert_eq!(listed.len(), named.len(), "a page has two rows: {named:?}");
    let mut pages: BTreeSet<_> =
        pages::all().into_iter().filter(|path| path.parent() == Some(Path::new("docs"))).collect();
    assert!(pages.remove(Path::new("docs/README.md")), "that is the first page itself");
    assert_eq!(listed, pages);
}

/// In the documentation, a page is no file: each link to another has a name, for which `links.md` says where it is there.
#[test]
fn links_of_the_guide_lead_somewhere_in_the_documentation() {
    let links = fs::read_to_string(root().join("src/guide/links.md")).unwrap();
    let named = links.lines().map(|line| line.split_once("]: crate::").unwrap().0.trim_start_matches('['));
    let named: BTreeSet<_> = named.map(ToOwned::to_owned).collect();
    let mut used = BTreeSet::new();
    let mut faults = Vec::new();
    for path in guide() {
        for link in
            pages::read(&path).links.into_iter().filter(|link| !link.to.contains("://") && !link.to.starts_with('#'))
        {
            match link.label.filter(|label| named.contains(label)) {
                Some(label) => _ = used.insert(label),
                None => faults.push(format!("{}: {} has no name in src/guide/links.md", path.display(), link.to)),
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(used, named, "links.md has names that no page uses");
}
