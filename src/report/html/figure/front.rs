//! Cost of a month against time: the ranked candidates, and the front of what no other shape beats in both.

use super::{WIDTH, line, plot, text, ticks, time_ticks};
use crate::report::document::{Entry, RecommendDocument, Role};
use crate::report::html::escape::attribute;
use crate::report::number::Dollars;
use crate::report::words;

const HEIGHT: f64 = 380.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 50.0;
/// Times the cheapest that are still drawn.
const DEAREST: f64 = 8.0;

/// The plot; nothing when fewer than two shapes have a price.
pub fn front(document: &RecommendDocument) -> Option<(String, String)> {
    let entries: Vec<(&Entry, f64, f64)> = document
        .recommendations
        .iter()
        .filter_map(|entry| Some((entry, entry.duration_s.p50, entry.monthly_cost_usd?.as_f64())))
        .collect();
    // One that costs many times the cheapest would press all others into a line: the table has it.
    let cheapest = entries.iter().map(|it| it.2).fold(f64::INFINITY, f64::min);
    let (entries, dear): (Vec<_>, Vec<_>) = entries.into_iter().partition(|it| it.2 <= cheapest * DEAREST);
    let others: Vec<(f64, f64, String)> = document
        .pareto
        .iter()
        .map(|it| (it.duration_s, it.monthly_cost_usd.as_f64(), format!("{}, {}", it.engine.title(), it.shape_text)))
        .collect();
    if entries.len() + others.len() < 2 {
        return None;
    }
    let times = || entries.iter().map(|it| it.1).chain(others.iter().map(|it| it.0));
    let costs = || entries.iter().map(|it| it.2).chain(others.iter().map(|it| it.1));
    let (most_time, most_cost) = (times().fold(1.0, f64::max) * 1.05, costs().fold(0.01, f64::max) * 1.05);
    let x = |seconds: f64| LEFT + seconds / most_time * (WIDTH - LEFT - RIGHT);
    let y = |usd: f64| HEIGHT - BOTTOM - usd / most_cost * (HEIGHT - TOP - BOTTOM);
    let mut content = axes(most_time, most_cost, &x, &y);
    content.push_str(&front_line(&entries, &others, &x, &y));
    for (seconds, usd, name) in &others {
        let said = said(name, *seconds, Dollars::new(rust_decimal::Decimal::try_from(*usd).unwrap_or_default()));
        content.push_str(&dot(x(*seconds), y(*usd), 3.5, "f6", &said));
    }
    for (index, (entry, seconds, usd)) in entries.iter().enumerate() {
        content.push_str(&labelled(entry, x(*seconds), y(*usd), index));
    }
    content.push_str(&legend(&entries));
    let description = format!(
        "{} ranked candidates and {} other shapes by median time and expected cost of a month; the table has the figures{}",
        entries.len(),
        others.len(),
        if dear.is_empty() { String::new() } else { format!(", also of {} too dear to draw", dear.len()) }
    );
    Some((plot(HEIGHT, "Cost against time", &description, &content), description))
}

fn axes(most_time: f64, most_cost: f64, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut out = String::new();
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for usd in ticks(most_cost, 5.0) {
        out.push_str(&line((LEFT, y(usd)), (right, y(usd)), "axis"));
        let dollars = Dollars::new(rust_decimal::Decimal::try_from(usd).unwrap_or_default());
        out.push_str(&text(LEFT - 6.0, y(usd) + 4.0, "end", "soft", &words::money(Some(dollars))));
    }
    for seconds in time_ticks(most_time) {
        out.push_str(&line((x(seconds), bottom), (x(seconds), bottom + 5.0), "axis"));
        let label = if seconds == 0.0 { "0".to_owned() } else { words::span(seconds) };
        out.push_str(&text(x(seconds), bottom + 18.0, "middle", "soft", &label));
    }
    out.push_str(&text((LEFT + right) / 2.0, HEIGHT - 10.0, "middle", "soft", "median time from trigger to result"));
    out.push_str(&text(LEFT, TOP - 7.0, "start", "soft", "cost of a month"));
    out
}

/// The steps of the front: sorted by time, each cheaper than all before.
fn front_line(
    entries: &[(&Entry, f64, f64)],
    others: &[(f64, f64, String)],
    x: &dyn Fn(f64) -> f64,
    y: &dyn Fn(f64) -> f64,
) -> String {
    let mut points: Vec<(f64, f64)> =
        entries.iter().map(|it| (it.1, it.2)).chain(others.iter().map(|it| (it.0, it.1))).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut best = f64::INFINITY;
    let mut path = Vec::new();
    for (seconds, usd) in points {
        if usd < best {
            best = usd;
            path.push(format!("{:.1},{:.1}", x(seconds), y(usd)));
        }
    }
    format!("<polyline class=\"front\" points=\"{}\"/>\n", path.join(" "))
}

fn labelled(entry: &Entry, x: f64, y: f64, index: usize) -> String {
    let name = format!("{}, {}", entry.engine.title(), entry.shape_text);
    let cost = entry.monthly_cost_usd.unwrap_or_default();
    let class = class(index);
    let mut out =
        dot(x, y, if entry.rank == Some(1) { 8.0 } else { 6.0 }, class, &said(&name, entry.duration_s.p50, cost));
    out.push_str(&text(x + 9.0, y - 5.0, "start", "", &mark(entry)));
    out
}

fn mark(entry: &Entry) -> String {
    entry.rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string())
}

fn class(index: usize) -> &'static str {
    ["f1", "f2", "f3", "f4", "f5", "f7", "f8", "f6"][index % 8]
}

fn dot(x: f64, y: f64, radius: f64, class: &str, title: &str) -> String {
    format!(
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" class=\"{class}\"><title>{}</title></circle>\n",
        attribute(title)
    )
}

fn said(name: &str, seconds: f64, cost: Dollars) -> String {
    format!("{name}: {}, {} a month", words::span(seconds), cost.usd())
}

fn legend(entries: &[(&Entry, f64, f64)]) -> String {
    let mut out = String::new();
    for (index, (entry, _, _)) in entries.iter().enumerate().take(16) {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = TOP + 6.0 + index as f64 * 20.0;
        out.push_str(&dot(WIDTH - RIGHT + 16.0, y - 4.0, 5.0, class(index), ""));
        let baseline = if entry.role == Role::Baseline { " (baseline)" } else { "" };
        let name = super::short(&format!("{} {}{baseline}", mark(entry), entry.engine.title()), 24);
        out.push_str(&text(WIDTH - RIGHT + 26.0, y, "start", "", &name));
    }
    out
}
