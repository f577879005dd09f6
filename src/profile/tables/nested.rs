//! Columns inside of structs: a struct that is absent makes its columns absent.

use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_parquet::parquet::schema::Repetition;
use polars_parquet::parquet::schema::types::ParquetType;

/// The field of one column with the structs around it; `None` when the path is not in the schema.
pub(super) fn field<S: AsRef<str>>(around: &ParquetType, path: &[S], leaf: ArrowDataType) -> Option<Field> {
    let name = path.first()?.as_ref();
    let optional = around.get_field_info().repetition == Repetition::Optional;
    let kind = match around {
        ParquetType::PrimitiveType(_) => leaf,
        ParquetType::GroupType { fields, .. } => {
            let wanted = path.get(1)?.as_ref();
            let inner = fields.iter().find(|field| field.get_field_info().name.as_str() == wanted)?;
            ArrowDataType::Struct(vec![self::field(inner, &path[1..], leaf)?])
        }
    };
    Some(Field::new(name.into(), kind, optional))
}

/// The column inside of structs of one field.
pub(super) fn leaf(array: Box<dyn Array>) -> Box<dyn Array> {
    let Some(around) = array.as_any().downcast_ref::<StructArray>() else { return array };
    let Some(inner) = around.values().first() else { return array };
    let both = match (around.validity(), inner.validity()) {
        (Some(outer), Some(own)) => Some(outer & own),
        (one, other) => one.or(other).cloned(),
    };
    leaf(inner.with_validity(both))
}
