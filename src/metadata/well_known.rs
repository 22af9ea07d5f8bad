//! Where metadata is: made of the identifier as it stands, byte for byte.

/// Where a server's metadata is said to be. Servers differ: ask at the one that yours documents.
///
/// A server without a path in its issuer has the last two at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WellKnown {
    /// `/.well-known/oauth-authorization-server`, between the host and the path (RFC 8414 section 3.1).
    #[default]
    OauthAuthorizationServer,
    /// `/.well-known/openid-configuration`, behind the path (OpenID Connect Discovery 1.0 section 4.1).
    OpenidConfiguration,
    /// The same between the host and the path, for servers that serve both kinds of client from it (RFC 8414 section
    /// 5).
    OpenidConfigurationInserted,
}

const OAUTH_AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
const OAUTH_PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// Where the metadata of this issuer is, which has no query.
pub(super) fn of_issuer(issuer: &str, place: WellKnown) -> String {
    let (base, path) = split(issuer);
    // RFC 8414 section 3.1, OpenID Connect Discovery 1.0 section 4.1: any terminating slash is removed.
    let path = path.trim_end_matches('/');
    match place {
        WellKnown::OauthAuthorizationServer => [base, OAUTH_AUTHORIZATION_SERVER, path].concat(),
        WellKnown::OpenidConfiguration => [base, path, OPENID_CONFIGURATION].concat(),
        WellKnown::OpenidConfigurationInserted => [base, OPENID_CONFIGURATION, path].concat(),
    }
}

/// Where the metadata of this resource is.
pub(super) fn of_resource(resource: &str) -> String {
    let (base, rest) = split(resource);
    // RFC 9728 section 3.1: only a slash that follows the host is removed; path and query stay as they are.
    let rest = match rest.strip_prefix('/') {
        Some(query) if query.is_empty() || query.starts_with('?') => query,
        _ => rest,
    };
    [base, OAUTH_PROTECTED_RESOURCE, rest].concat()
}

/// A web URL without a fragment, in front of its path and from there on.
pub(super) fn split(url: &str) -> (&str, &str) {
    let authority = url.find("://").map_or(0, |at| at.saturating_add("://".len()));
    let behind = url.get(authority..).unwrap_or_default();
    let length = behind.find(['/', '?']).unwrap_or(behind.len());
    url.split_at_checked(authority.saturating_add(length)).unwrap_or((url, ""))
}
