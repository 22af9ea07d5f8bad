//! The tables of `RESULTS.md`.

use std::fmt::Write;

use super::{
    figures::{Figures, Measured, ROWS, ROWS_OF_TIME, Row},
    sizes,
};
use crate::steps::CONTENDERS;

/// Everything that is measured, in Markdown.
pub fn write(measured: &Measured) -> String {
    let mut text = String::new();
    text.push_str("### Goals\n\n");
    goals(&mut text, measured);
    text.push_str("\n### Instructions\n\nIn parentheses: times the floor.\n\n");
    table(&mut text, measured, &ROWS, |figures| figures.instructions, grouped);
    text.push_str("\n### Allocations\n\n");
    table(&mut text, measured, &ROWS, |figures| figures.allocations, grouped);
    text.push_str("\n### Bytes allocated\n\n");
    table(&mut text, measured, &ROWS, |figures| figures.bytes, grouped);
    text.push_str("\n### Time\n\nMedians; in parentheses: times the floor.\n\n");
    table(&mut text, measured, &ROWS_OF_TIME, |figures| figures.time, |time| format!("{} ns", grouped(time)));
    text.push_str("\n### Sizes\n\n");
    text.push_str(&sizes::table());
    text
}

fn table(
    text: &mut String,
    measured: &Measured,
    rows: &[(&str, Row)],
    of: fn(Figures) -> f64,
    show: fn(f64) -> String,
) {
    writeln!(text, "| | {} |\n| --- |{}", CONTENDERS.join(" | "), " ---: |".repeat(CONTENDERS.len())).expect("a text");
    for &(name, row) in rows {
        write!(text, "| {name} |").expect("a text");
        let floor = measured.row("floor", row).map(of);
        for contender in CONTENDERS {
            let cell = match (measured.row(contender, row).map(of), floor) {
                (None, _) => "-".into(),
                (Some(figure), _) if figure.is_nan() => "not measured".into(),
                (Some(figure), Some(floor)) if contender != "floor" && floor > 0.0 => {
                    format!("{} ({:.2})", show(figure), figure / floor)
                }
                (Some(figure), _) => show(figure),
            };
            write!(text, " {cell} |").expect("a text");
        }
        text.push('\n');
    }
}

/// A goal: what it is about, what it is, whether less or more is better, and the bound.
struct Goal {
    about: String,
    is: f64,
    bound: Bound,
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

use Bound::{AtLeast, AtMost};

fn goals(text: &mut String, measured: &Measured) {
    let of = |contender: &str, row| measured.row(contender, row).expect("a row that has a goal");
    let times = |contender: &str, base: &str, row| of(contender, row).instructions / of(base, row).instructions;
    let goal = |about: &str, is, bound| Goal { about: about.into(), is, bound };
    let flow = of("ours", Row::Flow);
    let mut goals = vec![
        goal("full flow, instructions, times the floor", times("ours", "floor", Row::Flow), AtMost(1.25)),
        goal("full flow, instructions of oauth2, times ours", times("oauth2", "ours", Row::Flow), AtLeast(2.1)),
        goal("full flow, allocations", flow.allocations, AtMost(22.0)),
        goal("full flow, bytes allocated", flow.bytes, AtMost(2600.0)),
        goal("parse the answer, times the floor", times("ours", "floor", Row::Parse), AtMost(1.15)),
        goal("token request, times the floor", times("ours", "floor", Row::Step("request")), AtMost(1.3)),
        goal("full flow of a dialect, times the default", times("ours-renamed", "ours", Row::Flow), AtMost(1.1)),
        goal("callback, times the floor", times("ours", "floor", Row::Callback), AtMost(1.5)),
    ];
    for (name, row) in ROWS.into_iter().filter(|(name, _)| name.starts_with("store")) {
        goals.push(goal(&format!("{name}, times the floor"), times("ours", "floor", row), AtMost(1.5)));
    }
    goals.push(goal("greatest error, bytes", sizes::greatest_error() as f64, AtMost(64.0)));

    text.push_str("| goal | bound | is | |\n| --- | ---: | ---: | --- |\n");
    for Goal { about, is, bound } in goals {
        let (bound, met) = match bound {
            AtMost(bound) => (format!("<= {}", plain(bound)), is <= bound),
            AtLeast(bound) => (format!(">= {}", plain(bound)), is >= bound),
        };
        let met = if met { "met" } else { "**not met**" };
        writeln!(text, "| {about} | {bound} | {} | {met} |", plain(is)).expect("a text");
    }
}

/// A ratio with two places; a count without.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 { grouped(number) } else { format!("{number:.2}") }
}

/// With a comma between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
