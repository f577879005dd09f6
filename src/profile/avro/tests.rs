use std::io::Write;

use super::codec::Codec;
use super::writer::{block, header, pack, text, whole};
use super::*;

const SCHEMA: &str = r#"{"type":"record","name":"entry","fields":[
  {"name":"skipped","type":{"type":"array","items":{"type":"record","name":"pair","fields":[
    {"name":"key","type":"int"},{"name":"value","type":"bytes"}]},"logicalType":"map"}},
  {"name":"status","type":"int","field-id":0},
  {"name":"file","type":["null",{"type":"record","name":"r2","fields":[
    {"name":"ratio","type":"double"},
    {"name":"renamed","type":"string","field-id":100},
    {"name":"sizes","type":["null",{"type":"map","values":"long"}],"field-id":108},
    {"name":"other","type":["null","pair"]},
    {"name":"fixed","type":{"type":"fixed","name":"f","size":2}}]}]}]}"#;

const WANTED: [(&str, i64); 5] =
    [("file.path", 100), ("status", 0), ("file.sizes", 108), ("file.fixed", -1), ("absent", 999)];

/// A record with `pairs` pairs to skip, in a block with its size told, and one without.
fn record(status: i64, path: &str) -> Vec<u8> {
    let pair = [whole(3), text("bounds")].concat();
    let told = [whole(-1), whole(i64::try_from(pair.len()).expect("short")), pair.clone()].concat();
    [
        told,
        [whole(1), pair.clone(), whole(0)].concat(),
        whole(status),
        whole(1),
        1.5_f64.to_le_bytes().to_vec(),
        text(path),
        [whole(1), whole(1), text("k"), whole(-7), whole(0)].concat(),
        [whole(1), pair].concat(),
        b"xy".to_vec(),
    ]
    .concat()
}

fn file(codec: &str, blocks: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let mut out = header(&[("avro.schema", SCHEMA), ("avro.codec", codec), ("partition-spec", "[]")]);
    for (records, data) in blocks {
        out.extend(block(*records, &pack(codec, data)));
    }
    out
}

fn read(bytes: &[u8]) -> Result<Vec<(i64, String)>, AvroError> {
    let mut on_disk = tempfile::NamedTempFile::new().expect("a file");
    on_disk.write_all(bytes).expect("writes");
    let file = AvroFile::open(on_disk.path())?;
    let plan = Plan::of(file.schema(), &WANTED);
    let mut out = Vec::new();
    file.read(&plan, |values| {
        let path = values[0].bytes().ok_or_else(|| "no path".to_owned())?;
        out.push((values[1].whole().unwrap_or(-1), String::from_utf8_lossy(path).into_owned()));
        if let Value::List(sizes) = &values[2] {
            assert!(sizes.is_empty() || sizes[0].items().len() == 2);
        }
        assert_eq!(values[4], Value::Null, "a field that is not there");
        Ok(())
    })?;
    Ok(out)
}

fn complaint(bytes: &[u8]) -> String {
    read(bytes).expect_err("damaged").to_string()
}

#[test]
fn every_codec_gives_the_fields_that_were_asked_for() {
    let two = [record(1, "a"), record(2, "b")].concat();
    for codec in ["null", "deflate", "snappy", "zstandard", "bzip2"] {
        let bytes = file(codec, &[(2, two.clone()), (0, Vec::new()), (1, record(0, "c"))]);
        let expected = [(1, "a".to_owned()), (2, "b".to_owned()), (0, "c".to_owned())];
        assert_eq!(read(&bytes).expect(codec), expected, "{codec}");
    }
    assert_eq!(complaint(&file("lzma", &[])), "its codec `lzma` is none of null, deflate, snappy, zstandard, bzip2");
}

#[test]
fn what_is_promised_and_not_there_is_named_with_its_place() {
    let head = header(&[("avro.schema", SCHEMA)]);
    let with = |tail: Vec<u8>| [head.clone(), tail].concat();
    for (bytes, expected) in [
        (b"Obj".to_vec(), "byte 0: it is no Avro file: it is too short"),
        (b"PAR1PAR1".to_vec(), "byte 0: it is no Avro file: it does not begin with `Obj` and 1"),
        (b"AGS1....".to_vec(), "byte 0: it is encrypted, which is not read"),
        (with([whole(1), whole(1 << 60)].concat()), "1152921504606846976 bytes are promised, 0 are left"),
        (with([whole(1), whole(-5)].concat()), "-5 bytes are promised, 0 are left"),
        (with([whole(1 << 60), text("abc"), vec![7; 16]].concat()), "1152921504606846976 records in 3 bytes"),
        (with([whole(-1), text("abc"), vec![7; 16]].concat()), "-1 records"),
        (with([whole(1), text(record(1, "a")), vec![8; 16]].concat()), "it does not end with the file's own mark"),
        (with(block(1, &[record(1, "a"), vec![0]].concat())), "1 bytes behind its last record"),
        (with(block(1, &record(1, "a")[..12])), "field `skipped`: "),
        (with([&[0xff; 11][..], &[0]].concat()), "a number has more than 64 bits"),
        (with(block(1, &whole(1 << 40))), "a list of 1099511627776 items is promised, 0 bytes are left"),
        (with(block(1, &[whole(i64::MIN), whole(0)].concat())), "a list of 9223372036854775808 items"),
    ] {
        let text = complaint(&bytes);
        assert!(text.contains(expected), "{text}\n{expected}");
    }
}

/// Two MiB of zeros are two KB of deflate: they are refused before all of them are in memory.
#[test]
fn a_block_that_unpacks_to_more_than_is_allowed_is_refused() {
    let bomb = vec![0; 2 << 20];
    for name in ["deflate", "zstandard", "bzip2", "snappy"] {
        let codec = Codec::named(name.as_bytes()).expect("a codec");
        let mut room = Vec::new();
        let packed = pack(name, &bomb);
        let refused = codec.unpack(&packed, &mut room, 1 << 20).expect_err("too large");
        assert_eq!(refused, "unpacked it is larger than 1 MiB", "{name}");
        assert!(room.len() <= (1 << 20) + 1, "{name}");
        assert!(codec.unpack(&packed, &mut room, 2 << 20).is_ok(), "{name}");
    }
    // A snappy block may claim any length in its first bytes.
    let claims = [&[0xff, 0xff, 0xff, 0x0f][..], &[0; 8]].concat();
    let mut bytes = header(&[("avro.schema", SCHEMA), ("avro.codec", "snappy")]);
    bytes.extend(block(1, &claims));
    assert!(complaint(&bytes).contains("it promises 33554431 bytes"), "{}", complaint(&bytes));
}

#[test]
fn schemas_without_an_end_are_refused() {
    for (schema, expected) in [
        (r#"{"type":"record","name":"r","fields":[{"name":"x","type":"r"}]}"#, "`r`, which holds itself"),
        (r#"{"type":"record","name":"r","fields":[{"name":"x","type":["null","r"]}]}"#, "`r`, which holds itself"),
        (r#"["null","gone"]"#, "`gone`, which it does not define"),
        (r#"{"type":"record","name":"r"}"#, "an record without `fields`"),
        (r#"{"name":"r"}"#, "a type without `type`"),
        ("5", "`5` where a type should be"),
        ("{", "is no JSON"),
    ] {
        let text = complaint(&header(&[("avro.schema", schema)]));
        assert!(text.contains(expected), "{text}");
    }
    // Each record holds the one before twice: 2^40 types by forty names; or once: as deep as there are names.
    let nested = |records: usize, names: &[&str]| {
        let field = |name: &str, kind: &str| format!(r#"{{"name":"{name}","type":{kind}}}"#);
        let record = |n: usize| {
            let inner: Vec<String> =
                names.iter().filter(|_| n > 0).map(|it| field(it, &format!(r#""r{}""#, n.max(1) - 1))).collect();
            format!(r#"{{"type":"record","name":"r{n}","fields":[{}]}}"#, inner.join(","))
        };
        let fields: Vec<String> = (0..records).map(|n| field(&format!("f{n}"), &record(n))).collect();
        complaint(&header(&[(
            "avro.schema",
            &format!(r#"{{"type":"record","name":"top","fields":[{}]}}"#, fields.join(",")),
        )]))
    };
    assert!(nested(40, &["a", "b"]).contains("more than 50000 types"));
    assert!(nested(60, &["a"]).contains("nested more than 48 levels"));
}

proptest::proptest! {
    /// Any byte changed, any end cut off: an answer or an error, in little time and memory.
    #[test]
    fn damage_is_never_more_than_an_error(
        codec in proptest::sample::select(vec!["null", "deflate", "snappy", "zstandard"]),
        at in 0_usize..2_000, byte: u8, cut in 0_usize..2_000,
    ) {
        let mut bytes = file(codec, &[(2, [record(1, "first"), record(2, "second")].concat()), (1, record(0, "third"))]);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&bytes);
        bytes.truncate(cut % bytes.len());
        let _ = read(&bytes);
    }
}
