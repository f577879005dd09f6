//! How chance is drawn.

use clap::Args;

use crate::cli::env_vars;
use crate::rank::{DEFAULT_REPLICATIONS, DEFAULT_SEED};

/// Seed and number of the simulated runs.
#[derive(Args, Clone, Copy, Debug)]
pub struct Draws {
    /// Seed of the simulation
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED, env = env_vars::SEED)]
    pub seed: u64,
    /// Simulated runs of each candidate that is looked at in full
    #[arg(long, value_name = "N", default_value_t = DEFAULT_REPLICATIONS, env = env_vars::REPLICATIONS,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub replications: u32,
}
