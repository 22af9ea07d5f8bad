//! Revocation (RFC 7009).

use oauth_proto::{ErrorCode, FinishError, Remedy, Revocation, Standing, TokenSet, error::EndpointFault, stored};
use oauth_proto_emulator::{Fault, ProviderTable};

use crate::scene::{Result, Scene, form_body, send};

/// A server that revokes, and a client that knows it.
fn scene(table: ProviderTable) -> Scene {
    let mut scene = Scene::of(table);
    let endpoint = scene.emulator.local("https://plain.invalid/revoke");
    scene.client = scene.client_of(|provider| provider.revocation = Some(Revocation::new(endpoint))).unwrap();
    scene
}

#[test]
fn a_refresh_token_goes_and_all_of_its_login_with_it() -> Result {
    let scene = scene(ProviderTable::extended());
    let authorized = scene.authorized()?;
    let row = stored::save(&scene.authorized()?.into_token_set());
    let header = authorized.header_for(&scene.client, &scene.emulator.api_url())?;
    assert_eq!(scene.api(&authorized)?, 200);
    let (request, revoking) = authorized.revoke(&scene.client)?;
    let intent = revoking.finish(send(request))?;
    assert_eq!(scene.header_opens(&header)?, 401);
    assert_eq!(form_body(&scene.last("/revoke"))[1].1, "refresh_token");

    // Another login of the same user lives on.
    let tokens: TokenSet<_> = stored::load(row.as_bytes())?;
    let standing = tokens.at(scene.now());
    let other = expect!(standing, Standing::<oauth_proto::Refreshable>::Authorized(other) => other);
    assert_eq!(scene.api(&other)?, 200);
    let again = intent.again(scene.client.authorization_code()?);
    assert_eq!(again.intent().client_id(), scene.emulator.client_id());
    Ok(())
}

#[test]
fn an_access_token_goes_and_the_refresh_token_stays() -> Result {
    let scene = scene(ProviderTable::extended());
    let authorized = scene.authorized()?;
    let header = authorized.header_for(&scene.client, &scene.emulator.api_url())?;
    let (request, revoking) = authorized.into_token_set().revoke_access_token(&scene.client)?;
    let expired = revoking.finish(send(request))?;
    assert_eq!(scene.header_opens(&header)?, 401);
    let (request, in_flight) = expired.refresh(&scene.client, scene.now())?;
    assert_eq!(scene.api(&in_flight.finish(send(request))?)?, 200);
    Ok(())
}

#[test]
fn a_server_that_revokes_refresh_tokens_alone() -> Result {
    let scene = scene(ProviderTable::extended().revoking_refresh_tokens_alone());
    let (request, revoking) = scene.authorized()?.into_token_set().revoke_access_token(&scene.client)?;
    let error = revoking.finish(send(request)).unwrap_err();
    let response = expect!(error.fault(), EndpointFault::Refused(response) => response);
    assert_eq!(response.code, ErrorCode::Other("unsupported_token_type".into()));
    assert_eq!(error.remedy(), Remedy::Fix);
    // The tokens came back, and go by the other way.
    let (request, revoking) = error.into_origin().revoke(&scene.client)?;
    revoking.finish(send(request))?;
    Ok(())
}

#[test]
fn what_is_gone_is_revoked_again_without_harm() -> Result {
    let scene = scene(ProviderTable::extended());
    let authorized = scene.authorized()?;
    let (request, in_flight) = scene.authorized()?.refresh(&scene.client, scene.now())?;
    let newer = in_flight.finish(send(request))?;
    let row = stored::save(&authorized.into_token_set());
    for _ in 0..2 {
        let tokens: TokenSet<oauth_proto::Refreshable> = stored::load(row.as_bytes())?;
        let (request, revoking) = tokens.revoke(&scene.client)?;
        revoking.finish(send(request))?;
    }
    assert_eq!(scene.api(&newer)?, 200, "another login's");
    Ok(())
}

#[test]
fn a_lost_answer_hands_the_tokens_back_and_they_may_be_over() -> Result {
    let scene = scene(ProviderTable::extended());
    for (fault, over) in [
        (Fault::CutBeforeActing, false),
        (Fault::CutAfterActing, true),
        (Fault::Status500AfterActing, true),
        (Fault::TooManyRequests { retry_after_seconds: 7 }, false),
    ] {
        let authorized = scene.authorized()?;
        scene.emulator.inject_at("/revoke", fault.clone());
        let (request, revoking) = authorized.revoke(&scene.client)?;
        let error = revoking.finish(send(request)).unwrap_err();
        expect!(error.remedy(), Remedy::Retry { after } => assert_eq!(after.is_some(), matches!(fault, Fault::TooManyRequests { .. })));
        let Standing::Authorized(authorized) = error.into_origin().at(scene.now()) else { panic!() };
        assert_eq!(scene.api(&authorized)?, if over { 401 } else { 200 }, "{fault:?}");
        // Again, to its end.
        let (request, revoking) = authorized.revoke(&scene.client)?;
        revoking.finish(send(request))?;
    }
    Ok(())
}

#[test]
fn a_redirect_is_not_followed() -> Result {
    let scene = scene(ProviderTable::extended());
    let to = scene.emulator.local("https://plain.invalid/redirect-target");
    scene.emulator.inject_at("/revoke", Fault::Redirect307 { to });
    let (request, revoking) = scene.authorized()?.revoke(&scene.client)?;
    let error = revoking.finish(send(request)).unwrap_err();
    let response = expect!(error.fault(), EndpointFault::Refused(response) => response);
    assert_eq!((response.status, error.remedy()), (Some(307), Remedy::Fix));
    Ok(())
}

#[test]
fn a_secret_that_is_wrong_and_a_token_of_another_client() -> Result {
    let scene = scene(ProviderTable::extended());
    let endpoint = scene.emulator.local("https://plain.invalid/revoke");
    let public = scene.public_client_of(|provider| provider.revocation = Some(Revocation::new(endpoint.as_str())))?;
    let authorized = scene.authorized()?;
    let stranger = authorized.revoke(&public).unwrap_err();
    assert_eq!(stranger.fault(), oauth_proto::error::RequestFault::WrongClient(oauth_proto::error::Mismatch::ClientId));

    // A token that another client got hold of: the server sees whose it is.
    let Standing::Authorized(stolen) = stranger.into_origin().at(scene.now()) else { panic!() };
    let tokens = public.import_access_token_from_elsewhere(stolen.access_token().expose().into(), None)?;
    let (request, revoking) = tokens.revoke(&public)?;
    let error = revoking.finish(send(request)).unwrap_err();
    let response = expect!(error.fault(), EndpointFault::Refused(response) => response);
    assert_eq!(response.code, ErrorCode::InvalidGrant);
    assert_eq!(scene.api(&stolen)?, 200);

    let wrong = scene.client_with_secret("wrong", |provider| provider.revocation = Some(Revocation::new(endpoint)))?;
    let (request, revoking) = stolen.revoke(&wrong)?;
    let error = revoking.finish(send(request)).unwrap_err();
    let response = expect!(error.fault(), EndpointFault::Refused(response) => response);
    assert_eq!((&response.code, response.status), (&ErrorCode::InvalidClient, Some(401)));
    Ok(())
}

#[test]
fn a_refresh_token_that_was_revoked_is_dead() -> Result {
    let scene = scene(ProviderTable::extended());
    let authorized = scene.authorized()?;
    let row = stored::save(&authorized.into_token_set());
    let load = || stored::load::<TokenSet<oauth_proto::Refreshable>>(row.as_bytes());
    let (request, revoking) = load()?.revoke(&scene.client)?;
    revoking.finish(send(request))?;
    let Standing::Authorized(copy) = load()?.at(scene.now()) else { panic!() };
    let (request, in_flight) = copy.refresh(&scene.client, scene.now())?;
    expect!(in_flight.finish(send(request)), Err(FinishError::Dead { .. }) => ());
    Ok(())
}
