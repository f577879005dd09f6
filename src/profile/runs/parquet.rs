//! A Parquet file as rows of text, through the tables' room.

use std::path::Path;

use super::table::{BadRow, Table};
use crate::profile::tables::{Column, ParquetFile, TableError};

/// Reads all columns; one of a type that says nothing as text (lists, maps) is named in the table's bad rows.
pub fn read(path: &Path) -> Result<Table, TableError> {
    let file = ParquetFile::open(path)?;
    let mut reader = file.reader()?;
    let mut table = Table { columns: file.columns(), ..Table::default() };
    for group in 0..file.groups() {
        let first = table.rows.len() as u64 + 1;
        let count = file.group_rows(group);
        let mut rows = vec![Vec::with_capacity(table.columns.len()); count];
        for name in &table.columns {
            let cells = file.column(&mut reader, group, name).map(|column| texts(&column)).unwrap_or_default();
            if cells.len() != count && group == 0 {
                let why = "its type is not read".to_owned();
                table.bad.push(BadRow { line: 0, column: name.clone(), why });
            }
            let mut cells = cells.into_iter();
            for row in &mut rows {
                row.push(cells.next().unwrap_or_default());
            }
        }
        table.rows.extend((first..).zip(rows));
    }
    Ok(table)
}

fn texts(column: &Column) -> Vec<String> {
    if let Some(values) = column.texts() {
        return values
            .map(|text| text.map_or_else(String::new, |text| String::from_utf8_lossy(text).trim().to_owned()))
            .collect();
    }
    if let Some(values) = column.bools() {
        return values.map(|value| value.map_or_else(String::new, |value| value.to_string())).collect();
    }
    if let Some(unit) = column.unit
        && let Some(values) = column.wholes()
    {
        let moment = |value: i64| {
            jiff::Timestamp::from_millisecond(unit.to_ms(value))
                .map_or_else(|_| String::new(), |moment| moment.to_string())
        };
        return values.map(|value| value.map_or_else(String::new, moment)).collect();
    }
    if let Some(values) = column.wholes() {
        return values.map(|value| value.map_or_else(String::new, |value| value.to_string())).collect();
    }
    column.floats().map_or_else(Vec::new, |values| {
        values
            .map(|value| value.filter(|value| value.is_finite()).map_or_else(String::new, |value| value.to_string()))
            .collect()
    })
}
