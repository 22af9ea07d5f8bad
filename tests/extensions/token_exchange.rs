//! Token exchange (RFC 8693): success, each documented error, expiry, replay, and an answer that is lost.

use std::time::Duration;

use oauth_proto::{
    AccessOnly, Authorized, ErrorCode, FinishError, Granted, InDoubt, Remedy, Scope, Standing, Unauthorized,
    error::{AnswerFault, Doubt, Mismatch, RequestFault},
    extension_grants::{Exchanged, IssuedToken, TokenType},
    grant::TokenExchange,
    stored,
};
use oauth_proto_emulator::{Fault, ProviderTable};

use crate::scene::{Result, Scene, form_body, send};

const BACKEND: &str = "https://backend.plain.invalid/api";

fn exchange(scene: &Scene, exchange: Unauthorized<TokenExchange>) -> Result<Exchanged> {
    let (request, in_flight) = exchange.request(scene.now())?;
    Ok(in_flight.finish(send(request))?)
}

fn access_token(exchanged: Exchanged) -> Authorized<AccessOnly> {
    let granted = expect!(exchanged, Exchanged::AccessToken { granted, .. } => granted);
    expect!(granted, Granted::AccessOnly(authorized) => authorized)
}

fn other(exchanged: Exchanged) -> IssuedToken {
    expect!(exchanged, Exchanged::Other(issued) => issued)
}

/// What the server says where it refuses an exchange, and what is left.
fn refused(scene: &Scene, exchange: Unauthorized<TokenExchange>) -> Result<ErrorCode> {
    let intent = exchange.intent().clone();
    let (request, in_flight) = exchange.request(scene.now())?;
    let error = in_flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    let (response, origin) = expect!(error, FinishError::Refused { response, origin } => (response, origin));
    assert_eq!((response.status, *origin), (Some(400), intent));
    Ok(response.code)
}

#[test]
fn an_access_token_becomes_one_for_another_service() -> Result {
    let scene = Scene::new();
    let authorized = scene.authorized()?;
    let first = authorized.exchange(&scene.client)?.resource(BACKEND)?.resource("urn:plain:store")?;
    let first = first.audience("billing")?.audience("shipping")?.scope(Scope::new(["read"])?);
    let exchanged = exchange(&scene, first)?;
    let seen = form_body(&scene.last("/token"));
    let seen: Vec<(&str, &str)> = seen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        seen,
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("scope", "read"),
            ("subject_token", authorized.access_token().expose()),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("audience", "billing"),
            ("audience", "shipping"),
            ("resource", BACKEND),
            ("resource", "urn:plain:store"),
        ]
    );
    let Exchanged::AccessToken { granted, issued_type } = exchanged else { panic!("no access token") };
    assert_eq!(issued_type, TokenType::ACCESS_TOKEN);
    assert!(granted.extras().is_empty(), "what the exchange is read by is not kept");
    let issued = expect!(granted, Granted::AccessOnly(authorized) => authorized);
    assert_eq!(issued.scope().as_str(), "read");
    assert_ne!(issued.access_token().expose(), authorized.access_token().expose());
    // Both are good: an exchange ends nothing (section 2.1).
    assert_eq!((scene.api(&issued)?, scene.api(&authorized)?), (200, 200));
    Ok(())
}

#[test]
fn who_acts_goes_along_and_a_public_client_says_who_it_is() -> Result {
    let scene = Scene::new();
    let (subject, actor) = (scene.authorized()?, scene.authorized()?);
    let delegation = subject.exchange(&scene.client)?;
    let delegation = delegation.actor(actor.access_token().clone(), TokenType::ACCESS_TOKEN)?;
    assert_eq!(scene.api(&access_token(exchange(&scene, delegation)?))?, 200);
    let seen = form_body(&scene.last("/token"));
    assert!(seen.contains(&("actor_token".into(), actor.access_token().expose().into())));

    let public = scene.public_client_of(|_| {})?;
    let token = subject.access_token().clone();
    exchange(&scene, public.token_exchange(token, TokenType::ACCESS_TOKEN)?).map(drop)?;
    let seen = scene.last("/token");
    assert_eq!(seen.header("authorization"), None);
    assert!(form_body(&seen).contains(&("client_id".into(), public.client_id().into())));
    Ok(())
}

#[test]
fn what_is_no_access_token_comes_as_a_type_of_its_own_and_is_stored() -> Result {
    let scene = Scene::new();
    let authorized = scene.authorized()?;
    for wanted in [TokenType::ID_TOKEN, TokenType::SAML2, TokenType::REFRESH_TOKEN] {
        let start = authorized.exchange(&scene.client)?.requested_token_type(wanted.clone())?;
        let issued = other(exchange(&scene, start)?);
        assert_eq!((issued.token_type(), issued.refresh_token().is_some()), (&wanted, false));
        assert_eq!(issued.expires_at(), Some(scene.now().plus(Duration::from_secs(3600))));

        let back: IssuedToken = stored::load(stored::save(&issued).as_bytes())?;
        let end = scene.now().plus(Duration::from_secs(3600));
        assert!(back.token_at(end).is_none(), "its time counts from the request");
        let token = back.token_at(scene.now()).expect("it is good");
        assert_eq!(Some(token.expose()), issued.token_at(scene.now()).map(|token| token.expose()));
        if wanted == TokenType::REFRESH_TOKEN {
            assert!(scene.emulator.live_refresh_tokens().iter().any(|live| live == token.expose()));
        }
    }
    // A JWT of any use that comes as `Bearer` is an access token.
    let start = authorized.exchange(&scene.client)?.requested_token_type(TokenType::JWT)?;
    let Exchanged::AccessToken { issued_type, .. } = exchange(&scene, start)? else { panic!("no access token") };
    assert_eq!(issued_type, TokenType::JWT);
    Ok(())
}

#[test]
fn a_refresh_token_is_a_subject_and_one_that_comes_along_refreshes_as_usual() -> Result {
    let scene = Scene::of(ProviderTable::extended().exchanging_with_refresh_token());
    drop(scene.authorized()?);
    let [refresh_token] = &scene.emulator.live_refresh_tokens()[..] else { panic!("one login, one token") };
    let start = scene.client.token_exchange(refresh_token.as_str().into(), TokenType::REFRESH_TOKEN)?;
    let exchanged = exchange(&scene, start)?;
    let granted = expect!(exchanged, Exchanged::AccessToken { granted, .. } => granted);
    let issued = expect!(granted, Granted::Refreshable(authorized) => authorized);
    let (request, in_flight) = issued.refresh(&scene.client, scene.now())?;
    let refreshed = in_flight.finish(send(request))?;
    assert_eq!(scene.api(&refreshed)?, 200);
    assert!(scene.emulator.live_refresh_tokens().contains(refresh_token), "the subject is as it was (section 2.1)");
    Ok(())
}

#[test]
fn a_target_that_the_server_does_not_know_is_refused_as_such() -> Result {
    let scene = Scene::new();
    let start = || -> Result<_> { Ok(scene.authorized()?.exchange(&scene.client)?) };
    let invalid_target = ErrorCode::Other("invalid_target".into());
    assert_eq!(refused(&scene, start()?.audience("payroll")?)?, invalid_target);
    assert_eq!(refused(&scene, start()?.resource(BACKEND)?.resource("https://elsewhere.example/")?)?, invalid_target);
    assert_eq!(refused(&scene, start()?.scope(Scope::new(["admin"])?))?, ErrorCode::InvalidScope);
    Ok(())
}

#[test]
fn a_token_that_is_no_good_makes_an_invalid_request() -> Result {
    // RFC 8693 section 2.2.2: not `invalid_grant`, whatever is wrong with it.
    let scene = Scene::new();
    let invalid = ErrorCode::InvalidRequest;
    let exchange = |token: &str, token_type| scene.client.token_exchange(token.into(), token_type);
    let good = scene.authorized()?;
    let access = good.access_token().expose();
    assert_eq!(refused(&scene, exchange("at-unknown", TokenType::ACCESS_TOKEN)?)?, invalid);
    assert_eq!(refused(&scene, exchange(access, TokenType::REFRESH_TOKEN)?)?, invalid, "it is of another type");
    assert_eq!(refused(&scene, exchange(access, TokenType::SAML1)?)?, invalid);
    assert_eq!(refused(&scene, exchange(access, TokenType::new("urn:example:ticket")?)?)?, invalid);
    let start = good.exchange(&scene.client)?.actor("at-unknown".into(), TokenType::ACCESS_TOKEN)?;
    assert_eq!(refused(&scene, start)?, invalid);
    let start = good.exchange(&scene.client)?.requested_token_type(TokenType::SAML1)?;
    assert_eq!(refused(&scene, start)?, invalid);

    scene.emulator.advance(Duration::from_secs(3600));
    assert_eq!(refused(&scene, exchange(access, TokenType::ACCESS_TOKEN)?)?, invalid, "it has expired");
    let revoked = scene.authorized()?;
    scene.emulator.revoke_by_user();
    assert_eq!(refused(&scene, revoked.exchange(&scene.client)?)?, invalid);
    Ok(())
}

#[test]
fn a_wrong_client_is_told_from_a_wrong_token() -> Result {
    let scene = Scene::new();
    let token = scene.authorized()?.access_token().clone();
    let stranger = scene.client_with_secret("wrong", |_| {})?;
    let (request, in_flight) = stranger.token_exchange(token, TokenType::ACCESS_TOKEN)?.request(scene.now())?;
    let error = in_flight.finish(send(request)).unwrap_err();
    let response = expect!(error, FinishError::Refused { response, .. } => response);
    assert_eq!((response.code, response.status), (ErrorCode::InvalidClient, Some(401)));
    // A token of another client's own is not sent at all.
    let foreign = scene.client_of(|provider| provider.name = "elsewhere".into())?;
    let before = scene.emulator.requests_to("/token");
    let error = scene.authorized()?.exchange(&foreign)?.request(scene.now()).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
    assert_eq!(scene.emulator.requests_to("/token"), before + 1, "the login's");
    Ok(())
}

#[test]
fn an_answer_that_does_not_say_what_it_brings_is_in_doubt() -> Result {
    let scene = Scene::of(ProviderTable::extended().exchanging_without_issued_token_type());
    let (request, in_flight) = scene.authorized()?.exchange(&scene.client)?.request(scene.now())?;
    let doubt = expect!(in_flight.finish(send(request)), Err(FinishError::InDoubt { doubt, .. }) => doubt);
    assert!(matches!(doubt, Doubt::Unreadable(AnswerFault::Missing("issued_token_type"))), "{doubt:?}");
    Ok(())
}

#[test]
fn after_a_lost_answer_the_same_tokens_are_exchanged_again() -> Result {
    let scene = Scene::new();
    let authorized = scene.authorized()?;
    for fault in [Fault::CutAfterActing, Fault::Status500AfterActing, Fault::Garbage, Fault::ShortBody] {
        scene.emulator.inject_at("/token", fault);
        let start = authorized.exchange(&scene.client)?.scope(Scope::new(["read"])?);
        let (request, in_flight) = start.request(scene.now())?;
        let journal = stored::save(&in_flight);
        assert!(!journal.contains(authorized.access_token().expose()), "no token is in the journal");
        let error = in_flight.finish(send(request)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Decide);
        // A process ended here, and another one finds the journal.
        let in_doubt: InDoubt<TokenExchange> = stored::load(journal.as_bytes())?;
        let again = in_doubt.assume_spent().again(authorized.exchange(&scene.client)?);
        assert_eq!(again.intent().scope().as_str(), "read");
        assert_eq!(scene.api(&access_token(exchange(&scene, again)?))?, 200);
    }
    scene.emulator.inject_at("/token", Fault::TooManyRequests { retry_after_seconds: 7 });
    let (request, in_flight) = authorized.exchange(&scene.client)?.request(scene.now())?;
    let error = in_flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_secs(7)) });
    Ok(())
}

#[test]
fn an_issued_access_token_expires() -> Result {
    let scene = Scene::new();
    let issued = access_token(exchange(&scene, scene.authorized()?.exchange(&scene.client)?)?);
    scene.emulator.advance(Duration::from_secs(3600));
    assert_eq!(scene.api(&issued)?, 401);
    assert!(matches!(issued.into_token_set().at(scene.now()), Standing::Expired(_)));
    Ok(())
}
