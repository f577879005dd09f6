//! Figures of a page's tables and of a CSV, held against the JSON of the same answer.
//!
//! A row is about the objects of the JSON that have one of its texts (a name, a shape, an assumption): its figures must be
//! theirs, of the right kind and rounded as they are written. A row that names nothing may take them from anywhere in the
//! document. Figures inside a sentence must stand in a sentence of the JSON.

use regex::Regex;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use shapecast::units::{Bytes, Span};

/// Keys whose texts name an object; an engine or a code is shared by too many.
const NAMES: [&str; 13] = [
    "name",
    "workload",
    "renamed_from",
    "id",
    "shape_text",
    "text",
    "path",
    "axis",
    "week",
    "part",
    "service",
    "group",
    "job",
];

/// What a figure measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Money,
    Time,
    Bytes,
    Percent,
    Count,
}

/// A figure as it is written, with where it begins in its cell.
#[derive(Clone, Debug)]
pub struct Figure {
    pub kind: Kind,
    pub text: String,
    pub at: usize,
}

/// A row: the texts of its cells.
type Row = Vec<String>;

/// The rows of all tables, headings included.
pub fn rows(html: &str) -> Vec<Row> {
    let row = Regex::new(r"(?s)<tr[^>]*>(.*?)</tr>").expect("a pattern");
    let cell = Regex::new(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>").expect("a pattern");
    row.captures_iter(html)
        .filter_map(|found| found.get(1))
        .map(|row| {
            let cells = cell.captures_iter(row.as_str()).filter_map(|found| found.get(1));
            cells.map(|cell| plain(cell.as_str())).collect()
        })
        .collect()
}

fn plain(text: &str) -> String {
    let text = text.replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

/// The figures of a text. Names with digits (`r6g.4xlarge`, `2026-W46`, dates) are no figures.
pub fn figures(text: &str) -> Vec<Figure> {
    let pattern = Regex::new(concat!(
        r"(?<money>-?\$[0-9][0-9,]*(?:\.[0-9]+)?)",
        r"|(?<name>[A-Za-z0-9_.:/-]*[A-Za-z_][A-Za-z0-9_.:/-]*|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)",
        r"|(?<time>[0-9]+ h [0-9]{2} min(?-u:\b)|[0-9]+ (?:min|ms|s)(?-u:\b))",
        r"|(?<bytes>[0-9.]+ (?:[PTGMk]B|B)(?-u:\b))",
        r"|(?<percent>(?:[<>] )?-?[0-9.]+ %)",
        r"|(?<count>[0-9][0-9,]*(?:\.[0-9]+)?)",
    ))
    .expect("a pattern");
    let kinds = [
        ("money", Kind::Money),
        ("time", Kind::Time),
        ("bytes", Kind::Bytes),
        ("percent", Kind::Percent),
        ("count", Kind::Count),
    ];
    pattern
        .captures_iter(text)
        .filter_map(|found| kinds.iter().find_map(|(name, kind)| Some((*kind, found.name(name)?))))
        .map(|(kind, found)| Figure { kind, text: found.as_str().to_owned(), at: found.start() })
        .collect()
}

/// A part of the JSON: numbers by kind, and sentences.
#[derive(Default)]
struct Known {
    numbers: Vec<(Option<Kind>, Decimal, f64)>,
    texts: Vec<String>,
}

impl Known {
    fn add(&mut self, value: &Value, kind: Option<Kind>) {
        match value {
            Value::Number(number) => {
                let text = number.to_string();
                let exact = text.parse().or_else(|_| Decimal::from_scientific(&text)).unwrap_or_default();
                self.numbers.push((kind, exact, number.as_f64().unwrap_or(f64::NAN)));
            }
            Value::String(text) => self.texts.push(text.clone()),
            Value::Array(list) => list.iter().for_each(|it| self.add(it, kind)),
            Value::Object(map) => map.iter().for_each(|(key, it)| self.add(it, kind_of(key).or(kind))),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn add_all(&mut self, object: &Object, kind: Option<Kind>) {
        object.iter().for_each(|(key, it)| self.add(it, kind_of(key).or(kind)));
    }

    /// Without what lies deeper.
    fn add_own(&mut self, object: &Object, kind: Option<Kind>) {
        let own = object.iter().filter(|(_, it)| it.is_number());
        own.for_each(|(key, it)| self.add(it, kind_of(key).or(kind)));
    }

    fn has(&self, figure: &Figure) -> bool {
        self.texts.iter().any(|text| stands_in(&figure.text, text)) || self.has_number(figure)
    }

    fn has_number(&self, figure: &Figure) -> bool {
        let text = figure.text.as_str();
        let of = |kinds: &'static [Option<Kind>]| self.numbers.iter().filter(move |it| kinds.contains(&it.0));
        match figure.kind {
            // Without cents it is exact: nothing.
            Kind::Money if !text.contains('.') => {
                of(&[Some(Kind::Money)]).any(|it| Ok(it.1) == text.replace('$', "").parse())
            }
            Kind::Money => of(&[Some(Kind::Money)]).any(|it| rounds_to(it.1, &text.replace('$', ""))),
            Kind::Time => of(&[Some(Kind::Time)]).any(|it| Span::seconds(it.2).to_string() == text),
            Kind::Bytes => of(&[Some(Kind::Bytes), None]).any(|it| Bytes::new(1).scaled(it.2).to_string() == text),
            Kind::Percent => of(&[None]).any(|it| match text {
                "< 1 %" => it.2 > 0.0 && it.2 < 0.01,
                "> 99 %" => it.2 > 0.99 && it.2 < 1.0,
                text => rounds_to(it.1 * Decimal::ONE_HUNDRED, text.trim_end_matches(" %")),
            }),
            Kind::Count => of(&[None]).any(|it| rounds_to(it.1, text)),
        }
    }
}

/// The contract has the unit in every key.
fn kind_of(key: &str) -> Option<Kind> {
    if key.ends_with("_usd") {
        Some(Kind::Money)
    } else if key.ends_with("_s") {
        Some(Kind::Time)
    } else if key.ends_with("_bytes") || key == "bytes" {
        Some(Kind::Bytes)
    } else {
        None
    }
}

/// Whether a value, rounded to the places of a text, is the text. A float's half may go either way.
fn rounds_to(value: Decimal, text: &str) -> bool {
    let Ok(written) = text.replace(',', "").parse::<Decimal>() else { return false };
    // More digits than a double holds: the last ones are the reader's.
    if text.len() > 16 {
        return (value - written).abs() <= written.abs() * Decimal::new(1, 14);
    }
    let rounded = |strategy| value.round_dp_with_strategy(written.scale(), strategy) == written;
    rounded(RoundingStrategy::MidpointAwayFromZero) || rounded(RoundingStrategy::MidpointNearestEven)
}

/// Whether a figure stands in a text, not as a part of a longer number.
fn stands_in(figure: &str, text: &str) -> bool {
    text.match_indices(figure).any(|(at, _)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let mut after = text[at + figure.len()..].chars();
        let next = after.next();
        let goes_on = digit(next) || (matches!(next, Some('.' | ',')) && digit(after.next()));
        let mut before = text[..at].chars().rev();
        let last = before.next();
        let came_on = digit(last) || (matches!(last, Some('.' | ',')) && digit(before.next()));
        !goes_on && !came_on
    })
}

/// A document, by what its objects say of themselves.
pub struct Json {
    value: Value,
    all: Known,
}

impl Json {
    pub fn new(value: Value) -> Self {
        let mut all = Known::default();
        all.add(&value, None);
        Self { value, all }
    }

    /// What the objects know that have one of these texts themselves; `None` when no object has.
    fn about(&self, texts: &[String]) -> Option<Known> {
        let mut known = Known::default();
        let mut visit = |place: &Place<'_>| {
            let named = |key: &&str| {
                place.object.get(*key).and_then(Value::as_str).is_some_and(|own| texts.iter().any(|it| it == own))
            };
            let hit = NAMES.iter().any(named);
            if hit {
                known.add_all(place.object, place.kind);
                known.texts.push(format!("place {}", place.index + 1));
                let mut above = place.above;
                while let Some(outer) = above {
                    known.add_own(outer.object, outer.kind);
                    above = outer.above;
                }
            }
            hit
        };
        collect(&self.value, None, 0, None, &mut visit);
        (!known.texts.is_empty()).then_some(known)
    }

    /// The figures of a page's tables that the document does not have, and how many there are in all.
    pub fn missing_of_html(&self, html: &str) -> (Vec<String>, usize) {
        let mut missing = Vec::new();
        let mut seen = 0;
        for row in rows(html) {
            let (wrong, all) = self.missing_of_row(&row);
            missing.extend(wrong);
            seen += all;
        }
        (missing, seen)
    }

    /// The same of one row.
    pub fn missing_of_row(&self, row: &Row) -> (Vec<String>, usize) {
        let known = self.about(&anchors(row.iter().cloned()));
        let known = known.as_ref().unwrap_or(&self.all);
        let figures: Vec<Figure> = row.iter().flat_map(|cell| figures(cell)).collect();
        let missing = figures.iter().filter(|figure| !known.has(figure));
        (missing.map(|it| format!("{:?} `{}` of {row:?}", it.kind, it.text)).collect(), figures.len())
    }

    /// The numbers of a CSV that the document does not have, and how many there are in all.
    pub fn missing_of_csv(&self, text: &str) -> (Vec<String>, usize) {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headings = reader.headers().expect("headings").clone();
        let mut missing = Vec::new();
        let mut seen = 0;
        for record in reader.records() {
            let record = record.expect("a row");
            // A row of the report's CSV is one figure: its place is in the first columns, not in an object's texts.
            let single = &headings[0] == "section";
            let known = if single { None } else { self.about(&anchors(record.iter().map(str::to_owned))) };
            let known = known.as_ref().unwrap_or(&self.all);
            for (heading, cell) in headings.iter().zip(&record) {
                if cell.parse::<Decimal>().is_err() {
                    continue;
                }
                seen += 1;
                let kind = kind_of(heading);
                // A place in a list stands in no key.
                if heading == "place" && known.texts.contains(&format!("place {cell}")) {
                    continue;
                }
                let right = |it: &(Option<Kind>, Decimal, f64)| (single || it.0 == kind) && rounds_to(it.1, cell);
                let is_text = known.texts.iter().any(|text| text == cell);
                if !is_text && !known.numbers.iter().any(right) {
                    missing.push(format!("`{heading}` {cell} of {record:?}"));
                }
            }
        }
        (missing, seen)
    }
}

/// Texts of a row that may name something: whole cells, and the first line of each.
fn anchors(cells: impl Iterator<Item = String>) -> Vec<String> {
    let lines = cells.flat_map(|cell| [cell.lines().next().unwrap_or_default().to_owned(), cell]);
    lines.filter(|text| text.chars().any(char::is_alphabetic)).collect()
}

type Object = serde_json::Map<String, Value>;

/// An object, what its numbers measure, its place in its list, and what it is a part of.
struct Place<'a> {
    object: &'a Object,
    kind: Option<Kind>,
    index: usize,
    above: Option<&'a Place<'a>>,
}

/// Visits objects from outside in; where `visit` says that one is wanted, its inner ones are not visited.
fn collect(
    value: &Value,
    kind: Option<Kind>,
    index: usize,
    above: Option<&Place<'_>>,
    visit: &mut dyn FnMut(&Place<'_>) -> bool,
) {
    match value {
        Value::Object(object) => {
            let place = Place { object, kind, index, above };
            if !visit(&place) {
                object.iter().for_each(|(key, it)| collect(it, kind_of(key).or(kind), 0, Some(&place), visit));
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, it)| collect(it, kind, index, above, visit));
        }
        _ => {}
    }
}
