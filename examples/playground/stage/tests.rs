//! Every provider that can be chosen is gone through, from the login to a renewal.

use oauth_proto::catalog;

use serde_json::Value;

use super::{Action, Back, Journal, Stage};
use crate::{
    page,
    world::{GrantKind, KNOWN, Which, World},
};

const REDIRECT_URI: &str = "http://127.0.0.1:4180/callback";

fn act(stage: &mut Stage, action: Action) {
    stage.act(action).unwrap();
}

/// What the wire of the last steps says, for a message.
fn last(stage: &Stage) -> String {
    let step = stage.journal.last().unwrap();
    format!("{}: {} ({:?})", step.title, step.to, step.said)
}

/// The user approves, where a login takes one to the provider, and comes back.
fn approve(stage: &mut Stage) -> Result<(), String> {
    let Some(url) = stage.login_url.clone() else { return Ok(()) };
    let back = stage.world.approve(&url)?;
    stage.come_back(back);
    Ok(())
}

/// The login up to its tokens: what came of it, in words, if it was not `Authorized`.
fn log_in(stage: &mut Stage) -> Result<(), String> {
    act(stage, Action::Begin);
    approve(stage)?;
    if stage.state().starts_with("InFlight") {
        act(stage, Action::Send);
    }
    is(stage, "Authorized")
}

fn is(stage: &Stage, node: &str) -> Result<(), String> {
    if stage.state().starts_with(node) { Ok(()) } else { Err(last(stage)) }
}

/// The tokens that are in the store.
fn tokens(stage: &Stage) -> Vec<String> {
    let row: Value = serde_json::from_str(stage.store.tokens.as_deref().unwrap()).unwrap();
    let found = [&row["access_token"], &row["capability"]["refreshable"]];
    let found: Vec<String> = found.into_iter().filter_map(Value::as_str).map(str::to_owned).collect();
    assert!(!found.is_empty(), "{row}");
    found
}

/// The page shows no token of `seen`, unless it is asked to.
fn is_hidden(stage: &Stage, seen: &[String]) -> Result<(), String> {
    let (hidden, shown) = (page::texts(stage, false), page::texts(stage, true));
    for token in seen {
        // As it is, and as it stands in a form: each as a text of HTML.
        let form: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let forms = [token.as_str(), &form].map(|token| maud::html! { (token) }.into_string());
        if !forms.iter().any(|token| shown.contains(token)) {
            return Err(format!("{token} is nowhere on the page"));
        }
        if forms.iter().any(|token| hidden.contains(token)) {
            return Err(format!("{token} is on the page"));
        }
    }
    Ok(())
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
        let mut seen = tokens(&stage);
        if !stage.state().ends_with("<AccessOnly>") {
            act(&mut stage, Action::Renew);
            act(&mut stage, Action::Send);
            act(&mut stage, Action::CallApi);
            is(&stage, "Authorized").map_err(|why| format!("{grant:?}, renewed: {why}"))?;
            seen.extend(tokens(&stage));
        }
        is_hidden(&stage, &seen).map_err(|why| format!("{grant:?}: {why}"))?;
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
fn a_provider_file_that_gives_the_token_a_harmless_name() {
    let file = r#"{
        "name": "mine",
        "authorization_endpoint": "https://mine.example/authorize",
        "token_endpoint": "https://mine.example/token",
        "dialect": { "response": { "rename": { "access_token": "token.value" } } }
    }"#;
    go_through(&Which::File(file), Some(GrantKind::Code)).unwrap();
}

#[test]
fn a_refresh_token_that_comes_twice_ends_the_grant() {
    for which in [Which::Known("amiqus"), Which::Catalogue("gitlab")] {
        let mut stage = Stage::open(World::open(&which, REDIRECT_URI).unwrap(), GrantKind::Code).unwrap();
        log_in(&mut stage).unwrap();
        for action in [Action::Renew, Action::Send, Action::RenewOld, Action::Send] {
            act(&mut stage, action);
        }
        let (_, step) = stage.journal.newest_first().find(|(_, step)| step.said.is_some()).unwrap();
        assert_eq!(step.to, "TokenSet<AccessOnly>");
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
    approve(&mut stage).unwrap();
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

fn amiqus() -> Stage {
    Stage::open(World::open(&Which::Known("amiqus"), REDIRECT_URI).unwrap(), GrantKind::Code).unwrap()
}

#[test]
fn a_process_that_dies_with_a_code_has_lost_it() {
    let mut stage = amiqus();
    act(&mut stage, Action::Restart);
    assert_eq!(stage.state(), "Unauthorized<AuthorizationCode>");
    assert!(stage.journal.last().unwrap().title.ends_with("nothing, and nothing is lost"), "{}", last(&stage));
    act(&mut stage, Action::Begin);
    approve(&mut stage).unwrap();
    act(&mut stage, Action::FailToConnect);
    assert_eq!(stage.state(), "ReceivedCode");
    act(&mut stage, Action::Restart);
    assert_eq!(stage.state(), "Unauthorized<AuthorizationCode>");
    assert!(stage.journal.last().unwrap().title.contains("the code is lost"), "{}", last(&stage));
    log_in(&mut stage).unwrap();
}

#[test]
fn a_process_that_dies_after_a_denial_begins_at_the_beginning() {
    let mut stage = amiqus();
    act(&mut stage, Action::Begin);
    let url = stage.login_url.clone().unwrap();
    let (_, state) =
        url::Url::parse(&url).unwrap().query_pairs().into_owned().find(|(name, _)| name == "state").unwrap();
    stage.come_back(Back::Url(format!("{REDIRECT_URI}?error=access_denied&state={state}")));
    assert_eq!(stage.state(), "Intent");
    act(&mut stage, Action::Restart);
    assert_eq!(stage.state(), "Unauthorized<AuthorizationCode>");
}

#[test]
fn a_tab_that_is_behind_drops_no_request_and_no_callback() {
    let mut stage = amiqus();
    log_in(&mut stage).unwrap();
    act(&mut stage, Action::Renew);
    act(&mut stage, Action::Send);
    act(&mut stage, Action::Renew);
    act(&mut stage, Action::RenewOld);
    assert_eq!(stage.state(), "InFlight<RefreshToken>");
    act(&mut stage, Action::Send);
    assert_eq!(stage.state(), "Authorized<Refreshable>", "{}", last(&stage));
    act(&mut stage, Action::Begin);
    assert!(stage.callback.is_some());
    // And the backup is still there.
    act(&mut stage, Action::RenewOld);
    assert_eq!(stage.state(), "InFlight<RefreshToken>");
}

#[test]
fn callbacks_of_any_site_leave_the_page_as_it_was() {
    let mut stage = amiqus();
    let foreign = |number: usize| Back::Url(format!("{REDIRECT_URI}?code=of-another-site-{number}"));
    stage.come_back(foreign(0));
    assert!(stage.callback.is_none(), "no login waited");
    log_in(&mut stage).unwrap();
    let ours = |stage: &Stage| match &stage.callback {
        Some(Back::Url(url) | Back::Form(url)) => url.clone(),
        None => panic!("there is no callback"),
    };
    let kept = ours(&stage);
    let before = stage.journal.newest_first().next().unwrap().0;
    for number in 1..=Journal::KEPT {
        stage.come_back(foreign(number));
    }
    assert_eq!(ours(&stage), kept);
    let numbers: Vec<usize> = stage.journal.newest_first().map(|(number, _)| number).collect();
    let expected: Vec<usize> = (before + 1..=before + Journal::KEPT).rev().collect();
    assert_eq!(numbers, expected, "the newest, by their own numbers");
}
