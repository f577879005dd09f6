//! What an engine makes: its API documents with everything a format needs to write them in its own way.

use serde_json::Value;

use super::SpecFile;
use super::notes::Notes;

/// API documents and what goes with them.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// The documents (`<service>.<operation>.json`) and what else the AWS CLI needs, in the order of their use.
    pub(super) files: Vec<SpecFile>,
    /// Reasons, defaults and remarks.
    pub(super) notes: Notes,
    /// The IAM roles and what each must be allowed to do.
    pub(super) roles: Vec<&'static str>,
    /// The shell commands that hand the documents over.
    pub(super) commands: String,
}

impl Made {
    /// A document as a value; an empty object when there is none of that name.
    pub(super) fn document(&self, name: &str) -> Value {
        self.files
            .iter()
            .find(|file| file.name == name)
            .and_then(|file| serde_json::from_str(&file.contents).ok())
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()))
    }
}
