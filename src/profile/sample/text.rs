//! CSV and JSON lines, in blocks that end with a record, parsed in parallel. Quoted line breaks of CSV are kept together
//! by the parity of the quotation marks.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::key::{KeyType, Value};
use super::rows::{Asked, Part, STRIPES};
use crate::profile::listing::text_of;
use crate::profile::objects::name::printable;
use crate::profile::objects::{Fault, SourceError};

const BLOCK: usize = 4 << 20;
/// A record beyond this is no record.
const LONGEST: usize = 64 << 20;
/// Names of columns that an error lists.
const NAMED: usize = 20;

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
    let mut stream = text_of(Box::new(file)).map_err(|error| SourceError::io(path, error))?;
    let mut block = Vec::with_capacity(BLOCK + BLOCK / 4);
    let mut ended = match fill(&mut stream, &mut block, BLOCK) {
        Ok(ended) => ended,
        Err(error) if block.is_empty() => return Err(SourceError::io(path, error)),
        Err(error) => {
            parts[0].fault(Fault::CutOff, || path.display().to_string(), error.to_string().as_bytes());
            true
        }
    };
    let (layout, header) = layout(path, &block, asked)?;
    let met = Met::new(asked);
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
        round.par_iter().zip(parts.par_iter_mut()).for_each(|(block, part)| match &layout {
            Layout::Csv { delimiter, columns } => parse_csv(path, block, *delimiter, columns, asked, part),
            Layout::JsonLines => parse_json(path, block, asked, &met, part),
        });
        if ended && block.is_empty() {
            if layout == Layout::JsonLines {
                met.all(path, asked)?;
            }
            return Ok(if matches!(layout, Layout::JsonLines) { "JSON lines" } else { "CSV" });
        }
    }
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

/// Where the first record ends: a name in quotation marks may hold a line break.
fn first_end(head: &[u8]) -> usize {
    let mut quoted = false;
    for at in memchr::memchr2_iter(b'\n', b'"', head) {
        match head[at] {
            b'"' => quoted = !quoted,
            _ if !quoted => return at + 1,
            _ => {}
        }
    }
    // Without an end the marks are no pairs: the first line it is.
    memchr::memchr(b'\n', head).filter(|_| quoted).map_or(head.len(), |at| at + 1)
}

fn layout(path: &Path, head: &[u8], asked: &Asked) -> Result<(Layout, usize), SourceError> {
    let start = head.trim_ascii_start();
    match start {
        [b'{', ..] => return Ok((Layout::JsonLines, 0)),
        [b'[', rest @ ..] if rest.trim_ascii_start().starts_with(b"{") => {
            let hint = "write one object a line, for example with `jq -c '.[]'`";
            return Err(SourceError::new(path, "it is one JSON array, not JSON lines", hint));
        }
        [] => return Err(SourceError::new(path, "it is empty, without even a header", "")),
        _ => {}
    }
    let end = first_end(head);
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
            let shown: Vec<String> = names.iter().take(NAMED).map(|it| printable(it.as_bytes(), 60)).collect();
            let more = if names.len() > NAMED { ", …" } else { "" };
            let what = format!("it has no column `{name}`; its first line names {}{more}", shown.join(", "));
            SourceError::new(path, what, "name a column of the header with --key")
        })
    };
    let columns = asked.keys.iter().map(|key| key.iter().map(place).collect()).collect::<Result<_, _>>()?;
    Ok((Layout::Csv { delimiter, columns }, end))
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

fn parse_json(path: &Path, block: &[u8], asked: &Asked, met: &Met, part: &mut Part) {
    for line in block.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let Ok(mut object) = serde_json::from_slice::<super::json::Fields>(line) else {
            part.fault(Fault::BadRecord, || path.display().to_string(), line);
            continue;
        };
        part.rows += 1;
        asked.keys.iter().flatten().filter(|name| name.contains('.')).for_each(|name| object.reach(name));
        met.look(&object, asked);
        for (key, tally) in asked.keys.iter().zip(&mut part.keys) {
            add(tally, key.iter().map(|name| object.value(name)), asked.types);
        }
    }
}

/// Which of the fields that were asked for any row of a file has: JSON has no header that could say that there is none.
struct Met(Vec<AtomicBool>);

impl Met {
    fn new(asked: &Asked) -> Self {
        Self(asked.keys.iter().flatten().map(|_| AtomicBool::new(false)).collect())
    }

    fn look(&self, object: &super::json::Fields<'_>, asked: &Asked) {
        for (met, name) in self.0.iter().zip(asked.keys.iter().flatten()) {
            if !met.load(Ordering::Relaxed) && object.has(name) {
                met.store(true, Ordering::Relaxed);
            }
        }
    }

    /// An error when a field was never met.
    fn all(&self, path: &Path, asked: &Asked) -> Result<(), SourceError> {
        let never = self.0.iter().zip(asked.keys.iter().flatten()).find(|(met, _)| !met.load(Ordering::Relaxed));
        match never {
            None => Ok(()),
            Some((_, name)) => Err(SourceError::new(
                path,
                format!("no row of it has a field `{name}`"),
                "name fields with --key as the rows have them, nested ones with dots",
            )),
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

    #[test]
    fn a_header_ends_with_its_record() {
        for (head, expected) in [("a,b\nc", 4), ("\"a\nb\",c\nd", 8), ("a,b", 3), ("a\"b\nc", 4), ("", 0)] {
            assert_eq!(first_end(head.as_bytes()), expected, "{head:?}");
        }
    }
}
