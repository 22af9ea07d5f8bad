//! The states, one file each.

#[path = "../scenario/devices.rs"]
mod devices;
#[path = "../scenario/mod.rs"]
mod scenario;

mod authorized;
mod awaiting_code;
mod awaiting_token;
mod device;
mod expired;
mod in_doubt;
mod in_flight;
mod introspection;
mod keeper;
mod keeper_clock;
mod received_code;
mod revocation;
mod scope;
mod token_set;
mod unauthorized;
mod wire;
mod words;
