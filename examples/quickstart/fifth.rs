//! The provider of the fifth document: five options, JSON for each, and percent signs that must stay.

use oauth_proto::{Callback, Entropy, Provider, Secret, providers, providers::FifthUrls};
use oauth_proto_emulator::ProviderTable;

use crate::{
    stage::{Ended, Flow, Stage, expect, refreshable},
    transcript::Transcript,
};

pub const FLOWS: &[Flow] = &[
    ("option 1: authorization code, %3D kept", code),
    ("option 1 from a server that does not echo state", state_not_echoed),
    ("option 2: implicit, in the fragment", implicit_in_fragment),
    ("option 2: implicit, in the query", implicit_in_query),
    ("option 3: password", password),
    ("option 4: client credentials, with a refresh token", client_credentials),
    ("option 5: refresh, %3d kept", refresh),
    ("access revoked by the user", revoked),
];

/// The document lost its URLs.
fn provider() -> Provider {
    providers::fifth(FifthUrls {
        code_login: "https://fifth.invalid/login".into(),
        implicit_login: "https://fifth.invalid/login/implicit".into(),
        token_endpoint: "https://fifth.invalid/token".into(),
        api_origin: "https://api.fifth.invalid".into(),
    })
}

fn stage(transcript: &mut Transcript) -> Stage<'_> {
    Stage::open(transcript, ProviderTable::fifth(), provider())
}

fn code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.approve(&url)?;
    expect("the callback's code ends in %3D", landing.url.contains("%3D"))?;
    let exchange = stage.receive(&client, awaiting, &landing)?;
    let sent = String::from_utf8_lossy(exchange.0.expose_body()).into_owned();
    expect("it is sent as it came", sent.contains("%3D\"") && !sent.contains("%253D"))?;
    let authorized = refreshable(stage.finish(exchange)?)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn state_not_echoed(transcript: &mut Transcript) -> Ended {
    Stage::open(transcript, ProviderTable::fifth().echo_state(false), provider()).state_not_echoed()
}

fn implicit_in_fragment(transcript: &mut Transcript) -> Ended {
    implicit(&mut stage(transcript))
}

fn implicit_in_query(transcript: &mut Transcript) -> Ended {
    implicit(&mut Stage::open(transcript, ProviderTable::fifth().implicit_in_query(), provider()))
}

fn implicit(stage: &mut Stage<'_>) -> Ended {
    let client = stage.public()?;
    let unauthorized = client.implicit()?;
    stage.transcript.state(&unauthorized);
    let (url, awaiting) = unauthorized.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.approve(&url)?;
    stage.transcript.state(&awaiting);
    let authorized = awaiting.receive(&client, Callback::url(&landing.url), stage.now())?;
    stage.transcript.state(&authorized);
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn password(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let unauthorized = client.password()?;
    stage.transcript.state(&unauthorized);
    let exchange = unauthorized.request("jsmith", &Secret::from("password123"), stage.now())?;
    let authorized = refreshable(stage.finish(exchange)?)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn client_credentials(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let unauthorized = client.client_credentials()?;
    stage.transcript.state(&unauthorized);
    let exchange = unauthorized.request(stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    let authorized = authorized.into_refreshable().map_err(|_| "the document promises a refresh token")?;
    stage.transcript.state(&authorized);
    let exchange = authorized.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn refresh(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let exchange = authorized.refresh(&client, stage.now())?;
    let sent = String::from_utf8_lossy(exchange.0.expose_body()).into_owned();
    expect("it is sent as it came", sent.contains("%3d\"") && !sent.contains("%253d"))?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn revoked(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.revoked_by_the_user(&client)
}
