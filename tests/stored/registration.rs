//! A registered client, and a registration of which nobody knows.

use oauth_proto::{
    Outcome,
    registration::{Operation, RegisteredClient, RegistrationInDoubt},
    stored::{self, MAX_BYTES},
};

use crate::{
    golden,
    registration_scenario::{INFORMATION, metadata, provider, registered, registered_as, registering},
    scenario::{answer, at, wire},
};

/// With all that can be there.
pub fn full() -> RegisteredClient {
    let mut client = registered();
    client.approve_management_origin("https://clients.example").unwrap();
    let metadata = client.metadata().clone();
    let (_, updating) = client.update(&provider(), &metadata, at(10)).unwrap();
    updating.finish(Outcome::lost("reset")).unwrap_err().into_origin()
}

/// With nothing that can be left out.
pub fn least() -> RegisteredClient {
    registered_as(r#"{"client_id":"s6BhdRkqt3"}"#)
}

#[test]
fn what_was_read_goes_on() {
    let client: RegisteredClient = stored::load(golden("registered_client").as_bytes()).unwrap();
    let unconfirmed = client.unconfirmed().unwrap();
    assert_eq!((unconfirmed.operation, unconfirmed.sent_at), (Operation::Update, at(10)));
    assert!(client.client(provider()).is_ok() && client.is_expired(at(86_400)));
    let (request, reading) = client.read(&provider(), at(20)).unwrap();
    assert_eq!(wire(&request), wire(&registered().read(&provider(), at(20)).unwrap().0));
    let client = reading.finish(answer(200, INFORMATION)).unwrap();
    assert_eq!(client.unconfirmed(), None);

    let least: RegisteredClient = stored::load(golden("registered_client_least").as_bytes()).unwrap();
    assert!(least.client(provider()).is_ok() && !least.is_manageable());
    let in_doubt: RegistrationInDoubt = stored::load(golden("registering").as_bytes()).unwrap();
    assert_eq!(in_doubt.sent_at(), at(0));
    let (request, _) = provider().register(&in_doubt.into_metadata(), None, at(9)).unwrap();
    assert_eq!(wire(&request), wire(&registering().0));
}

/// What a row may not hold, for no request can be made of it.
#[test]
fn a_row_that_was_changed_is_refused() {
    let row = golden("registered_client");
    for (old, new) in [
        ("reg-23410913", "reg 23410913"),
        ("reg-23410913", ""),
        ("cf136dc3c1fc", ""),
        (r#""client_id":"s6BhdRkqt3","client_secret"#, r#""client_id":"","client_secret"#),
        (r#""client_id":"s6BhdRkqt3","client_secret"#, r#""client_id":"ä","client_secret"#),
        (r#"\"client_name\":"#, r#"\"client_name\""#),
        (r#"\"client_name\":"#, r#"\"redirect_uris\":[],\"client_name\":"#),
        (r#"[\"https"#, r#"\"https"#),
        (r#""operation":"update""#, r#""operation":"rename""#),
        ("1800000010000", "-1"),
    ] {
        let changed = row.replacen(old, new, 1);
        assert_ne!(changed, row, "{old}");
        assert!(stored::load::<RegisteredClient>(changed.as_bytes()).is_err(), "{old}");
    }
    // What a server adds is no metadata, wherever it comes from.
    let added = row.replacen(r#"{\"client_name"#, r#"{\"client_id\":\"theirs\",\"client_name"#, 1);
    let client: RegisteredClient = stored::load(added.as_bytes()).unwrap();
    assert_eq!((client.client_id(), client.metadata().json("client_id")), ("s6BhdRkqt3", None));
}

#[test]
fn the_longest_is_read_again() {
    let mut provider = provider();
    provider.name = "\"".repeat(1024);
    provider.limits.response_bytes = 4_000_000;
    provider.limits.members = 100_000;
    provider.limits.json_depth = 127;
    let token = r#"\""#.repeat(64 * 1024);
    let id = r#"\""#.repeat(1024);
    let uri = r#"\""#.repeat(8192);
    let deep = format!("{}{}", "[".repeat(125), "]".repeat(125));
    // Each pair of bytes is four in the row.
    let long = r#"\""#.repeat(32_000);
    let body = format!(
        r#"{{"client_id":"{id}","client_secret":"{token}","client_secret_expires_at":1e300,"client_id_issued_at":1e300,
        "registration_access_token":"{token}","registration_client_uri":"{uri}","deep":{deep},"long":"{long}"}}"#
    );
    let (_, registering) = provider.register(&metadata(), None, at(0)).unwrap();
    let client = registering.finish(answer(201, &body)).unwrap();
    let row = stored::save(&client);
    assert!(row.len() <= MAX_BYTES, "{} bytes", row.len());
    let back: RegisteredClient = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&back), row);
    assert!(row.len() > MAX_BYTES * 3 / 4, "{} bytes: this is not the longest", row.len());
}
