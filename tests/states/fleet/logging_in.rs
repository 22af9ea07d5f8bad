//! Logging in: the tokens of a login come after all that stands there, once.

use oauth_proto::fleet::{NotStored, Record, RecordFault, Step, Stopped, Swap};

use super::*;

#[test]
fn a_login_makes_a_record_or_comes_after_the_one_that_is_there() {
    let (mut store, client, worker) = (Store::default(), client(), worker(1, strict()));
    for (number, generation) in [(1, 0), (2, 1), (3, 2)] {
        let step = store.read(worker.log_in(&client, "alice", tokens(number, 3600)), now(10));
        let usable = to_use(store.swap(step, now(10)));
        assert!(usable.access_token().matches(&format!("A{number}")));
        assert_eq!(usable.generation(), generation);
    }
}

#[test]
fn a_login_ends_what_was_in_doubt() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    store.in_doubt(&strict(), now(3600));
    let step = store.read(worker.log_in(&client, "alice", tokens(2, 9000)), now(3700));
    assert!(uses(store.swap(step, now(3700)), "A2"));
    let header = store.header();
    assert_eq!((&header["presented"], &header["presented_at"]), Default::default());
}

/// The claim keeps the tokens: if the worker dies now, they are not gone.
#[test]
fn a_login_whose_token_is_due_is_claimed_with_its_tokens() {
    let (mut store, client, worker) = (Store::default(), client(), worker(1, strict()));
    let step = store.read(worker.log_in(&client, "alice", tokens(1, 30)), now(0));
    let step = store.swap(step, now(0));
    let sending = to_send(store.swap(step, now(0))).1;
    assert!(store.text().contains("A1") && store.text().contains("R1"));
    let step = sending.finish(issued(2), now(1));
    assert!(uses(store.swap(step, now(1)), "A2"));
}

#[test]
fn a_login_that_met_another_record_comes_after_it() {
    for told in [true, false] {
        let (mut store, client) = (Store::with(3600), client());
        let (one, other) = (worker(1, strict()), worker(2, strict()));
        let swapping = to_swap(store.read(one.log_in(&client, "alice", tokens(5, 9000)), now(10)));
        drop(store.claim(&other, &client, now(3540)));
        let Swap::Conflict(found) = store.takes(&swapping) else { panic!("it was another") };
        let step = match swapping.finish(Swap::Conflict(found.filter(|_| told)), now(3541)) {
            Step::Get(getting) => store.read(getting, now(3541)),
            step => step,
        };
        assert!(uses(store.swap(step, now(3541)), "A5"));
    }
}

#[test]
fn a_login_that_was_applied_unheard_is_there_once() {
    let (mut store, client, worker) = (Store::default(), client(), worker(1, strict()));
    let first = to_swap(store.read(worker.log_in(&client, "alice", tokens(1, 3600)), now(0)));
    assert!(matches!(store.takes(&first), Swap::Applied(_)));
    let before = store.text();
    let again = to_swap(to_sleep(first.finish(Swap::Unknown, now(2))).1);
    let swap = store.takes(&again);
    assert!(uses(again.finish(swap, now(3)), "A1"));
    assert_eq!(store.text(), before);
}

/// It was stored unheard, others renewed its tokens, and somebody else logged in: to put it there again would present its
/// refresh token twice.
#[test]
fn a_login_that_was_applied_unheard_takes_the_place_of_no_later_one() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let first = to_swap(store.read(one.log_in(&client, "alice", tokens(5, 3600)), now(10)));
    assert!(matches!(store.takes(&first), Swap::Applied(_)));
    let step = store.claim(&other, &client, now(3600)).finish(issued(6), now(3600));
    assert!(uses(store.swap(step, now(3600)), "A6"));
    let step = store.read(other.log_in(&client, "alice", tokens(7, 9000)), now(3601));
    assert!(uses(store.swap(step, now(3601)), "A7"));

    let again = to_swap(to_sleep(first.finish(Swap::Unknown, now(3602))).1);
    let gone = to_swap(to_sleep(again.finish(Swap::Unknown, now(3602))).1);
    let swap = store.takes(&gone);
    let stopped = to_stop(gone.finish(swap, now(3603)));
    assert!(matches!(&stopped, Stopped::NotStored { tokens, why: NotStored::Overtaken } if is(tokens, "A5")));
    assert!(store.text().contains("A7"));
}

#[test]
fn tokens_of_another_client_take_the_place_of_none() {
    let (store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let elsewhere = Scenario::with(|provider| provider.name = "elsewhere".into()).client;
    let set = elsewhere.import_refreshable_tokens_from_elsewhere("A5".into(), "R5".into(), Some(at(9000))).unwrap();
    let stopped = to_stop(store.read(worker.log_in(&client, "alice", set), now(10)));
    assert_eq!(stopped.remedy(), oauth_proto::Remedy::Fix);
    assert!(stopped.to_string().contains("of another server"), "{stopped}");
    assert!(matches!(&stopped, Stopped::NotStored { tokens, why: NotStored::WrongClient(_) } if is(tokens, "A5")));
}

#[test]
fn a_login_that_may_have_been_applied_is_not_there_again_after_a_logout() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let first = to_swap(store.read(worker.log_in(&client, "alice", tokens(5, 3600)), now(10)));
    let again = to_swap(to_sleep(first.finish(Swap::Unknown, now(10))).1);
    store.0 = None;
    let swap = store.takes(&again);
    let Step::Get(getting) = again.finish(swap, now(11)) else { panic!() };
    let stopped = to_stop(store.read(getting, now(11)));
    assert!(matches!(&stopped, Stopped::NotStored { tokens, why: NotStored::Removed } if is(tokens, "A5")));
}

#[test]
fn a_login_over_what_nobody_can_read_is_handed_back() {
    let (client, worker) = (client(), worker(1, strict()));
    let getting = worker.log_in(&client, "alice", tokens(5, 3600));
    let stopped = to_stop(getting.finish(Found::Record(Record::new(7, b"[]".to_vec())), now(0)));
    let Stopped::NotStored { tokens, why: NotStored::Unreadable(RecordFault::Malformed) } = stopped else { panic!() };
    assert!(is(&tokens, "A5"));
}
