//! What to log in at, and how.

use maud::{Markup, html};
use oauth_proto::catalog;

use crate::{
    serve::App,
    world::{GrantKind, KNOWN},
};

pub fn form(app: &App) -> Markup {
    let (chosen, stage) = (&app.chosen, &app.stage);
    let radio = |value: &str, label: &str| {
        html! {
            label class="pick" {
                input type="radio" name="provider" value=(value) checked[chosen.provider == value];
                span { (label) }
            }
        }
    };
    let file = if chosen.file.is_empty() { include_str!("../../provider/sample.json") } else { &chosen.file };
    html! {
        section class="card" aria-labelledby="choice" {
            h2 id="choice" { "The server: " (stage.world.title) }
            form method="post" action="/open" class="choice" {
                fieldset class="picks" {
                    legend class="soft" { "Log in at" }
                    @for (value, label) in KNOWN { (radio(value, label)) }
                    (radio("catalogue", "From the catalogue"))
                    (radio("file", "A provider file"))
                }
                div class="fields" {
                    div {
                        label for="entry" { "Catalogue entry" }
                        select id="entry" name="entry" {
                            @for name in catalog::names() { option value=(name) selected[chosen.entry == name] { (name) } }
                        }
                    }
                    div {
                        label for="grant" { "Grant" }
                        select id="grant" name="grant" {
                            @for (grant, value, label) in GrantKind::ALL {
                                option value=(value) selected[stage.world.grant == grant] {
                                    (label) @if !stage.world.grants.contains(&grant) { " (not here)" }
                                }
                            }
                        }
                    }
                    button class="go" { "Start" }
                }
                details open[chosen.provider == "file"] {
                    summary { "Paste a provider file" }
                    label for="file" { "Provider file, in JSON" }
                    textarea id="file" name="file" rows="8" spellcheck="false" { (file) }
                }
            }
            ul class="notes" { @for note in &stage.world.notes { li { (note) } } }
        }
    }
}
