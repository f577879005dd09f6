//! A Cost and Usage Report as CSV, in blocks of whole rows.

use std::io::Read;

use super::columns::{self, Columns, run_of};
use super::row::{day, decimal};
use super::text_blocks::TextBlocks;
use super::{CostError, CostRow, Kind, Ledger, blocks, tags};

/// Reads the rows: those behind the headings in the first block, then all others.
pub fn read(
    first: Vec<u8>,
    mut rest: TextBlocks<impl Read + Send>,
    headers: &csv::StringRecord,
    ledger: &mut Ledger,
) -> Result<(), CostError> {
    let columns = Columns::find(headers.iter(), ledger.tag())?;
    let mut first = Some(first);
    let next = || match first.take().filter(|block| !block.is_empty()) {
        Some(block) => Ok(Some(block)),
        None => rest.next(),
    };
    let add = |block: &Vec<u8>, number, ledger: &mut Ledger| add_block(block, number, headers.len(), &columns, ledger);
    if blocks::read(next, add, ledger)? == 0 { Err(CostError::Empty) } else { Ok(()) }
}

fn add_block(
    block: &[u8],
    first_number: u64,
    width: usize,
    columns: &Columns,
    ledger: &mut Ledger,
) -> Result<u64, CostError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(block);
    let mut record = csv::StringRecord::new();
    let mut rows = 0;
    loop {
        let number = first_number + rows;
        if !reader.read_record(&mut record).map_err(|error| CostError::csv(&error, number))? {
            return Ok(rows);
        }
        if record.len() != width {
            return Err(CostError::width(number, record.len(), width));
        }
        add(&record, number, columns, ledger)?;
        rows += 1;
    }
}

fn add(record: &csv::StringRecord, number: u64, columns: &Columns, ledger: &mut Ledger) -> Result<(), CostError> {
    let text = |at: usize| record.get(at).unwrap_or_default();
    let maybe = |at: Option<usize>| at.map_or("", text);
    let wrong = |column: &str, at: usize, wrong| CostError::Value {
        row: number,
        column: column.to_owned(),
        value: text(at).to_owned(),
        wrong,
    };
    let keys = [columns.pipeline_key.as_str(), columns.cluster_key.as_str()];
    let own = [maybe(columns.pipeline), maybe(columns.cluster)];
    let mapped = tags::of_text(maybe(columns.tags), keys);
    let [pipeline, cluster] = tags::own_or_mapped(own, mapped);
    let on_demand = columns.on_demand.filter(|at| !text(*at).is_empty());
    ledger.add(&CostRow {
        number,
        id: maybe(columns.id),
        interval: maybe(columns.interval),
        day: day(text(columns.start)).ok_or_else(|| wrong(columns::START, columns.start, "it is no date"))?,
        kind: Kind::of_line_item(text(columns.kind)),
        service: text(columns.product),
        usage_type: text(columns.usage_type),
        usage: number_of(text(columns.usage)).ok_or_else(|| wrong(columns::USAGE, columns.usage, "it is no number"))?,
        // An empty cost is no cost of zero: nobody knows what it should be.
        cost: Some(text(columns.cost))
            .filter(|cost| !cost.trim().is_empty())
            .and_then(decimal)
            .ok_or_else(|| wrong(columns::COST, columns.cost, "it is no amount"))?,
        on_demand_cost: on_demand.and_then(|at| decimal(text(at))),
        currency: text(columns.currency),
        pipeline: &pipeline,
        run: run_of(&cluster, maybe(columns.resource)),
    })
}

fn number_of(text: &str) -> Option<f64> {
    if text.is_empty() { Some(0.0) } else { text.parse().ok().filter(|number: &f64| number.is_finite()) }
}
