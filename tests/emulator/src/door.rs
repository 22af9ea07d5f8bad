//! The way in without a socket: the same routers, called as functions.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;

use crate::listen;
use crate::origins::Origins;
use crate::server;
use crate::state::Shared;

#[derive(Clone, Debug)]
pub(crate) struct Door {
    origins: Origins,
    shared: Arc<Shared>,
}

impl Door {
    pub(crate) fn new(origins: Origins, shared: Arc<Shared>) -> Self {
        Door { origins, shared }
    }

    /// What serves each host, in the order of the origins.
    pub(crate) fn routers(&self) -> Vec<Router> {
        self.origins.hosts().map(|host| server::router(&self.shared, host)).collect()
    }

    pub(crate) fn answer(&self, request: http::Request<Vec<u8>>) -> Option<http::Response<Vec<u8>>> {
        let (mut parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        let Some((host, rest)) = self.origins.split_local(&url) else {
            panic!("`{url}` is no address of this emulator")
        };
        // On the wire a request names its path and query alone (RFC 9112 section 3.2.1).
        parts.uri = rest.parse().unwrap_or_else(|error| panic!("`{rest}`: {error}"));
        let request = http::Request::from_parts(parts, Body::from(body));
        listen::at_once(server::answer(Arc::clone(&self.shared), host, request))
    }
}
