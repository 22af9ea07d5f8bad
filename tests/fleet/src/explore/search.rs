//! The search itself: each moment once.

use std::time::Instant;

use rustc_hash::FxHashSet;

use super::{
    machine::{Machine, Setting},
    rules::Rules,
    world::{Violation, World},
};

/// What a search found.
#[derive(Debug)]
pub struct Report {
    pub states: usize,
    pub transitions: u64,
    /// States of the machine itself.
    pub machine_states: usize,
    pub ends: u64,
    pub seconds: f64,
}

/// Goes through all moments that `rules` allow, up to `most` of them.
///
/// # Errors
/// One of the claims does not hold.
pub fn search(rules: &Rules, most: usize) -> Result<Report, Violation> {
    let began = Instant::now();
    let setting = Setting::new(rules);
    let mut machine = Machine::new(&setting);
    // Sixty-four bits of each moment are kept: that two of ten million are taken for one is one chance in 100,000.
    let mut seen = FxHashSet::default();
    let first = World::begin(&mut machine, rules);
    seen.insert(first.canonical(&machine));
    let (mut stack, mut transitions, mut ends) = (vec![first], 0, 0);
    let (mut next, mut told) = (Vec::new(), 0);
    while let Some(world) = stack.pop() {
        if seen.len() >= most {
            break;
        }
        if transitions >> 22 != told {
            told = transitions >> 22;
            eprintln!(
                "{}: {} states, {} to go on from, {} of the machine",
                rules.name,
                seen.len(),
                stack.len(),
                machine.states()
            );
        }
        world.successors(&mut machine, rules, &mut next)?;
        let mut leads_on = false;
        for other in next.drain(..) {
            transitions += 1;
            leads_on |= other != world;
            if seen.insert(other.canonical(&machine)) {
                stack.push(other);
            }
        }
        if !leads_on {
            ends += 1;
            world.at_the_end(&machine, rules)?;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(Report { states: seen.len(), transitions, machine_states: machine.states(), ends, seconds })
}
