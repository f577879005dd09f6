//! Pipelines of a week: what each cost beside its projection, who moved, who paid for nothing.

use rust_decimal::Decimal;

use jiff::civil::Date;

use super::books::Books;
use super::variance::{Actual, variance};
use super::{IsoWeek, tenth};
use crate::finops::cost::Kind;
use crate::profile::spend::SpendPart;
use crate::report::document::{Cents, Idle, Mover, PipelineWeek};
use crate::report::six;
use crate::units::Usd;

/// Movers that are named.
const MOVERS: usize = 10;

impl Books<'_> {
    /// Pipelines of this week or the one before, and those of the portfolio that cost nothing.
    pub(super) fn pipelines(&self) -> Vec<PipelineWeek> {
        let (week, before) = (self.question.week, self.previous());
        let names = self.question.ledger.pipelines();
        let here = |number: &u32| {
            self.in_week(week)
                .chain(before.into_iter().flat_map(|before| self.in_week(before)))
                .any(|(key, _)| key.pipeline == Some(*number))
        };
        let numbers: Vec<u32> = (0..u32::try_from(names.len()).unwrap_or(u32::MAX)).filter(here).collect();
        let mut all: Vec<PipelineWeek> =
            numbers.iter().map(|number| self.pipeline(&names[*number as usize], Some(*number))).collect();
        for name in self.projections.keys().filter(|name| !all.iter().any(|it| it.name == **name)).collect::<Vec<_>>() {
            all.push(self.pipeline(name, None));
        }
        all.sort_by(|a, b| b.actual_usd.cmp(&a.actual_usd).then_with(|| a.name.cmp(&b.name)));
        all
    }

    fn pipeline(&self, name: &str, number: Option<u32>) -> PipelineWeek {
        let actual = number.map(|number| self.actual(name, number)).unwrap_or_default();
        let projection = self.projections.get(name);
        let previous = self
            .previous()
            .map(|before| Cents::new(self.sum(before, |key| number.is_some() && key.pipeline == number)));
        PipelineWeek {
            name: name.to_owned(),
            workload: projection.map(|projection| projection.document.workload.name.clone()),
            actual_usd: actual.cost.into(),
            previous_week_usd: previous,
            projected_usd: projection.map(|projection| projection.cost().into()),
            runs: actual.runs.map(|(runs, _)| runs),
            projected_runs: projection.map(|projection| six(projection.runs)),
            vcpu_hours: tenth(actual.vcpu_hours),
            projected_vcpu_hours: projection.map(|it| tenth(it.vcpu_hours_per_run * it.runs)),
            spot_share: actual.spot_share().map(six),
            variance: projection.map(|projection| variance(&actual, projection)),
        }
    }

    pub(super) fn actual(&self, name: &str, number: u32) -> Actual {
        let week = self.question.week;
        let mut actual = Actual::default();
        let runs = self.question.ledger.runs(number, week.from, week.until());
        let planned = self.projections.get(name).and_then(|projection| projection.runs_by_day);
        let seen = |day: Date| runs.iter().flatten().find(|(of, _)| *of == day).map_or(0, |(_, count)| *count);
        for (key, cell) in self.in_week(week).filter(|(key, _)| key.pipeline == Some(number)) {
            actual.cost += Usd::new(cell.cost);
            if key.kind != Kind::Usage {
                continue;
            }
            actual.usage_cost += Usd::new(cell.cost);
            actual.vcpu_hours += cell.vcpu_hours;
            if key.part == SpendPart::Ec2 {
                actual.ec2_vcpu_hours.0 += cell.vcpu_hours;
                actual.ec2_vcpu_hours.1 += if key.spot { cell.vcpu_hours } else { 0.0 };
            }
            if runs.is_some() && seen(key.day) == 0 && started_before(week, key.day, planned) {
                actual.idle_vcpu_hours += cell.vcpu_hours;
            }
        }
        actual.runs = runs.as_ref().map(|runs| {
            let all = runs.iter().map(|(_, count)| count).sum();
            let retries = planned.map_or(0, |planned| {
                let beyond = |(day, count): &(Date, u64)| count.saturating_sub(planned[offset(week, *day)].max(1));
                runs.iter().map(beyond).sum()
            });
            (all, retries)
        });
        actual
    }

    pub(super) fn movers(&self, pipelines: &[PipelineWeek]) -> Vec<Mover> {
        let mut movers: Vec<Mover> = pipelines
            .iter()
            .filter_map(|it| {
                let previous = it.previous_week_usd?;
                let change_usd = it.actual_usd.minus(previous);
                let (name, actual_usd) = (it.name.clone(), it.actual_usd);
                (change_usd != Cents::default()).then_some(Mover {
                    name,
                    previous_week_usd: previous,
                    actual_usd,
                    change_usd,
                })
            })
            .collect();
        movers
            .sort_by(|a, b| b.change_usd.get().abs().cmp(&a.change_usd.get().abs()).then_with(|| a.name.cmp(&b.name)));
        movers.truncate(MOVERS);
        movers
    }

    pub(super) fn idle(&self) -> Vec<Idle> {
        let names = self.question.ledger.pipelines();
        let mut all: Vec<Idle> = names
            .iter()
            .enumerate()
            .filter_map(|(number, name)| self.idle_of(name, u32::try_from(number).ok()?))
            .collect();
        all.sort_by(|a, b| b.idle_usd.cmp(&a.idle_usd).then_with(|| a.name.cmp(&b.name)));
        all
    }

    fn idle_of(&self, name: &str, number: u32) -> Option<Idle> {
        let projection = self.projections.get(name)?;
        let actual = self.actual(name, number);
        #[expect(clippy::cast_precision_loss, reason = "a week has no 2^52 runs")]
        let runs = actual.runs.map_or(projection.runs, |(runs, _)| runs as f64);
        let needed = projection.busy_vcpu_hours_per_run * runs;
        let idle = actual.vcpu_hours - needed;
        if idle <= 0.0 || actual.vcpu_hours <= 0.0 {
            return None;
        }
        let share = Decimal::try_from(idle / actual.vcpu_hours).unwrap_or_default();
        Some(Idle {
            name: name.to_owned(),
            paid_vcpu_hours: tenth(actual.vcpu_hours),
            needed_vcpu_hours: tenth(needed),
            idle_vcpu_hours: tenth(idle),
            idle_usd: (actual.usage_cost * share).into(),
        })
    }
}

/// A day whose hours count as idle when no run began on it: none was planned, or it is not known what was.
fn started_before(week: IsoWeek, day: Date, planned: Option<[u64; 7]>) -> bool {
    planned.is_none_or(|planned| planned[offset(week, day)] == 0)
}

fn offset(week: IsoWeek, day: Date) -> usize {
    week.days().position(|of| of == day).unwrap_or(0)
}
