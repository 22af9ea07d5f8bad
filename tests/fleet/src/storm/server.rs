//! The authorization server. It counts how often each refresh token is presented, ends the family of one that comes twice
//! (RFC 9700 section 4.14.2), and decides whom misfortune meets: it is the parent of all who ask.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Bytes, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use oauth_proto::Timestamp;

use super::{
    processes::Processes,
    weather::{Fate, Weather},
};

/// What it makes of refresh tokens that come twice, and how long its access tokens live.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// For so long, a spent token is answered with good tokens; `None` is a strict server.
    pub leeway: Option<Duration>,
    pub life: Duration,
}

struct Issued {
    family: usize,
    /// When it came first.
    spent: Option<Instant>,
    presented: u32,
}

#[derive(Default)]
struct Book {
    /// The refresh tokens: `R0`, `R1`, and so on.
    issued: Vec<Issued>,
    /// Whether each family was revoked.
    revoked: Vec<bool>,
    refreshes: u64,
}

/// What it saw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub refreshes: u64,
    pub presented_twice: usize,
    pub most_presented: u32,
    pub families_revoked: usize,
}

#[derive(Clone)]
pub struct Server {
    kind: Kind,
    weather: Weather,
    book: Arc<Mutex<Book>>,
    processes: Arc<Mutex<Processes>>,
}

/// A request whose answer nobody gets.
#[derive(Debug)]
struct Cut;

impl Server {
    /// Listens on loopback, and ends with the process. Gives its origin too.
    pub fn start(kind: Kind, weather: Weather, processes: Arc<Mutex<Processes>>) -> io::Result<(Self, String)> {
        let server = Self { kind, weather, book: Arc::default(), processes };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let origin = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serving = server.clone();
        thread::spawn(move || runtime.block_on(serving.serve(listener)));
        Ok((server, origin))
    }

    async fn serve(self, listener: TcpListener) -> io::Result<Infallible> {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            let server = self.clone();
            let service = service_fn(move |request| server.clone().answer(request));
            tokio::spawn(http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service));
        }
    }

    /// The path ends in the number of the process that asks: `/token/4711`.
    async fn answer(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
        let caller = request.uri().path().rsplit('/').next().and_then(|number| number.parse().ok()).ok_or(Cut)?;
        let body = request.into_body().collect().await.map_err(|_| Cut)?.to_bytes();
        let form: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
        let presented = form.get("refresh_token").and_then(|token| token.strip_prefix('R')).ok_or(Cut)?;
        let presented = presented.parse().map_err(|_| Cut)?;

        tokio::time::sleep(Duration::from_millis(fastrand::u64(2..6))).await;
        match self.weather.of_a_request() {
            Fate::Fine => Ok(self.refresh(presented)),
            Fate::LosesRequest => Err(Cut),
            Fate::LosesAnswer => {
                self.refresh(presented);
                Err(Cut)
            }
            Fate::DiesBefore => {
                self.processes().kill(caller);
                self.refresh(presented);
                Err(Cut)
            }
            Fate::DiesAfter => {
                self.refresh(presented);
                self.processes().kill(caller);
                Err(Cut)
            }
            Fate::StandsStill(pause) => {
                self.processes().pause(caller, pause);
                Ok(self.refresh(presented))
            }
            Fate::WaitsFor(delay) => {
                let answer = self.refresh(presented);
                tokio::time::sleep(delay).await;
                Ok(answer)
            }
        }
    }

    fn refresh(&self, presented: usize) -> Response<Full<Bytes>> {
        let mut book = self.book();
        match book.refresh(presented, self.kind.leeway) {
            Some(number) => json(200, tokens(number, self.kind.life)),
            None => json(400, r#"{"error":"invalid_grant"}"#.into()),
        }
    }

    /// A user logs in: the tokens of a new family, as the answer to a code would have them.
    pub fn log_in(&self) -> (usize, Timestamp) {
        let mut book = self.book();
        book.revoked.push(false);
        let family = book.revoked.len() - 1;
        (book.issue(family), ends(self.kind.life))
    }

    pub fn seen(&self) -> Seen {
        let book = self.book();
        let presented = || book.issued.iter().map(|issued| issued.presented);
        Seen {
            refreshes: book.refreshes,
            presented_twice: presented().filter(|times| *times > 1).count(),
            most_presented: presented().max().unwrap_or_default(),
            families_revoked: book.revoked.iter().filter(|revoked| **revoked).count(),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn processes(&self) -> MutexGuard<'_, Processes> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn issue(&mut self, family: usize) -> usize {
        self.issued.push(Issued { family, spent: None, presented: 0 });
        self.issued.len() - 1
    }

    fn refresh(&mut self, presented: usize, leeway: Option<Duration>) -> Option<usize> {
        let issued = self.issued.get_mut(presented)?;
        issued.presented += 1;
        let family = issued.family;
        if self.revoked[family] {
            return None;
        }
        let spent = *issued.spent.get_or_insert_with(Instant::now);
        let good = issued.presented == 1 || leeway.is_some_and(|leeway| spent.elapsed() <= leeway);
        if !good {
            self.revoked[family] = true;
            return None;
        }
        self.refreshes += 1;
        Some(self.issue(family))
    }
}

fn ends(life: Duration) -> Timestamp {
    Timestamp::from_unix(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()).plus(life)
}

/// A life of less than a second has no `expires_in`: this server says when it ends, in milliseconds.
fn tokens(number: usize, life: Duration) -> String {
    let ends = ends(life).as_unix_millis();
    format!(r#"{{"access_token":"A{number}","refresh_token":"R{number}","token_type":"Bearer","expires":{ends}}}"#)
}

fn json(status: u16, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    response
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}
