//! What a bill must be told beside the usage: the length of the month, runs, allowances, the start of EMR's fee.

use rust_decimal::Decimal;
use serde::Serialize;

use super::time::HOUR_S;

/// When EMR's fee on a node begins. AWS has two wordings (EMR FAQ, read 2026): "from the time the cluster is
/// requested until it is terminated", and "commences when Amazon EMR starts running your cluster".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeeStart {
    /// From the request: the dearer wording, and the default.
    #[default]
    Request,
    /// From the node's state `running`, as EC2.
    Running,
}

/// The terms of a bill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Terms {
    /// Hours of a month. AWS itself uses 730 (Pricing Calculator), 744 (S3, MWAA examples) and 720 (EBS example).
    pub month_hours: Decimal,
    /// Days of the real month, for what is priced by the seconds of the real month (EBS, Flink storage, S3
    /// byte-hours); `None` takes `month_hours` there too.
    pub month_days: Option<u32>,
    /// Runs in a month: account-wide monthly allowances are shared by them.
    pub runs_per_month: Decimal,
    /// Whether this usage may consume the account's monthly free allowances. Off by default: they are shared by
    /// everything in the account.
    pub free_allowances: bool,
    /// When EMR's fee begins.
    pub fee_from: FeeStart,
    /// Whether anybody will read the lines.
    #[serde(skip)]
    pub words: Words,
}

/// Whether the lines of a bill say in words what they are and how their quantity came about. Nobody reads those of
/// thousands of drawn runs, and writing them takes longer than adding them up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    /// Every line has its words.
    #[default]
    Written,
    /// Quantities and meters only.
    LeftOut,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            month_hours: Decimal::from(730),
            month_days: None,
            runs_per_month: Decimal::ONE,
            free_allowances: false,
            fee_from: FeeStart::Request,
            words: Words::Written,
        }
    }
}

impl Terms {
    /// Words for a reader; nothing where nobody reads them.
    pub fn say(&self, words: impl FnOnce() -> String) -> String {
        match self.words {
            Words::Written => words(),
            Words::LeftOut => String::new(),
        }
    }

    /// Seconds of the month that a price per GB-month is spread over.
    #[must_use]
    pub fn month_seconds(&self) -> Decimal {
        match self.month_days {
            Some(days) => Decimal::from(days) * Decimal::from(86_400),
            None => self.month_hours * HOUR_S,
        }
    }
}
