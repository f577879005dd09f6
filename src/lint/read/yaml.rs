//! YAML, as CloudFormation templates are written: short tags stand for functions.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{Document, Notation, ReadError};
use crate::lint::finding::Finding;
use crate::lint::node::{At, Member, Node, Value, entry_path, member_path};

/// Nodes that aliases may copy, all together: more is an attack or an accident.
const COPIES_MAX: usize = 100_000;
/// Deeper nesting is none that a person wrote.
const DEPTH_MAX: usize = 128;

pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    let mut reader =
        Reader { events: Parser::new_from_str(text), anchors: BTreeMap::new(), copies: 0, findings: Vec::new() };
    let root = reader.document()?;
    Ok(Document { notation: Notation::Yaml, root, findings: reader.findings })
}

struct Reader<Events> {
    events: Events,
    anchors: BTreeMap<usize, Node>,
    copies: usize,
    findings: Vec<Finding>,
}

impl<'a, Events: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> Reader<Events> {
    /// The first document that says something.
    fn document(&mut self) -> Result<Node, ReadError> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd | Event::DocumentEnd => {
                    return Err(ReadError { at: place(&span), message: "the file is empty".to_owned() });
                }
                other => return self.node(other, &span, String::new(), 0),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), ReadError> {
        match self.events.next() {
            Some(Ok(pair)) => Ok(pair),
            Some(Err(error)) => {
                let marker = error.marker();
                Err(ReadError {
                    at: At { line: marker.line(), column: marker.col() + 1 },
                    message: error.kind().to_string(),
                })
            }
            None => Err(ReadError { at: At { line: 1, column: 1 }, message: "the file ends too early".to_owned() }),
        }
    }

    fn node(&mut self, event: Event<'a>, span: &Span, path: String, depth: usize) -> Result<Node, ReadError> {
        let at = place(span);
        if depth > DEPTH_MAX {
            return Err(ReadError { at, message: format!("nested more than {DEPTH_MAX} levels deep") });
        }
        let (anchor, node) = match event {
            Event::Alias(anchor) => return self.alias(anchor, at, &path),
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref());
                (anchor, Node::new(at, path, value))
            }
            Event::SequenceStart(_, anchor, tag) => {
                let entries = self.entries(&path, depth)?;
                (anchor, Node::new(at, path, tagged(tag.as_deref(), Value::List(entries))))
            }
            Event::MappingStart(_, anchor, tag) => {
                let members = self.members(&path, depth)?;
                (anchor, Node::new(at, path, tagged(tag.as_deref(), Value::Map(members))))
            }
            _ => return Err(ReadError { at, message: "a value is missing".to_owned() }),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, at: At, path: &str) -> Result<Node, ReadError> {
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(ReadError { at, message: "an alias inside of its own anchor".to_owned() });
        };
        self.copies += size(target);
        if self.copies > COPIES_MAX {
            return Err(ReadError { at, message: "aliases copy too much".to_owned() });
        }
        Ok(Node { at, path: path.to_owned(), ..target.clone() })
    }

    fn entries(&mut self, path: &str, depth: usize) -> Result<Vec<Node>, ReadError> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(entries);
            }
            let inner = entry_path(path, entries.len());
            entries.push(self.node(event, &span, inner, depth + 1)?);
        }
    }

    fn members(&mut self, path: &str, depth: usize) -> Result<Vec<Member>, ReadError> {
        let mut members: Vec<Member> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let at = place(&span);
            let name = match event {
                Event::MappingEnd => return Ok(members),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(ReadError { at, message: "a key that is no text".to_owned() }),
            };
            let (event, span) = self.next()?;
            let inner = member_path(path, &name);
            let node = self.node(event, &span, inner.clone(), depth + 1)?;
            if members.iter().any(|member| member.name == name) {
                self.findings.push(Finding::duplicate(&inner, at, &name));
                members.retain(|member| member.name != name);
            }
            members.push(Member { name, at, node });
        }
    }
}

fn size(node: &Node) -> usize {
    let inner: usize = node.entries().iter().map(size).sum();
    1 + inner + node.members().iter().map(|member| size(&member.node)).sum::<usize>()
}

fn place(span: &Span) -> At {
    At { line: span.start.line(), column: span.start.col() + 1 }
}

/// `!Ref X` as the function it stands for; YAML's own tags mean nothing here.
fn function(tag: Option<&Tag>) -> Option<&str> {
    tag.filter(|tag| tag.handle() == "!").map(Tag::suffix)
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    match function(tag) {
        Some("Sub") if !text.contains("${") => Value::Text(text.to_owned()),
        Some(name) => Value::Unknown(format!("!{name} {text}")),
        None if style == ScalarStyle::Plain && tag.is_none() => plain(text),
        None => Value::Text(text.to_owned()),
    }
}

fn tagged(tag: Option<&Tag>, value: Value) -> Value {
    function(tag).map_or(value, |name| Value::Unknown(format!("!{name}")))
}

/// YAML's core schema.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => {
            let numeric = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
            match text.parse::<f64>() {
                Ok(number) if numeric && number.is_finite() => Value::Number(number),
                _ => Value::Text(text.to_owned()),
            }
        }
    }
}
