//! JSON, and the comments and commas that some write into it.

use std::collections::BTreeSet;

use jsonc_parser::ast::{ObjectProp, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseError;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::{Document, Lines, Notation, ReadError};
use crate::lint::code::Code;
use crate::lint::finding::Finding;
use crate::lint::node::{At, Member, Node, Value, entry_path, member_path};

pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    let lines = Lines::of(text);
    let broken = |error: &ParseError| ReadError {
        at: lines.at(error.range().start),
        message: error.kind().to_string().trim_end_matches('.').to_owned(),
    };
    let collect = CollectOptions { comments: CommentCollectionStrategy::Separate, tokens: false };
    let parsed = parse_to_ast(text, &collect, &options(true)).map_err(|error| broken(&error))?;
    let Some(value) = parsed.value else {
        return Err(ReadError { at: At { line: 1, column: 1 }, message: "the file is empty".to_owned() });
    };
    let mut reader = Reader { lines: &lines, findings: Vec::new() };
    let comments: BTreeSet<usize> =
        parsed.comments.iter().flat_map(|all| all.values()).flat_map(|few| few.iter().map(Ranged::start)).collect();
    if let Some(first) = comments.first() {
        reader.comment(*first, comments.len());
    }
    if let Err(error) = parse_to_ast(text, &CollectOptions::default(), &options(false)) {
        reader.trailing_comma(error.range().start);
    }
    let root = reader.node(&value, String::new());
    Ok(Document { notation: Notation::Json, root, findings: reader.findings })
}

/// Strict JSON, but for comments, and for commas at the end where `commas` says so.
const fn options(commas: bool) -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_loose_object_property_names: false,
        allow_trailing_commas: commas,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

struct Reader<'a> {
    lines: &'a Lines<'a>,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn comment(&mut self, offset: usize, count: usize) {
        let others = match count {
            1 => String::new(),
            more => format!(" ({} in all, this is the first)", more),
        };
        self.findings.push(Finding::at_place(
            Code::JsonComment,
            self.lines.at(offset),
            format!("A comment{others}: JSON has none, so neither the AWS CLI nor an SDK can read the file."),
            "Delete the comments; say it in a README or in a tag.",
        ));
    }

    fn trailing_comma(&mut self, offset: usize) {
        self.findings.push(Finding::at_place(
            Code::JsonTrailingComma,
            self.lines.at(offset),
            "A comma before a closing bracket: JSON has none there, so neither the AWS CLI nor an SDK can read the file.",
            "Delete the comma.",
        ));
    }

    fn node(&mut self, value: &Ast<'_>, path: String) -> Node {
        let at = self.lines.at(value.start());
        let value = match value {
            Ast::NullKeyword(_) => Value::Null,
            Ast::BooleanLit(literal) => Value::Bool(literal.value),
            Ast::NumberLit(literal) => literal.value.parse().map_or(Value::Null, Value::Number),
            Ast::StringLit(literal) => text(&literal.value),
            Ast::Array(array) => Value::List(
                array
                    .elements
                    .iter()
                    .enumerate()
                    .map(|(index, entry)| self.node(entry, entry_path(&path, index)))
                    .collect(),
            ),
            Ast::Object(object) => Value::Map(self.members(&object.properties, &path)),
        };
        Node::new(at, path, value)
    }

    fn members(&mut self, properties: &[ObjectProp<'_>], path: &str) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for property in properties {
            let name = property.name.as_str();
            let (at, inner) = (self.lines.at(property.start()), member_path(path, name));
            let node = self.node(&property.value, inner.clone());
            if members.iter().any(|member| member.name == name) {
                self.findings.push(Finding::duplicate(&inner, at, name));
                members.retain(|member| member.name != name);
            }
            members.push(Member { name: name.to_owned(), at, node });
        }
        members
    }
}

/// A text that is nothing but a placeholder of ours or of a shell (`${NAME}`) is not known yet.
fn text(text: &str) -> Value {
    let placeholder = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match placeholder {
        Some(name) if !name.is_empty() && !name.contains(['$', '{', '}']) => Value::Unknown(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}
