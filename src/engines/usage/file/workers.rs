//! EMR Serverless, Fargate, Glue.

use rust_decimal::Decimal;

use super::super::{
    FargateTasks, FargateUsage, GlueCapacity, GlueProduct, GlueUsage, ServerlessTotals, ServerlessUsage,
    ServerlessWorkers, dpu_of_worker,
};
use super::error::UsageError;
use super::fields::Fields;
use super::node::Node;
use crate::catalog::{Architecture, Catalog};
use crate::units::Span;

const ARCHITECTURES: &[(&str, Architecture)] = &[
    ("x86-64", Architecture::X86_64),
    ("x86", Architecture::X86_64),
    ("arm64", Architecture::Arm64),
    ("arm", Architecture::Arm64),
    ("graviton", Architecture::Arm64),
];

const GLUE_PRODUCTS: &[(&str, GlueProduct)] = &[
    ("job", GlueProduct::Job),
    ("etl", GlueProduct::Job),
    ("interactive-session", GlueProduct::InteractiveSession),
    ("session", GlueProduct::InteractiveSession),
    ("crawler", GlueProduct::Crawler),
    ("table-optimization", GlueProduct::TableOptimization),
    ("compaction", GlueProduct::TableOptimization),
    ("column-statistics", GlueProduct::ColumnStatistics),
    ("databrew", GlueProduct::DataBrew),
];

/// Disk that is free with every worker and task, GB.
const FREE_DISK_GB: u32 = 20;

fn architecture(fields: &mut Fields<'_>) -> Result<Option<Architecture>, UsageError> {
    fields.word(&["architecture", "arch"], ARCHITECTURES)
}

pub(super) fn serverless(fields: &mut Fields<'_>, flex: bool) -> Result<ServerlessUsage, UsageError> {
    let flex = fields.flag(&["flex"])?.unwrap_or(flex);
    let architecture = architecture(fields)?.unwrap_or(Architecture::X86_64);
    let shared_time = fields.time(super::fields::RUNNING)?;
    let mut usage = ServerlessUsage { workers: Vec::new(), pre_initialised: Vec::new(), totals: Vec::new() };
    for role in ["workers", "driver", "executors"] {
        for item in fields.list(&[role]) {
            usage.workers.push(serverless_workers(item, role, architecture, flex, shared_time)?);
        }
    }
    let vcpu = fields.number(&["vcpu_hours"])?;
    let memory = fields.number(&["memory_gb_hours", "gb_hours"])?;
    let storage = fields.number(&["storage_gb_hours", "disk_gb_hours"])?;
    if vcpu.or(memory).or(storage).is_some() {
        usage.totals.push(ServerlessTotals {
            architecture,
            flex,
            vcpu_hours: vcpu.unwrap_or_default(),
            memory_gb_hours: memory.unwrap_or_default(),
            storage_gb_hours: storage.unwrap_or_default(),
        });
    }
    if usage.workers.is_empty() && usage.totals.is_empty() {
        return Err(fields.missing(
            "workers",
            "write `workers:`, or the totals `vcpu_hours`, `memory_gb_hours`, `storage_gb_hours`",
        ));
    }
    Ok(usage)
}

fn serverless_workers(
    item: &Node,
    role: &str,
    architecture_of_all: Architecture,
    flex: bool,
    shared_time: Option<Span>,
) -> Result<ServerlessWorkers, UsageError> {
    let mut fields = Fields::of(item, "a worker")?;
    let size = worker_size(&mut fields)?;
    let workers = ServerlessWorkers {
        name: fields.text(&["name", "role"])?.map_or(role, |(name, _)| name).to_owned(),
        architecture: architecture(&mut fields)?.unwrap_or(architecture_of_all),
        flex: fields.flag(&["flex"])?.unwrap_or(flex),
        vcpu: size.vcpu,
        memory_gb: size.memory_gb,
        disk_gb: size.disk_gb,
        count: fields.count(&["count", "workers"])?.unwrap_or(1),
        running: fields.needed_time(shared_time)?,
    };
    fields.finish()?;
    Ok(workers)
}

struct WorkerSize {
    vcpu: Decimal,
    memory_gb: Decimal,
    disk_gb: Decimal,
}

fn worker_size(fields: &mut Fields<'_>) -> Result<WorkerSize, UsageError> {
    let vcpu = fields.machine_size(&["vcpu", "vcpus", "cpu"])?;
    let memory_gb = fields.gb("memory")?;
    let mut disk_gb = fields.gb("disk")?;
    if disk_gb.is_none() {
        disk_gb = fields.gb("storage")?;
    }
    Ok(WorkerSize {
        vcpu: vcpu.ok_or_else(|| fields.missing("vcpu", "write for example `vcpu: 4`"))?,
        memory_gb: memory_gb.ok_or_else(|| fields.missing("memory", "write for example `memory: 16 GB`"))?,
        disk_gb: disk_gb.unwrap_or_else(|| Decimal::from(FREE_DISK_GB)),
    })
}

pub(super) fn fargate(fields: &mut Fields<'_>) -> Result<FargateUsage, UsageError> {
    let shared = architecture(fields)?;
    let shared_time = fields.time(super::fields::RUNNING)?;
    let mut tasks = Vec::new();
    if fields.has(&["vcpu", "vcpus", "cpu"]) {
        tasks.push(fargate_tasks(fields, shared, shared_time)?);
    } else {
        for item in fields.list(&["tasks"]) {
            let mut fields = Fields::of(item, "a task")?;
            tasks.push(fargate_tasks(&mut fields, shared, shared_time)?);
            fields.finish()?;
        }
    }
    if tasks.is_empty() {
        return Err(
            fields.missing("tasks", "write `tasks:` with `vcpu`, `memory`, `count` and `running` for each kind")
        );
    }
    Ok(FargateUsage { tasks })
}

fn fargate_tasks(
    fields: &mut Fields<'_>,
    shared: Option<Architecture>,
    shared_time: Option<Span>,
) -> Result<FargateTasks, UsageError> {
    let size = worker_size(fields)?;
    Ok(FargateTasks {
        architecture: architecture(fields)?.or(shared).unwrap_or(Architecture::X86_64),
        spot: fields.flag(&["spot"])?.unwrap_or(false),
        vcpu: size.vcpu,
        memory_gb: size.memory_gb,
        disk_gb: size.disk_gb,
        count: fields.count(&["count", "tasks"])?.unwrap_or(1),
        running: fields.needed_time(shared_time)?,
    })
}

pub(super) fn glue(fields: &mut Fields<'_>, flex: bool) -> Result<GlueUsage, UsageError> {
    Ok(GlueUsage {
        product: fields.word(&["product", "kind", "job_type"], GLUE_PRODUCTS)?.unwrap_or_default(),
        version: fields.text(&["version", "glue_version"])?.map_or_else(|| "5.1".to_owned(), |(text, _)| dotted(text)),
        flex: fields.flag(&["flex"])?.unwrap_or(flex),
        capacity: glue_capacity(fields)?,
        count: fields.count(&["count", "job_runs"])?.unwrap_or(1),
    })
}

/// YAML reads an unquoted `6.0` as the number 6.
fn dotted(version: &str) -> String {
    if version.contains('.') { version.to_owned() } else { format!("{version}.0") }
}

fn glue_capacity(fields: &mut Fields<'_>) -> Result<GlueCapacity, UsageError> {
    if let Some(seconds) = fields.number(&["dpu_seconds"])? {
        return Ok(GlueCapacity::DpuSeconds(seconds));
    }
    if let Some(hours) = fields.number(&["dpu_hours"])? {
        return Ok(GlueCapacity::DpuSeconds(hours * super::super::HOUR_S));
    }
    if let Some(dpu) = fields.machine_size(&["dpu", "dpus", "max_capacity", "nodes"])? {
        let memory_optimized = fields.flag(&["memory_optimized"])?.unwrap_or(false);
        return Ok(GlueCapacity::Dpu { dpu, memory_optimized, running: fields.needed_time(None)? });
    }
    let Some((worker_type, place)) = fields.text(&["worker_type"])? else {
        let hint = "write `worker_type` and `workers`, or `dpu`, with `running`; or `dpu_seconds`";
        return Err(fields.missing("worker_type", hint));
    };
    let worker_type = worker_type.to_uppercase().replace("STANDARD", "Standard");
    if dpu_of_worker(&worker_type).is_none() {
        let known: Vec<&str> = Catalog::embedded().glue_workers().iter().map(|worker| worker.name.as_str()).collect();
        let hint = format!("worker types are {}", known.join(", "));
        return Err(UsageError::at(place, format!("worker_type: `{worker_type}` is not known"), hint));
    }
    let workers = fields.count(&["workers", "number_of_workers"])?;
    Ok(GlueCapacity::Workers {
        worker_type,
        workers: workers.ok_or_else(|| fields.missing("workers", "write how many, the driver's worker included"))?,
        running: fields.needed_time(None)?,
    })
}
