//! A moment: where each worker is, what stands in the store, and what is on its way.

use std::hash::{BuildHasher, BuildHasherDefault, Hash};

use rustc_hash::FxHasher;

use super::{
    machine::{Event, Machine, RecordId, StateId, View, Who},
    rules::{Class, Rules},
    server::{Answer, MOST, Server},
};

pub const WORKERS: usize = 3;

/// At most so many things are on their way that nobody waits for any more.
const LATE: usize = 6;

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wire {
    Out,
    Back(Answer),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    workers: [Option<StateId>; WORKERS],
    wires: [Wire; WORKERS],
    store: RecordId,
    /// The token of each generation that stood in the store.
    stored: [u8; MOST],
    /// Replacements that may arrive yet: the version that they expect, and the record. In order.
    late: [Option<(u64, RecordId)>; LATE],
    /// Refresh tokens that may arrive yet. In order.
    astray: [Option<u8>; LATE],
    server: Server,
    crashes: u8,
    store_losses: u8,
    answer_losses: u8,
    pauses: u8,
    /// Workers that ended without a token.
    stopped: u8,
}

/// What must never be, and is.
#[derive(Debug)]
pub struct Violation(pub &'static str);

impl World {
    pub fn begin(machine: &mut Machine<'_>, rules: &Rules) -> Self {
        let store = machine.login();
        let mut workers = [None; WORKERS];
        for (worker, slot) in (0..).zip(&mut workers).take(rules.workers) {
            *slot = Some(machine.begin(Who { worker, life: 0, round: 0 }));
        }
        Self {
            workers,
            wires: [Wire::Out; WORKERS],
            store,
            stored: [0; MOST],
            late: [None; LATE],
            astray: [None; LATE],
            server: Server::new(),
            crashes: 0,
            store_losses: 0,
            answer_losses: 0,
            pauses: 0,
            stopped: 0,
        }
    }

    /// A number that this moment has in common with those in which the workers have changed places, and with no other.
    pub fn canonical(&self, machine: &Machine<'_>) -> u64 {
        let orders = machine.symmetry.orders().iter().enumerate();
        let in_an_order = orders.map(|(order, places)| self.seen_in(order, places, machine)).min();
        let faults = (self.crashes, self.store_losses, self.answer_losses, self.pauses, self.stopped);
        hash((in_an_order, self.stored, self.astray, self.server, faults))
    }

    /// What names workers, when each of them has the place that `places` gives it.
    fn seen_in(&self, order: usize, places: &[u8; WORKERS], machine: &Machine<'_>) -> u64 {
        let record = |record: RecordId| machine.symmetry.record(record, order);
        let mut workers = [(0, Wire::Out); WORKERS];
        for (slot, place) in places.iter().enumerate() {
            let state = self.workers[slot].map_or(0, |state| machine.symmetry.state(state, order));
            workers[usize::from(*place)] = (state, self.wires[slot]);
        }
        let mut late = self.late.map(|late| late.map(|(expected, late)| (expected, record(late))));
        late.sort_unstable();
        hash((workers, record(self.store), late))
    }

    /// All that may happen next.
    pub fn successors(&self, machine: &mut Machine<'_>, rules: &Rules, to: &mut Vec<Self>) -> Result<(), Violation> {
        for slot in 0..WORKERS {
            let Some(state) = self.workers[slot] else { continue };
            match machine.view(state) {
                View::Get => self.get(slot, state, machine, rules, to)?,
                View::Swap { expected, record } => self.swap(slot, state, expected, record, machine, rules, to)?,
                View::Sleep => self.sleep(slot, state, machine, rules, to)?,
                View::Send(token) => self.send(slot, state, token, machine, rules, to)?,
                View::Use { .. } | View::Stop => unreachable!("these go on at once"),
            }
            if self.crashes < rules.crashes {
                self.crash(slot, state, machine, to);
            }
        }
        for at in 0..LATE {
            if let Some((expected, record)) = self.late[at]
                && machine.record(self.store).revision == expected
            {
                let mut next = self.clone();
                next.late[at] = None;
                next.put(record, machine)?;
                to.push(next.in_order());
            }
            if let Some(token) = self.astray[at] {
                let mut next = self.clone();
                next.astray[at] = None;
                next.present(token, rules)?;
                to.push(next.in_order());
            }
        }
        Ok(())
    }

    /// Nothing is left to happen: every worker must have come to an end, and what follows from what went wrong must hold.
    pub fn at_the_end(&self, machine: &Machine<'_>, rules: &Rules) -> Result<(), Violation> {
        if self.workers.iter().any(Option::is_some) {
            return Err(Violation("S5: a worker is stuck"));
        }
        let faults = self.crashes + self.store_losses + self.answer_losses + self.pauses;
        if rules.timed && faults == 0 && self.stopped > 0 {
            return Err(Violation("S6: an error without a fault"));
        }
        let in_store = machine.record(self.store).token;
        if rules.timed && self.crashes == 0 && self.answer_losses == 0 {
            if self.stopped > 0 {
                return Err(Violation("S7: an error without a crash or a lost answer"));
            }
            if in_store != self.server.last {
                return Err(Violation("S7: a token was lost without a crash or a lost answer"));
            }
        }
        let survivable = rules.class == Class::Lenient && rules.timed;
        if survivable && self.crashes + self.answer_losses < rules.presentations() && self.stopped > 0 {
            return Err(Violation("S8: a worker ended without a token at a lenient server"));
        }
        Ok(())
    }

    fn get(
        &self,
        slot: usize,
        state: StateId,
        machine: &mut Machine<'_>,
        rules: &Rules,
        to: &mut Vec<Self>,
    ) -> Result<(), Violation> {
        to.push(self.clone().goes_on(slot, state, Event::Found(self.store), false, machine, rules)?);
        if self.store_losses < rules.store_losses {
            let mut next = self.clone();
            next.store_losses += 1;
            to.push(next.goes_on(slot, state, Event::Unknown, false, machine, rules)?);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)] // a moment, and where it leads
    fn swap(
        &self,
        slot: usize,
        state: StateId,
        expected: Option<u64>,
        record: RecordId,
        machine: &mut Machine<'_>,
        rules: &Rules,
        to: &mut Vec<Self>,
    ) -> Result<(), Violation> {
        let matches = expected == Some(machine.record(self.store).revision);
        let mut after = self.clone();
        let event = if matches {
            after.put(record, machine)?;
            Event::Applied(machine.record(record).revision)
        } else {
            Event::Conflict(self.store)
        };
        to.push(after.clone().goes_on(slot, state, event, false, machine, rules)?);
        if self.pauses < rules.pauses {
            let mut paused = after.clone();
            paused.pauses += 1;
            to.push(paused.goes_on(slot, state, event, true, machine, rules)?);
        }
        if self.store_losses < rules.store_losses {
            // It was applied, or was not; or it is yet to arrive.
            let mut lost = vec![self.clone()];
            if matches {
                lost.push(after);
                lost.extend(self.clone().on_its_way(expected, record));
            }
            for mut next in lost {
                next.store_losses += 1;
                to.push(next.goes_on(slot, state, Event::Unknown, false, machine, rules)?);
            }
        }
        Ok(())
    }

    fn sleep(
        &self,
        slot: usize,
        state: StateId,
        machine: &mut Machine<'_>,
        rules: &Rules,
        to: &mut Vec<Self>,
    ) -> Result<(), Violation> {
        to.push(self.clone().goes_on(slot, state, Event::Woke, false, machine, rules)?);
        if !rules.timed || self.holder_is_dead(machine) {
            to.push(self.clone().goes_on(slot, state, Event::WokeLate, false, machine, rules)?);
        }
        Ok(())
    }

    fn send(
        &self,
        slot: usize,
        state: StateId,
        token: u8,
        machine: &mut Machine<'_>,
        rules: &Rules,
        to: &mut Vec<Self>,
    ) -> Result<(), Violation> {
        let may_be_lost = self.answer_losses < rules.answer_losses;
        match self.wires[slot] {
            Wire::Out => {
                let mut next = self.clone();
                next.wires[slot] = Wire::Back(next.present(token, rules)?);
                to.push(next);
                if may_be_lost {
                    let mut not_sent = self.clone();
                    not_sent.answer_losses += 1;
                    to.push(not_sent.goes_on(slot, state, Event::NotSent, false, machine, rules)?);
                    let mut lost = self.clone();
                    lost.answer_losses += 1;
                    to.push(lost.goes_astray(token).goes_on(slot, state, Event::Lost, false, machine, rules)?);
                }
            }
            Wire::Back(answer) => {
                let mut next = self.clone();
                next.wires[slot] = Wire::Out;
                to.push(next.clone().goes_on(slot, state, Event::Answer(answer), false, machine, rules)?);
                if may_be_lost {
                    next.answer_losses += 1;
                    to.push(next.goes_on(slot, state, Event::Lost, false, machine, rules)?);
                }
            }
        }
        Ok(())
    }

    /// The process ends, and another is started in its place.
    fn crash(&self, slot: usize, state: StateId, machine: &mut Machine<'_>, to: &mut Vec<Self>) {
        let who = machine.who(state);
        let mut next = self.clone();
        next.crashes += 1;
        next.wires[slot] = Wire::Out;
        next.workers[slot] = Some(machine.begin(Who { life: who.life + 1, ..who }));
        match machine.view(state) {
            View::Swap { expected, record } => {
                to.extend(next.clone().on_its_way(expected, record));
                to.push(next.in_order());
            }
            View::Send(token) if self.wires[slot] == Wire::Out => to.push(next.goes_astray(token)),
            _ => to.push(next.in_order()),
        }
    }

    /// An event happens to a worker; one that has its token goes on to its next round.
    fn goes_on(
        mut self,
        slot: usize,
        state: StateId,
        event: Event,
        paused: bool,
        machine: &mut Machine<'_>,
        rules: &Rules,
    ) -> Result<Self, Violation> {
        let next = machine.follow(state, event, paused, self.store);
        self.workers[slot] = match machine.view(next) {
            View::Use { generation, token } => {
                let generation = usize::try_from(generation).unwrap_or(usize::MAX);
                if self.stored.get(generation) != Some(&token) {
                    return Err(Violation("S4: a token is used that is not in the store"));
                }
                let who = machine.who(next);
                let round = who.round + 1;
                (round < rules.rounds).then(|| machine.begin(Who { round, ..who }))
            }
            View::Stop => {
                self.stopped += 1;
                None
            }
            _ => Some(next),
        };
        Ok(self.in_order())
    }

    /// The store has another record.
    fn put(&mut self, record: RecordId, machine: &Machine<'_>) -> Result<(), Violation> {
        let (before, after) = (machine.record(self.store), machine.record(record));
        let [old, new] = [before.generation, after.generation].map(|number| usize::try_from(number).unwrap_or(MOST));
        if new < old {
            return Err(Violation("S9: a generation went back"));
        }
        if after.token > self.server.last {
            return Err(Violation("S3: the store is ahead of the server"));
        }
        if new == old && after.token != before.token {
            return Err(Violation("S9: a generation has two tokens"));
        }
        if let Some(token) = self.stored.get_mut(new) {
            *token = after.token;
        }
        self.store = record;
        // Revisions grow: what expects an earlier one changes nothing any more.
        for place in &mut self.late {
            *place = place.filter(|(expected, _)| *expected >= after.revision);
        }
        Ok(())
    }

    fn present(&mut self, token: u8, rules: &Rules) -> Result<Answer, Violation> {
        let answer = self.server.take(token, rules.class);
        if self.server.presented[usize::from(token)] > rules.presentations() {
            return Err(Violation("S1: a refresh token is presented too often"));
        }
        Ok(answer)
    }

    /// Whether nobody who lives is sending for the record.
    fn holder_is_dead(&self, machine: &Machine<'_>) -> bool {
        let claimed = machine.record(self.store).sending.as_ref().and_then(|by| machine.claims.get(by));
        claimed.is_some_and(|who| {
            let state = self.workers.get(usize::from(who.worker)).copied().flatten();
            state.is_none_or(|state| machine.who(state) != *who)
        })
    }

    fn on_its_way(mut self, expected: Option<u64>, record: RecordId) -> Option<Self> {
        *self.late.iter_mut().find(|place| place.is_none())? = Some((expected?, record));
        Some(self.in_order())
    }

    fn goes_astray(mut self, token: u8) -> Self {
        if let Some(place) = self.astray.iter_mut().find(|place| place.is_none()) {
            *place = Some(token);
        }
        self.in_order()
    }

    /// What is on its way has no order.
    fn in_order(mut self) -> Self {
        self.late.sort_unstable();
        self.astray.sort_unstable();
        self
    }
}

fn hash(all: impl Hash) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(all)
}
