//! Where a request goes, when a part of the URL comes with the callback.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    dialect::Kept,
    error::{ConfigError, Reason},
    vocabulary::{Endpoint, Extras, Piece, Plaintext, Template},
};

/// The address of an endpoint.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// Known from the start.
    Fixed(Endpoint),
    /// A value from the callback is missing in it.
    Bound(Box<BoundAddress>),
}

#[derive(Clone, Debug)]
pub(crate) struct BoundAddress {
    template: Template,
    rules: BTreeMap<Box<str>, Kept>,
    plaintext: Plaintext,
}

impl Address {
    /// Checks the URL that stands at `field`, and whether the rules of the values that are missing in it keep the
    /// request at the provider's.
    pub(super) fn new(
        field: &'static str,
        template: Template,
        kept: &BTreeMap<String, Kept>,
        plaintext: Plaintext,
    ) -> Result<Self, ConfigError> {
        if let Some(url) = template.literal() {
            return Endpoint::new(field, url.to_owned(), plaintext).map(Self::Fixed);
        }
        check_places(field, &template, kept)?;
        let mut rules = BTreeMap::new();
        for (_, name) in names(&template) {
            // What a token response brings is not there when the first token is asked for.
            let unset = || ConfigError::new(field, Reason::UnsetVariable(name.into()));
            rules.insert(Box::from(name), kept.get(name).ok_or_else(unset)?.clone());
        }
        let bound = BoundAddress { template, rules, plaintext };
        bound.check_all(field)?;
        Ok(Self::Bound(Box::new(bound)))
    }

    /// The address, with what came along with the callback. `None` where that is not what it may be.
    pub(crate) fn with(&self, extras: &Extras) -> Option<Cow<'_, Endpoint>> {
        match self {
            Self::Fixed(endpoint) => Some(Cow::Borrowed(endpoint)),
            Self::Bound(bound) => bound.fill(|name| extras.get(name)).map(Cow::Owned),
        }
    }

    /// The names of the parameters that its own query already has.
    pub(super) fn query_names(&self) -> Vec<String> {
        match self {
            Self::Fixed(endpoint) => endpoint.query_names().collect(),
            Self::Bound(bound) => {
                let text: String = bound.template.pieces().iter().map(text_of).collect();
                let query = text.split_once('?').map_or("", |(_, query)| query);
                url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect()
            }
        }
    }

    /// The names of the values that are missing in it.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        let rules = match self {
            Self::Fixed(_) => None,
            Self::Bound(bound) => Some(&bound.rules),
        };
        rules.into_iter().flat_map(|rules| rules.keys().map(|name| &**name))
    }
}

impl BoundAddress {
    /// Asked at each use, and not only when the callback came: what was stored may have been changed.
    fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<Endpoint> {
        let filled = self.template.fill(|name| {
            let value = value(name)?;
            self.rules.get(name)?.allows(value).then_some(Cow::Borrowed(value))
        })?;
        Endpoint::new("endpoint", filled.into_owned(), self.plaintext).ok()
    }

    /// Every URL that the rules allow must be one, as far as that can be tried.
    fn check_all(&self, field: &'static str) -> Result<(), ConfigError> {
        let example = |name: &str| match self.rules.get(name) {
            Some(Kept::OneOf(values)) => values.first().map(String::as_str),
            _ => Some("x"),
        };
        let try_with = |changed: &str, value: &str| {
            let filled =
                self.template.fill(|name| Some(Cow::Borrowed(if name == changed { value } else { example(name)? })));
            Endpoint::new(field, filled.unwrap_or_default().into_owned(), self.plaintext).map(drop)
        };
        for (name, rule) in &self.rules {
            match rule {
                Kept::OneOf(values) => values.iter().try_for_each(|value| try_with(name, value))?,
                _ => try_with(name, "x")?,
            }
        }
        Ok(())
    }
}

/// Whether each value that comes with the callback stands in the URL where its rule keeps it from choosing the server.
pub(super) fn check_places(
    field: &'static str,
    template: &Template,
    kept: &BTreeMap<String, Kept>,
) -> Result<(), ConfigError> {
    for (at, name) in names(template) {
        let reason = match kept.get(name) {
            Some(Kept::DnsLabel) if !is_label(template, at) => Reason::NotALabel(name.into()),
            Some(Kept::PathSegment) if !is_segment(template, at) => Reason::NotASegment(name.into()),
            Some(Kept::Text) => Reason::NotForUrls(name.into()),
            Some(_) | None => continue,
        };
        return Err(ConfigError::new(field, reason));
    }
    Ok(())
}

fn names(template: &Template) -> impl Iterator<Item = (usize, &str)> {
    template.pieces().iter().enumerate().filter_map(|(at, piece)| match piece {
        Piece::Variable(name) => Some((at, &**name)),
        Piece::Literal(_) => None,
    })
}

/// The literal text before and behind the variable at `at`; empty where another variable stands.
fn around(template: &Template, at: usize) -> (&str, &str) {
    let literal = |at: Option<usize>| match at.and_then(|at| template.pieces().get(at)) {
        Some(Piece::Literal(text)) => &**text,
        _ => "",
    };
    (literal(at.checked_sub(1)), literal(at.checked_add(1)))
}

/// Whether it is one whole label of the host, with at least two labels behind it that are the provider's own:
/// `https://{shop}.example.com/`, and not `https://{host}.com/`.
fn is_label(template: &Template, at: usize) -> bool {
    let (before, after) = around(template, at);
    let host = after.split(['/', '?', ':']).next().unwrap_or_default();
    let own = host.split('.').filter(|label| !label.is_empty()).count();
    // The host ends in this piece: nothing else that comes with a callback stands behind it.
    let ends = host.len() < after.len() || at.saturating_add(2) >= template.pieces().len();
    let begins = before == "https://" || before == "http://" || (before.ends_with('.') && !in_path(template, at));
    begins && host.starts_with('.') && own >= 2 && ends
}

/// Whether it is one whole segment of the path: `https://example.com/{tenant}/token`.
fn is_segment(template: &Template, at: usize) -> bool {
    let (before, after) = around(template, at);
    in_path(template, at) && before.ends_with('/') && (after.is_empty() || after.starts_with(['/', '?']))
}

/// Whether the variable at `at` stands behind the host.
fn in_path(template: &Template, at: usize) -> bool {
    let before: String = template.pieces().iter().take(at).map(text_of).collect();
    before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'))
}

fn text_of(piece: &Piece) -> &str {
    match piece {
        Piece::Literal(text) => text,
        Piece::Variable(_) => "x",
    }
}
