//! Invariant: an answer without tokens is a refusal only if the server may have spent nothing, dead only if it says so,
//! and its words are kept as they stand and shown without control characters.

use std::time::Duration;

use super::{
    answers::{path, said, turn, with_error},
    claims,
    input::{Mode, open},
    json::Json,
    scene::{self, JSON, SECRETS, at},
};
use crate::{
    FinishError, Keeper, Remedy, RenewalError, Response, Turn,
    dialect::{Dialect, ResponseFormat},
    error::{Doubt, ErrorCode, ErrorResponse},
    grant::Grant,
};

/// See the invariant on the first line.
pub fn error_response(data: &[u8]) {
    let (mut provider, mut keeper) = (scene::provider(), false);
    let (status, fields, body) = match open(data) {
        Mode::Raw(bytes) => (400, JSON.map(|(name, value)| (name, value.to_owned())).to_vec(), bytes.to_vec()),
        Mode::Built(mut input) => {
            turn(&mut input, &mut provider);
            keeper = input.byte() & 1 == 1;
            let status = input.pick([400, 401, 200, 403, 404, 408, 429, 499, 500, 503, 599, 600, 302, 0]);
            let media_type = match provider.dialect.response.format {
                ResponseFormat::Form => "application/x-www-form-urlencoded",
                ResponseFormat::Json => "application/json",
            };
            let mut fields = vec![("Content-Type", media_type.to_owned())];
            if input.byte() & 1 == 1 {
                fields.push((
                    "retry-after",
                    match input.byte() & 3 {
                        0 => input.text(12),
                        1 => input.number().to_string(),
                        _ => format!(" {} ", input.byte()),
                    },
                ));
            }
            (status, fields, with_error(&mut input, &provider.dialect))
        }
    };
    (provider.dialect.follow_up, provider.follow_up_endpoint) = (None, None);
    let Some(client) = scene::client(provider) else { return };
    let response = Response::new(status, fields, body.clone());
    let answer = Answer { dialect: &client.provider().dialect, status, body: &body };
    if keeper {
        let mut keeper = Keeper::new(scene::refreshable(&client).into_token_set());
        let Turn::Send(_, ticket) = keeper.poll(&client, at(10), Duration::from_secs(9999)) else { return };
        if let Err(error) = keeper.handle(ticket, response.into(), at(11)) {
            answer.renewal(&error);
            let gone = matches!(error, RenewalError::Dead(_) | RenewalError::Untrusted(_));
            assert_eq!(
                claims::kept(&keeper).contains("\"refreshable\""),
                !gone,
                "the refresh token is kept or given up"
            );
        }
        return;
    }
    let (_, flight) = claims::must(scene::refreshable(&client).refresh(&client, at(10)), "a refresh is sent");
    if let Err(error) = flight.finish(response.into()) {
        answer.end(&error);
    }
}

struct Answer<'a> {
    dialect: &'a Dialect,
    status: u16,
    body: &'a [u8],
}

impl Answer<'_> {
    fn end<G: Grant>(&self, error: &FinishError<G>) {
        self.shown(&error.to_string(), &format!("{error:?}"));
        match error {
            FinishError::Refused { response, .. } => self.words(response, false, error.remedy()),
            FinishError::Dead { response, .. } => self.words(response, true, error.remedy()),
            FinishError::InDoubt { doubt, .. } => self.doubt(doubt),
            FinishError::Untrusted { .. } => assert_eq!(self.status, self.dialect.response.status),
            FinishError::NotSent { .. } => unreachable!("an answer came"),
        }
    }

    fn renewal(&self, error: &RenewalError) {
        self.shown(&error.to_string(), &format!("{error:?}"));
        match error {
            RenewalError::Refused(response) => self.words(response, false, error.remedy()),
            RenewalError::Dead(response) => self.words(response, true, error.remedy()),
            RenewalError::InDoubt(doubt) => self.doubt(doubt),
            RenewalError::Untrusted(_) => assert_eq!(self.status, self.dialect.response.status),
            RenewalError::ClientRefused(_) | RenewalError::ClientUntrusted(_) => unreachable!("it has a refresh token"),
            RenewalError::NotSent(_) | RenewalError::ForeignTicket { .. } => {
                unreachable!("an answer came, to its keeper")
            }
        }
    }

    /// The server may say anything, even our secrets.
    fn shown(&self, display: &str, debug: &str) {
        let body = String::from_utf8_lossy(self.body);
        let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| !body.contains(secret)).collect();
        claims::shown(display, &secrets);
        claims::shown(debug, &secrets);
    }

    fn words(&self, response: &ErrorResponse, dead: bool, remedy: Remedy) {
        let success = self.status == self.dialect.response.status;
        assert!(success || ((400..500).contains(&self.status) && self.status != 408), "refused with {}", self.status);
        assert_eq!(response.status, Some(self.status));
        assert!(response.retry_after.is_none_or(|wait| wait <= Duration::from_secs(3600)), "a wait without an end");
        assert!(dead || response.code != ErrorCode::ServerError, "a server that failed refused nothing");
        if dead {
            let code = response.code.as_str();
            let listed = self.dialect.response.error.invalid_grant.iter().any(|each| each == code);
            assert!(response.code == ErrorCode::InvalidGrant || listed, "dead by {code:?}");
            assert_eq!(remedy, Remedy::LogIn);
        }
        self.as_said(response);
    }

    fn doubt(&self, doubt: &Doubt) {
        match doubt {
            Doubt::ServerFailed(response) => {
                let failed = matches!(self.status, 408 | 500..=599) || response.code == ErrorCode::ServerError;
                assert!(failed, "{response:?} is no failure");
                self.as_said(response);
            }
            Doubt::Unreadable(_) => assert_eq!(self.status, self.dialect.response.status),
            Doubt::UnexpectedStatus(status) => {
                assert_eq!(*status, self.status);
                assert!(!(400..600).contains(status) && *status != self.dialect.response.status);
            }
            Doubt::Lost(_) => unreachable!("an answer came"),
        }
    }

    /// Each word stands in the answer, letter for letter.
    fn as_said(&self, response: &ErrorResponse) {
        let said = said(self.dialect, self.body);
        let Some(said) = said.filter(|said| !said.repeats()) else { return };
        let at = |standard| said.at(path(self.dialect, standard));
        let text = |standard| at(standard).and_then(Json::as_str);
        for (words, standard) in [(&response.description, "error_description"), (&response.uri, "error_uri")] {
            if let Some(words) = words {
                assert_eq!(Some(&**words), text(standard));
            }
        }
        let code = response.code.as_str();
        if !code.is_empty() {
            let number = match at("error") {
                Some(Json::Leaf(value)) if value.is_i64() || value.is_u64() => Some(value.to_string()),
                _ => None,
            };
            assert_eq!(Some(code), number.as_deref().or(text("error")));
        }
    }
}
