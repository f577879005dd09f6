//! Predictions beside what happened: errors by group, the calibration, the drift. The same for runs of a table, event
//! logs and bills.

use std::collections::BTreeMap;

use super::{ErrorSummary, Judged};

/// Tenths of a predicted distribution that what happened is held against.
pub const TENTHS: usize = 9;
/// Stretches of time that drift is shown for.
const STRETCHES: usize = 6;

/// A prediction and what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The groups that it counts in, each with its place among groups.
    pub groups: Vec<(u8, String)>,
    /// When: sorts as text; empty when nobody knows.
    pub at: String,
    /// The row that it is of.
    pub row: usize,
    /// The figures.
    pub judged: Judged,
    /// For each tenth of the prediction: whether what happened lies below it.
    pub below: [bool; TENTHS],
}

/// Errors of a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// First and last moment.
    pub between: (String, String),
    /// Errors in it.
    pub summary: ErrorSummary,
}

impl Outcome {
    /// Of a prediction that is log-normal about its median.
    #[must_use]
    pub fn log_normal(groups: Vec<(u8, String)>, at: String, row: usize, judged: Judged, sigma: f64) -> Self {
        // Standard normal quantiles of 0.1 to 0.9.
        const SCORES: [f64; TENTHS] = [-1.2816, -0.8416, -0.5244, -0.2533, 0.0, 0.2533, 0.5244, 0.8416, 1.2816];
        let below = SCORES.map(|score| judged.actual < judged.p50 * (score * sigma).exp());
        Self { groups, at, row, judged, below }
    }
}

/// Errors by group, in the order of the groups' places and names.
#[must_use]
pub fn errors(outcomes: &[Outcome]) -> Vec<(String, ErrorSummary)> {
    let mut groups: BTreeMap<&(u8, String), Vec<Judged>> = BTreeMap::new();
    for outcome in outcomes {
        for group in &outcome.groups {
            groups.entry(group).or_default().push(outcome.judged);
        }
    }
    groups.into_iter().filter_map(|((_, name), judged)| Some((name.clone(), ErrorSummary::of(&judged)?))).collect()
}

/// For each tenth of the predictions, the share of what happened that lies below it; `None` of nothing.
#[must_use]
pub fn calibration(outcomes: &[Outcome]) -> Option<[f64; TENTHS]> {
    let all = outcomes.len() as f64;
    (!outcomes.is_empty())
        .then(|| std::array::from_fn(|tenth| outcomes.iter().filter(|it| it.below[tenth]).count() as f64 / all))
}

/// Errors over time; nothing unless all moments are known.
#[must_use]
pub fn drift(outcomes: &[Outcome]) -> Vec<Drift> {
    let mut ordered: Vec<&Outcome> = outcomes.iter().collect();
    if ordered.iter().any(|outcome| outcome.at.is_empty()) {
        return Vec::new();
    }
    ordered.sort_by(|a, b| a.at.cmp(&b.at).then(a.row.cmp(&b.row)));
    let length = ordered.len().div_ceil(STRETCHES).max(1);
    ordered
        .chunks(length)
        .filter_map(|stretch| {
            let judged: Vec<Judged> = stretch.iter().map(|outcome| outcome.judged).collect();
            let between = (stretch.first()?.at.clone(), stretch.last()?.at.clone());
            Some(Drift { between, summary: ErrorSummary::of(&judged)? })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(at: &str, group: &str, p50: f64, actual: f64) -> Outcome {
        let judged = Judged { p10: 0.8 * p50, p50, p90: 1.25 * p50, actual };
        let groups = vec![(0, "all".to_owned()), (1, group.to_owned())];
        Outcome::log_normal(groups, at.to_owned(), 1, judged, 0.2)
    }

    #[test]
    fn groups_tenths_and_stretches_by_hand() {
        // As predicted; a tenth more, which is e^(0.0953): 0.48 standard deviations of 0.2; and twice as much.
        let all = [
            outcome("2026-01", "a", 100.0, 99.9),
            outcome("2026-02", "a", 100.0, 110.0),
            outcome("2026-03", "b", 100.0, 200.0),
        ];
        let errors = errors(&all);
        let points: Vec<(&str, usize)> = errors.iter().map(|(name, summary)| (name.as_str(), summary.points)).collect();
        assert_eq!(points, [("all", 3), ("a", 2), ("b", 1)]);
        // Below the median: the first; below 0.7 (0.52 deviations): the second, too; the third is below no tenth.
        let shares = calibration(&all).expect("some");
        let (third, two_thirds) = (1.0 / 3.0, 2.0 / 3.0);
        let expected = [0.0, 0.0, 0.0, 0.0, third, third, two_thirds, two_thirds, two_thirds];
        assert!(shares.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{shares:?}");
        let drift = drift(&all);
        assert_eq!(drift.len(), 3);
        assert_eq!(drift[2].between.0, "2026-03");
        assert!((drift[2].summary.ratio - 0.5).abs() < 1e-12);
        assert!(calibration(&[]).is_none());
    }
}
