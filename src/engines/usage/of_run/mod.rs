//! What a simulated run used: the run record turned into nodes, workers, pods and bytes.
//!
//! Assumptions that the record does not hold are named constants in this folder, each on the dearer side.

mod clusters;
mod eks;
mod fleet;
mod services;

use rust_decimal::Decimal;

use super::Usage;
use crate::engines::{GroupRecord, Market, Provision, RunRecord, Shape};
use crate::units::{Bytes, Span};

pub use fleet::nodes_of_fleet;

/// EC2's free `pending` state, taken out of the start-up time: the time between the request and `running`. EC2
/// publishes no figure; a minute is at the long end of what Linux instances show, and EMR's fee counts through it.
const PENDING: Span = Span::seconds(60.0);
/// Image download, part of what pods and Fargate tasks pay before they work. No source: an assumption.
const IMAGE_PULL: Span = Span::seconds(30.0);

/// What the bill must know beside the run itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunTerms {
    /// Share of a standing or own cluster's cost that this job carries, 0..=1.
    pub cost_share: Decimal,
    /// Hours of the month, for what stands all month.
    pub month_hours: Decimal,
    /// Runs in a month, for what overlapping runs share.
    pub runs_per_month: f64,
    /// Bytes of the tables that the runs query, for engines that keep them loaded.
    pub tables: Bytes,
}

impl Default for RunTerms {
    fn default() -> Self {
        Self { cost_share: Decimal::ONE, month_hours: Decimal::from(730), runs_per_month: 1.0, tables: Bytes::ZERO }
    }
}

impl RunTerms {
    /// The length of the month.
    fn month(&self) -> Span {
        Span::hours(f64::try_from(self.month_hours).unwrap_or(730.0))
    }
}

/// The usage of one run of a shape; of one month for a standing cluster, an own one, and a stream processor.
///
/// `provision` and `record` belong together: `record.groups` stands in the order of `provision.groups`.
#[must_use]
pub fn usage_of_run(shape: &Shape, provision: &Provision, record: &RunRecord, terms: &RunTerms) -> Usage {
    let run = Run { provision, record };
    match shape {
        Shape::EmrEc2(shape) if shape.standing => Usage::EmrEc2(clusters::standing(shape, &run, terms)),
        Shape::EmrEc2(shape) => Usage::EmrEc2(clusters::transient(shape, &run)),
        Shape::EmrServerless(shape) => Usage::EmrServerless(services::serverless(shape, &run, terms)),
        Shape::Glue(shape) => Usage::Glue(services::glue(shape, &run)),
        Shape::EmrEks(shape) => Usage::EmrEks(eks::usage(shape, &run)),
        Shape::Athena(shape) => Usage::Athena(services::athena(shape, &run)),
        Shape::BatchFargate(shape) => Usage::BatchFargate(services::fargate(shape, &run)),
        Shape::RedshiftServerless(shape) => Usage::RedshiftServerless(services::redshift(shape, &run, terms)),
        Shape::Databricks(shape) => Usage::Databricks(clusters::databricks(shape, &run)),
        Shape::ManagedFlink(shape) => Usage::ManagedFlink(services::flink(shape, terms)),
        Shape::Ec2Single(shape) => Usage::Ec2(clusters::single(shape, &run)),
        Shape::OnPremises(_) => Usage::OnPremises(super::OnPremisesUsage { cost_share: terms.cost_share }),
    }
}

/// A record beside the provision that it ran on.
struct Run<'a> {
    provision: &'a Provision,
    record: &'a RunRecord,
}

impl Run<'_> {
    /// The free time before EC2's `running`.
    fn pending(&self) -> Span {
        PENDING.min(self.record.start_up)
    }

    /// Time of a node between `running` and its first executor.
    fn boot(&self) -> Span {
        self.record.start_up - self.pending()
    }

    /// `running` to the end for a node that stays all the time.
    fn node_time(&self) -> Span {
        self.boot() + self.record.work + self.provision.shut_down
    }

    /// `running` to the end for nodes whose executors come and go.
    fn node_time_of(&self, spot: bool) -> Span {
        self.boot() + self.executor_life(spot) + self.provision.shut_down
    }

    /// Mean time of a node of the fleet under managed scaling, from `running` to its own end: those that came boot and
    /// then live as long as their executors, the idle time before they are given back included; those that were never
    /// asked for took no time.
    fn scaled_node_time(&self) -> Span {
        let groups = self.provision.groups.iter().zip(&self.record.groups);
        let Some((group, record)) = groups.into_iter().find(|(group, _)| group.elastic.is_some()) else {
            return Span::ZERO;
        };
        let boot = group.elastic.map_or(Span::ZERO, |elastic| Span::seconds(elastic.comes_after_s.likely) - PENDING);
        let came = f64::from(record.executors);
        (record.executor_time + (boot + self.provision.shut_down) * came) / f64::from(group.executors().max(1))
    }

    /// Image pull, as far as the start-up holds it.
    fn image_pull(&self) -> Span {
        IMAGE_PULL.min(self.record.start_up)
    }

    /// Mean time of an executor of the groups on Spot (or not).
    fn executor_life(&self, spot: bool) -> Span {
        let groups = self.provision.groups.iter().zip(&self.record.groups);
        mean_life(
            groups.filter(|(group, _)| matches!(group.market, Market::Spot { .. }) == spot).map(|(_, record)| record),
        )
    }
}

/// Mean time of one executor of these groups; nothing when none came.
fn mean_life<'a>(groups: impl Iterator<Item = &'a GroupRecord>) -> Span {
    let (count, time) = groups.fold((0_u32, Span::ZERO), |(count, time), group| {
        (count.saturating_add(group.executors), time + group.executor_time)
    });
    if count == 0 { Span::ZERO } else { time / f64::from(count) }
}
