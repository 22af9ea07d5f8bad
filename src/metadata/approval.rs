//! What the caller approves of, besides the address that it named itself.

use url::Url;

use super::{
    Unusable,
    reach::{Reach, reach},
};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::{Endpoint, Plaintext, Shared},
};

/// The origins that metadata may name, besides that of the issuer or the resource itself, and what kinds of address.
///
/// Metadata is a server's word, and its URLs say where codes, secrets and tokens go. Whoever can change it, or can make
/// a client read it from another place, would send them to himself, or a request into the client's own network (RFC
/// 8414 section 6, RFC 9728 section 7.7). So what it names is used only where the caller has approved of it.
///
/// ```
/// use oauth_proto::metadata::Approval;
///
/// let approval = Approval::none().origin("https://login.example.net")?;
/// // A path would say that more is approved than what stands there.
/// assert!(approval.origin("https://login.example.net/tenant").is_err());
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
///
/// Private are the addresses that the registries of IANA do not call globally reachable: those of private networks, of
/// the machine itself, of the link, and all of which nobody can say where they lead. So are the names that no public
/// DNS has: `localhost`, a single label, and those that end in `.localhost`, `.local`, `.internal` or `.home.arpa`.
///
/// **What a name resolves to is not known here**: a name that looks public may lead to a private address, today or at
/// the next look-up (DNS rebinding). Where metadata comes from servers that users name, let the transport refuse to
/// connect to private addresses too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    origins: Vec<Shared>,
    private_addresses: bool,
    plaintext_on_loopback: bool,
    ignored: Vec<&'static str>,
}

impl Approval {
    /// Of nothing but public addresses at the issuer's or the resource's own origin, over `https`.
    pub fn none() -> Self {
        Self::default()
    }

    /// Of this origin too: scheme, host and port, and nothing behind them; it is no pattern. It says nothing of the
    /// kind of address: for one that is private, call [`private_addresses`](Self::private_addresses) as well.
    ///
    /// # Errors
    /// It is no origin: `https`, or `http` to a loopback host.
    pub fn origin(mut self, origin: impl Into<String>) -> Result<Self, ConfigError> {
        const FIELD: &str = "origin";
        let origin = origin.into();
        // To the parser it is a label as any other, and to a reader a pattern.
        ConfigError::check_characters(FIELD, &origin, |byte| byte != b'*')?;
        // Whether plaintext may be used is asked where it would be.
        let endpoint = Endpoint::new(FIELD, origin, Plaintext::OnLoopback)?;
        let (base, rest) = super::well_known::split(endpoint.as_str());
        if !matches!(rest, "" | "/") {
            return Err(ConfigError::new(FIELD, Reason::ForbiddenCharacter { at: base.len() }));
        }
        self.origins.push(endpoint.origin().clone());
        Ok(self)
    }

    /// Of private addresses too, at the origins that are approved. Loopback is one of them.
    #[must_use]
    pub fn private_addresses(mut self) -> Self {
        self.private_addresses = true;
        self
    }

    /// Of loopback, also over plain `http`: for tests and local servers, never for a real provider. A
    /// [`Provider`](crate::Provider) that is made with it has
    /// [`allow_plaintext_on_loopback`](crate::Provider::allow_plaintext_on_loopback).
    #[must_use]
    pub fn plaintext_on_loopback(mut self) -> Self {
        self.plaintext_on_loopback = true;
        self
    }

    /// Takes this endpoint of a server's metadata for absent: `device_authorization_endpoint`, for instance. A client
    /// that does not use it need not approve of where it is.
    ///
    /// # Errors
    /// There is no endpoint of this name that a [`Provider`](crate::Provider) would have.
    pub fn ignore(mut self, member: &str) -> Result<Self, ConfigError> {
        let all = super::provider::MEMBERS;
        let Some(member) = all.into_iter().find(|each| *each == member) else {
            let known = all.map(Box::from).into();
            return Err(ConfigError::new("ignore", Reason::UnknownName { known }));
        };
        self.ignored.push(member);
        Ok(self)
    }

    pub(super) fn ignores(&self, member: &str) -> bool {
        self.ignored.contains(&member)
    }

    pub(super) fn has_plaintext_on_loopback(&self) -> bool {
        self.plaintext_on_loopback
    }

    /// Checks a URL that the caller named itself: of what it approves but the origin.
    pub(super) fn check_named(&self, member: &'static str, url: String) -> Result<Endpoint, Unusable> {
        let plaintext = if self.plaintext_on_loopback { Plaintext::OnLoopback } else { Plaintext::Refused };
        let endpoint = Endpoint::new(member, url, plaintext)?;
        // It is a URL: that was checked.
        let host = Url::parse(endpoint.origin()).ok();
        let host = host.as_ref().and_then(Url::host);
        let approved = self.private_addresses
            || match host.as_ref().map(reach) {
                Some(Reach::Public) => true,
                Some(Reach::Loopback) => self.plaintext_on_loopback,
                Some(Reach::Private) | None => false,
            };
        match host {
            _ if approved => Ok(endpoint),
            Some(host) => Err(Unusable::PrivateAddress { member, host: host.to_string().into() }),
            None => Err(ConfigError::new(member, Reason::NotAUrl).into()),
        }
    }

    /// Checks a URL that a server named, which is `own` to this origin.
    pub(super) fn check_told(&self, member: &'static str, url: &str, own: &str) -> Result<Endpoint, Unusable> {
        let endpoint = self.check_named(member, url.to_owned())?;
        let origin = endpoint.origin();
        if **origin == *own || self.names(origin) {
            Ok(endpoint)
        } else {
            Err(Unusable::NotApproved { member, origin: (**origin).into() })
        }
    }

    /// Whether the caller named this origin.
    pub(super) fn names(&self, origin: &Shared) -> bool {
        self.origins.contains(origin)
    }
}
