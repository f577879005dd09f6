//! Columns of a Parquet export as what they are read as, whichever of its types the exporter chose.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use polars::prelude::{Column, DataType, Float64Chunked, Int64Chunked, ListChunked, StringChunked, TimeUnit};
use rust_decimal::Decimal;

use super::CostError;
use super::parquet::broken;
use super::row::{day, decimal};
use super::tags::{self, Two};

/// A column of texts; other types as their text.
#[derive(Debug)]
pub struct Texts(StringChunked);

impl Texts {
    pub fn of(column: &Column) -> Result<Self, CostError> {
        let cast = column.cast(&DataType::String).map_err(|error| broken(&error))?;
        cast.str().cloned().map(Self).map_err(|error| broken(&error))
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        self.0.get(row)
    }
}

/// A column of moments, by their days in UTC.
#[derive(Debug)]
pub enum Days {
    /// `2026-11-09T00:00:00Z` or alike.
    Texts(Texts),
    /// So many units since 1970, so many of which are a day.
    Counts(Int64Chunked, i64),
}

impl Days {
    pub fn of(column: &Column) -> Result<Self, CostError> {
        const DAY_S: i64 = 86_400;
        let per_day = match column.dtype() {
            DataType::Date => 1,
            DataType::Datetime(TimeUnit::Milliseconds, _) => DAY_S * 1_000,
            DataType::Datetime(TimeUnit::Microseconds, _) => DAY_S * 1_000_000,
            DataType::Datetime(TimeUnit::Nanoseconds, _) => DAY_S * 1_000_000_000,
            _ => return Texts::of(column).map(Self::Texts),
        };
        let cast = column.cast(&DataType::Int64).map_err(|error| broken(&error))?;
        Ok(Self::Counts(cast.i64().cloned().map_err(|error| broken(&error))?, per_day))
    }

    pub fn get(&self, row: usize) -> Option<Date> {
        match self {
            Self::Texts(texts) => texts.get(row).and_then(day),
            Self::Counts(counts, per_day) => {
                let days = counts.get(row)?.div_euclid(*per_day);
                date(1970, 1, 1).checked_add(i32::try_from(days).ok()?.days()).ok()
            }
        }
    }

    /// What stands there, for an error.
    pub fn said(&self, row: usize) -> String {
        match self {
            Self::Texts(texts) => texts.get(row).unwrap_or("null").to_owned(),
            Self::Counts(counts, _) => counts.get(row).map_or_else(|| "null".to_owned(), |count| count.to_string()),
        }
    }
}

/// A column of numbers: floats, as AWS exports them; or decimals and texts, as others store them.
#[derive(Debug)]
pub enum Amounts {
    Floats(Float64Chunked),
    Texts(Texts),
}

impl Amounts {
    pub fn of(column: &Column) -> Result<Self, CostError> {
        if !matches!(column.dtype(), DataType::Float64) {
            return Texts::of(column).map(Self::Texts);
        }
        column.f64().cloned().map(Self::Floats).map_err(|error| broken(&error))
    }

    /// The exact amount. A float's shortest text is the decimal that was written into it.
    pub fn get(&self, row: usize) -> Option<Decimal> {
        match self {
            Self::Floats(floats) => {
                let mut text = Short::default();
                write!(text, "{}", floats.get(row)?).ok()?;
                decimal(text.as_str())
            }
            Self::Texts(texts) => texts.get(row).filter(|text| !text.trim().is_empty()).and_then(decimal),
        }
    }

    /// A number, 0 where there is none.
    pub fn number(&self, row: usize) -> Option<f64> {
        let number = match self {
            Self::Floats(floats) => floats.get(row).unwrap_or(0.0),
            Self::Texts(texts) => match texts.get(row) {
                None | Some("") => 0.0,
                Some(text) => text.parse().ok()?,
            },
        };
        number.is_finite().then_some(number)
    }

    /// What stands there, for an error.
    pub fn said(&self, row: usize) -> String {
        let text = match self {
            Self::Floats(floats) => floats.get(row).map(|float| float.to_string()),
            Self::Texts(texts) => texts.get(row).map(str::to_owned),
        };
        text.unwrap_or_else(|| "null".to_owned())
    }
}

/// The text of a number without a place on the heap.
struct Short {
    bytes: [u8; 48],
    length: usize,
}

impl Default for Short {
    fn default() -> Self {
        Self { bytes: [0; 48], length: 0 }
    }
}

impl Short {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl std::fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// All tags in one column: Parquet's map is a list of key and value; or JSON text.
#[derive(Debug)]
pub enum Tags {
    Map {
        /// Where the entries of each row stand.
        places: Vec<(u32, u32)>,
        keys: StringChunked,
        values: StringChunked,
    },
    Json(Texts),
}

impl Tags {
    /// Of a column in one chunk.
    pub fn of(column: &Column) -> Result<Self, CostError> {
        if !matches!(column.dtype(), DataType::List(_)) {
            return Texts::of(column).map(Self::Json);
        }
        let list: &ListChunked = column.list().map_err(|error| broken(&error))?;
        let mut places = Vec::with_capacity(list.len());
        for array in list.downcast_iter() {
            for row in 0..array.offsets().len_proxy() {
                let (from, to) = array.offsets().start_end(row);
                let null = array.validity().is_some_and(|valid| !valid.get_bit(row));
                let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                places.push(if null { (0, 0) } else { (place(from), place(to)) });
            }
        }
        let inner = list.get_inner();
        let pairs = inner.struct_().map_err(|error| broken(&error))?;
        let field = |name: &str| {
            let field = pairs.field_by_name(name).map_err(|error| broken(&error))?;
            let cast = field.cast(&DataType::String).map_err(|error| broken(&error))?;
            cast.str().map(|texts| texts.rechunk().into_owned()).map_err(|error| broken(&error))
        };
        Ok(Self::Map { places, keys: field("key")?, values: field("value")? })
    }

    /// The values of some keys in a row.
    pub fn get(&self, row: usize, wanted: [&str; 2]) -> Two<'_> {
        let mut found = Two::default();
        match self {
            Self::Json(texts) => return tags::of_text(texts.get(row).unwrap_or_default(), wanted),
            Self::Map { places, keys, values } => {
                let (from, to) = places.get(row).copied().unwrap_or_default();
                for at in from as usize..to as usize {
                    if let Some(place) = wanted.iter().position(|key| keys.get(at) == Some(*key)) {
                        found[place] = Cow::Borrowed(values.get(at).unwrap_or_default());
                    }
                }
            }
        }
        found
    }
}
