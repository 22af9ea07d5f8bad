//! The legal twins: a client, from its registration to its end.
//@ compiles

use std::error::Error;

use oauth_proto::{
    AnyClient, Outcome, Provider, Request, Timestamp,
    registration::{ClientMetadata, Deleting, EitherClient, Managing, RegisteredClient, Registering, RegistrationInDoubt},
    stored,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn register(provider: &Provider, metadata: &ClientMetadata, now: Timestamp) -> Result<(Request, Registering)> {
    Ok(provider.register(metadata, None, now)?)
}

pub fn finish(registering: Registering, outcome: Outcome) -> Result<String> {
    let client: RegisteredClient = registering.finish(outcome)?;
    Ok(stored::save(&client))
}

pub fn doubt(row: &[u8]) -> Result<ClientMetadata> {
    Ok(stored::load::<RegistrationInDoubt>(row)?.into_metadata())
}

pub fn many(row: &[u8], provider: Provider) -> Result<(AnyClient, AnyClient)> {
    let client: EitherClient = stored::load::<RegisteredClient>(row)?.client(provider)?;
    let client: AnyClient = client.into();
    Ok((client.clone(), client))
}

pub fn update(client: RegisteredClient, provider: &Provider, now: Timestamp) -> Result<(Request, Managing)> {
    let metadata = client.metadata().clone().with_client_name("New")?;
    Ok(client.update(provider, &metadata, now)?)
}

pub fn delete(row: &[u8], provider: &Provider, now: Timestamp) -> Result<(Request, Deleting)> {
    Ok(stored::load::<RegisteredClient>(row)?.delete(provider, now)?)
}
