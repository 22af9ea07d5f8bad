//! From what a server says of itself to a provider's data.

use super::{Approval, ServerMetadata, Unusable};
use crate::{
    dialect::{ClientAuthentication, IssuerParameter},
    provider::{Introspection, Provider, Revocation},
    vocabulary::Endpoint,
};

const AUTHORIZATION: &str = "authorization_endpoint";

/// The endpoints that are taken over. **An endpoint that gets a field in [`Provider`] gets its line here and in
/// [`take`].**
pub(super) const MEMBERS: [&str; 6] = [
    AUTHORIZATION,
    "token_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
];

/// Takes the URL of an endpoint over into the provider's data.
fn take(provider: &mut Provider, member: &str, url: String, metadata: &ServerMetadata) {
    let place = match member {
        AUTHORIZATION => authorization(provider, metadata),
        "token_endpoint" => Some(&mut provider.token_endpoint),
        "device_authorization_endpoint" => Some(&mut provider.device_authorization_endpoint),
        "pushed_authorization_request_endpoint" => Some(&mut provider.pushed_authorization_request_endpoint),
        "revocation_endpoint" => return provider.revocation = Some(Revocation::new(url)),
        "introspection_endpoint" => return provider.introspection = Some(Introspection::new(url)),
        _ => None,
    };
    if let Some(place) = place {
        *place = Some(url);
    }
}

/// A server that lists its response types has no other. Without `code`, a login by code cannot begin, and says that
/// there is no endpoint for it; the implicit grant, or the grants that need no browser, go on.
fn authorization<'p>(provider: &'p mut Provider, metadata: &ServerMetadata) -> Option<&'p mut Option<String>> {
    let has = |wanted: &str| {
        let listed = metadata.response_types_supported();
        listed.is_none_or(|listed| listed.iter().any(|each| each == wanted))
    };
    if has("code") {
        Some(&mut provider.authorization_endpoint)
    } else if has("token") {
        Some(&mut provider.implicit_authorization_endpoint)
    } else {
        None
    }
}

/// Made of metadata, with the feature `metadata`.
impl Provider {
    /// A provider that is what its metadata says, and follows RFC 6749 in all else. Its tokens go to no API before
    /// [`api_origin`](Self::api_origin) names one.
    ///
    /// | what the metadata has | what comes of it |
    /// | --- | --- |
    /// | `issuer` | the [`issuer`](Self::issuer), and the [`name`](Self::name) |
    /// | an endpoint | the same, if it is at the issuer's own origin or the approval names its origin |
    /// | `response_types_supported` without `code` | no endpoint for it; with `token`, one for the implicit grant |
    /// | `code_challenge_methods_supported` without `S256` | an error, where there is an endpoint for codes; where the list is absent, S256 is sent all the same |
    /// | `token_endpoint_auth_methods_supported` | the first of Basic, body and none that is listed, or an error; Basic where the list is absent (RFC 8414 section 2) |
    /// | `authorization_response_iss_parameter_supported` | `iss` is required in each callback (RFC 9207 section 2.4) |
    /// | `require_pushed_authorization_requests` | the same |
    ///
    /// What the server does not say may be added before the client is made: the provider is data as any other.
    ///
    /// ```
    /// use oauth_proto::{Client, Limits, Provider, Registration, metadata::{Approval, Issuer, ServerMetadata}};
    ///
    /// let issuer = Issuer::new("https://id.example.com")?;
    /// let json = br#"{"issuer": "https://id.example.com",
    ///                 "authorization_endpoint": "https://login.example.net/authorize",
    ///                 "token_endpoint": "https://id.example.com/token",
    ///                 "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post"],
    ///                 "code_challenge_methods_supported": ["S256"]}"#;
    /// let metadata = ServerMetadata::read(&issuer, json, &Limits::default())?;
    ///
    /// let refused = Provider::from_metadata(&metadata, &Approval::none()).unwrap_err();
    /// let words = "`authorization_endpoint` is at another origin than the issuer or resource: https://login.example.net; \
    ///              approve it by `Approval::origin` if it is theirs, or leave the endpoint out by `Approval::ignore`";
    /// assert_eq!(refused.to_string(), words);
    /// let approval = Approval::none().origin("https://login.example.net")?;
    /// let provider = Provider::from_metadata(&metadata, &approval)?.api_origin("https://api.example.com");
    /// let client = Client::confidential(provider, Registration::new("my-app")?, "s3cret".into())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// An endpoint is at an origin, or at a kind of address, that nobody approved of; or what the server lists cannot
    /// be done. An endpoint that the client does not need is no error where the approval [ignores](Approval::ignore)
    /// it.
    pub fn from_metadata(metadata: &ServerMetadata, approval: &Approval) -> Result<Self, Unusable> {
        let issuer = metadata.issuer();
        let mut provider = Self {
            name: issuer.as_str().to_owned(),
            issuer: Some(issuer.as_str().to_owned()),
            require_pushed_authorization_requests: metadata.require_pushed_authorization_requests(),
            allow_plaintext_on_loopback: approval.has_plaintext_on_loopback(),
            ..Self::default()
        };
        for member in MEMBERS {
            let Some(url) = metadata.endpoint(member).filter(|_| !approval.ignores(member)) else { continue };
            if member == AUTHORIZATION && authorization(&mut provider, metadata).is_none() {
                continue;
            }
            // It has none of the characters that make a template.
            let endpoint: Endpoint = approval.check_told(member, url, issuer.origin())?;
            take(&mut provider, member, endpoint.as_str().to_owned(), metadata);
        }
        if provider.authorization_endpoint.is_some() {
            check_challenge_methods(metadata)?;
        }
        let authentication = authentication(metadata)?;
        provider.dialect.token.client_authentication = authentication;
        provider.dialect.refresh.client_authentication = authentication;
        if metadata.authorization_response_iss_parameter_supported() {
            provider.dialect.callback.issuer = IssuerParameter::Required;
        }
        provider.check()?;
        Ok(provider)
    }
}

/// RFC 9700 section 2.1.1: a list is how a client learns that the server has PKCE. One without S256 is no reason to
/// fall back.
fn check_challenge_methods(metadata: &ServerMetadata) -> Result<(), Unusable> {
    match metadata.code_challenge_methods_supported() {
        Some(listed) if !listed.iter().any(|each| each == "S256") => Err(Unusable::NoS256 { listed: listed.into() }),
        _ => Ok(()),
    }
}

/// Chosen, and never tried out: each trial shows a code or a refresh token that can be used once.
fn authentication(metadata: &ServerMetadata) -> Result<ClientAuthentication, Unusable> {
    let Some(listed) = metadata.token_endpoint_auth_methods_supported() else {
        return Ok(ClientAuthentication::Basic);
    };
    let ours = [
        // RFC 6749 section 2.3.1: the body is not recommended.
        ("client_secret_basic", ClientAuthentication::Basic),
        ("client_secret_post", ClientAuthentication::Body),
        ("none", ClientAuthentication::None),
    ];
    let chosen = ours.into_iter().find(|(name, _)| listed.iter().any(|each| each == name));
    chosen.map(|(_, method)| method).ok_or_else(|| Unusable::NoAuthentication { listed: listed.into() })
}
