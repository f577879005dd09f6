//! What moves the decision: the cost of the recommended shape with each assumption at both ends of its range.

use super::{WIDTH, line, plot, rect, short, text, ticks};
use crate::report::document::{RecommendDocument, Swing, SwingEnd};
use crate::report::number::Dollars;
use crate::report::words;

const LEFT: f64 = 250.0;
const RIGHT: f64 = 120.0;
const ROW: f64 = 26.0;
const TOP: f64 = 24.0;
/// Assumptions that are drawn; the table and the JSON have all.
const MOST: usize = 12;

/// The plot; nothing when no assumption was varied, or none moves the cost.
pub fn tornado(document: &RecommendDocument) -> Option<String> {
    let sensitivity = document.sensitivity.as_ref()?;
    let likely = document.best()?.monthly_cost_usd?.as_f64();
    let swings: Vec<&Swing> = sensitivity.assumptions.iter().take(MOST).collect();
    let ends = || swings.iter().flat_map(|swing| [cost(&swing.low), cost(&swing.high)]).chain([likely]);
    let (least, most) = (ends().fold(f64::INFINITY, f64::min), ends().fold(0.0, f64::max));
    if swings.is_empty() || most <= least {
        return None;
    }
    // The axis begins at a round number below everything, so that small swings can be seen.
    let step = ticks(most - least, 4.0).get(1).copied().unwrap_or(most - least);
    let from = (least / step).floor() * step;
    let x = |usd: f64| LEFT + (usd - from) / (most - from) * (WIDTH - LEFT - RIGHT);
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let bottom = TOP + swings.len() as f64 * ROW;
    let mut content = String::new();
    for offset in ticks(most - from, 5.0) {
        let usd = from + offset;
        content.push_str(&line((x(usd), TOP - 4.0), (x(usd), bottom), "axis"));
        let dollars = Dollars::new(rust_decimal::Decimal::try_from(usd).unwrap_or_default());
        content.push_str(&text(x(usd), bottom + 16.0, "middle", "soft", &words::money(Some(dollars))));
    }
    for (index, swing) in swings.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = TOP + index as f64 * ROW;
        content.push_str(&text(LEFT - 8.0, y + 14.0, "end", "", &short(&swing.text, 34)));
        for (end, class) in [(&swing.low, "f3"), (&swing.high, "f5")] {
            let (a, b) = (x(cost(end)).min(x(likely)), x(cost(end)).max(x(likely)));
            let said = format!(
                "{} at {}: {} a month{}",
                swing.text,
                end.value,
                words::money(Some(end.monthly_cost_usd)),
                winner(end, &sensitivity.candidate)
            );
            content.push_str(&rect(a, y + 2.0, b - a, 17.0, class, &said));
        }
        if swing.changes_winner {
            let right = x(cost(&swing.low).max(cost(&swing.high)).max(likely));
            content.push_str(&text(right + 6.0, y + 14.0, "start", "", "other winner"));
        }
    }
    content.push_str(&line((x(likely), TOP - 8.0), (x(likely), bottom), "mark"));
    content.push_str(&text(x(likely), TOP - 12.0, "middle", "soft", "as recommended"));
    let description = format!(
        "The expected monthly cost of the recommended shape with each of {} assumptions at its 10th (green) and 90th \
         percentile (red); the table has the figures",
        swings.len()
    );
    Some(plot(bottom + 26.0, "What moves the decision", &description, &content))
}

fn cost(end: &SwingEnd) -> f64 {
    end.monthly_cost_usd.as_f64()
}

fn winner(end: &SwingEnd, candidate: &str) -> String {
    match &end.winner {
        Some(winner) if winner.id == candidate => String::new(),
        Some(winner) => format!("; {} would win", winner.engine.title()),
        None => "; nobody would meet the deadline".to_owned(),
    }
}
