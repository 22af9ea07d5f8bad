//! A fleet of processes that share one refresh token, while they are killed, stopped and cut off.
//!
//! ```sh
//! cargo run --example fleet
//! cargo run --example fleet -- --store postgres://fleet@localhost/fleet
//! ```
//!
//! The server is the emulator, which ends everything at a refresh token that comes twice. The store is a SQLite file,
//! PostgreSQL or Redis; `store/` is what a program of yours needs to have, and `token.rs` is its loop.

#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod person;
#[cfg(unix)]
mod processes;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod setting;
#[cfg(unix)]
mod store;
#[cfg(unix)]
mod tally;
#[cfg(unix)]
mod token;
#[cfg(unix)]
mod worker;

#[cfg(unix)]
#[path = "../../tests/support/mod.rs"]
mod support;

#[cfg(not(unix))]
fn main() -> std::process::ExitCode {
    eprintln!("fleet: this example stops and kills its processes with signals, which only Unix has");
    std::process::ExitCode::from(2)
}

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    run::main()
}
