//! The names that a workload file may use. The workload layer does not know catalogs or price books: whoever reads
//! a file hands the names in.

use std::fmt;

use crate::units::nearest;

/// A set of names that can be asked and that can help with a slip of the fingers.
pub trait Names: Sync {
    /// Whether the name exists.
    fn contains(&self, name: &str) -> bool;
    /// The existing name most like it, if one is near enough.
    fn nearest(&self, name: &str) -> Option<String>;
}

impl<T: AsRef<str> + Sync> Names for [T] {
    fn contains(&self, name: &str) -> bool {
        self.iter().any(|known| known.as_ref() == name)
    }

    fn nearest(&self, name: &str) -> Option<String> {
        nearest(name, self.iter().map(AsRef::as_ref)).map(str::to_owned)
    }
}

impl<T: AsRef<str> + Sync> Names for &[T] {
    fn contains(&self, name: &str) -> bool {
        Names::contains(*self, name)
    }

    fn nearest(&self, name: &str) -> Option<String> {
        Names::nearest(*self, name)
    }
}

impl<T: AsRef<str> + Sync> Names for Vec<T> {
    fn contains(&self, name: &str) -> bool {
        Names::contains(self.as_slice(), name)
    }

    fn nearest(&self, name: &str) -> Option<String> {
        self.as_slice().nearest(name)
    }
}

/// What a workload file needs to know about EC2 instance types.
pub trait InstanceNames: Sync {
    /// Whether it is an instance type, for example `r5.4xlarge`.
    fn is_type(&self, name: &str) -> bool;
    /// Whether it is an instance family, for example `r5`.
    fn is_family(&self, name: &str) -> bool;
    /// Whether a type or family is arm64 (Graviton); `None` when the name is unknown.
    fn is_arm(&self, name: &str) -> Option<bool>;
    /// The existing type or family most like it, if one is near enough.
    fn nearest(&self, name: &str) -> Option<String>;
}

/// All names that a workload file is checked against.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    /// AWS regions that have prices; an empty list is not checked.
    pub regions: &'a [String],
    /// Engine ids, for example `emr-serverless`.
    pub engines: &'a dyn Names,
    /// EC2 instance types and families.
    pub instances: &'a dyn InstanceNames,
    /// Services that can have a discount: the first part of the meter ids, for example `glue`.
    pub services: &'a dyn Names,
    /// Meter ids of the price book, for example `glue/etl_standard`.
    pub meters: &'a dyn Names,
}

impl Vocabulary<'static> {
    /// Takes every name as it is: for files whose names another place checks.
    #[must_use]
    pub fn unchecked() -> Self {
        Self { regions: &[], engines: &Everything, instances: &Everything, services: &Everything, meters: &Everything }
    }
}

struct Everything;

impl Names for Everything {
    fn contains(&self, _: &str) -> bool {
        true
    }
    fn nearest(&self, _: &str) -> Option<String> {
        None
    }
}

impl InstanceNames for Everything {
    fn is_type(&self, _: &str) -> bool {
        true
    }
    fn is_family(&self, _: &str) -> bool {
        true
    }
    fn is_arm(&self, _: &str) -> Option<bool> {
        None
    }
    fn nearest(&self, _: &str) -> Option<String> {
        None
    }
}

impl fmt::Debug for Vocabulary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vocabulary").field("regions", &self.regions).finish_non_exhaustive()
    }
}
