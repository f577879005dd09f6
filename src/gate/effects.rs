//! A difference split into its parts.

use std::ops::{Add, Sub};

use crate::report::document::Part;

/// One figure at the four corners of the comparison (see the module's drawing).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corners<T> {
    /// As the baseline stored it.
    pub stored: T,
    /// The baseline's workload at its prices, computed by today's model.
    pub model_now: T,
    /// The same at today's prices.
    pub prices_now: T,
    /// Today's workload at today's prices.
    pub now: T,
}

impl<T: Copy + Add<Output = T> + Sub<Output = T>> Corners<T> {
    /// What one part made of the difference; the three sum to `now - stored`.
    pub fn effect(&self, part: Part) -> T {
        match part {
            Part::Model => self.model_now - self.stored,
            Part::Prices => self.prices_now - self.model_now,
            Part::Workload => self.now - self.prices_now,
        }
    }

    /// The figure with the effects of some parts only.
    pub fn with(&self, parts: &[Part]) -> T {
        parts.iter().fold(self.stored, |sum, part| sum + self.effect(*part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_sum_to_the_whole() {
        // $100 stored; today's model says 103, at today's prices 110, for today's workload 140.
        let corners = Corners { stored: 100.0_f64, model_now: 103.0, prices_now: 110.0, now: 140.0 };
        let parts = Part::ALL.map(|part| corners.effect(part));
        assert_eq!(parts, [30.0, 7.0, 3.0]);
        assert!((corners.with(&Part::ALL) - corners.now).abs() < f64::EPSILON);
        // What the author did, at the prices and by the model of the baseline.
        assert!((corners.with(&[Part::Workload]) - 130.0).abs() < f64::EPSILON);
    }
}
