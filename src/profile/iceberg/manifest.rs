//! Manifest lists and manifests: Avro files whose fields are found by Iceberg's ids, so that older names and unknown
//! fields of newer versions do no harm.

use std::path::Path;

use serde_json::Value as Json;

use super::metadata::SpecField;
use super::partition::Fields;
use super::table::Table;
use crate::profile::avro::{AvroError, AvroFile, Plan, Value};
use crate::profile::objects::Fault;

/// A manifest as its list has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) path: String,
    pub(super) length: Option<u64>,
    pub(super) spec_id: i64,
    pub(super) is_of_deletes: bool,
    pub(super) added_by: Option<i64>,
    /// Entries of all states; `None` when the list does not count them.
    pub(super) entries: Option<u64>,
    /// Those that are live.
    pub(super) live: Option<u64>,
}

impl Manifest {
    /// One that only its path tells.
    pub(super) fn alone(path: String) -> Self {
        Self { path, ..Self::default() }
    }
}

const LIST: [(&str, i64); 8] = [
    ("manifest_path", 500),
    ("manifest_length", 501),
    ("partition_spec_id", 502),
    ("content", 517),
    ("added_snapshot_id", 503),
    ("added_files_count", 504),
    ("existing_files_count", 505),
    ("deleted_files_count", 506),
];

/// Reads a manifest list.
pub(super) fn list(path: &Path) -> Result<Vec<Manifest>, AvroError> {
    let file = AvroFile::open(path)?;
    let plan = Plan::of(file.schema(), &LIST);
    if !plan.has(0) {
        return Err(AvroError::Schema("is not that of a manifest list: it has no `manifest_path`".to_owned()));
    }
    let mut out = Vec::new();
    file.read(&plan, |values| {
        let count = |slot: usize| values[slot].whole().and_then(|it| u64::try_from(it).ok());
        let live = count(5).zip(count(6)).and_then(|(added, existing)| added.checked_add(existing));
        out.push(Manifest {
            path: text(&values[0]).ok_or_else(|| "it has no `manifest_path`".to_owned())?,
            length: count(1),
            spec_id: values[2].whole().unwrap_or(0),
            is_of_deletes: values[3].whole() == Some(1),
            added_by: values[4].whole(),
            entries: live.zip(count(7)).and_then(|(live, deleted)| live.checked_add(deleted)),
            live,
        });
        Ok(())
    })?;
    Ok(out)
}

/// What an entry of a manifest lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Data,
    PositionDeletes,
    EqualityDeletes,
}

/// An entry of a manifest.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) is_live: bool,
    pub(super) added_by: Option<i64>,
    pub(super) content: Content,
    pub(super) path: Option<&'a [u8]>,
    pub(super) format: &'a [u8],
    pub(super) partition: &'a [Value<'a>],
    pub(super) rows: i64,
    pub(super) size: Option<i64>,
    pub(super) column_sizes: &'a [Value<'a>],
}

const ENTRY: [(&str, i64); 9] = [
    ("status", 0),
    ("snapshot_id", 1),
    ("data_file.content", 134),
    ("data_file.file_path", 100),
    ("data_file.file_format", 101),
    ("data_file.partition", 102),
    ("data_file.record_count", 103),
    ("data_file.file_size_in_bytes", 104),
    ("data_file.column_sizes", 108),
];
const PARTITION: usize = 5;
/// `status` of an entry whose file the snapshot has removed.
const DELETED: i64 = 2;

/// Reads a manifest; `each` gets every entry with its number and the fields of its partition.
///
/// # Errors
/// It is not there, not the one that the list names, damaged, or shorter than the list says; the entries before were
/// handed over.
pub(super) fn read(
    table: &Table,
    manifest: &Manifest,
    mut each: impl FnMut(u64, &Entry<'_>, &Fields),
) -> Result<(), (Fault, String)> {
    let Some(path) = table.local(&manifest.path) else { return Err((Fault::MissingFile, String::new())) };
    let there = std::fs::metadata(&path).map_or(0, |about| about.len());
    if let Some(promised) = manifest.length.filter(|length| *length != there) {
        return Err((Fault::ChangedFile, format!("{promised} bytes are promised, {there} are there")));
    }
    let file = AvroFile::open(&path).map_err(|error| (Fault::Unreadable, error.to_string()))?;
    let plan = Plan::of(file.schema(), &ENTRY);
    if !plan.has(3) {
        return Err((Fault::Unreadable, "it is no manifest: its entries have no `file_path`".to_owned()));
    }
    let spec = file.header("partition-spec").and_then(spec_of);
    let spec = spec.as_deref().unwrap_or_else(|| table.metadata.spec(manifest.spec_id));
    let fields = Fields::new(spec, plan.type_of(PARTITION));
    let mut number = 0;
    file.read(&plan, |values| {
        number += 1;
        let entry = Entry {
            is_live: values[0].whole() != Some(DELETED),
            added_by: values[1].whole().or(manifest.added_by),
            content: match values[2].whole() {
                None | Some(0) => Content::Data,
                Some(1) => Content::PositionDeletes,
                Some(2) => Content::EqualityDeletes,
                Some(other) => return Err(format!("content {other} is none of data, position and equality deletes")),
            },
            path: values[3].bytes().filter(|path| !path.is_empty()),
            format: values[4].bytes().unwrap_or_default(),
            partition: values[PARTITION].items(),
            rows: values[6].whole().unwrap_or(0),
            size: values[7].whole(),
            column_sizes: values[8].items(),
        };
        each(number, &entry, &fields);
        Ok(())
    })
    .map_err(|error| (Fault::BadRecord, error.to_string()))?;
    match manifest.entries.filter(|promised| *promised != number) {
        Some(promised) => Err((Fault::CutOff, format!("{promised} entries are promised, {number} are there"))),
        None => Ok(()),
    }
}

fn spec_of(header: &[u8]) -> Option<Vec<SpecField>> {
    let json: Json = serde_json::from_slice(header).ok()?;
    // Some writers put the whole spec where its fields belong.
    serde_json::from_value(json.get("fields").cloned().unwrap_or(json)).ok()
}

fn text(value: &Value<'_>) -> Option<String> {
    value.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
