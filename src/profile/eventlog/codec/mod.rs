//! How the bytes of a log are packed: told by their first bytes, and only then by the file's name.
//!
//! Spark writes `lz4`, `snappy` and `lzf` in framings of its own Java libraries, which the usual decoders do not
//! read; these live in the files beside this one. Every decoder streams: it holds one block at a time.

mod lz4_block;
mod lzf;
mod xerial_snappy;

use std::fmt;
use std::io::{self, Cursor, Read};

pub use lz4_block::Lz4BlockReader;
pub use lzf::LzfReader;
pub use xerial_snappy::XerialSnappyReader;

/// Bytes needed to tell every known container apart.
const MAGIC_LENGTH: usize = 16;

/// How often a log may be packed inside another container (a `.zstd` in a `.bz2` does occur).
const MAX_LAYERS: usize = 4;

/// A packing that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// JSON text as is.
    Plain,
    /// Zstandard; Spark writes one frame per flush, so a file holds many (SPARK-29322).
    Zstd,
    /// The stream of lz4-java's `LZ4BlockOutputStream` (not the LZ4 frame format).
    Lz4Block,
    /// The stream of snappy-java's `SnappyOutputStream` (not the snappy frame format).
    XerialSnappy,
    /// The stream of ning's compress-lzf.
    Lzf,
    /// Gzip, by Databricks or by hand.
    Gzip,
    /// Bzip2, by hand.
    Bzip2,
}

impl Codec {
    /// The name that Spark's configuration and the file suffix use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Zstd => "zstd",
            Self::Lz4Block => "lz4",
            Self::XerialSnappy => "snappy",
            Self::Lzf => "lzf",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a stream cannot be opened as a log.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// A known container that Spark does not write and shapecast does not read.
    #[error("it is {found}, which Spark does not write")]
    Foreign {
        /// What it is.
        found: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// The name promises a codec, the bytes are something else.
    #[error("its name says {claimed}, but its first bytes are neither {claimed} nor JSON")]
    NotWhatItSays {
        /// The codec that the name promises.
        claimed: Codec,
    },
    /// Neither JSON nor a known container.
    #[error("it starts neither with JSON nor with a known compression")]
    Unknown,
    /// Containers within containers beyond any sense.
    #[error("it is packed more than {MAX_LAYERS} times")]
    TooDeep,
    /// A decoder could not be set up.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sniffed {
    Known(Codec),
    Foreign(&'static str, &'static str),
    Empty,
    Unknown,
}

/// Unpacks a stream as often as it is packed; gives the layers from the outside in (none for plain text).
///
/// # Errors
/// [`CodecError`] when the bytes are no log. Errors of the stream come when it is read.
pub fn open<'r>(reader: Box<dyn Read + 'r>, name: &str) -> Result<(Vec<Codec>, Box<dyn Read + 'r>), CodecError> {
    let mut layers = Vec::new();
    let mut stream = reader;
    loop {
        let (head, rest) = peek(stream);
        stream = rest;
        let codec = match sniff(&head) {
            Sniffed::Known(Codec::Plain) | Sniffed::Empty => return Ok((layers, stream)),
            Sniffed::Known(codec) => codec,
            Sniffed::Foreign(found, hint) => return Err(CodecError::Foreign { found, hint }),
            Sniffed::Unknown => return Err(claimed_or_unknown(name, &layers)),
        };
        if layers.len() == MAX_LAYERS {
            return Err(CodecError::TooDeep);
        }
        layers.push(codec);
        stream = unpack(codec, stream)?;
    }
}

fn claimed_or_unknown(name: &str, layers: &[Codec]) -> CodecError {
    match by_extension(name) {
        Some(claimed) if layers.is_empty() => CodecError::NotWhatItSays { claimed },
        _ => CodecError::Unknown,
    }
}

fn unpack<'r>(codec: Codec, stream: Box<dyn Read + 'r>) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match codec {
        Codec::Plain => stream,
        Codec::Zstd => Box::new(zstd::stream::read::Decoder::new(stream)?),
        Codec::Lz4Block => Box::new(Lz4BlockReader::new(stream)),
        Codec::XerialSnappy => Box::new(XerialSnappyReader::new(stream)),
        Codec::Lzf => Box::new(LzfReader::new(stream)),
        Codec::Gzip => Box::new(flate2::read::MultiGzDecoder::new(stream)),
        Codec::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(stream)),
    })
}

/// Reads the first bytes and puts them back in front of the rest, and so an error that comes that early.
fn peek<'r>(mut stream: Box<dyn Read + 'r>) -> (Vec<u8>, Box<dyn Read + 'r>) {
    let mut head = Vec::with_capacity(MAGIC_LENGTH);
    let mut failure = Failure(None);
    while head.len() < MAGIC_LENGTH {
        let mut byte = [0];
        match fill(&mut stream, &mut byte) {
            Ok(0) => break,
            Ok(_) => head.extend(byte),
            Err(error) => {
                failure = Failure(Some(error));
                break;
            }
        }
    }
    let again = Cursor::new(head.clone()).chain(failure);
    (head, Box::new(again.chain(stream)))
}

/// Reports an error that was met earlier.
struct Failure(Option<io::Error>);

impl Read for Failure {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Reads until `target` is full or the stream ends; gives the number of bytes read.
///
/// # Errors
/// Whatever the stream reports, apart from interruptions.
pub(super) fn fill(stream: &mut (impl Read + ?Sized), target: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(free @ [_, ..]) = target.get_mut(filled..) {
        match stream.read(free) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads a fixed-size header: `None` at a clean end of the stream.
///
/// # Errors
/// `UnexpectedEof` when the stream ends inside the header.
pub(super) fn read_header<const N: usize>(stream: &mut impl Read) -> io::Result<Option<[u8; N]>> {
    let mut header = [0; N];
    match fill(stream, &mut header)? {
        0 => Ok(None),
        filled if filled == N => Ok(Some(header)),
        _ => Err(cut()),
    }
}

/// The stream ends in the middle of a block.
pub(super) fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the stream ends in the middle of a compressed block")
}

/// The stream is not what its header promised.
pub(super) fn damaged(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

fn sniff(head: &[u8]) -> Sniffed {
    const MAGICS: &[(&[u8], Codec)] = &[
        (&[0x28, 0xB5, 0x2F, 0xFD], Codec::Zstd),
        (lz4_block::MAGIC, Codec::Lz4Block),
        (xerial_snappy::MAGIC, Codec::XerialSnappy),
        (&[b'Z', b'V', 0], Codec::Lzf),
        (&[b'Z', b'V', 1], Codec::Lzf),
        (&[0x1F, 0x8B], Codec::Gzip),
        (b"BZh", Codec::Bzip2),
    ];
    const FOREIGN: &[(&[u8], &str, &str)] = &[
        (b"PK\x03\x04", "a zip archive inside another file", "unpack the outer file first"),
        (&[0x04, 0x22, 0x4D, 0x18], "an LZ4 frame", "unpack it with `lz4 -d`"),
        (b"\xFF\x06\x00\x00sNaPpY", "a snappy frame stream", "unpack it first"),
        (&[0xFD, b'7', b'z', b'X', b'Z', 0], "an xz file", "unpack it with `xz -d`"),
        (b"7z\xBC\xAF", "a 7z archive", "unpack it first"),
        (b"PAR1", "a Parquet file", "give the Spark event log, not the job's data"),
    ];
    if head.is_empty() {
        return Sniffed::Empty;
    }
    if let Some((_, codec)) = MAGICS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Sniffed::Known(*codec);
    }
    if let Some((_, found, hint)) = FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Sniffed::Foreign(found, hint);
    }
    if looks_like_text(head) { Sniffed::Known(Codec::Plain) } else { Sniffed::Unknown }
}

/// Text may be a log (with a byte order mark, blank lines, the header of 1.3) or not; the lines will tell.
fn looks_like_text(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let is_odd = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    match head.iter().filter(is_odd).count() {
        0 => true,
        // One damaged byte does not make a log something else; only its line is lost.
        1 => head.len() >= MAGIC_LENGTH && head.is_ascii(),
        _ => false,
    }
}

/// The codec that a file's name promises, with `.inprogress` and `.compact` taken off.
#[must_use]
pub fn by_extension(name: &str) -> Option<Codec> {
    let name = name.strip_suffix(".inprogress").unwrap_or(name);
    let name = name.strip_suffix(".compact").unwrap_or(name);
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "zstd" | "zst" => Some(Codec::Zstd),
        "lz4" => Some(Codec::Lz4Block),
        "snappy" => Some(Codec::XerialSnappy),
        "lzf" => Some(Codec::Lzf),
        "gz" | "gzip" => Some(Codec::Gzip),
        "bz2" => Some(Codec::Bzip2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_bytes(bytes: &[u8], name: &str) -> Result<(Vec<Codec>, String), CodecError> {
        let (layers, mut stream) = open(Box::new(bytes), name)?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok((layers, text))
    }

    #[test]
    fn the_magic_wins_over_the_name() {
        let packed = zstd::encode_all(&b"{\"Event\":1}"[..], 1).expect("packs");
        assert_eq!(open_bytes(&packed, "log.lz4").expect("opens"), (vec![Codec::Zstd], "{\"Event\":1}".to_owned()));
        assert_eq!(open_bytes(b"{}", "log.zstd").expect("opens"), (vec![], "{}".to_owned()));
    }

    #[test]
    fn every_zstd_frame_is_read() {
        let mut packed = zstd::encode_all(&b"one\n"[..], 1).expect("packs");
        packed.extend(zstd::encode_all(&b"two\n"[..], 1).expect("packs"));
        assert_eq!(open_bytes(&packed, "").expect("opens").1, "one\ntwo\n");
    }

    #[test]
    fn layers_are_peeled_one_by_one() {
        let inner = zstd::encode_all(&b"{}"[..], 1).expect("packs");
        let mut outer = bzip2::read::BzEncoder::new(&inner[..], bzip2::Compression::fast());
        let mut packed = Vec::new();
        outer.read_to_end(&mut packed).expect("packs");
        assert_eq!(open_bytes(&packed, "").expect("opens"), (vec![Codec::Bzip2, Codec::Zstd], "{}".to_owned()));
    }

    #[test]
    fn one_damaged_byte_leaves_a_text() {
        let damaged = b"\0\"Event\":\"SparkListenerLogStart\"}\n{\"Event\":1}";
        assert_eq!(open_bytes(damaged, "").expect("opens").0, []);
        assert!(matches!(open_bytes(b"\0\0Event\":\"SparkListener", ""), Err(CodecError::Unknown)));
        assert!(matches!(open_bytes(b"\0{}", ""), Err(CodecError::Unknown)));
    }

    #[test]
    fn says_what_a_foreign_file_is() {
        assert!(matches!(open_bytes(b"PAR1\x15\x04", "part-0.parquet"), Err(CodecError::Foreign { .. })));
        assert!(matches!(
            open_bytes(&[0, 1, 2, 3], "app.zstd"),
            Err(CodecError::NotWhatItSays { claimed: Codec::Zstd })
        ));
        assert!(matches!(open_bytes(&[0, 1, 2, 3], "app"), Err(CodecError::Unknown)));
    }

    #[test]
    fn nesting_is_bounded() {
        let mut packed = b"{}".to_vec();
        for _ in 0..6 {
            packed = zstd::encode_all(&packed[..], 1).expect("packs");
        }
        assert!(matches!(open_bytes(&packed, ""), Err(CodecError::TooDeep)));
    }

    #[test]
    fn the_suffix_is_found_behind_spark_s_own() {
        assert_eq!(by_extension("local-1.lzf.inprogress"), Some(Codec::Lzf));
        assert_eq!(by_extension("events_3_app.zstd.compact"), Some(Codec::Zstd));
        assert_eq!(by_extension("application_1_1"), None);
    }
}
