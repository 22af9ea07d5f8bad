//! Introspection (RFC 7662).

use oauth_proto::{
    ErrorCode, Introspection, Remedy, Timestamp, error::EndpointFault, introspection::IntrospectionResponse,
};
use oauth_proto_emulator::{Fault, ProviderTable};

use crate::scene::{Result, Scene, send};

fn scene() -> Scene {
    let mut scene = Scene::of(ProviderTable::extended());
    let endpoint = scene.emulator.local("https://plain.invalid/introspect");
    scene.client = scene.client_of(|provider| provider.introspection = Some(Introspection::new(endpoint))).unwrap();
    scene
}

impl Scene {
    fn state<C>(&self, authorized: &oauth_proto::Authorized<C>) -> Result<IntrospectionResponse> {
        let (request, introspecting) = authorized.introspect(&self.client)?;
        Ok(introspecting.finish(send(request))?)
    }
}

#[test]
fn a_token_is_described_until_it_ends() -> Result {
    let scene = scene();
    let authorized = scene.authorized()?;
    let state = scene.state(&authorized)?;
    assert!(state.is_active());
    assert_eq!(state.client_id(), Some(scene.emulator.client_id()));
    assert_eq!((state.sub(), state.token_type()), (Some("jsmith"), Some("Bearer")));
    assert!(state.aud().eq(["https://api.plain.invalid"]));
    let seconds = |instant: Timestamp| instant.as_unix_millis() / 1000;
    assert_eq!(state.exp().map(seconds), authorized.expires_at().map(seconds));

    scene.emulator.advance(std::time::Duration::from_secs(3600));
    let state = scene.state(&authorized)?;
    assert!(!state.is_active());
    assert_eq!((state.sub(), state.exp()), (None, None));
    Ok(())
}

#[test]
fn a_refresh_token_is_shown_and_not_spent() -> Result {
    let scene = scene();
    let tokens = scene.authorized()?.into_token_set();
    for _ in 0..2 {
        let (request, introspecting) = tokens.introspect_refresh_token(&scene.client)?;
        assert!(introspecting.finish(send(request))?.is_active());
    }
    scene.emulator.revoke_by_user();
    let (request, introspecting) = tokens.introspect_refresh_token(&scene.client)?;
    assert!(!introspecting.finish(send(request))?.is_active());
    Ok(())
}

#[test]
fn a_token_of_another_client_is_not_active() -> Result {
    let scene = scene();
    let authorized = scene.authorized()?;
    let endpoint = scene.emulator.local("https://plain.invalid/introspect");
    let public = scene.public_client_of(|provider| provider.introspection = Some(Introspection::new(endpoint)))?;
    let stolen = public.import_access_token_from_elsewhere(authorized.access_token().expose().into(), None)?;
    let oauth_proto::Standing::Authorized(stolen) = stolen.at(scene.now()) else { panic!() };
    let (request, introspecting) = stolen.introspect(&public)?;
    assert!(!introspecting.finish(send(request))?.is_active());
    Ok(())
}

#[test]
fn an_answer_that_does_not_come_says_nothing_of_the_token() -> Result {
    let scene = scene();
    let authorized = scene.authorized()?;
    for fault in [Fault::CutBeforeActing, Fault::CutAfterActing, Fault::Status500AfterActing, Fault::ShortBody] {
        scene.emulator.inject_at("/introspect", fault.clone());
        let (request, introspecting) = authorized.introspect(&scene.client)?;
        let error = introspecting.finish(send(request)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Retry { after: None }, "{fault:?}");
    }
    scene.emulator.inject_at("/introspect", Fault::Garbage);
    let (request, introspecting) = authorized.introspect(&scene.client)?;
    expect!(introspecting.finish(send(request)), Err(EndpointFault::Unreadable(_)) => ());
    assert!(scene.state(&authorized)?.is_active());
    Ok(())
}

#[test]
fn who_is_not_known_may_not_ask() -> Result {
    let scene = scene();
    let authorized = scene.authorized()?;
    let endpoint = scene.emulator.local("https://plain.invalid/introspect");
    let wrong =
        scene.client_with_secret("wrong", |provider| provider.introspection = Some(Introspection::new(endpoint)))?;
    let (request, introspecting) = authorized.introspect(&wrong)?;
    let fault = introspecting.finish(send(request)).unwrap_err();
    let response = expect!(fault, EndpointFault::Refused(response) => response);
    assert_eq!(response.code, ErrorCode::InvalidClient);
    Ok(())
}
