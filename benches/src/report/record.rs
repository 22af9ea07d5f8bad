//! The record: what this crate's own steps cost when somebody last looked at it.

use std::fmt::Write;

use super::figures::{Figures, Measured};

/// The first line names the compiler, and the others what each step costs with it.
pub fn write(measured: &Measured, compiler: &str) -> String {
    let mut record = format!("# {compiler}\n# contender step instructions allocations bytes\n");
    for (contender, step, figures) in measured.iter().filter(|(contender, ..)| is_ours(contender)) {
        let Figures { instructions, allocations, bytes, .. } = figures;
        writeln!(record, "{contender} {step} {instructions:.0} {allocations} {bytes}").expect("a text takes all");
    }
    record
}

fn is_ours(contender: &str) -> bool {
    contender.starts_with("ours")
}

/// Compares, in percent, and says it line by line. `Err` if a figure has grown by more than `limit` percent, or if the
/// record and what is measured are not of the same steps.
///
/// Instructions depend on the compiler. Allocations and their bytes do not, so that they are always compared.
pub fn check(measured: &Measured, compiler: &str, record: &str, limit: f64) -> (String, Result<(), String>) {
    let mut report = String::new();
    let same = record.lines().next() == Some(&format!("# {compiler}"));
    if !same {
        report.push_str("INSTRUCTIONS ARE NOT COMPARED: the record is of another compiler.\n");
        writeln!(report, "  here:   {compiler}\n  record: {}", record.lines().next().unwrap_or_default())
            .expect("a text takes all");
    }
    let mut faults = Vec::new();
    let mut seen = 0;
    let title = ["contender", "step", "instructions", "allocations", "bytes"];
    writeln!(report, "{:<13} {:<14} {:>22} {:>16} {:>18}", title[0], title[1], title[2], title[3], title[4])
        .expect("a text takes all");
    for line in record.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(' ').collect();
        let [contender, step, numbers @ ..] = fields.as_slice() else { panic!("a line of the record: {line}") };
        let recorded: Vec<f64> = numbers.iter().map(|number| number.parse().expect("a number")).collect();
        let Some(now) = measured.step(contender, step) else {
            faults.push(format!("{contender} {step} is in the record alone"));
            continue;
        };
        seen += 1;
        let now = [now.instructions.round(), now.allocations, now.bytes];
        assert_eq!(recorded.len(), now.len(), "a line of the record: {line}");
        let mut cells = Vec::new();
        for (at, (was, is)) in recorded.into_iter().zip(now).enumerate() {
            let grown = is > was * (1.0 + limit / 100.0);
            let compared = same || at > 0;
            if grown && compared {
                faults.push(format!("{contender} {step}: {is} {}, and {was} in the record", title[at + 2]));
            }
            let mark = if grown && compared { "!" } else { "" };
            cells.push(if was == is { format!("{is}") } else { format!("{was} -> {is}{mark}") });
        }
        writeln!(report, "{contender:<13} {step:<14} {:>22} {:>16} {:>18}", cells[0], cells[1], cells[2])
            .expect("a text takes all");
    }
    if seen != measured.iter().filter(|(contender, ..)| is_ours(contender)).count() || seen == 0 {
        faults.push("a step is not in the record".into());
    }
    (report, if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) })
}
