//! Whether an exchange brought an access token is asked first.
//@ error: E0277
//@ mistake: what an exchange brought may be no access token: which it is is the server's choice
//@ section: RFC 8693 section 2.2.1
//@ instead: match it: of an `Exchanged::AccessToken`, match the `Granted` in turn

use oauth_proto::{AnyClient, extension_grants::Exchanged};

pub fn call(exchanged: &Exchanged, client: &AnyClient) {
    let _ = exchanged.header_for(client, "https://api.example.com/me");
}
