//! The engines: one folder or file each, behind one trait, with one line each in the registry.
//!
//! An engine knows for which workloads it is eligible and why not, which shapes it offers within the service's
//! limits, what a shape gives to the simulation ([`Provision`]), and what a run of it is charged for
//! ([`Charge`]). It knows no other engine, no price and no clock. "Add an engine" is a guide in
//! `docs/guides/add-an-engine.md`.

mod charge;
mod engine_id;
mod estimate;
mod provision;
mod run_record;
mod shape;
pub mod surroundings;

pub use charge::{Charge, CostGroup, Period};
pub use engine_id::{EngineId, Role};
pub use estimate::Estimate;
pub use provision::{Arrival, ExecutorGroup, Machine, Market, Provision, SpotPool};
pub use run_record::{GroupRecord, RunRecord, StageRecord};
pub use shape::*;
