//! A registered client is read, updated and deleted (RFC 7592).

use oauth_proto::{
    ErrorCode, Outcome, Provider, Remedy, Response,
    error::{AnswerFault, EndpointError, EndpointFault, Reason},
    registration::{AuthMethod, ClientFault, Operation, RegisteredClient},
    stored,
};

use crate::{
    registration_scenario::{INFORMATION, provider, registered, registered_as},
    scenario::{answer, at, wire},
};

type Ended = Result<RegisteredClient, EndpointError<RegisteredClient>>;

fn read(client: RegisteredClient, outcome: Outcome) -> Ended {
    client.read(&provider(), at(100)).unwrap().1.finish(outcome)
}

fn update(client: RegisteredClient, outcome: Outcome) -> Ended {
    let metadata = client.metadata().clone();
    client.update(&provider(), &metadata, at(200)).unwrap().1.finish(outcome)
}

fn delete(client: RegisteredClient, outcome: Outcome) -> Result<(), EndpointError<RegisteredClient>> {
    client.delete(&provider(), at(300)).unwrap().1.finish(outcome)
}

fn unconfirmed(client: &RegisteredClient) -> Option<(Operation, oauth_proto::Timestamp)> {
    client.unconfirmed().map(|each| (each.operation, each.sent_at))
}

const URL: &str = "https://id.example/register?client_id=s6BhdRkqt3";
const TOKEN: &str = "Authorization: Bearer reg-23410913\n";

#[test]
fn the_requests() {
    let (request, _) = registered().read(&provider(), at(100)).unwrap();
    assert_eq!(wire(&request), format!("GET {URL}\nAccept: application/json\n{TOKEN}\n"));
    let (request, _) = registered().delete(&provider(), at(100)).unwrap();
    assert_eq!(wire(&request), format!("DELETE {URL}\nAccept: application/json\n{TOKEN}\n"));
    // All that was registered, in the server's own bytes, and the id; nothing that the server has added (section 2.2).
    let client = registered();
    let metadata = client.metadata().clone().with_client_name("New").unwrap().without("client_name#de");
    let (request, _) = client.update(&provider(), &metadata, at(100)).unwrap();
    let body = concat!(
        r#"{"client_id":"s6BhdRkqt3","client_name":"New","redirect_uris":["https://app.example/cb"],"#,
        r#""tenant":{"plan": 7.0},"token_endpoint_auth_method":"client_secret_basic"}"#,
    );
    let head = format!("PUT {URL}\nContent-Type: application/json\nAccept: application/json\n{TOKEN}");
    assert_eq!(wire(&request), format!("{head}\n{body}"));
    assert_eq!(request.contract().origin(), "https://id.example");
}

/// Section 2.2: what comes anew replaces what was there, all at once.
#[test]
fn an_answer_replaces_what_was_known() {
    let new = INFORMATION
        .replace("reg-23410913", "reg-2")
        .replace("cf136dc3c1fc", "secret-2")
        .replace("1800086400", "1800000500")
        .replace("Beispiel", "Neu")
        .replace("/register?client_id=s6BhdRkqt3", "/clients/7");
    let client = read(registered(), answer(200, &new)).unwrap();
    assert_eq!(stored::save(&client), stored::save(&registered_as(&new)));
    let (request, _) = client.read(&provider(), at(100)).unwrap();
    assert!(wire(&request).starts_with("GET https://id.example/clients/7\n"));
    assert!(wire(&request).contains("Bearer reg-2\n"));

    // What a server does not repeat stays, but for the metadata: those are whole.
    let client = update(registered(), answer(200, r#"{"client_id":"s6BhdRkqt3"}"#)).unwrap();
    assert_eq!(client.client_secret().unwrap().expose(), "cf136dc3c1fc");
    assert_eq!((client.secret_expires_at(), client.issued_at()), (Some(at(86_400)), Some(at(0))));
    assert_eq!(client.metadata().names().count(), 0);
    assert!(wire(&client.read(&provider(), at(100)).unwrap().0).contains(TOKEN));
    let client = read(registered(), answer(200, r#"{"client_id":"s6BhdRkqt3","client_secret_expires_at":0}"#)).unwrap();
    assert_eq!(client.secret_expires_at(), None, "the same secret, for ever");
    // A secret of which the server does not say when it ends: the same ends when it was said, another one nobody knows when.
    for (secret, end) in [("cf136dc3c1fc", Some(at(86_400))), ("secret-2", None)] {
        let body = format!(r#"{{"client_id":"s6BhdRkqt3","client_secret":"{secret}"}}"#);
        let client = read(registered(), answer(200, &body)).unwrap();
        assert_eq!((client.client_secret().unwrap().expose(), client.secret_expires_at()), (secret, end));
    }

    // A client that became public has no secret any more.
    let public = r#"{"client_id":"s6BhdRkqt3","token_endpoint_auth_method":"none","client_secret_expires_at":7}"#;
    let client = update(registered(), answer(200, public)).unwrap();
    assert!(client.client_secret().is_none() && client.secret_expires_at().is_none());
    assert_eq!(client.metadata().auth_method(), AuthMethod::None);
}

#[test]
fn where_each_ending_leads() {
    let other_id = INFORMATION.replace("s6BhdRkqt3", "theirs");
    let error = |code: &str| format!(r#"{{"error":"{code}"}}"#);
    // Each outcome, and whether the server may have acted.
    let outcomes: [(fn() -> Outcome, bool); 4] = [
        (|| Outcome::not_sent("dns"), false),
        (|| Outcome::lost("reset"), true),
        (|| Response::new(200, [("Content-Type", "text/html")], "").into(), true),
        (|| Response::new(307, [("Location", "https://evil.example/")], "").into(), true),
    ];
    let before = stored::save(&registered());
    for (outcome, acted) in outcomes {
        let client = read(registered(), outcome()).unwrap_err().into_origin();
        assert_eq!(unconfirmed(&client), acted.then_some((Operation::Read, at(100))));
        let client = update(registered(), outcome()).unwrap_err().into_origin();
        assert_eq!(unconfirmed(&client), acted.then_some((Operation::Update, at(200))));
        let client = delete(registered(), outcome()).unwrap_err().into_origin();
        assert_eq!(unconfirmed(&client), acted.then_some((Operation::Delete, at(300))));
        if !acted {
            assert_eq!(stored::save(&client), before);
        }
    }
    for status in [400, 401, 403, 404, 405, 429] {
        let ended = delete(registered(), answer(status, &error("invalid_token"))).unwrap_err();
        assert!(matches!(ended.fault(), EndpointFault::Refused(response) if response.status == Some(status)));
        assert_eq!(stored::save(&ended.into_origin()), before, "{status}");
    }
    for status in [200, 202, 301, 408, 500, 503] {
        let client = delete(registered(), answer(status, "")).unwrap_err().into_origin();
        assert_eq!(unconfirmed(&client), Some((Operation::Delete, at(300))), "{status}");
    }
    let ended = delete(registered(), answer(400, &error("server_error"))).unwrap_err();
    assert_eq!(ended.remedy(), Remedy::Retry { after: None });
    assert!(ended.into_origin().unconfirmed().is_some());
    assert!(delete(registered(), Response::new(204, [("", ""); 0], "").into()).is_ok());

    // A refusal with the status of success is one, and an answer about another client is none.
    let ended = update(registered(), answer(200, &error("invalid_client_metadata"))).unwrap_err();
    let EndpointFault::Refused(response) = ended.fault() else { panic!("{ended}") };
    assert_eq!(response.code, ErrorCode::Other("invalid_client_metadata".into()));
    assert_eq!(stored::save(&ended.into_origin()), before);
    let ended = read(registered(), answer(200, &other_id)).unwrap_err();
    assert!(matches!(ended.fault(), EndpointFault::Unreadable(AnswerFault::Malformed("client_id"))), "{ended}");
    let client = ended.into_origin();
    assert_eq!((client.client_id(), client.client_secret().unwrap().expose()), ("s6BhdRkqt3", "cf136dc3c1fc"));
    let half = read(registered(), answer(200, &INFORMATION.replace("1800086400", "-1"))).unwrap_err().into_origin();
    assert_eq!(half.metadata().json("tenant"), registered().metadata().json("tenant"), "nothing of it is taken");
    assert!(read(registered(), answer(201, INFORMATION)).unwrap_err().into_origin().unconfirmed().is_some());
}

/// What may have changed more is not forgotten for what changes less.
#[test]
fn the_graver_doubt_stays() {
    let lost = || Outcome::lost("reset");
    let client = update(registered(), lost()).unwrap_err().into_origin();
    let client = read(client, lost()).unwrap_err().into_origin();
    assert_eq!(unconfirmed(&client), Some((Operation::Update, at(200))));
    let client = read(client, answer(403, "")).unwrap_err().into_origin();
    assert_eq!(unconfirmed(&client), Some((Operation::Update, at(200))), "a refusal tells nothing of it");
    let client = delete(client, lost()).unwrap_err().into_origin();
    assert_eq!(unconfirmed(&client), Some((Operation::Delete, at(300))));
    let client: RegisteredClient = stored::load(stored::save(&client).as_bytes()).unwrap();
    let client = update(client, lost()).unwrap_err().into_origin();
    assert_eq!(unconfirmed(&client), Some((Operation::Delete, at(300))));
    let client = read(client, answer(200, INFORMATION)).unwrap();
    assert_eq!(stored::save(&client), stored::save(&registered()), "it is there, and all is known");
}

#[test]
fn the_journal_is_the_client_that_knows_of_the_request() {
    let metadata = registered().metadata().clone();
    let read = stored::save(&registered().read(&provider(), at(1)).unwrap().1);
    let update = stored::save(&registered().update(&provider(), &metadata, at(2)).unwrap().1);
    let delete = stored::save(&registered().delete(&provider(), at(3)).unwrap().1);
    for (row, expected) in
        [(read, (Operation::Read, at(1))), (update, (Operation::Update, at(2))), (delete, (Operation::Delete, at(3)))]
    {
        let client: RegisteredClient = stored::load(row.as_bytes()).unwrap();
        assert_eq!((unconfirmed(&client), stored::save(&client)), (Some(expected), row));
    }
}

#[test]
fn where_a_request_may_not_go_it_is_not_made() {
    let fault = |client: RegisteredClient, provider: &Provider| {
        let row = stored::save(&client);
        let error = client.read(provider, at(0)).unwrap_err();
        let fault = error.fault().clone();
        assert_eq!(stored::save(&error.into_client()), row, "the client is as it was");
        fault
    };
    let at_uri = |uri: &str| registered_as(&INFORMATION.replace(URL, uri));
    for uri in ["http://id.example/c", "ftp://id.example/c", "/c", "https://user@id.example/c", "https://id.example/#c"]
    {
        let found = fault(at_uri(uri), &provider());
        let ClientFault::Config(error) = found else { panic!("{uri}: {found}") };
        assert_eq!(error.field(), "registration_client_uri", "{uri}");
    }
    for uri in ["https://id.example.evil/c", "https://id.example:444/c", "https://evil.example/id.example"] {
        assert_eq!(fault(at_uri(uri), &provider()), ClientFault::ForeignOrigin, "{uri}");
    }
    assert!(at_uri("https://ID.example:443/c").read(&provider(), at(0)).is_ok(), "another spelling of one origin");
    // A provider whose data does not say where clients register has no origin to compare with.
    assert_eq!(fault(registered(), &crate::scenario::provider()), ClientFault::ForeignOrigin);

    let mut approved = at_uri("https://clients.example/c");
    assert_eq!(approved.approve_management_origin("clients.example").unwrap_err().field(), "origin");
    approved.approve_management_origin("https://other.example").unwrap();
    assert_eq!(fault(approved, &provider()), ClientFault::ForeignOrigin);
    let mut approved = at_uri("https://clients.example/c");
    approved.approve_management_origin("https://clients.example/anything").unwrap();
    let (_, reading) = approved.read(&provider(), at(0)).unwrap();
    // An answer that names yet another place is believed, and the approval is not for it.
    let moved = INFORMATION.replace(URL, "https://third.example/c");
    let moved = reading.finish(answer(200, &moved)).unwrap();
    assert_eq!(moved.registration_client_uri(), Some("https://third.example/c"));
    assert_eq!(fault(moved, &provider()), ClientFault::ForeignOrigin);

    let mut broken = provider();
    broken.limits.members = 0;
    let ClientFault::Config(error) = fault(registered(), &broken) else { panic!() };
    assert_eq!((error.field(), error.reason()), ("limits.members", &Reason::OutOfRange { min: 1, max: u32::MAX }));
    let long = registered().metadata().clone().with_member("x", &format!("\"{}\"", "x".repeat(70_000))).unwrap();
    let error = registered().update(&provider(), &long, at(0)).unwrap_err();
    assert!(matches!(error.fault(), ClientFault::Config(error) if error.field() == "client_metadata"));
    assert_eq!(stored::save(&error.into_client()), stored::save(&registered()));
}
