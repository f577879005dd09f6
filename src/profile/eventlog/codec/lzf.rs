//! The stream of ning's compress-lzf, which Spark's `lzf` codec writes.
//!
//! A chunk is `ZV`, a type, and big-endian lengths: raw (type 0: length, bytes) or packed (type 1: packed length,
//! length, bytes). Packed bytes are literal runs (control < 32) and back references (control ≥ 32).
//! Source: `LZFChunk.java` and `VanillaChunkDecoder.java` of ning/compress.

use std::io::{self, Read};

use super::{cut, damaged, fill, read_header};

const TYPE_RAW: u8 = 0;
const TYPE_PACKED: u8 = 1;
/// Controls below this start a literal run.
const FIRST_REFERENCE: u8 = 32;
/// A length field of seven says that one more byte of length follows.
const LONG_REFERENCE: usize = 7;

/// Decodes an LZF stream, one chunk (at most 64 KiB) at a time.
#[derive(Debug)]
pub struct LzfReader<R> {
    inner: R,
    packed: Vec<u8>,
    chunk: Vec<u8>,
    position: usize,
}

impl<R: Read> LzfReader<R> {
    /// Reads chunks from `inner`.
    pub const fn new(inner: R) -> Self {
        Self { inner, packed: Vec::new(), chunk: Vec::new(), position: 0 }
    }

    /// Unpacks the next chunk; false at the end.
    fn next_chunk(&mut self) -> io::Result<bool> {
        self.position = 0;
        self.chunk.clear();
        let Some([z, v, kind, l0, l1]) = read_header::<5>(&mut self.inner)? else { return Ok(false) };
        if [z, v] != *b"ZV" {
            return Err(damaged("an lzf chunk does not start with `ZV`"));
        }
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        match kind {
            TYPE_RAW => {
                self.chunk.resize(length, 0);
                if fill(&mut self.inner, &mut self.chunk)? < length {
                    self.chunk.clear();
                    return Err(cut());
                }
            }
            TYPE_PACKED => self.unpack(length)?,
            other => return Err(damaged(format!("an lzf chunk has the unknown type {other}"))),
        }
        Ok(true)
    }

    fn unpack(&mut self, packed_length: usize) -> io::Result<()> {
        let [l0, l1] = read_header::<2>(&mut self.inner)?.ok_or_else(cut)?;
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        self.packed.resize(packed_length, 0);
        if fill(&mut self.inner, &mut self.packed)? < packed_length {
            return Err(cut());
        }
        expand(&self.packed, &mut self.chunk)
            .filter(|()| self.chunk.len() == length)
            .ok_or_else(|| damaged("an lzf chunk does not unpack to the length that it claims"))
    }
}

/// Appends the unpacked bytes to `out`; `None` when a run or a reference points outside the chunk.
fn expand(packed: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = packed;
    while let Some((&control, after)) = rest.split_first() {
        rest = if control < FIRST_REFERENCE {
            let (literals, after) = after.split_at_checked(usize::from(control) + 1)?;
            out.extend_from_slice(literals);
            after
        } else {
            copy_back(control, after, out)?
        };
        if out.len() > usize::from(u16::MAX) {
            return None;
        }
    }
    Some(())
}

/// Repeats bytes that are already in `out`; the copy may overlap what it writes.
fn copy_back<'p>(control: u8, packed: &'p [u8], out: &mut Vec<u8>) -> Option<&'p [u8]> {
    let mut rest = packed;
    let mut length = usize::from(control >> 5);
    if length == LONG_REFERENCE {
        let (&more, after) = rest.split_first()?;
        length += usize::from(more);
        rest = after;
    }
    let (&low, after) = rest.split_first()?;
    let distance = (usize::from(control & 0x1F) << 8 | usize::from(low)) + 1;
    let start = out.len().checked_sub(distance)?;
    for offset in 0..length + 2 {
        out.push(*out.get(start + offset)?);
    }
    Some(after)
}

impl<R: Read> Read for LzfReader<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if target.is_empty() {
            return Ok(0);
        }
        while self.position >= self.chunk.len() {
            if !self.next_chunk()? {
                return Ok(0);
            }
        }
        let count = (&self.chunk[self.position..]).read(target)?;
        self.position += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpack(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        LzfReader::new(bytes).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn reads_literals_and_overlapping_references() {
        // "ab" as a run of two literals, then a reference of length 2 + 2 at distance 2, which runs into itself.
        let stream = [b'Z', b'V', 1, 0, 5, 0, 6, 0x01, b'a', b'b', 2 << 5, 1];
        assert_eq!(unpack(&stream).expect("unpacks"), b"ababab");
    }

    #[test]
    fn reads_long_references() {
        // One literal, then length 7 + 3 + 2 at distance 1.
        let stream = [b'Z', b'V', 1, 0, 5, 0, 13, 0x00, b'x', 7 << 5, 3, 0];
        assert_eq!(unpack(&stream).expect("unpacks"), [b'x'; 13]);
    }

    #[test]
    fn raw_chunks_follow_each_other() {
        let stream = [b'Z', b'V', 0, 0, 1, b'a', b'Z', b'V', 0, 0, 0, b'Z', b'V', 0, 0, 1, b'b'];
        assert_eq!(unpack(&stream).expect("unpacks"), b"ab");
    }

    #[test]
    fn a_reference_before_the_start_is_refused() {
        let stream = [b'Z', b'V', 1, 0, 4, 0, 6, 0x00, b'a', 2 << 5, 1];
        assert_eq!(unpack(&stream).expect_err("damaged").kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_cut_stream_ends_with_an_end_of_file() {
        let stream = [b'Z', b'V', 1, 0, 5, 0, 6, 0x01, b'a'];
        assert_eq!(unpack(&stream).expect_err("cut").kind(), io::ErrorKind::UnexpectedEof);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), length in any::<u16>()) {
            let mut stream = vec![b'Z', b'V', 1];
            stream.extend_from_slice(&u16::try_from(bytes.len()).expect("small").to_be_bytes());
            stream.extend_from_slice(&length.to_be_bytes());
            stream.extend(&bytes);
            let _ = unpack(&stream);
        }
    }
}
