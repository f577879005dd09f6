//! Packed blocks, unpacked into no more memory than is allowed.

use std::io::Read;

use super::AvroError;

/// Largest block, unpacked. Writers end a block at 16 to 64 KiB; one record more may be larger.
pub(super) const LARGEST_BLOCK: usize = 64 << 20;

/// How blocks are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    Zstandard,
    Bzip2,
}

impl Codec {
    /// As the header has it.
    pub(super) fn named(name: &[u8]) -> Result<Self, AvroError> {
        Ok(match name {
            b"" | b"null" => Self::Null,
            b"deflate" => Self::Deflate,
            b"snappy" => Self::Snappy,
            b"zstandard" => Self::Zstandard,
            b"bzip2" => Self::Bzip2,
            other => return Err(AvroError::Codec(super::super::objects::name::printable(other, 40))),
        })
    }

    /// Unpacks a block of up to `most` bytes into `room`; an error is what is wrong.
    pub(super) fn unpack<'a>(self, packed: &'a [u8], room: &'a mut Vec<u8>, most: usize) -> Result<&'a [u8], String> {
        room.clear();
        match self {
            Self::Null => return Ok(packed),
            Self::Deflate => limited(flate2::read::DeflateDecoder::new(packed), room, most)?,
            Self::Zstandard => {
                let mut stream = zstd::stream::read::Decoder::with_buffer(packed).map_err(|error| error.to_string())?;
                // A window beyond the largest block is nothing that a writer needs.
                stream.window_log_max(LARGEST_BLOCK.ilog2()).map_err(|error| error.to_string())?;
                limited(stream, room, most)?;
            }
            Self::Bzip2 => limited(bzip2::read::MultiBzDecoder::new(packed), room, most)?,
            Self::Snappy => snappy(packed, room, most)?,
        }
        Ok(room)
    }
}

fn limited(stream: impl Read, room: &mut Vec<u8>, most: usize) -> Result<(), String> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    stream.take(limit.saturating_add(1)).read_to_end(room).map_err(|error| format!("it does not unpack: {error}"))?;
    if room.len() > most { Err(too_large(most)) } else { Ok(()) }
}

fn too_large(most: usize) -> String {
    format!("unpacked it is larger than {} MiB", most >> 20)
}

/// Avro's snappy is the raw form with a CRC-32 of the unpacked bytes behind it.
fn snappy(packed: &[u8], room: &mut Vec<u8>, most: usize) -> Result<(), String> {
    let Some((body, sum)) = packed.split_last_chunk::<4>() else { return Err("it is too short".to_owned()) };
    let length = snap::raw::decompress_len(body).map_err(|error| format!("it does not unpack: {error}"))?;
    // Snappy packs at most 64 bytes into three.
    if length > most {
        return Err(too_large(most));
    }
    if length / 32 > body.len() {
        return Err(format!("it promises {length} bytes"));
    }
    room.resize(length, 0);
    snap::raw::Decoder::new().decompress(body, room).map_err(|error| format!("it does not unpack: {error}"))?;
    let mut crc = flate2::Crc::new();
    crc.update(room);
    if crc.sum() == u32::from_be_bytes(*sum) { Ok(()) } else { Err("its checksum does not fit".to_owned()) }
}
