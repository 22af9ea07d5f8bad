//! The machine, on a page: choose a provider, log in, and see each state, each request, and what would not compile.
//!
//! ```sh
//! cargo run --example playground
//! ```
//!
//! The servers are emulators in this process; nothing leaves the machine. The page is for one person: whoever opens it
//! sees the same login. A program of one's own is not made like this: it keeps each login in its own browser's session, as
//! `examples/web_login` does.

mod machine;
mod page;
mod serve;
mod stage;
mod world;

#[path = "../../tests/support/mod.rs"]
mod support;
use support::transport;

use std::{error::Error, net::Ipv4Addr, process::ExitCode};

use lexopt::{Arg, ValueExt};
use tokio::net::TcpListener;

const HELP: &str = "\
Shows the machine on a page of this machine.

Usage: cargo run --example playground -- [OPTIONS]

Options:
  --port NUMBER  where to listen on 127.0.0.1: 4180, or any if that is taken
  --open         open the page in the system's browser
  --help         print this help";

struct Options {
    port: Option<u16>,
    open: bool,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("playground: {why}\nTry `--help`.");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("playground: {why}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options { port: None, open: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("port") => options.port = Some(arguments.value()?.parse()?),
            Arg::Long("open") => options.open = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

#[tokio::main(flavor = "current_thread")]
async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let here = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = match options.port {
        Some(port) => here(port).await?,
        None => match here(4180).await {
            Ok(listener) => listener,
            Err(_) => here(0).await?,
        },
    };
    let origin = format!("http://{}", listener.local_addr()?);
    let router = serve::router(&origin).map_err(|why| why.to_string())?;
    println!("Open {origin}/ in a browser. Log in there as jsmith with password123. Ctrl+C ends this.");
    if options.open {
        if let Err(why) = open::that_detached(format!("{origin}/")) {
            eprintln!("playground: no browser was opened: {why}");
        }
    }
    Ok(axum::serve(listener, router).await?)
}
