//! The cluster's configurations: Spark, the driver's place, the table format.

use std::collections::BTreeMap;

use super::api::{ComputeLimits, Configuration, ManagedScalingPolicy};
use super::size::ClusterSize;
use crate::catalog::{EmrLabel, EmrLine};
use crate::engines::EmrEc2Shape;
use crate::spec::SpecFacts;
use crate::spec::notes::Notes;
use crate::spec::spark::SparkConf;
use crate::workload::{Format, Workload};

/// Everything under `Configurations`.
pub(super) fn configurations(
    shape: &EmrEc2Shape,
    label: EmrLabel,
    size: ClusterSize,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Vec<Configuration> {
    let mut all = vec![spark_defaults(shape, size, workload, facts, notes)];
    if shape.spot_fleet().is_some() {
        all.push(driver_off_spot(label, notes));
    }
    all.extend(table_format(workload, notes));
    all
}

fn spark_defaults(
    shape: &EmrEc2Shape,
    size: ClusterSize,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Configuration {
    let mut conf = SparkConf::default();
    executors(&mut conf, shape, size, notes);
    driver(&mut conf, size, notes);
    conf.tune_to_data(workload, facts, size.slots(shape.executor), notes);
    conf.s3_retries(workload, &shape.release, notes);
    conf.set(
        "spark.eventLog.dir",
        "s3://${LOG_BUCKET}/spark-events/",
        notes,
        "HDFS dies with the cluster. `shapecast profile` reads the logs from there and replaces guesses by measurements.",
    );
    if shape.spot_fleet().is_some() {
        survive_reclaims(&mut conf, notes);
    }
    notes.default_kept("`spark.eventLog.enabled` = true: EMR's default.");
    notes.default_kept("The S3-optimised committer: EMR's default for Parquet, ORC, CSV and JSON.");
    Configuration { classification: "spark-defaults", properties: conf.properties }
}

fn executors(conf: &mut SparkConf, shape: &EmrEc2Shape, size: ClusterSize, notes: &mut Notes) {
    let executor = shape.executor;
    if shape.managed_scaling {
        grow(conf, size, notes);
    } else {
        stand(conf, size, notes);
    }
    conf.set(
        "spark.executor.memory",
        format!("{}m", executor.memory_mib),
        notes,
        format!(
            "With `memoryOverhead`, {} of these executors ({} cores each) fill the YARN memory of one {}; the other types \
             hold as many per vCPU.",
            executor.per_node, executor.cores, shape.core.instance_type
        ),
    );
    conf.set_silently("spark.executor.cores", executor.cores);
    conf.set_silently("spark.executor.memoryOverhead", format!("{}m", executor.overhead_mib));
}

/// Executors that come and go with the nodes.
fn grow(conf: &mut SparkConf, size: ClusterSize, notes: &mut Notes) {
    conf.set(
        "spark.dynamicAllocation.maxExecutors",
        size.executors,
        notes,
        "What the policy's maximum holds. Managed scaling follows the containers that YARN cannot place, so Spark must be \
         free to ask: dynamic allocation is EMR's default and stays on.",
    );
    conf.set(
        "spark.dynamicAllocation.initialExecutors",
        size.first_executors,
        notes,
        "What the cluster holds when it starts.",
    );
    conf.set(
        "spark.dynamicAllocation.executorIdleTimeout",
        "60s",
        notes,
        "Spark's default, written out because the forecast counts on it: an idle executor goes, then its node.",
    );
}

/// All executors from the start to the end.
fn stand(conf: &mut SparkConf, size: ClusterSize, notes: &mut Notes) {
    conf.set(
        "spark.dynamicAllocation.enabled",
        "false",
        notes,
        "The cluster is there for this run alone: a fixed number of executors saves 5 to 10 % of the time \
         (EMR best-practices guide).",
    );
    let place = if size.driver.in_leftover { "" } else { "; the driver has the place of one more" };
    conf.set(
        "spark.executor.instances",
        size.executors,
        notes,
        format!("All that {} vCPU of core and task nodes hold{place}.", size.core_units + size.task_units),
    );
}

fn driver(conf: &mut SparkConf, size: ClusterSize, notes: &mut Notes) {
    let reason = if size.driver.in_leftover {
        "What the executors leave of a core node's YARN memory."
    } else {
        "The size of an executor: the driver takes one executor's place on a core node anyway."
    };
    conf.set("spark.driver.memory", format!("{}m", size.driver.memory_mib), notes, reason);
    conf.set_silently("spark.driver.memoryOverhead", format!("{}m", size.driver.overhead_mib));
    conf.set_silently("spark.driver.cores", size.driver.cores);
}

fn survive_reclaims(conf: &mut SparkConf, notes: &mut Notes) {
    conf.set(
        "spark.stage.maxConsecutiveAttempts",
        10,
        notes,
        "A reclaimed node takes its shuffle files along and the stage is tried again. By default the fourth failure in a \
         row ends the job.",
    );
    conf.set(
        "spark.task.maxFailures",
        10,
        notes,
        "A task that dies with a node before the notice arrives counts as failed; the default is 4.",
    );
    notes.default_kept("`BidPriceAsPercentageOfOnDemandPrice` = 100: Spot never costs more than On-Demand.");
    notes.default_kept(
        "Decommissioning (`spark.decommissioning.timeout.threshold` = 20, \
         `spark.resourceManager.cleanupExpiredHost`, `spark.stage.attempt.ignoreOnDecommissionFetchFailure` = true): \
         EMR's defaults.",
    );
}

/// From EMR 6 on, YARN may put a driver on any node, Spot too.
///
/// Source: EMR management guide, node types and node allocation strategy: labels by market (`ON_DEMAND`) and managed
/// scaling that minds them from 7.2.0 on, `CORE` before.
fn driver_off_spot(label: EmrLabel, notes: &mut Notes) -> Configuration {
    let by_market = label.line == EmrLine::Spark || (label.major, label.minor) >= (7, 2);
    let node_label = if by_market { "ON_DEMAND" } else { "CORE" };
    notes.setting(
        "yarn.node-labels.am.default-node-label-expression",
        node_label,
        "Without it YARN may start the driver on a Spot node, and one reclaim ends the run.",
    );
    let properties = BTreeMap::from([
        ("yarn.node-labels.enabled".to_owned(), "true".to_owned()),
        ("yarn.node-labels.am.default-node-label-expression".to_owned(), node_label.to_owned()),
    ]);
    Configuration { classification: "yarn-site", properties }
}

/// Classifications of the EMR release guide; Hudi needs none, its JAR is named at submission.
fn table_format(workload: &Workload, notes: &mut Notes) -> Option<Configuration> {
    let (classification, key) = match workload.input.format.value {
        Format::Iceberg => ("iceberg-defaults", "iceberg.enabled"),
        Format::Delta => ("delta-defaults", "delta.enabled"),
        Format::Hudi => {
            notes.remark("The input is Hudi: add `--jars /usr/lib/hudi/hudi-spark-bundle.jar` to the step.");
            return None;
        }
        _ => return None,
    };
    notes.setting(classification, "enabled", "The workload reads this table format; EMR installs it only when asked.");
    Some(Configuration { classification, properties: BTreeMap::from([(key.to_owned(), "true".to_owned())]) })
}

/// Limits that keep the size, or the range in which it follows the run, and keep growth on Spot; none without a task
/// fleet.
pub(super) fn managed_scaling(
    shape: &EmrEc2Shape,
    size: ClusterSize,
    notes: &mut Notes,
) -> Option<ManagedScalingPolicy> {
    if size.task_units == 0 {
        notes.default_kept("No managed scaling: all nodes are On-Demand and work from the first stage to the last.");
        return None;
    }
    let all = size.core_units + size.task_units;
    if shape.managed_scaling {
        return Some(follow_the_run(shape, size, all, notes));
    }
    notes.setting(
        "ManagedScalingPolicy.ComputeLimits",
        format!("{all} to {all} units, On-Demand and core at most {}", size.core_units),
        "The forecast's size, no more and no less: nothing shrinks before the step has its executors, and lost Spot \
         capacity is asked for again. With On-Demand and core held at the core fleet, everything else stays Spot \
         task nodes.",
    );
    Some(policy(all, all, size.core_units, size.core_units))
}

fn policy(minimum: u32, maximum: u32, on_demand: u32, core: u32) -> ManagedScalingPolicy {
    ManagedScalingPolicy {
        compute_limits: ComputeLimits {
            unit_type: "InstanceFleetUnits",
            minimum_capacity_units: minimum,
            maximum_capacity_units: maximum,
            maximum_on_demand_capacity_units: on_demand,
            maximum_core_capacity_units: core,
        },
    }
}

/// From the core fleet up to all task nodes and back, as the forecast has it.
fn follow_the_run(shape: &EmrEc2Shape, size: ClusterSize, all: u32, notes: &mut Notes) -> ManagedScalingPolicy {
    let grows_on_demand = shape.task.as_ref().is_some_and(|fleet| fleet.on_demand);
    let on_demand = if grows_on_demand { all } else { size.core_units };
    notes.setting(
        "ManagedScalingPolicy.ComputeLimits",
        format!("{} to {all} units, On-Demand at most {on_demand}, core at most {}", size.core_units, size.core_units),
        "The cluster starts with its core nodes, task nodes come some 5 minutes after tasks wait and go when they are idle. \
         Nodes whose shuffle files a running job still reads stay.",
    );
    policy(size.core_units, all, on_demand, size.core_units)
}
