//! Exports as Parquet, read with Polars: only the columns that are used, a row group at a time, so that memory does not grow
//! with the file; read and not mapped, so that a file which is cut meanwhile is an error.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, PolarsError, Series};
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowSchema, Field};

use super::columns::{self, Columns, run_of};
use super::parquet_columns::{Amounts, Days, Tags, Texts};
use super::{CostError, CostRow, Kind, Ledger, blocks, explorer, tags};
use crate::profile::tables::{Group, ParquetFile, TableError};

/// Rows in memory at once. A row group that is larger is read in parts of it.
const FRAME: usize = 300_000;
/// Rows that one thread adds up at a time.
const BLOCK: usize = 50_000;

pub fn read(path: &Path, ledger: &mut Ledger) -> Result<(), CostError> {
    check_ends(path)?;
    let file = ParquetFile::open(path).map_err(|error| damaged(&error))?;
    let schema = file.schema().map_err(|error| damaged(&error))?;
    let names = names(&schema);
    let headers = csv::StringRecord::from(names.clone());
    if !columns::is_cost_and_usage(&headers) {
        return read_table(&file, &schema, &headers, ledger);
    }
    let columns = Columns::find(headers.iter(), ledger.tag())?;
    let mut frames = Frames::open(&file, &schema, &wanted(&columns, &names))?;
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
fn read_table(
    file: &ParquetFile,
    schema: &ArrowSchema,
    headers: &csv::StringRecord,
    ledger: &mut Ledger,
) -> Result<(), CostError> {
    if !explorer::is_explorer(headers) {
        return Err(CostError::UnknownKind { columns: headers.iter().take(6).map(str::to_owned).collect() });
    }
    let select: Vec<String> = headers.iter().map(str::to_owned).collect();
    let mut frames = Frames::open(file, schema, &select)?;
    let mut records = Vec::new();
    while let Some(frame) = frames.next()? {
        let columns = frame.columns().iter().map(Texts::of).collect::<Result<Vec<_>, _>>()?;
        records.extend((0..frame.height()).map(|row| {
            Ok(columns.iter().map(|column| column.get(row).unwrap_or_default()).collect::<csv::StringRecord>())
        }));
    }
    explorer::read(records.into_iter(), headers, ledger)
}

/// The names of the columns, in the order of the file.
fn names(schema: &ArrowSchema) -> Vec<String> {
    schema.iter_names().map(ToString::to_string).collect()
}

/// Rows that are read at once: some of one row group.
fn parts(file: &ParquetFile) -> Vec<(usize, Range<usize>)> {
    let of_group = |group: usize| {
        let rows = file.group_rows(group);
        (0..rows).step_by(FRAME).map(move |from| (group, from..(from + FRAME).min(rows)))
    };
    (0..file.groups()).flat_map(of_group).collect()
}

/// The frames of a file, one after the other.
struct Frames<'a> {
    file: &'a ParquetFile,
    reader: File,
    fields: Vec<Field>,
    parts: std::vec::IntoIter<(usize, Range<usize>)>,
    /// The bytes of the row group that is being read.
    group: Option<(usize, Group)>,
}

impl<'a> Frames<'a> {
    fn open(file: &'a ParquetFile, schema: &ArrowSchema, select: &[String]) -> Result<Self, CostError> {
        let reader = file.reader().map_err(|error| CostError::Io(error.to_string()))?;
        let fields = select.iter().filter_map(|name| schema.get(name)).cloned().collect();
        Ok(Self { file, reader, fields, parts: parts(file).into_iter(), group: None })
    }

    /// Small row groups come together, so that there is work for every thread.
    fn next(&mut self) -> Result<Option<DataFrame>, CostError> {
        let Some((group, rows)) = self.parts.next() else { return Ok(None) };
        let mut height = rows.len();
        let mut columns: Vec<Vec<Box<dyn Array>>> = self.arrays(group, rows)?;
        while let Some((group, rows)) = self.parts.as_slice().first().cloned().filter(|it| height + it.1.len() <= FRAME)
        {
            self.parts.next();
            height += rows.len();
            let more = self.arrays(group, rows)?;
            columns.iter_mut().zip(more).for_each(|(column, more)| column.extend(more));
        }
        let series = self.fields.iter().zip(columns).map(|(field, arrays)| {
            Series::try_from((field.name.clone(), arrays)).map(Column::from).map_err(|error| broken(&error))
        });
        let columns = series.collect::<Result<Vec<_>, _>>()?;
        DataFrame::new(height, columns).map(Some).map_err(|error| broken(&error))
    }

    fn arrays(&mut self, number: usize, rows: Range<usize>) -> Result<Vec<Vec<Box<dyn Array>>>, CostError> {
        let group = match self.group.take() {
            Some((same, group)) if same == number => group,
            _ => self.file.group(&mut self.reader, number, &self.fields).map_err(|error| damaged(&error))?,
        };
        let arrays = self.file.arrays(&group, rows).map_err(|error| damaged(&error));
        self.group = Some((number, group));
        arrays
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
