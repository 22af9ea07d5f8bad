//! The workers are all the same: moments that differ in who is who are one.
//!
//! What tells two workers apart are the names of their asks, in a state and in a record. With these names changed, a moment
//! is the one in which the workers have changed places.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::{
    machine::{RecordId, StateId},
    world::WORKERS,
};

pub struct Symmetry {
    /// The places of the workers, in each order that there is. Who does not take part keeps his.
    orders: Vec<[u8; WORKERS]>,
    /// The names of each ask, by worker.
    asks: Vec<Vec<String>>,
    /// A number for each state and each record, in each order.
    states: Vec<Box<[u64]>>,
    records: Vec<Box<[u64]>>,
}

impl Symmetry {
    pub fn new(workers: usize, asks: Vec<Vec<String>>) -> Self {
        let places: [u8; WORKERS] = std::array::from_fn(|place| u8::try_from(place).expect("few workers"));
        let mut orders = Vec::new();
        permute(places, workers, &mut orders);
        Self { orders, asks, states: Vec::new(), records: Vec::new() }
    }

    pub fn orders(&self) -> &[[u8; WORKERS]] {
        &self.orders
    }

    pub fn state(&self, state: StateId, order: usize) -> u64 {
        self.states[state as usize][order]
    }

    pub fn record(&self, record: RecordId, order: usize) -> u64 {
        self.records[record as usize][order]
    }

    /// The next state has this text.
    pub fn add_state(&mut self, text: &str) {
        let numbers = self.in_each_order(text);
        self.states.push(numbers);
    }

    /// The next record has this text.
    pub fn add_record(&mut self, text: &str) {
        let numbers = self.in_each_order(text);
        self.records.push(numbers);
    }

    fn in_each_order(&self, text: &str) -> Box<[u64]> {
        let in_order = |places: &[u8; WORKERS]| {
            let mut renamed = text.to_owned();
            for (number, names) in self.asks.iter().enumerate() {
                for (name, place) in names.iter().zip(places) {
                    renamed = renamed.replace(name, &format!("<{number} {place}>"));
                }
            }
            BuildHasherDefault::<FxHasher>::default().hash_one(renamed)
        };
        self.orders.iter().map(in_order).collect()
    }
}

/// All orders of the first `count` places.
fn permute(places: [u8; WORKERS], count: usize, to: &mut Vec<[u8; WORKERS]>) {
    let Some(last) = count.checked_sub(1) else { return to.push(places) };
    for other in 0..=last {
        let mut swapped = places;
        swapped.swap(other, last);
        permute(swapped, last, to);
    }
}
