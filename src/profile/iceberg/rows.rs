//! A table whose rows list objects (S3 Metadata): the rows of its live data files, by the readers of inventories.

use std::collections::BTreeSet;

use super::manifest::{self, Content};
use super::table::Table;
use crate::profile::inventory::{self, DataFile, FileFormat};
use crate::profile::objects::{ObjectsProfile, Source, SourceError, SourceKind, name};

/// Reads the rows of a snapshot.
pub(super) fn read(table: &Table, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    let mut files = Vec::new();
    let mut formats = BTreeSet::new();
    let mut wrong = None;
    for manifest in &table.manifests()? {
        if manifest.is_of_deletes && manifest.live == Some(0) {
            continue;
        }
        let done = manifest::read(table, manifest, |number, entry, _| {
            if !entry.is_live {
                return;
            }
            match (entry.content, entry.path) {
                (Content::Data, Some(path)) => {
                    let path = String::from_utf8_lossy(path);
                    formats.insert(String::from_utf8_lossy(entry.format).to_ascii_uppercase());
                    let size = entry.size.and_then(|size| u64::try_from(size).ok());
                    files.push(DataFile { path: table.local(&path), key: path.into_owned(), size });
                }
                (Content::Data, None) => wrong = Some(format!("entry {number} of `{}` has no path", manifest.path)),
                (_, path) => {
                    let path = name::printable(path.unwrap_or_default(), 200);
                    wrong = Some(format!("its snapshot has delete files (`{path}`), which are not applied to rows"));
                }
            }
        });
        if let Err((fault, what)) = done {
            let what = format!("manifest `{}`: {} {what}", manifest.path, fault.meaning());
            return Err(SourceError::new(&table.path, what.trim_end(), "copy the table's folder `metadata` whole"));
        }
    }
    if let Some(what) = wrong {
        let hint = "compact the table first (rewrite_data_files), query it on an engine, or give --source-kind iceberg for the table's own files";
        return Err(SourceError::new(&table.path, what, hint));
    }
    let mut source = Source::new(SourceKind::Inventory, table.path.display().to_string(), "");
    let format = match formats.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["PARQUET"] => FileFormat::Parquet,
        ["ORC"] => FileFormat::Orc,
        [] => return Err(SourceError::new(&table.path, "its snapshot has no data file", "")),
        other => {
            let what = format!("its rows are written as {}; only Parquet or ORC is read", other.join(", "));
            return Err(SourceError::new(&table.path, what, "give --source-kind iceberg for the table's own files"));
        }
    };
    source.form = format!("Iceberg, {}", format.name());
    let note = |code: &'static str, text: String| (code, text);
    if !table.is_current() {
        let id = table.snapshot.snapshot_id;
        source.notes.push(note("older-snapshot", format!("snapshot {id} is not the table's current one")));
    }
    let mut profile = inventory::read_listed(&table.path, files, format, None, source, now_ms)?;
    profile.name = Some(table.name().to_owned());
    Ok(profile)
}
