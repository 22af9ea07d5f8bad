//! Challenges as text for a log: a server's words, with control characters escaped, and bounded in length.

use std::fmt;

use super::{Challenge, Challenges, ResourceErrorCode};
use crate::error::shown;

/// How many challenges, and how many parameters of each, a log line should hold.
const MOST: usize = 8;

impl fmt::Display for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.scheme))?;
        if let Some(text) = self.token68 {
            write!(f, " {}", shown(text))?;
        }
        for (count, (name, value)) in self.parameters().take(MOST).enumerate() {
            let gap = if count == 0 { " " } else { ", " };
            write!(f, "{gap}{}=\"{}\"", shown(name), shown(value))?;
        }
        and_more(f, self.parameters.len())
    }
}

impl fmt::Display for Challenges<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, challenge) in self.iter().take(MOST).enumerate() {
            let gap = if count == 0 { "" } else { ", " };
            write!(f, "{gap}{challenge}")?;
        }
        and_more(f, self.list.len())
    }
}

fn and_more(f: &mut fmt::Formatter<'_>, all: usize) -> fmt::Result {
    match all.saturating_sub(MOST) {
        0 => Ok(()),
        more => write!(f, ", … {more} more"),
    }
}

impl fmt::Display for ResourceErrorCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.as_str()))
    }
}

impl fmt::Debug for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({self})")
    }
}

impl fmt::Debug for Challenges<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenges({self})")
    }
}

impl fmt::Debug for ResourceErrorCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceErrorCode({self})")
    }
}
