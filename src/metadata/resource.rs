//! What a protected resource says of itself (RFC 9728 section 2).

use std::fmt;

use super::{
    Approval, Issuer, MetadataError, Resource, Unusable,
    error::Identifiers,
    said::{Said, Shape, identifier, kept},
};
use crate::{json::Object, vocabulary::Limits};

const AUTHORIZATION_SERVERS: &str = "authorization_servers";

const SHAPE: Shape = Shape {
    texts: &["resource_name"],
    lists: &[AUTHORIZATION_SERVERS, "bearer_methods_supported", "scopes_supported"],
    truths: &[],
};

/// What an API says of itself. Its identifier is the one that was asked for, byte for byte; all else is its word.
///
/// A method has the name of its member, and all members are there as JSON: see
/// [`ServerMetadata`](super::ServerMetadata), also for how it is kept.
///
/// ```
/// use oauth_proto::{Limits, metadata::{Approval, Resource, ResourceMetadata}};
///
/// let resource = Resource::new("https://api.example.com/v1")?;
/// let json = br#"{"resource":"https://api.example.com/v1","authorization_servers":["https://id.example.net"]}"#;
/// let metadata = ResourceMetadata::read(&resource, json, &Limits::default())?;
///
/// // Which server gets the user's login is not the API's to say alone.
/// assert!(metadata.issuer(&Approval::none()).is_err());
/// let issuer = metadata.issuer(&Approval::none().origin("https://id.example.net")?)?;
/// assert_eq!(issuer.as_str(), "https://id.example.net");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ResourceMetadata {
    resource: Resource,
    said: Said,
}

impl ResourceMetadata {
    /// Reads metadata that was kept, of this resource.
    ///
    /// # Errors
    /// It is no JSON object within the limits, a member that is read has another type, or it is of another resource.
    pub fn read(resource: &Resource, json: &[u8], limits: &Limits) -> Result<Self, MetadataError> {
        Self::of(resource.clone(), &kept(json, limits)?)
    }

    pub(super) fn of(resource: Resource, object: &Object<'_>) -> Result<Self, MetadataError> {
        let found = identifier(object, Resource::MEMBER)?;
        // RFC 9728 section 3.3: identical.
        if *found != *resource.as_str() {
            return Err(MetadataError::OtherResource(Identifiers::new(resource.as_str(), &found)));
        }
        Ok(Self { resource, said: Said::read(object, &SHAPE)? })
    }

    /// The resource: the one that was asked for.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The issuers of the servers whose tokens the API takes. Nobody has checked them: see [`issuer`](Self::issuer).
    pub fn authorization_servers(&self) -> Option<&[String]> {
        self.said.list(AUTHORIZATION_SERVERS)
    }

    /// The first of the authorization servers that is approved: at the resource's own origin, or at one that the
    /// approval names.
    ///
    /// # Errors
    /// None is, or none is listed. The error is about the first.
    pub fn issuer(&self, approval: &Approval) -> Result<Issuer, Unusable> {
        let mut first = None;
        for text in self.authorization_servers().unwrap_or_default() {
            let told = approval.check_told(AUTHORIZATION_SERVERS, text, self.resource.origin());
            match told.and_then(|_| Issuer::approved(text.as_str(), approval)) {
                Ok(issuer) => return Ok(issuer),
                Err(unusable) => drop(first.get_or_insert(unusable)),
            }
        }
        Err(first.unwrap_or(Unusable::NoAuthorizationServer))
    }

    /// The scopes that may be asked for to use the API; it need not list them all.
    pub fn scopes_supported(&self) -> Option<&[String]> {
        self.said.list("scopes_supported")
    }

    /// How the API takes a token: `header`, `body`, `query`. An empty list says in no way of RFC 6750.
    pub fn bearer_methods_supported(&self) -> Option<&[String]> {
        self.said.list("bearer_methods_supported")
    }

    /// What the API calls itself, for people. Untrusted, and not escaped.
    pub fn resource_name(&self) -> Option<&str> {
        self.said.text("resource_name")
    }

    /// The JSON text of any member, read or not. The API's words: untrusted.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.said.json(name)
    }

    /// The whole as JSON, to be kept: see [`ServerMetadata::to_json`](super::ServerMetadata::to_json).
    pub fn to_json(&self) -> String {
        self.said.to_json()
    }
}

impl fmt::Debug for ResourceMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceMetadata").field("resource", &self.resource).finish_non_exhaustive()
    }
}
