//! What is a log: a file, a directory of parts, an archive of either.
//!
//! [`discover`] turns what the user gave into [`LogSource`]s without reading their events; [`layout`](self::layout)
//! knows the names that Spark gives to files.

mod entry;
mod layout;
mod rollover;
mod walk;

use std::path::{Path, PathBuf};

pub use entry::Part;
pub use layout::Layout;

use super::error::ReadError;
use super::quality::Flag;

/// One log, perhaps in several parts, in reading order.
#[derive(Clone, Debug)]
pub struct LogSource {
    /// What to call it: the file, or the directory that holds the parts.
    pub path: PathBuf,
    /// How it lies there.
    pub layout: Layout,
    /// Its parts in reading order; never empty.
    pub parts: Vec<Part>,
    /// What the names of the parts already say about its quality.
    pub flags: Vec<Flag>,
}

impl LogSource {
    /// Packed bytes of all parts: the end of a progress bar.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }
}

/// Finds the logs at a path: a file, a directory (searched to the bottom), a zip archive, or a pattern with
/// `*`, `**`, `?` or `[abc]`. The order is that of the paths.
///
/// # Errors
/// When nothing is there, nothing in there can be a log, or the system refuses.
pub fn discover(path: &Path) -> Result<Vec<LogSource>, ReadError> {
    let entries = walk::entries(path)?;
    let mut sources = Vec::new();
    for source in layout::group(entries) {
        sources.extend(rollover::arrange(source)?);
    }
    if sources.is_empty() {
        return Err(ReadError::NothingInside { path: path.to_owned() });
    }
    Ok(sources)
}
