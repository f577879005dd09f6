//! Reading rows: which keys, from which files, divided into a fixed number of stripes so that the result does not depend
//! on the number of threads.

use std::path::{Path, PathBuf};

use super::key::KeyType;
use super::tally::KeyTally;
use crate::profile::objects::{Fault, Faults, SourceError};

/// Stripes of the work: each has its own tally.
pub(super) const STRIPES: usize = 4;

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The keys: one or more columns each.
    pub keys: Vec<Vec<String>>,
    /// Numbers of shuffle partitions to size.
    pub shuffle_partitions: Vec<u32>,
    /// As what the columns are hashed, when not as what the files have.
    pub types: Option<KeyType>,
}

/// What one stripe read.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) rows: u64,
    pub(super) keys: Vec<KeyTally>,
    pub(super) faults: Faults,
}

impl Part {
    fn new(asked: &Asked) -> Self {
        let keys = asked.keys.iter().map(|_| KeyTally::new(&asked.shuffle_partitions)).collect();
        Self { rows: 0, keys, faults: Faults::default() }
    }

    /// Rows that cannot be read.
    #[cfg(feature = "tables")]
    pub(super) fn faults(&mut self, fault: Fault, rows: u64, place: impl FnOnce() -> String, text: &[u8]) {
        self.faults.put(fault, rows, place, text);
    }

    pub(super) fn fault(&mut self, fault: Fault, place: impl FnOnce() -> String, text: &[u8]) {
        self.faults.add(fault, place, text);
    }
}

/// Rows of a sample, counted.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The files.
    pub files: Vec<PathBuf>,
    /// How many they are; what was counted elsewhere has one name.
    pub file_count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Formats that they have.
    pub formats: Vec<&'static str>,
    /// Rows.
    pub rows: u64,
    /// What was asked for.
    pub asked: Asked,
    /// A tally for each key.
    pub keys: Vec<KeyTally>,
    /// What could not be read.
    pub faults: Faults,
}

impl Sample {
    /// Whether an engine counted it where it lies, so that the files are not here.
    #[must_use]
    pub fn is_counted_elsewhere(&self) -> bool {
        self.formats == [crate::profile::pushdown::FORM]
    }

    /// What to call it in the origin of a figure.
    #[must_use]
    pub fn reference(&self) -> String {
        let first = self.files.first().map_or_else(String::new, |path| path.display().to_string());
        match self.files.len() {
            0 | 1 => format!("sample {first}"),
            more => format!("sample {first} and {} more files", more - 1),
        }
    }
}

/// Reads files.
///
/// # Errors
/// A file cannot be opened, has no such column, or is of a format that is not read.
pub fn read(files: &[PathBuf], asked: &Asked) -> Result<Sample, SourceError> {
    let mut parts: Vec<Part> = (0..STRIPES).map(|_| Part::new(asked)).collect();
    let mut formats = Vec::new();
    let mut bytes = 0;
    for path in files {
        bytes += std::fs::metadata(path).map_err(|error| SourceError::io(path, error))?.len();
        let format = read_one(path, asked, &mut parts)?;
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    let mut parts = parts.into_iter();
    let mut sum = parts.next().unwrap_or_else(|| Part::new(asked));
    for part in parts {
        sum.rows += part.rows;
        sum.faults.merge(part.faults);
        for (own, other) in sum.keys.iter_mut().zip(part.keys) {
            own.merge(other);
        }
    }
    Ok(Sample {
        files: files.to_vec(),
        file_count: files.len() as u64,
        bytes,
        formats,
        rows: sum.rows,
        asked: asked.clone(),
        keys: sum.keys,
        faults: sum.faults,
    })
}

fn read_one(path: &Path, asked: &Asked, parts: &mut [Part]) -> Result<&'static str, SourceError> {
    let mut head = [0; 4];
    let mut file = std::fs::File::open(path).map_err(|error| SourceError::io(path, error))?;
    let length = std::io::Read::read(&mut file, &mut head).map_err(|error| SourceError::io(path, error))?;
    match &head[..length] {
        b"PAR1" => parquet(path, asked, parts),
        [b'O', b'R', b'C', ..] => Err(SourceError::new(
            path,
            "a sample of ORC is not read",
            "give Parquet, CSV or JSON lines, or count the keys where they lie with `--pushdown spark`",
        )),
        _ => super::text::read(path, asked, parts),
    }
}

#[cfg(feature = "tables")]
fn parquet(path: &Path, asked: &Asked, parts: &mut [Part]) -> Result<&'static str, SourceError> {
    super::parquet::read(path, asked, parts).map(|()| "Parquet")
}

#[cfg(not(feature = "tables"))]
fn parquet(path: &Path, _asked: &Asked, _parts: &mut [Part]) -> Result<&'static str, SourceError> {
    Err(SourceError::new(
        path,
        "Parquet is not read by this build",
        "build with the feature `tables`, or give CSV or JSON lines",
    ))
}
