//! What is made of the measurements: tables, and the comparison with the record.

pub mod figures;
pub mod record;
mod sizes;
pub mod table;
