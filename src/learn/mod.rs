//! Learning from runs: how long a job takes on machines and node counts that it has not run on.
//!
//! Only a table is known here (job, parameters, input size, machine, count, duration), no event log. The model is
//! described for users in `docs/concepts/learning.md`: log-times are a Gaussian process whose covariance is a sum of
//! named parts (what all jobs of a pool share, what one job does, what its size, machine and count add), with a step
//! where the data begins to fit the memory, and with the nodes that do not work (the driver's) chosen by
//! cross-validation. Everything is computed from the history alone, and the same history gives the same bytes.

mod advice;
mod baseline;
mod choice;
mod classes;
mod cliff;
mod configuration;
mod crossval;
mod errors;
mod explanation;
mod failure;
mod fit;
mod held_out;
mod hyper;
mod kernel;
mod known;
mod linalg;
mod mixture;
mod model;
mod monotone;
mod optimise;
mod outcome;
mod pool;
mod report;
mod run;
mod scenario;
mod space;
mod thin;

pub use advice::{Advice, advise};
pub use baseline::{CurveFit, inverse_nodes};
pub use choice::{Candidate, Choice, ChoiceQuestion, ChoiceSummary, choose, summarise};
pub use configuration::{Configuration, configurations};
pub use errors::{ErrorSummary, Judged};
pub use explanation::Explanation;
pub use held_out::{LeaveOut, held_out};
pub use mixture::Mixture;
pub use model::{Model, Prediction};
pub use outcome::{Drift, Outcome, TENTHS, calibration, drift, errors};
pub use report::ModelReport;
pub use run::{Machine, Run, Value, family_of};
