//! Diversified Spot fleets: which types they name, and which of their pools the bill assumes to be served.

use std::collections::BTreeMap;

use super::choice::{CLASSES, is_allowed, is_plain_family};
use super::pool::{Pool, pools_of};
use crate::catalog::InstanceType;
use crate::engines::{FleetType, Question};

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
const FEWEST_FLEET_TYPES: usize = 10;

/// Most types that shapecast lists: half of EMR's limit of 30 per fleet keeps the document readable.
const MOST_FLEET_TYPES: usize = 15;

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
