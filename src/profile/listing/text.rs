//! Text listings: `aws s3 ls [--recursive] [--human-readable] [--summarize]` and `s3api … --output text`.

use std::io::BufRead;

use super::lines::{Line, Lines};
use crate::profile::objects::{Count, Fault, Object, Source, State, Tally, moment};
use crate::units::{GIB, KIB, MIB, TIB};

/// What a line is.
enum Parsed<'l> {
    Object(Object<'l>, bool),
    Total(&'static str, u64),
    Other,
    Bad(Fault),
}

pub(super) fn read(stream: &mut impl BufRead, source: &mut Source, tally: &mut Tally) {
    let mut lines = Lines::new(stream);
    let mut totals = Vec::new();
    let (mut rounded, mut api) = (0_u64, false);
    let mut listed = Count::default();
    loop {
        match lines.read_line() {
            Ok(None) => break,
            Ok(Some(Line::TooLong(number, text))) => tally.faults.add(Fault::TooLong, || place(number), text),
            Ok(Some(Line::Text(number, text))) => match parse(text) {
                Parsed::Object(object, human) => {
                    rounded += u64::from(human);
                    api |= text.contains(&b'\t');
                    listed.add(object.size);
                    tally.add(&object);
                }
                Parsed::Total(what, figure) => {
                    source.other_records += 1;
                    totals.push((what, figure));
                }
                Parsed::Other => source.other_records += 1,
                Parsed::Bad(fault) => tally.faults.add(fault, || place(number), text),
            },
            Err(error) => {
                tally.faults.add(Fault::CutOff, || place(lines.number() + 1), error.to_string().as_bytes());
                break;
            }
        }
    }
    source.records = lines.number();
    source.form = if api { "s3api text" } else { "aws s3 ls" }.to_owned();
    if rounded > 0 {
        let text = format!("{rounded} sizes are rounded (`--human-readable`): sums are as exact as they are");
        source.notes.push(("rounded-sizes", text));
    }
    for (what, figure) in totals {
        let found = if what == "objects" { listed.objects } else { listed.bytes };
        if found != figure && (what == "objects" || rounded == 0) {
            let text = format!(
                "the listing's own total says {figure} {what}, its lines give {found}: lines are missing or damaged"
            );
            source.notes.push(("totals-differ", text));
        }
    }
}

fn place(number: u64) -> String {
    format!("line {number}")
}

fn parse(line: &[u8]) -> Parsed<'_> {
    let trimmed = line.trim_ascii();
    if trimmed.is_empty() || trimmed.starts_with(b"PRE ") || trimmed.starts_with(b"COMMONPREFIXES\t") {
        return Parsed::Other;
    }
    for (label, what) in [(b"Total Objects:".as_slice(), "objects"), (b"Total Size:", "bytes")] {
        if let Some(figure) = trimmed.strip_prefix(label) {
            return whole(figure.trim_ascii()).map_or(Parsed::Other, |figure| Parsed::Total(what, figure));
        }
    }
    if let Some((word, rest)) = split_at_tab(line)
        && [b"CONTENTS".as_slice(), b"VERSIONS", b"DELETEMARKERS"].contains(&word)
    {
        return api_line(word, rest);
    }
    ls_line(line)
}

/// `2024-01-05 02:03:04    1234567 key with spaces`; one space stands before the key, whatever it begins with.
fn ls_line(line: &[u8]) -> Parsed<'_> {
    let looks_dated = line.len() > 10 && line[..10].iter().filter(|byte| byte.is_ascii_digit()).count() >= 6;
    let Some(modified_ms) = line.get(..19).filter(|_| line.get(10) == Some(&b' ')).and_then(moment::parse) else {
        return Parsed::Bad(if looks_dated { Fault::BadDate } else { Fault::NotAListingLine });
    };
    let rest = line[19..].trim_ascii_start();
    if rest.len() == line.len() - 19 {
        return Parsed::Bad(Fault::BadDate);
    }
    let Some(end) = memchr::memchr(b' ', rest) else {
        return Parsed::Bad(if whole(rest).is_some() { Fault::NoKey } else { Fault::BadSize });
    };
    let (size, key, human) = match human(&rest[..end], &rest[end + 1..]) {
        Some((size, key)) => (size, key, true),
        None => match whole(&rest[..end]) {
            Some(size) => (size, &rest[end + 1..], false),
            None => return Parsed::Bad(Fault::BadSize),
        },
    };
    if key.is_empty() {
        return Parsed::Bad(Fault::NoKey);
    }
    Parsed::Object(Object { key, size, modified_ms: Some(modified_ms), class: b"", state: State::Current }, human)
}

fn whole(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

/// `1.2 MiB key`, `5 Bytes key`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "rounded sizes"
)]
fn human<'l>(number: &[u8], rest: &'l [u8]) -> Option<(u64, &'l [u8])> {
    let end = memchr::memchr(b' ', rest)?;
    let unit = match &rest[..end] {
        b"Bytes" | b"Byte" => 1,
        b"KiB" => KIB,
        b"MiB" => MIB,
        b"GiB" => GIB,
        b"TiB" => TIB,
        b"PiB" => TIB << 10,
        _ => return None,
    };
    let number: f64 = std::str::from_utf8(number).ok()?.parse().ok()?;
    (number.is_finite() && number >= 0.0).then(|| ((number * unit as f64) as u64, &rest[end + 1..]))
}

fn split_at_tab(line: &[u8]) -> Option<(&[u8], &[u8])> {
    memchr::memchr(b'\t', line).map(|at| (&line[..at], &line[at + 1..]))
}

/// `CONTENTS\tETag\tKey\tLastModified\tSize\tStorageClass`: members in the order of their names, those that are absent
/// left out. The time tells the places: the key stands before it (`IsLatest` between them), the size and class after.
fn api_line<'l>(word: &[u8], rest: &'l [u8]) -> Parsed<'l> {
    let fields: Vec<&[u8]> = rest.split(|byte| *byte == b'\t').collect();
    let Some((at, modified_ms)) = fields.iter().enumerate().rev().find_map(|(at, field)| {
        let time = moment::parse(field).filter(|_| field.len() >= 19)?;
        Some((at, time))
    }) else {
        return Parsed::Bad(Fault::BadDate);
    };
    let Some(key) = at.checked_sub(1).and_then(|before| fields.get(before)).filter(|key| !key.is_empty()) else {
        return Parsed::Bad(Fault::NoKey);
    };
    let is_marker = word == b"DELETEMARKERS";
    let latest = word == b"CONTENTS" || fields[..at].iter().any(|field| field.eq_ignore_ascii_case(b"true"));
    let size = fields[at + 1..].iter().find_map(|field| whole(field));
    let Some(size) = size.or_else(|| is_marker.then_some(0)) else { return Parsed::Bad(Fault::BadSize) };
    let known = |field: &&&[u8]| field.len() > 2 && field.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let class: &[u8] = fields[at + 1..].iter().find(known).copied().unwrap_or_default();
    let state = State::of(latest, is_marker);
    Parsed::Object(Object { key, size, modified_ms: Some(modified_ms), class, state }, false)
}
