//! What the covariance is tuned by: widths, sizes of its parts, noise; and where each starts.
//!
//! The starting values are a prior: the likelihood of the history moves them, and a penalty keeps them near where the
//! history says little.

/// Widths of the kernels, in units of ln.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Over cores at work.
    Cores,
    /// Over cores of a node.
    Machine,
    /// Over memory a core.
    Ratio,
    /// Over memory at work.
    Memory,
    /// Over size and parameters.
    Setting,
    /// Over cores at work, for wiggles.
    CoresNear,
    /// Over nodes at work, for wiggles.
    NodesNear,
}

/// Start of each width.
pub const WIDTHS: [f64; 7] = [1.2, 1.0, 1.0, 0.5, 1.5, 0.5, 0.5];

/// Who shares a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// All jobs of the pool.
    Pool,
    /// Machines of one family, in all jobs.
    PoolFamily,
    /// One job.
    Job,
    /// One job on machines of one family.
    JobFamily,
    /// One curve.
    Curve,
}

/// How a part depends on the cores at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Not at all.
    Level,
    /// As a mix of saturating curves ln(1 + κ/cores): a part that divides and a part that does not.
    Saturating,
    /// As overheads that grow with the cores.
    Growing,
}

/// One part of the covariance.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its standard deviation in ln(time) at the start.
    pub size: f64,
    /// Who shares it.
    pub among: Among,
    /// Its dependence on cores.
    pub shape: Shape,
    /// What it fades over.
    pub over: &'static [Width],
}

const fn part(size: f64, among: Among, shape: Shape, over: &'static [Width]) -> Part {
    Part { size, among, shape, over }
}

/// All parts; the first is the job's level.
pub const PARTS: [Part; 21] = {
    use Among::{Curve, Job, JobFamily, Pool, PoolFamily};
    use Shape::{Growing, Level, Saturating};
    use Width::{Cores, CoresNear, Machine, Memory, NodesNear, Ratio, Setting};
    [
        part(2.0, Job, Level, &[]),
        part(0.5, Pool, Saturating, &[]),
        part(0.6, Job, Saturating, &[]),
        part(0.1, Job, Growing, &[]),
        part(0.7, Job, Level, &[Setting]),
        part(0.5, Job, Saturating, &[Setting]),
        part(0.1, Job, Level, &[Cores]),
        part(0.3, Job, Level, &[Machine, Ratio]),
        part(0.15, JobFamily, Level, &[]),
        part(0.15, PoolFamily, Level, &[]),
        part(0.3, Pool, Level, &[Machine, Ratio]),
        part(0.15, Job, Saturating, &[Machine, Ratio]),
        part(0.2, Job, Level, &[Cores, Machine, Ratio]),
        part(0.2, Job, Level, &[Memory, Setting]),
        part(0.15, Job, Level, &[Machine, Ratio, Setting]),
        part(0.1, Job, Level, &[Cores, Machine, Ratio, Setting]),
        part(0.1, Job, Level, &[NodesNear, Setting]),
        part(0.1, Job, Level, &[CoresNear, Setting]),
        part(0.1, Curve, Level, &[]),
        part(0.15, Curve, Saturating, &[]),
        part(0.05, Curve, Level, &[CoresNear]),
    ]
};

/// Start of the noise of one configuration's median, in ln(time).
const NOISE: f64 = 0.05;
/// How far a width may move: standard deviation of its logarithm.
const WIDTH_FREEDOM: f64 = 0.4;
/// … a part's size and the noise.
const SIZE_FREEDOM: f64 = 1.0;
/// … the noise of one job below or above its step in memory.
const NOISE_FREEDOM: f64 = 0.7;

/// Logarithms of all tunings, in one row for the search: widths, sizes, the pool's noise, then two for each job.
#[derive(Clone, Debug)]
pub struct Hyper {
    /// The values.
    pub values: Vec<f64>,
}

/// Where the pool's noise stands in the row.
pub const NOISE_AT: usize = WIDTHS.len() + PARTS.len();

impl Hyper {
    /// The start for a pool of so many jobs.
    pub fn start(jobs: usize) -> Self {
        let mut values: Vec<f64> = WIDTHS.iter().map(|width| width.ln()).collect();
        values.extend(PARTS.iter().map(|part| part.size.ln()));
        values.push(NOISE.ln());
        values.extend(std::iter::repeat_n(0.0, 2 * jobs));
        Self { values }
    }

    /// Standard deviations of the prior, in the same order.
    pub fn freedom(jobs: usize) -> Vec<f64> {
        let mut values = vec![WIDTH_FREEDOM; WIDTHS.len()];
        values.extend([SIZE_FREEDOM; PARTS.len() + 1]);
        values.extend(std::iter::repeat_n(NOISE_FREEDOM, 2 * jobs));
        values
    }

    /// 1 / (2 · width²) of each kernel.
    pub fn precisions(&self) -> [f64; WIDTHS.len()] {
        std::array::from_fn(|at| 0.5 * (-2.0 * self.values[at]).exp())
    }

    /// Variances of the parts.
    pub fn variances(&self) -> [f64; PARTS.len()] {
        std::array::from_fn(|at| (2.0 * self.values[WIDTHS.len() + at]).exp())
    }

    /// Variance of the noise of a job, below (0) or above (1) its step.
    pub fn noise(&self, job: usize, above: bool) -> f64 {
        let own = self.values.get(NOISE_AT + 1 + 2 * job + usize::from(above)).copied().unwrap_or(0.0);
        (2.0 * (self.values[NOISE_AT] + own)).exp()
    }
}
