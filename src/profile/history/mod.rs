//! The account's own history: what clusters and job runs really used, and how often Spot capacity was taken back.
//!
//! Records are plain; whoever has them (the AWS module, a file, a test) hands them in. Nothing here asks anybody.

mod evidence;
mod exposure;
mod losses;
mod record;
mod workload;

pub use evidence::{Pool, PoolEvidence, pool_totals};
pub use exposure::{ClusterUse, NodeHours, cluster_use};
pub use losses::{Ending, ending_of};
pub use record::{ClusterRecord, GlueRun, Market, NodeRecord, NodeRole, ServerlessRun, StepRecord, seconds_between};
pub use workload::{add_history, observed_cluster, observed_glue, workload_of_history};

#[cfg(test)]
mod tests;
