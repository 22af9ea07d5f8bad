//! The states, one file each.

#[path = "../scenario/devices.rs"]
mod devices;
#[path = "../scenario/registration.rs"]
mod registration_scenario;
#[path = "../scenario/mod.rs"]
mod scenario;

mod asking;
mod authorized;
mod awaiting_code;
mod awaiting_token;
mod challenged;
mod device;
mod expired;
mod extension_grants;
mod fleet;
mod in_doubt;
mod in_flight;
mod introspection;
mod keeper;
mod keeper_clock;
mod keeper_late;
mod keeper_waits;
mod metadata;
mod metadata_places;
mod pushed;
mod received_code;
mod registered_client;
mod registration;
mod revocation;
mod scope;
mod token_exchange;
mod token_set;
mod unauthorized;
mod values;
mod ways_back;
mod wire;
mod words;
