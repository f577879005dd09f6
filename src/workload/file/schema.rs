//! The JSON Schema of the workload file, for editors and for `shapecast schema workload`.

use serde_json::Value;

use super::raw::WorkloadFile;

pub(super) fn schema() -> Value {
    let mut schema = schemars::schema_for!(WorkloadFile).to_value();
    without_null(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "shapecast workload file".into());
    }
    schema
}

/// A key may be absent but never empty, so the `null` that optional fields bring along goes away.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            unwrap_types(object);
            unwrap_any_of(object);
            object.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// `type: [string, null]` becomes `type: string`.
fn unwrap_types(object: &mut serde_json::Map<String, Value>) {
    let Some(Value::Array(types)) = object.get_mut("type") else { return };
    types.retain(|name| name != "null");
    if let [single] = types.as_slice() {
        let single = single.clone();
        object.insert("type".to_owned(), single);
    }
}

/// `anyOf: [X, {type: null}]` becomes X.
fn unwrap_any_of(object: &mut serde_json::Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get_mut("anyOf") else { return };
    let before = choices.len();
    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
    if choices.len() < before && choices.len() == 1 {
        let Some(Value::Object(single)) = choices.pop() else { return };
        object.remove("anyOf");
        for (key, value) in single {
            object.entry(key).or_insert(value);
        }
    }
}
