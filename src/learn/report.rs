//! What was learnt of each job, in words and figures.

use super::configuration::Configuration;
use super::explanation::Explanation;
use super::pool::{IDLE, Pool};

/// What was learnt of one job, in words and figures.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelReport {
    /// The job's pool, as its runs say.
    pub pool: String,
    /// The job.
    pub job: String,
    /// Framework of the job.
    pub framework: String,
    /// Configurations learnt from.
    pub configurations: usize,
    /// Which explanation was chosen.
    pub explanation: Explanation,
    /// Held-out predictions behind the choice.
    pub held_out: usize,
    /// Median and p90 of the held-out errors of the chosen one, as shares.
    pub error: Option<(f64, f64)>,
    /// The same of Ernest's curve.
    pub ernest_error: Option<(f64, f64)>,
    /// The same of the plain rule.
    pub inverse_error: Option<(f64, f64)>,
    /// Nodes that do no work, as far as the runs tell.
    pub idle_nodes: f64,
    /// Total memory (GiB; over MB of input where sizes are known) from which on the data fits, with its probability.
    pub memory_step: Option<(f64, f64)>,
    /// Whether the step is over the size of the input.
    pub step_per_mb: bool,
}

impl Pool {
    /// What was learnt, job by job.
    pub fn reports(&self) -> Vec<ModelReport> {
        let mut reports = Vec::new();
        for (job, choice) in self.choices.iter().enumerate() {
            let of_job: Vec<&Configuration> = self
                .configurations
                .iter()
                .zip(&self.known.points)
                .filter(|(_, point)| point.job == job)
                .map(|(configuration, _)| configuration)
                .collect();
            let Some(first) = of_job.first() else { continue };
            let weights = &self.weights[job];
            let likeliest = weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(at, _)| at);
            let sized = self.known.points.iter().any(|point| point.job == job && point.ln_size != 0.0);
            reports.push(ModelReport {
                pool: first.like.pool.clone(),
                job: first.like.job.clone(),
                framework: first.like.framework.clone(),
                configurations: of_job.len(),
                explanation: choice.explanation,
                held_out: choice.held_out,
                error: match choice.explanation {
                    Explanation::Ernest => choice.ernest,
                    Explanation::InverseNodes => choice.inverse,
                    Explanation::Transfer | Explanation::History => choice.transfer,
                },
                ernest_error: choice.ernest,
                inverse_error: choice.inverse,
                idle_nodes: weights.iter().zip(IDLE).map(|(weight, idle)| weight * idle).sum(),
                memory_step: self.fits[likeliest].likeliest_step(job).map(|(at, probability)| (at.exp(), probability)),
                step_per_mb: sized,
            });
        }
        reports
    }
}
