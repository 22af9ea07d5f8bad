//! What was measured of each step, and what follows from it.

use std::{
    collections::BTreeMap,
    fs,
    ops::{Add, Sub},
    path::Path,
};

/// What one step costs. `time` is NaN where it was not measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    pub instructions: f64,
    pub allocations: f64,
    pub bytes: f64,
    /// The median, in nanoseconds.
    pub time: f64,
}

impl Figures {
    fn each(self, other: Self, join: fn(f64, f64) -> f64) -> Self {
        Self {
            instructions: join(self.instructions, other.instructions),
            allocations: join(self.allocations, other.allocations),
            bytes: join(self.bytes, other.bytes),
            time: join(self.time, other.time),
        }
    }
}

impl Add for Figures {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.each(other, |one, other| one + other)
    }
}

impl Sub for Figures {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.each(other, |one, other| one - other)
    }
}

/// The steps that were measured, by contender and name.
pub struct Measured(BTreeMap<(String, String), Figures>);

impl Measured {
    /// Reads what `.ci/costs` left in `folder`, the instructions of so many rounds among it.
    pub fn read(folder: &Path, rounds: f64) -> Self {
        let lines = |file: &str| {
            let text = fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            let lines = text.lines().map(|line| line.split('\t').map(String::from).collect::<Vec<_>>());
            lines.collect::<Vec<_>>()
        };
        let number = |text: &str| text.parse::<f64>().expect("a number");
        let mut allocations = BTreeMap::new();
        for line in lines("allocations") {
            let [contender, step, count, bytes] = line.try_into().expect("four columns of allocations");
            allocations.insert((contender, step), (number(&count), number(&bytes)));
        }
        let mut measured = BTreeMap::new();
        for line in lines("instructions") {
            let [contender, step, total] = line.try_into().expect("three columns of instructions");
            let time = median(&folder.join("times").join(&contender).join(&step).join("new/estimates.json"));
            let key = (contender, step);
            let (allocations, bytes) = allocations.remove(&key).expect("each step is measured both ways");
            let instructions = number(&total) / rounds;
            measured.insert(key, Figures { instructions, allocations, bytes, time });
        }
        assert!(allocations.is_empty(), "each step is measured both ways: {allocations:?}");
        Self(measured)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, Figures)> {
        self.0.iter().map(|((contender, step), figures)| (contender.as_str(), step.as_str(), *figures))
    }

    pub fn step(&self, contender: &str, step: &str) -> Option<Figures> {
        self.0.get(&(contender.into(), step.into())).copied()
    }

    /// A row of the table: a step, or what follows from several. `None` where the contender has no such thing.
    pub fn row(&self, contender: &str, row: Row) -> Option<Figures> {
        let step = |name| self.step(contender, name);
        Some(match row {
            Row::Step(name) => step(name)?,
            Row::Parse => step("exchange")? - step("request")?,
            Row::ParseHeaders => step("exchange-headers")? - step("request")?,
            Row::Callback => step("receive")? - step("request")?,
            Row::Flow => step("authorize")? + step("exchange")? + step("refresh")?,
            Row::FlowWithCallback => self.row(contender, Row::Flow)? + self.row(contender, Row::Callback)?,
        })
    }
}

/// The median that Criterion wrote down; NaN where it wrote none.
fn median(file: &Path) -> f64 {
    let Ok(text) = fs::read_to_string(file) else { return f64::NAN };
    let estimates: serde_json::Value = serde_json::from_str(&text).expect("Criterion's estimates");
    estimates["median"]["point_estimate"].as_f64().expect("a median")
}

#[derive(Clone, Copy)]
pub enum Row {
    Step(&'static str),
    Parse,
    ParseHeaders,
    Callback,
    Flow,
    FlowWithCallback,
}

pub const ROWS: [(&str, Row); 13] = [
    ("client, made once per process", Row::Step("client")),
    ("authorization URL", Row::Step("authorize")),
    ("token request", Row::Step("request")),
    ("parse the answer", Row::Parse),
    ("the same, with eight header fields more", Row::ParseHeaders),
    ("refresh request, and parse", Row::Step("refresh")),
    ("**full flow**", Row::Flow),
    ("callback", Row::Callback),
    ("**full flow with the callback**", Row::FlowWithCallback),
    ("store and restore: login", Row::Step("store-login")),
    ("store and restore: implicit login", Row::Step("store-implicit-login")),
    ("store and restore: journal", Row::Step("store-journal")),
    ("store and restore: tokens", Row::Step("store-tokens")),
];

/// Medians are not subtracted from each other, since what disturbs the one does not disturb the other: here stand the steps
/// as they were measured.
pub const ROWS_OF_TIME: [(&str, Row); 11] = [
    ("client, made once per process", Row::Step("client")),
    ("authorization URL", Row::Step("authorize")),
    ("token request", Row::Step("request")),
    ("token request, and parse", Row::Step("exchange")),
    ("refresh request, and parse", Row::Step("refresh")),
    ("**full flow**", Row::Flow),
    ("callback and token request", Row::Step("receive")),
    ("store and restore: login", Row::Step("store-login")),
    ("store and restore: implicit login", Row::Step("store-implicit-login")),
    ("store and restore: journal", Row::Step("store-journal")),
    ("store and restore: tokens", Row::Step("store-tokens")),
];
