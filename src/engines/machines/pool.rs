//! Spot pools: what a core of each costs, and how restless it is.

use crate::catalog::InstanceType;
use crate::engines::{FleetType, Question, SpotPool};
use crate::prices::{EmrUplift, InterruptionBand, PriceKey, SpotInstance};

/// Node-hours of own history from which it goes before the band: by then a scarce pool would have shown itself.
const TELLING_HOURS: f64 = 100.0;
/// Losses of a node in an hour from which own history calls a pool risky, and very risky: the means of the bands 15–20 %
/// and above 20 %.
const RISKY_PER_HOUR: f64 = 0.02;
const VERY_RISKY_PER_HOUR: f64 = 0.1;

/// A type that may be in a fleet, at a price.
pub struct Pool<'a> {
    pub name: &'a str,
    pub family: &'a str,
    pub vcpu: u32,
    pub dollars_per_core: f64,
    /// 0 for the best band to 4 for the worst.
    pub unrest: u8,
}

impl<'a> Pool<'a> {
    fn new(instance: &'a InstanceType, question: &Question<'_>) -> Option<Self> {
        Self::priced_as(&instance.name, instance, question)
    }

    /// A pool of the type at the price of `name`: the type's own, or the type's in a zone.
    pub fn priced_as(name: &str, instance: &'a InstanceType, question: &Question<'_>) -> Option<Self> {
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

    pub const fn is_risky(&self) -> bool {
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

/// Their pools, as far as their prices are known.
pub fn pools_of<'a>(like: &[&'a InstanceType], question: &Question<'_>) -> Vec<Pool<'a>> {
    like.iter().filter_map(|instance| Pool::new(instance, question)).collect()
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
