//! Requests to the token endpoint (RFC 6749 sections 2.3, 4.1.3, 4.3.2, 4.4.2 and 6).

use oauth_proto::{
    AnyClient, Callback, Client, Confidential, Provider, Public, RedirectUri, Registration, Request, Standing,
    dialect::{ClientAuthentication, Pkce},
};
use url::form_urlencoded;

use super::{Ran, as_the_vector_says, device, form, secret};
use crate::{
    came::{Came, End, pairs},
    devices,
    input::Input,
    scenario,
};

/// RFC 8628 section 3.4.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

const GRANTS: [&str; 5] = ["authorization_code", "client_credentials", "password", "refresh_token", DEVICE_CODE];

const MEMBERS: [&str; 14] = [
    "grant",
    "auth",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "token_endpoint",
    "extra",
    "code_verifier",
    "refresh_token",
    "scope",
    "username",
    "password",
    "device_code",
];

/// A client of either kind.
enum Who {
    Public(Client<Public>),
    Confidential(Client<Confidential>),
}

pub fn run(input: &Input<'_>) -> Ran {
    let grant = input.needed("grant")?;
    if !GRANTS.contains(&grant) {
        return Err(End::NotSupported(format!("grant `{grant}`")));
    }
    let method = match input.needed("auth")? {
        "none" => None,
        "client_secret_basic" => Some(ClientAuthentication::Basic),
        "client_secret_post" => Some(ClientAuthentication::Body),
        other => return Err(End::NotSupported(format!("client authentication `{other}`"))),
    };
    input.only(&MEMBERS)?;
    let provider = provider(input, method)?;
    let mut registration = Registration::new(input.needed("client_id")?)?;
    let redirect_uri = input.text("redirect_uri")?.unwrap_or("https://client.example.com/cb");
    registration = registration.redirect_uri(RedirectUri::new(redirect_uri)?);
    if let Some(scope) = input.scope("scope")? {
        registration = registration.scope(scope);
    }
    let who = match method {
        None => Who::Public(Client::public(provider, registration)?),
        Some(_) => Who::Confidential(Client::confidential(provider, registration, secret(input)?)?),
    };
    let request = request(&who, grant, input)?;

    let mut body = form(request.expose_body());
    if let Some(verifier) = input.text("code_verifier")? {
        as_the_vector_says(&mut body, "code_verifier", scenario::VERIFIER, verifier);
    }
    let headers = request.headers().iter();
    let headers = headers.map(|header| (header.name().to_ascii_lowercase(), header.expose_value().to_owned()));
    Ok(Came::ok([
        ("method", request.method().as_str().into()),
        ("url", request.url().into()),
        ("header", pairs(headers)),
        ("body", pairs(body)),
    ]))
}

fn provider(input: &Input<'_>, method: Option<ClientAuthentication>) -> Result<Provider, End> {
    let endpoint = input.text("token_endpoint")?.unwrap_or("https://op.example.com/token");
    let mut provider = Provider::new("example", "https://op.example.com/authorize", endpoint);
    devices::for_devices(&mut provider);
    let dialect = &mut provider.dialect;
    if let Some(method) = method {
        dialect.token.client_authentication = method;
        dialect.refresh.client_authentication = method;
    }
    if !input.has("code_verifier") {
        dialect.authorize.pkce = Pkce::PublicClientsOnly;
    }
    if input.has("scope") {
        // RFC 6749 section 6: a refresh may say its scope again. Here it does where the provider's data says so.
        dialect.refresh.parameters.add("scope", "{scope}");
    }
    let extra = input.pairs("extra")?;
    for (at, (name, value)) in extra.iter().enumerate() {
        if extra[..at].iter().any(|(each, _)| each == name) {
            return Err(End::NotSupported("a parameter that a token request repeats".into()));
        }
        // The value is a template: braces stand for themselves when they are doubled.
        let value = value.replace('{', "{{").replace('}', "}}");
        dialect.token.parameters.add(*name, value.clone());
        dialect.refresh.parameters.add(*name, value);
    }
    Ok(provider)
}

fn request(who: &Who, grant: &str, input: &Input<'_>) -> Result<Request, End> {
    let now = scenario::at(10);
    let client: &AnyClient = match who {
        Who::Public(client) => client,
        Who::Confidential(client) => client,
    };
    let request = match (grant, who) {
        ("authorization_code", _) => {
            let login = match who {
                Who::Public(client) => client.authorization_code()?,
                Who::Confidential(client) => client.authorization_code()?,
            };
            let (_, awaiting) = login.authorize(scenario::entropy(), scenario::at(0));
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("code", input.needed("code")?).append_pair("state", awaiting.state().expose());
            awaiting.receive(client, Callback::query(&query.finish()), now)?.0
        }
        ("refresh_token", _) => {
            let token = input.needed("refresh_token")?;
            let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), token.into(), None)?;
            match tokens.at(now) {
                Standing::Authorized(authorized) => authorized.refresh(client, now)?.0,
                Standing::Expired(_) => return Err(End::Wrong("a token without expiry is expired".into())),
            }
        }
        ("password", _) => {
            let (username, password) = (input.needed("username")?, input.needed("password")?.into());
            match who {
                Who::Public(client) => client.password()?.request(username, &password, now)?.0,
                Who::Confidential(client) => client.password()?.request(username, &password, now)?.0,
            }
        }
        ("client_credentials", Who::Confidential(client)) => client.client_credentials()?.request(now)?.0,
        (DEVICE_CODE, Who::Public(client)) => device::token_request(client, input)?,
        (DEVICE_CODE, Who::Confidential(client)) => device::token_request(client, input)?,
        _ => return Err(End::Malformed("a public client has no credentials".into())),
    };
    Ok(request)
}
