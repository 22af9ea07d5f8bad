//! Marvel: RFC 6749 as it stands; PKCE for public clients, and 401 for `invalid_grant`.

use std::time::Duration;

use oauth_proto::{
    AccessOnly, Authorized, Callback, CallbackError, Client, Entropy, ErrorCode, FinishError, Provider, Public, Scope,
    Secret, Standing, providers,
};
use oauth_proto_emulator::ProviderTable;

use crate::{
    stage::{Ended, Flow, Stage, expect},
    transcript::Transcript,
};

pub const FLOWS: &[Flow] = &[
    ("authorization code, confidential client", confidential_code),
    ("authorization code with PKCE, public client, and its refresh without a secret", public_code),
    ("implicit, public client", implicit),
    ("personal access token", personal_token),
    ("refresh after expiry", refresh_after_expiry),
    ("all eight scopes", eight_scopes),
    ("denied by the user", denied),
    ("denied by the user, without state", denied_without_state),
    ("401 invalid_grant", invalid_grant),
    ("access revoked by the user", revoked),
];

/// The document lost the authorization URL, and names no API host.
fn provider() -> Provider {
    providers::marvel("https://marvelapp.com/oauth/authorize", "https://api.marvelapp.invalid")
}

fn stage(transcript: &mut Transcript) -> Stage<'_> {
    Stage::open(transcript, ProviderTable::marvel(), provider())
}

fn confidential_code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let in_ten_hours = stage.now().plus(Duration::from_secs(36_000));
    expect("it expires in ten hours, not in seven days", authorized.expires_at() == Some(in_ten_hours))?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn public_code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.public()?;
    let authorized = stage.log_in(&client)?;
    let exchange = authorized.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn implicit(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.public()?;
    let authorized = implicit_login(&mut stage, &client)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn implicit_login(
    stage: &mut Stage<'_>,
    client: &Client<Public>,
) -> Result<Authorized<AccessOnly>, Box<dyn std::error::Error>> {
    let unauthorized = client.implicit()?;
    stage.transcript.state(&unauthorized);
    let (url, awaiting) = unauthorized.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.approve(&url)?;
    stage.transcript.state(&awaiting);
    let authorized = awaiting.receive(client, Callback::url(&landing.url), stage.now())?;
    stage.transcript.state(&authorized);
    Ok(authorized)
}

fn personal_token(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let token = Secret::from(stage.emulator.personal_access_token());
    let tokens = client.import_access_token_from_elsewhere(token, None)?;
    stage.transcript.state(&tokens);
    stage.emulator.advance(Duration::from_secs(400 * 86_400));
    stage.transcript.note("400 days go by: personal tokens do not expire");
    let Standing::Authorized(authorized) = tokens.at(stage.now()) else {
        return Err("a token without expiry stands".into());
    };
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn refresh_after_expiry(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    stage.emulator.advance(Duration::from_secs(36_000));
    stage.transcript.note("ten hours go by");
    expect("the API refuses the token", stage.call_api(&client, &authorized)? == 401)?;
    let Standing::Expired(expired) = authorized.into_token_set().at(stage.now()) else {
        return Err("ten hours are over".into());
    };
    stage.transcript.state(&expired);
    let exchange = expired.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn eight_scopes(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let all = Scope::new(providers::MARVEL_SCOPES)?;
    let authorized = stage.log_in_from(&client, client.authorization_code()?.scope(all.clone()))?;
    expect("all were granted", *authorized.scope() == all)?;
    stage.close()
}

fn denied(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.denied_by_the_user(&client)
}

/// The document shows the denial without `state`. Anybody can forge such a callback: it is shown, and the login lives.
fn denied_without_state(transcript: &mut Transcript) -> Ended {
    let mut stage = Stage::open(transcript, ProviderTable::marvel().denial_without_state(), provider());
    let client = stage.confidential()?;
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.deny(&url)?;
    let error = match awaiting.receive(&client, Callback::url(&landing.url), stage.now()) {
        Err(error) => error,
        Ok(_) => return Err("a denial led on".into()),
    };
    stage.transcript.note(&error.to_string());
    let CallbackError::NotOurs { awaiting, claimed: Some(claimed), .. } = error else {
        return Err("expected a claimed denial".into());
    };
    expect("the claim is access_denied", claimed.code == ErrorCode::AccessDenied)?;
    stage.transcript.note("the user changes their mind: the same login goes on");
    let landing = stage.approve(&url)?;
    let exchange = stage.receive(&client, *awaiting, &landing)?;
    let _granted = stage.finish(exchange)?;
    stage.close()
}

fn invalid_grant(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, stage.now());
    stage.approve(&url)?;
    let forged = format!("/callback?code=code-that-was-never-issued&state={}", awaiting.state().expose());
    let exchange = awaiting.receive(&client, Callback::url(&forged), stage.now())?;
    match stage.finish(exchange) {
        Err(FinishError::Dead { response, .. }) => {
            stage.transcript.note(&format!("dead: {response}"));
            let as_documented = response.status == Some(401) && response.code == ErrorCode::InvalidGrant;
            expect("401 is read by its code", as_documented)?;
            stage.close()
        }
        other => Err(format!("expected a dead code, got {other:?}").into()),
    }
}

fn revoked(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.revoked_by_the_user(&client)
}
