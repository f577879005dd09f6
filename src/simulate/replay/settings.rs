//! The properties of a run that change its schedule, with Spark's defaults.

use std::collections::BTreeMap;

use crate::profile::eventlog::{EventLog, PlanSigns, Query};

/// A mebibyte as a factor.
const MIB_F: f64 = 1_048_576.0;

/// Properties (or their beginnings) whose effect is modelled.
pub const MODELLED: &[&str] = &[
    "spark.dynamicAllocation.",
    "spark.executor.cores",
    "spark.executor.instances",
    "spark.executor.memory",
    "spark.shuffle.service.enabled",
    "spark.speculation",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes",
    "spark.sql.adaptive.coalescePartitions.",
    "spark.sql.adaptive.enabled",
    "spark.sql.adaptive.skewJoin.",
    "spark.sql.shuffle.partitions",
];

/// What was configured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparkSettings {
    /// The properties.
    pub conf: BTreeMap<String, String>,
    /// Whether adaptive execution was on.
    pub adaptive: bool,
    /// What the plans show.
    pub plans: PlanSigns,
    /// Skewed partitions that joins split, and the pieces.
    pub skew: (u64, u64),
    /// The first number of Spark's version; 0 when unknown.
    pub spark_major: u32,
}

impl SparkSettings {
    /// Those of a log.
    #[must_use]
    pub fn of(log: &EventLog) -> Self {
        let conf = log.conf.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let sum = |of: fn(&Query) -> u64| log.queries.iter().map(of).fold(0, u64::saturating_add);
        let skew = (sum(|query| query.files.skewed_partitions), sum(|query| query.files.skew_splits));
        let version = log.spark_version.as_deref().unwrap_or_default();
        let spark_major = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
        Self { conf, adaptive: log.is_adaptive(), plans: log.plans, skew, spark_major }
    }

    /// With other properties over them.
    #[must_use]
    pub fn with(&self, conf: &BTreeMap<String, String>) -> Self {
        let mut settings = self.clone();
        settings.conf.extend(conf.iter().map(|(key, value)| (key.clone(), value.clone())));
        if let Some(adaptive) = conf.get("spark.sql.adaptive.enabled").and_then(|value| flag(value)) {
            settings.adaptive = adaptive;
        }
        settings
    }

    /// A property that is `true` or `false`.
    #[must_use]
    pub fn flag(&self, key: &str, default: bool) -> bool {
        self.conf.get(key).and_then(|value| flag(value)).unwrap_or(default)
    }

    /// A property that is a whole number.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<u32> {
        self.conf.get(key)?.trim().parse().ok()
    }

    /// A property that is a factor.
    #[must_use]
    pub fn number(&self, key: &str, default: f64) -> f64 {
        self.conf.get(key).and_then(|value| value.trim().parse().ok()).unwrap_or(default)
    }

    /// A property that is a time, in seconds; a bare number is seconds.
    #[must_use]
    pub fn seconds(&self, key: &str, default_s: f64) -> f64 {
        let parse = |text: &String| {
            let text = text.trim();
            let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
            let number: f64 = text[..end].parse().ok()?;
            let unit = match text[end..].trim() {
                "ms" => 1e-3,
                "" | "s" => 1.0,
                "m" | "min" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
            Some(number * unit)
        };
        self.conf.get(key).and_then(parse).unwrap_or(default_s)
    }

    /// `spark.sql.shuffle.partitions`.
    #[must_use]
    pub fn shuffle_partitions(&self) -> u32 {
        self.count("spark.sql.shuffle.partitions").unwrap_or(200).max(1)
    }

    /// Whether adaptive execution puts small shuffle partitions together.
    #[must_use]
    pub fn coalesces(&self) -> bool {
        self.adaptive && self.flag("spark.sql.adaptive.coalescePartitions.enabled", true)
    }

    /// Whether adaptive execution splits skewed partitions of joins.
    #[must_use]
    pub fn splits_skew(&self) -> bool {
        self.adaptive && self.flag("spark.sql.adaptive.skewJoin.enabled", true)
    }

    /// A property that is a size, in bytes; a bare number is bytes.
    #[must_use]
    pub fn bytes(&self, key: &str, default: f64) -> f64 {
        let parse = |text: &String| {
            let text = text.trim().to_ascii_lowercase();
            let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
            let number: f64 = text[..end].parse().ok()?;
            let unit = match text[end..].trim() {
                "" | "b" => 1.0,
                "k" | "kb" | "kib" => 1024.0,
                "m" | "mb" | "mib" => MIB_F,
                "g" | "gb" | "gib" => 1024.0 * MIB_F,
                "t" | "tb" | "tib" => 1024.0 * 1024.0 * MIB_F,
                _ => return None,
            };
            Some(number * unit)
        };
        self.conf.get(key).and_then(parse).unwrap_or(default)
    }

    /// The size that adaptive execution aims at.
    #[must_use]
    pub fn advisory_bytes(&self) -> f64 {
        self.bytes("spark.sql.adaptive.advisoryPartitionSizeInBytes", 64.0 * MIB_F).max(1.0)
    }

    /// The size that coalesced partitions have, for so many bytes on so many cores (`CoalesceShufflePartitions` and
    /// `ShufflePartitionsUtil` of Spark 3.2 to 4.1).
    #[must_use]
    pub fn coalesced_bytes(&self, total_bytes: f64, cores: f64) -> f64 {
        let parallel = self.flag("spark.sql.adaptive.coalescePartitions.parallelismFirst", true);
        let fewest = if parallel {
            let set = self.number("spark.sql.adaptive.coalescePartitions.minPartitionNum", cores);
            set.max(1.0)
        } else {
            1.0
        };
        let advisory = self.advisory_bytes();
        let smallest = self.bytes("spark.sql.adaptive.coalescePartitions.minPartitionSize", MIB_F);
        let smallest = if parallel { smallest } else { smallest.min(advisory) };
        (total_bytes / fewest).ceil().min(advisory).max(smallest).max(1.0)
    }

    /// All properties that coalescing goes by.
    #[must_use]
    pub fn coalescing(&self) -> Vec<(&str, &str)> {
        let prefixes = ["spark.sql.adaptive.coalescePartitions.", "spark.sql.adaptive.advisoryPartitionSizeInBytes"];
        let of = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix));
        let all = self.conf.iter().filter(|(key, _)| of(key));
        all.map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// How large a shuffle partition must be to be split as skewed, when so much is the median.
    #[must_use]
    pub fn skewed_bytes(&self, median_bytes: f64) -> f64 {
        let factor = self.number("spark.sql.adaptive.skewJoin.skewedPartitionFactor", 5.0);
        let threshold = self.bytes("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", 256.0 * MIB_F);
        (factor * median_bytes).max(threshold)
    }
}

fn flag(text: &str) -> Option<bool> {
    text.trim().to_ascii_lowercase().parse().ok()
}
