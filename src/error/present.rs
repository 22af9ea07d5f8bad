//! A token that was about to be shown to the wrong server.

use std::fmt;

use super::{Mismatch, Remedy};

/// No header was made. The token is untouched. An example is at [`Authorized`](crate::Authorized).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentError {
    /// The URL is no absolute `https` URL of the characters that RFC 3986 allows; or it has user information or a
    /// fragment, or more than 8 KiB. `http` to loopback is one too, where the provider's data allows it.
    NotAUrl,
    /// The URL is not on an origin in the provider's `api_origins`.
    ForeignOrigin,
    /// The token's expiry is over, or an API rejected it.
    Expired,
    /// The client given is not the one that the token belongs to.
    WrongClient(Mismatch),
    /// The provider's tokens go into the URL: call [`url_for`](crate::Authorized::url_for).
    GoesIntoUrl,
    /// The provider's tokens go into a header field: call [`header_for`](crate::Authorized::header_for).
    GoesIntoHeader,
    /// The URL has a parameter of the name that the token's is to have.
    AlreadyInUrl,
}

impl PresentError {
    /// What to do. Before an expired token is tried again, a [`Keeper`](crate::Keeper) must be polled.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::Expired => Remedy::Retry { after: None },
            Self::NotAUrl
            | Self::ForeignOrigin
            | Self::WrongClient(_)
            | Self::GoesIntoUrl
            | Self::GoesIntoHeader
            | Self::AlreadyInUrl => Remedy::Fix,
        }
    }
}

impl fmt::Display for PresentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongClient(mismatch) => {
                return write!(f, "the token is {mismatch}; use the client that it came from");
            }
            Self::NotAUrl => "the URL is no absolute https URL, or holds characters that must be percent-encoded",
            Self::ForeignOrigin => {
                "the token is not meant for this origin; if it is, add it with `Provider::api_origin`"
            }
            Self::Expired => "the token is expired, or an API rejected it; `poll` the keeper, which renews it",
            Self::GoesIntoUrl => "this provider's tokens go into the URL: call `url_for`",
            Self::AlreadyInUrl => "the URL has a parameter of the name that the token's is to have; take it out",
            Self::GoesIntoHeader => "this provider's tokens go into a header field: call `header_for`",
        })
    }
}

impl std::error::Error for PresentError {}
