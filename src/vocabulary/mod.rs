//! The words of the protocol: small values that every other room uses and that know nothing of them.

mod by_name;
pub(crate) mod date;
mod encoding;
mod endpoint;
mod entropy;
pub(crate) mod extras;
pub(crate) mod form;
pub(crate) mod grammar;
mod hash;
pub(crate) mod json_text;
mod limits;
pub(crate) mod millis;
mod pkce;
mod redirect_uri;
mod repeats;
mod resources;
mod scope;
pub(crate) mod secret;
mod shared;
mod template;
mod time;
mod url_text;
mod wiped;

pub(crate) use by_name::ByName;
pub(crate) use encoding::Encoding;
pub(crate) use endpoint::{Endpoint, Plaintext, origin_of};
pub use entropy::Entropy;
#[cfg(feature = "os-entropy")]
pub use entropy::EntropyError;
pub use extras::Extras;
pub(crate) use extras::{MAX_EXTRA, MAX_EXTRAS};
pub(crate) use hash::sha256;
pub use limits::Limits;
pub(crate) use limits::length;
pub(crate) use pkce::challenge as pkce_challenge;
pub use pkce::{CodeChallenge, CodeVerifier};
pub use redirect_uri::RedirectUri;
pub(crate) use repeats::{repeated_name, repeats};
pub(crate) use resources::Resources;
pub use scope::Scope;
pub(crate) use scope::{MAX_SCOPE, Told};
pub use secret::Secret;
pub(crate) use shared::Shared;
pub(crate) use template::{Piece, Template};
pub(crate) use time::Span;
pub use time::Timestamp;
#[cfg(feature = "device")]
pub(crate) use url_text::is_web_url;
pub(crate) use url_text::query_names;
pub(crate) use wiped::{Wiped, append, reserve, wipe, wipe_text};
