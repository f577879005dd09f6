//! Packed streams: chunks with a header of three bytes, each packed by itself or left as it is.

use std::io::Read;

use super::file::OrcError;

/// A chunk never grows beyond this when unpacked; writers use 64 to 256 KiB.
const LARGEST_CHUNK: u64 = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    None,
    Zlib,
    Snappy,
    Lz4,
    Zstd,
}

/// How the streams of a file are packed.
#[derive(Clone, Copy, Debug)]
pub struct Packing {
    codec: Codec,
    chunk: u64,
}

impl Packing {
    /// By the numbers of the postscript: its codec, and the most bytes of an unpacked chunk.
    ///
    /// # Errors
    /// The codec is not read.
    pub fn of(codec: u64, chunk: u64) -> Result<Self, OrcError> {
        let codec = match codec {
            0 => Codec::None,
            1 => Codec::Zlib,
            2 => Codec::Snappy,
            3 => return Err(OrcError::Unsupported("LZO")),
            4 => Codec::Lz4,
            5 => Codec::Zstd,
            _ => return Err(OrcError::Unsupported("a codec of a later version")),
        };
        Ok(Self { codec, chunk: chunk.min(LARGEST_CHUNK) })
    }

    /// Unpacks a stream.
    ///
    /// # Errors
    /// It is damaged.
    pub fn unpack(&self, mut packed: &[u8]) -> Result<Vec<u8>, OrcError> {
        const DAMAGED: OrcError = OrcError::Damaged("a packed stream is damaged");
        if self.codec == Codec::None {
            return Ok(packed.to_vec());
        }
        let mut out = Vec::new();
        while !packed.is_empty() {
            let head = packed.get(..3).ok_or(DAMAGED)?;
            let head = u32::from_le_bytes([head[0], head[1], head[2], 0]);
            let length = usize::try_from(head >> 1).map_err(|_| DAMAGED)?;
            let chunk = packed.get(3..3 + length).ok_or(DAMAGED)?;
            packed = &packed[3 + length..];
            if head & 1 == 1 {
                out.extend_from_slice(chunk);
            } else {
                self.chunk(chunk, &mut out).ok_or(DAMAGED)?;
            }
        }
        Ok(out)
    }

    fn chunk(&self, chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let most = usize::try_from(self.chunk).ok()?;
        match self.codec {
            Codec::None => out.extend_from_slice(chunk),
            Codec::Zlib => {
                flate2::read::DeflateDecoder::new(chunk).take(self.chunk).read_to_end(out).ok()?;
            }
            Codec::Snappy => {
                let length = snap::raw::decompress_len(chunk).ok().filter(|length| *length <= most)?;
                let from = out.len();
                out.resize(from + length, 0);
                snap::raw::Decoder::new().decompress(chunk, &mut out[from..]).ok()?;
            }
            Codec::Lz4 => {
                let from = out.len();
                out.resize(from + most, 0);
                let length = lz4_flex::block::decompress_into(chunk, &mut out[from..]).ok()?;
                out.truncate(from + length);
            }
            Codec::Zstd => {
                zstd::stream::read::Decoder::new(chunk).ok()?.take(self.chunk).read_to_end(out).ok()?;
            }
        }
        Some(())
    }
}
