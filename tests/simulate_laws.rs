//! Laws of the simulation: what must hold whatever the rates are.

mod simulate_support;

use shapecast::simulate::{Settings, simulate};
use shapecast::units::Bytes;
use shapecast::workload::Archetype;
use simulate_support::{provision, workload};

#[test]
fn the_likely_run_is_one_record() {
    let records =
        simulate(&workload(Archetype::Aggregation, Bytes::gib(500)), &provision(40), "a", &Settings::likely());
    assert_eq!(records.len(), 1);
    println!("{:#?}", records[0]);
    assert_eq!(records[0].failure, None);
}
