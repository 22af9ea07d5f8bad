//! `simulate [--seeds N] [--least ASKS] [--once] [NAME...]`: the runs of these names, or all of them, with seeds from 0 on.
//!
//! It fails where a run breaks a promise, where the same seed does not bring the same bytes (the first is run twice, unless
//! `--once`), and where there were fewer asks than `--least` in all.

use std::{process::ExitCode, time::Instant};

use oauth_proto_fleet::simulate::{simulate, weather::Weather};

fn main() -> Result<ExitCode, lexopt::Error> {
    let (mut seeds, mut least, mut once) = (1, 1, false);
    let mut names = Vec::new();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("seeds") => seeds = lexopt::ValueExt::parse(&arguments.value()?)?,
            lexopt::Arg::Long("least") => least = lexopt::ValueExt::parse(&arguments.value()?)?,
            lexopt::Arg::Long("once") => once = true,
            lexopt::Arg::Value(name) => names.push(lexopt::ValueExt::string(name)?),
            other => return Err(other.unexpected()),
        }
    }
    let began = Instant::now();
    let mut asks: u64 = 0;
    let chosen = Weather::all().into_iter().filter(|run| names.is_empty() || names.iter().any(|name| name == run.name));
    for weather in chosen {
        for seed in 0..seeds {
            let tally = simulate(&weather, seed);
            asks += tally.asks;
            println!("{}", tally.line(&weather, seed));
            if let Some(words) = tally.broken_promise(&weather) {
                eprintln!("{} {seed}: {words}: {tally:?}", weather.name);
                return Ok(ExitCode::FAILURE);
            }
            if !once && seed == 0 && simulate(&weather, seed).digest != tally.digest {
                eprintln!("{}: the same seed brought something else", weather.name);
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    println!("{asks} asks in {:.0} s", began.elapsed().as_secs_f64());
    Ok(if asks < least { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
