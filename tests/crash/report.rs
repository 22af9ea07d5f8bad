//! What came of it, as a table.

use std::{collections::BTreeSet, fmt};

use crate::{
    case::Case,
    enumerate::Accident,
    law::Ending,
    log,
    world::{Choice, End, Point, World},
};

/// What came of one case.
pub struct Tally {
    pub case: Case,
    pub accident: Accident,
    /// How many points the case came to without an accident.
    pub points: usize,
    /// How many of them ended as if nothing had happened, and how many in doubt.
    pub as_before: usize,
    pub unsent: usize,
    pub acted: usize,
    /// How many decisions led to tokens, and to a new login.
    pub to_tokens: usize,
    pub to_login: usize,
    /// Runs with two accidents, and with one and a wrong clock.
    pub twice: usize,
    pub clocks: usize,
    pub offences: BTreeSet<String>,
}

impl Tally {
    pub fn new(case: Case, accident: Accident) -> Self {
        Self {
            case,
            accident,
            points: 0,
            as_before: 0,
            unsent: 0,
            acted: 0,
            to_tokens: 0,
            to_login: 0,
            twice: 0,
            clocks: 0,
            offences: BTreeSet::new(),
        }
    }

    pub fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.offences.insert(format!("{} ({:?}): {}", self.case, self.accident, what()));
        }
    }

    pub fn must_end(&mut self, name: &str, ending: &Ending, want: &Ending) {
        // Who stops to ask has come to no end yet.
        let same = if want.end == End::InDoubt { ending.end == want.end } else { ending == want };
        self.must(same, || format!("{name}: expected {want:?}, found {ending:?}"));
    }

    /// Takes in what the world and the server's log hold against a run.
    pub fn check(&mut self, name: &str, world: &World) {
        for offence in world.wrongs().into_iter().chain(log::offences(world)) {
            self.must(false, || format!("{name}: {offence}"));
        }
    }

    pub fn ended(&mut self, ending: &Ending, at: &Point, choice: Choice, approvals: usize) {
        match (ending.end, choice) {
            (End::Tokens, Choice::Ask) => self.as_before += 1,
            (End::InDoubt, _) if at.acted => self.acted += 1,
            (End::InDoubt, _) => self.unsent += 1,
            (End::Tokens, _) if ending.approvals > approvals => self.to_login += 1,
            (End::Tokens, _) => self.to_tokens += 1,
            (End::Wrong, _) => {}
        }
    }
}

/// The rows of the report.
pub struct Report(pub Vec<Tally>);

impl Report {
    pub fn offences(&self) -> Vec<&str> {
        self.0.iter().flat_map(|tally| &tally.offences).map(String::as_str).collect()
    }

    pub fn sum(&self, of: impl Fn(&Tally) -> usize) -> usize {
        self.0.iter().map(of).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<42} {:<5} {:>6} {:>9} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}",
            "case", "by", "points", "as before", "in doubt", "(acted)", "> tokens", "> login", "twice", "clocks"
        )?;
        for tally in &self.0 {
            writeln!(
                f,
                "{:<42} {:<5} {:>6} {:>9} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}",
                tally.case.to_string(),
                format!("{:?}", tally.accident).to_lowercase(),
                tally.points,
                tally.as_before,
                tally.unsent + tally.acted,
                tally.acted,
                tally.to_tokens,
                tally.to_login,
                tally.twice,
                tally.clocks,
            )?;
        }
        let (points, twice, clocks) =
            (self.sum(|row| row.points), self.sum(|row| row.twice), self.sum(|row| row.clocks));
        writeln!(f, "{} cases, {points} points, {twice} pairs of accidents, {clocks} wrong clocks", self.0.len())
    }
}
