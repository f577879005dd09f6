//! Pictures of an answer as inline SVG: they take their colours from the page, so that they fit a dark room and paper.

mod bars;
mod before;
mod bill;
mod calibration;
mod front;
mod heat;
mod intervals;
mod timeline;
mod tornado;

pub use bars::{bars, changes};
pub use before::before_and_now;
pub use bill::bill;
pub use calibration::{calibration, outcomes};
pub use front::front;
pub use heat::heat;
pub use intervals::intervals;
pub use timeline::timeline;
pub use tornado::tornado;

use super::escape::attribute;

/// Width of every plot in its own units; the page scales it.
const WIDTH: f64 = 760.0;

/// A plot with its title and description for those who do not see it.
fn plot(height: f64, title: &str, description: &str, content: &str) -> String {
    format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <title>{}</title>\n<desc>{}</desc>\n{content}</svg>\n",
        attribute(title),
        attribute(description)
    )
}

/// A text; `anchor` is start, middle or end.
fn text(x: f64, y: f64, anchor: &str, class: &str, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>\n", attribute(text))
}

/// A rectangle with what it says on hovering.
fn rect(x: f64, y: f64, width: f64, height: f64, class: &str, title: &str) -> String {
    format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" class=\"{class}\"><title>{}</title></rect>\n",
        width.max(0.5),
        attribute(title)
    )
}

fn line(from: (f64, f64), to: (f64, f64), class: &str) -> String {
    format!(
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" class=\"{class}\"/>\n",
        from.0, from.1, to.0, to.1
    )
}

/// Steps of an axis: at most about `count` round numbers from 0 to `max`.
fn ticks(max: f64, count: f64) -> Vec<f64> {
    if !max.is_finite() || max <= 0.0 {
        return vec![0.0];
    }
    let rough = max / count;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|it| it * power).find(|it| *it >= rough).unwrap_or(rough);
    let mut at = 0.0;
    let mut all = Vec::new();
    while at <= max * 1.0001 {
        all.push(at);
        at += step;
    }
    all
}

/// Steps of an axis of time: at most about eight whole seconds, minutes or hours that people count in.
fn time_ticks(most_s: f64) -> Vec<f64> {
    const STEPS_S: [f64; 17] = [
        1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0,
        21_600.0, 43_200.0,
    ];
    // From two minutes on a label has whole minutes: a step of seconds would write two of them alike.
    let least = if most_s > 119.0 { 60.0 } else { 0.0 };
    let fits = |step: &f64| *step >= least && *step * 7.0 >= most_s;
    let Some(step) = STEPS_S.into_iter().find(fits).filter(|_| most_s >= 5.0) else {
        return ticks(most_s, 6.0);
    };
    (0..8).map(|count| f64::from(count) * step).filter(|at| *at <= most_s * 1.0001).collect()
}

/// Text cut to a number of characters.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words;

    #[test]
    fn axes_have_round_steps() {
        assert_eq!(ticks(95.0, 5.0), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(ticks(0.0, 5.0), [0.0]);
        // 95 minutes: every quarter of an hour; 100 seconds: every 20.
        assert_eq!(time_ticks(5_700.0), [0.0, 900.0, 1_800.0, 2_700.0, 3_600.0, 4_500.0, 5_400.0]);
        assert_eq!(time_ticks(100.0), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        for most in (1_u32..2_000).map(|step| f64::from(step * step) / 5.0) {
            let labels: Vec<String> = time_ticks(most).into_iter().skip(1).map(words::span).collect();
            let distinct: std::collections::BTreeSet<_> = labels.iter().collect();
            assert_eq!(distinct.len(), labels.len(), "{most} s: {labels:?}");
        }
        assert_eq!(short("abcdef", 4), "abc…");
    }
}
