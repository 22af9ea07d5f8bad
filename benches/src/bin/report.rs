//! What `.ci/costs` makes of its measurements, which lie in FOLDER.
//!
//! - `report table FOLDER ROUNDS` prints the tables of `RESULTS.md`;
//! - `report record FOLDER ROUNDS COMPILER` prints a new record;
//! - `report check FOLDER ROUNDS COMPILER RECORD PERCENT` compares with that record, and fails if a figure has grown.

use std::{fs, path::Path, process::ExitCode};

use oauth_proto_benches::report::{figures::Measured, record, table};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let read = |folder: &str, rounds: &str| Measured::read(Path::new(folder), rounds.parse().expect("ROUNDS"));
    match arguments.as_slice() {
        ["table", folder, rounds] => print!("{}", table::write(&read(folder, rounds))),
        ["record", folder, rounds, compiler] => print!("{}", record::write(&read(folder, rounds), compiler)),
        ["check", folder, rounds, compiler, file, percent] => {
            let text = fs::read_to_string(file).expect("a record");
            let percent = percent.parse().expect("PERCENT");
            let (report, verdict) = record::check(&read(folder, rounds), compiler, &text, percent);
            print!("{report}");
            if let Err(faults) = verdict {
                eprintln!("{faults}");
                return ExitCode::FAILURE;
            }
        }
        _ => {
            eprintln!("usage: report table | record | check, see its source");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
