//! Answers that the browser posts as a form (OAuth 2.0 Form Post Response Mode).

use oauth_proto::{AwaitingCode, Callback, CallbackError, Entropy, Granted, error::CallbackFault, stored};
use oauth_proto_emulator::ProviderTable;

use crate::scene::{Result, Scene, send};

#[test]
fn a_code_comes_in_the_body_of_a_post() -> Result {
    let scene = Scene::of(ProviderTable::extended().naming_itself("https://plain.invalid"));
    let client = scene.client_of(|provider| provider.issuer = Some("https://plain.invalid".into()))?;
    let (url, awaiting) = client.authorization_code()?.form_post()?.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    assert_eq!(landing.url, scene.emulator.redirect_uri(), "nothing of it is in the URL");
    let form = landing.form.unwrap();
    assert!(form.starts_with("code=") && form.contains("&iss=https%3A%2F%2Fplain.invalid"), "{form}");

    // Through the store, where the mode is remembered.
    let awaiting: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes())?;
    assert_eq!(client.login_key(Callback::form_post(&form)), Some(awaiting.key()));
    assert!(awaiting.matches(&client, Callback::form_post(&form)));
    let (request, in_flight) = awaiting.receive(&client, Callback::form_post(&form), scene.now())?;
    assert!(matches!(in_flight.finish(send(request))?, Granted::Refreshable(_)));
    Ok(())
}

#[test]
fn tokens_come_so_too() -> Result {
    let scene = Scene::new();
    let login = scene.client.implicit()?.form_post()?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let form = scene.emulator.user().approve(url.as_str()).form.unwrap();
    assert_eq!(scene.client.login_key(Callback::form_post(&form)), Some(awaiting.key()));
    let authorized = awaiting.receive(&scene.client, Callback::form_post(&form), scene.now())?;
    assert_eq!(scene.api(&authorized)?, 200);
    Ok(())
}

#[test]
fn the_user_says_no_in_a_form() -> Result {
    let scene = Scene::new();
    let login = scene.client.authorization_code()?.form_post()?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let form = scene.emulator.user().deny(url.as_str()).form.unwrap();
    let error = awaiting.receive(&scene.client, Callback::form_post(&form), scene.now()).unwrap_err();
    assert!(matches!(error, CallbackError::Refused { .. }), "{error:?}");
    Ok(())
}

/// An attacker who can choose how the answer travels chooses the way that leaks. So it is the login that says.
#[test]
fn a_mode_that_was_not_asked_for_brings_no_code() -> Result {
    let scene = Scene::new();
    let (url, awaiting) = scene.client.authorization_code()?.authorize(Entropy::from_os()?, scene.now());
    // Somebody changes the URL on its way, and the answer comes as a form.
    let form = scene.emulator.user().approve(&format!("{}&response_mode=form_post", url.as_str())).form.unwrap();
    assert!(!awaiting.matches(&scene.client, Callback::form_post(&form)));
    let error = awaiting.receive(&scene.client, Callback::form_post(&form), scene.now()).unwrap_err();
    expect!(error, CallbackError::NotOurs { fault: CallbackFault::ResponseMode, .. } => ());

    // And the other way round.
    let login = scene.client.authorization_code()?.form_post()?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let plain = url.as_str().replace("&response_mode=form_post", "");
    let landing = scene.emulator.user().approve(&plain);
    assert_eq!(landing.form, None);
    let error = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now()).unwrap_err();
    let awaiting =
        expect!(error, CallbackError::NotOurs { fault: CallbackFault::ResponseMode, awaiting, .. } => awaiting);
    // The login is alive: its answer may still come.
    let form = scene.emulator.user().approve(url.as_str()).form.unwrap();
    assert!(awaiting.receive(&scene.client, Callback::form_post(&form), scene.now()).is_ok());
    Ok(())
}
