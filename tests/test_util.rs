//! The feature `test-util`: each state is reached by what it offers alone, and does what the same state of a server's does.

use std::time::Duration;

use oauth_proto::{
    Callback, CallbackError, Client, Confidential, ErrorCode, FinishError, Granted, Keeper, Outcome, Provider, Public,
    RedirectUri, Registration, Remedy, Standing, Turn, catalog,
    device::{Polled, PollingError},
    dialect::{
        ExpiryEncoding, IssuerParameter, Nonce, OkMember, RefreshAnswer, RefreshCredential, ResponseFormat,
        ResponseStep, ScopeFormat, TokenPlace, TokenStep,
    },
    error::{AnswerFault, Doubt},
    grant::Grant,
    providers, stored,
    test_util::{self, CODE, CODE_VERIFIER, STATE, Scenario, at, entropy, entropy_of, expired, in_doubt},
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn client_of(provider: Provider) -> Client<Confidential> {
    let redirect_uri = RedirectUri::new("https://app.example/cb").unwrap();
    let registration = Registration::new("app").unwrap().redirect_uri(redirect_uri);
    Client::confidential(provider, registration, "s3cret".into()).unwrap()
}

/// A client of a server by RFC 6749 with something changed.
fn client_with(change: impl FnOnce(&mut Provider)) -> Client<Confidential> {
    let mut provider = test_util::provider();
    change(&mut provider);
    client_of(provider)
}

fn is_public(_: &Client<Public>) {}

#[test]
fn a_login_waits_for_its_code() -> Result {
    let client = test_util::client()?;
    let scenario = Scenario::of(&client);
    let awaiting = scenario.awaiting_code()?;
    assert_eq!((awaiting.state().expose(), awaiting.closes_at()), (STATE, at(600)));
    // It is stored and loaded, as by the program under test.
    let awaiting: oauth_proto::AwaitingCode = stored::load(stored::save(&awaiting).as_bytes())?;
    let callback = scenario.callback(awaiting.state());
    assert_eq!(callback, format!("code={CODE}&state={STATE}"));
    let (request, in_flight) = awaiting.receive(&client, Callback::query(&callback), at(599))?;
    let body = std::str::from_utf8(request.expose_body())?;
    assert!(
        body.contains(&format!("code={CODE}&")) && body.contains(&format!("code_verifier={CODE_VERIFIER}")),
        "{body}"
    );
    assert!(matches!(in_flight.finish(scenario.tokens())?, Granted::Refreshable(_)));
    Ok(())
}

#[test]
fn each_way_in_which_a_callback_is_none() -> Result {
    let client = test_util::client()?;
    let scenario = Scenario::of(&client);
    let awaiting = scenario.awaiting_code()?;
    let forged = scenario.callback(&"guessed".into());
    let error = awaiting.receive(&client, Callback::query(&forged), at(1)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Ignore);
    let CallbackError::NotOurs { awaiting, .. } = error else { panic!("{error}") };
    let denial = scenario.denial(awaiting.state());
    let error = awaiting.receive(&client, Callback::query(&denial), at(1)).unwrap_err();
    let CallbackError::Refused { response, .. } = error else { panic!("{error}") };
    assert_eq!(response.code, ErrorCode::AccessDenied);

    let awaiting = scenario.awaiting_code()?;
    let (late, callback) = (awaiting.closes_at(), scenario.callback(awaiting.state()));
    let error = awaiting.receive(&client, Callback::query(&callback), late).unwrap_err();
    assert!(matches!(error, CallbackError::TooLate { .. }), "{error}");
    Ok(())
}

#[test]
fn a_login_waits_for_its_tokens() -> Result {
    let client = test_util::public_client()?;
    is_public(&client);
    let scenario = Scenario::of(&client).scope("read").expires_in(Duration::from_secs(60));
    let awaiting = scenario.awaiting_token()?;
    let callback = scenario.token_callback(awaiting.state());
    let authorized = awaiting.receive(&client, Callback::fragment(&callback), at(1))?;
    assert_eq!((authorized.scope().as_str(), authorized.expires_at()), ("read", Some(at(61))));
    // No implicit login brings a refresh token, whatever the scenario says.
    assert!(!callback.contains("refresh_token"));

    // Not by RFC 6749, but a dialect may declare it; this one has an echoed nonce, too.
    let client = client_of(providers::motar());
    let scenario = Scenario::of(&client);
    let awaiting = scenario.awaiting_token_with_refresh()?;
    let callback = scenario.token_callback(awaiting.state());
    let granted = awaiting.receive(&client, Callback::fragment(&callback), at(1))?;
    assert!(matches!(granted, Granted::Refreshable(_)));
    Ok(())
}

/// Each ending of `InFlight::finish`, of whichever grant.
fn endings<G: Grant>(
    scenario: &Scenario<'_, Confidential>,
    start: impl Fn() -> std::result::Result<(oauth_proto::Request, oauth_proto::InFlight<G>), test_util::NotReached>,
) -> Result {
    endings_by([|s, code| s.refusal(code), |s, _| s.untrusted(), |s, _| s.tokens()], scenario, start)
}

/// What says no, what must not be used, and what brings tokens.
type Answers = [fn(&Scenario<'_, Confidential>, &str) -> Outcome; 3];

fn endings_by<G: Grant>(
    [refusal, untrusted, tokens]: Answers,
    scenario: &Scenario<'_, Confidential>,
    start: impl Fn() -> std::result::Result<(oauth_proto::Request, oauth_proto::InFlight<G>), test_util::NotReached>,
) -> Result {
    let end = |outcome: Outcome| -> Result<FinishError<G>> {
        Ok(start()?.1.finish(outcome).expect_err("this outcome brings no tokens"))
    };
    assert!(matches!(end(Outcome::not_sent("no route"))?, FinishError::NotSent { .. }));
    let FinishError::Refused { response, .. } = end(refusal(scenario, "invalid_client"))? else {
        panic!("not refused")
    };
    assert_eq!(response.code, ErrorCode::InvalidClient);
    let FinishError::Dead { response, .. } = end(refusal(scenario, "invalid_grant"))? else { panic!("not dead") };
    assert_eq!((response.code, response.status), (ErrorCode::InvalidGrant, Some(400)));
    let FinishError::InDoubt { doubt, .. } = end(Outcome::lost("cut"))? else { panic!("not in doubt") };
    assert!(matches!(doubt, Doubt::Lost(_)));
    let FinishError::InDoubt { doubt, .. } = end(refusal(scenario, "server_error"))? else { panic!("not in doubt") };
    assert!(matches!(doubt, Doubt::ServerFailed(_)));
    let FinishError::Untrusted { fault, .. } = end(untrusted(scenario, ""))? else { panic!("trusted") };
    assert_eq!(fault, AnswerFault::TokenType);

    let doubt = in_doubt(start()?.1)?;
    assert_eq!(doubt.sent_at(), at(0));
    drop(start()?.1.finish(tokens(scenario, ""))?);
    Ok(())
}

#[test]
fn each_request_in_flight_has_each_ending() -> Result {
    let mut provider = test_util::provider();
    provider.follow_up_endpoint = Some("https://id.example/long".into());
    provider.dialect.follow_up = Some(TokenStep::default());
    let long = client_of(provider);
    let client = test_util::client()?;
    let scenario = Scenario::of(&client);
    endings(&scenario, || scenario.code_in_flight())?;
    endings(&scenario, || scenario.password_in_flight())?;
    endings(&scenario, || scenario.client_credentials_in_flight())?;
    endings(&scenario, || scenario.refresh_in_flight())?;
    endings(&scenario, || scenario.reissue_in_flight())?;
    let scenario = Scenario::of(&long);
    endings(&scenario, || scenario.follow_up_in_flight())?;
    let granted = scenario.follow_up_in_flight()?.1.finish(scenario.follow_up_tokens())?;
    assert!(granted.access_token().matches("A1"));
    Ok(())
}

/// A follow-up may be answered in another shape than all else.
#[test]
fn a_follow_up_has_each_ending_in_the_words_of_its_own() -> Result {
    let client = client_with(|provider| {
        provider.follow_up_endpoint = Some("https://id.example/long".into());
        provider.dialect.follow_up = Some(TokenStep::default());
        let mut answer = ResponseStep::default();
        answer.status = 201;
        answer.rename.rename("access_token", "long.token");
        answer.error.code = "problem.code".into();
        answer.error.ok = Some(OkMember::new("ok", true));
        provider.dialect.follow_up_response = Some(answer);
    });
    let scenario = Scenario::of(&client);
    let own: Answers =
        [|s, code| s.follow_up_refusal(code), |s, _| s.follow_up_untrusted(), |s, _| s.follow_up_tokens()];
    endings_by(own, &scenario, || scenario.follow_up_in_flight())
}

/// Where a refresh extends the tokens, the answer says nothing of others.
#[test]
fn a_refresh_that_extends_is_answered() -> Result {
    for credential in [RefreshCredential::default(), RefreshCredential::Access] {
        let client = client_with(|provider| {
            provider.dialect.refresh.answer = RefreshAnswer::ExtendsSeconds(60);
            provider.dialect.refresh.credential = credential;
        });
        let scenario = Scenario::of(&client);
        endings(&scenario, || scenario.code_in_flight())?;
        let authorized = scenario.refresh_in_flight()?.1.finish(scenario.tokens())?;
        assert_eq!((authorized.access_token().expose(), authorized.expires_at()), ("A1", Some(at(60))));
        let ended = scenario.refresh_in_flight()?.1.finish(scenario.refusal("invalid_grant"));
        assert!(matches!(ended, Err(FinishError::Dead { .. })));
        // Others than those that are there are a contradiction: which of them are good, nobody knows.
        let ended = scenario.refresh_in_flight()?.1.finish(Scenario::of(&client).access_token("A2").tokens());
        assert!(matches!(
            ended,
            Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::Contradiction), .. })
        ));
    }
    Ok(())
}

#[test]
fn what_is_no_scope_leads_to_no_tokens() -> Result {
    for format in [ScopeFormat::Text, ScopeFormat::List] {
        let client = client_with(|provider| provider.dialect.response.scope_format = format);
        let scenario = || Scenario::of(&client).scope("read a\"b");
        for error in [
            scenario().granted().map(drop).unwrap_err(),
            scenario().refreshable().map(drop).unwrap_err(),
            scenario().access_only().map(drop).unwrap_err(),
            scenario().reissuable().map(drop).unwrap_err(),
            scenario().refresh_in_flight().map(drop).unwrap_err(),
        ] {
            let source = std::error::Error::source(&error).expect("a reason").to_string();
            assert!(source.contains("scope"), "{source}");
        }
        let ended = scenario().code_in_flight()?.1.finish(scenario().tokens());
        assert!(matches!(
            ended,
            Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::Malformed("scope")), .. })
        ));
    }
    Ok(())
}

#[test]
fn what_the_server_issues_is_what_the_test_says() -> Result {
    let client = client_with(|provider| provider.dialect.response.keep = vec!["team.id".into(), "team.name".into()]);
    let scenario = Scenario::of(&client)
        .access_token("A7")
        .refresh_token("R7")
        .expires_in(Duration::from_secs(60))
        .scope("read write")
        .member("team.id", "T7")
        .member("team.name", "Büro & Co")
        .member("ignored", "x")
        .now(at(1000));
    let authorized = scenario.refreshable()?;
    assert!(authorized.access_token().matches("A7"));
    assert_eq!((authorized.expires_at(), authorized.scope().as_str()), (Some(at(1060)), "read write"));
    let extras: Vec<_> = authorized.extras().iter().collect();
    assert_eq!(extras, [("team.id", "T7"), ("team.name", "Büro & Co")]);
    let (request, in_flight) = authorized.refresh(&client, at(1010))?;
    assert!(std::str::from_utf8(request.expose_body())?.contains("refresh_token=R7"));
    drop(in_flight);

    let endless = Scenario::of(&client).without_expiry().without_refresh_token();
    assert!(matches!(endless.granted()?, Granted::AccessOnly(authorized) if authorized.expires_at().is_none()));
    assert!(endless.refreshable().is_err());
    Ok(())
}

#[test]
fn tokens_of_each_capability_and_when_they_are_over() -> Result {
    let client = test_util::client()?;
    let scenario = Scenario::of(&client);
    let set = scenario.refreshable()?.into_token_set();
    assert!(set.access_token_at(at(3599)).is_some() && set.access_token_at(at(3600)).is_none());
    assert!(matches!(set.at(at(3600)), Standing::Expired(_)));

    let (_, in_flight) = expired(scenario.refreshable()?).refresh(&client, at(3600))?;
    drop(in_flight);
    let (_, in_flight) = expired(scenario.reissuable()?).reissue(&client, at(3600))?;
    drop(in_flight);
    assert_eq!(expired(scenario.access_only()?).into_intent().scope().as_str(), "read write");
    // Where a token has no expiry, an API has rejected it.
    let endless = expired(Scenario::of(&client).without_expiry().refreshable()?).into_token_set();
    assert!(endless.access_token_at(at(0)).is_none());

    let mut keeper = Keeper::new(scenario.refreshable()?.into_token_set());
    let Turn::Send(_, ticket) = keeper.poll(&client, at(3590), Duration::from_secs(60)) else { panic!("not due") };
    keeper.handle(ticket, Scenario::of(&client).access_token("A2").tokens(), at(3590))?;
    assert!(keeper.access_token_at(at(3600)).is_some_and(|token| token.matches("A2")));
    Ok(())
}

#[test]
fn a_device_waits_for_its_user() -> Result {
    let client = test_util::public_client()?;
    let scenario = Scenario::of(&client);
    let awaiting = scenario.awaiting_user()?;
    assert_eq!((awaiting.user_code(), awaiting.expires_at()), ("WDJB-MJHT", at(1800)));
    let end = |outcome| -> Result<_> { Ok(scenario.polling()?.1.finish(outcome, at(5))) };
    assert!(matches!(end(scenario.tokens())?, Ok(Polled::Granted(Granted::Refreshable(_)))));
    for (code, next) in [("authorization_pending", at(10)), ("slow_down", at(15))] {
        assert!(matches!(end(scenario.refusal(code))?, Ok(Polled::Pending(on)) if on.not_before() == next), "{code}");
    }
    assert!(matches!(end(Outcome::lost("cut"))?, Ok(Polled::Unanswered { .. })));
    for (code, remedy) in [("access_denied", Remedy::LogIn), ("expired_token", Remedy::LogIn)] {
        let Err(error) = end(scenario.refusal(code))? else { panic!("{code} is no end") };
        assert!(matches!(error, PollingError::Refused { .. }) && error.remedy() == remedy, "{code}");
    }
    assert!(matches!(end(scenario.untrusted())?, Err(PollingError::Untrusted { .. })));
    let (_, authorizing) = scenario.device_authorizing()?;
    assert!(authorizing.finish(scenario.refusal("invalid_scope"), at(0)).is_err());
    Ok(())
}

#[test]
fn two_numbers_are_two_logins() -> Result {
    let client = test_util::client()?;
    let key =
        |entropy| Ok::<_, oauth_proto::ConfigError>(client.authorization_code()?.authorize(entropy, at(0)).1.key());
    assert_eq!(key(entropy())?, key(entropy_of(1))?);
    let mut keys: Vec<_> =
        (0..=255).map(|number| Ok(key(entropy_of(number))?.as_str().to_owned())).collect::<Result<_>>()?;
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 256);
    Ok(())
}

#[test]
fn what_a_client_cannot_come_to_is_said_with_the_reason() -> Result {
    let client = client_with(|provider| provider.token_endpoint = None);
    let error = Scenario::of(&client).refreshable().unwrap_err();
    assert!(error.to_string().starts_with("this client does not come to this state: "), "{error}");
    let source = std::error::Error::source(&error).expect("a reason").to_string();
    assert!(source.contains("token_endpoint"), "{source}");
    assert!(Scenario::of(&client).reissuable().is_err() && Scenario::of(&client).awaiting_user().is_err());
    Ok(())
}

/// Whatever a dialect can say of its answers, the answers here say it so that the machine reads it.
#[test]
fn answers_are_in_the_words_of_the_dialect() -> Result {
    for encoding in [
        ExpiryEncoding::SecondsFromNow,
        ExpiryEncoding::MillisecondsFromNow,
        ExpiryEncoding::SecondsSinceEpoch,
        ExpiryEncoding::MillisecondsSinceEpoch,
        ExpiryEncoding::SecondsOrMillisecondsSinceEpoch,
        ExpiryEncoding::Date,
    ] {
        let client = client_with(|provider| provider.dialect.response.expiry = encoding);
        // Over the ends of months and years, and of February in a leap year, and in 2100, which is none.
        for now in [at(0), at(36_800_000), at(37_000_000), at(300_000_000), at(2_000_000_000), at(2_307_500_000)] {
            let scenario = Scenario::of(&client).now(now).expires_in(Duration::from_secs(86_399));
            assert_eq!(
                scenario.refreshable()?.expires_at(),
                Some(now.plus(Duration::from_secs(86_399))),
                "{encoding:?}"
            );
        }
    }
    let odd = client_with(|provider| {
        let response = &mut provider.dialect.response;
        response.status = 201;
        response.media_types = Some(vec!["text/json".into()]);
        response.rename.rename("access_token", "data.token.access").rename("refresh_token", "data.token.refresh");
        response.rename.rename("expires_in", "data.ttl");
        response.token_types = vec!["user".into()];
        response.scope_format = ScopeFormat::List;
        response.error.code = "problem.code".into();
        response.error.ok = Some(OkMember::new("ok", true));
        provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
    });
    let scenario = Scenario::of(&odd).scope("read write");
    let authorized = scenario.refreshable()?;
    assert_eq!((authorized.scope().as_str(), authorized.expires_at()), ("read write", Some(at(3600))));
    endings(&scenario, || scenario.refresh_in_flight())?;

    let form = client_with(|provider| {
        provider.dialect.response.format = ResponseFormat::Form;
        provider.dialect.authorize.scope_separator = ",".into();
        provider.dialect.callback.tokens = TokenPlace::Query;
        provider.dialect.callback.rename.rename("code", "auth_code").rename("state", "opaque");
        provider.issuer = Some("https://id.example".into());
        provider.dialect.callback.issuer = IssuerParameter::Required;
    });
    let scenario = Scenario::of(&form).scope("read write");
    assert_eq!(scenario.refreshable()?.scope().as_str(), "read write");
    assert_eq!(scenario.access_only()?.scope().as_str(), "read write");
    endings(&scenario, || scenario.code_in_flight())
}

/// The providers of the catalogue, whose dialects nobody made up.
#[test]
fn each_provider_of_the_catalogue_has_its_states() {
    let mut unreached = Vec::new();
    for name in catalog::names() {
        let provider = catalog::get(name).unwrap().provider;
        let unset = provider.unset_variables();
        let client = client_of(unset.iter().fold(provider, |provider, name| provider.variable(name, "x")));
        let scenario = Scenario::of(&client).scope("one two");
        match scenario.granted() {
            Ok(granted) => assert!(granted.access_token().matches("A1"), "{name}"),
            Err(why) => unreached.push(format!("{name}: {}", std::error::Error::source(&why).unwrap())),
        }
        match scenario.refresh_in_flight() {
            Ok((_, in_flight)) => assert!(in_flight.finish(scenario.tokens()).is_ok(), "{name}"),
            Err(why) => unreached.push(format!("{name}: {}", std::error::Error::source(&why).unwrap())),
        }
    }
    assert_eq!(unreached, Vec::<String>::new());
}
