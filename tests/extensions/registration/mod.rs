//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

mod endings;
mod life;
mod lost;

use oauth_proto::{
    Provider, RedirectUri, Secret,
    error::{EndpointError, EndpointFault, ErrorResponse},
    registration::{ClientMetadata, RegisteredClient, Registering, RegistrationError},
};
use oauth_proto_emulator::ProviderTable;

use crate::scene::{Result, Scene, send};

const CONFIGURATION: &str = "/register/configuration";

/// A server at which clients register.
fn scene(table: ProviderTable) -> Scene {
    let mut scene = Scene::of(table);
    scene.provider.registration_endpoint = Some(scene.emulator.local("https://plain.invalid/register"));
    scene
}

fn open() -> Scene {
    scene(ProviderTable::extended())
}

/// Of a client that logs in with a code, and refreshes.
fn metadata(scene: &Scene) -> Result<ClientMetadata> {
    let uri = RedirectUri::new(scene.emulator.redirect_uri())?;
    let metadata = ClientMetadata::new().with_redirect_uris([uri]).with_client_name("Example")?;
    Ok(metadata.with_grant_types(["authorization_code", "refresh_token"])?)
}

fn registered(scene: &Scene, metadata: &ClientMetadata) -> Result<RegisteredClient> {
    let (request, registering) = scene.provider.register(metadata, None, scene.now())?;
    Ok(registering.finish(send(request))?)
}

/// What the server says to a registration.
fn answer(
    scene: &Scene,
    metadata: &ClientMetadata,
    token: Option<&Secret>,
) -> Result<std::result::Result<RegisteredClient, RegistrationError>> {
    let (request, registering): (_, Registering) = scene.provider.register(metadata, token, scene.now())?;
    Ok(registering.finish(send(request)))
}

fn read(
    scene: &Scene,
    client: RegisteredClient,
) -> std::result::Result<RegisteredClient, EndpointError<RegisteredClient>> {
    let (request, reading) = client.read(&scene.provider, scene.now()).expect("a client to read");
    reading.finish(send(request))
}

fn update(
    scene: &Scene,
    client: RegisteredClient,
    metadata: &ClientMetadata,
) -> std::result::Result<RegisteredClient, EndpointError<RegisteredClient>> {
    let (request, updating) = client.update(&scene.provider, metadata, scene.now()).expect("a client to update");
    updating.finish(send(request))
}

fn delete(scene: &Scene, client: RegisteredClient) -> std::result::Result<(), EndpointError<RegisteredClient>> {
    let (request, deleting) = client.delete(&scene.provider, scene.now()).expect("a client to delete");
    deleting.finish(send(request))
}

/// The words of a refusal.
#[track_caller]
fn refusal<S: std::fmt::Debug>(error: &EndpointError<S>) -> &ErrorResponse {
    expect!(error.fault(), EndpointFault::Refused(response) => response)
}

/// The same server, reached by a name that is none of its own.
fn by_another_name(provider: &Provider) -> Provider {
    let mut provider = provider.clone();
    let endpoint = provider.registration_endpoint.as_deref().unwrap_or_default().replace("127.0.0.1", "localhost");
    provider.registration_endpoint = Some(endpoint);
    provider
}
