//! What a month is made of, one bar a candidate.

use std::collections::BTreeMap;

use super::{WIDTH, line, plot, rect, short, text};
use crate::report::document::RecommendDocument;
use crate::units::Usd;

const LEFT: f64 = 210.0;
const RIGHT: f64 = 110.0;
const ROW: f64 = 26.0;
const GROUPS: [&str; 8] =
    ["compute", "engine-fee", "storage", "requests", "network", "orchestration", "catalog", "own"];

/// Times the cheapest up to which bars are true to scale; a dearer one would press all others into lines, so it is cut.
const DEAREST: f64 = 8.0;

/// The plot; nothing without a priced candidate.
pub fn bill(document: &RecommendDocument) -> Option<String> {
    let runs = rust_decimal::Decimal::try_from(document.workload.runs_per_month).ok()?;
    let bars: Vec<(String, BTreeMap<&str, Usd>, Usd)> = document
        .recommendations
        .iter()
        .filter(|entry| entry.monthly_cost_usd.is_some())
        .map(|entry| {
            let mut parts: BTreeMap<&str, Usd> = BTreeMap::new();
            for line in &entry.bill {
                let amount = line.amount_usd.unwrap_or_default().usd();
                let amount = if line.is_monthly() { amount } else { amount * runs };
                *parts.entry(line.group.as_str()).or_insert(Usd::ZERO) += amount;
            }
            let total = parts.values().copied().sum();
            (entry.engine.title().to_owned(), parts, total)
        })
        .collect();
    let totals = || bars.iter().map(|bar| bar.2.approximate()).filter(|total| *total > 0.0);
    let cheapest = totals().fold(f64::INFINITY, f64::min);
    let most = totals().filter(|total| *total <= cheapest * DEAREST).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let mut content = legend(&bars);
    for (index, (name, parts, total)) in bars.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = 34.0 + index as f64 * ROW;
        content.push_str(&text(LEFT - 8.0, y + 14.0, "end", "", &short(name, 32)));
        let mut x = LEFT;
        let (scale, cut) = if total.approximate() > most { (total.approximate(), ", cut") } else { (most, "") };
        for (number, group) in GROUPS.iter().enumerate() {
            let Some(amount) = parts.get(group).filter(|amount| **amount > Usd::ZERO) else { continue };
            let width = amount.approximate() / scale * (WIDTH - LEFT - RIGHT);
            content.push_str(&rect(x, y, width, 18.0, &class(number), &format!("{name}, {group}: {amount} a month")));
            x += width;
        }
        if !cut.is_empty() {
            content.push_str(&line((x - 8.0, y + 20.0), (x - 2.0, y - 2.0), "mark"));
        }
        content.push_str(&text(x + 6.0, y + 14.0, "start", "", &format!("{total}{cut}")));
    }
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let height = 40.0 + bars.len() as f64 * ROW;
    let description = "Bars of the likely runs' monthly bill by group of charges, one for each candidate";
    Some(plot(height, "What a month is made of", description, &content))
}

fn class(number: usize) -> String {
    format!("f{}", number % 8 + 1)
}

fn legend(bars: &[(String, BTreeMap<&str, Usd>, Usd)]) -> String {
    let mut out = String::new();
    let mut x = LEFT;
    for (number, group) in GROUPS.iter().enumerate() {
        if !bars.iter().any(|bar| bar.1.get(group).is_some_and(|amount| *amount > Usd::ZERO)) {
            continue;
        }
        out.push_str(&rect(x, 8.0, 10.0, 10.0, &class(number), group));
        out.push_str(&text(x + 14.0, 17.0, "start", "", group));
        #[expect(clippy::cast_precision_loss, reason = "short words")]
        let step = 30.0 + group.len() as f64 * 7.0;
        x += step;
    }
    out
}
