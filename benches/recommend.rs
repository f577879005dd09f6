//! How fast the main job is: the whole matrix for one workload, and what it is made of.
//!
//! Run with `cargo bench --no-default-features --bench recommend`; figures of one machine are in `docs/speed.md`.

use divan::Bencher;
use shapecast::prices::PriceBook;
use shapecast::rank::{RecommendOptions, recommend};
use shapecast::workload::{Vocabulary, Workload, read_str};

fn main() {
    divan::main();
}

const EXAMPLES: [&str; 3] = ["ad-tech-nightly-aggregation", "telco-cdr-nightly", "spiky-analyst-jobs"];

fn example(name: &str) -> Workload {
    let path = format!("{}/docs/examples/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the example exists");
    read_str(&text, &path, &Vocabulary::unchecked()).expect("the example is sound")
}

/// One answer, the price book already open: the items are shapes (candidates) looked at.
#[divan::bench(args = EXAMPLES, sample_count = 20)]
fn answer(bencher: Bencher<'_, '_>, name: &str) {
    let book = PriceBook::embedded().expect("the snapshot is sound");
    let workload = example(name);
    let options = RecommendOptions::default();
    let shapes = recommend(workload.clone(), &book, &options).expect("an answer").shapes_considered;
    bencher
        .counter(divan::counter::ItemsCount::new(shapes))
        .bench(|| recommend(workload.clone(), &book, &options).expect("an answer"));
}

/// Opening the embedded snapshot and parsing one region.
#[divan::bench]
fn price_book() -> usize {
    let book = PriceBook::embedded().expect("the snapshot is sound");
    book.in_region("us-east-1").expect("a region").instance_types().count()
}
