//! A poll has one answer.
//@ error: E0382
//@ mistake: spent: a request has one answer
//@ section: RFC 6749 section 5
//@ instead: poll again with what `finish` brought

use oauth_proto::{Outcome, Timestamp, device::Polling};

pub fn twice(polling: Polling, one: Outcome, other: Outcome, now: Timestamp) {
    let _ = polling.finish(one, now);
    let _ = polling.finish(other, now);
}
