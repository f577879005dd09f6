//! The keys of a sample on paper.

use super::document::{KeyOut, SampleDocument, ShuffleOut};
use super::words::{count, percent, tenths};
use super::{Align, Grid, Page};
use crate::units::Bytes;

/// Keys that are listed.
const LISTED: usize = 10;

/// The page of a document.
#[must_use]
pub fn page(document: &SampleDocument) -> Page {
    let sample = &document.sample;
    let mut page = Page::default();
    page.lead(
        "Sample",
        format!(
            "{} rows in {} files ({}, {})",
            count(sample.rows),
            count(sample.files),
            sample.formats.join(" and "),
            Bytes::new(sample.bytes)
        ),
    );
    page.lead(
        "Shuffle",
        format!("effects are worked out for {} on {} slots", Bytes::new(sample.volume_bytes), sample.slots),
    );
    for key in &sample.keys {
        let name = key.columns.join(", ");
        page.lead(&name, keys(key));
        page.section(format!("Most frequent keys of {name}"), top(key));
        for shuffle in &key.shuffles {
            page.section_with_note(
                format!("Shuffle by {name} into {} partitions", count(shuffle.shuffle_partitions)),
                effects(shuffle),
                Some(partitions(shuffle)),
            );
        }
    }
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn keys(key: &KeyOut) -> String {
    let about = if key.distinct_is_exact { "" } else { "about " };
    let mut text = format!("{about}{} distinct keys, {} null", count(key.distinct_keys), percent(key.null_share));
    if let (Some(one), Some(hundred)) = (key.top_shares.get("1"), key.top_shares.get("100")) {
        text += &format!("; the first holds {}, the first 100 hold {} of the rows", percent(*one), percent(*hundred));
    }
    if let Some(law) = &key.zipf {
        text += &format!(
            "; Zipf exponent {} (counts are off by a factor of {} in the mean)",
            tenths(law.exponent * 10.0).parse::<f64>().map_or_else(|_| String::new(), |it| (it / 10.0).to_string()),
            (law.misfit * 100.0).round() / 100.0
        );
    }
    if key.count_error_rows > 0 {
        text += &format!("; counts may be {} rows too small", count(key.count_error_rows));
    }
    text
}

fn top(key: &KeyOut) -> Grid {
    let mut grid = Grid::with_headings(&[("Key", Align::Left), ("Rows", Align::Right), ("Share", Align::Right)]);
    for it in key.top.iter().take(LISTED) {
        grid.push(vec![it.key.clone().unwrap_or_else(|| "(once)".to_owned()), count(it.rows), percent(it.share)]);
    }
    grid
}

fn partitions(shuffle: &ShuffleOut) -> String {
    let rows = &shuffle.rows;
    format!(
        "Rows of a partition by Spark's hash: {} to {}, half not above {}, one in ten above {}; {} empty; partition {} is the largest with {} of all.",
        count(rows.min),
        count(rows.max),
        count(rows.p50),
        count(rows.p90),
        count(shuffle.empty),
        shuffle.largest_partition,
        percent(shuffle.largest_share)
    )
}

fn effects(shuffle: &ShuffleOut) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Remedy", Align::Tight),
        ("Tasks", Align::Right),
        ("Largest", Align::Right),
        ("Over median", Align::Right),
        ("Stage over even", Align::Right),
        ("", Align::Left),
    ]);
    for it in &shuffle.effects {
        let salts = it.salts.map_or_else(String::new, |salts| format!(" × {salts}"));
        grid.push(vec![
            format!("{}{salts}", it.remedy),
            count(it.tasks),
            Bytes::new(it.largest_bytes).to_string(),
            tenths(it.largest_over_median),
            tenths(it.stage_over_even),
            it.note.clone(),
        ]);
    }
    grid
}
