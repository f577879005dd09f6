//! At which Spot price, and at which rate of losses, the best shape with Spot and the best one without change places.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::evaluate::runs_per_month;
use super::finalist::{Finalist, is_baseline};
use super::model::BreakEven;
use crate::engines::{CostGroup, Period, Question};
use crate::prices::{Meter, OnDemandInstance, PriceKey};
use crate::units::Span;

/// Most losses of a node in an hour that are looked at: one in six minutes.
const MOST_LOSSES: f64 = 10.0;

/// Both break-evens; none unless there is a fully priced shape with Spot and one without.
#[must_use]
pub fn spot_break_evens(rows: &[Finalist], question: &Question<'_>, within: Span) -> Vec<BreakEven> {
    let mut priced = rows.iter().filter(|row| !is_baseline(row) && row.monthly.missing == 0);
    let Some(spot) = priced.clone().find(|row| row.spot.is_some()) else { return Vec::new() };
    let Some(other) = priced.find(|row| row.spot.is_none()) else { return Vec::new() };
    let sides = Sides { spot, other, question };
    over_price(&sides).into_iter().chain(over_losses(&sides, within)).collect()
}

struct Sides<'a> {
    spot: &'a Finalist,
    other: &'a Finalist,
    question: &'a Question<'a>,
}

impl Sides<'_> {
    /// What the run of the Spot shape may cost more until a month of it costs what a month of the other does.
    fn affordable_per_run(&self) -> f64 {
        let runs = runs_per_month(self.question).to_f64().unwrap_or(1.0);
        (self.other.monthly.known - self.spot.monthly.known).approximate() / runs
    }

    fn names(&self) -> (String, String) {
        let engine = |row: &Finalist| row.evaluated.candidate.engine.as_str();
        if engine(self.spot) == engine(self.other) {
            // One engine with two purchase options.
            (format!("{} with Spot", engine(self.spot)), format!("{} without Spot", engine(self.other)))
        } else {
            (engine(self.spot).to_owned(), engine(self.other).to_owned())
        }
    }

    fn answer(&self, axis: &str, at: Option<(f64, String)>, range: String) -> BreakEven {
        let (spot, other) = self.names();
        let spot_is_cheaper = self.spot.monthly.known <= self.other.monthly.known;
        let (below, above) = match (&at, spot_is_cheaper) {
            (Some(_), _) => (spot, other),
            (None, true) => (spot.clone(), spot),
            (None, false) => (other.clone(), other),
        };
        let (at_value, at) = at.unzip();
        BreakEven { axis: axis.to_owned(), at, at_value, below, above, range }
    }
}

/// The factor on today's Spot prices. A line of the bill costs its price times the factor, On-Demand's at most: nobody
/// bids more.
fn over_price(sides: &Sides<'_>) -> Option<BreakEven> {
    let (mut spot_usd, mut full_usd) = (Decimal::ZERO, Decimal::ZERO);
    for line in sides.spot.evaluated.bill.lines.iter().filter(|line| line.charge.period == Period::Run) {
        let Meter::SpotInstance(_) = &line.charge.meter else { continue };
        let name = line.charge.meter.instance_type()?;
        spot_usd += line.amount()?.dollars();
        full_usd += line.charge.quantity * sides.question.rates.dollars(&OnDemandInstance(name).meter())?;
    }
    let spot_usd = spot_usd.to_f64().filter(|dollars| *dollars > 0.0)?;
    let cap = full_usd.to_f64()? / spot_usd;
    // The ranking's mean run is not the likely run: its Spot lines are taken to be as much dearer as all of it.
    let at = 1.0 + sides.affordable_per_run() / (spot_usd * drawn_over_likely(sides.spot)?);
    let at = (at > 0.0 && at < cap).then(|| (at, format!("{at:.2} × today's Spot price")));
    Some(sides.answer("spot.price_factor", at, format!("up to the On-Demand price, {cap:.2} × today's Spot price")))
}

/// Losses of a node in an hour, by the closed form of [`super::spot`]: a run that takes `T0` without losses takes
/// `T0 / (1 − p)`, and the pressure `p` grows in proportion to the losses. What is billed by the hour grows with the time.
fn over_losses(sides: &Sides<'_>, within: Span) -> Option<BreakEven> {
    let run = &sides.spot.evaluated.likely;
    let (start_s, work_s, delay_s) = (run.start_up.as_seconds(), run.work.as_seconds(), run.spot_delay.as_seconds());
    // Spot executors are the last group of every shape that has some.
    let node_hours_share = run.groups.last()?.executor_time.as_hours();
    if delay_s <= 0.0 || delay_s >= work_s || node_hours_share <= 0.0 {
        return None;
    }
    let by_the_hour: f64 = sides
        .spot
        .evaluated
        .bill
        .lines
        .iter()
        .filter(|line| line.charge.period == Period::Run)
        .filter(|line| matches!(line.charge.group, CostGroup::Compute | CostGroup::EngineFee | CostGroup::Storage))
        .map(|line| line.amount().map(|amount| amount.approximate()))
        .sum::<Option<f64>>()?;
    let hourly_usd = by_the_hour * drawn_over_likely(sides.spot)?;
    let affordable_s = (start_s + work_s) * (1.0 + sides.affordable_per_run() / hourly_usd.max(f64::MIN_POSITIVE));
    let longest_s = affordable_s.min(within.as_seconds());
    let pressure = pressure_of(longest_s - start_s, work_s - delay_s)?;
    let losses = run.spot_losses / node_hours_share * pressure / (delay_s / work_s);
    let why = if affordable_s > longest_s { " (the deadline; the cost alone would allow more)" } else { "" };
    let at = (losses < MOST_LOSSES).then(|| (losses, format!("{losses:.3} losses of a node in an hour{why}")));
    Some(sides.answer("spot.losses_per_node_hour", at, format!("up to {MOST_LOSSES:.0} losses of a node in an hour")))
}

/// The pressure at which work that takes `quiet_s` without losses takes `work_s`; `None` when it would have to be less.
fn pressure_of(work_s: f64, quiet_s: f64) -> Option<f64> {
    (work_s > quiet_s && quiet_s > 0.0).then(|| 1.0 - quiet_s / work_s)
}

/// The mean cost of the drawn runs over that of the likely one.
fn drawn_over_likely(row: &Finalist) -> Option<f64> {
    let likely = row.evaluated.bill.total(Period::Run).ok()?.approximate();
    let standing = row.evaluated.bill.total(Period::Month).ok()?.approximate();
    let runs = row.evaluated.monthly.complete()?.approximate() - standing;
    let drawn = row.monthly.known.approximate() - standing;
    (likely > 0.0 && runs > 0.0 && drawn > 0.0).then(|| drawn / runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_takes_a_quarter_longer_is_under_a_fifth_of_pressure() {
        // 1,600 s / (1 − p) = 2,000 s: p = 0.2.
        assert!((pressure_of(2_000.0, 1_600.0).expect("longer") - 0.2).abs() < 1e-12);
        assert_eq!(pressure_of(1_500.0, 1_600.0), None);
    }
}
