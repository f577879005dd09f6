//! The values of one column of a stripe.

use super::file::OrcError;
use super::runs;

/// Types that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `boolean`.
    Bool,
    /// `tinyint`.
    Byte,
    /// `smallint`, `int`, `bigint`.
    Whole,
    /// `string`, `varchar`, `char`, `binary`.
    Text,
    /// `timestamp`.
    Time,
    /// `date`.
    Date,
    /// `double`.
    Number,
}

impl Kind {
    /// By its number in the file's footer.
    #[must_use]
    pub const fn of(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Bool,
            1 => Self::Byte,
            2..=4 => Self::Whole,
            6 => Self::Number,
            7 | 8 | 16 | 17 => Self::Text,
            9 | 18 => Self::Time,
            15 => Self::Date,
            _ => return None,
        })
    }
}

/// Streams by their numbers in a stripe's footer.
const PRESENT: u64 = 0;
const DATA: u64 = 1;
const LENGTH: u64 = 2;
const DICTIONARY: u64 = 3;
const SECONDARY: u64 = 5;
/// 2015-01-01 UTC, from which times are counted, in seconds since 1970.
const EPOCH_S: i64 = 1_420_070_400;

/// Values, those that are there.
#[derive(Debug)]
enum Values {
    Bools(Vec<bool>),
    Wholes(Vec<i64>),
    Numbers(Vec<f64>),
    /// Ends of the texts, and where each one's bytes are.
    Texts(Vec<u8>, Vec<(usize, usize)>),
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Which rows have a value; `None`: all.
    present: Option<Vec<bool>>,
    values: Values,
    rows: usize,
}

type Stream<'s> = dyn FnMut(u64) -> Result<Option<Vec<u8>>, OrcError> + 's;

impl Column {
    /// Reads a column.
    ///
    /// # Errors
    /// It is damaged.
    pub fn read(
        kind: Kind,
        encoding: u64,
        dictionary: u64,
        rows: usize,
        stream: &mut Stream<'_>,
    ) -> Result<Self, OrcError> {
        const DAMAGED: OrcError = OrcError::Damaged("a column ends before its rows do");
        let present = stream(PRESENT)?.map(|data| runs::bools(&data, rows).ok_or(DAMAGED)).transpose()?;
        let there = present.as_ref().map_or(rows, |present| present.iter().filter(|it| **it).count());
        let second = encoding >= 2;
        let wholes = |data: &[u8], count: usize, signed: bool| {
            if second { runs::second_version(data, count, signed) } else { runs::first_version(data, count, signed) }
        };
        let data = stream(DATA)?.unwrap_or_default();
        let values = match kind {
            Kind::Bool => Values::Bools(runs::bools(&data, there).ok_or(DAMAGED)?),
            Kind::Byte => {
                let bytes = runs::bytes(&data, there).ok_or(DAMAGED)?;
                Values::Wholes(bytes.into_iter().map(|byte| i64::from(byte.cast_signed())).collect())
            }
            Kind::Whole => Values::Wholes(wholes(&data, there, true).ok_or(DAMAGED)?),
            Kind::Date => {
                let days = wholes(&data, there, true).ok_or(DAMAGED)?;
                Values::Wholes(days.into_iter().map(|day| day.saturating_mul(86_400_000)).collect())
            }
            Kind::Number => {
                let numbers: Vec<f64> =
                    data.as_chunks::<8>().0.iter().take(there).map(|it| f64::from_le_bytes(*it)).collect();
                Values::Numbers(Some(numbers).filter(|it| it.len() == there).ok_or(DAMAGED)?)
            }
            Kind::Time => {
                let seconds = wholes(&data, there, true).ok_or(DAMAGED)?;
                let nanos = wholes(&stream(SECONDARY)?.unwrap_or_default(), there, false).ok_or(DAMAGED)?;
                let moment = |(seconds, nanos): (i64, i64)| {
                    seconds.saturating_add(EPOCH_S).saturating_mul(1_000).saturating_add(nanoseconds(nanos) / 1_000_000)
                };
                Values::Wholes(seconds.into_iter().zip(nanos).map(moment).collect())
            }
            Kind::Text => {
                let by_dictionary = encoding == 1 || encoding == 3;
                let lengths = stream(LENGTH)?.unwrap_or_default();
                let count = if by_dictionary { usize::try_from(dictionary).map_err(|_| DAMAGED)? } else { there };
                let lengths = wholes(&lengths, count, false).ok_or(DAMAGED)?;
                let bytes = if by_dictionary { stream(DICTIONARY)?.unwrap_or_default() } else { Vec::new() };
                let bytes = if by_dictionary { bytes } else { data.clone() };
                let ranges = ranges(&lengths, bytes.len()).ok_or(DAMAGED)?;
                let ranges = if by_dictionary {
                    let places = wholes(&data, there, false).ok_or(DAMAGED)?;
                    let range = |place: i64| usize::try_from(place).ok().and_then(|at| ranges.get(at)).copied();
                    places.into_iter().map(range).collect::<Option<Vec<_>>>().ok_or(DAMAGED)?
                } else {
                    ranges
                };
                Values::Texts(bytes, ranges)
            }
        };
        Ok(Self { present, values, rows })
    }

    /// Texts; `None` when the column holds something else.
    #[must_use]
    pub fn texts(&self) -> Option<Vec<Option<&[u8]>>> {
        let Values::Texts(bytes, ranges) = &self.values else { return None };
        Some(self.spread(ranges.iter().map(|(from, to)| bytes.get(*from..*to).unwrap_or_default())))
    }

    /// Whole numbers, and times and dates in ms since 1970; `None` when the column holds something else.
    #[must_use]
    pub fn wholes(&self) -> Option<Vec<Option<i64>>> {
        let Values::Wholes(values) = &self.values else { return None };
        Some(self.spread(values.iter().copied()))
    }

    /// Numbers; `None` when the column holds something else.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<Option<f64>>> {
        let Values::Numbers(values) = &self.values else { return None };
        Some(self.spread(values.iter().copied()))
    }

    /// Truth values; `None` when the column holds something else.
    #[must_use]
    pub fn bools(&self) -> Option<Vec<Option<bool>>> {
        let Values::Bools(values) = &self.values else { return None };
        Some(self.spread(values.iter().copied()))
    }

    fn spread<T>(&self, mut values: impl Iterator<Item = T>) -> Vec<Option<T>> {
        match &self.present {
            None => values.map(Some).take(self.rows).collect(),
            Some(present) => present.iter().map(|there| there.then(|| values.next()).flatten()).collect(),
        }
    }
}

/// From where to where each text's bytes lie.
fn ranges(lengths: &[i64], bytes: usize) -> Option<Vec<(usize, usize)>> {
    let mut from = 0_usize;
    let mut all = Vec::with_capacity(lengths.len());
    for length in lengths {
        let to = from.checked_add(usize::try_from(*length).ok()?).filter(|to| *to <= bytes)?;
        all.push((from, to));
        from = to;
    }
    Some(all)
}

/// Nanoseconds: the three lowest bits tell how many zeros were cut off, one less than there are.
const fn nanoseconds(stored: i64) -> i64 {
    let zeros = stored & 7;
    let value = stored >> 3;
    if zeros == 0 { value } else { value.saturating_mul(10_i64.pow(zeros as u32 + 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_of_the_specification() {
        // 1000 ns are stored as 0x0a, 100,000 ns as 0x0c.
        assert_eq!((nanoseconds(0x0a), nanoseconds(0x0c), nanoseconds(7 << 3)), (1_000, 100_000, 7));
    }
}
