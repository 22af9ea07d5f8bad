//! How a client with a secret proves itself, at each step.

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth_proto::{
    Client, Confidential, Keeper, Public, Registration, Request,
    dialect::{BasicEncoding, ClientAuthentication},
    error::Reason,
};
use serde_json::{Value, json};

use crate::{field_of, pairs, provider, scenario};

/// Ids and secrets of all that means something to one encoding or another.
const RESERVED: &str = "a:b c+d%2F&=?#/\\\"'<>~*-._!$";

const METHODS: [&str; 6] = ["basic", "body", "basic_and_body", "basic_and_client_id", "secret_as_basic_user", "none"];

/// The same at each step.
fn fields(method: &str, encoding: &str) -> Value {
    let step = json!({ "client_authentication": method, "basic_encoding": encoding });
    json!({ "follow_up_endpoint": "https://id.example/long",
        "dialect": { "token": step, "refresh": step, "follow_up": step } })
}

fn client(fields: Value, id: &str, secret: &str) -> Client<Confidential> {
    Client::confidential(provider(fields), registration(id), secret.into()).unwrap()
}

fn registration(id: &str) -> Registration {
    Registration::new(id).unwrap().redirect_uri(oauth_proto::RedirectUri::new("https://app.example/cb").unwrap())
}

/// A request of each step.
fn requests<K: Clone>(client: &Client<K>) -> Vec<Request> {
    let password = client.password().unwrap().request("ada", &"pa55".into(), scenario::at(0)).unwrap().0;
    let scenario = scenario::Scenario { client: client.clone() };
    vec![
        password,
        scenario.code_in_flight().0,
        scenario.refresh_in_flight().0,
        scenario.access_only().follow_up(client, scenario::at(20)).unwrap().0,
    ]
}

/// The `Authorization` header's user and password, undecoded; and `client_id` and `client_secret` of the body.
type Proof = (Option<String>, Option<String>, Option<String>);

fn proof(request: &Request) -> Proof {
    let mut fields = request.headers().iter().filter(|field| field.name().eq_ignore_ascii_case("authorization"));
    let basic = fields.next().map(|field| {
        let encoded = field.expose_value().strip_prefix("Basic ").unwrap();
        String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
    });
    assert!(fields.next().is_none());
    let body = pairs(std::str::from_utf8(request.expose_body()).unwrap());
    let one = |name: &str| {
        let found: Vec<_> = body.iter().filter(|(each, _)| each == name).collect();
        assert!(found.len() < 2);
        found.first().map(|(_, value)| value.clone())
    };
    (basic, one("client_id"), one("client_secret"))
}

/// As a form has it, but for the space: not every server undoes a `+` (Authlib 1.9.9).
fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[test]
fn each_method_in_each_encoding_at_each_step() {
    let (id, secret) = (RESERVED.replace(':', ""), RESERVED.replace(':', ";"));
    for encoding in ["form", "none"] {
        let pair = match encoding {
            "form" => format!("{}:{}", form(&id), form(&secret)),
            _ => format!("{id}:{secret}"),
        };
        let user = if encoding == "form" { form(&secret) } else { secret.clone() } + ":";
        for method in METHODS {
            let (id, secret) = (Some(id.clone()), Some(secret.clone()));
            let expected = match method {
                "basic" => (Some(pair.clone()), None, None),
                "body" => (None, id, secret),
                "basic_and_body" => (Some(pair.clone()), id, secret),
                "basic_and_client_id" => (Some(pair.clone()), id, None),
                "secret_as_basic_user" => (Some(user.clone()), None, None),
                _ => (None, id, None),
            };
            let client = client(fields(method, encoding), &RESERVED.replace(':', ""), &RESERVED.replace(':', ";"));
            for request in requests(&client) {
                assert_eq!(proof(&request), expected, "{method} {encoding} {}", request.url());
            }
        }
    }
}

/// A colon is escaped by the form encoding; raw, the first one ends the user name (RFC 7617 section 2).
#[test]
fn a_colon_in_a_raw_user_name_is_refused_when_the_client_is_made() {
    for method in METHODS {
        let make = |encoding: &str, id: &str, secret: &str| {
            Client::confidential(provider(fields(method, encoding)), registration(id), secret.into()).map(drop)
        };
        assert_eq!(make("form", "a:b", "c:d"), Ok(()), "{method}");
        let user = match method {
            "basic" | "basic_and_body" | "basic_and_client_id" => Some("client_id"),
            "secret_as_basic_user" => Some("client_secret"),
            _ => None,
        };
        let refused = |field: &str| (field.to_owned(), Reason::ForbiddenCharacter { at: 1 });
        match user {
            Some("client_id") => {
                assert_eq!(field_of(make("none", "a:b", "cd")), refused("client_id"), "{method}");
                assert_eq!(make("none", "ab", "c:d"), Ok(()), "in the password it is no harm");
            }
            Some(_) => {
                assert_eq!(field_of(make("none", "ab", "c:d")), refused("client_secret"));
                assert_eq!(make("none", "a:b", "cd"), Ok(()));
            }
            None => assert_eq!(make("none", "a:b", "c:d"), Ok(())),
        }
    }
    // One step is enough.
    for step in ["token", "refresh", "follow_up"] {
        let fields = json!({ "dialect": { step: { "basic_encoding": "none" } } });
        let made = Client::confidential(provider(fields), registration("a:b"), "s".into());
        assert_eq!(field_of(made), ("client_id".into(), Reason::ForbiddenCharacter { at: 1 }), "{step}");
    }
}

#[test]
fn a_public_client_sends_no_secret_by_any_method() {
    for (method, encoding) in METHODS.into_iter().flat_map(|method| ["form", "none"].map(|encoding| (method, encoding)))
    {
        let client: Client<Public> =
            Client::public(provider(fields(method, encoding)), registration(RESERVED)).unwrap();
        for request in requests(&client) {
            assert_eq!(proof(&request), (None, Some(RESERVED.into()), None), "{method}");
        }
    }
}

#[test]
fn each_step_has_its_own_method() {
    let steps = json!({ "follow_up_endpoint": "https://id.example/long", "dialect": {
        "token": { "client_authentication": "none" }, "refresh": { "client_authentication": "body" },
        "follow_up": { "client_authentication": "secret_as_basic_user", "basic_encoding": "none" } } });
    let client = client(steps, "app", "s:".trim_end_matches(':'));
    let found: Vec<_> = requests(&client).iter().map(proof).collect();
    let app = || Some("app".to_owned());
    let none = (None, app(), None);
    assert_eq!(found, [none.clone(), none, (None, app(), Some("s".into())), (Some("s:".into()), None, None)]);
    // The same method in two encodings.
    let steps = json!({ "dialect": { "token": { "basic_encoding": "none" }, "refresh": {} } });
    let client = Client::confidential(provider(steps), registration("a b"), "c d".into()).unwrap();
    let scenario = scenario::Scenario { client };
    assert_eq!(proof(&scenario.code_in_flight().0).0.unwrap(), "a b:c d");
    assert_eq!(proof(&scenario.refresh_in_flight().0).0.unwrap(), "a%20b:c%20d");
}

#[test]
fn a_secret_of_any_alphabet_is_written_as_it_is_in_raw_basic() {
    let secret = "\u{e4}\u{1F600}\n\0";
    let client = client(fields("basic", "none"), "app", secret);
    for request in requests(&client) {
        assert_eq!(proof(&request).0.unwrap(), format!("app:{secret}"));
    }
}

#[test]
fn what_is_not_proved_does_not_ask_for_itself() {
    for method in METHODS {
        let client = client(fields(method, "form"), "app", "s3cret");
        let started = client.client_credentials();
        assert_eq!(started.is_ok(), method != "none", "{method}");
    }
}

#[test]
fn the_secret_in_a_query_and_in_json() {
    for (body, method) in [("query", "POST"), ("query", "GET"), ("json", "POST")] {
        let step = json!({ "body": body, "method": method, "client_authentication": "basic_and_body" });
        let client = client(json!({ "dialect": { "token": step } }), RESERVED, RESERVED);
        let request = client.client_credentials().unwrap().request(scenario::at(0)).unwrap().0;
        let found: std::collections::BTreeMap<String, String> = match body {
            "json" => serde_json::from_slice(request.expose_body()).unwrap(),
            _ => pairs(request.url().split_once('?').unwrap().1).into_iter().collect(),
        };
        assert_eq!((&*found["client_id"], &*found["client_secret"]), (RESERVED, RESERVED));
        assert_eq!(request.headers().iter().filter(|field| field.name() == "Authorization").count(), 1);
    }
}

#[test]
fn the_names_in_a_file_and_their_defaults() {
    assert_eq!(serde_json::to_value(ClientAuthentication::default()).unwrap(), json!("basic"));
    assert_eq!(serde_json::to_value(BasicEncoding::default()).unwrap(), json!("form"));
    for method in METHODS {
        let read: ClientAuthentication = serde_json::from_value(json!(method)).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), json!(method));
    }
    // A keeper renews by the refresh step's method.
    let client = client(json!({ "dialect": { "refresh": { "client_authentication": "body" } } }), "app", "s");
    let scenario = scenario::Scenario { client };
    let mut keeper = Keeper::new(scenario.refreshable().into_token_set());
    let oauth_proto::Turn::Send(request, _) = keeper.poll(&scenario.client, scenario::at(9999), Default::default())
    else {
        panic!()
    };
    assert_eq!(proof(&request), (None, Some("app".into()), Some("s".into())));
}
