//! A web application logs its users in, at any server that publishes its metadata (RFC 8414): an authorization code
//! with PKCE, by a client that keeps a secret. The browser holds a cookie and nothing else; logins that wait and tokens
//! are rows of a database here.
//!
//! ```sh
//! cargo run --example web_login    # at a stand-in for a server, in this process: open the URL that it prints
//!
//! export OAUTH_CLIENT_SECRET=…     # at a real one
//! cargo run --example web_login --features ureq/rustls -- --issuer https://id.example.com --client-id my-app
//! ```
//!
//! Register `http://127.0.0.1:3000/callback` there as the redirect URI. `ureq/rustls` is for `https`, which this
//! repository's tests do without. What to change for an application of yours: its address, behind TLS, and with it the
//! cookie (`with_cookie`); `web_login/pages.rs`; and `web_login/sessions.rs`, if your rows are not in SQLite. What is in
//! `web_login/stand_in.rs` goes.

#[path = "support/api.rs"]
mod api;
#[path = "support/browser.rs"]
mod browser;
#[path = "web_login/options.rs"]
mod options;
#[path = "web_login/pages.rs"]
mod pages;
#[path = "web_login/sessions.rs"]
mod sessions;
#[path = "web_login/stand_in.rs"]
mod stand_in;
#[path = "web_login/tokens.rs"]
mod tokens;
#[path = "adapters/ureq.rs"]
mod transport;

use std::{error::Error, net::Ipv4Addr, process::ExitCode, sync::Arc, time::SystemTime};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use oauth_proto::{
    Callback, Client, Confidential, Entropy, FinishError, Keeper, Limits, Provider, RedirectUri, Registration, Remedy,
    Scope, Secret, Timestamp,
    metadata::{Approval, Issuer},
};
use options::{HELP, Options, options};
use pages::{Page, trouble};
use sessions::Sessions;
use stand_in::StandIn;
use tokens::{send, user};
use tokio::{net::TcpListener, task::spawn_blocking};

fn main() -> ExitCode {
    let done = match options() {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("web_login: {why}\nTry `--help`.");
            return ExitCode::from(2);
        }
    };
    done.map_or_else(
        |why| {
            eprintln!("web_login: {}", pages::with_reasons(&*why));
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

/// Where to log in, and who we are there.
struct Server {
    issuer: String,
    client_id: String,
    secret: Secret,
    scope: String,
    api: Option<String>,
}

fn server(options: &Options, issuer: &str, client_id: &str) -> Result<Server, Box<dyn Error>> {
    let secret = std::env::var("OAUTH_CLIENT_SECRET").map_err(|_| "OAUTH_CLIENT_SECRET is not set")?.into();
    let (scope, api) = (options.scope.clone(), options.api.clone());
    Ok(Server { issuer: issuer.into(), client_id: client_id.into(), secret, scope, api })
}

/// What the server says of itself, and the URL of the API. What it names elsewhere is refused, unless `--origin` has it.
fn discover(options: &Options, server: &Server) -> Result<(Provider, String), Box<dyn Error>> {
    let mut approval = Approval::none();
    if server.issuer.starts_with("http:") {
        approval = approval.plaintext_on_loopback(); // and nowhere else
    }
    for origin in &options.origins {
        approval = approval.origin(origin)?;
    }
    let issuer = Issuer::approved(&server.issuer, &approval)?;
    let (request, fetching) = issuer.metadata(options.place, &Limits::default());
    let metadata = fetching.finish(transport::send(request))?;
    let api = match (&server.api, metadata.member("userinfo_endpoint")) {
        (Some(url), _) => url.clone(),
        (None, Some(json)) => serde_json::from_str(json)?,
        (None, None) => return Err("this server has no userinfo endpoint: name an API with --api".into()),
    };
    // The token is shown to these alone.
    let ours = options.origins.iter().chain([&server.issuer]).chain(&server.api);
    let provider = Provider::from_metadata(&metadata, &approval)?;
    Ok((ours.fold(provider, |provider, origin| provider.api_origin(origin)), api))
}

#[tokio::main(flavor = "current_thread")]
async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let stand_in = options.server.is_none().then(StandIn::start);
    let server = match (&options.server, &stand_in) {
        (Some((issuer, client_id)), _) => server(options, issuer, client_id)?,
        (None, stand_in) => stand_in.as_ref().map(StandIn::server).ok_or("there is no server")?,
    };
    let (provider, api) = discover(options, &server)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let registration = Registration::new(server.client_id)?
        .redirect_uri(RedirectUri::new(format!("{origin}/callback"))?)
        .scope(Scope::new(server.scope.split(' ').filter(|word| !word.is_empty()))?);
    let client = Client::confidential(provider, registration, server.secret)?;
    let sessions = Sessions::open(&options.store).map_err(|why| format!("{}: {why}", options.store))?;

    println!("Open {origin}/ in a browser.");
    let app = Arc::new(App { client, api, origin: origin.clone(), sessions });
    let router = Router::new()
        .route("/", get(home))
        .route("/login", post(log_in))
        .route("/callback", get(callback))
        .route("/logout", post(log_out))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app);
    let serving = async { Ok(axum::serve(listener, router).await?) };
    let Some(stand_in) = stand_in else { return serving.await };
    if !options.stand_in {
        println!("Log in as {}.", StandIn::USER);
        return serving.await;
    }
    tokio::select! {
        served = serving => served,
        visited = spawn_blocking(move || stand_in.visit(&origin)) => {
            visited?.map_err(|why| -> Box<dyn Error> { why })?;
            println!("web_login: logged in, renewed and logged out; what was forged did nothing.");
            Ok(())
        }
    }
}

struct App {
    client: Client<Confidential>,
    api: String,
    /// Where the browser sees this application.
    origin: String,
    sessions: Sessions,
}

/// Cookies of 127.0.0.1 are those of all its ports: the name is to be nobody else's.
const COOKIE: &str = "web_login";

/// The text of the browser's cookie; none is as good as one that nobody knows.
fn cookie_of(jar: &CookieJar) -> &str {
    jar.get(COOKIE).map(Cookie::value).unwrap_or_default()
}

/// A cookie that nobody else can know.
fn new_cookie() -> Result<String, Page> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|why| trouble(Remedy::Fix, why.to_string()))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(random)))
}

fn with_cookie(jar: CookieJar, text: String) -> CookieJar {
    // Lax: it comes along when the server sends the browser back here, and with no form of another site. An application
    // behind TLS adds `.secure(true)` and names it `__Host-…`: then nobody but this host can set it.
    let life = cookie::time::Duration::try_from(sessions::LIFE).unwrap_or_default();
    jar.add(Cookie::build((COOKIE, text)).path("/").http_only(true).same_site(SameSite::Lax).max_age(life))
}

/// The rows cannot be read or written: nothing that the user can do.
fn broken(why: sessions::Failure) -> Page {
    trouble(Remedy::Fix, why)
}

/// Other sites post no forms here. No page is framed, kept, or named to another site that a link leads to.
async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let from = request.headers().get(header::ORIGIN).map(|origin| origin.as_bytes());
    if request.method() == Method::POST && from != Some(app.origin.as_bytes()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
    let fields = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"), // with `no-referrer`, our own forms would have no origin either
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (fields, next.run(request).await).into_response()
}

async fn log_in(State(app): State<Arc<App>>, jar: CookieJar) -> Result<(CookieJar, Redirect), Page> {
    let login = app.client.authorization_code().map_err(|why| trouble(Remedy::Fix, why))?;
    let entropy = Entropy::from_os().map_err(|why| trouble(Remedy::Fix, why))?;
    let (url, awaiting) = login.authorize(entropy, now());

    // A cookie that is not from here is not taken over: whoever set it knows it.
    let known = app.sessions.knows(cookie_of(&jar), now()).map_err(broken)?;
    let cookie = if known { cookie_of(&jar).to_owned() } else { new_cookie()? };
    app.sessions.wait(&cookie, &awaiting, now()).map_err(broken)?;
    Ok((with_cookie(jar, cookie), Redirect::to(url.as_str())))
}

async fn callback(State(app): State<Arc<App>>, jar: CookieJar, uri: Uri) -> Result<(CookieJar, Redirect), Page> {
    let target = uri.to_string();
    let callback = Callback::url(&target);
    let not_ours = || trouble(Remedy::Ignore, "a callback that no login of this browser waits for");

    // In one step: a login answers one callback. What is forged, or comes again, finds none and ends none.
    let key = app.client.login_key(callback).ok_or_else(not_ours)?;
    let awaiting = app.sessions.take(cookie_of(&jar), &key).map_err(broken)?.ok_or_else(not_ours)?;
    let (request, in_flight) = match awaiting.receive(&app.client, callback, now()) {
        Ok(next) => next,
        Err(error) => {
            let page = pages::not_logged_in(&error);
            if let Some(awaiting) = error.into_awaiting() {
                app.sessions.wait(cookie_of(&jar), &awaiting, now()).map_err(broken)?;
            }
            return Err(page);
        }
    };
    // A code that is lost on its way costs the user another login, so `in_flight` is not stored.
    let mut finished = in_flight.finish(send(request).await);
    if let Err(FinishError::NotSent { origin, .. }) = finished {
        // The code never left, and is as good as before: once more.
        let again = origin.exchange(&app.client, now());
        let (request, in_flight) = again.map_err(|error| trouble(error.remedy(), error))?;
        finished = in_flight.finish(send(request).await);
    }
    let granted = finished.map_err(|error| trouble(error.remedy(), error))?;

    // Whoever knew the cookie before the login does not know that of the user who logged in.
    let (old, new) = (cookie_of(&jar), new_cookie()?);
    app.sessions.log_in(old, &new, &Keeper::new(granted.into_any_token_set()), now()).map_err(broken)?;
    Ok((with_cookie(jar, new), Redirect::to("/")))
}

async fn home(State(app): State<Arc<App>>, jar: CookieJar) -> Page {
    match user(&app, cookie_of(&jar)).await {
        Ok(Some((user, scope))) => pages::account(&user, &scope),
        Ok(None) => pages::welcome(),
        Err(page) => page,
    }
}

/// Here the user is logged out whatever the server says; there, the tokens are given back.
async fn log_out(State(app): State<Arc<App>>, jar: CookieJar) -> Result<(CookieJar, Page), Page> {
    let given_back = match app.sessions.log_out(cookie_of(&jar)).map_err(broken)? {
        Some(Ok(keeper)) => tokens::give_back(&app, keeper).await,
        Some(Err(unreadable)) => Err(unreadable.to_string()),
        None => Err("nobody was logged in".into()),
    };
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), pages::logged_out(given_back.err().as_deref())))
}

fn now() -> Timestamp {
    SystemTime::now().into()
}
