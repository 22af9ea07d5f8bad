//! Which local origin stands for which documented host.

use std::sync::Arc;

#[derive(Clone, Debug)]
pub(crate) struct Origins(Arc<Vec<(&'static str, String)>>);

impl Origins {
    pub(crate) fn new(pairs: Vec<(&'static str, String)>) -> Self {
        Origins(Arc::new(pairs))
    }

    /// Hosts compare without regard to case (RFC 3986 section 3.2.2).
    pub(crate) fn of(&self, host: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(host)).map(|(_, origin)| origin.as_str())
    }

    pub(crate) fn of_documented(&self, host: &str) -> &str {
        self.of(host).unwrap_or_else(|| {
            let known: Vec<&str> = self.0.iter().map(|(host, _)| *host).collect();
            panic!("`{host}` is not a documented host of this provider; these are: {}", known.join(", "))
        })
    }

    /// Replaces a documented scheme and host; an address that is local already stays as it is.
    pub(crate) fn local(&self, url: &str) -> String {
        if self.is_local(url) {
            return url.to_owned();
        }
        let Some((host, rest)) = split(url) else {
            panic!("`{url}` is neither an https URL of a documented host nor an address of this emulator")
        };
        format!("{}{rest}", self.of_documented(host))
    }

    /// Whether this emulator answers for the URL.
    pub(crate) fn serves(&self, url: &str) -> bool {
        self.is_local(url) || split(url).is_some_and(|(host, _)| self.of(host).is_some())
    }

    pub(crate) fn hosts(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(host, _)| *host)
    }

    /// Which host a local address stands for, and its path and query.
    pub(crate) fn split_local<'u>(&self, url: &'u str) -> Option<(&'static str, &'u str)> {
        let rest = |origin: &str| url.strip_prefix(origin).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        self.0.iter().find_map(|(host, origin)| Some((*host, rest(origin)?)))
    }

    fn is_local(&self, url: &str) -> bool {
        self.0.iter().any(|(_, origin)| {
            url.strip_prefix(origin.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        })
    }
}

/// The host of an https URL, and everything behind it.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(rest.split_at(end))
}
