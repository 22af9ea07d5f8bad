//! Instructions with the system's allocator, which programs have: what contenders are compared by.

fn main() {
    oauth_proto_benches::callgrind::main();
}
