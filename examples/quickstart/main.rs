//! Every documented flow of five real providers, over real TCP, in one command.
//!
//! ```sh
//! cargo run --example quickstart
//! ```
//!
//! It starts an emulator of each provider on free loopback ports, runs every flow against it, and prints each state,
//! request and response, secrets redacted. The exit status is 0 only if every flow ended as the provider's document
//! says. Read `amiqus.rs` first: it is the shortest.

mod amiqus;
#[path = "../support/api.rs"]
mod api;
mod fifth;
mod marq;
mod marvel;
mod motar;
mod stage;
mod transcript;

#[path = "../../tests/support/mod.rs"]
mod support;

use std::{error::Error, process::ExitCode, time::Instant};

use lexopt::{Arg, ValueExt};
use stage::Flow;
use transcript::Transcript;

const HELP: &str = "\
Runs every documented OAuth flow of five providers against an emulator on loopback.

Usage: cargo run --example quickstart -- [OPTIONS]

Options:
  --provider NAME   run the flows of one provider: marq, marvel, amiqus, motar or fifth
  --list            list the flows and run none
  --help            print this help";

const PROVIDERS: [(&str, &[Flow]); 5] = [
    ("marq", marq::FLOWS),
    ("marvel", marvel::FLOWS),
    ("amiqus", amiqus::FLOWS),
    ("motar", motar::FLOWS),
    ("fifth", fifth::FLOWS),
];

struct Options {
    provider: Option<String>,
    list: bool,
}

fn main() -> ExitCode {
    match options() {
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Ok(Some(options)) => run(&options),
        Err(why) => {
            eprintln!("quickstart: {why}\nTry `--help`.");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Option<Options>, Box<dyn Error>> {
    let mut options = Options { provider: None, list: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("list") => options.list = true,
            Arg::Long("provider") => options.provider = Some(known(arguments.value()?.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(options))
}

fn known(name: String) -> Result<String, String> {
    let names = PROVIDERS.map(|(name, _)| name);
    if names.contains(&name.as_str()) {
        return Ok(name);
    }
    Err(format!("there is no provider `{name}`; there are {}", names.join(", ")))
}

fn run(options: &Options) -> ExitCode {
    let chosen = |name: &str| options.provider.as_deref().is_none_or(|only| only == name);
    let started = Instant::now();
    let mut results = Vec::new();
    for (provider, flows) in PROVIDERS.into_iter().filter(|(name, _)| chosen(name)) {
        for (title, flow) in flows {
            if options.list {
                println!("{provider:<8}{title}");
                continue;
            }
            let mut transcript = Transcript::open(provider, title);
            let result = flow(&mut transcript);
            if let Err(why) = &result {
                transcript.note(&format!("FAILED: {why}"));
            }
            results.push((provider, title, result));
        }
    }
    if options.list {
        return ExitCode::SUCCESS;
    }
    println!("\n── Summary ──");
    for (provider, title, result) in &results {
        match result {
            Ok(()) => println!("  ok      {provider:<8}{title}"),
            Err(why) => println!("  FAILED  {provider:<8}{title}: {why}"),
        }
    }
    let failed = results.iter().filter(|(.., result)| result.is_err()).count();
    let took = started.elapsed().as_secs_f64();
    println!("\n{} flows ended as documented, {failed} did not, in {took:.1} s.", results.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
