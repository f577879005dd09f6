//! A value that knows where it came from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a figure came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "origin")]
pub enum Origin {
    /// Written by the user in the workload file or a flag.
    Declared,
    /// Read from something that really ran or really lies there.
    Measured {
        /// What was measured: an event log, a listing, a job run id.
        from: String,
    },
    /// Computed from other fields.
    Inferred {
        /// The rule that was used, in words.
        rule: String,
    },
    /// Nobody said: the documented default.
    Default {
        /// Why this is a fair default, with its source.
        why: String,
    },
}

/// A value with its origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    #[serde(flatten)]
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value that the user wrote.
    pub const fn declared(value: T) -> Self {
        Self { value, origin: Origin::Declared }
    }

    /// A value read from `from`.
    pub fn measured(value: T, from: impl Into<String>) -> Self {
        Self { value, origin: Origin::Measured { from: from.into() } }
    }

    /// A value computed by `rule`.
    pub fn inferred(value: T, rule: impl Into<String>) -> Self {
        Self { value, origin: Origin::Inferred { rule: rule.into() } }
    }

    /// The documented default, and why it is fair.
    pub fn default_because(value: T, why: impl Into<String>) -> Self {
        Self { value, origin: Origin::Default { why: why.into() } }
    }

    /// Whether nobody said.
    pub const fn is_default(&self) -> bool {
        matches!(self.origin, Origin::Default { .. })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared => f.write_str("declared"),
            Self::Measured { from } => write!(f, "measured from {from}"),
            Self::Inferred { rule } => write!(f, "inferred: {rule}"),
            Self::Default { why } => write!(f, "default: {why}"),
        }
    }
}
