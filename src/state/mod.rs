//! The states, one file each.
//!
//! ```text
//! Unauthorized --authorize--> AwaitingCode --receive--> (ReceivedCode) --> InFlight --finish--> Authorized <--> Expired
//!              --authorize--> AwaitingToken --receive--------------------------------------------^             |
//!              --request--------------------------------------> InFlight <---------- refresh, reissue ----------+
//!                                                     journal: InDoubt
//! ```

mod asking;
mod authorized;
mod awaiting_code;
mod awaiting_token;
mod ending;
mod expired;
mod finish_error;
mod follow_up;
mod granted;
mod in_doubt;
mod in_flight;
pub(crate) mod login;
pub(crate) mod opening;
mod received_code;
mod standing;
mod start;
mod unauthorized;

pub use authorized::Authorized;
pub use awaiting_code::AwaitingCode;
pub use awaiting_token::AwaitingToken;
pub(crate) use ending::NO_USER;
pub use expired::Expired;
pub use finish_error::FinishError;
pub use follow_up::OfLogin;
pub use granted::Granted;
pub use in_doubt::InDoubt;
pub use in_flight::InFlight;
pub use login::{AuthorizationUrl, LoginKey};
pub use received_code::ReceivedCode;
pub(crate) use received_code::ReceivedCodeRecord;
pub use standing::Standing;
pub use unauthorized::Unauthorized;
