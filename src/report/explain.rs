//! The page of one candidate: every figure with its arithmetic, source and date.

use super::bill;
use super::document::{CodedText, Entry, Figure, LikelyRun, OriginName, RecommendDocument, Spot};
use super::grid::{Align, Grid};
use super::page::Page;
use super::{ranking, sensitivity, words};
use crate::units::Bytes;

/// What `explain` shows of one entry of a document.
#[must_use]
pub fn page(document: &RecommendDocument, entry: &Entry) -> Page {
    let mut page = Page::default();
    page.lead("Prices", words::prices_line(&document.prices));
    page.lead("Workload", words::workload_line(&document.workload));
    page.lead("Candidate", candidate_line(entry));
    page.lead("Result", result_line(entry));
    page.section("Bill of the likely run", bill::per_run(&entry.bill));
    page.section("Due every month", bill::per_month(&entry.bill));
    page.section("Prices: source and date", bill::pedigrees(&entry.bill));
    page.section("Timeline of the likely run", timeline(&entry.likely_run));
    page.section("What the likely run moved", moved(&entry.likely_run));
    page.section("Spot", entry.spot.as_ref().map(spot).unwrap_or_default());
    page.section("Why it stands here", notes(&entry.reasons));
    page.section("What can go wrong", notes(&entry.risks));
    page.section("Assumptions of this candidate", notes(&entry.assumptions));
    if entry.rank == Some(1) {
        page.section("Break-even", super::recommend::break_even(&document.break_even));
        let (grid, note) = sensitivity::section(document.sensitivity.as_ref(), usize::MAX);
        page.section_with_note(sensitivity::TITLE, grid, note);
    }
    page.section("Figures of the workload", figures(&document.workload.figures));
    page.section("Why not the others", others(document, entry));
    page
}

fn candidate_line(entry: &Entry) -> String {
    let rank = entry.rank.map_or_else(|| "baseline".to_owned(), |rank| format!("rank {rank}"));
    format!("{rank}, {}, {} [{}]", entry.engine.title(), entry.shape_text, entry.id)
}

fn result_line(entry: &Entry) -> String {
    let duration = &entry.duration_s;
    let mut facts = vec![format!(
        "p50 {}, p90 {}, p95 {}",
        words::span(duration.p50),
        words::span(duration.p90),
        words::span(duration.p95)
    )];
    facts.push(match &entry.cost_usd {
        Some(cost) => format!(
            "{} a run expected (p50 {}, p90 {}, p95 {})",
            words::money(Some(cost.mean)),
            words::money(Some(cost.p50)),
            words::money(Some(cost.p90)),
            words::money(cost.p95)
        ),
        None => "cost of a run unknown".to_owned(),
    });
    facts.push(format!("{} a month", words::money(entry.monthly_cost_usd)));
    facts.push(format!("in time {}", words::probability(entry.deadline_met_probability)));
    facts.push(format!("fails {}", words::probability(entry.failure_probability)));
    facts.join("; ")
}

fn timeline(run: &LikelyRun) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Phase", Align::Tight),
        ("From", Align::Right),
        ("To", Align::Right),
        ("Tasks", Align::Right),
        ("Median task", Align::Right),
        ("Longest task", Align::Right),
    ]);
    let none = String::new;
    grid.push(vec!["start-up".to_owned(), words::span(0.0), words::span(run.start_up_s), none(), none(), none()]);
    for stage in &run.stages {
        grid.push(vec![
            stage.name.clone(),
            words::span(stage.start_s),
            words::span(stage.end_s),
            words::count(stage.tasks),
            words::span(stage.median_task_s),
            words::span(stage.longest_task_s),
        ]);
    }
    grid.push(vec!["done".to_owned(), none(), words::span(run.makespan_s), none(), none(), none()]);
    grid
}

fn moved(run: &LikelyRun) -> Grid {
    let bytes = |label: &str, bytes: u64| vec![label.to_owned(), Bytes::new(bytes).to_string()];
    let mut rows = vec![
        bytes("read from S3", run.read_bytes),
        bytes("written to S3", run.written_bytes),
        bytes("shuffled", run.shuffle_bytes),
        bytes("spilled to disk", run.spill_bytes),
        vec![
            "S3 requests".to_owned(),
            format!("{} GET, {} PUT", words::count(run.s3_get_requests), words::count(run.s3_put_requests)),
        ],
    ];
    let executors: u32 = run.executor_groups.iter().map(|group| group.executors).sum();
    rows.push(vec!["executors".to_owned(), words::count(u64::from(executors))]);
    if let Some(failure) = &run.failure {
        rows.push(vec!["failed".to_owned(), failure.clone()]);
    }
    Grid::plain(rows)
}

fn spot(spot: &Spot) -> Grid {
    let mut rows = vec![
        vec!["expected losses".to_owned(), format!("{} nodes a run", words::tenths(spot.expected_losses))],
        vec!["saved on EC2".to_owned(), words::percent(spot.discount)],
    ];
    rows.push(match spot.break_even_losses_per_hour {
        Some(losses) => vec![
            "On-Demand is cheaper".to_owned(),
            format!("from {losses:.2} losses of a node in an hour, by the closed form of the Spot model"),
        ],
        None => vec!["On-Demand is cheaper".to_owned(), "never".to_owned()],
    });
    if let Some(rate) = spot.losses_per_node_hour {
        let history = match spot.own_losses {
            Some(own) => {
                let source = spot.own_losses_source.as_deref().map_or_else(String::new, |text| format!(" {text}"));
                format!("the band and {own} own losses{source}")
            }
            None => "the band alone: give your own losses under `spot.history`".to_owned(),
        };
        let every = words::tenths(1.0 / rate.max(f64::MIN_POSITIVE));
        rows.push(vec!["believed rate".to_owned(), format!("one loss of a node in {every} h, from {history}")]);
    }
    if let Some(probability) = spot.break_even_probability {
        rows.push(vec!["really below break-even".to_owned(), format!("with {}", words::percent(probability))]);
    }
    if spot.families > 0 {
        rows.push(vec!["families that serve".to_owned(), spot.families.to_string()]);
    }
    if let Some(band) = &spot.worst_band {
        rows.push(vec!["worst interruption band".to_owned(), format!("{band} a month (AWS Spot Advisor)")]);
    }
    Grid::plain(rows)
}

fn notes(notes: &[CodedText]) -> Grid {
    Grid::plain(notes.iter().map(|note| vec![note.code.clone(), note.text.clone()]).collect())
}

fn figures(figures: &[Figure]) -> Grid {
    let rows = figures.iter().map(|figure| vec![figure.path.clone(), figure.value.clone(), origin(figure)]);
    Grid::plain(rows.collect())
}

fn origin(figure: &Figure) -> String {
    let kind = match figure.origin {
        OriginName::Declared => "declared",
        OriginName::Measured => "measured",
        OriginName::Inferred => "inferred",
        OriginName::Default => "default",
    };
    figure.note.as_ref().map_or_else(|| kind.to_owned(), |note| format!("{kind}: {note}"))
}

fn others(document: &RecommendDocument, entry: &Entry) -> Grid {
    let ranked = document.recommendations.iter().filter(|other| other.id != entry.id).map(|other| {
        let cost = words::money(other.monthly_cost_usd);
        let text = format!("{cost} a month, {}. {}", words::times_inline(&other.duration_s), ranking::why(other));
        vec![ranking::mark(other), ranking::engine(other).replace('\n', " "), text]
    });
    let out = document.ineligible.iter();
    let out = out.map(|out| vec!["out".to_owned(), out.engine.title().to_owned(), out.text.clone()]);
    Grid::plain(ranked.chain(out).collect())
}
