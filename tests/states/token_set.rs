//! TokenSet: lifetimes, without a clock.

use std::time::Duration;

use oauth_proto::{
    AccessOnly, AnyTokenSet, Refreshable, Scope, Standing, Timestamp, TokenSet,
    dialect::{ExpiryEncoding, Kept, ResponseFormat, TokenStep},
    error::Reason,
    stored,
};

use crate::scenario::{Scenario, TOKENS, answer, at};

const MS: Duration = Duration::from_millis(1);

fn imported(expires_at: Option<Timestamp>) -> TokenSet<AccessOnly> {
    Scenario::new().client.import_access_token_from_elsewhere("A1".into(), expires_at).unwrap()
}

fn before(instant: Timestamp) -> Timestamp {
    Timestamp::from_unix_millis(instant.as_unix_millis() - 1)
}

fn usable(set: TokenSet<AccessOnly>, instant: Timestamp) -> bool {
    let shown = set.access_token_at(instant).is_some();
    let standing = matches!(set.at(instant), Standing::Authorized(_));
    assert_eq!(shown, standing);
    standing
}

#[test]
fn a_token_is_good_up_to_the_instant_of_its_expiry() {
    let end = at(100);
    assert!(usable(imported(Some(end)), before(end)));
    assert!(!usable(imported(Some(end)), end));
    assert!(!usable(imported(Some(end)), end.plus(MS)));
    // A clock that goes back makes it good again: the set has no memory of one.
    assert!(usable(imported(Some(end)), at(0)));
}

#[test]
fn a_token_without_expiry_is_good_until_it_is_rejected() {
    let end_of_time = Timestamp::from_unix_millis(u64::MAX);
    assert!(usable(imported(None), end_of_time));
    assert!(!imported(None).is_due(end_of_time, Duration::MAX));
    let rejected = imported(None).rejected().into_token_set();
    assert!(rejected.is_due(at(0), Duration::ZERO));
    assert!(!usable(rejected, at(0)));
}

#[test]
fn a_rejection_survives_storage() {
    let row = stored::save(&imported(Some(at(100))).rejected().into_token_set());
    let back: TokenSet<AccessOnly> = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&back), row);
    assert!(!usable(back, at(0)));
    let back: AnyTokenSet = stored::load(row.as_bytes()).unwrap();
    assert!(back.access_token_at(at(0)).is_none());
}

#[test]
fn due_is_not_expired() {
    let ahead = Duration::from_secs(30);
    let set = imported(Some(at(100)));
    assert!(!set.is_due(before(at(70)), ahead));
    assert!(set.is_due(at(70), ahead));
    assert!(set.access_token_at(at(99)).is_some());
    // The sum saturates.
    assert!(set.is_due(at(0), Duration::MAX));
    assert_eq!(set.due_at(ahead), Some(at(70)));
    assert_eq!(set.due_at(Duration::MAX), Some(Timestamp::from_unix_millis(0)));
    assert_eq!(imported(None).due_at(ahead), None);
    let rejected = imported(None).rejected().into_token_set();
    assert_eq!(rejected.due_at(ahead), Some(Timestamp::from_unix_millis(0)));
}

#[test]
fn a_set_tells_what_it_is_of() {
    let set = imported(None);
    assert_eq!((set.server(), set.client_id()), ("example", "app"));
    assert_eq!(set.scope().as_str(), "read write");
    assert_eq!(set.requested_scope().as_str(), "read write");
    assert_eq!(set.expires_at(), None);
    let scenario = Scenario::with(|provider| provider.issuer = Some("https://id.example".into()));
    let set = scenario.client.import_refreshable_tokens_from_elsewhere("A".into(), "R".into(), Some(at(1))).unwrap();
    assert_eq!((set.server(), set.expires_at()), ("https://id.example", Some(at(1))));
    let Standing::Expired(expired) = set.at(at(1)) else { panic!() };
    let (request, _) = expired.refresh(&scenario.client, at(2)).unwrap();
    assert_eq!(request.expose_body(), b"grant_type=refresh_token&refresh_token=R");
}

#[test]
fn a_set_of_any_capability() {
    let scenario = Scenario::new();
    let sets: [AnyTokenSet; 3] = [
        scenario.refreshable().into_token_set().into(),
        scenario.reissuable().into_token_set().into(),
        scenario.access_only().into_token_set().into(),
    ];
    for (set, end) in sets.into_iter().zip([3610, 3600, 3610]) {
        assert_eq!(set.expires_at(), Some(at(end)));
        assert_eq!(set.scope(), &Scope::new(["write", "read"]).unwrap());
        assert_eq!((set.server(), set.client_id()), ("example", "app"));
        assert_eq!(set.access_token_at(at(end - 1)).unwrap().expose(), "A1");
        assert!(set.access_token_at(at(end)).is_none());
        assert_eq!(set.due_at(Duration::from_secs(1)), Some(at(end - 1)));
        assert!(set.is_due(at(end), Duration::ZERO) && !set.is_due(at(end - 2), Duration::from_secs(1)));
        assert_eq!(set.into_intent().scope().as_str(), "read write");
    }
}

#[test]
fn what_the_expiry_counts() {
    let end = |encoding, number: &str| {
        let scenario = Scenario::with(|provider| provider.dialect.response.expiry = encoding);
        let body = format!(r#"{{"access_token":"A1","token_type":"Bearer","expires_in":{number}}}"#);
        scenario.granted(&body).into_any_token_set().expires_at().unwrap().as_unix_millis()
    };
    // Sent at 10 s.
    assert_eq!(end(ExpiryEncoding::SecondsFromNow, "60"), 1_800_000_070_000);
    assert_eq!(end(ExpiryEncoding::SecondsFromNow, "18446744073709551615"), u64::MAX);
    assert_eq!(end(ExpiryEncoding::SecondsSinceEpoch, "1800000060"), 1_800_000_060_000);
    assert_eq!(end(ExpiryEncoding::SecondsSinceEpoch, "18446744073709551"), 18_446_744_073_709_551_000);
    assert_eq!(end(ExpiryEncoding::SecondsSinceEpoch, "18446744073709552"), u64::MAX);
    assert_eq!(end(ExpiryEncoding::MillisecondsSinceEpoch, "1800000060001"), 1_800_000_060_001);
    assert_eq!(end(ExpiryEncoding::MillisecondsSinceEpoch, r#""1800000060001""#), 1_800_000_060_001);
}

#[test]
fn responses_of_another_shape() {
    let scenario = Scenario::with(|provider| {
        let response = &mut provider.dialect.response;
        response.rename.rename("expires_in", "expires").rename("access_token", "token");
        response.token_type_optional = true;
        response.token_types = vec!["bearer".into(), "mac".into()];
        provider.dialect.authorize.scope_separator = ",".into();
    });
    let body = r#"{"token":"A1","expires":60,"scope":"a,b","access_token":7,"token_type":"MAC"}"#;
    let set = scenario.granted(body).into_any_token_set();
    assert_eq!((set.expires_at(), set.scope().as_str()), (Some(at(70)), "a b"));
    assert_eq!(scenario.granted(r#"{"token":"A2"}"#).access_token().expose(), "A2");
    assert_eq!(scenario.granted(r#"{"token":"A2","token_type":null}"#).access_token().expose(), "A2");

    let scenario = Scenario::with(|provider| provider.dialect.response.format = ResponseFormat::Form);
    let form = |body: &str| {
        let fields = [("Content-Type", "application/x-www-form-urlencoded")];
        let response = oauth_proto::Response::new(200, fields, body);
        scenario.code_in_flight().1.finish(response.into()).map(|granted| granted.into_any_token_set())
    };
    let set = form("access_token=A%2B1&token_type=bearer&expires_in=60&scope=a+b&x=1").unwrap();
    assert_eq!(set.access_token_at(at(0)).unwrap().expose(), "A+1");
    assert_eq!((set.expires_at(), set.scope().as_str()), (Some(at(70)), "a b"));
    for unreadable in
        ["", "access_token=A&access_token=A&token_type=bearer", "access_token=%ff&token_type=bearer", TOKENS]
    {
        let error = form(unreadable).unwrap_err();
        assert_eq!(error.remedy(), oauth_proto::Remedy::Decide, "{unreadable}");
    }
}

#[test]
fn the_redirect_uri_is_kept_only_where_a_refresh_repeats_it() {
    let kept = |send| {
        let scenario = Scenario::with(|provider| provider.dialect.refresh.send_redirect_uri = send);
        let set: TokenSet<Refreshable> = scenario.refreshable().into_token_set();
        set.into_intent().redirect_uri().map(|uri| uri.as_str().to_owned())
    };
    assert_eq!(kept(false), None);
    assert_eq!(kept(true).as_deref(), Some("https://app.example/cb"));
}

#[test]
fn a_refresh_token_that_is_null_is_none() {
    let set = Scenario::new().granted(&TOKENS.replace("\"R1\"", "null")).into_any_token_set();
    assert!(matches!(set, AnyTokenSet::AccessOnly(_)), "{set:?}");
    // In the answer to a refresh too: the old one stays.
    let scenario = Scenario::new();
    let body = TOKENS.replace("\"R1\"", "null").replace("A1", "A2");
    let set = scenario.refresh_in_flight().1.finish(answer(200, &body)).unwrap().into_token_set();
    assert_eq!(set.access_token_at(at(1000)).unwrap().expose(), "A2");
    assert!(stored::save(&set).contains(r#""refreshable":"R1""#));
}

#[test]
fn tokens_without_a_login_remember_the_redirect_uri_too_where_a_refresh_repeats_it() {
    let all = |send| {
        let scenario = Scenario::with(|provider| provider.dialect.refresh.send_redirect_uri = send);
        let client = &scenario.client;
        let password = scenario.password_in_flight().1.finish(answer(200, TOKENS)).unwrap().into_any_token_set();
        let own = scenario.client_credentials_in_flight().1.finish(answer(200, TOKENS)).unwrap();
        let own = own.into_refreshable().unwrap().into_token_set();
        let imported = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None).unwrap();
        [password, own.into(), imported.into()].map(|set| {
            let AnyTokenSet::Refreshable(set) = set else { panic!("{set:?}") };
            let body = set.rejected().refresh(&scenario.client, at(20)).unwrap().0.expose_body().to_vec();
            String::from_utf8(body).unwrap()
        })
    };
    let plain = "grant_type=refresh_token&refresh_token=R1";
    assert_eq!(all(false), [plain; 3]);
    assert_eq!(all(true), [&*format!("{plain}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"); 3]);
}

#[test]
fn a_scope_that_was_not_sent_is_not_claimed() {
    let scopes = |at_the_login, at_the_token_endpoint| {
        let scenario = Scenario::with(|provider| {
            if at_the_login {
                provider.dialect.authorize.parameters.omit("scope");
            }
            if at_the_token_endpoint {
                provider.dialect.token.parameters.omit("scope");
            }
        });
        let password = scenario.password_in_flight().1.finish(answer(200, TOKENS)).unwrap().into_any_token_set();
        let own = scenario.reissue_in_flight().1.finish(answer(200, TOKENS)).unwrap().into_token_set().into();
        let login = scenario.refreshable().into_token_set().into();
        let implicit = scenario.awaiting_token().intent().scope().as_str().to_owned();
        [login, password, own].map(|set: AnyTokenSet| set.scope().as_str().to_owned()).into_iter().chain([implicit])
    };
    let whole = "read write";
    assert!(scopes(false, false).eq([whole, whole, whole, whole]));
    assert!(scopes(true, false).eq(["", whole, whole, ""]));
    assert!(scopes(false, true).eq([whole, "", "", whole]));
    // What the server says that it granted is another matter.
    let scenario = Scenario::with(|provider| _ = provider.dialect.token.parameters.omit("scope"));
    let said = TOKENS.replace('}', r#","scope":"read"}"#);
    let set = scenario.password_in_flight().1.finish(answer(200, &said)).unwrap();
    assert_eq!(set.scope().as_str(), "read");
}

/// The host that another program's login learnt from its callback: it is taken by the rule that a callback is.
#[test]
fn what_came_along_in_another_program() {
    let of_shop = |provider: &mut oauth_proto::Provider| {
        provider.token_endpoint = Some("https://{shop}.id.example/token".into());
        provider.dialect.callback.keep.insert("shop".into(), Kept::DnsLabel);
        provider.dialect.response.keep = vec!["team".into()];
        provider.follow_up_endpoint = Some("https://id.example/long".into());
        provider.dialect.follow_up = Some(TokenStep::default());
        let mut answer = provider.dialect.response.clone();
        answer.keep = vec!["realm".into()];
        provider.dialect.follow_up_response = Some(answer);
    };
    let client = Scenario::with(of_shop).client;
    let mut tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None).unwrap();
    let known = vec!["shop".into(), "team".into(), "realm".into()];
    let longest = "t".repeat(8 * 1024);
    for (name, value, reason) in [
        ("shop", "evil.example/", Reason::NotAllowed),
        ("shop", "", Reason::NotAllowed),
        ("host", "bakery", Reason::UnknownName { known }),
        ("team", &*format!("{longest}t"), Reason::WrongLength { min: 0, max: 8 * 1024 }),
    ] {
        let error = tokens.add_extra_from_elsewhere(&client, name, value).unwrap_err();
        assert_eq!((error.field(), error.reason()), ("extra", &reason), "{name}");
        assert!(tokens.extras().is_empty(), "{name}");
    }
    for (name, value) in [("shop", "tailor"), ("shop", "bakery"), ("team", &*longest), ("realm", "")] {
        tokens.add_extra_from_elsewhere(&client, name, value).unwrap();
    }
    let kept: Vec<_> = tokens.extras().iter().collect();
    assert_eq!(kept, [("realm", ""), ("shop", "bakery"), ("team", &*longest)]);
    let (request, _flight) = tokens.rejected().refresh(&client, at(0)).unwrap();
    assert_eq!(request.url(), "https://bakery.id.example/token");
}
