//! From counted objects to their document.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::prices::PricesUsed;
use super::super::{CodedText, SCHEMA_VERSION, Tool, WorkloadOut, kebab};
use super::{
    ArrivalsOut, ColumnOut, DataDocument, DataOut, DayOut, ExampleOut, FaultOut, FileOut, FolderOut, LayoutCostOut,
    LayoutOut, MagicOut, OddOut, ParquetOut, QuantilesOut, SizeClassOut, SizesOut, SourceOut, SuffixOut,
    UnsplittableOut,
};
use crate::prices::{Priced, Rates, ServiceItem, items, price};
use crate::profile::footers::Footers;
use crate::profile::objects::arrivals::date_of;
use crate::profile::objects::{
    Arrivals, Count, FaultCount, FolderFigures, ObjectsProfile, Oddity, SMALL, State, floor_of, name,
};
use crate::report::number::{Dollars, six};
use crate::simulate::data_cost::{self, LayoutCost, Reading};
use crate::simulate::s3::{CONNECTION_BYTES_PER_S, GET_CEILING, PUT_CEILING, gets};
use crate::units::{Bytes, Quantity, Request};
use crate::workload::Workload;

/// Folders that are listed.
const LISTED_FOLDERS: usize = 50;
/// Days that are listed.
const LISTED_DAYS: usize = 400;
/// Suffixes that are listed.
const LISTED_SUFFIXES: usize = 50;
/// Folders whose small files are named for compaction.
const LISTED_COMPACTION: usize = 10;
/// Share of small files among all above which compaction is advised, when it also saves this many requests.
const WORTH_COMPACTING: f64 = 1_000.0;

impl DataDocument {
    /// The document of counted objects, read by `cores` cores, priced at `rates`.
    #[must_use]
    pub fn new(
        profile: &ObjectsProfile,
        workload: &Workload,
        cores: u32,
        rates: &dyn Rates,
        prices: PricesUsed,
    ) -> Self {
        let data = DataOut::new(profile, workload, cores, rates);
        let warnings = warnings(profile, &data);
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            prices,
            workload: WorkloadOut::from(workload),
            data,
            listing: None,
            warnings,
        }
    }
}

impl DataOut {
    fn new(profile: &ObjectsProfile, workload: &Workload, cores: u32, rates: &dyn Rates) -> Self {
        let folders = profile.folders();
        let columnar = workload.input.format.value.is_columnar();
        let state = |state: State| (state.name().to_owned(), profile.state(state).into());
        let oddities = Oddity::ALL.iter().filter(|kind| profile.odd(**kind).objects > 0);
        Self {
            source: source(profile),
            objects: profile.data().objects,
            bytes: profile.data().bytes,
            states: State::ALL.map(state).into_iter().collect(),
            storage_classes: profile.classes().into_iter().map(|(class, count)| (class, count.into())).collect(),
            odd: oddities.map(|kind| (kind.code().to_owned(), odd(*kind, profile.odd(*kind)))).collect(),
            faults: faults(profile),
            sizes: sizes(profile),
            suffixes: suffixes(profile),
            folders_total: folders.len() as u64,
            folders_depth: profile.folded_to().map(|depth| depth as u64),
            folder_bytes: quantiles(folders.iter().map(|it| it.1.bytes).collect()),
            folders: top_folders(&folders, columnar, LISTED_FOLDERS, |it| it.bytes),
            days: days(profile),
            arrivals: arrivals(profile),
            growth_per_month: profile.growth().map(six),
            layout: layout(profile, workload, cores, rates, &folders),
            largest: profile.largest().into_iter().map(|(key, bytes)| FileOut { key, bytes }).collect(),
            parquet: profile.footers.as_ref().map(parquet),
            magic: profile.magic.as_ref().map(|magic| MagicOut {
                files: magic.files,
                found: magic.found.clone(),
                contradicting: magic.contradicting,
                examples: examples(&magic.contradictions),
            }),
            table: profile.table.as_ref().map(Into::into),
        }
    }
}

fn source(profile: &ObjectsProfile) -> SourceOut {
    let source = &profile.source;
    SourceOut {
        kind: source.kind.name().to_owned(),
        path: source.path.clone(),
        form: source.form.clone(),
        records: source.records,
        objects: profile.tally.objects(),
        other_records: source.other_records,
        faults: profile.tally.faults.total(),
    }
}

fn odd(kind: Oddity, count: Count) -> OddOut {
    OddOut {
        objects: count.objects,
        bytes: count.bytes,
        is_left_out: kind.is_no_data(),
        meaning: kind.meaning().to_owned(),
    }
}

fn examples(pairs: &[(String, String)]) -> Vec<ExampleOut> {
    pairs.iter().map(|(place, text)| ExampleOut { place: place.clone(), text: text.clone() }).collect()
}

fn faults(profile: &ObjectsProfile) -> BTreeMap<String, FaultOut> {
    let out = |count: &FaultCount, meaning: &str| FaultOut {
        count: count.count,
        meaning: meaning.to_owned(),
        examples: examples(&count.examples),
    };
    profile.tally.faults.iter().map(|(fault, count)| (fault.code().to_owned(), out(count, fault.meaning()))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn sizes(profile: &ObjectsProfile) -> SizesOut {
    let sizes = profile.sizes();
    let (count, bytes) = sizes.totals();
    let (small_objects, small_bytes) = sizes.below(SMALL);
    SizesOut {
        mean_bytes: bytes.checked_div(count).unwrap_or(0),
        median_bytes: sizes.quantile(0.5),
        p90_bytes: sizes.quantile(0.9),
        small_below_bytes: SMALL,
        small_objects,
        small_bytes,
        small_share: if count == 0 { 0.0 } else { six(small_objects as f64 / count as f64) },
        histogram: sizes
            .filled()
            .map(|(class, objects, bytes)| SizeClassOut { from_bytes: floor_of(class), objects, bytes })
            .collect(),
    }
}

fn suffixes(profile: &ObjectsProfile) -> Vec<SuffixOut> {
    let lines = profile.suffixes().into_iter().take(LISTED_SUFFIXES);
    lines
        .map(|line| SuffixOut {
            format: line.kind.format.map(|format| kebab(&format)),
            compression: line.kind.compression.map(|compression| kebab(&compression)),
            splittable: line.kind.splittable(),
            suffix: line.suffix,
            objects: line.figures.objects,
            bytes: line.figures.bytes,
            largest_bytes: line.figures.largest,
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "requests")]
fn folder_out(folder: &[u8], figures: FolderFigures, columnar: bool) -> FolderOut {
    let requests = gets(figures.bytes as f64, figures.objects as f64, columnar);
    FolderOut {
        folder: name::printable(folder, 200),
        objects: figures.objects,
        bytes: figures.bytes,
        small_objects: figures.small,
        read_floor_s: six(requests / GET_CEILING),
    }
}

fn top_folders(
    folders: &[(&[u8], FolderFigures)],
    columnar: bool,
    most: usize,
    by: impl Fn(&FolderFigures) -> u64,
) -> Vec<FolderOut> {
    let mut order: Vec<&(&[u8], FolderFigures)> = folders.iter().filter(|it| by(&it.1) > 0).collect();
    order.sort_by(|a, b| by(&b.1).cmp(&by(&a.1)).then_with(|| a.0.cmp(b.0)));
    order.into_iter().take(most).map(|it| folder_out(it.0, it.1, columnar)).collect()
}

fn quantiles(mut values: Vec<u64>) -> Option<QuantilesOut> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    let at = |percent: usize| values[(values.len() * percent).div_ceil(100).saturating_sub(1).min(last)];
    Some(QuantilesOut { p50: at(50), p90: at(90), p99: at(99), max: values[last] })
}

fn days(profile: &ObjectsProfile) -> Vec<DayOut> {
    let mut days: Vec<DayOut> = profile
        .days()
        .filled()
        .rev()
        .take(LISTED_DAYS)
        .filter_map(|(number, day)| {
            let (objects, bytes) = day.totals();
            Some(DayOut { date: date_of(number)?.to_string(), objects, bytes })
        })
        .collect();
    days.reverse();
    days
}

#[expect(clippy::cast_precision_loss, reason = "rates")]
fn arrivals(profile: &ObjectsProfile) -> Option<ArrivalsOut> {
    let (from, to) = profile.span_ms()?;
    let moment = |ms: i64| jiff::Timestamp::from_millisecond(ms).ok().map(|moment| moment.to_string());
    let found = profile.arrivals();
    let of = |value: fn(&Arrivals) -> f64| found.as_ref().map(|it| six(value(it)));
    let peak = profile.peak_minute().map(|it| it.1 as f64 / 60.0);
    Some(ArrivalsOut {
        first: moment(from),
        last: moment(to),
        bursts: found.as_ref().map(|it| it.bursts as u64),
        interval_s: of(|it| it.interval_min * 60.0),
        interval_variation: of(|it| it.interval_variation),
        per_month: of(|it| it.per_month),
        burst_bytes: found.as_ref().map(|it| it.burst_bytes),
        bytes_variation: of(|it| it.bytes_variation),
        stream: found.as_ref().map(|it| it.stream),
        peak_objects_per_s: peak.map(six),
        peak_over_put_ceiling: peak.map(|rate| six(rate / PUT_CEILING)),
    })
}

fn layout(
    profile: &ObjectsProfile,
    workload: &Workload,
    cores: u32,
    rates: &dyn Rates,
    folders: &[(&[u8], FolderFigures)],
) -> LayoutOut {
    let input = &workload.input;
    let format = input.format.value;
    let splittable = input.compression.value.is_splittable(format);
    let reading = Reading { columnar: format.is_columnar(), splittable, cores };
    let classes = profile.size_classes();
    let after = data_cost::compacted(&classes);
    let (now, compacted) = (data_cost::layout(&classes, reading), data_cost::layout(&after, reading));
    let (puts, reads) = data_cost::compaction_requests(&classes, reading);
    let (now_usd, compacted_usd) =
        (requests_usd(now.lists, now.gets, rates), requests_usd(compacted.lists, compacted.gets, rates));
    let saves = now.gets - compacted.gets;
    let single = profile.unsplittable();
    LayoutOut {
        cores,
        saved_s: six((now.overhead_s - compacted.overhead_s).max(0.0)),
        saved_usd: now_usd.zip(compacted_usd).map(|(a, b)| Dollars::new((a - b).max(Decimal::ZERO))),
        compaction_requests_usd: requests_usd(puts, reads, rates).map(Dollars::new),
        compact: saves > WORTH_COMPACTING && saves > now.gets / 2.0,
        compact_first: top_folders(folders, reading.columnar, LISTED_COMPACTION, |it| it.small),
        now: layout_out(&now, now_usd),
        compacted: layout_out(&compacted, compacted_usd),
        unsplittable: UnsplittableOut {
            objects: single.objects,
            bytes: single.bytes,
            over_split_objects: single.over_split,
            over_split_bytes: single.over_split_bytes,
            longest_task_s: six(Bytes::new(single.largest).as_f64() / CONNECTION_BYTES_PER_S),
        },
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of requests")]
fn layout_out(cost: &LayoutCost, usd: Option<Decimal>) -> LayoutCostOut {
    LayoutCostOut {
        files: cost.files,
        tasks: cost.tasks,
        list_requests: cost.lists.ceil() as u64,
        get_requests: cost.gets.ceil() as u64,
        overhead_s: six(cost.overhead_s),
        requests_usd: usd.map(Dollars::new),
        one_prefix_floor_s: six(cost.one_prefix_s),
    }
}

/// LIST (and PUT) requests and GET requests in dollars; `None` when a price is missing.
fn requests_usd(lists: f64, gets: f64, rates: &dyn Rates) -> Option<Decimal> {
    let usd = |key: &ServiceItem<Request>, count: f64| {
        let known = match price(rates, key) {
            Priced::Known { unit_price, .. } => unit_price,
            Priced::Missing(_) => return None,
        };
        Some((known * Quantity::new(Decimal::try_from(count.ceil()).ok()?)).dollars())
    };
    Some(usd(&items::S3_PUT, lists)? + usd(&items::S3_GET, gets)?)
}

#[expect(clippy::cast_precision_loss, reason = "shares")]
fn parquet(footers: &Footers) -> ParquetOut {
    let all: u64 = footers.columns.values().map(|column| column.compressed_bytes).sum();
    let mut columns: Vec<ColumnOut> = footers
        .columns
        .iter()
        .map(|(path, column)| ColumnOut {
            column: path.clone(),
            physical_type: column.physical_type.clone(),
            bytes: column.compressed_bytes,
            share: if all == 0 { 0.0 } else { six(column.compressed_bytes as f64 / all as f64) },
            compression_ratio: (column.compressed_bytes > 0)
                .then(|| six(column.uncompressed_bytes as f64 / column.compressed_bytes as f64)),
        })
        .collect();
    columns.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.column.cmp(&b.column)));
    ParquetOut {
        files: footers.files,
        bytes: footers.bytes,
        rows: footers.rows,
        row_groups: footers.row_groups,
        group_rows: footers.group_rows,
        group_bytes: footers.group_bytes,
        codecs: footers.codecs.clone(),
        expansion: footers.expansion().map(six),
        columns,
        writers: footers.writers.clone(),
        broken_files: footers.broken_files,
        broken: examples(&footers.broken),
    }
}

fn warnings(profile: &ObjectsProfile, data: &DataOut) -> Vec<CodedText> {
    let mut out = Vec::new();
    let mut say = |code: &str, text: String| out.push(CodedText { code: code.to_owned(), text });
    for (fault, count) in profile.tally.faults.iter() {
        let (place, text) = count.examples.first().cloned().unwrap_or_default();
        let what = fault.meaning();
        say(fault.code(), format!("{} records could not be read: {what}; the first: {place}: `{text}`", count.count));
    }
    for (code, text) in &profile.source.notes {
        say(code, text.clone());
    }
    for (code, odd) in &data.odd {
        if !["folder-marker", "hidden", "table-metadata"].contains(&code.as_str()) {
            say(code, format!("{} objects: {}", odd.objects, odd.meaning));
        }
    }
    for (state, code) in [("noncurrent", "noncurrent-versions"), ("delete-marker", "delete-markers")] {
        let count = data.states.get(state).copied().unwrap_or_default();
        if count.objects > 0 {
            say(code, format!("{} objects of {} bytes are stored and no job reads them", count.objects, count.bytes));
        }
    }
    if data.layout.unsplittable.over_split_objects > 0 {
        let it = &data.layout.unsplittable;
        say(
            "unsplittable",
            format!(
                "{} files over 128 MiB must each be read by one task; the largest takes {:.0} s at the rate of one connection",
                it.over_split_objects, it.longest_task_s
            ),
        );
    }
    if let Some(magic) = data.magic.as_ref().filter(|magic| magic.contradicting > 0) {
        say(
            "name-and-content",
            format!("{} of {} sampled files are not what their name says", magic.contradicting, magic.files),
        );
    }
    if let Some(parquet) = data.parquet.as_ref().filter(|parquet| parquet.broken_files > 0) {
        say(
            "broken-parquet",
            format!("{} sampled Parquet files have no footer that can be read", parquet.broken_files),
        );
    }
    if data.objects == 0 {
        say("no-data", "no data file was found: the workload's volume is a placeholder".to_owned());
    }
    out
}
