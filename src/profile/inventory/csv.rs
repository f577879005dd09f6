//! CSV data files: one record a line (keys are URL-encoded, so that none holds a line break), every field quoted.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::Part;
use super::columns::Columns;
use crate::profile::listing::{Line, Lines, text_of};
use crate::profile::objects::{Fault, Object, SourceError, State, Tally, moment};

/// Reads data files one after another. One that cannot be read is a fault, unless it is the only one.
pub(super) fn read_all(
    files: &mut dyn Iterator<Item = &PathBuf>,
    columns: Option<&Columns>,
    alone: bool,
    now_ms: i64,
) -> Result<Part, SourceError> {
    let mut part = Part::new(now_ms);
    for path in files {
        match read(path, columns, &mut part) {
            Err(error) if alone => return Err(error),
            Err(error) => {
                part.fault(Fault::Unreadable, 1, || path.display().to_string(), error.what.as_bytes());
            }
            Ok(()) => {}
        }
    }
    Ok(part)
}

/// Reads one data file, plain or packed, in UTF-8 or UTF-16. Without columns the first record tells them.
fn read(path: &Path, columns: Option<&Columns>, part: &mut Part) -> Result<(), SourceError> {
    let file = File::open(path).map_err(|error| SourceError::io(path, error))?;
    let mut lines = Lines::new(text_of(Box::new(file)).map_err(|error| SourceError::io(path, error))?);
    let mut known = columns.cloned();
    let mut fields = Vec::new();
    loop {
        match lines.read_line() {
            Ok(None) => break,
            Ok(Some(Line::TooLong(number, text))) => fault(&mut part.tally, Fault::TooLong, path, number, text),
            Ok(Some(Line::Text(_, text))) if text.trim_ascii().is_empty() => part.other += 1,
            Ok(Some(Line::Text(number, text))) => {
                let whole = split(text, &mut fields);
                if known.is_none() {
                    let names = fields.iter().filter_map(|field| std::str::from_utf8(field).ok());
                    if let Some(named) = Columns::named(names).filter(|it| it.count == fields.len()) {
                        known = Some(named);
                        part.other += 1;
                        continue;
                    }
                    known = Columns::guessed(&fields);
                }
                let Some(columns) = &known else {
                    return Err(SourceError::new(
                        path,
                        format!("line {number} is no record of an inventory"),
                        "give the inventory's manifest.json, which names the columns",
                    ));
                };
                if !whole || fields.len() != columns.count {
                    fault(&mut part.tally, Fault::BadRecord, path, number, text);
                } else {
                    record(&fields, columns, &mut part.tally, |tally, kind| fault(tally, kind, path, number, text));
                }
            }
            Err(error) => {
                let place = || format!("{} line {}", path.display(), lines.number() + 1);
                part.fault(Fault::CutOff, 1, place, error.to_string().as_bytes());
                break;
            }
        }
    }
    part.records += lines.number();
    Ok(())
}

fn fault(tally: &mut Tally, kind: Fault, path: &Path, number: u64, text: &[u8]) {
    tally.faults.add(kind, || format!("{} line {number}", path.display()), text);
}

fn record(fields: &[Vec<u8>], columns: &Columns, tally: &mut Tally, mut bad: impl FnMut(&mut Tally, Fault)) {
    let field = |at: Option<usize>| at.and_then(|at| fields.get(at)).map_or(b"".as_slice(), Vec::as_slice);
    let key = decoded(&fields[columns.key]);
    if key.is_empty() {
        return bad(tally, Fault::NoKey);
    }
    let is_marker = field(columns.is_delete_marker).eq_ignore_ascii_case(b"true");
    let size = match std::str::from_utf8(field(columns.size)).ok().and_then(|text| text.parse().ok()) {
        Some(size) => size,
        // A delete marker has none, and an inventory without sizes has none at all.
        None if is_marker || columns.size.is_none() => 0,
        None => return bad(tally, Fault::BadSize),
    };
    let time = field(columns.modified);
    let modified_ms = moment::parse(time);
    if !time.is_empty() && modified_ms.is_none() {
        return bad(tally, Fault::BadDate);
    }
    let latest = columns.is_latest.is_none() || !field(columns.is_latest).eq_ignore_ascii_case(b"false");
    let tier = field(columns.tier);
    let class =
        if tier.starts_with(b"ARCHIVE") || tier.starts_with(b"DEEP_ARCHIVE") { tier } else { field(columns.class) };
    tally.add(&Object { key: &key, size, modified_ms, class, state: State::of(latest, is_marker) });
}

/// Fields of a line; `false` when a quotation mark is not closed.
fn split(line: &[u8], fields: &mut Vec<Vec<u8>>) -> bool {
    let mut count = 0;
    let mut rest = line;
    loop {
        if fields.len() == count {
            fields.push(Vec::new());
        }
        let field = &mut fields[count];
        field.clear();
        count += 1;
        let whole = if rest.first() == Some(&b'"') { quoted(&mut rest, field) } else { bare(&mut rest, field) };
        if !whole {
            fields.truncate(count);
            return false;
        }
        if rest.is_empty() {
            fields.truncate(count);
            return true;
        }
        rest = &rest[1..];
    }
}

fn bare(rest: &mut &[u8], field: &mut Vec<u8>) -> bool {
    let end = memchr::memchr(b',', rest).unwrap_or(rest.len());
    field.extend_from_slice(&rest[..end]);
    *rest = &rest[end..];
    true
}

fn quoted(rest: &mut &[u8], field: &mut Vec<u8>) -> bool {
    *rest = &rest[1..];
    loop {
        let Some(end) = memchr::memchr(b'"', rest) else { return false };
        field.extend_from_slice(&rest[..end]);
        *rest = &rest[end + 1..];
        match rest.first() {
            Some(b'"') => {
                field.push(b'"');
                *rest = &rest[1..];
            }
            None | Some(b',') => return true,
            Some(_) => return false,
        }
    }
}

/// A URL-encoded key; what is no encoding stays as it is.
fn decoded(key: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if !key.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return key.into();
    }
    let digit =
        |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|it| u8::try_from(it).ok());
    let mut out = Vec::with_capacity(key.len());
    let mut at = 0;
    while let Some(byte) = key.get(at) {
        at += 1;
        match (byte, digit(key.get(at)), digit(key.get(at + 1))) {
            (b'%', Some(high), Some(low)) => {
                out.push(16 * high + low);
                at += 2;
            }
            (b'+', _, _) => out.push(b' '),
            _ => out.push(*byte),
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_and_what_is_no_code_stays() {
        assert_eq!(&*decoded(b"a%2Fb+c%C3%BC"), "a/b cü".as_bytes());
        assert_eq!(&*decoded(b"100%"), b"100%");
        assert_eq!(&*decoded(b"%zz%4"), b"%zz%4");
    }

    #[test]
    fn fields_with_quotes_and_without() {
        let mut fields = Vec::new();
        assert!(split(b"\"a\",\"b,c\",\"d\"\"e\",,f", &mut fields));
        assert_eq!(fields, [b"a".to_vec(), b"b,c".to_vec(), b"d\"e".to_vec(), Vec::new(), b"f".to_vec()]);
        assert!(!split(b"\"a\",\"b", &mut fields));
        assert!(!split(b"\"a\"x,b", &mut fields));
        assert!(split(b"a,", &mut fields));
        assert_eq!(fields.len(), 2);
    }
}
