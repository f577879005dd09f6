//! The fields of one JSON object, borrowed where nothing is escaped; nested objects by dotted names.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::key::Value;

/// Names and raw values.
#[derive(Debug)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, Field<'a>)>);

#[derive(Debug)]
enum Field<'a> {
    Text(Cow<'a, str>),
    Raw(&'a RawValue),
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    let text = value.get();
                    let field = match text.as_bytes().first() {
                        Some(b'"') if !text.contains('\\') => Field::Text(Cow::Borrowed(&text[1..text.len() - 1])),
                        Some(b'"') => match serde_json::from_str::<String>(text) {
                            Ok(text) => Field::Text(Cow::Owned(text)),
                            Err(_) => Field::Raw(value),
                        },
                        _ => Field::Raw(value),
                    };
                    fields.push((name.0, field));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A name that is borrowed when it can be.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl<'a> Fields<'a> {
    /// Whether there is such a field, be it null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|field| field.0 == name)
    }

    /// Adds the field of a nested object under its dotted name, unless a field is called so itself.
    pub(super) fn reach(&mut self, name: &str) {
        if self.has(name) {
            return;
        }
        let Some((outer, mut rest)) = name.split_once('.') else { return };
        let Some(mut at) = self.raw(outer) else { return };
        loop {
            let Ok(inner) = serde_json::from_str::<Fields<'a>>(at) else { return };
            if let Some(place) = inner.0.iter().rposition(|field| field.0 == rest) {
                let field = inner.0.into_iter().nth(place).map(|it| it.1);
                return self.0.extend(field.map(|field| (Cow::Owned(name.to_owned()), field)));
            }
            let Some((outer, below)) = rest.split_once('.') else { return };
            let Some(next) = inner.raw(outer) else { return };
            (at, rest) = (next, below);
        }
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|field| field.0 == name).and_then(|field| match field.1 {
            Field::Raw(raw) => Some(raw.get()),
            Field::Text(_) => None,
        })
    }

    /// A field by its name; what is absent is null. Whole numbers are `bigint`, others `double`, as Spark infers them.
    pub(super) fn value(&self, name: &str) -> Value<'_> {
        let found = self.0.iter().rev().find(|field| field.0 == name);
        match found.map(|field| &field.1) {
            None => Value::Null,
            Some(Field::Text(text)) => Value::Text(text.as_bytes()),
            Some(Field::Raw(raw)) => number(raw.get()),
        }
    }
}

fn number(text: &str) -> Value<'_> {
    match text {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => Value::Long(whole),
            (_, Ok(float)) => Value::Double(float),
            // An object or a list as a key counts as its text.
            _ => Value::Text(text.as_bytes()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_by_dotted_names() {
        let line = br#"{"u": {"id": 7, "n": {"x": "a\u0041"}, "n.y": null}, "a.b": 1, "t": "x"}"#;
        let mut fields: Fields = serde_json::from_slice(line).expect("an object");
        ["u.id", "u.n.x", "u.n.y", "a.b", "u.gone", "u.id.x", "t.x", "gone.x"]
            .iter()
            .for_each(|name| fields.reach(name));
        assert_eq!((fields.value("u.id"), fields.value("u.n.x")), (Value::Long(7), Value::Text(b"aA")));
        assert_eq!((fields.value("a.b"), fields.has("u.n.y")), (Value::Long(1), true));
        assert!(["u.gone", "u.id.x", "t.x", "gone.x"].iter().all(|name| !fields.has(name)));
    }

    #[test]
    fn values_as_spark_infers_them() {
        let line = br#"{"a": 1, "b": "x", "c": "y\u0041", "d": null, "e": 1.5, "f": true, "g": {"h": 1}, "a": 2}"#;
        let fields: Fields = serde_json::from_slice(line).expect("an object");
        assert_eq!(fields.value("a"), Value::Long(2));
        assert_eq!(fields.value("b"), Value::Text(b"x"));
        assert_eq!(fields.value("c"), Value::Text(b"yA"));
        assert_eq!(fields.value("d"), Value::Null);
        assert_eq!(fields.value("e"), Value::Double(1.5));
        assert_eq!(fields.value("f"), Value::Bool(true));
        assert_eq!(fields.value("nothing"), Value::Null);
        assert!(fields.has("d") && !fields.has("nothing"));
        assert!(serde_json::from_slice::<Fields>(b"[1]").is_err());
    }
}
