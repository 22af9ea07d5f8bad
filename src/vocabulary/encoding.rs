//! What an encoding makes of a text, before it is written: one pass over the text says how long it becomes, and whether
//! it can be copied as it is.

/// How many bytes each byte becomes, and whether others than it was.
pub(crate) struct Encoding([u64; 256]);

/// Far above each length, so that one sum tells both.
const CHANGED: u64 = 1 << 40;

impl Encoding {
    /// Of `lengths`, where 0 stands for a byte that stays as it is.
    #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // while compiling
    pub(crate) const fn new(lengths: [u8; 256]) -> Self {
        let mut table = [1; 256];
        let mut byte = 0;
        while byte < table.len() {
            if lengths[byte] != 0 {
                table[byte] = lengths[byte] as u64 | CHANGED;
            }
            byte += 1;
        }
        Self(table)
    }

    fn cost(&self, byte: u8) -> u64 {
        self.0.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// Whether it makes something else of `byte`.
    pub(crate) fn changes(&self, byte: u8) -> bool {
        self.cost(byte) >= CHANGED
    }

    pub(crate) fn measure(&self, text: &str) -> Encoded {
        // Eight at a time, which the compiler writes out: that halves the instructions.
        let eights = text.as_bytes().chunks_exact(8);
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| self.cost(*byte)).fold(0, u64::wrapping_add);
        let rest = sum(eights.remainder());
        Encoded { sum: eights.map(sum).fold(rest, u64::wrapping_add) }
    }
}

/// What it makes of one text.
#[derive(Clone, Copy)]
pub(crate) struct Encoded {
    sum: u64,
}

impl Encoded {
    /// How many bytes it makes of it.
    pub(crate) fn len(self) -> usize {
        usize::try_from(self.sum % CHANGED).unwrap_or(usize::MAX)
    }

    /// Whether it leaves the text as it is.
    pub(crate) fn is_same(self) -> bool {
        self.sum < CHANGED
    }
}
