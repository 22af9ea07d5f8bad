//! The provider of no document, called as a function: its grants, its forks, and what is no fault of the network.

use std::time::Duration;

use oauth_proto_emulator::{Emulator, Fault, ProviderTable};
use serde_json::Value;

const TOKEN: &str = "https://plain.invalid/token";

fn post(emulator: &Emulator, url: &str, pairs: &[(&str, &str)]) -> Option<(u16, Value)> {
    let client = [("client_id", emulator.client_id()), ("client_secret", emulator.client_secret())];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).extend_pairs(client).finish();
    let request = http::Request::post(emulator.local(url)).header("content-type", "application/x-www-form-urlencoded");
    let response = emulator.answer(request.body(body.into_bytes()).unwrap())?;
    Some((response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default()))
}

fn get(emulator: &Emulator, url: &str, token: Option<&str>) -> (u16, Value) {
    let request = http::Request::get(url);
    let request = token.into_iter().fold(request, |request, token| request.header("authorization", token));
    let response = emulator.answer(request.body(Vec::new()).unwrap()).unwrap();
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
}

fn log_in(emulator: &Emulator) -> Value {
    let pairs = [("grant_type", "password"), ("username", "jsmith"), ("password", "password123")];
    let (status, answer) = post(emulator, TOKEN, &pairs).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer
}

fn refresh(emulator: &Emulator, token: &str) -> (u16, Value) {
    post(emulator, TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)]).unwrap()
}

#[test]
fn a_fork_goes_its_own_way() {
    let one = Emulator::without_sockets(ProviderTable::plain());
    let tokens = log_in(&one);
    let (access, first) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let other = one.fork();
    assert_eq!((one.live_refresh_tokens(), other.live_refresh_tokens()), (vec![first.clone()], vec![first.clone()]));
    assert_eq!(one.exchanges(), other.exchanges());

    let second = text(&refresh(&other, &first).1, "refresh_token");
    assert_eq!((one.live_refresh_tokens(), other.live_refresh_tokens()), (vec![first.clone()], vec![second]));
    other.advance(Duration::from_secs(3600));
    let bearer = format!("Bearer {access}");
    assert_eq!(get(&one, &one.api_url(), Some(&bearer)).0, 200);
    assert_eq!(get(&other, &other.api_url(), Some(&bearer)).0, 401);
    // Spent there, and good here.
    assert_eq!(refresh(&other, &first).0, 400);
    assert!(other.reuse_detected() && other.live_refresh_tokens().is_empty());
    assert_eq!(refresh(&one, &first).0, 200);
    assert!(!one.reuse_detected());
}

#[test]
fn without_rotation_a_refresh_token_stays() {
    let emulator = Emulator::without_sockets(ProviderTable::plain().without_rotation());
    let token = text(&log_in(&emulator), "refresh_token");
    for _ in 0..3 {
        let (status, answer) = refresh(&emulator, &token);
        assert_eq!((status, answer.get("refresh_token")), (200, None));
    }
    assert_eq!((emulator.reuse_detected(), emulator.live_refresh_tokens()), (false, vec![token]));
}

#[test]
fn a_client_that_asks_for_itself_gets_no_refresh_token() {
    let emulator = Emulator::without_sockets(ProviderTable::plain());
    let (status, answer) = post(&emulator, TOKEN, &[("grant_type", "client_credentials")]).unwrap();
    assert_eq!((status, answer.get("refresh_token")), (200, None));
    assert!(emulator.live_refresh_tokens().is_empty());
}

#[test]
fn a_user_logs_in_and_a_cut_connection_is_no_answer() {
    let emulator = Emulator::without_sockets(ProviderTable::plain());
    let url =
        format!("{}?response_type=code&client_id={}&state=s", "https://plain.invalid/authorize", "plain-client-3b");
    let landing = emulator.user().approve(&url).url;
    let callback = landing.split_once('?').map_or("", |(_, query)| query).as_bytes();
    let code = form_urlencoded::parse(callback).find(|(name, _)| name == "code").unwrap().1.into_owned();
    emulator.inject(Fault::CutBeforeActing);
    let pairs = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_eq!(post(&emulator, TOKEN, &pairs), None);
    emulator.inject(Fault::CutAfterActing);
    assert_eq!(post(&emulator, TOKEN, &pairs), None);
    assert_eq!(post(&emulator, TOKEN, &pairs).unwrap().0, 400);
    assert!(emulator.code_replay_detected());
    assert_eq!(emulator.deviations(), Vec::<String>::new());
}

#[test]
fn a_short_lived_token_is_traded_and_stays() {
    let emulator = Emulator::without_sockets(ProviderTable::two_steps());
    let short_lived = text(&log_in(&emulator), "access_token");
    let query = |pairs: &[(&str, &str)]| {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        emulator.local(&format!("https://plain.invalid/long_lived?{query}"))
    };
    let grant = ("grant_type", "exchange_token");
    let (status, answer) = get(&emulator, &query(&[grant, ("access_token", &short_lived)]), None);
    assert_eq!((status, answer["expires_in"].as_u64()), (200, Some(1440 * 3600)));
    let long_lived = text(&answer, "access_token");
    emulator.advance(Duration::from_secs(3599));
    assert_eq!(get(&emulator, &emulator.api_url(), Some(&format!("Bearer {short_lived}"))).0, 200);
    emulator.advance(Duration::from_secs(1));
    assert_eq!(get(&emulator, &emulator.api_url(), Some(&format!("Bearer {short_lived}"))).0, 401);
    assert_eq!(get(&emulator, &emulator.api_url(), Some(&format!("Bearer {long_lived}"))).0, 200);
    // What is over is not traded, and what no one knows neither.
    assert_eq!(get(&emulator, &query(&[grant, ("access_token", &short_lived)]), None).0, 400);
    assert_eq!(get(&emulator, &query(&[grant, ("access_token", "at-unknown")]), None).0, 400);
    assert_eq!(emulator.deviations(), Vec::<String>::new());
    assert_eq!(get(&emulator, &query(&[grant]), None).0, 400);
    assert_eq!(emulator.deviations().len(), 1);
}
