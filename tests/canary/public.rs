//! What the crate's users can name, read from its own source: a type that is added there must be added here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{Fields, Item, UseTree, Visibility};

/// A public type, as far as it matters here.
#[derive(Default)]
pub struct Type {
    /// Whether a value of it holds anything: a marker and an enum of plain names do not.
    pub holds: bool,
    /// Of an enum, the variants that hold something.
    pub variants: Vec<String>,
    pub serializes: bool,
    /// A log may be told of it: `observe`.
    pub observes: bool,
    /// It is stored by `stored::save`, which writes secrets by intention.
    pub stored: bool,
}

/// Each public struct and enum, by its name.
pub fn types() -> BTreeMap<String, Type> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut names = BTreeSet::new();
    exported(parse(&source.join("lib.rs")), &source, &mut names);
    assert!(names.len() > 100, "{} names: this reads the wrong file", names.len());

    let mut types = BTreeMap::<String, Type>::new();
    let mut elsewhere = names.clone();
    for item in files(&source).iter().flat_map(|file| parse(file)) {
        match item {
            Item::Struct(item) if is_public(&item.vis) && names.contains(&item.ident.to_string()) => {
                let fields = item.fields.iter().map(|field| &field.ty);
                let holds = fields.into_iter().any(|ty| !matches!(ty, syn::Type::Tuple(unit) if unit.elems.is_empty()));
                let name = item.ident.to_string();
                let known = types.entry(name.clone()).or_default();
                assert!(elsewhere.remove(&name), "two types are called {name}");
                known.holds = holds;
                known.serializes |= derives(&item.attrs, "Serialize");
            }
            Item::Enum(item) if is_public(&item.vis) && names.contains(&item.ident.to_string()) => {
                let name = item.ident.to_string();
                let known = types.entry(name.clone()).or_default();
                assert!(elsewhere.remove(&name), "two types are called {name}");
                let holding = item.variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit));
                known.variants = holding.map(|variant| variant.ident.to_string()).collect();
                known.holds = !known.variants.is_empty();
                known.serializes |= derives(&item.attrs, "Serialize");
            }
            Item::Impl(item) => {
                let Some((of, name)) = implemented(&item) else { continue };
                let Some(known) = names.contains(&name).then(|| types.entry(name).or_default()) else { continue };
                known.serializes |= of == "Serialize";
                known.observes |= of == "One" || of == "Seen";
                known.stored |= of == "Tagged";
            }
            Item::Trait(item) if is_public(&item.vis) => _ = elsewhere.remove(&item.ident.to_string()),
            Item::Type(item) if is_public(&item.vis) => _ = elsewhere.remove(&item.ident.to_string()),
            Item::Fn(item) if is_public(&item.vis) => _ = elsewhere.remove(&item.sig.ident.to_string()),
            Item::Const(item) if is_public(&item.vis) => _ = elsewhere.remove(&item.ident.to_string()),
            _ => {}
        }
    }
    assert!(elsewhere.is_empty(), "public, and defined nowhere: {elsewhere:?}");
    types
}

/// The names that a module exports, and those of its public modules.
fn exported(items: Vec<Item>, folder: &Path, names: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Use(item) if is_public(&item.vis) => used(&item.tree, names),
            Item::Mod(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                let name = item.ident.to_string();
                let own = folder.join(&name);
                let items = item.content.map(|(_, items)| items).unwrap_or_else(|| {
                    let file = [own.with_extension("rs"), own.join("mod.rs")].into_iter().find(|file| file.exists());
                    parse(&file.unwrap_or_else(|| panic!("no file for the module {name}")))
                });
                exported(items, &own, names);
            }
            Item::Struct(item) if is_public(&item.vis) => _ = names.insert(item.ident.to_string()),
            Item::Enum(item) if is_public(&item.vis) => _ = names.insert(item.ident.to_string()),
            Item::Union(item) => panic!("a union, {}: this test does not know what it shows", item.ident),
            _ => {}
        }
    }
}

fn used(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => used(&path.tree, names),
        UseTree::Name(name) => _ = names.insert(name.ident.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| used(tree, names)),
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("write out the names, and export each by its own"),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether the documentation leaves it out: the bodies of the fuzz targets, behind a feature that is private.
fn is_hidden(attributes: &[syn::Attribute]) -> bool {
    let hidden = |doc: &syn::Attribute| doc.parse_args::<syn::Ident>().is_ok_and(|word| word == "hidden");
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).any(hidden)
}

fn derives(attributes: &[syn::Attribute], name: &str) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        let each = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident(name);
            Ok(())
        });
        each.unwrap();
        found
    })
}

/// The trait and the type of an `impl`.
fn implemented(item: &syn::ItemImpl) -> Option<(String, String)> {
    let of = item.trait_.as_ref()?.0.segments.last()?.ident.to_string();
    let syn::Type::Path(of_type) = &*item.self_ty else { return None };
    Some((of, of_type.path.segments.last()?.ident.to_string()))
}

/// All but the calls that are refused: they show nothing, for they do not compile.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|found| found == "rs") && !path.ends_with("refused.rs")).collect()
}

fn parse(file: &Path) -> Vec<Item> {
    syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap().items
}
