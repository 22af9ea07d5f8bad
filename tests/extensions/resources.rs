//! Resource indicators (RFC 8707) and rich authorization requests (RFC 9396).

use oauth_proto::{
    AuthorizationDetails, Authorized, AwaitingCode, Callback, Entropy, ErrorCode, FinishError, Granted, InDoubt,
    Introspection, Outcome, Refreshable, Standing, TokenSet, grant, stored,
};

use crate::scene::{Result, Scene, form_body, send};

const FILES: &str = "urn:plain:files";
const MAIL: &str = "urn:plain:mail";

fn scene() -> Scene {
    let mut scene = Scene::new();
    let endpoint = scene.emulator.local("https://plain.invalid/introspect");
    scene.client = scene
        .client_of(|provider| {
            provider.introspection = Some(Introspection::new(endpoint));
            provider.dialect.response.keep.push("authorization_details".into());
        })
        .unwrap();
    scene
}

fn details(json: &str) -> AuthorizationDetails {
    AuthorizationDetails::from_json(json).unwrap()
}

/// A login for two resources, and for two accounts of which the user grants one.
fn authorized(scene: &Scene) -> Result<Authorized<Refreshable>> {
    let two = details(r#"[{"type":"account","id":"7"},{"type":"account","id":"8"}]"#);
    let login = scene.client.authorization_code()?.resource(FILES)?.resource(MAIL)?.authorization_details(two)?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, in_flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    Ok(expect!(in_flight.finish(send(request))?, Granted::Refreshable(authorized) => authorized))
}

/// Whom the server takes the token to be for.
fn audience(scene: &Scene, authorized: &Authorized<Refreshable>) -> Result<Vec<String>> {
    let (request, introspecting) = authorized.introspect(&scene.client)?;
    Ok(introspecting.finish(send(request))?.aud().map(str::to_owned).collect())
}

#[test]
fn a_login_and_its_refreshes_are_for_what_was_asked_for() -> Result {
    let scene = scene();
    let authorized = authorized(&scene)?;
    assert_eq!(audience(&scene, &authorized)?, [FILES, MAIL]);
    let row = stored::save(&authorized.into_token_set());
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes())?;
    assert!(tokens.resources().eq([FILES, MAIL]));
    assert_eq!(tokens.authorization_details(), Some(details(r#"[{"id":"7","type":"account"}]"#)), "what was granted");

    let Standing::Authorized(authorized) = tokens.at(scene.now()) else { panic!() };
    let (request, in_flight) = authorized.refresh(&scene.client, scene.now())?;
    let refreshed = in_flight.finish(send(request))?;
    assert_eq!(audience(&scene, &refreshed)?, [FILES, MAIL]);
    let sent = form_body(&scene.last("/token"));
    let resources = sent.iter().filter(|(name, _)| name == "resource").map(|(_, value)| value.as_str());
    assert!(resources.eq([FILES, MAIL]));
    Ok(())
}

#[test]
fn a_client_of_its_own_asks_in_the_token_request() -> Result {
    let scene = scene();
    let start = scene.client.client_credentials()?.resource(MAIL)?;
    let asked = details(r#"[{"type":"account","id":"7"}]"#);
    let (request, in_flight) = start.authorization_details(asked.clone())?.request(scene.now())?;
    let authorized = in_flight.finish(send(request))?;
    let (request, in_flight) = authorized.reissue(&scene.client, scene.now())?;
    let tokens = in_flight.finish(send(request))?.into_token_set();
    assert!(tokens.resources().eq([MAIL]));
    assert_eq!(tokens.authorization_details().map(|details| details.as_json().len()), Some(asked.as_json().len()));
    Ok(())
}

#[test]
fn a_resource_or_a_type_that_the_server_does_not_have() -> Result {
    let scene = scene();
    let (request, in_flight) = scene.client.client_credentials()?.resource("urn:plain:none")?.request(scene.now())?;
    let error = in_flight.finish(send(request)).unwrap_err();
    let response = expect!(error, FinishError::Refused { response, .. } => response);
    assert_eq!(response.code, ErrorCode::Other("invalid_target".into()));

    let other = details(r#"[{"type":"payment"}]"#);
    let start = scene.client.client_credentials()?.authorization_details(other)?;
    let (request, in_flight) = start.request(scene.now())?;
    let error = in_flight.finish(send(request)).unwrap_err();
    let response = expect!(error, FinishError::Refused { response, .. } => response);
    assert_eq!(response.code, ErrorCode::Other("invalid_authorization_details".into()));
    Ok(())
}

#[test]
fn what_was_asked_for_outlives_a_lost_answer() -> Result {
    let scene = scene();
    let (request, in_flight) = authorized(&scene)?.refresh(&scene.client, scene.now())?;
    drop(request); // it never left, and nobody here knows
    let journal = stored::save(&in_flight);
    drop(in_flight.finish(Outcome::lost("reset")));
    let in_doubt: InDoubt<grant::RefreshToken> = stored::load(journal.as_bytes())?;
    let (request, in_flight) = in_doubt.retry(&scene.client, scene.now())?;
    let refreshed = in_flight.finish(send(request))?;
    assert_eq!(audience(&scene, &refreshed)?, [FILES, MAIL]);
    Ok(())
}

#[test]
fn one_login_serves_two_apis_with_a_token_for_each() -> Result {
    let scene = scene();
    let login = scene.client.authorization_code()?.resource(FILES)?.resource(MAIL)?.narrow_to(MAIL)?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let row = stored::save(&awaiting);
    let awaiting: AwaitingCode = stored::load(row.as_bytes())?;
    let (request, in_flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let first = expect!(in_flight.finish(send(request))?, Granted::Refreshable(authorized) => authorized);
    assert_eq!(audience(&scene, &first)?, [MAIL]);
    let mail = first.access_token().clone();

    let mut tokens = first.into_token_set();
    assert!(tokens.resources().eq([MAIL]));
    let error = tokens.narrow_to("urn:plain:none").unwrap_err();
    assert_eq!(error.to_string(), "resource: there is no such name here; there are: urn:plain:files, urn:plain:mail",);
    tokens.narrow_to(FILES)?;
    let row = stored::save(&tokens);
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes())?;
    assert!(tokens.resources().eq([MAIL]), "the token in hand is what it was");
    let authorized = expect!(tokens.at(scene.now()), Standing::Authorized(authorized) => authorized);

    // An answer that is lost changes nothing of what is asked for.
    let (request, in_flight) = authorized.refresh(&scene.client, scene.now())?;
    drop(request);
    let error = in_flight.finish(Outcome::lost("reset")).unwrap_err();
    let in_doubt = expect!(error, FinishError::InDoubt { in_doubt, .. } => in_doubt);
    let (request, in_flight) = in_doubt.retry(&scene.client, scene.now())?;
    let second = in_flight.finish(send(request))?;
    assert_eq!(audience(&scene, &second)?, [FILES]);
    let tokens = second.into_token_set();
    assert!(tokens.resources().eq([FILES]));

    // Both are good at once, each for its own.
    let files = tokens.access_token_at(scene.now()).ok_or("no token")?.clone();
    assert!(!mail.matches(files.expose()));
    let authorized = expect!(tokens.at(scene.now()), Standing::Authorized(authorized) => authorized);
    let (request, in_flight) = authorized.refresh(&scene.client, scene.now())?;
    assert_eq!(audience(&scene, &in_flight.finish(send(request))?)?, [FILES], "and so on");
    Ok(())
}
