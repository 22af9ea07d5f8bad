//! Tokens as they are kept: a set with its capability, without a clock.

mod any;
mod capability;
mod import;
mod narrowing;
mod set;
mod stored_capability;

pub use any::AnyTokenSet;
pub(crate) use capability::sealed;
pub use capability::{AccessOnly, CanRefresh, CanReissue, Capability, Refreshable, Reissuable};
pub use set::TokenSet;
