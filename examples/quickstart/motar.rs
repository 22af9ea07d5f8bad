//! MOTAR: `clientId`, an implicit grant with a refresh token, a nonce, and the secret on refresh only.

use oauth_proto::{
    Authorized, Callback, Entropy, Refreshable, Standing, error::RequestFault, introspection::Validity, providers,
};
use oauth_proto_emulator::ProviderTable;

use crate::{
    stage::{Ended, Flow, Stage, expect, refreshable},
    transcript::Transcript,
};

pub const FLOWS: &[Flow] = &[
    ("authorization code without the secret, app_login, nonce", code),
    ("refresh with the secret", refresh),
    ("a public client cannot refresh, and keeps its tokens", public_refresh),
    ("implicit with a refresh token, in the fragment", implicit_in_fragment),
    ("implicit with a refresh token, in the query", implicit_in_query),
    ("validate token and session", validate),
    ("logout", logout),
    ("sandbox host", sandbox),
    ("access revoked by the user", revoked),
];

fn stage(transcript: &mut Transcript) -> Stage<'_> {
    Stage::open(transcript, ProviderTable::motar(), providers::motar())
}

fn code(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let unauthorized = client.authorization_code()?.parameter("app_login", "true")?;
    let authorized = stage.log_in_from(&client, unauthorized)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn refresh(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let exchange = authorized.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn public_refresh(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.public()?;
    let authorized = stage.log_in(&client)?;
    let tokens = match authorized.refresh(&client, stage.now()) {
        Err(error) if error.fault() == RequestFault::SecretRequired => {
            stage.transcript.note(&error.to_string());
            error.into_origin()
        }
        other => return Err(format!("expected a typed error, got {other:?}").into()),
    };
    let Standing::Authorized(authorized) = tokens.at(stage.now()) else {
        return Err("the tokens are kept".into());
    };
    expect("the API still takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn implicit_in_fragment(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let authorized = implicit(&mut stage)?;
    use_and_refresh(&mut stage, authorized)
}

fn implicit_in_query(transcript: &mut Transcript) -> Ended {
    let mut stage = Stage::open(transcript, ProviderTable::motar().implicit_in_query(), providers::motar());
    let authorized = implicit(&mut stage)?;
    use_and_refresh(&mut stage, authorized)
}

fn implicit(stage: &mut Stage<'_>) -> Result<Authorized<Refreshable>, Box<dyn std::error::Error>> {
    let client = stage.confidential()?;
    let unauthorized = client.implicit_with_refresh()?;
    stage.transcript.state(&unauthorized);
    let (url, awaiting) = unauthorized.authorize(Entropy::from_os()?, stage.now());
    let landing = stage.approve(&url)?;
    stage.transcript.state(&awaiting);
    let granted = awaiting.receive(&client, Callback::url(&landing.url), stage.now())?;
    stage.transcript.state(&granted);
    refreshable(granted)
}

fn use_and_refresh(stage: &mut Stage<'_>, authorized: Authorized<Refreshable>) -> Ended {
    let client = stage.confidential()?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    let exchange = authorized.refresh(&client, stage.now())?;
    let authorized = stage.finish(exchange)?;
    expect("the API takes the new token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn validate(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    for name in ["token", "session"] {
        let (request, checking) = authorized.check(&client, name)?;
        let validity = checking.finish(stage.send(request))?;
        expect("it is good", validity == Validity::Good)?;
    }
    stage.emulator.revoke_by_user();
    stage.transcript.note("the user takes the access back");
    for name in ["token", "session"] {
        let (request, checking) = authorized.check(&client, name)?;
        let validity = checking.finish(stage.send(request))?;
        expect("it is rejected", validity == Validity::Rejected)?;
    }
    stage.close()
}

fn logout(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    let old = client.import_access_token_from_elsewhere(authorized.access_token().clone(), None)?;
    let (request, logging_out) = authorized.revoke(&client)?;
    stage.transcript.state(&logging_out);
    let intent = logging_out.finish(stage.send(request))?;
    stage.transcript.state(&intent);
    let Standing::Authorized(old) = old.at(stage.now()) else {
        return Err("a token without expiry stands".into());
    };
    expect("the API refuses the old token", stage.call_api(&client, &old)? == 401)?;
    stage.close()
}

fn sandbox(transcript: &mut Transcript) -> Ended {
    let provider = providers::motar().variable("host", providers::MOTAR_SANDBOX);
    let mut stage = Stage::open(transcript, ProviderTable::motar_sandbox(), provider);
    let client = stage.confidential()?;
    let authorized = stage.log_in(&client)?;
    expect("the API takes the token", stage.call_api(&client, &authorized)? == 200)?;
    stage.close()
}

fn revoked(transcript: &mut Transcript) -> Ended {
    let mut stage = stage(transcript);
    let client = stage.confidential()?;
    stage.revoked_by_the_user(&client)
}
