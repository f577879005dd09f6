//! Exports as Parquet, read with Polars: only the columns that are used, a row group at a time or a part of it, so that
//! memory does not grow with the file.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, PolarsError};

use super::columns::{self, Columns, run_of};
use super::parquet_columns::{Amounts, Days, Tags, Texts};
use super::{CostError, CostRow, Kind, Ledger, blocks, explorer, tags};
use crate::profile::tables::{ParquetFile, RowGroup, TableError};

/// Rows in memory at once. A row group that is larger is decoded in parts of it.
const FRAME: usize = 300_000;
/// Rows that one thread adds up at a time.
const BLOCK: usize = 50_000;

pub fn read(path: &Path, ledger: &mut Ledger) -> Result<(), CostError> {
    check_ends(path)?;
    let file = ParquetFile::open(path).map_err(|error| damaged(&error))?;
    let names = file.roots().map_err(|error| damaged(&error))?;
    let headers = csv::StringRecord::from(names.clone());
    if !columns::is_cost_and_usage(&headers) {
        return read_table(&file, &headers, ledger);
    }
    let columns = Columns::find(headers.iter(), ledger.tag())?;
    let mut frames = Frames::of(&file, wanted(&columns, &names))?;
    let mut open: Option<(Arc<Frame>, usize)> = None;
    let next = || loop {
        if let Some((frame, begin)) = open.take_if(|(frame, begin)| *begin < frame.height) {
            let end = (begin + BLOCK).min(frame.height);
            open = Some((Arc::clone(&frame), end));
            return Ok(Some((frame, begin..end)));
        }
        match frames.next()? {
            Some(frame) => open = Some((Arc::new(Frame::new(&frame, &names, &columns)?), 0)),
            None => return Ok(None),
        }
    };
    let add = |(frame, rows): &(Arc<Frame>, Range<usize>), number, ledger: &mut Ledger| {
        frame.add(rows.clone(), number, &columns, ledger)
    };
    if blocks::read(next, add, ledger)? == 0 { Err(CostError::Empty) } else { Ok(()) }
}

/// A table of Cost Explorer that somebody keeps as Parquet.
fn read_table(file: &ParquetFile, headers: &csv::StringRecord, ledger: &mut Ledger) -> Result<(), CostError> {
    if !explorer::is_explorer(headers) {
        return Err(CostError::UnknownKind { columns: headers.iter().take(6).map(str::to_owned).collect() });
    }
    let mut frames = Frames::of(file, headers.iter().map(str::to_owned).collect())?;
    let mut records = Vec::new();
    while let Some(frame) = frames.next()? {
        let columns = frame.columns().iter().map(Texts::of).collect::<Result<Vec<_>, _>>()?;
        records.extend((0..frame.height()).map(|row| {
            Ok(columns.iter().map(|column| column.get(row).unwrap_or_default()).collect::<csv::StringRecord>())
        }));
    }
    explorer::read(records.into_iter(), headers, ledger)
}

/// The frames of a file, one after the other.
struct Frames<'f> {
    file: &'f ParquetFile,
    reader: File,
    select: Vec<String>,
    /// The next row group, and the one that is being read with its rows that are left.
    next: usize,
    open: Option<(RowGroup<'f>, Range<usize>)>,
    /// Rows of the groups before.
    before: usize,
}

impl<'f> Frames<'f> {
    fn of(file: &'f ParquetFile, select: Vec<String>) -> Result<Self, CostError> {
        let reader = file.reader().map_err(|error| CostError::Io(error.to_string()))?;
        Ok(Self { file, reader, select, next: 0, open: None, before: 0 })
    }

    fn next(&mut self) -> Result<Option<DataFrame>, CostError> {
        while self.open.as_ref().is_none_or(|(_, left)| left.is_empty()) {
            self.before += self.open.take().map_or(0, |(_, left)| left.end);
            if self.next == self.file.groups() {
                return Ok(None);
            }
            let group = self.file.group(&mut self.reader, self.next, &self.select);
            let group = group.map_err(|error| self.damaged(&error, 0))?;
            self.open = Some((group, 0..self.file.group_rows(self.next)));
            self.next += 1;
        }
        let Some((group, left)) = self.open.as_mut() else { return Ok(None) };
        let rows = left.start..left.end.min(left.start + FRAME);
        let frame = group.frame(&rows);
        left.start = rows.end;
        frame.map(Some).map_err(|error| self.damaged(&error, rows.start))
    }

    /// An error with the rows of the file that could be read before it.
    fn damaged(&self, error: &TableError, in_group: usize) -> CostError {
        match error {
            TableError::Io(error) => CostError::Io(error.to_string()),
            other => CostError::CutOff {
                place: format!(" behind row {}", self.before + in_group + 1),
                wrong: other.to_string(),
            },
        }
    }
}

/// A Parquet file begins and ends with `PAR1`: one that is still being written has no end.
fn check_ends(path: &Path) -> Result<(), CostError> {
    use std::io::{Read, Seek, SeekFrom};
    let io = |error: std::io::Error| CostError::Io(error.to_string());
    let mut file = std::fs::File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut mark = [0; 4];
    let cut = |wrong: &str| CostError::CutOff { place: String::new(), wrong: wrong.to_owned() };
    if length == 0 {
        return Err(CostError::Empty);
    }
    if length < 12 {
        return Err(cut("it is too short for Parquet"));
    }
    file.read_exact(&mut mark).map_err(io)?;
    if &mark != b"PAR1" {
        return Err(CostError::Io("it is no Parquet file: it does not begin with PAR1".to_owned()));
    }
    file.seek(SeekFrom::End(-4)).map_err(io)?;
    file.read_exact(&mut mark).map_err(io)?;
    if &mark == b"PAR1" { Ok(()) } else { Err(cut("the mark at the end of a Parquet file is not there")) }
}

pub(super) fn broken(error: &PolarsError) -> CostError {
    CostError::CutOff { place: String::new(), wrong: first_line(error) }
}

fn first_line(error: &PolarsError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn damaged(error: &TableError) -> CostError {
    match error {
        TableError::Io(error) => CostError::Io(error.to_string()),
        other => CostError::CutOff { place: String::new(), wrong: other.to_string() },
    }
}

fn wanted(columns: &Columns, names: &[String]) -> Vec<String> {
    let fixed = [
        columns.start,
        columns.cost,
        columns.product,
        columns.usage_type,
        columns.usage,
        columns.kind,
        columns.currency,
    ];
    let optional = [
        columns.id,
        columns.interval,
        columns.resource,
        columns.on_demand,
        columns.pipeline,
        columns.cluster,
        columns.tags,
    ];
    fixed.into_iter().chain(optional.into_iter().flatten()).map(|at| names[at].clone()).collect()
}

/// The columns of some rows, each as what it is read as.
struct Frame {
    height: usize,
    start: Days,
    kind: Texts,
    service: Texts,
    usage_type: Texts,
    currency: Texts,
    id: Option<Texts>,
    interval: Option<Texts>,
    resource: Option<Texts>,
    pipeline: Option<Texts>,
    cluster: Option<Texts>,
    usage: Amounts,
    cost: Amounts,
    on_demand: Option<Amounts>,
    tags: Option<Tags>,
}

impl Frame {
    fn new(frame: &DataFrame, names: &[String], columns: &Columns) -> Result<Self, CostError> {
        let column = |at: usize| frame.column(&names[at]).map(Column::rechunk).map_err(|error| broken(&error));
        let texts = |at: usize| column(at).and_then(|column| Texts::of(&column));
        let maybe = |at: Option<usize>| at.map(texts).transpose();
        let amounts = |at: usize| column(at).and_then(|column| Amounts::of(&column));
        Ok(Self {
            height: frame.height(),
            start: Days::of(&column(columns.start)?)?,
            kind: texts(columns.kind)?,
            service: texts(columns.product)?,
            usage_type: texts(columns.usage_type)?,
            currency: texts(columns.currency)?,
            id: maybe(columns.id)?,
            interval: maybe(columns.interval)?,
            resource: maybe(columns.resource)?,
            pipeline: maybe(columns.pipeline)?,
            cluster: maybe(columns.cluster)?,
            usage: amounts(columns.usage)?,
            cost: amounts(columns.cost)?,
            on_demand: columns.on_demand.map(amounts).transpose()?,
            tags: columns.tags.map(|at| column(at).and_then(|column| Tags::of(&column))).transpose()?,
        })
    }

    fn add(
        &self,
        rows: Range<usize>,
        first_number: u64,
        columns: &Columns,
        ledger: &mut Ledger,
    ) -> Result<u64, CostError> {
        let keys = [columns.pipeline_key.as_str(), columns.cluster_key.as_str()];
        let count = rows.len() as u64;
        for (number, row) in (first_number..).zip(rows) {
            let wrong = |column: &str, value: String, wrong| CostError::Value {
                row: number,
                column: column.to_owned(),
                value,
                wrong,
            };
            let mapped = self.tags.as_ref().map(|tags| tags.get(row, keys)).unwrap_or_default();
            let own = [maybe(&self.pipeline, row), maybe(&self.cluster, row)];
            let [pipeline, cluster] = tags::own_or_mapped(own, mapped);
            ledger.add(&CostRow {
                number,
                id: maybe(&self.id, row),
                interval: maybe(&self.interval, row),
                day: self.start.get(row).ok_or_else(|| wrong(columns::START, self.start.said(row), "it is no date"))?,
                kind: Kind::of_line_item(self.kind.get(row).unwrap_or_default()),
                service: self.service.get(row).unwrap_or_default(),
                usage_type: self.usage_type.get(row).unwrap_or_default(),
                usage: self
                    .usage
                    .number(row)
                    .ok_or_else(|| wrong(columns::USAGE, self.usage.said(row), "it is no number"))?,
                // A cost of nothing is no cost of zero: nobody knows what it should be.
                cost: self.cost.get(row).ok_or_else(|| wrong(columns::COST, self.cost.said(row), "it is no amount"))?,
                on_demand_cost: self.on_demand.as_ref().and_then(|amounts| amounts.get(row)),
                currency: self.currency.get(row).unwrap_or_default(),
                pipeline: &pipeline,
                run: run_of(&cluster, maybe(&self.resource, row)),
            })?;
        }
        Ok(count)
    }
}

/// A text that may not be there, in a column that may not be there.
fn maybe(texts: &Option<Texts>, row: usize) -> &str {
    texts.as_ref().and_then(|texts| texts.get(row)).unwrap_or_default()
}
