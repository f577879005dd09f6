//! What a simulated run used around its engine.

use rust_decimal::Decimal;

use super::super::RunRecord;
use super::super::usage::{HOUR_S, NodeUsage, Terms, Usage, exact_seconds};
use super::{MonthSurroundings, RunSurroundings, Surroundings};
use crate::units::{Bytes, Span};
use crate::workload::{Network, Orchestration};

/// State transitions of one supervised run: start, submit and wait (`.sync`), check, notify, end. An assumption; the
/// page counts retries, start and end too.
const TRANSITIONS_PER_RUN: u32 = 5;

impl Surroundings {
    /// Requests from the record; traffic, addresses and endpoints from the network; the supervisor's part.
    ///
    /// A NAT gateway is taken to exist already: its bytes are billed, its hours are not. The metadata database of
    /// Managed Airflow is left out.
    #[must_use]
    pub fn of_run(
        usage: &Usage,
        record: &RunRecord,
        network: &Network,
        orchestration: Orchestration,
        terms: &Terms,
    ) -> Self {
        let pipelines = Decimal::from(network.shared_by_pipelines.value.max(1));
        let through_nat = network.s3_through_nat.value;
        let run = RunSurroundings {
            s3_puts: Decimal::from(record.s3_puts),
            s3_gets: Decimal::from(record.s3_gets),
            nat: if through_nat { record.bytes_read + record.bytes_written } else { Bytes::ZERO },
            public_ipv4_hours: if network.public_ipv4.value { address_hours(usage) } else { Decimal::ZERO },
            step_functions_transitions: transitions(orchestration),
            ..RunSurroundings::default()
        };
        let month = MonthSurroundings {
            endpoint_hours: Decimal::from(network.interface_endpoints) * terms.month_hours,
            eks_cluster_hours: shared_control_plane(usage, pipelines, terms),
            mwaa_environment_hours: match orchestration {
                Orchestration::Mwaa => terms.month_hours / pipelines,
                Orchestration::None | Orchestration::StepFunctions => Decimal::ZERO,
            },
            ..MonthSurroundings::default()
        };
        Self { run, month }
    }
}

fn transitions(orchestration: Orchestration) -> Decimal {
    match orchestration {
        Orchestration::StepFunctions => Decimal::from(TRANSITIONS_PER_RUN),
        Orchestration::None | Orchestration::Mwaa => Decimal::ZERO,
    }
}

/// A cluster that others use too is shared equally; one that is paid for anyway (a single pipeline, not its own
/// cluster) costs this job nothing.
fn shared_control_plane(usage: &Usage, pipelines: Decimal, terms: &Terms) -> Decimal {
    match usage {
        Usage::EmrEks(eks) if !eks.own_control_plane && pipelines > Decimal::ONE => terms.month_hours / pipelines,
        _ => Decimal::ZERO,
    }
}

/// One address for each node or task while it runs.
fn address_hours(usage: &Usage) -> Decimal {
    let of_nodes = |nodes: &[NodeUsage]| nodes.iter().map(|node| hours(node.count, node.lifetime())).sum();
    match usage {
        Usage::EmrEc2(usage) => of_nodes(&usage.nodes) + of_nodes(&usage.scaled),
        Usage::EmrEks(usage) => of_nodes(&usage.nodes),
        Usage::Databricks(usage) => of_nodes(&usage.nodes),
        Usage::Ec2(usage) => of_nodes(&usage.nodes),
        Usage::BatchFargate(usage) => usage.tasks.iter().map(|tasks| hours(tasks.count, tasks.running)).sum(),
        Usage::EmrServerless(usage) => usage.workers.iter().map(|workers| hours(workers.count, workers.running)).sum(),
        Usage::Glue(_)
        | Usage::Athena(_)
        | Usage::RedshiftServerless(_)
        | Usage::ManagedFlink(_)
        | Usage::OnPremises(_) => Decimal::ZERO,
    }
}

fn hours(count: u32, time: Span) -> Decimal {
    Decimal::from(count) * exact_seconds(time).ceil() / HOUR_S
}
