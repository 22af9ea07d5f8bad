//! A waiting state is made with its state, verifier and URL.
//@ error: none
//@ rustc's own words: a literal with private fields is explained without showing a line of ours; it advises `new`, and `forge_state` says it

use oauth_proto::AwaitingCode;

pub fn forge() -> AwaitingCode {
    AwaitingCode { verifier: None }
}
