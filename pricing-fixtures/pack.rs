//! Packs the price snapshot for embedding: every table under `pricing-fixtures/` and its manifest, one after the
//! other as `name length`, a line end and the text, zstd-compressed, so that the binary carries all regions at a
//! fraction of their size in text. `src/prices/snapshot.rs` reads it.

#![expect(clippy::print_stdout, reason = "a build script speaks to Cargo on stdout")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=pricing-fixtures");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let packed = zstd::encode_all(pack(&root.join("pricing-fixtures"))?.as_slice(), 19)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("prices.zst"), packed)?;
    Ok(())
}

fn pack(folder: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut names: Vec<String> =
        fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with(".csv") || name == "MANIFEST.json");
    names.sort();
    let mut packed = Vec::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name))?;
        packed.extend_from_slice(format!("{name} {}\n", text.len()).as_bytes());
        packed.extend_from_slice(text.as_bytes());
    }
    Ok(packed)
}
