//! What stands around every engine: requests, network, orchestration, catalog. Billed the same for all.

mod allowance;
mod catalog;
mod network;
mod of_run;
mod orchestration;
mod storage;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Charge;
use super::usage::{Terms, VolumeUsage};
use crate::units::Bytes;

/// What surrounds the engine.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Surroundings {
    /// Used by every run.
    pub run: RunSurroundings,
    /// Standing all month, or this job's share of it.
    pub month: MonthSurroundings,
}

/// What every run uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RunSurroundings {
    /// S3 PUT, COPY, POST and LIST requests.
    pub s3_puts: Decimal,
    /// S3 GET and all other requests.
    pub s3_gets: Decimal,
    /// Bytes through a NAT gateway, both directions.
    pub nat: Bytes,
    /// Bytes between availability zones; billed once in each direction.
    pub cross_az: Bytes,
    /// Bytes to another region.
    pub cross_region: Bytes,
    /// Bytes to the internet.
    pub internet: Bytes,
    /// Public IPv4 addresses × hours.
    pub public_ipv4_hours: Decimal,
    /// State transitions of a Step Functions Standard workflow, retries counted.
    pub step_functions_transitions: Decimal,
    /// MWAA extra workers or schedulers × hours.
    pub mwaa_worker_hours: Decimal,
    /// Requests to the Glue Data Catalog.
    pub catalog_requests: Decimal,
    /// EBS volumes beside those of the nodes, and how many hours each was provisioned.
    pub volumes: Vec<(VolumeUsage, crate::units::Span)>,
}

/// What stands all month: the whole of it, or this job's share.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MonthSurroundings {
    /// S3 Standard, GB-months.
    pub s3_gb_months: Decimal,
    /// S3 Standard-IA, GB-months.
    pub s3_ia_gb_months: Decimal,
    /// NAT gateways × hours.
    pub nat_gateway_hours: Decimal,
    /// Interface endpoints × zones × hours.
    pub endpoint_hours: Decimal,
    /// EKS control planes × hours.
    pub eks_cluster_hours: Decimal,
    /// Whether the Kubernetes version is in extended support.
    pub eks_extended_support: bool,
    /// Managed Airflow environment × hours.
    pub mwaa_environment_hours: Decimal,
    /// Size of the Managed Airflow environment.
    pub mwaa_size: MwaaSize,
    /// Metadata database of Managed Airflow, GB-months.
    pub mwaa_database_gb_months: Decimal,
    /// Objects kept in the Glue Data Catalog.
    pub catalog_objects: Decimal,
}

/// Sizes of a Managed Airflow environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MwaaSize {
    /// mw1.small.
    #[default]
    Small,
    /// mw1.medium.
    Medium,
    /// mw1.large.
    Large,
}

/// Charges of the surroundings, the empty ones left out.
#[must_use]
pub fn surrounding_charges(surroundings: &Surroundings, terms: &Terms) -> Vec<Charge> {
    [
        storage::charges(surroundings, terms),
        network::charges(surroundings),
        orchestration::charges(surroundings, terms),
        catalog::charges(surroundings, terms),
    ]
    .concat()
}
