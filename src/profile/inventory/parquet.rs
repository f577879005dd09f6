//! Parquet data files, and the Parquet of S3 Metadata tables: row groups in parallel, a tally each thread.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Part;
use super::row::Row;
use super::values;
use crate::profile::objects::{Fault, SourceError};
use crate::profile::tables::{Column, ParquetFile, TableError, TimeUnit};

/// The columns by name.
struct Names {
    key: String,
    size: Option<String>,
    modified: Option<String>,
    class: Option<String>,
    is_latest: Option<String>,
    is_delete_marker: Option<String>,
    tier: Option<String>,
    /// Versions, in files that do not say which of them is the latest.
    untold_version: Option<String>,
}

/// Whether a file has the columns of an inventory.
pub(crate) fn is_inventory(file: &ParquetFile) -> bool {
    file.find(&["key"]).is_some()
        && file.find(&["size"]).is_some()
        && file.find(&["lastmodifieddate", "lastmodified", "storageclass", "bucket"]).is_some()
}

/// Reads data files; the threads share the row groups of all. A file that cannot be read is a fault, unless it is the
/// only one.
pub(super) fn read_all(paths: &[PathBuf], alone: bool, now_ms: i64) -> Result<Vec<Part>, SourceError> {
    let mut first = Part::new(now_ms);
    let mut files = Vec::new();
    for path in paths {
        match open(path) {
            Ok(found) => files.push((path.as_path(), found.0, found.1)),
            Err(error) if alone => return Err(error),
            Err(error) => {
                first.fault(Fault::Unreadable, 1, || path.display().to_string(), error.what.as_bytes());
            }
        }
    }
    if files.iter().any(|(_, file, _)| is_journal(file)) {
        let text =
            "this is a journal table: it lists changes, not what is there now; profile the inventory table for that";
        first.notes.push(("journal-table", text.to_owned()));
    }
    let groups: Vec<(&Path, &ParquetFile, &Names, usize)> = files
        .iter()
        .flat_map(|(path, file, names)| (0..file.groups()).map(move |group| (*path, file, names, group)))
        .collect();
    let versions = AtomicU64::new(0);
    let mut parts = super::striped(&groups, |mine| {
        let mut part = Part::new(now_ms);
        for (path, file, names, group) in mine {
            // Columns are decoded before the first row is counted: a group counts whole or not at all.
            if let Err(error) = read_group(file, *group, names, &versions, &mut part) {
                let rows = file.group_rows(*group) as u64;
                let what = format!("{rows} rows: {error}");
                let place = || format!("{} row group {group}", path.display());
                part.fault(Fault::BadRecord, rows, place, what.as_bytes());
            }
        }
        Ok(part)
    })?;
    let versions = versions.into_inner();
    if versions > 0 {
        let text = format!(
            "{versions} rows are versions of objects, and their table does not say which is the latest (S3 Metadata does not): \
             replaced ones count as data; an S3 Inventory of all versions tells them apart"
        );
        first.notes.push(("versions-untold", text));
    }
    parts.insert(0, first);
    Ok(parts)
}

fn is_journal(file: &ParquetFile) -> bool {
    file.find(&["recordtype"]).is_some() && file.find(&["sequencenumber"]).is_some()
}

fn open(path: &Path) -> Result<(ParquetFile, Names), SourceError> {
    let file = ParquetFile::open(path).map_err(|error: TableError| SourceError::new(path, error.to_string(), ""))?;
    let absent = || {
        let what = format!("it has no column `key`; it has {}", file.columns().join(", "));
        SourceError::new(path, what, "give an S3 Inventory or an S3 Metadata table")
    };
    let is_latest = file.find(&["islatest"]);
    let names = Names {
        untold_version: if is_latest.is_none() { file.find(&["versionid"]) } else { None },
        key: file.find(&["key"]).ok_or_else(absent)?,
        size: file.find(&["size"]),
        modified: file.find(&["lastmodifieddate", "lastmodified"]),
        class: file.find(&["storageclass"]),
        is_latest,
        is_delete_marker: file.find(&["isdeletemarker"]),
        tier: file.find(&["intelligenttieringaccesstier"]),
    };
    Ok((file, names))
}

fn read_group(
    file: &ParquetFile,
    group: usize,
    names: &Names,
    versions: &AtomicU64,
    part: &mut Part,
) -> Result<(), TableError> {
    let mut reader = file.reader()?;
    let mut column = |name: &str| file.column(&mut reader, group, name);
    let mut maybe = |name: &Option<String>| name.as_deref().map(&mut column).transpose();
    let (size, modified, class) = (maybe(&names.size)?, maybe(&names.modified)?, maybe(&names.class)?);
    let (is_latest, is_delete_marker, tier) =
        (maybe(&names.is_latest)?, maybe(&names.is_delete_marker)?, maybe(&names.tier)?);
    let untold_version = maybe(&names.untold_version)?;
    let key = column(&names.key)?;
    let wrong = |name: &str| TableError::Unsupported { name: name.to_owned(), kind: "of another type".to_owned() };
    let keys = key.texts().ok_or_else(|| wrong("key"))?;
    let mut sizes = opt(size.as_ref(), sizes_of).ok_or_else(|| wrong("size"))?;
    let unit = modified.as_ref().and_then(|it| it.unit).unwrap_or(TimeUnit::Milliseconds);
    let mut texts_of_time = None;
    let mut times = match opt(modified.as_ref(), Column::wholes) {
        Some(times) => times,
        None => {
            texts_of_time = Some(opt(modified.as_ref(), Column::texts).ok_or_else(|| wrong("last_modified_date"))?);
            None
        }
    };
    let mut classes = opt(class.as_ref(), Column::texts).ok_or_else(|| wrong("storage_class"))?;
    let mut latest = opt(is_latest.as_ref(), bools_of).ok_or_else(|| wrong("is_latest"))?;
    let mut markers = opt(is_delete_marker.as_ref(), bools_of).ok_or_else(|| wrong("is_delete_marker"))?;
    let mut tiers = opt(tier.as_ref(), Column::texts).ok_or_else(|| wrong("intelligent_tiering_access_tier"))?;
    // An object from before versioning, or of a bucket without it, has no version or the one called `null`.
    let untold = untold_version
        .as_ref()
        .and_then(Column::texts)
        .map_or(0, |all| all.flatten().filter(|version| !version.is_empty() && *version != b"null").count());
    versions.fetch_add(untold as u64, Ordering::Relaxed);
    let has_size = sizes.is_some();
    for key in keys {
        let modified_ms = step(&mut times)
            .map(|value| unit.to_ms(value))
            .or_else(|| step(texts_of_time.as_mut().unwrap_or(&mut None)).and_then(values::time_of_text));
        let row = Row {
            key,
            size: step(&mut sizes),
            has_size,
            modified_ms,
            class: step(&mut classes),
            is_latest: step(&mut latest),
            is_delete_marker: step(&mut markers),
            tier: step(&mut tiers),
        };
        part.take(&row, |number| format!("row {number} of row group {group}"));
    }
    Ok(())
}

type All<'a, T> = Box<dyn Iterator<Item = Option<T>> + 'a>;
type Values<'a, T> = Option<All<'a, T>>;

/// Whole numbers, or what other programs made of them.
fn sizes_of(column: &Column) -> Option<All<'_, i64>> {
    if let Some(wholes) = column.wholes() {
        return Some(wholes);
    }
    if let Some(floats) = column.floats() {
        return Some(Box::new(floats.map(|value| value.map(values::size_of_float))));
    }
    Some(Box::new(column.texts()?.map(|value| value.map(values::size_of_text))))
}

/// Truth values, or texts of them.
fn bools_of(column: &Column) -> Option<All<'_, bool>> {
    match column.bools() {
        Some(bools) => Some(bools),
        None => Some(Box::new(column.texts()?.map(|value| value.and_then(values::bool_of_text)))),
    }
}

/// The values of a column that may be absent; `None` when it is there and of another type.
fn opt<'a, T>(column: Option<&'a Column>, values: impl Fn(&'a Column) -> Option<All<'a, T>>) -> Option<Values<'a, T>> {
    match column {
        None => Some(None),
        Some(column) => values(column).map(Some),
    }
}

fn step<T>(values: &mut Values<'_, T>) -> Option<T> {
    values.as_mut().and_then(Iterator::next).flatten()
}
