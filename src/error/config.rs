//! Values that were refused before anything was sent.

use std::{borrow::Cow, fmt};

/// A value was refused. It says which field and why, and never quotes the value.
///
/// ```
/// use oauth_proto::{RedirectUri, error::Reason};
///
/// let error = RedirectUri::new("http://example.com/cb").unwrap_err();
/// assert_eq!(error.field(), "redirect_uri");
/// assert_eq!(*error.reason(), Reason::NotHttps);
/// assert_eq!(error.to_string(), "redirect_uri: must be https, or http on loopback where that was allowed by name");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    field: Cow<'static, str>,
    reason: Reason,
}

/// Why a value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It is empty; a number is zero, or a template's variable nothing but dots.
    Empty,
    /// It is needed for this step and was not given.
    Missing,
    /// A byte that its grammar does not allow stands at this position, counted in bytes from 0.
    ForbiddenCharacter {
        /// Where the first such byte stands.
        at: usize,
    },
    /// Its length is out of bounds, in bytes.
    WrongLength {
        /// The shortest allowed.
        min: usize,
        /// The longest allowed.
        max: usize,
    },
    /// It is no absolute URL.
    NotAUrl,
    /// It is neither `https` nor allowed `http` on loopback.
    NotHttps,
    /// It carries a user name or password.
    HasUserInformation,
    /// It carries a fragment.
    HasFragment,
    /// Its scheme leads to no application.
    ForbiddenScheme,
    /// The name belongs to the protocol.
    ReservedName,
    /// The name stands there already, or two names are the same on the wire.
    Repeated,
    /// No step of the protocol sends a parameter of this name.
    UnknownParameter,
    /// Without this parameter the request, or its answer, is bound to nothing.
    NotOmittable,
    /// There are more of them than this.
    TooMany {
        /// The most allowed.
        max: usize,
    },
    /// A URL template names this variable, and no value was given.
    UnsetVariable(String),
    /// No URL template names this variable.
    UnknownVariable,
    /// A `{` without its `}`, or the other way round.
    BrokenTemplate,
    /// The flow rests on this, and the dialect does not declare it.
    NotDeclared(&'static str),
    /// The step proves the client by its secret, and the dialect sends none.
    SecretRequired,
    /// It is no JSON of the right shape; the text is the reader's own words, less the values that they quote.
    Unreadable(String),
}

impl ConfigError {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, reason: Reason) -> Self {
        Self { field: field.into(), reason }
    }

    pub(crate) fn check_not_empty(field: &'static str, text: &str) -> Result<(), Self> {
        if text.is_empty() { Err(Self::new(field, Reason::Empty)) } else { Ok(()) }
    }

    /// Neither empty nor longer than `max` bytes.
    pub(crate) fn check_length(field: &'static str, text: &str, max: usize) -> Result<(), Self> {
        Self::check_not_empty(field, text)?;
        if text.len() > max { Err(Self::new(field, Reason::WrongLength { min: 1, max })) } else { Ok(()) }
    }

    pub(crate) fn check_characters(
        field: impl Into<Cow<'static, str>>,
        text: &str,
        allowed: impl Fn(u8) -> bool,
    ) -> Result<(), Self> {
        match text.bytes().position(|byte| !allowed(byte)) {
            Some(at) => Err(Self::new(field, Reason::ForbiddenCharacter { at })),
            None => Ok(()),
        }
    }

    /// The field that was refused, as a path in the provider's data where it comes from there.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("must not be empty"),
            Self::Missing => f.write_str("is needed here and was not given"),
            Self::ForbiddenCharacter { at } => {
                write!(f, "byte {at} is a character that its grammar does not allow")
            }
            Self::WrongLength { min, max } => write!(f, "must be {min} to {max} bytes long"),
            Self::NotAUrl => f.write_str("is no absolute URL"),
            Self::NotHttps => f.write_str("must be https, or http on loopback where that was allowed by name"),
            Self::HasUserInformation => f.write_str("must not carry a user name or password"),
            Self::HasFragment => f.write_str("must not carry a fragment"),
            Self::ForbiddenScheme => f.write_str("has a scheme that leads to no application"),
            Self::ReservedName => f.write_str("is a name of the protocol's own; rename or omit it in the dialect"),
            Self::Repeated => f.write_str("stands there twice"),
            Self::UnknownParameter => f.write_str("is no parameter of this step"),
            Self::NotOmittable => f.write_str("must not be left out: it binds the request, or its answer, to us"),
            Self::TooMany { max } => write!(f, "must be {max} at most"),
            Self::UnsetVariable(name) => {
                write!(f, "the variable {{{name}}} has no value; set it with `Provider::variable`")
            }
            Self::UnknownVariable => f.write_str("no URL template names this variable"),
            Self::BrokenTemplate => f.write_str("has a brace without its partner"),
            Self::NotDeclared(what) => write!(f, "the dialect does not declare {what}"),
            Self::SecretRequired => f.write_str("this step proves the client by its secret, and none would be sent"),
            Self::Unreadable(words) => write!(f, "cannot be read: {words}"),
        }
    }
}

impl std::error::Error for ConfigError {}
