//! The typed states driven by random steps, against a small model that says which credentials are alive.

use std::collections::BTreeMap;

use oauth_proto::{
    AccessOnly, Authorized, AwaitingCode, Callback, CallbackError, Confidential, Entropy, Expired, FinishError,
    Granted, InDoubt, InFlight, Intent, Outcome, ReceivedCode, Refreshable, Request, Response, Standing, TokenSet,
    grant::{AuthorizationCode, RefreshToken},
    stored,
};
use proptest::{collection::vec, prelude::*, sample::select};
use url::form_urlencoded::parse;

use crate::scenario::{Scenario, answer, at};

/// What may happen.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The clock goes on.
    Wait(u64),
    /// The clock is set back.
    SetBack(u64),
    /// A login begins.
    LogIn,
    /// The browser comes back.
    Callback(Coming),
    /// What is alive is sent: a code, or a refresh token.
    Send,
    /// An answer comes, or none.
    Finish(Ending),
    /// Somebody decides what became of a request.
    Decide(Choice),
    /// An API is asked.
    Present,
    /// It answers 401.
    Reject,
    /// The process ends, and another one reads the store.
    Restart,
}

#[derive(Clone, Copy, Debug)]
enum Coming {
    Right,
    Denied,
    OtherState,
    Repeated,
    Empty,
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Rotated,
    NoRefreshToken,
    NotSent,
    Refused,
    Busy,
    Dead,
    Untrusted,
    Lost,
    Failed,
    Unreadable,
    Contradiction,
}

#[derive(Clone, Copy, Debug)]
enum Choice {
    Retry,
    AssumeUnspent,
    AssumeSpent,
}

fn step() -> impl Strategy<Value = Step> {
    use Ending::{
        Busy, Contradiction, Dead, Failed, Lost, NoRefreshToken, NotSent, Refused, Rotated, Unreadable, Untrusted,
    };
    let coming = prop_oneof![
        3 => Just(Coming::Right),
        2 => select(vec![Coming::OtherState, Coming::Repeated, Coming::Empty, Coming::Denied]),
    ];
    let ending = prop_oneof![
        4 => Just(Rotated), 1 => Just(NoRefreshToken), 1 => select(vec![Dead, Untrusted]),
        4 => select(vec![NotSent, Refused, Busy, Lost, Failed, Unreadable, Contradiction]),
    ];
    prop_oneof![
        2 => prop_oneof![0u64..20, 0u64..700].prop_map(Step::Wait), 1 => (0u64..100).prop_map(Step::SetBack),
        3 => Just(Step::LogIn), 4 => coming.prop_map(Step::Callback), 4 => Just(Step::Send),
        6 => ending.prop_map(Step::Finish), 2 => Just(Step::Present), 1 => Just(Step::Reject), 1 => Just(Step::Restart),
        3 => select(vec![Choice::Retry, Choice::AssumeUnspent, Choice::AssumeSpent]).prop_map(Step::Decide),
    ]
}

/// A state of the crate's.
#[derive(Debug)]
enum State {
    LoggedOut(Option<Intent>),
    Waiting(AwaitingCode),
    Code(ReceivedCode),
    CodeSent(InFlight<AuthorizationCode>),
    CodeInDoubt(InDoubt<AuthorizationCode>),
    Tokens(TokenSet<Refreshable>),
    AccessOnly(TokenSet<AccessOnly>),
    RefreshSent(InFlight<RefreshToken>),
    RefreshInDoubt(InDoubt<RefreshToken>),
}

/// The model's word for it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    LoggedOut,
    Waiting,
    Code,
    Sent,
    InDoubt,
    Tokens,
}

impl State {
    fn phase(&self) -> Phase {
        match self {
            Self::LoggedOut(_) => Phase::LoggedOut,
            Self::Waiting(_) => Phase::Waiting,
            Self::Code(_) => Phase::Code,
            Self::CodeSent(_) | Self::RefreshSent(_) => Phase::Sent,
            Self::CodeInDoubt(_) | Self::RefreshInDoubt(_) => Phase::InDoubt,
            Self::Tokens(_) | Self::AccessOnly(_) => Phase::Tokens,
        }
    }

    /// What a store would hold; a received code is not stored.
    fn row(&self) -> Option<String> {
        Some(match self {
            Self::LoggedOut(_) | Self::Code(_) => return None,
            Self::Waiting(state) => stored::save(state),
            Self::CodeSent(state) => stored::save(state),
            Self::CodeInDoubt(state) => stored::save(state),
            Self::Tokens(state) => stored::save(state),
            Self::AccessOnly(state) => stored::save(state),
            Self::RefreshSent(state) => stored::save(state),
            Self::RefreshInDoubt(state) => stored::save(state),
        })
    }
}

/// An access token, and until when it is good.
#[derive(Clone, Debug)]
struct Access {
    token: String,
    end: u64,
    rejected: bool,
}

/// Which credentials are alive.
#[derive(Debug)]
struct Model {
    phase: Phase,
    now: u64,
    closes_at: u64,
    sent_at: u64,
    code: Option<String>,
    refresh_token: Option<String>,
    access: Option<Access>,
    /// In how many requests each credential was, and in how many more than one it may be.
    requests: BTreeMap<String, u32>,
    again: BTreeMap<String, u32>,
}

struct Run {
    scenario: Scenario<Confidential>,
    state: State,
    model: Model,
    issued: u32,
}

/// How long an access token lives, in seconds.
const LIVES: u64 = 50;

impl Run {
    fn new() -> Self {
        let model = Model {
            phase: Phase::LoggedOut,
            now: 0,
            closes_at: 0,
            sent_at: 0,
            code: None,
            refresh_token: None,
            access: None,
            requests: BTreeMap::new(),
            again: BTreeMap::new(),
        };
        Self { scenario: Scenario::new(), state: State::LoggedOut(None), model, issued: 0 }
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
        self.check();
    }

    /// The model and the machine agree.
    fn check(&self) {
        let model = &self.model;
        assert_eq!(self.state.phase(), model.phase, "{:?}", self.state);
        if let Some(row) = self.state.row() {
            // None is lost, and none that is dead is kept.
            for (field, alive) in [("code", &model.code), ("refresh_token", &model.refresh_token)] {
                let kept = alive.as_ref().map(|text| format!(r#""{field}":"{text}""#));
                assert_eq!(row.contains(&format!(r#""{field}":""#)), kept.is_some(), "{row}");
                assert!(row.contains(kept.as_deref().unwrap_or_default()), "{row}");
            }
            let access = model.access.as_ref().map(|access| format!(r#""access_token":"{}""#, access.token));
            assert_eq!(row.contains("access_token"), access.is_some(), "{row}");
            assert!(row.contains(access.as_deref().unwrap_or_default()), "{row}");
        }
        for (credential, count) in &model.requests {
            let allowed = 1 + model.again.get(credential).copied().unwrap_or_default();
            assert!(*count <= allowed, "{credential} was in {count} requests");
        }
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

    /// The credential in flight, or in doubt, may be sent once more: somebody said so.
    fn may_send_again(&mut self) {
        let credential = self.model.code.clone().or(self.model.refresh_token.clone()).unwrap();
        *self.model.again.entry(credential).or_default() += 1;
    }

    fn log_in(&mut self, state: State) -> State {
        let State::LoggedOut(intent) = state else { return state };
        let bytes = [u8::try_from(self.number() % 256).unwrap(); Entropy::BYTES];
        let login = self.scenario.login();
        let login = intent.map_or_else(|| self.scenario.login(), |intent| intent.again(login));
        let (_, awaiting) = login.authorize(Entropy::from_bytes(bytes), at(self.model.now));
        self.model.closes_at = self.model.now + 600;
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
                let outcome = self.outcome(ending);
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
                let outcome = self.outcome(ending);
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

    /// What the server does, and what the model takes from it.
    fn outcome(&mut self, ending: Ending) -> Outcome {
        let number = self.number();
        let with_code = self.model.code.is_some();
        let tokens =
            |more: &str| format!(r#"{{"access_token":"A{number}","token_type":"Bearer","expires_in":{LIVES}{more}}}"#);
        let refresh_token = format!(r#","refresh_token":"R{number}""#);
        let model = &mut self.model;
        match ending {
            Ending::Rotated | Ending::NoRefreshToken => {
                model.access =
                    Some(Access { token: format!("A{number}"), end: model.sent_at + LIVES, rejected: false });
                model.phase = Phase::Tokens;
                model.code = None;
                if let Ending::Rotated = ending {
                    model.refresh_token = Some(format!("R{number}"));
                    return answer(200, &tokens(&refresh_token));
                }
                // RFC 6749 section 6: the old one stays good.
                if !with_code {
                    self.may_send_again();
                }
                answer(200, &tokens(""))
            }
            Ending::NotSent | Ending::Refused | Ending::Busy => {
                model.phase = if with_code { Phase::Code } else { Phase::Tokens };
                self.may_send_again();
                match ending {
                    Ending::NotSent => Outcome::not_sent("dns"),
                    Ending::Refused => answer(400, r#"{"error":"invalid_client"}"#),
                    _ => answer(429, ""),
                }
            }
            Ending::Dead | Ending::Untrusted => {
                (model.code, model.refresh_token) = (None, None);
                model.phase = if with_code { Phase::LoggedOut } else { Phase::Tokens };
                match ending {
                    Ending::Dead => answer(400, r#"{"error":"invalid_grant"}"#),
                    _ => answer(200, &tokens(&refresh_token).replace("Bearer", "mac")),
                }
            }
            Ending::Lost | Ending::Failed | Ending::Unreadable | Ending::Contradiction => {
                model.phase = Phase::InDoubt;
                match ending {
                    Ending::Lost => Outcome::lost("reset"),
                    Ending::Failed => Response::new(503, [("Retry-After", "20")], "").into(),
                    Ending::Unreadable => answer(200, "<html>"),
                    _ => answer(200, &tokens(r#","error":"invalid_grant""#)),
                }
            }
        }
    }

    fn decide(&mut self, state: State, choice: Choice) -> State {
        let now = at(self.model.now);
        match (state, choice) {
            (State::CodeInDoubt(in_doubt), Choice::Retry) => {
                self.may_send_again();
                let (request, flight) = in_doubt.retry(&self.scenario.client, now).unwrap();
                self.sent(&request);
                State::CodeSent(flight)
            }
            (State::RefreshInDoubt(in_doubt), Choice::Retry) => {
                self.may_send_again();
                let (request, flight) = in_doubt.retry(&self.scenario.client, now).unwrap();
                self.sent(&request);
                State::RefreshSent(flight)
            }
            (State::CodeInDoubt(in_doubt), Choice::AssumeUnspent) => {
                self.may_send_again();
                self.model.phase = Phase::Code;
                State::Code(in_doubt.assume_unspent())
            }
            (State::RefreshInDoubt(in_doubt), Choice::AssumeUnspent) => {
                self.may_send_again();
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
                assert_eq!(header.value().expose(), format!("Bearer {}", access.token));
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
    fn whatever_happens_each_credential_is_sent_once_shown_while_it_is_good_and_never_lost(steps in vec(step(), 1..80)) {
        let mut run = Run::new();
        for step in steps {
            run.step(step);
        }
    }
}
