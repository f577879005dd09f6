//! The simulation: a graph of stages run by Spark's scheduling rules on the executors of a shape.
//!
//! Pure and seeded: no clock, environment, file, network or unseeded randomness. A candidate's random stream
//! depends on the seed and its own id only; what is unknown about the *workload* (its rates) is drawn from the
//! seed alone, so that all candidates see the same draw (common random numbers) and a difference between two
//! shapes is not noise.

mod settings;

pub use settings::Settings;
