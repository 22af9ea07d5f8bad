//! Logins on a device without a browser (RFC 8628).

use std::time::Duration;

use oauth_proto::{
    AnyClient, Client, ErrorCode, Granted, Remedy, Scope, Timestamp,
    device::{AwaitingUser, PollError, Polled, PollingError},
    error::{AnswerFault, Doubt, EndpointFault, RequestFault},
    stored,
};
use oauth_proto_emulator::{Fault, ProviderTable};

use crate::scene::{Result, Scene, form_body, send};

const ENDPOINT: &str = "/device_authorization";

/// A server for devices, and a client that knows it.
fn scene() -> Scene {
    scene_of(ProviderTable::extended())
}

fn scene_of(table: ProviderTable) -> Scene {
    let mut scene = Scene::of(table);
    let endpoint = scene.emulator.local(&format!("https://plain.invalid{ENDPOINT}"));
    scene.provider.device_authorization_endpoint = Some(endpoint);
    scene.client = scene.client_of(|_| {}).unwrap();
    scene
}

impl Scene {
    fn begin<K>(&self, client: &Client<K>) -> Result<AwaitingUser> {
        let (request, authorizing) = client.device_authorization()?.request(self.now());
        Ok(authorizing.finish(send(request), self.now())?)
    }

    /// Sleeps until the next poll may come, and polls. How long it slept, in seconds.
    fn poll(&self, client: &AnyClient, awaiting: AwaitingUser) -> (u64, std::result::Result<Polled, PollingError>) {
        let wait = awaiting.not_before().since(self.now());
        self.emulator.advance(wait);
        let (request, polling) = awaiting.poll(client, self.now()).unwrap();
        (wait.as_secs(), polling.finish(send(request), self.now()))
    }

    /// A poll whose answer says to go on.
    fn pending(&self, awaiting: AwaitingUser) -> (u64, AwaitingUser) {
        let (wait, polled) = self.poll(&self.client, awaiting);
        (wait, expect!(polled, Ok(Polled::Pending(awaiting)) => awaiting))
    }

    /// A poll that no answer comes to.
    fn unanswered(&self, awaiting: AwaitingUser) -> (u64, AwaitingUser, EndpointFault) {
        let (wait, polled) = self.poll(&self.client, awaiting);
        let (awaiting, why) = expect!(polled, Ok(Polled::Unanswered { awaiting, why }) => (awaiting, why));
        (wait, awaiting, why)
    }

    fn approve(&self, awaiting: &AwaitingUser) {
        self.emulator.user().approve_device(awaiting.verification_uri(), awaiting.user_code()).unwrap();
    }
}

/// What the server says of a login that is over.
fn over(polled: std::result::Result<Polled, PollingError>) -> (ErrorCode, Remedy) {
    let error = polled.unwrap_err();
    let remedy = error.remedy();
    let (response, intent) = expect!(error, PollingError::Refused { response, intent } => (response, intent));
    assert_eq!(intent.server(), "extended");
    (response.code, remedy)
}

fn code(text: &str) -> ErrorCode {
    ErrorCode::Other(text.into())
}

#[test]
fn the_user_approves_and_the_device_has_tokens() -> Result {
    let scene = scene();
    let awaiting = scene.begin(&scene.client)?;
    assert_eq!(awaiting.expires_at(), scene.now().plus(Duration::from_secs(1800)));
    let (waited, awaiting) = scene.pending(awaiting);
    assert_eq!(waited, 5);
    let (waited, awaiting) = scene.pending(awaiting);
    assert_eq!(waited, 5);
    scene.approve(&awaiting);
    let granted = expect!(scene.poll(&scene.client, awaiting).1, Ok(Polled::Granted(granted)) => granted);
    let authorized = expect!(granted, Granted::Refreshable(authorized) => authorized);
    assert_eq!(scene.api(&authorized)?, 200);
    assert_eq!(authorized.expires_at(), Some(scene.now().plus(Duration::from_secs(3600))));
    let (request, in_flight) = authorized.refresh(&scene.client, scene.now())?;
    assert_eq!(scene.api(&in_flight.finish(send(request))?)?, 200);

    let sent = form_body(&scene.last(ENDPOINT));
    assert_eq!(sent, [], "the client is in the header, and there is no scope");
    Ok(())
}

#[test]
fn a_public_client_with_a_scope_and_the_address_that_has_the_code() -> Result {
    let scene = scene_of(ProviderTable::extended().knowing_scopes(&["read", "write"]).device_interval(None));
    let client = scene.public_client_of(|_| {})?;
    let login = client.device_authorization()?.scope(Scope::new(["read"])?);
    let (request, authorizing) = login.request(scene.now());
    let awaiting = authorizing.finish(send(request), scene.now())?;
    assert_eq!(
        form_body(&scene.last(ENDPOINT)),
        [("scope", "read"), ("client_id", scene.emulator.public_client_id())]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    // RFC 8628 section 3.2: 5 seconds where the server says nothing.
    assert_eq!(awaiting.not_before(), scene.now().plus(Duration::from_secs(5)));
    let address = awaiting.verification_uri_complete().unwrap();
    scene.emulator.user().approve_device(address, awaiting.user_code())?;
    let granted = expect!(scene.poll(&client, awaiting).1, Ok(Polled::Granted(granted)) => granted);
    assert_eq!(granted.scope().as_str(), "read");
    Ok(())
}

#[test]
fn the_user_denies() -> Result {
    let scene = scene();
    let awaiting = scene.begin(&scene.client)?;
    scene.emulator.user().deny_device(awaiting.verification_uri(), &awaiting.user_code().to_lowercase())?;
    assert_eq!(over(scene.poll(&scene.client, awaiting).1), (ErrorCode::AccessDenied, Remedy::LogIn));
    Ok(())
}

#[test]
fn codes_expire_for_the_device_the_server_and_the_user() -> Result {
    let scene = scene();
    let (ours, theirs) = (scene.begin(&scene.client)?, scene.begin(&scene.client)?);
    scene.emulator.advance(Duration::from_secs(1800));
    let error = ours.poll(&scene.client, scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let intent = expect!(error, PollError::Expired { intent } => intent);
    assert_eq!(scene.emulator.requests_to("/token"), 0);
    // What was asked for is left, and asked for again.
    let (request, authorizing) = intent.again(scene.client.device_authorization()?).request(scene.now());
    let fresh = authorizing.finish(send(request), scene.now())?;

    // A device whose clock is slow asks all the same, and the server says so.
    let refused = scene.emulator.user().approve_device(theirs.verification_uri(), theirs.user_code());
    assert_eq!(refused, Err("invalid_form: no device waits with this code".into()));
    let slow = theirs.not_before();
    let (request, polling) = theirs.poll(&scene.client, slow)?;
    assert_eq!(over(polling.finish(send(request), slow)), (code("expired_token"), Remedy::LogIn));

    scene.approve(&fresh);
    expect!(scene.poll(&scene.client, fresh).1, Ok(Polled::Granted(_)) => ());
    Ok(())
}

#[test]
fn who_polls_early_gets_the_state_back_and_a_fast_clock_slows_down_for_good() -> Result {
    let scene = scene();
    let awaiting = scene.begin(&scene.client)?;
    let almost = scene.now().plus(Duration::from_millis(4999));
    let error = awaiting.poll(&scene.client, almost).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_millis(1)) });
    let awaiting = expect!(error, PollError::TooEarly { awaiting, .. } => awaiting);
    assert_eq!(scene.emulator.requests_to("/token"), 0);

    // Its clock is five seconds fast.
    let fast = scene.now().plus(Duration::from_secs(5));
    let (request, polling) = awaiting.poll(&scene.client, fast)?;
    let awaiting = expect!(polling.finish(send(request), scene.now())?, Polled::Pending(awaiting) => awaiting);
    let refusal = scene.last("/token").refusal;
    assert_eq!(refusal.as_deref(), Some("slow_down: the interval is 10 s from now on"));
    // RFC 8628 section 3.5: for this and all subsequent requests.
    let (waited, awaiting) = scene.pending(awaiting);
    assert_eq!(waited, 10);
    let (waited, awaiting) = scene.pending(awaiting);
    assert_eq!(waited, 10);
    scene.approve(&awaiting);
    let (waited, polled) = scene.poll(&scene.client, awaiting);
    assert_eq!(waited, 10);
    expect!(polled, Ok(Polled::Granted(_)) => ());
    Ok(())
}

#[test]
fn polls_without_an_answer_come_slower_each_time() -> Result {
    let scene = scene();
    let awaiting = scene.begin(&scene.client)?;
    let lose = || scene.emulator.inject_at("/token", Fault::CutBeforeActing);
    lose();
    let (waited, awaiting, why) = scene.unanswered(awaiting);
    assert_eq!(waited, 5);
    assert!(matches!(why, EndpointFault::Lost(_)), "{why:?}");
    lose();
    let (waited, awaiting, _) = scene.unanswered(awaiting);
    assert_eq!(waited, 10);
    scene.emulator.inject_at("/token", Fault::Status500BeforeActing);
    let (waited, awaiting, why) = scene.unanswered(awaiting);
    assert_eq!(waited, 20);
    assert!(matches!(why, EndpointFault::Refused(_)), "{why:?}");
    scene.emulator.inject_at("/token", Fault::TooManyRequests { retry_after_seconds: 90 });
    let (waited, awaiting, _) = scene.unanswered(awaiting);
    assert_eq!(waited, 40);
    // An answer, after the 90 seconds that the server asked for: all is as before.
    let (waited, awaiting) = scene.pending(awaiting);
    assert_eq!(waited, 90);
    assert_eq!(scene.pending(awaiting).0, 5);
    Ok(())
}

#[test]
fn a_server_that_is_not_there_is_asked_less_often_too() -> Result {
    let scene = scene();
    let awaiting = scene.begin(&scene.client)?;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let client = scene.client_of(|provider| provider.token_endpoint = Some(format!("http://{nobody}/token")))?;
    let (_, polled) = scene.poll(&client, awaiting);
    let (awaiting, why) = expect!(polled, Ok(Polled::Unanswered { awaiting, why }) => (awaiting, why));
    assert!(matches!(why, EndpointFault::NotSent(_)), "{why:?}");
    assert_eq!(awaiting.not_before(), scene.now().plus(Duration::from_secs(10)));
    Ok(())
}

#[test]
fn a_code_is_used_once_and_tokens_in_a_lost_answer_are_gone() -> Result {
    let scene = scene();
    let awaiting = scene.begin(&scene.client)?;
    let row = stored::save(&awaiting);
    scene.approve(&awaiting);
    scene.emulator.inject_at("/token", Fault::CutAfterActing);
    let (_, awaiting, _) = scene.unanswered(awaiting);
    assert_eq!(over(scene.poll(&scene.client, awaiting).1), (ErrorCode::InvalidGrant, Remedy::LogIn));
    // So says a row that was left behind.
    let replayed = stored::load(row.as_bytes())?;
    assert_eq!(over(scene.poll(&scene.client, replayed).1), (ErrorCode::InvalidGrant, Remedy::LogIn));
    Ok(())
}

#[test]
fn what_cannot_be_read_leaves_the_choice() -> Result {
    let scene = scene();
    for fault in [Fault::Garbage, Fault::Redirect307 { to: "/redirect-target".into() }] {
        // Nobody has decided, and the next poll says so.
        let awaiting = scene.begin(&scene.client)?;
        scene.emulator.inject_at("/token", fault.clone());
        let error = scene.poll(&scene.client, awaiting).1.unwrap_err();
        assert_eq!(error.remedy(), Remedy::Decide);
        let (doubt, awaiting) = expect!(error, PollingError::InDoubt { doubt, awaiting } => (doubt, awaiting));
        match fault {
            Fault::Garbage => assert!(matches!(doubt, Doubt::Unreadable(AnswerFault::NotJson)), "{doubt:?}"),
            _ => assert!(matches!(doubt, Doubt::UnexpectedStatus(307)), "{doubt:?}"),
        }
        assert_eq!(scene.pending(*awaiting).0, 10);
    }
    Ok(())
}

/// A program that ends at any point, and one that finds its row.
#[test]
fn a_crash_at_any_point_loses_nothing_but_the_answer_that_was_lost() -> Result {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Crash {
        BeforePolling,
        BeforeSending,
        BeforeTheAnswer,
        AfterTheAnswer,
    }
    for crash in [Crash::BeforePolling, Crash::BeforeSending, Crash::BeforeTheAnswer, Crash::AfterTheAnswer] {
        for approved in [false, true] {
            let scene = scene();
            let awaiting = scene.begin(&scene.client)?;
            let mut row = stored::save(&awaiting);
            if approved {
                scene.approve(&awaiting);
            }
            scene.emulator.advance(Duration::from_secs(5));
            if crash != Crash::BeforePolling {
                let (request, polling) = awaiting.poll(&scene.client, scene.now())?;
                row = stored::save(&polling);
                if crash != Crash::BeforeSending {
                    let outcome = send(request);
                    if crash == Crash::AfterTheAnswer {
                        match polling.finish(outcome, scene.now())? {
                            Polled::Pending(awaiting) => row = stored::save(&awaiting),
                            // They are in the store in place of the row.
                            Polled::Granted(_) => continue,
                            Polled::Unanswered { why, .. } => panic!("{why}"),
                        }
                    }
                }
            }
            // Another process, at once: it is no flood, however often it is started.
            let mut awaiting: AwaitingUser = stored::load(row.as_bytes())?;
            if crash != Crash::BeforePolling {
                let early = awaiting.poll(&scene.client, scene.now()).unwrap_err();
                awaiting = *expect!(early, PollError::TooEarly { awaiting, .. } => awaiting);
            }
            if !approved {
                scene.approve(&awaiting);
            }
            let (_, polled) = scene.poll(&scene.client, awaiting);
            match (crash, approved) {
                (Crash::BeforeTheAnswer, true) => assert_eq!(over(polled).0, ErrorCode::InvalidGrant),
                _ => drop(expect!(polled, Ok(Polled::Granted(granted)) => granted)),
            }
            assert!(
                !scene
                    .emulator
                    .exchanges()
                    .iter()
                    .any(|seen| { seen.refusal.as_deref().is_some_and(|refusal| refusal.starts_with("slow_down")) })
            );
        }
    }
    Ok(())
}

#[test]
fn the_code_of_another_client() -> Result {
    let scene = scene();
    let public = scene.public_client_of(|_| {})?;
    let awaiting = scene.begin(&public)?;
    let at = awaiting.not_before();
    let error = awaiting.poll(&scene.client, at).unwrap_err();
    let awaiting = expect!(error, PollError::NotMade { awaiting, fault: RequestFault::WrongClient(_) } => awaiting);
    // A row that somebody changed: the server knows whose code it is.
    let row = stored::save(&*awaiting).replace(scene.emulator.public_client_id(), scene.emulator.client_id());
    let stolen: AwaitingUser = stored::load(row.as_bytes())?;
    assert_eq!(over(scene.poll(&scene.client, stolen).1), (ErrorCode::InvalidGrant, Remedy::LogIn));
    assert!(scene.last("/token").refusal.unwrap().contains("another client"));
    Ok(())
}

#[test]
fn a_client_that_may_not_begin_and_answers_that_bring_no_codes() -> Result {
    let scene = scene();
    let begin = |client: &Client<_>| {
        let (request, authorizing) = client.device_authorization().unwrap().request(scene.now());
        authorizing.finish(send(request), scene.now()).unwrap_err()
    };
    let registration = oauth_proto::Registration::new(scene.emulator.client_id())?;
    let wrong = Client::confidential(scene.provider.clone(), registration, "wrong".into())?;
    let error = begin(&wrong);
    let response = expect!(error.fault(), EndpointFault::Refused(response) => response);
    assert_eq!((&response.code, response.status), (&ErrorCode::InvalidClient, Some(401)));
    assert_eq!(error.remedy(), Remedy::Fix);

    scene.emulator.inject_at(ENDPOINT, Fault::CutAfterActing);
    let error = begin(&scene.client);
    assert!(matches!(error.fault(), EndpointFault::Lost(_)));
    assert_eq!(error.remedy(), Remedy::Retry { after: None });
    scene.emulator.inject_at(ENDPOINT, Fault::Garbage);
    let error = begin(&scene.client);
    assert!(matches!(error.fault(), EndpointFault::Unreadable(AnswerFault::NotJson)));
    scene.emulator.inject_at(ENDPOINT, Fault::Redirect307 { to: "/redirect-target".into() });
    let error = begin(&scene.client);
    assert!(matches!(error.fault(), EndpointFault::Refused(response) if response.status == Some(307)));

    // Each left what was asked for.
    let again = error.into_origin().again(scene.client.device_authorization()?);
    let (request, authorizing) = again.request(scene.now());
    let awaiting = authorizing.finish(send(request), scene.now())?;
    assert!(awaiting.expires_at() > scene.now());

    let stranger = scene.client.device_authorization()?.scope(Scope::new(["unheard-of"])?);
    let (request, authorizing) = stranger.request(scene.now());
    let error = authorizing.finish(send(request), scene.now()).unwrap_err();
    assert!(matches!(error.fault(), EndpointFault::Refused(_)));
    scene.deviated("unheard-of");
    Ok(())
}

#[test]
fn a_parameter_that_the_server_does_not_know() -> Result {
    let scene = scene();
    let login = scene.client.device_authorization()?.parameter("audience", "https://api.example")?;
    let (request, authorizing) = login.request(scene.now());
    authorizing.finish(send(request), scene.now()).unwrap_err();
    scene.deviated("`audience` is not a parameter of the device authorization request");
    Ok(())
}

/// The loop of a program, with everything that can go wrong before the user comes.
#[test]
fn a_loop_lives_through_it_all() -> Result {
    let scene = scene();
    let mut awaiting = scene.begin(&scene.client)?;
    let faults = [
        Fault::CutBeforeActing,
        Fault::Status500AfterActing,
        Fault::ShortBody,
        Fault::TooManyRequests { retry_after_seconds: 7 },
    ];
    for fault in faults {
        scene.emulator.inject_at("/token", fault);
    }
    let mut polls = 0;
    let granted = loop {
        if polls == 6 {
            scene.approve(&awaiting);
        }
        polls += 1;
        awaiting = match scene.poll(&scene.client, awaiting).1? {
            Polled::Granted(granted) => break granted,
            Polled::Pending(awaiting) | Polled::Unanswered { awaiting, .. } => awaiting,
        };
    };
    assert_eq!(polls, 7);
    assert!(matches!(granted, Granted::Refreshable(_)));
    let started = Timestamp::from_unix_seconds(1_800_000_000);
    // 5, then twice as long after each of four, then 5 and 5.
    assert_eq!(scene.now().since(started).as_secs(), 5 + 10 + 20 + 40 + 80 + 5 + 5);
    Ok(())
}
