//! docs/errors.md has each error of the crate, each variant of it, and its remedy; and none that is not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use syn::{Arm, Expr, ImplItem, Item, Pat, Stmt};

use crate::pages::{self, Cell, root};

#[allow(dead_code)] // it is read there for more than names
#[path = "../canary/public.rs"]
mod public;

static SOURCE: LazyLock<Source> = LazyLock::new(Source::read);

/// Shown to people, and no error.
const NO_ERROR: [&str; 1] = ["AuthMethod"];

/// What a grant decides, by whether it has a user: these.
const OF_THE_GRANT: (&str, [&str; 2]) = ("AFTER_THE_END", ["LogIn", "Fix"]);

/// What `remedy` says of a variant: the names of `Remedy`, and this where it asks the value inside.
const OF_THE_INSIDE: &str = "that of";

#[derive(Default)]
struct Source {
    /// The variants of each enum.
    variants: BTreeMap<String, BTreeSet<String>>,
    structs: BTreeSet<String>,
    /// Types with words of their own.
    shown: BTreeSet<String>,
    /// Types that are `Error`.
    errors: BTreeSet<String>,
    remedies: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Source {
    fn read() -> Self {
        let mut source = Self::default();
        for file in files(&root().join("src")) {
            syn::parse_file(&fs::read_to_string(file).unwrap())
                .unwrap()
                .items
                .into_iter()
                .for_each(|item| source.take(item));
        }
        let public = public::types();
        source.variants.retain(|name, _| public.contains_key(name));
        source.structs.retain(|name| public.contains_key(name));
        source
    }

    fn take(&mut self, item: Item) {
        match item {
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
                self.variants.insert(item.ident.to_string(), variants);
            }
            Item::Struct(item) => _ = self.structs.insert(item.ident.to_string()),
            Item::Impl(item) => {
                let syn::Type::Path(path) = &*item.self_ty else { return };
                let name = path.path.segments.last().unwrap().ident.to_string();
                match item.trait_.as_ref().map(|of| of.0.segments.last().unwrap().ident.to_string()).as_deref() {
                    Some("Display") => _ = self.shown.insert(name),
                    Some("Error") => _ = self.errors.insert(name),
                    Some(_) => {}
                    None => {
                        let remedies = item.items.iter().find_map(remedies).unwrap_or_default();
                        self.remedies.entry(name).or_default().extend(remedies);
                    }
                }
            }
            _ => {}
        }
    }

    /// The enums that say what went wrong.
    fn enums(&self) -> BTreeMap<&str, &BTreeSet<String>> {
        let is_error = |name: &str| {
            self.shown.contains(name)
                || self.errors.contains(name)
                || ["Fault", "ErrorCode"].iter().any(|end| name.ends_with(end))
                || name == "Remedy"
        };
        let all = self.variants.iter().map(|(name, variants)| (&**name, variants));
        all.filter(|(name, _)| is_error(name) && !NO_ERROR.contains(name)).collect()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

/// What `fn remedy` says of each variant, where it is a `match` of them.
fn remedies(item: &ImplItem) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let ImplItem::Fn(function) = item else { return None };
    let Some(Stmt::Expr(Expr::Match(all), None)) = function.block.stmts.last() else { return None };
    (function.sig.ident == "remedy").then(|| {
        let mut remedies = BTreeMap::<String, BTreeSet<String>>::new();
        for Arm { pat, body, .. } in &all.arms {
            for variant in variants(pat) {
                remedies.entry(variant).or_default().extend(remedy(body));
            }
        }
        remedies
    })
}

fn variants(pattern: &Pat) -> Vec<String> {
    let last = |path: &syn::Path| vec![path.segments.last().unwrap().ident.to_string()];
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(variants).collect(),
        Pat::Struct(pattern) => last(&pattern.path),
        Pat::TupleStruct(pattern) => last(&pattern.path),
        Pat::Guard(guarded) => variants(&guarded.pat),
        Pat::Path(pattern) => last(&pattern.path),
        _ => Vec::new(),
    }
}

fn remedy(body: &Expr) -> Vec<String> {
    let last = |path: &syn::Path| match path.segments.last().unwrap().ident.to_string() {
        name if name == OF_THE_GRANT.0 => OF_THE_GRANT.1.map(str::to_owned).into(),
        name => vec![name],
    };
    match body {
        Expr::Path(path) => last(&path.path),
        Expr::Struct(value) => last(&value.path),
        Expr::MethodCall(call) if call.method == "remedy" => vec![OF_THE_INSIDE.into()],
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(expr, None)) => remedy(expr),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The rows of the page by the type above them, each by the variant that it begins with.
fn rows() -> BTreeMap<String, BTreeMap<String, Vec<Cell>>> {
    let page = pages::read(Path::new("docs/errors.md"));
    let mut rows = BTreeMap::<String, BTreeMap<String, Vec<Cell>>>::new();
    for (heading, cells) in page.rows {
        let variant = cells[0].code.first().unwrap_or_else(|| panic!("{heading}: a row without a variant")).clone();
        assert!(
            rows.entry(heading.clone()).or_default().insert(variant.clone(), cells).is_none(),
            "{heading}: {variant} twice"
        );
    }
    for heading in page.headings {
        rows.entry(heading).or_default();
    }
    rows
}

#[test]
fn each_error_is_explained_and_no_other() {
    let (source, rows) = (&*SOURCE, rows());
    let enums = source.enums();
    assert!(enums.len() > 20, "these are not all errors: {enums:?}");
    let mut faults = Vec::new();
    for (name, variants) in &enums {
        let Some(rows) = rows.get(*name) else {
            faults.push(format!("{name} has no heading"));
            continue;
        };
        let explained: BTreeSet<_> = rows.keys().cloned().collect();
        faults.extend(variants.difference(&explained).map(|variant| format!("{name}::{variant} is not explained")));
        faults.extend(explained.difference(variants).map(|variant| format!("{name}::{variant} is not there")));
    }
    for error in source.structs.intersection(&source.errors).filter(|name| !rows.contains_key(*name)) {
        faults.push(format!("{error} has no heading"));
    }
    // A heading of one word is a type's.
    let types = rows.keys().filter(|heading| heading.chars().all(char::is_alphanumeric) && !heading.contains(' '));
    let known = |name: &String| source.variants.contains_key(name) || source.structs.contains(name);
    faults.extend(types.filter(|name| name.len() > 6 && !known(name)).map(|name| format!("{name} is no type")));
    assert!(faults.is_empty(), "docs/errors.md: {faults:#?}");
}

#[test]
fn each_remedy_is_the_one_that_the_code_has() {
    let (source, rows) = (&*SOURCE, rows());
    let names = &source.variants["Remedy"];
    let mut seen = 0;
    let mut faults = Vec::new();
    for (name, variants) in source.enums() {
        for variant in variants {
            let Some(remedies) = source.remedies.get(name).and_then(|remedies| remedies.get(variant)) else { continue };
            let said = &rows[name][variant].last().unwrap();
            let mut told: BTreeSet<_> = said.code.iter().filter(|code| names.contains(*code)).cloned().collect();
            if said.text.contains(OF_THE_INSIDE) {
                told.insert(OF_THE_INSIDE.into());
            }
            seen += 1;
            if told != *remedies {
                faults.push(format!("{name}::{variant}: {remedies:?}, and the page says {told:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "docs/errors.md: {faults:#?}");
    assert!(seen > 40, "{seen}: this reads no remedies");
}
