//! Every contender does the same work: the same parameters in the same places, and the same tokens in the end. Who did
//! less would be faster.

use std::{collections::BTreeMap, panic::catch_unwind};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use oauth_proto_benches::{
    contender::{Kept, Login, Receive, Shown, Store},
    floor::Floor,
    inputs::{
        ANSWER, AUTHORIZATION_ENDPOINT, CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT_URI, SCOPES, TOKEN_ENDPOINT, answer,
        callback,
    },
    io_oauth::IoOauth,
    meter::Meter,
    oauth2::OAuth2,
    ours::{Ours, Renamed, Standard},
    steps,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

type Parameters = BTreeMap<String, String>;

const REFRESH_TOKEN: &str = "8xLOxBtZp8-8xLOxBtZp8-8xLOxBtZp8";

/// The parameters of a form, each of which stands there once.
fn form(text: &str) -> Parameters {
    let mut parameters = Parameters::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        assert_eq!(parameters.insert(name.to_string(), value.into()), None, "{name} twice");
    }
    parameters
}

fn json(text: &str) -> Parameters {
    serde_json::from_str(text).expect("an object of strings")
}

fn of<const N: usize>(pairs: [(&str, &str); N]) -> Parameters {
    pairs.map(|(name, value)| (name.into(), value.into())).into()
}

fn sorted(scope: &str) -> String {
    let mut tokens: Vec<&str> = scope.split(' ').collect();
    tokens.sort_unstable();
    tokens.join(" ")
}

/// The parameters of a request, with the client's id and secret among them wherever they stood.
fn parameters<R: Shown>(request: &R, read: fn(&str) -> Parameters) -> Parameters {
    assert_eq!(request.url(), TOKEN_ENDPOINT);
    let mut parameters = read(&request.body());
    if let Some(authorization) = request.authorization() {
        let pair = STANDARD.decode(authorization.strip_prefix("Basic ").expect("Basic")).expect("base64");
        let (id, secret) = std::str::from_utf8(&pair).expect("text").split_once(':').expect("a colon");
        assert_eq!(parameters.insert("client_id".into(), id.into()), None);
        assert_eq!(parameters.insert("client_secret".into(), secret.into()), None);
    }
    parameters
}

/// The URL's parameters less those that are drawn anew: these are checked and handed back.
fn authorize<L: Login>(client: &L) -> (Parameters, String, L::Waiting) {
    let mut url = String::new();
    let waiting = client.authorize(|shown| url = shown.into());
    let (endpoint, query) = url.split_once('?').expect("a query");
    assert_eq!(endpoint, AUTHORIZATION_ENDPOINT);
    let mut parameters = form(query);
    let state = parameters.remove("state").expect("a state");
    assert_eq!(state, L::state(&waiting));
    assert!(state.len() >= 32, "{state}");
    let challenge = parameters.remove("code_challenge").expect("a challenge");
    // A scope is a set (RFC 6749 section 3.3), and io-oauth sorts it.
    let scope = parameters.get_mut("scope").expect("a scope");
    *scope = sorted(scope);
    (parameters, challenge, waiting)
}

fn authorization(client_id: &str, redirect_uri: &str) -> Parameters {
    of([
        ("response_type", "code"),
        (client_id, CLIENT_ID),
        (redirect_uri, REDIRECT_URI),
        ("scope", &sorted(&SCOPES.join(" "))),
        ("code_challenge_method", "S256"),
    ])
}

/// The whole login, by one contender whose wire has these names.
fn log_in<L: Login>(renamed: bool) {
    let name = |standard: &'static str, other| if renamed { other } else { standard };
    let read = if renamed { json } else { form };
    let client = L::client();

    let (parameters_of_url, challenge, waiting) = authorize(&client);
    assert_eq!(parameters_of_url, authorization(name("client_id", "clientId"), name("redirect_uri", "redirectUri")));

    let (request, _) = client.request(client.code(waiting));
    let mut sent = parameters(&request, read);
    let verifier = sent.remove(name("code_verifier", "codeVerifier")).expect("a verifier");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    assert_eq!(hash, challenge, "of {verifier}");
    let code = of([
        (name("grant_type", "grantType"), "authorization_code"),
        (name("code", "authCode"), CODE),
        (name("redirect_uri", "redirectUri"), REDIRECT_URI),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ]);
    assert_eq!(sent, code);

    let check = |tokens: &L::Tokens| {
        let read = L::tokens(tokens);
        assert!(read.access_token.starts_with("eyJ") && read.access_token.ends_with("LWZvcnRo"));
        assert_eq!(read.access_token.len(), 219);
        assert_eq!(read.scope, SCOPES.join(" "));
    };
    let waiting = authorize(&client).2;
    let mut sent = Parameters::new();
    let tokens = client.exchange(client.code(waiting), |request| {
        sent = parameters(&request, read);
        answer(L::ANSWER)
    });
    sent.remove(name("code_verifier", "codeVerifier")).expect("a verifier");
    assert_eq!(sent, code);
    check(&tokens);

    let tokens = client.refresh(tokens, |request| {
        sent = parameters(&request, read);
        answer(L::ANSWER)
    });
    let refresh = of([
        (name("grant_type", "grantType"), "refresh_token"),
        (name("refresh_token", "refreshToken"), REFRESH_TOKEN),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ]);
    assert_eq!(sent, refresh);
    check(&tokens);
}

#[test]
fn every_contender_logs_in_and_renews() {
    assert_eq!(ANSWER.len(), 378);
    log_in::<Floor>(false);
    log_in::<Ours<Standard>>(false);
    log_in::<Ours<Renamed>>(true);
    log_in::<OAuth2>(false);
    log_in::<IoOauth>(false);
}

/// Whether a callback leads to a request. `change` is given the right one, and the `state` in it.
fn taken<R: Receive>(change: impl FnOnce(&str, &str) -> String) -> bool {
    let client = R::client();
    let waiting = client.authorize(|_| ());
    let callback = change(&callback(R::state(&waiting)), R::state(&waiting));
    match client.receive(waiting, &callback) {
        Some((request, _)) => parameters(&request, form).get("code").is_some_and(|code| code == CODE),
        None => false,
    }
}

#[test]
fn every_contender_that_reads_the_callback_takes_the_right_one_alone() {
    fn check<R: Receive>() {
        assert!(taken::<R>(|right, _| right.into()));
        assert!(!taken::<R>(|_, state| format!("/cb?code={CODE}&state={}", "x".repeat(state.len()))));
        assert!(!taken::<R>(|_, _| format!("/cb?code={CODE}")));
    }
    check::<Floor>();
    check::<Ours<Standard>>();
    check::<IoOauth>();
}

/// As `RESULTS.md` says: what stands there twice is refused here and by the floor, and not by io-oauth.
#[test]
fn what_stands_there_twice() {
    let twice = |right: &str, _: &str| format!("{right}&code={CODE}");
    assert!(!taken::<Floor>(twice));
    assert!(!taken::<Ours<Standard>>(twice));
    assert!(taken::<IoOauth>(twice));
}

/// Runs what is measured, and counts how often.
struct Once(u32);

impl Meter for Once {
    fn measure<I, O>(&mut self, mut prepare: impl FnMut() -> I, mut work: impl FnMut(I) -> O) {
        drop(work(prepare()));
        self.0 += 1;
    }
}

#[test]
fn every_step_measures_once_or_says_that_it_is_none() {
    let mut measured = 0;
    for contender in steps::CONTENDERS {
        for step in steps::STEPS {
            let mut once = Once(0);
            let is = steps::run(contender, step, &mut once);
            assert_eq!(once.0, u32::from(is), "{contender} {step}");
            measured += once.0;
        }
    }
    assert_eq!(measured, 11 + 11 + 7 + 8 + 8);
    assert!(catch_unwind(|| steps::run("nobody", "client", &mut Once(0))).is_err());
}

/// What is read back is what was written, and the floor writes what is written here, but for the tag that says what it is.
#[test]
fn the_floor_stores_what_is_stored_here() {
    fn row<S: Store>(kept: Kept) -> Value {
        let row = S::client().store(kept, &mut Once(0)).expect("a row");
        let mut row = serde_json::from_str(&row).expect("JSON");
        strip(&mut row);
        row
    }
    /// Takes out the tags and what is drawn anew, and levels `capability`, which is a name with what belongs to it.
    fn strip(row: &mut Value) {
        let Value::Object(members) = row else { return };
        members.remove("kind");
        for drawn in ["state", "verifier"] {
            if let Some(Value::String(text)) = members.remove(drawn) {
                assert_eq!(text.len(), 43, "{drawn}");
                members.insert(drawn.into(), 43.into());
            }
        }
        if let Some(Value::Object(mut capability)) = members.remove("capability") {
            members.extend(capability.remove("refreshable").map(|token| ("refresh_token".to_owned(), token)));
        }
        members.values_mut().for_each(strip);
    }
    for kept in [Kept::Login, Kept::ImplicitLogin, Kept::Journal, Kept::Tokens] {
        assert_eq!(row::<Floor>(kept), row::<Ours<Standard>>(kept), "{kept:?}");
    }
}
