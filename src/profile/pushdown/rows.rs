//! Rows that came back.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::{FORM, HEADER};
use crate::profile::objects::Faults;
use crate::profile::objects::{
    Fault, FolderFigures, ObjectsProfile, Oddity, Source, SourceError, SourceKind, State, SuffixFigures, Tally,
};
use crate::profile::sample::{Asked, KeyTally, KeyType, Sample, Value, spark_hash};

/// What came back.
#[derive(Debug)]
pub enum Result {
    /// The profile of objects.
    Objects(Box<ObjectsProfile>),
    /// The keys of a sample; whether the partitions are estimated from the frequent keys.
    Keys(Box<Sample>, bool),
}

/// Whether a text begins as a result does, quoted or not.
#[must_use]
pub fn is_result(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let plain: Vec<u8> = line.iter().copied().filter(|byte| !matches!(byte, b'"' | b'\r')).collect();
    plain == HEADER.join(",").into_bytes()
}

struct Row {
    section: String,
    name: Vec<u8>,
    number: i64,
    objects: u64,
    bytes: i64,
}

impl Row {
    fn size(&self) -> u64 {
        u64::try_from(self.bytes).unwrap_or(0)
    }
}

/// Reads a result, plain or packed. `partitions` are the numbers of shuffle partitions that are estimated when the
/// engine could not count them.
///
/// # Errors
/// The file cannot be read or is no result.
pub fn read(path: &Path, now_ms: i64, partitions: &[u32]) -> std::result::Result<Result, SourceError> {
    let file = std::fs::File::open(path).map_err(|error| SourceError::io(path, error))?;
    let mut stream = BufReader::new(file);
    let gzip = stream.fill_buf().map_err(|error| SourceError::io(path, error))?.starts_with(b"\x1f\x8b");
    let stream: Box<dyn Read> =
        if gzip { Box::new(flate2::bufread::MultiGzDecoder::new(stream)) } else { Box::new(stream) };
    read_stream(stream, path, now_ms, partitions)
}

/// Reads a plain result that is called `path`.
///
/// # Errors
/// It is no result.
pub fn read_stream(
    stream: impl Read,
    path: &Path,
    now_ms: i64,
    partitions: &[u32],
) -> std::result::Result<Result, SourceError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(stream);
    let mut rows = Vec::new();
    let mut faults = Faults::default();
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => match row(&record) {
                Some(row) => rows.push(row),
                None => {
                    let line = record.position().map_or(0, csv::Position::line);
                    faults.add(Fault::BadRecord, || format!("line {line}"), record.as_slice());
                }
            },
            Err(error) => {
                faults.add(Fault::CutOff, || path.display().to_string(), error.to_string().as_bytes());
                break;
            }
        }
    }
    let meta = rows.iter().find(|row| row.section == "meta").map(|row| row.name.clone());
    match meta.as_deref() {
        Some(b"objects") => Ok(Result::Objects(Box::new(objects(path, &rows, faults, now_ms)))),
        Some(b"keys") => {
            let (sample, estimated) = keys(path, &rows, faults, partitions);
            Ok(Result::Keys(Box::new(sample), estimated))
        }
        _ => Err(SourceError::new(
            path,
            "it has no `meta` row, so it is no result of a pushed-down profile",
            "give the CSV file that the query or job wrote, whole",
        )),
    }
}

fn row(record: &csv::ByteRecord) -> Option<Row> {
    let text = |at: usize| std::str::from_utf8(record.get(at)?).ok();
    let number = |at: usize| {
        let text = text(at)?;
        if text.is_empty() { Some(0) } else { text.parse::<i64>().ok() }
    };
    Some(Row {
        section: text(0)?.to_owned(),
        name: record.get(1)?.to_vec(),
        number: number(2)?,
        objects: u64::try_from(number(3)?).ok()?,
        bytes: number(4)?,
    })
}

fn objects(path: &Path, rows: &[Row], faults: Faults, now_ms: i64) -> ObjectsProfile {
    let mut tally = Tally::new(now_ms);
    let mut source = Source::new(SourceKind::Pushdown, path.display().to_string(), FORM);
    // The levels come first: what is folded already must not be folded again.
    for row in rows.iter().filter(|row| row.section == "folder-depth") {
        tally.limit_depth(usize::try_from(row.number).unwrap_or(0));
    }
    let mut unknown = 0;
    for row in rows {
        let known = match row.section.as_str() {
            "meta" | "folder-depth" => true,
            "source" => {
                source.records = row.objects;
                true
            }
            _ => put(&mut tally, row),
        };
        unknown += u64::from(!known);
    }
    if unknown > 0 {
        source.notes.push((
            "unknown-rows",
            format!("{unknown} rows of the result have a section or name that this version does not know"),
        ));
    }
    tally.faults = faults;
    ObjectsProfile::new(source, tally)
}

fn put(tally: &mut Tally, row: &Row) -> bool {
    let (objects, bytes) = (row.objects, row.size());
    let name = row.name.as_slice();
    match row.section.as_str() {
        "state" => match State::ALL.iter().find(|state| state.name().as_bytes() == name) {
            Some(state) => tally.put_state(*state, objects, bytes),
            None => return false,
        },
        "class" => tally.put_class(name, objects, bytes),
        "odd" => match Oddity::ALL.iter().find(|kind| kind.code().as_bytes() == name) {
            Some(kind) => tally.put_odd(*kind, objects, bytes),
            None => return false,
        },
        "size" => tally.put_size(usize::try_from(row.number).unwrap_or(0), objects, bytes),
        "minute" => tally.put_minute(row.number, objects, bytes),
        "span" => tally.put_moment(row.number),
        "folder" => {
            let small = row.number == 1;
            let figures = FolderFigures {
                objects,
                bytes,
                small: if small { objects } else { 0 },
                small_bytes: if small { bytes } else { 0 },
            };
            tally.put_folder(name, figures);
        }
        "suffix" => {
            let over = row.number == 1;
            let over_split = if over { objects } else { 0 };
            let over_split_bytes = if over { bytes } else { 0 };
            tally.put_suffix(name, SuffixFigures { objects, bytes, largest: 0, over_split, over_split_bytes });
        }
        "suffix-largest" => tally.put_suffix(name, SuffixFigures { largest: bytes, ..SuffixFigures::default() }),
        "largest" => tally.put_large(bytes, name),
        "table" => return tally.put_table(&String::from_utf8_lossy(name), objects),
        _ => return false,
    }
    true
}

fn keys(path: &Path, rows: &[Row], faults: Faults, partitions: &[u32]) -> (Sample, bool) {
    let of = |number: usize| {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        rows.iter().filter(move |row| row.number == number)
    };
    let titles: Vec<Vec<String>> = rows
        .iter()
        .filter(|row| row.section == "key")
        .map(|row| String::from_utf8_lossy(&row.name).split(',').map(str::to_owned).collect())
        .collect();
    let counted: std::collections::BTreeSet<u32> = rows
        .iter()
        .filter(|row| row.section == "partition")
        .filter_map(|row| std::str::from_utf8(&row.name).ok()?.parse().ok())
        .collect();
    let estimated = counted.is_empty();
    let sizes: Vec<u32> = if estimated { partitions.to_vec() } else { counted.into_iter().collect() };
    let mut tallies: Vec<KeyTally> = Vec::new();
    for number in 0..titles.len() {
        let mut tally = KeyTally::new(&sizes);
        let mut kind = None;
        for row in of(number) {
            match row.section.as_str() {
                "key" => (tally.rows, tally.null_rows) = (row.objects, row.size()),
                "key-distinct" => tally.counted_distinct = Some(row.objects),
                "key-type" => kind = Some(String::from_utf8_lossy(&row.name).into_owned()),
                _ => {}
            }
        }
        for row in of(number).filter(|row| row.section == "key-top") {
            let hash =
                kind.as_deref().map_or_else(|| i32::try_from(row.bytes).unwrap_or(0), |kind| hash_of(&row.name, kind));
            tally.put_key(hash, &row.name, row.objects);
        }
        for row in of(number).filter(|row| row.section == "partition") {
            let size = std::str::from_utf8(&row.name).ok().and_then(|text| text.parse::<u32>().ok());
            let place = sizes.iter().position(|other| Some(*other) == size);
            let slot = place.and_then(|at| tally.partitions.get_mut(at)?.get_mut(usize::try_from(row.bytes).ok()?));
            if let Some(slot) = slot {
                *slot += row.objects;
            }
        }
        if estimated {
            tally.spread_the_rest();
        }
        tallies.push(tally);
    }
    let source = rows.iter().find(|row| row.section == "source");
    let asked = Asked { keys: titles, shuffle_partitions: sizes, types: None };
    let sample = Sample {
        files: vec![PathBuf::from(path)],
        file_count: source.map_or(0, |row| row.objects),
        bytes: source.map_or(0, Row::size),
        formats: vec![FORM],
        rows: tallies.first().map_or(0, |tally| tally.rows),
        asked,
        keys: tallies,
        faults,
    };
    (sample, estimated)
}

/// Spark's hash of a value that came back as text, by the engine's name of its type.
fn hash_of(shown: &[u8], kind: &str) -> i32 {
    let cast = match kind {
        "bigint" => Some(KeyType::Long),
        "integer" | "smallint" | "tinyint" => Some(KeyType::Int),
        "double" => Some(KeyType::Double),
        _ => None,
    };
    let mut room = String::new();
    let value = if shown == b"(null)" { Value::Null } else { Value::Text(shown) };
    value.cast(cast, &mut room).hash(spark_hash::SEED)
}
