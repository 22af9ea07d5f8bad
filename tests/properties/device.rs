//! A device that waits for its user, driven by random steps, against a small model of RFC 8628 section 3.5.

use std::time::Duration;

use oauth_proto::{
    Confidential, Outcome, Response, Timestamp,
    device::{AwaitingUser, PollError, Polled, PollingError},
    stored,
};
use proptest::{collection::vec, prelude::*};

use crate::{
    devices::{DEVICE, for_devices},
    scenario::{Scenario, answer},
};

/// What an answer says.
#[derive(Clone, Copy, Debug)]
enum Says {
    Pending,
    SlowDown,
    Busy(u16),
    Lost,
    NotSent,
    Garbage,
    /// The process ends while the answer is on its way, and another one finds the row.
    Crash,
    Tokens,
    Untrusted,
    Denied,
}

#[derive(Clone, Debug)]
enum Step {
    /// Until the next poll may come, and so many milliseconds more or less.
    SleepUntilDue(i64),
    Sleep(u64),
    /// The clock shows less than before.
    SetBack(u64),
    Restart,
    /// A poll, whose answer takes so many milliseconds.
    Poll {
        says: Says,
        takes: u64,
        retry_after: Option<u64>,
    },
}

/// The model: what the server asked for, told apart from how the crate writes it down.
struct Model {
    /// Real time, in milliseconds: it goes on whatever the clock shows.
    real: u64,
    /// What the clock shows.
    clock: u64,
    asked_interval: u64,
    slow_downs: u64,
    in_a_row: u32,
    /// The wait that is under way: its length, and when it began in real time and by the clock.
    wait: u64,
    began_real: u64,
    began: u64,
    expires: u64,
}

impl Model {
    fn interval(&self) -> u64 {
        self.asked_interval + 5 * self.slow_downs
    }

    fn pass(&mut self, millis: u64) {
        self.real += millis;
        self.clock += millis;
    }

    fn begin(&mut self, retry_after: Option<u64>) {
        let doubled = (0..self.in_a_row.min(6)).fold(self.interval(), |wait, _| wait * 2);
        self.wait = doubled.max(retry_after.unwrap_or(0).min(3600)) * 1000;
        (self.began_real, self.began) = (self.real, self.clock);
    }

    fn due(&self) -> u64 {
        self.began + self.wait
    }
}

struct Run {
    scenario: Scenario<Confidential>,
    model: Model,
    polls: usize,
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_unix_millis(millis)
}

impl Run {
    fn begin(interval: u64, lifetime: u64, takes: u64) -> (Self, AwaitingUser) {
        let scenario = Scenario::with(for_devices);
        let start = crate::scenario::at(0).as_unix_millis();
        let body = DEVICE.replace(":1800,", &format!(":{lifetime},")).replace(":5}", &format!(":{interval}}}"));
        let (_, authorizing) = scenario.client.device_authorization().unwrap().request(at(start));
        let awaiting = authorizing.finish(answer(200, &body), at(start + takes)).unwrap();
        let mut model = Model {
            real: 0,
            clock: start,
            asked_interval: interval,
            slow_downs: 0,
            in_a_row: 0,
            wait: 0,
            began_real: 0,
            began: 0,
            expires: start + lifetime * 1000,
        };
        model.pass(takes);
        model.begin(None);
        (Self { scenario, model, polls: 0 }, awaiting)
    }

    /// The state, as long as the login is not over.
    fn step(&mut self, step: Step, awaiting: AwaitingUser) -> Option<AwaitingUser> {
        let model = &mut self.model;
        match step {
            Step::SleepUntilDue(more) => {
                let time = awaiting.not_before().since(at(model.clock)).as_millis();
                model.pass(u64::try_from(time).unwrap().saturating_add_signed(more));
                Some(awaiting)
            }
            Step::Sleep(millis) => {
                model.pass(millis);
                Some(awaiting)
            }
            Step::SetBack(millis) => {
                model.clock = model.clock.saturating_sub(millis);
                Some(awaiting)
            }
            Step::Restart => {
                let row = stored::save(&awaiting);
                let back: AwaitingUser = stored::load(row.as_bytes()).unwrap();
                assert_eq!(stored::save(&back), row);
                Some(back)
            }
            Step::Poll { says, takes, retry_after } => self.poll(awaiting, says, takes, retry_after),
        }
    }

    fn poll(
        &mut self,
        awaiting: AwaitingUser,
        says: Says,
        takes: u64,
        retry_after: Option<u64>,
    ) -> Option<AwaitingUser> {
        let model = &mut self.model;
        if model.clock < model.began && model.clock < model.expires {
            model.began = model.clock;
        }
        let (request, polling) = match awaiting.poll(&self.scenario.client, at(model.clock)) {
            Ok(sent) => sent,
            Err(PollError::Expired { intent }) => {
                assert!(model.clock >= model.expires, "it is over before its time");
                assert_eq!(intent.scope().as_str(), "read write");
                return None;
            }
            Err(PollError::TooEarly { awaiting, wait }) => {
                assert!(model.clock < model.due().min(model.expires), "it was time");
                assert_eq!(awaiting.not_before(), at(model.due().min(model.expires)));
                assert_eq!(wait, awaiting.not_before().since(at(model.clock)));
                assert!(wait <= Duration::from_millis(model.wait), "a clock that was set back makes it no longer");
                return Some(*awaiting);
            }
            Err(error) => panic!("{error}"),
        };
        // By the clock and, since nobody set it ahead, in real time.
        assert!(model.clock >= model.due() && model.clock < model.expires);
        assert!(model.real - model.began_real >= model.wait, "the server was asked too early");
        assert!(request.expose_body().ends_with(b"device_code=D1"));
        assert_eq!(polling.sent_at(), at(model.clock));
        self.polls += 1;
        model.in_a_row += 1;
        let before = model.interval();
        if let Says::Crash = says {
            model.begin(None);
            model.pass(takes);
            return Some(stored::load(stored::save(&polling).as_bytes()).unwrap());
        }
        model.pass(takes);
        let polled = polling.finish(outcome(says, retry_after), at(model.clock));
        let retry_after = retry_after.filter(|_| !matches!(says, Says::Lost | Says::NotSent | Says::Garbage));
        let awaiting = match (polled, says) {
            (Ok(Polled::Pending(awaiting)), Says::Pending | Says::SlowDown) => {
                model.slow_downs += u64::from(matches!(says, Says::SlowDown));
                model.in_a_row = 0;
                awaiting
            }
            (Ok(Polled::Unanswered { awaiting, .. }), Says::Busy(_) | Says::Lost | Says::NotSent) => awaiting,
            (Err(PollingError::InDoubt { awaiting, .. }), Says::Garbage) => *awaiting,
            (Ok(Polled::Granted(_)), Says::Tokens)
            | (Err(PollingError::Untrusted { .. }), Says::Untrusted)
            | (Err(PollingError::Refused { .. }), Says::Denied) => return None,
            (polled, says) => panic!("{says:?} led to {polled:?}"),
        };
        model.begin(retry_after);
        assert!(model.interval() >= before && model.wait >= model.interval() * 1000);
        assert_eq!(awaiting.not_before(), at(model.due().min(model.expires)));
        assert_eq!(awaiting.expires_at(), at(model.expires));
        Some(awaiting)
    }
}

fn outcome(says: Says, retry_after: Option<u64>) -> Outcome {
    let wait = retry_after.map(|seconds| seconds.to_string());
    let json = |status: u16, body: &str| {
        let wait = wait.as_deref().map(|wait| ("Retry-After", wait));
        Outcome::from(Response::new(status, [("Content-Type", "application/json")].into_iter().chain(wait), body))
    };
    match says {
        Says::Pending => json(400, r#"{"error":"authorization_pending"}"#),
        Says::SlowDown => json(400, r#"{"error":"slow_down"}"#),
        Says::Busy(status) => json(status, ""),
        Says::Lost | Says::Crash => Outcome::lost("time-out"),
        Says::NotSent => Outcome::not_sent("dns"),
        Says::Garbage => json(200, "{"),
        Says::Tokens => json(200, r#"{"access_token":"A1","token_type":"Bearer"}"#),
        Says::Untrusted => json(200, r#"{"access_token":"A1","token_type":"mac"}"#),
        Says::Denied => json(400, r#"{"error":"access_denied"}"#),
    }
}

fn says() -> impl Strategy<Value = Says> {
    let busy = prop_oneof![Just(408), Just(429), 500u16..600].prop_map(Says::Busy);
    prop_oneof![
        8 => Just(Says::Pending),
        6 => Just(Says::SlowDown),
        3 => busy,
        4 => Just(Says::Lost),
        2 => Just(Says::NotSent),
        1 => Just(Says::Garbage),
        2 => Just(Says::Crash),
        1 => prop_oneof![Just(Says::Tokens), Just(Says::Untrusted), Just(Says::Denied)],
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let poll = (says(), 0..40_000u64, proptest::option::weighted(0.3, 0..5000u64));
    prop_oneof![
        6 => (-1..=1i64).prop_map(Step::SleepUntilDue),
        1 => (0..100_000u64).prop_map(Step::Sleep),
        1 => prop_oneof![0..60_000u64, Just(u64::MAX)].prop_map(Step::SetBack),
        1 => Just(Step::Restart),
        9 => poll.prop_map(|(says, takes, retry_after)| Step::Poll { says, takes, retry_after }),
    ]
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn no_poll_comes_early_no_wait_shrinks_below_what_the_server_asked_and_the_expiry_ends_it(
        (interval, lifetime, takes) in (1..60u64, prop_oneof![0..60u64, 600..20_000u64], 0..9000u64),
        steps in vec(step(), 1..80),
    ) {
        let (mut run, mut awaiting) = Run::begin(interval, lifetime, takes);
        for step in steps {
            match run.step(step, awaiting) {
                Some(back) => awaiting = back,
                None => return Ok(()),
            }
        }
        // Who does nothing but sleep comes to an end.
        let client = &run.scenario.client;
        for _ in 0..2 {
            let now = awaiting.not_before().max(at(run.model.clock));
            match awaiting.poll(client, now) {
                Ok((_, polling)) => {
                    let Ok(Polled::Unanswered { awaiting: back, .. }) = polling.finish(Outcome::lost("x"), now) else {
                        panic!("a lost answer is no answer");
                    };
                    awaiting = back;
                }
                Err(PollError::TooEarly { awaiting: back, .. }) => awaiting = *back,
                Err(error) => {
                    prop_assert!(matches!(error, PollError::Expired { .. }) && now >= at(run.model.expires), "{error}");
                    return Ok(());
                }
            }
            prop_assert!(awaiting.not_before() <= awaiting.expires_at());
        }
    }
}
