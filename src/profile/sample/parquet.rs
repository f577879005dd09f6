//! Keys of Parquet files: only their columns are read, a row group at a time.

use std::path::Path;

use rayon::prelude::*;

use super::key::Value;
use super::rows::{Asked, Part, STRIPES};
use crate::profile::objects::{Fault, SourceError};
use crate::profile::tables::{Column, ParquetFile, TableError, TimeUnit};

/// Row groups that are decoded at once.
const ROUND: usize = STRIPES;

pub(super) fn read(path: &Path, asked: &Asked, parts: &mut [Part]) -> Result<(), SourceError> {
    let wrong = |error: TableError| {
        let hint = match error {
            TableError::NoColumn { .. } | TableError::Unsupported { .. } => {
                "name columns of the file with --key, nested ones with dots"
            }
            TableError::Io(_) | TableError::Damaged(_) => "",
        };
        SourceError::new(path, error.to_string(), hint)
    };
    let file = ParquetFile::open(path).map_err(wrong)?;
    let known = file.columns();
    for name in asked.keys.iter().flatten() {
        if !known.contains(name) {
            return Err(wrong(TableError::NoColumn { name: name.clone(), known }));
        }
    }
    let groups: Vec<usize> = (0..file.groups()).collect();
    for round in groups.chunks(ROUND) {
        let errors: Vec<TableError> = round
            .par_iter()
            .zip(parts.par_iter_mut())
            .filter_map(|(group, part)| {
                let result = read_group(&file, *group, asked, part);
                match result {
                    Ok(()) => None,
                    Err(error @ TableError::Unsupported { .. }) => Some(error),
                    Err(error) => {
                        let place = || format!("{} row group {group}", path.display());
                        let rows = file.group_rows(*group) as u64;
                        part.faults(Fault::BadRecord, rows, place, error.to_string().as_bytes());
                        None
                    }
                }
            })
            .collect();
        if let Some(error) = errors.into_iter().next() {
            return Err(wrong(error));
        }
    }
    Ok(())
}

fn read_group(file: &ParquetFile, group: usize, asked: &Asked, part: &mut Part) -> Result<(), TableError> {
    let mut reader = file.reader()?;
    for (number, (key, tally)) in asked.keys.iter().zip(&mut part.keys).enumerate() {
        let columns: Vec<Column> =
            key.iter().map(|name| file.column(&mut reader, group, name)).collect::<Result<_, _>>()?;
        let before = tally.rows;
        if let ([column], None) = (columns.as_slice(), asked.types)
            && let Some(slices) =
                column.long_slices().filter(|_| column.unit.is_none() || column.unit == Some(TimeUnit::Microseconds))
        {
            for value in slices.into_iter().flatten() {
                tally.add(&[Value::Long(*value)]);
            }
        } else {
            let mut values: Vec<Values<'_>> =
                key.iter().zip(&columns).map(|(name, column)| Values::of(name, column)).collect::<Result<_, _>>()?;
            let mut row = Vec::with_capacity(values.len());
            loop {
                row.clear();
                row.extend(values.iter_mut().map_while(Values::next));
                if row.len() < columns.len() {
                    break;
                }
                super::text::add(tally, row.iter().copied(), asked.types);
            }
        }
        if number == 0 {
            part.rows += tally.rows - before;
        }
    }
    Ok(())
}

/// The values of one column, one after another.
struct Values<'a>(Box<dyn Iterator<Item = Value<'a>> + 'a>);

impl<'a> Values<'a> {
    fn of(name: &str, column: &'a Column) -> Result<Self, TableError> {
        if let Some(texts) = column.texts() {
            return Ok(Self(Box::new(texts.map(|value| value.map_or(Value::Null, Value::Text)))));
        }
        if let Some(wholes) = column.wholes() {
            let (long, unit) = (column.is_long || matches!(column.unit, Some(TimeUnit::Nanoseconds)), column.unit);
            return Ok(Self(Box::new(
                wholes.map(move |value| value.map_or(Value::Null, |value| whole(value, long, unit))),
            )));
        }
        if let Some(bools) = column.bools() {
            return Ok(Self(Box::new(bools.map(|value| value.map_or(Value::Null, Value::Bool)))));
        }
        let double = column.is_double();
        if let Some(floats) = column.floats() {
            #[expect(clippy::cast_possible_truncation, reason = "it was a float before")]
            let of = move |value: f64| if double { Value::Double(value) } else { Value::Float(value as f32) };
            return Ok(Self(Box::new(floats.map(move |value| value.map_or(Value::Null, of)))));
        }
        Err(TableError::Unsupported { name: name.to_owned(), kind: "neither a text nor a number".to_owned() })
    }

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.next()
    }
}

/// Spark hashes a timestamp by its microseconds, a date by its days, and whole numbers by their own width.
fn whole<'a>(value: i64, long: bool, unit: Option<TimeUnit>) -> Value<'a> {
    match unit {
        Some(TimeUnit::Milliseconds) => Value::Long(value.saturating_mul(1_000)),
        Some(TimeUnit::Nanoseconds) => Value::Long(value.div_euclid(1_000)),
        Some(TimeUnit::Microseconds) => Value::Long(value),
        Some(TimeUnit::Days) | None => match i32::try_from(value) {
            Ok(value) if !long => Value::Int(value),
            _ => Value::Long(value),
        },
    }
}
