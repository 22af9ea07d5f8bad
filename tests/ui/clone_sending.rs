//! The right to send a refresh token exists once in a fleet.
//@ error: E0277
//@ mistake: it is the right to send a refresh token once
//@ section: RFC 9700 section 4.14.2
//@ instead: worker.ask(&client, key)

use oauth_proto::fleet::Sending;

pub fn share<'a>(sending: &Sending<'a>) -> Sending<'a> {
    sending.clone()
}
