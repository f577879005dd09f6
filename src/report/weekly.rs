//! The weekly report on a screen, in Markdown and as rows.

use serde_json::Value;

use super::csv::{CsvError, write};
use super::document::{Cents, Idle, PipelineWeek, WeeklyDocument, WeeklyTotals};
use super::{Align, Grid, Page, words};

/// The page of a week.
#[must_use]
pub fn page(document: &WeeklyDocument) -> Page {
    let mut page = Page::default();
    let week = &document.week;
    page.lead("Week", format!("{}, from {} to before {} (UTC)", week.name, week.from, week.until));
    page.lead("Source", source(document));
    page.lead("Cost", headline(&document.totals));
    page.lead("Month", month(document));
    page.main(pipelines(&document.pipelines), Some(totals_note(&document.totals)));
    page.section("Why actual is not projected", variance(&document.pipelines));
    page.section("Movers", movers(document));
    page.section_with_note("Idle and oversized", idle(&document.idle), idle_note(&document.idle));
    page.section("Open recommendations", recommendations(document));
    page.section("Untagged spend", untagged(document));
    page.section("Spot", spot(document));
    page.section("By part of the bill", by_part(document));
    page.section("By EMR cluster", clusters(document));
    page.section("Trend", trend(document));
    let kinds = kinds(&document.totals);
    page.section("What the total is made of", kinds);
    page.section("To know", Grid::plain(document.warnings.iter().map(|it| vec![it.text.clone()]).collect()));
    page
}

/// Every figure of the report, one a row: where it stands, what it is of, what it measures.
///
/// # Errors
/// When the text cannot be written.
pub fn csv(document: &WeeklyDocument) -> Result<String, CsvError> {
    let value = serde_json::to_value(document).unwrap_or_default();
    let mut rows = Vec::new();
    // The whole answers, where there are any, stand below what the report itself says.
    let (answers, own): (Vec<_>, Vec<_>) =
        value.as_object().into_iter().flatten().partition(|(section, _)| *section == "answers");
    for (section, value) in own.into_iter().chain(answers) {
        flatten(section, "", "", value, &mut rows);
    }
    write(&["section", "item", "measure", "value"], rows.into_iter())
}

fn flatten(section: &str, item: &str, measure: &str, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let measure = if measure.is_empty() { key.clone() } else { format!("{measure}.{key}") };
                flatten(section, item, &measure, value, rows);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                let name = ["name", "week", "part", "service", "pipeline", "code"]
                    .iter()
                    .find_map(|key| value.get(key)?.as_str())
                    .or_else(|| value.get("workload")?.get("name")?.as_str())
                    .map_or_else(|| (index + 1).to_string(), str::to_owned);
                let name = if item.is_empty() { name } else { format!("{item}/{name}") };
                flatten(section, &name, measure, value, rows);
            }
        }
        Value::Null => rows.push(vec![section.into(), item.into(), measure.into(), words::UNKNOWN.into()]),
        Value::String(text) => rows.push(vec![section.into(), item.into(), measure.into(), text.clone()]),
        other => rows.push(vec![section.into(), item.into(), measure.into(), other.to_string()]),
    }
}

/// Money in whole cents.
pub(super) fn cents(amount: Cents) -> String {
    let text = format!("{:.2}", amount.get().abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = words::grouped(whole.parse().unwrap_or_default());
    let sign = if amount.get().is_sign_negative() && !amount.get().is_zero() { "-" } else { "" };
    format!("{sign}${whole}.{fraction}")
}

fn maybe(amount: Option<Cents>) -> String {
    amount.map_or_else(|| words::UNKNOWN.to_owned(), cents)
}

fn signed(amount: Option<Cents>) -> String {
    match amount {
        Some(amount) if amount > Cents::default() => format!("+{}", cents(amount)),
        other => maybe(other),
    }
}

fn number(value: f64) -> String {
    words::tenths(value)
}

fn maybe_number(value: Option<f64>) -> String {
    value.map_or_else(|| words::UNKNOWN.to_owned(), number)
}

fn source(document: &WeeklyDocument) -> String {
    let source = &document.source;
    format!(
        "{}: {} rows of {} to {}, {} in all, pipelines by the tag `{}`",
        source.names.join(", "),
        words::count(source.rows),
        source.first_day,
        source.last_day,
        cents(source.total_usd),
        source.tag
    )
}

fn headline(totals: &WeeklyTotals) -> String {
    let change = totals.change_usd.map_or_else(String::new, |change| {
        let percent =
            totals.change.map_or_else(String::new, |share| format!(", {}{:.1} %", plus(share), share * 100.0));
        format!(" ({}{percent} against the week before)", signed(Some(change)))
    });
    let projected =
        totals.projected_usd.zip(totals.actual_of_projected_usd).map_or_else(String::new, |(plan, actual)| {
            format!("; of that {} where {} is projected", cents(actual), cents(plan))
        });
    format!("{}{change}{projected}", cents(totals.actual_usd))
}

const fn plus(share: f64) -> &'static str {
    if share > 0.0 { "+" } else { "" }
}

fn month(document: &WeeklyDocument) -> String {
    let forecast = &document.forecast;
    format!(
        "{}: {} to date, {} expected in all ({} to {}); the month before {}",
        forecast.month,
        cents(forecast.to_date_usd),
        cents(forecast.total_usd),
        cents(forecast.low_usd),
        cents(forecast.high_usd),
        maybe(forecast.previous_month_usd)
    )
}

fn pipelines(pipelines: &[PipelineWeek]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Pipeline", Align::Tight),
        ("Actual", Align::Right),
        ("Week before", Align::Right),
        ("Projected", Align::Right),
        ("Difference", Align::Right),
        ("Runs", Align::Right),
        ("Planned", Align::Right),
        ("vCPU-hours", Align::Right),
        ("Spot", Align::Right),
    ]);
    for it in pipelines {
        grid.push(vec![
            it.name.clone(),
            cents(it.actual_usd),
            maybe(it.previous_week_usd),
            it.projected_usd.map_or_else(|| "-".to_owned(), cents),
            it.variance.map_or_else(|| "-".to_owned(), |variance| signed(Some(variance.total_usd))),
            it.runs.map_or_else(|| words::UNKNOWN.to_owned(), words::count),
            it.projected_runs.map_or_else(|| "-".to_owned(), number),
            number(it.vcpu_hours),
            it.spot_share.map_or_else(|| "-".to_owned(), words::percent),
        ]);
    }
    grid
}

fn totals_note(totals: &WeeklyTotals) -> String {
    format!(
        "Total {}: {} tagged, {} untagged.",
        cents(totals.actual_usd),
        cents(totals.tagged_usd),
        cents(totals.untagged_usd)
    )
}

fn variance(pipelines: &[PipelineWeek]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Pipeline", Align::Tight),
        ("Difference", Align::Right),
        ("Runs", Align::Right),
        ("Retries", Align::Right),
        ("Volume", Align::Right),
        ("Idle", Align::Right),
        ("Spot share", Align::Right),
        ("Price", Align::Right),
        ("Other", Align::Right),
        ("Unexplained", Align::Right),
    ]);
    for it in pipelines {
        let Some(split) = it.variance else { continue };
        let parts = [
            split.total_usd,
            split.runs_usd,
            split.retries_usd,
            split.volume_usd,
            split.idle_usd,
            split.spot_share_usd,
            split.price_usd,
            split.other_usd,
            split.unexplained_usd,
        ];
        grid.push([it.name.clone()].into_iter().chain(parts.map(|part| signed(Some(part)))).collect());
    }
    grid
}

fn movers(document: &WeeklyDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Pipeline", Align::Tight),
        ("Change", Align::Right),
        ("Week before", Align::Right),
        ("Actual", Align::Right),
    ]);
    for it in &document.movers {
        grid.push(vec![
            it.name.clone(),
            signed(Some(it.change_usd)),
            cents(it.previous_week_usd),
            cents(it.actual_usd),
        ]);
    }
    grid
}

fn idle(idle: &[Idle]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Pipeline", Align::Tight),
        ("Idle", Align::Right),
        ("Idle vCPU-hours", Align::Right),
        ("Paid", Align::Right),
        ("Needed", Align::Right),
    ]);
    for it in idle {
        grid.push(vec![
            it.name.clone(),
            cents(it.idle_usd),
            number(it.idle_vcpu_hours),
            number(it.paid_vcpu_hours),
            number(it.needed_vcpu_hours),
        ]);
    }
    grid
}

fn idle_note(idle: &[Idle]) -> Option<String> {
    (!idle.is_empty()).then(|| {
        "Needed is what the simulation has tasks run for; start-up and tails are never all avoidable.".to_owned()
    })
}

fn recommendations(document: &WeeklyDocument) -> Grid {
    let mut grid =
        Grid::with_headings(&[("What", Align::Left), ("Pipeline", Align::Tight), ("Worth a year", Align::Right)]);
    for it in &document.recommendations {
        grid.push(vec![
            it.text.clone(),
            it.pipeline.clone().unwrap_or_else(|| "-".to_owned()),
            maybe(it.yearly_value_usd),
        ]);
    }
    grid
}

fn untagged(document: &WeeklyDocument) -> Grid {
    let mut grid = Grid::with_headings(&[("Service", Align::Tight), ("Actual", Align::Right)]);
    for it in &document.untagged {
        grid.push(vec![it.service.clone(), cents(it.actual_usd)]);
    }
    grid
}

fn spot(document: &WeeklyDocument) -> Grid {
    let spot = &document.spot;
    if spot.vcpu_hours <= 0.0 && spot.spend_usd == Cents::default() {
        return Grid::default();
    }
    let mut grid = Grid::with_headings(&[
        ("Spend", Align::Right),
        ("vCPU-hours", Align::Right),
        ("On-Demand", Align::Right),
        ("Saved", Align::Right),
        ("Expected interruptions", Align::Right),
    ]);
    grid.push(vec![
        cents(spot.spend_usd),
        number(spot.vcpu_hours),
        maybe(spot.on_demand_usd),
        maybe(spot.savings_usd),
        maybe_number(spot.expected_interruptions),
    ]);
    grid
}

fn by_part(document: &WeeklyDocument) -> Grid {
    let mut grid =
        Grid::with_headings(&[("Part", Align::Tight), ("Actual", Align::Right), ("Week before", Align::Right)]);
    for it in &document.by_part {
        grid.push(vec![it.part.clone(), cents(it.actual_usd), maybe(it.previous_week_usd)]);
    }
    grid
}

fn clusters(document: &WeeklyDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Cluster", Align::Tight),
        ("Actual", Align::Right),
        ("EMR's fee", Align::Right),
        ("On-Demand nodes", Align::Right),
        ("Spot nodes", Align::Right),
        ("Nodes", Align::Left),
    ]);
    for it in &document.clusters {
        let nodes = it.types.iter().map(|nodes| format!("{} {} h", nodes.usage_type, nodes.hours));
        grid.push(vec![
            it.name.clone(),
            cents(it.actual_usd),
            cents(it.emr_fee_usd),
            cents(it.ec2_on_demand_usd),
            cents(it.ec2_spot_usd),
            nodes.collect::<Vec<_>>().join(", "),
        ]);
    }
    grid
}

fn trend(document: &WeeklyDocument) -> Grid {
    let mut grid = Grid::with_headings(&[("Week", Align::Tight), ("Actual", Align::Right), ("", Align::Tight)]);
    for it in &document.trend {
        let partial = if it.complete { "" } else { "not all days" };
        grid.push(vec![it.week.clone(), cents(it.actual_usd), partial.to_owned()]);
    }
    grid
}

fn kinds(totals: &WeeklyTotals) -> Grid {
    let mut grid = Grid::with_headings(&[("Kind", Align::Tight), ("Amount", Align::Right)]);
    for (name, amount) in [
        ("Usage", totals.usage_usd),
        ("Credits", totals.credits_usd),
        ("Refunds", totals.refunds_usd),
        ("Tax", totals.tax_usd),
        ("Savings Plans, fees, discounts", totals.other_usd),
    ] {
        grid.push(vec![name.to_owned(), cents(amount)]);
    }
    grid
}
