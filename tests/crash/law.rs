//! How an accident must end: what is right at each point, for each decision.

use oauth_proto::{AnyTokenSet, Keeper, stored};

use crate::{
    case::{Case, Login, Then},
    log,
    world::{Choice, End, Point, World},
};

/// What a run left, in the store and at the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub end: End,
    /// What can be done with the tokens of the row.
    pub capability: &'static str,
    /// How often the user was asked.
    pub approvals: usize,
    /// How many requests have brought tokens.
    pub let_in: usize,
    /// How many refresh tokens are good, ours and those that nobody holds.
    pub live: usize,
    /// Whether ours is among them, where the row has one.
    pub held: bool,
    /// A spent refresh token was presented.
    pub reuse: bool,
    /// A spent code was presented.
    pub replay: bool,
}

impl Ending {
    pub fn of(world: &World, end: End) -> Self {
        let live = world.server.live_refresh_tokens();
        Self {
            end,
            capability: capability(world),
            approvals: world.approvals.get(),
            let_in: log::let_in(world),
            live: live.len(),
            held: refresh_token(world).is_none_or(|ours| live.contains(&ours)),
            reuse: world.server.reuse_detected(),
            replay: world.server.code_replay_detected(),
        }
    }
}

fn capability(world: &World) -> &'static str {
    let of = |tokens: &AnyTokenSet| match tokens {
        AnyTokenSet::Refreshable(_) => "refreshable",
        AnyTokenSet::Reissuable(_) => "reissuable",
        AnyTokenSet::AccessOnly(_) => "access only",
    };
    let Some(row) = world.row() else { return "no tokens" };
    match world.kind().as_deref() {
        Some("token_set/1") => of(&world.load()),
        Some("keeper/1") => of(stored::load::<Keeper>(row.as_bytes()).unwrap().tokens()),
        _ => "no tokens",
    }
}

fn refresh_token(world: &World) -> Option<String> {
    let row: serde_json::Value = serde_json::from_str(&world.row()?).ok()?;
    let places = ["/capability/refreshable", "/tokens/capability/refreshable"];
    places.into_iter().find_map(|place| row.pointer(place)?.as_str()).map(str::to_owned)
}

/// What was on its way at the accident.
#[derive(Clone, Copy)]
enum Sent {
    Code,
    Refresh,
    /// Nothing in it is good for one use.
    Anything,
}

/// How it must end. `clean` is how the same case ends without an accident.
pub fn expected(case: Case, clean: &Ending, at: &Point, in_doubt: bool, choice: Choice) -> Ending {
    let mut want = clean.clone();
    if !in_doubt {
        // As if nothing had happened. Only a login whose row was taken out, and not yet replaced by its journal, is
        // begun again: nothing of it was sent.
        want.approvals += usize::from(at.taken_out);
        return want;
    }
    if choice == Choice::Ask {
        want.end = End::InDoubt;
        return want;
    }
    let acted = usize::from(at.acted);
    // Without the request that was on its way, and with it if the server acted.
    want.let_in = clean.let_in - 1 + acted;
    match sent(case, at) {
        Sent::Code if choice.sends_again() && at.acted => {
            // RFC 6749 section 4.1.2: what the code had brought is revoked, and the user logs in again.
            want.replay = true;
            want.approvals += 1;
            want.let_in += 1;
        }
        Sent::Code if choice.sends_again() => want.let_in += 1,
        Sent::Code => {
            want.approvals += 1;
            want.let_in += 1;
            // Nobody holds the refresh token that the code had brought.
            want.live += clean.live * acted;
        }
        Sent::Refresh if choice.sends_again() && at.acted && case.rotation => {
            // RFC 9700 section 4.14.2: the session is over, and the user logs in again.
            want.reuse = true;
            want.approvals += 1;
            want.let_in += 1;
        }
        Sent::Refresh if choice.sends_again() => want.let_in += 1,
        Sent::Refresh if at.acted && case.refresh_ends_access_token() => {
            want.approvals += 1;
            want.let_in += 1;
            want.live += 1;
        }
        // The access token is used to its end, without a refresh token.
        Sent::Refresh => want.capability = "access only",
        Sent::Anything => {
            want.let_in += 1;
            let each_brings_one = matches!(case.login, Login::Password | Login::ClientCredentials) && clean.live > 0;
            want.live += acted * usize::from(each_brings_one);
        }
    }
    want
}

fn sent(case: Case, at: &Point) -> Sent {
    match (case.then, case.login) {
        (_, Login::Password | Login::ClientCredentials) => Sent::Anything,
        (Then::Renew | Then::Keep, _) => Sent::Refresh,
        // Two requests: the code, and the follow-up.
        (Then::FollowUp, _) if at.journal.as_deref() == Some("in_flight/follow_up/1") => Sent::Anything,
        (Then::Use | Then::FollowUp, _) => Sent::Code,
    }
}
