//! The YAML text as a tree whose every node knows its line and column.
//!
//! A tree in between, and not serde structs at once, because one wrong key must not hide the next one, and because
//! a field such as `job` may be a word or a mapping: serde's untagged enums lose the position then.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// Where something stands in the file, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::workload) struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The beginning of the file.
    pub const START: Self = Self { line: 1, column: 1 };

    /// So many characters further on the same line.
    pub const fn moved(self, characters: usize) -> Self {
        Self { line: self.line, column: self.column + characters }
    }
}

impl From<serde_saphyr::Location> for Place {
    fn from(location: serde_saphyr::Location) -> Self {
        let from_one = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
        Self { line: from_one(location.line()), column: from_one(location.column()) }
    }
}

/// A node of the tree.
#[derive(Clone, Debug)]
pub(in crate::workload) struct Node {
    pub place: Place,
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(in crate::workload) enum Kind {
    /// Nothing was written after the colon.
    Null,
    /// A word, number or text, as the user wrote it (so `007` stays `007`).
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file; keys are unique.
    Map(Vec<Entry>),
}

/// One key with its value.
#[derive(Clone, Debug)]
pub(in crate::workload) struct Entry {
    pub key: String,
    pub key_place: Place,
    pub value: Node,
}

/// What serde gives us, before the places and the written text are attached.
enum Loose {
    Null,
    /// A number or boolean: its written form is looked up in the text, this is the fallback.
    Plain(String),
    Text(String),
    List(Vec<Spanned<Loose>>),
    Map(Vec<(Spanned<String>, Spanned<Loose>)>),
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_none<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Plain(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Loose, E> {
        Ok(Loose::Plain(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Loose, E> {
        Ok(Loose::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Loose, E> {
        Err(E::custom("binary values are not used in workload files"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Loose::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Loose, A::Error> {
        let mut map: Vec<(Spanned<String>, Spanned<Loose>)> = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
            if map.len() > super::yaml::MAX_NODES {
                return Err(A::Error::custom("too many keys"));
            }
        }
        Ok(Loose::Map(map))
    }
}

/// The tree of a whole file, before the text is attached.
pub(super) struct LooseTree(Spanned<Loose>);

impl<'de> Deserialize<'de> for LooseTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(LooseTree)
    }
}

impl LooseTree {
    /// Attaches places and written text.
    pub(super) fn into_node(self, text: &str) -> Node {
        settle(self.0, text)
    }
}

fn settle(loose: Spanned<Loose>, text: &str) -> Node {
    let place = Place::from(loose.referenced);
    let kind = match loose.value {
        Loose::Null => Kind::Null,
        Loose::Text(value) => Kind::Scalar(value),
        Loose::Plain(value) => Kind::Scalar(written(loose.defined, text).map_or(value, str::to_owned)),
        Loose::List(items) => Kind::List(items.into_iter().map(|item| settle(item, text)).collect()),
        Loose::Map(entries) => Kind::Map(entries.into_iter().map(|(key, value)| entry(key, value, text)).collect()),
    };
    Node { place, kind }
}

fn entry(key: Spanned<String>, value: Spanned<Loose>, text: &str) -> Entry {
    let key_place = Place::from(key.referenced);
    let mut value = settle(value, text);
    if matches!(value.kind, Kind::Map(_)) && value.place.line > key_place.line {
        // A block mapping begins at its first key; what a person looks for is the key that it belongs to.
        value.place = key_place;
    }
    Entry { key: key.value, key_place, value }
}

/// The characters of a plain scalar as they stand in the file.
fn written(location: serde_saphyr::Location, text: &str) -> Option<&str> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    let raw = text.get(start..start.checked_add(length)?)?.trim();
    (!raw.is_empty() && !raw.starts_with(['*', '"', '\''])).then_some(raw)
}

impl Node {
    /// In words, for messages.
    pub const fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Scalar(_) => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}
