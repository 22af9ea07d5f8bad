//! Marq: JSON bodies, expiry in milliseconds, refresh at a URL of its own and only before expiry.

use std::time::Duration;

use oauth_proto::{Entropy, Provider, RedirectUri, Standing, error::RequestFault, providers};
use oauth_proto_emulator::ProviderTable;

use crate::{
    stage::{Ended, Flow, Stage, expect, refreshable},
    transcript::Transcript,
};

pub const FLOWS: &[Flow] = &[
    ("authorization code, JSON, expiry in milliseconds", code),
    ("authorization code from a server that does not echo state", state_not_echoed),
    ("refresh at its own URL kills the old access token", refresh),
    ("refresh with a margin, one second before the deadline", refresh_with_margin),
    ("refresh too late", refresh_too_late),
    ("a code that the user pastes", pasted_code),
    ("access revoked by the user", revoked),
];

/// The document names no API host.
fn provider() -> Provider {
    providers::marq().api_origin("https://api.marq.invalid")
}

fn stage(transcript: &mut Transcript) -> Stage<'_> {
    Stage::open(transcript, ProviderTable::marq(), provider())
}

fn code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let in_an_hour = stage.now().plus(Duration::from_secs(3600));
    expect("it expires in an hour", authorized.expires_at() == Some(in_an_hour))?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn state_not_echoed(transcript: &mut Transcript) -> Ended {
    Stage::open(transcript, ProviderTable::marq().echo_state(false), provider()).state_not_echoed()
}

fn refresh(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.refresh_kills_the_old_token(&client)?;
    expect("the refresh went to its own URL", stage.emulator.requests_to("/oauth2/refreshToken") == 1)
}

fn refresh_with_margin(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let margin = Duration::from_secs(30);
    expect("it is not due yet", !authorized.is_due(stage.now(), margin))?;
    stage.emulator.advance(Duration::from_secs(3599));
    stage.transcript.note("3,599 of 3,600 seconds go by");
    expect("it is due", authorized.is_due(stage.now(), margin))?;
    let exchange = authorized.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn refresh_too_late(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let tokens = stage.log_in(&client)?.into_token_set();
    stage.emulator.advance(Duration::from_secs(3600));
    stage.transcript.note("3,600 of 3,600 seconds go by");
    let Standing::Expired(expired) = tokens.at(stage.now()) else {
        return Err("an hour is over".into());
    };
    stage.transcript.state(&expired);
    let intent = match expired.refresh(&client, stage.now()) {
        Err(error) if matches!(error.fault(), RequestFault::DeadlinePassed(_)) => {
            stage.transcript.note(&error.to_string());
            error.into_origin().into_intent()
        }
        other => return Err(format!("expected a typed error, got {other:?}").into()),
    };
    let authorized = stage.log_in_from(&client, intent.again(client.authorization_code()?))?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn pasted_code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let hosted = stage.emulator.hosted_redirect_uri().ok_or("Marq hosts a redirect page")?;
    let unauthorized = client.authorization_code()?.redirect_uri(RedirectUri::new(hosted)?);
    let (url, awaiting) = unauthorized.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.approve(&url)?;
    let code = landing.displayed_code.ok_or("the page shows the code")?;
    stage.transcript.note("the user copies the code from the provider's page and pastes it");
    let exchange = awaiting.receive_pasted_code_without_state_check(&client, &code, stage.now())?;
    let authorized = refreshable(stage.finish(exchange)?)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn revoked(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.revoked_by_the_user(&client)
}
