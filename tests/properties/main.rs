//! What holds for every input, one file per subject. The name of each property is its invariant.

#[path = "../scenario/devices.rs"]
mod devices;
#[path = "../scenario/registration.rs"]
mod registration_scenario;
#[path = "../scenario/mod.rs"]
mod scenario;

// What the properties are made with.
mod json;
mod knobs;
mod wire;

mod asking;
mod authorization_url;
mod callback;
mod device;
mod dialect_file;
mod error_response;
mod extension_grants;
mod extras;
mod form;
mod keeper;
mod limits;
mod machine;
mod metadata;

mod origin;
mod outcome;
mod proof;
mod pushed;
mod redirect_uri;
mod registration;
mod request;
mod scope;
mod secret;
mod stored_state;
mod template;
mod time;
mod token_response;

use proptest::prelude::*;

/// With `PROPTEST_CASES`, so many cases; without, as many as are over in seconds.
fn config() -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig { cases: 64, ..config },
    }
}

/// For inputs of hundreds of kilobytes: a sixteenth of the cases.
fn config_of_long_inputs() -> ProptestConfig {
    let config = config();
    ProptestConfig { cases: config.cases.div_ceil(16), ..config }
}

/// `1*VSCHAR`: the grammar of tokens, codes and states.
const VSCHARS: &str = "[ -~]{1,40}";
/// A client's secret: any text that is not empty.
const SECRET: &str = "\\PC{1,30}|.{1,9}";
const SCOPE_TOKEN: &str = "[!#-\\[\\]-~]{1,8}";
