//! Median to 95th percentile of the time of each candidate, with the deadline.

use super::{WIDTH, line, plot, rect, short, text, time_ticks};
use crate::report::document::RecommendDocument;
use crate::report::words;

const LEFT: f64 = 210.0;
const RIGHT: f64 = 70.0;
const ROW: f64 = 24.0;

/// The plot; nothing without candidates.
pub fn intervals(document: &RecommendDocument) -> Option<String> {
    let entries = &document.recommendations;
    let longest = entries.iter().map(|entry| entry.duration_s.p95).fold(0.0, f64::max);
    let deadline = document.workload.deadline_s.filter(|seconds| *seconds <= longest * 3.0);
    let most = longest.max(deadline.unwrap_or(0.0)) * 1.03;
    if most <= 0.0 {
        return None;
    }
    let x = |seconds: f64| LEFT + seconds / most * (WIDTH - LEFT - RIGHT);
    let mut content = String::new();
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let bottom = 14.0 + entries.len() as f64 * ROW;
    for seconds in time_ticks(most) {
        content.push_str(&line((x(seconds), 10.0), (x(seconds), bottom), "axis"));
        let label = if seconds == 0.0 { "0".to_owned() } else { words::span(seconds) };
        content.push_str(&text(x(seconds), bottom + 16.0, "middle", "soft", &label));
    }
    for (index, entry) in entries.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = 14.0 + index as f64 * ROW;
        let time = &entry.duration_s;
        let said = format!(
            "{}: median {}, 90 % within {}, 95 % within {}",
            entry.engine.title(),
            words::span(time.p50),
            words::span(time.p90),
            words::span(time.p95)
        );
        content.push_str(&text(LEFT - 8.0, y + 13.0, "end", "", &short(entry.engine.title(), 32)));
        content.push_str(&rect(x(time.p50), y + 5.0, x(time.p95) - x(time.p50), 8.0, "f6", &said));
        content.push_str(&rect(x(time.p50), y + 2.0, x(time.p90) - x(time.p50), 14.0, "f1", &said));
        content.push_str(&line((x(time.p50), y), (x(time.p50), y + 18.0), "mark"));
    }
    if let Some(seconds) = deadline {
        content.push_str(&line((x(seconds), 6.0), (x(seconds), bottom), "mark"));
        let (at, anchor) =
            if x(seconds) > WIDTH - 80.0 { (x(seconds) - 5.0, "end") } else { (x(seconds) + 5.0, "start") };
        content.push_str(&text(at, 10.0, anchor, "", "deadline"));
    }
    let description = "From the median (black) to the 90th (blue) and 95th percentile (grey) of the time to result";
    Some(plot(bottom + 26.0, "How sure the times are", description, &content))
}
