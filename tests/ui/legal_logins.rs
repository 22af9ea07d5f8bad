//! The legal twins: logins, from the choice of a grant to the tokens.
//@ compiles

use std::error::Error;

use oauth_proto::{
    AccessOnly, AnyClient, Authorized, AwaitingCode, AwaitingToken, Callback, Client, Confidential, Entropy, Granted,
    InFlight, Outcome, Public, Request, Timestamp,
    grant::{AuthorizationCode, ClientCredentials},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn start(public: &Client<Public>, confidential: &Client<Confidential>, now: Timestamp) -> Result<()> {
    let (first, second) = (Entropy::from_os()?, Entropy::from_os()?);
    let _ = public.authorization_code()?.authorize(first, now);
    let login = confidential.authorization_code_without_pkce_for_a_server_that_refuses_it()?;
    let _ = login.authorize(second, now);
    let _: (Request, InFlight<ClientCredentials>) = confidential.client_credentials()?.request(now)?;
    Ok(())
}

pub fn code(awaiting: AwaitingCode, client: &AnyClient, callback: Callback<'_>, now: Timestamp) -> Result<Request> {
    let (request, flight): (_, InFlight<AuthorizationCode>) = awaiting.receive(client, callback, now)?;
    drop(flight);
    Ok(request)
}

pub fn implicit(
    awaiting: AwaitingToken,
    client: &AnyClient,
    callback: Callback<'_>,
    now: Timestamp,
) -> Result<Authorized<AccessOnly>> {
    Ok(awaiting.receive(client, callback, now)?)
}

pub fn tokens(flight: InFlight<AuthorizationCode>, outcome: Outcome, client: &AnyClient, now: Timestamp) -> Result<()> {
    if let Granted::Refreshable(authorized) = flight.finish(outcome)? {
        let (request, flight) = authorized.refresh(client, now)?;
        drop((http::Request::try_from(request)?, flight));
    }
    Ok(())
}
