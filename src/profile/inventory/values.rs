//! Values of columns whose type is not the one that S3 writes: inventories pass through other programs, which make texts
//! of times and truth values, and floats of sizes where some are absent.

use crate::profile::objects::moment;

/// What stands for a size that is none: it is counted as such.
const NO_SIZE: i64 = -1;

/// A size that is a text.
pub(super) fn size_of_text(text: &[u8]) -> i64 {
    std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(NO_SIZE)
}

/// A size that is a float: whole, and not beyond what a float tells apart.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
pub(super) fn size_of_float(value: f64) -> i64 {
    const MOST: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && (0.0..=MOST).contains(&value) { value as i64 } else { NO_SIZE }
}

/// A truth value that is a text; `None` when it is none.
pub(super) fn bool_of_text(text: &[u8]) -> Option<bool> {
    match text {
        it if it.eq_ignore_ascii_case(b"true") => Some(true),
        it if it.eq_ignore_ascii_case(b"false") => Some(false),
        _ => None,
    }
}

/// A time that is a text: ms since 1970; `None` when it is none.
pub(super) fn time_of_text(text: &[u8]) -> Option<i64> {
    moment::parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_truths_in_other_types() {
        assert_eq!([b"12".as_slice(), b" 7 ", b"-3", b"1.5", b"", b"\xff"].map(size_of_text), [12, 7, -3, -1, -1, -1]);
        let floats = [12.0, 0.0, 1.5, -2.0, f64::NAN, f64::INFINITY, 1e300].map(size_of_float);
        assert_eq!(floats, [12, 0, -1, -1, -1, -1, -1]);
        assert_eq!([b"TRUE".as_slice(), b"false", b"1", b""].map(bool_of_text), [Some(true), Some(false), None, None]);
    }
}
