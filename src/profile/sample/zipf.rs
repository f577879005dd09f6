//! The exponent of Zipf's law (count of rank r ∝ r^−s) that fits the most frequent keys best: maximum likelihood over
//! their ranks, found by bisection. 0 is even, 1 the classic law.

/// A fitted law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zipf {
    /// The exponent s.
    pub exponent: f64,
    /// Ranks that it was fitted to.
    pub ranks: usize,
    /// Mean distance of a count from the law, as a factor: 1 fits perfectly.
    pub misfit: f64,
}

const HIGHEST: f64 = 10.0;

/// Fits the counts of the most frequent keys, largest first. `None` for fewer than ten ranks.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn fit(counts: &[u64]) -> Option<Zipf> {
    if counts.len() < 10 {
        return None;
    }
    let logs: Vec<f64> = (1..=counts.len()).map(|rank| (rank as f64).ln()).collect();
    let rows: f64 = counts.iter().map(|count| *count as f64).sum();
    let observed: f64 = counts.iter().zip(&logs).map(|(count, log)| *count as f64 * log).sum::<f64>() / rows;
    // The expected log rank falls with s; where it is the observed one, the likelihood is greatest.
    let expected = |s: f64| {
        let (mut sum, mut weighted) = (0.0, 0.0);
        for log in &logs {
            let weight = (-s * log).exp();
            sum += weight;
            weighted += weight * log;
        }
        weighted / sum
    };
    let (mut low, mut high) = (0.0, HIGHEST);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if expected(middle) > observed { low = middle } else { high = middle }
    }
    let exponent = f64::midpoint(low, high);
    let norm: f64 = logs.iter().map(|log| (-exponent * log).exp()).sum();
    let distance: f64 = counts
        .iter()
        .zip(&logs)
        .map(|(count, log)| (*count as f64 / (rows * (-exponent * log).exp() / norm)).ln().abs())
        .sum::<f64>();
    Some(Zipf { exponent, ranks: counts.len(), misfit: (distance / counts.len() as f64).exp() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_exponent_that_made_the_counts() {
        for exponent in [0.5, 1.0, 1.7] {
            let counts: Vec<u64> = (1..=500).map(|rank| (1e9 * f64::from(rank).powf(-exponent)) as u64).collect();
            let found = fit(&counts).expect("a fit");
            assert!((found.exponent - exponent).abs() < 1e-3 && found.misfit < 1.01, "{found:?}");
        }
        let even = fit(&[1_000; 100]).expect("a fit");
        assert!(even.exponent < 1e-6, "{even:?}");
        assert!(fit(&[5; 9]).is_none());
    }
}
