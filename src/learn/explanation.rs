//! Which explanation a job is predicted by: the one that predicts its held-out counts best.

use std::collections::BTreeMap;

use super::baseline::{CurveFit, inverse_nodes};
use super::configuration::{Configuration, quantile};
use super::crossval::Held;
use super::known::Known;

/// A baseline is taken when its cross-validated error is below this share of the model's, on so many points.
const CLEARLY: f64 = 0.6;
const FEWEST_HELD: usize = 6;
/// The 90 % quantile of the standard normal.
pub const TENTH: f64 = 1.281_552;

/// Which explanation a prediction comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Explanation {
    /// The Gaussian process over all jobs of the pool.
    Transfer,
    /// Ernest's curve.
    Ernest,
    /// Time inverse to the count.
    InverseNodes,
    /// No run of this pool is known: all that is left is how long runs take.
    History,
}

impl Explanation {
    /// Its name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Ernest => "ernest",
            Self::InverseNodes => "inverse-nodes",
            Self::History => "history",
        }
    }
}

/// The choice for one job.
#[derive(Clone, Copy, Debug)]
pub struct JobChoice {
    /// What was chosen.
    pub explanation: Explanation,
    /// Held-out predictions behind the choice.
    pub held_out: usize,
    /// Median and p90 of the errors of the Gaussian process.
    pub transfer: Option<(f64, f64)>,
    /// … of Ernest's curve.
    pub ernest: Option<(f64, f64)>,
    /// … of the plain rule.
    pub inverse: Option<(f64, f64)>,
    /// Deviation of ln(time) of the baseline that was chosen.
    pub deviation: f64,
}

/// Which explanation predicts a job's held-out counts best.
pub fn choice(
    known: &Known,
    configurations: &[Configuration],
    held: &[Vec<Held>],
    weights: &[f64],
    job: usize,
) -> JobChoice {
    let mut transfer: BTreeMap<usize, f64> = BTreeMap::new();
    for (fit, weight) in held.iter().zip(weights) {
        for (at, residual, _) in &fit[job].points {
            *transfer.entry(*at).or_default() += weight * residual;
        }
    }
    let share = |residual: f64| ((-residual).exp() - 1.0).abs();
    let (mut ernest, mut inverse) = (Vec::new(), Vec::new());
    for at in transfer.keys() {
        let own = &known.points[*at];
        let rest: Vec<(f64, f64)> = known
            .points
            .iter()
            .zip(configurations)
            .enumerate()
            .filter(|(other, (point, _))| other != at && point.curve == own.curve)
            .map(|(_, (point, configuration))| (point.nodes, configuration.median_s))
            .collect();
        let actual = configurations[*at].median_s;
        let of_time = |time: f64| actual.ln() - time.max(f64::MIN_POSITIVE).ln();
        ernest.extend(CurveFit::of(&rest).map(|fit| of_time(fit.at(own.nodes))));
        inverse.extend(inverse_nodes(&rest, own.nodes).map(of_time));
    }
    let summary = |residuals: &[f64]| {
        let mut errors: Vec<f64> = residuals.iter().map(|residual| share(*residual)).collect();
        errors.sort_by(f64::total_cmp);
        (!errors.is_empty()).then(|| (quantile(&errors, 0.5), quantile(&errors, 0.9)))
    };
    let of_transfer: Vec<f64> = transfer.values().copied().collect();
    let errors = [summary(&of_transfer), summary(&ernest), summary(&inverse)];
    let mut explanation = Explanation::Transfer;
    let mut least = errors[0].map_or(f64::MAX, |(median, p90)| median + 0.5 * p90) * CLEARLY;
    if of_transfer.len() >= FEWEST_HELD {
        for (other, error) in [(Explanation::Ernest, errors[1]), (Explanation::InverseNodes, errors[2])] {
            if let Some(of_other) = error.map(|(median, p90)| median + 0.5 * p90)
                && of_other < least
            {
                (explanation, least) = (other, of_other);
            }
        }
    }
    let residuals = if explanation == Explanation::Ernest { &ernest } else { &inverse };
    let mut widths: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
    widths.sort_by(f64::total_cmp);
    JobChoice {
        explanation,
        held_out: of_transfer.len(),
        transfer: errors[0],
        ernest: errors[1],
        inverse: errors[2],
        deviation: (quantile(&widths, 0.8) / TENTH).max(0.02),
    }
}
