//! Each worker of a fleet knows its own claims.
//@ error: E0277
//@ mistake: two of the same would take each other's claims for their own
//@ section: RFC 9700 section 4.14.2
//@ instead: share it: `&worker` serves any number of tasks

use oauth_proto::fleet::Worker;

pub fn another(worker: &Worker) -> Worker {
    worker.clone()
}
