//! Zones of a Spot fleet: the cheapest one where prices by zone are known, the service's choice where they are not.

use rust_decimal::Decimal;
use shapecast::catalog::Catalog;
use shapecast::engines::{EngineId, Shape, TaskFleet};
use shapecast::prices::{InterruptionBand, Meter, MissingPrice, Price, PriceBook, Rates};
use shapecast::rank::{Ranked, RecommendOptions, Recommendation, recommend_at};
use shapecast::spec::{self, SpecFacts};
use shapecast::units::{Bytes, Span};
use shapecast::workload::{Vocabulary, read_str};

const JOB: &str =
    "{name: nightly, input: {volume: 4 TB, format: parquet}, cadence: daily, deadline: 3 h, job: aggregation,
                    constraints: {engines: {allow: [emr-ec2]}}}";

/// A region's prices with three zones: `a` a tenth dearer, `b` a fifth cheaper, and `c` at half of the price for the types
/// of one family only, which makes no fleet.
#[derive(Debug)]
struct Zones<'a> {
    base: &'a dyn Rates,
    known: bool,
}

impl Rates for Zones<'_> {
    fn region(&self) -> &str {
        self.base.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        let Meter::SpotInstance(name) = meter else { return self.base.rate(meter) };
        let Some((name, zone)) = name.split_once('@') else { return self.base.rate(meter) };
        let factor = match zone {
            "a" => Decimal::new(11, 1),
            "b" => Decimal::new(8, 1),
            "c" => Decimal::new(5, 1),
            _ => panic!("nobody named the zone {zone}"),
        };
        let price = self.base.rate(&Meter::SpotInstance(name.to_owned()))?;
        Ok(Price { dollars: price.dollars * factor, ..price })
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        self.base.databricks_dbu_per_hour(instance_type)
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        self.base.interruption_band(instance_type)
    }

    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        let all = ["a", "b"].into_iter().chain(instance_type.starts_with("c7g.").then_some("c"));
        all.filter(|_| self.known).map(str::to_owned).collect()
    }

    fn catalog(&self) -> &Catalog {
        self.base.catalog()
    }
}

fn answer(known: bool) -> Recommendation {
    let book = PriceBook::embedded().expect("the embedded snapshot");
    let region = book.in_region("us-east-1").expect("the region");
    let workload = read_str(JOB, "job.yaml", &Vocabulary::unchecked()).expect("a workload");
    let options = RecommendOptions { replications: 50, sensitivity: false, ..RecommendOptions::default() };
    recommend_at(workload, &Zones { base: &region, known }, &book, &options).expect("an answer")
}

fn spot(answer: &Recommendation) -> (&Ranked, &TaskFleet) {
    let fleet = |row: &'_ &Ranked| row.candidate.shape.behaviour().option() == "spot";
    let row = answer.ranked.iter().find(fleet).expect("a row with Spot");
    let Shape::EmrEc2(shape) = &row.candidate.shape else { panic!("a cluster") };
    (row, shape.task.as_ref().expect("a fleet"))
}

fn zone_in_words(row: &Ranked) -> &str {
    let note = row.assumptions.iter().find(|note| note.code == "spot-zone");
    &note.expect("it says what was assumed of the zone").text
}

#[test]
fn the_fleet_is_priced_in_the_cheapest_zone_that_has_one() {
    let (with, without) = (answer(true), answer(false));
    let ((row, fleet), (anywhere, _)) = (spot(&with), spot(&without));
    assert_eq!(fleet.zone.as_deref(), Some("b"));
    assert!(zone_in_words(row).starts_with("priced in b,"), "{}", zone_in_words(row));
    // Every Spot line is the zone's: four fifths of the region's price.
    let lines = |row: &Ranked| -> Vec<(String, Decimal)> {
        let spot = row.bill.lines.iter().filter(|line| matches!(line.charge.meter, Meter::SpotInstance(_)));
        spot.map(|line| (line.charge.meter.to_string(), line.price.as_ref().expect("a price").dollars)).collect()
    };
    let book = PriceBook::embedded().expect("the embedded snapshot");
    let region = book.in_region("us-east-1").expect("the region");
    for (meter, dollars) in lines(row) {
        let name = meter.strip_prefix("ec2/spot/").and_then(|name| name.strip_suffix("@b")).expect("a pool of b");
        let everywhere = region.rate(&Meter::SpotInstance(name.to_owned())).expect("a price").dollars;
        assert_eq!(dollars, everywhere * Decimal::new(8, 1), "{name}");
    }
    assert!(lines(anywhere).iter().all(|(meter, _)| !meter.contains('@')));
    assert!(row.monthly_cost < anywhere.monthly_cost);
    // The discount against On-Demand is the zone's too.
    let discount = |row: &Ranked| row.spot.as_ref().expect("figures").discount.get();
    assert!(discount(row) > discount(anywhere));
}

#[test]
fn the_spec_names_the_zone_that_the_forecast_is_priced_in() {
    let (with, without) = (answer(true), answer(false));
    let readme = |answer: &Recommendation| {
        let facts = SpecFacts {
            duration: "1 h".to_owned(),
            cost: "$1".to_owned(),
            makespan_p95: Span::hours(1.0),
            largest_shuffle: Bytes::gib(1),
            skewed: false,
        };
        let bundle = spec::write(&spot(answer).0.candidate, &answer.workload, &facts).expect("a spec");
        bundle.file("README.md").expect("a readme").contents.clone()
    };
    assert!(readme(&with).contains("SUBNET_ID_1 in b"));
    assert!(!readme(&without).contains("SUBNET_ID_1 in"));
}

#[test]
fn without_prices_by_zone_the_choice_is_left_to_the_service() {
    let answer = answer(false);
    let (row, fleet) = spot(&answer);
    assert_eq!((row.candidate.engine, fleet.zone.as_deref()), (EngineId::EmrEc2, None));
    assert!(zone_in_words(row).starts_with("the zone is left to EMR"), "{}", zone_in_words(row));
}
