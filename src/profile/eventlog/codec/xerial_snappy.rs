//! The stream of snappy-java's `SnappyOutputStream`, which Spark's `snappy` codec writes.
//!
//! A 16-byte header (magic, version, lowest compatible version), then chunks of a big-endian length and a raw snappy
//! block. Streams may be concatenated: the header then stands where a length is expected.
//! Source: `SnappyCodec.java` and `SnappyInputStream.java` of xerial/snappy-java.

use std::io::{self, Read};

use super::{cut, damaged, fill, read_header};

/// The first bytes of the header.
pub(super) const MAGIC: &[u8; 8] = b"\x82SNAPPY\0";

/// The magic, a version and the lowest compatible version.
const HEADER_LENGTH: usize = 16;
/// What a chunk's length looks like when it is the start of a header (`SnappyCodec.MAGIC_HEADER_HEAD`).
const MAGIC_AS_LENGTH: [u8; 4] = [0x82, b'S', b'N', b'A'];
/// Largest chunk that is unpacked; snappy-java's default is 32 KiB.
const MAX_CHUNK: usize = 32 << 20;

/// Decodes a snappy-java stream, one chunk (at most 32 MiB) at a time.
#[derive(Debug)]
pub struct XerialSnappyReader<R> {
    inner: R,
    packed: Vec<u8>,
    chunk: Vec<u8>,
    position: usize,
}

impl<R: Read> XerialSnappyReader<R> {
    /// Reads chunks from `inner`.
    pub const fn new(inner: R) -> Self {
        Self { inner, packed: Vec::new(), chunk: Vec::new(), position: 0 }
    }

    /// Unpacks the next chunk that holds data; false at the end.
    fn next_chunk(&mut self) -> io::Result<bool> {
        while let Some(bytes) = read_header::<4>(&mut self.inner)? {
            if bytes == MAGIC_AS_LENGTH {
                self.skip_header()?;
                continue;
            }
            let length = u32::from_be_bytes(bytes) as usize;
            if length > snap::raw::max_compress_len(MAX_CHUNK) {
                return Err(damaged(format!("a snappy chunk claims {length} packed bytes")));
            }
            if length > 0 {
                self.unpack(length)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn skip_header(&mut self) -> io::Result<()> {
        let rest = read_header::<{ HEADER_LENGTH - 4 }>(&mut self.inner)?.ok_or_else(cut)?;
        if rest.starts_with(&MAGIC[4..]) { Ok(()) } else { Err(damaged("a snappy header is broken")) }
    }

    fn unpack(&mut self, length: usize) -> io::Result<()> {
        self.position = 0;
        self.chunk.clear();
        self.packed.resize(length, 0);
        if fill(&mut self.inner, &mut self.packed)? < length {
            return Err(cut());
        }
        let broken = |error: snap::Error| damaged(format!("a snappy chunk does not unpack: {error}"));
        let unpacked = snap::raw::decompress_len(&self.packed).map_err(broken)?;
        if unpacked > MAX_CHUNK {
            return Err(damaged(format!("a snappy chunk claims {unpacked} unpacked bytes")));
        }
        self.chunk.resize(unpacked, 0);
        let written = snap::raw::Decoder::new().decompress(&self.packed, &mut self.chunk).map_err(broken)?;
        self.chunk.truncate(written);
        Ok(())
    }
}

impl<R: Read> Read for XerialSnappyReader<R> {
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

    /// What `SnappyOutputStream` with 32 KiB blocks writes for `data`.
    fn pack(data: &[u8]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&1_i32.to_be_bytes());
        out.extend_from_slice(&1_i32.to_be_bytes());
        for block in data.chunks(32 << 10) {
            let packed = snap::raw::Encoder::new().compress_vec(block).expect("packs");
            out.extend_from_slice(&u32::try_from(packed.len()).expect("small").to_be_bytes());
            out.extend_from_slice(&packed);
        }
        out
    }

    fn unpack(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        XerialSnappyReader::new(bytes).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn the_header_may_come_again() {
        let mut two = pack(b"first ");
        two.extend(pack(b"second"));
        assert_eq!(unpack(&two).expect("unpacks"), b"first second");
    }

    #[test]
    fn a_cut_stream_ends_with_an_end_of_file() {
        let packed = pack(b"some text");
        let error = unpack(&packed[..packed.len() - 2]).expect_err("cut");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn huge_claims_are_refused_before_memory_is_asked_for() {
        let mut packed = pack(&[]);
        packed.extend_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(unpack(&packed).expect_err("refused").kind(), io::ErrorKind::InvalidData);

        // A chunk of five bytes whose varint says 4 GiB − 1.
        let mut packed = pack(&[]);
        packed.extend_from_slice(&5_u32.to_be_bytes());
        packed.extend_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
        assert_eq!(unpack(&packed).expect_err("refused").kind(), io::ErrorKind::InvalidData);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn round_trips(data in proptest::collection::vec(any::<u8>(), 0..70_000)) {
            prop_assert_eq!(unpack(&pack(&data)).expect("unpacks"), data);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut stream = pack(&[]);
            stream.extend(&bytes);
            let _ = unpack(&stream);
            let _ = unpack(&bytes);
        }
    }
}
