//! A request is sent once.
//@ error: E0382
//@ mistake: spent: codes and refresh tokens are sent once
//@ section: RFC 6749 section 4.1.2
//@ instead: `finish` it, then call `retry`

use oauth_proto::Request;

pub fn send(request: Request) {
    drop(request.into_parts());
    drop(request.into_parts());
}
