//! A waiting state is made with its state, verifier and URL.
//@ error: E0624
//@ mistake: not made by hand
//@ section: RFC 6749 section 10.12
//@ instead: call `authorize`

use oauth_proto::AwaitingCode;

pub fn forge() -> AwaitingCode {
    AwaitingCode::new(todo!(), None)
}
