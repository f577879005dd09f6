//! How a simulation is run.

use super::unknown::Held;

/// Seed and number of replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Seed of all random streams.
    pub seed: u64,
    /// How many replications; 0 gives the likely run, whatever the seed ([`Settings::likely`]).
    pub replications: u32,
    /// Number of the first one: more of the same are asked for by beginning where the last ones ended.
    pub first: u32,
    /// What is not drawn but held at one place of its range.
    pub held: Option<Held>,
    /// Whether runs tell their stages.
    pub tells_stages: bool,
}

impl Settings {
    /// One run with every uncertain figure at its likely value, with its stages.
    #[must_use]
    pub const fn likely() -> Self {
        Self { tells_stages: true, ..Self::screen() }
    }

    /// The same without its stages: of thousands of shapes nobody looks at them.
    #[must_use]
    pub const fn screen() -> Self {
        Self { seed: 0, replications: 0, first: 0, held: None, tells_stages: false }
    }

    /// `replications` runs with every uncertain figure drawn.
    #[must_use]
    pub const fn drawn(seed: u64, replications: u32) -> Self {
        Self { seed, replications, first: 0, held: None, tells_stages: false }
    }

    /// `replications` more, from number `first` on.
    #[must_use]
    pub const fn more(self, first: u32, replications: u32) -> Self {
        Self { replications, first, ..self }
    }

    /// The same draws with one figure held.
    #[must_use]
    pub const fn holding(self, held: Held) -> Self {
        Self { held: Some(held), ..self }
    }

    /// The same draws with the stages of each run: their names and medians take time that a ranking saves.
    #[must_use]
    pub const fn telling_stages(self) -> Self {
        Self { tells_stages: true, ..self }
    }

    /// The numbers of the replications.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.first..self.first.saturating_add(self.replications)
    }
}
