//! Avro files for tests.

use flate2::Compression;
use std::io::Write;

/// A zigzag number.
pub(crate) fn whole(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    let mut out = Vec::new();
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).expect("seven bits") | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).expect("seven bits"));
    out
}

/// A length and as many bytes.
pub(crate) fn text(value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    [whole(i64::try_from(value.len()).expect("short")), value.to_vec()].concat()
}

/// A header.
pub(crate) fn header(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut out = b"Obj\x01".to_vec();
    out.extend(whole(i64::try_from(entries.len()).expect("few")));
    for (name, value) in entries {
        out.extend([text(name), text(value)].concat());
    }
    out.extend([&[0][..], &[7; 16]].concat());
    out
}

/// A block of packed records.
pub(crate) fn block(records: i64, packed: &[u8]) -> Vec<u8> {
    [whole(records), text(packed), vec![7; 16]].concat()
}

/// Packs as a codec does.
pub(crate) fn pack(codec: &str, data: &[u8]) -> Vec<u8> {
    match codec {
        "deflate" => {
            let mut out = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
            out.write_all(data).expect("packs");
            out.finish().expect("packs")
        }
        "snappy" => {
            let mut crc = flate2::Crc::new();
            crc.update(data);
            let mut out = snap::raw::Encoder::new().compress_vec(data).expect("packs");
            out.extend(crc.sum().to_be_bytes());
            out
        }
        "zstandard" => zstd::stream::encode_all(data, 0).expect("packs"),
        "bzip2" => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(data).expect("packs");
            out.finish().expect("packs")
        }
        _ => data.to_vec(),
    }
}
