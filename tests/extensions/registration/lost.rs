//! Answers that are lost, and processes that end in between.

use oauth_proto::{
    Outcome, Remedy,
    error::{Doubt, EndpointFault},
    registration::{Operation, RegisteredClient, RegistrationError, RegistrationInDoubt},
    stored,
};
use oauth_proto_emulator::{Fault, ProviderTable};

use super::{CONFIGURATION, answer, delete, metadata, open, read, refusal, registered, scene, update};
use crate::scene::{Result, Scene, send};

const LOST: [Fault; 5] = [
    Fault::CutBeforeActing,
    Fault::CutAfterActing,
    Fault::Status500BeforeActing,
    Fault::Status500AfterActing,
    Fault::ShortBody,
];

fn acts(fault: &Fault) -> bool {
    !matches!(fault, Fault::CutBeforeActing | Fault::Status500BeforeActing)
}

fn operation(client: &RegisteredClient) -> Option<Operation> {
    client.unconfirmed().map(|unconfirmed| unconfirmed.operation)
}

/// A registration is not repeated: whoever does it again may make a second client.
#[test]
fn a_registration_whose_answer_is_lost_leaves_a_doubt() -> Result {
    for fault in LOST {
        let scene = open();
        let metadata = metadata(&scene)?;
        scene.emulator.inject_at("/register", fault.clone());
        let error = answer(&scene, &metadata, None)?.unwrap_err();
        assert_eq!(error.remedy(), Remedy::Decide, "{fault:?}");
        let (doubt, in_doubt) = expect!(error, RegistrationError::InDoubt { doubt, in_doubt } => (doubt, in_doubt));
        match fault {
            Fault::Status500AfterActing | Fault::Status500BeforeActing => {
                assert!(matches!(doubt, Doubt::ServerFailed(_)), "{doubt:?}")
            }
            _ => assert!(matches!(doubt, Doubt::Lost(_)), "{doubt:?}"),
        }
        assert_eq!((in_doubt.server(), in_doubt.sent_at()), ("extended", scene.now()));
        assert_eq!(scene.emulator.registered_clients().len(), usize::from(acts(&fault)), "that nobody here knows");
        assert_eq!(scene.emulator.requests_to("/register"), 1, "never by itself once more");

        let client = registered(&scene, &in_doubt.into_metadata())?;
        assert_eq!(scene.emulator.registered_clients().len(), 1 + usize::from(acts(&fault)));
        assert!(scene.emulator.registered_clients().iter().any(|id| id == client.client_id()));
    }
    Ok(())
}

#[test]
fn answers_that_are_none_leave_a_doubt_too() -> Result {
    let scene = open();
    let to = || format!("{}/redirect-target", scene.emulator.origin("plain.invalid"));
    for fault in [Fault::Garbage, Fault::Redirect303 { to: to() }, Fault::Redirect307 { to: to() }] {
        scene.emulator.inject_at("/register", fault.clone());
        let error = answer(&scene, &metadata(&scene)?, None)?.unwrap_err();
        let doubt = expect!(error, RegistrationError::InDoubt { doubt, .. } => doubt);
        match fault {
            Fault::Garbage => assert!(matches!(doubt, Doubt::Unreadable(_)), "{doubt:?}"),
            _ => assert!(matches!(doubt, Doubt::UnexpectedStatus(303 | 307)), "{doubt:?}"),
        }
    }
    let client = registered(&scene, &metadata(&scene)?)?;
    scene.emulator.inject_at(CONFIGURATION, Fault::Redirect307 { to: to() });
    let error = update(&scene, client, &metadata(&scene)?).unwrap_err();
    assert_eq!(operation(&error.into_origin()), Some(Operation::Update));
    Ok(())
}

#[test]
fn what_never_left_has_done_nothing() -> Result {
    let scene = open();
    let client = registered(&scene, &metadata(&scene)?)?;
    let (request, deleting) = client.delete(&scene.provider, scene.now())?;
    drop(request);
    let error = deleting.finish(Outcome::not_sent("the name did not resolve")).unwrap_err();
    assert_eq!(operation(&error.into_origin()), None);

    let mut nobody = scene.provider.clone();
    nobody.registration_endpoint = Some("http://127.0.0.1:9/register".into());
    let (request, registering) = nobody.register(&metadata(&scene)?, None, scene.now())?;
    let error = registering.finish(send(request)).unwrap_err();
    assert!(matches!(error, RegistrationError::NotSent { .. }), "{error}");
    assert_eq!(error.remedy(), Remedy::Retry { after: None });
    Ok(())
}

/// What the server has made of a lost update, a later read tells.
#[test]
fn a_lost_answer_is_told_of_until_a_read_settles_it() -> Result {
    for fault in LOST {
        let scene = scene(ProviderTable::extended().with_steady_registration_tokens());
        let client = registered(&scene, &metadata(&scene)?)?;
        let changed = client.metadata().clone().with_client_name("Another")?;

        scene.emulator.inject_at(CONFIGURATION, fault.clone());
        let error = update(&scene, client, &changed).unwrap_err();
        match fault {
            Fault::Status500AfterActing | Fault::Status500BeforeActing => assert_eq!(refusal(&error).status, Some(500)),
            _ => assert!(matches!(error.fault(), EndpointFault::Lost(_)), "{error:?}"),
        }
        assert_eq!(error.remedy(), Remedy::Retry { after: None });
        let client = error.into_origin();
        assert_eq!(client.unconfirmed().map(|each| each.sent_at), Some(scene.now()));
        assert_eq!(operation(&client), Some(Operation::Update));
        assert_eq!(client.metadata().text("client_name").as_deref(), Some("Example"), "as it was last known");

        // A read that is lost as well does not make the update forgotten.
        scene.emulator.inject_at(CONFIGURATION, fault.clone());
        let client = read(&scene, client).unwrap_err().into_origin();
        assert_eq!(operation(&client), Some(Operation::Update));

        let client = read(&scene, client)?;
        assert_eq!(operation(&client), None);
        let name = if acts(&fault) { "Another" } else { "Example" };
        assert_eq!(client.metadata().text("client_name").as_deref(), Some(name), "{fault:?}");
    }
    Ok(())
}

/// The new registration access token was in the answer that is lost.
#[test]
fn a_token_that_was_lost_with_its_answer_leaves_a_client_that_nobody_manages() -> Result {
    let scene = open();
    let client = registered(&scene, &metadata(&scene)?)?;
    scene.emulator.inject_at(CONFIGURATION, Fault::CutAfterActing);
    let client = read(&scene, client).unwrap_err().into_origin();
    assert_eq!(operation(&client), Some(Operation::Read));
    let error = read(&scene, client).unwrap_err();
    assert_eq!(refusal(&error).status, Some(401));
    let client = error.into_origin();
    assert_eq!(operation(&client), Some(Operation::Read), "and that is still not confirmed");
    assert!(client.client(scene.provider.clone()).is_ok(), "its users log in as before");
    Ok(())
}

#[test]
fn a_lost_deletion_is_asked_for_again() -> Result {
    for fault in [Fault::CutBeforeActing, Fault::CutAfterActing] {
        let scene = open();
        let client = registered(&scene, &metadata(&scene)?)?;
        scene.emulator.inject_at(CONFIGURATION, fault.clone());
        let client = delete(&scene, client).unwrap_err().into_origin();
        assert_eq!(operation(&client), Some(Operation::Delete));
        match delete(&scene, client) {
            Ok(()) => assert_eq!(fault, Fault::CutBeforeActing),
            Err(error) => {
                // RFC 7592 section 2.1: a client that is gone.
                assert_eq!((&fault, refusal(&error).status), (&Fault::CutAfterActing, Some(401)));
                assert_eq!(operation(&error.into_origin()), Some(Operation::Delete));
            }
        }
        assert_eq!(scene.emulator.registered_clients(), Vec::<String>::new());
    }
    Ok(())
}

/// The row that was written before the request is all that is left.
#[test]
fn a_process_that_ends_finds_what_it_had_begun() -> Result {
    let ends = |scene: &Scene, request, fault| {
        scene.emulator.inject(fault);
        drop(send(request));
    };
    for fault in [Fault::CutBeforeActing, Fault::CutAfterActing] {
        let scene = scene(ProviderTable::extended().with_steady_registration_tokens());
        let (request, registering) = scene.provider.register(&metadata(&scene)?, None, scene.now())?;
        let row = stored::save(&registering);
        drop(registering);
        ends(&scene, request, fault.clone());
        assert_eq!(&*stored::kind(row.as_bytes())?, "registering/1");
        let in_doubt: RegistrationInDoubt = stored::load(row.as_bytes())?;
        assert_eq!(in_doubt.metadata().text("client_name").as_deref(), Some("Example"));

        let client = registered(&scene, &in_doubt.into_metadata())?;
        let changed = client.metadata().clone().with_client_name("Another")?;
        let (request, updating) = client.update(&scene.provider, &changed, scene.now())?;
        let row = stored::save(&updating);
        drop(updating);
        ends(&scene, request, fault.clone());
        let client: RegisteredClient = stored::load(row.as_bytes())?;
        assert_eq!(operation(&client), Some(Operation::Update));
        let client = read(&scene, client)?;
        let name = if fault == Fault::CutAfterActing { "Another" } else { "Example" };
        assert_eq!(client.metadata().text("client_name").as_deref(), Some(name));

        let (request, deleting) = client.delete(&scene.provider, scene.now())?;
        let row = stored::save(&deleting);
        drop(deleting);
        ends(&scene, request, fault.clone());
        let client: RegisteredClient = stored::load(row.as_bytes())?;
        assert_eq!(operation(&client), Some(Operation::Delete));
        match read(&scene, client) {
            Ok(client) => assert_eq!((operation(&client), &fault), (None, &Fault::CutBeforeActing), "it is there"),
            Err(error) => assert_eq!((refusal(&error).status, &fault), (Some(401), &Fault::CutAfterActing)),
        }
    }
    Ok(())
}
