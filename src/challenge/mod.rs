//! Why an API said no: the challenges of a `WWW-Authenticate` field (RFC 9110 section 11.6.1).
//!
//! ```
//! use oauth_proto::{Limits, Response, Scope, challenge::ResourceErrorCode};
//!
//! let field = r#"Bearer error="insufficient_scope", scope="projects:read user:read", Basic realm="api""#;
//! let response = Response::new(403, [("WWW-Authenticate", field)], "");
//!
//! let challenges = response.challenges(&Limits::default())?;
//! // Others are for other credentials: only the scheme that the token was sent with speaks of the token.
//! let bearer = challenges.of_scheme("Bearer").next().ok_or("not about our token")?;
//! assert_eq!(bearer.error(), Some(ResourceErrorCode::InsufficientScope));
//! assert_eq!(bearer.scope(), Some(Scope::new(["projects:read", "user:read"])?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is read
//!
//! The grammar of RFC 9110, all of it and nothing else. Schemes and names of parameters come lower-cased; values come
//! word for word, less the quotes and the escapes of a quoted string. Space around `=` and empty list elements are
//! read, as section 5.6.1.2 demands. A text that breaks the grammar is no challenge at all: it is not mended, so that
//! no two readers see two challenges in it. Nor is a challenge one that says a parameter twice (section 11.2).
//!
//! A quoted string may hold what is not ASCII (`obs-text`). It is kept as it stands, and means nothing here: no
//! parameter of OAuth has such characters. Control characters, other than the tab in a quoted string, break the grammar.
//!
//! # What it is worth
//!
//! These are a server's words, and of no effect here. A challenge in a response that is neither 401 nor 403 refuses
//! nothing (RFC 9110 section 11.6.1): look at the status first. `Display` and `Debug` escape control characters, and
//! stop after 200 characters of each text, eight parameters of a challenge and eight challenges; they do not escape for
//! HTML.

mod list;
mod oauth;
mod parser;
mod show;
mod transition;

use std::{borrow::Cow, fmt};

use list::List;
pub use oauth::ResourceErrorCode;
pub use transition::{Challenged, StepUp, Verdict};

use crate::{
    error::Remedy,
    vocabulary::{Limits, length},
};

/// The challenges of a response, in the order in which they stand there: one at least. They borrow from it.
///
/// The [module](self) says what is read, and what it is worth.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenges<'a> {
    list: Vec<Challenge<'a>>,
}

/// What a server asks for, in one authentication scheme: its parameters, or a single text, or neither (RFC 9110 section
/// 11.3).
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge<'a> {
    scheme: Cow<'a, str>,
    /// If it is there, there are no parameters.
    token68: Option<&'a str>,
    /// In their order; each name once.
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Why there is no challenge to act on. Take the response as one without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeFault {
    /// There is no such field, or nothing in it.
    Empty,
    /// The field breaks the grammar of RFC 9110 section 11.6.1, somewhere: nothing in it can be relied on.
    Malformed,
    /// Each challenge says a parameter twice, and RFC 9110 section 11.2 forbids that.
    Repeated,
    /// There are more than [`Limits::challenges`], or one has more than [`Limits::parameters`].
    TooMany,
    /// The field is longer than [`Limits::header_bytes`].
    TooLong,
}

impl<'a> Challenges<'a> {
    /// Reads the lines of one `WWW-Authenticate` field, in their order: they are one list, as if commas had joined them
    /// (RFC 9110 section 5.3). A quoted string ends in the line that it began in.
    ///
    /// `limits` are those of the [`Provider`](crate::Provider), or the default. The work grows with the length of the
    /// lines, which is [`Limits::header_bytes`] at most.
    ///
    /// ```
    /// use oauth_proto::{Limits, challenge::{ChallengeFault, Challenges}};
    ///
    /// let lines = [r#"Newauth realm="apps", TYPE=1"#, r#"Basic realm="simple""#];
    /// let challenges = Challenges::read(lines, &Limits::default())?;
    /// assert_eq!(challenges.to_string(), r#"newauth realm="apps", type="1", basic realm="simple""#);
    ///
    /// let broken = Challenges::read(["Bearer, realm=api"], &Limits::default());
    /// assert_eq!(broken, Err(ChallengeFault::Malformed));
    /// # Ok::<(), ChallengeFault>(())
    /// ```
    ///
    /// # Errors
    /// There is nothing to act on: the [`ChallengeFault`] says why. A challenge that says a parameter twice is passed
    /// over as long as another one is there.
    pub fn read(lines: impl IntoIterator<Item = &'a str>, limits: &Limits) -> Result<Self, ChallengeFault> {
        let mut list = List::new(limits);
        let mut room = length(limits.header_bytes);
        let mut joint = "";
        for line in lines {
            // The joints count too: the lines may be many and empty.
            let rest = room.checked_sub(joint.len()).and_then(|room| room.checked_sub(line.len()));
            room = rest.ok_or(ChallengeFault::TooLong)?;
            joint = ", ";
            parser::read_line(line, &mut list)?;
        }
        list.finish().map(|list| Self { list })
    }

    /// The challenges, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Challenge<'a>> {
        self.list.iter()
    }

    /// Those of this scheme, whatever its case: `Bearer` (RFC 6750 section 3) or `DPoP` (RFC 9449 section 7.1).
    pub fn of_scheme(&self, scheme: &str) -> impl Iterator<Item = &Challenge<'a>> {
        self.iter().filter(move |challenge| challenge.scheme.eq_ignore_ascii_case(scheme))
    }
}

impl Challenge<'_> {
    /// The authentication scheme, in lower case: `bearer`, `dpop`, `basic`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The text that some schemes have in place of parameters, such as `Negotiate` (`token68` in RFC 9110 section 11.2).
    pub fn token68(&self) -> Option<&str> {
        self.token68
    }

    /// The value of the parameter of this name, whatever its case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters().find(|(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The parameters with their values, in their order: each name once, in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (&**name, &**value))
    }
}

impl ChallengeFault {
    /// What to do: the API does not say what it wants in a form that can be read, or the limits are too narrow for it. Its
    /// status says the rest, whatever it asks for.
    pub fn remedy(self) -> Remedy {
        Remedy::Fix
    }
}

impl fmt::Display for ChallengeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is no challenge in `WWW-Authenticate`",
            Self::Malformed => {
                "`WWW-Authenticate` breaks its grammar (RFC 9110 section 11.6.1); take the response as one without"
            }
            Self::Repeated => {
                "each challenge repeats a parameter (RFC 9110 section 11.2); take the response as one without"
            }
            Self::TooMany => "more challenges than `limits.challenges`, or parameters than `limits.parameters`",
            Self::TooLong => "`WWW-Authenticate` is longer than `limits.header_bytes`",
        })
    }
}

impl std::error::Error for ChallengeFault {}
