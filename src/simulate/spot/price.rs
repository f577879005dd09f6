//! The Spot price of a run that is still to come.

/// Spread of the price between the last one known and a run's (log-normal sigma). The last price errs by 0.3 % over the
/// next day and 1.3 % over the next week (78 pools, 2021; docs/concepts/sources.md, "Spot"), less than a 90-day median
/// does; but which zone and pools will serve is open, so a band of ±10 % is taken for p10 to p90.
const SIGMA: f64 = 0.078;

/// What the Spot nodes of a run cost, over their price in the bill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceDraw {
    /// Factor on the Spot price; never beyond On-Demand, which the bill's side caps.
    pub factor: f64,
    /// Whether On-Demand took the fleet's place at the start.
    pub on_demand: bool,
}

impl PriceDraw {
    /// The price as it stands in the bill.
    #[must_use]
    pub const fn as_billed() -> Self {
        Self { factor: 1.0, on_demand: false }
    }

    /// A price at a normal score; the mean is the bill's.
    #[must_use]
    pub fn at_score(score: f64) -> Self {
        Self { factor: (SIGMA * score - 0.5 * SIGMA * SIGMA).exp(), on_demand: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_prices_in_ten_lie_within_ten_percent_on_either_side() {
        let high = PriceDraw::at_score(1.2816).factor;
        assert!((high - 1.10).abs() < 0.005, "{high}");
        assert!((PriceDraw::as_billed().factor - 1.0).abs() < f64::EPSILON);
    }
}
