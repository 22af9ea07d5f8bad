//! Where an exchange ends: the kind of the token, and how it is used, decide together.

use oauth_proto::{
    Confidential, FinishError, Granted, InFlight, Provider, Response, Scope,
    dialect::{ExpiryEncoding, RefreshCredential, ResponseFormat},
    error::{AnswerFault, Doubt},
    extension_grants::{Exchanged, TokenType},
    grant::TokenExchange,
    stored,
};

use crate::scenario::{Scenario, answer, at};

fn in_flight(scenario: &Scenario<Confidential>) -> InFlight<TokenExchange> {
    let start = scenario.client.token_exchange("S1".into(), TokenType::ACCESS_TOKEN).unwrap();
    start.request(at(10)).unwrap().1
}

fn body(issued_type: &str, token_type: &str) -> String {
    format!(
        r#"{{"access_token":"X1","issued_token_type":"{issued_type}","token_type":"{token_type}","expires_in":60}}"#
    )
}

fn finish(body: &str) -> Result<Exchanged, FinishError<TokenExchange>> {
    in_flight(&Scenario::new()).finish(answer(200, body))
}

#[test]
fn which_answers_bring_an_access_token() {
    let (access, own) = (TokenType::ACCESS_TOKEN, TokenType::new("urn:example:ticket").unwrap());
    for (token_type, kinds, is_access_token) in [
        ("Bearer", [&access, &TokenType::JWT, &own, &access], true),
        ("bearer", [&access, &TokenType::JWT, &own, &access], true),
        // RFC 8693 section 2.2.1: `N_A` in any case.
        ("N_A", [&access, &TokenType::JWT, &own, &TokenType::SAML2], false),
        ("n_a", [&access, &TokenType::JWT, &own, &TokenType::ID_TOKEN], false),
        // Section 3 says of these what they are: no API may see one, whatever else the server says.
        ("Bearer", [&TokenType::REFRESH_TOKEN, &TokenType::ID_TOKEN, &TokenType::SAML1, &TokenType::SAML2], false),
    ] {
        for kind in kinds {
            match finish(&body(kind.as_str(), token_type)).unwrap() {
                Exchanged::AccessToken { granted: Granted::AccessOnly(authorized), issued_type } => {
                    assert!(is_access_token, "{token_type} {kind:?}");
                    assert_eq!((authorized.access_token().expose(), &issued_type), ("X1", kind));
                    assert_eq!(authorized.expires_at(), Some(at(70)));
                    assert!(authorized.extras().is_empty());
                }
                Exchanged::Other(issued) => {
                    assert!(!is_access_token, "{token_type} {kind:?}");
                    assert_eq!(issued.token_at(at(69)).map(|token| token.expose()), Some("X1"));
                    assert!(issued.token_at(at(70)).is_none());
                    assert_eq!((issued.token_type(), issued.expires_at()), (kind, Some(at(70))));
                    assert!(issued.extras().is_empty());
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn an_answer_that_does_not_say_what_it_brings_is_in_doubt() {
    let doubt = |body: &str| match finish(body) {
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => fault,
        other => panic!("{other:?}"),
    };
    // RFC 8693 section 2.2.1: it is required.
    let missing = AnswerFault::Missing("issued_token_type");
    assert_eq!(doubt(r#"{"access_token":"X1","token_type":"Bearer"}"#), missing);
    assert_eq!(doubt(r#"{"access_token":"X1","token_type":"N_A","issued_token_type":null}"#), missing);
    let malformed = AnswerFault::Malformed("issued_token_type");
    for issued_type in [r#""""#, r#""jwt""#, r#""urn:a b""#, r#""urn:a#b""#, "7", "true", r#"["urn:a:b"]"#, "{}"] {
        let body = format!(r#"{{"access_token":"X1","token_type":"Bearer","issued_token_type":{issued_type}}}"#);
        assert_eq!(doubt(&body), malformed, "{issued_type}");
    }
    let saml2 = r#""issued_token_type":"urn:ietf:params:oauth:token-type:saml2""#;
    let twice = format!(r#"{{"access_token":"X1","token_type":"N_A",{saml2},{saml2}}}"#);
    assert_eq!(doubt(&twice), AnswerFault::Repeated);
    assert_eq!(doubt(&format!(r#"{{"token_type":"N_A",{saml2}}}"#)), AnswerFault::Missing("access_token"));
    assert_eq!(doubt(&format!(r#"{{"access_token":"X1",{saml2}}}"#)), AnswerFault::Missing("token_type"));
    let with_error = format!(r#"{{"access_token":"X1","token_type":"N_A",{saml2},"error":"invalid_target"}}"#);
    assert_eq!(doubt(&with_error), AnswerFault::Contradiction);
    // Another way to use a token than this client knows (RFC 6749 section 7.1).
    let error = finish(&body(TokenType::ACCESS_TOKEN.as_str(), "mac")).unwrap_err();
    assert!(matches!(error, FinishError::Untrusted { fault: AnswerFault::TokenType, .. }), "{error:?}");
}

#[test]
fn only_an_exchange_takes_what_is_used_as_no_access_token() {
    let scenario = Scenario::new();
    let error = scenario.password_in_flight().1.finish(answer(200, &body("urn:a:b", "N_A"))).unwrap_err();
    assert!(matches!(error, FinishError::Untrusted { fault: AnswerFault::TokenType, .. }), "{error:?}");
    assert!(scenario.password_in_flight().1.finish(answer(200, &body("urn:a:b", "Bearer"))).is_ok());
}

#[test]
fn the_answer_is_read_as_the_dialect_has_it() {
    let renamed = Scenario::with(|provider: &mut Provider| {
        let response = &mut provider.dialect.response;
        response.rename.rename("access_token", "data.token").rename("token_type", "data.use");
        response.expiry = ExpiryEncoding::MillisecondsFromNow;
        response.status = 201;
        response.keep = vec!["team".into(), "issued_token_type".into()];
    });
    let kind = TokenType::SAML2;
    let text = format!(
        r#"{{"data":{{"token":"X1","use":"N_A"}},"expires_in":60000,"team":{{"id":7}},"issued_token_type":"{}"}}"#,
        kind.as_str()
    );
    let Exchanged::Other(issued) = in_flight(&renamed).finish(answer(201, &text)).unwrap() else { panic!() };
    assert_eq!((issued.token_type(), issued.expires_at()), (&kind, Some(at(70))));
    // What the data lists is kept, and what the exchange was read by is not.
    let extras: Vec<_> = issued.extras().iter().collect();
    assert_eq!(extras, [("issued_token_type", kind.as_str()), ("team", r#"{"id":7}"#)]);

    let form = Scenario::with(|provider| provider.dialect.response.format = ResponseFormat::Form);
    let text = "access_token=X1&token_type=N_A&issued_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Asaml2";
    let response = Response::new(200, [("Content-Type", "application/x-www-form-urlencoded")], text);
    let Exchanged::Other(issued) = in_flight(&form).finish(response.into()).unwrap() else { panic!() };
    assert_eq!((issued.token_type(), issued.expires_at()), (&kind, None));
    assert!(issued.token_at(at(999_999_999)).is_some(), "without an end there is none");

    // Where no server says how a token is used, its kind alone decides.
    let silent = Scenario::with(|provider| provider.dialect.response.token_type_optional = true);
    for (kind, is_access_token) in [(TokenType::ACCESS_TOKEN, true), (TokenType::ID_TOKEN, false)] {
        let text = format!(r#"{{"access_token":"X1","issued_token_type":"{}"}}"#, kind.as_str());
        let exchanged = in_flight(&silent).finish(answer(200, &text)).unwrap();
        assert_eq!(matches!(exchanged, Exchanged::AccessToken { .. }), is_access_token);
    }
}

#[test]
fn data_that_puts_something_else_in_the_place_of_the_kind_is_refused_at_once() {
    let scenario = Scenario::with(|provider| {
        provider.dialect.response.rename.rename("access_token", "issued_token_type.token");
    });
    let error = scenario.client.token_exchange("S1".into(), TokenType::ACCESS_TOKEN).unwrap_err();
    assert_eq!(
        error.to_string(),
        "dialect.response.issued_token_type: is there already, under this name or one that is the same on the wire; give it once"
    );
}

#[test]
fn what_comes_beside_the_token() {
    let rest = r#","refresh_token":"R1","scope":"read"}"#;
    let text = body(TokenType::SAML2.as_str(), "N_A").replace('}', rest);
    let Exchanged::Other(issued) = finish(&text).unwrap() else { panic!() };
    assert_eq!(issued.refresh_token().map(|token| token.expose()), Some("R1"));
    assert_eq!((issued.scope().as_str(), issued.server(), issued.client_id()), ("read", "example", "app"));
    let shown = format!("{issued:?}");
    assert!(!shown.contains("X1") && !shown.contains("R1"), "{shown}");
    let intent = issued.into_intent();
    assert_eq!((intent.scope().as_str(), intent.redirect_uri()), ("read write", None));
    // A server that says nothing granted what was asked for.
    let Exchanged::Other(issued) = finish(&body(TokenType::SAML2.as_str(), "N_A")).unwrap() else { panic!() };
    assert_eq!(*issued.scope(), Scope::new(["read", "write"]).unwrap());
    assert_eq!(stored::save(&issued).matches("scope").count(), 1, "it is stored once");

    let text = body(TokenType::ACCESS_TOKEN.as_str(), "Bearer").replace('}', rest);
    let Exchanged::AccessToken { granted: Granted::Refreshable(authorized), .. } = finish(&text).unwrap() else {
        panic!()
    };
    let (request, _) = authorized.refresh(&Scenario::new().client, at(20)).unwrap();
    assert_eq!(request.expose_body(), b"grant_type=refresh_token&refresh_token=R1");
}

#[test]
fn a_token_that_renews_itself_does_so_only_where_it_is_an_access_token() {
    let scenario = Scenario::with(|provider| provider.dialect.refresh.credential = RefreshCredential::Access);
    let finish = |token_type| {
        let text = body(TokenType::ACCESS_TOKEN.as_str(), token_type);
        in_flight(&scenario).finish(answer(200, &text)).unwrap()
    };
    assert!(matches!(finish("Bearer"), Exchanged::AccessToken { granted: Granted::Refreshable(_), .. }));
    let Exchanged::Other(issued) = finish("N_A") else { panic!() };
    assert!(issued.refresh_token().is_none());
}
