//! Servers by their address (RFC 8414), and clients that register themselves (RFC 7591, RFC 7592).

use oauth_proto::{
    Client, Limits, Provider, RedirectUri, Registration, Scope,
    metadata::{Approval, Issuer, ServerMetadata, WellKnown},
    registration::{AuthMethod, ClientMetadata, EitherClient, RegisteredClient, RegistrationError},
};

use super::{features, yes};
use crate::{
    Result, Server,
    login::{Row, code, endpoint_refusal, finish},
    server::{REDIRECT_URI, now},
    wire::send,
};

features! { "Metadata (RFC 8414) and registration (RFC 7591, RFC 7592)":
    metadata "a client that knows the issuer alone logs in",
    openid_configuration "the same, by OpenID Connect Discovery",
    metadata_device "a device that knows the issuer alone begins",
    metadata_of_another_issuer "the metadata is not taken for another issuer's",
    registration "a client registers, and logs in",
    registration_public "a client without a secret registers, and logs in",
    registration_post "a client for `client_secret_post` registers, and logs in",
    registration_read "it reads itself",
    registration_update "it changes itself, and is still known",
    registration_delete "it goes, and is known no more",
    registration_refused "a registration for a grant that does not exist",
}

fn approval() -> Approval {
    Approval::none().plaintext_on_loopback()
}

fn issuer(server: &Server) -> Result<Issuer> {
    Ok(Issuer::approved((server.about.issuer)(&server.base), &approval())?)
}

fn fetched(server: &Server, place: WellKnown) -> Result<ServerMetadata> {
    let (request, fetching) = issuer(server)?.metadata(place, &Limits::default());
    fetching.finish(send(request)).map_err(|error| error.to_string().into())
}

fn provider(server: &Server, place: WellKnown) -> Result<Provider> {
    let mut provider = Provider::from_metadata(&fetched(server, place)?, &approval())?;
    // How it reads a token request's body, no metadata says.
    provider.dialect.token.body = server.provider().dialect.token.body;
    provider.dialect.refresh.body = server.provider().dialect.refresh.body;
    Ok(provider)
}

fn by_metadata(server: &Server, place: WellKnown) -> Result<String> {
    let registration =
        Registration::new("basic")?.redirect_uri(RedirectUri::new(REDIRECT_URI)?).scope(Scope::new(["read"])?);
    let client = Client::confidential(provider(server, place)?, registration, "s3cret-of-basic".into())?;
    let row = Row::of(server.logged_in(&client, client.authorization_code()?)?);
    row.refresh(&client)??;
    yes()
}

fn metadata(server: &Server) -> Result<String> {
    by_metadata(server, WellKnown::OauthAuthorizationServer)
}

fn openid_configuration(server: &Server) -> Result<String> {
    by_metadata(server, WellKnown::OpenidConfiguration)
}

fn metadata_device(server: &Server) -> Result<String> {
    let client = Client::public(provider(server, WellKnown::default())?, Registration::new("device")?)?;
    let (request, authorizing) = client.device_authorization()?.scope(Scope::new(["read"])?).request(now());
    let awaiting = authorizing.finish(send(request), now()).map_err(|error| error.to_string())?;
    ensure!(!awaiting.user_code().is_empty(), "no user code");
    yes()
}

fn metadata_of_another_issuer(server: &Server) -> Result<String> {
    let json = fetched(server, WellKnown::default())?.to_json();
    let other = Issuer::approved("http://127.0.0.1:9", &approval())?;
    match ServerMetadata::read(&other, json.as_bytes(), &Limits::default()) {
        Ok(_) => Err("it is taken".into()),
        Err(error) => {
            ensure!(error.to_string().contains("issuer"), "{error}");
            yes()
        }
    }
}

/// What a client says of itself.
fn asked(method: &AuthMethod) -> Result<ClientMetadata> {
    let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new(REDIRECT_URI)?]);
    let metadata = metadata.with_client_name("Example")?.with_auth_method(method);
    Ok(metadata.with_grant_types(["authorization_code", "refresh_token"])?.with_response_types(["code"])?)
}

fn register(server: &Server, metadata: &ClientMetadata) -> Result<RegisteredClient> {
    let (request, registering) = server.provider().register(metadata, None, now())?;
    registering.finish(send(request)).map_err(|error| error.to_string().into())
}

/// A login of a registered client, and a refresh.
fn logs_in(server: &Server, registered: &RegisteredClient) -> Result<String> {
    let client = registered.client(server.provider())?;
    let login = match &client {
        EitherClient::WithoutSecret(client) => client.authorization_code()?,
        EitherClient::WithSecret(client) => client.authorization_code()?,
    };
    let authorized = server.logged_in(&client, login.scope(Scope::new(["read"])?))?;
    let (request, in_flight) = authorized.refresh(&client, now())?;
    drop(finish(request, in_flight)?);
    yes()
}

fn registration(server: &Server) -> Result<String> {
    logs_in(server, &register(server, &asked(&AuthMethod::ClientSecretBasic)?)?)
}

fn registration_public(server: &Server) -> Result<String> {
    let registered = register(server, &asked(&AuthMethod::None)?)?;
    ensure!(registered.client_secret().is_none(), "it has a secret");
    logs_in(server, &registered)
}

fn registration_post(server: &Server) -> Result<String> {
    logs_in(server, &register(server, &asked(&AuthMethod::ClientSecretPost)?)?)
}

fn registration_read(server: &Server) -> Result<String> {
    let registered = register(server, &asked(&AuthMethod::ClientSecretBasic)?)?;
    let id = registered.client_id().to_owned();
    // Twice: the token for it may be another each time.
    let registered = read(server, read(server, registered)?)?;
    ensure!(registered.client_id() == id, "it is another");
    ensure!(registered.metadata().text("client_name").as_deref() == Some("Example"), "it has another name");
    logs_in(server, &registered)
}

fn read(server: &Server, registered: RegisteredClient) -> Result<RegisteredClient> {
    let (request, reading) = registered.read(&server.provider(), now())?;
    reading.finish(send(request)).map_err(|error| error.to_string().into())
}

fn registration_update(server: &Server) -> Result<String> {
    let mut registered = register(server, &asked(&AuthMethod::ClientSecretBasic)?)?;
    for name in ["Another", "A third"] {
        let changed = registered.metadata().clone().with_client_name(name)?;
        let (request, updating) = registered.update(&server.provider(), &changed, now())?;
        registered = updating.finish(send(request)).map_err(|error| error.to_string())?;
        ensure!(registered.metadata().text("client_name").as_deref() == Some(name), "it has another name");
    }
    logs_in(server, &read(server, registered)?)
}

fn registration_delete(server: &Server) -> Result<String> {
    let registered = register(server, &asked(&AuthMethod::ClientSecretBasic)?)?;
    let row = oauth_proto::stored::save(&registered);
    let (request, deleting) = registered.delete(&server.provider(), now())?;
    deleting.finish(send(request)).map_err(|error| error.to_string())?;
    let gone: RegisteredClient = oauth_proto::stored::load(row.as_bytes())?;
    let (request, reading) = gone.read(&server.provider(), now())?;
    let error = expect!(reading.finish(send(request)), Err(error) => error);
    endpoint_refusal(error.fault())
}

fn registration_refused(server: &Server) -> Result<String> {
    let metadata = asked(&AuthMethod::ClientSecretBasic)?.with_grant_types(["authorization_code", "magic"])?;
    let (request, registering) = server.provider().register(&metadata, None, now())?;
    match registering.finish(send(request)) {
        Ok(_) => Ok("**taken**".into()),
        Err(RegistrationError::Refused { response }) => Ok(format!("refused: {}", code(&response))),
        Err(error) => Err(error.to_string().into()),
    }
}
