//! Avro schemas as far as table formats use them: a finite tree. A type that holds itself is refused, because a few
//! bytes of data could then be nested without end.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::AvroError;

/// Deepest nesting; a manifest has five levels.
const DEEPEST: usize = 48;
/// Most types in one schema, references by name unfolded: a manifest of a table with 1,000 partition fields has some
/// 2,000.
const MOST_TYPES: usize = 50_000;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// What it is.
    pub kind: Kind,
    /// What its values mean beyond that (`date`, `timestamp-micros`, `decimal`, …).
    pub logical: Option<String>,
    /// Digits behind the point of a decimal.
    pub scale: usize,
    /// Whether its bytes are a text (`string`).
    pub is_text: bool,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// No bytes.
    Null,
    /// One byte.
    Boolean,
    /// `int`, `long` and the index of an `enum`: a zigzag number.
    Whole,
    /// Four bytes.
    Float,
    /// Eight bytes.
    Double,
    /// `bytes` and `string`: a length and as many bytes.
    Bytes,
    /// As many bytes as the schema says.
    Fixed(usize),
    /// Blocks of values.
    Array(Box<Schema>),
    /// Blocks of texts and values.
    Map(Box<Schema>),
    /// The number of a branch and its value.
    Union(Vec<Schema>),
    /// Values of all fields.
    Record(Vec<Field>),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Iceberg's id of it.
    pub id: Option<i64>,
    /// Its type.
    pub schema: Schema,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// It is no schema, holds itself, or is larger than any that a table format writes.
    pub fn parse(text: &[u8]) -> Result<Self, AvroError> {
        let json: Json = serde_json::from_slice(text).map_err(|error| wrong(format!("is no JSON: {error}")))?;
        Reader { named: HashMap::new(), types: 0 }.read(&json, "", 0)
    }

    /// The type behind `[null, type]`.
    #[must_use]
    pub fn present(&self) -> &Self {
        match &self.kind {
            Kind::Union(branches) => branches.iter().find(|it| it.kind != Kind::Null).unwrap_or(self),
            _ => self,
        }
    }

    /// The fields of a record, or of the record behind `[null, record]`.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match &self.present().kind {
            Kind::Record(fields) => fields,
            _ => &[],
        }
    }

    const fn plain(kind: Kind) -> Self {
        Self { kind, logical: None, scale: 0, is_text: false }
    }
}

fn wrong(what: String) -> AvroError {
    AvroError::Schema(what)
}

struct Reader {
    /// Named types; `None` while the type itself is being read.
    named: HashMap<String, Option<Schema>>,
    types: usize,
}

impl Reader {
    fn read(&mut self, json: &Json, space: &str, depth: usize) -> Result<Schema, AvroError> {
        self.count(1)?;
        deep(depth)?;
        match json {
            Json::String(name) => self.by_name(name, space, depth),
            Json::Array(branches) => {
                let branches = branches.iter().map(|it| self.read(it, space, depth + 1)).collect::<Result<_, _>>()?;
                Ok(Schema::plain(Kind::Union(branches)))
            }
            Json::Object(object) => match object.get("type") {
                Some(Json::String(kind)) => self.object(kind, json, space, depth),
                Some(inner) => self.read(inner, space, depth + 1),
                None => Err(wrong("has a type without `type`".to_owned())),
            },
            other => Err(wrong(format!("has `{other}` where a type should be"))),
        }
    }

    fn count(&mut self, types: usize) -> Result<(), AvroError> {
        self.types += types;
        if self.types > MOST_TYPES {
            return Err(wrong(format!("has more than {MOST_TYPES} types")));
        }
        Ok(())
    }

    fn by_name(&mut self, name: &str, space: &str, depth: usize) -> Result<Schema, AvroError> {
        if let Some(kind) = primitive(name) {
            return Ok(Schema { is_text: name == "string", ..Schema::plain(kind) });
        }
        let full = full_name(name, space);
        let found = self.named.get(&full).or_else(|| self.named.get(name)).cloned();
        match found {
            Some(Some(schema)) => {
                let (types, levels) = extent(&schema);
                self.count(types)?;
                deep(depth + levels)?;
                Ok(schema)
            }
            Some(None) => Err(wrong(format!("has the type `{name}`, which holds itself"))),
            None => Err(wrong(format!("names the type `{name}`, which it does not define"))),
        }
    }

    fn object(&mut self, kind: &str, json: &Json, space: &str, depth: usize) -> Result<Schema, AvroError> {
        let text = |key: &str| json.get(key).and_then(Json::as_str);
        let whole = |key: &str| json.get(key).and_then(Json::as_u64).and_then(|it| usize::try_from(it).ok());
        let inner = |key: &str| json.get(key).ok_or_else(|| wrong(format!("has an {kind} without `{key}`")));
        let name = text("name").map(|name| full_name(name, text("namespace").unwrap_or(space)));
        let own_space = name.as_deref().and_then(|name| name.rsplit_once('.')).map_or(space, |it| it.0).to_owned();
        if let Some(name) = name.as_ref().filter(|_| matches!(kind, "record" | "error" | "fixed" | "enum")) {
            self.named.insert(name.clone(), None);
        }
        let is_text = kind == "string";
        let kind = match kind {
            "record" | "error" => Kind::Record(self.fields(inner("fields")?, &own_space, depth)?),
            "array" => Kind::Array(Box::new(self.read(inner("items")?, space, depth + 1)?)),
            "map" => Kind::Map(Box::new(self.read(inner("values")?, space, depth + 1)?)),
            "enum" => Kind::Whole,
            "fixed" => Kind::Fixed(whole("size").ok_or_else(|| wrong("has a fixed without `size`".to_owned()))?),
            other => self.by_name(other, space, depth)?.kind,
        };
        let logical = text("logicalType").map(str::to_owned);
        let schema = Schema { kind, logical, scale: whole("scale").unwrap_or(0), is_text };
        if let Some(name) = name
            && let Some(slot) = self.named.get_mut(&name)
        {
            *slot = Some(schema.clone());
        }
        Ok(schema)
    }

    fn fields(&mut self, json: &Json, space: &str, depth: usize) -> Result<Vec<Field>, AvroError> {
        let list = json.as_array().ok_or_else(|| wrong("has a record whose `fields` is no list".to_owned()))?;
        let mut fields = Vec::new();
        for field in list {
            let name = field.get("name").and_then(Json::as_str);
            let kind = field.get("type");
            let (Some(name), Some(kind)) = (name, kind) else {
                return Err(wrong("has a field without `name` or `type`".to_owned()));
            };
            let id = field.get("field-id").and_then(Json::as_i64);
            fields.push(Field { name: name.to_owned(), id, schema: self.read(kind, space, depth + 1)? });
        }
        Ok(fields)
    }
}

fn full_name(name: &str, space: &str) -> String {
    if name.contains('.') || space.is_empty() { name.to_owned() } else { format!("{space}.{name}") }
}

fn primitive(name: &str) -> Option<Kind> {
    Some(match name {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "int" | "long" => Kind::Whole,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bytes" | "string" => Kind::Bytes,
        _ => return None,
    })
}

fn deep(levels: usize) -> Result<(), AvroError> {
    if levels > DEEPEST { Err(wrong(format!("is nested more than {DEEPEST} levels deep"))) } else { Ok(()) }
}

/// Types in a schema, itself included, and how deep they are nested.
fn extent(schema: &Schema) -> (usize, usize) {
    let add = |sum: (usize, usize), inner: &Schema| {
        let (types, levels) = extent(inner);
        (sum.0 + types, sum.1.max(levels + 1))
    };
    match &schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => add((1, 0), inner),
        Kind::Union(branches) => branches.iter().fold((1, 0), add),
        Kind::Record(fields) => fields.iter().fold((1, 0), |sum, field| add(sum, &field.schema)),
        _ => (1, 0),
    }
}
