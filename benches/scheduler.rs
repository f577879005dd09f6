//! How fast one candidate is simulated: `cargo bench --bench scheduler`.
//!
//! Figures and the machine are in `docs/concepts/simulation.md`.

#[path = "../tests/simulate_support/mod.rs"]
mod simulate_support;

use divan::Bencher;
use divan::counter::ItemsCount;
use shapecast::prices::InterruptionBand;
use shapecast::simulate::scheduler::{Plan, PlannedGroup, PlannedStage, run, run_stepwise};
use shapecast::simulate::{Model, Settings};
use shapecast::units::{Bytes, TERABYTE};
use shapecast::workload::Archetype;
use simulate_support::{provision, spot_provision, workload};

fn main() {
    divan::main();
}

/// The likely run of 20 TB (150,000 splits): the screen over all candidates.
#[divan::bench(args = [25, 100, 500])]
fn likely_candidate_20_tb(bencher: Bencher<'_, '_>, executors: u32) {
    let workload = workload(Archetype::JoinHeavy, Bytes::new(20 * TERABYTE));
    let model = Model::new(&workload);
    let provision = spot_provision(executors, InterruptionBand::From5To10);
    bencher.counter(ItemsCount::new(1_u32)).bench(|| model.simulate(&provision, "bench", &Settings::likely()));
}

/// Replications of the same.
#[divan::bench]
fn replications_20_tb(bencher: Bencher<'_, '_>) {
    let workload = workload(Archetype::JoinHeavy, Bytes::new(20 * TERABYTE));
    let model = Model::new(&workload);
    let provision = spot_provision(100, InterruptionBand::From5To10);
    let settings = Settings::drawn(1, 100);
    bencher.counter(ItemsCount::new(100_u32)).bench(|| model.simulate(&provision, "bench", &settings));
}

/// Forty queries, one after the other, over 1 TB.
#[divan::bench]
fn likely_candidate_40_queries(bencher: Bencher<'_, '_>) {
    let mut workload = workload(Archetype::SqlAdHoc, Bytes::new(TERABYTE));
    workload.job.iterations.value = 40;
    let model = Model::new(&workload);
    let provision = provision(50);
    bencher.counter(ItemsCount::new(1_u32)).bench(|| model.simulate(&provision, "bench", &Settings::likely()));
}

fn uniform(tasks: u32, slots: u32) -> Plan {
    let mut stage = PlannedStage::new(Vec::new());
    stage.push(tasks, [8.0]);
    let group = PlannedGroup {
        arrivals: vec![(0.0, slots / 4)],
        slots_per_executor: 4,
        warm_up_s: 1.0,
        ..PlannedGroup::default()
    };
    Plan { stages: vec![stage], groups: vec![group], ..Plan::default() }
}

/// 160,000 equal tasks, jumping over waves.
#[divan::bench(args = [100, 2_000])]
fn equal_tasks_jumping(bencher: Bencher<'_, '_>, slots: u32) {
    let plan = uniform(160_000, slots);
    bencher.counter(ItemsCount::new(160_000_u32)).bench(|| run(&plan));
}

/// 160,000 equal tasks, wave by wave.
#[divan::bench(args = [100, 2_000])]
fn equal_tasks_stepping(bencher: Bencher<'_, '_>, slots: u32) {
    let plan = uniform(160_000, slots);
    bencher.counter(ItemsCount::new(160_000_u32)).bench(|| run_stepwise(&plan));
}

/// 100,000 tasks that all differ: the replay of a log.
#[divan::bench(args = [100, 2_000])]
fn distinct_tasks(bencher: Bencher<'_, '_>, slots: u32) {
    let mut plan = uniform(0, slots);
    for task in 0..100_000_u32 {
        plan.stages[0].push(1, [1.0 + f64::from(task.wrapping_mul(2_654_435_761) % 1_000) / 100.0]);
    }
    bencher.counter(ItemsCount::new(100_000_u32)).bench(|| run(&plan));
}
