//! UTF-16 with or without a byte-order mark: what `>` writes in Windows PowerShell.

use std::io::{self, BufRead, Read};

/// Byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// The order of a text that begins so; `None` when it is no UTF-16. Without a mark, ASCII text in UTF-16 has a zero
/// in every other byte, which UTF-8 text never has.
pub(super) fn order(head: &[u8]) -> Option<Order> {
    match head {
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some(Order::Little),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some(Order::Big),
        _ => None,
    }
}

/// Gives UTF-16 as UTF-8; half pairs become U+FFFD.
pub(super) struct Utf16Reader<R> {
    stream: R,
    order: Order,
    high: Option<u16>,
    ready: Vec<u8>,
    taken: usize,
    begun: bool,
}

impl<R: BufRead> Utf16Reader<R> {
    pub(super) const fn new(stream: R, order: Order) -> Self {
        Self { stream, order, high: None, ready: Vec::new(), taken: 0, begun: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        let mut units = Vec::new();
        let mut pair = [0; 2];
        while units.len() < 4_096 {
            match read_pair(&mut self.stream, &mut pair)? {
                0 => break,
                1 => units.push(0xfffd),
                _ => units.push(if self.order == Order::Little {
                    u16::from_le_bytes(pair)
                } else {
                    u16::from_be_bytes(pair)
                }),
            }
        }
        let end = units.is_empty();
        if let Some(high) = self.high.take() {
            units.insert(0, high);
        }
        // A pair may be cut by the end of the block.
        if !end && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            self.high = units.pop();
        }
        let mark = |c: &char| *c != '\u{feff}';
        let text: String = if self.begun {
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        } else {
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).filter(mark).collect()
        };
        self.begun = true;
        self.ready = text.into_bytes();
        Ok(())
    }
}

fn read_pair(stream: &mut impl Read, pair: &mut [u8; 2]) -> io::Result<usize> {
    let first = stream.read(&mut pair[..1])?;
    if first == 0 {
        return Ok(0);
    }
    Ok(1 + stream.read(&mut pair[1..])?)
}

impl<R: BufRead> Read for Utf16Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.refill()?;
            if self.ready.is_empty() && self.high.is_some() {
                self.refill()?;
            }
        }
        let count = out.len().min(self.ready.len() - self.taken);
        out[..count].copy_from_slice(&self.ready[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
