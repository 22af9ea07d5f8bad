//! Scopes (RFC 6749 section 3.3).

use std::{borrow::Cow, fmt, ops::Range};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Shared, grammar::is_nqchar};
use crate::error::{ConfigError, Reason};

/// A set of scope tokens, in the order in which they were given. Two scopes are equal when they hold the same tokens.
///
/// ```
/// use oauth_proto::Scope;
///
/// let asked = Scope::new(["user:read", "projects:read"])?;
/// let granted = Scope::new(["projects:read", "user:read"])?;
/// assert_eq!(asked, granted);
/// assert!(Scope::new(["user:read"])?.is_subset_of(&asked));
/// assert!(Scope::new(["two words"]).is_err());
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct Scope {
    /// Tokens joined by single spaces: no token can contain one, and most servers want just this text.
    joined: Shared,
}

/// What may be told of a scope that a server granted.
pub(crate) struct Told<'a> {
    /// Those of its tokens that were asked for, joined by single spaces.
    pub(crate) tokens: Cow<'a, str>,
    /// How many others there are.
    pub(crate) others: usize,
}

impl fmt::Debug for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tokens, others } = self;
        match others {
            0 => write!(f, "Scope({tokens:?})"),
            others => write!(f, "Scope({tokens:?}, {others} not asked for)"),
        }
    }
}

/// How many tokens a scope may have.
const MAX_TOKENS: usize = 256;

/// How long a scope may be, in bytes: what is kept must fit the store.
pub(crate) const MAX_SCOPE: usize = 16 * 1024;

impl Scope {
    /// A scope of these tokens. A token given twice is kept once.
    ///
    /// # Errors
    /// There are more than 256 tokens, or more than 16 KiB of them; or one is empty, or holds a character outside
    /// `%x21 / %x23-5B / %x5D-7E` (RFC 6749 section 3.3).
    pub fn new<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Result<Self, ConfigError> {
        let mut joined = String::with_capacity(128);
        let mut sorted = Vec::new();
        for (count, token) in tokens.into_iter().enumerate() {
            if count >= MAX_TOKENS {
                return Err(ConfigError::new("scope", Reason::TooMany { max: MAX_TOKENS }));
            }
            let token = token.as_ref();
            ConfigError::check_not_empty("scope", token)?;
            ConfigError::check_characters("scope", token, is_nqchar)?;
            push_new(&mut joined, &mut sorted, token);
            if joined.len() > MAX_SCOPE {
                return Err(ConfigError::new("scope", Reason::WrongLength { min: 0, max: MAX_SCOPE }));
            }
        }
        Ok(Self { joined: joined.into() })
    }

    /// Reads `text` whose tokens stand between `separator`s. Empty tokens are dropped: servers send stray spaces.
    pub(crate) fn split(text: &str, separator: &str) -> Result<Self, ConfigError> {
        let mut chars = separator.chars();
        match (chars.next(), chars.next()) {
            // Searching for one character is a good deal cheaper than searching for a text.
            (Some(one), None) => Self::new(text.split(one).filter(|token| !token.is_empty())),
            _ => Self::new(text.split(separator).filter(|token| !token.is_empty())),
        }
    }

    /// The tokens.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.joined.split(' ').filter(|token| !token.is_empty())
    }

    /// Whether no token is in it.
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty()
    }

    /// Whether `token` is in it.
    pub fn contains(&self, token: &str) -> bool {
        self.iter().any(|each| each == token)
    }

    /// Whether each of its tokens is in `other`.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        let mut others: Vec<&str> = other.iter().collect();
        others.sort_unstable();
        self.iter().all(|token| others.binary_search(&token).is_ok())
    }

    /// What may be told of a granted scope, of which `asked` was asked for: a server may put anything into it.
    pub(crate) fn told<'a>(&'a self, asked: &Self) -> Told<'a> {
        if self.joined == asked.joined {
            return Told { tokens: Cow::Borrowed(&self.joined), others: 0 };
        }
        let mut known: Vec<&str> = asked.iter().collect();
        known.sort_unstable();
        let (tokens, others): (Vec<&str>, Vec<&str>) =
            self.iter().partition(|token| known.binary_search(token).is_ok());
        Told { tokens: Cow::Owned(tokens.join(" ")), others: others.len() }
    }

    /// The tokens joined by single spaces.
    pub fn as_str(&self) -> &str {
        &self.joined
    }
}

/// Appends a token that is not there yet. `sorted` says where those that are stand in the text, in the order of their
/// letters: each is looked for among all before it.
fn push_new(joined: &mut String, sorted: &mut Vec<Range<usize>>, token: &str) {
    let Err(at) = sorted.binary_search_by(|place| joined.get(place.clone()).unwrap_or_default().cmp(token)) else {
        return;
    };
    if !joined.is_empty() {
        joined.push(' ');
    }
    let start = joined.len();
    joined.push_str(token);
    sorted.insert(at, start..joined.len());
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.joined == other.joined || (self.is_subset_of(other) && other.is_subset_of(self))
    }
}

impl Eq for Scope {}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({:?})", self.joined)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.joined)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.joined)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::split(&text, " ").map_err(de::Error::custom)
    }
}
