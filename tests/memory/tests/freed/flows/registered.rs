//! Clients that register themselves, and are managed.

use oauth_proto::{
    Outcome,
    registration::{ClientMetadata, RegisteredClient, RegistrationInDoubt},
    stored,
};
use oauth_proto_memory::secrets::{BODY, CLIENT_SECRET, EXTRA, INITIAL_TOKEN, REGISTRATION_TOKEN, STATEMENT};
use zeroize::Zeroizing;

use super::stage::*;

pub const ALL: &[(&str, fn())] = &[("a registration", registers), ("a registered client", managed)];

fn metadata() -> ClientMetadata {
    let metadata = registration_scenario::metadata().with_software_statement(&STATEMENT.into()).unwrap();
    metadata.with_member("hook", &text(&["\"", EXTRA, "\""])).unwrap()
}

/// An answer that brings all that can be secret; some of it has to be decoded first.
fn information(status: u16) -> Outcome {
    let secret = with_escape(CLIENT_SECRET);
    let members = [
        "{\"client_id\":\"app\",\"client_secret_expires_at\":0,\"client_secret\":\"",
        &secret,
        "\",\"registration_client_uri\":\"https://id.example/register\",\"registration_access_token\":\"",
        REGISTRATION_TOKEN,
        "\",\"software_statement\":\"",
        STATEMENT,
        "\",\"hook\":\"",
        EXTRA,
        "\"}",
    ];
    json(status, &members)
}

fn registered() -> RegisteredClient {
    registration_scenario::registering().1.finish(information(201)).unwrap()
}

fn registers() {
    let provider = registration_scenario::provider();
    let outcomes: [fn() -> Outcome; 5] = [
        || information(201),
        || information(500),
        || json(201, &["{\"client_id\":7,\"client_secret\":\"", CLIENT_SECRET, "\"}"]),
        || json(400, &["{\"error\":\"invalid_client_metadata\",\"x\":\"", BODY, "\"}"]),
        || Outcome::lost("reset"),
    ];
    for outcome in outcomes {
        let (request, registering) = provider.register(&metadata(), Some(&INITIAL_TOKEN.into()), at(0)).unwrap();
        drop(request.into_parts());
        let row = Zeroizing::new(stored::save(&registering));
        drop(stored::load::<RegistrationInDoubt>(row.as_bytes()).unwrap().into_metadata());
        drop(registering.finish(outcome()));
    }
}

fn managed() {
    let provider = registration_scenario::provider();
    let row = Zeroizing::new(stored::save(&registered()));
    let client: RegisteredClient = stored::load(row.as_bytes()).unwrap();
    drop(client.client(provider.clone()).unwrap());
    let (request, reading) = client.read(&provider, at(0)).unwrap();
    drop(request);
    let client = reading.finish(information(200)).unwrap();
    let (request, updating) = client.update(&provider, &metadata(), at(0)).unwrap();
    drop(request.into_parts());
    drop(Zeroizing::new(stored::save(&updating)));
    let client = updating.finish(json(400, &[BODY])).unwrap_err().into_origin();
    let (request, deleting) = client.delete(&provider, at(0)).unwrap();
    drop(request);
    deleting.finish(json(204, &[])).unwrap();
}
