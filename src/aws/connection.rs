//! How AWS is reached, and what came of it.

use std::path::PathBuf;

use jiff::Timestamp;

/// What the user said about the way to AWS; what is not said is resolved as the AWS CLI does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// A named profile.
    pub profile: Option<String>,
    /// A region.
    pub region: Option<String>,
    /// Another address for every service.
    pub endpoint_url: Option<String>,
    /// Write every exchange, redacted, into this folder.
    pub record: Option<PathBuf>,
    /// Answer from this folder instead of the network.
    pub replay: Option<PathBuf>,
    /// Seconds that one attempt of a call may take.
    pub timeout_s: u32,
    /// The moment of the run, which a recording keeps.
    pub now: Timestamp,
}

/// What was resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The region.
    pub region: Option<String>,
    /// What was resolved and from where, for people.
    pub facts: Vec<ResolvedFact>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedFact {
    /// For example `region`.
    pub name: &'static str,
    /// Its value; never a secret.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}
