//! From a spec to the candidate that it describes, so that it can be priced and simulated.

use super::dialect::{Kind, Subject};
use super::node::Node;
use super::rules::{Cluster, Fleet, Property, Role, properties};
use crate::catalog::{Architecture, Catalog, InstanceType};
use crate::engines::{
    Candidate, EBS_GIB_PER_VCPU, EmrEc2Shape, EngineId, ExecutorSize, FleetType, GlueShape, NodeGroup, ServerlessShape,
    Shape, TaskFleet, yarn_executor,
};
use crate::units::{Bytes, MIB};

/// What a spec describes, or why it cannot be priced.
#[derive(Clone, Debug)]
pub struct Described {
    /// What it is about, for people.
    pub subject: String,
    /// The candidate, or what is missing.
    pub candidate: Result<Candidate, String>,
    /// What the spec does not say and was filled in.
    pub assumptions: Vec<String>,
}

/// What the subjects of one or several files describe. An application and a job run of EMR Serverless together
/// describe one thing.
#[must_use]
pub fn candidates(subjects: &[Subject]) -> Vec<Described> {
    let mut all = Vec::new();
    for subject in subjects.iter().filter(|subject| !subject.fragment) {
        let described = match subject.kind {
            Kind::Cluster => described(subject, cluster),
            Kind::GlueJob => described(subject, glue),
            Kind::Application | Kind::JobRun => continue,
        };
        all.push(described);
    }
    let of = |kind| subjects.iter().filter(move |subject| subject.kind == kind);
    match (of(Kind::Application).next(), of(Kind::JobRun).next()) {
        (None, None) => {}
        (application, run) => all.push(serverless(application, run)),
    }
    all
}

fn described(subject: &Subject, read: fn(&Subject, &mut Vec<String>) -> Result<Shape, String>) -> Described {
    let mut assumptions = Vec::new();
    let candidate = read(subject, &mut assumptions).map(|shape| candidate(engine_of(&shape), shape));
    Described { subject: subject.title(), candidate, assumptions }
}

fn candidate(engine: EngineId, shape: Shape) -> Candidate {
    Candidate { id: format!("{engine}/as-written"), engine, shape }
}

fn engine_of(shape: &Shape) -> EngineId {
    match shape {
        Shape::Glue(glue) if glue.flex => EngineId::GlueFlex,
        Shape::Glue(_) => EngineId::Glue,
        Shape::EmrServerless(shape) if shape.flex => EngineId::EmrServerlessFlex,
        Shape::EmrServerless(_) => EngineId::EmrServerless,
        _ => EngineId::EmrEc2,
    }
}

/// A number of things; the cast saturates.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer casts saturate")]
fn count(number: f64) -> u32 {
    number.ceil() as u32
}

fn cluster(subject: &Subject, assumptions: &mut Vec<String>) -> Result<Shape, String> {
    let cluster = Cluster::of(subject);
    let (_, primary) = first_type(&cluster, Role::Primary).ok_or("it names no known type for the primary node")?;
    let (core_fleet, core) = first_type(&cluster, Role::Core)
        .ok_or("it names no known type for core nodes, and only clusters with core nodes are simulated")?;
    if core_fleet.is_spot() {
        assumptions.push("Its core nodes are on Spot; they are priced and simulated On-Demand.".to_owned());
    }
    let weight = core_fleet.types.first().and_then(|kind| kind.weight).filter(|weight| *weight > 0.0).unwrap_or(1.0);
    let units = core_fleet.on_demand.unwrap_or(0.0) + core_fleet.spot.unwrap_or(0.0);
    let mut cores = count(units / weight);
    if cores == 0 {
        return Err("it does not say how many core nodes there are".to_owned());
    }
    let mut task = None;
    for fleet in cluster.of_role(Role::Task) {
        if let Some(on_demand) = fleet.on_demand.filter(|units| *units > 0.0) {
            let (kind, instance) = known(fleet).next().ok_or("it names no known type for its task nodes")?;
            let nodes = on_demand / kind.weight.filter(|weight| *weight > 0.0).unwrap_or(1.0);
            cores += count(nodes * f64::from(instance.vcpu) / f64::from(core.vcpu));
            assumptions.push("Its On-Demand task nodes are priced as core nodes of the same vCPU.".to_owned());
        }
        if fleet.is_spot() {
            task = Some(spot(fleet, assumptions)?);
        }
    }
    if cluster.spec.get("ManagedScalingPolicy").is_some() {
        assumptions.push("Managed scaling keeps the capacity that the fleets ask for.".to_owned());
    }
    let release = cluster.spec.get("ReleaseLabel").and_then(Node::text).ok_or("it says no release")?;
    let executor = executor(&properties(subject), core, assumptions)?;
    let ebs = |fleet: &Fleet<'_>, vcpu: u32| volumes(fleet).unwrap_or(vcpu * EBS_GIB_PER_VCPU);
    let primary_ebs =
        cluster.of_role(Role::Primary).next().and_then(volumes).unwrap_or(primary.vcpu * EBS_GIB_PER_VCPU);
    Ok(Shape::EmrEc2(EmrEc2Shape {
        release: release.to_owned(),
        architecture: core.architecture,
        primary: NodeGroup { instance_type: primary.name.clone(), count: 1, ebs_gib: primary_ebs },
        core: NodeGroup { instance_type: core.name.clone(), count: cores, ebs_gib: ebs(core_fleet, core.vcpu) },
        task,
        executor,
        standing: false,
        managed_scaling: false,
    }))
}

fn known<'a>(fleet: &'a Fleet<'a>) -> impl Iterator<Item = (&'a super::rules::TypeConfig<'a>, &'static InstanceType)> {
    fleet.types.iter().filter_map(|kind| Some((kind, kind.instance?)))
}

fn first_type<'a>(cluster: &'a Cluster<'a>, role: Role) -> Option<(&'a Fleet<'a>, &'static InstanceType)> {
    cluster.of_role(role).find_map(|fleet| known(fleet).next().map(|(_, instance)| (fleet, instance)))
}

/// GiB of all volumes of a node of the fleet's first type, as written.
fn volumes(fleet: &Fleet<'_>) -> Option<u32> {
    let devices = fleet.types.first()?.node.find(&["EbsConfiguration", "EbsBlockDeviceConfigs"])?;
    let gib = |device: &Node| {
        let size = device.find(&["VolumeSpecification", "SizeInGB"]).and_then(Node::number)?;
        Some(size * device.get("VolumesPerInstance").and_then(Node::number).unwrap_or(1.0))
    };
    Some(count(devices.entries().iter().filter_map(gib).sum()))
}

/// The fleet in vCPU. Which types come cannot be known: each is expected to serve as many instances as the others.
fn spot(fleet: &Fleet<'_>, assumptions: &mut Vec<String>) -> Result<TaskFleet, String> {
    let units = fleet.spot.unwrap_or(0.0);
    let kinds: Vec<(f64, &InstanceType)> = known(fleet)
        .map(|(kind, instance)| (kind.weight.filter(|weight| *weight > 0.0).unwrap_or(1.0), instance))
        .collect();
    if kinds.is_empty() {
        return Err("it names no known type for its task nodes".to_owned());
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of types")]
    let each = units / kinds.len() as f64;
    let vcpu: Vec<f64> = kinds.iter().map(|(weight, instance)| each / weight * f64::from(instance.vcpu)).collect();
    let all: f64 = vcpu.iter().sum();
    if all < 1.0 {
        return Err("its Spot fleet has no capacity".to_owned());
    }
    assumptions.push(format!(
        "The Spot fleet of {units} units is served by its {} types in equal parts: {all:.0} vCPU.",
        kinds.len()
    ));
    let types = kinds
        .iter()
        .zip(&vcpu)
        .map(|((_, instance), vcpu)| FleetType {
            instance_type: instance.name.clone(),
            weight: instance.vcpu,
            share: vcpu / all,
        })
        .collect();
    let gib_per_vcpu = volumes(fleet).zip(kinds.first()).map(|(gib, (_, instance))| gib.div_ceil(instance.vcpu.max(1)));
    Ok(TaskFleet {
        target_units: count(all),
        types,
        ebs_gib_per_vcpu: gib_per_vcpu.unwrap_or(EBS_GIB_PER_VCPU),
        on_demand: false,
        zone: None,
    })
}

fn property<'a>(all: &'a [Property<'a>], key: &str) -> Option<&'a str> {
    all.iter().rev().find(|property| property.key == key).map(|property| property.value.as_str())
}

/// `4g`, `4096m` in MiB.
fn mib(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let number: u64 = digits.parse().ok()?;
    match text[digits.len()..].trim() {
        "" | "m" | "mb" | "mib" => Some(number),
        "g" | "gb" | "gib" => number.checked_mul(1024),
        "t" | "tb" | "tib" => number.checked_mul(1024 * 1024),
        "k" | "kb" => Some(number / 1024),
        _ => None,
    }
}

fn executor(all: &[Property<'_>], core: &InstanceType, assumptions: &mut Vec<String>) -> Result<ExecutorSize, String> {
    let catalog = Catalog::embedded();
    let standard =
        yarn_executor(core, catalog).ok_or_else(|| format!("YARN's memory on {} is not known", core.name))?;
    let memory = property(all, "spark.executor.memory").and_then(mib);
    let cores = property(all, "spark.executor.cores").and_then(|text| text.trim().parse::<u32>().ok());
    let (Some(memory), Some(cores)) = (memory, cores.filter(|cores| *cores > 0)) else {
        assumptions.push(format!(
            "It sets no executor size: {} cores and {} MiB are assumed, {} executors on a {}.",
            standard.cores, standard.memory_mib, standard.per_node, core.name
        ));
        return Ok(standard);
    };
    // EMR's default overhead is 18.75 % of the heap.
    let overhead = property(all, "spark.executor.memoryOverhead").and_then(mib).unwrap_or(memory * 3 / 16);
    let yarn = catalog.yarn_memory(&core.name).map_or(0, |yarn| yarn.memory.get() / MIB);
    let by_memory = u32::try_from(yarn / (memory + overhead).max(1)).unwrap_or(u32::MAX);
    let per_node = by_memory.min(core.vcpu / cores);
    if per_node == 0 {
        return Err(format!("no executor of {cores} cores and {} MiB fits on a {}", memory + overhead, core.name));
    }
    Ok(ExecutorSize { cores, memory_mib: memory, overhead_mib: overhead, per_node })
}

fn glue(subject: &Subject, assumptions: &mut Vec<String>) -> Result<Shape, String> {
    let spec = &subject.spec;
    let command = spec.find(&["Command", "Name"]).and_then(Node::text);
    if let Some(other) = command.filter(|name| *name != "glueetl") {
        return Err(format!("a `{other}` job is no Spark batch job"));
    }
    let worker_type = spec.get("WorkerType").and_then(Node::text).ok_or("it says no worker type")?;
    Catalog::embedded().glue_worker(worker_type).ok_or_else(|| format!("Glue has no worker type `{worker_type}`"))?;
    let workers = spec.get("NumberOfWorkers").and_then(Node::number).ok_or("it does not say how many workers")?;
    if workers < 2.0 {
        return Err("it has no worker beside the driver's".to_owned());
    }
    let version = match spec.get("GlueVersion").and_then(Node::text) {
        Some(version) => version.to_owned(),
        None => {
            let newest =
                Catalog::embedded().glue_releases().first().map_or_else(String::new, |known| known.version.clone());
            assumptions.push(format!("It says no Glue version: {newest}."));
            newest
        }
    };
    let flex = spec.get("ExecutionClass").and_then(Node::text) == Some("FLEX");
    Ok(Shape::Glue(GlueShape { version, flex, worker_type: worker_type.to_owned(), workers: count(workers) }))
}

/// Default worker of EMR Serverless: 4 vCPU, 16 GB, 20 GB of disk (EMR Serverless user guide).
const DEFAULT_VCPU: u32 = 4;
const DEFAULT_GB: u32 = 16;
const DEFAULT_DISK_GB: u32 = 20;

fn serverless(application: Option<&Subject>, run: Option<&Subject>) -> Described {
    let mut assumptions = Vec::new();
    let subject = [application, run].into_iter().flatten().map(Subject::title).collect::<Vec<_>>().join(" with ");
    let candidate = serverless_shape(application, run, &mut assumptions).map(|shape| {
        let shape = Shape::EmrServerless(shape);
        candidate(engine_of(&shape), shape)
    });
    Described { subject, candidate, assumptions }
}

fn serverless_shape(
    application: Option<&Subject>,
    run: Option<&Subject>,
    assumptions: &mut Vec<String>,
) -> Result<ServerlessShape, String> {
    let mut all = application.map(properties).unwrap_or_default();
    // A run's properties win over its application's.
    all.extend(run.map(properties).unwrap_or_default());
    let spec = application.map(|subject| &subject.spec);
    let release = match spec.and_then(|spec| spec.get("releaseLabel")).and_then(Node::text) {
        Some(release) => release.to_owned(),
        None => {
            let newest = Catalog::embedded().newest_emr_release().ok_or("no release is known")?;
            assumptions.push(format!("It says no release: {newest}."));
            newest
        }
    };
    let architecture = match spec.and_then(|spec| spec.get("architecture")).and_then(Node::text) {
        Some("ARM64") => Architecture::Arm64,
        _ => Architecture::X86_64,
    };
    let (worker_vcpu, worker_memory_gb) = worker(&all, "executor");
    let (driver_vcpu, driver_memory_gb) = worker(&all, "driver");
    let disk = property(&all, "spark.emr-serverless.executor.disk").and_then(mib);
    let worker_disk_gb = disk.and_then(|mib| u32::try_from(mib / 1024).ok()).unwrap_or(DEFAULT_DISK_GB);
    let capacity = |name: &str, driver: u32, worker: u32| {
        let text = spec?.find(&["maximumCapacity", name])?.text()?;
        let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
        Some(digits.parse::<u32>().ok()?.saturating_sub(driver) / worker.max(1))
    };
    let asked = property(&all, "spark.dynamicAllocation.maxExecutors").and_then(|text| text.trim().parse::<u32>().ok());
    let fixed = property(&all, "spark.executor.instances").and_then(|text| text.trim().parse::<u32>().ok());
    let max_executors = [
        asked,
        fixed.filter(|_| property(&all, "spark.dynamicAllocation.enabled") == Some("false")),
        capacity("cpu", driver_vcpu, worker_vcpu),
        capacity("memory", driver_memory_gb, worker_memory_gb),
    ]
    .into_iter()
    .flatten()
    .min()
    .ok_or("nothing limits its executors: no `maximumCapacity`, no `spark.dynamicAllocation.maxExecutors`")?;
    if max_executors == 0 {
        return Err("its maximum capacity holds no executor".to_owned());
    }
    let flex = run.and_then(|run| run.spec.find(&["flexExecution", "enabled"])).and_then(Node::flag) == Some(true);
    Ok(ServerlessShape {
        release,
        architecture,
        flex,
        worker_vcpu,
        worker_memory_gb,
        worker_disk_gb,
        max_executors,
        driver_vcpu,
        driver_memory_gb,
        pre_initialised: None,
    })
}

/// The worker that a role's properties round up to.
fn worker(all: &[Property<'_>], role: &str) -> (u32, u32) {
    let value = |suffix: &str| property(all, &format!("spark.{role}.{suffix}"));
    let vcpu = value("cores").and_then(|text| text.trim().parse().ok()).unwrap_or(DEFAULT_VCPU);
    let Some(heap) = value("memory").and_then(mib) else { return (vcpu, DEFAULT_GB) };
    let overhead = value("memoryOverhead").and_then(mib).unwrap_or_else(|| (heap / 10).max(384));
    let wanted = Bytes::mib(heap + overhead);
    let sizes = Catalog::embedded().serverless_sizes();
    let offered = sizes.iter().find(|size| size.vcpu == vcpu).and_then(|size| size.memory_at_least(wanted));
    let gib = offered.unwrap_or(wanted).get().div_ceil(1 << 30);
    (vcpu, u32::try_from(gib).unwrap_or(u32::MAX))
}
