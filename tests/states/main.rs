//! The states, one file each.

#[path = "../scenario/mod.rs"]
mod scenario;

mod authorized;
mod awaiting_code;
mod awaiting_token;
mod expired;
mod extension_grants;
mod in_doubt;
mod in_flight;
mod keeper;
mod keeper_clock;
mod received_code;
mod scope;
mod session;
mod token_exchange;
mod token_set;
mod unauthorized;
mod wire;
mod words;
