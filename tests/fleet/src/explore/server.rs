//! A model of the authorization server: what it issued, and how often each refresh token came.

use super::rules::Class;

/// The most tokens that a search lets it issue.
pub const MOST: usize = 12;

/// Each token is a number; the first was issued at the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// The last that was issued.
    pub last: u8,
    pub revoked: bool,
    /// How often each refresh token was presented.
    pub presented: [u8; MOST],
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Tokens of this number.
    Tokens(u8),
    InvalidGrant,
}

impl Server {
    pub fn new() -> Self {
        Self { last: 0, revoked: false, presented: [0; MOST] }
    }

    /// A refresh token came.
    pub fn take(&mut self, token: u8, class: Class) -> Answer {
        let count = &mut self.presented[usize::from(token)];
        *count += 1;
        let again = *count > 1;
        if again && class == Class::Strict {
            self.revoked = true; // RFC 9700 section 4.14.2
        }
        if self.revoked {
            return Answer::InvalidGrant;
        }
        self.last += 1;
        Answer::Tokens(self.last)
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}
