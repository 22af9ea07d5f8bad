//! What was pushed is opened once.
//@ error: E0382
//@ mistake: spent: a `request_uri` is good once
//@ section: RFC 9126 section 4
//@ instead: for another, call `push`

use oauth_proto::{Timestamp, par::Pushed};

pub fn open(pushed: Pushed, now: Timestamp) {
    let _ = pushed.authorize(now);
    let _ = pushed.authorize(now);
}
