//! Whole flows, each under a name. They wipe what is their own, so that what is found is another's.

mod answers;
mod callbacks;
mod devices;
mod logins;
mod requests;
mod sessions;
mod stage;
mod stores;

/// Each flow.
pub fn all() -> Vec<(&'static str, fn())> {
    [logins::ALL, requests::ALL, answers::ALL, callbacks::ALL, devices::ALL, stores::ALL, sessions::ALL].concat()
}
