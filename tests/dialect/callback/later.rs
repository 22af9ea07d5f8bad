//! What is kept is asked again at each later use: what was stored may have been changed.

use super::*;

/// A server of one host for each shop, whose tokens are refreshed there too.
fn shops() -> Scenario<oauth_proto::Confidential> {
    with(bound(json!("dns_label"), "https://{x}.example.com/token"))
}

fn tokens_of_shop(scenario: &Scenario<oauth_proto::Confidential>) -> AnyTokenSet {
    let query = callback("&x=bakery");
    let (_, flight) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
    flight.finish(answer(200, TOKENS)).unwrap().into_any_token_set()
}

#[test]
fn tokens_are_refreshed_where_they_were_issued() {
    let scenario = shops();
    let row = stored::save(&tokens_of_shop(&scenario));
    assert!(row.contains(r#""extras":{"x":"bakery"}"#), "{row}");
    let AnyTokenSet::Refreshable(tokens) = stored::load(row.as_bytes()).unwrap() else { panic!() };
    let (request, flight) = tokens.rejected().refresh(&scenario.client, at(20)).unwrap();
    assert_eq!(request.url(), "https://bakery.example.com/token");
    assert_eq!(request.contract().origin(), "https://bakery.example.com");
    // And again with what that brought.
    let authorized = flight.finish(answer(200, TOKENS)).unwrap();
    let (request, _) = authorized.refresh(&scenario.client, at(30)).unwrap();
    assert_eq!(request.url(), "https://bakery.example.com/token");
}

#[test]
fn a_stored_value_that_was_changed_makes_no_request() {
    let scenario = shops();
    let row = stored::save(&tokens_of_shop(&scenario));
    let mut rows: Vec<String> =
        HOSTILE.iter().map(|value| row.replace(r#""bakery""#, &json!(value).to_string())).collect();
    rows.push(row.replace(r#","extras":{"x":"bakery"}"#, ""));
    rows.push(row.replace(r#""x":"bakery""#, r#""y":"bakery""#));
    for changed in rows {
        assert_ne!(changed, row);
        let AnyTokenSet::Refreshable(tokens) = stored::load(changed.as_bytes()).unwrap() else { panic!() };
        let Standing::Authorized(authorized) = tokens.at(at(20)) else { panic!() };
        let error = authorized.refresh(&scenario.client, at(20)).unwrap_err();
        assert_eq!((error.fault(), error.remedy()), (RequestFault::NotBound, oauth_proto::Remedy::LogIn), "{changed}");
        assert_eq!(stored::save(&error.into_origin()), changed, "the tokens come back as they were");
        // Nor does a keeper.
        let tokens: AnyTokenSet = stored::load(changed.as_bytes()).unwrap();
        let mut keeper = oauth_proto::Keeper::new(tokens);
        let turn = keeper.poll(&scenario.client, at(9999), std::time::Duration::ZERO);
        assert!(matches!(turn, oauth_proto::Turn::LogIn), "{turn:?}");
    }
}

#[test]
fn a_journal_that_was_changed_sends_no_code() {
    let scenario = shops();
    let query = callback("&x=bakery");
    let (_, flight) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
    let row = stored::save(&flight);
    let load = |row: &str| stored::load::<oauth_proto::InDoubt<oauth_proto::grant::AuthorizationCode>>(row.as_bytes());
    let (request, _) = load(&row).unwrap().retry(&scenario.client, at(20)).unwrap();
    assert_eq!(request.url(), "https://bakery.example.com/token");
    let error = load(&row.replace("bakery", "evil.example/")).unwrap().retry(&scenario.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NotBound);
    // What was not sent goes out again to the same place.
    let Err(FinishError::NotSent { origin, .. }) = flight.finish(Outcome::not_sent("dns")) else { panic!() };
    assert_eq!(origin.exchange(&scenario.client, at(20)).unwrap().0.url(), "https://bakery.example.com/token");
}

#[test]
fn what_the_tokens_say_is_newer_than_what_the_browser_brought() {
    let scenario = with(json!({ "dialect": {
        "callback": { "keep": { "x": "text", "y": "text" } }, "response": { "keep": ["x", "z"] } } }));
    let query = callback("&x=old&y=kept");
    let (_, flight) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
    let granted = flight.finish(answer(200, &TOKENS.replace('}', r#","x":"new","z":1}"#))).unwrap();
    assert_eq!(granted.extras().iter().collect::<Vec<_>>(), [("x", "new"), ("y", "kept"), ("z", "1")]);
}

/// A server that says something else of `x` than the callback may bring sends no token there.
#[test]
fn a_rule_holds_for_what_the_tokens_say_too() {
    let mut fields = bound(json!("dns_label"), "https://{x}.example.com/token");
    fields["dialect"]["response"] = json!({ "keep": ["x"] });
    let scenario = with(fields);
    let query = callback("&x=bakery");
    let (_, flight) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap();
    let body = TOKENS.replace('}', r#","x":"evil.example/"}"#);
    let Ok(oauth_proto::Granted::Refreshable(authorized)) = flight.finish(answer(200, &body)) else { panic!() };
    let error = authorized.refresh(&scenario.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NotBound);
}
