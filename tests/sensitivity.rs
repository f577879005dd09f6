//! What moves a decision: the held figures move what they must, and the break-evens of Spot are where the order flips.
#![allow(clippy::print_stdout, reason = "prints the figures that docs/concepts/ranking.md gives")]

mod simulate_support;

use rust_decimal::Decimal;
use shapecast::bill::Sums;
use shapecast::catalog::Catalog;
use shapecast::engines::{Execution, Question, charges_of_run};
use shapecast::prices::PriceBook;
use shapecast::rank::{BreakEven, Ranked, RecommendOptions, Recommendation, Swing, price_candidate, recommend};
use shapecast::simulate::{Held, Model, Settings, Unknown};
use shapecast::units::Bytes;
use shapecast::workload::{Archetype, Workload};
use simulate_support::workload as plain;

const OPTIONS: RecommendOptions =
    RecommendOptions { seed: 5, replications: 256, today: None, measured: None, sensitivity: true };

/// A nightly aggregation of 2 TB on EMR, with a deadline that leaves room.
fn on_emr() -> Workload {
    let mut workload = plain(Archetype::Aggregation, Bytes::gib(2_000));
    workload.deadline = Some(simulate_support::d(shapecast::units::Span::hours(2.0)));
    workload.constraints.engines_allowed = vec!["emr-ec2".to_owned(), "emr-serverless".to_owned()];
    workload.constraints.instance_types = vec!["m6g".into(), "r6g".into(), "r7g".into(), "m7g".into(), "c7g".into()];
    workload
}

fn answer(workload: &Workload) -> Recommendation {
    let book = PriceBook::embedded().expect("the snapshot is sound");
    recommend(workload.clone(), &book, &OPTIONS).expect("an answer")
}

fn swing<'a>(answer: &'a Recommendation, code: &str) -> &'a Swing {
    let sensitivity = answer.sensitivity.as_ref().expect("a priced recommendation");
    sensitivity.swings.iter().find(|swing| swing.code == code).unwrap_or_else(|| panic!("no {code}: {sensitivity:#?}"))
}

fn break_even<'a>(answer: &'a Recommendation, axis: &str) -> &'a BreakEven {
    answer.break_even.iter().find(|one| one.axis == axis).unwrap_or_else(|| panic!("no {axis}"))
}

fn row(answer: &Recommendation, with_spot: bool) -> &Ranked {
    let mut rows = answer.ranked.iter();
    rows.find(|row| row.rank.is_some() && row.spot.is_some() == with_spot).expect("a row")
}

#[test]
fn every_end_moves_what_it_must() {
    let answer = answer(&on_emr());
    let first = answer.ranked.iter().find(|row| row.rank == Some(1)).expect("a winner");
    let sensitivity = answer.sensitivity.as_ref().expect("a priced recommendation");
    assert_eq!(sensitivity.candidate, first.candidate.id);
    let base = first.known_monthly_cost;
    // More processor time costs more and takes longer; the answer's own figures lie between.
    let level = swing(&answer, "processor-time");
    assert!(level.low.monthly < base && base < level.high.monthly, "{level:?} {base}");
    assert!(level.low.duration < first.duration.p50 && first.duration.p50 < level.high.duration, "{level:?}");
    assert_eq!((level.low.value.as_str(), level.high.value.as_str()), ("0.60 ×", "1.70 ×"));
    // A faster rate the other way round.
    let scan = swing(&answer, "scan-rate");
    assert!(scan.low.monthly > scan.high.monthly, "{scan:?}");
    // What is about one service moves no time of a run, but its start-up moves the whole by itself.
    let price = swing(&answer, "spot-price");
    assert_eq!(price.low.duration, price.high.duration);
    assert!(price.low.monthly < price.high.monthly);
    // EMR's own runtime is what the others are measured against: it is exact, so nobody can be unsure of it.
    assert!(sensitivity.swings.iter().all(|swing| swing.code != "runtime-speed/emr-ec2"));
    // Those that change the winner come first.
    let changes: Vec<bool> = sensitivity.swings.iter().map(|swing| swing.changes_winner(&first.candidate.id)).collect();
    assert!(changes.is_sorted_by(|a, b| a >= b), "{changes:?}");
}

#[test]
fn a_job_of_which_everything_is_known_has_fewer_unknowns() {
    let mut known = on_emr();
    known.observed_runs = vec![shapecast::workload::ObservedRun {
        instance_type: "r6g.4xlarge".to_owned(),
        count: 10,
        duration: shapecast::units::Span::minutes(30.0),
        volume: None,
    }];
    let answer = answer(&known);
    let sensitivity = answer.sensitivity.as_ref().expect("a priced recommendation");
    let codes: Vec<&str> = sensitivity.swings.iter().map(|swing| swing.code.as_str()).collect();
    assert!(!codes.contains(&"scan-rate") && !codes.contains(&"shuffle-rate"), "{codes:?}");
    assert!(codes.contains(&"scaling"), "{codes:?}");
}

/// The price at which the two shapes cost the same: a twentieth below it the one with Spot is the cheaper, a twentieth
/// above it the other. (An answer worked out anew at such prices may find a third shape, with fewer Spot nodes.)
#[test]
fn the_order_flips_at_the_spot_price_of_the_break_even() {
    let workload = on_emr();
    let here = answer(&workload);
    let factor = break_even(&here, "spot.price_factor").at_value.expect("below the On-Demand price");
    let book = PriceBook::embedded().expect("the snapshot is sound");
    let region = book.in_region("us-east-1").expect("a region");
    let month = |row: &Ranked, factor: f64| {
        let mut workload = workload.clone();
        for kind in region.instance_types() {
            let meter = shapecast::prices::PriceKey::meter(&shapecast::prices::SpotInstance(kind));
            let Some(dollars) = shapecast::prices::Rates::dollars(&region, &meter) else { continue };
            let dollars = dollars * Decimal::try_from(factor).expect("a factor");
            workload.discounts.unit_prices.insert(meter.to_string(), dollars);
        }
        let priced = price_candidate(&workload, &book, &OPTIONS, row.candidate.clone()).expect("prices");
        priced.expect("a row").known_monthly_cost
    };
    let (spot, other) = (row(&here, true), row(&here, false));
    for (factor, spot_wins) in [(factor * 0.95, true), (factor * 1.05, false)] {
        let (spot, other) = (month(spot, factor), month(other, factor));
        assert_eq!(spot < other, spot_wins, "at {factor} × the price: {spot} with Spot, {other} without");
    }
}

/// At the rate of losses of the break-even the simulated Spot runs cost what the best shape without Spot costs, within
/// what a closed form can promise: at a third of the rate they are cheaper, at three times the rate dearer.
#[test]
fn the_order_flips_near_the_losses_of_the_break_even() {
    let workload = on_emr();
    let here = answer(&workload);
    let at = break_even(&here, "spot.losses_per_node_hour").at_value.expect("fewer than ten an hour");
    let (spot, other) = (row(&here, true), row(&here, false));
    let book = PriceBook::embedded().expect("the snapshot is sound");
    let rates = book.in_region("us-east-1").expect("a region");
    let question = Question { workload: &workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[] };
    let Execution::Batch(provision) = spot.candidate.shape.behaviour().execution(&question) else { panic!("a batch") };
    let model = Model::new(&workload);
    let month = |losses: f64| {
        let held = Settings::drawn(OPTIONS.seed, 256).holding(Held { unknown: Unknown::SpotLosses, at: losses });
        let runs = model.simulate(&provision, &spot.candidate.id, &held);
        let cost = |run: &shapecast::engines::RunRecord| {
            let charges = charges_of_run(&spot.candidate.shape, run, &question);
            Sums::of(&charges, &rates).of_run(Decimal::from(30)).known.approximate()
        };
        30.0 * runs.iter().map(cost).sum::<f64>() / runs.len() as f64
    };
    let rival = other.known_monthly_cost.approximate();
    let (less, there, more) = (month(at / 3.0), month(at), month(at * 3.0));
    println!(
        "{at:.3} losses of a node in an hour: ${there:.2} against ${rival:.2}; a third: ${less:.2}; three times: ${more:.2}"
    );
    assert!(less < rival && rival < more, "{less} {there} {more} against {rival}");
    assert!((there / rival - 1.0).abs() < 0.25, "{there} against {rival}");
}
