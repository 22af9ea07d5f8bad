//! Stored states: what is written is read, byte for byte, and what was changed is read whole or not at all.

use std::{collections::BTreeMap, time::Duration};

use oauth_proto::{
    AccessOnly, AnyTokenSet, AwaitingCode, AwaitingToken, Callback, Client, Confidential, InDoubt, Keeper, RedirectUri,
    Refreshable, Registration, Reissuable, Scope, Timestamp, TokenSet,
    device::AwaitingUser,
    dialect::{Nonce, TokenStep},
    extension_grants::{Exchanged, IssuedToken, JwtBearer, TokenType},
    grant,
    registration::{RegisteredClient, RegistrationInDoubt},
    stored,
    stored::{MAX_BYTES, Stored, StoredError},
};
use proptest::{collection::vec, option, prelude::*, sample::Index};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    SCOPE_TOKEN, VSCHARS, registration_scenario,
    scenario::{self, Scenario, answer, at},
};

/// What a session is made of.
#[derive(Clone, Debug)]
struct Texts {
    id: String,
    access: String,
    refresh: String,
    code: String,
    scope: Vec<String>,
    return_to: Option<String>,
    data: Option<String>,
    lives: Option<u64>,
    entropy: Vec<u8>,
    extra: String,
}

fn any_texts() -> impl Strategy<Value = Texts> {
    let login = (VSCHARS, vec(SCOPE_TOKEN, 0..4), option::of("(?s).{1,20}"), option::of(VSCHARS), vec(any::<u8>(), 64));
    let tokens = (VSCHARS, VSCHARS, VSCHARS, option::of(any::<u64>()), "(?s).{0,20}");
    (login, tokens).prop_map(|((id, scope, return_to, data, entropy), (access, refresh, code, lives, extra))| Texts {
        id,
        access,
        refresh,
        code,
        scope,
        return_to,
        data,
        lives,
        entropy,
        extra,
    })
}

/// Reads `row` as one type; what is read must be written as it stood there.
type Reader = fn(&[u8]) -> Result<String, StoredError>;

fn read<S: Stored + Serialize + DeserializeOwned>(row: &[u8]) -> Result<String, StoredError> {
    stored::load::<S>(row).map(|state| stored::save(&state))
}

/// Each kind that there is: its tag, and who reads it.
const READERS: &[(&str, Reader)] = &[
    ("awaiting_code/1", read::<AwaitingCode>),
    ("awaiting_token/implicit/1", read::<AwaitingToken<grant::Implicit>>),
    ("awaiting_token/implicit_with_refresh/1", read::<AwaitingToken<grant::ImplicitWithRefresh>>),
    ("awaiting_user/1", read::<AwaitingUser>),
    ("in_flight/authorization_code/1", read::<InDoubt<grant::AuthorizationCode>>),
    ("in_flight/password/1", read::<InDoubt<grant::Password>>),
    ("in_flight/client_credentials/1", read::<InDoubt<grant::ClientCredentials>>),
    ("in_flight/reissue/1", read::<InDoubt<grant::Reissue>>),
    ("in_flight/refresh_token/1", read::<InDoubt<grant::RefreshToken>>),
    ("in_flight/follow_up/1", read::<InDoubt<grant::FollowUp>>),
    ("in_flight/extension/1", read::<InDoubt<grant::Extension>>),
    ("in_flight/token_exchange/1", read::<InDoubt<grant::TokenExchange>>),
    ("issued_token/1", read::<IssuedToken>),
    ("token_set/1", read::<AnyTokenSet>),
    ("keeper/1", read::<Keeper>),
    ("registered_client/1", read::<RegisteredClient>),
    ("registering/1", read::<RegistrationInDoubt>),
];

fn client(texts: &Texts) -> Client<Confidential> {
    let mut provider = scenario::provider();
    provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
    provider.dialect.callback.implicit_refresh_token = true;
    provider.dialect.refresh.send_redirect_uri = true;
    provider.dialect.response.keep = vec!["kept".into()];
    crate::devices::for_devices(&mut provider);
    provider.follow_up_endpoint = Some("https://id.example/long".into());
    provider.dialect.follow_up = Some(TokenStep::default());
    let registration = Registration::new(texts.id.as_str()).unwrap().scope(Scope::new(&texts.scope).unwrap());
    let registration = registration.redirect_uri(RedirectUri::new("https://app.example/cb").unwrap());
    Client::confidential(provider, registration, "s3cret".into()).unwrap()
}

/// A row of each kind, and of each capability, of one session.
fn rows(texts: &Texts) -> Vec<String> {
    let client = client(texts);
    let entropy = || oauth_proto::Entropy::from_bytes(texts.entropy.clone().try_into().unwrap());
    let mut login = client.authorization_code().unwrap();
    if let Some(return_to) = &texts.return_to {
        login = login.return_to(return_to).unwrap();
    }
    if let Some(data) = &texts.data {
        login = login.application_state(data).unwrap();
    }
    let (_, awaiting) = login.authorize(entropy(), at(0));
    let mut rows = vec![stored::save(&awaiting)];
    rows.push(stored::save(&client.implicit().unwrap().authorize(entropy(), at(0)).1));
    rows.push(stored::save(&client.implicit_with_refresh().unwrap().authorize(entropy(), at(0)).1));
    let (_, authorizing) = client.device_authorization().unwrap().request(at(0));
    let codes = json!({ "device_code": texts.code, "user_code": "WDJB-MJHT", "expires_in": texts.lives.unwrap_or(60),
        "verification_uri": "https://id.example/device" });
    rows.push(stored::save(&authorizing.finish(answer(200, &codes.to_string()), at(1)).unwrap()));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("code", &texts.code).append_pair("state", awaiting.state().expose()).finish();
    let (_, flight) = awaiting.receive(&client, Callback::query(&query), at(1)).unwrap();
    rows.push(stored::save(&flight));
    let nonce = serde_json::from_str::<serde_json::Value>(&rows[0]).unwrap()["login"]["nonce"].clone();
    let body = json!({ "access_token": texts.access, "token_type": "Bearer", "expires_in": texts.lives, "nonce": nonce,
        "refresh_token": texts.refresh, "kept": texts.extra, "scope": texts.scope.first() });
    let tokens = || answer(200, &body.to_string());
    let granted = flight.finish(tokens()).unwrap();
    let (_, flight) = granted.follow_up(&client, at(2)).unwrap();
    rows.push(stored::save(&flight));
    let set = flight.finish(tokens()).unwrap().into_any_token_set();
    rows.push(stored::save(&set));
    let (_, flight) = client.password().unwrap().request("ada", &"pa55".into(), at(3)).unwrap();
    rows.push(stored::save(&flight));
    let assertion = JwtBearer::new("e30.e30.c2ln").unwrap();
    rows.push(stored::save(&client.extension_grant(&assertion).unwrap().request(at(3)).unwrap().1));
    let exchange = client.token_exchange(texts.access.as_str().into(), TokenType::JWT).unwrap();
    let (_, flight) = exchange.request(at(3)).unwrap();
    rows.push(stored::save(&flight));
    let mut issued = body.clone();
    (issued["token_type"], issued["issued_token_type"]) = (json!("N_A"), json!(TokenType::SAML2.as_str()));
    let Exchanged::Other(issued) = flight.finish(answer(200, &issued.to_string())).unwrap() else {
        panic!("an access token")
    };
    rows.push(stored::save(&issued));
    let (_, flight) = client.client_credentials().unwrap().request(at(4)).unwrap();
    rows.push(stored::save(&flight));
    let reissuable = flight.finish(tokens()).unwrap().into_token_set();
    rows.push(stored::save(&reissuable));
    rows.push(stored::save(&reissuable.rejected().reissue(&client, at(5)).unwrap().1));
    let AnyTokenSet::Refreshable(set) = set else { panic!("no refresh token") };
    let (_, flight) = set.rejected().refresh(&client, at(6)).unwrap();
    rows.push(stored::save(&flight));
    let in_doubt: InDoubt<grant::RefreshToken> = stored::load(stored::save(&flight).as_bytes()).unwrap();
    rows.push(stored::save(&in_doubt.assume_spent()));
    let mut keeper = Keeper::new(flight.finish(tokens()).unwrap().into_token_set());
    rows.push(stored::save(&keeper));
    let turn = keeper.poll(&client, Timestamp::from_unix_millis(u64::MAX), Duration::MAX);
    rows.push(stored::save(&keeper));
    drop(turn);
    rows.push(stored::save(&keeper));
    let (_, registering) = registration_scenario::registering();
    rows.push(stored::save(&registering));
    let body = json!({ "client_id": texts.id, "client_secret": texts.refresh, "client_secret_expires_at": texts.lives.unwrap_or(0),
        "registration_access_token": texts.access.replace(' ', "_"), "registration_client_uri": "https://id.example/c",
        "client_name": texts.extra, "contacts": texts.scope });
    let client = registering.finish(answer(201, &body.to_string())).unwrap();
    rows.push(stored::save(&client));
    let (_, deleting) = client.delete(&registration_scenario::provider(), at(7)).unwrap();
    rows.push(stored::save(&deleting));
    rows
}

/// The rows of one session, as bytes that may be changed.
fn some_row(which: Index) -> Vec<u8> {
    let texts = Texts {
        id: "app".into(),
        access: "A1".into(),
        refresh: "R1".into(),
        code: "C1".into(),
        scope: vec!["read".into()],
        return_to: Some("/inbox".into()),
        data: Some("data".into()),
        lives: Some(3600),
        entropy: vec![7; 64],
        extra: "\u{e4}".into(),
    };
    let rows = rows(&texts);
    rows[which.index(rows.len())].clone().into_bytes()
}

/// What any reader takes, it takes whole: it is written, and read again, as the same.
#[track_caller]
fn check_whole(row: &[u8]) {
    for (_, reader) in READERS.iter().copied() {
        if let Ok(written) = reader(row) {
            assert_eq!(reader(written.as_bytes()), Ok(written));
        }
    }
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_state_of_any_kind_and_any_secrets_is_read_as_it_was_written_and_as_no_other(texts in any_texts()) {
        let rows = rows(&texts);
        for row in &rows {
            let kind = stored::kind(row.as_bytes()).unwrap();
            for (tag, reader) in READERS.iter().copied() {
                match reader(row.as_bytes()) {
                    Ok(written) => prop_assert_eq!((tag, &written), (&*kind, row)),
                    Err(StoredError::WrongKind { expected, found }) => {
                        prop_assert!(tag != &*kind);
                        prop_assert_eq!((expected, found.as_deref()), (tag, Some(&*kind)));
                    }
                    Err(error) => prop_assert!(false, "{}: {}", error, row),
                }
            }
        }
        // Each kind was there, and one capability is not read as another.
        let tags: std::collections::BTreeSet<_> =
            rows.iter().map(|row| stored::kind(row.as_bytes()).unwrap()).collect();
        prop_assert_eq!(tags.len(), READERS.len());
        for row in rows.iter().filter(|row| row.starts_with(r#"{"kind":"token_set/1""#)) {
            let row = row.as_bytes();
            let readable = [
                read::<TokenSet<Refreshable>>(row).is_ok(),
                read::<TokenSet<Reissuable>>(row).is_ok(),
                read::<TokenSet<AccessOnly>>(row).is_ok(),
            ];
            let expected = match stored::load::<AnyTokenSet>(row).unwrap() {
                AnyTokenSet::Refreshable(_) => [true, false, false],
                AnyTokenSet::Reissuable(_) => [false, true, false],
                AnyTokenSet::AccessOnly(_) => [false, false, true],
            };
            prop_assert_eq!(readable, expected);
        }
    }

    #[test]
    fn a_stored_state_goes_on_as_if_it_had_never_been_stored(
        access in VSCHARS,
        refresh in VSCHARS,
        end in any::<Option<u64>>(),
        return_to in "(?s).{1,40}",
    ) {
        let client = Scenario::new().client;
        let end = end.map(Timestamp::from_unix_millis);
        let set = client
            .import_refreshable_tokens_from_elsewhere(access.as_str().into(), refresh.as_str().into(), end)
            .unwrap();
        let back: TokenSet<Refreshable> = stored::load(stored::save(&set).as_bytes()).unwrap();
        prop_assert_eq!(back.expires_at(), end);
        let (request, _) = back.rejected().refresh(&client, at(0)).unwrap();
        let sent: BTreeMap<_, _> = url::form_urlencoded::parse(request.expose_body()).into_owned().collect();
        prop_assert_eq!(&sent["refresh_token"], &refresh);
        let (_, awaiting) =
            Scenario::new().login().return_to(return_to.as_str()).unwrap().authorize(scenario::entropy(), at(0));
        let back: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes()).unwrap();
        prop_assert_eq!(back.intent().return_to(), Some(return_to.as_str()));
    }

    #[test]
    fn a_row_with_a_few_bytes_changed_is_read_as_a_whole_state_or_not_at_all(
        which in any::<Index>(),
        changes in vec((any::<Index>(), prop_oneof![any::<u8>(), 0x20u8..0x7F]), 1..4),
        cut in any::<Index>(),
    ) {
        let row = some_row(which);
        let mut changed = row.clone();
        for (index, byte) in changes {
            let index = index.index(changed.len());
            changed[index] = byte;
        }
        check_whole(&changed);
        // What was cut short is no state.
        let cut = &row[..cut.index(row.len())];
        prop_assert!(READERS.iter().all(|(_, reader)| reader(cut).is_err()));
    }

    #[test]
    fn a_row_with_one_bit_changed_in_its_tag_is_of_no_kind(
        which in any::<Index>(),
        at in any::<Index>(),
        bit in 0u8..8,
    ) {
        let mut row = some_row(which);
        let kind = stored::kind(&row).unwrap();
        let start = row.windows(kind.len()).position(|window| window == kind.as_bytes()).unwrap();
        row[start + at.index(kind.len())] ^= 1 << bit;
        prop_assert!(READERS.iter().all(|(_, reader)| reader(&row).is_err()), "{}", String::from_utf8_lossy(&row));
    }

    #[test]
    fn another_version_of_a_kind_is_refused_and_named(
        which in any::<Index>(),
        version in "[02-9]|[1-9][0-9]{1,3}|01|1 ||1/1|x",
    ) {
        let row = String::from_utf8(some_row(which)).unwrap();
        let kind = stored::kind(row.as_bytes()).unwrap();
        let other = format!("{}/{version}", kind.strip_suffix("/1").unwrap());
        let row = row.replacen(&*kind, &other, 1);
        for (tag, reader) in READERS.iter().copied() {
            let error = reader(row.as_bytes()).unwrap_err();
            let named = !other.contains(' ');
            let expected = StoredError::WrongKind { expected: tag, found: named.then(|| other.as_str().into()) };
            prop_assert_eq!(error, expected);
        }
    }

    #[test]
    fn an_unknown_or_repeated_field_is_refused_wherever_it_stands(
        which in any::<Index>(),
        object in any::<Index>(),
        name in "[a-z_]{1,9}",
        repeated in any::<bool>(),
    ) {
        let row = String::from_utf8(some_row(which)).unwrap();
        let opens: Vec<_> =
            row.match_indices('{').map(|(at, _)| at).filter(|at| !row[..*at].ends_with(r#""extras":"#)).collect();
        let at = *object.get(&opens);
        let first = row[at + 2..].split('"').next().unwrap();
        let name = if repeated { first } else { &name };
        prop_assume!(repeated || !row.contains(&format!("{name:?}:")));
        // As valid as it can be.
        let value = if name == "kind" { r#""x/1""# } else { "null" };
        let changed = format!("{}{{{name:?}:{value},{}", &row[..at], &row[at + 1..]);
        prop_assert!(READERS.iter().all(|(_, reader)| reader(changed.as_bytes()).is_err()), "{}", changed);
    }

    #[test]
    fn any_bytes_are_a_whole_state_or_none(
        bytes in vec(any::<u8>(), 0..100),
        text in "\\{\"kind\":\"[a-z_/1]{0,20}\"[ -~]{0,40}",
    ) {
        check_whole(&bytes);
        check_whole(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(crate::config_of_long_inputs())]

    #[test]
    fn a_row_is_read_up_to_its_cap_and_not_beyond(
        which in any::<Index>(),
        beyond in 1usize..9,
        front in any::<bool>(),
    ) {
        let row = some_row(which);
        let kind = stored::kind(&row).unwrap();
        let (_, reader) = READERS.iter().find(|(tag, _)| *tag == &*kind).unwrap();
        let padded = |length: usize| {
            let padding = vec![b' '; length - row.len()];
            if front { [padding, row.clone()].concat() } else { [row.clone(), padding].concat() }
        };
        prop_assert_eq!(reader(&padded(MAX_BYTES)), Ok(String::from_utf8(row.clone()).unwrap()));
        prop_assert_eq!(reader(&padded(MAX_BYTES + beyond)), Err(StoredError::TooLong));
        prop_assert_eq!(stored::kind(&padded(MAX_BYTES + beyond)), Err(StoredError::TooLong));
    }
}
