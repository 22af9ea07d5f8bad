//! Crash and resume: every flow, ended at every point, goes on from what was stored.

#[path = "support/mod.rs"]
mod support;

#[path = "crash/case.rs"]
mod case;
#[path = "crash/enumerate.rs"]
mod enumerate;
#[path = "crash/flows/mod.rs"]
mod flows;
#[path = "crash/law.rs"]
mod law;
#[path = "crash/log.rs"]
mod log;
#[path = "crash/report.rs"]
mod report;
#[path = "crash/world.rs"]
mod world;

use std::{
    env,
    io::Write,
    num::NonZero,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use case::{At, Case, Flaw, Login, Then};
use enumerate::{Accident, Depth, enumerate, finish, left_at};
use report::{Report, Tally};
use world::End;

/// Set it, and every case has its second accidents, and not just one of each kind.
const EVERY_PAIR: &str = "CRASH_EVERY_PAIR";

/// Every flow of every server that has it.
fn cases() -> Vec<(Case, Accident)> {
    use At::*;
    let mut cases = Vec::new();
    for at in [Marq, Marvel, Amiqus, Motar, Fifth, Plain] {
        cases.push(Case::new(at, Login::Code, Then::Use));
        cases.push(Case::new(at, Login::CodeTakenOut, Then::Use));
        for then in [Then::Renew, Then::Keep] {
            cases.push(Case::new(at, Login::Code, then));
            cases.push(Case::new(at, Login::Code, then).without_rotation());
        }
    }
    for at in [Marvel, Plain] {
        cases.push(Case::new(at, Login::Code, Then::Use).public());
        cases.push(Case::new(at, Login::Code, Then::Renew).public());
        cases.push(Case::new(at, Login::Implicit, Then::Use).public());
    }
    cases.push(Case::new(Fifth, Login::Implicit, Then::Use));
    cases.push(Case::new(Motar, Login::ImplicitWithRefresh, Then::Use));
    for at in [Fifth, Plain] {
        cases.push(Case::new(at, Login::Password, Then::Use));
        for then in [Then::Use, Then::Renew, Then::Keep] {
            cases.push(Case::new(at, Login::ClientCredentials, then));
        }
    }
    cases.push(Case::new(TwoSteps, Login::Code, Then::FollowUp));

    let dropped = |case: &&Case| case.then == Then::Keep || matches!(case.at, Plain | TwoSteps);
    let dropped: Vec<_> = cases.iter().filter(dropped).map(|case| (*case, Accident::Drop)).collect();
    cases.into_iter().map(|case| (case, Accident::Kill)).chain(dropped).collect()
}

/// One of each kind meets a second accident; and the two that differ most from it.
fn depth(case: Case, accident: Accident) -> Depth {
    if accident == Accident::Drop && case.then != Then::Keep {
        return Depth::Once;
    }
    let of_its_kind = matches!(case.at, At::Plain | At::TwoSteps) && !case.public;
    let with_a_deadline = case.at == At::Marq && case.renews() && case.rotation;
    let with_its_own_refresh_token = case.at == At::Fifth && case.login == Login::ClientCredentials;
    let twice = of_its_kind || with_a_deadline || with_its_own_refresh_token || env::var_os(EVERY_PAIR).is_some();
    if twice { Depth::Twice } else { Depth::Once }
}

/// As many threads as there are cores; each world lives on one of them.
fn enumerate_all(cases: &[(Case, Accident)]) -> Report {
    let next = AtomicUsize::new(0);
    let tallies = Mutex::new(Vec::new());
    let work = || {
        while let Some((case, accident)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tally = enumerate(*case, *accident, depth(*case, *accident));
            tallies.lock().unwrap().push(tally);
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    let mut tallies: Vec<Tally> = tallies.into_inner().unwrap();
    let place = |tally: &Tally| {
        let same = |(case, accident): &(Case, Accident)| *case == tally.case && *accident == tally.accident;
        cases.iter().position(same)
    };
    tallies.sort_by_key(place);
    Report(tallies)
}

/// How many points a case has at least: a flow that has lost some is no longer tested.
fn floor(tally: &Tally) -> usize {
    match (tally.case.then, tally.case.login) {
        (Then::Use, Login::Code) => 14,
        (Then::Use, Login::CodeTakenOut) => 16,
        (Then::Use, Login::Implicit | Login::ImplicitWithRefresh) => 9,
        (Then::Use, Login::Password | Login::ClientCredentials) => 10,
        (Then::FollowUp, _) => 21,
        (Then::Renew, _) => 9,
        (Then::Keep, _) => 11,
    }
}

#[test]
fn every_flow_ended_at_every_point_goes_on_from_what_was_stored() {
    let cases = cases();
    let report = enumerate_all(&cases);
    // Past the capture of the test runner: what came of the cases is the point of this test.
    writeln!(std::io::stdout(), "\n{report}").unwrap();
    assert_eq!(report.offences(), Vec::<&str>::new());

    assert_eq!(report.0.len(), cases.len());
    for tally in &report.0 {
        assert!(tally.points >= floor(tally), "{}: {} points", tally.case, tally.points);
        assert_eq!(tally.as_before + tally.unsent + tally.acted, tally.points, "{}", tally.case);
        let implicit = matches!(tally.case.login, Login::Implicit | Login::ImplicitWithRefresh);
        // The journal is there, nothing is sent; handed over; acted, answered, read.
        assert!(implicit || (tally.unsent >= 2 && tally.acted >= 2), "{}", tally.case);
    }
    let sums = [report.sum(|tally| tally.points), report.sum(|tally| tally.twice), report.sum(|tally| tally.clocks)];
    let least = [800, 6000, 4500];
    assert!(sums.iter().zip(least).all(|(sum, least)| *sum >= least), "{sums:?}, and {least:?} are the least");
}

/// The enumerator is itself put to the test: it sees programs that are wrong.
#[test]
fn a_program_that_is_wrong_is_caught() {
    for (flaw, offence) in [
        (Flaw::SendsBeforeJournal, "`refresh_token` was sent 2 times, where 1 were decided"),
        (Flaw::ResumesBySending, "`refresh_token` was sent 2 times, where 1 were decided"),
        (Flaw::LeavesTheOlderRow, "`refresh_token` was sent 2 times, where 1 were decided"),
        (Flaw::ForgetsToStoreTheAnswer, "the end, and a journal is left in the store"),
    ] {
        let tally = enumerate(Case::new(At::Plain, Login::Code, Then::Renew).with(flaw), Accident::Kill, Depth::Once);
        let caught = tally.offences.iter().any(|each| each.contains(offence));
        assert!(caught, "{flaw:?} is not caught: {:?}", tally.offences);
    }
}

/// A login ends by the caller's clock: one that goes back does not end it, and makes it longer by as much.
#[test]
fn a_waiting_state_ends_by_the_clock_of_the_caller() {
    const HOUR: i64 = 3_600_000;
    const TIME_TO_LIVE: i64 = 600_000;
    let code = Case::new(At::Amiqus, Login::Code, Then::Use);
    let implicit = Case::new(At::Motar, Login::ImplicitWithRefresh, Then::Use);
    for case in [code, implicit] {
        for (shift, logins) in [(0, 1), (-HOUR, 1), (TIME_TO_LIVE - 1, 1), (TIME_TO_LIVE, 2), (TIME_TO_LIVE + HOUR, 2)]
        {
            let world = left_at(case, "the browser is back");
            world.shift.set(shift);
            assert_eq!(finish(&world).end, End::Tokens, "{case}: {:?}", world.wrongs());
            assert_eq!(world.approvals.get(), logins, "{case}, on a clock that is {shift} ms ahead");
        }
    }
}
