//! Spark properties that follow from the data, whatever the engine: shuffle partitions and skew.

use std::collections::BTreeMap;

use super::SpecFacts;
use super::notes::Notes;
use crate::catalog::{EmrLabel, EmrLine};
use crate::units::{Bytes, MIB};
use crate::workload::{SkewPlace, Workload};

/// Largest shuffle partition worth planning for; with whole waves of the slots they come out at 100 to 200 MiB.
///
/// Source: EMR best-practices guide, Spark performance (2026-08-19): 128 to 200 MB a partition.
const LARGEST_PARTITION: u64 = 200 * MIB;
/// Under this much a slot, more partitions cost more than they bring; AQE's smallest partition is 1 MB.
const SMALLEST_PARTITION: u64 = MIB;
/// `spark.sql.shuffle.partitions` when nobody sets it (Spark SQL performance tuning guide).
const DEFAULT_PARTITIONS: u64 = 200;
/// AQE splits a partition of a join above both (Spark SQL performance tuning guide): 5 times the median, 256 MB.
const SKEW_FACTOR: f64 = 5.0;
const SKEW_THRESHOLD: Bytes = Bytes::mib(256);

/// Writing requests of one output file: create, parts, complete (148,024 requests for 21,568 files in AWS's own copy
/// test), and what S3 takes of them for a prefix (S3 user guide: 3,500 a second).
const REQUESTS_PER_FILE: u64 = 3;
const REQUESTS_PER_S: u64 = 3_500;
/// From here on the output is seconds of that limit.
const MANY_FILES: u64 = 10_000;
/// S3A took EMRFS's place as EMR's connector (AWS Big Data Blog, EMR 7.10).
const FIRST_WITH_S3A: (u32, u32) = (7, 10);

/// Spark properties with their reasons on the side.
#[derive(Debug, Default)]
pub(super) struct SparkConf {
    pub(in crate::spec) properties: BTreeMap<String, String>,
}

impl SparkConf {
    /// Sets a property and keeps its reason.
    pub(super) fn set(&mut self, key: &str, value: impl ToString, notes: &mut Notes, reason: impl Into<String>) {
        let value = value.to_string();
        notes.setting(key, &value, reason);
        self.properties.insert(key.to_owned(), value);
    }

    /// Sets a property that the reason of another one explains.
    pub(super) fn set_silently(&mut self, key: &str, value: impl ToString) {
        self.properties.insert(key.to_owned(), value.to_string());
    }

    /// The properties as arguments of spark-submit: `--conf k=v --conf …`.
    pub(super) fn as_arguments(&self) -> String {
        let arguments: Vec<String> =
            self.properties.iter().map(|(key, value)| format!("--conf {key}={value}")).collect();
        arguments.join(" ")
    }

    /// What the data ask for on `slots` slots: partitions, and AQE's skew settings where they matter.
    pub(super) fn tune_to_data(&mut self, workload: &Workload, facts: &SpecFacts, slots: u32, notes: &mut Notes) {
        let partitions = self.shuffle_partitions(workload, facts, slots, notes);
        self.adaptive(workload, notes);
        if facts.skewed {
            self.skew(workload, facts, partitions, notes);
        }
    }

    /// More tries for throttled requests where many files are written at once.
    pub(super) fn s3_retries(&mut self, workload: &Workload, release: &str, notes: &mut Notes) {
        let files = workload.output.files.value;
        let at_limit = files * REQUESTS_PER_FILE / REQUESTS_PER_S;
        if files < MANY_FILES {
            return;
        }
        let s3a = release
            .parse::<EmrLabel>()
            .is_ok_and(|label| label.line == EmrLine::Spark || (label.major, label.minor) >= FIRST_WITH_S3A);
        let (key, default) =
            if s3a { ("spark.hadoop.fs.s3a.retry.throttle.limit", 20) } else { ("spark.hadoop.fs.s3.maxRetries", 15) };
        self.set(
            key,
            50,
            notes,
            format!(
                "{files} files are {at_limit} s of S3's {REQUESTS_PER_S} writing requests a second and prefix, and S3 answers \
                 503 until it has split the prefix; the default of {default} tries may end before. Fewer, larger files \
                 are better."
            ),
        );
    }

    /// Sets the number of shuffle partitions where it matters and gives the number that will be used.
    fn shuffle_partitions(&mut self, workload: &Workload, facts: &SpecFacts, slots: u32, notes: &mut Notes) -> u64 {
        const KEY: &str = "spark.sql.shuffle.partitions";
        if let Some(given) = &workload.job.shuffle_partitions {
            self.set(KEY, given.value, notes, "As the workload says; the forecast used the same.");
            return u64::from(given.value);
        }
        let shuffle = facts.largest_shuffle.get();
        let slots = u64::from(slots.max(1));
        if shuffle < slots * SMALLEST_PARTITION {
            notes.default_kept(format!("`{KEY}` = 200: the largest shuffle is only {}.", facts.largest_shuffle));
            return DEFAULT_PARTITIONS;
        }
        let waves = shuffle.div_ceil(slots * LARGEST_PARTITION);
        let partitions = waves * slots;
        let each = Bytes::new(shuffle / partitions);
        self.set(
            KEY,
            partitions,
            notes,
            format!(
                "{waves} × {slots} slots: {} shuffled in partitions of {each}, and no wave is left half empty.",
                facts.largest_shuffle
            ),
        );
        partitions
    }

    fn adaptive(&mut self, workload: &Workload, notes: &mut Notes) {
        if workload.job.adaptive.value {
            notes.default_kept("`spark.sql.adaptive.enabled` = true: Spark's default since 3.2.");
            return;
        }
        self.set(
            "spark.sql.adaptive.enabled",
            "false",
            notes,
            "As the workload says; the forecast was made without adaptive execution. Spark's default is true.",
        );
    }

    fn skew(&mut self, workload: &Workload, facts: &SpecFacts, partitions: u64, notes: &mut Notes) {
        let share = workload.job.skew.hot_key_share.value;
        let hot = facts.largest_shuffle.scaled(share.get());
        let median = (facts.largest_shuffle - hot).get() / partitions.max(1);
        match workload.job.skew.place {
            SkewPlace::GroupBy => notes.remark(format!(
                "One key carries {share} of the rows ({hot}) of a group-by. No Spark setting splits it: aggregate by \
                 the key and a random salt first, then by the key."
            )),
            SkewPlace::Rdd => notes.remark(format!(
                "One key carries {share} of the rows ({hot}) in RDD code. Adaptive execution does not see it: salt \
                 the key, or move the step to DataFrames."
            )),
            SkewPlace::Join if !workload.job.adaptive.value => notes.remark(format!(
                "One key carries {share} of a join ({hot}), and the workload has adaptive execution off, which \
                 would split it."
            )),
            SkewPlace::Join => self.skewed_join(hot, median, notes),
        }
    }

    /// AQE's defaults split a hot partition above 5 × the median and 256 MB; only between 2 × and 5 × do the
    /// settings change anything.
    #[expect(clippy::cast_precision_loss, reason = "a ratio for a comparison")]
    fn skewed_join(&mut self, hot: Bytes, median: u64, notes: &mut Notes) {
        let ratio = hot.as_f64() / median.max(1) as f64;
        if ratio > SKEW_FACTOR && hot > SKEW_THRESHOLD {
            notes.default_kept(format!(
                "`spark.sql.adaptive.skewJoin.*`: the defaults (factor 5, 256 MB) already split the hot partition of {hot}."
            ));
            return;
        }
        if ratio <= 2.0 {
            return;
        }
        self.set(
            "spark.sql.adaptive.skewJoin.skewedPartitionFactor",
            "2",
            notes,
            format!("The hot partition ({hot}) is {ratio:.1} times the median; the default splits from 5 times on."),
        );
        if hot <= SKEW_THRESHOLD && hot > Bytes::mib(128) {
            self.set(
                "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes",
                "128m",
                notes,
                format!("The hot partition ({hot}) is under the default threshold of 256 MB."),
            );
        }
    }
}
