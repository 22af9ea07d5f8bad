//! Keeper, on a clock that went back while nobody looked: a wait that was stored does not grow with it.

use std::time::Duration;

use oauth_proto::{Confidential, Keeper, Provider, Response, Timestamp, Turn, dialect::RefreshAnswer, stored};

use crate::scenario::{Scenario, answer, at};

const AHEAD: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 86_400);
/// When the token of the scenario (good until 3610 s) is due.
const DUE: u64 = 3550;

/// A keeper whose token the API has refused, as another process finds it.
fn stored_after(scenario: &Scenario<Confidential>, answered: Option<Response>) -> Keeper {
    let mut keeper = scenario.keeper();
    assert!(keeper.rejected(&"A1".into()));
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(DUE), AHEAD) else { panic!("not due") };
    if let Some(response) = answered {
        keeper.handle(ticket, response.into(), at(DUE)).unwrap_err();
    }
    stored::load(stored::save(&keeper).as_bytes()).unwrap()
}

fn waits(keeper: &mut Keeper, scenario: &Scenario<Confidential>, now: Timestamp) -> bool {
    matches!(keeper.poll(&scenario.client, now, AHEAD), Turn::Wait { until: Some(_) })
}

#[test]
fn a_renewal_that_seems_to_be_sent_in_the_future_is_one_to_decide_on() {
    let scenario = Scenario::new();
    let deadline = Duration::from_secs(30);
    let mut keeper = stored_after(&scenario, None);
    assert!(waits(&mut keeper, &scenario, at(DUE)));
    // Clocks of two processes differ.
    assert!(waits(&mut keeper, &scenario, at(DUE).minus(Duration::from_secs(1))));
    assert!(waits(&mut keeper, &scenario, at(DUE).minus(deadline)));
    for back in [deadline + Duration::from_millis(1), HOUR, TEN_YEARS, Duration::MAX] {
        let turn = keeper.poll(&scenario.client, at(DUE).minus(back), AHEAD);
        assert!(matches!(turn, Turn::Decide { sent_at } if sent_at == at(DUE)), "{back:?}: {turn:?}");
    }
}

#[test]
fn a_wait_that_the_server_asked_for_is_an_hour_at_most() {
    let scenario = Scenario::new();
    let busy = Response::new(429, [("Retry-After", "86400")], "");
    let mut keeper = stored_after(&scenario, Some(busy));
    assert!(waits(&mut keeper, &scenario, at(DUE)));
    assert!(waits(&mut keeper, &scenario, at(DUE).plus(HOUR).minus(Duration::from_millis(1))));
    for now in [at(DUE).plus(HOUR), at(DUE).minus(Duration::from_millis(1)), at(DUE).minus(TEN_YEARS)] {
        let mut keeper: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
        assert!(matches!(keeper.poll(&scenario.client, now, AHEAD), Turn::Send(..)), "{now:?}");
    }
}

#[test]
fn a_token_that_was_extended_and_refused_is_extended_again() {
    let extends = |provider: &mut Provider| provider.dialect.refresh.answer = RefreshAnswer::ExtendsSeconds(3600);
    let scenario = Scenario::with(extends);
    let mut keeper = scenario.keeper();
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(DUE), AHEAD) else { panic!("not due") };
    keeper.handle(ticket, answer(200, "{}"), at(DUE)).unwrap();
    assert!(keeper.rejected(&"A1".into()));
    let mut keeper: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
    assert!(waits(&mut keeper, &scenario, at(DUE)));
    assert!(matches!(keeper.poll(&scenario.client, at(DUE).minus(HOUR), AHEAD), Turn::Send(..)));
}
