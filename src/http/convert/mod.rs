//! To and from the types of the `http` crate (feature `http`).
//!
//! That crate wipes nothing. Bodies and URLs move over without a copy; the values of header fields are copied, since it
//! takes none that is wiped. What happens to them from there on is the HTTP library's.

mod callback;
mod header;
mod messages;
mod uri;
