//! What a run came to, in a line, and whether it kept what is promised.

use super::{fleet::Tally, weather::Weather};

impl Tally {
    /// How many reads and replacements of the record an ask took.
    pub fn operations_per_ask(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // far below 2^52
        let [operations, asks] = [self.store_operations as f64, self.asks as f64];
        operations / asks
    }

    /// In a line.
    pub fn line(&self, weather: &Weather, seed: u64) -> String {
        format!(
            "{:13} seed {seed:2}: {:9} asks, {:.4} store operations each; {:5} sends for {:5} tokens, {} of one at most; \
             {:4} crashes, {:3} logins, {} families revoked, {} dead tokens lent; {:016x}",
            weather.name,
            self.asks,
            self.operations_per_ask(),
            self.sends,
            self.generations,
            self.most_sends,
            self.crashes,
            self.logins,
            self.families_revoked,
            self.dead_tokens,
            self.digest
        )
    }

    /// What was promised and did not hold.
    pub fn broken_promise(&self, weather: &Weather) -> Option<&'static str> {
        let calm = weather.is_calm();
        let promises = [
            (self.sends > 0, "nothing was sent"),
            (calm || self.crashes > 0, "nothing went wrong"),
            (self.most_sends <= weather.presentations(), "a refresh token was sent too often"),
            (weather.probe || self.families_revoked == 0, "a family was revoked"),
            (self.dead_tokens == 0, "a dead token was lent"),
            (!calm || self.operations_per_ask() <= 1.01, "an ask costs more than 1.01 store operations"),
            // That of the login is the one beside them.
            (!calm || self.replaced == 2 * self.sends + 1, "a refresh costs more than two replacements"),
            (!calm || self.logins == 1, "a login was needed, though nothing went wrong"),
        ];
        promises.into_iter().find_map(|(kept, words)| (!kept).then_some(words))
    }
}
