//! The laws of the whole house, held through the public interface with the embedded price book: workload in, bill or
//! ranking out. The laws of bills alone stand in `billing_laws.rs`, those of the scheduler in `simulate_laws.rs`.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;
use shapecast::bill::{Bill, Sums};
use shapecast::catalog::Catalog;
use shapecast::engines::usage::Words;
use shapecast::engines::{
    Candidate, Charge, ChargesOfRuns, Execution, Market, Period, Provision, Question, REGISTRY, Role, charges_of_run,
};
use shapecast::prices::{InterruptionBand, Meter, MissingPrice, Overlay, Price, PriceBook, Rates, RegionalPrices};
use shapecast::rank::{RecommendOptions, Recommendation, recommend};
use shapecast::simulate::{Settings, simulate};
use shapecast::workload::{Discounts, Vocabulary, Workload, read_str};

/// Jobs that between them every engine but the stream processor and the own cluster can run.
const JOBS: [&str; 4] = [
    "aggregation",
    "join-heavy",
    "sql-ad-hoc",
    "{archetype: container-batch, item_time: 40 s, container: {vcpu: 1, memory: 2 GiB}}",
];

fn read(text: &str) -> Workload {
    read_str(text, "law.yaml", &Vocabulary::unchecked()).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

/// A nightly job of `gigabytes` in files of 128 MB.
fn workload(job: &str, gigabytes: u32) -> Workload {
    let format = if job.contains("container") { "binary" } else { "parquet" };
    read(&format!(
        "name: law\nregion: us-east-1\ninput: {{volume: {gigabytes} GB, format: {format}, files: {}}}\n\
         cadence: daily\ndeadline: 6 h\njob: {job}\n",
        gigabytes * 8
    ))
}

fn region() -> RegionalPrices {
    PriceBook::embedded().expect("the snapshot").in_region("us-east-1").expect("a region")
}

fn ask<'a>(workload: &'a Workload, rates: &'a dyn Rates) -> Question<'a> {
    Question { workload, catalog: Catalog::embedded(), rates, slot_ladder: &[64] }
}

/// One candidate of each engine that may run the workload, the last that it offers for 64 slots.
fn candidates(question: &Question<'_>) -> Vec<Candidate> {
    REGISTRY
        .iter()
        .filter(|engine| engine.obstacles(question).is_empty())
        .filter_map(|engine| engine.shapes(question).pop())
        .collect()
}

fn provision(candidate: &Candidate, question: &Question<'_>) -> Option<Provision> {
    match candidate.shape.behaviour().execution(question) {
        Execution::Batch(provision) => Some(provision),
        Execution::Continuous { .. } => None,
    }
}

/// The bill of the likely run of a candidate, whatever workload it was made for.
fn bill(candidate: &Candidate, question: &Question<'_>) -> Option<Bill> {
    let provision = provision(candidate, question)?;
    let run = simulate(question.workload, &provision, &candidate.id, &Settings::likely()).pop()?;
    Some(Bill::price(charges_of_run(&candidate.shape, &run, question), question.rates))
}

fn known(bill: &Bill) -> Decimal {
    bill.cost_of_month(Decimal::from(30)).known.dollars()
}

/// The whole answer with few replications.
fn rank(workload: Workload) -> Recommendation {
    let options = RecommendOptions { replications: 12, ..RecommendOptions::default() };
    recommend(workload, &PriceBook::embedded().expect("the snapshot"), &options).expect("an answer")
}

/// A small aggregation that only these engines may run.
fn allowing(engines: &[&str]) -> Workload {
    let mut workload = workload("aggregation", 20);
    workload.constraints.engines_allowed = engines.iter().map(|engine| (*engine).to_owned()).collect();
    workload
}

/// The figures of each row that no other row may touch, by candidate.
fn figures(answer: &Recommendation) -> BTreeMap<String, String> {
    let rows = answer.ranked.iter().filter(|row| row.candidate.engine.role() != Role::Baseline);
    rows.map(|row| {
        let figures = (&row.duration, &row.cost, &row.monthly_cost, &row.deadline_met, &row.failure, &row.bill);
        (row.candidate.id.clone(), format!("{figures:?}"))
    })
    .collect()
}

/// A price book without some meters.
#[derive(Debug)]
struct Without<'a> {
    base: &'a dyn Rates,
    hidden: Meter,
}

impl Rates for Without<'_> {
    fn region(&self) -> &str {
        self.base.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        if *meter == self.hidden {
            let (meter, region) = (meter.to_string(), self.region().to_owned());
            return Err(MissingPrice { meter, region, reason: "hidden by a test".to_owned() });
        }
        self.base.rate(meter)
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        self.base.databricks_dbu_per_hour(instance_type)
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        self.base.interruption_band(instance_type)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Within the 3 % that the cutting of files into waves may take; there is no hot key, so none crosses AQE's
    /// threshold (docs/concepts/simulation.md, "More data can take less time").
    #[test]
    fn more_data_never_costs_less_on_the_same_shape(job in 0..JOBS.len(), gigabytes in 1_u32..2000, more in 1.05_f64..8.0) {
        let rates = region();
        let small = workload(JOBS[job], gigabytes);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand")]
        let large = workload(JOBS[job], (f64::from(gigabytes) * more).ceil() as u32);
        for candidate in candidates(&ask(&small, &rates)) {
            let of = |workload| bill(&candidate, &ask(workload, &rates)).map(|bill| known(&bill));
            let (less, more) = (of(&small), of(&large));
            prop_assert!(more >= less.map(|cost| cost * Decimal::new(97, 2)), "{}: {less:?} {more:?}", candidate.id);
        }
    }

    #[test]
    fn lines_sum_to_the_total(job in 0..JOBS.len(), gigabytes in 1_u32..5000) {
        let rates = region();
        let workload = workload(JOBS[job], gigabytes);
        let question = ask(&workload, &rates);
        for candidate in candidates(&question) {
            let Some(bill) = bill(&candidate, &question) else { continue };
            let Ok(total) = bill.grand_total() else { continue };
            let sum: Decimal = bill.lines.iter().filter_map(|line| line.amount()).map(|amount| amount.dollars()).sum();
            prop_assert_eq!(sum, total.dollars(), "{}", candidate.id);
        }
    }

    /// The search adds up charges without words and asks for bare prices; the reader sees a bill. Both say the same.
    #[test]
    fn what_the_search_adds_up_is_what_the_bill_says(job in 0..JOBS.len(), gigabytes in 1_u32..5000, blind: bool) {
        let (workload, region) = (workload(JOBS[job], gigabytes), region());
        let hidden = Meter::Service("s3", "get_and_other");
        let without = Without { base: &region, hidden };
        let rates: &dyn Rates = if blind { &without } else { &region };
        let question = ask(&workload, rates);
        let engines = REGISTRY.iter().filter(|engine| engine.obstacles(&question).is_empty());
        for candidate in engines.flat_map(|engine| engine.shapes(&question)) {
            let Some(provision) = provision(&candidate, &question) else { continue };
            let run = simulate(&workload, &provision, &candidate.id, &Settings::likely()).pop().expect("a run");
            let written = charges_of_run(&candidate.shape, &run, &question);
            let counted = ChargesOfRuns::of(&candidate.shape, &question, Words::LeftOut).charges(&run);
            let bare = |charge: &Charge| (charge.meter.clone(), charge.quantity, charge.period, charge.group, charge.unit);
            prop_assert_eq!(written.iter().map(bare).collect::<Vec<_>>(), counted.iter().map(bare).collect::<Vec<_>>());
            for charge in &written {
                prop_assert!(!charge.component.is_empty() && !charge.formula.is_empty(), "{}: {:?}", candidate.id, charge);
            }
            let (sums, bill) = (Sums::of(&counted, rates), Bill::price(written, rates));
            for runs in [1, 30, 720].map(Decimal::from) {
                prop_assert_eq!(sums.of_month(runs), bill.cost_of_month(runs), "{}", candidate.id);
                prop_assert_eq!(sums.of_run(runs), bill.cost_of_run(runs), "{}", candidate.id);
            }
            // A bill that lacks nothing has totals, and they are the sums.
            if sums.missing == 0 {
                prop_assert_eq!(bill.total(Period::Run).expect("complete"), sums.run);
                prop_assert_eq!(bill.total(Period::Month).expect("complete"), sums.month);
            }
        }
    }

    #[test]
    fn doubling_a_unit_price_doubles_its_line_and_no_other(job in 0..JOBS.len(), gigabytes in 1_u32..2000, pick: prop::sample::Index) {
        let rates = region();
        let workload = workload(JOBS[job], gigabytes);
        let question = ask(&workload, &rates);
        for candidate in candidates(&question) {
            let Some(before) = bill(&candidate, &question) else { continue };
            let line = &before.lines[pick.index(before.lines.len())];
            let Ok(price) = &line.price else { continue };
            let meter = line.charge.meter.to_string();
            let terms = Discounts { unit_prices: BTreeMap::from([(meter.clone(), price.dollars * Decimal::TWO)]), ..Discounts::default() };
            let doubled = Overlay::new(&rates, &terms).expect("a known meter");
            let after = bill(&candidate, &Question { rates: &doubled, ..question }).expect("the same run");
            prop_assert_eq!(before.lines.len(), after.lines.len());
            for (old, new) in before.lines.iter().zip(&after.lines) {
                let factor = if old.charge.meter.to_string() == meter { Decimal::TWO } else { Decimal::ONE };
                let (Some(old), Some(new)) = (old.amount(), new.amount()) else { continue };
                // Amounts are rounded at the 15th place.
                let off = (old.dollars() * factor - new.dollars()).abs();
                prop_assert!(off < Decimal::new(1, 12), "{}: {off}", candidate.id);
            }
        }
    }

    #[test]
    fn an_interruption_never_shortens_a_run(gigabytes in 100_u32..20_000, seed: u64) {
        let rates = region();
        let workload = workload("join-heavy", gigabytes);
        let question = ask(&workload, &rates);
        let shapes = REGISTRY.iter().flat_map(|engine| engine.shapes(&question));
        let is_spot = |candidate: &Candidate| candidate.shape.behaviour().option() == "spot";
        let settings = Settings::drawn(seed, 8);
        for candidate in shapes.filter(is_spot).step_by(7) {
            let spot = provision(&candidate, &question).expect("a batch");
            let mut safe = spot.clone();
            for group in &mut safe.groups {
                group.market = Market::OnDemand;
            }
            let runs = |provision| simulate(&workload, provision, &candidate.id, &settings);
            for (interrupted, quiet) in runs(&spot).iter().zip(&runs(&safe)) {
                prop_assert!(interrupted.makespan >= quiet.makespan, "{}", candidate.id);
            }
        }
    }

    #[test]
    fn a_missing_price_never_becomes_nothing(job in 0..JOBS.len(), gigabytes in 1_u32..2000, pick: prop::sample::Index) {
        let rates = region();
        let workload = workload(JOBS[job], gigabytes);
        let question = ask(&workload, &rates);
        for candidate in candidates(&question) {
            let Some(complete) = bill(&candidate, &question) else { continue };
            let line = &complete.lines[pick.index(complete.lines.len())];
            if line.charge.quantity.is_zero() || line.price.is_err() {
                continue;
            }
            let hidden = Without { base: &rates, hidden: line.charge.meter.clone() };
            let Some(bill) = bill(&candidate, &Question { rates: &hidden, ..question }) else { continue };
            let (with, without) = (complete.cost_of_month(Decimal::TEN), bill.cost_of_month(Decimal::TEN));
            prop_assert!(bill.grand_total().is_err() && without.complete().is_none(), "{}", candidate.id);
            prop_assert!(without > with, "{}: an incomplete cost is cheaper", candidate.id);
        }
    }
}

#[test]
fn a_candidates_figures_do_not_depend_on_the_others() {
    let all = figures(&rank(allowing(&["glue", "emr-serverless", "emr-eks"])));
    for denied in ["glue", "emr-eks"] {
        let rest: Vec<&str> = ["glue", "emr-serverless", "emr-eks"].into_iter().filter(|it| *it != denied).collect();
        let some = figures(&rank(allowing(&rest)));
        assert!(!some.is_empty());
        for (id, row) in some {
            assert_eq!(all.get(&id), Some(&row), "{id} without {denied}");
        }
    }
}

#[test]
fn the_order_of_engines_is_irrelevant_and_the_same_inputs_give_the_same_bytes() {
    let json = |engines: &[&str]| {
        let mut answer = rank(allowing(engines));
        answer.workload.constraints.engines_allowed.clear();
        serde_json::to_string(&answer).expect("plain data")
    };
    let first = json(&["glue", "glue-flex", "emr-serverless"]);
    assert_eq!(first, json(&["glue", "glue-flex", "emr-serverless"]));
    assert_eq!(first, json(&["emr-serverless", "glue-flex", "glue"]));
}

#[test]
fn an_unpriced_row_never_outranks_a_priced_one() {
    // São Paulo has no Glue 6 rates of its own, Flex of EMR Serverless has a price nowhere.
    for region in ["us-east-1", "sa-east-1"] {
        let mut workload = allowing(&["glue", "glue-flex", "emr-serverless", "emr-serverless-flex"]);
        workload.region.value = region.to_owned();
        let answer = rank(workload);
        let ranked = answer.ranked.iter().filter(|row| row.rank.is_some());
        let unpriced: Vec<bool> = ranked.map(|row| row.monthly_cost.is_none()).collect();
        assert!(unpriced.is_sorted() && unpriced.contains(&true), "{region}: {unpriced:?}");
        for row in answer.ranked.iter().filter(|row| row.monthly_cost.is_none()) {
            assert!(row.cost.is_none() && row.bill.total(Period::Run).is_err(), "{}", row.candidate.id);
        }
    }
}
