//! Which EC2 types are worth offering, how executors are cut out of a node, and how fast that makes them.

use std::collections::BTreeMap;

use super::{Estimate, ExecutorSize, FleetType, Machine, Question, SpotPool};
use crate::catalog::{Architecture, Catalog, InstanceType};
use crate::prices::{EmrUplift, InterruptionBand, OnDemandInstance, PriceKey, SpotInstance};
use crate::units::{Bytes, MIB};

/// Node sizes that carry executors: below `2xlarge` the primary and overheads weigh too much, above `8xlarge` a
/// Spot loss takes too much at once.
pub const NODE_SIZES: [&str; 3] = ["2xlarge", "4xlarge", "8xlarge"];

/// Memory classes: general, memory, compute.
const CLASSES: [char; 3] = ['m', 'r', 'c'];

/// Tasks at once in one executor. Four or five keep GC and HDFS client contention low; AWS's own sizing examples
/// use four (aws-emr-best-practices, performance, read 2026-08).
const EXECUTOR_CORES: u32 = 4;

/// EMR's default share of `spark.executor.memory` that YARN adds as overhead (aws-emr-best-practices, 2026-08).
const EMR_OVERHEAD_SHARE: f64 = 0.1875;

/// gp3 volume per vCPU on EMR nodes, GiB: the proportion of EMR's own defaults.
pub const EBS_GIB_PER_VCPU: u32 = 16;

/// Throughput of a gp3 volume that costs nothing extra, bytes per second (EBS pricing page: 125 MiB/s).
const GP3_FREE_BYTES_PER_S: f64 = 125.0 * 1024.0 * 1024.0;

/// Volumes on one node.
const VOLUMES_PER_NODE: f64 = 4.0;

/// Room for shuffle files over the shuffled bytes: spill, several stages at once.
pub const SHUFFLE_DISK_MARGIN: f64 = 1.5;

/// The instance family with the best value for each memory class and architecture that the workload allows.
pub fn value_families<'a>(question: &Question<'a>) -> Vec<&'a InstanceType> {
    let mut picks = Vec::new();
    for class in CLASSES {
        for architecture in architectures(question) {
            let best = question
                .catalog
                .instances()
                .filter(|candidate| candidate.architecture == architecture && candidate.size() == NODE_SIZES[0])
                .filter(|candidate| is_plain_family(candidate, class))
                .filter(|candidate| is_allowed(&candidate.name, question))
                .filter_map(|candidate| Some((dollars_per_core(candidate, question)?, candidate)))
                .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
            picks.extend(best.map(|(_, pick)| pick));
        }
    }
    picks
}

/// The worthwhile families in every node size.
pub fn node_types<'a>(question: &Question<'a>) -> Vec<&'a InstanceType> {
    value_families(question)
        .into_iter()
        .flat_map(|family| NODE_SIZES.iter().map(move |size| format!("{}.{size}", family.family())))
        .filter_map(|name| question.catalog.instance(&name))
        .filter(|instance| is_allowed(&instance.name, question))
        .collect()
}

/// Architectures that the workload allows.
pub fn architectures(question: &Question<'_>) -> Vec<Architecture> {
    if question.workload.constraints.graviton.value {
        vec![Architecture::X86_64, Architecture::Arm64]
    } else {
        vec![Architecture::X86_64]
    }
}

/// `m5`, `m6g`, `m7i`, `m6a`: a memory class, a generation from 5 on, and nothing but the processor's letter.
fn is_plain_family(instance: &InstanceType, class: char) -> bool {
    let family = instance.family();
    // Most types are of another class: this is asked of every type of the catalog, many times over.
    if !family.starts_with(class) {
        return false;
    }
    let rest = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let processor = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    family.len() - rest.len() == 1
        && matches!(processor, "" | "g" | "i" | "a")
        && instance.generation().is_some_and(|generation| generation >= 5)
        && has_known_disk_rate(instance)
        && !instance.bare_metal
        && instance.gpus == 0
}

/// Whether AWS gives the rate of the type's EBS volumes. Without it no run can be simulated, so the type is not offered.
pub const fn has_known_disk_rate(instance: &InstanceType) -> bool {
    instance.ebs_baseline_mbps.is_some()
}

/// Whether `constraints.instance_types` lets this type through.
pub fn is_allowed(name: &str, question: &Question<'_>) -> bool {
    let allowed = &question.workload.constraints.instance_types;
    allowed.is_empty()
        || allowed.iter().any(|prefix| {
            name == prefix || name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
}

/// On-Demand price and EMR fee of one reference core, for choosing between families only.
fn dollars_per_core(instance: &InstanceType, question: &Question<'_>) -> Option<f64> {
    let dollars = |meter| question.rates.dollars(&meter).and_then(|dollars| f64::try_from(dollars).ok());
    let hour = dollars(OnDemandInstance(&instance.name).meter())? + dollars(EmrUplift(&instance.name).meter())?;
    Some(hour / (f64::from(instance.vcpu) * question.catalog.core_speed(instance).likely))
}

/// How executors are cut out of a node with YARN; `None` when not even one fits.
pub fn executor_on_yarn(instance: &InstanceType, question: &Question<'_>) -> Option<ExecutorSize> {
    yarn_executor(instance, question.catalog)
}

/// The same for a catalog alone.
#[must_use]
pub fn yarn_executor(instance: &InstanceType, catalog: &Catalog) -> Option<ExecutorSize> {
    let yarn_mib = catalog.yarn_memory(&instance.name)?.memory.get() / MIB;
    executor_in(instance.vcpu, yarn_mib, EMR_OVERHEAD_SHARE)
}

/// Cuts executors of [`EXECUTOR_CORES`] out of `vcpu` cores and `memory_mib` of container memory.
pub fn executor_in(vcpu: u32, memory_mib: u64, overhead_share: f64) -> Option<ExecutorSize> {
    let cores = EXECUTOR_CORES.min(vcpu);
    let per_node = vcpu.checked_div(cores)?;
    let container_mib = memory_mib / u64::from(per_node);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "MiB are far below 2^53"
    )]
    let memory = (container_mib as f64 / (1.0 + overhead_share)).floor() as u64;
    (memory >= 1024).then(|| ExecutorSize { cores, memory_mib: memory, overhead_mib: container_mib - memory, per_node })
}

/// What one of `per_node` executors of this type can do; `None` when the rate of its disks is not known.
pub fn machine(instance: &InstanceType, per_node: u32, ebs_gib: u32, question: &Question<'_>) -> Option<Machine> {
    let share = 1.0 / f64::from(per_node);
    let ebs_bytes_per_s = (instance.ebs_baseline_mbps? * 1e6 / 8.0).min(GP3_FREE_BYTES_PER_S * VOLUMES_PER_NODE);
    Some(Machine {
        core_speed: core_speed(instance, question),
        network_bytes_per_s: instance.network_baseline_gbps * 1e9 / 8.0 * share,
        disk_bytes_per_s: ebs_bytes_per_s * share,
        disk: Bytes::gib(u64::from(ebs_gib)).scaled(share),
    })
}

/// Speed of a core of this type against the reference core.
pub fn core_speed(instance: &InstanceType, question: &Question<'_>) -> Estimate {
    let speed = question.catalog.core_speed(instance);
    Estimate::new(speed.low, speed.likely, speed.high)
}

/// gp3 GiB on a node of `vcpu` cores when `nodes` nodes hold `shuffle`.
pub fn ebs_gib(vcpu: u32, nodes: u32, shuffle: Bytes) -> u32 {
    let share = shuffle.scaled(SHUFFLE_DISK_MARGIN / f64::from(nodes.max(1)));
    let for_shuffle = u32::try_from(share.get().div_ceil(1 << 30)).unwrap_or(u32::MAX);
    (vcpu * EBS_GIB_PER_VCPU).max(for_shuffle)
}

/// How a fleet is put together; the search prices and simulates each and keeps what pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetMix {
    /// Four families, the cheapest among those that are not known to be risky.
    Cheapest,
    /// Four families, the calmest first and the cheapest among those.
    Calmest,
    /// Eight families, the cheapest among those that are not known to be risky: a shock takes less at once.
    Broad,
}

impl FleetMix {
    /// All mixes; the first is the one that needs no reason.
    pub const ALL: [Self; 3] = [Self::Cheapest, Self::Calmest, Self::Broad];

    /// For ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cheapest => "cheapest",
            Self::Calmest => "calmest",
            Self::Broad => "broad",
        }
    }

    /// Families that the bill assumes to be served.
    const fn families(self) -> usize {
        match self {
            Self::Cheapest | Self::Calmest => 4,
            Self::Broad => 8,
        }
    }
}

/// A diversified Spot fleet like `model`: same architecture and at least its memory per vCPU, sizes from half to
/// twice the model's, at least ten types, weighted by their vCPU.
///
/// AWS advises ten or more types for a fleet (aws-emr-best-practices, Spot usage, 2026-08). `price-capacity-optimized`
/// takes the pools with the best capacity first and the cheapest among those; which will be served cannot be
/// known, so the bill assumes equal pools of different families, in the order of the mix. What the account's own
/// nodes showed of a type goes before its band.
pub fn spot_fleet(model: &InstanceType, mix: FleetMix, question: &Question<'_>) -> Option<Vec<FleetType>> {
    fleet_of(&pools_of(&like(model, question), question), mix)
}

/// The fleets like `model` that differ in the pools that are served.
///
/// A cluster is in one zone. Where enough types have prices by zone, the fleets are made of the pools of the zone in which
/// the cheapest of them costs least (how much capacity a zone has nobody publishes); else of the region's prices.
pub fn spot_fleets(model: &InstanceType, question: &Question<'_>) -> Vec<MixedFleet> {
    let served = |types: &[FleetType]| -> Vec<String> {
        let mut names: Vec<String> =
            types.iter().filter(|kind| kind.share > 0.0).map(|kind| kind.instance_type.clone()).collect();
        names.sort();
        names
    };
    // The mixes order the same pools; finding those is what takes time.
    let like = like(model, question);
    let (zone, pools) = match cheapest_zone(&like, question) {
        Some((zone, pools)) => (Some(zone), pools),
        None => (None, pools_of(&like, question)),
    };
    let mut fleets: Vec<MixedFleet> = Vec::new();
    for mix in FleetMix::ALL {
        let Some(types) = fleet_of(&pools, mix) else { continue };
        if fleets.iter().all(|known| served(&known.types) != served(&types)) {
            fleets.push(MixedFleet { mix, types, zone: zone.clone() });
        }
    }
    fleets
}

/// A fleet with what it was made for.
#[derive(Clone, Debug)]
pub struct MixedFleet {
    /// How it is put together.
    pub mix: FleetMix,
    /// Its types.
    pub types: Vec<FleetType>,
    /// The zone of its prices, where they are known by zone.
    pub zone: Option<String>,
}

/// The zone whose cheapest fleet costs least by the core, with its pools; `None` when no zone has prices of enough types.
fn cheapest_zone<'a>(like: &[&'a InstanceType], question: &Question<'a>) -> Option<(String, Vec<Pool<'a>>)> {
    let mut zones: BTreeMap<String, Vec<Pool<'a>>> = BTreeMap::new();
    for instance in like {
        for zone in question.rates.zones_with_spot_price(&instance.name) {
            let pool = Pool::priced_as(&spot_meter_name(&instance.name, Some(&zone)), instance, question);
            zones.entry(zone).or_default().extend(pool);
        }
    }
    let dollars = |pools: &[Pool<'a>]| {
        let types = fleet_of(pools, FleetMix::Cheapest)?;
        let of = |kind: &FleetType| {
            let pool = pools.iter().find(|pool| pool.name == kind.instance_type)?;
            Some(kind.share * pool.dollars_per_core)
        };
        types.iter().map(of).sum::<Option<f64>>()
    };
    let priced = zones.into_iter().filter_map(|(zone, pools)| Some((dollars(&pools)?, zone, pools)));
    let cheapest = priced.min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)))?;
    Some((cheapest.1, cheapest.2))
}

/// What a Spot price is asked for: a type, in a zone if one is known.
pub fn spot_meter_name(instance_type: &str, zone: Option<&str>) -> String {
    zone.map_or_else(|| instance_type.to_owned(), |zone| format!("{instance_type}@{zone}"))
}

/// Types that a fleet like `model` may take from.
fn like<'a>(model: &InstanceType, question: &Question<'a>) -> Vec<&'a InstanceType> {
    question.catalog.instances().filter(|instance| fits_fleet(instance, model, question)).collect()
}

/// Their pools, as far as their prices are known.
fn pools_of<'a>(like: &[&'a InstanceType], question: &Question<'_>) -> Vec<Pool<'a>> {
    like.iter().filter_map(|instance| Pool::new(instance, question)).collect()
}

/// The pools in the order of the mix, as a fleet; `None` when they are too few for one.
fn fleet_of(pools: &[Pool<'_>], mix: FleetMix) -> Option<Vec<FleetType>> {
    let mut pools: Vec<&Pool<'_>> = pools.iter().collect();
    pools.sort_by(|a, b| {
        let calmest = if mix == FleetMix::Calmest { a.unrest.cmp(&b.unrest) } else { std::cmp::Ordering::Equal };
        calmest
            .then(a.is_risky().cmp(&b.is_risky()))
            .then(a.dollars_per_core.total_cmp(&b.dollars_per_core))
            .then(a.name.cmp(b.name))
    });
    let served = served_pools(&pools, mix);
    let share = 1.0 / f64::from(u32::try_from(served.len()).ok()?);
    // The served ones first: a fleet lists no more than it can name.
    pools.sort_by_key(|pool| !served.contains(&pool.name));
    pools.truncate(MOST_FLEET_TYPES);
    let types: Vec<FleetType> = pools
        .iter()
        .map(|pool| FleetType {
            instance_type: pool.name.to_owned(),
            weight: pool.vcpu,
            share: if served.contains(&pool.name) { share } else { 0.0 },
        })
        .collect();
    (types.len() >= FEWEST_FLEET_TYPES).then_some(types)
}

/// Fewest types of a diversified fleet.
pub const FEWEST_FLEET_TYPES: usize = 10;

/// Most types that shapecast lists: half of EMR's limit of 30 per fleet keeps the document readable.
const MOST_FLEET_TYPES: usize = 15;

/// Node-hours of own history from which it goes before the band: by then a scarce pool would have shown itself.
const TELLING_HOURS: f64 = 100.0;
/// Losses of a node in an hour from which own history calls a pool risky, and very risky: the means of the bands 15–20 %
/// and above 20 %.
const RISKY_PER_HOUR: f64 = 0.02;
const VERY_RISKY_PER_HOUR: f64 = 0.1;

struct Pool<'a> {
    name: &'a str,
    family: &'a str,
    vcpu: u32,
    dollars_per_core: f64,
    /// 0 for the best band to 4 for the worst.
    unrest: u8,
}

impl<'a> Pool<'a> {
    fn new(instance: &'a InstanceType, question: &Question<'_>) -> Option<Self> {
        Self::priced_as(&instance.name, instance, question)
    }

    /// A pool of the type at the price of `name`: the type's own, or the type's in a zone.
    fn priced_as(name: &str, instance: &'a InstanceType, question: &Question<'_>) -> Option<Self> {
        let dollars = |meter| question.rates.dollars(&meter).and_then(|dollars| f64::try_from(dollars).ok());
        let hour = dollars(SpotInstance(name).meter())? + dollars(EmrUplift(&instance.name).meter())?;
        Some(Self {
            name: &instance.name,
            family: instance.family(),
            vcpu: instance.vcpu,
            dollars_per_core: hour / (f64::from(instance.vcpu) * question.catalog.core_speed(instance).likely),
            unrest: unrest(instance, question),
        })
    }

    const fn is_risky(&self) -> bool {
        self.unrest >= 3
    }
}

/// How restless a pool is: by the account's own nodes where they say something, else by AWS's band.
fn unrest(instance: &InstanceType, question: &Question<'_>) -> u8 {
    let own = question.workload.spot.of_type(&instance.name).filter(|own| own.node_hours >= TELLING_HOURS);
    if let Some(own) = own {
        let per_hour = f64::from(own.losses) / own.node_hours;
        return if per_hour >= VERY_RISKY_PER_HOUR {
            4
        } else if per_hour >= RISKY_PER_HOUR {
            3
        } else {
            0
        };
    }
    match question.rates.interruption_band(&instance.name) {
        Some(InterruptionBand::Below5) => 0,
        Some(InterruptionBand::From5To10) => 1,
        Some(InterruptionBand::From10To15) => 2,
        Some(InterruptionBand::From15To20) | None => 3,
        Some(InterruptionBand::Above20) => 4,
    }
}

/// The first pools of different families, in the given order.
fn served_pools<'a>(pools: &[&Pool<'a>], mix: FleetMix) -> Vec<&'a str> {
    let mut families: Vec<&str> = Vec::new();
    let mut served = Vec::new();
    for pool in pools {
        if served.len() < mix.families() && !families.contains(&pool.family) {
            families.push(pool.family);
            served.push(pool.name);
        }
    }
    served
}

fn fits_fleet(instance: &InstanceType, model: &InstanceType, question: &Question<'_>) -> bool {
    let per_vcpu = |of: &InstanceType| of.memory.get() / u64::from(of.vcpu);
    // Numbers before names: this is asked of every type of the catalog.
    instance.architecture == model.architecture
        && instance.spot
        && (4..=model.vcpu * 2).contains(&instance.vcpu)
        && instance.vcpu * 2 >= model.vcpu
        && per_vcpu(instance) >= per_vcpu(model)
        && CLASSES.iter().any(|class| is_plain_family(instance, *class))
        && is_allowed(&instance.name, question)
}

/// The pools of a fleet as the simulation wants them.
pub fn spot_pools(types: &[FleetType], question: &Question<'_>) -> Vec<SpotPool> {
    types
        .iter()
        .filter(|kind| kind.share > 0.0)
        .map(|kind| SpotPool {
            instance_type: kind.instance_type.clone(),
            share: kind.share,
            band: question.rates.interruption_band(&kind.instance_type),
            history: question.workload.spot.of_type(&kind.instance_type),
        })
        .collect()
}
