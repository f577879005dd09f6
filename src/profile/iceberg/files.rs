//! A table as a data set: every live data file of a snapshot is an object.

use std::collections::{BTreeMap, HashMap};

use super::facts::{ColumnBytes, TableFacts};
use super::locate;
use super::manifest::{self, Content, Entry, Manifest};
use super::metadata::Made;
use super::partition::Fields;
use super::table::Table;
use crate::profile::inventory::striped;
use crate::profile::objects::{
    Count, Fault, Object, ObjectsProfile, Source, SourceError, SourceKind, State, Tally, kind, name,
};

/// Columns that are told apart; wider tables exist and nobody reads such a list.
const COLUMNS: usize = 100_000;

/// What was read of some manifests.
struct Gathered {
    tally: Tally,
    records: u64,
    other: u64,
    rows: u64,
    deletes: [Count; 3],
    delete_rows: u64,
    formats: BTreeMap<String, Count>,
    columns: HashMap<i64, u64>,
    files_with_columns: u64,
    /// Files that compactions wrote, and files of snapshots that have expired.
    rewritten: u64,
    of_expired: u64,
    folder: String,
}

/// Reads the live files of a table's snapshot.
pub(super) fn read(table: &Table, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    let manifests = table.manifests()?;
    let made = table.metadata.made();
    let parts = striped(&manifests, |mine| {
        let mut part = Gathered::new(now_ms);
        mine.for_each(|manifest| part.manifest(table, manifest, &made));
        Ok(part)
    })?;
    let mut all = Gathered::new(now_ms);
    parts.into_iter().for_each(|part| all.merge(part));
    let missing = all.tally.faults.count_of(Fault::MissingFile);
    if all.records == missing && missing > 0 {
        return Err(SourceError::new(
            &table.path,
            format!("none of the {missing} manifests of its snapshot is there"),
            format!("copy the table's folder `metadata` whole; the first that is missing is `{}`", manifests[0].path),
        ));
    }
    Ok(all.into_profile(table, &manifests))
}

impl Gathered {
    fn new(now_ms: i64) -> Self {
        Self {
            tally: Tally::new(now_ms),
            records: 0,
            other: 0,
            rows: 0,
            deletes: [Count::default(); 3],
            delete_rows: 0,
            formats: BTreeMap::new(),
            columns: HashMap::new(),
            files_with_columns: 0,
            rewritten: 0,
            of_expired: 0,
            folder: String::new(),
        }
    }

    fn manifest(&mut self, table: &Table, manifest: &Manifest, made: &HashMap<i64, Made>) {
        let done = manifest::read(table, manifest, |number, entry, fields| {
            self.records += 1;
            let live_data = entry.is_live && entry.content == Content::Data;
            match file_of(entry) {
                _ if !entry.is_live => self.other += 1,
                Ok((path, size)) if live_data => self.data(table, entry, fields, (path, size), made),
                Ok((_, size)) => self.delete(entry, size),
                Err(fault) => {
                    let place = || format!("{} entry {number}", manifest.path);
                    self.tally.faults.add(fault, place, entry.path.unwrap_or_default());
                }
            }
        });
        if let Err((fault, what)) = done {
            self.records += 1;
            self.tally.faults.add(fault, || manifest.path.clone(), what.as_bytes());
        }
    }

    fn delete(&mut self, entry: &Entry<'_>, size: u64) {
        self.other += 1;
        let kind = match entry.content {
            Content::EqualityDeletes => 1,
            _ if entry.format.eq_ignore_ascii_case(b"puffin") => 2,
            _ => 0,
        };
        self.deletes[kind].add(size);
        self.delete_rows = self.delete_rows.saturating_add(u64::try_from(entry.rows).unwrap_or(0));
    }

    fn data(
        &mut self,
        table: &Table,
        entry: &Entry<'_>,
        fields: &Fields,
        file: (&[u8], u64),
        made: &HashMap<i64, Made>,
    ) {
        let (path, size) = file;
        let modified_ms = match entry.added_by.and_then(|id| made.get(&id)) {
            Some(made) if made.is_replace => {
                self.rewritten += 1;
                None
            }
            Some(made) => Some(made.ms),
            None => {
                self.of_expired += 1;
                None
            }
        };
        let text = String::from_utf8_lossy(path);
        let key = key_of(&text);
        if fields.is_empty() {
            let below = locate::below(&table.metadata.location, &text);
            self.folder = below.map_or_else(
                || String::from_utf8_lossy(name::split(key.as_bytes()).0).into_owned(),
                |parts| parts[..parts.len() - 1].join("/"),
            );
        } else {
            fields.write(entry.partition, &mut self.folder);
        }
        let mut suffix = Vec::new();
        name::suffix(name::split(key.as_bytes()).1, &mut suffix);
        let format = String::from_utf8_lossy(entry.format).to_ascii_lowercase();
        // The manifest knows the format; a name may say nothing, or something else.
        let own = format!(".{format}");
        if !format.is_empty()
            && kind::by_suffix(&String::from_utf8_lossy(&suffix)).format != kind::by_suffix(&own).format
        {
            suffix = own.into_bytes();
        }
        let object = Object { key: key.as_bytes(), size, modified_ms, class: b"", state: State::Current };
        self.tally.add_data(&object, self.folder.as_bytes(), &suffix);
        self.rows = self.rows.saturating_add(u64::try_from(entry.rows).unwrap_or(0));
        self.formats.entry(format).or_default().add(size);
        self.files_with_columns += u64::from(!entry.column_sizes.is_empty());
        for pair in entry.column_sizes {
            let [key, bytes] = pair.items() else { continue };
            let (Some(id), Some(bytes)) = (key.whole(), bytes.whole().and_then(|it| u64::try_from(it).ok())) else {
                continue;
            };
            self.column(id, bytes);
        }
    }

    fn column(&mut self, id: i64, bytes: u64) {
        if self.columns.len() < COLUMNS || self.columns.contains_key(&id) {
            let sum = self.columns.entry(id).or_default();
            *sum = sum.saturating_add(bytes);
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.records += other.records;
        self.other += other.other;
        self.rows = self.rows.saturating_add(other.rows);
        self.delete_rows = self.delete_rows.saturating_add(other.delete_rows);
        self.files_with_columns += other.files_with_columns;
        self.rewritten += other.rewritten;
        self.of_expired += other.of_expired;
        for (own, other) in self.deletes.iter_mut().zip(other.deletes) {
            own.put(other.objects, other.bytes);
        }
        for (format, count) in other.formats {
            self.formats.entry(format).or_default().put(count.objects, count.bytes);
        }
        other.columns.into_iter().for_each(|(id, bytes)| self.column(id, bytes));
    }

    fn into_profile(mut self, table: &Table, manifests: &[Manifest]) -> ObjectsProfile {
        let metadata = &table.metadata;
        let mut source = Source::new(
            SourceKind::Iceberg,
            table.path.display().to_string(),
            format!("table format version {}", metadata.format_version),
        );
        (source.records, source.other_records) = (self.records, self.other);
        let mut counted = Count::default();
        manifests.iter().for_each(|manifest| counted.add(manifest.length.unwrap_or(0)));
        let names = metadata.columns();
        let mut columns: Vec<ColumnBytes> = std::mem::take(&mut self.columns)
            .into_iter()
            .map(|(id, bytes)| ColumnBytes {
                column: names.get(&id).cloned().unwrap_or_else(|| format!("#{id}")),
                bytes,
            })
            .collect();
        columns.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.column.cmp(&b.column)));
        let facts = TableFacts {
            location: metadata.location.clone(),
            format_version: metadata.format_version,
            snapshot_id: table.snapshot.snapshot_id,
            snapshot_ms: table.snapshot.timestamp_ms,
            is_current: table.is_current(),
            partitioning: metadata.partitioning(),
            manifests: counted,
            rows: self.rows,
            deletes: self.deletes,
            delete_rows: self.delete_rows,
            formats: std::mem::take(&mut self.formats),
            columns,
            files_with_columns: self.files_with_columns,
        };
        self.notes(&facts, &mut source);
        self.tally.put_table("iceberg", counted.objects.max(1));
        let mut profile = ObjectsProfile::new(source, self.tally);
        profile.name = Some(table.name().to_owned());
        profile.table = Some(facts);
        profile
    }

    fn notes(&self, facts: &TableFacts, source: &mut Source) {
        let mut note = |code: &'static str, text: String| source.notes.push((code, text));
        let deletes = facts.delete_files();
        if deletes.objects > 0 {
            let [position, equality, vectors] = facts.deletes.map(|it| it.objects);
            note(
                "delete-files",
                format!(
                    "{} delete files of {} bytes ({position} by position, {equality} by equality, {vectors} deletion vectors) take rows out of the data: whoever reads the table reads and applies them too; they are not in the data's files and bytes, and the rows that they take out are still in them",
                    deletes.objects, deletes.bytes
                ),
            );
        }
        if self.rewritten > 0 {
            note(
                "rewritten",
                format!(
                    "{} files were written by compactions (operation `replace`): their rows arrived earlier, and when is not known",
                    self.rewritten
                ),
            );
        }
        if self.of_expired > 0 {
            note(
                "expired-snapshots",
                format!("{} files were added by snapshots that have expired: when is not known", self.of_expired),
            );
        }
        if !facts.is_current {
            note("older-snapshot", format!("snapshot {} is not the table's current one", facts.snapshot_id));
        }
    }
}

/// Path and size of an entry's file.
fn file_of<'a>(entry: &Entry<'a>) -> Result<(&'a [u8], u64), Fault> {
    let path = entry.path.ok_or(Fault::NoKey)?;
    let size = entry.size.and_then(|size| u64::try_from(size).ok()).ok_or(Fault::BadSize)?;
    Ok((path, size))
}

/// A path without scheme and bucket.
fn key_of(path: &str) -> &str {
    match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or(rest, |it| it.1),
        None => path.strip_prefix("file:").unwrap_or(path).trim_start_matches('/'),
    }
}
