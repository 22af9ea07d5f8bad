//! Pushed authorization requests (RFC 9126).

use std::time::Duration;

use oauth_proto::{
    AuthorizationUrl, AwaitingCode, Callback, Client, Confidential, Entropy, ErrorCode, ErrorResponse, Granted,
    RedirectUri, Registration, Remedy, Scope, Secret, Unauthorized,
    error::{EndpointFault, RequestFault},
    grant::AuthorizationCode,
    par::{Pushed, PushedAuthorizationCode},
    stored,
};
use oauth_proto_emulator::{Fault, ProviderTable};

use crate::scene::{Result, Scene, form_body, send};

const REFERENCE: &str = "urn:ietf:params:oauth:request_uri:";

/// A server that takes pushed requests, and a client that knows it.
struct Stage {
    scene: Scene,
    client: Client<Confidential>,
}

impl Stage {
    fn new() -> Result<Self> {
        Self::of(ProviderTable::extended())
    }

    fn of(table: ProviderTable) -> Result<Self> {
        let scene = Scene::of(table);
        let endpoint = format!("{}/par", scene.emulator.origin("plain.invalid"));
        let client = scene.client_of(|provider| provider.pushed_authorization_request_endpoint = Some(endpoint))?;
        Ok(Self { scene, client })
    }

    fn login(&self) -> Result<Unauthorized<PushedAuthorizationCode>> {
        Ok(self.client.pushed_authorization_code()?)
    }

    fn pushed(&self) -> Result<Pushed> {
        let (request, pushing) = self.login()?.push(Entropy::from_os()?, self.scene.now());
        Ok(pushing.finish(send(request))?)
    }

    fn authorize(&self) -> Result<(AuthorizationUrl, AwaitingCode)> {
        Ok(self.pushed()?.authorize(self.scene.now())?)
    }

    /// From the browser's page to the tokens.
    fn log_in(&self, url: &AuthorizationUrl, awaiting: AwaitingCode) -> Result<Granted> {
        let landing = self.scene.emulator.user().approve(url.as_str());
        assert_eq!(landing.refusal, None);
        let (request, in_flight) = awaiting.receive(&self.client, Callback::url(&landing.url), self.scene.now())?;
        Ok(in_flight.finish(send(request))?)
    }

    /// What the server's error page says to a browser that opens this.
    fn refusal(&self, url: &str) -> String {
        self.scene.emulator.user().approve(url).refusal.unwrap_or_default()
    }

    /// What the server says to a push by this client.
    fn refused<K>(&self, client: &Client<K>) -> Result<ErrorResponse> {
        let (request, pushing) = client.pushed_authorization_code()?.push(Entropy::from_os()?, self.scene.now());
        let error = pushing.finish(send(request)).unwrap_err();
        Ok(expect!(error.fault(), EndpointFault::Refused(response) => (**response).clone()))
    }
}

#[test]
fn the_parameters_go_to_the_server_and_the_browser_brings_a_reference() -> Result {
    let stage = Stage::new()?;
    let (url, awaiting) = stage.authorize()?;
    let (_, query) = url.as_str().split_once('?').unwrap();
    let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(query[0], ("client_id".into(), stage.scene.emulator.client_id().into()));
    assert!(query[1].0 == "request_uri" && query[1].1.starts_with(REFERENCE) && query.len() == 2, "{query:?}");

    let seen = stage.scene.last("/par");
    let names: Vec<String> = form_body(&seen).into_iter().map(|(name, _)| name).collect();
    let pushed = ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"];
    assert_eq!(names, pushed);
    assert!(seen.header("authorization").is_some_and(|value| value.starts_with("Basic ")));

    // What waits is stored as in every login, and the rest is as in every login.
    let awaiting: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes())?;
    let granted = stage.log_in(&url, awaiting)?;
    assert!(matches!(granted, Granted::Refreshable(_)), "{granted:?}");
    Ok(())
}

#[test]
fn a_client_without_a_secret_says_who_it_is_once() -> Result {
    let stage = Stage::new()?;
    let mut provider = stage.scene.provider.clone();
    provider.pushed_authorization_request_endpoint =
        Some(format!("{}/par", stage.scene.emulator.origin("plain.invalid")));
    let redirect_uri = RedirectUri::new(stage.scene.emulator.redirect_uri())?;
    let registration = Registration::new(stage.scene.emulator.public_client_id())?.redirect_uri(redirect_uri);
    let client = Client::public(provider, registration)?;
    let (request, pushing) = client.pushed_authorization_code()?.push(Entropy::from_os()?, stage.scene.now());
    let (url, awaiting) = pushing.finish(send(request))?.authorize(stage.scene.now())?;
    let ids = form_body(&stage.scene.last("/par")).into_iter().filter(|(name, _)| name == "client_id").count();
    assert_eq!(ids, 1);
    let landing = stage.scene.emulator.user().approve(url.as_str());
    let (request, in_flight) = awaiting.receive(&client, Callback::url(&landing.url), stage.scene.now())?;
    assert!(matches!(in_flight.finish(send(request))?, Granted::Refreshable(_)));
    Ok(())
}

#[test]
fn where_the_secret_stands_in_the_body_it_stands_beside_the_parameters() -> Result {
    let stage = Stage::new()?;
    let endpoint = format!("{}/par", stage.scene.emulator.origin("plain.invalid"));
    let client = stage.scene.client_of(|provider| {
        provider.pushed_authorization_request_endpoint = Some(endpoint);
        provider.dialect.token.client_authentication = oauth_proto::dialect::ClientAuthentication::Body;
    })?;
    let (request, pushing) = client.pushed_authorization_code()?.push(Entropy::from_os()?, stage.scene.now());
    let _ = pushing.finish(send(request))?;
    let seen = stage.scene.last("/par");
    let body = form_body(&seen);
    assert!(seen.header("authorization").is_none());
    assert_eq!(body.iter().filter(|(name, _)| name == "client_id").count(), 1);
    assert_eq!(body.last().map(|(name, _)| name.as_str()), Some("client_secret"));
    Ok(())
}

#[test]
fn a_server_that_takes_nothing_else_gets_nothing_else() -> Result {
    let stage = Stage::of(ProviderTable::extended().requiring_pushed_requests())?;
    // A client whose data does not say so is sent back by the server, and a client whose data does begins no such login.
    let (url, _awaiting) = stage.client.authorization_code()?.authorize(Entropy::from_os()?, stage.scene.now());
    assert_eq!(stage.refusal(url.as_str()), "invalid_request: this server takes pushed requests alone");
    let strict = stage.scene.client_of(|provider| provider.require_pushed_authorization_requests = true)?;
    for refused in [strict.authorization_code().map(drop), strict.implicit().map(drop)] {
        let error = refused.unwrap_err();
        assert_eq!(error.field(), "require_pushed_authorization_requests");
        assert!(error.to_string().contains("pushed_authorization_code()"), "{error}");
    }
    let error = strict.pushed_authorization_code().unwrap_err();
    assert_eq!(error.to_string(), "pushed_authorization_request_endpoint: is needed here and was not given");

    let (url, awaiting) = stage.authorize()?;
    assert!(matches!(stage.log_in(&url, awaiting)?, Granted::Refreshable(_)));
    Ok(())
}

#[test]
fn the_server_refuses_who_cannot_prove_itself() -> Result {
    let stage = Stage::new()?;
    let mut provider = stage.scene.provider.clone();
    provider.pushed_authorization_request_endpoint =
        Some(format!("{}/par", stage.scene.emulator.origin("plain.invalid")));
    let redirect_uri = RedirectUri::new(stage.scene.emulator.redirect_uri())?;
    let with = |id: &str, uri: &RedirectUri, secret: &str| -> Result<Client<Confidential>> {
        let registration = Registration::new(id)?.redirect_uri(uri.clone());
        Ok(Client::confidential(provider.clone(), registration, Secret::from(secret))?)
    };
    let (id, secret) = (stage.scene.emulator.client_id(), stage.scene.emulator.client_secret());
    for client in [with(id, &redirect_uri, "wrong")?, with("nobody", &redirect_uri, secret)?] {
        let response = stage.refused(&client)?;
        assert_eq!((&response.code, response.status), (&ErrorCode::InvalidClient, Some(401)));
        assert_eq!(response.remedy(), Remedy::Fix);
    }
    // Section 2.3: what the authorization endpoint would refuse is refused here, before anybody sees a page.
    let unknown = with(id, &RedirectUri::new("https://app.example/unknown")?, secret)?;
    let response = stage.refused(&unknown)?;
    assert_eq!((&response.code, response.status), (&ErrorCode::InvalidRequest, Some(400)));
    stage.scene.deviated("is not registered, byte for byte");
    Ok(())
}

#[test]
fn a_scope_that_the_server_does_not_know_is_refused_before_there_is_a_page() -> Result {
    let stage = Stage::new()?;
    let login = stage.login()?.scope(Scope::new(["unknown"])?);
    let (request, pushing) = login.push(Entropy::from_os()?, stage.scene.now());
    let error = pushing.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    // All that was set is still there.
    assert_eq!(error.into_origin().intent().scope().as_str(), "unknown");
    stage.scene.deviated("scope");
    Ok(())
}

#[test]
fn a_busy_server_and_one_that_fails_are_asked_again() -> Result {
    let stage = Stage::new()?;
    let faults = [
        (Fault::TooManyRequests { retry_after_seconds: 7 }, Some(Duration::from_secs(7))),
        (Fault::Status500BeforeActing, None),
        (Fault::Status500AfterActing, None),
    ];
    for (fault, after) in faults {
        stage.scene.emulator.inject_at("/par", fault);
        let login = stage.login()?.return_to("/inbox")?;
        let (request, pushing) = login.push(Entropy::from_os()?, stage.scene.now());
        let error = pushing.finish(send(request)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Retry { after });
        let (request, pushing) = error.into_origin().push(Entropy::from_os()?, stage.scene.now());
        let (url, awaiting) = pushing.finish(send(request))?.authorize(stage.scene.now())?;
        assert_eq!(awaiting.intent().return_to(), Some("/inbox"));
        assert!(matches!(stage.log_in(&url, awaiting)?, Granted::Refreshable(_)));
    }
    Ok(())
}

#[test]
fn where_the_answer_is_lost_the_same_is_pushed_again_with_new_randomness() -> Result {
    let stage = Stage::new()?;
    for fault in [Fault::CutBeforeActing, Fault::CutAfterActing, Fault::ShortBody] {
        stage.scene.emulator.inject_at("/par", fault);
        let login = stage.login()?.application_state("tab-7")?.return_to("/inbox")?;
        let (request, pushing) = login.push(Entropy::from_os()?, stage.scene.now());
        let error = pushing.finish(send(request)).unwrap_err();
        assert!(matches!(error.fault(), EndpointFault::Lost(_)), "{error:?}");
        let lost = form_body(&stage.scene.last("/par"));

        let (request, pushing) = error.into_origin().push(Entropy::from_os()?, stage.scene.now());
        let (url, awaiting) = pushing.finish(send(request))?.authorize(stage.scene.now())?;
        let again = form_body(&stage.scene.last("/par"));
        for ((name, before), (same, now)) in lost.iter().zip(&again) {
            let random = ["state", "code_challenge"].contains(&name.as_str());
            assert_eq!((name, before != now), (same, random), "{name}");
        }
        assert_eq!(lost.len(), again.len());
        assert_eq!(awaiting.application_state(), Some("tab-7"));
        assert!(matches!(stage.log_in(&url, awaiting)?, Granted::Refreshable(_)));
    }
    Ok(())
}

#[test]
fn an_answer_that_is_none_brings_no_url() -> Result {
    let stage = Stage::new()?;
    let elsewhere = format!("{}/redirect-target", stage.scene.emulator.origin("plain.invalid"));
    // `Garbage` has another status than success has.
    for fault in [Fault::Garbage, Fault::Redirect307 { to: elsewhere.clone() }, Fault::Redirect303 { to: elsewhere }] {
        stage.scene.emulator.inject_at("/par", fault);
        let (request, pushing) = stage.login()?.push(Entropy::from_os()?, stage.scene.now());
        let error = pushing.finish(send(request)).unwrap_err();
        let response = expect!(error.fault(), EndpointFault::Refused(response) => response);
        assert_eq!(response.code, ErrorCode::Unstated);
    }
    Ok(())
}

#[test]
fn a_reference_lives_as_long_as_the_server_said_from_when_the_request_was_sent() -> Result {
    let stage = Stage::new()?;
    let sent_at = stage.scene.now();
    let (request, pushing) = stage.login()?.return_to("/inbox")?.push(Entropy::from_os()?, sent_at);
    let outcome = send(request);
    // The answer takes its time: the server counts meanwhile.
    stage.scene.emulator.advance(Duration::from_millis(59_999));
    let pushed = pushing.finish(outcome)?;
    assert_eq!(pushed.expires_at(), sent_at.plus(Duration::from_secs(60)));
    let (url, awaiting) = pushed.authorize(stage.scene.now())?;
    assert!(matches!(stage.log_in(&url, awaiting)?, Granted::Refreshable(_)));

    let pushed = stage.pushed()?;
    let end = pushed.expires_at();
    stage.scene.emulator.advance(Duration::from_secs(60));
    let error = pushed.authorize(stage.scene.now()).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::PushExpired(end), Remedy::Retry { after: None }));
    // A new push of the same.
    let (request, pushing) = error.into_origin().push(Entropy::from_os()?, stage.scene.now());
    let (url, awaiting) = pushing.finish(send(request))?.authorize(stage.scene.now())?;
    assert!(matches!(stage.log_in(&url, awaiting)?, Granted::Refreshable(_)));
    Ok(())
}

/// The browser leaves in time and opens the page too late. Nobody comes back, and the login ends by its own time to live.
#[test]
fn a_browser_that_is_too_slow_sees_the_servers_page() -> Result {
    let stage = Stage::new()?;
    let (url, awaiting) = stage.authorize()?;
    stage.scene.emulator.advance(Duration::from_secs(60));
    assert_eq!(stage.refusal(url.as_str()), "invalid_request_uri: this `request_uri` has expired");
    assert_eq!(awaiting.closes_at(), stage.scene.now().plus(Duration::from_secs(540)));
    Ok(())
}

#[test]
fn the_url_is_good_once() -> Result {
    let stage = Stage::new()?;
    let (url, awaiting) = stage.authorize()?;
    assert!(matches!(stage.log_in(&url, awaiting)?, Granted::Refreshable(_)));
    let replayed = stage.refusal(url.as_str());
    assert_eq!(replayed, "invalid_request_uri: nothing was pushed under this `request_uri`, or it was used");
    Ok(())
}

#[test]
fn a_reference_is_its_clients_own() -> Result {
    let stage = Stage::new()?;
    let (url, _awaiting) = stage.authorize()?;
    let (mine, other) = (stage.scene.emulator.client_id(), stage.scene.emulator.public_client_id());
    let stolen = url.as_str().replacen(&format!("client_id={mine}"), &format!("client_id={other}"), 1);
    assert_ne!(stolen, url.as_str());
    assert_eq!(stage.refusal(&stolen), "invalid_request_uri: another client pushed this");
    // Nothing was used up by that.
    assert_eq!(stage.refusal(url.as_str()), "");
    Ok(())
}

#[test]
fn the_user_says_no_to_what_was_pushed() -> Result {
    let stage = Stage::new()?;
    let (url, awaiting) = stage.authorize()?;
    let landing = stage.scene.emulator.user().deny(url.as_str());
    let error = awaiting.receive(&stage.client, Callback::url(&landing.url), stage.scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    Ok(())
}

#[test]
fn what_is_pushed_may_be_answered_as_a_form() -> Result {
    let stage = Stage::new()?;
    let (request, pushing) = stage.login()?.form_post()?.push(Entropy::from_os()?, stage.scene.now());
    let (url, awaiting) = pushing.finish(send(request))?.authorize(stage.scene.now())?;
    let landing = stage.scene.emulator.user().approve(url.as_str());
    let form = landing.form.unwrap();
    let (request, in_flight) = awaiting.receive(&stage.client, Callback::form_post(&form), stage.scene.now())?;
    assert!(matches!(in_flight.finish(send(request))?, Granted::Refreshable(_)));
    Ok(())
}

/// The emulator is as strict as the rest of it.
#[test]
fn the_emulator_refuses_what_no_rfc_shows() -> Result {
    let stage = Stage::new()?;
    let (request, _pushing) = stage.login()?.push(Entropy::from_os()?, stage.scene.now());
    let url = request.url().to_owned();
    let body = std::str::from_utf8(request.expose_body())?.to_owned();
    let basic = request.headers().iter().find(|header| header.name() == "Authorization");
    let basic = basic.unwrap().expose_value().to_owned();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let post = |url: &str, basic: Option<&str>, body: &str| -> Result<(u16, String)> {
        let mut request = agent.post(url).header("Content-Type", "application/x-www-form-urlencoded");
        if let Some(basic) = basic {
            request = request.header("Authorization", basic);
        }
        let mut response = request.send(body)?;
        Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
    };
    let complaints = [
        (url.clone(), Some(&*basic), format!("{body}&request_uri=urn%3Aa"), "`request_uri` in a pushed request"),
        (url.clone(), Some(&*basic), format!("{body}&colour=red"), "`colour` is not a parameter"),
        (url.clone(), Some(&*basic), body.replacen("client_id=", "client_id=x", 1), "names another client"),
        (format!("{url}?a=b"), Some(&*basic), body.clone(), "a query at /par"),
        (url.clone(), None, body.clone(), "invalid_client"),
    ];
    for (url, basic, body, complaint) in complaints {
        let (status, answer) = post(&url, basic, &body)?;
        assert!(status >= 400 && answer.contains(complaint), "{status} {answer}");
    }
    assert_eq!(post(&url, Some(&basic), &body)?.0, 201);
    stage.scene.deviated("`request_uri` in a pushed request");

    let (url, _awaiting) = stage.authorize()?;
    let with_more = format!("{}&scope=a", url.as_str());
    assert!(stage.refusal(&with_more).contains("`scope` is not a parameter"), "{}", stage.refusal(&with_more));
    Ok(())
}

/// What is stored and what comes later does not know that there was a push.
#[test]
fn from_the_callback_on_it_is_the_plain_grant() -> Result {
    let stage = Stage::new()?;
    let (url, awaiting) = stage.authorize()?;
    let landing = stage.scene.emulator.user().approve(url.as_str());
    let (request, in_flight) = awaiting.receive(&stage.client, Callback::url(&landing.url), stage.scene.now())?;
    let journal = stored::save(&in_flight);
    assert_eq!(&*stored::kind(journal.as_bytes())?, "in_flight/authorization_code/1");
    let in_doubt: oauth_proto::InDoubt<AuthorizationCode> = stored::load(journal.as_bytes())?;
    drop((request, in_doubt));
    Ok(())
}
