//! Claiming: the right to send is given once, whatever the store says and when.

use oauth_proto::fleet::{Record, Step, Stopped, Swap};

use super::*;

#[test]
fn two_claims_are_never_the_same() {
    let (store, client) = (Store::with(3600), client());
    let workers = [worker(1, strict()), worker(2, strict()), worker(3, strict())];
    let mut claims = std::collections::BTreeSet::new();
    for worker in &workers {
        for _ in 0..100 {
            let swapping = to_swap(store.read(worker.ask(&client, "alice"), now(3600)));
            assert!(claims.insert(swapping.bytes().to_vec()), "a claim comes twice");
        }
    }
}

#[test]
fn who_finds_anothers_claim_does_not_send() {
    for told in [true, false] {
        let (mut store, client) = (Store::with(3600), client());
        let (one, other) = (worker(1, strict()), worker(2, strict()));
        let [first, second] = [&one, &other].map(|each| to_swap(store.read(each.ask(&client, "alice"), now(3600))));
        let swap = store.takes(&first);
        drop(to_send(first.finish(swap, now(3600))));
        let Swap::Conflict(found) = store.takes(&second) else { panic!("it was replaced twice") };
        let step = second.finish(Swap::Conflict(found.filter(|_| told)), now(3600));
        let step = match step {
            Step::Get(getting) => store.read(getting, now(3600)),
            step => step,
        };
        assert!(matches!(step, Step::Sleep(_)), "{step:?}");
    }
}

/// Another ask of the same worker is another.
#[test]
fn a_claim_of_another_ask_is_none_of_ones_own() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let [first, second] = [0, 1].map(|_| to_swap(store.read(worker.ask(&client, "alice"), now(3600))));
    let swap = store.takes(&first);
    drop(to_send(first.finish(swap, now(3600))));
    let found = store.takes(&second);
    assert!(matches!(second.finish(found, now(3600)), Step::Sleep(_)));
}

#[test]
fn what_the_store_did_not_answer_is_tried_again_byte_for_byte() {
    let (store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let first = to_swap(store.read(worker.ask(&client, "alice"), now(3600)));
    let before = (first.expected().cloned(), first.bytes().to_vec(), first.revision());
    let (wait, step) = to_sleep(first.finish(Swap::Unknown, now(3602)));
    assert!(!wait.is_zero());
    let again = to_swap(step);
    assert_eq!((again.expected().cloned(), again.bytes().to_vec(), again.revision()), before);
}

/// It was applied, and the store did not say so: the second try finds the claim, and sends, once.
#[test]
fn a_claim_that_was_applied_unheard_is_a_permit() {
    for told in [true, false] {
        let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
        let first = to_swap(store.read(worker.ask(&client, "alice"), now(3600)));
        assert!(matches!(store.takes(&first), Swap::Applied(_)));
        let again = to_swap(to_sleep(first.finish(Swap::Unknown, now(3602))).1);
        let Swap::Conflict(found) = store.takes(&again) else { panic!("it was replaced twice") };
        let step = match again.finish(Swap::Conflict(found.filter(|_| told)), now(3603)) {
            Step::Get(getting) => store.read(getting, now(3603)),
            step => step,
        };
        drop(to_send(step));
    }
}

#[test]
fn a_permit_that_is_too_old_is_noted_as_not_used() {
    for (late, sends) in [(5, true), (6, false)] {
        let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
        let swapping = to_swap(store.read(worker.ask(&client, "alice"), now(3600)));
        let swap = store.takes(&swapping);
        // The time of day is of no account.
        let paused = Moment { wall: at(3600), monotonic: now(3600 + late).monotonic };
        let step = swapping.finish(swap, paused);
        if sends {
            drop(to_send(step));
            continue;
        }
        let step = store.swap(step, paused);
        let header = store.header();
        assert_eq!((&header["sending"], &header["presented"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        // It claims anew, and not at once: a store may always be slower than that.
        assert_eq!(to_sleep(step).0, Duration::from_secs(1));
    }
}

#[test]
fn a_record_that_was_taken_away_is_not_claimed() {
    let (store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let swapping = to_swap(store.read(worker.ask(&client, "alice"), now(3600)));
    let Step::Get(getting) = swapping.finish(Swap::Conflict(None), now(3600)) else { panic!() };
    assert!(matches!(to_stop(getting.finish(Found::Absent, now(3600))), Stopped::Absent));
}

#[test]
fn revisions_grow_and_generations_do_not_go_back() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, leeway(60)));
    let mut before = (0, 0);
    for turn in 0..5 {
        let time = now(3600 * (turn + 1));
        let step = store.read(worker.ask(&client, "alice"), time);
        let step = to_send(store.swap(step, time)).1.finish(issued(2), time);
        drop(store.swap(step, time));
        let header = store.header();
        let after = (header["revision"].as_u64().unwrap(), header["generation"].as_u64().unwrap());
        assert!(after.0 == before.0 + 2 || turn == 0);
        assert_eq!(after.1, before.1 + 1);
        before = after;
    }
}

#[test]
fn a_first_revision_is_later_than_all_before_a_logout() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let old = to_swap(store.read(worker.ask(&client, "alice"), now(3600)));
    store.0 = None;
    let login = worker.log_in(&client, "alice", tokens(5, 9000)).finish(store.found(), now(3601));
    assert!(uses(store.swap(login, now(3601)), "A5"));
    assert!(store.header()["revision"].as_u64().unwrap() > old.revision());
    let Swap::Conflict(Some(Record { .. })) = store.takes(&old) else { panic!("an old claim took a new record") };
}
