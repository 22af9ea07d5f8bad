//! A command-line program logs its user in with the system's browser, as RFC 8252 has it for native apps.
//!
//! ```sh
//! cargo run --example cli_login             # prints the address of the sign-in page, and waits for the browser
//! cargo run --example cli_login -- --open   # opens the browser itself
//! ```
//!
//! It runs against a stand-in for a server. For a real one, change `log_in`: the provider, the client's id, and the clock;
//! in `go_to`, the arm of the stand-in goes; and `show` is your own. Register `http://127.0.0.1/callback` there as the
//! redirect URI: a server leaves the port open (RFC 8252 section 7.3), or you bind one that is registered.

#[path = "support/api.rs"]
mod api;
#[path = "support/browser.rs"]
mod browser;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/ureq.rs"]
mod transport;

use std::{error::Error, net::Ipv4Addr, process::ExitCode, thread, time::Duration};

use axum::{Router, extract::Request, http::StatusCode, response::Html};
use lexopt::{Arg, ValueExt};
use oauth_proto::{
    Callback, CallbackError, Client, Entropy, Granted, Outcome, Public, RedirectUri, Registration, Remedy,
};
use support::StandIn;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::{JoinHandle, spawn_blocking},
    time::{Instant, timeout, timeout_at},
};

const HELP: &str = "\
Logs a user in with the system's browser, at a stand-in for a server on loopback.

Usage: cargo run --example cli_login -- [OPTIONS]

Options:
  --open       open the browser; without it, the address is printed
  --stand-in   no browser: a stand-in for the user logs in
  --wait SECS  how long to wait for the user: 300
  --help       print this help";

/// Who goes to the sign-in page.
enum Browser {
    Printed,
    Opened,
    StandIn,
}

struct Options {
    browser: Browser,
    wait: Duration,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("cli_login: {why}\nTry `--help`.");
            return ExitCode::from(2);
        }
    };
    match log_in(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("cli_login: {why}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options { browser: Browser::Printed, wait: Duration::from_secs(300) };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("open") => options.browser = Browser::Opened,
            Arg::Long("stand-in") => options.browser = Browser::StandIn,
            Arg::Long("wait") => {
                options.wait = Duration::from_secs(arguments.value()?.parse::<u32>()?.into());
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

#[tokio::main(flavor = "current_thread")]
async fn log_in(options: &Options) -> Result<(), Box<dyn Error>> {
    let server = StandIn::start(); // yours is elsewhere
    let now = || server.now(); // yours: Timestamp::from(SystemTime::now())

    // RFC 8252 section 7.3: any port of the loopback address, by its number and not by a name. It is bound before the
    // login begins, and closed when that is over: nobody else can have it in between.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let redirect_uri = RedirectUri::new(format!("http://{}/callback", listener.local_addr()?))?;
    let mut door = Door::open(listener);
    let closes_at = Instant::now() + options.wait;

    // RFC 8252 section 8.5: a program on the user's machine keeps no secret. PKCE binds the code to this login.
    let registration = Registration::new(server.public_client_id())?.redirect_uri(redirect_uri);
    let client = Client::public(server.provider(), registration)?;
    let login = client.authorization_code()?.time_to_live(options.wait);
    let (url, mut awaiting) = login.authorize(Entropy::from_os()?, now());
    go_to(url.as_str(), &options.browser, &server);

    let ended: Result<Granted, Box<dyn Error>> = loop {
        // Whatever a program or page on this machine sends here: a callback that is not ours ends no login.
        let Ok(Some(Arrived { target, page })) = timeout_at(closes_at, door.callbacks.recv()).await else {
            break Err("nobody logged in".into());
        };
        match awaiting.receive(&client, Callback::url(&target), now()) {
            Err(CallbackError::NotOurs { awaiting: alive, fault, .. }) => {
                awaiting = *alive;
                let _ = page.send((StatusCode::BAD_REQUEST, format!("This link is of no use here: {fault}.")));
            }
            Err(over) => {
                let _ = page.send((StatusCode::OK, words(over.remedy()).into()));
                break Err(over.into());
            }
            Ok((request, in_flight)) => {
                let sent = spawn_blocking(move || transport::send(request)).await;
                let granted = in_flight.finish(sent.unwrap_or_else(Outcome::lost));
                let said = granted.as_ref().map_or_else(|error| words(error.remedy()), |_| "You are logged in.");
                let _ = page.send((StatusCode::OK, format!("{said} You may close this page.")));
                break granted.map_err(Into::into);
            }
        }
    };
    door.close().await; // well or badly, the user is told
    show(&client, &ended?, &server.api_url())
}

fn go_to(url: &str, browser: &Browser, server: &StandIn) {
    match browser {
        Browser::Printed => println!("Log in as {} at:\n\n  {url}\n", StandIn::USER),
        Browser::Opened => {
            println!("Your browser opens. If it does not, go to:\n\n  {url}\n\nLog in as {}.", StandIn::USER);
            if let Err(why) = open::that_detached(url) {
                eprintln!("cli_login: no browser was opened: {why}");
            }
        }
        Browser::StandIn => {
            let landing = server.user_logs_in(url);
            // A browser is another process: it comes back by itself.
            thread::spawn(move || browser::Browser::new("").get(&landing));
        }
    }
}

/// A request that came to the loopback port, and the page that answers it.
struct Arrived {
    target: String,
    page: oneshot::Sender<(StatusCode, String)>,
}

/// The loopback port, as long as a login waits for it.
struct Door {
    callbacks: mpsc::Receiver<Arrived>,
    closing: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Door {
    /// Hands over whatever comes to `/callback`, and nothing else.
    fn open(listener: TcpListener) -> Self {
        let (sender, callbacks) = mpsc::channel(8);
        let callback = async move |request: Request| {
            let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let (page, answer) = oneshot::channel();
            let handed = sender.send(Arrived { target, page }).await.is_ok();
            let (status, text) = match answer.await {
                Ok(answer) if handed => answer,
                _ => (StatusCode::GONE, "The login is over.".to_owned()),
            };
            // The words are the crate's own and this file's, and none is a server's: nothing in them is HTML.
            (status, Html(format!("<!doctype html><meta charset=\"utf-8\"><title>Login</title><p>{text}</p>")))
        };
        let router = Router::new().route("/callback", axum::routing::get(callback));
        let (closing, closed) = oneshot::channel::<()>();
        let server = axum::serve(listener, router).with_graceful_shutdown(async move { drop(closed.await) });
        let server = tokio::spawn(async move { drop(server.await) });
        Self { callbacks, closing, server }
    }

    /// Closes the port, once the last page has gone out.
    async fn close(self) {
        drop(self.closing);
        let _ = timeout(Duration::from_secs(5), self.server).await;
    }
}

fn words(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Ignore => "This page is of no use here.",
        Remedy::LogIn => "The login was refused, or took too long. Please begin again.",
        Remedy::Retry { .. } => "The server is busy. Please begin again later.",
        Remedy::Decide => "Nobody knows whether that worked. Please begin again.",
        Remedy::Fix => "This program is set up wrongly.",
    }
}

/// What a program does with a login: it calls an API. Some servers send no refresh token along.
fn show(client: &Client<Public>, granted: &Granted, url: &str) -> Result<(), Box<dyn Error>> {
    let header = match granted {
        Granted::Refreshable(authorized) => authorized.header_for(client, url)?,
        Granted::AccessOnly(authorized) => authorized.header_for(client, url)?,
    };
    println!("Logged in. {url} answers {}.", api::get(url, &header)?.status());
    Ok(())
}
