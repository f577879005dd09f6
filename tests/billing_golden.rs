//! A golden triple per engine: usage, prices, expected bill. The arithmetic stands in each usage file's comment.

mod billing_support;

use billing_support::{TableRates, decimal, golden, read};
use rust_decimal::Decimal;
use shapecast::bill::bill_usage;
use shapecast::engines::EngineId;

fn check(name: &str) {
    let bill = bill_usage(&read(&golden(&format!("{name}.yaml"))), &TableRates::default());
    let mut table = csv::Reader::from_path(golden(&format!("{name}.expected.csv"))).expect("the table opens");
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
    let (total, lines) = rows.split_last().expect("a total");
    assert_eq!(bill.lines.len(), lines.len(), "{name}: {:#?}", bill.lines);
    for (line, row) in bill.lines.iter().zip(lines) {
        assert_eq!(line.charge.meter.to_string(), row[0], "{name}");
        close(line.charge.quantity, &row[1], name, &line.charge.formula);
        close(line.amount().expect("priced").dollars(), &row[2], name, &line.charge.formula);
    }
    close(bill.grand_total().expect("priced").dollars(), &total[2], name, "total");
}

/// Equal to nine decimals: the tables are rounded there.
fn close(value: Decimal, expected: &str, name: &str, what: &str) {
    assert!((value - decimal(expected)).abs() <= decimal("0.000000001"), "{name}, {what}: {value}, not {expected}");
}

#[test]
fn every_engine_has_a_triple_and_it_holds() {
    for engine in EngineId::ALL {
        check(engine.as_str());
    }
}

#[test]
fn the_surroundings_hold() {
    check("surroundings");
}
