//! The walk over the tree: fields with their places, and all problems on the way.

use std::cell::RefCell;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::tree::{Entry, Kind, Node, Place};
use crate::units::did_you_mean;
use crate::workload::{Vocabulary, WorkloadError};

/// A value with the place and key path where it stands.
#[derive(Clone, Debug)]
pub(in crate::workload) struct At<T> {
    pub value: T,
    pub place: Place,
    pub path: String,
}

impl<T> At<T> {
    /// A value that stands in no file: for writing one.
    pub fn nowhere(value: T) -> Self {
        Self { value, place: Place::default(), path: String::new() }
    }

    /// Another value at the same place.
    pub fn with<U>(&self, value: U) -> At<U> {
        At { value, place: self.place, path: self.path.clone() }
    }
}

impl<T: Serialize> Serialize for At<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// What the whole walk shares: the names to check against and the problems found.
pub(in crate::workload) struct Reader<'a> {
    pub file: &'a str,
    pub vocabulary: &'a Vocabulary<'a>,
    problems: RefCell<Vec<WorkloadError>>,
}

impl<'a> Reader<'a> {
    pub const fn new(file: &'a str, vocabulary: &'a Vocabulary<'a>) -> Self {
        Self { file, vocabulary, problems: RefCell::new(Vec::new()) }
    }

    /// Notes a problem; the walk goes on.
    pub fn problem(&self, place: Place, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.borrow_mut().push(WorkloadError {
            file: self.file.to_owned(),
            line: place.line,
            column: place.column,
            path: path.to_owned(),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Notes that the value of a field is wrong.
    pub fn wrong<T>(&self, at: &At<T>, wrong: impl AsRef<str>, hint: impl Into<String>) {
        self.problem(at.place, &at.path, format!("cannot use `{}`: {}", at.path, wrong.as_ref()), hint);
    }

    /// Whether a problem was noted at this key or below it.
    pub fn has_problem_at(&self, path: &str) -> bool {
        let below = |problem: &WorkloadError| {
            problem.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.problems.borrow().iter().any(below)
    }

    /// Whether an unknown key of this section was taken for a misspelt `key`: it is not missing then.
    pub fn has_misspelt(&self, section: &str, key: &str) -> bool {
        let meant = format!("did you mean `{key}`?");
        let parent = |path: &str| path.rfind('.').map_or(0, |end| end);
        let misspelt = |it: &WorkloadError| it.path[..parent(&it.path)] == *section && it.hint.starts_with(&meant);
        self.problems.borrow().iter().any(misspelt)
    }

    /// Whether nothing was wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// All problems, in the order of the file.
    pub fn into_problems(self) -> Vec<WorkloadError> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems.dedup();
        problems
    }
}

/// What can be read from a node.
pub(in crate::workload) trait FromNode: Sized {
    /// The value, or nothing after the problem was noted.
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self>;
}

impl<T: FromNode> FromNode for At<T> {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        let value = T::from_node(node, path, reader)?;
        Some(Self { value, place: node.place, path: path.to_owned() })
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        let Kind::List(items) = &node.kind else {
            mismatch(node, path, reader, "a list", "write a list, for example `[a, b]`");
            return None;
        };
        let read = |(index, item)| T::from_node(item, &format!("{path}[{index}]"), reader);
        // All items are read before any missing one ends the list, so that each gets its own message.
        let read: Vec<Option<T>> = items.iter().enumerate().map(read).collect();
        read.into_iter().collect()
    }
}

/// Free keys with values of one kind, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(in crate::workload) struct Table<T>(pub Vec<(String, At<T>)>);

impl<T: FromNode> FromNode for Table<T> {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        let entries = mapping(node, path, reader)?;
        let read = |entry: &Entry| {
            let path = join(path, &entry.key);
            let value = At::<T>::from_node(&entry.value, &path, reader)?;
            Some((entry.key.clone(), At { place: entry.key_place, ..value }))
        };
        let read: Vec<Option<(String, At<T>)>> = entries.iter().map(read).collect();
        read.into_iter().collect::<Option<_>>().map(Table)
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<T: JsonSchema> JsonSchema for Table<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Table_of_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        std::collections::BTreeMap::<String, T>::json_schema(generator)
    }
}

/// A field that may be one word or number, or a mapping with the details.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(in crate::workload) enum ShortOr<S, L> {
    /// One word or number.
    Short(S),
    /// The mapping.
    Long(L),
}

impl<S: FromNode, L: FromNode> FromNode for ShortOr<S, L> {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        match node.kind {
            Kind::Map(_) => L::from_node(node, path, reader).map(Self::Long),
            _ => S::from_node(node, path, reader).map(Self::Short),
        }
    }
}

/// The entries of a mapping, or a problem.
pub(in crate::workload) fn mapping<'n>(node: &'n Node, path: &str, reader: &Reader<'_>) -> Option<&'n [Entry]> {
    if let Kind::Map(entries) = &node.kind {
        return Some(entries);
    }
    mismatch(node, path, reader, "a mapping", "write `key: value` lines, indented under it");
    None
}

/// The text of a scalar, or a problem.
pub(in crate::workload) fn scalar<'n>(node: &'n Node, path: &str, reader: &Reader<'_>) -> Option<&'n str> {
    if let Kind::Scalar(text) = &node.kind {
        return Some(text);
    }
    mismatch(node, path, reader, "a single value", "write one value");
    None
}

fn mismatch(node: &Node, path: &str, reader: &Reader<'_>, wanted: &str, hint: &str) {
    let name = if path.is_empty() { "the workload file".to_owned() } else { format!("`{path}`") };
    let hint = if matches!(node.kind, Kind::Null) { "write a value, or delete the line" } else { hint };
    let message = format!("cannot read {name}: it is {}, not {wanted}", node.describe());
    reader.problem(node.place, path, message, hint);
}

/// Notes every key that is not in `known`.
pub(in crate::workload) fn refuse_unknown(entries: &[Entry], known: &[&str], path: &str, reader: &Reader<'_>) {
    for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        let comma = entry.key.parse::<f64>().is_ok() && matches!(entry.value.kind, Kind::Null);
        let hint = if comma {
            "inside { } a comma ends the value: write large numbers without commas".to_owned()
        } else {
            format!("{}known keys: {}", did_you_mean(&entry.key, known.iter().copied()), known.join(", "))
        };
        let section = if path.is_empty() { "the workload file".to_owned() } else { format!("`{path}`") };
        let message = format!("cannot read {section}: unknown key `{}`", entry.key);
        reader.problem(entry.key_place, &join(path, &entry.key), message, hint);
    }
}

/// The path of a key inside a section.
pub(in crate::workload) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Declares a section of the file once: its keys with their documentation become the struct, its reader (which
/// refuses unknown keys with a "did you mean" and collects every problem), its writer and its JSON Schema.
macro_rules! section {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub(in crate::workload) struct $name {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<At<$type>>,
            )*
        }

        impl FromNode for $name {
            fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
                let entries = mapping(node, path, reader)?;
                let known = [$(stringify!($field).trim_start_matches("r#")),*];
                refuse_unknown(entries, &known, path, reader);
                let mut section = Self::default();
                for entry in entries {
                    let path = join(path, &entry.key);
                    $(
                        if entry.key == stringify!($field).trim_start_matches("r#") {
                            section.$field = FromNode::from_node(&entry.value, &path, reader);
                        }
                    )*
                }
                Some(section)
            }
        }
    };
}
pub(in crate::workload) use section;
