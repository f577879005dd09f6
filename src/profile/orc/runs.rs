//! ORC's run-length encodings (specification v1, "Run Length Encoding"): bytes, truth values, whole numbers in both
//! versions. Each decoder takes no more values than are wanted, so that no run makes memory grow beyond the rows.

use super::proto::varint;

/// Widths behind the five bits of a version 2 header.
const WIDTHS: [u32; 32] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 28, 30, 32, 40, 48, 56,
    64,
];

/// The width that numbers of so many bits are packed with.
fn closest(bits: u32) -> u32 {
    WIDTHS.into_iter().find(|width| *width >= bits).unwrap_or(64)
}

const fn unzigzag(value: u64) -> i64 {
    ((value >> 1) as i64) ^ -((value & 1) as i64)
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

/// Byte runs.
pub fn bytes(mut data: &[u8], wanted: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    while out.len() < wanted {
        let control = byte(&mut data)?;
        if control < 128 {
            let value = byte(&mut data)?;
            out.resize(out.len() + usize::from(control) + 3, value);
        } else {
            let count = 256 - usize::from(control);
            out.extend_from_slice(data.get(..count)?);
            data = &data[count..];
        }
    }
    out.truncate(wanted);
    Some(out)
}

/// Truth values: bits of byte runs, the highest first.
pub fn bools(data: &[u8], wanted: usize) -> Option<Vec<bool>> {
    let packed = bytes(data, wanted.div_ceil(8))?;
    let mut out: Vec<bool> = packed.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    out.truncate(wanted);
    Some(out)
}

/// Whole numbers of version 1.
pub fn first_version(mut data: &[u8], wanted: usize, signed: bool) -> Option<Vec<i64>> {
    let value = |data: &mut &[u8]| -> Option<i64> {
        let raw = varint(data)?;
        Some(if signed { unzigzag(raw) } else { raw as i64 })
    };
    let mut out = Vec::new();
    while out.len() < wanted {
        let control = byte(&mut data)?;
        if control < 128 {
            let delta = i64::from(byte(&mut data)?.cast_signed());
            let mut at = value(&mut data)?;
            for _ in 0..usize::from(control) + 3 {
                out.push(at);
                at = at.wrapping_add(delta);
            }
        } else {
            for _ in 0..256 - usize::from(control) {
                out.push(value(&mut data)?);
            }
        }
    }
    out.truncate(wanted);
    Some(out)
}

/// Whole numbers of version 2.
pub fn second_version(mut data: &[u8], wanted: usize, signed: bool) -> Option<Vec<i64>> {
    let mut out = Vec::new();
    while out.len() < wanted {
        let head = byte(&mut data)?;
        match head >> 6 {
            0 => short_repeat(head, &mut data, signed, &mut out)?,
            1 => direct(head, &mut data, signed, &mut out)?,
            2 => patched(head, &mut data, &mut out)?,
            _ => delta(head, &mut data, signed, &mut out)?,
        }
    }
    out.truncate(wanted);
    Some(out)
}

fn big_endian(data: &mut &[u8], count: usize) -> Option<u64> {
    let bytes = data.get(..count)?;
    *data = &data[count..];
    Some(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

/// The length of a run: nine bits, one less than it is.
fn length(head: u8, data: &mut &[u8]) -> Option<usize> {
    Some((usize::from(head & 1) << 8 | usize::from(byte(data)?)) + 1)
}

fn short_repeat(head: u8, data: &mut &[u8], signed: bool, out: &mut Vec<i64>) -> Option<()> {
    let raw = big_endian(data, usize::from(head >> 3 & 7) + 1)?;
    let value = if signed { unzigzag(raw) } else { raw as i64 };
    out.resize(out.len() + usize::from(head & 7) + 3, value);
    Some(())
}

/// Numbers of some bits each, the highest bit first; the last byte is filled up.
fn unpacked(data: &mut &[u8], count: usize, width: u32) -> Option<Vec<u64>> {
    let size = (count * width as usize).div_ceil(8);
    let bytes = data.get(..size)?;
    *data = &data[size..];
    let mask = if width == 64 { u128::from(u64::MAX) } else { (1 << width) - 1 };
    let (mut room, mut bits) = (0_u128, 0_u32);
    let mut bytes = bytes.iter();
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        while bits < width {
            room = room << 8 | u128::from(*bytes.next()?);
            bits += 8;
        }
        bits -= width;
        out.push((room >> bits & mask) as u64);
        room &= (1 << bits) - 1;
    }
    Some(out)
}

fn direct(head: u8, data: &mut &[u8], signed: bool, out: &mut Vec<i64>) -> Option<()> {
    let width = WIDTHS[usize::from(head >> 1 & 31)];
    let count = length(head, data)?;
    let values = unpacked(data, count, width)?;
    out.extend(values.into_iter().map(|raw| if signed { unzigzag(raw) } else { raw as i64 }));
    Some(())
}

/// Most numbers are small and a few are patched: their high bits stand in a list of gaps and patches.
fn patched(head: u8, data: &mut &[u8], out: &mut Vec<i64>) -> Option<()> {
    let width = WIDTHS[usize::from(head >> 1 & 31)];
    let count = length(head, data)?;
    let (third, fourth) = (byte(data)?, byte(data)?);
    let base_bytes = usize::from(third >> 5) + 1;
    let patch_width = WIDTHS[usize::from(third & 31)];
    let gap_width = u32::from(fourth >> 5) + 1;
    let patches = usize::from(fourth & 31);
    let raw = big_endian(data, base_bytes)?;
    // The base has a sign bit of its own, the highest of its bytes.
    let sign = 1_u64 << (8 * base_bytes - 1);
    let base = if raw & sign == 0 { raw as i64 } else { ((raw & !sign) as i64).wrapping_neg() };
    let mut values = unpacked(data, count, width)?;
    let list = unpacked(data, patches, closest(patch_width + gap_width))?;
    let mut at = 0;
    for entry in list {
        let gap = if patch_width >= 64 { 0 } else { entry >> patch_width };
        let patch = if patch_width >= 64 { entry } else { entry & ((1 << patch_width) - 1) };
        at += usize::try_from(gap).ok()?;
        let value = values.get_mut(at)?;
        *value |= patch.checked_shl(width).unwrap_or(0);
    }
    out.extend(values.into_iter().map(|value| base.wrapping_add(value as i64)));
    Some(())
}

fn delta(head: u8, data: &mut &[u8], signed: bool, out: &mut Vec<i64>) -> Option<()> {
    let code = usize::from(head >> 1 & 31);
    let count = length(head, data)?;
    let raw = varint(data)?;
    let mut value = if signed { unzigzag(raw) } else { raw as i64 };
    let first = unzigzag(varint(data)?);
    out.push(value);
    if count == 1 {
        return Some(());
    }
    value = value.wrapping_add(first);
    out.push(value);
    let rest = count - 2;
    // Without a width all steps are the first one.
    let steps = if code == 0 { vec![first.unsigned_abs(); rest] } else { unpacked(data, rest, WIDTHS[code])? };
    for step in steps {
        value = if first < 0 { value.wrapping_sub(step as i64) } else { value.wrapping_add(step as i64) };
        out.push(value);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the specification.
    #[test]
    fn the_specifications_examples() {
        assert_eq!(bytes(&[0x61, 0x00], 100), Some(vec![0; 100]));
        assert_eq!(bytes(&[0xfe, 0x44, 0x45], 2), Some(vec![0x44, 0x45]));
        let eight = [true, false, false, false, false, false, false, false];
        assert_eq!(bools(&[0xff, 0x80], 8), Some(eight.to_vec()));
        assert_eq!(first_version(&[0x61, 0x00, 0x07], 100, false), Some(vec![7; 100]));
        assert_eq!(first_version(&[0x61, 0xff, 0x64], 100, false), Some((1..=100).rev().collect()));
        assert_eq!(first_version(&[0xfb, 0x02, 0x03, 0x06, 0x07, 0x0b], 5, false), Some(vec![2, 3, 6, 7, 11]));
        assert_eq!(second_version(&[0x0a, 0x27, 0x10], 5, false), Some(vec![10_000; 5]));
        let direct = [0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef];
        assert_eq!(second_version(&direct, 4, false), Some(vec![23_713, 43_806, 57_005, 48_879]));
        let patched = [
            0x8e, 0x13, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46, 0x50, 0x5a, 0x64, 0x6e,
            0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0xbe, 0xfc, 0xe8,
        ];
        let expected = [
            2030, 2000, 2020, 1_000_000, 2040, 2050, 2060, 2070, 2080, 2090, 2100, 2110, 2120, 2130, 2140, 2150, 2160,
            2170, 2180, 2190,
        ];
        assert_eq!(second_version(&patched, 20, false), Some(expected.to_vec()));
        let delta = [0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46];
        assert_eq!(second_version(&delta, 10, false), Some(vec![2, 3, 5, 7, 11, 13, 17, 19, 23, 29]));
    }

    #[test]
    fn what_ends_early_is_none() {
        assert_eq!(bytes(&[0x61], 3), None);
        assert_eq!(second_version(&[0x5e, 0x03, 0x5c], 4, false), None);
        assert_eq!(first_version(&[], 1, true), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(data in proptest::collection::vec(proptest::num::u8::ANY, 0..200), wanted in 0_usize..2000, signed: bool) {
            for values in [first_version(&data, wanted, signed), second_version(&data, wanted, signed)].into_iter().flatten() {
                proptest::prop_assert_eq!(values.len(), wanted);
            }
            let _ = bools(&data, wanted);
        }
    }
}
