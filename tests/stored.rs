//! Stored states: what a release wrote, the next one reads, and nothing else.
//!
//! The files in `tests/stored/` are what version 1 of each format looks like. They never change: a new format gets a
//! new tag and new files.

mod scenario;

#[path = "scenario/devices.rs"]
mod devices;
#[path = "scenario/registration.rs"]
mod registration_scenario;

#[path = "stored/limits.rs"]
mod limits;
#[path = "stored/registration.rs"]
mod registration;
#[path = "stored/sizes.rs"]
mod sizes;

use devices::{DEVICE, for_devices};
use oauth_proto::{
    AccessOnly, AnyTokenSet, AwaitingCode, AwaitingToken, Callback, Confidential, Entropy, Granted, InDoubt, InFlight,
    Keeper, Provider, Refreshable, Reissuable, Standing, TokenSet, Turn,
    device::{AwaitingUser, Polled},
    dialect::{Kept, Nonce, TokenStep},
    extension_grants::{Exchanged, IssuedToken, JwtBearer, TokenType},
    grant::{
        AuthorizationCode, ClientCredentials, Extension, FollowUp, Implicit, ImplicitWithRefresh, Password,
        RefreshToken, Reissue, TokenExchange,
    },
    registration::{RegisteredClient, RegistrationInDoubt},
    stored::{self, Stored, StoredError},
};
use scenario::{NONCE, STATE, Scenario, TOKENS, answer, at, entropy, wire};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A client whose states have every field that a state can have.
fn full() -> Scenario<Confidential> {
    Scenario::with(|provider: &mut Provider| {
        provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
        provider.dialect.callback.implicit_refresh_token = true;
        provider.dialect.refresh.send_redirect_uri = true;
    })
}

fn awaiting_code() -> AwaitingCode {
    let login = full().login().return_to("/inbox?a=\"b\"").unwrap().application_state("tenant-7").unwrap();
    login.authorize(entropy(), at(0)).1
}

/// A login whose answer comes as a form.
fn awaiting_form() -> AwaitingCode {
    Scenario::new().login().form_post().unwrap().authorize(entropy(), at(0)).1
}

fn tokens() -> String {
    TOKENS.replace('}', &format!(r#","scope":"read","nonce":"{NONCE}"}}"#))
}

fn refreshable() -> TokenSet<Refreshable> {
    let Granted::Refreshable(authorized) = full().granted(&tokens()) else { panic!() };
    authorized.into_token_set()
}

fn reissuable() -> TokenSet<Reissuable> {
    full().client_credentials_in_flight().1.finish(answer(200, &tokens())).unwrap().into_token_set()
}

fn access_only() -> TokenSet<AccessOnly> {
    Scenario::new().access_only().rejected().into_token_set()
}

fn in_flight_authorization_code() -> String {
    let awaiting = awaiting_code();
    let callback = format!("code=C1&state={}", awaiting.state().expose());
    stored::save(&awaiting.receive(&full().client, Callback::query(&callback), at(10)).unwrap().1)
}

fn in_flight_refresh_token() -> String {
    let Standing::Authorized(authorized) = refreshable().at(at(1000)) else { panic!() };
    stored::save(&authorized.refresh(&full().client, at(1000)).unwrap().1)
}

fn in_flight_reissue() -> String {
    let Standing::Authorized(authorized) = reissuable().at(at(1000)) else { panic!() };
    stored::save(&authorized.reissue(&full().client, at(1000)).unwrap().1)
}

fn keeper_sending() -> String {
    let mut keeper = Keeper::new(refreshable());
    let Turn::Send(..) = keeper.poll(&full().client, at(3610), std::time::Duration::ZERO) else { panic!() };
    stored::save(&keeper)
}

fn keeper_waiting() -> String {
    let mut keeper = Keeper::new(reissuable());
    let Turn::Send(_, ticket) = keeper.poll(&full().client, at(3610), std::time::Duration::ZERO) else { panic!() };
    let busy = oauth_proto::Response::new(429, [("Retry-After", "60")], "");
    drop(keeper.handle(ticket, busy.into(), at(3610)));
    stored::save(&keeper)
}

/// A provider that says something besides the tokens, and trades them.
fn talkative() -> Scenario<Confidential> {
    Scenario::with(|provider: &mut Provider| {
        provider.token_endpoint = Some("https://{shop}.example.com/token".into());
        provider.follow_up_endpoint = Some("https://{shop}.example.com/long".into());
        provider.dialect.follow_up = Some(TokenStep::default());
        provider.dialect.callback.keep = [("realmId".into(), Kept::Text), ("shop".into(), Kept::DnsLabel)].into();
        provider.dialect.response.keep = vec!["instance_url".into(), "team".into()];
    })
}

const EXTRAS_CALLBACK: &str = "&shop=bakery&realmId=%22a%22+%c3%a4";
const EXTRAS_TOKENS: &str =
    r#"{"access_token":"A1","token_type":"Bearer","instance_url":"https://na1.example","team":{"id":7}}"#;

fn talkative_in_flight() -> InFlight<AuthorizationCode> {
    let callback = format!("code=C1&state={STATE}{EXTRAS_CALLBACK}");
    let scenario = talkative();
    scenario.awaiting_code().receive(&scenario.client, Callback::query(&callback), at(10)).unwrap().1
}

fn without_refresh_token() -> Granted {
    talkative_in_flight().finish(answer(200, EXTRAS_TOKENS)).unwrap()
}

fn in_flight_follow_up(granted: Granted) -> String {
    stored::save(&granted.follow_up(&talkative().client, at(20)).unwrap().1)
}

fn with_refresh_token() -> Granted {
    let body = EXTRAS_TOKENS.replacen('{', r#"{"refresh_token":"R1","expires_in":3600,"#, 1);
    talkative_in_flight().finish(answer(200, &body)).unwrap()
}

fn in_flight_extension() -> String {
    let assertion = JwtBearer::new("e30.e30.c2ln").unwrap();
    stored::save(&full().client.extension_grant(&assertion).unwrap().request(at(0)).unwrap().1)
}

fn exchange_in_flight() -> InFlight<TokenExchange> {
    let scenario = Scenario::with(|provider| provider.dialect.response.keep = vec!["team".into()]);
    let exchange = scenario.client.token_exchange("S1".into(), TokenType::ACCESS_TOKEN).unwrap();
    exchange.request(at(10)).unwrap().1
}

const EXCHANGED: &str = r#"{"access_token":"X1","refresh_token":"R1","token_type":"N_A","expires_in":60,"scope":"read",
    "issued_token_type":"urn:ietf:params:oauth:token-type:saml2","team":{"id":7}}"#;

fn issued_token() -> IssuedToken {
    let Exchanged::Other(issued) = exchange_in_flight().finish(answer(200, EXCHANGED)).unwrap() else { panic!() };
    issued
}

fn for_device() -> Scenario<Confidential> {
    Scenario::with(for_devices)
}

/// A device that waits, with nothing that can be left out.
fn awaiting_user_least() -> AwaitingUser {
    let login = for_device().client.device_authorization().unwrap().scope(oauth_proto::Scope::default());
    let body = r#"{"device_code":"D1","user_code":"U1","verification_uri":"https://id.example/","expires_in":60}"#;
    login.request(at(0)).1.finish(answer(200, body), at(1)).unwrap()
}

fn golden(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/stored/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn what_is_written_is_the_golden_file_byte_for_byte() {
    let implicit = full().client.implicit().unwrap().authorize(entropy(), at(0)).1;
    let with_refresh = full().client.implicit_with_refresh().unwrap().authorize(entropy(), at(0)).1;
    for (name, written) in [
        ("awaiting_code", stored::save(&awaiting_code())),
        ("awaiting_code_form_post", stored::save(&awaiting_form())),
        ("awaiting_code_least", stored::save(&least())),
        ("awaiting_token_implicit", stored::save(&implicit)),
        ("awaiting_token_implicit_with_refresh", stored::save(&with_refresh)),
        ("awaiting_user", stored::save(&devices::awaiting_user(&for_device().client, DEVICE))),
        ("awaiting_user_least", stored::save(&awaiting_user_least())),
        ("awaiting_user_polling", stored::save(&devices::polling(&for_device().client).1)),
        ("in_flight_authorization_code", in_flight_authorization_code()),
        ("in_flight_authorization_code_extras", stored::save(&talkative_in_flight())),
        ("in_flight_client_credentials", stored::save(&full().client_credentials_in_flight().1)),
        ("in_flight_extension", in_flight_extension()),
        ("in_flight_follow_up", in_flight_follow_up(without_refresh_token())),
        ("in_flight_follow_up_refreshable", in_flight_follow_up(with_refresh_token())),
        ("in_flight_password", stored::save(&full().password_in_flight().1)),
        ("in_flight_refresh_token", in_flight_refresh_token()),
        ("in_flight_reissue", in_flight_reissue()),
        ("in_flight_token_exchange", stored::save(&exchange_in_flight())),
        ("issued_token", stored::save(&issued_token())),
        ("keeper", stored::save(&Keeper::new(access_only()))),
        ("keeper_sending", keeper_sending()),
        ("keeper_waiting", keeper_waiting()),
        ("registered_client", stored::save(&registration::full())),
        ("registered_client_least", stored::save(&registration::least())),
        ("registering", stored::save(&registration_scenario::registering().1)),
        ("token_set_access_only", stored::save(&access_only())),
        ("token_set_extras", stored::save(&with_refresh_token().into_any_token_set())),
        ("token_set_refreshable", stored::save(&refreshable())),
        ("token_set_reissuable", stored::save(&reissuable())),
    ] {
        if std::env::var_os("WRITE_NEW_GOLDEN_FILES").is_some() {
            let path = format!("{}/tests/stored/{name}.json", env!("CARGO_MANIFEST_DIR"));
            // An old file is never written over.
            drop(
                std::fs::File::create_new(path)
                    .map(|mut file| std::io::Write::write_all(&mut file, written.as_bytes())),
            );
        }
        assert_eq!(written, golden(name), "{name}");
    }
}

/// A login with nothing that can be left out.
fn least() -> AwaitingCode {
    let scenario = Scenario::new();
    let login = scenario.client.authorization_code_without_pkce_for_a_server_that_refuses_it().unwrap();
    login.scope(oauth_proto::Scope::default()).authorize(Entropy::from_bytes([0; 64]), at(0)).1
}

/// Does the same with each golden file and the type that reads it.
macro_rules! each {
    ($check:ident) => {
        $check::<AwaitingCode>("awaiting_code");
        $check::<AwaitingCode>("awaiting_code_form_post");
        $check::<AwaitingCode>("awaiting_code_least");
        $check::<AwaitingToken<Implicit>>("awaiting_token_implicit");
        $check::<AwaitingToken<ImplicitWithRefresh>>("awaiting_token_implicit_with_refresh");
        $check::<AwaitingUser>("awaiting_user");
        $check::<AwaitingUser>("awaiting_user_least");
        $check::<AwaitingUser>("awaiting_user_polling");
        $check::<InDoubt<AuthorizationCode>>("in_flight_authorization_code");
        $check::<InDoubt<AuthorizationCode>>("in_flight_authorization_code_extras");
        $check::<InDoubt<FollowUp>>("in_flight_follow_up");
        $check::<InDoubt<FollowUp>>("in_flight_follow_up_refreshable");
        $check::<InDoubt<ClientCredentials>>("in_flight_client_credentials");
        $check::<InDoubt<Password>>("in_flight_password");
        $check::<InDoubt<RefreshToken>>("in_flight_refresh_token");
        $check::<InDoubt<Reissue>>("in_flight_reissue");
        $check::<InDoubt<Extension>>("in_flight_extension");
        $check::<InDoubt<TokenExchange>>("in_flight_token_exchange");
        $check::<IssuedToken>("issued_token");
        $check::<Keeper>("keeper");
        $check::<Keeper>("keeper_sending");
        $check::<Keeper>("keeper_waiting");
        $check::<RegisteredClient>("registered_client");
        $check::<RegisteredClient>("registered_client_least");
        $check::<RegistrationInDoubt>("registering");
        $check::<TokenSet<AccessOnly>>("token_set_access_only");
        $check::<TokenSet<Refreshable>>("token_set_refreshable");
        $check::<TokenSet<Reissuable>>("token_set_reissuable");
        $check::<TokenSet<Refreshable>>("token_set_extras");
        $check::<AnyTokenSet>("token_set_extras");
        $check::<AnyTokenSet>("token_set_access_only");
        $check::<AnyTokenSet>("token_set_refreshable");
        $check::<AnyTokenSet>("token_set_reissuable");
    };
}

// Behind the macro, which it uses.
#[path = "stored/changes.rs"]
mod changes;

#[test]
fn what_was_read_is_written_as_it_was() {
    fn check<S: Stored + Serialize + DeserializeOwned>(name: &str) {
        let state: S = stored::load(golden(name).as_bytes()).unwrap();
        assert_eq!(stored::save(&state), golden(name), "{name}");
    }
    each!(check);
}

#[test]
fn what_was_read_goes_on() {
    fn load<S: Stored + DeserializeOwned>(name: &str) -> S {
        stored::load(golden(name).as_bytes()).unwrap()
    }
    let client = full().client;

    let awaiting: AwaitingCode = load("awaiting_code");
    assert_eq!(awaiting.application_state(), Some("tenant-7"));
    let callback = format!("code=C1&state={STATE}.tenant-7");
    let (request, flight) = awaiting.receive(&client, Callback::query(&callback), at(10)).unwrap();
    assert_eq!(wire(&request), wire(&full().code_in_flight().0));
    assert!(matches!(flight.finish(answer(200, &tokens())), Ok(Granted::Refreshable(_))));

    let fragment = format!("access_token=A1&token_type=Bearer&refresh_token=R1&nonce={NONCE}&state={STATE}");
    let fragment = Callback::fragment(&fragment);
    let awaiting: AwaitingToken<Implicit> = load("awaiting_token_implicit");
    assert_eq!(awaiting.receive(&client, fragment, at(10)).unwrap().access_token().expose(), "A1");
    let awaiting: AwaitingToken<ImplicitWithRefresh> = load("awaiting_token_implicit_with_refresh");
    assert!(matches!(awaiting.receive(&client, fragment, at(10)), Ok(Granted::Refreshable(_))));

    let device = for_device().client;
    let awaiting: AwaitingUser = load("awaiting_user");
    assert_eq!((awaiting.user_code(), awaiting.not_before(), awaiting.expires_at()), ("WDJB-MJHT", at(6), at(1800)));
    let (request, polling) = awaiting.poll(&device, at(6)).unwrap();
    assert_eq!(wire(&request), wire(&devices::polling(&device).0));
    assert!(matches!(polling.finish(answer(200, &tokens()), at(7)), Ok(Polled::Granted(_))));
    // Its answer was lost with the process that sent it.
    let awaiting: AwaitingUser = load("awaiting_user_polling");
    let (_, polling) = awaiting.poll(&device, at(16)).unwrap();
    let polled = polling.finish(answer(400, r#"{"error":"slow_down"}"#), at(16));
    assert!(matches!(polled, Ok(Polled::Pending(awaiting)) if awaiting.not_before() == at(26)));

    let in_doubt: InDoubt<AuthorizationCode> = load("in_flight_authorization_code");
    let (request, flight) = in_doubt.retry(&client, at(20)).unwrap();
    assert_eq!(wire(&request), wire(&full().code_in_flight().0));
    assert!(flight.finish(answer(200, &tokens())).is_ok(), "the nonce is still there");
    assert_eq!(load::<InDoubt<ClientCredentials>>("in_flight_client_credentials").assume_unspent().server(), "example");
    assert_eq!(load::<InDoubt<Password>>("in_flight_password").assume_unspent().client_id(), "app");
    let intent = load::<InDoubt<Extension>>("in_flight_extension").assume_spent();
    let assertion = JwtBearer::new("e30.e30.c2ln").unwrap();
    let (_, flight) = intent.again(client.extension_grant(&assertion).unwrap()).request(at(0)).unwrap();
    assert_eq!(stored::save(&flight), golden("in_flight_extension"));
    assert_eq!(load::<InDoubt<TokenExchange>>("in_flight_token_exchange").sent_at(), at(10));
    let issued: IssuedToken = load("issued_token");
    assert_eq!((issued.token_type(), issued.expires_at()), (&TokenType::SAML2, Some(at(70))));
    assert_eq!(issued.token_at(at(69)).map(|token| token.expose()), Some("X1"));
    assert_eq!((issued.scope().as_str(), issued.extras().get("team")), ("read", Some(r#"{"id":7}"#)));
    let (request, _) = load::<InDoubt<RefreshToken>>("in_flight_refresh_token").retry(&client, at(20)).unwrap();
    assert_eq!(wire(&request), wire(&refreshable().rejected().refresh(&client, at(20)).unwrap().0));
    assert!(load::<InDoubt<Reissue>>("in_flight_reissue").retry(&client, at(20)).is_ok());

    let standing = load::<TokenSet<Refreshable>>("token_set_refreshable").at(at(3609));
    assert!(matches!(standing, Standing::Authorized(_)));
    assert!(load::<TokenSet<Reissuable>>("token_set_reissuable").into_refreshable().is_ok());
    assert!(matches!(load::<TokenSet<AccessOnly>>("token_set_access_only").at(at(0)), Standing::Expired(_)));
    // What came along is there, and makes the next request.
    let client = talkative().client;
    let in_doubt: InDoubt<AuthorizationCode> = load("in_flight_authorization_code_extras");
    let (request, flight) = in_doubt.retry(&client, at(20)).unwrap();
    assert_eq!(request.url(), "https://bakery.example.com/token");
    let extras = |extras: &oauth_proto::Extras| {
        extras.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    let all =
        r#"instance_url=https://na1.example realmId="a" \u{e4} shop=bakery team={"id":7}"#.replace(r"\u{e4}", "\u{e4}");
    assert_eq!(extras(flight.finish(answer(200, EXTRAS_TOKENS)).unwrap().extras()), all);
    let tokens: TokenSet<Refreshable> = load("token_set_extras");
    assert_eq!(extras(tokens.extras()), all);
    let (request, _) = tokens.rejected().refresh(&client, at(20)).unwrap();
    assert_eq!(request.url(), "https://bakery.example.com/token");
    for name in ["in_flight_follow_up", "in_flight_follow_up_refreshable"] {
        let (request, flight) = load::<InDoubt<FollowUp>>(name).retry(&client, at(30)).unwrap();
        assert_eq!(request.url(), "https://bakery.example.com/long");
        let granted = flight.finish(answer(200, r#"{"access_token":"L1","token_type":"Bearer"}"#)).unwrap();
        assert_eq!(extras(granted.extras()), all);
        assert_eq!(matches!(granted, Granted::Refreshable(_)), name.ends_with("refreshable"));
        assert_eq!(extras(load::<InDoubt<FollowUp>>(name).assume_spent().extras()), all);
    }
    let client = full().client;
    let poll = |name| load::<Keeper>(name).poll(&client, at(3611), std::time::Duration::ZERO);
    assert!(matches!(poll("keeper"), Turn::LogIn));
    // Another process may still wait for the answer to what it sent at 3610 s.
    assert!(matches!(poll("keeper_sending"), Turn::Wait { until: Some(until) } if until == at(3640)));
    let turn = load::<Keeper>("keeper_sending").poll(&client, at(3640), std::time::Duration::ZERO);
    assert!(matches!(turn, Turn::Decide { sent_at } if sent_at == at(3610)));
    assert!(matches!(poll("keeper_waiting"), Turn::Wait { until: Some(until) } if until == at(3670)));
}

const NAMES: &[&str] = &[
    "awaiting_code",
    "awaiting_code_form_post",
    "awaiting_code_least",
    "awaiting_token_implicit",
    "awaiting_token_implicit_with_refresh",
    "awaiting_user",
    "awaiting_user_least",
    "awaiting_user_polling",
    "in_flight_authorization_code",
    "in_flight_authorization_code_extras",
    "in_flight_client_credentials",
    "in_flight_extension",
    "in_flight_follow_up",
    "in_flight_follow_up_refreshable",
    "in_flight_password",
    "in_flight_refresh_token",
    "in_flight_reissue",
    "in_flight_token_exchange",
    "issued_token",
    "keeper",
    "keeper_sending",
    "keeper_waiting",
    "registered_client",
    "registered_client_least",
    "registering",
    "token_set_access_only",
    "token_set_extras",
    "token_set_refreshable",
    "token_set_reissuable",
];

#[test]
fn a_state_of_another_kind_or_version_is_refused_by_its_tag() {
    fn check<S: Stored + Serialize + DeserializeOwned>(name: &str) {
        let tag =
            |name: &str| serde_json::from_str::<Value>(&golden(name)).unwrap()["kind"].as_str().unwrap().to_owned();
        for other in NAMES.iter().copied().filter(|other| tag(other) != tag(name)) {
            let error = stored::load::<S>(golden(other).as_bytes()).err().unwrap();
            let StoredError::WrongKind { expected, found } = &error else { panic!("{error}") };
            assert_eq!((*expected, found.as_deref()), (&*tag(name), Some(&*tag(other))));
        }
        let next = golden(name).replacen("/1\"", "/2\"", 1);
        let error = stored::load::<S>(next.as_bytes()).err().unwrap().to_string();
        let expected = tag(name);
        let start = format!("kind: expected `{expected}`, found `{}`; load it as", expected.replace("/1", "/2"));
        assert!(error.starts_with(&start), "{error}");
        let foreign = golden(name).replacen(&expected, "Some SECRET", 1);
        let error = stored::load::<S>(foreign.as_bytes()).err().unwrap().to_string();
        assert_eq!(error, format!("kind: expected `{expected}`, found no tag of this crate: it is no stored state"));
    }
    each!(check);
}

#[test]
fn a_token_set_of_another_capability_is_refused() {
    fn load<C: oauth_proto::Capability>(name: &str) -> String {
        stored::load::<TokenSet<C>>(golden(name).as_bytes()).err().unwrap().to_string()
    }
    for (error, expected) in [
        (load::<Refreshable>("token_set_reissuable"), "refreshable"),
        (load::<Refreshable>("token_set_access_only"), "refreshable"),
        (load::<Reissuable>("token_set_refreshable"), "reissuable"),
        (load::<Reissuable>("token_set_access_only"), "reissuable"),
        (load::<AccessOnly>("token_set_refreshable"), "access_only"),
        (load::<AccessOnly>("token_set_reissuable"), "access_only"),
    ] {
        let start = format!(
            "the stored state cannot be read, and is as it was: capability: expected `{expected}` at line 1 column "
        );
        assert!(error.starts_with(&start), "{error}");
    }
}
