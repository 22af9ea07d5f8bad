//! The table of the machine: each call that a state allows, and where it leads.
//!
//! The page draws its picture from it. `tests/machine.rs` writes a program for each line, which must compile; and one for
//! each call that a state does not allow, which must not. What is not here: a call that is refused while the program runs
//! hands the state back, in its error.

/// One arrow of the picture.
pub struct Transition {
    /// The type of the state that the call is made on.
    pub from: &'static str,
    /// The call, as an expression of `state`.
    pub call: &'static str,
    /// The pattern of the result in which `next` is the state that follows; none if the state stays as it is.
    pub ending: Option<&'static str>,
    /// The type of the state that follows.
    pub to: &'static str,
}

/// Every call that anyone might try, in the order in which the page lists what is refused.
pub const CALLS: [&str; 20] = [
    AUTHORIZE,
    REQUEST,
    RECEIVE,
    EXCHANGE,
    FINISH,
    RETRY,
    ASSUME_UNSPENT,
    ASSUME_SPENT,
    REFRESH,
    REISSUE,
    HEADER_FOR,
    ACCESS_TOKEN,
    REJECTED,
    REVOKE,
    INTO_TOKEN_SET,
    AT,
    INTO_INTENT,
    AGAIN,
    SAVE,
    CLONE,
];

pub const AUTHORIZE: &str = "state.authorize(entropy, now)";
pub const REQUEST: &str = "state.request(now)";
pub const RECEIVE: &str = "state.receive(client, callback, now)";
pub const EXCHANGE: &str = "state.exchange(client, now)";
pub const FINISH: &str = "state.finish(outcome)";
pub const RETRY: &str = "state.retry(client, now)";
pub const ASSUME_UNSPENT: &str = "state.assume_unspent()";
pub const ASSUME_SPENT: &str = "state.assume_spent()";
pub const REFRESH: &str = "state.refresh(client, now)";
pub const REISSUE: &str = "state.reissue(client, now)";
pub const HEADER_FOR: &str = "state.header_for(client, url)";
pub const ACCESS_TOKEN: &str = "state.access_token()";
pub const REJECTED: &str = "state.rejected()";
pub const REVOKE: &str = "state.revoke(client)";
pub const INTO_TOKEN_SET: &str = "state.into_token_set()";
pub const AT: &str = "state.at(now)";
pub const INTO_INTENT: &str = "state.into_intent()";
pub const AGAIN: &str = "state.again(unauthorized)";
pub const SAVE: &str = "stored::save(&state)";
pub const CLONE: &str = "state.clone()";

/// A line whose call leads on.
const fn leads(from: &'static str, call: &'static str, ending: &'static str, to: &'static str) -> Transition {
    Transition { from, call, ending: Some(ending), to }
}

/// A line whose call leaves the state as it is.
const fn stays(state: &'static str, call: &'static str) -> Transition {
    Transition { from: state, call, ending: None, to: state }
}

const NEXT: &str = "next";
const AND_A_URL: &str = "(_, next)";
const AND_A_REQUEST: &str = "Ok((_, next))";
const NOT_OURS: &str = "Err(CallbackError::NotOurs { awaiting: next, .. })";
const TOO_LATE: &str = "Err(CallbackError::TooLate { intent: next })";
const DENIED: &str = "Err(CallbackError::Refused { intent: next, .. })";
const REFRESHABLE: &str = "Ok(Granted::Refreshable(next))";
const ACCESS_ONLY: &str = "Ok(Granted::AccessOnly(next))";
const NOT_SENT: &str = "Err(FinishError::NotSent { origin: next, .. })";
const REFUSED: &str = "Err(FinishError::Refused { origin: next, .. })";
const DEAD: &str = "Err(FinishError::Dead { remains: next, .. })";
const UNTRUSTED: &str = "Err(FinishError::Untrusted { remains: next, .. })";
const LOST: &str = "Err(FinishError::InDoubt { in_doubt: next, .. })";
const STANDS: &str = "Standing::Authorized(next)";
const OVER: &str = "Standing::Expired(next)";

pub const TRANSITIONS: &[Transition] = &[
    // A login begins, in one of four ways.
    leads("Unauthorized<AuthorizationCode>", AUTHORIZE, AND_A_URL, "AwaitingCode"),
    leads("Unauthorized<Implicit>", AUTHORIZE, AND_A_URL, "AwaitingToken<Implicit>"),
    leads("Unauthorized<ImplicitWithRefresh>", AUTHORIZE, AND_A_URL, "AwaitingToken<ImplicitWithRefresh>"),
    leads("Unauthorized<ClientCredentials>", REQUEST, AND_A_REQUEST, "InFlight<ClientCredentials>"),
    // The browser comes back.
    leads("AwaitingCode", RECEIVE, AND_A_REQUEST, "InFlight<AuthorizationCode>"),
    leads("AwaitingCode", RECEIVE, NOT_OURS, "AwaitingCode"),
    leads("AwaitingCode", RECEIVE, TOO_LATE, "Intent"),
    leads("AwaitingCode", RECEIVE, DENIED, "Intent"),
    stays("AwaitingCode", SAVE),
    leads("AwaitingToken<Implicit>", RECEIVE, "Ok(next)", "Authorized<AccessOnly>"),
    leads("AwaitingToken<Implicit>", RECEIVE, NOT_OURS, "AwaitingToken<Implicit>"),
    leads("AwaitingToken<Implicit>", RECEIVE, TOO_LATE, "Intent"),
    leads("AwaitingToken<Implicit>", RECEIVE, DENIED, "Intent"),
    stays("AwaitingToken<Implicit>", SAVE),
    leads("AwaitingToken<ImplicitWithRefresh>", RECEIVE, REFRESHABLE, "Authorized<Refreshable>"),
    leads("AwaitingToken<ImplicitWithRefresh>", RECEIVE, ACCESS_ONLY, "Authorized<AccessOnly>"),
    leads("AwaitingToken<ImplicitWithRefresh>", RECEIVE, NOT_OURS, "AwaitingToken<ImplicitWithRefresh>"),
    leads("AwaitingToken<ImplicitWithRefresh>", RECEIVE, TOO_LATE, "Intent"),
    leads("AwaitingToken<ImplicitWithRefresh>", RECEIVE, DENIED, "Intent"),
    stays("AwaitingToken<ImplicitWithRefresh>", SAVE),
    leads("ReceivedCode", EXCHANGE, AND_A_REQUEST, "InFlight<AuthorizationCode>"),
    // What came of a request.
    leads("InFlight<AuthorizationCode>", FINISH, REFRESHABLE, "Authorized<Refreshable>"),
    leads("InFlight<AuthorizationCode>", FINISH, ACCESS_ONLY, "Authorized<AccessOnly>"),
    leads("InFlight<AuthorizationCode>", FINISH, NOT_SENT, "ReceivedCode"),
    leads("InFlight<AuthorizationCode>", FINISH, REFUSED, "ReceivedCode"),
    leads("InFlight<AuthorizationCode>", FINISH, DEAD, "Intent"),
    leads("InFlight<AuthorizationCode>", FINISH, UNTRUSTED, "Intent"),
    leads("InFlight<AuthorizationCode>", FINISH, LOST, "InDoubt<AuthorizationCode>"),
    stays("InFlight<AuthorizationCode>", SAVE),
    leads("InFlight<ClientCredentials>", FINISH, "Ok(next)", "Authorized<Reissuable>"),
    leads("InFlight<ClientCredentials>", FINISH, NOT_SENT, "Intent"),
    leads("InFlight<ClientCredentials>", FINISH, REFUSED, "Intent"),
    leads("InFlight<ClientCredentials>", FINISH, DEAD, "Intent"),
    leads("InFlight<ClientCredentials>", FINISH, UNTRUSTED, "Intent"),
    leads("InFlight<ClientCredentials>", FINISH, LOST, "InDoubt<ClientCredentials>"),
    stays("InFlight<ClientCredentials>", SAVE),
    leads("InFlight<RefreshToken>", FINISH, "Ok(next)", "Authorized<Refreshable>"),
    leads("InFlight<RefreshToken>", FINISH, NOT_SENT, "TokenSet<Refreshable>"),
    leads("InFlight<RefreshToken>", FINISH, REFUSED, "TokenSet<Refreshable>"),
    leads("InFlight<RefreshToken>", FINISH, DEAD, "TokenSet<AccessOnly>"),
    leads("InFlight<RefreshToken>", FINISH, UNTRUSTED, "TokenSet<AccessOnly>"),
    leads("InFlight<RefreshToken>", FINISH, LOST, "InDoubt<RefreshToken>"),
    stays("InFlight<RefreshToken>", SAVE),
    leads("InFlight<Reissue>", FINISH, "Ok(next)", "Authorized<Reissuable>"),
    leads("InFlight<Reissue>", FINISH, NOT_SENT, "TokenSet<Reissuable>"),
    leads("InFlight<Reissue>", FINISH, REFUSED, "TokenSet<Reissuable>"),
    leads("InFlight<Reissue>", FINISH, DEAD, "TokenSet<Reissuable>"),
    leads("InFlight<Reissue>", FINISH, UNTRUSTED, "TokenSet<Reissuable>"),
    leads("InFlight<Reissue>", FINISH, LOST, "InDoubt<Reissue>"),
    stays("InFlight<Reissue>", SAVE),
    // The request may have arrived: somebody decides.
    leads("InDoubt<AuthorizationCode>", RETRY, AND_A_REQUEST, "InFlight<AuthorizationCode>"),
    leads("InDoubt<AuthorizationCode>", ASSUME_UNSPENT, NEXT, "ReceivedCode"),
    leads("InDoubt<AuthorizationCode>", ASSUME_SPENT, NEXT, "Intent"),
    stays("InDoubt<AuthorizationCode>", SAVE),
    leads("InDoubt<ClientCredentials>", ASSUME_UNSPENT, NEXT, "Intent"),
    leads("InDoubt<ClientCredentials>", ASSUME_SPENT, NEXT, "Intent"),
    stays("InDoubt<ClientCredentials>", SAVE),
    leads("InDoubt<RefreshToken>", RETRY, AND_A_REQUEST, "InFlight<RefreshToken>"),
    leads("InDoubt<RefreshToken>", ASSUME_UNSPENT, NEXT, "TokenSet<Refreshable>"),
    leads("InDoubt<RefreshToken>", ASSUME_SPENT, NEXT, "TokenSet<AccessOnly>"),
    stays("InDoubt<RefreshToken>", SAVE),
    leads("InDoubt<Reissue>", RETRY, AND_A_REQUEST, "InFlight<Reissue>"),
    leads("InDoubt<Reissue>", ASSUME_UNSPENT, NEXT, "TokenSet<Reissuable>"),
    leads("InDoubt<Reissue>", ASSUME_SPENT, NEXT, "TokenSet<Reissuable>"),
    stays("InDoubt<Reissue>", SAVE),
    // Tokens that are good.
    stays("Authorized<Refreshable>", HEADER_FOR),
    stays("Authorized<Refreshable>", ACCESS_TOKEN),
    leads("Authorized<Refreshable>", REFRESH, AND_A_REQUEST, "InFlight<RefreshToken>"),
    leads("Authorized<Refreshable>", REJECTED, NEXT, "Expired<Refreshable>"),
    leads("Authorized<Refreshable>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<Refreshable>>"),
    leads("Authorized<Refreshable>", INTO_TOKEN_SET, NEXT, "TokenSet<Refreshable>"),
    stays("Authorized<AccessOnly>", HEADER_FOR),
    stays("Authorized<AccessOnly>", ACCESS_TOKEN),
    leads("Authorized<AccessOnly>", REJECTED, NEXT, "Expired<AccessOnly>"),
    leads("Authorized<AccessOnly>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<AccessOnly>>"),
    leads("Authorized<AccessOnly>", INTO_TOKEN_SET, NEXT, "TokenSet<AccessOnly>"),
    stays("Authorized<Reissuable>", HEADER_FOR),
    stays("Authorized<Reissuable>", ACCESS_TOKEN),
    leads("Authorized<Reissuable>", REISSUE, AND_A_REQUEST, "InFlight<Reissue>"),
    leads("Authorized<Reissuable>", REJECTED, NEXT, "Expired<Reissuable>"),
    leads("Authorized<Reissuable>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<Reissuable>>"),
    leads("Authorized<Reissuable>", INTO_TOKEN_SET, NEXT, "TokenSet<Reissuable>"),
    // Tokens that an API would refuse.
    leads("Expired<Refreshable>", REFRESH, AND_A_REQUEST, "InFlight<RefreshToken>"),
    leads("Expired<Refreshable>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<Refreshable>>"),
    leads("Expired<Refreshable>", INTO_TOKEN_SET, NEXT, "TokenSet<Refreshable>"),
    leads("Expired<Refreshable>", INTO_INTENT, NEXT, "Intent"),
    leads("Expired<AccessOnly>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<AccessOnly>>"),
    leads("Expired<AccessOnly>", INTO_TOKEN_SET, NEXT, "TokenSet<AccessOnly>"),
    leads("Expired<AccessOnly>", INTO_INTENT, NEXT, "Intent"),
    leads("Expired<Reissuable>", REISSUE, AND_A_REQUEST, "InFlight<Reissue>"),
    leads("Expired<Reissuable>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<Reissuable>>"),
    leads("Expired<Reissuable>", INTO_TOKEN_SET, NEXT, "TokenSet<Reissuable>"),
    leads("Expired<Reissuable>", INTO_INTENT, NEXT, "Intent"),
    // Tokens in a store, where no clock is.
    leads("TokenSet<Refreshable>", AT, STANDS, "Authorized<Refreshable>"),
    leads("TokenSet<Refreshable>", AT, OVER, "Expired<Refreshable>"),
    leads("TokenSet<Refreshable>", REJECTED, NEXT, "Expired<Refreshable>"),
    leads("TokenSet<Refreshable>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<Refreshable>>"),
    leads("TokenSet<Refreshable>", INTO_INTENT, NEXT, "Intent"),
    stays("TokenSet<Refreshable>", SAVE),
    leads("TokenSet<AccessOnly>", AT, STANDS, "Authorized<AccessOnly>"),
    leads("TokenSet<AccessOnly>", AT, OVER, "Expired<AccessOnly>"),
    leads("TokenSet<AccessOnly>", REJECTED, NEXT, "Expired<AccessOnly>"),
    leads("TokenSet<AccessOnly>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<AccessOnly>>"),
    leads("TokenSet<AccessOnly>", INTO_INTENT, NEXT, "Intent"),
    stays("TokenSet<AccessOnly>", SAVE),
    leads("TokenSet<Reissuable>", AT, STANDS, "Authorized<Reissuable>"),
    leads("TokenSet<Reissuable>", AT, OVER, "Expired<Reissuable>"),
    leads("TokenSet<Reissuable>", REJECTED, NEXT, "Expired<Reissuable>"),
    leads("TokenSet<Reissuable>", REVOKE, AND_A_REQUEST, "Revoking<TokenSet<Reissuable>>"),
    leads("TokenSet<Reissuable>", INTO_INTENT, NEXT, "Intent"),
    stays("TokenSet<Reissuable>", SAVE),
    // Tokens that are given back.
    leads("Revoking<TokenSet<Refreshable>>", FINISH, "Ok(next)", "Intent"),
    leads("Revoking<TokenSet<AccessOnly>>", FINISH, "Ok(next)", "Intent"),
    leads("Revoking<TokenSet<Reissuable>>", FINISH, "Ok(next)", "Intent"),
    // Nothing is left but what was asked for: that can be asked again.
    leads("Intent", AGAIN, NEXT, "Unauthorized<AuthorizationCode>"),
    stays("Intent", CLONE),
];

/// Every state of the table, once.
#[allow(dead_code)] // only tests go through them all
pub fn states() -> Vec<&'static str> {
    let mut states = Vec::new();
    for state in TRANSITIONS.iter().flat_map(|line| [line.from, line.to]) {
        if !states.contains(&state) {
            states.push(state);
        }
    }
    states
}

/// Whether the state allows this call.
pub fn allows(state: &str, call: &str) -> bool {
    TRANSITIONS.iter().any(|line| line.from == state && line.call == call)
}

/// Whether the state has a method of this name that does something else: an exchange of tokens (RFC 8693) is none of a
/// code. Such a call does not compile either, but what the compiler says is about its arguments.
pub fn is_namesake(state: &str, call: &str) -> bool {
    call == EXCHANGE && state.starts_with("Authorized<")
}
