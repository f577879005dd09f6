//! The `origins` map: where figures came from that a profile measured and nobody declared.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::workload::Origin;
use crate::workload::file::reader::{At, Reader, Table};
use crate::workload::file::tree::Place;

/// Origins by key path, each with whether a figure asked for it.
#[derive(Debug, Default)]
pub(super) struct Origins(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    origin: Origin,
    place: Place,
    used: Cell<bool>,
}

impl Origins {
    pub(super) fn read(table: Option<&At<Table<String>>>, reader: &Reader<'_>) -> Self {
        let mut origins = BTreeMap::new();
        for (path, text) in table.iter().flat_map(|table| &table.value.0) {
            match parse(&text.value) {
                Some(origin) => {
                    origins.insert(path.clone(), Entry { origin, place: text.place, used: Cell::new(false) });
                }
                None => reader.wrong(
                    text,
                    format!("`{}` is no origin", text.value),
                    "write \"measured from …\", \"inferred: …\" or \"default: …\"",
                ),
            }
        }
        Self(origins)
    }

    /// Where the given figure came from: declared, unless the map knows better.
    pub(super) fn of(&self, path: &str) -> Origin {
        self.0.get(path).map_or(Origin::Declared, |entry| {
            entry.used.set(true);
            entry.origin.clone()
        })
    }

    /// Notes every origin of a figure that the file does not give.
    pub(super) fn refuse_unused(&self, reader: &Reader<'_>) {
        // After other problems a figure may be missing for another reason.
        if !reader.is_clean() {
            return;
        }
        for (path, entry) in self.0.iter().filter(|(_, entry)| !entry.used.get()) {
            let message = format!("cannot use `origins`: the file gives no figure `{path}`");
            let hint = "name a figure of this file by its key path, for example input.volume";
            reader.problem(entry.place, &format!("origins.{path}"), message, hint);
        }
    }
}

/// The reverse of [`Origin`]'s text form.
fn parse(text: &str) -> Option<Origin> {
    let text = text.trim();
    let rest =
        |prefix: &str| text.strip_prefix(prefix).map(|rest| rest.trim().to_owned()).filter(|rest| !rest.is_empty());
    if text == "declared" {
        return Some(Origin::Declared);
    }
    rest("measured from ")
        .map(|from| Origin::Measured { from })
        .or_else(|| rest("inferred:").map(|rule| Origin::Inferred { rule }))
        .or_else(|| rest("default:").map(|why| Origin::Default { why }))
}
