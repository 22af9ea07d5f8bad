//! Values that were refused before anything was sent.

use std::{borrow::Cow, fmt};

use super::{
    Remedy,
    words::{escaped, misread},
};

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
    /// It is no absolute URI (RFC 3986 section 4.3).
    NotAUri,
    /// It is no base64url without padding (RFC 4648 section 5).
    NotBase64Url,
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
    /// There is no field, or no parameter at this step, of this name.
    UnknownName {
        /// The names that there are.
        known: Vec<Box<str>>,
    },
    /// There is no such value.
    UnknownValue {
        /// The values that there are.
        known: Vec<Box<str>>,
    },
    /// Without this parameter the request, or its answer, is bound to nothing.
    NotOmittable,
    /// There are more of them than this.
    TooMany {
        /// The most allowed.
        max: usize,
    },
    /// A template names this variable, and no value was given.
    UnsetVariable(String),
    /// No template names this variable.
    UnknownVariable,
    /// A value from the callback or from a token response would make a host name, and it does not stand as one label with
    /// two of the provider's own behind it: whoever sent the browser, or rents a tenant's name, would choose the host.
    NotALabel(String),
    /// A value from the callback would make a path, and it does not stand as one segment of it.
    NotASegment(String),
    /// A value from the callback would make a URL, and its rule in `callback.keep` does not allow that.
    NotForUrls(String),
    /// It is made of something that comes only with the callback, or with the tokens.
    NotYetKnown,
    /// The rule of this name in `callback.keep` does not allow the value.
    NotAllowed,
    /// A list stands where an object is to stand.
    NotAnObject,
    /// It is no media type: `application/json`.
    NotAMediaType,
    /// It goes only with another setting.
    GoesOnlyWith(&'static str),
    /// It is out of bounds.
    OutOfRange {
        /// The least allowed.
        min: u32,
        /// The most allowed.
        max: u32,
    },
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

    /// A text that is no JSON of the right shape. `whole` names it, where no field is to blame.
    pub(crate) fn unreadable(whole: &'static str, error: &serde_json::Error, text: &[u8]) -> Self {
        let (field, reason) = misread(whole, error, text);
        Self::new(field, reason)
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

    /// What to do: what was given is mended by whoever wrote it.
    pub fn remedy(&self) -> Remedy {
        Remedy::Fix
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
                write!(
                    f,
                    "byte {at} is a character that its grammar does not allow (counted from 0; a line break is the usual one)"
                )
            }
            Self::WrongLength { min, max } => write!(f, "must be {min} to {max} bytes long, and is not"),
            Self::NotAUrl => f.write_str("is no absolute URL: write its scheme and host, and percent-encode the rest"),
            Self::NotAUri => {
                f.write_str("is no absolute URI (RFC 3986 section 4.3): it begins with a scheme, as `urn:` or `https:`")
            }
            Self::NotBase64Url => {
                f.write_str("is no base64url without padding (RFC 4648 section 5): no `+`, `/` or `=`")
            }
            Self::NotHttps => f.write_str("must be https, or http on loopback where that was allowed by name"),
            Self::HasUserInformation => {
                f.write_str("must not carry a user name or password: they would end up in logs")
            }
            Self::HasFragment => f.write_str("must not carry a fragment: take out the `#` and what follows"),
            Self::ForbiddenScheme => {
                f.write_str("has a scheme that leads to no application; use https, loopback, or a scheme of your own")
            }
            Self::ReservedName => {
                f.write_str("is a name of the protocol's own: use its own method, or rename or omit it in the dialect")
            }
            Self::Repeated => {
                f.write_str("is there already, under this name or one that is the same on the wire; give it once")
            }
            Self::UnknownName { known } if known.is_empty() => f.write_str("there is no such name here, nor any other"),
            Self::UnknownName { known } => {
                write!(f, "there is no such name here; there are: {}", known.join(", "))
            }
            Self::UnknownValue { known } => {
                write!(f, "there is no such value here; there are: {}", known.join(", "))
            }
            Self::NotOmittable => f.write_str("must not be left out: it binds the request, or its answer, to us"),
            Self::TooMany { max } => write!(f, "there are too many of them: {max} at most"),
            Self::UnsetVariable(name) => {
                write!(f, "the variable {{{}}} has no value; set it with `Provider::variable`", escaped(name))
            }
            Self::UnknownVariable => f.write_str("no template names this variable"),
            Self::NotALabel(name) => write!(
                f,
                "{{{name}}} comes with the callback or the tokens, and must be one whole label of the host with at \
                 least two labels behind it: https://{{{name}}}.example.com/",
                name = escaped(name)
            ),
            Self::NotASegment(name) => write!(
                f,
                "{{{name}}} comes with the callback, and must be one whole segment of the path: \
                 https://example.com/{{{name}}}/token",
                name = escaped(name)
            ),
            Self::NotForUrls(name) => write!(
                f,
                "{{{name}}} comes with the callback; say in `dialect.callback.keep` what of a URL it may be: \
                 `dns_label`, `path_segment` or `one_of`",
                name = escaped(name)
            ),
            Self::NotYetKnown => f.write_str(
                "names a variable that has no value yet at this step: {scope} and {random} are of each request, what \
                 `callback.keep` names comes with the callback, and what `response.keep` names with the tokens",
            ),
            Self::NotAllowed => f.write_str("is not what its rule in `dialect.callback.keep` allows"),
            Self::NotAnObject => f.write_str("must be an object, and is a list; name its members"),
            Self::NotAMediaType => f.write_str("must hold media types, such as application/json"),
            Self::GoesOnlyWith(what) => write!(f, "goes only with {what}"),
            Self::OutOfRange { min, max } => write!(f, "must be {min} to {max}"),
            Self::BrokenTemplate => f.write_str("has a brace without its partner: a variable is written {name}"),
            Self::NotDeclared(what) => write!(
                f,
                "the flow rests on {what}, which the dialect does not declare; if the server has it, declare it"
            ),
            Self::SecretRequired => f.write_str(
                "this step proves the client by its secret, and none would be sent; say in the dialect how it is",
            ),
            Self::Unreadable(words) => write!(f, "cannot be read: {words}"),
        }
    }
}

impl std::error::Error for ConfigError {}
