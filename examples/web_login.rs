//! A web application logs its users in, at any server that publishes its metadata (RFC 8414): an authorization code
//! with PKCE, by a client that keeps a secret. The browser holds a cookie and nothing else; logins that wait and tokens
//! stay here.
//!
//! ```sh
//! export OAUTH_CLIENT_SECRET=…
//! cargo run --example web_login --features ureq/rustls -- --issuer https://id.example.com --client-id my-app
//! ```
//!
//! Register `http://127.0.0.1:3000/callback` there as the redirect URI. `ureq/rustls` is for `https`, which this
//! repository's tests do without.

#[path = "web_login/pages.rs"]
mod pages;
#[path = "adapters/ureq.rs"]
mod transport;

use std::{
    collections::HashMap,
    error::Error,
    net::Ipv4Addr,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use lexopt::{Arg, ValueExt};
use oauth_proto::{
    AwaitingCode, Callback, Client, Confidential, Decision, Entropy, Header, Keeper, Limits, LoginKey, Outcome,
    Provider, RedirectUri, Registration, Remedy, Scope, Timestamp, Turn,
    metadata::{Approval, Issuer, WellKnown},
};
use pages::{Page, trouble};
use tokio::{net::TcpListener, task::spawn_blocking};

const HELP: &str = "\
A web application that logs its users in. The client's secret is read from OAUTH_CLIENT_SECRET.

Usage: web_login --issuer URL --client-id ID [OPTIONS]

Options:
  --openid       the metadata is that of OpenID Connect Discovery, not of RFC 8414
  --origin URL   the server's endpoints may be at this origin too; may be given several times
  --scope WORDS  what to ask for: openid
  --api URL      what is called with the token: the server's userinfo endpoint
  --port NUMBER  where to listen on 127.0.0.1: 3000
  --help         print this help";

struct Options {
    issuer: String,
    client_id: String,
    place: WellKnown,
    origins: Vec<String>,
    scope: String,
    api: Option<String>,
    port: u16,
}

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

fn options() -> Result<Option<Options>, lexopt::Error> {
    let (mut issuer, mut client_id, mut api) = (None, None, None);
    let (mut place, mut origins, mut scope, mut port) = (WellKnown::default(), Vec::new(), "openid".to_owned(), 3000);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("issuer") => issuer = Some(arguments.value()?.string()?),
            Arg::Long("client-id") => client_id = Some(arguments.value()?.string()?),
            Arg::Long("openid") => place = WellKnown::OpenidConfiguration,
            Arg::Long("origin") => origins.push(arguments.value()?.string()?),
            Arg::Long("scope") => scope = arguments.value()?.string()?,
            Arg::Long("api") => api = Some(arguments.value()?.string()?),
            Arg::Long("port") => port = arguments.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    let issuer = issuer.ok_or("--issuer is missing")?;
    let client_id = client_id.ok_or("--client-id is missing")?;
    Ok(Some(Options { issuer, client_id, place, origins, scope, api, port }))
}

/// What the server says of itself, and the URL of the API. What it names elsewhere is refused, unless `--origin` has it.
fn discover(options: &Options) -> Result<(Provider, String), Box<dyn Error>> {
    let mut approval = Approval::none();
    if options.issuer.starts_with("http:") {
        approval = approval.plaintext_on_loopback(); // and nowhere else
    }
    for origin in &options.origins {
        approval = approval.origin(origin)?;
    }
    let issuer = Issuer::approved(&options.issuer, &approval)?;
    let (request, fetching) = issuer.metadata(options.place, &Limits::default());
    let metadata = fetching.finish(transport::send(request))?;
    let api = match (&options.api, metadata.member("userinfo_endpoint")) {
        (Some(url), _) => url.clone(),
        (None, Some(json)) => serde_json::from_str(json)?,
        (None, None) => return Err("this server has no userinfo endpoint: name an API with --api".into()),
    };
    // The token is shown to these alone.
    let ours = options.origins.iter().chain([&options.issuer]).chain(&options.api);
    let provider = Provider::from_metadata(&metadata, &approval)?;
    Ok((ours.fold(provider, |provider, origin| provider.api_origin(origin)), api))
}

#[tokio::main(flavor = "current_thread")]
async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let secret = std::env::var("OAUTH_CLIENT_SECRET").map_err(|_| "OAUTH_CLIENT_SECRET is not set")?;
    let (provider, api) = discover(options)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let registration = Registration::new(options.client_id.as_str())?
        .redirect_uri(RedirectUri::new(format!("{origin}/callback"))?)
        .scope(Scope::new(options.scope.split(' '))?);
    let client = Client::confidential(provider, registration, secret.into())?;

    println!("Open {origin}/ in a browser.");
    let app = Arc::new(App { client, api, origin, sessions: Mutex::default() });
    let router = Router::new()
        .route("/", get(home))
        .route("/login", post(log_in))
        .route("/callback", get(callback))
        .route("/logout", post(log_out))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app);
    Ok(axum::serve(listener, router).await?)
}

struct App {
    client: Client<Confidential>,
    api: String,
    /// Where the browser sees this application.
    origin: String,
    /// By the text of the browser's cookie. A store outside of this process holds `stored::save` of what is in them.
    sessions: Mutex<HashMap<String, Arc<Mutex<Session>>>>,
}

/// What is known of one browser.
#[derive(Default)]
struct Session {
    /// Two tabs are two logins.
    waiting: HashMap<LoginKey, AwaitingCode>,
    tokens: Option<Keeper>,
}

/// Cookies of 127.0.0.1 are those of all its ports: the name is to be nobody else's.
const COOKIE: &str = "web_login";

impl App {
    fn session(&self, jar: &CookieJar) -> Option<Arc<Mutex<Session>>> {
        lock(&self.sessions).get(jar.get(COOKIE)?.value()).cloned()
    }

    fn forget(&self, jar: &CookieJar) -> Option<Arc<Mutex<Session>>> {
        lock(&self.sessions).remove(jar.get(COOKIE)?.value())
    }

    /// Puts a session under a new cookie, which nobody else can know.
    fn keep(&self, session: Arc<Mutex<Session>>, jar: CookieJar) -> Result<CookieJar, Page> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|why| trouble(Remedy::Fix, why.to_string()))?;
        let id = format!("{:032x}", u128::from_ne_bytes(random));
        lock(&self.sessions).insert(id.clone(), session);
        // Lax: it comes along when the server sends the browser back here, and with no form of another site. An
        // application behind TLS adds `.secure(true)`.
        let cookie = Cookie::build((COOKIE, id)).path("/").http_only(true).same_site(SameSite::Lax);
        Ok(jar.add(cookie))
    }
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

    let (session, jar) = match app.session(&jar) {
        Some(session) => (session, jar),
        None => {
            let session = Arc::<Mutex<Session>>::default();
            (Arc::clone(&session), app.keep(session, jar)?)
        }
    };
    let mut session = lock(&session);
    session.waiting.retain(|_, awaiting| now() < awaiting.closes_at());
    session.waiting.insert(awaiting.key(), awaiting);
    Ok((jar, Redirect::to(url.as_str())))
}

async fn callback(State(app): State<Arc<App>>, jar: CookieJar, uri: Uri) -> Result<(CookieJar, Redirect), Page> {
    let target = uri.to_string();
    let callback = Callback::url(&target);
    let not_ours = || trouble(Remedy::Ignore, "a callback that no login of this browser waits for");
    let session = app.session(&jar).ok_or_else(not_ours)?;

    // In one step: a login answers one callback. What is forged, or comes again, finds none and ends none.
    let key = app.client.login_key(callback);
    let awaiting = key.and_then(|key| lock(&session).waiting.remove(&key)).ok_or_else(not_ours)?;
    let (request, in_flight) = match awaiting.receive(&app.client, callback, now()) {
        Ok(next) => next,
        Err(error) => {
            let page = pages::not_logged_in(&error);
            if let Some(awaiting) = error.into_awaiting() {
                lock(&session).waiting.insert(awaiting.key(), awaiting);
            }
            return Err(page);
        }
    };
    // A code that is lost on its way costs the user another login, so `in_flight` is not stored.
    let granted = in_flight.finish(send(request).await).map_err(|error| trouble(error.remedy(), error))?;
    lock(&session).tokens = Some(Keeper::new(granted.into_any_token_set()));

    // Whoever knew the cookie before the login does not know that of the user who logged in.
    app.forget(&jar);
    Ok((app.keep(session, jar)?, Redirect::to("/")))
}

async fn home(State(app): State<Arc<App>>, jar: CookieJar) -> Page {
    let Some(session) = app.session(&jar) else { return pages::welcome() };
    match user(&app, &session).await {
        Ok(Some((user, scope))) => pages::account(&user, &scope),
        Ok(None) => pages::welcome(),
        Err(page) => page,
    }
}

/// What the API says of the user, and the scope of the token. No lock is held while something is sent.
async fn user(app: &App, session: &Mutex<Session>) -> Result<Option<(serde_json::Value, Scope)>, Page> {
    // Renew it, use it, renew what the API refused, use that: after four turns, something else is wrong.
    for _ in 0..4 {
        let (turn, header, scope) = {
            let Some(keeper) = &mut lock(session).tokens else { return Ok(None) };
            let turn = keeper.poll(&app.client, now(), Duration::from_secs(60));
            let header = keeper.header_for(&app.client, &app.api, now());
            (turn, header, keeper.tokens().scope().clone())
        };
        match turn {
            Turn::Use(used) => {
                let header = header.map_err(|error| trouble(error.remedy(), error))?;
                match call(&app.api, header).await {
                    Ok((200, body)) => match serde_json::from_slice(&body) {
                        Ok(user) => return Ok(Some((user, scope))),
                        Err(why) => return Err(trouble(Remedy::Fix, why)),
                    },
                    Ok((401, _)) => with_tokens(session, |keeper| _ = keeper.rejected(&used)),
                    Ok((status, _)) => return Err(trouble(Remedy::Fix, format!("the API answers {status}"))),
                    Err(why) => return Err(trouble(Remedy::Retry { after: None }, why)),
                }
            }
            Turn::Send(request, ticket) => {
                let outcome = send(request).await;
                with_tokens(session, |keeper| {
                    if let Err(why) = keeper.handle(ticket, outcome, now()) {
                        eprintln!("web_login: {}", pages::with_reasons(&why)); // the next turn says what follows
                    }
                });
            }
            // Nobody knows whether the server took the refresh token: one that was used twice ends the whole grant.
            Turn::Decide { .. } => with_tokens(session, |keeper| _ = keeper.decide(Decision::AssumeSpent)),
            Turn::LogIn => {
                lock(session).tokens = None;
                return Err(trouble(Remedy::LogIn, "the tokens are over"));
            }
            Turn::Wait { .. } => return Err(trouble(Remedy::Retry { after: None }, "a renewal is under way")),
            Turn::Fix(fault) => return Err(trouble(fault.remedy(), fault.to_string())),
        }
    }
    Err(trouble(Remedy::Fix, "the API refuses tokens that were just renewed"))
}

fn with_tokens(session: &Mutex<Session>, act: impl FnOnce(&mut Keeper)) {
    if let Some(keeper) = &mut lock(session).tokens {
        act(keeper);
    }
}

/// Here the user is logged out whatever the server says; there, the tokens are given back.
async fn log_out(State(app): State<Arc<App>>, jar: CookieJar) -> (CookieJar, Page) {
    let tokens = app.forget(&jar).and_then(|session| lock(&session).tokens.take()).map(Keeper::into_tokens);
    let revoked = match tokens {
        Some(Ok(tokens)) => match tokens.revoke(&app.client) {
            Ok((request, revoking)) => revoking.finish(send(request).await).map_err(|why| pages::with_reasons(&why)),
            Err(why) => Err(why.to_string()), // this server takes no tokens back
        },
        Some(Err(_)) => Err("a renewal of the tokens is under way".into()),
        None => Err("nobody was logged in".into()),
    };
    (jar.remove(Cookie::build(COOKIE).path("/")), pages::logged_out(revoked.err().as_deref()))
}

/// `ureq` blocks, and a browser that goes away does not stop it.
async fn send(request: oauth_proto::Request) -> Outcome {
    spawn_blocking(move || transport::send(request)).await.unwrap_or_else(Outcome::lost)
}

/// The API's status and body.
async fn call(url: &str, header: Header) -> Result<(u16, Vec<u8>), Box<dyn Error + Send + Sync>> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0) // the token is for this URL
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let request = agent.get(url).header(header.name(), header.expose_value());
    spawn_blocking(move || {
        let mut answer = request.call()?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_vec()?))
    })
    .await?
}

fn now() -> Timestamp {
    Timestamp::from_unix(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
