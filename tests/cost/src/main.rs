//! Counts what the library does, in instructions: `.ci/linear` and `.ci/constant-time` run this under callgrind.
//!
//! - `oauth-proto-cost names` lists every input;
//! - `oauth-proto-cost linear SIZE,SIZE NAME…` reads each input once at each size;
//! - `oauth-proto-cost compare NAME PLACE` compares once what differs at PLACE.
//!
//! Each line that it prints stands for one count of callgrind's, in the same order.

mod compare;
mod count;
mod linear;
#[path = "../../scenario/mod.rs"]
mod scenario;

/// What an allocation costs must not depend on those before. The system's allocator puts off some of the work of freeing,
/// and then does it all at once: a step would pay for others.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["names"] => linear::all().iter().for_each(|input| println!("{}", input.name)),
        ["linear", sizes, names @ ..] => linear::run(sizes, names),
        ["compare", name, place] => compare::run(name, place),
        _ => {
            eprintln!("usage: oauth-proto-cost names | linear SIZE,SIZE NAME… | compare NAME PLACE");
            std::process::exit(2);
        }
    }
}
