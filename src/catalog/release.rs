//! EMR release labels and Glue versions, with the Spark they carry.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::table::{TableError, rows};
use crate::units::{nearest, suggestion};

/// Which of EMR's two label forms a release uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmrLine {
    /// `emr-7.13.0`: Spark, Hive, Trino, Flink, HBase and more.
    Classic,
    /// `emr-spark-8.0.0`: Spark, Livy and the table formats only.
    Spark,
}

/// An EMR release label in either form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct EmrLabel {
    /// Which form.
    pub line: EmrLine,
    /// The 7 of `emr-7.13.0`.
    pub major: u32,
    /// The 13.
    pub minor: u32,
    /// The 0.
    pub patch: u32,
}

impl fmt::Display for EmrLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.line {
            EmrLine::Classic => "emr-",
            EmrLine::Spark => "emr-spark-",
        };
        write!(f, "{prefix}{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A text that is no EMR release label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an EMR release label: write `emr-7.13.0` or `emr-spark-8.0.0`")]
pub struct LabelError {
    /// What was given.
    pub text: String,
}

impl FromStr for EmrLabel {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let wrong = || LabelError { text: text.to_owned() };
        let (line, version) = match text.strip_prefix("emr-spark-") {
            Some(version) => (EmrLine::Spark, version),
            None => (EmrLine::Classic, text.strip_prefix("emr-").ok_or_else(wrong)?),
        };
        let mut numbers = version.split('.').map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u32>().ok().filter(|_| plain)
        });
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => Ok(Self { line, major, minor, patch }),
            _ => Err(wrong()),
        }
    }
}

/// What is known of an EMR release; an empty field is not known, it is never guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmrRelease {
    /// The label.
    pub label: EmrLabel,
    /// Spark as packaged, for example `3.5.6-amzn-2`.
    pub spark: Option<String>,
    /// First release, `YYYY-MM-DD`.
    pub released: Option<String>,
    /// Last day of standard support.
    pub standard_support_until: Option<String>,
    /// End of life: clusters can no longer be started.
    pub end_of_life: Option<String>,
    /// Where it stands.
    pub source: String,
}

/// What is known of a Glue version; an empty field is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GlueRelease {
    /// For example `5.1`.
    pub version: String,
    /// Spark, for example `3.5.6`.
    pub spark: Option<String>,
    /// Python.
    pub python: Option<String>,
    /// Java.
    pub java: Option<String>,
    /// Where it stands.
    pub source: String,
}

/// A release that the catalog does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown release `{text}`{}", suggestion(self.did_you_mean.as_deref()))]
pub struct UnknownRelease {
    /// What was asked for.
    pub text: String,
    /// The nearest known one.
    pub did_you_mean: Option<String>,
}

impl UnknownRelease {
    pub(super) fn new(text: &str, known: impl Iterator<Item = String>) -> Self {
        let known: Vec<String> = known.collect();
        // A label without its prefix is a frequent slip and too far from the label for the edit distance.
        let completed = known.iter().find(|label| label.strip_prefix("emr-") == Some(text)).map(String::as_str);
        let did_you_mean = completed.or_else(|| nearest(text, known.iter().map(String::as_str))).map(str::to_owned);
        Self { text: text.to_owned(), did_you_mean }
    }
}

pub(super) fn emr() -> Result<Vec<EmrRelease>, TableError> {
    rows("emr_releases.csv", include_str!("tables/emr_releases.csv"), |row| {
        Ok(EmrRelease {
            label: row.value("label")?,
            spark: row.optional("spark")?,
            released: row.optional("released")?,
            standard_support_until: row.optional("standard_support_until")?,
            end_of_life: row.optional("end_of_life")?,
            source: row.text("source")?.to_owned(),
        })
    })
}

pub(super) fn glue() -> Result<Vec<GlueRelease>, TableError> {
    rows("glue_releases.csv", include_str!("tables/glue_releases.csv"), |row| {
        Ok(GlueRelease {
            version: row.text("version")?.to_owned(),
            spark: row.optional("spark")?,
            python: row.optional("python")?,
            java: row.optional("java")?,
            source: row.text("source")?.to_owned(),
        })
    })
}
