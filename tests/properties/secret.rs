//! Secrets: what they are made of, and that nothing shows them.

use data_encoding::BASE64URL_NOPAD;
use oauth_proto::{
    Callback, Client, CodeVerifier, Confidential, Entropy, FinishError, Granted, Keeper, Outcome, Response, Secret,
    dialect::{ClientAuthentication, Nonce},
    stored,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::Value;

use crate::scenario::{self, Scenario, answer, at};

fn any_entropy() -> impl Strategy<Value = [u8; Entropy::BYTES]> {
    vec(any::<u8>(), Entropy::BYTES).prop_map(|bytes| bytes.try_into().unwrap())
}

/// A login's own secrets, read from where it is stored: `state` is in `login`, the verifier beside it.
fn stored_login(scenario: &Scenario<Confidential>, bytes: [u8; Entropy::BYTES]) -> Value {
    let (_, awaiting) = scenario.login().authorize(Entropy::from_bytes(bytes), at(0));
    serde_json::from_str(&stored::save(&awaiting)).unwrap()
}

fn with_nonce() -> Scenario<Confidential> {
    Scenario::with(|provider| provider.dialect.authorize.nonce = Nonce::EchoedWithTokens)
}

/// Everything that a session goes through, as a log would show it.
fn everything_shown(client_secret: &str, token: &str, refresh_token: &str, code: &str, entropy: [u8; 64]) -> String {
    let mut provider = scenario::provider();
    provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
    provider.dialect.token.client_authentication = ClientAuthentication::BasicAndBody;
    let client = Client::confidential(provider, scenario::registration(), client_secret.into()).unwrap();
    let (url, awaiting) = client.authorization_code().unwrap().authorize(Entropy::from_bytes(entropy), at(0));
    let mut shown = format!("{client:?} {url:?} {awaiting:?} {:?}", Entropy::from_bytes(entropy));
    let row: Value = serde_json::from_str(&stored::save(&awaiting)).unwrap();
    let query = format!("code={code}&state={}", awaiting.state().expose());
    let forged = format!("code={code}&state=x{}&iss={token}", awaiting.state().expose());
    let error = awaiting.receive(&client, Callback::query(&forged), at(1)).unwrap_err();
    shown += &format!("{error:?} {error} {:?}", Callback::query(&query));
    let (request, flight) = error.into_awaiting().unwrap().receive(&client, Callback::query(&query), at(1)).unwrap();
    shown += &format!("{request:?} {flight:?}");
    shown += &format!("{:?}", request.into_parts());
    let FinishError::NotSent { origin, why } = flight.finish(Outcome::not_sent("dns")).unwrap_err() else { panic!() };
    let (_, flight) = origin.exchange(&client, at(2)).unwrap();
    shown += &format!("{why:?}");
    let members = |more: &str| {
        let nonce = row["login"]["nonce"].as_str().unwrap();
        format!(
            r#"{{"access_token":"{token}","token_type":"Bearer","refresh_token":"{refresh_token}","nonce":"{nonce}"{more}}}"#
        )
    };
    // A contradiction: the tokens came, and are not kept.
    let response = Response::new(200, [("Content-Type", "application/json")], members(r#","error":"x""#));
    shown += &format!("{response:?}");
    let error = flight.finish(response.into()).unwrap_err();
    shown += &format!("{error:?} {error}");
    let FinishError::InDoubt { in_doubt, .. } = error else { panic!("{error:?}") };
    let (_, flight) = in_doubt.retry(&client, at(3)).unwrap();
    let Granted::Refreshable(authorized) = flight.finish(answer(200, &members(""))).unwrap() else { panic!() };
    shown += &format!("{authorized:?} {:?}", authorized.header_for(&client, "https://api.example/me").unwrap());
    let expired = authorized.rejected();
    shown += &format!("{expired:?}");
    let (request, flight) = expired.refresh(&client, at(4)).unwrap();
    shown += &format!("{request:?} {flight:?}");
    let error = flight.finish(answer(400, r#"{"error":"invalid_client"}"#)).unwrap_err();
    shown += &format!("{error:?} {error}");
    let FinishError::Refused { origin, .. } = error else { panic!("{error:?}") };
    shown + &format!("{:?}", Keeper::new(*origin))
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn state_and_verifier_give_back_the_random_bytes(bytes in any_entropy()) {
        let login = stored_login(&Scenario::new(), bytes);
        let decoded = |text: &Value| BASE64URL_NOPAD.decode(text.as_str().unwrap().as_bytes()).unwrap();
        prop_assert_eq!([decoded(&login["login"]["state"]), decoded(&login["verifier"])].concat(), bytes);
    }

    #[test]
    fn a_challenge_is_the_hash_of_its_verifier(verifier in "[A-Za-z0-9._~-]{43,128}") {
        let challenge = CodeVerifier::new(&verifier).unwrap().challenge();
        prop_assert_eq!(challenge.as_str(), BASE64URL_NOPAD.encode(&hmac_sha256::Hash::hash(verifier.as_bytes())));
    }

    #[test]
    fn a_code_verifier_is_43_to_128_unreserved_characters(
        verifier in "[A-Za-z0-9._~-]{0,140}|[A-Za-z0-9._~-]{20,60}[ -~\\PC][A-Za-z0-9._~-]{20,60}",
    ) {
        // RFC 7636 section 4.1.
        let unreserved = verifier.chars().all(|char| char.is_ascii_alphanumeric() || "-._~".contains(char));
        prop_assert_eq!(CodeVerifier::new(&verifier).is_ok(), unreserved && (43..=128).contains(&verifier.len()));
    }

    #[test]
    fn a_nonce_depends_on_each_of_the_random_bytes(bytes in any_entropy(), at in any::<Index>(), flip in 1u8..) {
        let scenario = with_nonce();
        let mut other = bytes;
        other[at.index(Entropy::BYTES)] ^= flip;
        let nonce = |bytes| stored_login(&scenario, bytes)["login"]["nonce"].as_str().unwrap().to_owned();
        prop_assert_eq!(nonce(bytes), nonce(bytes));
        prop_assert_ne!(nonce(bytes), nonce(other));
    }

    #[test]
    fn each_login_has_the_key_of_its_callback(one in any_entropy(), other in any_entropy()) {
        let scenario = Scenario::new();
        let login = |bytes| scenario.login().authorize(Entropy::from_bytes(bytes), at(0)).1;
        let (one_login, other_login) = (login(one), login(other));
        let query = format!("state={}", one_login.state().expose());
        prop_assert_eq!(scenario.client.login_key(Callback::query(&query)), Some(one_login.key()));
        prop_assert_eq!(one_login.key() == other_login.key(), one[..32] == other[..32]);
        // It is the hash of the state, and tells nothing of it.
        let hash = hmac_sha256::Hash::hash(one_login.state().expose().as_bytes());
        let key = one_login.key();
        prop_assert_eq!(key.as_str(), BASE64URL_NOPAD.encode(&hash));
    }

    #[test]
    fn a_secret_matches_itself_and_no_other_text(one in "\\PC{0,9}|[ab]{0,3}", other in "\\PC{0,9}|[ab]{0,3}") {
        let secret = Secret::new(one.clone());
        prop_assert_eq!(secret.expose(), &one);
        prop_assert_eq!((secret.matches(&one), secret.matches(&other)), (true, one == other));
    }

    #[test]
    fn no_formatter_shows_a_secret(
        client_secret in "[a-zA-Z0-9]{16}",
        token in "[a-zA-Z0-9]{16}",
        refresh_token in "[a-zA-Z0-9]{16}",
        code in "[a-zA-Z0-9]{16}",
        entropy in any_entropy(),
    ) {
        let shown = everything_shown(&client_secret, &token, &refresh_token, &code, entropy);
        let login = stored_login(&with_nonce(), entropy);
        let own =
            [&login["login"]["state"], &login["verifier"], &login["login"]["nonce"]].map(|text| text.as_str().unwrap());
        let basic = BASE64URL_NOPAD.encode(format!("app:{client_secret}").as_bytes());
        for secret in [&*client_secret, &*token, &*refresh_token, &*code, &basic].into_iter().chain(own) {
            prop_assert!(!shown.contains(secret), "{} in {}", secret, shown);
        }
    }
}
