//! The lint: what is wrong or risky in a spec that a team already has.
//!
//! A text is read into nodes that know their place ([`read`]), described as subjects in the words of the services'
//! APIs ([`dialect`]), held against the shapes that services and tools accept ([`shapes`]) and against the rules of
//! practice ([`rules`]). Pure: the same text gives the same findings.

mod candidate;
mod code;
mod dialect;
mod finding;
mod money;
mod node;
mod read;
mod registry;
mod render;
mod rules;
mod shapes;

pub use candidate::{Described, candidates};
pub use code::{Code, Severity, reference};
pub use dialect::{Kind, Subject};
pub use finding::{Finding, FindingOut};
pub use money::{PricedOut, SpecCostOut};
pub use node::At;
pub use read::ReadError;
pub use render::{LintDocument, LintedFile, github, json, page, sarif};
pub use rules::Asked;

/// A file, looked at.
#[derive(Clone, Debug)]
pub struct Linted {
    /// What it describes.
    pub subjects: Vec<Subject>,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Finding>,
}

/// Why a file cannot be linted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LintError {
    /// It is no document.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// It describes nothing that the lint knows.
    #[error("it describes no EMR cluster, EMR Serverless application or job run, or Glue job")]
    Unknown,
}

/// Looks at a document. The file's name tells its notation.
///
/// # Errors
/// The text is no document, or describes nothing known.
pub fn lint(text: &str, file_name: &str, asked: &Asked) -> Result<Linted, LintError> {
    let document = read::read(text, file_name)?;
    let described = dialect::describe(&document);
    if described.subjects.is_empty() && described.schema.is_empty() {
        return Err(LintError::Unknown);
    }
    let mut found = document.findings;
    found.extend(described.subjects.iter().flat_map(|subject| rules::check(subject, asked)));
    Ok(Linted { findings: finding::merged(found, described.schema), subjects: described.subjects })
}
