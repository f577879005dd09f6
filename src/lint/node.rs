//! A document as it was written: values with the place of each, whatever the notation.

/// A place in the file, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// A value, where it stands and how the document calls the place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it starts.
    pub at: At,
    /// For example `Instances.InstanceFleets[2]`; empty for the document.
    pub path: String,
    /// What stands there.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// What only the account or a later step knows: `!Ref X`, `var.x`, `${NAME}`.
    Unknown(String),
    /// A list.
    List(Vec<Node>),
    /// Members in their order.
    Map(Vec<Member>),
    /// Terraform blocks of one name.
    Blocks(Vec<Node>),
    /// A text that encodes a document: `jsonencode(…)`.
    Encoded(Box<Node>),
}

/// One member of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub at: At,
    /// Its value.
    pub node: Node,
}

/// The path of a member.
#[must_use]
pub fn member_path(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The path of an entry.
#[must_use]
pub fn entry_path(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

impl Node {
    /// A node.
    #[must_use]
    pub const fn new(at: At, path: String, value: Value) -> Self {
        Self { at, path, value }
    }

    /// The members of a map, or of the only block.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Map(members) => members,
            Value::Blocks(blocks) => blocks.first().map_or(&[], |block| block.members()),
            _ => &[],
        }
    }

    /// The entries of a list; the blocks.
    #[must_use]
    pub fn entries(&self) -> &[Self] {
        match &self.value {
            Value::List(entries) | Value::Blocks(entries) => entries,
            _ => &[],
        }
    }

    /// The member of that name that says something.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let member = self.members().iter().find(|member| member.name == name)?;
        (member.node.value != Value::Null).then_some(&member.node)
    }

    /// The member at a path of names.
    #[must_use]
    pub fn find(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number; texts of numbers count, as CloudFormation and Terraform read them.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match &self.value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The flag; `"true"` and `"false"` count.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Text(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// Whether its value is not in the document.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self.value, Value::Unknown(_))
    }

    /// The value as a reader writes it, shortened.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) if text.chars().count() > 60 => {
                format!("\"{}…\"", text.chars().take(60).collect::<String>())
            }
            Value::Text(text) => format!("\"{text}\""),
            Value::Unknown(text) => text.clone(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) | Value::Blocks(_) => "an object".to_owned(),
            Value::Encoded(_) => "an encoded document".to_owned(),
        }
    }
}

impl Member {
    /// A member whose name stands where its value does.
    #[must_use]
    pub fn of(name: &str, node: Node) -> Self {
        Self { name: name.to_owned(), at: node.at, node }
    }
}
