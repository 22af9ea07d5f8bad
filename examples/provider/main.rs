//! Says what a provider's data means, and shows the requests that come of it.
//!
//! ```sh
//! cargo run --example provider -- check examples/provider/sample.json
//! cargo run --example provider -- show github
//! ```
//!
//! Nothing is sent. The requests are made by the same machine that makes real ones, for an example client and with
//! made-up answers; every credential in them is an example. How to write such a file: `docs/describing-a-provider.md`.

mod answers;
mod entry;
mod http_text;
mod page;
mod requests;
mod source;
mod suggest;
mod template;
mod variables;
mod words;

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use lexopt::{Arg, ValueExt};
use oauth_proto::{ConfigError, Provider};
use page::Page;

const HELP: &str = "\
Says what a provider's data means, and shows the requests that come of it. Nothing is sent.

Usage: cargo run --example provider -- check FILE [--set NAME=VALUE]...
       cargo run --example provider -- show [NAME] [--set NAME=VALUE]...

Commands:
  check FILE        check a provider file, .json or .toml
  show NAME         show a provider of the catalogue; without a NAME, list them

Options:
  --set NAME=VALUE  give a variable of the provider its value; it is shown
  --help            print this help

Exit status: 0 if the provider is good, 1 if it is refused, 2 if the command is wrong.";

/// Why there is nothing to show.
pub enum Failure {
    /// The command is wrong.
    Usage(String),
    /// The provider is.
    Refused(String),
}

struct Options {
    command: Command,
    /// Variables and their values.
    given: Vec<(String, String)>,
}

enum Command {
    Help,
    List,
    Check(PathBuf),
    Show(String),
}

fn main() -> ExitCode {
    let (why, status) = match options().map_err(|error| Failure::Usage(error.to_string())).and_then(run) {
        Ok(text) => return print(&text),
        Err(Failure::Refused(why)) => (why, 1),
        Err(Failure::Usage(why)) => (format!("{why} (try `--help`)"), 2),
    };
    eprintln!("provider: {why}");
    ExitCode::from(status)
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut words = Vec::new();
    let mut given = Vec::new();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Options { command: Command::Help, given }),
            Arg::Long("set") => {
                let pair = arguments.value()?.string()?;
                let (name, value) = pair.split_once('=').ok_or("`--set` takes NAME=VALUE")?;
                given.push((name.to_owned(), value.to_owned()));
            }
            Arg::Value(word) if words.len() < 2 => words.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut words = words.into_iter();
    let command = words.next().ok_or("what is to be done? `check FILE` or `show NAME`")?.string()?;
    let command = match (command.as_str(), words.next()) {
        ("check", Some(file)) => Command::Check(file.into()),
        ("check", None) => return Err("`check` takes a FILE".into()),
        ("show", Some(name)) => Command::Show(name.string()?),
        ("show", None) => Command::List,
        (other, _) => {
            return Err(format!("there is no command `{}`; there are check, show", other.escape_debug()).into());
        }
    };
    Ok(Options { command, given })
}

fn run(Options { command, given }: Options) -> Result<String, Failure> {
    let mut page = Page::default();
    match command {
        Command::Help => Ok(HELP.to_owned() + "\n"),
        Command::List => Ok(entry::names().join("\n") + "\n"),
        Command::Check(path) => {
            let provider = source::read(&path)?;
            explain(page, provider, &given).map_err(|why| Failure::Refused(format!("{}: {why}", path.display())))
        }
        Command::Show(name) => {
            let entry = entry::entry(&name)?;
            page.heading(&format!("{}, as of {}", entry.title, entry.checked));
            entry.sources.iter().for_each(|source| page.say(source));
            entry.notes.iter().for_each(|note| page.say(&format!("- {note}")));
            explain(page, entry.provider, &given).map_err(|why| Failure::Refused(format!("{name}: {why}")))
        }
    }
}

/// What the provider means, and what it leads to.
fn explain(mut page: Page, provider: Provider, given: &[(String, String)]) -> Result<String, String> {
    let (provider, stand_ins) = variables::fill(provider, given);
    let data = serde_json::to_value(&provider).unwrap_or_default();
    let refused = |error: ConfigError| suggest::line(&error, &data) + &stand_ins.note(&error);
    provider.check().map_err(refused)?;
    words::write(&mut page, &provider, &data);
    stand_ins.write(&mut page, &provider);
    requests::write(&mut page, &provider, &data).map_err(refused)?;
    Ok(stand_ins.hide(&page.into_text()))
}

/// A reader such as `head` may stop early: that is no failure.
fn print(text: &str) -> ExitCode {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}
