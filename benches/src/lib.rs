//! What a login costs: in this crate, in two others, and written by hand. `.ci/costs` measures it; the results, and what
//! each contender checks, stand in `RESULTS.md`.

pub mod callgrind;
pub mod contender;
pub mod floor;
pub mod inputs;
pub mod io_oauth;
pub mod meter;
pub mod oauth2;
pub mod ours;
pub mod report;
pub mod steps;
