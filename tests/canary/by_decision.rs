//! What is shown by decision. Each of these tests fails when the decision changes.

use oauth_proto::{FinishError, Outcome, Response};

use crate::{
    logins, registered,
    secrets::{BODY, NEW_ACCESS_TOKEN, VARIABLE},
    shown::Shown,
    stage::full_provider,
};

/// A server may repeat what it was sent; its words go to who reads the log, for they are why nothing works. What else
/// stands in its answer does not.
#[test]
fn a_servers_words_are_shown_and_nothing_else_of_its_answer() {
    let body = format!(
        r#"{{"error":"invalid_request","error_description":"{BODY}","error_uri":"x","refresh_token":"{NEW_ACCESS_TOKEN}"}}"#
    );
    let answer = Response::new(400, [("Content-Type", "application/json")], body);
    let error = logins::in_flight().1.finish(answer.into()).unwrap_err();
    let mut shown = Shown::new();
    shown.error(&error);
    assert_eq!(
        shown.leaks(),
        [
            "FinishError shows by {:#?} the body, as Plain",
            "FinishError shows by {:#} the body, as Plain",
            "FinishError shows by {:?} the body, as Plain",
            "FinishError shows by {} the body, as Plain",
        ]
    );
}

/// A transport's error is the caller's own value. Our words do not repeat it; it is the source, and `Debug` shows it.
#[test]
fn a_transports_error_is_shown_as_the_source() {
    for outcome in [Outcome::lost, Outcome::not_sent] {
        let error = logins::in_flight().1.finish(outcome(format!("https://id.example/token?code={BODY}"))).unwrap_err();
        assert!(matches!(error, FinishError::InDoubt { .. } | FinishError::NotSent { .. }));
        let mut shown = Shown::new();
        shown.error(&error);
        assert_eq!(
            shown.leaks(),
            [
                "FinishError shows by source the body, as Plain",
                "FinishError shows by {:#?} the body, as Plain",
                "FinishError shows by {:?} the body, as Plain",
            ]
        );
    }
}

/// A provider file is written by serde, and read back: it has its variables, and nothing else that is secret.
#[test]
fn a_provider_is_written_with_its_variables() {
    let provider = full_provider();
    let mut shown = Shown::new();
    shown.serialize(&provider);
    assert_eq!(shown.leaks(), ["Provider shows by serde the variable, as Plain"]);
    let file = serde_json::to_string(&provider).unwrap();
    assert_eq!(oauth_proto::Provider::from_json(&file).unwrap().variables["key"], VARIABLE);
}

/// Client metadata are what a client says to a server: serde writes that, and `Debug` the names alone.
#[test]
fn client_metadata_are_written_with_what_they_say() {
    let mut shown = Shown::new();
    shown.serialize(&registered::metadata());
    let leaks = shown.leaks();
    assert!(leaks.contains(&"ClientMetadata shows by serde the software statement, as Plain"), "{leaks:?}");
    assert!(leaks.iter().all(|leak| leak.starts_with("ClientMetadata shows by serde ")), "{leaks:?}");
}
