//! `manifest.json`: what an inventory's data files are and what stands in them
//! (S3 user guide, "Locating your inventory list").

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::columns::Columns;
use crate::profile::objects::SourceError;

/// How the data files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Gzipped CSV without a header.
    Csv,
    /// ORC.
    Orc,
    /// Parquet.
    Parquet,
}

impl FileFormat {
    /// As the manifest has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Orc => "ORC",
            Self::Parquet => "Parquet",
        }
    }
}

/// One data file.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// Where it was found; `None` when it is not there.
    pub path: Option<PathBuf>,
    /// Its key in the destination bucket.
    pub key: String,
    /// Bytes, as the manifest has them.
    pub size: Option<u64>,
}

/// An inventory's manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The bucket that was inventoried.
    pub bucket: Option<String>,
    /// When, ms since 1970.
    pub created_ms: Option<i64>,
    /// Format of the data files.
    pub format: FileFormat,
    /// Columns of a CSV; other formats name their own.
    pub columns: Option<Columns>,
    /// The data files.
    pub files: Vec<DataFile>,
}

impl Manifest {
    /// Reads a manifest and looks for its data files: below the manifest's folders as the keys say, in a folder `data`
    /// beside or above it, or beside it by their last name.
    ///
    /// # Errors
    /// It cannot be read, is no manifest, or its format is not known.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let text = std::fs::read(path).map_err(|error| SourceError::io(path, error))?;
        let hint = "give the manifest.json that S3 Inventory writes beside its data files";
        let json: Value = serde_json::from_slice(&text)
            .map_err(|error| SourceError::new(path, format!("it is no JSON: {error}"), hint))?;
        let text_of = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let format = match text_of("fileFormat").as_deref() {
            Some("CSV") => FileFormat::Csv,
            Some("ORC") => FileFormat::Orc,
            Some("Parquet") => FileFormat::Parquet,
            Some(other) => {
                return Err(SourceError::new(
                    path,
                    format!("its fileFormat `{other}` is none of CSV, ORC, Parquet"),
                    hint,
                ));
            }
            None => {
                return Err(SourceError::new(path, "it has no `fileFormat`, so it is no inventory's manifest", hint));
            }
        };
        let schema = text_of("fileSchema").unwrap_or_default();
        let columns = Columns::named(schema.split(',').map(str::trim)).filter(|_| format == FileFormat::Csv);
        if format == FileFormat::Csv && columns.is_none() {
            return Err(SourceError::new(path, format!("its fileSchema `{schema}` names no `Key`"), hint));
        }
        let listed = json.get("files").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let files = listed.iter().filter_map(|file| data_file(path, file)).collect();
        let created_ms = json.get("creationTimestamp").and_then(|it| it.as_i64().or_else(|| it.as_str()?.parse().ok()));
        Ok(Self { bucket: text_of("sourceBucket"), created_ms, format, columns, files })
    }

    /// When it was made, for people.
    #[must_use]
    pub fn made(&self) -> Option<String> {
        jiff::Timestamp::from_millisecond(self.created_ms?).ok().map(|moment| moment.to_string())
    }
}

fn data_file(manifest: &Path, file: &Value) -> Option<DataFile> {
    let key = file.get("key")?.as_str()?.to_owned();
    let size = file.get("size").and_then(Value::as_u64);
    Some(DataFile { path: locate(manifest, &key), key, size })
}

fn locate(manifest: &Path, key: &str) -> Option<PathBuf> {
    // A key never leaves the folders of its manifest.
    let parts: Vec<&str> = key.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
    let name = parts.last()?;
    let relative: PathBuf = parts.iter().collect();
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let by_key = folder.ancestors().take(12).map(|above| above.join(&relative));
    let beside = [folder.join(name), folder.join("data").join(name), folder.join("../data").join(name)];
    beside.into_iter().chain(by_key).find(|path| path.is_file())
}
