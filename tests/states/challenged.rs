//! What an API's refusal says of the token.

use std::time::Duration;

use oauth_proto::{
    AccessOnly, Authorized, Confidential, Keeper, Response, Scope, Standing,
    challenge::{Challenged, Verdict as Said},
};

use crate::scenario::{Scenario, at, entropy};

fn still_good(authorized: Authorized<AccessOnly>) {
    assert!(matches!(authorized.into_token_set().at(at(20)), Standing::Authorized(_)));
}

fn said(scenario: &Scenario<Confidential>, status: u16, fields: &[&str]) -> Said {
    let response = Response::new(status, fields.iter().map(|field| ("WWW-Authenticate", *field)), "");
    let said = said_of_the_state(scenario, &response);
    // A keeper is told the same, and knows what becomes of its token.
    let mut keeper = Keeper::new(scenario.access_only().into_token_set());
    assert_eq!(keeper.challenged(&"A1".into(), &scenario.client, &response), said);
    assert_eq!(keeper.access_token_at(at(20)).is_none(), said == Said::Rejected);
    // Of a token that was renewed meanwhile, nothing is said.
    let mut keeper = Keeper::new(scenario.access_only().into_token_set());
    assert_eq!(keeper.challenged(&"A0".into(), &scenario.client, &response), said);
    assert!(keeper.access_token_at(at(20)).is_some());
    said
}

/// What came of it, without the tokens; these are looked at.
fn said_of_the_state(scenario: &Scenario<Confidential>, response: &Response) -> Said {
    match scenario.access_only().challenged(&scenario.client, response) {
        Challenged::Rejected(expired) => {
            assert!(expired.into_token_set().access_token_at(at(20)).is_none());
            Said::Rejected
        }
        Challenged::InsufficientScope { authorized, scope } => {
            still_good(authorized);
            Said::InsufficientScope { scope }
        }
        Challenged::StepUp { authorized, step_up } => {
            still_good(authorized);
            Said::StepUp(step_up)
        }
        Challenged::NotAboutTheToken(authorized) => {
            still_good(authorized);
            Said::NotAboutTheToken
        }
    }
}

#[test]
fn a_401_rejects_the_token_unless_it_says_otherwise() {
    let plain = Scenario::new();
    for fields in [
        &[][..],
        &[r#"Bearer error="invalid_token""#],
        &["Bearer"],
        &[r#"Bearer realm="api""#],
        // Others are for other credentials, and ours was refused all the same.
        &[r#"Basic realm="api""#],
        &["\u{1}broken"],
        &[r#"Bearer error="of_its_own""#],
        &[r#"DPoP error="invalid_request", Bearer error="invalid_token""#],
    ] {
        assert_eq!(said(&plain, 401, fields), Said::Rejected, "{fields:?}");
    }
    for code in ["invalid_request", "use_dpop_nonce", "invalid_dpop_proof"] {
        assert_eq!(said(&plain, 401, &[&format!("Bearer error={code}")]), Said::NotAboutTheToken, "{code}");
    }
}

#[test]
fn a_403_is_for_a_token_that_is_good() {
    let plain = Scenario::new();
    for fields in [&[][..], &["Bearer"], &["Basic"], &[r#"DPoP error="insufficient_scope""#]] {
        assert_eq!(said(&plain, 403, fields), Said::NotAboutTheToken, "{fields:?}");
    }
    let field = r#"bearer error="insufficient_scope", scope="files:write user:read""#;
    let needed = Scope::new(["files:write", "user:read"]).unwrap();
    // RFC 6750 section 3.1 has 403; the code says it whatever the status.
    for status in [401, 403] {
        assert_eq!(said(&plain, status, &[field]), Said::InsufficientScope { scope: Some(needed.clone()) });
    }
    assert_eq!(said(&plain, 403, &["Bearer error=insufficient_scope"]), Said::InsufficientScope { scope: None });
    assert_eq!(said(&plain, 403, &["Bearer error=invalid_token"]), Said::Rejected, "the API says so");
}

#[test]
fn any_other_status_says_nothing() {
    let plain = Scenario::new();
    for status in [200, 302, 400, 404, 407, 429, 500] {
        assert_eq!(said(&plain, status, &["Bearer error=invalid_token"]), Said::NotAboutTheToken, "{status}");
    }
}

#[test]
fn a_step_up_says_how_to_log_in() {
    let plain = Scenario::new();
    let field = r#"Bearer error="insufficient_user_authentication", acr_values="phr mfa", max_age="5", scope="pay""#;
    let Said::StepUp(step_up) = said(&plain, 401, &[field]) else { panic!() };
    assert_eq!((step_up.acr_values(), step_up.max_age()), (Some("phr mfa"), Some(Duration::from_secs(5))));
    assert_eq!(step_up.scope(), Some(&Scope::new(["pay"]).unwrap()));
    let (url, _) = plain.login().step_up(&step_up).unwrap().authorize(entropy(), at(0));
    assert!(url.as_str().ends_with("&acr_values=phr+mfa&max_age=5"), "{}", url.as_str());
    assert!(!url.as_str().contains("pay"), "the scope is the application's choice");

    // It may say nothing more: then there is nothing to add.
    let Said::StepUp(bare) = said(&plain, 401, &["Bearer error=insufficient_user_authentication"]) else { panic!() };
    let (url, _) = plain.login().step_up(&bare).unwrap().authorize(entropy(), at(0));
    let (plain_url, _) = plain.login().authorize(entropy(), at(0));
    assert_eq!(url, plain_url);
}

#[test]
fn the_scheme_is_that_of_the_provider() {
    let other = Scenario::with(|provider| provider.dialect.presentation.scheme = Some("Token".into()));
    assert_eq!(said(&other, 403, &["Bearer error=insufficient_scope"]), Said::NotAboutTheToken);
    assert_eq!(said(&other, 403, &["token error=insufficient_scope"]), Said::InsufficientScope { scope: None });
    // Without a scheme of its own, an API speaks of the token as RFC 6750 does.
    let bare = Scenario::with(|provider| provider.dialect.presentation.scheme = None);
    assert_eq!(said(&bare, 403, &["Bearer error=insufficient_scope"]), Said::InsufficientScope { scope: None });
}
