//! From simulated and priced candidates to an answer: constraints, objective, Pareto front, break-even, reasons.

mod break_even;
mod deadline;
mod evaluate;
mod finalist;
mod fixed;
mod interruptions;
mod matrix;
mod model;
mod no_shape;
mod options;
mod pareto;
mod precision;
mod prices_used;
mod reasons;
mod recommend;
mod replicate;
mod rows;
mod rules;
#[cfg(test)]
mod screen_error;
mod search;
mod sensitivity;
mod single;
mod spot;
mod spot_break_even;
mod spot_price;
mod warnings;
mod what_if;

pub use deadline::Deadline;
pub use fixed::{FixedAnswer, FixedError, WorkOn, simulate_fixed};
pub use matrix::{Cell as MatrixCell, Extent, Line as MatrixLine, Matrix, Offer as MatrixOffer};
pub use model::*;
pub use options::{DEFAULT_REPLICATIONS, DEFAULT_SEED, LOG_REPLICATIONS, RecommendOptions, default_replications};
pub use recommend::{MatrixAnswer, RecommendError, decision_matrix, recommend, recommend_at};
pub use sensitivity::{Sensitivity, Side as SensitivitySide, Swing, Winner as SensitivityWinner};
pub use single::price_candidate;
pub use what_if::{Change, changes};
