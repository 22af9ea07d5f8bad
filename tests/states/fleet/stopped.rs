//! Why there is no token: it says what to do, and shows no secret.

use std::error::Error;

use oauth_proto::{
    Remedy,
    fleet::{NotStored, Stopped},
};

use super::*;

#[track_caller]
fn says(stopped: &Stopped, remedy: Remedy, words: &[&str]) {
    let text = stopped.to_string();
    for word in words {
        assert!(text.contains(word), "{text:?} does not say {word:?}");
    }
    assert_eq!(stopped.remedy(), remedy);
    for shown in [text, format!("{stopped:?}")] {
        assert!(!["tok3n", "s3cret"].iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}

/// Tokens whose texts stand in nothing by chance, over at 3600 s, and one request for them.
fn sent(outcome: Outcome) -> (Store, Stopped) {
    let (mut store, client, worker) = (Store::default(), client(), worker(1, strict()));
    let set = client.import_refreshable_tokens_from_elsewhere("tok3n-A".into(), "tok3n-R".into(), Some(at(3600)));
    let step = store.read(worker.log_in(&client, "alice", set.unwrap()), now(0));
    drop(store.swap(step, now(0)));
    let step = store.claim(&worker, &client, now(3600)).finish(outcome, now(3600));
    let stopped = to_stop(store.swap(step, now(3600)));
    (store, stopped)
}

#[test]
fn each_says_what_to_do() {
    says(&Stopped::Absent, Remedy::LogIn, &["no record", "log in"]);
    let (_, dead) = sent(answer(400, r#"{"error":"invalid_grant","error_description":"old"}"#));
    says(&dead, Remedy::LogIn, &["log in again", "invalid_grant"]);
    let (mut store, doubt) = sent(Outcome::lost("reset"));
    says(&doubt, Remedy::Decide, &["may have arrived", "`Worker::decide`, or log in again"]);
    let busy = oauth_proto::Response::new(429, [("Retry-After", "900")], "");
    let (_, not_yet) = sent(busy.into());
    let fifteen = std::time::Duration::from_secs(900);
    says(
        &not_yet,
        Remedy::Retry { after: Some(fifteen) },
        &["not to be asked before 2027-01-15T09:15:00Z", "again in 15 min"],
    );

    let (client, worker) = (client(), worker(3, strict()));
    let spare = client.import_refreshable_tokens_from_elsewhere("tok3n-B".into(), "tok3n-S".into(), None).unwrap();
    store.0.as_mut().unwrap().bytes.truncate(3);
    let unreadable = to_stop(store.read(worker.ask(&client, "alice"), now(3601)));
    says(&unreadable, Remedy::Fix, &["cannot be read", "stands as it is", "no record of a fleet"]);
    assert!(unreadable.source().is_none(), "it says all by itself");
    let kept = to_stop(store.read(worker.log_in(&client, "alice", spare), now(3601)));
    says(&kept, Remedy::Fix, &["not in the store", "keep them"]);
}

#[test]
fn what_was_taken_away_says_to_revoke_the_tokens() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let swapping = to_swap(store.claim(&worker, &client, now(3600)).finish(issued(2), now(3601)));
    store.0 = None;
    let swap = store.takes(&swapping);
    let oauth_proto::fleet::Step::Get(getting) = swapping.finish(swap, now(3602)) else { panic!() };
    let stopped = to_stop(store.read(getting, now(3602)));
    assert!(matches!(stopped, Stopped::NotStored { why: NotStored::Removed, .. }));
    says(&stopped, Remedy::LogIn, &["removed while a renewal was under way", "revoke them"]);
}
