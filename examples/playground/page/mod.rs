//! The page: all of it is made here, on the server; the script only spares the reader a reload.

mod buttons;
mod choice;
mod history;
mod refused;
mod secret;
mod wire;
mod words;

pub use buttons::SPANS;

use maud::{DOCTYPE, Markup, html};

use crate::{machine::drawing, serve::App};

/// The whole page, as things stand.
pub fn whole(app: &App) -> Markup {
    let stage = &app.stage;
    let state = stage.state();
    frame(
        &format!("{state} · oauth-proto playground"),
        &html! {
            header class="top" {
                h1 { "oauth-proto" span class="soft" { " playground" } }
                p { "OAuth 2.0 as a machine of types. Choose a server, press the buttons, and watch the state, the wire, and what the compiler would not let you do." }
            }
            main {
                (choice::form(app))
                @if let Some(trouble) = &app.trouble { p class="trouble" role="alert" { (trouble) } }
                div class="columns" {
                    (buttons::now(stage))
                    div class="stack" {
                        section class="card" aria-labelledby="picture" {
                            h2 id="picture" { "The machine" }
                            div class="scroll" tabindex="0" role="group" aria-label="The picture of the machine" { (drawing::draw(state, stage.came())) }
                            p class="soft key" {
                                span class="line open" {} "what this state allows" span class="line came" {} "how it came here"
                            }
                        }
                        (wire::latest(app))
                    }
                }
                (refused::list(state))
                (history::stored(app))
                (history::steps(app))
            }
            footer { p { "Everything runs on this machine, against emulators. The source of this page: " code { "examples/playground" } "." } }
        },
    )
}

/// All that went over the wire, and all that is stored: a test looks for secrets in it.
#[cfg(test)]
pub fn texts(stage: &crate::stage::Stage, shown: bool) -> String {
    html! {
        @for (_, step) in stage.journal.newest_first() { (wire::all(step, shown)) }
        @for (_, row) in stage.store.rows() { @if let Some(row) = row { (secret::body(row).markup(shown)) } }
    }
    .into_string()
}

/// Where an implicit login comes back to: what it brings is behind the `#`, which only a page can read.
pub fn fragment() -> Markup {
    frame(
        "Back from the provider",
        &html! {
            main class="narrow" {
                section class="card" {
                    h1 { "Back from the provider" }
                    form id="fragment" method="post" action="/callback/fragment" {
                        p { "The answer stands behind the " code { "#" } " of this page's address, which browsers keep to themselves. A script hands it on; without one, paste the address:" }
                        label { "Address of this page" input name="address" autocomplete="off" required; }
                        button class="go" { "Go on" }
                    }
                }
            }
        },
    )
}

fn frame(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
                title { (title) }
            }
            body {
                (body)
                p id="said" class="hidden" role="status" aria-live="polite" {}
            }
        }
    }
}
