//! CSV and JSON lines, in blocks that end with a record, parsed in parallel. Quoted line breaks of CSV are kept together
//! by the parity of the quotation marks.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use rayon::prelude::*;

use super::key::{KeyType, Value};
use super::rows::{Asked, Part, STRIPES};
use crate::profile::objects::{Fault, SourceError};

const BLOCK: usize = 4 << 20;
/// A record beyond this is no record.
const LONGEST: usize = 64 << 20;

/// How text is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Records of fields, the first with the names.
    Csv { delimiter: u8, columns: Vec<Vec<usize>> },
    /// One object a line.
    JsonLines,
}

/// Reads a text file, packed or plain.
pub(super) fn read(path: &Path, asked: &Asked, parts: &mut [Part]) -> Result<&'static str, SourceError> {
    let file = std::fs::File::open(path).map_err(|error| SourceError::io(path, error))?;
    let mut stream = unpacked(BufReader::with_capacity(1 << 20, file)).map_err(|error| SourceError::io(path, error))?;
    let mut block = Vec::with_capacity(BLOCK + BLOCK / 4);
    let mut ended = fill(&mut stream, &mut block, BLOCK).map_err(|error| SourceError::io(path, error))?;
    if block.starts_with(b"\xef\xbb\xbf") {
        block.drain(..3);
    }
    let (layout, header) = layout(path, &block, asked)?;
    block.drain(..header);
    let mut rest = Vec::new();
    loop {
        // One round: as many blocks as there are stripes.
        let mut round: Vec<Vec<u8>> = Vec::with_capacity(STRIPES);
        loop {
            let cut = if ended { block.len() } else { last_end(&block, &layout) };
            match cut {
                0 if ended => break,
                0 if block.len() > LONGEST => {
                    parts[0].fault(Fault::TooLong, || path.display().to_string(), &block[..block.len().min(200)]);
                    block.clear();
                }
                0 => {}
                cut => {
                    rest.extend_from_slice(&block[cut..]);
                    block.truncate(cut);
                    round.push(std::mem::replace(&mut block, std::mem::take(&mut rest)));
                }
            }
            if ended || round.len() == STRIPES {
                break;
            }
            let more = block.len() + BLOCK;
            match fill(&mut stream, &mut block, more) {
                Ok(end) => ended = end,
                Err(error) => {
                    parts[0].fault(Fault::CutOff, || path.display().to_string(), error.to_string().as_bytes());
                    ended = true;
                }
            }
        }
        round.par_iter().zip(parts.par_iter_mut()).for_each(|(block, part)| parse(path, block, &layout, asked, part));
        if ended && block.is_empty() {
            return Ok(if matches!(layout, Layout::JsonLines) { "JSON lines" } else { "CSV" });
        }
    }
}

fn unpacked(mut stream: BufReader<std::fs::File>) -> std::io::Result<Box<dyn Read>> {
    let head = stream.fill_buf()?;
    Ok(if head.starts_with(b"\x1f\x8b") {
        Box::new(flate2::bufread::MultiGzDecoder::new(stream))
    } else if head.starts_with(b"\x28\xb5\x2f\xfd") {
        Box::new(zstd::stream::read::Decoder::with_buffer(stream)?)
    } else if head.starts_with(b"BZh") {
        Box::new(bzip2::bufread::MultiBzDecoder::new(stream))
    } else {
        Box::new(stream)
    })
}

/// Fills a block up to a length; `true` at the end of the stream.
fn fill(stream: &mut impl Read, block: &mut Vec<u8>, up_to: usize) -> std::io::Result<bool> {
    let wanted = up_to.saturating_sub(block.len()) as u64;
    let before = block.len();
    stream.take(wanted).read_to_end(block)?;
    Ok(((block.len() - before) as u64) < wanted)
}

/// Where the last whole record ends; 0 when none does.
fn last_end(block: &[u8], layout: &Layout) -> usize {
    match layout {
        Layout::JsonLines => memchr::memrchr(b'\n', block).map_or(0, |at| at + 1),
        Layout::Csv { .. } => {
            // A line break ends a record when the quotation marks before it are even in number.
            let mut quotes = memchr::memchr_iter(b'"', block).count();
            let mut end = block.len();
            while let Some(at) = memchr::memrchr2(b'\n', b'"', &block[..end]) {
                if block[at] == b'"' {
                    quotes -= 1;
                } else if quotes.is_multiple_of(2) {
                    return at + 1;
                }
                end = at;
            }
            0
        }
    }
}

fn layout(path: &Path, head: &[u8], asked: &Asked) -> Result<(Layout, usize), SourceError> {
    if head.trim_ascii_start().first() == Some(&b'{') {
        return Ok((Layout::JsonLines, 0));
    }
    let end = memchr::memchr(b'\n', head).map_or(head.len(), |at| at + 1);
    let line = head[..end].trim_ascii_end();
    let count = |delimiter: &u8| memchr::memchr_iter(*delimiter, line).count();
    let delimiter = [b',', b'\t', b';', b'|'].into_iter().rev().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(line);
    let names: Vec<String> = reader
        .byte_records()
        .next()
        .and_then(Result::ok)
        .map(|record| record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect())
        .unwrap_or_default();
    let place = |name: &String| {
        names.iter().position(|other| other == name).ok_or_else(|| {
            SourceError::new(
                path,
                format!("it has no column `{name}`; its first line names {}", names.join(", ")),
                "name a column of the header with --key",
            )
        })
    };
    let columns = asked.keys.iter().map(|key| key.iter().map(place).collect()).collect::<Result<_, _>>()?;
    Ok((Layout::Csv { delimiter, columns }, end))
}

fn parse(path: &Path, block: &[u8], layout: &Layout, asked: &Asked, part: &mut Part) {
    match layout {
        Layout::Csv { delimiter, columns } => parse_csv(path, block, *delimiter, columns, asked, part),
        Layout::JsonLines => parse_json(path, block, asked, part),
    }
}

fn parse_csv(path: &Path, block: &[u8], delimiter: u8, columns: &[Vec<usize>], asked: &Asked, part: &mut Part) {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(block);
    let mut record = csv::ByteRecord::new();
    let widest = columns.iter().flatten().copied().max().unwrap_or(0);
    let types = asked.types;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => {
                part.fault(Fault::BadRecord, || path.display().to_string(), error.to_string().as_bytes());
                continue;
            }
        }
        if record.len() <= widest {
            let text = record.as_slice();
            part.fault(Fault::BadRecord, || path.display().to_string(), text);
            continue;
        }
        part.rows += 1;
        for (key, tally) in columns.iter().zip(&mut part.keys) {
            // An empty field is null, as Spark's CSV reader has it.
            let value = |at: usize| match record.get(at) {
                None | Some(b"") => Value::Null,
                Some(field) => Value::Text(field),
            };
            add(tally, key.iter().map(|at| value(*at)), types);
        }
    }
}

/// Adds a row, its parts cast where that was asked for.
pub(super) fn add<'v>(tally: &mut super::KeyTally, parts: impl Iterator<Item = Value<'v>>, to: Option<KeyType>) {
    if to.is_none() {
        let mut few = [Value::Null; 4];
        let mut count = 0;
        let mut more = Vec::new();
        for part in parts {
            if count < few.len() {
                few[count] = part
            } else {
                if count == few.len() {
                    more.extend_from_slice(&few)
                }
                more.push(part);
            }
            count += 1;
        }
        return if count <= few.len() { tally.add(&few[..count]) } else { tally.add(&more) };
    }
    let parts: Vec<Value<'_>> = parts.collect();
    let mut rooms: Vec<String> = vec![String::new(); parts.len()];
    let cast: Vec<Value<'_>> = parts.iter().zip(&mut rooms).map(|(part, room)| part.cast(to, room)).collect();
    tally.add(&cast);
}

fn parse_json(path: &Path, block: &[u8], asked: &Asked, part: &mut Part) {
    for line in block.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let Ok(object) = serde_json::from_slice::<super::json::Fields>(line) else {
            part.fault(Fault::BadRecord, || path.display().to_string(), line);
            continue;
        };
        part.rows += 1;
        for (key, tally) in asked.keys.iter().zip(&mut part.keys) {
            add(tally, key.iter().map(|name| object.value(name)), asked.types);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_with_a_record_not_with_a_line() {
        let csv = Layout::Csv { delimiter: b',', columns: Vec::new() };
        assert_eq!(last_end(b"a,b\nc,\"d\ne", &csv), 4);
        assert_eq!(last_end(b"a,b\nc,\"d\ne\"\nf", &csv), 12);
        assert_eq!(last_end(b"a,\"b\n", &csv), 0);
        assert_eq!(last_end(b"{}\n{", &Layout::JsonLines), 3);
    }
}
