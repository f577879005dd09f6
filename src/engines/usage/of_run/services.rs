//! Serverless engines: a run record turned into workers, DPU, bytes, tasks, RPU and KPU.

use rust_decimal::Decimal;

use super::super::{
    AthenaQueries, AthenaUsage, FargateTasks, FargateUsage, FlinkUsage, GlueCapacity, GlueProduct, GlueUsage,
    QueryKind, RedshiftActivity, RedshiftUsage, Scanned, ServerlessUsage, ServerlessWorkers,
};
use super::{Run, RunTerms, mean_life};
use crate::engines::{AthenaShape, FargateShape, FlinkShape, GlueShape, RedshiftShape, ServerlessShape};
use crate::units::{Bytes, GIB, Span};

/// The driver's worker is ready all the time, start-up included (dearer than the truth, which is unknown); executors
/// from their arrival to their release. The driver never runs on Flex capacity.
///
/// Pre-initialised workers are billed as long as the application is started, which it is all month; a run on them adds
/// the workers that it asks for besides.
pub(super) fn serverless(shape: &ServerlessShape, run: &Run<'_>, terms: &RunTerms) -> ServerlessUsage {
    let workers = |name: &str, vcpu: u32, memory_gb: u32, count: u32, running: Span| ServerlessWorkers {
        name: name.to_owned(),
        architecture: shape.architecture,
        flex: shape.flex && name != "driver",
        vcpu: Decimal::from(vcpu),
        memory_gb: Decimal::from(memory_gb),
        disk_gb: Decimal::from(shape.worker_disk_gb),
        count,
        running,
    };
    let lived = run.record.start_up + run.record.work + run.provision.shut_down;
    let driver = ServerlessWorkers {
        disk_gb: Decimal::from(20),
        ..workers("driver", shape.driver_vcpu, shape.driver_memory_gb, 1, lived)
    };
    // Those that were ready before stand first.
    let ready = usize::from(shape.pre_initialised.is_some());
    let groups = run.record.groups.iter().skip(ready).filter(|group| group.executors > 0);
    let executors = groups.map(|group| {
        let life = mean_life(std::iter::once(group));
        workers("executors", shape.worker_vcpu, shape.worker_memory_gb, group.executors, life)
    });
    let mut usage = ServerlessUsage { workers: executors.collect(), pre_initialised: Vec::new(), totals: Vec::new() };
    let Some(ready) = shape.pre_initialised else {
        usage.workers.insert(0, driver);
        return usage;
    };
    let month = terms.month();
    let (vcpu, memory_gb) = (shape.worker_vcpu, shape.worker_memory_gb);
    usage.pre_initialised = vec![
        ServerlessWorkers { name: "pre-initialised drivers".to_owned(), count: ready.runs, running: month, ..driver },
        workers("pre-initialised executors", vcpu, memory_gb, ready.runs.saturating_mul(ready.executors), month),
    ];
    usage
}

/// Start-up and shut-down of a Glue job are free: the driver's worker for the time of work, the others from their
/// arrival to their release.
pub(super) fn glue(shape: &GlueShape, run: &Run<'_>) -> GlueUsage {
    let executors: Span = run.record.groups.iter().map(|group| group.executor_time).sum();
    let held = (executors + run.record.work) / f64::from(shape.workers.max(1));
    GlueUsage {
        product: GlueProduct::Job,
        version: shape.version.clone(),
        flex: shape.flex,
        capacity: GlueCapacity::AutoScaled {
            worker_type: shape.worker_type.clone(),
            workers: shape.workers,
            running: run.record.work,
            held,
        },
        count: 1,
    }
}

/// All bytes that the run read from S3, by its queries together.
pub(super) fn athena(shape: &AthenaShape, run: &Run<'_>) -> AthenaUsage {
    let scanned = Scanned::Total(run.record.bytes_read);
    let queries = AthenaQueries { count: shape.queries.max(1), scanned, kind: QueryKind::Succeeded };
    AthenaUsage { queries: vec![queries], provisioned: Vec::new(), spark: Vec::new() }
}

/// Each container pays its image pull and its share of the work.
pub(super) fn fargate(shape: &FargateShape, run: &Run<'_>) -> FargateUsage {
    let work: Span = run.record.groups.iter().map(|group| group.executor_time).sum();
    let containers = shape.containers.max(1);
    FargateUsage {
        tasks: vec![FargateTasks {
            architecture: shape.architecture,
            spot: shape.spot,
            vcpu: Decimal::from(shape.milli_vcpu) / Decimal::from(1000),
            memory_gb: Decimal::from(shape.memory_mib) / Decimal::from(1024),
            disk_gb: Decimal::from(20),
            count: containers,
            running: run.image_pull() + work / f64::from(containers),
        }],
    }
}

/// RPU while queries run, and the managed storage of the tables.
///
/// A workgroup is billed while any query runs, one minute at least, so runs that overlap share the bill. For runs
/// that come independently of each other at a mean rate λ, each opening a window of w seconds, the windows cover
/// the share 1 − e^(−λw) of the month; divided by the number of runs that is what one run owes. Runs that crowd into
/// working hours overlap more, so this is the dearer reading.
pub(super) fn redshift(shape: &RedshiftShape, run: &Run<'_>, terms: &RunTerms) -> RedshiftUsage {
    const MINIMUM_WINDOW_S: f64 = 60.0;
    let window = run.record.work.as_seconds().max(MINIMUM_WINDOW_S);
    let load = terms.runs_per_month * window / terms.month().as_seconds();
    let own = if load > 0.0 { (1.0 - (-load).exp()) / load } else { 1.0 };
    let activity = RedshiftActivity {
        rpu: Decimal::from(shape.base_rpu),
        running: run.record.work,
        count: 1,
        own_share: Decimal::try_from(own).unwrap_or(Decimal::ONE).round_dp(4),
    };
    let stored = Decimal::from(terms.tables.get()) / Decimal::from(GIB);
    RedshiftUsage { activity: vec![activity], storage_gb_months: stored.round_dp(3), spectrum: Bytes::ZERO }
}

/// A stream processor never stops: it runs all month, whatever the events do.
pub(super) fn flink(shape: &FlinkShape, terms: &RunTerms) -> FlinkUsage {
    FlinkUsage { kpu: Decimal::from(shape.kpu), running: terms.month(), count: 1, standing: true }
}
