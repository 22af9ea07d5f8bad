//! A Redis whose replica may take over can forget that somebody is sending.
//@ error: E0277
//@ mistake: this store may forget that somebody is sending
//@ section: RFC 9700 section 4.14.2
//@ instead: Worker::at_best_effort(entropy, policy, store, envelope)

use oauth_proto::{
    Entropy,
    fleet::{InClear, Policy, Worker, stores::REDIS},
};

pub fn worker(entropy: Entropy, policy: Policy) -> Worker {
    Worker::new(entropy, policy, REDIS.replicated().guarantee, InClear)
}
