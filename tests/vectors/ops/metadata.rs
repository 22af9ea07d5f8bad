//! What servers and APIs say of themselves (RFC 8414, RFC 9728).

use oauth_proto::{
    Limits,
    error::{AnswerFault, EndpointFault},
    metadata::{Issuer, MetadataError, Resource, Unusable, WellKnown},
};
use serde_json::Value;

use super::Ran;
use crate::{
    came::{Came, End},
    input::{BODY, Input},
    kinds,
};

pub fn well_known_url(input: &Input<'_>) -> Ran {
    input.only(&["identifier", "kind"])?;
    let (identifier, limits) = (input.needed("identifier")?, Limits::default());
    let url = match input.needed("kind")? {
        "oauth2" => Issuer::new(identifier)?.metadata(WellKnown::OauthAuthorizationServer, &limits).0,
        "oidc" => Issuer::new(identifier)?.metadata(WellKnown::OpenidConfiguration, &limits).0,
        "resource" => Resource::new(identifier)?.metadata(&limits).0,
        other => return Err(End::NotSupported(format!("well-known URL `{other}`"))),
    };
    Ok(Came::ok([("url", url.url().into())]))
}

pub fn of_server(input: &Input<'_>) -> Ran {
    only(input, "expected_issuer")?;
    let issuer = Issuer::new(input.needed("expected_issuer")?)?;
    let (_request, fetching) = issuer.metadata(WellKnown::default(), &Limits::default());
    let metadata = fetching.finish(input.response()?.into())?;
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    Ok(Came::ok([
        ("issuer", metadata.issuer().as_str().into()),
        ("token_endpoint", text(metadata.token_endpoint())),
        ("mtls_token_endpoint", text(metadata.mtls_endpoint_alias("token_endpoint"))),
    ]))
}

pub fn of_resource(input: &Input<'_>) -> Ran {
    only(input, "expected_resource")?;
    let resource = Resource::new(input.needed("expected_resource")?)?;
    let (_request, fetching) = resource.metadata(&Limits::default());
    let metadata = fetching.finish(input.response()?.into())?;
    Ok(Came::ok([
        ("resource", metadata.resource().as_str().into()),
        ("authorization_servers", metadata.authorization_servers().map_or(Value::Null, Value::from)),
    ]))
}

fn only(input: &Input<'_>, own: &'static str) -> Result<(), End> {
    input.only(&[&["status", "headers", own], &BODY[..]].concat())
}

impl From<Unusable> for End {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Invalid(error) => error.into(),
            other => Came::error(kinds::of_unusable(&other), []).into(),
        }
    }
}

impl From<MetadataError> for End {
    fn from(error: MetadataError) -> Self {
        let name = kinds::of_metadata(&error);
        let field = match &error {
            MetadataError::Answer(EndpointFault::Unreadable(AnswerFault::Missing(name))) => Some(*name),
            MetadataError::Answer(EndpointFault::Unreadable(AnswerFault::Malformed(name))) => Some(*name),
            _ => None,
        };
        Came::error(name, field.map(|name| ("field", name.into()))).into()
    }
}
