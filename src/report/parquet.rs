//! The ranking as Parquet, for a notebook: one row for each ranked candidate, every figure a number.

use std::io::Cursor;

use polars::prelude::{DataFrame, NamedFrom, ParquetWriter, PolarsError, Series};

use super::document::{Entry, RecommendDocument};

/// The rankings of one or more workloads.
///
/// # Errors
/// When the columns cannot be written.
pub fn recommend(documents: &[RecommendDocument]) -> Result<Vec<u8>, PolarsError> {
    let rows: Vec<(&RecommendDocument, &Entry)> = documents
        .iter()
        .flat_map(|document| document.recommendations.iter().map(move |entry| (document, entry)))
        .collect();
    let mut frame = frame(&rows)?;
    let mut bytes = Cursor::new(Vec::new());
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes.into_inner())
}

fn frame(rows: &[(&RecommendDocument, &Entry)]) -> Result<DataFrame, PolarsError> {
    let texts = |name: &str, of: fn(&RecommendDocument, &Entry) -> String| {
        Series::new(name.into(), rows.iter().map(|(document, entry)| of(document, entry)).collect::<Vec<String>>())
    };
    let numbers = |name: &str, of: fn(&RecommendDocument, &Entry) -> Option<f64>| {
        Series::new(name.into(), rows.iter().map(|(document, entry)| of(document, entry)).collect::<Vec<Option<f64>>>())
    };
    let columns = vec![
        texts("workload", |document, _| document.workload.name.clone()),
        numbers("rank", |_, entry| entry.rank.map(f64::from)),
        texts("id", |_, entry| entry.id.clone()),
        texts("engine", |_, entry| entry.engine.to_string()),
        texts("shape", |_, entry| entry.shape_text.clone()),
        numbers("duration_p50_s", |_, entry| Some(entry.duration_s.p50)),
        numbers("duration_p90_s", |_, entry| Some(entry.duration_s.p90)),
        numbers("duration_p95_s", |_, entry| Some(entry.duration_s.p95)),
        numbers("cost_mean_usd", |_, entry| entry.cost_usd.map(|cost| cost.mean.as_f64())),
        numbers("cost_p50_usd", |_, entry| entry.cost_usd.map(|cost| cost.p50.as_f64())),
        numbers("cost_p90_usd", |_, entry| entry.cost_usd.map(|cost| cost.p90.as_f64())),
        numbers("cost_p95_usd", |_, entry| entry.cost_usd.and_then(|cost| cost.p95).map(super::Dollars::as_f64)),
        numbers("monthly_cost_usd", |_, entry| entry.monthly_cost_usd.map(super::Dollars::as_f64)),
        numbers("deadline_met_probability", |_, entry| Some(entry.deadline_met_probability)),
        numbers("failure_probability", |_, entry| Some(entry.failure_probability)),
        texts("region", |document, _| document.prices.region.clone()),
        texts("price_as_of", |document, _| document.prices.as_of.clone()),
    ];
    DataFrame::new(rows.len(), columns.into_iter().map(Into::into).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn writes_a_parquet_file() {
        let bytes = recommend(&[fixture::document()]).expect("writes");
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    }
}
