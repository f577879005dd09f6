//! The gate: a stored baseline against today's workloads, the difference split into what the workload files, the
//! prices and the program made of it, and the limits that only the author's own part can break unless asked otherwise.
//!
//! ```text
//!            baseline file          computed again
//!  workload      then       then      then      now
//!  prices        then       then      now       now
//!  model         then       now       now       now
//!                 A ──model── B ─prices─ C ─workload─ D
//! ```
//!
//! The three effects sum to D − A exactly. C and D are simulated with the same seed, so that their difference is
//! compared draw by draw and its noise is small (`docs/concepts/gate.md`).

mod baseline;
mod checker;
mod effects;
mod figures;
mod limits;
mod lines;
mod pairs;
mod verdict;

pub use baseline::{Baseline, BaselineWorkload, PriceSet, ReadError, StoredFigures};
pub use checker::{CheckError, Checker, Given, Outcome};
pub use figures::Figures;
pub use limits::{Limit, LimitError, Limits, Percent, parse_dollars, parse_part, parse_probability};
pub use pairs::{Known, Pairs};
