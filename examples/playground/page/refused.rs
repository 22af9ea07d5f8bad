//! What the type system refuses in this state, and the compiler's words for it.

use maud::{Markup, html};

use crate::machine::{
    name,
    refusals::words,
    transitions::{CALLS, allows, is_namesake},
};

pub fn list(state: &str) -> Markup {
    let refused = CALLS.into_iter().filter(|call| !allows(state, call) && !is_namesake(state, call));
    html! {
        section class="card" aria-labelledby="refused" {
            h2 id="refused" { "What does not compile here" }
            p class="soft" { "Each of these calls on a " code { (state) } " is refused by rustc, in these words. A test compiles them all." }
            div class="refusals" {
                @for call in refused {
                    details name="refusal" {
                        summary { code { (call) } }
                        pre tabindex="0" aria-label=(format!("What rustc says to {}", name(call))) { code { (words(state, call).unwrap_or("(not recorded)")) } }
                    }
                }
            }
        }
    }
}
