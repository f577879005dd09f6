//! Lines of a stream, one at a time, with limits on the length of a line and on the whole.
//!
//! The buffer holds the current line and what was read with it. A line that nobody wants is dropped while it is
//! read, however long: plans of SQL queries reach many megabytes.

use std::io::{self, Read};

/// Bytes asked from the stream at a time.
const CHUNK: usize = 256 << 10;
/// A line longer than this is kept only if somebody wants it.
const ASK_BEYOND: usize = 4 * CHUNK;

/// How much may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest line that is parsed, in bytes.
    pub line_bytes: usize,
    /// Most unpacked bytes of one log (all its parts), in bytes.
    pub total_bytes: u64,
}

impl Default for Limits {
    /// 32 MiB a line, 64 GiB a log.
    fn default() -> Self {
        Self { line_bytes: 32 << 20, total_bytes: 64 << 30 }
    }
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'l> {
    /// A whole line, without its end.
    Whole(&'l [u8]),
    /// The last line, which lacks its end: perhaps cut off.
    Last(&'l [u8]),
    /// A long line that nobody wanted; it was dropped.
    Dropped,
}

/// Why there is no next line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// A wanted line is over the limit.
    #[error("the line is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The whole is over the limit.
    #[error("the log unpacks to more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The stream broke off or is damaged.
    #[error(transparent)]
    Stream(#[from] io::Error),
}

/// Splits a stream into lines.
pub struct Lines<R> {
    stream: R,
    limits: Limits,
    buffer: Vec<u8>,
    /// Where the current line starts in the buffer.
    start: usize,
    /// Up to where the current line was searched for its end.
    searched: usize,
    /// Up to where the buffer holds data.
    filled: usize,
    /// Bytes of the stream before `buffer[0]`.
    before: u64,
    number: u64,
    ended: bool,
    /// The stream broke here; reported once the lines before it are out.
    broken: Option<io::Error>,
}

impl<R> std::fmt::Debug for Lines<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("number", &self.number).field("before", &self.before).finish_non_exhaustive()
    }
}

impl<R: Read> Lines<R> {
    /// Lines of `stream`; `limits.total_bytes` counts from here.
    pub fn new(stream: R, limits: Limits) -> Self {
        Self {
            stream,
            limits,
            buffer: vec![0; CHUNK],
            start: 0,
            searched: 0,
            filled: 0,
            before: 0,
            number: 0,
            ended: false,
            broken: None,
        }
    }

    /// The number of the line that was given last, counted from one.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Where the next line starts in the unpacked text.
    pub const fn byte(&self) -> u64 {
        self.before + self.start as u64
    }

    /// The next line, or `None` at the end. `wanted` is asked about the beginning of a long line.
    ///
    /// # Errors
    /// [`LineError`]; after a stream error there is nothing more to read.
    pub fn next(&mut self, wanted: impl Fn(&[u8]) -> bool) -> Result<Option<Line<'_>>, LineError> {
        let mut dropping = false;
        loop {
            if let Some(length) = self.find_end() {
                return self.whole(length, dropping, wanted).map(Some);
            }
            if self.ended {
                return self.last(dropping);
            }
            if dropping {
                self.drop_line();
            } else if self.filled - self.start >= ASK_BEYOND.min(self.limits.line_bytes) {
                dropping = !wanted(&self.buffer[self.start..self.filled]);
                self.check_length(self.filled - self.start, dropping)?;
            }
            self.fill()?;
        }
    }

    /// The line of `length` bytes that the buffer holds.
    fn whole(&mut self, length: usize, dropping: bool, wanted: impl Fn(&[u8]) -> bool) -> Result<Line<'_>, LineError> {
        let line = self.start..self.start + length;
        let too_long = length > self.limits.line_bytes;
        let dropping = dropping || (too_long && !wanted(&self.buffer[line.clone()]));
        self.check_length(length, dropping)?;
        self.start = line.end + 1;
        self.searched = self.start;
        self.number += 1;
        Ok(if dropping { Line::Dropped } else { Line::Whole(&self.buffer[line]) })
    }

    fn find_end(&self) -> Option<usize> {
        memchr::memchr(b'\n', &self.buffer[self.searched..self.filled]).map(|at| self.searched + at - self.start)
    }

    fn last(&mut self, dropping: bool) -> Result<Option<Line<'_>>, LineError> {
        let start = self.start;
        if start < self.filled || dropping {
            self.start = self.filled;
            self.searched = self.filled;
            self.number += 1;
            let line = &self.buffer[start..self.filled];
            return Ok(Some(if dropping { Line::Dropped } else { Line::Last(line) }));
        }
        self.broken.take().map_or(Ok(None), |error| Err(error.into()))
    }

    const fn check_length(&self, length: usize, dropping: bool) -> Result<(), LineError> {
        if dropping || length <= self.limits.line_bytes {
            return Ok(());
        }
        Err(LineError::TooLong { limit: self.limits.line_bytes })
    }

    fn drop_line(&mut self) {
        self.start = self.filled;
        self.searched = self.filled;
    }

    /// Reads more behind what is there, after making room.
    fn fill(&mut self) -> Result<(), LineError> {
        self.searched = self.filled;
        self.make_room();
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => self.ended = true,
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.ended = true;
                self.broken = Some(error);
            }
        }
        if self.before + self.filled as u64 > self.limits.total_bytes {
            return Err(LineError::TooLarge { limit: self.limits.total_bytes });
        }
        Ok(())
    }

    fn make_room(&mut self) {
        if self.filled + CHUNK / 4 <= self.buffer.len() {
            return;
        }
        self.buffer.copy_within(self.start..self.filled, 0);
        self.before += self.start as u64;
        self.searched -= self.start;
        self.filled -= self.start;
        self.start = 0;
        if self.filled + CHUNK / 2 > self.buffer.len() {
            let longer = (self.buffer.len() * 2).min(self.limits.line_bytes + CHUNK).max(self.filled + CHUNK);
            self.buffer.resize(longer, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    /// Gives few bytes at a time, as decoders do.
    struct Trickle<'d>(&'d [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            let count = target.len().min(self.1).min(self.0.len());
            target[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn all(stream: impl Read, limits: Limits) -> Result<Vec<Vec<u8>>, LineError> {
        let mut lines = Lines::new(stream, limits);
        let mut out = Vec::new();
        while let Some(line) = lines.next(|_| true)? {
            match line {
                Line::Whole(line) | Line::Last(line) => out.push(line.to_vec()),
                Line::Dropped => out.push(b"dropped".to_vec()),
            }
        }
        Ok(out)
    }

    #[test]
    fn the_last_line_may_lack_its_end() {
        let mut lines = Lines::new(Cursor::new(b"a\n\nb"), Limits::default());
        assert_eq!(lines.next(|_| true).expect("reads"), Some(Line::Whole(b"a")));
        assert_eq!(lines.next(|_| true).expect("reads"), Some(Line::Whole(b"")));
        assert_eq!(lines.next(|_| true).expect("reads"), Some(Line::Last(b"b")));
        assert_eq!((lines.number(), lines.byte()), (3, 4));
        assert_eq!(lines.next(|_| true).expect("reads"), None);
    }

    #[test]
    fn an_unwanted_long_line_is_dropped_without_being_held() {
        let mut text = vec![b'x'; 20 << 20];
        text.extend_from_slice(b"\nnext\n");
        let mut lines = Lines::new(Cursor::new(text), Limits { line_bytes: 2 << 20, ..Limits::default() });
        assert_eq!(lines.next(|start| start[0] != b'x').expect("reads"), Some(Line::Dropped));
        assert_eq!(lines.next(|_| true).expect("reads"), Some(Line::Whole(b"next")));
        assert!(lines.buffer.len() < 3 << 20, "{}", lines.buffer.len());
    }

    #[test]
    fn limits_hold() {
        let text = vec![b'x'; 3 << 20];
        let long = all(Cursor::new(&text), Limits { line_bytes: 1 << 20, ..Limits::default() });
        assert!(matches!(long, Err(LineError::TooLong { limit: 1_048_576 })));
        let large = all(Cursor::new(&text), Limits { total_bytes: 1 << 20, ..Limits::default() });
        assert!(matches!(large, Err(LineError::TooLarge { limit: 1_048_576 })));
    }

    #[test]
    fn lines_before_a_break_are_given_first() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let mut lines = Lines::new(Cursor::new(b"whole\nhal").chain(Broken), Limits::default());
        assert_eq!(lines.next(|_| true).expect("reads"), Some(Line::Whole(b"whole")));
        assert_eq!(lines.next(|_| true).expect("reads"), Some(Line::Last(b"hal")));
        assert!(matches!(lines.next(|_| true), Err(LineError::Stream(_))));
        assert_eq!(lines.next(|_| true).expect("nothing more"), None);
    }

    proptest! {
        #[test]
        fn lines_joined_give_the_text(
            lines in proptest::collection::vec("[a-z]{0,40}", 1..60),
            step in 1_usize..70,
        ) {
            let text = lines.join("\n");
            let read = all(Trickle(text.as_bytes(), step), Limits::default()).expect("reads");
            let mut expected: Vec<Vec<u8>> = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
            if expected.last().is_some_and(Vec::is_empty) {
                expected.pop();
            }
            prop_assert_eq!(read, expected);
        }
    }
}
