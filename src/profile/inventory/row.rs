//! One row of an inventory as an object or a fault, whatever the format of the data file.

use super::Part;
use crate::profile::objects::{Fault, Object, State};

/// What stands in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) key: Option<&'a [u8]>,
    pub(super) size: Option<i64>,
    /// Whether there is a column of sizes at all.
    pub(super) has_size: bool,
    pub(super) modified_ms: Option<i64>,
    pub(super) class: Option<&'a [u8]>,
    pub(super) is_latest: Option<bool>,
    pub(super) is_delete_marker: Option<bool>,
    pub(super) tier: Option<&'a [u8]>,
}

impl Part {
    /// Counts a row; `place` says where it stands.
    pub(super) fn take(&mut self, row: &Row<'_>, place: impl FnOnce(u64) -> String) {
        self.records += 1;
        let number = self.records;
        let Some(key) = row.key.filter(|key| !key.is_empty()) else {
            self.tally.faults.add(Fault::NoKey, || place(number), b"");
            return;
        };
        let is_marker = row.is_delete_marker.unwrap_or(false);
        let size = match row.size.map(u64::try_from) {
            Some(Ok(size)) => size,
            // A delete marker has none, and an inventory without sizes has none at all.
            None if is_marker || !row.has_size => 0,
            _ => {
                self.tally.faults.add(Fault::BadSize, || place(number), key);
                return;
            }
        };
        let tier = row.tier.unwrap_or_default();
        let archived = tier.starts_with(b"ARCHIVE") || tier.starts_with(b"DEEP_ARCHIVE");
        let class = if archived { tier } else { row.class.unwrap_or_default() };
        let state = State::of(row.is_latest.unwrap_or(true), is_marker);
        self.tally.add(&Object { key, size, modified_ms: row.modified_ms, class, state });
    }
}
