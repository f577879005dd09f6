//! JSON listings: what `aws s3api list-objects-v2` and `list-object-versions` print (one document, or several one
//! after another), a bare array of objects (`--query Contents`), and one object a line.
//!
//! A document is streamed: no more than one object is held. Where it breaks off or is damaged, the rest is searched
//! for whole objects, so that one bad byte does not lose a million keys.

use std::cell::RefCell;
use std::fmt;
use std::io::BufRead;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::profile::objects::{Fault, Object, Source, State, Tally, moment};

/// Longest object that is looked at when a damaged document is searched.
const LONGEST_OBJECT: usize = 64 << 10;
/// Containers within containers that are told apart in that search.
const DEEPEST: usize = 4;

/// Whether a text begins as JSON does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    head.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['))
}

/// Counts what comes.
struct Sink<'t> {
    tally: &'t mut Tally,
    records: u64,
    prefixes: u64,
    versions: bool,
}

impl Sink<'_> {
    fn object(&mut self, value: &Value, section: &str) {
        self.records += 1;
        let number = self.records;
        let place = || format!("object {number}");
        let shown = || value.to_string().into_bytes();
        let Some(object) = value.as_object() else {
            return self.tally.faults.add(Fault::BadRecord, place, &shown());
        };
        let Some(key) = text(object, "Key").filter(|key| !key.is_empty()) else {
            return self.tally.faults.add(Fault::NoKey, place, &shown());
        };
        let is_marker = section == "DeleteMarkers" || (section.is_empty() && is_bare_marker(object));
        let size = object.get("Size").and_then(whole).or_else(|| is_marker.then_some(0));
        let Some(size) = size else { return self.tally.faults.add(Fault::BadSize, place, &shown()) };
        let modified = text(object, "LastModified");
        let modified_ms = modified.and_then(|time| moment::parse(time.as_bytes()));
        if modified.is_some() && modified_ms.is_none() {
            return self.tally.faults.add(Fault::BadDate, place, &shown());
        }
        let latest = object.get("IsLatest").is_none_or(|latest| latest.as_bool().unwrap_or(latest != "false"));
        self.versions |= object.contains_key("VersionId") || object.contains_key("IsLatest");
        let class = text(object, "StorageClass").unwrap_or_default().as_bytes();
        let state = State::of(latest, is_marker);
        self.tally.add(&Object { key: key.as_bytes(), size, modified_ms, class, state });
    }
}

/// A marker outside of its section: a version without a size.
fn is_bare_marker(object: &Map<String, Value>) -> bool {
    object.get("IsDeleteMarker").and_then(Value::as_bool).unwrap_or(false)
        || (object.contains_key("IsLatest") && !object.contains_key("Size") && !object.contains_key("ETag"))
}

fn text<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    object.get(name).and_then(Value::as_str)
}

fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

pub(super) fn read(stream: &mut impl BufRead, source: &mut Source, tally: &mut Tally) {
    let mut sink = Sink { tally, records: 0, prefixes: 0, versions: false };
    let damage = documents(stream, &mut sink);
    if let Some(what) = damage {
        let number = sink.records + 1;
        sink.tally.faults.add(Fault::CutOff, || format!("after object {}", number - 1), what.as_bytes());
        sink.records += 1;
        salvage(stream, &mut sink);
    }
    source.records = sink.records;
    source.other_records = 0;
    source.form = if sink.versions { "list-object-versions JSON" } else { "list-objects-v2 JSON" }.to_owned();
    if sink.prefixes > 0 {
        let text =
            format!("{} common prefixes are named but not listed: what lies below them is not counted", sink.prefixes);
        source.notes.push(("prefixes-not-listed", text));
    }
}

/// Reads documents until the end; gives what is wrong where reading stops before it.
fn documents(stream: &mut impl BufRead, sink: &mut Sink<'_>) -> Option<String> {
    let sink = RefCell::new(sink);
    loop {
        match skip_blank(stream) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(error.to_string()),
        }
        let mut json = serde_json::Deserializer::from_reader(&mut *stream);
        if let Err(error) = Document(&sink).deserialize(&mut json) {
            return Some(error.to_string());
        }
    }
}

fn skip_blank(stream: &mut impl BufRead) -> std::io::Result<bool> {
    loop {
        let buffer = stream.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
        let more = blank < buffer.len();
        stream.consume(blank);
        if more {
            return Ok(true);
        }
    }
}

type Shared<'a, 's, 't> = &'a RefCell<&'s mut Sink<'t>>;

/// A document: a listing, an array of objects, or one object.
struct Document<'a, 's, 't>(Shared<'a, 's, 't>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listing")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<Value>()? {
            self.0.borrow_mut().object(&value, "");
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut own = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "Contents" | "Versions" | "DeleteMarkers" => map.next_value_seed(Section(self.0, &name))?,
                "CommonPrefixes" => {
                    let prefixes: Value = map.next_value()?;
                    let count = prefixes.as_array().map_or(0, Vec::len) as u64;
                    self.0.borrow_mut().prefixes += count;
                }
                "Key" | "Size" | "LastModified" | "StorageClass" | "IsLatest" | "VersionId" | "IsDeleteMarker"
                | "ETag" => {
                    own.insert(name, map.next_value()?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        // One object a line. `Key` alone may also be a field of the answer's own (`Prefix`, `KeyCount` are not).
        if own.contains_key("Key") || own.contains_key("Size") {
            self.0.borrow_mut().object(&Value::Object(own), "");
        }
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.borrow_mut().object(&Value::from(text), "");
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.borrow_mut().object(&Value::from(number), "");
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.borrow_mut().object(&Value::from(number), "");
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.0.borrow_mut().object(&Value::from(number), "");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.borrow_mut().object(&Value::from(value), "");
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The objects of one section.
struct Section<'a, 's, 't, 'n>(Shared<'a, 's, 't>, &'n str);

impl<'de> DeserializeSeed<'de> for Section<'_, '_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Section<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the list of `{}`", self.1)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<Value>()? {
            self.0.borrow_mut().object(&value, self.1);
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Looks for whole objects with a key in what is left of a damaged document.
fn salvage(stream: &mut impl BufRead, sink: &mut Sink<'_>) {
    let mut search = Search::default();
    let mut block = vec![0; 64 << 10];
    loop {
        match stream.read(&mut block) {
            Ok(0) => break,
            Ok(count) => block[..count].iter().for_each(|byte| search.byte(*byte, sink)),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    search.give_up(sink);
}

/// Braces that are open, with the text since the outermost of them.
#[derive(Default)]
struct Search {
    starts: Vec<usize>,
    text: Vec<u8>,
    in_string: bool,
    escaped: bool,
}

impl Search {
    fn byte(&mut self, byte: u8, sink: &mut Sink<'_>) {
        if self.starts.is_empty() {
            if byte == b'{' {
                self.text.clear();
                self.starts.push(0);
                self.text.push(byte);
                self.in_string = false;
            }
            return;
        }
        // An object of a listing has no line break within a string: a string that meets one was never closed.
        if byte == b'\n' && self.in_string {
            return self.give_up(sink);
        }
        self.text.push(byte);
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' if self.starts.len() < DEEPEST => self.starts.push(self.text.len() - 1),
            b'{' => self.give_up(sink),
            b'}' => self.close(sink),
            _ if self.text.len() > LONGEST_OBJECT => self.give_up(sink),
            _ => {}
        }
    }

    fn close(&mut self, sink: &mut Sink<'_>) {
        let Some(start) = self.starts.pop() else { return };
        let Some(found) = self.text.get(start..) else { return };
        let text = String::from_utf8_lossy(found);
        match serde_json::from_str::<Value>(&text) {
            Ok(value) if value.get("Key").is_some() => {
                sink.object(&value, "");
                self.text.clear();
                self.starts.clear();
            }
            // An owner or a checksum within an object, or something else: the outer one goes on.
            Ok(_) if !self.starts.is_empty() => {}
            Ok(_) => self.text.clear(),
            Err(_) => {
                self.starts.clear();
                self.bad(sink);
            }
        }
    }

    /// What was begun is no object.
    fn give_up(&mut self, sink: &mut Sink<'_>) {
        if !self.starts.is_empty() {
            self.starts.clear();
            self.bad(sink);
        }
        self.in_string = false;
        self.escaped = false;
    }

    fn bad(&mut self, sink: &mut Sink<'_>) {
        sink.records += 1;
        let number = sink.records;
        let text = std::mem::take(&mut self.text);
        sink.tally.faults.add(Fault::BadRecord, || format!("object {number}"), &text);
    }
}
