//! The small web login: plain hyper and no framework, sessions in memory, by the browser's cookie. What each browser began
//! is in its own session, so that nobody ends another one's login, or his own in another one's browser.
//!
//! ```sh
//! cargo run --example web_login_hyper             # a stand-in for the browser goes through it
//! cargo run --example web_login_hyper -- --serve  # for a browser: open the URL that it prints
//! ```
//!
//! It runs against a stand-in for a server. For a real one, change `main`: the provider, the client, the clock, and an
//! address behind TLS, with `.secure(true)` for the cookie. Sessions that outlive the process are in `web_login`.

#[path = "support/api.rs"]
mod api;
#[path = "support/browser.rs"]
mod browser;
#[path = "shared_token/shared.rs"]
mod shared;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/hyper.rs"]
mod transport;

use std::{
    collections::HashMap,
    convert::Infallible,
    error::Error,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use browser::Browser;
use bytes::Bytes;
use cookie::{Cookie, SameSite};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use oauth_proto::{
    AwaitingCode, Callback, CallbackError, Client, Confidential, Entropy, LoginKey, RedirectUri, Registration,
};
use shared::{Clock, Presented, SharedToken};
use support::StandIn;
use tokio::{net::TcpListener, task::spawn_blocking};

type Failure = Box<dyn Error + Send + Sync>;
type Page = Response<Full<Bytes>>;

struct App {
    client: Client<Confidential>,
    api: String,
    /// Where the browser sees this application.
    origin: String,
    now: Clock,
    /// By the text of the browser's cookie.
    sessions: Mutex<HashMap<String, Session>>,
}

/// What is known of one browser.
#[derive(Default)]
struct Session {
    /// Two tabs are two logins.
    waiting: HashMap<LoginKey, AwaitingCode>,
    token: Option<SharedToken>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let serve = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--serve") => true,
        Some(_) => return Err("usage: web_login_hyper [--serve]".into()),
    };
    let server = StandIn::start(); // yours is elsewhere
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let redirect_uri = RedirectUri::new(format!("{origin}/callback"))?;
    let registration = Registration::new(server.client_id())?.redirect_uri(redirect_uri);
    let client = Client::confidential(server.provider(), registration, server.client_secret().into())?;
    let clock = server.clone();
    let now: Clock = Arc::new(move || clock.now()); // yours reads SystemTime
    let (api, sessions) = (server.api_url(), Mutex::default());
    let app = Arc::new(App { client, api, origin: origin.clone(), now, sessions });

    println!("Open {origin}/ in a browser.");
    let serving = accept(listener, app);
    if serve {
        println!("Log in as {}.", StandIn::USER);
        return serving.await;
    }
    tokio::select! {
        served = serving => served,
        visited = spawn_blocking(move || visit(&server, &origin)) => {
            visited??;
            println!("web_login_hyper: logged in, and out; what was forged did nothing.");
            Ok(())
        }
    }
}

async fn accept(listener: TcpListener, app: Arc<App>) -> Result<(), Failure> {
    loop {
        let (stream, _) = listener.accept().await?;
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&app, request));
            // A browser that goes away is none of our troubles.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(app: &App, request: Request<Incoming>) -> Result<Page, Infallible> {
    // Other sites post no forms here.
    let from = request.headers().get(header::ORIGIN).map(|origin| origin.as_bytes());
    if request.method() == Method::POST && from != Some(app.origin.as_bytes()) {
        return Ok(page(StatusCode::FORBIDDEN, "This form is not ours."));
    }
    let answered = match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => home(app, &request).await,
        (&Method::POST, "/login") => begin(app, &request),
        (&Method::GET, "/callback") => end(app, &request).await,
        (&Method::POST, "/logout") => Ok(log_out(app, &request)),
        _ => Ok(page(StatusCode::NOT_FOUND, "There is nothing here.")),
    };
    Ok(answered.unwrap_or_else(|why| {
        eprintln!("web_login_hyper: {why}"); // no error of the crate's shows a secret
        page(StatusCode::INTERNAL_SERVER_ERROR, "That did not work. Please begin again.")
    }))
}

async fn home(app: &App, request: &Request<Incoming>) -> Result<Page, Failure> {
    let token = app.sessions().get(&cookie(request)).and_then(|session| session.token.clone());
    let Some(token) = token else {
        return Ok(page(StatusCode::OK, r#"Nobody is logged in. <form method="post" action="/login"><button>Log in"#));
    };
    let Presented { header, token: used } = token.present_to(&app.api).await?;
    let url = app.api.clone();
    let status = spawn_blocking(move || api::get(&url, &header)).await??;
    if status == 401 {
        token.rejected(&used); // whoever looks next has it renewed
    }
    let out = r#"<form method="post" action="/logout"><button>Log out"#;
    Ok(page(StatusCode::OK, &format!("You are logged in, and the API answers {status}. {out}")))
}

fn begin(app: &App, request: &Request<Incoming>) -> Result<Page, Failure> {
    let now = (app.now)();
    let (url, awaiting) = app.client.authorization_code()?.authorize(Entropy::from_os()?, now);
    let mut sessions = app.sessions();
    sessions.retain(|_, session| {
        session.waiting.retain(|_, awaiting| now < awaiting.closes_at());
        session.token.is_some() || !session.waiting.is_empty()
    });
    // A cookie that is not from here is not taken over: whoever set it knows it.
    let old = Some(cookie(request)).filter(|cookie| sessions.contains_key(cookie));
    let cookie = old.map_or_else(new_cookie, Ok)?;
    sessions.entry(cookie.clone()).or_default().waiting.insert(awaiting.key(), awaiting);
    redirect(url.as_str(), cookie)
}

async fn end(app: &App, request: &Request<Incoming>) -> Result<Page, Failure> {
    let target = request.uri().to_string();
    let (callback, cookie) = (Callback::url(&target), cookie(request));
    let not_ours = || page(StatusCode::BAD_REQUEST, "This link answers no login of this browser.");
    // In one step: a login answers one callback. What is forged, or comes again, finds none and ends none.
    let taken = app.client.login_key(callback).and_then(|key| app.sessions().get_mut(&cookie)?.waiting.remove(&key));
    let Some(awaiting) = taken else { return Ok(not_ours()) };
    let (request, in_flight) = match awaiting.receive(&app.client, callback, (app.now)()) {
        Ok(next) => next,
        Err(CallbackError::NotOurs { awaiting, .. }) => {
            // It waits on.
            app.sessions().entry(cookie).or_default().waiting.insert(awaiting.key(), *awaiting);
            return Ok(not_ours());
        }
        Err(error) => return Err(error.into()),
    };
    let outcome = transport::send(&transport::client(HttpConnector::new()), request).await;
    let tokens = in_flight.finish(outcome)?.into_any_token_set();

    let token = SharedToken::new(&app.client, tokens, Arc::clone(&app.now), Box::new(|_| Ok(()))); // kept in memory alone
    // Whoever knew the cookie before the login does not know that of the user who logged in.
    let new = new_cookie()?;
    let mut sessions = app.sessions();
    let waiting = sessions.remove(&cookie).map(|old| old.waiting).unwrap_or_default();
    sessions.insert(new.clone(), Session { waiting, token: Some(token) });
    redirect("/", new)
}

/// Here the user is logged out. To give the tokens back as well, see `web_login`.
fn log_out(app: &App, request: &Request<Incoming>) -> Page {
    app.sessions().remove(&cookie(request));
    page(StatusCode::OK, "Logged out.")
}

impl App {
    /// No lock is held while something is sent.
    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cookies of 127.0.0.1 are those of all its ports: the name is to be nobody else's.
const COOKIE: &str = "web_login_hyper";

fn cookie(request: &Request<Incoming>) -> String {
    let fields = request.headers().get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut cookies = fields.flat_map(|field| Cookie::split_parse(field.to_owned())).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

fn new_cookie() -> Result<String, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(random)))
}

/// Lax: the cookie comes along when the server sends the browser back here, and with no form of another site.
fn redirect(to: &str, cookie: String) -> Result<Page, Failure> {
    let cookie = Cookie::build((COOKIE, cookie)).path("/").http_only(true).same_site(SameSite::Lax).to_string();
    let answer = Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to);
    Ok(answer.header(header::SET_COOKIE, cookie).header(header::CACHE_CONTROL, "no-store").body(Full::default())?)
}

/// The words are this file's own: nothing in them is anybody else's HTML.
fn page(status: StatusCode, html: &str) -> Page {
    let html = format!(r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Login</title><p>{html}"#);
    let mut page = Response::new(Full::from(html));
    *page.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ] {
        page.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    page
}

/// The stand-in for a person: logs in, looks, and logs out; and tries what must not work.
fn visit(server: &StandIn, origin: &str) -> Result<(), Failure> {
    let mut browser = Browser::new(origin);
    browser.get("/")?.expect(200, "Nobody is logged in.")?;
    let away = browser.post("/login")?.expect(303, "")?.location;
    let callback = server.user_logs_in(&away);

    browser.get("/callback?code=stolen&state=guessed")?.expect(400, "no login of this browser")?;
    Browser::new(origin).get(&callback)?.expect(400, "no login of this browser")?;
    let mut before = Browser::with_cookie_of(&browser);
    browser.get(&callback)?.expect(303, "")?;
    browser.get("/")?.expect(200, "the API answers 200")?;
    browser.get(&callback)?.expect(400, "no login of this browser")?;
    before.get("/")?.expect(200, "Nobody is logged in.")?; // the cookie from before the login is nobody's
    browser.post("/logout")?.expect(200, "Logged out.")?;
    browser.get("/")?.expect(200, "Nobody is logged in.")?;
    match server.deviations() {
        deviations if deviations.is_empty() => Ok(()),
        deviations => Err(deviations.join("\n").into()),
    }
}
