//! One process that holds many waiting logins and many token sets: `.ci/scale` runs it.
//!
//! `oauth-proto-scale N…` holds N of each, for each N in turn, and prints a table of what they take: bytes in memory and
//! stored, time to make, store and restore them, and what it costs to find those that are to be renewed. It fails where
//! a goal is missed, or where twice as many take more than twice as much.

mod goals;
mod held;
mod population;
mod renewal;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::{held::Held, population::Population, renewal::Renewal};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What was seen of one N.
struct Seen {
    logins: Held,
    token_sets: Held,
    renewal: Renewal,
}

fn main() -> Result<(), String> {
    let numbers: Result<Vec<usize>, _> = std::env::args().skip(1).map(|argument| argument.parse()).collect();
    let numbers = numbers.map_err(|error| error.to_string())?;
    if numbers.len() < 2 || !numbers.is_sorted_by(|one, next| one < next) {
        return Err("usage: oauth-proto-scale N N…, from few to many".into());
    }
    let population = Population::new();

    println!(
        "| state | held | bytes in memory | stored | stored over its tokens | ns to make | ns to store | ns to restore |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let seen: Vec<(usize, Seen)> = numbers.into_iter().map(|number| (number, see(&population, number))).collect();

    println!(
        "\n| token sets | ns each to ask all | ns each to index | bytes of the index each | ns each to take what is due |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for (number, Seen { renewal, .. }) in &seen {
        let Renewal { scan, index, index_bytes, take } = renewal;
        println!("| {number} | {scan:.1} | {index:.0} | {index_bytes:.1} | {take:.0} |");
    }
    goals::judge(&seen)
}

/// All are held at once: the logins, the token sets, the rows of both, and the index.
fn see(population: &Population, number: usize) -> Seen {
    let (logins, _waiting) = held::hold(number, |at| population.login(at), |_| 0);
    let (token_sets, sets) = held::hold(number, |at| population.token_set(at), population::token_bytes);
    for (name, held) in [("`AwaitingCode`", &logins), ("`AnyTokenSet`", &token_sets)] {
        let Held { memory, stored, over_tokens, make, store, restore } = held;
        println!(
            "| {name} | {number} | {memory:.0} | {stored:.0} | {over_tokens:.0} | {make:.0} | {store:.0} | {restore:.0} |"
        );
    }
    Seen { logins, token_sets, renewal: renewal::find(&sets.states) }
}
