//! Settings that are the default anyway, and adaptive execution switched off.

use super::spark::{Property, properties};
use crate::catalog::{Catalog, EmrLabel, EmrLine};
use crate::lint::code::Code;
use crate::lint::dialect::{Kind, Subject};
use crate::lint::finding::Finding;
use crate::lint::node::Node;

/// A Spark property and the value that it has when nobody sets it.
struct Default {
    key: &'static str,
    values: &'static [&'static str],
    since: &'static str,
    /// Whether Spark itself has it so; otherwise only EMR (and EMR Serverless) does.
    everywhere: bool,
}

const fn spark(key: &'static str, values: &'static [&'static str], since: &'static str) -> Default {
    Default { key, values, since, everywhere: true }
}

const fn emr(key: &'static str, values: &'static [&'static str], since: &'static str) -> Default {
    Default { key, values, since, everywhere: false }
}

/// Spark SQL performance tuning guide and configuration page (3.2 and later); EMR release guide, Spark defaults.
const DEFAULTS: &[Default] = &[
    spark("spark.sql.adaptive.enabled", &["true"], "Spark's default since 3.2"),
    spark("spark.sql.adaptive.coalescePartitions.enabled", &["true"], "Spark's default since 3.0"),
    spark("spark.sql.adaptive.skewJoin.enabled", &["true"], "Spark's default since 3.0"),
    spark("spark.sql.adaptive.localShuffleReader.enabled", &["true"], "Spark's default since 3.0"),
    spark("spark.sql.adaptive.advisoryPartitionSizeInBytes", &["64m", "64mb", "67108864"], "Spark's default"),
    spark("spark.sql.adaptive.skewJoin.skewedPartitionFactor", &["5", "5.0"], "Spark's default"),
    spark(
        "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes",
        &["256m", "256mb", "268435456"],
        "Spark's default",
    ),
    spark("spark.sql.shuffle.partitions", &["200"], "Spark's default"),
    spark("spark.sql.autoBroadcastJoinThreshold", &["10m", "10mb", "10485760"], "Spark's default"),
    spark("spark.sql.files.maxPartitionBytes", &["128m", "128mb", "134217728"], "Spark's default"),
    spark("spark.task.maxFailures", &["4"], "Spark's default"),
    emr("spark.dynamicAllocation.enabled", &["true"], "EMR's default since 4.4"),
    emr("spark.shuffle.service.enabled", &["true"], "EMR's default since 4.4"),
    emr("spark.eventLog.enabled", &["true"], "EMR's default"),
    emr("spark.sql.parquet.fs.optimized.committer.optimization-enabled", &["true"], "EMR's default since 5.20"),
];

pub(super) fn check(subject: &Subject, found: &mut Vec<Finding>) {
    let all = properties(subject);
    let modern = has_modern_spark(subject);
    for property in &all {
        if modern && property.key == "spark.sql.adaptive.enabled" && property.value.eq_ignore_ascii_case("false") {
            aqe_off(property, found);
        }
        let known = DEFAULTS.iter().find(|known| known.key == property.key);
        let Some(known) = known.filter(|known| modern && (known.everywhere || subject.kind != Kind::GlueJob)) else {
            continue;
        };
        if known.values.contains(&property.value.to_ascii_lowercase().as_str()) {
            found.push(Finding::new(
                Code::AlreadyDefault,
                property.node,
                format!("`{}` = {} is {}: it changes nothing here.", property.key, property.value, known.since),
                "Delete it, so that what is left are decisions.",
            ));
        }
    }
    if subject.kind == Kind::GlueJob {
        glue_committer(subject, found);
    }
}

fn aqe_off(property: &Property<'_>, found: &mut Vec<Finding>) {
    found.push(Finding::new(
        Code::AqeOff,
        property.node,
        "Adaptive execution is off: small partitions are not merged, a skewed join is not split, and joins are not \
         changed to broadcasts.",
        "Delete the setting: on is the default.",
    ));
}

fn glue_committer(subject: &Subject, found: &mut Vec<Finding>) {
    let key = "--enable-s3-parquet-optimized-committer";
    let node = subject.spec.get("DefaultArguments").and_then(|arguments| arguments.get(key));
    let new = glue_version(subject).is_some_and(|version| version >= (3, 0));
    if let Some(node) = node.filter(|node| new && node.flag() == Some(true)) {
        found.push(Finding::new(
            Code::AlreadyDefault,
            node,
            format!("`{key}` is on by default since Glue 3.0: it changes nothing here."),
            "Delete it, so that what is left are decisions.",
        ));
    }
}

/// Glue's version as numbers.
pub(super) fn glue_version(subject: &Subject) -> Option<(u32, u32)> {
    let text = subject.spec.get("GlueVersion")?;
    let text = text.text().map_or_else(|| text.shown(), str::to_owned);
    let (major, minor) = text.split_once('.').unwrap_or((&text, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Whether the Spark of this release is 3.2 or later; where the document does not say, a new one is assumed.
fn has_modern_spark(subject: &Subject) -> bool {
    match subject.kind {
        // Glue 4.0 is the first with Spark 3.3.
        Kind::GlueJob => glue_version(subject).is_none_or(|version| version >= (4, 0)),
        Kind::Cluster | Kind::Application => {
            let name = if subject.kind == Kind::Cluster { "ReleaseLabel" } else { "releaseLabel" };
            subject
                .spec
                .get(name)
                .and_then(Node::text)
                .and_then(|text| text.parse::<EmrLabel>().ok())
                .is_none_or(is_modern)
        }
        Kind::JobRun => true,
    }
}

/// Spark 3.2 came with EMR 6.6 (EMR release guide).
fn is_modern(label: EmrLabel) -> bool {
    let known = Catalog::embedded().emr_releases().iter().find(|release| release.label == label);
    match known.and_then(|release| release.spark.as_deref()).and_then(version) {
        Some(spark) => spark >= (3, 2),
        None => label.line == EmrLine::Spark || (label.major, label.minor) >= (6, 6),
    }
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
