//! The order of a Databricks log's parts, which only their first lines know.
//!
//! Each part begins with `DBCEventLoggingListenerMetadata`: the number of the part and the Spark context that wrote
//! it. Parts of several contexts may lie in one directory; each context is a log of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Layout, LogSource, Part, layout};
use crate::profile::eventlog::codec;
use crate::profile::eventlog::error::ReadError;
use crate::profile::eventlog::lines::{Limits, Line, Lines};
use crate::profile::eventlog::quality::Flag;

#[derive(Clone, Copy, Debug, Deserialize)]
struct Metadata {
    #[serde(rename = "Rollover Number")]
    number: u64,
    #[serde(rename = "SparkContext Id")]
    context: i64,
}

/// Orders the parts of a Databricks log and separates contexts; other logs pass through.
///
/// # Errors
/// When a part cannot be opened.
pub(super) fn arrange(source: LogSource) -> Result<Vec<LogSource>, ReadError> {
    if source.layout != Layout::Databricks {
        return Ok(vec![source]);
    }
    let mut contexts: BTreeMap<Option<i64>, Vec<Part>> = BTreeMap::new();
    for part in source.parts {
        let metadata = part.with_bytes(|bytes| Ok(first_line(bytes, &part.name())))?;
        let number = metadata.map(|metadata| metadata.number);
        contexts.entry(metadata.map(|metadata| metadata.context)).or_default().push(Part { number, ..part });
    }
    adopt_unmarked(&mut contexts);
    let shared = contexts.len() > 1;
    Ok(contexts.into_values().map(|parts| ordered(parts, shared, &source.path)).collect())
}

/// Parts without metadata belong to the only context that there is.
fn adopt_unmarked(contexts: &mut BTreeMap<Option<i64>, Vec<Part>>) {
    if contexts.len() != 2 {
        return;
    }
    if let (Some(unmarked), Some(mut marked)) = (contexts.remove(&None), contexts.last_entry()) {
        marked.get_mut().extend(unmarked);
    }
}

fn ordered(mut parts: Vec<Part>, shared: bool, directory: &std::path::Path) -> LogSource {
    parts.sort_by_key(|part| (part.number.is_none(), part.number));
    let mut flags = Vec::new();
    let before = parts.len();
    parts.dedup_by(|later, earlier| later.number.is_some() && later.number == earlier.number);
    if parts.len() < before {
        flags.push(Flag::DuplicateParts { parts: before - parts.len() });
    }
    flags.extend(layout::missing(parts.iter().filter_map(|part| part.number), Some(0)));
    let path = parts.first().filter(|_| shared || parts.len() == 1).map_or(directory, |part| &part.path).to_owned();
    LogSource { path, layout: Layout::Databricks, parts, flags }
}

/// The metadata on the first line, if there is any; a part that does not even unpack is judged when it is read.
fn first_line(bytes: &mut dyn std::io::Read, name: &str) -> Option<Metadata> {
    let (_, stream) = codec::open(Box::new(bytes), name).ok()?;
    let mut lines = Lines::new(stream, Limits::default());
    match lines.next(|_| false).ok()?? {
        Line::Whole(line) | Line::Last(line) => serde_json::from_slice(line).ok(),
        Line::Dropped => None,
    }
}
