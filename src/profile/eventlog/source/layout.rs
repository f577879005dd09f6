//! The names that Spark, Databricks and the operating systems give to files, and which of them belong together.
//!
//! Source: `EventLogFileWriters.scala` and `EventLogFileReaders.scala` of apache/spark; real Databricks deliveries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{LogSource, Part};
use crate::profile::eventlog::codec;
use crate::profile::eventlog::quality::Flag;

/// How a log lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One file.
    SingleFile,
    /// `eventlog_v2_<app>/events_<n>_<app>` (Spark 3.0+, the default since 4.0).
    Rolling,
    /// A directory with `EVENT_LOG_1` (Spark 1.0 to 1.2).
    SparkOne,
    /// A directory with `eventlog-<date>.gz` files and `eventlog`.
    Databricks,
}

/// What a file's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    /// Nothing of a log.
    Ignored,
    /// A log of its own.
    Single,
    /// A part of a rolling log.
    Rolled(Rolled),
    /// A part of a Spark 1.x directory log.
    SparkOne(u64),
    /// A part of a Databricks log, closed or current.
    Databricks,
}

/// Files of one directory that belong together.
struct Group {
    layout: Layout,
    parts: Vec<(Role, Part)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rolled {
    number: u64,
    /// The application's id and attempt, without codec and marks.
    app: String,
    compact: bool,
}

/// Puts the parts of each log together.
pub(super) fn group(files: Vec<Part>) -> Vec<LogSource> {
    let mut logs: BTreeMap<(PathBuf, String), Group> = BTreeMap::new();
    for part in files {
        let role = role(&part.path);
        let (layout, key) = match &role {
            Role::Ignored => continue,
            Role::Single => (Layout::SingleFile, part.name()),
            Role::Rolled(rolled) => (Layout::Rolling, format!("rolled {}", rolled.app)),
            Role::SparkOne(_) => (Layout::SparkOne, "1.x".to_owned()),
            Role::Databricks => (Layout::Databricks, "databricks".to_owned()),
        };
        let directory = part.path.parent().unwrap_or(Path::new("")).to_owned();
        let new = || Group { layout, parts: Vec::new() };
        logs.entry((directory, key)).or_insert_with(new).parts.push((role, part));
    }
    logs.into_iter().map(|((directory, _), group)| assemble(&directory, group)).collect()
}

fn assemble(directory: &Path, group: Group) -> LogSource {
    let Group { layout, parts } = group;
    match layout {
        Layout::Rolling => rolling(directory, parts),
        Layout::SingleFile => source_of(directory, layout, parts.into_iter().map(|(_, part)| part).collect()),
        Layout::SparkOne | Layout::Databricks => {
            let mut parts: Vec<Part> = parts.into_iter().map(|(role, part)| with_number(&role, part)).collect();
            // `eventlog` is the current part and comes last; before it, names hold dates or numbers.
            parts.sort_by_key(|part| (part.name() == "eventlog", part.number, part.name()));
            source_of(directory, layout, parts)
        }
    }
}

fn with_number(role: &Role, part: Part) -> Part {
    let number = if let Role::SparkOne(number) = role { Some(*number) } else { None };
    Part { number, ..part }
}

fn source_of(directory: &Path, layout: Layout, parts: Vec<Part>) -> LogSource {
    let path = match parts.as_slice() {
        [only] if layout != Layout::SparkOne => only.path.clone(),
        _ => directory.to_owned(),
    };
    LogSource { path, layout, parts, flags: Vec::new() }
}

/// Orders rolled parts by number; a compacted part replaces itself and all before it.
fn rolling(directory: &Path, parts: Vec<(Role, Part)>) -> LogSource {
    let mut rolled: Vec<(Rolled, Part)> = parts
        .into_iter()
        .filter_map(|(role, part)| if let Role::Rolled(rolled) = role { Some((rolled, part)) } else { None })
        .collect();
    rolled.sort_by_key(|(rolled, part)| (rolled.number, !rolled.compact, part.name()));
    let mut flags = Vec::new();
    if let Some(upto) = rolled.iter().filter(|(rolled, _)| rolled.compact).map(|(rolled, _)| rolled.number).max() {
        rolled.retain(|(rolled, _)| rolled.number > upto || (rolled.number == upto && rolled.compact));
        flags.push(Flag::Compacted { upto });
    }
    let before = rolled.len();
    rolled.dedup_by_key(|(rolled, _)| rolled.number);
    if rolled.len() < before {
        flags.push(Flag::DuplicateParts { parts: before - rolled.len() });
    }
    let compact = rolled.first().is_some_and(|(rolled, _)| rolled.compact);
    flags.extend(missing(rolled.iter().map(|(rolled, _)| rolled.number), if compact { None } else { Some(1) }));
    let parts = rolled.into_iter().map(|(rolled, part)| Part { number: Some(rolled.number), ..part }).collect();
    LogSource { flags, ..source_of(directory, Layout::Rolling, parts) }
}

/// Says which numbers are not there, from `first` (or the first one that is) to the last one.
pub(super) fn missing(numbers: impl Iterator<Item = u64>, first: Option<u64>) -> Option<Flag> {
    let mut expected = first;
    let mut count = 0;
    let mut lowest = None;
    for number in numbers {
        if let Some(gap) = expected.and_then(|expected| number.checked_sub(expected)).filter(|gap| *gap > 0) {
            count += gap;
            lowest = lowest.or(expected);
        }
        expected = number.checked_add(1);
    }
    lowest.map(|first| Flag::MissingParts { first, count })
}

fn role(path: &Path) -> Role {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hidden = name.starts_with('.') || path.iter().any(|part| part == "__MACOSX");
    let marker = ["appstatus_", "APPLICATION_COMPLETE", "SPARK_VERSION_", "COMPRESSION_CODEC_", "_SUCCESS"]
        .iter()
        .any(|mark| name.starts_with(mark));
    if hidden || marker || name.ends_with(".crc") {
        return Role::Ignored;
    }
    if let Some(rolled) = rolled(&name) {
        return Role::Rolled(rolled);
    }
    if let Some(number) = name.strip_prefix("EVENT_LOG_").and_then(|number| number.parse().ok()) {
        return Role::SparkOne(number);
    }
    if is_databricks(&name) { Role::Databricks } else { Role::Single }
}

/// `events_<number>_<app>[_<attempt>][.<codec>][.compact]`, perhaps in progress.
fn rolled(name: &str) -> Option<Rolled> {
    let (number, rest) = name.strip_prefix("events_")?.split_once('_')?;
    let number = number.parse().ok()?;
    let rest = rest.strip_suffix(".inprogress").unwrap_or(rest);
    let (rest, compact) = rest.strip_suffix(".compact").map_or((rest, false), |rest| (rest, true));
    let known = codec::by_extension(rest).is_some();
    let app = rest.rsplit_once('.').filter(|_| known).map_or(rest, |(app, _)| app);
    Some(Rolled { number, app: app.to_owned(), compact })
}

/// `eventlog`, or `eventlog-2022-03-04--22-00` with or without `.gz` (or `.zip.gz`, which does occur).
fn is_databricks(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("eventlog") else { return false };
    let date = rest.strip_prefix('-').unwrap_or_default();
    rest.is_empty()
        || (date.len() >= 10 && date.bytes().take(4).all(|byte| byte.is_ascii_digit()) && date.as_bytes()[4] == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(names: &[&str]) -> Vec<LogSource> {
        group(names.iter().map(|name| Part::file(PathBuf::from(name), 1)).collect())
    }

    fn names(source: &LogSource) -> Vec<String> {
        source.parts.iter().map(Part::name).collect()
    }

    #[test]
    fn rolled_parts_are_ordered_by_number() {
        let found = logs(&[
            "d/eventlog_v2_app-1/appstatus_app-1",
            "d/eventlog_v2_app-1/events_10_app-1.zstd",
            "d/eventlog_v2_app-1/events_9_app-1.zstd",
            "d/eventlog_v2_app-1/events_11_app-1.zstd.inprogress",
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            names(&found[0]),
            ["events_9_app-1.zstd", "events_10_app-1.zstd", "events_11_app-1.zstd.inprogress"]
        );
        assert_eq!(found[0].path, Path::new("d/eventlog_v2_app-1"));
        assert_eq!(found[0].flags, [Flag::MissingParts { first: 1, count: 8 }]);
    }

    #[test]
    fn a_compacted_part_replaces_those_before_it() {
        let found = logs(&["e/events_1_a", "e/events_2_a", "e/events_3_a", "e/events_3_a.compact", "e/events_4_a"]);
        assert_eq!(names(&found[0]), ["events_3_a.compact", "events_4_a"]);
        assert_eq!(found[0].flags, [Flag::Compacted { upto: 3 }]);
    }

    #[test]
    fn attempts_and_applications_are_logs_of_their_own() {
        let found = logs(&["e/events_1_app_1", "e/events_1_app_2", "x/app-1_1.lz4", "x/app-1_2"]);
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn an_application_id_may_hold_dots() {
        let name = "events_1_spark.app.zstd";
        assert_eq!(rolled(name).map(|rolled| rolled.app), Some("spark.app".to_owned()));
        assert_eq!(rolled("events_1_spark.app").map(|rolled| rolled.app), Some("spark.app".to_owned()));
    }

    #[test]
    fn databricks_parts_end_with_the_current_one() {
        let found = logs(&["d/eventlog", "d/eventlog-2022-03-04--23-00.gz", "d/eventlog-2022-03-04--22-00.gz"]);
        assert_eq!(found.len(), 1);
        assert_eq!(names(&found[0]).last().map(String::as_str), Some("eventlog"));
        assert!(!is_databricks("eventlog-2"));
        assert!(!is_databricks("eventlog_v2_app"));
    }

    #[test]
    fn what_systems_leave_behind_is_ignored() {
        assert!(logs(&["d/.DS_Store", "__MACOSX/d/._eventlog", "d/.app.crc", "d/SPARK_VERSION_1.2.0"]).is_empty());
    }
}
