//! Spark's own hash of shuffle keys: Murmur3 (x86, 32 bits) with seed 42, column after column, each hash the seed of the
//! next; a null leaves the hash as it is. (`org.apache.spark.unsafe.hash.Murmur3_x86_32` and `HashExpression`, Spark
//! 3.5; the tail of a text is mixed byte by byte, each byte signed, which differs from the reference Murmur3.)

/// The seed of `hash(…)` and of hash partitioning.
pub const SEED: i32 = 42;

#[expect(clippy::cast_sign_loss, reason = "the algorithm is on bits")]
const fn bits(value: i32) -> u32 {
    value as u32
}

#[expect(clippy::cast_possible_wrap, reason = "the algorithm is on bits")]
const fn signed(value: u32) -> i32 {
    value as i32
}

const fn mix_k1(k1: u32) -> u32 {
    k1.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
}

const fn mix_h1(h1: u32, k1: u32) -> u32 {
    (h1 ^ k1).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
}

const fn finish(h1: u32, length: u32) -> i32 {
    let mut h1 = h1 ^ length;
    h1 ^= h1 >> 16;
    h1 = h1.wrapping_mul(0x85eb_ca6b);
    h1 ^= h1 >> 13;
    h1 = h1.wrapping_mul(0xc2b2_ae35);
    h1 ^= h1 >> 16;
    signed(h1)
}

/// An `int`, a `date` (days), a `boolean` (1 or 0), a `float`'s bits.
#[must_use]
pub const fn int(value: i32, seed: i32) -> i32 {
    finish(mix_h1(bits(seed), mix_k1(bits(value))), 4)
}

/// A `bigint`, a `timestamp` (microseconds), a `double`'s bits.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the two halves of the bits")]
pub const fn long(value: i64, seed: i32) -> i32 {
    let (low, high) = (value as u32, (value >> 32) as u32);
    let h1 = mix_h1(mix_h1(bits(seed), mix_k1(low)), mix_k1(high));
    finish(h1, 8)
}

/// A `double`; Spark takes −0.0 for 0.0.
#[must_use]
#[expect(clippy::cast_possible_wrap, reason = "bits")]
pub fn double(value: f64, seed: i32) -> i32 {
    long(if value == 0.0 { 0 } else { value.to_bits() as i64 }, seed)
}

/// A `float`; Spark takes −0.0 for 0.0.
#[must_use]
pub fn float(value: f32, seed: i32) -> i32 {
    int(if value == 0.0 { 0 } else { signed(value.to_bits()) }, seed)
}

/// A `string` or `binary`.
#[must_use]
pub fn text(value: &[u8], seed: i32) -> i32 {
    let mut h1 = bits(seed);
    let words = value.chunks_exact(4);
    let tail = words.remainder();
    for word in words {
        if let Ok(word) = word.try_into() {
            h1 = mix_h1(h1, mix_k1(u32::from_le_bytes(word)));
        }
    }
    for byte in tail {
        h1 = mix_h1(h1, mix_k1(bits(i32::from(byte.cast_signed()))));
    }
    finish(h1, u32::try_from(value.len()).unwrap_or(u32::MAX))
}

/// The shuffle partition of a hash: Spark's `pmod`.
#[must_use]
pub const fn partition(hash: i32, partitions: u32) -> u32 {
    (hash as i64).rem_euclid(partitions as i64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Said by Spark 3.5.6: `spark.sql("SELECT hash(…)")`; `tests/pushdown_spark.rs` asks a real Spark again.
    #[test]
    fn hashes_that_spark_gave() {
        assert_eq!(int(1, SEED), -559_580_957);
        assert_eq!(int(0, SEED), 933_211_791);
        assert_eq!(long(1, SEED), -1_712_319_331);
        assert_eq!(text(b"Spark", SEED), 228_093_765);
        assert_eq!(text(b"", SEED), 142_593_372);
        assert_eq!(double(-0.0, SEED), double(0.0, SEED));
    }

    #[test]
    fn partitions_are_never_negative() {
        assert_eq!(partition(-1, 200), 199);
        assert_eq!(partition(i32::MIN, 7), (-2_147_483_648_i64).rem_euclid(7).try_into().unwrap_or(0));
        assert_eq!(partition(401, 200), 1);
    }
}
