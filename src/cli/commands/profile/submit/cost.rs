//! What a submitted profile may cost, before it is submitted: by the billing rules of its engine and the price book.

use rust_decimal::Decimal;

use crate::bill::Bill;
use crate::catalog::Architecture;
use crate::engines::usage::{
    AthenaQueries, AthenaUsage, GlueCapacity, GlueProduct, GlueUsage, QueryKind, Scanned, ServerlessUsage,
    ServerlessWorkers,
};
use crate::engines::{Terms, Usage, charges};
use crate::prices::Rates;
use crate::units::{Bytes, Span, Usd};

/// A worker of EMR Serverless as it is asked for: vCPU, memory and free disk, GB.
pub(super) const WORKER_VCPU: u32 = 4;
pub(super) const WORKER_MEMORY_GB: u32 = 16;
pub(super) const WORKER_DISK_GB: u32 = 20;

/// What it may cost.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// What the service cannot exceed, and why.
    pub bound: Option<(Usd, String)>,
    /// What it can be expected to be at most, and why, where that is below a bound or there is none.
    pub expected: Option<(Usd, String)>,
    /// What is not known, or comes besides.
    pub notes: Vec<String>,
}

impl Cost {
    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        self.bound.is_some() || self.expected.is_some()
    }

    /// In one line.
    pub fn headline(&self) -> String {
        match (&self.expected, &self.bound) {
            (Some((expected, _)), Some((bound, _))) => {
                format!("estimated cost {expected} at most, and never more than {bound}")
            }
            (Some((expected, _)), None) => format!("estimated cost {expected} at most; nothing bounds it"),
            (None, Some((bound, _))) => format!("cost not known before; never more than {bound}"),
            (None, None) => "cost unknown, and nothing bounds it".to_owned(),
        }
    }

    /// Where the figures are from, line by line.
    pub fn basis(&self) -> Vec<String> {
        let part = |name: &str, part: &Option<(Usd, String)>| {
            part.as_ref().map(|(usd, basis)| format!("  {name}: {usd} = {basis}"))
        };
        let notes = self.notes.iter().map(|note| format!("  {note}"));
        part("estimate", &self.expected).into_iter().chain(part("bound", &self.bound)).chain(notes).collect()
    }
}

/// A query that names its table `reads` times.
pub(super) fn of_query(
    reads: u32,
    table: Option<(Bytes, String)>,
    cutoff: Option<Bytes>,
    rates: Option<&dyn Rates>,
) -> Cost {
    let mut cost = Cost::default();
    match &table {
        Some((bytes, from)) => {
            let most = Bytes::new(bytes.get().saturating_mul(u64::from(reads)));
            let why = format!("{bytes} ({from}) × {reads}, as often as the query names the table");
            cost.expected = priced(&scan(most), &why, rates, &mut cost.notes);
            let least = priced(&scan(*bytes), "", rates, &mut Vec::new());
            if let Some((usd, _)) = least {
                cost.notes.push(format!(
                    "less, down to {usd}, where Athena reads the table once for several parts, and where a format by \
                     columns spares it some"
                ));
            }
        }
        None => cost.notes.push(
            "what the query will scan is not known before; --scan-bytes SIZE says what the table, or the rest that the \
             condition leaves of it, has"
                .to_owned(),
        ),
    }
    match cutoff {
        Some(cutoff) => {
            let why = format!("{cutoff}, where the work group cancels a query");
            cost.bound = priced(&scan(cutoff), &why, rates, &mut cost.notes);
        }
        None => cost.notes.push("the work group sets no limit to the bytes that a query may scan".to_owned()),
    }
    if cost.bound.as_ref().zip(cost.expected.as_ref()).is_some_and(|(bound, expected)| bound.0 < expected.0) {
        cost.expected = None;
    }
    cost.notes.push("requests to S3 and to the catalog come besides".to_owned());
    cost.notes.dedup();
    cost
}

/// What a query that scanned so much costs.
pub(super) fn of_scanned(bytes: Bytes, rates: Option<&dyn Rates>) -> Option<Usd> {
    priced(&scan(bytes), "", rates, &mut Vec::new()).map(|it| it.0)
}

fn scan(bytes: Bytes) -> Usage {
    let queries = vec![AthenaQueries { count: 1, scanned: Scanned::Each(bytes), kind: QueryKind::Succeeded }];
    Usage::Athena(AthenaUsage { queries, provisioned: Vec::new(), spark: Vec::new() })
}

/// Capacity of a Glue run.
pub(super) enum GlueSize {
    /// Type and number of workers.
    Workers(String, u32),
    /// Data processing units.
    Dpu(Decimal),
}

/// A run of a Glue job that takes as long as it may, with all of its workers, and is repeated as often as it may.
pub(super) fn of_glue(
    size: &GlueSize,
    version: &str,
    flex: bool,
    retries: u32,
    limit: Span,
    rates: Option<&dyn Rates>,
) -> Cost {
    let capacity = match size {
        GlueSize::Workers(kind, workers) => {
            GlueCapacity::Workers { worker_type: kind.clone(), workers: *workers, running: limit }
        }
        GlueSize::Dpu(dpu) => GlueCapacity::Dpu { dpu: *dpu, memory_optimized: false, running: limit },
    };
    let usage = GlueUsage {
        product: GlueProduct::Job,
        version: version.to_owned(),
        flex,
        capacity,
        count: retries.saturating_add(1),
    };
    let mut cost = Cost::default();
    let repeats = match retries {
        0 => String::new(),
        times => format!(", and the job repeats a failed run up to {times} times"),
    };
    let why = format!("the service ends a run after {limit}{repeats}");
    cost.bound = priced(&Usage::Glue(usage), &why, rates, &mut cost.notes);
    cost.notes.push("how long it takes is not known before; requests to S3 come besides".to_owned());
    cost
}

/// A job run of EMR Serverless that takes as long as it may, with all of its workers.
pub(super) fn of_serverless(
    workers: u32,
    architecture: Architecture,
    waiting: bool,
    limit: Span,
    rates: Option<&dyn Rates>,
) -> Cost {
    let all = ServerlessWorkers {
        name: "driver and executors".to_owned(),
        architecture,
        flex: false,
        vcpu: Decimal::from(WORKER_VCPU),
        memory_gb: Decimal::from(WORKER_MEMORY_GB),
        disk_gb: Decimal::from(WORKER_DISK_GB),
        count: workers,
        running: limit,
    };
    let usage = ServerlessUsage { workers: vec![all], pre_initialised: Vec::new(), totals: Vec::new() };
    let mut cost = Cost::default();
    let why = format!("the service ends a run after {limit}, and it has {workers} workers at most at once");
    cost.bound = priced(&Usage::EmrServerless(usage), &why, rates, &mut cost.notes);
    cost.notes.push("how long it takes is not known before; requests to S3 come besides".to_owned());
    if waiting {
        cost.notes.push("the application keeps workers ready, which are billed as long as it is started".to_owned());
    }
    cost
}

/// The sum of what was used, with its arithmetic; what is missing goes to the notes.
fn priced(usage: &Usage, why: &str, rates: Option<&dyn Rates>, notes: &mut Vec<String>) -> Option<(Usd, String)> {
    let Some(rates) = rates else {
        notes.push("the price book has no such region".to_owned());
        return None;
    };
    let bill = Bill::price(charges(usage, &Terms::default(), rates), rates);
    match bill.grand_total() {
        Ok(usd) => {
            let line = |line: &crate::bill::LineItem| {
                let price = line.price.as_ref().map_or(Decimal::ZERO, |price| price.dollars).normalize();
                format!("{} × ${price} per {}", line.charge.formula, line.charge.unit)
            };
            let sum: Vec<String> = bill.lines.iter().map(line).collect();
            Some((usd, format!("{}: {why}", sum.join(" + "))))
        }
        Err(missing) => {
            notes.extend(missing.iter().map(|it| format!("cost unknown: {it}")));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{PriceBook, RegionalPrices};

    fn rates() -> RegionalPrices {
        PriceBook::embedded().expect("a book").in_region("us-east-1").expect("a region")
    }

    fn usd(text: &str) -> Usd {
        Usd::new(text.parse().expect("a number"))
    }

    /// 100 GiB × 20 = 2,000 GiB = 1.953125 TiB × $5 = $9.765625; the cutoff of 1 TiB is $5, which is less.
    #[test]
    fn a_query_costs_what_it_scans_as_often_as_it_names_the_table() {
        let rates = rates();
        let table = || Some((Bytes::gib(100), "--scan-bytes".to_owned()));
        let open = of_query(20, table(), None, Some(&rates));
        assert_eq!(open.expected.as_ref().expect("known").0, usd("9.765625"));
        assert_eq!(open.headline(), "estimated cost $9.77 at most; nothing bounds it");
        assert!(open.basis().join("\n").contains("down to $0.4883"), "100 GiB once: {:?}", open.basis());
        let cut = of_query(20, table(), Some(Bytes::gib(1024)), Some(&rates));
        assert_eq!((cut.bound.as_ref().expect("known").0, cut.expected.is_none()), (usd("5"), true));
        // 10 GiB × 20 = 200 GiB = 0.1953125 TiB × $5 = $0.9765625, under the cutoff's $5.
        let small = of_query(20, Some((Bytes::gib(10), "x".to_owned())), Some(Bytes::gib(1024)), Some(&rates));
        assert_eq!(small.headline(), "estimated cost $0.9766 at most, and never more than $5.00");
        // 1 byte: 10 MB at least, 10 / 2^20 × $5.
        assert_eq!(of_scanned(Bytes::new(1), Some(&rates)), Some(usd("0.000047683715820")));
    }

    #[test]
    fn nothing_known_is_not_zero() {
        let rates = rates();
        let unknown = of_query(20, None, None, Some(&rates));
        assert!(!unknown.is_known());
        assert_eq!(unknown.headline(), "cost unknown, and nothing bounds it");
        let nowhere = of_query(20, Some((Bytes::gib(1), "x".to_owned())), Some(Bytes::gib(1)), None);
        assert!(!nowhere.is_known() && nowhere.basis().join(" ").contains("no such region"));
        let strange = GlueSize::Workers("Q.9X".to_owned(), 10);
        assert!(!of_glue(&strange, "5.0", false, 0, Span::minutes(60.0), Some(&rates)).is_known());
    }

    /// 10 × G.2X = 20 DPU × 0.5 h = 10 DPU-hours × $0.44 = $4.40; repeated once, $8.80. Flex $0.29: $2.90.
    #[test]
    fn a_glue_run_is_bounded_by_its_time_limit() {
        let rates = rates();
        let size = GlueSize::Workers("G.2X".to_owned(), 10);
        let bound = |flex, retries| {
            let cost = of_glue(&size, "5.0", flex, retries, Span::minutes(30.0), Some(&rates));
            cost.bound.expect("known").0
        };
        assert_eq!((bound(false, 0), bound(false, 1), bound(true, 0)), (usd("4.4"), usd("8.8"), usd("2.9")));
        let dpu = of_glue(&GlueSize::Dpu(Decimal::TEN), "3.0", false, 0, Span::minutes(60.0), Some(&rates));
        assert_eq!(dpu.bound.expect("known").0, usd("4.4"), "10 DPU × 1 h × $0.44");
    }

    /// 10 × 4 vCPU × 1 h × $0.052624 + 10 × 16 GB × 1 h × $0.0057785 = $2.10496 + $0.92456 = $3.02952.
    #[test]
    fn a_serverless_run_is_bounded_by_time_and_workers() {
        let rates = rates();
        let cost = of_serverless(10, Architecture::X86_64, true, Span::minutes(60.0), Some(&rates));
        assert_eq!(cost.bound.as_ref().expect("known").0, usd("3.02952"));
        assert!(cost.basis().join(" ").contains("keeps workers ready"));
    }
}
