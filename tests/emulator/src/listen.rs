//! Sockets, connections and the thread behind them: the same for every server here.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tower::ServiceExt as _;

use crate::log::Exchange;

const MAX_BODY: usize = 1 << 20;

/// A loopback port that is bound and not served yet.
pub(crate) fn bind() -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// A thread with a runtime of its own, so that blocking and asynchronous tests use a server alike. Dropping it ends
/// the server.
#[derive(Debug)]
pub(crate) struct Background {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    pub(crate) fn serve(name: String, services: Vec<(TcpListener, Router)>) -> std::io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name(name).spawn(move || run(services, stopped))?;
        Ok(Background { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server thread has already been printed; a second one in `drop` would abort.
            let _ = thread.join();
        }
    }
}

/// A connection that its handler can close without an answer.
#[derive(Clone, Default)]
pub(crate) struct Cord(Arc<Notify>);

impl Cord {
    pub(crate) fn of(request: &Request) -> Self {
        request.extensions().get::<Cord>().cloned().unwrap_or_default()
    }

    /// Never returns: the connection, and this future with it, is dropped.
    pub(crate) async fn cut(&self) -> Response {
        self.0.notify_one();
        std::future::pending().await
    }
}

/// Serves until the sender of `stop` is used or dropped.
fn run(services: Vec<(TcpListener, Router)>, stop: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.expect("the emulator's runtime starts");
    runtime.block_on(async {
        for (listener, router) in services {
            let listener = tokio::net::TcpListener::from_std(listener);
            let listener = listener.expect("the emulator's listener joins the runtime");
            tokio::spawn(accept(listener, router));
        }
        let _ = stop.await;
    });
}

async fn accept(listener: tokio::net::TcpListener, router: Router) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, router.clone()))),
            // Out of descriptors, most likely: let others finish.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let cord = Cord::default();
    let in_handler = cord.clone();
    let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
        let router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(in_handler.clone());
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // A peer that goes away in the middle is no concern of ours.
        _ = serving => {}
        () = cord.0.notified() => {}
    }
}

/// What is answered without a socket and without waiting; nothing where a connection would be cut.
pub(crate) fn at_once(answer: impl Future<Output = Response>) -> Option<http::Response<Vec<u8>>> {
    let answering = async {
        let (parts, body) = answer.await.into_parts();
        let body = to_bytes(body, MAX_BODY).await.ok()?;
        Some(http::Response::from_parts(parts, body.to_vec()))
    };
    let mut answering = std::pin::pin!(answering);
    match answering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => response,
        Poll::Pending => None,
    }
}

/// The request as it stands on the wire, or nothing if its body does not arrive. The host is the caller's to name.
pub(crate) async fn receive(host: &str, request: Request) -> Option<Exchange> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.ok()?;
    Some(Exchange {
        method: parts.method.to_string(),
        host: host.to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), latin1(value.as_bytes()))).collect(),
        body: body.to_vec(),
        status: None,
        refusal: None,
        fault: None,
    })
}

/// Header values are bytes; every byte becomes one character, so that nothing is lost or made equal.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
