//! Invariant: an answer issues exactly the tokens that stand in it, or ends in an error that shows none of them.

use super::{
    answers::{said, turn, with_error, with_tokens},
    claims,
    input::{Mode, open},
    json::Json,
    scene::{self, ACCESS, JSON, REFRESH, SECRETS, at},
};
use crate::{
    AnyClient, AnyTokenSet, FinishError, Granted, InFlight, Response, Timestamp,
    dialect::{Dialect, ExpiryEncoding, RefreshAnswer, RefreshCredential, ResponseFormat},
    grant::Grant,
};

/// See the invariant on the first line.
pub fn token_response(data: &[u8]) {
    let (mut provider, mut walk) = (scene::provider(), 0);
    let (status, content_type, body) = match open(data) {
        Mode::Raw(bytes) => (200, JSON, bytes.to_vec()),
        Mode::Built(mut input) => {
            turn(&mut input, &mut provider);
            walk = input.byte();
            let content_type = match provider.dialect.response.format {
                ResponseFormat::Form => "Application/x-www-form-urlencoded;charset=utf-8",
                ResponseFormat::Json => "application/json",
            };
            let content_type = if input.rarely(16) { "text/html" } else { content_type };
            let status = if input.rarely(16) { input.pick([200, 201, 400, 401, 500, 302, 0]) } else { 200 };
            let status = if status == 200 { provider.dialect.response.status } else { status };
            let body = match input.byte() & 3 {
                0 => with_error(&mut input, &provider.dialect),
                _ => with_tokens(&mut input, &provider.dialect),
            };
            (status, [("Content-Type", content_type)], body)
        }
    };
    // A follow-up makes the first tokens not renewable: not in this body.
    (provider.dialect.follow_up, provider.follow_up_endpoint) = (None, None);
    let Some(client) = scene::client(provider) else { return };
    let dialect = &client.provider().dialect;
    let answer = Answer { client: &client, dialect, body: &body, status };
    let response = Response::new(status, content_type, body.clone());
    match walk & 3 {
        0 | 1 => answer.check(scene::code_in_flight(&client), response, false, Granted::into_any_token_set),
        2 => {
            let (_, flight) = claims::must(scene::refreshable(&client).refresh(&client, at(10)), "a refresh is sent");
            answer.check(flight, response, true, |authorized| authorized.into_token_set().into());
        }
        _ => {
            let start = claims::must(client.client_credentials(), "the client asks for itself");
            let (_, flight) = claims::must(start.request(at(10)), "a request is sent");
            answer.check(flight, response, false, |authorized| authorized.into_token_set().into());
        }
    }
}

/// An answer, and whose it is.
struct Answer<'a> {
    client: &'a AnyClient,
    dialect: &'a Dialect,
    body: &'a [u8],
    status: u16,
}

impl Answer<'_> {
    fn check<G: Grant>(
        &self,
        flight: InFlight<G>,
        response: Response,
        refresh: bool,
        tokens: impl Fn(G::Issued) -> AnyTokenSet,
    ) {
        let sent_at = flight.sent_at();
        match flight.finish(response.into()) {
            Ok(issued) => {
                assert_eq!(self.status, self.dialect.response.status, "no other status is success");
                let tokens = tokens(issued);
                claims::kept(&tokens);
                self.presented(&tokens);
                // A reader that decodes more than we do may stop at a member that we ignore.
                if let Some(said) = said(self.dialect, self.body) {
                    self.issued(&tokens, &said, sent_at, refresh);
                }
            }
            Err(error) => self.refused(&error),
        }
    }

    /// The access token is what goes to the API, in one field.
    fn presented(&self, tokens: &AnyTokenSet) {
        let header = tokens.holder().header_for(self.client, "https://api.example/me");
        let header = claims::must(header, "a token is shown to its API");
        claims::header(header.name(), header.expose_value());
        assert_eq!(header.expose_value(), format!("Bearer {}", tokens.access_token().expose()));
    }

    fn issued(&self, tokens: &AnyTokenSet, said: &Json, sent_at: Timestamp, refresh: bool) {
        let dialect = self.dialect;
        let at = |standard| said.at(super::answers::path(dialect, standard));
        assert!(!said.repeats(), "a member stands there twice, and tokens were issued");
        claims::token_text(tokens.access_token().expose());
        if refresh && dialect.refresh.answer != RefreshAnswer::NewTokens {
            assert_eq!(tokens.access_token().expose(), ACCESS, "the token that is extended stays the same");
            return;
        }
        assert_eq!(at("access_token").and_then(Json::as_str), Some(tokens.access_token().expose()));
        if dialect.response.error.ok.is_none() {
            assert_eq!(at("error"), None, "an error, and tokens were issued");
        }
        match at("token_type").map(|value| value.as_str().unwrap_or_default()) {
            Some(text) => {
                assert!(dialect.response.token_types.iter().any(|known| known.eq_ignore_ascii_case(text)), "{text}");
            }
            None => assert!(dialect.response.token_type_optional, "no token type, and tokens were issued"),
        }
        let new = at("refresh_token").and_then(Json::as_str);
        match (tokens, dialect.refresh.credential) {
            (_, RefreshCredential::Access) => {}
            (AnyTokenSet::Refreshable(set), _) => {
                let held = if refresh { Some(REFRESH) } else { None };
                assert_eq!(Some(set.refresh_token().expose()), new.or(held));
            }
            (AnyTokenSet::AccessOnly(_), _) => assert_eq!(new, None, "a refresh token was lost"),
            (AnyTokenSet::Reissuable(_), _) => {}
        }
        if let (ExpiryEncoding::SecondsFromNow, value) = (dialect.response.expiry, at("expires_in")) {
            let number = match value {
                Some(Json::Leaf(value)) => value.as_u64().or_else(|| value.as_str()?.parse().ok()),
                _ => None,
            };
            let end = |seconds| sent_at.plus(std::time::Duration::from_secs(seconds));
            assert_eq!(tokens.expires_at().is_some(), value.is_some());
            assert!(number.is_none_or(|number| tokens.expires_at() == Some(end(number))), "the end is another");
        }
    }

    fn refused<G: Grant>(&self, error: &FinishError<G>) {
        let (FinishError::Refused { response, .. } | FinishError::Dead { response, .. }) = error else {
            // None of the server's words are in it, and so none of the tokens.
            let words = matches!(error, FinishError::InDoubt { doubt: crate::error::Doubt::ServerFailed(_), .. });
            return if words { claims::error(error, &[]) } else { claims::error(error, &SECRETS) };
        };
        // What the server says is shown word for word, even if it says our secrets.
        let told = format!("{response:?}");
        let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| !told.contains(secret)).collect();
        claims::error(error, &secrets);
        assert!(self.status < 500, "a server that failed refused nothing");
    }
}
