//! Files below a folder, without following links and in the order of their names.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// What is met.
pub(super) enum Entry {
    /// A file; its key is its path below the start, with `/`.
    File { path: PathBuf, key: Vec<u8>, size: u64, modified_ms: Option<i64> },
    /// Something that cannot be opened.
    Unreadable { path: PathBuf, error: io::Error },
}

/// Walks; a folder that cannot be read is an entry, a start that cannot is an error.
pub(super) fn walk(start: &Path, each: &mut dyn FnMut(Entry)) -> io::Result<()> {
    let about = fs::metadata(start)?;
    if about.is_file() {
        let name = start.file_name().map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default();
        each(file(start.to_owned(), name, &about));
        return Ok(());
    }
    let mut open: Vec<(PathBuf, Vec<u8>)> = vec![(start.to_owned(), Vec::new())];
    let mut first = true;
    while let Some((folder, key)) = open.pop() {
        let listed = fs::read_dir(&folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) if first => return Err(error),
            Err(error) => {
                each(Entry::Unreadable { path: folder, error });
                continue;
            }
        };
        first = false;
        entries.sort_by_key(fs::DirEntry::file_name);
        let mut below = Vec::new();
        for entry in entries {
            let mut own = key.clone();
            if !own.is_empty() {
                own.push(b'/');
            }
            own.extend_from_slice(entry.file_name().as_encoded_bytes());
            match entry.metadata() {
                Ok(about) if about.is_dir() => below.push((entry.path(), own)),
                Ok(about) if about.is_file() => each(file(entry.path(), own, &about)),
                // Links, sockets and the like hold no data of their own.
                Ok(_) => {}
                Err(error) => each(Entry::Unreadable { path: entry.path(), error }),
            }
        }
        open.extend(below.into_iter().rev());
    }
    Ok(())
}

fn file(path: PathBuf, key: Vec<u8>, about: &Metadata) -> Entry {
    let modified = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified_ms = modified.and_then(|since| i64::try_from(since.as_millis()).ok());
    Entry::File { path, key, size: about.len(), modified_ms }
}
