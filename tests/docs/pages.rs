//! The pages of the repository, and what stands in them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where other people's pages lie, or nobody's.
const NOT_OURS: [&str; 4] = ["target", "node_modules", "corpus", ".git"];

/// Each page of the repository, by its path from the root.
pub fn all() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.file_name().unwrap().to_string_lossy();
            if entry.is_dir() && !NOT_OURS.contains(&&*name) && !name.starts_with("target-") {
                walk(&entry, found);
            } else if name.ends_with(".md") {
                found.push(entry.strip_prefix(root()).unwrap().into());
            }
        }
    }
    let mut found = Vec::new();
    walk(root(), &mut found);
    found.sort();
    assert!(found.len() > 25, "these are not all pages: {found:?}");
    found
}

pub struct Link {
    /// The name that a link by reference goes by.
    pub label: Option<String>,
    pub to: String,
}

#[derive(Default)]
pub struct Page {
    pub links: Vec<Link>,
    /// What stands between backticks.
    pub code: Vec<String>,
    /// The anchors of its headings, as GitHub and rustdoc make them.
    pub anchors: Vec<String>,
    /// Rows of tables, without those of the headers: the heading above, and the cells.
    pub rows: Vec<(String, Vec<Cell>)>,
    /// The texts of the headings.
    pub headings: Vec<String>,
}

#[derive(Default)]
pub struct Cell {
    pub text: String,
    pub code: Vec<String>,
    pub links: Vec<String>,
}

pub fn read(path: &Path) -> Page {
    parse(&fs::read_to_string(root().join(path)).unwrap())
}

pub fn parse(text: &str) -> Page {
    let mut page = Page::default();
    let mut heading: Option<String> = None;
    let mut cell: Option<Cell> = None;
    let mut in_header = false;
    let mut in_block = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let text = heading.take().unwrap();
                page.anchors.push(unique(&page.anchors, slug(&text)));
                page.headings.push(text);
            }
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
                page.links.push(Link { label: label(link_type, &id), to: dest_url.to_string() });
                cell.iter_mut().for_each(|cell| cell.links.push(dest_url.to_string()));
            }
            Event::Start(Tag::TableHead) => in_header = true,
            Event::End(TagEnd::TableHead) => in_header = false,
            Event::Start(Tag::TableRow) => {
                page.rows.push((page.headings.last().cloned().unwrap_or_default(), Vec::new()));
            }
            Event::Start(Tag::TableCell) if !in_header => cell = Some(Cell::default()),
            Event::End(TagEnd::TableCell) => {
                let cells = page.rows.last_mut().map(|(_, cells)| cells);
                cells.into_iter().for_each(|cells| cells.extend(cell.take()));
            }
            Event::Text(_) if in_block => {}
            Event::Code(code) => {
                page.code.push(code.to_string());
                heading.iter_mut().for_each(|heading| heading.push_str(&code));
                if let Some(cell) = &mut cell {
                    cell.code.push(code.to_string());
                    cell.text.push_str(&code);
                }
            }
            Event::Text(text) => {
                heading.iter_mut().for_each(|heading| heading.push_str(&text));
                cell.iter_mut().for_each(|cell| cell.text.push_str(&text));
            }
            _ => {}
        }
    }
    page
}

fn label(link_type: LinkType, id: &CowStr<'_>) -> Option<String> {
    matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut).then(|| id.to_string())
}

/// Letters and digits, with hyphens for spaces; the rest goes.
fn slug(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
    kept.map(|char| if char == ' ' { '-' } else { char }).collect()
}

/// A heading that stands there twice has a number the second time.
fn unique(taken: &[String], slug: String) -> String {
    let numbered = (1..).map(|number| format!("{slug}-{number}"));
    std::iter::once(slug.clone()).chain(numbered).find(|each| !taken.contains(each)).unwrap()
}
