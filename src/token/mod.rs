//! Tokens as they are kept: a set with its capability, without a clock.

mod any;
mod capability;
mod granted;
mod set;

pub use crate::state::{Authorized, Expired};
pub use any::AnyTokenSet;
pub use capability::{AccessOnly, CanRefresh, CanReissue, Capability, Refreshable, Reissuable};
pub use granted::Granted;
pub use set::{Standing, TokenSet};
