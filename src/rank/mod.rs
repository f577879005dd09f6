//! From simulated and priced candidates to an answer: constraints, objective, Pareto front, break-even, reasons.

mod model;

pub use model::*;
