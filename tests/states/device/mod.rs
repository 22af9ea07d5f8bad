//! Logins on a device without a browser (RFC 8628), one file per state.

mod authorization;
mod awaiting_user;
mod polling;

use oauth_proto::Confidential;

use crate::scenario::{Scenario, for_devices};

fn scenario() -> Scenario<Confidential> {
    Scenario::with(for_devices)
}
