//! How fast event logs are read: `cargo bench --bench eventlog`.
//!
//! The text is that of [`Endless`], whose tasks have the size and fields of a real SQL task of Spark 3.5; 7,700 tasks
//! are 48 MB. Packed forms are unpacked while they are read, as from a file.

#[path = "../tests/eventlog_support/mod.rs"]
mod eventlog_support;

use std::io::Read;
use std::path::Path;

use divan::counter::BytesCount;
use eventlog_support::Endless;
use shapecast::profile::eventlog::{EventLog, ReadOptions, read_stream};

const TASKS: u32 = 7_700;

fn main() {
    divan::main();
}

fn text() -> Vec<u8> {
    let mut text = Vec::new();
    Endless::new(TASKS).read_to_end(&mut text).expect("memory does not fail");
    text
}

fn profile(bytes: &[u8]) -> Vec<EventLog> {
    read_stream(Path::new("bench"), &mut &bytes[..], &ReadOptions::default()).expect("a log")
}

#[divan::bench]
fn plain(bencher: divan::Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::new(text.len())).bench(|| profile(&text));
}

#[divan::bench]
fn zstd(bencher: divan::Bencher<'_, '_>) {
    let text = text();
    let packed = zstd::encode_all(&text[..], 1).expect("packs");
    bencher.counter(BytesCount::new(text.len())).bench(|| profile(&packed));
}

#[divan::bench]
fn gzip(bencher: divan::Bencher<'_, '_>) {
    let text = text();
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(&text[..], flate2::Compression::fast()).read_to_end(&mut packed).expect("packs");
    bencher.counter(BytesCount::new(text.len())).bench(|| profile(&packed));
}

/// What is computed from a profile when it is shown: quantiles of stages, gaps, grants, critical path.
#[divan::bench]
fn derive(bencher: divan::Bencher<'_, '_>) {
    let logs = profile(&text());
    bencher.bench(|| logs[0].summary());
}
