//! First bytes of sampled files, held against their names.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::profile::objects::{Fault, Kind, Magic, Tally, kind, name};
use crate::workload::Format;

/// Examples of contradictions that are kept.
const EXAMPLES: usize = 5;

/// Looks into files; one that cannot be opened is a fault.
pub(super) fn look(files: &[(PathBuf, u64)], tally: &mut Tally) -> Magic {
    let mut magic = Magic::default();
    for (path, _) in files {
        match head(path) {
            Ok(head) => judge(path, &head, &mut magic),
            Err(error) => {
                tally.faults.add(Fault::Unreadable, || path.display().to_string(), error.to_string().as_bytes())
            }
        }
    }
    magic
}

fn judge(path: &Path, head: &[u8], magic: &mut Magic) {
    magic.files += 1;
    let found = kind::by_magic(head);
    let word = found.map_or("text or unknown", describe);
    *magic.found.entry(word.to_owned()).or_default() += 1;
    let file = path.file_name().map(std::ffi::OsStr::as_encoded_bytes).unwrap_or_default();
    let mut suffix = Vec::new();
    name::suffix(file, &mut suffix);
    let said = kind::by_suffix(&String::from_utf8_lossy(&suffix));
    if kind::contradict(said, head) {
        magic.contradicting += 1;
        if magic.contradictions.len() < EXAMPLES {
            magic.contradictions.push((path.display().to_string(), word.to_owned()));
        }
    }
}

const fn describe(kind: Kind) -> &'static str {
    use crate::workload::Compression;
    match (kind.format, kind.compression) {
        (Some(Format::Parquet), _) => "parquet",
        (Some(Format::Orc), _) => "orc",
        (Some(Format::Avro), _) => "avro",
        (Some(Format::Json), _) => "json",
        (Some(_), _) => "binary",
        (None, Some(Compression::Gzip)) => "gzip",
        (None, Some(Compression::Zstd)) => "zstd",
        (None, Some(Compression::Bzip2)) => "bzip2",
        (None, Some(Compression::Lz4)) => "lz4",
        (None, Some(Compression::Snappy)) => "snappy",
        (None, _) => "text or unknown",
    }
}

/// The first bytes of a file.
pub(super) fn head(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(16);
    File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(head)
}

#[cfg(feature = "tables")]
pub(super) fn is_parquet(path: &Path) -> bool {
    head(path).is_ok_and(|head| head.starts_with(b"PAR1"))
}
