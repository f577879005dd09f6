//! A Cost and Usage Report as Parquet, read with Polars in slices, so that memory does not grow with the file.

use std::path::Path;

use polars::prelude::{
    ChunkedArray, Column, DataFrame, DataType, LazyFrame, ListChunked, PlRefPath, PolarsError, StringChunked,
    StringType, col,
};

use super::columns::{self, Columns, run_of};
use super::row::day;
use super::{CostError, CostRow, Kind, Ledger};

/// Rows in memory at once.
const SLICE: u32 = 250_000;

pub fn read(path: &Path, ledger: &mut Ledger) -> Result<(), CostError> {
    check_ends(path)?;
    let scan = || LazyFrame::scan_parquet(PlRefPath::new(path.to_string_lossy()), Default::default());
    let mut lazy = scan().map_err(|error| broken(&error))?;
    let schema = lazy.collect_schema().map_err(|error| broken(&error))?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let columns = Columns::find(names.iter().map(String::as_str), ledger.tag())?;
    let wanted: Vec<usize> = wanted(&columns);
    let select: Vec<_> = wanted.iter().map(|at| col(names[*at].as_str())).collect();
    let mut offset = 0_i64;
    loop {
        let slice = scan().map_err(|error| broken(&error))?.select(select.clone()).slice(offset, SLICE);
        let frame = slice.collect().map_err(|error| broken(&error))?;
        if frame.height() == 0 {
            break;
        }
        add(&frame, &names, &columns, offset, ledger)?;
        offset += i64::from(SLICE);
        if frame.height() < SLICE as usize {
            break;
        }
    }
    if offset == 0 { Err(CostError::Empty) } else { Ok(()) }
}

/// A Parquet file begins and ends with `PAR1`: one that is still being written has no end.
fn check_ends(path: &Path) -> Result<(), CostError> {
    use std::io::{Read, Seek, SeekFrom};
    let io = |error: std::io::Error| CostError::Io(error.to_string());
    let mut file = std::fs::File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut mark = [0; 4];
    let cut = |wrong: &str| CostError::CutOff { place: String::new(), wrong: wrong.to_owned() };
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

fn broken(error: &PolarsError) -> CostError {
    CostError::CutOff { place: String::new(), wrong: error.to_string().lines().next().unwrap_or_default().to_owned() }
}

fn wanted(columns: &Columns) -> Vec<usize> {
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
    fixed.into_iter().chain(optional.into_iter().flatten()).collect()
}

fn add(
    frame: &DataFrame,
    names: &[String],
    columns: &Columns,
    offset: i64,
    ledger: &mut Ledger,
) -> Result<(), CostError> {
    let column = |at: usize| frame.column(&names[at]).map_err(|error| broken(&error));
    let text = |at: usize| column(at).and_then(texts);
    let maybe = |at: Option<usize>| at.map(text).transpose();
    let (start, kind) = (text(columns.start)?, text(columns.kind)?);
    let (service, usage_type, currency) = (text(columns.product)?, text(columns.usage_type)?, text(columns.currency)?);
    let (id, interval, resource) = (maybe(columns.id)?, maybe(columns.interval)?, maybe(columns.resource)?);
    let (pipeline, cluster) = (maybe(columns.pipeline)?, maybe(columns.cluster)?);
    let cost = text(columns.cost)?;
    let on_demand = maybe(columns.on_demand)?;
    let usage = numbers(column(columns.usage)?)?;
    let mut tags = columns.tags.map(|at| column(at).and_then(Tags::of)).transpose()?;
    let get = |texts: &Option<StringChunked>, row: usize| -> String {
        texts.as_ref().and_then(|texts| texts.get(row)).unwrap_or_default().to_owned()
    };
    for row in 0..frame.height() {
        let number = u64::try_from(offset).unwrap_or(0) + row as u64 + 2;
        let wrong = |column: &str, value: Option<&str>, wrong| CostError::Value {
            row: number,
            column: column.to_owned(),
            value: value.unwrap_or("null").to_owned(),
            wrong,
        };
        let mapped = tags.as_mut().map(|tags| tags.next([&columns.pipeline_key, &columns.cluster_key]));
        let [tag_pipeline, tag_cluster] = mapped.unwrap_or_default();
        let own = |texts: &Option<StringChunked>, mapped: String| {
            let own = get(texts, row);
            if own.is_empty() { mapped } else { own }
        };
        let (pipeline, cluster) = (own(&pipeline, tag_pipeline), own(&cluster, tag_cluster));
        let (id, interval, resource) = (get(&id, row), get(&interval, row), get(&resource, row));
        ledger.add(&CostRow {
            number,
            id: &id,
            interval: &interval,
            day: start.get(row).and_then(day).ok_or_else(|| wrong(columns::START, start.get(row), "it is no date"))?,
            kind: Kind::of_line_item(kind.get(row).unwrap_or_default()),
            service: service.get(row).unwrap_or_default(),
            usage_type: usage_type.get(row).unwrap_or_default(),
            usage: usage.get(row).unwrap_or(0.0),
            cost: cost
                .get(row)
                .and_then(super::row::decimal)
                .ok_or_else(|| wrong(columns::COST, cost.get(row), "it is no amount"))?,
            on_demand_cost: on_demand.as_ref().and_then(|texts| texts.get(row)).and_then(super::row::decimal),
            currency: currency.get(row).unwrap_or_default(),
            pipeline: &pipeline,
            run: run_of(&cluster, &resource),
        })?;
    }
    Ok(())
}

/// A column as texts. A float's shortest text is the decimal that was written into it.
fn texts(column: &Column) -> Result<ChunkedArray<StringType>, CostError> {
    let cast = column.cast(&DataType::String).map_err(|error| broken(&error))?;
    cast.str().cloned().map_err(|error| broken(&error))
}

fn numbers(column: &Column) -> Result<polars::prelude::Float64Chunked, CostError> {
    let cast = column.cast(&DataType::Float64).map_err(|error| broken(&error))?;
    cast.f64().cloned().map_err(|error| broken(&error))
}

/// All tags in one column: Parquet's map is a list of key and value; or JSON text.
enum Tags {
    Map { lengths: Vec<usize>, row: usize, at: usize, keys: StringChunked, values: StringChunked },
    Text { texts: StringChunked, row: usize },
}

impl Tags {
    fn of(column: &Column) -> Result<Self, CostError> {
        if !matches!(column.dtype(), DataType::List(_)) {
            return Ok(Self::Text { texts: texts(column)?, row: 0 });
        }
        let list: &ListChunked = column.list().map_err(|error| broken(&error))?;
        let lengths = list.iter_lengths();
        let inner = list.get_inner();
        let pairs = inner.struct_().map_err(|error| broken(&error))?;
        let field = |name: &str| {
            let field = pairs.field_by_name(name).map_err(|error| broken(&error))?;
            let cast = field.cast(&DataType::String).map_err(|error| broken(&error))?;
            cast.str().cloned().map_err(|error| broken(&error))
        };
        Ok(Self::Map { lengths, row: 0, at: 0, keys: field("key")?, values: field("value")? })
    }

    /// The values of some keys in the next row.
    fn next(&mut self, wanted: [&String; 2]) -> [String; 2] {
        let mut found = [String::new(), String::new()];
        match self {
            Self::Text { texts, row } => {
                let map: Option<std::collections::HashMap<String, String>> =
                    texts.get(*row).and_then(|text| serde_json::from_str(text).ok());
                *row += 1;
                if let Some(mut map) = map {
                    found = wanted.map(|key| map.remove(key).unwrap_or_default());
                }
            }
            Self::Map { lengths, row, at, keys, values } => {
                let end = *at + lengths.get(*row).copied().unwrap_or(0);
                for index in *at..end {
                    if let Some(place) = wanted.iter().position(|key| keys.get(index) == Some(key.as_str())) {
                        found[place] = values.get(index).unwrap_or_default().to_owned();
                    }
                }
                *at = end;
                *row += 1;
            }
        }
        found
    }
}

trait Lengths {
    fn iter_lengths(&self) -> Vec<usize>;
}

impl Lengths for ListChunked {
    fn iter_lengths(&self) -> Vec<usize> {
        self.downcast_iter()
            .flat_map(|array| {
                array.offsets().lengths().enumerate().map(|(row, length)| {
                    let null = array.validity().is_some_and(|valid| !valid.get_bit(row));
                    if null { 0 } else { length }
                })
            })
            .collect()
    }
}
