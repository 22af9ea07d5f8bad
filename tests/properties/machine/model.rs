//! The model: which credentials are alive, and what each answer of the server does to them.

use std::collections::BTreeMap;

use oauth_proto::{Outcome, Response};

use super::{
    state::{Phase, State},
    step::Ending,
};
use crate::scenario::answer;

/// An access token, and until when it is good.
#[derive(Clone, Debug)]
pub struct Access {
    pub token: String,
    pub end: u64,
    pub rejected: bool,
}

/// Which credentials are alive.
#[derive(Debug)]
pub struct Model {
    pub phase: Phase,
    pub now: u64,
    pub closes_at: u64,
    pub sent_at: u64,
    pub code: Option<String>,
    pub refresh_token: Option<String>,
    pub access: Option<Access>,
    /// In how many requests each credential was, and in how many more than one it may be.
    pub requests: BTreeMap<String, u32>,
    pub again: BTreeMap<String, u32>,
}

/// How long an access token lives, and how long a login is open, in seconds.
pub const LIVES: u64 = 50;
pub const OPEN: u64 = 600;

impl Model {
    pub fn new() -> Self {
        Self {
            phase: Phase::LoggedOut,
            now: 0,
            closes_at: 0,
            sent_at: 0,
            code: None,
            refresh_token: None,
            access: None,
            requests: BTreeMap::new(),
            again: BTreeMap::new(),
        }
    }

    /// The model and the machine agree.
    pub fn check(&self, state: &State) {
        assert_eq!(state.phase(), self.phase, "{state:?}");
        if let Some(row) = state.row() {
            // None is lost, and none that is dead is kept.
            for (field, alive) in [("code", &self.code), ("refreshable", &self.refresh_token)] {
                let kept = alive.as_ref().map(|text| format!(r#""{field}":"{text}""#));
                assert_eq!(row.contains(&format!(r#""{field}":""#)), kept.is_some(), "{row}");
                assert!(row.contains(kept.as_deref().unwrap_or_default()), "{row}");
            }
            let access = self.access.as_ref().map(|access| format!(r#""access_token":"{}""#, access.token));
            assert_eq!(row.contains("access_token"), access.is_some(), "{row}");
            assert!(row.contains(access.as_deref().unwrap_or_default()), "{row}");
        }
        for (credential, count) in &self.requests {
            let allowed = 1 + self.again.get(credential).copied().unwrap_or_default();
            assert!(*count <= allowed, "{credential} was in {count} requests");
        }
    }

    /// The credential in flight, or in doubt, may be sent once more: somebody said so.
    pub fn may_send_again(&mut self) {
        let credential = self.code.clone().or(self.refresh_token.clone()).unwrap();
        *self.again.entry(credential).or_default() += 1;
    }

    /// What the server does, and what the model takes from it.
    pub fn outcome(&mut self, ending: Ending, number: u32) -> Outcome {
        let with_code = self.code.is_some();
        let tokens =
            |more: &str| format!(r#"{{"access_token":"A{number}","token_type":"Bearer","expires_in":{LIVES}{more}}}"#);
        let refresh_token = format!(r#","refresh_token":"R{number}""#);
        match ending {
            Ending::Rotated | Ending::NoRefreshToken => {
                self.access = Some(Access { token: format!("A{number}"), end: self.sent_at + LIVES, rejected: false });
                self.phase = Phase::Tokens;
                self.code = None;
                if let Ending::Rotated = ending {
                    self.refresh_token = Some(format!("R{number}"));
                    return answer(200, &tokens(&refresh_token));
                }
                // RFC 6749 section 6: the old one stays good.
                if !with_code {
                    self.may_send_again();
                }
                answer(200, &tokens(""))
            }
            Ending::NotSent | Ending::Refused | Ending::Busy => {
                self.phase = if with_code { Phase::Code } else { Phase::Tokens };
                self.may_send_again();
                match ending {
                    Ending::NotSent => Outcome::not_sent("dns"),
                    Ending::Refused => answer(400, r#"{"error":"invalid_client"}"#),
                    _ => answer(429, ""),
                }
            }
            Ending::Dead | Ending::Untrusted => {
                (self.code, self.refresh_token) = (None, None);
                self.phase = if with_code { Phase::LoggedOut } else { Phase::Tokens };
                match ending {
                    Ending::Dead => answer(400, r#"{"error":"invalid_grant"}"#),
                    _ => answer(200, &tokens(&refresh_token).replace("Bearer", "mac")),
                }
            }
            Ending::Lost | Ending::Failed | Ending::Unreadable | Ending::Contradiction => {
                self.phase = Phase::InDoubt;
                match ending {
                    Ending::Lost => Outcome::lost("reset"),
                    Ending::Failed => Response::new(503, [("Retry-After", "20")], "").into(),
                    Ending::Unreadable => answer(200, "<html>"),
                    _ => answer(200, &tokens(r#","error":"invalid_grant""#)),
                }
            }
        }
    }
}
