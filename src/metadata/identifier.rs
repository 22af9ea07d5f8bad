//! Who is asked: an issuer or a resource, by the URL that names it.

use std::fmt;

use url::Url;

use super::{
    Approval, Fetching, Unusable, WellKnown,
    well_known::{self, split},
};
use crate::{
    error::{ConfigError, Reason},
    http::Request,
    vocabulary::{Endpoint, Limits, Shared},
};

/// How long an identifier may be, in bytes: an issuer is part of each stored state.
const MAX_BYTES: usize = 1024;

/// The identifier of an authorization server (RFC 8414 section 2): an `https` URL without query and fragment. It is
/// kept and compared byte for byte.
///
/// ```
/// use oauth_proto::{Limits, metadata::{Issuer, WellKnown}};
///
/// let issuer = Issuer::new("https://id.example.com/tenant")?;
/// let url = |place| issuer.metadata(place, &Limits::default()).0.url().to_owned();
/// assert_eq!(
///     url(WellKnown::OauthAuthorizationServer),
///     "https://id.example.com/.well-known/oauth-authorization-server/tenant",
/// );
/// assert_eq!(
///     url(WellKnown::OpenidConfiguration),
///     "https://id.example.com/tenant/.well-known/openid-configuration",
/// );
/// # Ok::<(), oauth_proto::metadata::Unusable>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Issuer(Identifier);

/// The identifier of a protected resource (RFC 9728 section 1.2): an `https` URL without fragment. It is kept and
/// compared byte for byte.
///
/// ```
/// use oauth_proto::{Limits, metadata::Resource};
///
/// let resource = Resource::new("https://api.example.com/v1/")?;
/// let (request, _fetching) = resource.metadata(&Limits::default());
/// assert_eq!(request.url(), "https://api.example.com/.well-known/oauth-protected-resource/v1/");
/// # Ok::<(), oauth_proto::metadata::Unusable>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Resource(Identifier);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Identifier {
    text: Shared,
    /// Scheme, host and port, for comparing.
    origin: Shared,
}

impl Identifier {
    fn new(member: &'static str, text: String, approval: &Approval) -> Result<Self, Unusable> {
        ConfigError::check_length(member, &text, MAX_BYTES)?;
        let endpoint = approval.check_named(member, text)?;
        // Whoever resolves `/a/../b` leaves the place that the well-known URL is made for.
        let (path, _) = split_query(split(endpoint.as_str()).1);
        let read = Url::parse(endpoint.as_str()).ok();
        if read.is_none_or(|url| url.path() != if path.is_empty() { "/" } else { path }) {
            return Err(ConfigError::new(member, Reason::NotAUrl).into());
        }
        Ok(Self { text: endpoint.text().clone(), origin: endpoint.origin().clone() })
    }

    /// A URL that begins as the identifier does, up to the path.
    fn at_its_origin(&self, url: String) -> Target {
        Target { url: url.into(), origin: self.origin.clone() }
    }
}

fn split_query(rest: &str) -> (&str, &str) {
    rest.split_at_checked(rest.find('?').unwrap_or(rest.len())).unwrap_or((rest, ""))
}

/// Where a request for metadata goes.
pub(super) struct Target {
    pub(super) url: Shared,
    pub(super) origin: Shared,
}

impl From<Endpoint> for Target {
    fn from(endpoint: Endpoint) -> Self {
        Self { url: endpoint.text().clone(), origin: endpoint.origin().clone() }
    }
}

impl Issuer {
    pub(super) const MEMBER: &'static str = "issuer";

    /// Checks `text`, and keeps it.
    ///
    /// # Errors
    /// It is no such URL, is longer than 1,024 bytes, or its path is one that readers change (`/a/../b`); or its host
    /// is private, which needs the caller's [approval](Self::approved).
    pub fn new(text: impl Into<String>) -> Result<Self, Unusable> {
        Self::approved(text, &Approval::none())
    }

    /// The same with an approval of private addresses, or of plain `http` on loopback. The origin is the caller's own
    /// choice and needs none: **where a server or a user names the issuer**, ask
    /// [`ResourceMetadata::issuer`](super::ResourceMetadata::issuer), or compare with those that you know.
    ///
    /// ```
    /// use oauth_proto::metadata::{Approval, Issuer};
    ///
    /// assert!(Issuer::new("http://127.0.0.1:8080").is_err());
    /// let local = Approval::none().plaintext_on_loopback();
    /// assert_eq!(Issuer::approved("http://127.0.0.1:8080", &local)?.as_str(), "http://127.0.0.1:8080");
    /// # Ok::<(), oauth_proto::metadata::Unusable>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), but for what is approved.
    pub fn approved(text: impl Into<String>, approval: &Approval) -> Result<Self, Unusable> {
        let identifier = Identifier::new(Self::MEMBER, text.into(), approval)?;
        match identifier.text.find('?') {
            Some(at) => Err(ConfigError::new(Self::MEMBER, Reason::ForbiddenCharacter { at }).into()),
            None => Ok(Self(identifier)),
        }
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    pub(super) fn origin(&self) -> &Shared {
        &self.0.origin
    }

    /// Makes the request for the server's metadata. `limits` say how much of the answer is read. The deadline is 30
    /// seconds.
    pub fn metadata(&self, place: WellKnown, limits: &Limits) -> (Request, Fetching<Self>) {
        let target = self.0.at_its_origin(well_known::of_issuer(self.as_str(), place));
        Fetching::of(self.clone(), target, limits)
    }
}

impl Resource {
    pub(super) const MEMBER: &'static str = "resource";

    /// Checks `text`, and keeps it.
    ///
    /// # Errors
    /// As [`Issuer::new`]; a query may be there.
    pub fn new(text: impl Into<String>) -> Result<Self, Unusable> {
        Self::approved(text, &Approval::none())
    }

    /// The same with an approval of private addresses, or of plain `http` on loopback. The origin is the caller's own
    /// choice and needs none.
    ///
    /// # Errors
    /// As [`new`](Self::new), but for what is approved.
    pub fn approved(text: impl Into<String>, approval: &Approval) -> Result<Self, Unusable> {
        Identifier::new(Self::MEMBER, text.into(), approval).map(Self)
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    pub(super) fn origin(&self) -> &Shared {
        &self.0.origin
    }

    /// Makes the request for the resource's metadata, at its well-known URL (RFC 9728 section 3.1). `limits` say how
    /// much of the answer is read. The deadline is 30 seconds.
    pub fn metadata(&self, limits: &Limits) -> (Request, Fetching<Self>) {
        let target = self.0.at_its_origin(well_known::of_resource(self.as_str()));
        Fetching::of(self.clone(), target, limits)
    }

    /// The same at the URL that a challenge points to: see
    /// [`Challenge::resource_metadata`](crate::challenge::Challenge::resource_metadata). Whoever answered in the
    /// resource's place chose it, so it is either the well-known URL, byte for byte, or at an origin that the approval
    /// names; the resource's own is no exception. What comes must name this resource all the same (RFC 9728 section
    /// 3.3).
    ///
    /// ```
    /// use oauth_proto::{Limits, metadata::{Approval, Resource}};
    ///
    /// let (resource, limits) = (Resource::new("https://api.example.com/v1")?, Limits::default());
    /// let honest = "https://api.example.com/.well-known/oauth-protected-resource/v1";
    /// assert!(resource.metadata_at(honest, &Approval::none(), &limits).is_ok());
    ///
    /// for hostile in ["http://169.254.169.254/", "https://10.0.0.1/", "https://evil.example/"] {
    ///     assert!(resource.metadata_at(hostile, &Approval::none(), &limits).is_err());
    /// }
    /// # Ok::<(), oauth_proto::metadata::Unusable>(())
    /// ```
    ///
    /// # Errors
    /// It is no URL, or nobody approved of it. Nothing was made that could be sent.
    pub fn metadata_at(
        &self,
        pointer: &str,
        approval: &Approval,
        limits: &Limits,
    ) -> Result<(Request, Fetching<Self>), Unusable> {
        const MEMBER: &str = "resource_metadata";
        if *pointer == *well_known::of_resource(self.as_str()) {
            return Ok(self.metadata(limits));
        }
        // No origin is its own here.
        let endpoint = approval.check_told(MEMBER, pointer, "")?;
        Ok(Fetching::of(self.clone(), endpoint.into(), limits))
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({:?})", self.as_str())
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({:?})", self.as_str())
    }
}
