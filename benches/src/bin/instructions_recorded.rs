//! Instructions with an allocator of which every call costs the same: what is recorded, and compared with the record.
//!
//! The system's allocator puts off some of the work of freeing, and then does it all at once. When it does, depends on where
//! things lie in memory: the same program in another folder can differ by 3 %.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    oauth_proto_benches::callgrind::main();
}
