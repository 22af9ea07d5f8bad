//! Logins on a device without a browser (RFC 8628), one file per state.

mod authorization;
mod awaiting_user;
mod polling;

use oauth_proto::Confidential;

use crate::{devices::for_devices, scenario::Scenario};

fn scenario() -> Scenario<Confidential> {
    Scenario::with(for_devices)
}
