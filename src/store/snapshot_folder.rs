//! A price snapshot in a folder: read with its digests checked, written so that the manifest comes last.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use sha2::{Digest, Sha256};

/// Why a folder is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotFolderError {
    /// A file cannot be read or written.
    #[error("{file}: {error}")]
    Io {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: io::Error,
    },
    /// The manifest is not JSON.
    #[error("MANIFEST.json cannot be read: {0}")]
    Manifest(#[from] serde_json::Error),
    /// A table is not the one that the manifest was written for.
    #[error("{0} is not the table that MANIFEST.json describes: the snapshot is incomplete or was edited by hand")]
    Digest(String),
}

/// Reads all tables of a folder.
///
/// # Errors
/// A file is absent, or a table has another digest than its manifest says.
pub fn read_snapshot(folder: &Path) -> Result<BTreeMap<String, String>, SnapshotFolderError> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| SnapshotFolderError::Io { file: path.display().to_string(), error })
    };
    let manifest_text = read("MANIFEST.json")?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest_text)?;
    let mut tables = BTreeMap::new();
    for (name, entry) in manifest.get("tables").and_then(|tables| tables.as_object()).into_iter().flatten() {
        // A name that leads elsewhere is no table of this folder.
        if name.contains(['/', '\\']) {
            return Err(SnapshotFolderError::Digest(name.clone()));
        }
        let text = read(name)?;
        if entry.get("sha256").and_then(|sha256| sha256.as_str()) != Some(hex(&text).as_str()) {
            return Err(SnapshotFolderError::Digest(name.clone()));
        }
        tables.insert(name.clone(), text);
    }
    tables.insert("MANIFEST.json".to_owned(), manifest_text);
    Ok(tables)
}

/// Writes tables whose text differs, the manifest last; returns the names of those that did.
///
/// # Errors
/// As the file system.
pub fn write_snapshot(folder: &Path, tables: &BTreeMap<String, String>) -> io::Result<Vec<String>> {
    fs::create_dir_all(folder)?;
    let mut changed: Vec<&String> =
        tables.keys().filter(|name| fs::read_to_string(folder.join(name)).ok().as_ref() != tables.get(*name)).collect();
    changed.sort_by_key(|name| name.as_str() == "MANIFEST.json");
    for name in &changed {
        super::write(&folder.join(name), tables[*name].as_bytes())?;
    }
    Ok(changed.into_iter().cloned().collect())
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(text: &str) -> BTreeMap<String, String> {
        let manifest = serde_json::json!({"tables": {"a.csv": {"sha256": hex(text)}}}).to_string();
        BTreeMap::from([("a.csv".to_owned(), text.to_owned()), ("MANIFEST.json".to_owned(), manifest)])
    }

    #[test]
    fn what_is_written_reads_back_and_what_is_equal_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new");
        assert_eq!(write_snapshot(&path, &tables("x\n")).expect("writes"), ["a.csv", "MANIFEST.json"]);
        assert_eq!(read_snapshot(&path).expect("reads"), tables("x\n"));
        assert_eq!(write_snapshot(&path, &tables("x\n")).expect("writes"), Vec::<String>::new());
    }

    #[test]
    fn half_a_snapshot_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        write_snapshot(folder.path(), &tables("x\n")).expect("writes");
        fs::write(folder.path().join("a.csv"), "y\n").expect("edits");
        assert!(matches!(read_snapshot(folder.path()), Err(SnapshotFolderError::Digest(_))));
        fs::remove_file(folder.path().join("a.csv")).expect("removes");
        assert!(matches!(read_snapshot(folder.path()), Err(SnapshotFolderError::Io { .. })));
    }
}
