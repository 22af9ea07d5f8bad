//! Invariant: whatever happens to whatever state, a code or refresh token is in one request at most unless a retry was
//! chosen, a token is shown to its own API alone, an end is final, and no text shows a secret.

mod held;
mod keeping;
mod server;
mod using;
mod ways;
mod world;

use super::input::Input;
use world::World;

/// How many steps one input makes at most.
const STEPS: usize = 64;

/// See the invariant on the first line.
pub fn machine(data: &[u8]) {
    let mut input = Input::new(data);
    let mut world = World::new(&mut input);
    for _ in 0..STEPS {
        if input.is_used_up() {
            break;
        }
        world.step(&mut input);
    }
}
