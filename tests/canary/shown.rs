//! What was shown, and which secrets were in it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    error::Error,
    fmt::{Debug, Display},
    sync::LazyLock,
};

use oauth_proto::observe::{Observation, Observe};
use serde::Serialize;

use crate::{
    search::{Found, Search},
    secrets,
};

/// For all tests: it takes a second to make.
static SEARCH: LazyLock<Search> = LazyLock::new(|| Search::new(secrets::all().into_iter().map(|(_, secret)| secret)));

/// Formats values in every way, and keeps account of what it saw.
pub struct Shown {
    names: Vec<&'static str>,
    /// Each type, and the first word of what `Debug` writes of it: the variant, of an enum.
    types: BTreeMap<String, BTreeSet<String>>,
    serialized: BTreeSet<String>,
    observed: BTreeSet<String>,
    /// What observations call what they are of.
    pub told: BTreeSet<&'static str>,
    /// What leaked: type, way, secret and form.
    leaks: BTreeSet<String>,
    /// What was found in which text: many are the same.
    seen: HashMap<String, BTreeSet<Found>>,
    /// An example of each.
    examples: BTreeMap<String, String>,
}

impl Shown {
    pub fn new() -> Self {
        let names = secrets::all().into_iter().map(|(name, _)| name).collect();
        let (types, serialized, observed, told, seen) = Default::default();
        let (leaks, examples) = Default::default();
        Self { names, types, serialized, observed, told, seen, leaks, examples }
    }

    /// A value that has `Debug`.
    pub fn debug<T: Debug>(&mut self, value: &T) {
        let name = name_of::<T>();
        let text = format!("{value:?}");
        let first = text.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap_or_default();
        self.types.entry(name.clone()).or_default().insert(first.to_owned());
        self.look(&name, "{:?}", &text);
        self.look(&name, "{:#?}", &format!("{value:#?}"));
    }

    /// One that has `Display` too.
    pub fn display<T: Debug + Display>(&mut self, value: &T) {
        self.debug(value);
        self.look(&name_of::<T>(), "{}", &value.to_string());
        self.look(&name_of::<T>(), "{:#}", &format!("{value:#}"));
    }

    /// One that a log is told of.
    pub fn state<T: Debug + Observe>(&mut self, value: &T) {
        self.debug(value);
        self.observe(value);
    }

    /// What a log is told of it, in each way to write that.
    fn observe<T: Observe>(&mut self, value: &T) {
        let name = name_of::<T>();
        value.observe(&mut |seen: &Observation<'_>| {
            self.told.insert(seen.name);
            self.serialize(seen);
            self.display(seen);
            if let Some(fault) = &seen.fault {
                self.serialize(fault);
                self.display(fault);
            }
            // Under the name of what was observed, too.
            self.look(&name, "an observation", &format!("{seen} {seen:?} {}", serde_json::to_string(seen).unwrap()));
        });
        self.observed.insert(name);
    }

    /// An error of this crate: it, each that it comes from, and what a log is told of it.
    pub fn error<T: Error + Observe>(&mut self, error: &T) {
        self.chain(error);
        self.observe(error);
    }

    /// Any error, and each that it comes from.
    pub fn chain<T: Error>(&mut self, error: &T) {
        self.display(error);
        let name = name_of::<T>();
        let mut next = error.source();
        while let Some(source) = next {
            self.look(&name, "source", &format!("{source}\n{source:?}\n{source:#?}"));
            next = source.source();
        }
    }

    /// A value that serde writes out.
    pub fn serialize<T: Debug + Serialize>(&mut self, value: &T) {
        self.debug(value);
        let name = name_of::<T>();
        self.look(&name, "serde", &serde_json::to_string(value).unwrap());
        self.serialized.insert(name);
    }

    fn look(&mut self, name: &str, way: &str, text: &str) {
        let found = match self.seen.get(text) {
            Some(found) => found.clone(),
            None => SEARCH.all(text),
        };
        self.seen.insert(text.to_owned(), found.clone());
        for (secret, form) in found {
            let leak = format!("{name} shows by {way} the {}, as {form:?}", self.names[secret]);
            self.examples.entry(leak.clone()).or_insert_with(|| text.chars().take(600).collect());
            self.leaks.insert(leak);
        }
    }

    pub fn leaks(&self) -> Vec<&str> {
        self.leaks.iter().map(String::as_str).collect()
    }

    /// Each leak with what was printed.
    pub fn report(&self) -> String {
        self.examples.iter().map(|(leak, text)| format!("{leak}:\n    {text}\n")).collect()
    }

    pub fn has_type(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    pub fn has_variant(&self, name: &str, variant: &str) -> bool {
        self.types.get(name).is_some_and(|variants| variants.contains(variant))
    }

    pub fn has_observed(&self, name: &str) -> bool {
        self.observed.contains(name)
    }

    pub fn has_serialized(&self, name: &str) -> bool {
        self.serialized.contains(name)
    }
}

/// The type's own name, without its path and its parameters.
fn name_of<T>() -> String {
    let name = std::any::type_name::<T>().trim_start_matches('&');
    let name = name.split('<').next().unwrap_or_default();
    name.rsplit("::").next().unwrap_or_default().to_owned()
}
