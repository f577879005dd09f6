//! What `profile sample` writes: how the keys of a sample are spread, and what that does to a shuffle.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, SCHEMA_VERSION, Tool, WorkloadOut};
use crate::profile::sample::{KeyTally, STANDARD_ERROR, Sample, fit};
use crate::report::number::six;
use crate::simulate::key_skew::{self, BROADCAST_BYTES, Effect, KeyedShuffle, Remedy};
use crate::units::Bytes;
use crate::workload::Workload;

/// Keys that are listed.
const LISTED_KEYS: usize = 20;
/// Ranks that Zipf's law is fitted to.
const ZIPF_RANKS: usize = 1_000;
/// Heavy keys that are salted.
const SALTED_KEYS: usize = 1_000;
/// Share of null keys that is warned of.
const MANY_NULLS: f64 = 0.05;

/// A measured spread of keys: what `shapecast profile sample FILES --key COLUMN --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SampleDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// The workload with this skew.
    pub workload: WorkloadOut,
    /// The sample.
    pub sample: SampleOut,
    /// What to know before trusting it.
    pub warnings: Vec<CodedText>,
}

/// The figures of a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SampleOut {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their formats.
    pub formats: Vec<String>,
    /// Rows.
    pub rows: u64,
    /// Rows that could not be read, by what is wrong.
    pub faults: BTreeMap<String, u64>,
    /// Bytes of the shuffle that the effects are worked out for.
    pub volume_bytes: u64,
    /// Slots that read the shuffle.
    pub slots: u32,
    /// Each key.
    pub keys: Vec<KeyOut>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyOut {
    /// Its columns.
    pub columns: Vec<String>,
    /// Rows in which it, or a part of it, is null.
    pub null_rows: u64,
    /// Share of all rows.
    pub null_share: f64,
    /// Distinct keys.
    pub distinct_keys: u64,
    /// Whether that is exact; else its standard error is `distinct_standard_error`.
    pub distinct_is_exact: bool,
    /// Standard error of the estimate, as a share; 0 when exact.
    pub distinct_standard_error: f64,
    /// By how many rows a count below may be too small, guaranteed; 0: all counts are exact.
    pub count_error_rows: u64,
    /// The most frequent keys.
    pub top: Vec<TopKeyOut>,
    /// Share of the rows that the most frequent keys hold together, by how many keys.
    pub top_shares: BTreeMap<String, f64>,
    /// Zipf's law, fitted to the most frequent keys; null for fewer than ten.
    pub zipf: Option<ZipfOut>,
    /// The shuffle by this key, for each number of partitions.
    pub shuffles: Vec<ShuffleOut>,
}

/// One frequent key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopKeyOut {
    /// The key for people; null when it came once only.
    pub key: Option<String>,
    /// At least so many rows.
    pub rows: u64,
    /// At most so many rows.
    pub rows_at_most: u64,
    /// Share of all rows.
    pub share: f64,
}

/// Zipf's law.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ZipfOut {
    /// Its exponent: 0 is even, 1 the classic law.
    pub exponent: f64,
    /// Ranks that it was fitted to.
    pub ranks: u64,
    /// Mean distance of a count from the law, as a factor: 1 fits perfectly.
    pub misfit: f64,
}

/// A shuffle by a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShuffleOut {
    /// `spark.sql.shuffle.partitions`.
    pub shuffle_partitions: u64,
    /// Partitions without a row.
    pub empty: u64,
    /// Quantiles of the rows of a partition, by Spark's own hash.
    pub rows: RowQuantilesOut,
    /// The largest partition over the median one.
    pub largest_over_median: f64,
    /// Share of the rows in the largest partition.
    pub largest_share: f64,
    /// The number of the largest partition.
    pub largest_partition: u64,
    /// The stage that reads it, as it is and with each remedy.
    pub effects: Vec<EffectOut>,
}

/// Quantiles of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowQuantilesOut {
    /// The smallest.
    pub min: u64,
    /// Half are not above it.
    pub p50: u64,
    /// One in ten is above it.
    pub p90: u64,
    /// One in a hundred is above it.
    pub p99: u64,
    /// The largest.
    pub max: u64,
}

/// What a remedy does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectOut {
    /// `as-is`, `adaptive-group-by`, `adaptive-join`, `salting` or `broadcast`.
    pub remedy: String,
    /// Salts of each heavy key; null for other remedies.
    pub salts: Option<u32>,
    /// Tasks.
    pub tasks: u64,
    /// Bytes of the largest task.
    pub largest_bytes: u64,
    /// Those over the median task's.
    pub largest_over_median: f64,
    /// Time of the stage over the time of evenly spread work on the same slots.
    pub stage_over_even: f64,
    /// What it demands.
    pub note: String,
}

impl SampleDocument {
    /// The document of a sample whose shuffle would be `volume` bytes, read by `slots` cores.
    #[must_use]
    pub fn new(sample: &Sample, workload: &Workload, volume: Bytes, slots: u32) -> Self {
        let keys: Vec<KeyOut> = sample
            .asked
            .keys
            .iter()
            .zip(&sample.keys)
            .map(|(columns, tally)| key(columns, tally, volume, slots))
            .collect();
        let warnings = warnings(sample, &keys);
        let out = SampleOut {
            files: sample.files.len() as u64,
            bytes: sample.bytes,
            formats: sample.formats.iter().map(|format| (*format).to_owned()).collect(),
            rows: sample.rows,
            faults: sample.faults.iter().map(|(fault, it)| (fault.code().to_owned(), it.count)).collect(),
            volume_bytes: volume.get(),
            slots,
            keys,
        };
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            workload: WorkloadOut::from(workload),
            sample: out,
            warnings,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shares")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { six(part as f64 / whole as f64) }
}

fn key(columns: &[String], tally: &KeyTally, volume: Bytes, slots: u32) -> KeyOut {
    let (distinct_keys, exact) = tally.distinct_keys();
    let error = tally.heavy.error();
    let counters = tally.heavy.top(ZIPF_RANKS.max(SALTED_KEYS));
    // Counts near the bound of the error are no counts to fit a law to.
    let counts: Vec<u64> = counters
        .iter()
        .map(|it| it.count)
        .take_while(|count| *count > 1 && *count > 10 * error)
        .take(ZIPF_RANKS)
        .collect();
    let top_share = |most: usize| share(counters.iter().take(most).map(|it| it.count).sum(), tally.rows);
    let per_row = if tally.rows == 0 { 0.0 } else { volume.as_f64() / Bytes::new(tally.rows).as_f64() };
    let heavy: Vec<(f64, i32)> =
        counters.iter().take(SALTED_KEYS).map(|it| (Bytes::new(it.count).as_f64() * per_row, it.hash)).collect();
    KeyOut {
        columns: columns.to_vec(),
        null_rows: tally.null_rows,
        null_share: share(tally.null_rows, tally.rows),
        distinct_keys,
        distinct_is_exact: exact,
        distinct_standard_error: if exact { 0.0 } else { STANDARD_ERROR },
        count_error_rows: error,
        top: counters
            .iter()
            .take(LISTED_KEYS)
            .map(|it| TopKeyOut {
                key: it.text.as_deref().map(str::to_owned),
                rows: it.count,
                rows_at_most: it.count + error,
                share: share(it.count, tally.rows),
            })
            .collect(),
        top_shares: [1, 10, 100, 1_000].into_iter().map(|most| (most.to_string(), top_share(most))).collect(),
        zipf: fit(&counts).map(|law| ZipfOut {
            exponent: six(law.exponent),
            ranks: law.ranks as u64,
            misfit: six(law.misfit),
        }),
        shuffles: tally.partitions.iter().map(|rows| shuffle(rows, per_row, &heavy, slots)).collect(),
    }
}

fn shuffle(rows: &[u64], per_row: f64, heavy: &[(f64, i32)], slots: u32) -> ShuffleOut {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let at =
        |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
    let (min, median, max) = (sorted.first().copied().unwrap_or(0), at(50), sorted.last().copied().unwrap_or(0));
    let all: u64 = rows.iter().sum();
    let keyed = KeyedShuffle {
        partitions: rows.iter().map(|rows| Bytes::new(*rows).as_f64() * per_row).collect(),
        heavy: heavy.to_vec(),
        slots,
    };
    ShuffleOut {
        shuffle_partitions: rows.len() as u64,
        empty: rows.iter().filter(|rows| **rows == 0).count() as u64,
        rows: RowQuantilesOut { min, p50: median, p90: at(90), p99: at(99), max },
        largest_over_median: if median == 0 {
            0.0
        } else {
            six(Bytes::new(max).as_f64() / Bytes::new(median).as_f64())
        },
        largest_share: share(max, all),
        largest_partition: rows.iter().position(|rows| *rows == max).unwrap_or(0) as u64,
        effects: key_skew::effects(&keyed).into_iter().map(effect).collect(),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes")]
fn effect(effect: Effect) -> EffectOut {
    let (remedy, salts, note) = match effect.remedy {
        Remedy::AsIs => ("as-is", None, "adaptive execution off".to_owned()),
        Remedy::AdaptiveGroupBy => (
            "adaptive-group-by",
            None,
            "adaptive execution on; it puts small partitions together and splits none of a group-by or window"
                .to_owned(),
        ),
        Remedy::AdaptiveJoin => (
            "adaptive-join",
            None,
            "adaptive execution on, sort-merge join; splits what exceeds 5 × the median and 256 MiB".to_owned(),
        ),
        Remedy::Salting { salts } => (
            "salting",
            Some(salts),
            format!(
                "the heavy keys get a salt of 0 to {}; the other side of a join repeats their rows {salts} times",
                salts - 1
            ),
        ),
        Remedy::Broadcast => (
            "broadcast",
            None,
            format!(
                "the other side must fit into every executor; Spark does it by itself up to {}",
                Bytes::new(BROADCAST_BYTES as u64)
            ),
        ),
    };
    EffectOut {
        remedy: remedy.to_owned(),
        salts,
        tasks: effect.tasks,
        largest_bytes: effect.largest_bytes.round() as u64,
        largest_over_median: six(effect.largest_over_median),
        stage_over_even: six(effect.stage_over_even),
        note,
    }
}

fn warnings(sample: &Sample, keys: &[KeyOut]) -> Vec<CodedText> {
    let mut out = Vec::new();
    let mut say = |code: &str, text: String| out.push(CodedText { code: code.to_owned(), text });
    for (fault, count) in sample.faults.iter() {
        let (place, text) = count.examples.first().cloned().unwrap_or_default();
        say(
            fault.code(),
            format!("{} rows could not be read: {}; the first, in {place}: `{text}`", count.count, fault.meaning()),
        );
    }
    for key in keys {
        let name = key.columns.join(", ");
        if key.null_share > MANY_NULLS {
            say(
                "null-keys",
                format!(
                    "{:.0} % of the rows have no key `{name}`: an inner join drops them, an outer join or group-by puts them into one partition",
                    100.0 * key.null_share
                ),
            );
        }
        if key.count_error_rows > 0 {
            say(
                "approximate-counts",
                format!(
                    "`{name}` has more keys than are counted exactly: each count may be up to {} rows too small, guaranteed",
                    key.count_error_rows
                ),
            );
        }
    }
    if sample.rows == 0 {
        say("no-rows", "no row was read".to_owned());
    }
    out
}
