//! What each workload cost in the baseline and costs now, with the simulation's noise as an interval.

use super::{WIDTH, line, plot, rect, short, text};
use crate::report::document::{CheckDocument, CheckedWorkload};
use crate::report::number::Dollars;
use crate::report::words;

const LEFT: f64 = 210.0;
const RIGHT: f64 = 190.0;
const ROW: f64 = 38.0;
/// Workloads that are drawn: those that differ most; the table has all.
const MOST: usize = 20;

/// The plot; nothing without a priced workload.
pub fn before_and_now(document: &CheckDocument) -> Option<String> {
    let value = |usd: Option<Dollars>| usd.map_or(0.0, Dollars::as_f64);
    let mut all: Vec<&CheckedWorkload> =
        document.workloads.iter().filter(|one| one.baseline_usd.is_some() || one.current_usd.is_some()).collect();
    let change = |one: &CheckedWorkload| (value(one.current_usd) - value(one.baseline_usd)).abs();
    all.sort_by(|a, b| change(b).total_cmp(&change(a)).then_with(|| a.name.cmp(&b.name)));
    all.truncate(MOST);
    let most = all
        .iter()
        .map(|one| value(one.baseline_usd).max(value(one.current_usd) + value(one.noise_usd)))
        .fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let x = |usd: f64| LEFT + usd.max(0.0) / most * (WIDTH - LEFT - RIGHT);
    let mut content = String::new();
    for (index, one) in all.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = 8.0 + index as f64 * ROW;
        let (before, now) = (value(one.baseline_usd), value(one.current_usd));
        content.push_str(&text(LEFT - 8.0, y + 19.0, "end", "", &short(&one.name, 30)));
        let said = |when: &str, usd: Option<Dollars>| format!("{} {when}: {} a month", one.name, words::money(usd));
        content.push_str(&rect(LEFT, y, x(before) - LEFT, 11.0, "f6", &said("in the baseline", one.baseline_usd)));
        content.push_str(&rect(LEFT, y + 13.0, x(now) - LEFT, 13.0, "f1", &said("now", one.current_usd)));
        let noise = value(one.noise_usd);
        if noise > 0.0 && one.current_usd.is_some() {
            content.push_str(&line((x(now - noise), y + 19.5), (x(now + noise), y + 19.5), "mark"));
        }
        let written = format!("{} → {}", words::money(one.baseline_usd), words::money(one.current_usd));
        content.push_str(&text(x(before.max(now + noise)) + 6.0, y + 18.0, "start", "", &written));
    }
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let height = 12.0 + all.len() as f64 * ROW;
    let description = format!("Cost of a month of {} workloads in the baseline and now", all.len());
    Some(plot(height, "Before and now", &description, &content))
}
