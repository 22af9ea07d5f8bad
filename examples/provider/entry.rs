//! The providers that are known by name.

use oauth_proto::catalog::{self, Entry};

use crate::{Failure, suggest};

pub fn names() -> Vec<&'static str> {
    catalog::names().collect()
}

pub fn entry(name: &str) -> Result<Entry, Failure> {
    catalog::get(name).ok_or_else(|| {
        let near = suggest::nearest(name, &names()).map(|near| format!("; did you mean `{near}`?"));
        let otherwise = || "; `show` without a name lists them all".to_owned();
        Failure::Usage(format!("there is no provider `{}`{}", name.escape_debug(), near.unwrap_or_else(otherwise)))
    })
}
