//! Avro's binary encoding over bytes in memory.

use super::schema::{Kind, Schema};

/// Where decoding stands. An error is what is wrong; the caller knows where.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn left(&self) -> usize {
        self.data.len() - self.at
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.data.len());
        let end = end.ok_or_else(|| format!("{count} bytes are promised, {} are left", self.left()))?;
        let taken = &self.data[self.at..end];
        self.at = end;
        Ok(taken)
    }

    /// A zigzag number of up to ten bytes.
    pub(super) fn whole(&mut self) -> Result<i64, String> {
        let next = || -> Result<u8, String> {
            let byte = self.data.get(self.at).ok_or_else(|| "a number is cut off".to_owned())?;
            self.at += 1;
            Ok(*byte)
        };
        zigzag(next)?.ok_or_else(|| TOO_WIDE.to_owned())
    }

    /// A length that must fit into what is left.
    pub(super) fn length(&mut self) -> Result<usize, String> {
        let length = self.whole()?;
        usize::try_from(length)
            .ok()
            .filter(|it| *it <= self.left())
            .ok_or_else(|| format!("a length of {length} is promised, {} bytes are left", self.left()))
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], String> {
        let length = self.length()?;
        self.take(length)
    }

    pub(super) fn branch<'s>(&mut self, branches: &'s [Schema]) -> Result<&'s Schema, String> {
        let number = self.whole()?;
        let found = usize::try_from(number).ok().and_then(|it| branches.get(it));
        found.ok_or_else(|| format!("branch {number} of a union of {}", branches.len()))
    }

    /// Items of the next block of an array or map, with the bytes of the block where they are told; 0 ends it. Items
    /// take a byte at least: what table formats put into lists does, and a list of nothing could be endless.
    pub(super) fn block(&mut self) -> Result<(usize, Option<usize>), String> {
        let count = self.whole()?;
        let bytes = if count < 0 { Some(self.length()?) } else { None };
        let items = usize::try_from(count.unsigned_abs()).ok().filter(|items| *items <= self.left());
        match items {
            Some(items) => Ok((items, bytes)),
            None => {
                Err(format!("a list of {} items is promised, {} bytes are left", count.unsigned_abs(), self.left()))
            }
        }
    }

    pub(super) fn skip(&mut self, schema: &Schema) -> Result<(), String> {
        match &schema.kind {
            Kind::Null => Ok(()),
            Kind::Boolean => self.take(1).map(|_| ()),
            Kind::Whole => self.whole().map(|_| ()),
            Kind::Float => self.take(4).map(|_| ()),
            Kind::Double => self.take(8).map(|_| ()),
            Kind::Bytes => self.bytes().map(|_| ()),
            Kind::Fixed(size) => self.take(*size).map(|_| ()),
            Kind::Array(items) => self.skip_blocks(items, false),
            Kind::Map(values) => self.skip_blocks(values, true),
            Kind::Union(branches) => {
                let branch = self.branch(branches)?;
                self.skip(branch)
            }
            Kind::Record(fields) => fields.iter().try_for_each(|field| self.skip(&field.schema)),
        }
    }

    fn skip_blocks(&mut self, items: &Schema, keyed: bool) -> Result<(), String> {
        loop {
            match self.block()? {
                (0, _) => return Ok(()),
                (_, Some(bytes)) => {
                    self.take(bytes)?;
                }
                (count, None) => {
                    for _ in 0..count {
                        if keyed {
                            self.bytes()?;
                        }
                        self.skip(items)?;
                    }
                }
            }
        }
    }
}

/// What is wrong with a number that [`zigzag`] does not give.
pub(super) const TOO_WIDE: &str = "a number has more than 64 bits";

/// A zigzag number; `None` when it has more than 64 bits.
pub(super) fn zigzag<E>(mut next: impl FnMut() -> Result<u8, E>) -> Result<Option<i64>, E> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = next()?;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return Ok(None);
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(Some((value >> 1).cast_signed() ^ -((value & 1).cast_signed())));
        }
    }
    Ok(None)
}
