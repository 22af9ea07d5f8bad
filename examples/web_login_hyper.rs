//! The small web login: plain hyper and no framework, sessions in memory, by the browser's cookie. What each browser began
//! is in its own session, so that nobody ends another one's login, or his own in another one's browser.
//!
//! ```sh
//! cargo run --example web_login_hyper             # a stand-in for the browser goes through it
//! cargo run --example web_login_hyper -- --serve  # for a browser: open the URL that it prints
//! ```
//!
//! It runs against a stand-in for a server. For a real one, change `main`: the provider, the client, the clock, and an
//! address behind TLS, and with it the cookie (`redirect`). Sessions that outlive the process are in `web_login`.

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
    time::Duration,
};

use browser::Browser;
use bytes::Bytes;
use cookie::{Cookie, SameSite};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use oauth_proto::{
    AwaitingCode, Callback, CallbackError, Client, Confidential, Entropy, ErrorCode, FinishError, Keeper, LoginKey,
    RedirectUri, Registration, Timestamp,
};
use shared::{Clock, NoToken, Presented, SharedToken};
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
    /// Of the user who is logged in, and until when.
    token: Option<(SharedToken, Timestamp)>,
}

/// How long a user stays logged in here.
const LIFE: Duration = Duration::from_secs(14 * 24 * 3600);

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
        match serving.await {}
    }
    tokio::select! {
        never = serving => match never {},
        visited = spawn_blocking(move || visit(&server, &origin)) => {
            visited??;
            println!("web_login_hyper: logged in, and out; what was forged did nothing.");
            Ok(())
        }
    }
}

async fn accept(listener: TcpListener, app: Arc<App>) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // One connection broke, or there are too many: the others go on.
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
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
        page(StatusCode::INTERNAL_SERVER_ERROR, &format!("That did not work. Please begin again. {LOG_IN} {LOG_OUT}"))
    }))
}

async fn home(app: &App, request: &Request<Incoming>) -> Result<Page, Failure> {
    let nobody = || Ok(page(StatusCode::OK, &format!("Nobody is logged in. {LOG_IN}")));
    let cookie = cookie(request);
    let Some(token) = app.sessions().get_mut(&cookie).and_then(|session| session.token((app.now)())) else {
        return nobody();
    };
    let Presented { header, token: used } = match token.present_to(&app.api).await {
        Err(NoToken::LogIn) => {
            app.sessions().entry(cookie).and_modify(|session| session.token = None);
            return nobody();
        }
        presented => presented?,
    };
    let url = app.api.clone();
    let response = spawn_blocking(move || api::get(&url, &header)).await??;
    token.challenged(&used, &response);
    let said = format!("You are logged in, and the API answers {}. {LOG_OUT}", response.status());
    Ok(page(StatusCode::OK, &said))
}

fn begin(app: &App, request: &Request<Incoming>) -> Result<Page, Failure> {
    let now = (app.now)();
    let (url, awaiting) = app.client.authorization_code()?.authorize(Entropy::from_os()?, now);
    let mut sessions = app.sessions();
    sessions.retain(|_, session| {
        session.waiting.retain(|_, awaiting| now < awaiting.closes_at());
        session.token(now).is_some() || !session.waiting.is_empty()
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
        Err(error) => {
            let page = match &error {
                CallbackError::NotOurs { .. } => Ok(not_ours()),
                CallbackError::Refused { response, .. } if response.code == ErrorCode::AccessDenied => {
                    Ok(page(StatusCode::FORBIDDEN, &format!("You, or the server, said no. {LOG_IN}")))
                }
                _ => Err(error.to_string().into()),
            };
            if let Some(awaiting) = error.into_awaiting() {
                // It waits on.
                app.sessions().entry(cookie).or_default().waiting.insert(awaiting.key(), awaiting);
            }
            return page;
        }
    };
    let send = async |request| transport::send(&transport::client(HttpConnector::new()), request).await;
    let mut finished = in_flight.finish(send(request).await);
    if let Err(FinishError::NotSent { origin, .. }) = finished {
        // The code never left, and is as good as before: once more.
        let (request, in_flight) = origin.exchange(&app.client, (app.now)())?;
        finished = in_flight.finish(send(request).await);
    }
    let keeper = Keeper::new(finished?.into_any_token_set());

    let kept_in_memory = Box::new(|_: &str| Ok(()));
    let token = SharedToken::new(&app.client, keeper, Arc::clone(&app.now), kept_in_memory)?;
    // Whoever knew the cookie before the login does not know that of the user who logged in; what began with it is over.
    let new = new_cookie()?;
    let mut sessions = app.sessions();
    sessions.remove(&cookie);
    sessions.insert(new.clone(), Session { token: Some((token, (app.now)().plus(LIFE))), ..Session::default() });
    redirect("/", new)
}

/// Here the user is logged out. To give the tokens back as well, see `web_login`.
fn log_out(app: &App, request: &Request<Incoming>) -> Page {
    app.sessions().remove(&cookie(request));
    page(StatusCode::OK, &format!("Logged out. {LOG_IN}"))
}

impl Session {
    fn token(&mut self, now: Timestamp) -> Option<SharedToken> {
        self.token.take_if(|(_, ends_at)| *ends_at <= now);
        self.token.as_ref().map(|(token, _)| token.clone())
    }
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

/// Lax: the cookie comes along when the server sends the browser back here, and with no form of another site. Behind TLS it
/// is `.secure(true)` and named `__Host-…`: then nobody but this host can set it.
fn redirect(to: &str, cookie: String) -> Result<Page, Failure> {
    let cookie = Cookie::build((COOKIE, cookie)).path("/").http_only(true).same_site(SameSite::Lax);
    let cookie = cookie.max_age(LIFE.try_into()?).to_string();
    let answer = Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to);
    Ok(answer.header(header::SET_COOKIE, cookie).header(header::CACHE_CONTROL, "no-store").body(Full::default())?)
}

const LOG_IN: &str = r#"<form method="post" action="/login"><button>Log in</button></form>"#;
const LOG_OUT: &str = r#"<form method="post" action="/logout"><button>Log out</button></form>"#;

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
    let begin = |browser: &mut Browser| Ok::<_, Failure>(browser.post("/login")?.expect(303, "")?.location);
    browser.get("/")?.expect(200, "Nobody is logged in.")?;
    let denied = server.user_denies(&begin(&mut browser)?);
    browser.get(&denied)?.expect(403, "said no")?;
    let callback = server.user_logs_in(&begin(&mut browser)?);
    let late = server.user_logs_in(&begin(&mut browser)?); // in another tab

    browser.get("/callback?code=stolen&state=guessed")?.expect(400, "no login of this browser")?;
    Browser::new(origin).get(&callback)?.expect(400, "no login of this browser")?;
    let mut before = Browser::with_cookie_of(&browser);
    browser.get(&callback)?.expect(303, "")?;
    browser.get("/")?.expect(200, "the API answers 200")?;
    browser.get(&callback)?.expect(400, "no login of this browser")?;
    before.get("/")?.expect(200, "Nobody is logged in.")?; // the cookie from before the login is nobody's
    browser.get(&late)?.expect(400, "no login of this browser")?; // nor is a login that began with it
    browser.post("/logout")?.expect(200, "Logged out.")?;
    browser.get("/")?.expect(200, "Nobody is logged in.")?;

    // The server ends what it allowed, and then this application does.
    let callback = server.user_logs_in(&begin(&mut browser)?);
    browser.get(&callback)?.expect(303, "")?;
    server.user_withdraws();
    browser.get("/")?.expect(200, "the API answers 401")?;
    browser.get("/")?.expect(200, "Nobody is logged in.")?;
    let callback = server.user_logs_in(&begin(&mut browser)?);
    browser.get(&callback)?.expect(303, "")?;
    server.pass(LIFE);
    let asked = server.token_requests();
    browser.get("/")?.expect(200, "Nobody is logged in.")?;
    match server.deviations() {
        _ if server.token_requests() != asked => Err("a session that is over was renewed".into()),
        deviations if deviations.is_empty() => Ok(()),
        deviations => Err(deviations.join("\n").into()),
    }
}
