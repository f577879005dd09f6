//! The machines of an observed run, guessed from the name of their type.
//!
//! A guess is enough here: what is off about the machine goes into the calibration factor, and only the difference
//! to other machines remains. A caller that has the catalog gives exact machines to `Calibration::from_runs`.

use crate::engines::{Arrival, Estimate, ExecutorGroup, Machine, Market, Provision};
use crate::units::{Bytes, Span};
use crate::workload::ObservedRun;

/// Cores of one executor, as EMR cuts larger nodes.
const EXECUTOR_CORES: u32 = 4;
/// Share of a node's memory that becomes executor heap: YARN's share (0.75–0.94 by type) less 18.75 % overhead.
const HEAP_SHARE: f64 = 0.7;
/// Sustained network by vCPU: r5.4xlarge has 5 Gbit/s on 16 vCPU.
const NETWORK_BYTES_PER_S_PER_VCPU: f64 = 39e6;
/// EBS of a node without further figures: two gp3 volumes at their free 125 MB/s.
const DISK_BYTES_PER_S_PER_NODE: f64 = 250e6;

/// The provision of an observed run; `None` when the type's name says nothing.
#[must_use]
pub fn provision(run: &ObservedRun) -> Option<Provision> {
    let node = glue_worker(&run.instance_type).or_else(|| ec2(&run.instance_type))?;
    let cores = EXECUTOR_CORES.min(node.vcpu);
    let per_node = node.vcpu / cores;
    let share = 1.0 / f64::from(per_node);
    let group = ExecutorGroup {
        name: format!("observed {}", run.instance_type),
        arrivals: vec![Arrival { after: Span::ZERO, executors: run.count * per_node }],
        slots_per_executor: cores,
        executor_memory: Bytes::gib(1).scaled(node.memory_gib * HEAP_SHARE * share),
        machine: Machine {
            core_speed: Estimate::exact(node.speed),
            network_bytes_per_s: NETWORK_BYTES_PER_S_PER_VCPU * f64::from(cores),
            disk_bytes_per_s: DISK_BYTES_PER_S_PER_NODE * share,
            disk: Bytes::ZERO,
        },
        market: Market::OnDemand,
        elastic: None,
    };
    Some(Provision {
        start_up_s: Estimate::exact(0.0),
        groups: vec![group],
        shut_down: Span::ZERO,
        runtime_speed: Estimate::exact(1.0),
        time_limit: None,
    })
}

struct Node {
    vcpu: u32,
    memory_gib: f64,
    speed: f64,
}

/// Glue's workers run on 5th generation machines as far as is known.
fn glue_worker(name: &str) -> Option<Node> {
    let (class, size) = name.split_once('.')?;
    let per_unit = match class {
        "G" => 4.0,
        "R" => 8.0,
        _ => return None,
    };
    let units: u32 = size.strip_suffix('X')?.parse().ok()?;
    Some(Node { vcpu: 4 * units, memory_gib: 4.0 * per_unit * f64::from(units), speed: 1.0 })
}

fn ec2(name: &str) -> Option<Node> {
    let (family, size) = name.split_once('.')?;
    let vcpu = vcpu(size)?;
    let letters: String = family.chars().take_while(char::is_ascii_alphabetic).collect();
    let generation: u32 = family.get(letters.len()..)?.chars().next()?.to_digit(10)?;
    let traits = family.get(letters.len() + 1..)?;
    let gib_per_vcpu = match letters.chars().next()? {
        'c' => 2.0,
        'm' | 't' => 4.0,
        'r' | 'i' | 'z' => 8.0,
        'x' => 16.0,
        _ => return None,
    };
    let speed = core_speed(generation, traits.contains('g'));
    Some(Node { vcpu, memory_gib: gib_per_vcpu * f64::from(vcpu), speed })
}

fn vcpu(size: &str) -> Option<u32> {
    match size {
        "medium" => Some(1),
        "large" => Some(2),
        "xlarge" => Some(4),
        _ => size.strip_suffix("xlarge")?.parse::<u32>().ok().map(|times| 4 * times),
    }
}

/// Against the 5th Intel generation. Graviton: r6g → r7g → r8g is 1.14 and 1.08 on TPC-DS 1 TB (docs/concepts/sources.md, "Graviton"), and
/// m6g about 1.05 of m5 (AWS says up to 1.15). Intel's later generations: 15 % each, an assumption.
const fn core_speed(generation: u32, graviton: bool) -> f64 {
    match (generation, graviton) {
        (0..=4, _) => 0.85,
        (5, _) => 1.0,
        (6, true) => 1.05,
        (7, true) => 1.2,
        (_, true) => 1.3,
        (6, false) => 1.12,
        (7, false) => 1.25,
        (_, false) => 1.4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(name: &str, count: u32) -> Option<u32> {
        let run = ObservedRun { instance_type: name.to_owned(), count, duration: Span::hours(1.0), volume: None };
        provision(&run).map(|provision| provision.slots())
    }

    #[test]
    fn slots_follow_from_the_name() {
        assert_eq!(slots("r5.4xlarge", 1), Some(16));
        assert_eq!(slots("m7g.2xlarge", 3), Some(24));
        assert_eq!(slots("G.2X", 10), Some(80));
        assert_eq!(slots("my-own-box", 1), None);
        assert_eq!(slots("r5", 1), None);
    }
}
