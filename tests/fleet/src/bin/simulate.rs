//! `simulate [--seeds N] [NAME...]`: the runs of these names, or all of them, with seeds from 0 on.

use std::time::Instant;

use oauth_proto_fleet::simulate::{simulate, weather::Weather};

fn main() -> Result<(), lexopt::Error> {
    let mut seeds = 1;
    let mut names = Vec::new();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("seeds") => seeds = lexopt::ValueExt::parse(&arguments.value()?)?,
            lexopt::Arg::Value(name) => names.push(lexopt::ValueExt::string(name)?),
            other => return Err(other.unexpected()),
        }
    }
    let chosen = Weather::all().into_iter().filter(|run| names.is_empty() || names.iter().any(|name| name == run.name));
    for weather in chosen {
        for seed in 0..seeds {
            let began = Instant::now();
            let tally = simulate(&weather, seed);
            println!("{} {seed}: {tally:?} {:.1} s", weather.name, began.elapsed().as_secs_f64());
        }
    }
    Ok(())
}
