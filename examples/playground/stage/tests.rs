//! Every provider that can be chosen is gone through, from the login to a renewal.

use oauth_proto::catalog;

use super::{Action, Back, Stage};
use crate::world::{GrantKind, KNOWN, Which, World};

const REDIRECT_URI: &str = "http://127.0.0.1:4180/callback";

fn act(stage: &mut Stage, action: Action) {
    stage.act(action).unwrap();
}

/// What the wire of the last steps says, for a message.
fn last(stage: &Stage) -> String {
    let step = stage.steps.last().unwrap();
    format!("{}: {} ({:?})", step.title, step.to, step.said)
}

/// The login up to its tokens: what came of it, in words, if it was not `Authorized`.
fn log_in(stage: &mut Stage) -> Result<(), String> {
    act(stage, Action::Begin);
    if let Some(url) = stage.login_url.clone() {
        let back = stage.world.approve(&url)?;
        stage.come_back(back);
    }
    if stage.state().starts_with("InFlight") {
        act(stage, Action::Send);
    }
    is(stage, "Authorized")
}

fn is(stage: &Stage, node: &str) -> Result<(), String> {
    if stage.state().starts_with(node) { Ok(()) } else { Err(last(stage)) }
}

fn go_through(which: &Which<'_>, grant: Option<GrantKind>) -> Result<usize, String> {
    let words = |why: Box<dyn std::error::Error + Send + Sync>| why.to_string();
    let grants = World::open(which, REDIRECT_URI).map_err(words)?.grants;
    for grant in grants.iter().filter(|each| grant.is_none_or(|only| only == **each)) {
        let world = World::open(which, REDIRECT_URI).map_err(words)?;
        let mut stage = Stage::open(world, *grant).map_err(words)?;
        log_in(&mut stage).map_err(|why| format!("{grant:?}: {why}"))?;
        act(&mut stage, Action::CallApi);
        is(&stage, "Authorized").map_err(|why| format!("{grant:?}, the API: {why}"))?;
        if !stage.state().ends_with("<AccessOnly>") {
            act(&mut stage, Action::Renew);
            act(&mut stage, Action::Send);
            act(&mut stage, Action::CallApi);
            is(&stage, "Authorized").map_err(|why| format!("{grant:?}, renewed: {why}"))?;
        }
    }
    Ok(grants.len())
}

#[test]
fn the_five() {
    for (name, _) in KNOWN {
        let grants = go_through(&Which::Known(name), None).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(grants > 0, "{name}");
    }
}

#[test]
fn each_entry_of_the_catalogue() {
    let failed: Vec<String> = catalog::names()
        .filter_map(|name| go_through(&Which::Catalogue(name), None).err().map(|why| format!("{name}: {why}")))
        .collect();
    assert!(failed.is_empty(), "{} fail:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn a_refresh_token_that_comes_twice_ends_the_grant() {
    for which in [Which::Known("amiqus"), Which::Catalogue("gitlab")] {
        let mut stage = Stage::open(World::open(&which, REDIRECT_URI).unwrap(), GrantKind::Code).unwrap();
        log_in(&mut stage).unwrap();
        for action in [Action::Renew, Action::Send, Action::RenewOld, Action::Send] {
            act(&mut stage, action);
        }
        assert_eq!(stage.steps.iter().rev().find(|step| step.said.is_some()).unwrap().to, "TokenSet<AccessOnly>");
    }
}

#[test]
fn a_forged_callback_leaves_the_login_waiting() {
    let mut stage = Stage::open(World::open(&Which::Known("amiqus"), REDIRECT_URI).unwrap(), GrantKind::Code).unwrap();
    act(&mut stage, Action::Begin);
    act(&mut stage, Action::Forge);
    assert_eq!(stage.state(), "AwaitingCode");
    stage.come_back(Back::Form("code=stolen&state=guessed".to_owned()));
    assert_eq!(stage.state(), "AwaitingCode");
}

#[test]
fn each_row_of_the_store_brings_its_state_back() {
    let mut stage = Stage::open(World::open(&Which::Known("amiqus"), REDIRECT_URI).unwrap(), GrantKind::Code).unwrap();
    act(&mut stage, Action::Begin);
    act(&mut stage, Action::Restart);
    assert_eq!(stage.state(), "AwaitingCode");
    let back = stage.world.approve(&stage.login_url.clone().unwrap()).unwrap();
    stage.come_back(back);
    act(&mut stage, Action::Restart);
    assert_eq!(stage.state(), "InDoubt<AuthorizationCode>");
    act(&mut stage, Action::Retry);
    act(&mut stage, Action::Send);
    act(&mut stage, Action::Renew);
    act(&mut stage, Action::Restart);
    assert_eq!(stage.state(), "InDoubt<RefreshToken>");
    act(&mut stage, Action::AssumeUnspent);
    assert_eq!(stage.state(), "Authorized<Refreshable>");
}
