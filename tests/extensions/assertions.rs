//! Assertions as grants (RFC 7521, 7522 and 7523): success, each documented error, expiry, replay, a lost answer.

use std::time::Duration;

use oauth_proto::{
    AnyClient, ErrorCode, FinishError, Granted, InDoubt, InFlight, Intent, Remedy, Request, Scope, Standing,
    extension_grants::{JwtBearer, SamlBearer},
    grant::Extension,
    stored,
};
use oauth_proto_emulator::{AssertionKind, Fault, ProviderTable};

use crate::scene::{Result, Scene, form_body, send};

const MINUTE: Duration = Duration::from_secs(60);

const KINDS: [AssertionKind; 2] = [AssertionKind::Jwt, AssertionKind::Saml];

/// Starts with an assertion of either kind.
fn present(
    scene: &Scene,
    client: &AnyClient,
    kind: AssertionKind,
    text: &str,
) -> Result<(Request, InFlight<Extension>)> {
    let start = match kind {
        AssertionKind::Jwt => client.extension_grant(&JwtBearer::new(text)?)?,
        AssertionKind::Saml => client.extension_grant(&SamlBearer::new(text)?)?,
    };
    Ok(start.scope(Scope::new(["read"])?).request(scene.now())?)
}

fn finish(scene: &Scene, kind: AssertionKind, text: &str) -> Result<Granted> {
    let (request, in_flight) = present(scene, &scene.client, kind, text)?;
    Ok(in_flight.finish(send(request))?)
}

/// The server says that the assertion will never be any good; what was asked for is left.
fn dead(scene: &Scene, kind: AssertionKind, text: &str) -> Result<Intent> {
    let (request, in_flight) = present(scene, &scene.client, kind, text)?;
    let error = in_flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let (response, remains) = expect!(error, FinishError::Dead { response, remains } => (response, remains));
    assert_eq!(response.code, ErrorCode::InvalidGrant);
    Ok(*remains)
}

#[test]
fn an_assertion_of_either_kind_brings_a_token() -> Result {
    let scene = Scene::new();
    for kind in KINDS {
        let assertion = scene.emulator.assertion(kind, MINUTE);
        let granted = finish(&scene, kind, &assertion)?;
        let authorized = expect!(granted, Granted::AccessOnly(authorized) => authorized);
        assert_eq!(scene.api(&authorized)?, 200);
        let seen = form_body(&scene.last("/token"));
        let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["grant_type", "scope", "assertion"], "the client's proof is in a header");
        let grant_type = match kind {
            AssertionKind::Jwt => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            AssertionKind::Saml => "urn:ietf:params:oauth:grant-type:saml2-bearer",
        };
        assert_eq!(seen[0].1, grant_type);

        scene.emulator.advance(Duration::from_secs(3600));
        assert_eq!(scene.api(&authorized)?, 401);
        assert!(matches!(authorized.into_token_set().at(scene.now()), Standing::Expired(_)));
    }
    Ok(())
}

#[test]
fn a_client_without_a_secret_says_who_it_is() -> Result {
    let scene = Scene::new();
    let public = scene.public_client_of(|_| {})?;
    for kind in KINDS {
        let assertion = scene.emulator.assertion(kind, MINUTE);
        let (request, in_flight) = present(&scene, &public, kind, &assertion)?;
        in_flight.finish(send(request)).map(drop)?;
        let seen = scene.last("/token");
        assert_eq!(seen.header("authorization"), None);
        assert!(form_body(&seen).contains(&("client_id".into(), public.client_id().into())));
    }
    Ok(())
}

#[test]
fn an_assertion_that_was_encoded_elsewhere_goes_out_as_it_is() -> Result {
    let scene = Scene::new();
    let xml = scene.emulator.assertion(AssertionKind::Saml, MINUTE);
    let encoded = data_encoding::BASE64URL_NOPAD.encode(xml.as_bytes());
    assert!(encoded.contains(['-', '_']), "it would be another text in the other alphabet");
    let assertion = SamlBearer::from_base64url(encoded.as_str())?;
    let (request, in_flight) = scene.client.extension_grant(&assertion)?.request(scene.now())?;
    in_flight.finish(send(request)).map(drop)?;
    assert!(form_body(&scene.last("/token")).contains(&("assertion".into(), encoded)));
    Ok(())
}

#[test]
fn a_refresh_token_that_comes_with_it_refreshes_as_usual() -> Result {
    let scene = Scene::of(ProviderTable::extended().assertions_with_refresh_token());
    for kind in KINDS {
        let assertion = scene.emulator.assertion(kind, MINUTE);
        let authorized = expect!(finish(&scene, kind, &assertion)?, Granted::Refreshable(authorized) => authorized);
        let (request, in_flight) = authorized.refresh(&scene.client, scene.now())?;
        assert_eq!(scene.api(&in_flight.finish(send(request))?)?, 200);
    }
    Ok(())
}

#[test]
fn an_assertion_that_is_no_good_is_dead() -> Result {
    let scene = Scene::new();
    for kind in KINDS {
        // Nobody whom the server trusts has signed it.
        dead(&scene, kind, "eyJhbGciOiJFUzI1NiJ9.bm9ib2R5.c2lnbmVk")?;
        dead(&scene, kind, &scene.emulator.assertion_for_another_audience(kind, MINUTE))?;

        let assertion = scene.emulator.assertion(kind, MINUTE);
        finish(&scene, kind, &assertion).map(drop)?;
        let intent = dead(&scene, kind, &assertion)?; // its `jti` was seen
        assert_eq!(intent.scope().as_str(), "read");

        let assertion = scene.emulator.assertion(kind, MINUTE);
        scene.emulator.advance(MINUTE);
        dead(&scene, kind, &assertion)?;
    }
    Ok(())
}

#[test]
fn what_else_a_server_refuses_spends_nothing() -> Result {
    let scene = Scene::new();
    for kind in KINDS {
        let text = scene.emulator.assertion(kind, MINUTE);
        let start = match kind {
            AssertionKind::Jwt => scene.client.extension_grant(&JwtBearer::new(text.as_str())?)?,
            AssertionKind::Saml => scene.client.extension_grant(&SamlBearer::new(text.as_str())?)?,
        };
        let (request, in_flight) = start.scope(Scope::new(["admin"])?).request(scene.now())?;
        let error = in_flight.finish(send(request)).unwrap_err();
        let response = expect!(error, FinishError::Refused { response, .. } => response);
        assert_eq!(response.code, ErrorCode::InvalidScope);
        // The assertion was not spent.
        finish(&scene, kind, &text).map(drop)?;
    }
    let stranger = scene.client_with_secret("wrong", |_| {})?;
    let text = scene.emulator.assertion(AssertionKind::Jwt, MINUTE);
    let (request, in_flight) = present(&scene, &stranger, AssertionKind::Jwt, &text)?;
    let error = in_flight.finish(send(request)).unwrap_err();
    let response = expect!(error, FinishError::Refused { response, .. } => response);
    assert_eq!((response.code, response.status), (ErrorCode::InvalidClient, Some(401)));
    Ok(())
}

#[test]
fn after_a_lost_answer_it_takes_a_fresh_assertion() -> Result {
    let scene = Scene::new();
    for kind in KINDS {
        for fault in [Fault::CutAfterActing, Fault::Status500AfterActing, Fault::Garbage] {
            scene.emulator.inject_at("/token", fault);
            let assertion = scene.emulator.assertion(kind, MINUTE);
            let (request, in_flight) = present(&scene, &scene.client, kind, &assertion)?;
            let journal = stored::save(&in_flight);
            let secret = assertion.rsplit('.').next().unwrap_or_default();
            assert!(!journal.contains(secret), "no assertion is in the journal");
            let error = in_flight.finish(send(request)).unwrap_err();
            assert!(matches!(error, FinishError::InDoubt { .. }), "{error:?}");

            // The server took its `jti`: the same one is of no more use, a fresh one is.
            let in_doubt: InDoubt<Extension> = stored::load(journal.as_bytes())?;
            let left = dead(&scene, kind, &assertion)?;
            assert_eq!(left, in_doubt.assume_spent());
            let fresh = scene.emulator.assertion(kind, MINUTE);
            finish(&scene, kind, &fresh).map(drop)?;
        }
        // Where nothing was done, the same one is good.
        scene.emulator.inject_at("/token", Fault::CutBeforeActing);
        let assertion = scene.emulator.assertion(kind, MINUTE);
        let (request, in_flight) = present(&scene, &scene.client, kind, &assertion)?;
        assert_eq!(in_flight.finish(send(request)).unwrap_err().remedy(), Remedy::Decide);
        finish(&scene, kind, &assertion).map(drop)?;
    }
    Ok(())
}
