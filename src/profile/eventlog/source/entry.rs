//! A file on disk or inside a zip archive: where its bytes are, and how to read them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::profile::eventlog::error::ReadError;

/// A file that may be a log or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its path; for an archive's entry, the archive's path and the name inside.
    pub path: PathBuf,
    /// Its number among the parts, where the layout numbers them (`events_3_…`, Databricks' rollover number).
    pub number: Option<u64>,
    /// Its size as it lies there, in bytes.
    pub bytes: u64,
    /// The entry of an archive that it is.
    pub(super) zip: Option<ZipEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ZipEntry {
    archive: PathBuf,
    index: usize,
}

impl Part {
    /// A file on disk.
    pub(super) const fn file(path: PathBuf, bytes: u64) -> Self {
        Self { path, number: None, bytes, zip: None }
    }

    /// The last component of its path.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Opens it and hands its packed bytes to `use_bytes`.
    ///
    /// # Errors
    /// When it cannot be opened, or whatever `use_bytes` reports.
    pub fn with_bytes<T>(&self, use_bytes: impl FnOnce(&mut dyn Read) -> Result<T, ReadError>) -> Result<T, ReadError> {
        let Some(entry) = &self.zip else {
            let mut file = File::open(&self.path).map_err(|error| ReadError::io(&self.path, 0, error))?;
            return use_bytes(&mut file);
        };
        let mut archive = open_archive(&entry.archive)?;
        let mut inside = archive.by_index(entry.index).map_err(|error| broken(&self.path, &error))?;
        use_bytes(&mut inside)
    }
}

/// The files inside an archive.
///
/// # Errors
/// When the archive cannot be opened or its directory is broken.
pub(super) fn zip_entries(path: &Path) -> Result<Vec<Part>, ReadError> {
    let mut archive = open_archive(path)?;
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| broken(path, &error))?;
        let name = entry.name().map_err(|error| broken(path, &error))?;
        if entry.is_file() {
            parts.push(Part {
                path: path.join(relative(&name)),
                number: None,
                bytes: entry.compressed_size(),
                zip: Some(ZipEntry { archive: path.to_owned(), index }),
            });
        }
    }
    Ok(parts)
}

/// An entry's name as a path below the archive, whatever the entry claims.
fn relative(name: &str) -> PathBuf {
    name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect()
}

fn open_archive(path: &Path) -> Result<ZipArchive<File>, ReadError> {
    let file = File::open(path).map_err(|error| ReadError::io(path, 0, error))?;
    ZipArchive::new(file).map_err(|error| broken(path, &error))
}

fn broken(path: &Path, error: &zip::result::ZipError) -> ReadError {
    ReadError::Archive { file: path.to_owned(), why: error.to_string() }
}
