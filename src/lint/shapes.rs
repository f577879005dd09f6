//! The shapes that services and tools accept, and the walk of a document along them.
//!
//! The tables are made from public models by `tables/make.py`; see `tables/README.md`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::code::Code;
use super::finding::{Finding, SchemaFinding};
use super::node::{Node, Value, member_path};
use crate::units::nearest;

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// The services' own APIs.
    Api,
    /// CloudFormation's resources.
    CloudFormation,
    /// Terraform's resources.
    Terraform,
}

#[derive(Debug, Deserialize)]
struct Shapes {
    roots: BTreeMap<String, String>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Structure,
    List,
    Map,
    Blocks,
    String,
    Boolean,
    Integer,
    Number,
    Any,
}

#[derive(Debug, Deserialize)]
struct Shape {
    is: Kind,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    members: BTreeMap<String, String>,
    of: Option<String>,
    #[serde(rename = "enum", default)]
    choices: Vec<String>,
    pattern: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
}

/// Whether it is one of Terraform's own arguments of every resource.
pub(super) fn is_meta_argument(name: &str) -> bool {
    matches!(name, "depends_on" | "count" | "for_each" | "provider" | "lifecycle" | "timeouts" | "provisioner")
}

impl Table {
    /// # Panics
    /// Never in a program that passed its tests: they read every table.
    fn shapes(self) -> &'static Shapes {
        static TABLES: [OnceLock<Shapes>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let (index, text) = match self {
            Self::Api => (0, include_str!("tables/api.json")),
            Self::CloudFormation => (1, include_str!("tables/cloudformation.json")),
            Self::Terraform => (2, include_str!("tables/terraform.json")),
        };
        TABLES[index].get_or_init(|| serde_json::from_str(text).unwrap_or_else(|error| panic!("shape table: {error}")))
    }
}

/// How strictly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Types as JSON has them.
    Exact,
    /// Numbers and flags may be texts, as template languages have them.
    Coerced,
    /// Values only: the members were renamed, so names and absences mean nothing.
    ValuesOnly,
}

/// Walks a document along a root shape of a table.
#[must_use]
pub fn check(table: Table, root: &str, node: &Node, strictness: Strictness) -> Vec<SchemaFinding> {
    let shapes = table.shapes();
    let mut walk = Walk { shapes, strictness, found: Vec::new() };
    if let Some(shape) = shapes.roots.get(root) {
        walk.node(shape, node, &node.path, "");
    }
    walk.found
}

struct Walk {
    shapes: &'static Shapes,
    strictness: Strictness,
    found: Vec<SchemaFinding>,
}

impl Walk {
    fn say(&mut self, finding: Finding, structure: &str, member: &str) {
        self.found.push(SchemaFinding { finding, structure: structure.to_owned(), member: member.to_owned() });
    }

    /// `structure` and `member` say whose member the node is.
    fn node(&mut self, name: &str, node: &Node, structure: &str, member: &str) {
        let Some(shape) = self.shapes.shapes.get(name) else { return };
        if matches!(node.value, Value::Unknown(_) | Value::Null) {
            return;
        }
        match (&shape.is, &node.value) {
            (Kind::Any, _) | (Kind::String, Value::Encoded(_)) => {}
            (Kind::Structure, Value::Map(_)) => self.structure(shape, node),
            (Kind::Structure, Value::Blocks(blocks)) => {
                for block in blocks {
                    self.structure(shape, block);
                }
            }
            (Kind::Blocks, Value::Blocks(_)) => self.inner(shape, node, structure, member),
            // A list of objects is how JSON and generated Terraform write blocks.
            (Kind::List | Kind::Blocks, Value::List(entries)) => {
                self.range(shape, entries.len(), node, structure, member, "entries");
                self.inner(shape, node, structure, member);
            }
            (Kind::Map, Value::Map(members)) => {
                for inner in members {
                    if let Some(of) = &shape.of {
                        self.node(of, &inner.node, &node.path, &inner.name);
                    }
                }
            }
            (Kind::String, Value::Text(text)) => self.string(shape, text, node, structure, member),
            (Kind::Boolean, _) if self.is_flag(node) => {}
            (Kind::Integer | Kind::Number, _) if self.is_number(shape, node) => {
                let number = node.number().unwrap_or_default();
                self.bounds(shape, number, node, structure, member, "");
            }
            (Kind::String, Value::Number(_) | Value::Bool(_)) if self.strictness != Strictness::Exact => {}
            _ => self.wrong_type(shape, node, structure, member),
        }
    }

    fn inner(&mut self, shape: &Shape, node: &Node, structure: &str, member: &str) {
        let Some(of) = &shape.of else { return };
        for entry in node.entries() {
            self.node(of, entry, structure, member);
        }
    }

    fn structure(&mut self, shape: &Shape, node: &Node) {
        let names_matter = self.strictness != Strictness::ValuesOnly;
        for member in node.members() {
            match shape.members.get(&member.name) {
                Some(of) => self.node(of, &member.node, &node.path, &member.name),
                None if names_matter => self.unknown(shape, node, &member.name, member.at),
                None => {}
            }
        }
        let missing = shape.required.iter().filter(|name| node.get(name).is_none());
        for name in missing.filter(|_| names_matter) {
            let whole = if node.path.is_empty() { "The document" } else { "It" };
            let finding = Finding::at_path(
                Code::MissingMember,
                &member_path(&node.path, name),
                node.at,
                format!("{whole} lacks `{name}`, which is required."),
                format!("Add `{name}`."),
            );
            self.say(finding, &node.path, name);
        }
    }

    fn unknown(&mut self, shape: &Shape, node: &Node, name: &str, at: super::node::At) {
        let known: Vec<&str> = shape.members.keys().map(String::as_str).collect();
        let fix = match nearest(name, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if known.len() <= 12 => format!("It takes {}.", known.join(", ")),
            None => "Delete it, or look up its place.".to_owned(),
        };
        let path = member_path(&node.path, name);
        let finding =
            Finding::at_path(Code::UnknownMember, &path, at, format!("There is no `{name}` here: it is refused."), fix);
        self.say(finding, &node.path, name);
    }

    fn is_flag(&self, node: &Node) -> bool {
        matches!(node.value, Value::Bool(_)) || (self.strictness != Strictness::Exact && node.flag().is_some())
    }

    fn is_number(&self, shape: &Shape, node: &Node) -> bool {
        let whole = !matches!(shape.is, Kind::Integer) || node.number().is_some_and(|number| number.fract() == 0.0);
        whole
            && match node.value {
                Value::Number(_) => true,
                Value::Text(_) => self.strictness != Strictness::Exact && node.number().is_some(),
                _ => false,
            }
    }

    fn wrong_type(&mut self, shape: &Shape, node: &Node, structure: &str, member: &str) {
        let wanted = match shape.is {
            Kind::Structure | Kind::Map => "an object",
            Kind::List => "a list",
            Kind::Blocks => "a block",
            Kind::String => "a text",
            Kind::Boolean => "true or false",
            Kind::Integer => "a whole number",
            Kind::Number => "a number",
            Kind::Any => return,
        };
        let named = shape.members.contains_key("Name") && matches!(node.value, Value::Text(_));
        let fix = if named {
            format!("Write {{\"Name\": {}}}.", node.shown())
        } else if matches!(shape.is, Kind::Blocks) {
            format!("Write `{member} {{ … }}` without `=`.")
        } else {
            format!("Write {wanted}.")
        };
        let finding =
            Finding::new(Code::WrongType, node, format!("{} stands where {wanted} is taken.", node.shown()), fix);
        self.say(finding, structure, member);
    }

    fn string(&mut self, shape: &Shape, text: &str, node: &Node, structure: &str, member: &str) {
        // A text with a placeholder inside is not known yet.
        if text.contains("${") {
            return;
        }
        if !shape.choices.is_empty() && !shape.choices.iter().any(|choice| choice == text) {
            let known = shape.choices.join(", ");
            let near = nearest(text, shape.choices.iter().map(String::as_str));
            let fix = near.map_or_else(
                || format!("Use one of {known}."),
                |near| format!("Did you mean `{near}`? It takes {known}."),
            );
            let finding =
                Finding::new(Code::NotAllowedValue, node, format!("`{text}` is none of the allowed values."), fix);
            return self.say(finding, structure, member);
        }
        self.range(shape, text.chars().count(), node, structure, member, "characters");
        let Some(pattern) = &shape.pattern else { return };
        if !whole_match(pattern, text) {
            let finding = Finding::new(
                Code::PatternMismatch,
                node,
                format!("{} has not the form that the service takes.", node.shown()),
                format!("It must match `{pattern}`."),
            );
            self.say(finding, structure, member);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a length for a comparison")]
    fn range(&mut self, shape: &Shape, size: usize, node: &Node, structure: &str, member: &str, unit: &str) {
        self.bounds(shape, size as f64, node, structure, member, unit);
    }

    fn bounds(&mut self, shape: &Shape, size: f64, node: &Node, structure: &str, member: &str, unit: &str) {
        let (low, high) = (shape.min.filter(|low| size < *low), shape.max.filter(|high| size > *high));
        let Some((limit, word)) = low.map(|low| (low, "least")).or(high.map(|high| (high, "most"))) else { return };
        let amount = format!("{size} {unit}");
        let finding = Finding::new(
            Code::OutOfRange,
            node,
            format!("{} is outside of the range: at {word} {limit}.", amount.trim()),
            format!("Write at {word} {limit}."),
        );
        self.say(finding, structure, member);
    }
}

/// Whether the whole text matches; the models mean it so.
fn whole_match(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?s:{pattern})$")).map_or(true, |regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: [Table; 3] = [Table::Api, Table::CloudFormation, Table::Terraform];

    #[test]
    fn tables_are_whole_and_every_pattern_can_be_read() {
        for table in TABLES {
            let shapes = table.shapes();
            assert!(shapes.roots.len() >= 5, "{table:?}");
            let named = shapes.shapes.values().flat_map(|shape| shape.members.values().chain(&shape.of));
            for name in named.chain(shapes.roots.values()) {
                assert!(shapes.shapes.contains_key(name), "{table:?}: {name}");
            }
            for shape in shapes.shapes.values() {
                if let Some(pattern) = &shape.pattern {
                    assert!(Regex::new(&format!("^(?s:{pattern})$")).is_ok(), "{pattern}");
                }
            }
        }
    }

    #[test]
    fn a_pattern_covers_the_whole_text() {
        assert!(whole_match("[0-9]+", "12"));
        assert!(!whole_match("[0-9]+", "12a"));
    }
}
