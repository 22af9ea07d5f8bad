//! docs/comparison.md: each cell has its proof.
