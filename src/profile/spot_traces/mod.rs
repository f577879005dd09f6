//! Traces of Spot pools: when capacity was there and when it was lost.
//!
//! The format is a CSV table of runs, one row for each stretch of time in which the number of nodes did not change:
//! `trace_id, start_offset_s, duration_s, available_count`, and if they are known `nodes` (how many were wanted),
//! `cloud`, `zone`, `instance_type` and `trace_start_date`. Other columns are ignored.

mod error;
mod files;
mod table;

pub use error::TraceError;
pub use files::{Collection, read};
pub use table::parse;

/// A stretch of time in which a pool had capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// When it began, hours from the start of the trace.
    pub start_h: f64,
    /// When it ended.
    pub end_h: f64,
    /// Whether it ended by a loss; else nobody looked any longer.
    pub lost: bool,
}

/// What is known of one pool: its spells, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolHistory {
    /// For people.
    pub name: String,
    /// Traces that were recorded together have the same: kind and start date, or the file.
    pub collection: String,
    /// Times with capacity.
    pub spells: Vec<Spell>,
    /// Until when the pool was looked at, hours.
    pub end_h: f64,
}

impl PoolHistory {
    /// What was known at a moment: later spells are gone, the one that lasted then has not ended.
    #[must_use]
    pub fn until(&self, end_h: f64) -> Self {
        let spells = self.spells.iter().filter(|spell| spell.start_h < end_h);
        let cut =
            |spell: &Spell| Spell { end_h: spell.end_h.min(end_h), lost: spell.lost && spell.end_h <= end_h, ..*spell };
        Self { spells: spells.map(cut).collect(), end_h: end_h.min(self.end_h), ..self.clone() }
    }

    /// Losses.
    #[must_use]
    pub fn losses(&self) -> usize {
        self.spells.iter().filter(|spell| spell.lost).count()
    }

    /// Hours with capacity.
    #[must_use]
    pub fn up_h(&self) -> f64 {
        self.spells.iter().map(|spell| spell.end_h - spell.start_h).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_forgets_what_came_later() {
        let spell = |start_h, end_h| Spell { start_h, end_h, lost: true };
        let pool = PoolHistory {
            spells: vec![spell(0.0, 2.0), spell(3.0, 6.0), spell(7.0, 8.0)],
            end_h: 9.0,
            ..Default::default()
        };
        let cut = pool.until(5.0);
        assert_eq!(cut.spells, [spell(0.0, 2.0), Spell { start_h: 3.0, end_h: 5.0, lost: false }]);
        assert_eq!((cut.losses(), pool.losses()), (1, 3));
        assert!((cut.up_h() - 4.0).abs() < 1e-12 && (cut.end_h - 5.0).abs() < 1e-12);
    }
}
