//! Invariant: an exchange issues the token that stands in its answer, as an access token only where the answer says that
//! it is used as one and is of no kind that is none; any other answer ends in an error that shows nothing of it.

use super::{
    answers::{path, said, turn, with_error, with_members},
    claims,
    input::{Mode, open},
    json::Json,
    scene::{self, SECRETS, at},
};
use crate::{
    FinishError, Response,
    dialect::{Dialect, ResponseFormat},
    extension_grants::{Exchanged, TokenType},
    grant::TokenExchange,
};

const ISSUED: &str = "issued_token_type";

/// What is presented: it stands in no text by chance.
const SUBJECT: &str = "subj3ct-accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC";

/// See the invariant on the first line.
pub fn exchange_answer(data: &[u8]) {
    let mut provider = scene::provider();
    let (status, content_type, body) = match open(data) {
        Mode::Raw(bytes) => (200, "application/json", bytes.to_vec()),
        Mode::Built(mut input) => {
            turn(&mut input, &mut provider);
            if input.rarely(4) {
                provider.dialect.response.keep.push(ISSUED.into());
            }
            let dialect = &provider.dialect;
            let kind = input.pick([
                "\"urn:ietf:params:oauth:token-type:access_token\"",
                "\"urn:ietf:params:oauth:token-type:jwt\"",
                "\"urn:ietf:params:oauth:token-type:saml2\"",
                "\"urn:ietf:params:oauth:token-type:id_token\"",
                "\"urn:ietf:params:oauth:token-type:refresh_token\"",
                "\"urn:ex\\u0061mple:ticket\"",
                "\"ticket\"",
                "\"\"",
                "7",
                "null",
                "[\"urn:example:ticket\"]",
            ]);
            let usage = input.pick(["\"N_A\"", "\"n_a\"", "\"Bearer\"", "\"bearer\"", "\"mac\"", "null"]);
            let content_type = match dialect.response.format {
                ResponseFormat::Form => "application/x-www-form-urlencoded",
                ResponseFormat::Json => "application/json",
            };
            let status = if input.rarely(16) { input.pick([201, 400, 500]) } else { dialect.response.status };
            let own = [(ISSUED, kind), (path(dialect, "token_type"), usage)];
            let body = match input.byte() & 7 {
                0 => with_error(&mut input, dialect),
                _ => with_members(&mut input, dialect, &own),
            };
            (status, content_type, body)
        }
    };
    (provider.dialect.follow_up, provider.follow_up_endpoint) = (None, None);
    let Some(client) = scene::client(provider) else { return };
    let exchange = claims::must(client.token_exchange(SUBJECT.into(), TokenType::ACCESS_TOKEN), "an exchange begins");
    let exchange = claims::must(exchange.resource("https://backend.example/"), "it is for a service");
    let (request, flight) = claims::must(exchange.request(at(10)), "a request is sent");
    assert_eq!(claims::request(&request, &[]).get("subject_token").map(String::as_str), Some(SUBJECT));
    claims::shown(&format!("{flight:?}"), &[SUBJECT]);

    let dialect = &client.provider().dialect;
    let outcome = Response::new(status, [("Content-Type", content_type)], body.clone()).into();
    match flight.finish(outcome) {
        Ok(exchanged) => {
            assert_eq!(status, dialect.response.status, "no other status is success");
            issued(dialect, exchanged, said(dialect, &body).as_ref());
        }
        Err(error) => refused(&error, &body),
    }
}

fn issued(dialect: &Dialect, exchanged: Exchanged, said: Option<&Json>) {
    let kept = |name: &str| dialect.response.keep.iter().any(|kept| kept == name);
    let (token, kind, is_access_token) = match exchanged {
        Exchanged::AccessToken { granted, issued_type } => {
            assert!(granted.extras().iter().all(|(name, _)| kept(name)), "more is kept than the data says");
            let token = granted.access_token().expose().to_owned();
            claims::kept(&granted.into_any_token_set());
            (token, issued_type, true)
        }
        Exchanged::Other(issued) => {
            assert!(issued.extras().iter().all(|(name, _)| kept(name)), "more is kept than the data says");
            claims::kept(&issued);
            let Some(token) = issued.token_at(at(0)) else { return }; // an end that is over already
            (token.expose().to_owned(), issued.token_type().clone(), false)
        }
    };
    claims::token_text(&token);
    let none = [TokenType::REFRESH_TOKEN, TokenType::ID_TOKEN, TokenType::SAML1, TokenType::SAML2];
    assert!(!is_access_token || !none.contains(&kind), "{kind:?} is taken for an access token");
    // A reader that decodes more than we do may stop at a member that we ignore.
    let Some(said) = said else { return };
    assert!(!said.repeats(), "a member stands there twice, and a token was issued");
    let text = |path| said.at(path).and_then(Json::as_str);
    assert_eq!(text(path(dialect, "access_token")), Some(token.as_str()));
    assert_eq!(text(ISSUED), Some(kind.as_str()));
    match text(path(dialect, "token_type")) {
        Some(usage) if usage.eq_ignore_ascii_case("N_A") => assert!(!is_access_token, "it is used as none"),
        Some(usage) => {
            assert!(dialect.response.token_types.iter().any(|known| known.eq_ignore_ascii_case(usage)), "{usage}");
            assert!(is_access_token || none.contains(&kind), "an access token was lost");
        }
        None => assert!(dialect.response.token_type_optional, "no token type, and a token was issued"),
    }
}

fn refused(error: &FinishError<TokenExchange>, body: &[u8]) {
    // The server may say anything, even our secrets.
    let body = String::from_utf8_lossy(body);
    let all = SECRETS.into_iter().chain([SUBJECT]);
    let secrets: Vec<&str> = all.filter(|secret| !body.contains(secret)).collect();
    claims::error(error, &secrets);
}
