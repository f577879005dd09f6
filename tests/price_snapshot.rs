//! The snapshot's files against their manifest, and the script that makes them.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use sha2::{Digest, Sha256};
use shapecast::prices::{Manifest, PriceBook};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The snapshot's files in a folder: tables and manifest.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv" || extension == "json"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a readable file"))
        })
        .collect()
}

#[test]
fn the_manifest_matches_the_files() {
    let mut files = files(&root().join("pricing-fixtures"));
    let manifest: Manifest =
        serde_json::from_slice(&files.remove("MANIFEST.json").expect("a manifest")).expect("a sound manifest");
    assert!(files.keys().eq(manifest.tables.keys()), "a table is missing in the manifest or on disk");
    let mut digests = String::new();
    for (name, bytes) in &files {
        let table = &manifest.tables[name];
        assert_eq!(digest(bytes), table.sha256, "{name}: run pricing-fixtures/build.py");
        assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), table.rows + 1, "{name}");
        digests.push_str(&format!("{}  {name}\n", table.sha256));
    }
    assert_eq!(digest(digests.as_bytes()), manifest.sha256);
    assert_eq!(PriceBook::embedded().expect("embedded").manifest(), &manifest, "the binary carries another snapshot");
}

/// The tables that are cut by region must be sorted by it, and every table by its rows, so that diffs stay small.
#[test]
fn the_tables_are_sorted_and_have_no_double_row() {
    for (name, bytes) in files(&root().join("pricing-fixtures")) {
        let text = String::from_utf8(bytes).expect("text");
        let first_column = |row: &str| row.split(',').next().unwrap_or_default().to_owned();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        if name.ends_with(".csv") {
            assert!(rows.windows(2).all(|pair| first_column(pair[0]) <= first_column(pair[1])), "{name}");
            assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
            let mut distinct = rows.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), rows.len(), "{name}");
        }
    }
}

/// The folder of price facts: `PRICE_FACTS`, or beside the project.
fn facts() -> Option<PathBuf> {
    let folder = env::var_os("PRICE_FACTS").map_or_else(|| root().join("../shared/facts"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn the_script_rebuilds_the_same_bytes() {
    let Some(facts) = facts() else {
        // Past the test harness's capture, so that a skipped test is seen.
        writeln!(io::stderr(), "SKIPPED the_script_rebuilds_the_same_bytes: no price facts here (set PRICE_FACTS)")
            .expect("stderr");
        return;
    };
    let out = tempfile::tempdir().expect("a temporary folder");
    let tables = tempfile::tempdir().expect("a temporary folder");
    let status = Command::new("python3")
        .args(["-B".as_ref(), root().join("pricing-fixtures/build.py").as_os_str(), facts.as_os_str()])
        .args(["--out".as_ref(), out.path().as_os_str(), "--catalog".as_ref(), tables.path().as_os_str()])
        .status()
        .expect("python3");
    assert!(status.success());
    let rebuilt = files(out.path());
    assert!(!rebuilt.is_empty());
    assert!(rebuilt == files(&root().join("pricing-fixtures")), "the committed snapshot is not what the script makes");
    for (name, bytes) in files(tables.path()) {
        let committed = fs::read(root().join("src/catalog/tables").join(&name)).expect("a table of the catalog");
        assert!(committed == bytes, "src/catalog/tables/{name} is not what the script makes");
    }
}
