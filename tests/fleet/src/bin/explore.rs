//! `explore [--most N] [NAME...]`: the searches of these names, or all of them.

use oauth_proto_fleet::explore::{rules::Rules, search::search};

fn main() -> Result<(), lexopt::Error> {
    let mut most = usize::MAX;
    let mut names = Vec::new();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("most") => most = lexopt::ValueExt::parse(&arguments.value()?)?,
            lexopt::Arg::Value(name) => names.push(lexopt::ValueExt::string(name)?),
            other => return Err(other.unexpected()),
        }
    }
    let chosen =
        Rules::all().into_iter().filter(|rules| names.is_empty() || names.iter().any(|name| name == rules.name));
    for rules in chosen {
        match search(&rules, most) {
            Ok(report) => println!(
                "{:10} {:>10} states, {:>11} transitions, {:>6} states of the machine, {:>7} ends, {:.1} s",
                rules.name, report.states, report.transitions, report.machine_states, report.ends, report.seconds
            ),
            Err(violation) => {
                eprintln!("{}: {}", rules.name, violation.0);
                std::process::exit(1);
            }
        }
    }
    Ok(())
}
