//! How much is read of what comes from outside.

use serde::{Deserialize, Serialize};

use crate::error::{ConfigError, Reason};

/// How much is read of what comes from outside: an attacker may have written it. What goes beyond a limit is refused as
/// a whole, and never cut short; the time that the rest takes grows with its length and no faster.
///
/// ```
/// use oauth_proto::{Limits, Provider};
///
/// let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// assert_eq!(provider.limits, Limits::default());
/// provider.limits.response_bytes = 1024 * 1024; // its tokens carry whole profiles
/// assert!(provider.check().is_ok());
///
/// provider.limits.json_depth = 0;
/// assert_eq!(provider.check().unwrap_err().field(), "limits.json_depth");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// The longest body of a response, in bytes: 262,144. A request's contract tells it to the transport.
    pub response_bytes: u32,
    /// How deep objects and lists may stand in each other in a JSON response: 32. It is 127 at most.
    pub json_depth: u32,
    /// How many members a JSON response may have, those of all objects in it together: 256. So many parameters may a
    /// response have that is a form.
    pub members: u32,
    /// The longest callback, in bytes of its query and its fragment: 262,144.
    pub callback_bytes: u32,
    /// How many parameters a callback may have, and a [challenge](crate::challenge): 64.
    pub parameters: u32,
    /// The longest value of a header field that is read, in bytes of all its lines: 8,192. A longer one is taken to be
    /// absent.
    pub header_bytes: u32,
    /// How many challenges the `WWW-Authenticate` fields of a response may hold together: 32.
    pub challenges: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            response_bytes: 256 * 1024,
            json_depth: 32,
            members: 256,
            callback_bytes: 256 * 1024,
            parameters: 64,
            header_bytes: 8 * 1024,
            challenges: 32,
        }
    }
}

impl Limits {
    /// As deep as the JSON reader goes by itself: it refuses level 128.
    const DEEPEST: u32 = 127;

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let Self { response_bytes, json_depth, members, callback_bytes, parameters, header_bytes, challenges } = self;
        let all = [
            ("limits.response_bytes", response_bytes, u32::MAX),
            ("limits.json_depth", json_depth, Self::DEEPEST),
            ("limits.members", members, u32::MAX),
            ("limits.callback_bytes", callback_bytes, u32::MAX),
            ("limits.parameters", parameters, u32::MAX),
            ("limits.header_bytes", header_bytes, u32::MAX),
            ("limits.challenges", challenges, u32::MAX),
        ];
        // Nothing can be read within a limit of zero.
        match all.into_iter().find(|(_, value, max)| !(1..=*max).contains(*value)) {
            Some((field, _, max)) => Err(ConfigError::new(field, Reason::OutOfRange { min: 1, max })),
            None => Ok(()),
        }
    }

    /// A header field, if it is not longer than what is read.
    pub(crate) fn header<'v>(&self, value: &'v str) -> Option<&'v str> {
        (value.len() <= length(self.header_bytes)).then_some(value)
    }
}

/// A limit as a length.
pub(crate) fn length(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
