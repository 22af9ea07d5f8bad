//! A keeper driven by random steps, against a small model of it.

use std::time::Duration;

use oauth_proto::{Confidential, Decision, Keeper, Outcome, RenewalError, Response, Ticket, Turn, stored};
use proptest::{collection::vec, prelude::*};

use crate::scenario::{Scenario, answer, at};

/// What may happen to a keeper.
#[derive(Clone, Debug)]
enum Step {
    Poll { after: u64 },
    Answer { which: prop::sample::Index, answer: Answer },
    DropTicket { which: prop::sample::Index },
    Decide(Decision),
    Rejected { current: bool },
    Reload,
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Rotated,
    Kept,
    NotSent,
    Refused,
    Busy,
    Lost,
    Failed,
    Dead,
    Untrusted,
}

fn step() -> impl Strategy<Value = Step> {
    use Answer::{Busy, Dead, Failed, Kept, Lost, NotSent, Refused, Rotated, Untrusted};
    let usual = prop::sample::select(vec![Rotated, Rotated, Kept, NotSent, Refused, Busy, Lost, Failed]);
    let answer = prop_oneof![5 => usual, 1 => prop::sample::select(vec![Dead, Untrusted])];
    prop_oneof![
        6 => prop_oneof![Just(0), 0u64..60].prop_map(|after| Step::Poll { after }),
        6 => (any::<prop::sample::Index>(), answer).prop_map(|(which, answer)| Step::Answer { which, answer }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::DropTicket { which }),
        2 => prop::sample::select(vec![Decision::AssumeUnspent, Decision::AssumeUnspent, Decision::AssumeSpent])
            .prop_map(Step::Decide),
        1 => any::<bool>().prop_map(|current| Step::Rejected { current }),
        1 => Just(Step::Reload),
    ]
}

/// Where the ticket of a renewal that was sent is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holder {
    /// Here: the ticket of this number.
    Here(u32),
    /// In another process, as far as the loaded keeper knows.
    Elsewhere,
    /// Dropped, or the answer was lost.
    Nobody,
}

/// A ticket that is out, and what it renews.
struct Out {
    ticket: Ticket,
    number: u32,
    sent_at: u64,
    access_token: String,
    refresh_token: Option<String>,
}

/// How long a request may take.
const DEADLINE: u64 = 30;

/// A keeper, and the model that it must agree with.
struct Run {
    scenario: Scenario<Confidential>,
    keeper: Keeper,
    out: Vec<Out>,
    now: u64,
    issued: u32,
    access_token: String,
    refresh_token: Option<String>,
    /// When it was sent, and who has the ticket.
    renewal: Option<(u64, Holder)>,
    not_before: u64,
}

impl Run {
    fn new() -> Self {
        let scenario = Scenario::new();
        let set =
            scenario.client.import_refreshable_tokens_from_elsewhere("A0".into(), "R0".into(), Some(at(50))).unwrap();
        Self {
            scenario,
            keeper: Keeper::new(set),
            out: Vec::new(),
            now: 0,
            issued: 0,
            access_token: "A0".into(),
            refresh_token: Some("R0".into()),
            renewal: None,
            not_before: 0,
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Poll { after } => self.poll(after),
            Step::Answer { which, answer } => self.answer(which, answer),
            Step::DropTicket { which } => drop(self.take(which)),
            Step::Decide(decision) => self.decide(decision),
            Step::Rejected { current: true } => assert!(self.keeper.rejected(&self.access_token.as_str().into())),
            Step::Rejected { current: false } => assert!(!self.keeper.rejected(&"none".into())),
            Step::Reload => {
                let row = stored::save(&self.keeper);
                self.keeper = stored::load(row.as_bytes()).unwrap();
                assert_eq!(stored::save(&self.keeper), row);
                self.renewal = self.renewal.map(|(sent_at, _)| (sent_at, Holder::Elsewhere));
            }
        }
        let row = stored::save(&self.keeper);
        let kept = self.refresh_token.as_ref().map(|token| format!(r#""refreshable":"{token}""#));
        assert_eq!(row.contains("\"refreshable"), kept.is_some(), "{row}");
        assert!(row.contains(kept.as_deref().unwrap_or_default()), "{row}");
        assert_eq!(row.contains("sent_at"), self.renewal.is_some(), "{row}");
    }

    /// Takes a ticket that is out; the keeper that handed it out sees it go.
    fn take(&mut self, which: prop::sample::Index) -> Option<Out> {
        if self.out.is_empty() {
            return None;
        }
        let out = self.out.swap_remove(which.index(self.out.len()));
        let gone = |holder| if holder == Holder::Here(out.number) { Holder::Nobody } else { holder };
        self.renewal = self.renewal.map(|(sent_at, holder)| (sent_at, gone(holder)));
        Some(out)
    }

    fn poll(&mut self, after: u64) {
        self.now += after;
        let now = self.now;
        match self.keeper.poll(&self.scenario.client, at(now), Duration::from_secs(10)) {
            Turn::Use(token) => assert_eq!(token.expose(), self.access_token),
            Turn::Send(request, ticket) => {
                assert_eq!(self.renewal, None);
                assert!(now >= self.not_before, "sent before its time");
                let refresh_token = self.refresh_token.clone();
                let expected = format!("grant_type=refresh_token&refresh_token={}", refresh_token.as_ref().unwrap());
                assert_eq!(request.expose_body(), expected.as_bytes());
                self.issued += 1;
                self.renewal = Some((now, Holder::Here(self.issued)));
                self.not_before = 0;
                let access_token = self.access_token.clone();
                self.out.push(Out { ticket, number: self.issued, sent_at: now, access_token, refresh_token });
            }
            Turn::Wait { until: None } => assert!(matches!(self.renewal, Some((_, Holder::Here(_))))),
            Turn::Wait { until: Some(until) } => {
                let expected = match self.renewal {
                    None => self.not_before,
                    Some((sent_at, holder)) => {
                        assert_eq!(holder, Holder::Elsewhere);
                        sent_at + DEADLINE
                    }
                };
                assert!(until == at(expected) && until > at(now));
            }
            Turn::Decide { sent_at } => {
                let (sent, holder) = self.renewal.unwrap();
                assert_eq!(sent_at, at(sent));
                assert!(holder == Holder::Nobody || (holder == Holder::Elsewhere && now >= sent + DEADLINE));
            }
            Turn::LogIn => assert!(self.refresh_token.is_none() && self.renewal.is_none()),
            turn => panic!("{turn:?}"),
        }
    }

    fn decide(&mut self, decision: Decision) {
        let decides = matches!(self.renewal, Some((_, Holder::Elsewhere | Holder::Nobody)));
        assert_eq!(self.keeper.decide(decision), decides);
        if decides {
            self.renewal = None;
            self.refresh_token = self.refresh_token.take().filter(|_| decision == Decision::AssumeUnspent);
        }
    }

    fn answer(&mut self, which: prop::sample::Index, kind: Answer) {
        let Some(out) = self.take(which) else { return };
        self.issued += 1;
        let next = self.issued;
        let body = |rest: &str| format!(r#"{{"access_token":"A{next}","token_type":"Bearer","expires_in":50{rest}}}"#);
        let later = |status, seconds| Response::new(status, [("Retry-After", seconds)], "").into();
        let outcome = match kind {
            Answer::Rotated => answer(200, &body(&format!(r#","refresh_token":"R{next}""#))),
            Answer::Kept => answer(200, &body("")),
            Answer::NotSent => Outcome::not_sent("dns"),
            Answer::Refused => answer(400, r#"{"error":"invalid_client"}"#),
            Answer::Busy => later(429, "15"),
            Answer::Lost => Outcome::lost("reset"),
            Answer::Failed => later(503, "20"),
            Answer::Dead => answer(400, r#"{"error":"invalid_grant"}"#),
            Answer::Untrusted => answer(200, &body("").replace("Bearer", "mac")),
        };
        // A ticket counts for the tokens that it renews, in whatever copy of their keeper. What it brings is taken also if
        // it was decided on meanwhile, or if the refresh token was given up.
        let same = self.access_token == out.access_token;
        let (kept, given_up) = (self.refresh_token == out.refresh_token, self.refresh_token.is_none());
        let expected = self.renewal.is_some_and(|(sent_at, _)| sent_at == out.sent_at);
        let issued = matches!(kind, Answer::Rotated | Answer::Kept);
        let ours = same && ((kept && expected) || ((kept || given_up) && issued));
        let out_sent_at = out.sent_at;
        let before = stored::save(&self.keeper);
        let end = self.keeper.handle(out.ticket, outcome, at(self.now));
        if !ours {
            assert!(matches!(end, Err(RenewalError::ForeignTicket { .. })));
            assert_eq!(stored::save(&self.keeper), before);
            return;
        }
        assert_eq!(end.is_ok(), issued);
        if issued {
            self.access_token = format!("A{next}");
        }
        let (wait, in_doubt) = match kind {
            // A token with no life in it must not be renewed at every turn.
            Answer::Rotated | Answer::Kept if self.now >= out_sent_at + 50 => (1, false),
            Answer::NotSent => (1, false),
            Answer::Refused => (30, false),
            Answer::Busy => (15, false),
            Answer::Failed => (20, true),
            Answer::Lost => (0, true),
            Answer::Rotated | Answer::Kept | Answer::Dead | Answer::Untrusted => (0, false),
        };
        self.not_before = self.now + wait;
        self.renewal = self.renewal.filter(|_| in_doubt).map(|(sent_at, _)| (sent_at, Holder::Nobody));
        match kind {
            Answer::Rotated => self.refresh_token = Some(format!("R{next}")),
            Answer::Dead | Answer::Untrusted => self.refresh_token = None,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_keeper_sends_each_refresh_token_once_and_loses_none(steps in vec(step(), 1..60)) {
        let mut run = Run::new();
        for step in steps {
            run.step(step);
        }
    }
}
