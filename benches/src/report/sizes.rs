//! How much room the main types take, on the stack or in a struct.

use oauth_proto::{
    AccessOnly, AnyTokenSet, Authorized, AwaitingCode, Callback, CallbackError, Client, Confidential, ConfigError,
    Entropy, FinishError, InFlight, Intent, Keeper, Outcome, PresentError, Provider, ReceivedCode, Refreshable,
    RenewalError, Request, RequestError, Response, Scope, Secret, Timestamp, TokenSet, Unauthorized,
    grant::{AuthorizationCode, ClientCredentials, Password, RefreshToken},
    stored::StoredError,
};

macro_rules! sizes {
    ($($type:ty),* $(,)?) => { [$((stringify!($type), size_of::<$type>())),*] };
}

fn types() -> impl Iterator<Item = (&'static str, usize)> {
    let types = sizes!(
        Client<Confidential>,
        Provider,
        Unauthorized<AuthorizationCode>,
        AwaitingCode,
        ReceivedCode,
        InFlight<AuthorizationCode>,
        InFlight<RefreshToken>,
        Authorized<Refreshable>,
        Authorized<AccessOnly>,
        TokenSet<Refreshable>,
        AnyTokenSet,
        Keeper,
        Intent,
        Request,
        Response,
        Outcome,
        Callback<'static>,
        Entropy,
        Scope,
        Secret,
        Timestamp,
    );
    types.into_iter()
}

/// `tests/public_types.rs` has them all, and the same bound.
fn errors() -> impl Iterator<Item = (&'static str, usize)> {
    let errors = sizes!(
        CallbackError<AwaitingCode>,
        ConfigError,
        FinishError<AuthorizationCode>,
        FinishError<ClientCredentials>,
        FinishError<Password>,
        FinishError<RefreshToken>,
        PresentError,
        RenewalError,
        RequestError<ReceivedCode>,
        RequestError<TokenSet<Refreshable>>,
        StoredError,
    );
    errors.into_iter()
}

pub(super) fn greatest_error() -> usize {
    errors().map(|(_, size)| size).max().unwrap_or_default()
}

pub(super) fn table() -> String {
    let rows = types().chain(errors()).map(|(name, size)| format!("| `{name}` | {size} |\n"));
    format!("| type | bytes |\n| --- | ---: |\n{}", rows.collect::<String>())
}
