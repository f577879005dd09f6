//! The engines: one folder each, behind one trait, with one line each in the registry.
//!
//! An engine knows for which workloads it is eligible and why not, which shapes it offers within the service's
//! limits, what a shape gives to the simulation ([`Provision`]), and what a run of it is charged for
//! ([`Charge`]). It knows no other engine and no clock. "Add an engine" is a guide in
//! `docs/guides/add-an-engine.md`.

pub mod athena;
pub mod batch_fargate;
mod billing;
mod charge;
mod constraints;
pub mod databricks;
pub mod ec2_single;
pub mod elasticity;
pub mod emr_ec2;
pub mod emr_eks;
pub mod emr_serverless;
mod engine;
mod engine_id;
mod estimate;
mod fixed;
pub mod glue;
mod machines;
pub mod managed_flink;
pub mod on_premises;
mod provision;
mod question;
pub mod redshift_serverless;
mod run_charges;
mod run_record;
mod shape;
pub mod surroundings;
pub mod usage;

pub use billing::charges;
pub use charge::{Charge, CostGroup, Period};
pub use engine::{Assumption, Engine, EngineShape, Execution, Obstacle, REGISTRY};
pub use engine_id::{EngineId, Role, UnknownEngine};
pub use estimate::Estimate;
pub use fixed::{ExecutorWish, fixed_shapes, offered_sizes};
pub(crate) use machines::spot_meter_name;
pub use machines::{EBS_GIB_PER_VCPU, yarn_executor};
pub use provision::{Arrival, Elastic, ExecutorGroup, Machine, Market, Provision, SpotPool, SpotTerms};
pub use question::Question;
pub use run_charges::{ChargesOfRuns, charges_of_run};
pub use run_record::{GroupRecord, RunRecord, StageRecord};
pub use shape::*;
pub use surroundings::{Surroundings, surrounding_charges};
pub use usage::{Terms, Usage, usage_of_run};
