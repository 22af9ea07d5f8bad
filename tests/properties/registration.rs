//! Clients that register themselves.

use oauth_proto::{
    Response,
    registration::{ClientMetadata, RegisteredClient, RegistrationError},
    stored,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::{
    VSCHARS,
    json::{any_json, pointers},
    registration_scenario::{INFORMATION, metadata, provider, registered, registering},
    scenario::{answer, at},
};

/// What people read: any text without control characters.
const WORDS: &str = "\\PC{1,40}";

const OF_THE_SERVER: [&str; 6] = [
    "client_id",
    "client_secret",
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];

/// What this crate acts on, and so wants to be of the right type.
const TYPED: [&str; 3] = ["redirect_uris", "token_endpoint_auth_method", "scope"];

/// A JSON object with members of any name.
fn members() -> impl Strategy<Value = serde_json::Map<String, Value>> {
    let name = prop_oneof!["[a-z_#]{1,8}", ".{0,6}", Just("client_name".to_owned()), Just("jwks".to_owned())];
    vec((name, any_json()), 0..6).prop_map(|members| members.into_iter().collect())
}

fn sent(metadata: &ClientMetadata) -> Value {
    let (request, _) = provider().register(metadata, None, at(0)).unwrap();
    serde_json::from_slice(request.expose_body()).unwrap()
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn metadata_of_any_texts_are_sent_as_they_were_given(
        name in WORDS,
        translated in WORDS,
        language in "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8}){0,2}",
        contacts in vec(WORDS, 0..4),
        statement in "[!-~]{1,60}",
        value in any_json(),
    ) {
        let metadata = metadata().with_client_name(&name).unwrap().with_contacts(&contacts).unwrap();
        let metadata = metadata.with_translation("client_name", &language, &translated).unwrap();
        let metadata = metadata.with_software_statement(&statement.as_str().into()).unwrap();
        let own = metadata.clone().with_member("own", &value.to_string());
        prop_assert_eq!(own.is_err(), value.is_null());
        let metadata = own.unwrap_or(metadata);
        let sent = sent(&metadata);
        prop_assert_eq!(sent["client_name"].as_str(), Some(&*name));
        prop_assert_eq!(sent[format!("client_name#{language}")].as_str(), Some(&*translated));
        prop_assert_eq!(&sent["contacts"], &json!(contacts));
        prop_assert_eq!(sent["software_statement"].as_str(), Some(&*statement));
        prop_assert_eq!(&sent["own"], &value);
        prop_assert_eq!(metadata.text("client_name"), Some(name));
        prop_assert_eq!(&serde_json::to_value(&metadata).unwrap(), &sent);
    }

    #[test]
    fn what_a_server_has_registered_is_stored_and_sent_again_as_it_is(members in members()) {
        let mut information: Value = serde_json::from_str(INFORMATION).unwrap();
        let strangers = members.into_iter().filter(|(name, _)| !OF_THE_SERVER.contains(&&**name) && !TYPED.contains(&&**name));
        information.as_object_mut().unwrap().extend(strangers);
        let client = registering().1.finish(answer(201, &information.to_string())).unwrap();
        let row = stored::save(&client);
        let client: RegisteredClient = stored::load(row.as_bytes()).unwrap();
        prop_assert_eq!(stored::save(&client), row);

        let metadata = client.metadata().clone();
        let (request, updating) = client.update(&provider(), &metadata, at(1)).unwrap();
        let sent: Value = serde_json::from_slice(request.expose_body()).unwrap();
        let mut expected = information.clone();
        let all = expected.as_object_mut().unwrap();
        all.retain(|name, value| !value.is_null() && (name == "client_id" || !OF_THE_SERVER.contains(&&**name)));
        prop_assert_eq!(&sent, &expected);
        let client = updating.finish(answer(200, &information.to_string())).unwrap();
        prop_assert_eq!(serde_json::to_string(client.metadata()).unwrap(), serde_json::to_string(&metadata).unwrap());
    }

    #[test]
    fn any_answer_is_a_client_a_refusal_or_a_doubt_and_never_a_panic(
        status in prop_oneof![Just(201u16), Just(200), Just(400), Just(500), any::<u16>()],
        body in prop_oneof![any_json().prop_map(|json| json.to_string().into_bytes()), vec(any::<u8>(), 0..60)],
    ) {
        let response = || Response::new(status, [("Content-Type", "application/json")], body.clone());
        match registering().1.finish(response().into()) {
            Ok(client) => prop_assert!((200..=201).contains(&status) && !client.client_id().is_empty()),
            Err(RegistrationError::Refused { response }) => prop_assert_eq!(response.status, Some(status)),
            Err(RegistrationError::InDoubt { in_doubt, .. }) => {
                // A 4xx refuses, unless the server says that it has failed.
                let failed = body.windows(12).any(|window| window == b"server_error");
                prop_assert!(!matches!(status, 400..=407 | 409..=499) || failed);
                prop_assert_eq!(in_doubt.sent_at(), at(0));
            }
            Err(RegistrationError::NotSent { .. }) => prop_assert!(false, "an answer came"),
        }
        let before = stored::save(&registered());
        let (_, reading) = registered().read(&provider(), at(1)).unwrap();
        if let Err(error) = reading.finish(response().into()) {
            let mut left: Value = serde_json::from_str(&stored::save(&error.into_origin())).unwrap();
            left.as_object_mut().unwrap().remove("unconfirmed");
            prop_assert_eq!(left, serde_json::from_str::<Value>(&before).unwrap(), "nothing of it is taken");
        }
    }

    #[test]
    fn an_answer_with_one_value_changed_is_read_whole_or_leaves_a_doubt(
        at_place in any::<prop::sample::Index>(),
        value in any_json(),
    ) {
        let mut information: Value = serde_json::from_str(INFORMATION).unwrap();
        let mut places = Vec::new();
        pointers(&information, "", &mut places);
        *information.pointer_mut(&places[at_place.index(places.len())]).unwrap() = value;
        match registering().1.finish(answer(201, &information.to_string())) {
            Ok(client) => {
                prop_assert_eq!(Some(client.client_id()), information["client_id"].as_str());
                prop_assert_eq!(client.client_secret().map(|secret| secret.expose()), information["client_secret"].as_str());
                prop_assert_eq!(client.registration_client_uri(), information["registration_client_uri"].as_str());
                let row = stored::save(&client);
                prop_assert_eq!(stored::save(&stored::load::<RegisteredClient>(row.as_bytes()).unwrap()), row);
            }
            Err(RegistrationError::Refused { .. }) => prop_assert!(information.get("error").is_some()),
            Err(error) => prop_assert!(matches!(error, RegistrationError::InDoubt { .. }), "{}", error),
        }
    }

    #[test]
    fn a_registration_access_token_goes_to_no_origin_that_nobody_approved(
        uri in prop_oneof![
            "(https|http|HTTPS)://(id\\.example|ID\\.EXAMPLE|evil\\.example|id\\.example\\.evil|id\\.example@evil)(:443|:80|:8443)?/[a-z?=&#%]{0,8}",
            VSCHARS,
        ],
        approved in any::<bool>(),
    ) {
        let mut information: Value = serde_json::from_str(INFORMATION).unwrap();
        information["registration_client_uri"] = uri.as_str().into();
        let Ok(mut client) = registering().1.finish(answer(201, &information.to_string())) else { return Ok(()) };
        if approved {
            client.approve_management_origin("https://evil.example").unwrap();
        }
        if let Ok((request, _)) = client.read(&provider(), at(1)) {
            prop_assert_eq!(request.url(), &*uri, "byte for byte");
            let origin = url::Url::parse(&uri).unwrap().origin().ascii_serialization();
            prop_assert_eq!(request.contract().origin(), &origin);
            prop_assert!(origin == "https://id.example" || (approved && origin == "https://evil.example"), "{}", origin);
        }
    }
}
