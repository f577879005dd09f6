//! Facts about machines, workers, releases and limits: tables as data, no prices.

mod instance;

pub use instance::{Architecture, InstanceType};
