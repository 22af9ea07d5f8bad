//! Invariant: metadata is of the one that was asked, a provider that is made of it sends nothing to an origin that
//! nobody approved of, and what is kept of it is read again as the same.

use url::{Host, Url};

use super::{
    claims,
    input::{Input, Mode, open},
    scene, urls,
};
use crate::{
    Limits, Outcome, Provider, Request, Response,
    metadata::{Approval, Issuer, Resource, ResourceMetadata, ServerMetadata, WellKnown},
};

const ISSUER: &str = "https://id.example/tenant";
const RESOURCE: &str = "https://api.example/v1";
/// What the approval names.
const APPROVED: &str = "https://login.example:8443";

/// See the invariant on the first line.
pub fn metadata(data: &[u8]) {
    match open(data) {
        Mode::Raw(bytes) => {
            of_server(bytes, false);
            of_resource(bytes);
            asked(&String::from_utf8_lossy(bytes));
        }
        Mode::Built(mut input) => match input.byte() & 3 {
            0 => asked(&urls::url(&mut input)),
            1 => {
                let text = document(&mut input, "resource", RESOURCE, &["authorization_servers", "resource_name"]);
                of_resource(text.as_bytes());
            }
            _ => {
                let wide = input.byte() & 1 == 1;
                let text = document(&mut input, "issuer", ISSUER, &SERVER);
                of_server(text.as_bytes(), wide);
            }
        },
    }
}

const SERVER: [&str; 12] = [
    "authorization_endpoint",
    "token_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
    "jwks_uri",
    "response_types_supported",
    "code_challenge_methods_supported",
    "token_endpoint_auth_methods_supported",
    "authorization_response_iss_parameter_supported",
    "mtls_endpoint_aliases",
    "require_pushed_authorization_requests",
];

/// A document that is nearly right.
fn document(input: &mut Input<'_>, name: &str, own: &str, members: &[&str]) -> String {
    let text = |text: String| serde_json::Value::from(text).to_string();
    let found = if input.rarely(8) { urls::url(input) } else { own.to_owned() };
    let mut document = format!("{{\"{name}\":{}", text(found));
    for member in members {
        let value = match input.byte() & 7 {
            0 => continue,
            1 => input.pick(["null", "true", "\"true\"", "[]", "{}", "7", "[1]", "{\"token_endpoint\":\"x\"}"]).into(),
            2 => input.pick([r#"["plain","S256"]"#, r#"["code"]"#, r#"["none"]"#, r#"["client_secret_post"]"#]).into(),
            3 => format!("[{}]", text(urls::url(input))),
            4 => text(urls::url(input)),
            5 => text(format!("{APPROVED}/{member}")),
            _ if member.ends_with("supported") || member.starts_with("require") => continue,
            _ => text(format!("https://id.example/{member}")),
        };
        document.push_str(&format!(",\"{member}\":{value}"));
    }
    if input.rarely(4) {
        document.push_str(&format!(",{}:{}", text(input.text(12)), input.pick(["{}", "null", "1e9", "\"\\ud800\""])));
    }
    document.push('}');
    document
}

fn approval() -> Approval {
    claims::must(Approval::none().origin(APPROVED), "an origin")
}

/// Whoever is asked is asked at its own origin, at a place that no reader moves.
fn asked(text: &str) {
    let limits = Limits::default();
    match Issuer::new(text) {
        Ok(issuer) => {
            assert_eq!(issuer.as_str(), text);
            for place in [
                WellKnown::OauthAuthorizationServer,
                WellKnown::OpenidConfiguration,
                WellKnown::OpenidConfigurationInserted,
            ] {
                well_known(&issuer.metadata(place, &limits).0, text);
            }
        }
        Err(error) => claims::error(&error, &[]),
    }
    if let Ok(resource) = Resource::new(text) {
        well_known(&resource.metadata(&limits).0, text);
    }
    let resource = claims::must(Resource::new(RESOURCE), "a resource");
    match resource.metadata_at(text, &approval(), &limits) {
        Ok((request, _)) => {
            claims::request(
                &request,
                &crate::vocabulary::query_names(text).map(|name| name.into()).collect::<Vec<_>>(),
            );
            let well_known = request.url() == "https://api.example/.well-known/oauth-protected-resource/v1";
            assert!(well_known || request.contract().origin() == APPROVED, "followed to {text:?}");
        }
        Err(error) => claims::error(&error, &[]),
    }
}

fn well_known(request: &Request, named: &str) {
    let (url, named) = (claims::must(Url::parse(request.url()), "a URL"), claims::must(Url::parse(named), "a URL"));
    assert_eq!(url.origin(), named.origin());
    assert_eq!(url.origin().ascii_serialization(), request.contract().origin());
    assert!(url.path().contains("/.well-known/") && request.url().contains(url.path()), "{url}");
    assert!(url.scheme() == "https" && is_public(&url), "{url}");
}

/// As far as another reader of addresses can say.
fn is_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()),
        Some(Host::Ipv6(ip)) => {
            let inner = ip.to_ipv4().is_some();
            !(ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback() || inner)
        }
        Some(Host::Domain(name)) => name != "localhost" && name.contains('.'),
        None => false,
    }
}

fn answer(body: &[u8]) -> Outcome {
    Response::new(200, scene::JSON, body).into()
}

fn of_server(body: &[u8], wide: bool) {
    let (issuer, limits) = (claims::must(Issuer::new(ISSUER), "an issuer"), Limits::default());
    let (_, fetching) = issuer.metadata(WellKnown::default(), &limits);
    let metadata = match fetching.finish(answer(body)) {
        Ok(metadata) => metadata,
        Err(error) => return claims::error(&error, &[]),
    };
    let again = ServerMetadata::read(&issuer, metadata.to_json().as_bytes(), &limits);
    assert_eq!(claims::must(again, "what was kept is read"), metadata);
    claims::shown(&format!("{metadata:?}"), &[]);

    let approval = if wide { approval() } else { Approval::none() };
    let provider = match Provider::from_metadata(&metadata, &approval) {
        Ok(provider) => provider,
        Err(error) => return claims::error(&error, &[]),
    };
    assert_eq!(provider.issuer.as_deref(), Some(ISSUER));
    let s256 = |listed: &[String]| listed.iter().any(|each| each == "S256");
    let by_code = provider.authorization_endpoint.is_some();
    assert!(!by_code || metadata.code_challenge_methods_supported().is_none_or(s256), "a fallback from S256");
    let endpoints = [
        &provider.authorization_endpoint,
        &provider.implicit_authorization_endpoint,
        &provider.token_endpoint,
        &provider.refresh_endpoint,
        &provider.follow_up_endpoint,
        &provider.device_authorization_endpoint,
        &provider.pushed_authorization_request_endpoint,
    ];
    for endpoint in endpoints.into_iter().flatten() {
        let origin = claims::must(Url::parse(endpoint), "an endpoint is a URL").origin().ascii_serialization();
        assert!(origin == "https://id.example" || (wide && origin == APPROVED), "nobody approved of {endpoint}");
    }
    claims::must(provider.check(), "a provider that was made is checked");
}

fn of_resource(body: &[u8]) {
    let (resource, limits) = (claims::must(Resource::new(RESOURCE), "a resource"), Limits::default());
    let (_, fetching) = resource.metadata(&limits);
    let metadata = match fetching.finish(answer(body)) {
        Ok(metadata) => metadata,
        Err(error) => return claims::error(&error, &[]),
    };
    let again = ResourceMetadata::read(&resource, metadata.to_json().as_bytes(), &limits);
    assert_eq!(claims::must(again, "what was kept is read"), metadata);
    match metadata.issuer(&approval()) {
        Ok(issuer) => {
            let origin = claims::must(Url::parse(issuer.as_str()), "a URL").origin().ascii_serialization();
            assert!(origin == "https://api.example" || origin == APPROVED, "nobody approved of {issuer:?}");
            let listed = metadata.authorization_servers().unwrap_or_default();
            assert!(listed.iter().any(|each| each == issuer.as_str()));
        }
        Err(error) => claims::error(&error, &[]),
    }
}
