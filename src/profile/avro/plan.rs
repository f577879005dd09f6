//! Which fields of a record are decoded, and their values.

use super::cursor::Cursor;
use super::schema::{Field, Kind, Schema};

/// A decoded value. Texts, bytes and fixed bytes are bytes: what they mean is in the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing, or a field that the file does not have.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Bytes of a text, of bytes or of a fixed type.
    Bytes(&'a [u8]),
    /// Items of an array; of a map, records of key and value.
    List(Vec<Value<'a>>),
    /// The fields of a record, in the schema's order.
    Record(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    /// A whole number.
    #[must_use]
    pub const fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(*value),
            _ => None,
        }
    }

    /// Bytes.
    #[must_use]
    pub const fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(value) => Some(value),
            _ => None,
        }
    }

    /// Items of a list, fields of a record.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) | Self::Record(items) => items,
            _ => &[],
        }
    }
}

/// What is done with a field.
#[derive(Clone, Debug)]
enum Step {
    Skip,
    Take(usize),
    Enter(Vec<Self>),
}

/// Which fields are decoded.
#[derive(Clone, Debug)]
pub struct Plan {
    steps: Vec<Step>,
    schema: Schema,
    taken: Vec<Option<Schema>>,
}

impl Plan {
    /// For fields by name, nested ones with dots, or by Iceberg's id of the last part. The values come in this order.
    #[must_use]
    pub fn of(schema: &Schema, wanted: &[(&str, i64)]) -> Self {
        let mut taken = vec![None; wanted.len()];
        let paths: Vec<(usize, Vec<&str>, i64)> =
            wanted.iter().enumerate().map(|(slot, (path, id))| (slot, path.split('.').collect(), *id)).collect();
        let open: Vec<(usize, &[&str], i64)> =
            paths.iter().map(|(slot, path, id)| (*slot, path.as_slice(), *id)).collect();
        let steps = steps(schema.fields(), &open, &mut taken);
        Self { steps, schema: schema.clone(), taken }
    }

    /// Whether the file has a field.
    #[must_use]
    pub fn has(&self, slot: usize) -> bool {
        self.type_of(slot).is_some()
    }

    /// The type of a field; `None` when the file does not have it.
    #[must_use]
    pub fn type_of(&self, slot: usize) -> Option<&Schema> {
        self.taken.get(slot)?.as_ref()
    }

    pub(super) fn slots<'a>(&self) -> Vec<Value<'a>> {
        vec![Value::Null; self.taken.len()]
    }

    pub(super) fn decode<'a>(&self, cursor: &mut Cursor<'a>, slots: &mut [Value<'a>]) -> Result<(), String> {
        slots.fill(Value::Null);
        enter(&self.schema, &self.steps, cursor, slots)
    }
}

fn steps(fields: &[Field], open: &[(usize, &[&str], i64)], taken: &mut [Option<Schema>]) -> Vec<Step> {
    let step = |field: &Field, taken: &mut [Option<Schema>]| {
        let last =
            open.iter().find(|(_, path, id)| path.len() == 1 && (field.id == Some(*id) || field.name == path[0]));
        if let Some((slot, ..)) = last
            && let Some(place @ None) = taken.get_mut(*slot)
        {
            *place = Some(field.schema.clone());
            return Step::Take(*slot);
        }
        let below: Vec<(usize, &[&str], i64)> = open
            .iter()
            .filter(|(_, path, _)| path.len() > 1 && field.name == path[0])
            .map(|(slot, path, id)| (*slot, &path[1..], *id))
            .collect();
        if below.is_empty() { Step::Skip } else { Step::Enter(steps(field.schema.fields(), &below, taken)) }
    };
    fields.iter().map(|field| step(field, taken)).collect()
}

fn enter<'a>(schema: &Schema, steps: &[Step], cursor: &mut Cursor<'a>, slots: &mut [Value<'a>]) -> Result<(), String> {
    let schema = match &schema.kind {
        Kind::Union(branches) => cursor.branch(branches)?,
        _ => schema,
    };
    let Kind::Record(fields) = &schema.kind else { return cursor.skip(schema) };
    for (field, step) in fields.iter().zip(steps) {
        let done = match step {
            Step::Skip => cursor.skip(&field.schema),
            Step::Take(slot) => value(&field.schema, cursor).map(|it| slots[*slot] = it),
            Step::Enter(steps) => enter(&field.schema, steps, cursor, slots),
        };
        done.map_err(|what| format!("field `{}`: {what}", field.name))?;
    }
    Ok(())
}

fn value<'a>(schema: &Schema, cursor: &mut Cursor<'a>) -> Result<Value<'a>, String> {
    Ok(match &schema.kind {
        Kind::Null => Value::Null,
        Kind::Boolean => Value::Bool(cursor.take(1)? != [0]),
        Kind::Whole => Value::Whole(cursor.whole()?),
        Kind::Float => {
            let bytes = cursor.take(4)?.try_into().unwrap_or_default();
            Value::Number(f64::from(f32::from_le_bytes(bytes)))
        }
        Kind::Double => Value::Number(f64::from_le_bytes(cursor.take(8)?.try_into().unwrap_or_default())),
        Kind::Bytes => Value::Bytes(cursor.bytes()?),
        Kind::Fixed(size) => Value::Bytes(cursor.take(*size)?),
        Kind::Array(items) => Value::List(list(items, cursor, false)?),
        Kind::Map(values) => Value::List(list(values, cursor, true)?),
        Kind::Union(branches) => {
            let branch = cursor.branch(branches)?;
            value(branch, cursor)?
        }
        Kind::Record(fields) => {
            Value::Record(fields.iter().map(|field| value(&field.schema, cursor)).collect::<Result<_, _>>()?)
        }
    })
}

fn list<'a>(items: &Schema, cursor: &mut Cursor<'a>, keyed: bool) -> Result<Vec<Value<'a>>, String> {
    let mut out = Vec::new();
    loop {
        let (count, _) = cursor.block()?;
        if count == 0 {
            return Ok(out);
        }
        for _ in 0..count {
            out.push(if keyed {
                Value::Record(vec![Value::Bytes(cursor.bytes()?), value(items, cursor)?])
            } else {
                value(items, cursor)?
            });
        }
    }
}
