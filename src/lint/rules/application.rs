//! EMR Serverless: worker sizes, disks, capacity, what bills while idle, Flex.

use super::spark::{Property, properties};
use super::{Asked, lifetime};
use crate::catalog::Catalog;
use crate::lint::code::Code;
use crate::lint::dialect::{Kind, Subject};
use crate::lint::finding::Finding;
use crate::lint::node::Node;
use crate::units::Bytes;

/// What a worker has when nobody says it (EMR Serverless user guide, default Spark properties): 4 vCPU, 14 GB of heap
/// with 10 % overhead in a worker of 16 GB, 20 GB of disk.
const DEFAULT_CORES: f64 = 4.0;
const DEFAULT_HEAP_GB: f64 = 14.0;
/// Overhead: 10 % of the heap, 384 MiB at least (EMR Serverless user guide, application behaviour).
const OVERHEAD_SHARE: f64 = 0.1;
const OVERHEAD_MIN_GB: f64 = 0.375;

pub(super) fn check(subject: &Subject, asked: &Asked, found: &mut Vec<Finding>) {
    if subject.kind == Kind::Application {
        initial_capacity(&subject.spec, found);
        auto_stop(&subject.spec, found);
        maximum_capacity(subject, found);
    } else {
        flex(&subject.spec, asked, found);
    }
    spark_workers(subject, found);
    lifetime::tags(&subject.spec, found);
}

/// `4 vCPU`, `30 GB`, `30g`, `512m` as a number of vCPU or GB.
fn amount(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let number: f64 = digits.parse().ok()?;
    match text[digits.len()..].trim() {
        "" | "vcpu" | "gb" | "g" | "gib" => Some(number),
        "m" | "mb" | "mib" => Some(number / 1024.0),
        "t" | "tb" | "tib" => Some(number * 1024.0),
        "k" | "kb" => Some(number / 1024.0 / 1024.0),
        _ => None,
    }
}

fn member_amount(node: &Node, name: &str) -> Option<f64> {
    let member = node.get(name)?;
    member.text().map_or_else(|| member.number(), amount)
}

fn initial_capacity(spec: &Node, found: &mut Vec<Finding>) {
    let Some(initial) = spec.get("initialCapacity") else { return };
    let mut count = 0.0;
    for member in initial.members() {
        count += member.node.get("workerCount").and_then(Node::number).unwrap_or(0.0);
        let Some(worker) = member.node.get("workerConfiguration") else { continue };
        if let (Some(vcpu), Some(memory)) = (member_amount(worker, "cpu"), member_amount(worker, "memory")) {
            size(worker, vcpu, memory, found);
        }
        if let (Some(node), Some(disk)) = (worker.get("disk"), member_amount(worker, "disk")) {
            disk_size(node, disk, found);
        }
    }
    if count > 0.0 {
        found.push(Finding::new(
            Code::IdlePreinitialised,
            initial,
            format!("{count} pre-initialised workers bill while the application is started, with or without a job."),
            "Leave `initialCapacity` out for a scheduled job; it is for jobs that must start within seconds.",
        ));
    }
}

fn auto_stop(spec: &Node, found: &mut Vec<Finding>) {
    if let Some(enabled) = spec.find(&["autoStopConfiguration", "enabled"]).filter(|node| node.flag() == Some(false)) {
        found.push(Finding::new(
            Code::AutoStopOff,
            enabled,
            "Auto-stop is off: pre-initialised workers bill until somebody stops the application.",
            "Delete it; after 15 idle minutes the application then stops.",
        ));
    }
}

/// Whether the service has a worker of that size; memory in between is not rounded for pre-initialised workers.
fn size(node: &Node, vcpu: f64, memory_gb: f64, found: &mut Vec<Finding>) {
    let sizes = Catalog::embedded().serverless_sizes();
    let gib = |bytes: Bytes| bytes.as_f64() / Bytes::gib(1).as_f64();
    let Some(known) = sizes.iter().find(|size| (f64::from(size.vcpu) - vcpu).abs() < 1e-9) else {
        let all: Vec<String> = sizes.iter().map(|size| size.vcpu.to_string()).collect();
        found.push(Finding::new(
            Code::WorkerSize,
            node,
            format!("EMR Serverless has no workers of {vcpu} vCPU."),
            format!("Take one of {} vCPU.", all.join(", ")),
        ));
        return;
    };
    if known.memory.iter().any(|memory| (gib(*memory) - memory_gb).abs() < 1e-6) {
        return;
    }
    let (low, high) = (known.memory.first().map_or(0.0, |m| gib(*m)), known.memory.last().map_or(0.0, |m| gib(*m)));
    let next = known.memory.iter().map(|memory| gib(*memory)).find(|memory| *memory >= memory_gb);
    found.push(Finding::new(
        Code::WorkerSize,
        node,
        format!(
            "A worker of {vcpu} vCPU has no {memory_gb} GB: the service offers {low} to {high} GB with it, in steps."
        ),
        next.map_or_else(|| "Take more vCPU.".to_owned(), |next| format!("Take {next} GB, or another number of vCPU.")),
    ));
}

fn disk_size(node: &Node, disk_gb: f64, found: &mut Vec<Finding>) {
    let least = Catalog::embedded()
        .serverless_sizes()
        .first()
        .map_or(20.0, |size| size.disk_min.as_f64() / Bytes::gib(1).as_f64());
    if disk_gb < least {
        found.push(Finding::new(
            Code::DiskUnderMinimum,
            node,
            format!("A worker disk of {disk_gb} GB: the service's minimum is {least} GB, and that much is free."),
            format!("Write {least} GB or more."),
        ));
    }
}

fn property<'a>(all: &'a [Property<'a>], key: &str) -> Option<&'a Property<'a>> {
    all.iter().rev().find(|property| property.key == key)
}

/// vCPU and memory that a role's properties ask for, in GB.
fn asked_for(all: &[Property<'_>], role: &str) -> (f64, f64) {
    let value = |suffix: &str| property(all, &format!("spark.{role}.{suffix}")).and_then(|found| amount(&found.value));
    let heap = value("memory").unwrap_or(DEFAULT_HEAP_GB);
    let overhead = value("memoryOverhead").unwrap_or_else(|| (heap * OVERHEAD_SHARE).max(OVERHEAD_MIN_GB));
    (value("cores").unwrap_or(DEFAULT_CORES), heap + overhead)
}

/// Memory that Spark asks for is rounded up to the next size; beyond the largest there is none.
fn spark_workers(subject: &Subject, found: &mut Vec<Finding>) {
    let all = properties(subject);
    for role in ["driver", "executor"] {
        let node = ["memory", "cores", "memoryOverhead"]
            .iter()
            .find_map(|suffix| property(&all, &format!("spark.{role}.{suffix}")))
            .map(|found| found.node);
        if let Some(node) = node {
            let (vcpu, memory) = asked_for(&all, role);
            largest(node, role, vcpu, memory, found);
        }
        let disk = property(&all, &format!("spark.emr-serverless.{role}.disk"));
        if let Some((property, gb)) = disk.and_then(|found| Some((found, amount(&found.value)?))) {
            disk_size(property.node, gb, found);
        }
    }
}

fn largest(node: &Node, role: &str, vcpu: f64, memory_gb: f64, found: &mut Vec<Finding>) {
    let sizes = Catalog::embedded().serverless_sizes();
    let gib = |bytes: Bytes| bytes.as_f64() / Bytes::gib(1).as_f64();
    let Some(known) = sizes.iter().find(|size| (f64::from(size.vcpu) - vcpu).abs() < 1e-9) else {
        size(node, vcpu, memory_gb, found);
        return;
    };
    let most = known.memory.last().map_or(0.0, |memory| gib(*memory));
    if memory_gb > most + 1e-6 {
        found.push(Finding::new(
            Code::WorkerSize,
            node,
            format!("The {role} asks for {memory_gb:.1} GB with its overhead: a worker of {vcpu} vCPU has {most} GB at most."),
            format!("Ask for at most {:.0}g of heap, or for more cores.", (most / (1.0 + OVERHEAD_SHARE)).floor()),
        ));
    }
}

fn maximum_capacity(subject: &Subject, found: &mut Vec<Finding>) {
    let Some(capacity) = subject.spec.get("maximumCapacity") else { return };
    let all = properties(subject);
    let (driver, executor) = (worker(subject, &all, "driver"), worker(subject, &all, "executor"));
    let limit = |name: &str| member_amount(capacity, name);
    let fits = |workers: f64| {
        limit("cpu").is_none_or(|most| driver.0 + workers * executor.0 <= most + 1e-9)
            && limit("memory").is_none_or(|most| driver.1 + workers * executor.1 <= most + 1e-9)
    };
    if !fits(1.0) {
        found.push(Finding::new(
            Code::MaxCapacityUnderExecutor,
            capacity,
            format!(
                "The maximum capacity holds no driver ({} vCPU, {:.0} GB) and one executor ({} vCPU, {:.0} GB): the job \
                 waits until its time-out.",
                driver.0, driver.1, executor.0, executor.1
            ),
            format!("Allow at least {} vCPU and {:.0} GB.", driver.0 + executor.0, (driver.1 + executor.1).ceil()),
        ));
        return;
    }
    let most =
        property(&all, "spark.dynamicAllocation.maxExecutors").and_then(|found| Some((found, amount(&found.value)?)));
    if let Some((property, executors)) = most.filter(|(_, executors)| !fits(*executors)) {
        found.push(Finding::new(
            Code::MaxExecutorsOverCapacity,
            property.node,
            format!(
                "{executors} executors and the driver do not fit under the maximum capacity: the rest never comes."
            ),
            "Raise `maximumCapacity` or ask for fewer executors.",
        ));
    }
}

/// What a role's worker bills: the pre-initialised size, or what Spark's properties round up to.
fn worker(subject: &Subject, all: &[Property<'_>], role: &str) -> (f64, f64) {
    let initial = subject.spec.get("initialCapacity").map_or(&[][..], Node::members);
    let own = initial.iter().find(|member| member.name.eq_ignore_ascii_case(role));
    let size = own
        .and_then(|member| member.node.get("workerConfiguration"))
        .and_then(|worker| Some((member_amount(worker, "cpu")?, member_amount(worker, "memory")?)));
    size.unwrap_or_else(|| {
        let (vcpu, memory) = asked_for(all, role);
        let known =
            Catalog::embedded().serverless_sizes().iter().find(|size| (f64::from(size.vcpu) - vcpu).abs() < 1e-9);
        let offered =
            known.into_iter().flat_map(|size| &size.memory).map(|bytes| bytes.as_f64() / Bytes::gib(1).as_f64());
        (vcpu, offered.into_iter().find(|offered| *offered >= memory - 1e-6).unwrap_or(memory))
    })
}

fn flex(spec: &Node, asked: &Asked, found: &mut Vec<Finding>) {
    let Some(enabled) = spec.find(&["flexExecution", "enabled"]).filter(|node| node.flag() == Some(true)) else {
        return;
    };
    if let Some(deadline) = asked.deadline {
        found.push(Finding::new(
            Code::FlexWithDeadline,
            enabled,
            format!(
                "Flex executors come from spare capacity, late or not at all, and the job has a deadline of {deadline}."
            ),
            "Run it on standard capacity.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_have_the_services_units() {
        assert_eq!(amount("4 vCPU"), Some(4.0));
        assert_eq!(amount("30 GB"), Some(30.0));
        assert_eq!(amount("14g"), Some(14.0));
        assert_eq!(amount("512m"), Some(0.5));
        assert_eq!(amount("a lot"), None);
    }
}
