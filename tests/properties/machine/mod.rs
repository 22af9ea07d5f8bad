//! The typed states driven by random steps, against a small model that says which credentials are alive.

mod model;
mod state;
mod step;

use std::collections::BTreeMap;

use model::{Model, OPEN};
use oauth_proto::{
    Authorized, Callback, CallbackError, Confidential, Entropy, Expired, FinishError, Granted, Intent, Request,
    Standing, TokenSet, stored,
};
use proptest::{collection::vec, prelude::*};
use state::{Phase, State};
use step::{Choice, Coming, Ending, Step, step};
use url::form_urlencoded::parse;

use crate::scenario::{Scenario, at};

/// A session, and the model that it must agree with.
struct Run {
    scenario: Scenario<Confidential>,
    state: State,
    model: Model,
    issued: u32,
}

impl Run {
    fn new() -> Self {
        Self { scenario: Scenario::new(), state: State::LoggedOut(None), model: Model::new(), issued: 0 }
    }

    fn step(&mut self, step: Step) {
        let state = std::mem::replace(&mut self.state, State::LoggedOut(None));
        self.state = match step {
            Step::Wait(seconds) => {
                self.model.now += seconds;
                state
            }
            Step::SetBack(seconds) => {
                self.model.now = self.model.now.saturating_sub(seconds);
                state
            }
            Step::LogIn => self.log_in(state),
            Step::Callback(coming) => self.callback(state, coming),
            Step::Send => self.send(state),
            Step::Finish(ending) => self.finish(state, ending),
            Step::Decide(choice) => self.decide(state, choice),
            Step::Present => self.present(state, false),
            Step::Reject => self.present(state, true),
            Step::Restart => self.restart(state),
        };
        self.model.check(&self.state);
    }

    fn number(&mut self) -> u32 {
        self.issued += 1;
        self.issued
    }

    /// Counts a request; it holds the credential that is alive, and no other.
    fn sent(&mut self, request: &Request) {
        let pairs: BTreeMap<_, _> = parse(request.expose_body()).into_owned().collect();
        let [code, refresh_token] = ["code", "refresh_token"].map(|name| pairs.get(name).cloned());
        assert_eq!((&code, &refresh_token), (&self.model.code, &self.model.refresh_token));
        let credential = code.xor(refresh_token).expect("a code or a refresh token");
        *self.model.requests.entry(credential).or_default() += 1;
        self.model.sent_at = self.model.now;
        self.model.phase = Phase::Sent;
    }

    fn log_in(&mut self, state: State) -> State {
        let State::LoggedOut(intent) = state else { return state };
        let bytes = [u8::try_from(self.number() % 256).unwrap(); Entropy::BYTES];
        let login = self.scenario.login();
        let login = intent.map_or_else(|| self.scenario.login(), |intent| intent.again(login));
        let (_, awaiting) = login.authorize(Entropy::from_bytes(bytes), at(self.model.now));
        self.model.closes_at = self.model.now + OPEN;
        self.model.phase = Phase::Waiting;
        State::Waiting(awaiting)
    }

    fn callback(&mut self, state: State, coming: Coming) -> State {
        let State::Waiting(awaiting) = state else { return state };
        let (code, now) = (format!("C{}", self.number()), self.model.now);
        let state = awaiting.state().expose();
        let query = match coming {
            Coming::Right => format!("code={code}&state={state}"),
            Coming::Denied => format!("error=access_denied&state={state}"),
            Coming::OtherState => format!("code={code}&state={state}x"),
            Coming::Repeated => format!("code={code}&state={state}&code={code}"),
            Coming::Empty => format!("state={state}"),
        };
        let ours = matches!(coming, Coming::Right | Coming::Denied);
        let open = now < self.model.closes_at;
        match awaiting.receive(&self.scenario.client, Callback::query(&query), at(now)) {
            Ok((request, flight)) => {
                assert!(open && matches!(coming, Coming::Right));
                self.model.code = Some(code);
                self.sent(&request);
                State::CodeSent(flight)
            }
            Err(CallbackError::NotOurs { awaiting, .. }) => {
                assert!(!ours);
                State::Waiting(*awaiting)
            }
            Err(CallbackError::TooLate { intent }) => {
                assert!(ours && !open);
                self.log_out(*intent)
            }
            Err(CallbackError::Refused { intent, .. }) => {
                assert!(open && matches!(coming, Coming::Denied));
                self.log_out(*intent)
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn log_out(&mut self, intent: Intent) -> State {
        let model = &mut self.model;
        (model.code, model.refresh_token, model.access, model.phase) = (None, None, None, Phase::LoggedOut);
        State::LoggedOut(Some(intent))
    }

    fn send(&mut self, state: State) -> State {
        let (client, now) = (&self.scenario.client, at(self.model.now));
        match state {
            State::Code(code) => {
                let (request, flight) = code.exchange(client, now).unwrap();
                self.sent(&request);
                State::CodeSent(flight)
            }
            State::Tokens(tokens) => {
                let (request, flight) = match tokens.at(now) {
                    Standing::Authorized(authorized) => authorized.refresh(client, now),
                    Standing::Expired(expired) => expired.refresh(client, now),
                }
                .unwrap();
                self.sent(&request);
                State::RefreshSent(flight)
            }
            // Nothing to send: the user logs in again.
            State::AccessOnly(tokens) => self.log_out(tokens.into_intent()),
            other => other,
        }
    }

    fn finish(&mut self, state: State, ending: Ending) -> State {
        match state {
            State::CodeSent(flight) => {
                let number = self.number();
                let outcome = self.model.outcome(ending, number);
                match flight.finish(outcome) {
                    Ok(Granted::Refreshable(authorized)) => State::Tokens(authorized.into_token_set()),
                    Ok(Granted::AccessOnly(authorized)) => State::AccessOnly(authorized.into_token_set()),
                    Err(FinishError::NotSent { origin, .. } | FinishError::Refused { origin, .. }) => {
                        State::Code(*origin)
                    }
                    Err(FinishError::Dead { remains, .. } | FinishError::Untrusted { remains, .. }) => {
                        State::LoggedOut(Some(*remains))
                    }
                    Err(FinishError::InDoubt { in_doubt, .. }) => State::CodeInDoubt(*in_doubt),
                }
            }
            State::RefreshSent(flight) => {
                let number = self.number();
                let outcome = self.model.outcome(ending, number);
                match flight.finish(outcome) {
                    Ok(authorized) => State::Tokens(authorized.into_token_set()),
                    Err(FinishError::NotSent { origin, .. } | FinishError::Refused { origin, .. }) => {
                        State::Tokens(*origin)
                    }
                    Err(FinishError::Dead { remains, .. } | FinishError::Untrusted { remains, .. }) => {
                        State::AccessOnly(*remains)
                    }
                    Err(FinishError::InDoubt { in_doubt, .. }) => State::RefreshInDoubt(*in_doubt),
                }
            }
            other => other,
        }
    }

    fn decide(&mut self, state: State, choice: Choice) -> State {
        let now = at(self.model.now);
        match (state, choice) {
            (State::CodeInDoubt(in_doubt), Choice::Retry) => {
                self.model.may_send_again();
                let (request, flight) = in_doubt.retry(&self.scenario.client, now).unwrap();
                self.sent(&request);
                State::CodeSent(flight)
            }
            (State::RefreshInDoubt(in_doubt), Choice::Retry) => {
                self.model.may_send_again();
                let (request, flight) = in_doubt.retry(&self.scenario.client, now).unwrap();
                self.sent(&request);
                State::RefreshSent(flight)
            }
            (State::CodeInDoubt(in_doubt), Choice::AssumeUnspent) => {
                self.model.may_send_again();
                self.model.phase = Phase::Code;
                State::Code(in_doubt.assume_unspent())
            }
            (State::RefreshInDoubt(in_doubt), Choice::AssumeUnspent) => {
                self.model.may_send_again();
                self.model.phase = Phase::Tokens;
                State::Tokens(in_doubt.assume_unspent())
            }
            (State::CodeInDoubt(in_doubt), Choice::AssumeSpent) => self.log_out(in_doubt.assume_spent()),
            (State::RefreshInDoubt(in_doubt), Choice::AssumeSpent) => {
                self.model.phase = Phase::Tokens;
                self.model.refresh_token = None;
                State::AccessOnly(in_doubt.assume_spent())
            }
            (other, _) => other,
        }
    }

    /// Asks an API: the token is shown exactly where it is good.
    fn present(&mut self, state: State, reject: bool) -> State {
        match state {
            State::Tokens(tokens) => State::Tokens(self.shown(tokens, reject)),
            State::AccessOnly(tokens) => State::AccessOnly(self.shown(tokens, reject)),
            other => other,
        }
    }

    fn shown<C>(&mut self, tokens: TokenSet<C>, reject: bool) -> TokenSet<C> {
        let now = self.model.now;
        let access = self.model.access.as_mut().unwrap();
        let good = !access.rejected && now < access.end;
        match tokens.at(at(now)) {
            Standing::Authorized(authorized) => {
                assert!(good);
                let header = authorized.header_for(&self.scenario.client, "https://api.example/me").unwrap();
                assert_eq!(header.expose_value(), format!("Bearer {}", access.token));
                access.rejected = reject;
                if reject { Authorized::rejected(authorized).into_token_set() } else { authorized.into_token_set() }
            }
            Standing::Expired(expired) => {
                assert!(!good);
                Expired::into_token_set(expired)
            }
        }
    }

    fn restart(&mut self, state: State) -> State {
        fn load<S: stored::Stored + serde::Serialize + serde::de::DeserializeOwned>(row: Option<String>) -> S {
            let row = row.unwrap();
            let state: S = stored::load(row.as_bytes()).unwrap();
            assert_eq!(stored::save(&state), row);
            state
        }
        let row = state.row();
        match state {
            State::Waiting(_) => State::Waiting(load(row)),
            State::Tokens(_) => State::Tokens(load(row)),
            State::AccessOnly(_) => State::AccessOnly(load(row)),
            // Whether it was sent, nobody knows any more.
            State::CodeSent(_) | State::CodeInDoubt(_) => {
                self.model.phase = Phase::InDoubt;
                State::CodeInDoubt(load(row))
            }
            State::RefreshSent(_) | State::RefreshInDoubt(_) => {
                self.model.phase = Phase::InDoubt;
                State::RefreshInDoubt(load(row))
            }
            other => other,
        }
    }
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn whatever_happens_each_credential_is_sent_once_shown_while_it_is_good_and_never_lost(
        steps in vec(step(), 1..80),
    ) {
        let mut run = Run::new();
        for step in steps {
            run.step(step);
        }
    }
}
