//! What kind of source a path is: told by its first bytes and its neighbours, not by what it is called alone.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::inventory::{FileFormat, Inventory};

/// A source of a profile.
#[derive(Clone, Debug)]
pub enum Detected {
    /// Spark event logs.
    EventLogs,
    /// A saved listing.
    Listing(PathBuf),
    /// An inventory.
    Inventory(Inventory),
    /// An Iceberg table.
    Iceberg(PathBuf),
    /// A data set on this machine.
    Folder,
    /// Figures that come back from another engine.
    Pushdown(PathBuf),
    /// A bucket.
    S3(String),
}

/// Bytes that are looked at.
const HEAD: u64 = 64 << 10;

/// The kind of one source; event logs when nothing else fits, so that their reader says what is wrong.
#[must_use]
pub fn detect(path: &Path) -> Detected {
    if let Some(url) = path.to_str().filter(|text| text.starts_with("s3://")) {
        return Detected::S3(url.to_owned());
    }
    if super::iceberg::is_table(path) {
        return Detected::Iceberg(path.to_owned());
    }
    if path.is_dir() { folder(path) } else { file(path) }
}

fn file(path: &Path) -> Detected {
    let head = unpacked_head(path);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let has = |needle: &str| memchr::memmem::find(&head, needle.as_bytes()).is_some();
    if head.starts_with(b"PAR1") {
        return parquet(path);
    }
    if head.starts_with(b"ORC") {
        return orc(path);
    }
    if has("SparkListener") {
        return Detected::EventLogs;
    }
    let start = head.trim_ascii_start();
    if start.starts_with(b"{") && has("\"fileFormat\"") && has("\"fileSchema\"") {
        return Detected::Inventory(Inventory::Manifest(path.to_owned()));
    }
    if super::pushdown::is_result(&head) {
        return Detected::Pushdown(path.to_owned());
    }
    if start.starts_with(b"{") || start.starts_with(b"[") {
        let listing =
            ["\"Contents\"", "\"Versions\"", "\"DeleteMarkers\"", "\"CommonPrefixes\""].iter().any(|key| has(key))
                || (has("\"Key\"") && (has("\"Size\"") || has("\"LastModified\"")));
        return if listing { Detected::Listing(path.to_owned()) } else { Detected::EventLogs };
    }
    let csv = name.ends_with(".csv") || name.ends_with(".csv.gz");
    if csv && is_inventory_csv(start) {
        return Detected::Inventory(Inventory::Files(vec![path.to_owned()], FileFormat::Csv));
    }
    if is_listing_text(&head) { Detected::Listing(path.to_owned()) } else { Detected::EventLogs }
}

fn orc(path: &Path) -> Detected {
    match super::orc::OrcFile::open(path) {
        Ok(file) if super::inventory::is_orc_inventory(&file) => {
            Detected::Inventory(Inventory::Files(vec![path.to_owned()], FileFormat::Orc))
        }
        _ => Detected::Folder,
    }
}

#[cfg(feature = "tables")]
fn parquet(path: &Path) -> Detected {
    match super::tables::ParquetFile::open(path) {
        Ok(file) if super::inventory::is_parquet_inventory(&file) => {
            Detected::Inventory(Inventory::Files(vec![path.to_owned()], FileFormat::Parquet))
        }
        _ => Detected::Folder,
    }
}

#[cfg(not(feature = "tables"))]
fn parquet(_path: &Path) -> Detected {
    Detected::Folder
}

fn folder(path: &Path) -> Detected {
    let manifest = path.join("manifest.json");
    if manifest.is_file() && matches!(file(&manifest), Detected::Inventory(_)) {
        return Detected::Inventory(Inventory::Manifest(manifest));
    }
    let mut files = Vec::new();
    sample(path, 3, &mut files);
    let named =
        |end: &str| files.iter().filter(|file| file.to_string_lossy().ends_with(end)).cloned().collect::<Vec<_>>();
    for (end, format) in [(".parquet", FileFormat::Parquet), (".orc", FileFormat::Orc), (".csv.gz", FileFormat::Csv)] {
        let found = named(end);
        let is = found
            .first()
            .is_some_and(|first| matches!(file(first), Detected::Inventory(Inventory::Files(_, it)) if it == format));
        if is {
            return Detected::Inventory(Inventory::Files(all(path, end), format));
        }
    }
    let is_log = |file: &PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("appstatus_") || memchr::memmem::find(&unpacked_head(file), b"SparkListener").is_some()
    };
    if files.iter().take(64).any(is_log) { Detected::EventLogs } else { Detected::Folder }
}

/// Some files below a folder, by name, `depth` levels down.
fn sample(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        if files.len() >= 256 {
            return;
        }
        if entry.is_file() {
            files.push(entry);
        } else if depth > 0 && entry.is_dir() {
            sample(&entry, depth - 1, files);
        }
    }
}

/// All files below a folder that end so, by name.
fn all(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(kind) if kind.is_file() && path.to_string_lossy().ends_with(end) => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// The first bytes, unpacked where a common packing is told; empty when there are none.
fn unpacked_head(path: &Path) -> Vec<u8> {
    let mut packed = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut packed));
    if read.is_err() {
        return Vec::new();
    }
    let mut head = Vec::new();
    let limited = |stream: &mut dyn Read, head: &mut Vec<u8>| {
        // The end is cut, so that an error at the end is expected.
        let mut block = [0; 4096];
        while head.len() < 64 << 10 {
            match stream.read(&mut block) {
                Ok(count) if count > 0 => head.extend_from_slice(&block[..count]),
                _ => break,
            }
        }
    };
    if packed.starts_with(b"\x1f\x8b") {
        limited(&mut flate2::read::MultiGzDecoder::new(packed.as_slice()), &mut head);
    } else if packed.starts_with(b"\x28\xb5\x2f\xfd") {
        if let Ok(mut stream) = zstd::stream::read::Decoder::new(packed.as_slice()) {
            limited(&mut stream, &mut head);
        }
    } else if packed.starts_with(b"BZh") {
        limited(&mut bzip2::read::MultiBzDecoder::new(packed.as_slice()), &mut head);
    } else {
        head = packed;
    }
    if head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || head.get(1) == Some(&0)
        || head.first() == Some(&0)
    {
        head.retain(|byte| *byte != 0 && *byte < 0xfe);
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    head
}

/// Whether one of the first lines is one of `aws s3 ls` or of the API's text.
fn is_listing_text(head: &[u8]) -> bool {
    head.split(|byte| *byte == b'\n').take(1_000).any(|line| {
        let dated = line.len() > 20 && super::objects::moment::parse(line.get(..19).unwrap_or_default()).is_some();
        let api =
            [b"CONTENTS\t".as_slice(), b"VERSIONS\t", b"DELETEMARKERS\t"].iter().any(|word| line.starts_with(word));
        (dated && line.get(19) == Some(&b' ')) || api
    })
}

/// Whether the first record has a bucket, a key, a size and a time.
fn is_inventory_csv(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let fields: Vec<Vec<u8>> = line
        .split(|byte| *byte == b',')
        .map(|field| field.trim_ascii().iter().copied().filter(|byte| *byte != b'"').collect())
        .collect();
    let names = fields.iter().filter_map(|field| std::str::from_utf8(field).ok());
    let named = super::inventory::Columns::named(names).is_some_and(|it| it.size.is_some() && it.modified.is_some());
    named || super::inventory::Columns::guessed(&fields).is_some_and(|it| it.modified.is_some())
}
