//! Lines of any length in bounded memory: what is longer than any key is skipped, not kept.

use std::io::{self, BufRead};

/// A key has at most 1,024 bytes; a JSON line of one object a few hundred more, escapes included at most six times that.
const LONGEST: usize = 64 << 10;

/// A reader of lines.
#[derive(Debug)]
pub struct Lines<R> {
    stream: R,
    line: Vec<u8>,
    number: u64,
}

/// What came.
#[derive(Debug)]
pub enum Line<'a> {
    /// A line without its end.
    Text(u64, &'a [u8]),
    /// A line that was too long: its beginning.
    TooLong(u64, &'a [u8]),
}

impl<R: BufRead> Lines<R> {
    /// Reads lines from a stream.
    pub const fn new(stream: R) -> Self {
        Self { stream, line: Vec::new(), number: 0 }
    }

    /// Lines that came so far.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// As the stream.
    pub fn read_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let mut long = false;
        let mut any = false;
        loop {
            let buffer = match self.stream.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                if !any {
                    return Ok(None);
                }
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let room = LONGEST.saturating_sub(self.line.len());
            long |= part.len() > room;
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.stream.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        let line = self.line.as_slice();
        Ok(Some(if long { Line::TooLong(self.number, line) } else { Line::Text(self.number, line) }))
    }
}
