//! Tokens as they are kept: a set with its capability, without a clock.

mod any;
mod capability;
mod set;

pub use any::AnyTokenSet;
pub use capability::{AccessOnly, CanRefresh, CanReissue, Capability, Refreshable, Reissuable};
pub use set::TokenSet;
