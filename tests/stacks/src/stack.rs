//! The stacks, behind one trait.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use oauth_proto::{Outcome, Request};
use tokio::runtime::Runtime;

use crate::{over_curl, over_hyper, over_isahc, over_reqwest, over_reqwest_blocking, support::transport as over_ureq};

/// An HTTP library with its adapter, and with the runtime that it needs.
pub trait Stack {
    /// Whether it knows that nothing left when the deadline ends a connection attempt that nobody answers.
    const KNOWS_IT_NEVER_CONNECTED: bool;
    /// Whether it sends a second request on the connection of the first.
    const KEEPS_CONNECTIONS: bool = false;

    /// A fresh one.
    fn start() -> Self;
    /// Sends and waits.
    fn send(&self, request: Request) -> Outcome;
}

/// A stack whose sends are futures.
pub trait AsyncStack: Stack {
    /// What its futures run on.
    fn runtime(&self) -> &Runtime;
    /// Sends.
    fn sending(&self, request: Request) -> impl Future<Output = Outcome>;
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// `examples/adapters/ureq.rs`
pub struct Ureq;

impl Stack for Ureq {
    const KNOWS_IT_NEVER_CONNECTED: bool = true;

    fn start() -> Self {
        Self
    }

    fn send(&self, request: Request) -> Outcome {
        over_ureq::send(request)
    }
}

/// `examples/adapters/curl.rs`
pub struct Curl;

impl Stack for Curl {
    const KNOWS_IT_NEVER_CONNECTED: bool = true;

    fn start() -> Self {
        Self
    }

    fn send(&self, request: Request) -> Outcome {
        over_curl::send(request)
    }
}

/// `examples/adapters/reqwest_blocking.rs`
pub struct ReqwestBlocking(reqwest::blocking::Client);

impl Stack for ReqwestBlocking {
    const KNOWS_IT_NEVER_CONNECTED: bool = false;

    fn start() -> Self {
        Self(over_reqwest_blocking::client().unwrap())
    }

    fn send(&self, request: Request) -> Outcome {
        over_reqwest_blocking::send(&self.0, request)
    }
}

/// `examples/adapters/reqwest.rs`
pub struct Reqwest(Runtime, reqwest::Client);

impl Stack for Reqwest {
    const KNOWS_IT_NEVER_CONNECTED: bool = false;

    fn start() -> Self {
        Self(runtime(), over_reqwest::client().unwrap())
    }

    fn send(&self, request: Request) -> Outcome {
        self.0.block_on(self.sending(request))
    }
}

impl AsyncStack for Reqwest {
    fn runtime(&self) -> &Runtime {
        &self.0
    }

    async fn sending(&self, request: Request) -> Outcome {
        over_reqwest::send(&self.1, request).await
    }
}

/// `examples/adapters/hyper.rs`
pub struct Hyper(Runtime, Client<HttpConnector, Full<Bytes>>);

impl Stack for Hyper {
    const KNOWS_IT_NEVER_CONNECTED: bool = true;

    fn start() -> Self {
        Self(runtime(), over_hyper::client(HttpConnector::new()))
    }

    fn send(&self, request: Request) -> Outcome {
        self.0.block_on(self.sending(request))
    }
}

impl AsyncStack for Hyper {
    fn runtime(&self) -> &Runtime {
        &self.0
    }

    async fn sending(&self, request: Request) -> Outcome {
        over_hyper::send(&self.1, request).await
    }
}

/// `examples/adapters/isahc.rs`
pub struct Isahc(Runtime, isahc::HttpClient);

impl Stack for Isahc {
    const KNOWS_IT_NEVER_CONNECTED: bool = true;

    fn start() -> Self {
        Self(runtime(), over_isahc::client().unwrap())
    }

    /// Without the runtime: isahc needs none.
    fn send(&self, request: Request) -> Outcome {
        futures_lite::future::block_on(self.sending(request))
    }
}

impl AsyncStack for Isahc {
    fn runtime(&self) -> &Runtime {
        &self.0
    }

    async fn sending(&self, request: Request) -> Outcome {
        over_isahc::send(&self.1, request).await
    }
}

/// The adapter for reqwest with a program's own client, which keeps connections.
pub struct ReqwestPooled(Runtime, reqwest::Client);

impl Stack for ReqwestPooled {
    const KNOWS_IT_NEVER_CONNECTED: bool = false;
    const KEEPS_CONNECTIONS: bool = true;

    fn start() -> Self {
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self(runtime(), builder.retry(reqwest::retry::never()).no_proxy().build().unwrap())
    }

    fn send(&self, request: Request) -> Outcome {
        self.0.block_on(over_reqwest::send(&self.1, request))
    }
}

/// The adapter for hyper with a program's own client, which keeps connections.
pub struct HyperPooled(Runtime, Client<HttpConnector, Full<Bytes>>);

impl Stack for HyperPooled {
    const KNOWS_IT_NEVER_CONNECTED: bool = true;
    const KEEPS_CONNECTIONS: bool = true;

    fn start() -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(Duration::from_secs(60));
        Self(runtime(), builder.retry_canceled_requests(false).build(HttpConnector::new()))
    }

    fn send(&self, request: Request) -> Outcome {
        self.0.block_on(over_hyper::send(&self.1, request))
    }
}
