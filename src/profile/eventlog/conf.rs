//! Spark's configuration as the log recorded it, with the units that Spark reads into bare numbers.

use std::collections::BTreeMap;

use crate::units::{Bytes, GIB, KIB, MIB, Span, TIB};

/// Longest value that is kept; class paths and JVM options grow beyond any use.
const MAX_VALUE: usize = 4096;
/// Most properties that are kept.
const MAX_PROPERTIES: usize = 4096;

/// The `spark.*` properties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparkConf(BTreeMap<String, String>);

impl SparkConf {
    pub(super) fn insert(&mut self, key: &str, value: &str) {
        if !key.starts_with("spark.") || self.0.len() >= MAX_PROPERTIES {
            return;
        }
        let value = if is_secret(key) { "*********(redacted)" } else { clip(value, MAX_VALUE) };
        self.0.insert(key.to_owned(), value.to_owned());
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All properties, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The text of a property.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// A property that is `true` or `false`.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.trim().to_ascii_lowercase().parse().ok()
    }

    /// A property that is a whole number.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<u32> {
        self.get(key)?.trim().parse().ok()
    }

    /// A property that is a factor or share.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A size; a bare number is in `bare` (Spark reads `spark.executor.memory` in MiB, most others in bytes).
    #[must_use]
    pub fn size(&self, key: &str, bare: u64) -> Option<Bytes> {
        let (number, unit) = split(self.get(key)?)?;
        let factor = match unit.as_str() {
            "" => bare,
            "b" => 1,
            "k" | "kb" => KIB,
            "m" | "mb" => MIB,
            "g" | "gb" => GIB,
            "t" | "tb" => TIB,
            "p" | "pb" => TIB << 10,
            _ => return None,
        };
        Some(Bytes::new(number.checked_mul(factor)?))
    }

    /// A time; a bare number is in seconds, as for all the times of dynamic allocation.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
    pub fn time(&self, key: &str) -> Option<Span> {
        let (number, unit) = split(self.get(key)?)?;
        let seconds = match unit.as_str() {
            "us" => 1e-6,
            "ms" => 1e-3,
            "" | "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        Some(Span::seconds(number as f64 * seconds))
    }
}

/// A whole number and its lower-case unit, as in Spark's `JavaUtils`.
fn split(text: &str) -> Option<(u64, String)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, text[end..].trim().to_ascii_lowercase()))
}

/// Spark redacts these itself (`spark.redaction.regex`), but older versions and other writers do not.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["secret", "password", "passwd", "token", "access.key", "accesskey", "credential", "private.key"]
        .iter()
        .any(|word| key.contains(word))
}

/// The first `limit` bytes of a text, cut between characters.
pub(super) fn clip(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conf(pairs: &[(&str, &str)]) -> SparkConf {
        let mut conf = SparkConf::default();
        for (key, value) in pairs {
            conf.insert(key, value);
        }
        conf
    }

    #[test]
    fn sizes_and_times_are_read_as_spark_reads_them() {
        let conf = conf(&[
            ("spark.executor.memory", "4g"),
            ("spark.executor.memoryOverhead", "384"),
            ("spark.sql.files.maxPartitionBytes", "134217728b"),
            ("spark.dynamicAllocation.executorIdleTimeout", "60"),
            ("spark.locality.wait", "3s"),
            ("spark.network.timeout", "2m"),
            ("spark.memory.fraction", "0.6"),
            ("spark.sql.adaptive.enabled", "TRUE"),
        ]);
        assert_eq!(conf.size("spark.executor.memory", MIB), Some(Bytes::gib(4)));
        assert_eq!(conf.size("spark.executor.memoryOverhead", MIB), Some(Bytes::mib(384)));
        assert_eq!(conf.size("spark.sql.files.maxPartitionBytes", 1), Some(Bytes::mib(128)));
        assert_eq!(conf.time("spark.dynamicAllocation.executorIdleTimeout"), Some(Span::seconds(60.0)));
        assert_eq!(conf.time("spark.locality.wait"), Some(Span::seconds(3.0)));
        assert_eq!(conf.time("spark.network.timeout"), Some(Span::minutes(2.0)));
        assert_eq!(conf.number("spark.memory.fraction"), Some(0.6));
        assert_eq!(conf.flag("spark.sql.adaptive.enabled"), Some(true));
        assert_eq!(conf.size("spark.missing", 1), None);
    }

    #[test]
    fn secrets_and_foreign_keys_are_not_kept() {
        let conf = conf(&[("spark.hadoop.fs.s3a.secret.key", "hush"), ("user.home", "/home/me")]);
        assert_eq!(conf.get("spark.hadoop.fs.s3a.secret.key"), Some("*********(redacted)"));
        assert_eq!(conf.get("user.home"), None);
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        assert_eq!(clip("aé", 2), "a");
        assert_eq!(clip("aé", 3), "aé");
    }
}
