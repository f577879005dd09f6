//! ORC data files: stripes in parallel, a tally each thread.

use std::path::{Path, PathBuf};

use super::row::Row;
use super::values;
use super::{Columns, Part};
use crate::profile::objects::{Fault, SourceError};
use crate::profile::orc::{Column, OrcError, OrcFile};

/// Whether a file has the columns of an inventory.
pub(crate) fn is_inventory(file: &OrcFile) -> bool {
    let names = file.columns();
    Columns::named(names.iter().map(String::as_str)).is_some_and(|it| {
        it.size.is_some() && (it.modified.is_some() || it.class.is_some() || names.iter().any(|name| name == "bucket"))
    })
}

/// Reads data files; the threads share the stripes of all. A file that cannot be read is a fault, unless it is the only
/// one.
pub(super) fn read_all(paths: &[PathBuf], alone: bool, now_ms: i64) -> Result<Vec<Part>, SourceError> {
    let mut first = Part::new(now_ms);
    let mut files = Vec::new();
    for path in paths {
        match open(path) {
            Ok((file, columns)) => files.push((path.as_path(), file, columns)),
            Err(error) if alone => return Err(error),
            Err(error) => {
                first.fault(Fault::Unreadable, 1, || path.display().to_string(), error.what.as_bytes());
            }
        }
    }
    let stripes: Vec<(&Path, &OrcFile, &Columns, usize)> = files
        .iter()
        .flat_map(|(path, file, columns)| (0..file.stripes()).map(move |stripe| (*path, file, columns, stripe)))
        .collect();
    let mut parts = super::striped(&stripes, |mine| {
        let mut part = Part::new(now_ms);
        for (path, file, columns, stripe) in mine {
            if let Err(error) = read_stripe(file, *stripe, columns, &mut part) {
                let rows = file.stripe_rows(*stripe);
                let place = || format!("{} stripe {stripe}", path.display());
                part.fault(Fault::BadRecord, rows, place, format!("{rows} rows: {error}").as_bytes());
            }
        }
        Ok(part)
    })?;
    parts.insert(0, first);
    Ok(parts)
}

fn open(path: &Path) -> Result<(OrcFile, Columns), SourceError> {
    let file = OrcFile::open(path).map_err(|error: OrcError| SourceError::new(path, error.to_string(), ""))?;
    let names = file.columns();
    let columns = Columns::named(names.iter().map(String::as_str)).ok_or_else(|| {
        let what = format!("it has no column `key`; it has {}", names.join(", "));
        SourceError::new(path, what, "give an S3 Inventory")
    })?;
    Ok((file, columns))
}

fn of_texts<T>(column: &Column, of: impl Fn(&[u8]) -> Option<T>) -> Option<Vec<Option<T>>> {
    Some(column.texts()?.into_iter().map(|text| text.and_then(&of)).collect())
}

fn read_stripe(file: &OrcFile, stripe: usize, columns: &Columns, part: &mut Part) -> Result<(), OrcError> {
    let names = file.columns();
    let wanted = [
        Some(columns.key),
        columns.size,
        columns.modified,
        columns.class,
        columns.is_latest,
        columns.is_delete_marker,
        columns.tier,
    ];
    let asked: Vec<&str> = wanted.iter().flatten().filter_map(|at| names.get(*at)).map(String::as_str).collect();
    let mut read = file.read(stripe, &asked)?.into_iter();
    let found: Vec<Option<Column>> = wanted.iter().map(|at| at.and_then(|_| read.next())).collect();
    let wrong = |at: usize| OrcError::Type(wanted[at].and_then(|it| names.get(it)).cloned().unwrap_or_default());
    let texts = |at: usize| match &found[at] {
        None => Ok(Vec::new()),
        Some(column) => column.texts().ok_or_else(|| wrong(at)),
    };
    let bools = |at: usize| match &found[at] {
        None => Ok(Vec::new()),
        Some(column) => column.bools().or_else(|| of_texts(column, values::bool_of_text)).ok_or_else(|| wrong(at)),
    };
    let wholes = |at: usize, of_text: fn(&[u8]) -> Option<i64>| match &found[at] {
        None => Ok(Vec::new()),
        Some(column) => {
            let floats = || {
                let numbers = column.numbers()?;
                Some(numbers.into_iter().map(|it| it.map(values::size_of_float)).collect())
            };
            column.wholes().or_else(|| of_texts(column, of_text)).or_else(floats).ok_or_else(|| wrong(at))
        }
    };
    let sizes = wholes(1, |text| Some(values::size_of_text(text)))?;
    let (keys, times, classes) = (texts(0)?, wholes(2, values::time_of_text)?, texts(3)?);
    let (latest, markers, tiers) = (bools(4)?, bools(5)?, texts(6)?);
    if let (Some(_), Some(zone)) = (columns.modified, file.zone(stripe)?) {
        part.notes.push(("time-zone", format!("its times are those of the zone {zone}; they are taken as UTC")));
    }
    for (at, key) in keys.iter().enumerate() {
        let row = Row {
            key: *key,
            size: sizes.get(at).copied().flatten(),
            has_size: columns.size.is_some(),
            modified_ms: times.get(at).copied().flatten(),
            class: classes.get(at).copied().flatten(),
            is_latest: latest.get(at).copied().flatten(),
            is_delete_marker: markers.get(at).copied().flatten(),
            tier: tiers.get(at).copied().flatten(),
        };
        part.take(&row, |number| format!("row {number} of stripe {stripe}"));
    }
    Ok(())
}
