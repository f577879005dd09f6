//! Terraform: resources with their blocks; variables' defaults and locals are put in where they are used.

use std::collections::BTreeMap;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::Element;

use super::{Document, Lines, Notation, ReadError};
use crate::lint::finding::Finding;
use crate::lint::node::{At, Member, Node, Value, entry_path, member_path};

/// A variable that stands for a variable that stands for a variable …
const LOOKUPS_MAX: usize = 16;

pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    let lines = Lines::of(text);
    let body: Body = text.parse().map_err(|error: hcl_edit::parser::Error| ReadError {
        at: At { line: error.location().line(), column: error.location().column() },
        message: error.message().to_owned(),
    })?;
    let mut reader = Reader { lines: &lines, known: known(&body), findings: Vec::new() };
    let mut resources = Vec::new();
    for block in body.blocks().filter(|block| block.ident.as_str() == "resource") {
        let [kind, name] = block.labels.as_slice() else { continue };
        let name = format!("{}.{}", kind.as_str(), name.as_str());
        let at = reader.place(block.span());
        let node = Node::new(at, name.clone(), Value::Map(reader.members(&block.body, &name)));
        resources.push(Member { name, at, node });
    }
    let root = Node::new(At { line: 1, column: 1 }, String::new(), Value::Map(resources));
    Ok(Document { notation: Notation::Hcl, root, findings: reader.findings })
}

/// `var.x` with a default and `local.x`, by that text.
fn known(body: &Body) -> BTreeMap<String, &Expression> {
    let mut known = BTreeMap::new();
    for block in body.blocks() {
        match (block.ident.as_str(), block.labels.first()) {
            ("variable", Some(name)) => {
                if let Some(default) = block.body.get_attribute("default") {
                    known.insert(format!("var.{}", name.as_str()), &default.value);
                }
            }
            ("locals", _) => known
                .extend(block.body.attributes().map(|local| (format!("local.{}", local.key.as_str()), &local.value))),
            _ => {}
        }
    }
    known
}

struct Reader<'a> {
    lines: &'a Lines<'a>,
    known: BTreeMap<String, &'a Expression>,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn place(&self, span: Option<std::ops::Range<usize>>) -> At {
        self.lines.at(span.map_or(0, |span| span.start))
    }

    fn members(&mut self, body: &Body, path: &str) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name = attribute.key.as_str();
                    let (at, inner) = (self.place(attribute.key.span()), member_path(path, name));
                    let node = self.node(&attribute.value, inner.clone(), 0);
                    if members.iter().any(|member| member.name == name) {
                        self.findings.push(Finding::duplicate(&inner, at, name));
                    }
                    members.push(Member { name: name.to_owned(), at, node });
                }
                Structure::Block(block) => self.block(block, path, &mut members),
            }
        }
        members
    }

    fn block(&mut self, block: &Block, path: &str, members: &mut Vec<Member>) {
        let at = self.place(block.span());
        let dynamic = block.ident.as_str() == "dynamic";
        let name = match block.labels.first() {
            Some(label) if dynamic => label.as_str().to_owned(),
            _ => block.ident.as_str().to_owned(),
        };
        let inner = member_path(path, &name);
        if dynamic {
            let node = Node::new(at, inner, Value::Unknown(format!("dynamic \"{name}\"")));
            members.push(Member { name, at, node });
            return;
        }
        let count = members.iter().find(|member| member.name == name).map_or(0, |member| member.node.entries().len());
        let inner_path = if count == 0 { inner.clone() } else { entry_path(&inner, count) };
        let node = Node::new(at, inner_path.clone(), Value::Map(self.members(&block.body, &inner_path)));
        match members.iter_mut().find(|member| member.name == name).map(|member| &mut member.node.value) {
            Some(Value::Blocks(blocks)) => blocks.push(node),
            Some(_) => {}
            None => members.push(Member { name, at, node: Node::new(at, inner, Value::Blocks(vec![node])) }),
        }
    }

    fn node(&mut self, expression: &Expression, path: String, depth: usize) -> Node {
        let at = self.place(expression.span());
        let value = self.value(expression, &path, depth);
        Node::new(at, path, value)
    }

    fn value(&mut self, expression: &Expression, path: &str, depth: usize) -> Value {
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(flag) => Value::Bool(*flag.value()),
            Expression::Number(number) => number.value().as_f64().map_or(Value::Null, Value::Number),
            Expression::String(text) => Value::Text(text.value().clone()),
            Expression::StringTemplate(template) => literal(template.iter(), expression),
            Expression::HeredocTemplate(template) => literal(template.template.iter(), expression),
            Expression::Parenthesis(inner) => self.value(inner.inner(), path, depth),
            Expression::Array(array) => Value::List(
                array
                    .iter()
                    .enumerate()
                    .map(|(index, entry)| self.node(entry, entry_path(path, index), depth))
                    .collect(),
            ),
            Expression::Object(object) => Value::Map(
                object
                    .iter()
                    .map(|(key, value)| {
                        let name = key_text(key);
                        let node = self.node(value.expr(), member_path(path, &name), depth);
                        Member { at: node.at, name, node }
                    })
                    .collect(),
            ),
            Expression::FuncCall(call) => self.call(call, expression, path, depth),
            Expression::Traversal(traversal) => self.traversal(traversal, expression, path, depth),
            _ => unknown(expression),
        }
    }

    fn call(&mut self, call: &FuncCall, expression: &Expression, path: &str, depth: usize) -> Value {
        match (call.name.name.as_str(), call.args.get(0)) {
            ("jsonencode", Some(argument)) => Value::Encoded(Box::new(self.node(argument, path.to_owned(), depth))),
            ("tolist" | "toset" | "tonumber" | "tostring" | "tobool", Some(argument)) => {
                self.value(argument, path, depth)
            }
            _ => unknown(expression),
        }
    }

    fn traversal(&mut self, traversal: &Traversal, expression: &Expression, path: &str, depth: usize) -> Value {
        let name = match (&traversal.expr, traversal.operators.as_slice()) {
            (Expression::Variable(scope), [only]) => match only.value() {
                TraversalOperator::GetAttr(name) => {
                    Some(format!("{}.{}", scope.value().as_str(), name.value().as_str()))
                }
                _ => None,
            },
            _ => None,
        };
        match name.and_then(|name| self.known.get(&name).copied()) {
            Some(meant) if depth < LOOKUPS_MAX => self.value(meant, path, depth + 1),
            _ => unknown(expression),
        }
    }
}

fn literal<'a>(elements: impl Iterator<Item = &'a Element>, whole: &Expression) -> Value {
    let parts: Option<Vec<&str>> = elements.map(|element| element.as_literal().map(|text| text.as_str())).collect();
    parts.map_or_else(|| unknown(whole), |parts| Value::Text(parts.concat()))
}

fn unknown(expression: &Expression) -> Value {
    Value::Unknown(expression.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}

fn key_text(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Ident(name) => name.value().as_str().to_owned(),
        ObjectKey::Expression(Expression::String(text)) => text.value().clone(),
        ObjectKey::Expression(Expression::Variable(name)) => name.value().as_str().to_owned(),
        ObjectKey::Expression(other) => other.to_string().trim().to_owned(),
    }
}
