//! What the user of a stand-in sees.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::memory::DECIDE_PATH;

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
    body { display: grid; place-items: center; min-height: 90vh; margin: 0; background: light-dark(#f4f4f2, #161615); color: light-dark(#1c1c1a, #efefea) }
    main { max-width: 26rem; padding: 1.5rem; border: 1px solid light-dark(#c9c9c3, #484844); border-radius: .5rem; background: light-dark(#fff, #222220) }
    h1 { font-size: 1.25rem; margin: 0 0 1rem }
    .choice { display: flex; gap: .75rem }
    button { flex: 1; padding: .6rem 1rem; font: inherit; border: 1px solid light-dark(#8a8a84, #75756f); border-radius: .25rem; background: none; color: inherit }
    button.go { background: light-dark(#14532d, #86d9a3); color: light-dark(#fff, #161615); font-weight: 600 }";

fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (body) } }
        }
    }
}

/// `query` is the authorization request, and comes back with the decision.
pub fn consent(provider: &str, client: &str, scope: &str, query: &str) -> Markup {
    page(
        &format!("Allow access to {provider}?"),
        &html! {
            p { strong { (client) } " asks for: " (scope) }
            form method="post" action=(DECIDE_PATH) {
                input type="hidden" name="query" value=(query);
                div class="choice" {
                    button name="decision" value="deny" { "Deny" }
                    button class="go" name="decision" value="approve" { "Approve" }
                }
            }
        },
    )
}

/// A form that the user sends on to the client.
pub fn form_post(redirect_uri: &str, answer: &str) -> Markup {
    page(
        "Back to the app",
        &html! {
            form method="post" action=(redirect_uri) {
                @for (name, value) in url::form_urlencoded::parse(answer.as_bytes()) {
                    input type="hidden" name=(name) value=(value);
                }
                div class="choice" { button class="go" { "Continue" } }
            }
        },
    )
}
