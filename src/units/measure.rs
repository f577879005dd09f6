//! What AWS meters, as types: `UnitPrice<U> × Quantity<U> = Usd`, and no other product compiles.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, AddAssign, Mul};

use rust_decimal::Decimal;

use super::Usd;

/// A metered measure. `NAME` is the word that the price tables, the JSON output and the bill use.
pub trait Measure: Copy + fmt::Debug + Send + Sync + 'static {
    /// For example `vcpu-hour`.
    const NAME: &'static str;
}

macro_rules! measures {
    ($($(#[$doc:meta])* $type:ident = $name:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $type;
            impl Measure for $type {
                const NAME: &'static str = $name;
            }
        )*
        /// The names of all measures, for checking that a price table uses one of them.
        pub const MEASURE_NAMES: &[&str] = &[$($name),*];
    };
}

measures! {
    /// One instance (node) running for an hour.
    InstanceHour = "instance-hour";
    /// One vCPU for an hour.
    VcpuHour = "vcpu-hour";
    /// One GB of memory or worker disk for an hour (AWS's GB is 2^30 bytes here).
    GbHour = "gb-hour";
    /// One Glue or Athena data processing unit for an hour.
    DpuHour = "dpu-hour";
    /// One Glue memory-optimised data processing unit (4 vCPU, 32 GB) for an hour.
    MemoryDpuHour = "m-dpu-hour";
    /// One Redshift processing unit for an hour.
    RpuHour = "rpu-hour";
    /// One Databricks unit.
    Dbu = "dbu";
    /// One Kinesis processing unit for an hour (Managed Flink).
    KpuHour = "kpu-hour";
    /// One TB (2^40 bytes) of data scanned.
    TbScanned = "tb-scanned";
    /// One GB stored for a month.
    GbMonth = "gb-month";
    /// One GB moved.
    GbTransferred = "gb-transferred";
    /// One request.
    Request = "request";
    /// One Step Functions state transition.
    StateTransition = "state-transition";
    /// One cluster or control plane for an hour.
    ClusterHour = "cluster-hour";
    /// One managed environment, gateway, endpoint or worker of a service for an hour.
    Hour = "hour";
    /// One catalog object kept for a month.
    ObjectMonth = "object-month";
    /// One provisioned IOPS above the free level for a month.
    IopsMonth = "iops-month";
    /// One MiB/s of provisioned volume throughput above the free level for a month.
    MibpsMonth = "mibps-month";
    /// One node of a service (DataBrew) for an hour.
    NodeHour = "node-hour";
    /// One year of a system that the user prices as a whole.
    Year = "year";
}

/// An amount of a measure, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity<U: Measure>(Decimal, PhantomData<U>);

impl<U: Measure> Quantity<U> {
    /// `amount` of `U`.
    #[must_use]
    pub const fn new(amount: Decimal) -> Self {
        Self(amount, PhantomData)
    }

    /// The bare number, in `U`.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.0
    }
}

impl<U: Measure> Add for Quantity<U> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.0 + other.0)
    }
}

impl<U: Measure> AddAssign for Quantity<U> {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl<U: Measure> Mul<Decimal> for Quantity<U> {
    type Output = Self;
    fn mul(self, factor: Decimal) -> Self {
        Self::new(self.0 * factor)
    }
}

/// Dollars per one `U`, exact.
///
/// ```
/// use shapecast::units::{DpuHour, Quantity, UnitPrice, Usd};
/// let glue = UnitPrice::<DpuHour>::new("0.44".parse().unwrap());
/// // 6 DPU for 15 minutes: AWS's own example, $0.66.
/// let used = Quantity::<DpuHour>::new("1.5".parse().unwrap());
/// assert_eq!(glue * used, Usd::new("0.66".parse().unwrap()));
/// ```
///
/// A price times the wrong measure does not compile:
///
/// ```compile_fail
/// use shapecast::units::{DpuHour, Quantity, UnitPrice, VcpuHour};
/// let glue = UnitPrice::<DpuHour>::new("0.44".parse().unwrap());
/// let wrong = glue * Quantity::<VcpuHour>::new("1.5".parse().unwrap());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitPrice<U: Measure>(Decimal, PhantomData<U>);

impl<U: Measure> UnitPrice<U> {
    /// `dollars` per one `U`.
    #[must_use]
    pub const fn new(dollars: Decimal) -> Self {
        Self(dollars, PhantomData)
    }

    /// The bare price in dollars.
    #[must_use]
    pub const fn dollars(self) -> Decimal {
        self.0
    }
}

impl<U: Measure> Mul<Quantity<U>> for UnitPrice<U> {
    type Output = Usd;
    fn mul(self, quantity: Quantity<U>) -> Usd {
        Usd::new(self.0 * quantity.0)
    }
}

impl<U: Measure> fmt::Display for Quantity<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.normalize(), U::NAME)
    }
}
