//! Logins: the way out, the way back, and the exchange.

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, FinishError, Granted, InFlight, Outcome, Request, Standing, dialect::Kept,
    grant::AuthorizationCode, observe::Observe,
};

use crate::{
    endings,
    secrets::{self, ACCESS_TOKEN, BODY, CODE, EXTRA, NEW_ACCESS_TOKEN, PARAMETER, PASSWORD, REFRESH_TOKEN, USERNAME},
    shown::Shown,
    stage::{at, both_tokens, client, client_with, other_client},
};

pub fn show(shown: &mut Shown) {
    way_out(shown);
    code(shown);
    exchange(shown);
    implicit(shown);
    password(shown);
}

fn awaiting() -> AwaitingCode {
    client().authorization_code().unwrap().authorize(secrets::entropy(), at(0)).1
}

fn way_out(shown: &mut Shown) {
    let login = || {
        let login = client().authorization_code().unwrap().parameter("hint", PARAMETER).unwrap();
        login.parameter(PARAMETER, "x").unwrap().application_state("tab-7").unwrap()
    };
    shown.state(&login());
    shown.serialize(login().intent());
    shown.state(&client().implicit().unwrap().parameter("hint", PARAMETER).unwrap());
    shown.state(&client().implicit_with_refresh().unwrap());
    shown.state(&client().password().unwrap());
    shown.state(&client().client_credentials().unwrap());
    let (url, awaiting) = login().authorize(secrets::entropy(), at(0));
    for secret in [&secrets::state(), &secrets::nonce(), PARAMETER] {
        assert!(url.as_str().contains(secret), "{secret}");
    }
    shown.state(&url);
    shown.state(&awaiting);
    shown.serialize(&awaiting.key());
    // A page of the provider's own that reads what stands behind `#`.
    let client = client_with(|provider| {
        provider.dialect.authorize.fragment = Some(oauth_proto::dialect::Fragment::Route("/login".into()));
    });
    shown.state(&client.authorization_code().unwrap().authorize(secrets::entropy(), at(0)).0);
}

/// The ways back of a code login that lead nowhere.
fn code(shown: &mut Shown) {
    let state = secrets::state();
    let good = format!("code={CODE}&state={state}&hook={EXTRA}");
    let receive = |query: &str, now| awaiting().receive(&client(), Callback::query(query), now);
    assert!(receive(&good, at(1)).is_ok());
    for query in [
        format!("code={CODE}"),
        format!("code={CODE}&state={BODY}"),
        format!("code={CODE}%0A&state={state}"),
        format!("code={CODE}%&state={state}"),
        format!("{good}&code={CODE}"),
        format!("{good}&state={state}"),
        format!("{good}&access_token={ACCESS_TOKEN}"),
        format!("{good}&id_token={BODY}"),
        format!("{good}&response={BODY}"),
        format!("{good}&hook={EXTRA}"),
        format!("{good}%0A"),
        format!("{good}&error=access_denied"),
        format!("state={state}"),
        format!("error=access_denied&state={state}"),
        format!("error=temporarily_unavailable&state={state}&code="),
        format!("error=their_own&state={BODY}"),
        CODE.to_owned(),
    ] {
        endings::callback(shown, receive(&query, at(1)).unwrap_err());
    }
    endings::callback(shown, receive(&good, at(600)).unwrap_err());
    endings::callback(shown, awaiting().receive(&other_client(), Callback::query(&good), at(1)).unwrap_err());
    let pasted = |code: &str| awaiting().receive_pasted_code_without_state_check(&client(), code, at(1));
    endings::callback(shown, pasted(&format!("{CODE}\n{CODE}")).unwrap_err());
    let strict = client_with(|provider| {
        provider.issuer = Some("https://id.example".into());
        provider.dialect.callback.issuer = oauth_proto::dialect::IssuerParameter::Required;
        provider.dialect.callback.keep.insert("hook".into(), Kept::OneOf(vec!["x".into()]));
    });
    for query in [good.clone(), format!("{good}&iss={BODY}"), format!("{good}&iss=https%3A%2F%2Fid.example")] {
        let awaiting = strict.authorization_code().unwrap().authorize(secrets::entropy(), at(0)).1;
        endings::callback(shown, awaiting.receive(&strict, Callback::query(&query), at(1)).unwrap_err());
    }
}

pub fn in_flight() -> (Request, InFlight<AuthorizationCode>) {
    let callback = format!("code={CODE}&state={}&hook={EXTRA}", secrets::state());
    awaiting().receive(&client(), Callback::query(&callback), at(1)).unwrap()
}

fn exchange(shown: &mut Shown) {
    endings::each(shown, in_flight);
    let Err(FinishError::NotSent { origin, .. }) = in_flight().1.finish(Outcome::not_sent("dns")) else { panic!() };
    shown.state(&*origin);
    endings::request(shown, origin.exchange(&other_client(), at(2)).unwrap_err());
    let Err(FinishError::InDoubt { in_doubt, .. }) = in_flight().1.finish(Outcome::lost("reset")) else { panic!() };
    endings::request(shown, in_doubt.retry(&other_client(), at(2)).unwrap_err());

    let granted = in_flight().1.finish(both_tokens()).unwrap();
    shown.state(&granted);
    shown.debug(granted.extras());
    assert_eq!(granted.extras().get("team.hook"), Some(EXTRA));
    let Granted::Refreshable(authorized) = granted else { panic!() };
    shown.state(&authorized);
    let Standing::Authorized(authorized) = authorized.into_token_set().at(at(2)) else { panic!() };
    endings::each(shown, || {
        let Granted::Refreshable(authorized) = in_flight().1.finish(both_tokens()).unwrap() else { panic!() };
        authorized.follow_up(&client(), at(2)).unwrap()
    });
    endings::request(shown, authorized.follow_up(&other_client(), at(2)).unwrap_err());
}

/// With the tokens in the URL.
fn implicit(shown: &mut Shown) {
    let with = client().implicit_with_refresh().unwrap().authorize(secrets::entropy(), at(0));
    shown.state(&with.1);
    let without = || client().implicit().unwrap().authorize(secrets::entropy(), at(0)).1;
    shown.state(&without());
    let (state, nonce) = (secrets::state(), secrets::nonce());
    let tokens = format!("access_token={ACCESS_TOKEN}&refresh_token={REFRESH_TOKEN}&state={state}");
    for fragment in [
        format!("{tokens}&token_type=Bearer&nonce={nonce}&hook={EXTRA}"),
        format!("{tokens}&token_type=Bearer&nonce={BODY}"),
        format!("{tokens}&token_type=Bearer"),
        format!("{tokens}&token_type={BODY}&nonce={nonce}"),
        format!("{tokens}&token_type=&nonce={nonce}"),
        format!("{tokens}&nonce={nonce}"),
        format!("{tokens}%0A&token_type=Bearer&nonce={nonce}"),
        format!("access_token={ACCESS_TOKEN}%0A&state={state}&token_type=Bearer&nonce={nonce}"),
        format!("{tokens}&token_type=Bearer&nonce={nonce}&expires_in={NEW_ACCESS_TOKEN}"),
        format!("{tokens}&access_token={ACCESS_TOKEN}"),
        format!("{tokens}&error=access_denied"),
        format!("{tokens}&state={state}"),
        format!("access_token={ACCESS_TOKEN}&state={BODY}"),
        format!("error=access_denied&state={state}"),
    ] {
        let callback = Callback::fragment(&fragment);
        let with = client().implicit_with_refresh().unwrap().authorize(secrets::entropy(), at(0)).1;
        received(shown, with.receive(&client(), callback, at(1)));
        received(shown, without().receive(&client(), callback, at(1)));
        received(shown, without().receive(&client(), callback, at(600)));
        received(shown, without().receive(&other_client(), callback, at(1)));
    }
}

fn received<T, W: std::fmt::Debug>(shown: &mut Shown, came: Result<T, CallbackError<W>>)
where
    T: std::fmt::Debug + Observe,
    CallbackError<W>: Observe,
{
    match came {
        Ok(tokens) => shown.state(&tokens),
        Err(error) => endings::callback(shown, error),
    }
}

fn password(shown: &mut Shown) {
    let client = client_with(|provider| provider.dialect.authorize.nonce = oauth_proto::dialect::Nonce::Off);
    endings::each(shown, || client.password().unwrap().request(USERNAME, &PASSWORD.into(), at(0)).unwrap());
    // A request that is made of what a callback brings.
    let client = client_with(|provider| provider.dialect.token.parameters.omit_unset = false);
    endings::request(shown, client.password().unwrap().request(USERNAME, &PASSWORD.into(), at(0)).unwrap_err());
}
