//! The decision matrix against answers that are worked out one by one.

mod simulate_support;

use shapecast::engines::EngineId;
use shapecast::prices::PriceBook;
use shapecast::rank::{Extent, MatrixLine, RecommendOptions, decision_matrix, recommend};
use shapecast::report::document::MatrixDocument;
use shapecast::report::{html, matrix};
use shapecast::units::{Bytes, Share};
use shapecast::workload::{Archetype, Workload};

const OPTIONS: RecommendOptions =
    RecommendOptions { seed: 5, replications: 200, today: None, measured: None, sensitivity: true };

/// A daily scan of 500 GB that two engines may run.
fn scan(gigabytes: f64) -> Workload {
    let mut workload = simulate_support::workload(Archetype::ScanFilter, Bytes::new(1).scaled(gigabytes * 1e9));
    workload.job.shuffle = simulate_support::d(Bytes::ZERO);
    workload.constraints.engines_allowed = vec!["emr-ec2".to_owned(), "emr-serverless".to_owned()];
    workload.constraints.instance_types = vec!["m6g".into(), "r6g".into(), "r7g".into(), "m7g".into(), "c7g".into()];
    workload
}

/// Left of the line on the row of the declared cadence the one engine is ranked first, right of it the other; on it they
/// cost the same within a tenth. The line is drawn between likely runs of coarse sizes, the ranking by a thousand draws.
#[test]
fn both_sides_of_a_line_are_as_an_answer_has_them() {
    let book = PriceBook::embedded().expect("the snapshot is sound");
    let answer = decision_matrix(scan(500.0), &book, &OPTIONS, Extent::Whole).expect("a matrix");
    assert_eq!(answer.matrix.volumes.len(), 9);
    let is_here = |line: &&MatrixLine| line.axis == "input.volume" && (line.across - 30.0).abs() < 1e-9;
    let line = answer.matrix.lines.iter().find(is_here).expect("the winner changes with the volume");
    assert_eq!((line.below, line.above), (EngineId::EmrServerless, EngineId::EmrEc2));
    let costs = |gigabytes: f64| {
        let answer = recommend(scan(gigabytes), &book, &OPTIONS).expect("an answer");
        let of = |engine: EngineId| {
            let row = answer.ranked.iter().find(|row| row.candidate.engine == engine && row.rank.is_some());
            row.expect("a row").known_monthly_cost.approximate()
        };
        (of(EngineId::EmrServerless), of(EngineId::EmrEc2))
    };
    let at = line.at / 1e9;
    let (below, there, above) = (costs(at / 2.0), costs(at), costs(at * 2.0));
    let said = format!("line at {at:.1} GB: {below:?} at half of it, {there:?} on it, {above:?} at twice");
    assert!(below.0 < below.1 && above.0 > above.1, "{said}");
    assert!((there.0 / there.1 - 1.0).abs() < 0.10, "{said}");
}

/// Text, picture and page say the same of every cell: the winner, its cost, the declared one, the disputed ones.
#[test]
fn all_outputs_show_every_winner() {
    let book = PriceBook::embedded().expect("the snapshot is sound");
    let mut workload = scan(500.0);
    workload.constraints.engines_allowed = vec!["emr-serverless".to_owned(), "glue".to_owned()];
    workload.constraints.deadline_probability = simulate_support::d(Share::clamped(0.9));
    let answer = decision_matrix(workload, &book, &OPTIONS, Extent::Whole).expect("a matrix");
    let document = MatrixDocument::new(&answer, OPTIONS.seed, "2026-11-21T00:00:00Z");
    let (svg, html) = (matrix::svg(&document), html::matrix(&document));
    for cell in &document.cells {
        let Some(winner) = cell.offers.first() else { continue };
        let mark = if cell.is_disputed() { " !" } else { "" };
        assert!(svg.contains(&format!(">{}{mark}</text>", winner.engine)), "{}", winner.engine);
    }
    assert_eq!(svg.matches("stroke-dasharray").count(), 1, "one cell is declared");
    assert!(html.contains("<svg") && html.contains(&document.workload), "the page holds a picture");
    assert!(!html.contains("src=\"http") && !html.contains("href=\"http"), "the page needs nobody else");
    let rows = matrix::rows(&document);
    assert_eq!(rows.len(), document.cells.iter().map(|cell| cell.offers.len()).sum::<usize>());
    // Glue is the rule's pick for a scheduled scan and dearer than Serverless here: the rule is held against it.
    assert!(document.cells.iter().any(|cell| cell.rules.iter().any(|rule| rule.code == "routine-etl" && !rule.agrees)));
    let page = matrix::page(&document);
    let titles: Vec<&str> = page.sections.iter().filter_map(|section| section.title.as_deref()).collect();
    assert!(titles.contains(&"Rules of thumb that disagree"), "{titles:?}");
}
