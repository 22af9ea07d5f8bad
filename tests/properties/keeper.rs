//! A keeper driven by random steps, against a small model of it.

use std::time::Duration;

use oauth_proto::{Confidential, Decision, Keeper, Outcome, Response, Ticket, Turn, stored};
use proptest::prelude::*;

use crate::scenario::{Scenario, answer, at};

/// What may happen to a keeper.
#[derive(Clone, Debug)]
pub enum Step {
    Poll { after: u64 },
    Answer(Answer),
    DropTicket,
    Decide(Decision),
    Rejected { current: bool },
    Reload,
}

#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Rotated,
    Kept,
    NotSent,
    Refused,
    Busy,
    Lost,
    Dead,
    Untrusted,
}

pub fn step() -> impl Strategy<Value = Step> {
    use Answer::{Busy, Dead, Kept, Lost, NotSent, Refused, Rotated, Untrusted};
    prop_oneof![
        6 => (0u64..60).prop_map(|after| Step::Poll { after }),
        5 => prop::sample::select(vec![Rotated, Rotated, Kept, NotSent, Refused, Busy, Lost]).prop_map(Step::Answer),
        1 => prop::sample::select(vec![Dead, Untrusted]).prop_map(Step::Answer),
        1 => Just(Step::DropTicket),
        2 => prop::sample::select(vec![Decision::AssumeUnspent, Decision::AssumeUnspent, Decision::AssumeSpent])
            .prop_map(Step::Decide),
        1 => any::<bool>().prop_map(|current| Step::Rejected { current }),
        1 => Just(Step::Reload),
    ]
}

#[derive(Debug, PartialEq)]
enum Renewal {
    None,
    UnderWay,
    InDoubt,
}

/// A keeper, and the model that it must agree with.
pub struct Run {
    scenario: Scenario<Confidential>,
    keeper: Keeper,
    ticket: Option<Ticket>,
    now: u64,
    issued: u32,
    access_token: String,
    refresh_token: Option<String>,
    renewal: Renewal,
}

impl Run {
    pub fn new() -> Self {
        let scenario = Scenario::new();
        let set = scenario.client.import_refreshable_tokens_from_elsewhere("A0".into(), "R0".into(), Some(at(50)));
        Self {
            scenario,
            keeper: Keeper::new(set),
            ticket: None,
            now: 0,
            issued: 0,
            access_token: "A0".into(),
            refresh_token: Some("R0".into()),
            renewal: Renewal::None,
        }
    }

    pub fn step(&mut self, step: Step) {
        match step {
            Step::Poll { after } => self.poll(after),
            Step::Answer(answer) => self.answer(answer),
            Step::DropTicket => {
                if self.ticket.take().is_some() {
                    self.renewal = Renewal::InDoubt;
                }
            }
            Step::Decide(decision) => {
                assert_eq!(self.keeper.decide(decision), self.renewal == Renewal::InDoubt);
                if self.renewal == Renewal::InDoubt {
                    self.renewal = Renewal::None;
                    self.refresh_token = self.refresh_token.take().filter(|_| decision == Decision::AssumeUnspent);
                }
            }
            Step::Rejected { current: true } => assert!(self.keeper.rejected(&self.access_token.as_str().into())),
            Step::Rejected { current: false } => assert!(!self.keeper.rejected(&"none".into())),
            Step::Reload => {
                let row = stored::save(&self.keeper);
                self.keeper = stored::load(row.as_bytes()).unwrap();
                assert_eq!(stored::save(&self.keeper), row);
                if self.ticket.take().is_some() {
                    self.renewal = Renewal::InDoubt;
                }
            }
        }
        let row = stored::save(&self.keeper);
        let kept = self.refresh_token.as_ref().map(|token| format!(r#""refresh_token":"{token}""#));
        assert_eq!(row.contains("refresh_token"), kept.is_some(), "{row}");
        assert!(row.contains(kept.as_deref().unwrap_or_default()), "{row}");
        assert_eq!(row.contains("sent_at"), self.renewal != Renewal::None, "{row}");
    }

    fn poll(&mut self, after: u64) {
        self.now += after;
        match self.keeper.poll(&self.scenario.client, at(self.now), Duration::from_secs(10)) {
            Turn::Use(token) => assert_eq!(token.expose(), self.access_token),
            Turn::Send(request, ticket) => {
                assert_eq!(self.renewal, Renewal::None);
                let expected =
                    format!("grant_type=refresh_token&refresh_token={}", self.refresh_token.as_ref().unwrap());
                assert_eq!(request.expose_body(), expected.as_bytes());
                self.renewal = Renewal::UnderWay;
                self.ticket = Some(ticket);
            }
            Turn::Wait { until: None } => assert_eq!(self.renewal, Renewal::UnderWay),
            Turn::Wait { until: Some(until) } => assert!(self.renewal == Renewal::None && until > at(self.now)),
            Turn::Decide { .. } => assert_eq!(self.renewal, Renewal::InDoubt),
            Turn::LogIn => assert!(self.refresh_token.is_none() && self.renewal == Renewal::None),
            turn => panic!("{turn:?}"),
        }
    }

    fn answer(&mut self, kind: Answer) {
        let Some(ticket) = self.ticket.take() else { return };
        self.issued += 1;
        let next = self.issued;
        let body = |rest: &str| format!(r#"{{"access_token":"A{next}","token_type":"Bearer","expires_in":50{rest}}}"#);
        let outcome = match kind {
            Answer::Rotated => answer(200, &body(&format!(r#","refresh_token":"R{next}""#))),
            Answer::Kept => answer(200, &body("")),
            Answer::NotSent => Outcome::not_sent("dns"),
            Answer::Refused => answer(400, r#"{"error":"invalid_client"}"#),
            Answer::Busy => Response::new(429, [("Retry-After", "15")], "").into(),
            Answer::Lost => Outcome::lost("reset"),
            Answer::Dead => answer(400, r#"{"error":"invalid_grant"}"#),
            Answer::Untrusted => answer(200, &body("").replace("Bearer", "mac")),
        };
        let issued = matches!(kind, Answer::Rotated | Answer::Kept);
        assert_eq!(self.keeper.handle(ticket, outcome).is_ok(), issued);
        self.renewal = if matches!(kind, Answer::Lost) { Renewal::InDoubt } else { Renewal::None };
        if issued {
            self.access_token = format!("A{next}");
        }
        match kind {
            Answer::Rotated => self.refresh_token = Some(format!("R{next}")),
            Answer::Dead | Answer::Untrusted => self.refresh_token = None,
            _ => {}
        }
    }
}
