//! Why a source cannot be profiled at all. What is wrong with single lines is a fault and stops nothing.

use std::path::{Path, PathBuf};

/// A source that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct SourceError {
    /// Which one.
    pub path: PathBuf,
    /// What is wrong.
    pub what: String,
    /// The next step.
    pub hint: String,
    /// The cause.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl SourceError {
    /// Something is wrong.
    #[must_use]
    pub fn new(path: &Path, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { path: path.to_owned(), what: what.into(), hint: hint.into(), cause: None }
    }

    /// It cannot be opened or read.
    #[must_use]
    pub fn io(path: &Path, error: std::io::Error) -> Self {
        Self { cause: None, ..Self::new(path, error.to_string(), "") }
    }

    /// With the cause.
    #[must_use]
    pub fn because(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }
}
