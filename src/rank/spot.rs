//! Spot figures of a row: what it saves, how many losses, and at which loss rate it stops paying.

use rust_decimal::Decimal;

use super::evaluate::Evaluated;
use super::model::SpotFigures;
use super::replicate::Replicated;
use crate::engines::{FleetType, Question, Shape};
use crate::prices::{InterruptionBand, OnDemandInstance, PriceKey, SpotInstance};
use crate::units::Share;

/// Hours of a node lost with one loss: its share of the work re-done and the wait for its replacement
/// (10 minutes: EMR's resize takes 4 minutes and more, and half a task wave is run again).
const HOURS_PER_LOSS: f64 = 1.0 / 6.0;

/// The figures, when the shape uses Spot.
#[must_use]
pub fn figures(evaluated: &Evaluated, replicated: &Replicated, question: &Question<'_>) -> Option<SpotFigures> {
    let types = spot_types(&evaluated.candidate.shape)?;
    let served: Vec<&FleetType> = types.iter().filter(|kind| kind.share > 0.0).collect();
    let paid = weighted(&served, |name| hourly(SpotInstance(name).meter(), question))?;
    let full = weighted(&served, |name| hourly(OnDemandInstance(name).meter(), question))?;
    let discount = (1.0 - paid / full).max(0.0);
    Some(SpotFigures {
        expected_losses: replicated.spot_losses,
        discount: Share::clamped(discount),
        break_even_losses_per_hour: (discount > 0.0).then(|| discount / (1.0 - discount) / HOURS_PER_LOSS),
        worst_band: worst_band(&served, question),
    })
}

fn spot_types(shape: &Shape) -> Option<&[FleetType]> {
    match shape {
        Shape::EmrEc2(shape) => shape.task.as_ref().map(|fleet| fleet.types.as_slice()),
        Shape::EmrEks(shape) if shape.spot => Some(&shape.spot_types),
        _ => None,
    }
}

fn hourly(meter: crate::prices::Meter, question: &Question<'_>) -> Option<Decimal> {
    question.rates.rate(&meter).ok().map(|price| price.dollars)
}

/// Dollars per unit of capacity, weighted by the shares.
fn weighted(served: &[&FleetType], price: impl Fn(&str) -> Option<Decimal>) -> Option<f64> {
    served
        .iter()
        .map(|kind| Some(f64::try_from(price(&kind.instance_type)?).ok()? / f64::from(kind.weight) * kind.share))
        .sum()
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
