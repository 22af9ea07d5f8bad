//! The browser's way back: forged, damaged, late, and read by another reader too.

use std::{collections::BTreeMap, time::Duration};

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, Confidential, Remedy,
    error::{CallbackFault, Reason},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use url::form_urlencoded::{Serializer, parse};

use crate::{
    VSCHARS,
    scenario::{STATE, Scenario, at, entropy},
    wire::percent_encoded,
};

/// What is wrong with a callback, and the login, which must be alive: it takes the right callback afterwards.
#[track_caller]
fn fault_of_a_live_login(
    scenario: &Scenario<Confidential>,
    awaiting: AwaitingCode,
    query: &str,
    right: &str,
) -> CallbackFault {
    let error = awaiting.receive(&scenario.client, Callback::query(query), at(1)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Ignore);
    let CallbackError::NotOurs { awaiting, fault, .. } = error else { panic!("the login is over: {error:?}") };
    let (request, _) = awaiting.receive(&scenario.client, Callback::query(right), at(2)).unwrap();
    assert!(std::str::from_utf8(request.expose_body()).unwrap().contains("code=C1&"));
    fault
}

#[track_caller]
fn expect_not_ours(error: CallbackError<AwaitingCode>) -> CallbackFault {
    let CallbackError::NotOurs { fault, .. } = error else { panic!("the login is over: {error:?}") };
    fault
}

/// `text` with one of its bytes in another's place, in the other case, taken away, or set twice.
fn with_one_change(text: &str, at: Index, byte: char, kind: u8) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at.index(chars.len());
    match kind {
        0 => chars[at] = byte,
        1 => drop(chars.remove(at)),
        2 if chars[at].is_ascii_lowercase() => chars[at].make_ascii_uppercase(),
        2 => chars[at].make_ascii_lowercase(),
        _ => chars.insert(at, byte),
    }
    chars.into_iter().collect()
}

/// A form value as a text of `1*VSCHAR` by the rules of RFC 6749 appendix B alone: no library mends it.
fn strictly_decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = raw.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                rest = &rest[2..];
                if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
                u8::from_str_radix(digits, 16).ok()?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_callback_without_the_state_never_ends_a_login(
        text in "\\PC{0,60}|([?&#;=]|code|state|error|iss|%[0-9a-f]{2}|%z|\\+){0,20}|.{0,30}",
    ) {
        prop_assume!(!text.contains(STATE));
        let scenario = Scenario::new();
        let ways = [Callback::url(&text), Callback::query(&text), Callback::fragment(&text), Callback::form_post(&text)];
        for callback in ways {
            drop((scenario.client.login_key(callback), format!("{callback:?}")));
            prop_assert!(!scenario.awaiting_code().matches(&scenario.client, callback));
            let error = scenario.awaiting_code().receive(&scenario.client, callback, at(1)).unwrap_err();
            prop_assert!(error.into_awaiting().is_some());
            let error = scenario.awaiting_token().receive(&scenario.client, callback, at(1)).unwrap_err();
            prop_assert!(error.into_awaiting().is_some());
            let form = scenario.login().form_post().unwrap().authorize(entropy(), at(0)).1;
            prop_assert!(!form.matches(&scenario.client, callback));
            prop_assert!(form.receive(&scenario.client, callback, at(1)).unwrap_err().into_awaiting().is_some());
        }
    }

    #[test]
    fn the_same_text_means_the_same_as_a_form_and_in_the_query_and_each_to_its_own_login(
        text in "([?&#;=]|code=|state=STATE|error=|iss=|%[0-9a-f]{2}|%z|\\+|[a-z]{0,4}){0,12}",
    ) {
        let scenario = Scenario::new();
        // A question mark at the beginning belongs to a query, and is a character in a form.
        let text = text.trim_start_matches('?').replace("STATE", STATE);
        let ends = |came: Result<_, CallbackError<AwaitingCode>>| match came {
            Ok((request, _)) => String::from_utf8(oauth_proto::Request::expose_body(&request).to_vec()).unwrap(),
            Err(error) => error.to_string(),
        };
        let form = || scenario.login().form_post().unwrap().authorize(entropy(), at(0)).1;
        let [as_query, as_form] = [Callback::query(&text), Callback::form_post(&text)];
        let own = ends(form().receive(&scenario.client, as_form, at(1)));
        prop_assert_eq!(&own, &ends(scenario.awaiting_code().receive(&scenario.client, as_query, at(1))));
        for wrong in [
            form().receive(&scenario.client, as_query, at(1)),
            scenario.awaiting_code().receive(&scenario.client, as_form, at(1)),
        ] {
            let fault = expect_not_ours(wrong.unwrap_err());
            prop_assert_eq!(fault, CallbackFault::ResponseMode);
        }
    }

    #[test]
    fn a_callback_is_read_only_where_it_came_to_the_logins_own_redirect_uri(
        own in "https://[a-z]{1,3}\\.example/[a-z]{0,2}(\\?a=[a-z]{0,2})?",
        other in "https://[a-z]{1,3}\\.example/[a-z]{0,2}(\\?a=[a-z]{0,2})?",
        same in any::<bool>(),
    ) {
        let scenario = Scenario::new();
        let own = oauth_proto::RedirectUri::new(own).unwrap();
        let place = if same { own.clone() } else { oauth_proto::RedirectUri::new(other).unwrap() };
        let awaiting = scenario.login().redirect_uri(own.clone()).authorize(entropy(), at(0)).1;
        let query = format!("code=C1&state={STATE}");
        match awaiting.receive(&scenario.client, Callback::query(&query).arrived_at(&place), at(1)) {
            Ok(_) => prop_assert_eq!(place.as_str(), own.as_str()),
            Err(error) => {
                prop_assert_ne!(place.as_str(), own.as_str());
                prop_assert_eq!(expect_not_ours(error), CallbackFault::RedirectUri);
            }
        }
    }

    #[test]
    fn a_callback_with_the_state_hands_on_exactly_its_code(
        code in VSCHARS,
        noise in vec(("z[a-z]{0,5}", "\\PC{0,9}"), 0..4),
    ) {
        let scenario = Scenario::new();
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&noise).append_pair("code", &code).append_pair("state", STATE);
        let query = query.finish();
        let (request, _) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1)).unwrap();
        let sent: BTreeMap<_, _> = parse(request.expose_body()).into_owned().collect();
        prop_assert_eq!(&sent["code"], &code);
    }

    #[test]
    fn any_change_of_the_state_is_refused_and_the_login_survives(
        place in any::<Index>(),
        byte in "[ -~]",
        kind in 0u8..4,
        data in "([ -~]{1,9})?",
        error in any::<bool>(),
    ) {
        let scenario = Scenario::new();
        let login = scenario.login();
        let login = if data.is_empty() { login } else { login.application_state(&data).unwrap() };
        let awaiting = login.authorize(entropy(), at(0)).1;
        let state = awaiting.state().expose().to_owned();
        let changed = with_one_change(&state, place, byte.chars().next().unwrap(), kind);
        prop_assume!(changed != state);
        let answer = if error { ("error", "access_denied") } else { ("code", "EVIL") };
        let query = |state: &str, (name, value)| {
            Serializer::new(String::new()).append_pair(name, value).append_pair("state", state).finish()
        };
        prop_assert!(!awaiting.matches(&scenario.client, Callback::query(&query(&changed, answer))));
        let right = query(&state, ("code", "C1"));
        let fault = fault_of_a_live_login(&scenario, awaiting, &query(&changed, answer), &right);
        prop_assert_eq!(fault, CallbackFault::StateMismatch);
    }

    #[test]
    fn any_change_of_the_issuer_is_refused_and_the_login_survives(
        issuer in "[a-zA-Z0-9:/.]{1,40}|[ -~]{1,40}",
        place in any::<Index>(),
        byte in "[ -~]",
        kind in 0u8..4,
        error in any::<bool>(),
    ) {
        let mut changed = with_one_change(&issuer, place, byte.chars().next().unwrap(), kind);
        if changed == issuer {
            changed.push('x'); // the byte was the one that stood there
        }
        let scenario = Scenario::with(|provider| provider.issuer = Some(issuer.clone()));
        let query = |iss: &str, (name, value)| {
            let mut query = Serializer::new(String::new());
            query.append_pair(name, value).append_pair("state", STATE).append_pair("iss", iss).finish()
        };
        let answer = if error { ("error", "access_denied") } else { ("code", "C1") };
        let right = query(&issuer, ("code", "C1"));
        let fault = fault_of_a_live_login(&scenario, scenario.awaiting_code(), &query(&changed, answer), &right);
        prop_assert_eq!(fault, CallbackFault::IssuerMismatch);
    }

    #[test]
    fn a_parameter_that_stands_there_twice_is_refused_wherever_it_stands(
        name in select(vec!["code", "state", "iss", "error", "error_description", "error_uri"]),
        how in any::<u64>(),
        places in [any::<Index>(), any::<Index>()],
        same in any::<bool>(),
    ) {
        let scenario = Scenario::new();
        let mut pairs = vec!["x=1".to_owned(), format!("state={STATE}")];
        pairs.push(if name.starts_with("error") { "error=e" } else { "code=C1" }.to_owned());
        if !pairs.iter().any(|pair| pair.starts_with(&format!("{name}="))) {
            pairs.insert(places[0].index(pairs.len() + 1), format!("{name}=1"));
        }
        let first = pairs.iter().find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap();
        let second = format!("{}={}", percent_encoded(name, how), if same { first } else { "other" });
        pairs.insert(places[1].index(pairs.len() + 1), second);
        let right = format!("code=C1&state={STATE}");
        let fault = fault_of_a_live_login(&scenario, scenario.awaiting_code(), &pairs.join("&"), &right);
        prop_assert_eq!(fault, CallbackFault::Repeated(name));
    }

    #[test]
    fn an_error_beside_a_code_or_a_token_is_always_a_contradiction(
        error in "[!#-\\[\\]-~]{1,12}",
        answer in VSCHARS,
        places in any::<bool>(),
    ) {
        let scenario = Scenario::new();
        let query = |name| {
            let mut pairs = vec![("error", error.as_str()), (name, &answer), ("state", STATE)];
            if places {
                pairs.reverse();
            }
            Serializer::new(String::new()).extend_pairs(pairs).finish()
        };
        let right = format!("code=C1&state={STATE}");
        let fault = fault_of_a_live_login(&scenario, scenario.awaiting_code(), &query("code"), &right);
        prop_assert_eq!(fault, CallbackFault::Contradiction);
        let tokens = query("access_token") + "&token_type=Bearer";
        let end = scenario.awaiting_token().receive(&scenario.client, Callback::fragment(&tokens), at(1));
        let contradicts = matches!(&end, Err(CallbackError::NotOurs { fault: CallbackFault::Contradiction, .. }));
        prop_assert!(contradicts, "{:?}", end);
    }

    #[test]
    fn a_code_is_taken_as_another_reader_takes_it_or_is_broken(
        raw in "([ -%'-~&&[^&#]]|%[0-9a-fA-F]{2}|%[0-9a-z]|\\+|%c3%a4|%00|\u{e4}){0,12}",
        noise in "(&(z|%zz|z%)[a-z%=;]{0,5}){0,2}",
    ) {
        let scenario = Scenario::new();
        let query = format!("code={raw}&state={STATE}{noise}");
        let ours = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1));
        let strict = strictly_decoded(&raw);
        match ours {
            Ok((request, _)) => {
                let sent: BTreeMap<_, _> = parse(request.expose_body()).into_owned().collect();
                let theirs = parse(query.as_bytes()).find(|(name, _)| name == "code").unwrap().1.into_owned();
                prop_assert_eq!((&sent["code"], Some(&sent["code"])), (&theirs, strict.as_ref()));
            }
            // The other reader mends what is broken, and sends on what is not printable.
            Err(CallbackError::NotOurs { fault, awaiting, .. }) => {
                let expected = match strict.as_deref() {
                    Some("") => CallbackFault::Empty,
                    None => CallbackFault::Malformed("code"),
                    Some(code) => {
                        prop_assert!(!code.bytes().all(|byte| (0x20..0x7F).contains(&byte)), "{:?}", code);
                        CallbackFault::Malformed("code")
                    }
                };
                prop_assert_eq!(fault, expected);
                prop_assert_eq!(awaiting.state().expose(), STATE);
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn a_login_is_open_before_its_end_and_never_after(
        ttl in any::<u32>(),
        now in any::<u32>(),
        received in prop_oneof![any::<u64>(), any::<u32>().prop_map(u64::from)],
        ours in any::<bool>(),
    ) {
        let scenario = Scenario::new();
        let ms = oauth_proto::Timestamp::from_unix_millis;
        let login = scenario.login().time_to_live(Duration::from_millis(ttl.into()));
        let awaiting = login.authorize(entropy(), ms(now.into())).1;
        let closes_at = u64::from(now) + u64::from(ttl);
        prop_assert_eq!(awaiting.closes_at(), ms(closes_at));
        for received in [received, closes_at.saturating_sub(1), closes_at, closes_at + 1] {
            let login = scenario.login().time_to_live(Duration::from_millis(ttl.into()));
            let awaiting = login.authorize(entropy(), ms(now.into())).1;
            let query = if ours { format!("code=C1&state={STATE}") } else { "code=C1&state=x".to_owned() };
            match awaiting.receive(&scenario.client, Callback::query(&query), ms(received)) {
                Ok(_) => prop_assert!(ours && received < closes_at),
                Err(CallbackError::TooLate { intent }) => {
                    prop_assert!(ours && received >= closes_at);
                    let login = scenario.login();
                    prop_assert_eq!(&*intent, login.intent());
                }
                // A forged one does not even tell that the login is over.
                Err(error) => prop_assert!(!ours && error.into_awaiting().is_some()),
            }
        }
    }

    #[test]
    fn what_rides_in_the_state_comes_back_as_it_was_or_is_refused(data in "[ -~]{0,12}|\\PC{0,6}|.{0,4}") {
        let scenario = Scenario::new();
        match scenario.login().application_state(&data) {
            Ok(login) => {
                let (url, awaiting) = login.authorize(entropy(), at(0));
                prop_assert_eq!(awaiting.application_state(), Some(&*data));
                let url = url::Url::parse(url.as_str()).unwrap();
                let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
                let query = Serializer::new("code=C1".to_owned()).append_pair("state", &state).finish();
                prop_assert!(awaiting.receive(&scenario.client, Callback::query(&query), at(1)).is_ok());
            }
            Err(error) => {
                prop_assert_eq!(error.field(), "application_state");
                let printable = data.bytes().all(|byte| (0x20..0x7F).contains(&byte));
                prop_assert!(data.is_empty() || !printable);
                prop_assert_eq!(matches!(error.reason(), Reason::ForbiddenCharacter { .. }), !printable);
            }
        }
    }

    #[test]
    fn tokens_in_a_fragment_are_handed_on_exactly_or_refused(
        token in "[ -~]{0,20}|\\PC{0,6}|.{0,4}",
        expires_in in "[0-9]{1,25}",
    ) {
        let scenario = Scenario::new();
        let mut fragment = Serializer::new(format!("state={STATE}&token_type=bearer"));
        let fragment = fragment.append_pair("access_token", &token).append_pair("expires_in", &expires_in).finish();
        match scenario.awaiting_token().receive(&scenario.client, Callback::fragment(&fragment), at(1)) {
            Ok(authorized) => {
                prop_assert_eq!(authorized.access_token().expose(), &token);
                let lives = Duration::from_secs(expires_in.parse().unwrap_or(u64::MAX));
                prop_assert_eq!(authorized.expires_at(), Some(at(1).plus(lives)));
            }
            Err(error) => {
                let printable = token.bytes().all(|byte| (0x20..0x7F).contains(&byte));
                prop_assert!(token.is_empty() || !printable, "{}", error);
                let over = matches!(error, CallbackError::Unusable { .. });
                prop_assert!(over, "{}", error);
            }
        }
    }
}
