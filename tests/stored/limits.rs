//! Everything that can be made can be stored, and read again.

use oauth_proto::{
    AnyTokenSet, AwaitingCode, Callback, Client, Confidential, Granted, InDoubt, Keeper, Outcome, RedirectUri,
    Refreshable, Registration, Reissuable, Response, Scope, TokenSet,
    dialect::{Kept, TokenStep},
    extension_grants::{Exchanged, IssuedToken, TokenType},
    grant::{AuthorizationCode, FollowUp, RefreshToken, Reissue, TokenExchange},
    stored::{self, MAX_BYTES, Stored, StoredError},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    NAMES, golden,
    scenario::{STATE, Scenario, at, entropy, provider},
};

/// What takes two bytes for each of its own, and what takes six.
const QUOTE: &str = "\"";
const CONTROL: &str = "\u{1}";

const TOKEN: usize = 64 * 1024;

/// A client whose every text is as long as it may be.
fn longest() -> Scenario<Confidential> {
    let mut provider = provider().api_origin("https://{a}.example");
    provider.name = QUOTE.repeat(1024);
    provider.variables.insert("a".into(), "v".repeat(3000));
    provider.api_origins = vec!["https://api.example/{a}".into()];
    provider.limits.response_bytes = 4_000_000;
    provider.dialect.refresh.send_redirect_uri = true;
    provider.dialect.authorize.nonce = oauth_proto::dialect::Nonce::EchoedWithTokens;
    provider.dialect.callback.keep = (0..KEPT).map(|n| (format!("c{n}"), Kept::Text)).collect();
    provider.dialect.response.keep = (0..KEPT).map(|n| format!("r{n}")).collect();
    provider.follow_up_endpoint = Some("https://id.example/long".into());
    provider.dialect.follow_up = Some(TokenStep::default());
    let mut answer = provider.dialect.response.clone();
    answer.keep = (0..KEPT).map(|n| format!("f{n}")).collect();
    provider.dialect.follow_up_response = Some(answer);
    let start = "https://app.example/";
    let redirect_uri = RedirectUri::new(format!("{start}{}", "a".repeat(8192 - start.len()))).unwrap();
    let registration = Registration::new(QUOTE.repeat(1024)).unwrap().redirect_uri(redirect_uri).scope(scope());
    Scenario { client: Client::confidential(provider, registration, "s3cret".into()).unwrap() }
}

/// How many values a provider may list, for the callback and for the tokens.
const KEPT: usize = 32;

/// 256 tokens, and 16 KiB of them.
fn scope() -> Scope {
    let tokens: Vec<_> = (100..356).map(|n| format!("{n}{}", "s".repeat(60))).collect();
    let scope = Scope::new(&tokens).unwrap();
    assert_eq!(scope.as_str().len(), 256 * 64 - 1);
    scope
}

/// A JSON answer whose tokens are as long as they may be, and are written with as many bytes as they can.
fn longest_answer() -> Outcome {
    Response::new(200, [("Content-Type", "application/json")], longest_body().to_string()).into()
}

fn longest_body() -> serde_json::Value {
    let token = QUOTE.repeat(TOKEN);
    let mut body = serde_json::json!({
        "access_token": token, "refresh_token": token, "token_type": "Bearer", "expires_in": u64::MAX,
        "scope": scope().as_str(), "nonce": crate::NONCE,
    });
    let kept = (0..KEPT).map(|n| (format!("r{n}"), CONTROL.repeat(8 * 1024).into()));
    body.as_object_mut().unwrap().extend(kept);
    body
}

#[track_caller]
fn is_read_again<S: Stored + Serialize, L: Stored + Serialize + DeserializeOwned>(state: &S) -> L {
    let row = stored::save(state);
    assert!(row.len() <= MAX_BYTES, "{} bytes", row.len());
    let back: L = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&back), row);
    back
}

#[test]
fn the_longest_states_are_read_again() {
    let client = longest().client;
    let login = client.authorization_code().unwrap().return_to(&CONTROL.repeat(4096)).unwrap();
    let login = login.application_state(&QUOTE.repeat(1024)).unwrap();
    let awaiting: AwaitingCode = is_read_again(&login.authorize(entropy(), at(0)).1);

    let kept: String = (0..KEPT).map(|n| format!("&c{n}={}", QUOTE.repeat(1024))).collect();
    let query = format!("code={}&state={STATE}.{}{kept}", "%22".repeat(TOKEN), QUOTE.repeat(1024));
    let (_, flight) = awaiting.receive(&client, Callback::query(&query), at(10)).unwrap();
    let _: InDoubt<AuthorizationCode> = is_read_again(&flight);

    let granted = flight.finish(longest_answer()).unwrap();
    let (_, flight) = granted.follow_up(&client, at(20)).unwrap();
    let _: InDoubt<FollowUp> = is_read_again(&flight);
    let Granted::Refreshable(authorized) = flight.finish(longest_answer()).unwrap() else { panic!() };
    // What came with the browser is there; of what the server said, as much as fits.
    assert_eq!(authorized.extras().iter().filter(|(name, _)| name.starts_with('c')).count(), KEPT);
    assert!(authorized.extras().get("r0").is_some());
    let tokens: TokenSet<Refreshable> = is_read_again(&authorized.rejected().into_token_set());
    let _: AnyTokenSet = is_read_again(&tokens);
    let mut keeper = Keeper::new(tokens);
    drop(keeper.poll(&client, at(20), std::time::Duration::MAX));
    let mut keeper: Keeper = is_read_again(&keeper);
    assert!(keeper.decide(oauth_proto::Decision::AssumeUnspent));
    let AnyTokenSet::Refreshable(tokens) = keeper.into_tokens().unwrap() else { panic!() };
    let (_, flight) = tokens.rejected().refresh(&client, at(30)).unwrap();
    let _: InDoubt<RefreshToken> = is_read_again(&flight);

    let (_, flight) = client.client_credentials().unwrap().request(at(0)).unwrap();
    let tokens = flight.finish(longest_answer()).unwrap().into_token_set();
    let tokens: TokenSet<Reissuable> = is_read_again(&tokens);
    let _: InDoubt<Reissue> = is_read_again(&tokens.rejected().reissue(&client, at(30)).unwrap().1);

    let exchange = client.token_exchange(QUOTE.repeat(TOKEN).into(), TokenType::ACCESS_TOKEN).unwrap();
    let (_, flight) = exchange.request(at(0)).unwrap();
    let _: InDoubt<TokenExchange> = is_read_again(&flight);
    let issued_type = format!("urn:{}", "a".repeat(1020));
    let mut body = longest_body();
    let own = [("token_type".to_owned(), "N_A".into()), ("issued_token_type".to_owned(), issued_type.into())];
    body.as_object_mut().unwrap().extend(own);
    let answer = Response::new(200, [("Content-Type", "application/json")], body.to_string());
    let Exchanged::Other(issued) = flight.finish(answer.into()).unwrap() else { panic!() };
    let _: IssuedToken = is_read_again(&issued);

    let token = || QUOTE.repeat(TOKEN).into();
    let imported = client.import_refreshable_tokens_from_elsewhere(token(), token(), Some(at(0))).unwrap();
    let _: TokenSet<Refreshable> = is_read_again(&imported);
}

#[test]
fn a_stored_secret_that_is_too_long_is_refused() {
    let row = golden("token_set_access_only");
    let long = |length: usize| row.replace(r#""A1""#, &format!("{:?}", "a".repeat(length)));
    assert!(stored::load::<AnyTokenSet>(long(TOKEN).as_bytes()).is_ok());
    assert!(stored::load::<AnyTokenSet>(long(TOKEN + 1).as_bytes()).is_err());
}

#[test]
fn a_scope_of_too_many_tokens_is_refused_where_it_is_stored() {
    let words = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    let load = |count| {
        let row = golden("awaiting_code").replace("read write", &words(count));
        stored::load::<AwaitingCode>(row.as_bytes()).map(drop)
    };
    assert_eq!(load(256), Ok(()));
    let error = load(257).unwrap_err().to_string();
    assert!(error.contains("scope: there are too many of them: 256 at most"), "{error}");
}

#[test]
fn the_kind_of_a_row_is_told_without_reading_it() {
    for name in NAMES {
        let row = golden(name);
        let tag = serde_json::from_str::<serde_json::Value>(&row).unwrap()["kind"].as_str().unwrap().to_owned();
        assert_eq!(stored::kind(row.as_bytes()).as_deref(), Ok(&*tag), "{name}");
    }
    assert_eq!(stored::kind(golden("keeper").as_bytes()).as_deref(), Ok("keeper/1"));
    // Of the rest it says nothing.
    assert_eq!(stored::kind(br#"{"x":[1],"kind":"token_set/2"}"#).as_deref(), Ok("token_set/2"));
    let long = format!("{{\"kind\":\"keeper/1\"}}{}", " ".repeat(MAX_BYTES));
    assert_eq!(stored::kind(long.as_bytes()), Err(StoredError::TooLong));
    for row in [
        "",
        "null",
        "[]",
        "CANARY",
        "{}",
        r#"{"kind":7}"#,
        r#"{"kind":"CANARY"}"#,
        r#"{"kind":"a","kind":"b"}"#,
        r#"["keeper/1"]"#,
    ] {
        let error = stored::kind(row.as_bytes()).unwrap_err();
        assert!(matches!(error, StoredError::Unreadable { .. }), "{row}");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
    }
}

/// A row of tokens with these values beside them.
fn row_with(extras: &str) -> String {
    golden("token_set_access_only").replacen(r#","intent""#, &format!(r#","extras":{{{extras}}},"intent""#), 1)
}

#[test]
fn what_came_along_is_neither_too_much_nor_too_long_where_it_is_stored() {
    let load = |extras: &str| stored::load::<AnyTokenSet>(row_with(extras).as_bytes());
    let many = |count: usize| (0..count).map(|n| format!(r#""n{n}":"x""#)).collect::<Vec<_>>().join(",");
    let long = |length: usize| format!(r#""n":"{}""#, "x".repeat(length));
    let some_long = |count: usize| {
        (0..count).map(|n| format!(r#""n{n}":"{}""#, "x".repeat(8 * 1024))).collect::<Vec<_>>().join(",")
    };
    assert_eq!(load("").unwrap().extras().iter().count(), 0);
    assert_eq!(load(&many(96)).unwrap().extras().iter().count(), 96);
    assert_eq!(load(&long(8192)).unwrap().extras().get("n").map(str::len), Some(8192));
    assert!(load(&some_long(15)).is_ok());
    for extras in [many(97), long(8193), some_long(17), format!("{},{}", many(1), r#""n0":"y""#)] {
        let error = load(&extras).unwrap_err().to_string();
        assert!(error.contains("extras: "), "{error}");
    }
    // As long as they are where they are written: a quote takes two bytes there, a control character six.
    let written = |count: usize, text: &str| {
        let text = json!(text.repeat(8 * 1024)).to_string();
        load(&(0..count).map(|n| format!(r#""n{n}":{text}"#)).collect::<Vec<_>>().join(","))
    };
    assert!(written(7, QUOTE).is_ok() && written(7, "\\").is_ok() && written(2, CONTROL).is_ok());
    for error in [written(8, QUOTE), written(8, "\\"), written(3, CONTROL)].map(Result::unwrap_err) {
        assert!(error.to_string().contains("extras: more or longer"), "{error}");
    }
    for extras in [r#""n":1"#, r#""n":null"#, r#""n":{}"#, r#""n":["CANARY"]"#] {
        let error = load(extras).unwrap_err().to_string();
        assert!(error.contains("extras") && !error.contains("CANARY"), "{error}");
    }
    // Any text may have come along, an empty one and one with control characters too.
    for (text, value) in [(r#""""#, ""), (r#""a\n\u0000\u00e4""#, "a\n\0\u{e4}")] {
        let tokens = load(&format!(r#""n":{text}"#)).unwrap();
        assert_eq!(tokens.extras().get("n"), Some(value));
        let _: AnyTokenSet = is_read_again(&tokens);
    }
}

/// What a provider's data lists may change from release to release; what was kept stays.
#[test]
fn values_of_many_releases_are_read_again() {
    let mut tokens: AnyTokenSet = is_read_again(&Scenario::new().refreshable().into_token_set());
    for release in 0..5 {
        let scenario = Scenario::with(|provider| {
            provider.dialect.response.keep = (0..KEPT).map(|n| format!("r{release}_{n}")).collect();
        });
        let AnyTokenSet::Refreshable(set) = tokens else { panic!() };
        let mut body = serde_json::json!({ "access_token": "A1", "token_type": "Bearer" });
        body.as_object_mut().unwrap().extend((0..KEPT).map(|n| (format!("r{release}_{n}"), "x".into())));
        let (_, flight) = set.rejected().refresh(&scenario.client, at(0)).unwrap();
        let authorized = flight.finish(crate::answer(200, &body.to_string())).unwrap();
        tokens = is_read_again(&authorized.into_token_set());
    }
}

/// A reader that knows the order of the fields takes a list of their values for an object. Two readers of one row must
/// not differ on whether it is one.
#[test]
fn a_list_is_no_object_wherever_it_stands() {
    let row = golden("awaiting_code");
    let whole: serde_json::Value = serde_json::from_str(&row).unwrap();
    let login = whole["login"].as_object().unwrap();
    assert!(stored::load::<AwaitingCode>(row.as_bytes()).is_ok());
    let fields = ["state", "nonce", "closes_at", "intent"].map(|name| login.get(name).cloned().unwrap_or_default());
    let listed = row.replacen(&login_text(&row), &serde_json::to_string(&fields).unwrap(), 1);
    assert_ne!(listed, row);
    let error = stored::load::<AwaitingCode>(listed.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the stored state cannot be read, and is as it was: a list stands where an object is to stand"
    );
    // In a text, it is a bracket.
    let bracket = row.replacen(r#""client_id":""#, r#""client_id":"[\"["#, 1);
    assert_ne!(bracket, row);
    assert!(stored::load::<AwaitingCode>(bracket.as_bytes()).is_ok());
}

/// The text of the member `login`, which is the last but for the verifier.
fn login_text(row: &str) -> String {
    let start = row.find(r#""login":"#).unwrap() + r#""login":"#.len();
    let end = row.rfind(r#","verifier""#).unwrap();
    row[start..end].to_owned()
}
