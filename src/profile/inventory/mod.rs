//! S3 Inventory and S3 Metadata tables: `manifest.json` with its data files, or the data files alone.
//!
//! CSV (gzipped, quoted, keys URL-encoded), ORC, and Parquet (the feature `tables`). Data files are read in parallel and
//! each in bounded memory; a file that the manifest names and that is not there, or has another size, is a fault.

mod columns;
mod csv;
mod manifest;
mod orc;
#[cfg(feature = "tables")]
mod parquet;
mod row;
mod values;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use columns::Columns;
pub use manifest::{DataFile, FileFormat, Manifest};

pub(super) use orc::is_inventory as is_orc_inventory;
#[cfg(feature = "tables")]
pub(super) use parquet::is_inventory as is_parquet_inventory;

use super::objects::{Fault, ObjectsProfile, Source, SourceError, SourceKind, Tally};

/// What is to be read.
#[derive(Clone, Debug)]
pub enum Inventory {
    /// By its manifest.
    Manifest(PathBuf),
    /// Data files alone.
    Files(Vec<PathBuf>, FileFormat),
}

/// What was read of one data file.
#[derive(Debug)]
pub(super) struct Part {
    tally: Tally,
    records: u64,
    /// Rows that are no objects (a header).
    other: u64,
    notes: Vec<(&'static str, String)>,
}

/// Reads an inventory.
///
/// # Errors
/// The manifest or a data file alone cannot be read, or a format is not supported by this build.
pub fn read(inventory: &Inventory, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    match inventory {
        Inventory::Manifest(path) => {
            let manifest = Manifest::read(path)?;
            from_manifest(path, &manifest, now_ms)
        }
        Inventory::Files(paths, format) => {
            let first = paths.first().cloned().unwrap_or_default();
            let shown = match paths.as_slice() {
                [one] => one.display().to_string(),
                more => format!("{} and {} more", first.display(), more.len().saturating_sub(1)),
            };
            let files = paths.iter().map(|path| DataFile {
                path: Some(path.clone()),
                key: path.display().to_string(),
                size: None,
            });
            read_files(
                &first,
                files.collect(),
                *format,
                None,
                Source::new(SourceKind::Inventory, shown, format.name()),
                now_ms,
            )
        }
    }
}

fn from_manifest(path: &Path, manifest: &Manifest, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    let mut source = Source::new(SourceKind::Inventory, path.display().to_string(), manifest.format.name());
    if let Some(bucket) = &manifest.bucket {
        source.notes.push((
            "bucket",
            format!(
                "inventory of bucket {bucket}{}",
                manifest.made().map_or_else(String::new, |made| format!(", made {made}"))
            ),
        ));
    }
    let columns = manifest.columns.clone();
    read_listed(path, manifest.files.clone(), manifest.format, columns.as_ref(), source, now_ms)
}

/// Reads data files that a manifest (or a table) names; those that are not there are faults, all of them an error.
pub(super) fn read_listed(
    path: &Path,
    files: Vec<DataFile>,
    format: FileFormat,
    columns: Option<&Columns>,
    source: Source,
    now_ms: i64,
) -> Result<ObjectsProfile, SourceError> {
    if let Some(first) = files.first().filter(|_| files.iter().all(|file| file.path.is_none())) {
        return Err(SourceError::new(
            path,
            format!("none of the {} data files that it names is there", files.len()),
            format!("copy them beside it, for example `{}` (the last part of each key is enough)", first.key),
        ));
    }
    read_files(path, files, format, columns, source, now_ms)
}

fn read_files(
    path: &Path,
    files: Vec<DataFile>,
    format: FileFormat,
    columns: Option<&Columns>,
    mut source: Source,
    now_ms: i64,
) -> Result<ObjectsProfile, SourceError> {
    let mut parts = vec![Part::new(now_ms)];
    let mut there = Vec::new();
    for file in &files {
        match present(file) {
            Ok(path) => there.push(path),
            Err((fault, what)) => parts[0].fault(fault, 1, || file.key.clone(), what.as_bytes()),
        }
    }
    let alone = files.len() == 1 && columns.is_none();
    parts.extend(match format {
        FileFormat::Csv => striped(&there, |mine| csv::read_all(mine, columns, alone, now_ms))?,
        FileFormat::Orc => orc::read_all(&there, alone, now_ms)?,
        #[cfg(feature = "tables")]
        FileFormat::Parquet => parquet::read_all(&there, alone, now_ms)?,
        #[cfg(not(feature = "tables"))]
        FileFormat::Parquet => return Err(no_parquet(path)),
    });
    let mut tally = Tally::new(now_ms);
    let mut noted = std::collections::BTreeSet::new();
    for part in parts {
        source.records += part.records;
        source.other_records += part.other;
        for note in part.notes {
            if noted.insert(note.0) {
                source.notes.push(note);
            }
        }
        tally.merge(part.tally);
    }
    if tally.objects() == 0 && files.is_empty() {
        return Err(SourceError::new(
            path,
            "it names no data file",
            "give the manifest.json of an inventory that has run",
        ));
    }
    Ok(ObjectsProfile::new(source, tally))
}

/// The file, if it is what the manifest promises.
fn present(file: &DataFile) -> Result<PathBuf, (Fault, String)> {
    let Some(found) = &file.path else { return Err((Fault::MissingFile, String::new())) };
    let length = std::fs::metadata(found).map_or(0, |about| about.len());
    match file.size {
        Some(promised) if promised != length => {
            Err((Fault::ChangedFile, format!("{promised} bytes are promised, {length} are there")))
        }
        _ => Ok(found.clone()),
    }
}

/// Every thread takes every n-th piece of work and keeps one tally: which thread met what never depends on the clock.
pub(super) fn striped<W: Sync, P: Send>(
    work: &[W],
    read: impl Fn(&mut dyn Iterator<Item = &W>) -> Result<P, SourceError> + Sync,
) -> Result<Vec<P>, SourceError> {
    let threads = rayon::current_num_threads().clamp(1, work.len().max(1));
    (0..threads).into_par_iter().map(|thread| read(&mut work.iter().skip(thread).step_by(threads))).collect()
}

#[cfg(not(feature = "tables"))]
fn no_parquet(path: &Path) -> SourceError {
    let hint = "build with the feature `tables`, or have the inventory written as ORC or CSV";
    SourceError::new(path, "Parquet is not read by this build", hint)
}

impl Part {
    fn new(now_ms: i64) -> Self {
        Self { tally: Tally::new(now_ms), records: 0, other: 0, notes: Vec::new() }
    }

    /// Counts records that cannot be read: rows that nobody gets to see, or a file as one.
    fn fault(&mut self, fault: Fault, records: u64, place: impl FnOnce() -> String, text: &[u8]) {
        self.records += records;
        self.tally.faults.put(fault, records, place, text);
    }
}

#[cfg(test)]
mod tests;
