//! The right to send does not outlive the process that has it.
//@ error: E0277
//@ mistake: whoever loads it could send what was sent
//@ section: RFC 9700 section 4.14.2
//@ instead: drop it, and ask again: `worker.ask(&client, key)`

use oauth_proto::fleet::Sending;

pub fn keep(sending: &Sending<'_>) -> serde_json::Result<String> {
    serde_json::to_string(sending)
}
