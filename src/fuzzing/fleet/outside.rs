//! What comes into the store from elsewhere: damaged records, those of other keys, and what is no record.

use super::{setting::KEYS, world::World};
use crate::fuzzing::input::Input;

/// What stands there then.
pub(super) enum Outside {
    /// What no worker may lend anything of.
    Foreign(Vec<u8>),
    /// What may be read, and says something else than before.
    Changed(Vec<u8>),
}

/// Bytes in place of the record of `key`.
pub(super) fn record(input: &mut Input<'_>, world: &World<'_>, key: usize) -> Option<Outside> {
    let bytes_of = |key: usize| world.rows.get(key)?.as_ref().map(|row| row.bytes.clone());
    match input.byte() & 7 {
        0 | 1 => bytes_of(KEYS.len().saturating_sub(1).saturating_sub(key)).map(Outside::Foreign),
        2 => Some(Outside::Foreign(input.bytes(64))),
        3 => {
            // The tokens of another generation under the header of this one.
            let (bytes, before) = (bytes_of(key)?, world.before.get(key)?.as_ref()?.bytes.clone());
            let head = |bytes: &[u8]| bytes.iter().position(|byte| *byte == b'\n').map(|at| at.saturating_add(1));
            let (header, sealed) = (bytes.get(..head(&bytes)?)?, before.get(head(&before)?..)?);
            let moved = [header, sealed].concat();
            if moved == bytes { None } else { Some(Outside::Changed(moved)) }
        }
        _ => {
            let mut bytes = bytes_of(key)?;
            for _ in 0..=input.below(4) {
                let (at, byte) = (input.below(bytes.len()), input.byte());
                bytes.get_mut(at).into_iter().for_each(|place| *place = byte);
            }
            Some(Outside::Changed(bytes))
        }
    }
}
