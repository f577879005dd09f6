//! One decoded column of a row group.

use polars_arrow::array::{Array, BinaryViewArray, BooleanArray, PrimitiveArray};
use polars_arrow::datatypes::{ArrowDataType, TimeUnit as ArrowTimeUnit};
use polars_parquet::read::{ParquetTimeUnit, PhysicalType, PrimitiveConvertedType, PrimitiveLogicalType};

/// The unit of a time that is stored as a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// 10⁻³ s.
    Milliseconds,
    /// 10⁻⁶ s.
    Microseconds,
    /// 10⁻⁹ s.
    Nanoseconds,
    /// Days since 1970.
    Days,
}

impl TimeUnit {
    /// A moment in ms since 1970.
    #[must_use]
    pub const fn to_ms(self, value: i64) -> i64 {
        match self {
            Self::Milliseconds => value,
            Self::Microseconds => value.div_euclid(1_000),
            Self::Nanoseconds => value.div_euclid(1_000_000),
            Self::Days => value.saturating_mul(86_400_000),
        }
    }
}

/// The values of one column.
#[derive(Debug)]
pub struct Column {
    arrays: Vec<Box<dyn Array>>,
    /// The unit, when the column is a time.
    pub unit: Option<TimeUnit>,
    /// Whether whole numbers are of 64 bits.
    pub is_long: bool,
}

type Values<'a, T> = Box<dyn Iterator<Item = Option<T>> + 'a>;

impl Column {
    pub(super) const fn new(arrays: Vec<Box<dyn Array>>, unit: Option<TimeUnit>, is_long: bool) -> Self {
        Self { arrays, unit, is_long }
    }

    /// Bytes of texts and binaries; `None` when the column holds something else.
    #[must_use]
    pub fn texts(&self) -> Option<Values<'_, &[u8]>> {
        let arrays = self.all::<BinaryViewArray>()?;
        Some(Box::new(arrays.into_iter().flat_map(|array| array.iter())))
    }

    /// Whole numbers; `None` when the column holds something else.
    #[must_use]
    pub fn wholes(&self) -> Option<Values<'_, i64>> {
        if let Some(arrays) = self.all::<PrimitiveArray<i64>>() {
            return Some(Box::new(arrays.into_iter().flat_map(|array| array.iter().map(|it| it.copied()))));
        }
        let arrays = self.all::<PrimitiveArray<i32>>()?;
        Some(Box::new(arrays.into_iter().flat_map(|array| array.iter().map(|it| it.map(|it| i64::from(*it))))))
    }

    /// Floats; `None` when the column holds something else.
    #[must_use]
    pub fn floats(&self) -> Option<Values<'_, f64>> {
        if let Some(arrays) = self.all::<PrimitiveArray<f64>>() {
            return Some(Box::new(arrays.into_iter().flat_map(|array| array.iter().map(|it| it.copied()))));
        }
        let arrays = self.all::<PrimitiveArray<f32>>()?;
        Some(Box::new(arrays.into_iter().flat_map(|array| array.iter().map(|it| it.map(|it| f64::from(*it))))))
    }

    /// Whether floats are of 64 bits.
    #[must_use]
    pub fn is_double(&self) -> bool {
        self.all::<PrimitiveArray<f64>>().is_some()
    }

    /// Truth values; `None` when the column holds something else.
    #[must_use]
    pub fn bools(&self) -> Option<Values<'_, bool>> {
        let arrays = self.all::<BooleanArray>()?;
        Some(Box::new(arrays.into_iter().flat_map(|array| array.iter())))
    }

    /// The whole numbers of the arrays at once, where no value is absent.
    #[must_use]
    pub fn long_slices(&self) -> Option<Vec<&[i64]>> {
        let arrays = self.all::<PrimitiveArray<i64>>()?;
        let dense = arrays.iter().all(|array| array.null_count() == 0);
        dense.then(|| arrays.into_iter().map(|array| array.values().as_slice()).collect())
    }

    fn all<A: 'static>(&self) -> Option<Vec<&A>> {
        self.arrays.iter().map(|array| array.as_any().downcast_ref::<A>()).collect()
    }
}

/// How a column is decoded: the type of its array, and its unit when it is a time.
pub(super) fn decoded_as(
    physical: &PhysicalType,
    logical: Option<&PrimitiveLogicalType>,
    converted: Option<&PrimitiveConvertedType>,
) -> Option<(ArrowDataType, Option<TimeUnit>)> {
    let unit = unit(logical, converted);
    Some(match physical {
        PhysicalType::Boolean => (ArrowDataType::Boolean, None),
        PhysicalType::Int32 => (ArrowDataType::Int32, unit),
        PhysicalType::Int64 => (ArrowDataType::Int64, unit),
        PhysicalType::Int96 => (ArrowDataType::Timestamp(ArrowTimeUnit::Nanosecond, None), Some(TimeUnit::Nanoseconds)),
        PhysicalType::Float => (ArrowDataType::Float32, None),
        PhysicalType::Double => (ArrowDataType::Float64, None),
        PhysicalType::ByteArray => (ArrowDataType::BinaryView, None),
        PhysicalType::FixedLenByteArray(_) => return None,
    })
}

fn unit(logical: Option<&PrimitiveLogicalType>, converted: Option<&PrimitiveConvertedType>) -> Option<TimeUnit> {
    match (logical, converted) {
        (Some(PrimitiveLogicalType::Timestamp { unit, .. }), _) => Some(match unit {
            ParquetTimeUnit::Milliseconds => TimeUnit::Milliseconds,
            ParquetTimeUnit::Microseconds => TimeUnit::Microseconds,
            ParquetTimeUnit::Nanoseconds => TimeUnit::Nanoseconds,
        }),
        (Some(PrimitiveLogicalType::Date), _) | (None, Some(PrimitiveConvertedType::Date)) => Some(TimeUnit::Days),
        (None, Some(PrimitiveConvertedType::TimestampMillis)) => Some(TimeUnit::Milliseconds),
        (None, Some(PrimitiveConvertedType::TimestampMicros)) => Some(TimeUnit::Microseconds),
        _ => None,
    }
}
