//! What is printed, collected: the stand-ins of variables are hidden in all of it at once.

/// The text of one run.
#[derive(Default)]
pub struct Page {
    text: String,
}

impl Page {
    pub fn heading(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(&format!("── {title} ──"));
    }

    pub fn say(&mut self, words: &str) {
        self.line(&format!("  {words}"));
    }

    /// What a setting gives up.
    pub fn warn(&mut self, words: &str) {
        self.line(&format!("    WARNING: {words}"));
    }

    /// Text of the wire, as it stands there.
    pub fn wire(&mut self, text: &str) {
        for line in text.lines() {
            self.line(format!("    {line}").trim_end());
        }
    }

    /// A line by itself, in front of something of the wire.
    pub fn title(&mut self, words: &str) {
        self.line(&format!("\n  {words}\n"));
    }

    /// A line by itself, in front of nothing.
    pub fn remark(&mut self, words: &str) {
        self.line(&format!("\n  {words}"));
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub fn into_text(self) -> String {
        self.text
    }
}
