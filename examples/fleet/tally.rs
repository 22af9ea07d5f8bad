//! What is counted, and how it is shown.

use std::{
    collections::HashMap,
    fmt,
    io::{self, IsTerminal, Write},
    time::Duration,
};

use oauth_proto_emulator::Emulator;

#[derive(Clone, Default)]
pub struct Tally {
    pub workers: usize,
    pub alive: usize,
    pub still: usize,
    pub time: Duration,
    pub asks: u64,
    pub generation: u64,
    pub killed_before: u64,
    pub killed_after: u64,
    pub killed_elsewhere: u64,
    pub pauses: u64,
    pub lost: u64,
    pub refused_by_api: u64,
    /// After the first.
    pub logins: u64,
    pub refresh_tokens: usize,
    pub most_sent: usize,
    pub sent_twice: usize,
    pub revoked: usize,
}

impl Tally {
    /// What the server saw: each request that presented a refresh token counts, whatever became of it.
    pub fn see(&mut self, emulator: &Emulator) {
        let mut sent: HashMap<String, usize> = HashMap::new();
        for exchange in emulator.exchanges() {
            let mut form = url::form_urlencoded::parse(&exchange.body);
            if let Some((_, token)) = form.find(|(name, _)| name == "refresh_token") {
                *sent.entry(token.into_owned()).or_default() += 1;
            }
        }
        self.refresh_tokens = sent.len();
        self.most_sent = sent.values().copied().max().unwrap_or_default();
        self.sent_twice = sent.values().filter(|times| **times > 1).count();
        self.revoked = emulator.grants_ended_by_reuse();
    }

    pub fn kills(&self) -> u64 {
        self.killed_before + self.killed_after + self.killed_elsewhere
    }

    /// What was promised; and there was something to see it by.
    pub fn holds(&self) -> bool {
        self.refresh_tokens > 0 && self.sent_twice == 0 && self.revoked == 0
    }

    fn asks_per_second(&self) -> f64 {
        self.asks as f64 / self.time.as_secs_f64().max(0.1)
    }

    fn rows(&self) -> [(&'static str, String); 9] {
        let Self { workers, alive, still, generation, most_sent, pauses, lost, revoked, logins, .. } = self;
        [
            ("workers", format!("{alive} of {workers} alive, {still} of them standing still")),
            ("generation", generation.to_string()),
            ("sends per token", format!("{most_sent} at most")),
            ("asks per second", format!("{:.0}", self.asks_per_second())),
            ("kills", self.kills().to_string()),
            ("pauses", pauses.to_string()),
            ("answers lost", lost.to_string()),
            ("families revoked", revoked.to_string()),
            ("new logins needed", logins.to_string()),
        ]
    }
}

/// The table: redrawn in place on a terminal, a line now and then elsewhere.
pub struct Table {
    in_place: bool,
    drawn: Option<Duration>,
}

impl Table {
    pub fn new() -> Self {
        Self { in_place: io::stdout().is_terminal(), drawn: None }
    }

    pub fn draw(&mut self, tally: &Tally) -> io::Result<()> {
        let often = Duration::from_millis(if self.in_place { 100 } else { 2000 });
        if self.drawn.is_some_and(|drawn| tally.time < drawn + often) {
            return Ok(());
        }
        let rows = tally.rows();
        let mut text = String::new();
        if self.in_place {
            if self.drawn.is_some() {
                // Up to the first row, and everything below it is wiped.
                text += &format!("\x1b[{}A\x1b[J", rows.len());
            }
            rows.iter().for_each(|(name, value)| text += &format!("{name:<20}{value}\n"));
        } else {
            let row: Vec<String> = rows.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            text = format!("{:>3.0} s  {}\n", tally.time.as_secs_f64(), row.join("; "));
        }
        self.drawn = Some(tally.time);
        io::stdout().lock().write_all(text.as_bytes())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { workers, asks, refresh_tokens, pauses, lost, logins, refused_by_api, .. } = self;
        let Self { killed_before, killed_after, killed_elsewhere, sent_twice, revoked, .. } = self;
        let (seconds, often) = (self.time.as_secs_f64(), self.asks_per_second());
        writeln!(
            f,
            "In {seconds:.0} seconds, {workers} workers asked for a token {asks} times, {often:.0} times a second."
        )?;
        writeln!(
            f,
            "{} of them were killed: {killed_before} about to send, {killed_after} with an answer that was not stored yet, \
             {killed_elsewhere} anywhere.",
            self.kills(),
        )?;
        writeln!(
            f,
            "{pauses} times one stood still for longer than its right to send lasts. Answers that were lost: {lost}."
        )?;
        if self.holds() {
            writeln!(f, "{refresh_tokens} refresh tokens were sent, each of them once. The server revoked nothing.")?;
        } else if *refresh_tokens == 0 {
            writeln!(f, "No refresh token was sent, so nothing is shown.")?;
        } else {
            writeln!(
                f,
                "{sent_twice} of {refresh_tokens} refresh tokens were sent more than once, and {revoked} families were \
                 revoked: that must not be."
            )?;
        }
        writeln!(f, "The API refused an access token that was taken for good {refused_by_api} times.")?;
        write!(f, "{logins} times nobody could know what became of a request, and Alice logged in again.")
    }
}
