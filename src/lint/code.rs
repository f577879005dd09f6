//! The rules: one registry from which help, findings and `docs/reference/lint-codes.md` are made.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

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

/// What is known of a rule.
struct Rule {
    code: Code,
    name: &'static str,
    severity: Severity,
    what: &'static str,
    why: &'static str,
    source: &'static str,
}

const fn rule(
    code: Code,
    name: &'static str,
    severity: Severity,
    what: &'static str,
    why: &'static str,
    source: &'static str,
) -> Rule {
    Rule { code, name, severity, what, why, source }
}

/// In the order of [`Code`].
const RULES: &[Rule] = &[
    rule(
        Code::JsonComment,
        "json-comment",
        Severity::Error,
        "A comment in a JSON file",
        "JSON has no comments: neither the AWS CLI nor an SDK reads the file.",
        "RFC 8259",
    ),
    rule(
        Code::JsonTrailingComma,
        "json-trailing-comma",
        Severity::Error,
        "A comma before a closing bracket in a JSON file",
        "JSON has none there: neither the AWS CLI nor an SDK reads the file.",
        "RFC 8259",
    ),
    rule(
        Code::DuplicateMember,
        "duplicate-member",
        Severity::Error,
        "A member that is given twice",
        "Readers keep one of the two, and not all the same one.",
        "RFC 8259, YAML 1.2",
    ),
    rule(
        Code::UnknownMember,
        "unknown-member",
        Severity::Error,
        "A member that the service does not have",
        "The API refuses the request, or a deployment tool the template.",
        "service API models; CloudFormation resource schemas; Terraform provider bindings",
    ),
    rule(
        Code::MissingMember,
        "missing-member",
        Severity::Error,
        "A required member is missing",
        "The API refuses the request, or a deployment tool the template.",
        "service API models; CloudFormation resource schemas; Terraform provider bindings",
    ),
    rule(
        Code::WrongType,
        "wrong-type",
        Severity::Error,
        "A value of the wrong type",
        "The API refuses the request, or a deployment tool the template.",
        "service API models; CloudFormation resource schemas; Terraform provider bindings",
    ),
    rule(
        Code::NotAllowedValue,
        "not-allowed-value",
        Severity::Error,
        "A value that is none of the allowed ones",
        "The API refuses the request.",
        "service API models",
    ),
    rule(
        Code::PatternMismatch,
        "pattern-mismatch",
        Severity::Error,
        "A text of the wrong form",
        "The API refuses the request.",
        "service API models",
    ),
    rule(
        Code::OutOfRange,
        "out-of-range",
        Severity::Error,
        "A number, or a length, outside of its range",
        "The API refuses the request.",
        "service API models",
    ),
    rule(
        Code::FleetsAndGroups,
        "fleets-and-groups",
        Severity::Error,
        "Instance fleets and instance groups in one cluster",
        "EMR takes one of the two.",
        "EMR API model, JobFlowInstancesConfig",
    ),
    rule(
        Code::FleetRoleTwice,
        "fleet-role-twice",
        Severity::Error,
        "Two fleets of one role",
        "A cluster has one fleet for each of primary, core and task.",
        "EMR API model, InstanceFleetConfig",
    ),
    rule(
        Code::FleetWithoutCapacity,
        "fleet-without-capacity",
        Severity::Error,
        "A fleet that asks for no capacity",
        "EMR wants On-Demand or Spot capacity above zero in each fleet; the primary fleet exactly one unit of one kind.",
        "EMR API model, InstanceFleetConfig",
    ),
    rule(
        Code::TooManyTypes,
        "too-many-types",
        Severity::Error,
        "More instance types than a fleet takes",
        "Five without an allocation strategy, thirty with one.",
        "EMR API model, InstanceTypeConfigList",
    ),
    rule(
        Code::ScalingLimits,
        "scaling-limits",
        Severity::Error,
        "Managed-scaling limits that contradict each other",
        "The minimum is above the maximum, or a part above the whole.",
        "EMR API model, ComputeLimits",
    ),
    rule(
        Code::ScalingUnitType,
        "scaling-unit-type",
        Severity::Error,
        "Managed scaling in a unit that the cluster does not have",
        "Fleets scale in `InstanceFleetUnits`, groups in `Instances` or `VCPU`.",
        "EMR API model, ComputeLimits",
    ),
    rule(
        Code::ManagedScalingKeys,
        "managed-scaling-keys",
        Severity::Error,
        "Managed scaling with keys that do not exist",
        "The limits are `ComputeLimits` with `UnitType`, `MinimumCapacityUnits` and `MaximumCapacityUnits`; the API refuses others.",
        "EMR API model, ManagedScalingPolicy",
    ),
    rule(
        Code::SpotWithoutTimeout,
        "spot-without-timeout",
        Severity::Error,
        "A Spot specification without time-out or action",
        "Both are required: they say how long to wait for Spot capacity and what to do then.",
        "EMR API model, SpotProvisioningSpecification",
    ),
    rule(
        Code::RoleMissing,
        "role-missing",
        Severity::Error,
        "No service role or no instance profile",
        "Without them EMR can start no instance and the instances can read nothing.",
        "EMR API model, RunJobFlow",
    ),
    rule(
        Code::GlueCapacityTwice,
        "glue-capacity-twice",
        Severity::Error,
        "Glue capacity said in two ways",
        "`MaxCapacity` excludes `WorkerType` and `NumberOfWorkers`.",
        "Glue API model, CreateJob",
    ),
    rule(
        Code::GlueFlexUnsupported,
        "glue-flex-unsupported",
        Severity::Error,
        "Flex where Glue has none",
        "Flex is for Spark batch jobs (`glueetl`) of Glue 3.0 and later.",
        "Glue API model, ExecutionClass",
    ),
    rule(
        Code::TooFewWorkers,
        "too-few-workers",
        Severity::Error,
        "A Glue job with fewer than two workers",
        "One worker is the driver's: none would be left for the work.",
        "Glue developer guide, worker types",
    ),
    rule(
        Code::WorkerSize,
        "worker-size",
        Severity::Error,
        "A worker of a size that the service does not have",
        "The service refuses the size, or bills the next one.",
        "EMR Serverless user guide, application behaviour; Glue developer guide",
    ),
    rule(
        Code::DiskUnderMinimum,
        "disk-under-minimum",
        Severity::Error,
        "A disk under the service's minimum",
        "The service refuses the request.",
        "EMR Serverless user guide; EMR API model, VolumeSpecification",
    ),
    rule(
        Code::MaxCapacityUnderExecutor,
        "max-capacity-under-executor",
        Severity::Error,
        "A maximum capacity in which no driver and executor fit",
        "The job waits for an executor until its time-out.",
        "EMR Serverless user guide, maximum capacity",
    ),
    rule(
        Code::UnknownInstanceType,
        "unknown-instance-type",
        Severity::Warning,
        "An instance type that the catalogue does not know",
        "A slip, or a type newer than this program: its size cannot be checked.",
        "EC2 instance types",
    ),
    rule(
        Code::WeightsMissing,
        "weights-missing",
        Severity::Warning,
        "Instances of different sizes without weights",
        "Without `WeightedCapacity` each instance counts one unit: a large one as much as a small one, and the capacity is left to chance.",
        "EMR API model, InstanceTypeConfig",
    ),
    rule(
        Code::MixedArchitectures,
        "mixed-architectures",
        Severity::Warning,
        "x86 and Graviton in one cluster",
        "Compiled libraries do not run on both, and Spark's Kryo serialiser with unsafe access is not safe between them.",
        "EMR best-practices guide",
    ),
    rule(
        Code::FewInstanceTypes,
        "few-instance-types",
        Severity::Warning,
        "A Spot fleet of fewer than ten types",
        "Few pools: when one is reclaimed, much of the fleet goes, and capacity is found late.",
        "EMR best-practices guide",
    ),
    rule(
        Code::CoreOnSpot,
        "core-on-spot",
        Severity::Warning,
        "Core nodes on Spot",
        "They hold HDFS and, by the usual label, the driver: a reclaim can end the run.",
        "EMR best-practices guide",
    ),
    rule(
        Code::PrimaryOnSpot,
        "primary-on-spot",
        Severity::Warning,
        "The primary node on Spot",
        "Its reclaim ends the cluster and the run.",
        "EMR best-practices guide",
    ),
    rule(
        Code::DriverOnSpot,
        "driver-on-spot",
        Severity::Warning,
        "The driver can land on a Spot node",
        "From EMR 6 on, YARN puts the application master on any node: one reclaim ends the run.",
        "EMR management guide, node types",
    ),
    rule(
        Code::PrimaryTooSmall,
        "primary-too-small",
        Severity::Warning,
        "A primary node that is small for the cluster",
        "It serves every node; AWS names m5.xlarge for up to 50 nodes and larger types beyond.",
        "EMR management guide, instance guidelines",
    ),
    rule(
        Code::IdleTimeoutBills,
        "idle-timeout-bills",
        Severity::Warning,
        "An idle time-out that bills after the last step",
        "Every node bills until it has passed; a cluster that ends with its steps bills none of it.",
        "EMR management guide, auto-termination",
    ),
    rule(
        Code::AliveWithoutEnd,
        "alive-without-end",
        Severity::Warning,
        "A cluster that nothing ends",
        "It is kept alive without steps and has no auto-termination.",
        "EMR management guide, auto-termination",
    ),
    rule(
        Code::NoSteps,
        "no-steps",
        Severity::Note,
        "A transient cluster without steps",
        "It ends as soon as it is up, unless steps are added in time.",
        "EMR API model, JobFlowInstancesConfig",
    ),
    rule(
        Code::StaleRelease,
        "stale-release",
        Severity::Warning,
        "An old release",
        "Old engines are slower for the same money, and support ends.",
        "EMR release guide; Glue developer guide",
    ),
    rule(
        Code::AlreadyDefault,
        "already-default",
        Severity::Note,
        "A setting that is the default anyway",
        "It changes nothing and hides what does.",
        "Spark and EMR documentation",
    ),
    rule(
        Code::AqeOff,
        "aqe-off",
        Severity::Warning,
        "Adaptive query execution switched off",
        "Partitions are neither merged nor is a skewed join split.",
        "Spark SQL performance tuning guide",
    ),
    rule(
        Code::FlexWithDeadline,
        "flex-with-deadline",
        Severity::Warning,
        "Flex for a job with a deadline",
        "Spare capacity may come late and be taken back: there is no time to count on.",
        "EMR Serverless user guide, Flex; Glue developer guide, Flex",
    ),
    rule(
        Code::PublicSubnet,
        "public-subnet",
        Severity::Warning,
        "Nodes in a public subnet",
        "Each node has a public IPv4 address that bills by the hour and can be reached.",
        "EMR management guide, networking",
    ),
    rule(
        Code::SingleSubnet,
        "single-subnet",
        Severity::Note,
        "One subnet only",
        "EMR chooses the Availability Zone with capacity among the subnets; with one there is no choice.",
        "EMR management guide, instance fleets",
    ),
    rule(
        Code::SpotLowestPrice,
        "spot-lowest-price",
        Severity::Warning,
        "Spot by lowest price",
        "It takes the cheapest pools, which are reclaimed first.",
        "EMR best-practices guide",
    ),
    rule(
        Code::GeneralPurpose2,
        "gp2-volume",
        Severity::Note,
        "gp2 volumes",
        "gp3 costs less a GB and its throughput does not hang on the size.",
        "Amazon EBS user guide",
    ),
    rule(
        Code::IdlePreinitialised,
        "idle-preinitialised",
        Severity::Warning,
        "Pre-initialised capacity that idles",
        "It bills while the application is started, with or without a job.",
        "EMR Serverless user guide, pre-initialised capacity",
    ),
    rule(
        Code::AutoStopOff,
        "auto-stop-off",
        Severity::Warning,
        "Auto-stop switched off",
        "Pre-initialised workers bill until somebody stops the application.",
        "EMR Serverless user guide",
    ),
    rule(
        Code::MaxExecutorsOverCapacity,
        "max-executors-over-capacity",
        Severity::Note,
        "More executors asked for than fit under the maximum capacity",
        "The rest waits and never comes.",
        "EMR Serverless user guide, maximum capacity",
    ),
    rule(
        Code::LongTimeout,
        "long-timeout",
        Severity::Note,
        "A time-out that lets a hung run bill for hours",
        "Glue's default is eight hours and more: a hung run bills all of them.",
        "Glue API model, CreateJob",
    ),
    rule(
        Code::NoEventLog,
        "no-event-log",
        Severity::Note,
        "No place for logs",
        "The logs die with the cluster, and with them the way to measure the job.",
        "EMR management guide, logs",
    ),
    rule(
        Code::NoCostTags,
        "no-cost-tags",
        Severity::Note,
        "No tags",
        "The cost report cannot find the runs again.",
        "AWS Billing user guide, cost allocation tags",
    ),
];

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
