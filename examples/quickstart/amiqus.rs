//! Amiqus: `redirect_uri` on refresh, no scopes, single-use refresh tokens.

use oauth_proto::{Entropy, FinishError, Refreshable, TokenSet, providers, stored};
use oauth_proto_emulator::ProviderTable;

use crate::{
    stage::{Ended, Flow, Stage, expect, refreshable},
    transcript::Transcript,
};

pub const FLOWS: &[Flow] = &[
    ("authorization code", code),
    ("application data in state", application_state),
    ("refresh with the login's redirect_uri, from a stored token set", refresh_from_store),
    ("refresh kills the old access token", old_token_dies),
    ("a refresh token works once", single_use),
    ("denied by the user", denied),
    ("access revoked by the user", revoked),
];

fn stage(transcript: &mut Transcript) -> Stage<'_> {
    Stage::open(transcript, ProviderTable::amiqus(), providers::amiqus())
}

fn code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn application_state(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let data = "eyJ0ZW5hbnQiOiI3In0=";
    let unauthorized = client.authorization_code()?.application_state(data)?;
    let (url, awaiting) = unauthorized.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.approve(&url)?;
    expect("the data came back", awaiting.application_state() == Some(data))?;
    let exchange = stage.receive(&client, awaiting, &landing)?;
    let authorized = refreshable(stage.finish(exchange)?)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn refresh_from_store(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let row = stored::save(&stage.log_in(&client)?.into_token_set());
    stage.transcript.note("the token set is stored and loaded again");
    let tokens: TokenSet<Refreshable> = stored::load(row.as_bytes())?;
    let oauth_proto::Standing::Authorized(authorized) = tokens.at(stage.now()) else {
        return Err("the token is fresh".into());
    };
    let exchange = authorized.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn old_token_dies(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.refresh_kills_the_old_token(&client)
}

fn single_use(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let exchange = authorized.refresh(&client, stage.now())?;
    let copy = stored::save(&exchange.1);
    let authorized = stage.finish(exchange)?;
    drop(authorized);
    stage.transcript.note("a second holder of the same refresh token, from the journal, sends it again by choice");
    let in_doubt: oauth_proto::InDoubt<oauth_proto::grant::RefreshToken> = stored::load(copy.as_bytes())?;
    let exchange = in_doubt.retry(&client, stage.now())?;
    match stage.finish(exchange) {
        Err(FinishError::Dead { response, .. }) => {
            stage.transcript.note(&format!("dead: {response}"));
            expect("the server noticed", stage.emulator.reuse_detected())?;
            stage.close()
        }
        other => Err(format!("expected a dead refresh token, got {other:?}").into()),
    }
}

fn denied(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.denied_by_the_user(&client)
}

fn revoked(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.revoked_by_the_user(&client)
}
