//! The picture: the boxes, the arrows of the table, the state that is lit, and what it allows.

use maud::{Markup, html};

use super::{
    name, node,
    routes::{BOX_HEIGHT, BOX_WIDTH, BOXES, HEIGHT, ROUTES, Route, WIDTH},
    transitions::TRANSITIONS,
};

/// The picture with this state lit. `came` is the arrow that led here.
pub fn draw(state: &str, came: Option<(&str, &str)>) -> Markup {
    let lit = node(state);
    html! {
        svg class="machine" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby="machine-title machine-desc" {
            title id="machine-title" { "The machine, in the state " (state) }
            desc id="machine-desc" { (described(state)) }
            defs {
                @for kind in ["rest", "open", "came"] {
                    marker id=(format!("head-{kind}")) class=(format!("head {kind}")) viewBox="0 0 8 8" refX="7" refY="4"
                        markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto" {
                        path d="M0 0L8 4L0 8Z" {}
                    }
                }
            }
            // What is lit lies above what is not.
            @for rank in [Rank::Rest, Rank::Came, Rank::Open] {
                @for route in ROUTES.iter().filter(|route| ranked(route, state, came) == rank) {
                    (arrow(route, state, rank))
                }
            }
            @for (of, x, y) in BOXES { (a_box(of, x, y, (of == lit).then_some(state))) }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Rest,
    Came,
    Open,
}

fn ranked(route: &Route, state: &str, came: Option<(&str, &str)>) -> Rank {
    let arrived = came.is_some_and(|(from, to)| node(from) == route.from && node(to) == route.to);
    match (calls(route, Some(state)).is_empty(), arrived) {
        (false, _) => Rank::Open,
        (true, true) => Rank::Came,
        (true, false) => Rank::Rest,
    }
}

/// The calls along this way: of one state, or of all that stand in the box.
fn calls(route: &Route, state: Option<&str>) -> Vec<&'static str> {
    let mut calls = Vec::new();
    for line in TRANSITIONS {
        let from = state.map_or_else(|| node(line.from) == route.from, |state| line.from == state);
        let leads = line.ending.is_some() && node(line.to) == route.to && node(line.from) == route.from;
        if from && leads && !calls.contains(&name(line.call)) {
            calls.push(name(line.call));
        }
    }
    calls
}

fn arrow(route: &Route, state: &str, rank: Rank) -> Markup {
    let (class, head) = match rank {
        Rank::Rest => ("arrow rest", "url(#head-rest)"),
        Rank::Came => ("arrow came", "url(#head-came)"),
        Rank::Open => ("arrow open", "url(#head-open)"),
    };
    let (x, y) = route.label;
    html! {
        path class=(class) d=(route.path) marker-end=(head) {
            title { (route.from) " to " (route.to) ": " (calls(route, None).join(", ")) }
        }
        @if rank == Rank::Open {
            @for (call, line) in calls(route, Some(state)).into_iter().zip(0..) {
                text class="call" x=(x) y=(y + 14 * line) text-anchor="middle" { (call) }
            }
        }
    }
}

fn a_box(of: &str, x: i32, y: i32, lit: Option<&str>) -> Markup {
    let holds = lit.and_then(|state| state.split_once('<')).map(|(_, rest)| rest.trim_end_matches('>'));
    let first = if holds.is_some() { y - 3 } else { y + 5 };
    html! {
        g class=(if lit.is_some() { "state lit" } else { "state" }) {
            rect x=(x - BOX_WIDTH / 2) y=(y - BOX_HEIGHT / 2) width=(BOX_WIDTH) height=(BOX_HEIGHT) rx="8" {}
            text x=(x) y=(first) text-anchor="middle" { (of) }
            @if let Some(holds) = holds { text class="holds" x=(x) y=(y + 15) text-anchor="middle" { (holds.replace("TokenSet<", "")) } }
        }
    }
}

/// The same in words.
fn described(state: &str) -> String {
    let lines = TRANSITIONS.iter().filter(|line| line.from == state && line.ending.is_some());
    let ways: Vec<String> = lines.map(|line| format!("{} leads to {}", name(line.call), line.to)).collect();
    format!("From {state}: {}.", ways.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_arrow_of_the_table_has_a_way_and_no_way_is_without_an_arrow() {
        for line in TRANSITIONS.iter().filter(|line| line.ending.is_some()) {
            let ways = ROUTES.iter().filter(|route| route.from == node(line.from) && route.to == node(line.to)).count();
            assert_eq!(ways, 1, "{} to {}", line.from, line.to);
        }
        for route in ROUTES {
            assert!(!calls(route, None).is_empty(), "{} to {}", route.from, route.to);
        }
    }

    #[test]
    fn each_state_lights_one_box() {
        for state in super::super::transitions::states() {
            let picture = draw(state, None).into_string();
            assert_eq!(picture.matches("state lit").count(), 1, "{state}");
        }
    }
}
