//! How a simulation is run.

/// Seed and number of replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Seed of all random streams.
    pub seed: u64,
    /// How many replications; 1 with `seed` ignored gives the likely run ([`Settings::likely`]).
    pub replications: u32,
}

impl Settings {
    /// One run with every uncertain figure at its likely value: the screen.
    #[must_use]
    pub const fn likely() -> Self {
        Self { seed: 0, replications: 0 }
    }
}
