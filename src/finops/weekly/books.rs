//! The opened books: what the ledger says of a week, by day, part and service.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{IsoWeek, Projection, WeeklyQuestion, share, tenth};
use crate::finops::cost::{Cell, CellKey, Kind};
use crate::profile::spend::SpendPart;
use crate::report::document::{
    Cents, CostSource, PartWeek, PipelineWeek, SpotWeek, TrendWeek, Untagged, Week, WeeklyTotals, kebab_name,
};

/// Weeks of the trend.
const TREND: usize = 13;

/// A ledger's cells and the portfolio's projections, by what a report asks of them.
pub(super) struct Books<'a> {
    pub(super) question: &'a WeeklyQuestion<'a>,
    cells: BTreeMap<CellKey, Cell>,
    pub(super) by_day: BTreeMap<Date, Decimal>,
    days: Option<(Date, Date)>,
    pub(super) projections: BTreeMap<&'a str, Projection<'a>>,
}

impl<'a> Books<'a> {
    pub(super) fn open(question: &'a WeeklyQuestion<'a>) -> Self {
        let cells = question.ledger.cells();
        let mut by_day: BTreeMap<Date, Decimal> = BTreeMap::new();
        for (key, cell) in &cells {
            *by_day.entry(key.day).or_default() += cell.cost;
        }
        let mut projections = BTreeMap::new();
        for document in question.portfolio {
            if let Some(projection) = Projection::of(document, question.week) {
                projections.insert(document.pipeline(question.ledger.tag()), projection);
            }
        }
        Self { question, cells, by_day, days: question.ledger.days(), projections }
    }

    pub(super) fn in_week(&self, week: IsoWeek) -> impl Iterator<Item = (&CellKey, &Cell)> {
        self.cells.iter().filter(move |(key, _)| week.has(key.day))
    }

    pub(super) fn sum(&self, week: IsoWeek, wanted: impl Fn(&CellKey) -> bool) -> Decimal {
        self.in_week(week).filter(|(key, _)| wanted(key)).map(|(_, cell)| cell.cost).sum()
    }

    /// Whether the source reaches back over the whole week before.
    pub(super) fn previous(&self) -> Option<IsoWeek> {
        let before = self.question.week.before();
        self.days.filter(|(first, _)| *first <= before.from).map(|_| before)
    }

    pub(super) fn week(&self) -> Week {
        let week = self.question.week;
        Week {
            name: week.to_string(),
            from: week.from.to_string(),
            until: week.until().to_string(),
            days_with_cost: u32::try_from(week.days().filter(|day| self.by_day.contains_key(day)).count()).unwrap_or(7),
        }
    }

    pub(super) fn source(&self) -> CostSource {
        let ledger = self.question.ledger;
        let (rows, duplicate_rows, duplicated) = ledger.counts();
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        CostSource {
            names: self.question.sources.clone(),
            tag: ledger.tag().to_owned(),
            currency: ledger.currency().unwrap_or("USD").to_owned(),
            rows,
            duplicate_rows,
            duplicate_usd: duplicated.into(),
            first_day: day(self.days.map(|(first, _)| first)),
            last_day: day(self.days.map(|(_, last)| last)),
            total_usd: ledger.total().into(),
        }
    }

    pub(super) fn totals(&self, pipelines: &[PipelineWeek]) -> WeeklyTotals {
        let week = self.question.week;
        let actual = self.sum(week, |_| true);
        let previous = self.previous().map(|before| self.sum(before, |_| true));
        let kind = |kind: Kind| Cents::new(self.sum(week, |key| key.kind == kind));
        let projected: Vec<&PipelineWeek> = pipelines.iter().filter(|it| it.projected_usd.is_some()).collect();
        let sum_of = |of: &dyn Fn(&PipelineWeek) -> Option<Cents>| {
            (!projected.is_empty()).then(|| Cents::new(projected.iter().filter_map(|it| of(it)).map(Cents::get).sum()))
        };
        WeeklyTotals {
            actual_usd: Cents::new(actual),
            previous_week_usd: previous.map(Cents::new),
            change_usd: previous.map(|previous| Cents::new(actual).minus(Cents::new(previous))),
            change: previous.and_then(|previous| share(actual - previous, previous)),
            usage_usd: kind(Kind::Usage),
            credits_usd: kind(Kind::Credit),
            refunds_usd: kind(Kind::Refund),
            tax_usd: kind(Kind::Tax),
            other_usd: kind(Kind::Other),
            tagged_usd: Cents::new(self.sum(week, |key| key.pipeline.is_some())),
            untagged_usd: Cents::new(self.sum(week, |key| key.pipeline.is_none())),
            projected_usd: sum_of(&|it| it.projected_usd),
            actual_of_projected_usd: sum_of(&|it| Some(it.actual_usd)),
        }
    }

    pub(super) fn trend(&self) -> Vec<TrendWeek> {
        let Some((first, last)) = self.days else { return Vec::new() };
        let mut weeks = Vec::new();
        let mut week = self.question.week;
        while weeks.len() < TREND && week.until() > first {
            weeks.push(TrendWeek {
                week: week.to_string(),
                actual_usd: Cents::new(self.sum(week, |_| true)),
                complete: week.from >= first && week.days().all(|day| day <= last),
            });
            week = week.before();
        }
        weeks.reverse();
        weeks
    }

    pub(super) fn by_part(&self) -> Vec<PartWeek> {
        let (week, before) = (self.question.week, self.previous());
        let mut parts: BTreeMap<SpendPart, Decimal> = BTreeMap::new();
        for (key, cell) in self.in_week(week) {
            *parts.entry(key.part).or_default() += cell.cost;
        }
        for (key, _) in before.into_iter().flat_map(|before| self.in_week(before)) {
            parts.entry(key.part).or_default();
        }
        parts
            .into_iter()
            .map(|(part, cost)| PartWeek {
                part: kebab_name(&part),
                actual_usd: Cents::new(cost),
                previous_week_usd: before.map(|before| Cents::new(self.sum(before, |key| key.part == part))),
            })
            .collect()
    }

    pub(super) fn untagged(&self) -> Vec<Untagged> {
        let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
        for (key, cell) in self.in_week(self.question.week).filter(|(key, _)| key.pipeline.is_none()) {
            *sums.entry(key.service).or_default() += cell.cost;
        }
        let services = self.question.ledger.services();
        let name = |number: u32| services.get(number as usize).filter(|name| !name.is_empty());
        let mut all: Vec<Untagged> = sums
            .into_iter()
            .map(|(number, cost)| Untagged {
                service: name(number).map_or_else(|| "(not said)".to_owned(), Clone::clone),
                actual_usd: Cents::new(cost),
            })
            .collect();
        all.sort_by(|a, b| b.actual_usd.cmp(&a.actual_usd).then_with(|| a.service.cmp(&b.service)));
        all
    }

    pub(super) fn spot(&self) -> SpotWeek {
        let cells: Vec<&Cell> =
            self.in_week(self.question.week).filter(|(key, _)| key.spot).map(|(_, cell)| cell).collect();
        let spend: Decimal = cells.iter().map(|cell| cell.cost).sum();
        let known = !cells.is_empty() && cells.iter().all(|cell| cell.on_demand_known);
        let on_demand = known.then(|| cells.iter().map(|cell| cell.on_demand_cost).sum::<Decimal>());
        let expected: Vec<f64> = self
            .projections
            .values()
            .filter_map(|it| it.best.spot.as_ref().map(|spot| spot.expected_losses * it.runs))
            .collect();
        SpotWeek {
            spend_usd: Cents::new(spend),
            vcpu_hours: tenth(cells.iter().map(|cell| cell.vcpu_hours).sum()),
            on_demand_usd: on_demand.map(Cents::new),
            savings_usd: on_demand.map(|on_demand| Cents::new(on_demand).minus(Cents::new(spend))),
            expected_interruptions: (!expected.is_empty()).then(|| tenth(expected.iter().sum())),
        }
    }
}
