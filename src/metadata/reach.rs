//! From where an address can be reached, as far as its text says.

// `core` has the addresses, and nothing that connects to one.
use core::net::{Ipv4Addr, Ipv6Addr};

use url::Host;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// From everywhere, or so it seems: what a name resolves to is not known.
    Public,
    /// From this machine alone.
    Loopback,
    /// From some network alone, or nobody can say.
    Private,
}

/// Suffixes of names that no public DNS has: RFC 6761 section 6.3 has the first, RFC 6762 section 3 and RFC 8375 the
/// next two, and ICANN keeps the last for private use. Clouds have their metadata there.
const LOCALHOST: &str = "localhost";
const PRIVATE: [&str; 3] = ["local", "home.arpa", "internal"];

pub(super) fn reach(host: &Host<&str>) -> Reach {
    match host {
        Host::Domain(name) => of_name(name.strip_suffix('.').unwrap_or(name)),
        Host::Ipv4(address) if address.is_loopback() => Reach::Loopback,
        Host::Ipv6(address) if address.is_loopback() => Reach::Loopback,
        Host::Ipv4(address) if is_global_v4(*address) => Reach::Public,
        Host::Ipv6(address) if is_global_v6(*address) => Reach::Public,
        Host::Ipv4(_) | Host::Ipv6(_) => Reach::Private,
    }
}

/// The parser has lower-cased it.
fn of_name(name: &str) -> Reach {
    let is_under = |suffix: &str| name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if is_under(LOCALHOST) {
        Reach::Loopback
    } else if !name.contains('.') || PRIVATE.into_iter().any(is_under) {
        Reach::Private
    } else {
        Reach::Public
    }
}

/// The blocks of the IANA IPv4 Special-Purpose Address Registry (RFC 6890) that are not globally reachable, and those
/// of multicast: the first address and how many bits of it count. A few addresses in them are global; they are no
/// servers of anybody's.
const SPECIAL_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_global_v4(address: Ipv4Addr) -> bool {
    let is_in = |(first, bits): ([u8; 4], u32)| {
        let differs = u32::from(address) ^ u32::from(Ipv4Addr::from(first));
        differs.leading_zeros() >= bits
    };
    !SPECIAL_V4.into_iter().any(is_in)
}

/// The same of IPv6: all that is not in the block of global unicast (RFC 4291 section 2.4), which holds the addresses
/// that embed an IPv4 address too; and the special blocks inside of it.
const SPECIAL_V6: [([u16; 8], u32); 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];
const GLOBAL_UNICAST: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

fn is_global_v6(address: Ipv6Addr) -> bool {
    let is_in = |(first, bits): ([u16; 8], u32)| {
        let differs = u128::from(address) ^ u128::from(Ipv6Addr::from(first));
        differs.leading_zeros() >= bits
    };
    is_in(GLOBAL_UNICAST) && !SPECIAL_V6.into_iter().any(is_in)
}
