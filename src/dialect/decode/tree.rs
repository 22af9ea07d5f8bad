//! The members of an answer that matter, as a tree: made once of a dialect, and walked along with each answer.

use std::borrow::Cow;

use crate::{
    dialect::{ResponseStep, ScopeFormat},
    error::{ConfigError, Reason},
};

/// The tree of one kind of answer.
#[derive(Debug)]
pub(crate) struct AnswerReader {
    pub(super) root: Object,
}

#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) members: Vec<Member>,
}

#[derive(Debug)]
pub(super) struct Member {
    /// Most are named as in the RFC.
    pub(super) name: Cow<'static, str>,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) enum Place {
    /// Its value is wanted.
    Leaf(Leaf),
    /// Something inside it is.
    Inside(Object),
}

#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub(super) standard: Option<Standard>,
    /// It tells success from error.
    pub(super) tells: bool,
    /// It is kept under this path.
    pub(super) keep: Option<Box<str>>,
    /// It may be a list or an object that must be read whole.
    pub(super) whole: bool,
}

/// The members that RFC 6749 knows (sections 5.1 and 5.2), and a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    AccessToken,
    TokenType,
    ExpiresIn,
    RefreshToken,
    Scope,
    Nonce,
    Error,
    ErrorDescription,
    ErrorUri,
}

impl Standard {
    pub(crate) const ALL: [Self; 9] = [
        Self::AccessToken,
        Self::TokenType,
        Self::ExpiresIn,
        Self::RefreshToken,
        Self::Scope,
        Self::Nonce,
        Self::Error,
        Self::ErrorDescription,
        Self::ErrorUri,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::TokenType => "token_type",
            Self::ExpiresIn => "expires_in",
            Self::RefreshToken => "refresh_token",
            Self::Scope => "scope",
            Self::Nonce => "nonce",
            Self::Error => "error",
            Self::ErrorDescription => "error_description",
            Self::ErrorUri => "error_uri",
        }
    }

    /// Where this dialect has it.
    fn path(self, step: &ResponseStep) -> &str {
        match self {
            Self::Error => &step.error.code,
            Self::ErrorDescription => &step.error.description,
            Self::ErrorUri => &step.error.uri,
            _ => step.rename.wire(self.name()),
        }
    }
}

impl AnswerReader {
    /// Of the answer that stands at `at` in the data.
    ///
    /// # Errors
    /// One path leads through what another one takes whole, or two standard members have one path.
    pub(crate) fn new(at: &str, step: &ResponseStep) -> Result<Self, ConfigError> {
        let mut root = Object { members: Vec::with_capacity(Standard::ALL.len()) };
        for standard in Standard::ALL {
            let refused = |reason| {
                let field = match standard {
                    Standard::Error => "error.code".to_owned(),
                    Standard::ErrorDescription => "error.description".to_owned(),
                    Standard::ErrorUri => "error.uri".to_owned(),
                    _ => format!("rename.{}", standard.name()),
                };
                ConfigError::new(format!("{at}.{field}"), reason)
            };
            let leaf = match standard.path(step) {
                path if path == standard.name() => root.named(Cow::Borrowed(standard.name())),
                path => root.leaf(path),
            };
            let leaf = leaf.map_err(refused)?;
            if leaf.standard.replace(standard).is_some() {
                return Err(refused(Reason::Repeated));
            }
            leaf.whole |= standard == Standard::Scope && step.scope_format == ScopeFormat::List;
        }
        if let Some(ok) = &step.error.ok {
            let refused = |reason| ConfigError::new(format!("{at}.error.ok.member"), reason);
            root.leaf(&ok.member).map_err(refused)?.tells = true;
        }
        for path in &step.keep {
            let refused = |reason| ConfigError::new(format!("{at}.keep"), reason);
            let leaf = root.leaf(path).map_err(refused)?;
            if leaf.keep.replace(path.as_str().into()).is_some() {
                return Err(refused(Reason::Repeated));
            }
            leaf.whole = true;
        }
        Ok(Self { root })
    }

    /// The standard member that this dialect calls `name`: for the parameters of an implicit callback.
    pub(crate) fn standard(&self, name: &str) -> Option<Standard> {
        self.root.members.iter().find(|member| *member.name == *name).and_then(|member| match &member.place {
            Place::Leaf(leaf) => leaf.standard,
            Place::Inside(_) => None,
        })
    }
}

impl Object {
    /// How many names a path may have: no answer is deeper.
    const DEEPEST: usize = 127;

    /// The leaf at the end of `path`.
    fn leaf(&mut self, path: &str) -> Result<&mut Leaf, Reason> {
        if path.bytes().filter(|byte| *byte == b'.').count() >= Self::DEEPEST {
            return Err(Reason::TooMany { max: Self::DEEPEST });
        }
        match path.split_once('.') {
            Some((name, rest)) => match self.place(name.to_owned().into(), || Place::Inside(Self::default()))? {
                Place::Inside(object) => object.leaf(rest),
                Place::Leaf(_) => Err(Reason::Repeated),
            },
            None => self.named(path.to_owned().into()),
        }
    }

    /// The leaf of this name in the object itself.
    fn named(&mut self, name: Cow<'static, str>) -> Result<&mut Leaf, Reason> {
        match self.place(name, || Place::Leaf(Leaf::default()))? {
            Place::Leaf(leaf) => Ok(leaf),
            Place::Inside(_) => Err(Reason::Repeated),
        }
    }

    fn place(&mut self, name: Cow<'static, str>, new: impl FnOnce() -> Place) -> Result<&mut Place, Reason> {
        if name.is_empty() {
            return Err(Reason::Empty);
        }
        let at = match self.members.iter().position(|member| member.name == name) {
            Some(at) => at,
            None => {
                self.members.push(Member { name, place: new() });
                self.members.len().saturating_sub(1)
            }
        };
        self.members.get_mut(at).map(|member| &mut member.place).ok_or(Reason::Empty)
    }
}
