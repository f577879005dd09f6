//! The two traits that an engine implements, and the registry.

use super::{
    Candidate, EngineId, Estimate, Provision, Question, RunRecord, Shape, athena, batch_fargate, databricks,
    ec2_single, emr_ec2, emr_eks, emr_serverless, glue, managed_flink, on_premises, redshift_serverless,
};

/// Something that can run a workload.
pub trait Engine: Sync + std::fmt::Debug {
    /// Its stable name.
    fn id(&self) -> EngineId;

    /// Everything that keeps this engine from running the workload; empty when it is eligible.
    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle>;

    /// Shapes within the service's limits for the wanted slots. A wanted size beyond a limit is left out, never
    /// made smaller.
    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate>;

    /// Shapes like a finalist of the search that differ in how capacity comes and goes, where the finalist's likely run
    /// shows that they may win something; few, as each is run in full.
    fn elastic_siblings(&self, _finalist: &Candidate, _likely: &RunRecord, _question: &Question<'_>) -> Vec<Candidate> {
        Vec::new()
    }
}

/// What one concrete size means for the simulation and the reader.
pub trait EngineShape {
    /// What the simulation needs to know.
    fn execution(&self, question: &Question<'_>) -> Execution;

    /// The shape in words.
    fn describe(&self) -> String;

    /// The purchase option within the engine: each option gets its own row in the ranking.
    fn option(&self) -> &'static str;

    /// What was assumed and from where.
    fn assumptions(&self, question: &Question<'_>) -> Vec<Assumption>;
}

/// How a shape works.
#[derive(Clone, Debug, PartialEq)]
pub enum Execution {
    /// Runs tasks on executors and ends.
    Batch(Provision),
    /// Runs all the time and answers each event after `latency_s`.
    Continuous {
        /// Seconds from an event to its result.
        latency_s: Estimate,
    },
}

/// A reason why an engine cannot run a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Stable code.
    pub code: &'static str,
    /// In words.
    pub text: String,
    /// The workload-file path of the constraint that could be relaxed.
    pub relax: Option<&'static str>,
}

impl Obstacle {
    /// An obstacle that no constraint of the workload file causes.
    #[must_use]
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), relax: None }
    }

    /// An obstacle that goes away when the constraint at `path` is relaxed.
    #[must_use]
    pub fn relaxable(code: &'static str, text: impl Into<String>, path: &'static str) -> Self {
        Self { code, text: text.into(), relax: Some(path) }
    }
}

/// A figure that the model uses for a shape and that nobody measured for this workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// Stable code.
    pub code: &'static str,
    /// The figure with its range and source.
    pub text: String,
}

impl Assumption {
    /// An assumption.
    #[must_use]
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// All engines, in the order of [`EngineId::ALL`].
pub const REGISTRY: &[&dyn Engine] = &[
    &emr_ec2::Transient,
    &emr_serverless::Standard,
    &emr_serverless::Flex,
    &glue::Standard,
    &glue::Flex,
    &emr_eks::EmrEks,
    &athena::Athena,
    &batch_fargate::BatchFargate,
    &redshift_serverless::RedshiftServerless,
    &databricks::Databricks,
    &managed_flink::ManagedFlink,
    &emr_ec2::Standing,
    &ec2_single::Ec2Single,
    &on_premises::OnPremises,
];

impl Shape {
    /// The shape's behaviour.
    #[must_use]
    pub fn behaviour(&self) -> &dyn EngineShape {
        match self {
            Self::EmrEc2(shape) => shape,
            Self::EmrServerless(shape) => shape,
            Self::Glue(shape) => shape,
            Self::EmrEks(shape) => shape,
            Self::Athena(shape) => shape,
            Self::BatchFargate(shape) => shape,
            Self::RedshiftServerless(shape) => shape,
            Self::Databricks(shape) => shape,
            Self::ManagedFlink(shape) => shape,
            Self::Ec2Single(shape) => shape,
            Self::OnPremises(shape) => shape,
        }
    }
}
