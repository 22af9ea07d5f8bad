//! Amiqus: `docs/providers/amiqus.md`.

use std::time::Duration;

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, Client, Entropy, ErrorCode, FinishError, RedirectUri, Refreshable,
    Registration, Remedy, Standing, TokenSet, providers, stored,
};
use oauth_proto_emulator::{ClientKind, ProviderTable, TestClient};

use crate::scenario::*;

const TOKEN: &str = "/oauth/token";
const YEAR: Duration = Duration::from_secs(31_536_000);

#[test]
fn code_flow() -> Result {
    proves![
        "amiqus-e1",
        "amiqus-e2",
        "amiqus-e4",
        "amiqus-e5",
        "amiqus-e7",
        "amiqus-e8",
        "amiqus-e11",
        "amiqus-q1",
        "amiqus-q3",
        "amiqus-q4",
        "amiqus-q11",
        "amiqus-c5",
        "amiqus-c6",
        "amiqus-c7",
        "amiqus-c9",
    ];
    let shipped = providers::amiqus();
    assert_eq!(shipped.authorization_endpoint.as_deref(), Some("https://id.amiqus.co/oauth/authorize"));
    assert_eq!(shipped.token_endpoint.as_deref(), Some("https://id.amiqus.co/oauth/token"));
    assert_eq!(shipped.api_origins, ["https://id.amiqus.co"]);

    let scene = Scene::amiqus();
    let (url, awaiting) = scene.awaiting()?;
    let asked = query(&url);
    let expected = ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"];
    assert_eq!(names(&asked), expected);
    assert_eq!(value(&asked, "response_type"), "code");
    assert!(url.contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A4180%2Fcallback&"), "{url}");
    let landing = scene.emulator.user().approve(&url);
    assert_eq!(names(&query(&landing.url)), ["code", "state"]);
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;

    let seen = scene.last(TOKEN);
    assert_eq!(seen.header("authorization"), None);
    let sent = form_body(&seen);
    let expected = ["client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"];
    assert_eq!(names(&sent), expected);
    assert_eq!(value(&sent, "grant_type"), "authorization_code");
    assert_eq!(value(&sent, "client_secret"), scene.emulator.client_secret());
    // The examples of the document would send it raw.
    assert!(seen.body_text().contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A4180%2Fcallback"));
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(YEAR)));
    assert!(authorized.scope().is_empty());
    let header = scene.header(&authorized)?;
    let bearer = format!("Bearer {}", authorized.access_token().expose());
    assert_eq!((header.name(), header.expose_value()), ("Authorization", bearer.as_str()));
    assert_eq!(scene.api(&header)?, 200);
    assert_eq!(scene.last("/api/v2/me").host, "id.amiqus.co");
    Ok(())
}

#[test]
fn application_data_rides_in_state() -> Result {
    proves!["amiqus-q2"];
    let scene = Scene::amiqus();
    // base64 of a JSON object, with all that a careless encoder loses.
    let data = "eyJ0ZWFtIjoiPz8+In0+/w==";
    let login = scene.client.authorization_code()?.application_state(data)?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let sent = value(&query(url.as_str()), "state").to_owned();
    assert!(sent.ends_with(&format!(".{data}")), "{sent}");
    let row = stored::save(&awaiting);

    let landing = scene.emulator.user().approve(url.as_str());
    let callback = Callback::url(&landing.url);
    let awaiting: AwaitingCode = stored::load(row.as_bytes())?;
    assert_eq!(scene.client.login_key(callback), Some(awaiting.key()));
    assert_eq!(awaiting.application_state(), Some(data));
    let (request, flight) = awaiting.receive(&scene.client, callback, scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;

    // Compared byte for byte: a plus that became a space is another state.
    let awaiting: AwaitingCode = stored::load(row.as_bytes())?;
    let damaged = landing.url.replace("%2B", "+");
    let error = awaiting.receive(&scene.client, Callback::url(&damaged), scene.now()).unwrap_err();
    expect!(error, CallbackError::NotOurs { .. } => ());
    Ok(())
}

#[test]
fn refresh_by_the_table_and_not_by_the_example() -> Result {
    proves!["amiqus-e3", "amiqus-e9", "amiqus-e10", "amiqus-q5", "amiqus-c1", "amiqus-c2", "amiqus-c3"];
    let scene = Scene::amiqus();
    let row = stored::save(&scene.authorized()?.into_token_set());
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes())?;
    let authorized = expect!(tokens.at(scene.now()), Standing::Authorized(authorized) => authorized);
    let authorized = scene.refreshed(authorized)?;
    let sent = form_body(&scene.last(TOKEN));
    // The refresh token of the answer that brought the access token.
    assert!(row.contains(&format!(r#""refreshable":"{}""#, value(&sent, "refresh_token"))));
    assert_eq!(names(&sent), ["client_id", "client_secret", "grant_type", "redirect_uri", "refresh_token"]);
    assert_eq!(value(&sent, "grant_type"), "refresh_token");
    assert_eq!(value(&sent, "redirect_uri"), scene.emulator.redirect_uri());
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(YEAR)));
    scene.opens_the_api(&authorized)
}

#[test]
fn tokens_from_elsewhere_are_refreshed_with_the_registered_redirect_uri() -> Result {
    proves!["amiqus-q5"];
    let scene = Scene::amiqus();
    let row = stored::save(&scene.authorized()?.into_token_set());
    let theirs: serde_json::Value = serde_json::from_str(&row)?;
    let secret = |pointer| theirs.pointer(pointer).and_then(|text| text.as_str()).unwrap_or_default().into();
    let tokens = scene.client.import_refreshable_tokens_from_elsewhere(
        secret("/access_token"),
        secret("/capability/refreshable"),
        None,
    )?;
    let authorized = expect!(tokens.at(scene.now()), Standing::Authorized(authorized) => authorized);
    let authorized = scene.refreshed(authorized)?;
    assert_eq!(value(&form_body(&scene.last(TOKEN)), "redirect_uri"), scene.emulator.redirect_uri());
    scene.opens_the_api(&authorized)
}

#[test]
fn the_redirect_uri_of_the_login_is_remembered_with_the_tokens() -> Result {
    proves!["amiqus-q5", "amiqus-c4"];
    let registered = TestClient {
        id: "amiqus-two".into(),
        secret: Some("s".into()),
        redirect_uris: vec!["https://app.example/one".into(), "https://app.example/two?tenant=7".into()],
        kind: ClientKind::Confidential,
    };
    let scene = Scene::new(ProviderTable::amiqus().client(registered), providers::amiqus(), &[]);
    let registration = Registration::new("amiqus-two")?;
    let registration = registration.redirect_uri(RedirectUri::new("https://app.example/one")?);
    let client = Client::confidential(scene.provider.clone(), registration, "s".into())?;
    let login = client.authorization_code()?.redirect_uri(RedirectUri::new("https://app.example/two?tenant=7")?);
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    let row = stored::save(&refreshable(flight.finish(send(request))?)?.into_token_set());

    // Another process, a day later.
    scene.emulator.advance(Duration::from_secs(86_400));
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes())?;
    let authorized = expect!(tokens.at(scene.now()), Standing::Authorized(authorized) => authorized);
    let (request, flight) = authorized.refresh(&client, scene.now())?;
    let authorized = flight.finish(send(request))?;
    assert_eq!(value(&form_body(&scene.last(TOKEN)), "redirect_uri"), "https://app.example/two?tenant=7");
    // And once more from what the refresh brought.
    let (request, flight) = authorized.refresh(&client, scene.now())?;
    scene.opens_the_api_to(&client, &flight.finish(send(request))?)
}

#[test]
fn a_refresh_kills_both_old_tokens() -> Result {
    proves!["amiqus-q7", "amiqus-q8"];
    let scene = Scene::amiqus();
    let authorized = scene.authorized()?;
    let old = scene.header(&authorized)?;
    // A copy from a back-up, which the types cannot prevent.
    let row = stored::save(&authorized.into_token_set());
    let load = || -> Result<TokenSet<Refreshable>> { Ok(stored::load(row.as_bytes())?) };
    let authorized = expect!(load()?.at(scene.now()), Standing::Authorized(authorized) => authorized);
    assert_eq!(scene.api(&old)?, 200);
    let authorized = scene.refreshed(authorized)?;
    assert_eq!(scene.api(&old)?, 401);
    scene.opens_the_api(&authorized)?;

    let copy = expect!(load()?.at(scene.now()), Standing::Authorized(authorized) => authorized);
    let (request, flight) = copy.refresh(&scene.client, scene.now())?;
    let response = expect!(flight.finish(send(request)).unwrap_err(), FinishError::Dead { response, .. } => response);
    assert_eq!(response.code, ErrorCode::InvalidGrant);
    assert!(scene.emulator.reuse_detected());
    Ok(())
}

#[test]
fn refresh_before_and_after_expiry() -> Result {
    proves!["amiqus-q9", "amiqus-c10", "amiqus-c11"];
    let scene = Scene::amiqus();
    let authorized = scene.authorized()?;
    scene.emulator.advance(YEAR - Duration::from_secs(1));
    assert!(authorized.is_due(scene.now(), Duration::from_secs(30)));
    let authorized = scene.refreshed(authorized)?;
    // The document does not forbid a late one: the server decides.
    scene.emulator.advance(YEAR);
    let expired = expect!(authorized.into_token_set().at(scene.now()), Standing::Expired(expired) => expired);
    let (request, flight) = expired.refresh(&scene.client, scene.now())?;
    scene.opens_the_api(&flight.finish(send(request))?)
}

#[test]
fn a_code_lives_ten_minutes_and_is_redeemed_once() -> Result {
    proves!["amiqus-q6", "amiqus-c8"];
    let scene = Scene::amiqus();
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let (request, flight) = scene.code_in_flight()?;
    scene.emulator.advance(minutes(10) - Duration::from_millis(1));
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;

    let (request, flight) = scene.code_in_flight()?;
    scene.emulator.advance(minutes(10));
    let error = flight.finish(send(request)).unwrap_err();
    let (response, intent) = expect!(error, FinishError::Dead { response, remains } => (response, remains));
    assert_eq!((response.code, response.status), (ErrorCode::InvalidGrant, Some(400)));
    let (url, awaiting) = intent.again(scene.client.authorization_code()?).authorize(Entropy::from_os()?, scene.now());

    // A callback after the login's own time to live, ten minutes as well, is not even sent.
    let landing = scene.emulator.user().approve(url.as_str());
    scene.emulator.advance(minutes(10));
    let before = scene.emulator.requests_to(TOKEN);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    expect!(error, CallbackError::TooLate { .. } => ());
    assert_eq!(scene.emulator.requests_to(TOKEN), before);
    Ok(())
}

#[test]
fn a_denial_leads_to_a_new_login() -> Result {
    proves!["amiqus-e6", "amiqus-q10"];
    let scene = Scene::amiqus();
    let (url, awaiting) = scene.awaiting()?;
    let landing = scene.emulator.user().deny(&url);
    assert_eq!(names(&query(&landing.url)), ["error", "state"]);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let (response, intent) = expect!(error, CallbackError::Refused { response, intent } => (response, intent));
    assert_eq!(response.code, ErrorCode::AccessDenied);

    let (url, awaiting) = intent.again(scene.client.authorization_code()?).authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

#[test]
fn a_scope_stays_at_home() -> Result {
    proves!["amiqus-q1"];
    no_scope_is_sent(&Scene::amiqus())
}

#[test]
fn the_user_withdraws_access() -> Result {
    proves!["amiqus-e12", "amiqus-c8"];
    withdrawn_by_the_user(&Scene::amiqus(), 400)
}
