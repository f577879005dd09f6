//! Format and compression by suffix, and by the first bytes.

use crate::workload::{Compression, Format};

/// What a file is, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// The format; `None` when nothing tells.
    pub format: Option<Format>,
    /// The compression; `None` when nothing tells (a columnar file's footer would).
    pub compression: Option<Compression>,
}

impl Kind {
    const UNKNOWN: Self = Self { format: None, compression: None };

    const fn of(format: Format, compression: Option<Compression>) -> Self {
        Self { format: Some(format), compression }
    }

    /// Whether several tasks can read one file; `None` when nothing tells the format or the compression.
    #[must_use]
    pub fn splittable(self) -> Option<bool> {
        match (self.format, self.compression) {
            (Some(format), _) if format.is_columnar() || format == Format::Avro => Some(true),
            (Some(format), Some(compression)) => Some(compression.is_splittable(format)),
            // A whole-file codec around an unknown text or archive: as Hadoop's codecs, by suffix alone.
            (None, Some(Compression::Gzip | Compression::Zstd | Compression::Snappy | Compression::Lz4)) => Some(false),
            _ => None,
        }
    }
}

fn whole_file_codec(part: &str) -> Option<Compression> {
    Some(match part {
        "gz" | "gzip" => Compression::Gzip,
        "zst" | "zstd" => Compression::Zstd,
        "bz2" | "bzip2" => Compression::Bzip2,
        "lz4" => Compression::Lz4,
        "snappy" | "sz" => Compression::Snappy,
        _ => return None,
    })
}

fn format_word(part: &str) -> Option<Format> {
    Some(match part {
        "parquet" | "parq" | "pq" => Format::Parquet,
        "orc" => Format::Orc,
        "avro" => Format::Avro,
        "json" | "jsonl" | "ndjson" => Format::Json,
        "csv" | "tsv" | "psv" => Format::Csv,
        "txt" | "log" | "text" => Format::Text,
        "pdf" | "png" | "jpg" | "jpeg" | "gif" | "tif" | "tiff" | "bmp" | "webp" | "mp3" | "mp4" | "wav" | "zip"
        | "tar" | "tgz" | "rar" | "jar" | "war" | "whl" | "doc" | "docx" | "xls" | "xlsx" | "bin" | "exe" | "so"
        | "pkl" | "pt" | "h5" | "npy" | "npz" | "7z" | "xz" => Format::Binary,
        _ => return None,
    })
}

/// What a suffix (as [`super::name::suffix`] gives it) says.
#[must_use]
pub fn by_suffix(suffix: &str) -> Kind {
    let mut parts = suffix.split('.').filter(|part| !part.is_empty()).rev();
    let Some(last) = parts.next() else { return Kind::UNKNOWN };
    let before = parts.next().unwrap_or_default();
    if let Some(codec) = whole_file_codec(last) {
        // `.gz.parquet` is a columnar file; `.parquet.gz` is a parquet file packed once more: unreadable for Spark.
        return match format_word(before) {
            Some(format) if format.is_columnar() || format == Format::Avro || format == Format::Binary => {
                Kind::of(Format::Binary, Some(codec))
            }
            format => Kind { format, compression: Some(codec) },
        };
    }
    match format_word(last) {
        Some(Format::Binary) => Kind::of(Format::Binary, Some(Compression::None)),
        Some(format) if format.is_columnar() || format == Format::Avro => Kind::of(format, whole_file_codec(before)),
        Some(format) => Kind::of(format, Some(whole_file_codec(before).unwrap_or(Compression::None))),
        None => Kind::UNKNOWN,
    }
}

/// What the first bytes of a file say; `None` when they are those of no known container.
#[must_use]
pub fn by_magic(head: &[u8]) -> Option<Kind> {
    const MAGIC: &[(&[u8], Kind)] = &[
        (b"PAR1", Kind::of(Format::Parquet, None)),
        (b"PARE", Kind::of(Format::Parquet, None)),
        (b"ORC", Kind::of(Format::Orc, None)),
        (b"Obj\x01", Kind::of(Format::Avro, None)),
        (b"\x1f\x8b", Kind { format: None, compression: Some(Compression::Gzip) }),
        (b"\x28\xb5\x2f\xfd", Kind { format: None, compression: Some(Compression::Zstd) }),
        (b"BZh", Kind { format: None, compression: Some(Compression::Bzip2) }),
        (b"\x04\x22\x4d\x18", Kind { format: None, compression: Some(Compression::Lz4) }),
        (b"\xff\x06\x00\x00sNaPpY", Kind { format: None, compression: Some(Compression::Snappy) }),
        (b"PK\x03\x04", Kind::of(Format::Binary, Some(Compression::None))),
        (b"%PDF", Kind::of(Format::Binary, Some(Compression::None))),
        (b"\x89PNG", Kind::of(Format::Binary, Some(Compression::None))),
        (b"\xff\xd8\xff", Kind::of(Format::Binary, Some(Compression::None))),
        (b"{", Kind::of(Format::Json, Some(Compression::None))),
    ];
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind)
}

/// Whether the name and the first bytes contradict each other: `.parquet` on what is no Parquet file, `.gz` on plain
/// text, plain `.json` on gzip.
#[must_use]
pub fn contradict(name: Kind, head: &[u8]) -> bool {
    let binary_container = |kind: Kind| kind.format.is_some_and(|it| it.is_columnar() || it == Format::Avro);
    let found = by_magic(head);
    match (binary_container(name), name.compression, found) {
        (true, _, found) => found.is_none_or(|found| found.format != name.format),
        (false, Some(codec), found) if name.format != Some(Format::Binary) => {
            let packed = found.filter(|found| found.format.is_none()).and_then(|found| found.compression);
            let container = found.is_some_and(binary_container);
            container || packed.unwrap_or(Compression::None) != codec
        }
        (false, None, Some(found)) => name.format.is_some() && binary_container(found),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_writers_give_them() {
        for (suffix, format, compression, splittable) in [
            (".snappy.parquet", Some(Format::Parquet), Some(Compression::Snappy), Some(true)),
            (".gz.parquet", Some(Format::Parquet), Some(Compression::Gzip), Some(true)),
            (".parquet", Some(Format::Parquet), None, Some(true)),
            (".parquet.gz", Some(Format::Binary), Some(Compression::Gzip), Some(false)),
            (".json.gz", Some(Format::Json), Some(Compression::Gzip), Some(false)),
            (".csv", Some(Format::Csv), Some(Compression::None), Some(true)),
            (".csv.bz2", Some(Format::Csv), Some(Compression::Bzip2), Some(true)),
            (".gz", None, Some(Compression::Gzip), Some(false)),
            (".pdf", Some(Format::Binary), Some(Compression::None), Some(false)),
            (".dat", None, None, None),
            ("", None, None, None),
        ] {
            let kind = by_suffix(suffix);
            assert_eq!(
                (kind.format, kind.compression, kind.splittable()),
                (format, compression, splittable),
                "{suffix}"
            );
        }
    }

    #[test]
    fn names_and_first_bytes_that_contradict() {
        assert!(contradict(by_suffix(".parquet"), b"{\"a\":1}"));
        assert!(!contradict(by_suffix(".snappy.parquet"), b"PAR1...."));
        assert!(contradict(by_suffix(".json"), b"\x1f\x8b\x08"));
        assert!(contradict(by_suffix(".json.gz"), b"{\"a\":1}"));
        assert!(!contradict(by_suffix(".json.gz"), b"\x1f\x8b\x08"));
        assert!(!contradict(by_suffix(".csv"), b"a,b,c"));
        assert!(contradict(by_suffix(".csv"), b"PAR1"));
        assert!(!contradict(by_suffix(".dat"), b"PAR1"));
    }
}
