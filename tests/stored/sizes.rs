//! How long a row is, with values as long as those of a service: `.ci/scale` holds a million of them.

use oauth_proto::{
    Callback, Client, Confidential, Entropy, Keeper, Provider, RedirectUri, Registration, Scope, TokenSet, stored,
};

use crate::scenario::{Scenario, answer, at};

const SCOPE: &str = "openid offline_access user:read projects:read";
const ACCESS_TOKEN: usize = 400;
const REFRESH_TOKEN: usize = 64;

fn service() -> Scenario<Confidential> {
    let host = "https://login.example.com";
    let provider = Provider::new(host, format!("{host}/oauth2/authorize"), format!("{host}/oauth2/token"));
    let registration = Registration::new("6731de76-14a6-49ae-97bc-6eba6914391e")
        .unwrap()
        .redirect_uri(RedirectUri::new("https://app.example.com/oauth/callback").unwrap())
        .scope(Scope::new(SCOPE.split(' ')).unwrap());
    Scenario { client: Client::confidential(provider, registration, "7Fjfp0ZBr1KtDRbnfVdmIw".into()).unwrap() }
}

/// Tokens of a server that says each time what it grants.
fn token_set(granted: &str) -> TokenSet<oauth_proto::Refreshable> {
    let client = service().client;
    let awaiting = client.authorization_code().unwrap().authorize(Entropy::from_bytes([1; 64]), at(0)).1;
    let callback = format!("code=C1&state={}", awaiting.state().expose());
    let (_, flight) = awaiting.receive(&client, Callback::query(&callback), at(10)).unwrap();
    let (access, refresh) = ("a".repeat(ACCESS_TOKEN), "r".repeat(REFRESH_TOKEN));
    let body = format!(
        r#"{{"access_token":"{access}","refresh_token":"{refresh}","token_type":"Bearer","expires_in":3600,"scope":"{granted}"}}"#
    );
    let oauth_proto::Granted::Refreshable(authorized) = flight.finish(answer(200, &body)).unwrap() else { panic!() };
    authorized.into_token_set()
}

/// How long the row of a state may be, over the tokens in it.
fn over_tokens(row: &str) -> usize {
    row.len() - ACCESS_TOKEN - REFRESH_TOKEN
}

#[test]
fn a_login_fits_512_bytes() {
    let login = service().client.authorization_code().unwrap().return_to("/projects/00000042/settings").unwrap();
    let awaiting = login.authorize(Entropy::from_bytes([1; 64]), at(0)).1;
    assert_eq!(stored::save(&awaiting).len(), 426);
}

#[test]
fn a_token_set_takes_few_bytes_over_its_tokens() {
    let granted = token_set(SCOPE);
    assert_eq!(over_tokens(&stored::save(&granted)), 254);
    assert_eq!(over_tokens(&stored::save(&Keeper::new(granted))), 254 + 29);
}

#[test]
fn a_scope_that_was_granted_as_it_was_asked_for_is_stored_once() {
    let stored = |granted: &str| stored::save(&token_set(granted)).matches("\"scope\"").count();
    assert_eq!(stored(SCOPE), 1);
    assert_eq!(stored("openid"), 2);
    // The same tokens in another order are what the server said, word for word.
    assert_eq!(stored("offline_access openid user:read projects:read"), 2);

    // A refresh that grants all again takes the narrower scope away.
    let refreshed = |tokens: TokenSet<oauth_proto::Refreshable>, scope: &str| {
        let (_, flight) = tokens.rejected().refresh(&service().client, at(20)).unwrap();
        let body = format!(r#"{{"access_token":"A2","token_type":"Bearer"{scope}}}"#);
        flight.finish(answer(200, &body)).unwrap().into_token_set()
    };
    let narrow = || token_set("openid");
    assert_eq!(refreshed(narrow(), "").scope().as_str(), "openid");
    assert_eq!(refreshed(narrow(), r#","scope":"user:read""#).scope().as_str(), "user:read");
    let all = refreshed(narrow(), &format!(r#","scope":"{SCOPE}""#));
    assert_eq!(all.scope().as_str(), SCOPE);
    assert_eq!(stored::save(&all).matches("\"scope\"").count(), 1);
}
