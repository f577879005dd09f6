//! How far the screen (one likely run of a shape) is from the full simulation (a thousand drawn ones), and what a choice
//! by the screen alone would cost. `docs/accuracy/screen.md` has the figures.
#![allow(clippy::print_stdout, reason = "prints the table of that page")]

use super::deadline::Deadline;
use super::evaluate::Bench;
use super::finalist::{Finalist, decide, finalist, is_baseline};
use super::recommend::own_terms;
use super::search::search;
use crate::catalog::Catalog;
use crate::engines::{Engine, Question, REGISTRY, Role};
use crate::prices::{Overlay, PriceBook, Remembered};
use crate::simulate::{Model, Settings};
use crate::workload::{Vocabulary, Workload, read_str};

/// The examples, by name and text.
const EXAMPLES: [(&str, &str); 4] = [
    ("minimal", include_str!("../../docs/examples/minimal.yaml")),
    ("incremental-etl-200gb", include_str!("../../docs/examples/incremental-etl-200gb.yaml")),
    ("ad-tech-nightly-aggregation", include_str!("../../docs/examples/ad-tech-nightly-aggregation.yaml")),
    ("telco-cdr-nightly", include_str!("../../docs/examples/telco-cdr-nightly.yaml")),
];

/// Replications of each front-runner; up to four times as many where that does not settle its figures.
const REPLICATIONS: u32 = 150;

/// p10, p50 and p90.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [0.1, 0.5, 0.9].map(|share| super::replicate::quantile(&values, share))
}

/// One line of the table.
struct Line {
    shapes: usize,
    cost: [f64; 3],
    time: [f64; 3],
    /// What the screen's own choice costs over the winner's, and how often it meets the deadline.
    choice: (f64, f64),
}

fn line(workload: &Workload) -> Line {
    let book = PriceBook::embedded().expect("the snapshot is sound");
    let regional = book.in_region(&workload.region.value).expect("a region");
    let terms = own_terms(workload);
    let overlay = Overlay::new(&regional, &terms).expect("conditions");
    let rates = Remembered::new(&overlay);
    let question = Question { workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[] };
    let model = Model::new(workload);
    let bench = Bench { question, model: &model };
    let deadline = Deadline::of(workload);
    let engines: Vec<&dyn Engine> =
        REGISTRY.iter().copied().filter(|engine| engine.obstacles(&question).is_empty()).collect();
    let looked_at = search(&engines, &bench, &deadline);
    let settings = Settings::drawn(5, REPLICATIONS);
    let decision = decide(&looked_at, &bench, &deadline, &settings);
    let priced: Vec<&Finalist> = decision.front.iter().filter(|row| row.monthly.missing == 0).collect();
    let over = |row: &&Finalist| row.evaluated.monthly.known.approximate() / row.monthly.known.approximate();
    let slower = |row: &&Finalist| {
        row.evaluated.likely.makespan.as_seconds() / row.replicated.duration.p50.as_seconds().max(1e-9)
    };
    let cheapest = |rows: &[Finalist]| {
        let ranked = rows.iter().filter(|row| !is_baseline(row) && row.monthly.missing == 0 && row.meets_deadline);
        ranked.map(|row| row.monthly.known.approximate()).fold(f64::INFINITY, f64::min)
    };
    let chosen = looked_at
        .evaluated
        .iter()
        .filter(|one| one.candidate.engine.role() != Role::Baseline && one.monthly.missing == 0)
        .filter(|one| one.likely.failure.is_none() && one.likely.makespan <= deadline.within)
        .min_by(|a, b| a.monthly.known.cmp(&b.monthly.known))
        .expect("a shape");
    let id = &chosen.candidate.id;
    let known = decision.front.iter().find(|row| row.evaluated.candidate.id == *id).cloned();
    let chosen = known.unwrap_or_else(|| finalist(chosen, &bench, &deadline, &settings));
    Line {
        shapes: priced.len(),
        cost: spread(priced.iter().map(over).collect()),
        time: spread(priced.iter().map(slower).collect()),
        choice: (
            chosen.monthly.known.approximate() / cheapest(&decision.finalists),
            chosen.replicated.deadline_met.get(),
        ),
    }
}

#[test]
fn the_screen_is_near_enough_to_sort_by_and_too_far_to_choose_by() {
    let mut late = 0;
    for (name, text) in EXAMPLES {
        let workload = read_str(text, name, &Vocabulary::unchecked()).expect("the example is sound");
        let Line { shapes, cost, time, choice } = line(&workload);
        println!(
            "{name}: {shapes} shapes; likely over expected cost {:.2} ({:.2} to {:.2}), likely over median time {:.2} ({:.2} to {:.2}); \
             the screen's own choice costs {:.2} times the winner and is in time in {:.1} % of runs",
            cost[1],
            cost[0],
            cost[2],
            time[1],
            time[0],
            time[2],
            choice.0,
            100.0 * choice.1
        );
        // A screen sorts: its error must be far below the factor of two that separates neighbouring finalists' slack.
        assert!((0.6..1.15).contains(&cost[1]) && (0.8..1.2).contains(&time[1]), "{name}: {cost:?} {time:?}");
        late += u32::from(choice.1 < 0.95);
    }
    // That is why there is a second stage: the cheapest likely run is late too often somewhere.
    assert!(late > 0, "the screen alone would do");
}
