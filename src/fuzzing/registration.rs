//! Invariant: an answer to a registration is a whole client, as a second reader sees it, that is stored and asked about
//! again; or a refusal that registered nothing; or a doubt. What an answer about a client cannot bring leaves it as it was.

use super::{
    claims::{self, must},
    input::{Input, Mode, open},
    json::{self, Json},
    scene::{self, ACCESS, JSON, SECRET, at},
};
use crate::{
    Provider, RedirectUri, Response,
    error::{EndpointError, EndpointFault},
    registration::{
        ClientMetadata, EitherClient, ManagementError, RegisteredClient, RegistrationError, RegistrationInDoubt,
    },
    stored,
};

/// An answer: its status, and its body.
struct Answer {
    status: u16,
    body: Vec<u8>,
    /// Whether what no error may show stands where secrets do, and nowhere else.
    hides: bool,
}

impl Answer {
    fn response(&self) -> Response {
        Response::new(self.status, JSON, self.body.clone())
    }

    fn shown(&self, text: &str) {
        claims::shown(text, if self.hides { &[SECRET, ACCESS] } else { &[] });
    }

    /// What a second reader finds, if it can read all of it.
    fn said(&self) -> Option<Json> {
        json::read(&self.body).ok().filter(|said| !said.repeats())
    }
}

/// See the invariant on the first line.
pub fn registration(data: &[u8]) {
    let raw = |bytes: &[u8]| Answer { status: 201, body: bytes.to_vec(), hides: false };
    let (first, second) = match open(data) {
        Mode::Raw(bytes) => (raw(bytes), raw(bytes)),
        Mode::Built(mut input) => (answer(&mut input, 201), answer(&mut input, 200)),
    };
    let provider = provider();
    let metadata = must(metadata(), "metadata that are right");
    let (request, registering) = must(provider.register(&metadata, None, at(0)), "a client registers");
    claims::request(&request, &[]);
    let journal = stored::save(&registering);
    let loaded: RegistrationInDoubt = must(stored::load(journal.as_bytes()), "the journal loads");
    assert_eq!(claims::kept(&loaded), journal);
    match registering.finish(first.response().into()) {
        Ok(client) => {
            issued(&client, &first);
            managed(&provider, client, &second);
        }
        Err(error) => refused(&error, &first),
    }
}

fn provider() -> Provider {
    let mut provider = scene::provider();
    provider.registration_endpoint = Some("https://id.example/register".into());
    provider
}

fn metadata() -> Result<ClientMetadata, crate::ConfigError> {
    let uri = RedirectUri::new("https://app.example/cb")?;
    ClientMetadata::new().with_redirect_uris([uri]).with_client_name("Example \u{e4}")?.with_member("x", "[1.50]")
}

fn answer(input: &mut Input<'_>, right: u16) -> Answer {
    let status = match input.byte() & 7 {
        0..=5 => right,
        _ => input.pick([400, 401, 403, 405, 408, 429, 500, 503, 204, 202, 302, 307, 0, 600]),
    };
    let [secret, token] = [SECRET, ACCESS].map(|secret| format!("\"{secret}\""));
    let method = input.pick(["\"client_secret_basic\"", "\"client_secret_post\"", "\"none\"", "\"private_key_jwt\""]);
    let uri = input.pick(["\"https://id.example/c?id=a\"", "\"https://evil.example/c\"", "\"http://id.example/c\""]);
    let mut members = vec![
        ("client_id", "\"s6BhdRkqt3\""),
        ("client_secret", &*secret),
        ("client_secret_expires_at", input.pick(["0", "1800000060", "\"7\""])),
        ("client_id_issued_at", "1800000000"),
        ("registration_access_token", &*token),
        ("registration_client_uri", uri),
        ("redirect_uris", r#"["https://app.example/cb","app:/x"]"#),
        ("token_endpoint_auth_method", method),
        ("scope", "\"read write\""),
        ("client_name#de", "\"\\u00e4\""),
        ("tenant", r#"{"plan": [7, null]}"#),
    ];
    if input.rarely(8) {
        members.push(("error", input.pick(["\"invalid_redirect_uri\"", "\"server_error\"", "\"\"", "7"])));
    }
    Answer { status, body: json::object(input, &members), hides: true }
}

/// The client is what the answer says, and can be kept.
fn issued(client: &RegisteredClient, answer: &Answer) {
    assert!((200..=201).contains(&answer.status), "a client by status {}", answer.status);
    answer.shown(&format!("{client:?}"));
    claims::kept(client);
    // The second reader refuses numbers and escapes in members that nobody here looks at.
    let Some(said) = answer.said() else { return };
    assert!(said.at("error").is_none(), "a refusal became a client");
    assert_eq!(said.at("client_id").and_then(Json::as_str), Some(client.client_id()));
    assert_eq!(said.at("client_secret").and_then(Json::as_str), client.client_secret().map(|secret| secret.expose()));
    assert_eq!(said.at("registration_client_uri").and_then(Json::as_str), client.registration_client_uri());
    assert_eq!(said.at("registration_access_token").is_some(), client.is_manageable());
    if client.client_secret().is_some() {
        // RFC 7591 section 3.2.1 wants it there, and some servers leave it out: the secret has no end that anybody knows.
        assert!(said.at("client_secret_expires_at").is_some() || client.secret_expires_at().is_none());
        assert!(client.secret_expires_at().is_none_or(|end| client.is_expired(end)));
    } else {
        assert!(client.secret_expires_at().is_none() && !client.is_expired(at(u64::MAX)));
    }
    // Each other member is kept, and none of these.
    let own = ["client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at"];
    let own = [&own[..], &["registration_access_token", "registration_client_uri"]].concat();
    let null = Json::Leaf(serde_json::Value::Null);
    let mut expected: Vec<&str> = Vec::new();
    expected.extend(said.members().iter().filter(|(_, value)| *value != null).map(|(name, _)| name.as_str()));
    expected.retain(|name| !own.contains(name));
    expected.sort_unstable();
    assert_eq!(client.metadata().names().collect::<Vec<_>>(), expected);
}

fn refused(error: &RegistrationError, answer: &Answer) {
    answer.shown(&error.to_string());
    answer.shown(&format!("{error:?}"));
    match error {
        RegistrationError::Refused { response } => {
            assert_eq!(response.status, Some(answer.status));
            assert!(matches!(answer.status, 200..=299 | 400..=407 | 409..=499), "refused by {}", answer.status);
            assert!(answer.status >= 400 || !response.code.as_str().is_empty(), "a success without an error");
        }
        RegistrationError::InDoubt { in_doubt, .. } => {
            let final_status = matches!(answer.status, 400..=407 | 409..=499);
            // What the second reader cannot read may name an error all the same.
            let failed = answer.said().is_none_or(|said| said.at("error").is_some());
            assert!(!final_status || failed, "in doubt by {}", answer.status);
            claims::kept(&**in_doubt);
        }
        RegistrationError::NotSent { .. } => unreachable!("an answer came"),
    }
}

/// Asks about the client in each way, and gives it the second answer.
fn managed(provider: &Provider, client: RegisteredClient, answer: &Answer) {
    match client.client(provider.clone()) {
        Ok(EitherClient::WithSecret(client)) => {
            let start = must(client.client_credentials(), "a client asks for itself");
            claims::request(&must(start.request(at(1)), "a request is made").0, &[]);
        }
        Ok(EitherClient::WithoutSecret(client)) => assert!(!client.authenticates()),
        Err(fault) => answer.shown(&fault.to_string()),
    }
    let before = claims::kept(&client);
    let made = client.read(provider, at(2)).map(|(request, reading)| {
        asked(&request);
        let row = stored::save(&reading);
        let loaded: RegisteredClient = must(stored::load(row.as_bytes()), "the journal loads");
        assert!(loaded.unconfirmed().is_some() && row != before, "a crash would not be found");
        reading.finish(answer.response().into())
    });
    let Some(client) = again(made, answer, &before) else { return };
    let before = claims::kept(&client);
    let (id, metadata) = (client.client_id().to_owned(), client.metadata().clone());
    let made = client.update(provider, &metadata, at(3)).map(|(request, updating)| {
        // What the server said is repeated byte for byte, also a number or an escape that the second reader refuses.
        if json::read(request.expose_body()).is_ok() {
            let members = asked(&request);
            assert_eq!(members.get("client_id"), Some(&id));
            let own = |name: &String| name.starts_with("registration_") || name.starts_with("client_secret");
            assert!(!members.keys().any(own), "what the server adds is sent to it");
        } else {
            assert!(json::read(metadata_of(&client_as(&before)).as_bytes()).is_err(), "the body is no JSON");
        }
        updating.finish(answer.response().into())
    });
    let Some(client) = again(made, answer, &before) else { return };
    if let Ok((request, deleting)) = client.delete(provider, at(4)) {
        asked(&request);
        match deleting.finish(answer.response().into()) {
            Ok(()) => assert_eq!(answer.status, 204),
            Err(error) => drop(claims::kept(&error.into_origin())),
        }
    }
}

/// The registration access token goes to the server's own origin.
fn asked(request: &crate::Request) -> std::collections::BTreeMap<String, String> {
    assert_eq!(request.contract().origin(), "https://id.example");
    claims::request(request, &[])
}

type Finished = Result<Result<RegisteredClient, EndpointError<RegisteredClient>>, ManagementError>;

/// The client after a request, which is another only if the answer was whole.
fn again(made: Finished, answer: &Answer, before: &str) -> Option<RegisteredClient> {
    let before = client_as(before);
    let id = before.client_id().to_owned();
    let client = match made {
        Err(error) => {
            answer.shown(&error.to_string());
            let client = error.into_client();
            assert_eq!(stored::save(&client), stored::save(&before), "nothing was sent");
            return None;
        }
        Ok(Ok(client)) => {
            assert_eq!((answer.status, client.unconfirmed()), (200, None));
            client
        }
        Ok(Err(error)) => {
            answer.shown(&error.to_string());
            let acted = matches!(error.fault(), EndpointFault::Unreadable(_));
            let client = error.into_origin();
            assert!(!acted || client.unconfirmed().is_some(), "the server may have acted");
            assert_eq!(metadata_of(&client), metadata_of(&before), "nothing of it is taken");
            client
        }
    };
    claims::kept(&client);
    assert_eq!(client.client_id(), id, "the id never changes");
    Some(client)
}

fn client_as(row: &str) -> RegisteredClient {
    must(stored::load(row.as_bytes()), "what was stored loads")
}

fn metadata_of(client: &RegisteredClient) -> String {
    must(serde_json::to_string(client.metadata()), "metadata are JSON")
}
