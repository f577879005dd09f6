//! A key's value in one row, and its two hashes.

use std::fmt::Write;

use super::spark_hash;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Absent.
    Null,
    /// `int` and whatever hashes like it: `date`, `smallint`, `tinyint`.
    Int(i32),
    /// `bigint` and `timestamp` (microseconds).
    Long(i64),
    /// `float`.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `boolean`.
    Bool(bool),
    /// `string` and `binary`.
    Text(&'a [u8]),
}

/// As what a column is hashed, when that is not what the file has: the keys of a join are cast to a common type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// `int`.
    Int,
    /// `bigint`.
    Long,
    /// `double`.
    Double,
    /// `string`.
    Text,
}

impl<'a> Value<'a> {
    /// Spark's hash, seeded with that of the columns before.
    #[must_use]
    pub fn hash(self, seed: i32) -> i32 {
        match self {
            Self::Null => seed,
            Self::Int(value) => spark_hash::int(value, seed),
            Self::Long(value) => spark_hash::long(value, seed),
            Self::Float(value) => spark_hash::float(value, seed),
            Self::Double(value) => spark_hash::double(value, seed),
            Self::Bool(value) => spark_hash::int(i32::from(value), seed),
            Self::Text(value) => spark_hash::text(value, seed),
        }
    }

    /// A fingerprint of 64 bits, mixed with that of the columns before: equal keys have equal ones, and two of a million
    /// different keys share one with a probability of 3·10⁻⁸.
    #[must_use]
    #[expect(clippy::cast_sign_loss, reason = "bits")]
    pub fn fingerprint(self, seed: u64) -> u64 {
        let whole = |kind: u64, value: u64| mixed(mixed(seed ^ kind) ^ value);
        match self {
            Self::Null => whole(1, 0),
            Self::Int(value) => whole(2, i64::from(value) as u64),
            Self::Long(value) => whole(2, value as u64),
            Self::Float(value) => whole(3, u64::from((value + 0.0).to_bits())),
            Self::Double(value) => whole(4, (value + 0.0).to_bits()),
            Self::Bool(value) => whole(5, u64::from(value)),
            Self::Text(value) => twox_hash::XxHash3_64::oneshot_with_seed(seed, value),
        }
    }

    /// Appends the value for people.
    pub fn show(self, into: &mut String) {
        let _ = match self {
            Self::Null => write!(into, "(null)"),
            Self::Int(value) => write!(into, "{value}"),
            Self::Long(value) => write!(into, "{value}"),
            // As Spark shows them: 0.0, not 0.
            Self::Float(value) => write!(into, "{value:?}"),
            Self::Double(value) => write!(into, "{value:?}"),
            Self::Bool(value) => write!(into, "{value}"),
            Self::Text(value) => write!(into, "{}", crate::profile::objects::name::printable(value, 80)),
        };
    }

    /// The value as another type; a text that is no number is null, as Spark's cast gives.
    #[must_use]
    pub fn cast(self, to: Option<KeyType>, room: &'a mut String) -> Self {
        let Some(to) = to else { return self };
        match (to, self) {
            (_, Self::Null) => Self::Null,
            (KeyType::Text, Self::Text(_)) => self,
            (KeyType::Text, other) => {
                room.clear();
                other.show(room);
                Value::Text(room.as_bytes())
            }
            (KeyType::Int, value) => value.whole().and_then(|it| i32::try_from(it).ok()).map_or(Self::Null, Self::Int),
            (KeyType::Long, value) => value.whole().map_or(Self::Null, Self::Long),
            (KeyType::Double, value) => value.number().map_or(Self::Null, Self::Double),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "Spark's cast cuts the fraction")]
    fn whole(self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(value.into()),
            Self::Long(value) => Some(value),
            Self::Float(value) => Some(value as i64),
            Self::Double(value) => Some(value as i64),
            Self::Bool(value) => Some(value.into()),
            Self::Text(value) => std::str::from_utf8(value).ok()?.trim().parse().ok(),
            Self::Null => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "Spark's cast")]
    fn number(self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(value.into()),
            Self::Double(value) => Some(value),
            Self::Text(value) => std::str::from_utf8(value).ok()?.trim().parse().ok(),
            other => other.whole().map(|value| value as f64),
        }
    }
}

/// The finisher of SplitMix64.
const fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_are_sparks() {
        let mut room = String::new();
        assert_eq!(Value::Text(b" 12 ").cast(Some(KeyType::Long), &mut room), Value::Long(12));
        assert_eq!(Value::Text(b"x").cast(Some(KeyType::Long), &mut room), Value::Null);
        assert_eq!(Value::Int(7).cast(Some(KeyType::Long), &mut room), Value::Long(7));
        assert_eq!(Value::Int(7).cast(Some(KeyType::Text), &mut room), Value::Text(b"7"));
        assert_eq!(Value::Long(7).cast(None, &mut room), Value::Long(7));
    }

    #[test]
    fn a_null_leaves_the_hash_and_changes_the_fingerprint() {
        assert_eq!(Value::Null.hash(42), 42);
        assert_ne!(Value::Null.fingerprint(0), Value::Text(b"").fingerprint(0));
        assert_ne!(Value::Int(0).fingerprint(0), Value::Bool(false).fingerprint(0));
        // An int and a bigint of the same value are the same key, whatever file they come from.
        assert_eq!(Value::Int(-5).fingerprint(9), Value::Long(-5).fingerprint(9));
    }
}
