//! The stream of lz4-java's `LZ4BlockOutputStream`, which Spark's `lz4` codec writes.
//!
//! A block is 21 bytes of header (magic, token, compressed length, original length, checksum; lengths little-endian)
//! and a raw LZ4 block or raw bytes. Two lengths of zero end a stream; another stream may follow.
//! Source: `LZ4BlockOutputStream.java` and `LZ4BlockInputStream.java` of lz4/lz4-java.

use std::io::{self, Read};

use twox_hash::XxHash32;

use super::{cut, damaged, fill, read_header};

/// The first bytes of every block.
pub(super) const MAGIC: &[u8; 8] = b"LZ4Block";

const HEADER_LENGTH: usize = 21;
const METHOD_RAW: u8 = 0x10;
const METHOD_LZ4: u8 = 0x20;
/// The low half of the token plus this is the logarithm of the block size (`COMPRESSION_LEVEL_BASE`).
const LEVEL_BASE: u8 = 10;
const CHECKSUM_SEED: u32 = 0x9747_B28C;
/// `StreamingXXHash32.asChecksum` keeps 28 bits.
const CHECKSUM_MASK: u32 = 0x0FFF_FFFF;

/// Decodes an LZ4Block stream, one block (at most 32 MiB) at a time.
#[derive(Debug)]
pub struct Lz4BlockReader<R> {
    inner: R,
    packed: Vec<u8>,
    block: Vec<u8>,
    position: usize,
}

struct Header {
    method: u8,
    packed_length: usize,
    length: usize,
    checksum: u32,
}

impl Header {
    fn parse(bytes: &[u8; HEADER_LENGTH]) -> io::Result<Self> {
        let [m0, m1, m2, m3, m4, m5, m6, m7, token, p0, p1, p2, p3, o0, o1, o2, o3, c0, c1, c2, c3] = *bytes;
        if [m0, m1, m2, m3, m4, m5, m6, m7] != *MAGIC {
            return Err(damaged("an lz4 block does not start with `LZ4Block`"));
        }
        let limit = 1_u32 << (LEVEL_BASE + (token & 0x0F));
        let packed_length = u32::from_le_bytes([p0, p1, p2, p3]);
        let length = u32::from_le_bytes([o0, o1, o2, o3]);
        let method = token & 0xF0;
        let known = matches!(method, METHOD_RAW | METHOD_LZ4);
        let raw_fits = method != METHOD_RAW || packed_length == length;
        let both_or_none = (packed_length == 0) == (length == 0);
        if !known || !raw_fits || !both_or_none || length > limit || packed_length > limit.saturating_mul(2) {
            return Err(damaged(format!(
                "an lz4 block claims {packed_length} packed and {length} unpacked bytes (token {token:#04x})"
            )));
        }
        Ok(Self {
            method,
            packed_length: packed_length as usize,
            length: length as usize,
            checksum: u32::from_le_bytes([c0, c1, c2, c3]),
        })
    }

    const fn ends_stream(&self) -> bool {
        self.length == 0
    }
}

impl<R: Read> Lz4BlockReader<R> {
    /// Reads blocks from `inner`.
    pub const fn new(inner: R) -> Self {
        Self { inner, packed: Vec::new(), block: Vec::new(), position: 0 }
    }

    /// Unpacks the next block that holds data; false at the end.
    fn next_block(&mut self) -> io::Result<bool> {
        while let Some(bytes) = read_header::<HEADER_LENGTH>(&mut self.inner)? {
            let header = Header::parse(&bytes)?;
            if !header.ends_stream() {
                self.unpack(&header)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn unpack(&mut self, header: &Header) -> io::Result<()> {
        self.position = 0;
        self.block.clear();
        self.packed.resize(header.packed_length, 0);
        if fill(&mut self.inner, &mut self.packed)? < header.packed_length {
            return Err(cut());
        }
        if header.method == METHOD_RAW {
            std::mem::swap(&mut self.block, &mut self.packed);
        } else {
            self.block.resize(header.length, 0);
            let length = lz4_flex::block::decompress_into(&self.packed, &mut self.block)
                .map_err(|error| damaged(format!("an lz4 block does not unpack: {error}")))?;
            if length != header.length {
                return Err(damaged("an lz4 block is shorter than its header says"));
            }
        }
        if XxHash32::oneshot(CHECKSUM_SEED, &self.block) & CHECKSUM_MASK != header.checksum {
            return Err(damaged("the checksum of an lz4 block does not match"));
        }
        Ok(())
    }
}

impl<R: Read> Read for Lz4BlockReader<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if target.is_empty() {
            return Ok(0);
        }
        if self.position >= self.block.len() && !self.next_block()? {
            return Ok(0);
        }
        let count = (&self.block[self.position..]).read(target)?;
        self.position += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `LZ4BlockOutputStream` with 32 KiB blocks writes for `data`, end mark included.
    fn pack(data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for block in data.chunks(32 << 10) {
            let packed = lz4_flex::block::compress(block);
            let (token, payload) = if packed.len() < block.len() { (0x25, &packed[..]) } else { (0x15, block) };
            put_block(&mut out, token, payload, block);
        }
        put_block(&mut out, 0x15, &[], &[]);
        out
    }

    fn put_block(out: &mut Vec<u8>, token: u8, payload: &[u8], original: &[u8]) {
        let checksum = if original.is_empty() { 0 } else { XxHash32::oneshot(CHECKSUM_SEED, original) & CHECKSUM_MASK };
        out.extend_from_slice(MAGIC);
        out.push(token);
        out.extend_from_slice(&u32::try_from(payload.len()).expect("small").to_le_bytes());
        out.extend_from_slice(&u32::try_from(original.len()).expect("small").to_le_bytes());
        out.extend_from_slice(&checksum.to_le_bytes());
        out.extend_from_slice(payload);
    }

    fn unpack(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Lz4BlockReader::new(bytes).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn reads_on_after_an_end_mark() {
        let mut two = pack(b"first ");
        two.extend(pack(b"second"));
        assert_eq!(unpack(&two).expect("unpacks"), b"first second");
    }

    #[test]
    fn a_cut_stream_gives_what_was_whole_and_then_an_end_of_file() {
        let data = vec![b'x'; 40 << 10];
        let packed = pack(&data);
        let mut reader = Lz4BlockReader::new(&packed[..packed.len() - 30]);
        let mut first = vec![0; 32 << 10];
        reader.read_exact(&mut first).expect("the first block is whole");
        let error = reader.read_to_end(&mut Vec::new()).expect_err("the second is not");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let mut packed = pack(b"some text that is long enough, some text that is long enough");
        let last = packed.len() - HEADER_LENGTH - 1;
        packed[last] ^= 1;
        assert_eq!(unpack(&packed).expect_err("damaged").kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_huge_claim_is_refused_before_memory_is_asked_for() {
        let mut packed = Vec::new();
        put_block(&mut packed, 0x25, &[], &[]);
        packed[9..13].copy_from_slice(&u32::MAX.to_le_bytes());
        packed[13..17].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(unpack(&packed).expect_err("refused").kind(), io::ErrorKind::InvalidData);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn round_trips(data in proptest::collection::vec(any::<u8>(), 0..70_000)) {
            prop_assert_eq!(unpack(&pack(&data)).expect("unpacks"), data);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), token in any::<u8>()) {
            let mut stream = MAGIC.to_vec();
            stream.push(token);
            stream.extend(bytes);
            let _ = unpack(&stream);
        }
    }
}
