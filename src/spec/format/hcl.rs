//! Terraform's language, as far as a spec writes it: blocks, attributes, and texts with references to variables.

use std::fmt::Write as _;

use serde_json::Value;

use super::marks;

/// A block with its body.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    head: String,
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Attribute(String, String),
    Block(Block),
}

impl Block {
    /// `resource "kind" "name"`.
    pub(super) fn resource(kind: &str, name: &str) -> Self {
        Self::named(&format!("resource \"{kind}\" \"{name}\""))
    }

    /// Any block, by the text before its brace.
    pub(super) fn named(head: &str) -> Self {
        Self { head: head.to_owned(), items: Vec::new() }
    }

    /// An attribute; `null` is left out.
    pub(super) fn set(mut self, name: &str, value: &Value) -> Self {
        if !value.is_null() {
            self.items.push(Item::Attribute(name.to_owned(), expression(value, 1)));
        }
        self
    }

    /// An attribute that is an expression already: a reference.
    pub(super) fn refer(mut self, name: &str, expression: &str) -> Self {
        self.items.push(Item::Attribute(name.to_owned(), expression.to_owned()));
        self
    }

    /// An attribute that is a JSON text.
    pub(super) fn encoded(mut self, name: &str, value: &Value) -> Self {
        self.items.push(Item::Attribute(name.to_owned(), format!("jsonencode({})", expression(value, 1))));
        self
    }

    /// A block inside.
    pub(super) fn with(mut self, block: Self) -> Self {
        self.items.push(Item::Block(block));
        self
    }

    /// Blocks inside.
    pub(super) fn with_all(self, blocks: impl IntoIterator<Item = Self>) -> Self {
        blocks.into_iter().fold(self, Self::with)
    }

    fn write(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let _ = writeln!(text, "{indent}{} {{", self.head);
        let mut previous_is_block = false;
        for (index, item) in self.items.iter().enumerate() {
            match item {
                Item::Attribute(name, value) => {
                    if previous_is_block {
                        text.push('\n');
                    }
                    let value = value.replace('\n', &format!("\n{indent}"));
                    let _ = writeln!(text, "{indent}  {name:width$} = {value}", width = self.width(index));
                    previous_is_block = false;
                }
                Item::Block(block) => {
                    if index > 0 {
                        text.push('\n');
                    }
                    block.write(text, depth + 1);
                    previous_is_block = true;
                }
            }
        }
        let _ = writeln!(text, "{indent}}}");
    }

    /// `terraform fmt` aligns the equal signs of neighbouring one-line attributes.
    fn width(&self, at: usize) -> usize {
        let name = |index: usize| match self.items.get(index) {
            Some(Item::Attribute(name, value)) if !value.contains('\n') => Some(name.len()),
            _ => None,
        };
        if name(at).is_none() {
            return 0;
        }
        let mut width = 0;
        let mut first = at;
        while first > 0 && name(first - 1).is_some() {
            first -= 1;
        }
        for index in first.. {
            let Some(length) = name(index) else { break };
            width = width.max(length);
        }
        width
    }
}

/// A file of blocks.
pub(super) fn file(blocks: &[Block]) -> String {
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        block.write(&mut text, 0);
    }
    text
}

/// A value as an expression; `depth` is how deep its own lines stand.
pub(super) fn expression(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(entries) if entries.is_empty() => "[]".to_owned(),
        Value::Array(entries) if entries.iter().all(|entry| !entry.is_object() && !entry.is_array()) => {
            let all: Vec<String> = entries.iter().map(|entry| expression(entry, depth)).collect();
            format!("[{}]", all.join(", "))
        }
        Value::Array(entries) => {
            let all: Vec<String> =
                entries.iter().map(|entry| format!("{inner}{},\n", expression(entry, depth + 1))).collect();
            format!("[\n{}{outer}]", all.concat())
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let width = members.keys().map(|name| quoted(name).len()).max().unwrap_or(0);
            let all: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{inner}{:width$} = {}\n", quoted(name), expression(member, depth + 1)))
                .collect();
            format!("{{\n{}{outer}}}", all.concat())
        }
    }
}

/// A text; placeholders become references to variables.
fn quoted(text: &str) -> String {
    let used = marks(text);
    if let [only] = used.as_slice()
        && text.len() == only.len() + 3
    {
        return format!("var.{}", only.to_ascii_lowercase());
    }
    let mut escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    escaped = escaped.replace("%{", "%%{").replace("${", "$${");
    for name in used {
        escaped = escaped.replace(&format!("$${{{name}}}"), &format!("${{var.{}}}", name.to_ascii_lowercase()));
    }
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_refer_to_variables_and_escape_the_rest() {
        assert_eq!(quoted("${LOG_BUCKET}"), "var.log_bucket");
        assert_eq!(quoted("s3://${LOG_BUCKET}/x"), "\"s3://${var.log_bucket}/x\"");
        assert_eq!(quoted("a \"b\" ${c} %{d}"), "\"a \\\"b\\\" $${c} %%{d}\"");
    }

    #[test]
    fn blocks_are_set_as_terraform_fmt_sets_them() {
        let block = Block::resource("kind", "name")
            .set("a", &json!(1))
            .set("longer", &json!("x"))
            .with(Block::named("inner").set("b", &json!({"k": ["v"]})));
        let expected = "resource \"kind\" \"name\" {\n  a      = 1\n  longer = \"x\"\n\n  inner {\n    b = {\n      \"k\" = [\"v\"]\n    }\n  }\n}\n";
        assert_eq!(file(&[block]), expected);
    }
}
