//! Rows that were changed, by an accident or on purpose: each is refused with words that show no secret.

use oauth_proto::{
    AccessOnly, AnyTokenSet, AwaitingCode, AwaitingToken, InDoubt, Keeper, Refreshable, Reissuable, TokenSet,
    device::AwaitingUser,
    extension_grants::IssuedToken,
    grant::{
        AuthorizationCode, ClientCredentials, Extension, FollowUp, Implicit, ImplicitWithRefresh, Password,
        RefreshToken, Reissue, TokenExchange,
    },
    registration::{RegisteredClient, RegistrationInDoubt},
    stored::{self, MAX_BYTES, Stored, StoredError},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::golden;

/// Fields that some states may lack, and these may not.
const NEEDED: &[(&str, &str)] = &[
    ("sent_at", "in_flight"),
    ("sent_at", "regist"),
    ("expires_at", "awaiting_user"),
    ("not_before", "awaiting_user"),
];

/// Fields that a state may lack.
const OPTIONAL: &[&str] = &[
    "unanswered",
    "verification_uri_complete",
    "extras",
    "nonce",
    "verifier",
    "refresh_token",
    "scope",
    "redirect_uri",
    "return_to",
    "expires_at",
    "rejected",
    "sent_at",
    "not_before",
    "form_post",
    "client_secret",
    "secret_expires_at",
    "issued_at",
    "management",
    "approved_origin",
    "unconfirmed",
];

/// What nobody may ever read in an error.
const CANARY: &str = "CANARY expected CANARY";

/// Every place in `state` where a member stands, as a pointer to its object and its name.
fn members(state: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), state)];
    while let Some((path, value)) = open.pop() {
        for (name, member) in value.as_object().into_iter().flatten() {
            found.push((path.clone(), name.clone()));
            open.push((format!("{path}/{name}"), member));
        }
    }
    found
}

/// The state with one member changed, or with one more.
fn changed(state: &Value, path: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> String {
    let mut state = state.clone();
    change(state.pointer_mut(path).unwrap().as_object_mut().unwrap());
    state.to_string()
}

fn refusal<S: Stored + DeserializeOwned>(text: &str) -> Option<String> {
    let error = stored::load::<S>(text.as_bytes()).err()?;
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("CANARY"), "{shown}");
    Some(error.to_string())
}

#[test]
fn every_change_is_refused_with_the_name_of_the_field() {
    fn check<S: Stored + Serialize + DeserializeOwned>(file: &str) {
        let state: Value = serde_json::from_str(&golden(file)).unwrap();
        for (path, name) in members(&state) {
            let at = format!("{file}{path}/{name}");
            // The names of what came along are anybody's: each may be absent.
            let free = path.ends_with("/extras");
            // Removed.
            let removed = refusal::<S>(&changed(&state, &path, |object| drop(object.remove(&name))));
            let optional = (free || OPTIONAL.contains(&&*name))
                && !NEEDED.iter().any(|(each, of)| *each == name && file.starts_with(of));
            match removed {
                None => assert!(optional, "{at}"),
                Some(error) => {
                    let missing = match path.ends_with("/capability") {
                        true => "capability: none stands there".to_owned(),
                        false => format!("missing field `{name}`"),
                    };
                    assert!(!optional && error.contains(&missing), "{at}: {error}")
                }
            }
            // Of another type, and with a value in it that nobody may read. An option may be null.
            for wrong in
                [Value::from(CANARY), 1.5.into(), vec![CANARY].into(), serde_json::json!({ "x": CANARY }), true.into()]
            {
                let text = changed(&state, &path, |object| drop(object.insert(name.clone(), wrong.clone())));
                let Some(error) = refusal::<S>(&text) else {
                    assert_eq!(
                        wrong.is_string(),
                        state.pointer(&format!("{path}/{name}")).unwrap().is_string(),
                        "{at}"
                    );
                    assert_ne!(name, "kind");
                    continue;
                };
                // The capability of a set of any kind is read as a whole: its own name is all that is known.
                // What came along has names that are anybody's, and they are not shown.
                let named = error.contains(&name)
                    || (free && error.contains("extras.…"))
                    || (path.ends_with("/capability") && error.contains("capability"))
                    || state.pointer(&format!("{path}/{name}")).unwrap().is_object(); // a field inside is named
                assert!(named, "{at}: {error}");
            }
            // Twice.
            let value = state.pointer(&format!("{path}/{name}")).unwrap().to_string();
            let text = changed(&state, &path, |object| drop(object.insert("AGAIN".into(), 0.into())));
            let text = text.replacen(r#""AGAIN":0"#, &format!(r#""{name}":{value}"#), 1);
            let error = refusal::<S>(&text).unwrap();
            let twice = match &*path {
                _ if free => "a name stands there twice".to_owned(),
                path if path.ends_with("/capability") => "capability: more than one stands there".to_owned(),
                _ => format!("duplicate field `{name}`"),
            };
            assert!(error.contains(&twice), "{at}: {error}");
        }
        let objects = members(&state).into_iter().map(|(path, _)| path).collect::<std::collections::BTreeSet<_>>();
        for path in objects.into_iter().filter(|path| !path.ends_with("/extras")) {
            let text = changed(&state, &path, |object| drop(object.insert("surprise".into(), CANARY.into())));
            let error = refusal::<S>(&text).unwrap();
            // A capability is one name and what belongs to it.
            let unknown = if path.ends_with("/capability") {
                "expected `refreshable` or `reissuable`"
            } else {
                "unknown field `surprise`"
            };
            assert!(error.contains(unknown), "{file}{path}: {error}");
        }
    }
    each!(check);
}

#[test]
fn a_secret_is_printable_ascii() {
    fn check<S: Stored + Serialize + DeserializeOwned>(file: &str) {
        let state: Value = serde_json::from_str(&golden(file)).unwrap();
        let secrets = [
            "state",
            "nonce",
            "verifier",
            "code",
            "access_token",
            "refresh_token",
            "token",
            "refreshable",
            "reissuable",
        ];
        for (path, name) in members(&state).into_iter().filter(|(_, name)| secrets.contains(&&**name)) {
            for bad in ["", "CANARY\r\nX: y", "CANARY\0", "é", "CANARY\u{7f}"] {
                let text = changed(&state, &path, |object| drop(object.insert(name.clone(), bad.into())));
                let error = refusal::<S>(&text).unwrap();
                let named = error.contains(&name) || (path.ends_with("/capability") && error.contains("capability"));
                assert!(named && error.contains("a stored secret must be printable ASCII"), "{path}: {error}");
            }
        }
    }
    each!(check);
}

#[test]
fn a_scope_or_redirect_uri_that_could_not_have_been_made_is_refused() {
    let load = |from: &str, to: &str| refusal::<AwaitingCode>(&golden("awaiting_code").replace(from, to)).unwrap();
    assert!(load("read write", "CAN\\\"ARY").contains("scope: byte 3 is a character"));
    let error = load("https://app.example/cb", "http://CANARY.example/cb");
    assert!(error.contains("redirect_uri: must be https"), "{error}");
}

#[test]
fn an_error_names_the_field_and_the_place() {
    let text = golden("awaiting_code").replace("1800000600000", "\"CANARY, expected CANARY\"");
    let error = refusal::<AwaitingCode>(&text).unwrap();
    let start = "the stored state cannot be read, and is as it was: login.closes_at: not of the right type or value, expected u64 at line 1";
    assert!(error.starts_with(start), "{error}");
    // And it says what the field is to hold.
    for (from, to, field, what) in [
        (r#""A1""#, "7", "access_token", "a secret of printable ASCII"),
        (r#""intent""#, r#""extras":["CANARY"],"intent""#, "extras", "an object of texts"),
    ] {
        let error = refusal::<AnyTokenSet>(&golden("token_set_access_only").replacen(from, to, 1)).unwrap();
        assert!(error.contains(&format!("{field}: not of the right type or value, expected {what} at")), "{error}");
    }
}

#[test]
fn what_is_no_state_at_all() {
    fn check<S: Stored + Serialize + DeserializeOwned>(file: &str) {
        let text = golden(file);
        for end in 0..text.len() {
            assert!(stored::load::<S>(&text.as_bytes()[..end]).is_err(), "{file} {end}");
        }
        assert!(refusal::<S>(&format!("{text}CANARY")).is_some());
        assert!(refusal::<S>(&format!("\u{feff}{text}")).is_some());
        for other in ["null", "0", "\"CANARY\"", "[\"CANARY\"]", "{}", "[[[[["] {
            assert!(refusal::<S>(other).is_some(), "{other}");
        }
        assert!(stored::load::<S>(b"\xff").is_err());
        let longest = format!("{text}{}", " ".repeat(MAX_BYTES - text.len()));
        assert!(stored::load::<S>(longest.as_bytes()).is_ok());
        assert_eq!(stored::load::<S>((longest + " ").as_bytes()).err(), Some(StoredError::TooLong));
    }
    each!(check);
    assert_eq!(
        StoredError::TooLong.to_string(),
        "the stored state is longer than 524288 bytes: it is none of this crate's"
    );
}
