//! Where a request goes, when a part of the URL comes with the callback.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    dialect::Kept,
    error::{ConfigError, Reason},
    vocabulary::{ByName, Endpoint, Extras, Piece, Plaintext, Template, Wiped, query_names},
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
    rules: ByName<Kept>,
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
        let template = match template.into_literal() {
            Ok(url) => return Endpoint::new(field, url, plaintext).map(Self::Fixed),
            Err(template) => template,
        };
        check_places(field, &template, kept)?;
        let mut rules = ByName::default();
        for (_, name) in names(&template) {
            // What a token response brings is not there when the first token is asked for.
            let unset = || ConfigError::new(field, Reason::UnsetVariable(name.into()));
            rules.insert(name, kept.get(name).ok_or_else(unset)?.clone());
        }
        let bound = BoundAddress { template, rules, plaintext };
        // Every URL that the rules allow must be one, as far as that can be tried.
        bound.examples().into_iter().try_for_each(|url| Endpoint::new(field, url, plaintext).map(drop))?;
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
    pub(crate) fn query_names(&self) -> Vec<String> {
        match self {
            Self::Fixed(endpoint) => endpoint.query_names().map(Cow::into_owned).collect(),
            // They are URLs: that was tried.
            Self::Bound(bound) => {
                let names = |url: &String| query_names(url).map(Cow::into_owned).collect::<Vec<_>>();
                bound.examples().iter().flat_map(names).collect()
            }
        }
    }

    /// The names of the values that are missing in it.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        let rules = match self {
            Self::Fixed(_) => None,
            Self::Bound(bound) => Some(&bound.rules),
        };
        rules.into_iter().flat_map(ByName::iter).map(|(name, _)| name)
    }
}

impl BoundAddress {
    /// Asked at each use, and not only when the callback came: what was stored may have been changed.
    fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<Endpoint> {
        let filled = self.template.fill(|name| {
            let value = value(name)?;
            self.rules.get(name)?.allows(value).then_some(Cow::Borrowed(value))
        })?;
        Endpoint::new("endpoint", filled.into_string(), self.plaintext).ok()
    }

    /// The URL with each value of a list once, and with a stand-in for what no list says.
    fn examples(&self) -> Vec<String> {
        let mut examples = Vec::new();
        for (changed, rule) in self.rules.iter() {
            match rule {
                Kept::OneOf(values) => examples.extend(values.iter().filter_map(|value| self.example(changed, value))),
                _ => examples.extend(self.example(changed, "x")),
            }
        }
        examples
    }

    fn example(&self, changed: &str, value: &str) -> Option<String> {
        let filled = self.template.fill(|name| match self.rules.get(name) {
            _ if name == changed => Some(Cow::Borrowed(value)),
            Some(Kept::OneOf(values)) => values.first().map(|value| Cow::Borrowed(value.as_str())),
            _ => Some(Cow::Borrowed("x")),
        });
        filled.map(Wiped::into_string)
    }
}

/// Whether each value that comes with the callback stands in the URL where its rule keeps it from choosing the server.
pub(super) fn check_places(
    field: &'static str,
    template: &Template,
    kept: &BTreeMap<String, Kept>,
) -> Result<(), ConfigError> {
    let path = path_begins(template);
    for (at, name) in names(template) {
        let reason = match kept.get(name) {
            Some(Kept::DnsLabel) if !is_label(template, at, path) => Reason::NotALabel(name.into()),
            Some(Kept::PathSegment) if !is_segment(template, at, path) => Reason::NotASegment(name.into()),
            Some(Kept::Text) => Reason::NotForUrls(name.into()),
            Some(_) | None => continue,
        };
        return Err(ConfigError::new(field, reason));
    }
    Ok(())
}

/// What the values of a token response may be in an origin. The server may name a whole host, and then it can name any;
/// where the data names the domain, a value cannot leave its label: it may be no more than the name of a tenant.
pub(super) fn response_rules(
    field: &'static str,
    template: &Template,
    kept: &BTreeMap<String, Kept>,
) -> Result<ByName<Kept>, ConfigError> {
    let mut rules = ByName::default();
    let path = path_begins(template);
    for (at, name) in names(template).filter(|(_, name)| !kept.contains_key(*name)) {
        let rule = if is_label(template, at, path) {
            Kept::DnsLabel
        } else if is_whole_host(template, at) || at >= path {
            Kept::Text
        } else {
            return Err(ConfigError::new(field, Reason::NotALabel(name.into())));
        };
        // In two places, the stricter rule is that of both.
        if rules.get(name) != Some(&Kept::DnsLabel) {
            rules.insert(name, rule);
        }
    }
    Ok(rules)
}

/// Whether it is the URL from its beginning, or all between the scheme and the path.
fn is_whole_host(template: &Template, at: usize) -> bool {
    let (before, after) = around(template, at);
    let begins = at == 0 || (at == 1 && matches!(before, "https://" | "http://"));
    begins && (after.starts_with('/') || at.saturating_add(1) >= template.pieces().len())
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
fn is_label(template: &Template, at: usize, path: usize) -> bool {
    let (before, after) = around(template, at);
    let host = after.split(['/', '?', ':']).next().unwrap_or_default();
    let own = host.split('.').filter(|label| !label.is_empty()).count();
    // The host ends in this piece: nothing else that comes with a callback stands behind it.
    let ends = host.len() < after.len() || at.saturating_add(2) >= template.pieces().len();
    let begins = before == "https://" || before == "http://" || (before.ends_with('.') && at < path);
    begins && host.starts_with('.') && own >= 2 && ends
}

/// Whether it is one whole segment of the path: `https://example.com/{tenant}/token`.
fn is_segment(template: &Template, at: usize, path: usize) -> bool {
    let (before, after) = around(template, at);
    at >= path && before.ends_with('/') && (after.is_empty() || after.starts_with(['/', '?']))
}

/// The first piece that stands behind the host as a whole. There may be none.
fn path_begins(template: &Template) -> usize {
    let pieces = template.pieces();
    let url: String = pieces.iter().map(text_of).collect();
    let host = url.find("://").map(|colon| colon.saturating_add("://".len()));
    let slash = host.and_then(|host| Some(host.saturating_add(url.get(host..)?.find('/')?)));
    let mut end = 0usize;
    let ends = pieces.iter().map(|piece| {
        end = end.saturating_add(text_of(piece).len());
        end
    });
    slash.map_or(pieces.len(), |slash| ends.take_while(|end| *end <= slash).count().saturating_add(1))
}

fn text_of(piece: &Piece) -> &str {
    match piece {
        Piece::Literal(text) => text,
        Piece::Variable(_) => "x",
    }
}
