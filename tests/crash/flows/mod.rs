//! The program: it looks at what is stored, and goes on from there. To begin and to resume is the same.

mod code;
mod direct;
mod flaws;
mod follow_up;
mod implicit;
mod keeper;
mod tokens;

use std::time::Duration;

use oauth_proto::grant;

use crate::{
    case::Login,
    world::{End, World},
};

/// `Some` where the program ends; else it looks at the row again.
type Step = Option<End>;

/// How long before their end tokens are renewed.
const AHEAD: Duration = Duration::from_secs(120);

/// Where in the application the user came from: sealed in each login.
const RETURN_TO: &str = "/inbox";

/// A program that runs until its tokens open the API, or until it must ask someone.
pub async fn run(world: &World) -> End {
    loop {
        let step = match world.kind().as_deref() {
            None => log_in(world).await,
            Some("awaiting_code/1") => code::callback(world).await,
            Some("awaiting_token/implicit/1") => implicit::callback::<grant::Implicit>(world).await,
            Some("awaiting_token/implicit_with_refresh/1") => {
                implicit::callback::<grant::ImplicitWithRefresh>(world).await
            }
            Some("in_flight/authorization_code/1") => code::doubt(world).await,
            Some("in_flight/password/1") => direct::password_doubt(world).await,
            Some("in_flight/client_credentials/1") => direct::client_credentials_doubt(world).await,
            Some("in_flight/refresh_token/1") => tokens::refresh_doubt(world).await,
            Some("in_flight/reissue/1") => tokens::reissue_doubt(world).await,
            Some("in_flight/follow_up/1") => follow_up::doubt(world).await,
            Some("token_set/1") => tokens::go_on(world).await,
            Some("keeper/1") => keeper::go_on(world).await,
            Some(other) => Some(world.wrong(other)),
        };
        if let Some(end) = step {
            return end;
        }
    }
}

/// The way to tokens, so that a case that is about what follows can begin there.
pub async fn log_in_to_the_end(world: &World) {
    while world.kind().as_deref() != Some("token_set/1") {
        let step = match world.kind().as_deref() {
            None => log_in(world).await,
            Some("awaiting_code/1") => code::callback(world).await,
            other => Some(world.wrong(other)),
        };
        assert!(step.is_none(), "{:?}", world.wrongs());
    }
}

async fn log_in(world: &World) -> Step {
    world.answered();
    world.point("a login is to begin").await;
    match world.case.login {
        Login::Code | Login::CodeTakenOut => code::begin(world).await,
        Login::Implicit => implicit::begin(world).await,
        Login::ImplicitWithRefresh => implicit::begin_with_refresh(world).await,
        Login::Password => direct::password(world).await,
        Login::ClientCredentials => direct::client_credentials(world).await,
    }
}
