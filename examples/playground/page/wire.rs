//! What went over the wire, and what is about to.

use maud::{Markup, html};

use super::secret;
use crate::{
    serve::App,
    stage::{Back, Held, Step, Wire},
};

pub fn latest(app: &App) -> Markup {
    let waiting = app.stage.held().and_then(Held::request).map(Wire::request);
    let last = app
        .stage
        .journal
        .newest_first()
        .map(|(_, step)| step)
        .find(|step| !step.wire.is_empty() || step.said.is_some());
    html! {
        section class="card" aria-labelledby="wire" {
            div class="head" {
                h2 id="wire" { "The wire" }
                form method="post" action="/secrets" {
                    button { @if app.shown { "Hide secrets" } @else { "Show secrets" } }
                }
            }
            @if let Some(request) = &waiting {
                h3 { "About to be sent" }
                (one(request, app.shown))
            }
            @if let Some(step) = last {
                h3 { (step.title) }
                (all(step, app.shown))
            }
            @if waiting.is_none() && last.is_none() { p class="soft" { "Nothing has been sent yet." } }
        }
    }
}

/// All of one step.
pub fn all(step: &Step, shown: bool) -> Markup {
    html! {
        div class="exchange" { @for wire in &step.wire { (one(wire, shown)) } }
        @if let Some(said) = &step.said { p class="crate-said" { strong { "The crate says: " } (said) } }
    }
}

fn one(wire: &Wire, shown: bool) -> Markup {
    match wire {
        Wire::BrowserThere(url) => block("The browser goes to", &secret::url(url).markup(shown)),
        Wire::BrowserBack(Back::Url(url)) => block("The browser comes back to", &secret::url(url).markup(shown)),
        Wire::BrowserBack(Back::Form(form)) => block("The browser posts", &secret::body(form).markup(shown)),
        Wire::Request { method, url, headers, body } => {
            block("Request", &html! { (method) " " (secret::url(url).markup(shown)) (message(headers, body, shown)) })
        }
        Wire::Response { status, headers, body } => {
            block("Response", &html! { "HTTP/1.1 " (status) (message(headers, body, shown)) })
        }
        Wire::Silence(words) => html! { p class="silence" { (words) } },
    }
}

fn message(headers: &[(String, String)], body: &str, shown: bool) -> Markup {
    html! {
        @for (name, value) in headers { "\n" (secret::header(name, value).markup(shown)) }
        @if !body.is_empty() { "\n\n" (secret::body(body).markup(shown)) }
    }
}

fn block(title: &str, text: &Markup) -> Markup {
    html! {
        figure {
            figcaption { (title) }
            pre tabindex="0" { code { (text) } }
        }
    }
}
