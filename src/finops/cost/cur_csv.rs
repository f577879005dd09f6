//! A Cost and Usage Report as CSV, row by row: no more than one row is in memory.

use std::borrow::Cow;
use std::io::Read;

use super::columns::{self, Columns, run_of};
use super::row::{day, decimal};
use super::{CostError, CostRow, Kind, Ledger};

pub fn read(
    reader: &mut csv::Reader<impl Read>,
    headers: &csv::StringRecord,
    ledger: &mut Ledger,
) -> Result<(), CostError> {
    let columns = Columns::find(headers.iter(), ledger.tag())?;
    let mut record = csv::StringRecord::new();
    let mut number = 1;
    while reader.read_record(&mut record).map_err(|error| CostError::csv(&error))? {
        number += 1;
        add(&record, number, &columns, ledger)?;
    }
    if number == 1 {
        return Err(CostError::Empty);
    }
    Ok(())
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
    let tags = maybe(columns.tags);
    let pipeline = own_or_mapped(maybe(columns.pipeline), tags, &columns.pipeline_key);
    let cluster = own_or_mapped(maybe(columns.cluster), tags, &columns.cluster_key);
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

/// A tag from its own column, or from the JSON text of all tags.
fn own_or_mapped<'t>(own: &'t str, tags: &'t str, key: &str) -> Cow<'t, str> {
    if !own.is_empty() || !tags.contains(key) {
        return Cow::Borrowed(own);
    }
    let map: Option<std::collections::HashMap<String, String>> = serde_json::from_str(tags).ok();
    Cow::Owned(map.and_then(|mut map| map.remove(key)).unwrap_or_default())
}
