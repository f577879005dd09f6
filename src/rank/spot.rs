//! Spot figures of a row: what it saves, how many losses, and at which loss rate it stops paying.

use std::collections::BTreeSet;

use rust_decimal::prelude::ToPrimitive;

use super::evaluate::Evaluated;
use super::model::SpotFigures;
use super::replicate::Replicated;
use crate::bill::LineItem;
use crate::engines::{CostGroup, Execution, FleetType, Market, Period, Question, Shape, SpotPool, spot_meter_name};
use crate::prices::{InterruptionBand, Meter, OnDemandInstance, PriceKey, SpotInstance};
use crate::simulate::spot::{mean_per_node_hour, probability_below};
use crate::units::Share;
use crate::workload::PoolLosses;

/// The figures, when the shape uses Spot.
#[must_use]
pub fn figures(evaluated: &Evaluated, replicated: &Replicated, question: &Question<'_>) -> Option<SpotFigures> {
    let (types, executor_cores) = spot_types(&evaluated.candidate.shape)?;
    let served: Vec<&FleetType> = types.iter().filter(|kind| kind.share > 0.0).collect();
    let zone = spot_zone(&evaluated.candidate.shape);
    let paid = weighted(&served, |name| dollars(SpotInstance(&spot_meter_name(name, zone)).meter(), question))?;
    let full = weighted(&served, |name| dollars(OnDemandInstance(name).meter(), question))?;
    Some(SpotFigures {
        expected_losses: replicated.spot_losses * nodes_per_executor(&served, executor_cores),
        discount: Share::clamped(1.0 - paid / full),
        break_even_losses_per_hour: break_even(evaluated, question),
        break_even_probability: None,
        losses_per_node_hour: None,
        own_losses: None,
        own_losses_source: None,
        families: 0,
        worst_band: worst_band(&served, question),
    })
}

/// Adds what is believed of the fleet's pools: for rows that are shown, as it takes some thousand draws.
#[must_use]
pub fn with_belief(figures: SpotFigures, evaluated: &Evaluated, question: &Question<'_>) -> SpotFigures {
    let Execution::Batch(provision) = evaluated.candidate.shape.behaviour().execution(question) else {
        return figures;
    };
    let mut markets = provision.groups.iter().map(|group| &group.market);
    let Some(pools) = markets.find_map(|market| match market {
        Market::Spot { pools, .. } => Some(pools),
        Market::OnDemand | Market::Flex => None,
    }) else {
        return figures;
    };
    let families: BTreeSet<&str> = pools.iter().map(SpotPool::family).collect();
    let histories = || pools.iter().filter_map(|pool| pool.history.as_ref());
    let own: Vec<u32> = histories().map(|own| own.losses).collect();
    let hours: f64 = histories().map(|own| own.node_hours).sum();
    let below = |rate| Share::clamped(probability_below(pools, rate, BELIEF_SEED));
    SpotFigures {
        break_even_probability: figures.break_even_losses_per_hour.map(below),
        losses_per_node_hour: Some(mean_per_node_hour(pools)),
        own_losses: (!own.is_empty()).then(|| own.iter().sum()),
        own_losses_source: evidence(histories(), hours),
        families: u32::try_from(families.len()).unwrap_or(u32::MAX),
        ..figures
    }
}

/// Own losses in words: over how many node-hours, from where, up to which day.
fn evidence<'p>(histories: impl Iterator<Item = &'p PoolLosses> + Clone, hours: f64) -> Option<String> {
    let sources: BTreeSet<&str> =
        histories.clone().filter_map(|own| own.source.as_deref()).flat_map(|text| text.split(", ")).collect();
    let newest = histories.filter_map(|own| own.as_of.as_deref()).max();
    if sources.is_empty() && newest.is_none() {
        return None;
    }
    let from = if sources.is_empty() { "the workload file".to_owned() } else { Vec::from_iter(sources).join(", ") };
    let until = newest.map_or_else(String::new, |day| format!(", up to {day}"));
    Some(format!("in {hours:.1} node-hours of {from}{until}"))
}

/// What is believed of a fleet does not depend on the seed of a simulation.
const BELIEF_SEED: u64 = 0;

/// The types of the fleet, and the cores of one executor on it.
fn spot_types(shape: &Shape) -> Option<(&[FleetType], u32)> {
    match shape {
        Shape::EmrEc2(shape) => shape.spot_fleet().map(|fleet| (fleet.types.as_slice(), shape.executor.cores)),
        Shape::EmrEks(shape) if shape.spot => Some((&shape.spot_types, shape.executor.cores)),
        _ => None,
    }
}

/// The zone that the fleet is priced in, where one is known.
fn spot_zone(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::EmrEc2(shape) => shape.task.as_ref()?.zone.as_deref(),
        _ => None,
    }
}

/// Nodes that carry one executor: its share of the vCPU that a node of the served types has.
fn nodes_per_executor(served: &[&FleetType], executor_cores: u32) -> f64 {
    served.iter().map(|kind| kind.share * f64::from(executor_cores) / f64::from(kind.weight)).sum()
}

/// Losses of one node in an hour at which the same shape On-Demand costs the same; `None` when On-Demand never does.
///
/// The closed form of the simulation (`docs/concepts/sources.md`, "Spot"): a run that takes `T0` without losses takes
/// `T0 / (1 − p)`, where the pressure `p = Λ(w + g)` grows in proportion to the loss rate. The likely run has a delay
/// `D`, so its own pressure is `D / (T0 + D)`. With a start-up `S` and all that costs by the hour `r` times as dear
/// when the Spot nodes are bought On-Demand, both cost the same at `S + T0 / (1 − p*) = r (S + T0)`.
fn break_even(evaluated: &Evaluated, question: &Question<'_>) -> Option<f64> {
    let run = &evaluated.likely;
    let (start_up_s, delay_s) = (run.start_up.as_seconds(), run.spot_delay.as_seconds());
    let quiet_s = run.work.as_seconds() - delay_s;
    // Spot executors are the last group of every shape that has some.
    let executor_hours = run.groups.last()?.executor_time.as_hours();
    if delay_s <= 0.0 || quiet_s <= 0.0 || executor_hours <= 0.0 {
        return None;
    }
    let dearer = on_demand_over_spot(&evaluated.bill.lines, question)?;
    let balance = balancing_pressure(start_up_s, quiet_s, dearer)?;
    let assumed = delay_s / run.work.as_seconds();
    Some(run.spot_losses / executor_hours * balance / assumed)
}

/// The pressure `p*` of [`break_even`].
fn balancing_pressure(start_up_s: f64, quiet_s: f64, dearer: f64) -> Option<f64> {
    let affordable_s = dearer * (start_up_s + quiet_s) - start_up_s;
    (affordable_s > quiet_s).then(|| 1.0 - quiet_s / affordable_s)
}

/// What the run's machines cost with Spot nodes at their On-Demand price, over what they cost.
fn on_demand_over_spot(lines: &[LineItem], question: &Question<'_>) -> Option<f64> {
    let by_the_hour = |line: &&LineItem| {
        line.charge.period == Period::Run
            && matches!(line.charge.group, CostGroup::Compute | CostGroup::EngineFee | CostGroup::Storage)
    };
    let (mut spot, mut on_demand) = (0.0, 0.0);
    for line in lines.iter().filter(by_the_hour) {
        let amount = line.amount()?.approximate();
        spot += amount;
        on_demand += match &line.charge.meter {
            Meter::SpotInstance(_) => {
                let name = line.charge.meter.instance_type()?;
                line.charge.quantity.to_f64()? * dollars(OnDemandInstance(name).meter(), question)?
            }
            _ => amount,
        };
    }
    (spot > 0.0).then(|| on_demand / spot)
}

fn dollars(meter: Meter, question: &Question<'_>) -> Option<f64> {
    question.rates.rate(&meter).ok().and_then(|price| price.dollars.to_f64())
}

/// Dollars per unit of capacity, weighted by the shares.
fn weighted(served: &[&FleetType], price: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    served.iter().map(|kind| Some(price(&kind.instance_type)? / f64::from(kind.weight) * kind.share)).sum()
}

fn worst_band(served: &[&FleetType], question: &Question<'_>) -> Option<String> {
    served.iter().filter_map(|kind| question.rates.interruption_band(&kind.instance_type)).max().map(|band| {
        match band {
            InterruptionBand::Below5 => "<5%",
            InterruptionBand::From5To10 => "5-10%",
            InterruptionBand::From10To15 => "10-15%",
            InterruptionBand::From15To20 => "15-20%",
            InterruptionBand::Above20 => ">20%",
        }
        .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_balance_both_cost_the_same() {
        // 240 s of start-up, 1,760 s of work, On-Demand 1.6 times as dear: it may run 1.6 × 2,000 − 240 = 2,960 s for
        // the money, so 1 − 1,760 / 2,960 = 0.405.
        let pressure = balancing_pressure(240.0, 1760.0, 1.6).expect("On-Demand is dearer");
        assert!((pressure - (1.0 - 1760.0 / 2960.0)).abs() < 1e-12);
        let spot = 240.0 + 1760.0 / (1.0 - pressure);
        assert!((spot - 1.6 * 2000.0).abs() < 1e-9);
    }

    #[test]
    fn there_is_no_balance_where_spot_saves_nothing() {
        assert_eq!(balancing_pressure(240.0, 1760.0, 1.0), None);
    }

    #[test]
    fn a_lost_executor_is_a_part_of_a_node() {
        // Half the fleet on 16 vCPU, half on 8: an executor of four is 1/4 and 1/2 of a node, 3/8 on average.
        let kind = |weight| FleetType { instance_type: String::new(), weight, share: 0.5 };
        assert!((nodes_per_executor(&[&kind(16), &kind(8)], 4) - 0.375).abs() < 1e-12);
    }
}
