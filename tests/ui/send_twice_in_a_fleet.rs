//! A request of a fleet goes out once, and its answer is taken in once.
//@ error: E0382
//@ rustc's own words: a state is consumed by what came of it, and rustc names the move.

use oauth_proto::{
    Outcome,
    fleet::{Moment, Sending, Step},
};

pub fn both<'a>(sending: Sending<'a>, one: Outcome, other: Outcome, now: Moment) -> (Step<'a>, Step<'a>) {
    (sending.finish(one, now), sending.finish(other, now))
}
