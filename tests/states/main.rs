//! The states, one file each.

#[path = "../scenario/mod.rs"]
mod scenario;

mod authorized;
mod awaiting_code;
mod awaiting_token;
mod expired;
mod in_doubt;
mod in_flight;
mod keeper;
mod keeper_clock;
mod metadata;
mod metadata_places;
mod received_code;
mod scope;
mod session;
mod token_set;
mod unauthorized;
mod wire;
mod words;
