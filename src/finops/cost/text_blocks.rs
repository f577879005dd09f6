//! A CSV text of any length in blocks that end between two rows.

use std::io::{self, Read};

use super::CostError;

/// Bytes that a block has at least, unless it is the last.
const BLOCK: u64 = 4 << 20;
/// A row that is longer than this is none: a quote was opened and never closed.
const LONGEST: usize = 64 << 20;

/// The blocks of a text.
#[derive(Debug)]
pub struct TextBlocks<R> {
    input: R,
    /// Read already, behind the last block.
    rest: Vec<u8>,
}

impl<R: Read> TextBlocks<R> {
    pub const fn new(input: R) -> Self {
        Self { input, rest: Vec::new() }
    }

    /// The next whole rows; nothing at the end.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, CostError> {
        let mut block = std::mem::take(&mut self.rest);
        loop {
            block.reserve_exact(usize::try_from(BLOCK).unwrap_or(0) + 1);
            let read =
                (&mut self.input).take(BLOCK).read_to_end(&mut block).map_err(|error| CostError::reading(&error))?;
            if read == 0 {
                return Ok((!block.is_empty()).then_some(block));
            }
            if let Some(end) = last_row_end(&block) {
                self.rest = block.split_off(end);
                return Ok(Some(block));
            }
            if block.len() > LONGEST {
                let wrong = "a quote is opened and not closed within 64 MiB".to_owned();
                return Err(CostError::CutOff { place: String::new(), wrong });
            }
        }
    }

    /// Everything behind the last block.
    pub fn into_rest(self) -> impl Read {
        io::Cursor::new(self.rest).chain(self.input)
    }
}

/// Behind the last line break outside of quotes; the block begins outside of them. A quote inside of quotes is doubled,
/// so that it changes nothing.
fn last_row_end(block: &[u8]) -> Option<usize> {
    let quotes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count();
    let mut inside = quotes(block) % 2 == 1;
    let mut end = block.len();
    while let Some(at) = memchr::memrchr(b'\n', &block[..end]) {
        inside ^= quotes(&block[at..end]) % 2 == 1;
        if !inside {
            return Some(at + 1);
        }
        end = at;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_behind_a_row() {
        assert_eq!(last_row_end(b"a,b\nc"), Some(4));
        assert_eq!(last_row_end(b"a,\"b\nc\"\nd,\"e\n"), Some(8));
        assert_eq!(last_row_end(b"a,\"x\"\"\ny\"\n"), Some(10));
        assert_eq!(last_row_end(b"a,\"b\n"), None);
    }

    #[test]
    fn nothing_is_lost_between_blocks() {
        let row = "id,\"a \"\"quoted\"\"\ntext\",1.5\n";
        let text = row.repeat(600_000);
        let mut blocks = TextBlocks::new(text.as_bytes());
        let (mut all, mut count) = (Vec::new(), 0);
        while let Some(block) = blocks.next().expect("reads") {
            assert_eq!(block.len() % row.len(), 0);
            all.extend(block);
            count += 1;
        }
        assert!(count > 3 && all == text.as_bytes());
    }
}
