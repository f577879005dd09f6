//! Documents as JSON, and their schemas.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a text is no document of ours.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The text is no JSON, or a field has another type.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The document was written by a later contract.
    #[error("the document has schema_version {found}, this version reads {}", super::document::SCHEMA_VERSION)]
    Version {
        /// The version in the document.
        found: u64,
    },
}

/// A document as text: indented, keys in the order of the contract, a newline at the end.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn to_text<T: Serialize>(document: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(document).map(|mut text| {
        text.push('\n');
        text
    })
}

/// Reads a document; the version is looked at before anything else, so that a later contract gets its own message.
///
/// # Errors
/// When it is no JSON, has another version, or lacks a field.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        schema_version: u64,
    }
    let Versioned { schema_version } = serde_json::from_str(text)?;
    if schema_version != u64::from(super::document::SCHEMA_VERSION) {
        return Err(ReadError::Version { found: schema_version });
    }
    Ok(serde_json::from_str(text)?)
}

/// The JSON Schema (2020-12) of what we write.
///
/// Every key of a document is always present, so `Option` means "or null" and stays in `required`.
#[must_use]
pub fn schema<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// A schema as text.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn schema_text<T: JsonSchema>() -> Result<String, serde_json::Error> {
    to_text(&schema::<T>())
}
