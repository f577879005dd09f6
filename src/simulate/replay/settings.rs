//! The properties of a run that change its schedule, with Spark's defaults.

use std::collections::BTreeMap;

use crate::profile::eventlog::{EventLog, PlanSigns};
use crate::units::{Bytes, MIB};

/// Properties (or their beginnings) whose effect is modelled.
pub const MODELLED: &[&str] = &[
    "spark.dynamicAllocation.",
    "spark.executor.cores",
    "spark.executor.instances",
    "spark.shuffle.service.enabled",
    "spark.speculation",
    "spark.sql.adaptive.coalescePartitions.enabled",
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
}

impl SparkSettings {
    /// Those of a log.
    #[must_use]
    pub fn of(log: &EventLog) -> Self {
        let conf = log.conf.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Self { conf, adaptive: log.is_adaptive(), plans: log.plans }
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

    /// The size that adaptive execution aims at.
    #[must_use]
    pub const fn advisory_bytes(&self) -> Bytes {
        Bytes::new(64 * MIB)
    }
}

fn flag(text: &str) -> Option<bool> {
    text.trim().to_ascii_lowercase().parse().ok()
}
