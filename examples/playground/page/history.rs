//! What is stored, and what has happened so far.

use maud::{Markup, html};

use super::{secret, wire};
use crate::{machine::name, serve::App};

pub fn stored(app: &App) -> Markup {
    html! {
        section class="card" aria-labelledby="stored" {
            h2 id="stored" { "What is stored" }
            p class="soft" { "A state that must outlive a process is a row of text. One that must not, such as " code { "Authorized" } ", cannot be stored: its " code { "TokenSet" } " can, and meets a clock when it comes back." }
            dl class="rows" {
                @for (title, row) in app.stage.store.rows() {
                    dt { (title) }
                    dd {
                        @match row {
                            Some(row) => pre tabindex="0" aria-label=(title) { code { (secret::body(row).markup(app.shown)) } },
                            None => span class="soft" { "nothing" },
                        }
                    }
                }
            }
        }
    }
}

pub fn steps(app: &App) -> Markup {
    html! {
        section class="card" aria-labelledby="steps" {
            h2 id="steps" { "So far" }
            @if app.stage.journal.last().is_none() { p class="soft" { "Nothing has happened." } }
            ol class="steps" {
                @for (number, step) in app.stage.journal.newest_first() {
                    li value=(number) {
                        details {
                            summary {
                                span class="title" { (step.title) }
                                @if let Some(call) = step.call { " " code { (name(call)) } }
                                @if step.from != step.to { " " span class="soft" { (step.from) " → " (step.to) } }
                            }
                            (wire::all(step, app.shown))
                        }
                    }
                }
            }
        }
    }
}
