//! Each refusal that the RFCs name.

use std::time::Duration;

use oauth_proto::{ErrorCode, Remedy, Secret, registration::RegistrationError};
use oauth_proto_emulator::{Fault, ProviderTable};

use super::{CONFIGURATION, answer, delete, metadata, open, read, refusal, registered, scene, update};
use crate::scene::Result;

/// RFC 7591 section 3: who may register has been told a token.
#[test]
fn an_initial_access_token_opens_the_door() -> Result {
    let scene = scene(ProviderTable::extended().registering_with("initial-1"));
    let metadata = metadata(&scene)?;
    for token in [None, Some(Secret::from("initial-2"))] {
        let error = answer(&scene, &metadata, token.as_ref())?.unwrap_err();
        assert_eq!(error.remedy(), Remedy::Fix);
        let response = expect!(error, RegistrationError::Refused { response } => response);
        assert_eq!((response.code.as_str(), response.status), ("invalid_token", Some(401)));
    }
    assert_eq!(scene.emulator.registered_clients(), Vec::<String>::new());
    assert!(answer(&scene, &metadata, Some(&"initial-1".into()))?.is_ok());
    assert_eq!(scene.last("/register").header("authorization"), Some("Bearer initial-1"));
    for unfit in ["", "two words", "line\r\nbreak", "ä"] {
        let error = scene.provider.register(&metadata, Some(&unfit.into()), scene.now()).unwrap_err();
        assert_eq!(error.field(), "initial_access_token");
    }
    Ok(())
}

/// RFC 7591 section 3.2.2, at a registration and at an update.
#[test]
fn each_error_keeps_its_words() -> Result {
    let scene = open();
    let good = metadata(&scene)?;
    let evil = oauth_proto::RedirectUri::new("https://evil.example/cb")?;
    let refused = [
        ("invalid_redirect_uri", good.clone().with_redirect_uris([evil])),
        ("invalid_client_metadata", good.clone().with_grant_types(["authorization_code", "magic"])?),
        ("invalid_software_statement", good.clone().with_software_statement(&"a.b.c".into())?),
        ("unapproved_software_statement", good.clone().with_software_statement(&"e30.eyJpc3MiOiJ4In0.x".into())?),
    ];
    let mut client = registered(&scene, &good)?;
    for (error, metadata) in &refused {
        let ended = answer(&scene, metadata, None)?.unwrap_err();
        assert_eq!(ended.remedy(), Remedy::Fix);
        assert!(ended.to_string().contains(error), "{ended}");
        let response = expect!(ended, RegistrationError::Refused { response } => response);
        assert_eq!((&response.code, response.status), (&ErrorCode::Other((*error).into()), Some(400)));
        assert!(response.description.is_some());

        let ended = update(&scene, client, metadata).unwrap_err();
        assert_eq!((refusal(&ended).code.as_str(), refusal(&ended).status), (*error, Some(400)));
        client = ended.into_origin();
        assert_eq!(client.unconfirmed(), None, "nothing was done");
    }
    assert_eq!(scene.emulator.registered_clients(), [client.client_id()]);
    let trusted = "e30.eyJpc3MiOiJodHRwczovL3RydXN0ZWQuaW52YWxpZCJ9.x";
    let client = update(&scene, client, &good.with_software_statement(&trusted.into())?)?;
    assert_eq!(client.metadata().text("software_statement").as_deref(), Some(trusted));
    Ok(())
}

/// RFC 7592 sections 2.1 to 2.3: 403 and 405.
#[test]
fn a_client_that_may_not_is_told_so() -> Result {
    let table = ProviderTable::extended().forbidding_clients_to("GET").forbidding_clients_to("PUT");
    let scene = scene(table.deleting_no_clients());
    let metadata = metadata(&scene)?;
    let client = registered(&scene, &metadata)?;
    let error = read(&scene, client).unwrap_err();
    assert_eq!((refusal(&error).status, error.remedy()), (Some(403), Remedy::Fix));
    let error = update(&scene, error.into_origin(), &metadata).unwrap_err();
    assert_eq!(refusal(&error).status, Some(403));
    let error = delete(&scene, error.into_origin()).unwrap_err();
    assert_eq!((refusal(&error).status, error.remedy()), (Some(405), Remedy::Fix));
    let client = error.into_origin();
    assert_eq!(client.unconfirmed(), None);
    assert!(client.client(scene.provider.clone()).is_ok(), "it is a client all the same");
    Ok(())
}

#[test]
fn a_busy_server_has_registered_nothing() -> Result {
    let scene = open();
    let busy = || Fault::TooManyRequests { retry_after_seconds: 7 };
    scene.emulator.inject_at("/register", busy());
    let error = answer(&scene, &metadata(&scene)?, None)?.unwrap_err();
    assert!(matches!(error, RegistrationError::Refused { .. }), "{error}");
    assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_secs(7)) });

    let client = registered(&scene, &metadata(&scene)?)?;
    scene.emulator.inject_at(CONFIGURATION, busy());
    let error = delete(&scene, client).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_secs(7)) });
    assert_eq!(error.into_origin().unconfirmed(), None);
    Ok(())
}
