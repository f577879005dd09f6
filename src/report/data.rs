//! Data in storage on paper.

use super::document::{DataDocument, FolderOut, LayoutCostOut, TableOut};
use super::words::{count, money, percent, plural, prices_line, span, tenths};
use super::{Align, Grid, Page};
use crate::units::Bytes;

/// Rows of the longer tables.
const LISTED: usize = 12;

/// The page of a document.
#[must_use]
pub fn page(document: &DataDocument) -> Page {
    let data = &document.data;
    let mut page = Page::default();
    page.lead("Prices", prices_line(&document.prices));
    page.lead(
        "Source",
        format!(
            "{}, {}, {}: {} records",
            data.source.path,
            data.source.kind,
            data.source.form,
            count(data.source.records)
        ),
    );
    page.lead(
        "Data",
        format!(
            "{} in {} files; half of them are not above {}, the mean is {}",
            size(data.bytes),
            count(data.objects),
            size(data.sizes.median_bytes),
            size(data.sizes.mean_bytes)
        ),
    );
    page.lead(
        "Small",
        format!(
            "{} of the files are below {}: {} files with {}",
            percent(data.sizes.small_share),
            size(data.sizes.small_below_bytes),
            count(data.sizes.small_objects),
            size(data.sizes.small_bytes)
        ),
    );
    if let Some(table) = &data.table {
        page.lead("Table", table_line(table));
    }
    if let Some(listing) = &document.listing {
        let all = listing.requests + listing.requests_before;
        page.lead("Listing", format!("{} requests, {}", count(all), money(listing.cost_usd)));
    }
    page.lead("Arrivals", arrivals(document));
    page.lead("Reading", reading(document));
    if data.layout.compact {
        page.lead("Advice", advice(document));
    }
    page.section("Versions and oddities", oddities(document));
    page.section("Formats by name", suffixes(document));
    page.section("Sizes", sizes(document));
    let depth = data.folders_depth.map(|depth| format!("more than 65,536 folders: levels below {depth} are folded"));
    page.section_with_note(
        format!("Folders, {} of {}", data.folders.len().min(LISTED), count(data.folders_total)),
        folders(&data.folders),
        depth,
    );
    page.section("Days", days(document));
    if let Some(table) = &data.table {
        page.section(
            format!("Columns, {} of {}", table.columns.len().min(LISTED), count(table.columns.len() as u64)),
            table_columns(table),
        );
    }
    if let Some(parquet) = &data.parquet {
        page.section(parquet_title(parquet.files, parquet.rows, parquet.row_groups), columns(document));
    }
    if data.layout.compact {
        page.section("Compact first", folders(&data.layout.compact_first));
    }
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn size(bytes: u64) -> String {
    Bytes::new(bytes).to_string()
}

fn table_line(table: &TableOut) -> String {
    let by = if table.partitioning.is_empty() {
        "not partitioned".to_owned()
    } else {
        format!("partitioned by {}", table.partitioning.join(", "))
    };
    let mut text = format!(
        "Iceberg, snapshot {} of {}: {} rows, {by}, {} {} with {}",
        table.snapshot_id,
        table.snapshot_time.as_deref().unwrap_or("?"),
        count(table.rows),
        count(table.manifests.objects),
        plural(usize::try_from(table.manifests.objects).unwrap_or(usize::MAX), "manifest", "manifests"),
        size(table.manifests.bytes)
    );
    for (kind, it) in &table.delete_files {
        text += &format!("; {kind} deletes: {} files with {}", count(it.objects), size(it.bytes));
    }
    text
}

fn table_columns(table: &TableOut) -> Grid {
    let mut grid = Grid::with_headings(&[("Column", Align::Left), ("Bytes", Align::Right), ("Share", Align::Right)]);
    for it in table.columns.iter().take(LISTED) {
        grid.push(vec![it.column.clone(), size(it.bytes), percent(it.share)]);
    }
    grid
}

fn arrivals(document: &DataDocument) -> String {
    let Some(arrivals) = &document.data.arrivals else { return "the source gives no times".to_owned() };
    let mut text =
        format!("{} to {}", arrivals.first.as_deref().unwrap_or("?"), arrivals.last.as_deref().unwrap_or("?"));
    match (arrivals.stream, arrivals.interval_s, arrivals.interval_variation, arrivals.burst_bytes) {
        (Some(true), ..) => text += "; data comes all the time",
        (_, Some(interval), Some(variation), Some(bytes)) => {
            text += &format!("; every {} (± {}), {} each", span(interval), percent(variation), size(bytes));
        }
        _ => text += "; too few arrivals for a cadence",
    }
    if let Some(growth) = document.data.growth_per_month {
        text += &format!("; growth {} % a month", tenths(100.0 * growth));
    }
    if let Some(rate) = arrivals.peak_over_put_ceiling {
        text += &format!("; peak at {} of one prefix's write rate", percent(rate));
    }
    text
}

fn reading(document: &DataDocument) -> String {
    let layout = &document.data.layout;
    let one = |cost: &LayoutCostOut| {
        format!(
            "{} requests ({}), {} of listing and waits",
            count(cost.list_requests + cost.get_requests),
            money(cost.requests_usd),
            span(cost.overhead_s)
        )
    };
    format!("all of it once on {} cores: {}; compacted: {}", layout.cores, one(&layout.now), one(&layout.compacted))
}

fn advice(document: &DataDocument) -> String {
    let layout = &document.data.layout;
    format!(
        "compact to files of about 256 MiB: {} instead of {} files; each run saves {} and {} of requests; the compaction's own requests cost {}, its compute comes on top",
        count(layout.compacted.files),
        count(layout.now.files),
        span(layout.saved_s),
        money(layout.saved_usd),
        money(layout.compaction_requests_usd)
    )
}

fn oddities(document: &DataDocument) -> Grid {
    let data = &document.data;
    let mut grid = Grid::with_headings(&[
        ("What", Align::Tight),
        ("Objects", Align::Right),
        ("Bytes", Align::Right),
        ("", Align::Left),
    ]);
    for (state, it) in data.states.iter().filter(|it| it.1.objects > 0) {
        grid.push(vec![state.clone(), count(it.objects), size(it.bytes), String::new()]);
    }
    for (class, it) in data.storage_classes.iter().filter(|it| !it.0.is_empty()) {
        grid.push(vec![class.clone(), count(it.objects), size(it.bytes), "storage class, all versions".to_owned()]);
    }
    for (code, it) in &data.odd {
        grid.push(vec![code.clone(), count(it.objects), size(it.bytes), it.meaning.clone()]);
    }
    for (code, it) in &data.faults {
        grid.push(vec![code.clone(), count(it.count), String::new(), format!("not read: {}", it.meaning)]);
    }
    grid
}

fn suffixes(document: &DataDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Suffix", Align::Tight),
        ("Format", Align::Tight),
        ("Compression", Align::Tight),
        ("Splittable", Align::Tight),
        ("Files", Align::Right),
        ("Bytes", Align::Right),
        ("Largest", Align::Right),
    ]);
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    for it in document.data.suffixes.iter().take(LISTED) {
        let splittable = it.splittable.map_or("?", |splittable| if splittable { "yes" } else { "no" });
        let suffix = if it.suffix.is_empty() { "(none)".to_owned() } else { it.suffix.clone() };
        grid.push(vec![
            suffix,
            word(&it.format),
            word(&it.compression),
            splittable.to_owned(),
            count(it.objects),
            size(it.bytes),
            size(it.largest_bytes),
        ]);
    }
    grid
}

fn sizes(document: &DataDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("From", Align::Right),
        ("Files", Align::Right),
        ("Bytes", Align::Right),
        ("", Align::Left),
    ]);
    let most = document.data.sizes.histogram.iter().map(|it| it.objects).max().unwrap_or(1).max(1);
    for it in &document.data.sizes.histogram {
        let length = usize::try_from(it.objects.saturating_mul(30).div_ceil(most)).unwrap_or(0);
        grid.push(vec![size(it.from_bytes), count(it.objects), size(it.bytes), "#".repeat(length)]);
    }
    grid
}

fn folders(folders: &[FolderOut]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Folder", Align::Left),
        ("Files", Align::Right),
        ("Small", Align::Right),
        ("Bytes", Align::Right),
        ("Read floor", Align::Right),
    ]);
    for it in folders.iter().take(LISTED) {
        let folder = if it.folder.is_empty() { "(top)".to_owned() } else { it.folder.clone() };
        grid.push(vec![folder, count(it.objects), count(it.small_objects), size(it.bytes), span(it.read_floor_s)]);
    }
    grid
}

fn days(document: &DataDocument) -> Grid {
    let mut grid = Grid::with_headings(&[("Day", Align::Tight), ("Files", Align::Right), ("Bytes", Align::Right)]);
    let skip = document.data.days.len().saturating_sub(LISTED);
    for day in document.data.days.iter().skip(skip) {
        grid.push(vec![day.date.clone(), count(day.objects), size(day.bytes)]);
    }
    grid
}

fn parquet_title(files: u64, rows: u64, groups: u64) -> String {
    let word = plural(usize::try_from(files).unwrap_or(usize::MAX), "footer", "footers");
    format!("Parquet, {} {word}: {} rows in {} row groups", count(files), count(rows), count(groups))
}

fn columns(document: &DataDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Column", Align::Left),
        ("Type", Align::Tight),
        ("Bytes", Align::Right),
        ("Share", Align::Right),
        ("Ratio", Align::Right),
    ]);
    for it in document.data.parquet.iter().flat_map(|parquet| &parquet.columns).take(LISTED) {
        let ratio = it.compression_ratio.map_or_else(String::new, tenths);
        grid.push(vec![it.column.clone(), it.physical_type.clone(), size(it.bytes), percent(it.share), ratio]);
    }
    grid
}
