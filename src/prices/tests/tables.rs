//! Laws that hold for every row.

use std::collections::BTreeSet;

use super::super::rows::fields;
use super::super::snapshot::{Snapshot, packed_size};
use super::*;

/// One pass over everything: each region parses, and each price has the measure of its meter, a source and a date.
#[test]
fn every_price_of_every_region_is_sound() {
    for name in book().regions() {
        let prices = region(name);
        let types: Vec<String> = prices.instance_types().map(str::to_owned).collect();
        let of_types = types.iter().flat_map(|name| {
            [Meter::OnDemandInstance(name.clone()), Meter::SpotInstance(name.clone()), Meter::EmrUplift(name.clone())]
        });
        for meter in of_types.chain(Meter::all_listed()) {
            let Ok(price) = prices.rate(&meter) else { continue };
            assert_eq!(Some(price.unit), meter.unit(), "{name} {meter}");
            assert!(price.dollars > Decimal::ZERO, "{name} {meter}");
            assert!(price.as_of == "undated" || price.as_of.parse::<jiff::civil::Date>().is_ok(), "{}", price.as_of);
            assert!(!price.source.is_empty() && price.source.contains(' '), "{name} {meter}: an id, not a text");
        }
    }
}

/// The search asks for bare prices, the bill for prices with their pedigree: both are the same, with the user's own
/// conditions and without, and what has none has none.
#[test]
fn a_bare_price_is_the_price_of_the_bill() {
    for name in ["us-east-1", "eu-west-1", "us-gov-west-1"] {
        let prices = region(name);
        let types: Vec<String> = prices.instance_types().map(str::to_owned).chain(["m9x.huge".to_owned()]).collect();
        let terms = crate::workload::Discounts {
            enterprise: Some(dec("0.05")),
            by_service: [("ec2/spot".to_owned(), dec("0.1"))].into(),
            unit_prices: [("ec2/on-demand/m5.xlarge".to_owned(), dec("0.11"))].into(),
            ..crate::workload::Discounts::default()
        };
        let overlay = Overlay::new(&prices, &terms).expect("sound terms");
        let remembered = Remembered::new(&overlay);
        let zones = |name: &String| {
            prices.zones_with_spot_price(name).into_iter().chain(["use1-az9".to_owned()]).collect::<Vec<_>>()
        };
        let of_types = types.iter().flat_map(|name| {
            let in_zones = zones(name).into_iter().map(|zone| Meter::SpotInstance(format!("{name}@{zone}")));
            [Meter::OnDemandInstance(name.clone()), Meter::SpotInstance(name.clone()), Meter::EmrUplift(name.clone())]
                .into_iter()
                .chain(in_zones.collect::<Vec<_>>())
        });
        let mut known = 0;
        for meter in of_types.chain(Meter::all_listed()).chain([Meter::Own("on-premises/year")]) {
            for rates in [&prices as &dyn Rates, &overlay, &remembered] {
                let billed = rates.rate(&meter).ok().map(|price| price.dollars);
                known += usize::from(billed.is_some());
                assert_eq!(rates.dollars(&meter), billed, "{name} {meter}");
                assert_eq!(rates.dollars(&meter), billed, "{name} {meter}, asked again");
            }
        }
        assert!(known > 2_000, "{name}: {known}");
    }
}

/// A Spot price above On-Demand would be a mistake of the join. One is real: AWS's own saving for p5.48xlarge in
/// ca-central-1 is -62 %, from the weeks in which the On-Demand price of p5 was cut.
#[test]
fn spot_is_below_on_demand() {
    for name in book().regions() {
        let prices = region(name);
        for instance_type in prices.instance_types() {
            let of = |meter: Meter| prices.rate(&meter).map(|price| price.dollars);
            let on_demand = of(Meter::OnDemandInstance(instance_type.to_owned())).expect("listed");
            if (name.as_str(), instance_type) == ("ca-central-1", "p5.48xlarge") {
                continue;
            }
            if let Ok(spot) = of(Meter::SpotInstance(instance_type.to_owned())) {
                assert!(spot <= on_demand, "{name} {instance_type}: {spot} over {on_demand}");
            }
        }
    }
}

#[test]
fn every_service_row_is_a_meter_in_its_measure_and_none_is_double() {
    let snapshot = Snapshot::embedded().expect("embedded");
    let mut seen = BTreeSet::new();
    for row in snapshot.all_rows("services.csv").expect("a table") {
        let [region, service, item, unit, _, source, rule] = fields(row.split(',')).expect(row);
        assert!(items::ALL.contains(&(service, item, unit)), "{row}");
        assert!(snapshot.source(source).is_some(), "{row}");
        assert!(rule.is_empty() || snapshot.rule(rule).is_some(), "{row}");
        assert!(seen.insert((region, service, item)), "double: {row}");
        assert!(snapshot.regions().iter().any(|known| known == region), "{row}");
    }
}

/// What was looked up beside the facts stands in the table as it was found; a row that a newer fact beats is deleted
/// from `found/`, not kept in silence.
#[test]
fn every_found_price_stands_in_the_services_table() {
    let snapshot = Snapshot::embedded().expect("embedded");
    let rows: BTreeSet<[&str; 7]> =
        snapshot.all_rows("services.csv").expect("a table").filter_map(|row| fields(row.split(','))).collect();
    let found = include_str!("../../../pricing-fixtures/found/service_prices.csv");
    let mut reader = csv::Reader::from_reader(found.as_bytes());
    for record in reader.records() {
        let record = record.expect("a row");
        let [region, service, item, unit, usd, as_of, source, rule, _] = fields(record.iter()).expect("nine fields");
        let id = match as_of.split_once('-') {
            Some(_) => format!("{source}-{}", as_of[2..].replace('-', "")),
            None => source.to_owned(),
        };
        assert!(rows.contains(&[region, service, item, unit, usd, id.as_str(), rule]), "{record:?}");
        assert_eq!(snapshot.source(&id).map(|source| source.as_of.as_str()), Some(as_of), "{record:?}");
    }
}

#[test]
fn every_meter_is_listed_once() {
    let ids: BTreeSet<String> = Meter::all_listed().map(|meter| meter.to_string()).collect();
    assert_eq!(ids.len(), items::ALL.len() + OWN.len());
}

#[test]
fn the_embedded_snapshot_stays_small() {
    assert!(packed_size() < 200_000, "{} bytes", packed_size());
}

#[test]
fn the_snapshot_names_itself() {
    let id = book().snapshot_id();
    let (date, digest) = id.split_once('+').expect("date and digest");
    assert_eq!(date, book().as_of());
    assert!(digest.len() == 12 && book().manifest().sha256.starts_with(digest));
}

/// A price of the wrong measure is missing, not wrong.
#[test]
fn a_foreign_measure_is_refused() {
    #[derive(Debug)]
    struct Wrong;
    impl Rates for Wrong {
        fn region(&self) -> &'static str {
            "nowhere-1"
        }
        fn rate(&self, _: &Meter) -> Result<Price, MissingPrice> {
            let basis = Basis::Read;
            Ok(Price {
                dollars: Decimal::ONE,
                unit: "gb-hour",
                source: String::new(),
                as_of: String::new(),
                origin: PriceOrigin::Embedded,
                basis,
            })
        }
        fn databricks_dbu_per_hour(&self, _: &str) -> Option<Decimal> {
            None
        }
        fn interruption_band(&self, _: &str) -> Option<InterruptionBand> {
            None
        }
    }
    assert!(matches!(price(&Wrong, &items::EMR_SERVERLESS_MEMORY_X86), Priced::Known { .. }));
    let Priced::Missing(missing) = price(&Wrong, &items::GLUE_STANDARD) else {
        panic!("a DPU-hour priced per GB-hour")
    };
    assert!(missing.reason.contains("per gb-hour"), "{missing}");
}

/// Damaged tables are errors that name the row, never a panic or a zero.
#[test]
fn damage_is_an_error() {
    use std::collections::BTreeMap;
    let snapshot = Snapshot::embedded().expect("embedded");
    let names = [
        "MANIFEST.json",
        "sources.csv",
        "rules.csv",
        "ec2_on_demand.csv",
        "ec2_spot_advisor.csv",
        "ec2_spot_zones.csv",
        "emr_uplift.csv",
        "services.csv",
        "databricks_dbu.csv",
    ];
    let whole: BTreeMap<String, String> =
        names.map(|name| (name.to_owned(), snapshot.table(name).expect(name).to_owned())).into();
    let with = |name: &str, from: &str, to: &str| {
        let mut tables = whole.clone();
        let text = tables.get_mut(name).expect("a table");
        assert!(text.contains(from));
        *text = text.replace(from, to);
        PriceBook::from_tables(tables).map(|book| book.in_region("us-east-1").map(|_| ()))
    };
    let damaged = |name: &str, from: &str, to: &str| match with(name, from, to) {
        Ok(Err(RegionError::Snapshot(SnapshotError::Row { table, .. }))) => table.to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        damaged("ec2_on_demand.csv", "us-east-1,m5.xlarge,0.192", "us-east-1,m5.xlarge,cheap"),
        "ec2_on_demand.csv"
    );
    assert_eq!(
        damaged("services.csv", "us-east-1,glue,etl_flex,dpu-hour", "us-east-1,glue,etl_flex,gb-hour"),
        "services.csv"
    );
    assert_eq!(damaged("ec2_spot_advisor.csv", "<5%", "rarely"), "ec2_spot_advisor.csv");
    assert!(matches!(with("MANIFEST.json", "{", "("), Err(SnapshotError::Manifest(_))));
    let mut without = whole.clone();
    without.remove("rules.csv");
    assert!(matches!(PriceBook::from_tables(without), Err(SnapshotError::NoTable("rules.csv"))));
}
