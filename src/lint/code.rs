//! The rules: one registry from which help, findings and `docs/reference/lint-codes.md` are made.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::registry::{RULES, Rule};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It will be refused, or cannot work: exit code 1.
    Error,
    /// It works, and costs or risks more than it needs to.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A comment in a JSON file.
    JsonComment,
    /// A comma before a closing bracket in a JSON file.
    JsonTrailingComma,
    /// A member that is given twice.
    DuplicateMember,
    /// A member that the service does not have.
    UnknownMember,
    /// A required member is missing.
    MissingMember,
    /// A value of the wrong type.
    WrongType,
    /// A value that is none of the allowed ones.
    NotAllowedValue,
    /// A text of the wrong form.
    PatternMismatch,
    /// A number, or a length, outside of its range.
    OutOfRange,
    /// Instance fleets and instance groups in one cluster.
    FleetsAndGroups,
    /// Two fleets of one role.
    FleetRoleTwice,
    /// A fleet that asks for no capacity.
    FleetWithoutCapacity,
    /// More instance types than a fleet takes.
    TooManyTypes,
    /// Managed-scaling limits that contradict each other.
    ScalingLimits,
    /// Managed scaling in a unit that the cluster does not have.
    ScalingUnitType,
    /// Managed scaling with keys that do not exist.
    ManagedScalingKeys,
    /// A Spot specification without time-out or action.
    SpotWithoutTimeout,
    /// No service role or no instance profile.
    RoleMissing,
    /// Glue capacity said in two ways.
    GlueCapacityTwice,
    /// Flex where Glue has none.
    GlueFlexUnsupported,
    /// A Glue job with fewer than two workers.
    TooFewWorkers,
    /// A worker of a size that the service does not have.
    WorkerSize,
    /// A disk under the service's minimum.
    DiskUnderMinimum,
    /// A maximum capacity in which no driver and executor fit.
    MaxCapacityUnderExecutor,
    /// An instance type that the catalogue does not know.
    UnknownInstanceType,
    /// Instances of different sizes without weights.
    WeightsMissing,
    /// x86 and Graviton in one cluster.
    MixedArchitectures,
    /// A Spot fleet of fewer than ten types.
    FewInstanceTypes,
    /// Core nodes on Spot.
    CoreOnSpot,
    /// The primary node on Spot.
    PrimaryOnSpot,
    /// The driver can land on a Spot node.
    DriverOnSpot,
    /// A primary node that is small for the cluster.
    PrimaryTooSmall,
    /// An idle time-out that bills after the last step.
    IdleTimeoutBills,
    /// A cluster that nothing ends.
    AliveWithoutEnd,
    /// A transient cluster without steps.
    NoSteps,
    /// An old release.
    StaleRelease,
    /// A setting that is the default anyway.
    AlreadyDefault,
    /// Adaptive query execution switched off.
    AqeOff,
    /// Flex for a job with a deadline.
    FlexWithDeadline,
    /// Nodes in a public subnet.
    PublicSubnet,
    /// One subnet only.
    SingleSubnet,
    /// Spot by lowest price.
    SpotLowestPrice,
    /// gp2 volumes.
    GeneralPurpose2,
    /// Pre-initialised capacity that idles.
    IdlePreinitialised,
    /// Auto-stop switched off.
    AutoStopOff,
    /// More executors asked for than fit under the maximum capacity.
    MaxExecutorsOverCapacity,
    /// A time-out that lets a hung run bill for hours.
    LongTimeout,
    /// No place for logs.
    NoEventLog,
    /// No tags.
    NoCostTags,
}

impl Code {
    fn rule(self) -> &'static Rule {
        // The table has the order of the enum, which a test keeps; a rule never goes missing at run time.
        &RULES[(self as usize).min(RULES.len() - 1)]
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.iter().map(|rule| rule.code)
    }

    /// The stable text: part of the output contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.rule().name
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.rule().severity
    }

    /// What it finds, as a title.
    #[must_use]
    pub fn what(self) -> &'static str {
        self.rule().what
    }

    /// Why that matters.
    #[must_use]
    pub fn why(self) -> &'static str {
        self.rule().why
    }
}

/// The reference page of all rules.
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(
        "# Lint codes\n\nMade from the program's own registry. `shapecast lint` exits with 1 when an error is among the \
         findings.\n\n| code | severity | finds | why it matters | source |\n|---|---|---|---|---|\n",
    );
    for rule in RULES {
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            rule.name,
            rule.severity.as_str(),
            rule.what,
            rule.why,
            rule.source
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_enum_and_names_are_unique() {
        for (index, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.code as usize, index, "{}", rule.name);
            assert_eq!(rule.code.as_str(), rule.name);
        }
        let names: std::collections::BTreeSet<&str> = Code::all().map(Code::as_str).collect();
        assert_eq!(names.len(), RULES.len());
    }
}
