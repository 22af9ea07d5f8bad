//! What an API's refusal means for the token (RFC 6750 section 3, RFC 9470).

use std::time::Duration;

use oauth_proto::{
    Authorized, Callback, Entropy, Granted, Header, Intent, Refreshable, Response, Scope, Unauthorized,
    challenge::Challenged, grant::AuthorizationCode,
};
use oauth_proto_emulator::ProviderTable;

use crate::scene::{Result, Scene, send};

impl Scene {
    /// What the API answers, as a program gets it.
    fn answer(&self, header: &Header) -> Result<Response> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let agent: ureq::Agent = config.into();
        let answer = agent.get(self.emulator.api_url()).header(header.name(), header.expose_value()).call()?;
        let (parts, mut body) = answer.into_parts();
        Ok(Response::from(http::Response::from_parts(parts, body.read_to_vec()?)))
    }

    fn call(&self, authorized: &Authorized<Refreshable>) -> Result<Response> {
        self.answer(&authorized.header_for(&self.client, &self.emulator.api_url())?)
    }

    /// A login that goes on from what was asked for before.
    fn again(
        &self,
        intent: Intent,
        change: impl FnOnce(Unauthorized<AuthorizationCode>) -> Result<Unauthorized<AuthorizationCode>>,
    ) -> Result<Authorized<Refreshable>> {
        let login = change(intent.again(self.client.authorization_code()?))?;
        let (url, awaiting) = login.authorize(Entropy::from_os()?, self.now());
        let landing = self.emulator.user().approve(url.as_str());
        let (request, in_flight) = awaiting.receive(&self.client, Callback::url(&landing.url), self.now())?;
        Ok(expect!(in_flight.finish(send(request))?, Granted::Refreshable(authorized) => authorized))
    }
}

#[test]
fn a_login_that_was_too_weak_is_made_again_as_the_api_wants_it() -> Result {
    let scene = Scene::of(ProviderTable::extended().api_demanding_acr("phr"));
    let authorized = scene.authorized()?;
    let response = scene.call(&authorized)?;
    assert_eq!(response.status(), 401);
    let challenged = authorized.challenged(&scene.client, &response);
    let (authorized, step_up) =
        expect!(challenged, Challenged::StepUp { authorized, step_up } => (authorized, step_up));
    assert_eq!((step_up.acr_values(), step_up.max_age()), (Some("phr"), Some(Duration::from_secs(60))));
    // The token was not given up: another API may still take it.
    let intent = authorized.into_token_set().into_intent();
    let stronger = scene.again(intent, |login| Ok(login.step_up(&step_up)?))?;
    assert!(scene.last("/authorize").query.unwrap_or_default().ends_with("acr_values=phr&max_age=60"));
    let response = scene.call(&stronger)?;
    assert_eq!(response.status(), 200);
    expect!(stronger.challenged(&scene.client, &response), Challenged::NotAboutTheToken(_) => ());
    Ok(())
}

#[test]
fn a_scope_that_was_too_small_is_asked_for_by_the_application() -> Result {
    let table = ProviderTable::extended().knowing_scopes(&["read", "write"]).api_demanding_scope("write");
    let scene = Scene::of(table);
    let authorized = scene.authorized()?;
    let response = scene.call(&authorized)?;
    assert_eq!(response.status(), 403);
    let challenged = authorized.challenged(&scene.client, &response);
    let (authorized, scope) =
        expect!(challenged, Challenged::InsufficientScope { authorized, scope } => (authorized, scope));
    let scope = scope.unwrap();
    assert_eq!(scope, Scope::new(["write"])?);
    let more = scene.again(authorized.into_token_set().into_intent(), |login| Ok(login.scope(scope)))?;
    assert_eq!(scene.call(&more)?.status(), 200);
    Ok(())
}

#[test]
fn a_token_that_is_over_is_refreshed() -> Result {
    let scene = Scene::new();
    let authorized = scene.authorized()?;
    let header = authorized.header_for(&scene.client, &scene.emulator.api_url())?;
    scene.emulator.advance(Duration::from_secs(3600));
    let response = scene.answer(&header)?;
    let expired = expect!(authorized.challenged(&scene.client, &response), Challenged::Rejected(expired) => expired);
    let (request, in_flight) = expired.refresh(&scene.client, scene.now())?;
    assert_eq!(scene.call(&in_flight.finish(send(request))?)?.status(), 200);
    Ok(())
}
