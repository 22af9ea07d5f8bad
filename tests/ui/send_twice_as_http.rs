//! A request is sent once, also by the types of the `http` crate.
//@ error: E0382
//@ rustc's own words: a value that moves into an argument is explained without showing a line of ours; `clone_request` is the next step, and says it

use oauth_proto::Request;

pub fn send(request: Request) {
    let _ = http::Request::try_from(request);
    let _ = http::Request::try_from(request);
}
