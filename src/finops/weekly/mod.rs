//! The weekly report: a ledger of what was paid beside what shapecast projects.

mod forecast;
mod projection;
mod variance;
mod week;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use projection::Projection;
pub use week::IsoWeek;

use self::variance::{Actual, variance};
use super::cost::{Cell, CellKey, Kind, Ledger};
use crate::profile::spend::SpendPart;
use crate::report::document::{
    Cents, CodedText, CostSource, Idle, Mover, OpenRecommendation, PartWeek, PipelineWeek, RecommendDocument,
    SCHEMA_VERSION, SpotWeek, Tool, TrendWeek, Untagged, Week, WeeklyDocument, WeeklyRun, WeeklyTotals, kebab_name,
};
use crate::report::six;
use crate::units::Usd;

/// Weeks of the trend.
const TREND: usize = 13;
/// Movers that are named.
const MOVERS: usize = 10;
/// Weeks of a year, for yearly values.
const WEEKS_PER_YEAR: f64 = 365.25 / 7.0;

/// What a report is made from.
#[derive(Debug)]
pub struct WeeklyQuestion<'a> {
    /// The week.
    pub week: IsoWeek,
    /// What was paid.
    pub ledger: &'a Ledger,
    /// Where that is from.
    pub sources: Vec<String>,
    /// The portfolio's answers.
    pub portfolio: &'a [RecommendDocument],
    /// RFC 3339.
    pub created_at: String,
}

/// Makes the report.
#[must_use]
pub fn weekly(question: &WeeklyQuestion<'_>) -> WeeklyDocument {
    let books = Books::open(question);
    let pipelines = books.pipelines();
    WeeklyDocument {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        run: WeeklyRun { created_at: question.created_at.clone() },
        week: books.week(),
        source: books.source(),
        totals: books.totals(&pipelines),
        trend: books.trend(),
        by_part: books.by_part(),
        movers: books.movers(&pipelines),
        idle: books.idle(),
        untagged: books.untagged(),
        clusters: Vec::new(),
        spot: books.spot(),
        forecast: forecast::forecast(&books.by_day, question.week),
        recommendations: books.recommendations(),
        warnings: books.warnings(&pipelines),
        pipelines,
    }
}

struct Books<'a> {
    question: &'a WeeklyQuestion<'a>,
    cells: BTreeMap<CellKey, Cell>,
    by_day: BTreeMap<Date, Decimal>,
    days: Option<(Date, Date)>,
    projections: BTreeMap<&'a str, Projection<'a>>,
}

impl<'a> Books<'a> {
    fn open(question: &'a WeeklyQuestion<'a>) -> Self {
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

    fn in_week(&self, week: IsoWeek) -> impl Iterator<Item = (&CellKey, &Cell)> {
        self.cells.iter().filter(move |(key, _)| week.has(key.day))
    }

    fn sum(&self, week: IsoWeek, wanted: impl Fn(&CellKey) -> bool) -> Decimal {
        self.in_week(week).filter(|(key, _)| wanted(key)).map(|(_, cell)| cell.cost).sum()
    }

    /// Whether the source reaches back over the whole week before.
    fn previous(&self) -> Option<IsoWeek> {
        let before = self.question.week.before();
        self.days.filter(|(first, _)| *first <= before.from).map(|_| before)
    }

    fn week(&self) -> Week {
        let week = self.question.week;
        Week {
            name: week.to_string(),
            from: week.from.to_string(),
            until: week.until().to_string(),
            days_with_cost: u32::try_from(week.days().filter(|day| self.by_day.contains_key(day)).count()).unwrap_or(7),
        }
    }

    fn source(&self) -> CostSource {
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

    fn totals(&self, pipelines: &[PipelineWeek]) -> WeeklyTotals {
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

    fn trend(&self) -> Vec<TrendWeek> {
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

    fn by_part(&self) -> Vec<PartWeek> {
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

    /// Pipelines of this week or the one before, and those of the portfolio that cost nothing.
    fn pipelines(&self) -> Vec<PipelineWeek> {
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

    fn actual(&self, name: &str, number: u32) -> Actual {
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

    fn movers(&self, pipelines: &[PipelineWeek]) -> Vec<Mover> {
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

    fn idle(&self) -> Vec<Idle> {
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

    fn untagged(&self) -> Vec<Untagged> {
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

    fn spot(&self) -> SpotWeek {
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

    fn recommendations(&self) -> Vec<OpenRecommendation> {
        let mut all = Vec::new();
        for (name, projection) in &self.projections {
            let Some(number) = self.question.ledger.pipelines().iter().position(|it| it == name) else { continue };
            let actual = self.actual(name, u32::try_from(number).unwrap_or(u32::MAX));
            let yearly = |usd: Usd| usd.approximate() * WEEKS_PER_YEAR;
            let value = yearly(actual.usage_cost) - yearly(projection.cost());
            if value > 0.0 && actual.usage_cost > projection.cost() * tolerance() {
                all.push(OpenRecommendation {
                    code: "move".to_owned(),
                    pipeline: Some((*name).to_owned()),
                    engine: Some(projection.best.engine),
                    yearly_value_usd: Some(cents(value)),
                    text: format!("run it on {}: {}", projection.best.engine.title(), projection.best.shape_text),
                });
            }
        }
        let untagged = self.sum(self.question.week, |key| key.pipeline.is_none());
        if untagged > Decimal::ZERO {
            all.push(OpenRecommendation {
                code: "tag-spend".to_owned(),
                pipeline: None,
                engine: None,
                yearly_value_usd: None,
                text: format!(
                    "give what is untagged the tag `{}`: nobody answers for it now",
                    self.question.ledger.tag()
                ),
            });
        }
        all.sort_by(|a, b| b.yearly_value_usd.cmp(&a.yearly_value_usd).then_with(|| a.pipeline.cmp(&b.pipeline)));
        all
    }

    fn warnings(&self, pipelines: &[PipelineWeek]) -> Vec<CodedText> {
        let mut all = Vec::new();
        let mut warn = |code: &str, text: String| all.push(CodedText { code: code.to_owned(), text });
        let (_, duplicates, cost) = self.question.ledger.counts();
        if duplicates > 0 {
            warn("duplicate-rows", format!("{duplicates} rows ({cost}) were there twice and count once"));
        }
        let week = self.week();
        if week.days_with_cost < 7 {
            warn("week-incomplete", format!("only {} of 7 days of {} have costs", week.days_with_cost, week.name));
        }
        if self.previous().is_none() {
            warn("no-week-before", "the source does not reach back over the week before".to_owned());
        }
        if pipelines.iter().all(|it| it.runs.is_none()) && !pipelines.is_empty() {
            warn(
                "runs-unknown",
                "the source does not tell runs apart (no resource ids, no tag of EMR clusters): the number of runs is the \
                 schedule's"
                    .to_owned(),
            );
        }
        for document in self.question.portfolio {
            let name = &document.workload.name;
            if Projection::of(document, self.question.week).is_none() {
                warn(
                    "not-projected",
                    format!("`{name}` has no projection: nothing can serve it, or a price is missing"),
                );
            }
        }
        let unknown: Vec<&str> =
            pipelines.iter().filter(|it| it.workload.is_none()).map(|it| it.name.as_str()).collect();
        if !unknown.is_empty() && !self.question.portfolio.is_empty() {
            warn("no-workload", format!("pipelines without a workload file: {}", unknown.join(", ")));
        }
        all
    }
}

/// A recommendation is only made beyond five percent: closer is within what the projection can be wrong.
fn tolerance() -> Decimal {
    Decimal::ONE + Decimal::ONE / Decimal::from(20)
}

/// A day whose hours count as idle when no run began on it: none was planned, or it is not known what was.
fn started_before(week: IsoWeek, day: Date, planned: Option<[u64; 7]>) -> bool {
    planned.is_none_or(|planned| planned[offset(week, day)] == 0)
}

fn offset(week: IsoWeek, day: Date) -> usize {
    week.days().position(|of| of == day).unwrap_or(0)
}

fn share(part: Decimal, of: Decimal) -> Option<f64> {
    part.checked_div(of).and_then(|share| f64::try_from(share).ok()).map(six)
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn cents(value: f64) -> Cents {
    Cents::new(Decimal::try_from(value).unwrap_or_default())
}
