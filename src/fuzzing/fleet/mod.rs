//! Invariant: whatever is lost, late, paused or killed, a refresh token comes to the server no more often than the policy
//! says, the store goes forward, and what a worker received stands there or is handed back.

mod checks;
mod node;
mod outside;
mod server;
mod setting;
mod store;
mod world;

use super::input::Input;
use setting::Setting;
use world::World;

/// How many events one input makes at most.
const EVENTS: usize = 96;

/// See the invariant on the first line.
pub fn fleet(data: &[u8]) {
    let mut input = Input::new(data);
    let setting = Setting::new(&mut input);
    let mut world = World::new(&setting);
    for _ in 0..EVENTS {
        if input.is_used_up() {
            break;
        }
        world.happens(&mut input);
    }
    world.comes_to_rest();
}
