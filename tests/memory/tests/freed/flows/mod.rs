//! Whole flows, each under a name. They wipe what is their own, so that what is found is another's.

mod answers;
mod callbacks;
mod devices;
mod grants;
mod logins;
mod registered;
pub mod requests;
mod sessions;
mod stage;
mod stores;

/// Each flow.
pub fn all() -> Vec<(&'static str, fn())> {
    [
        logins::ALL,
        requests::ALL,
        grants::ALL,
        registered::ALL,
        devices::ALL,
        answers::ALL,
        callbacks::ALL,
        stores::ALL,
        sessions::ALL,
    ]
    .concat()
}
