//! Laws of every bill: lines sum to the total, prices scale their lines, time never makes cheaper, order is irrelevant,
//! a missing price is missing and never nothing.

mod billing_support;

use std::collections::BTreeMap;

use billing_support::{TableRates, decimal, read_text};
use proptest::prelude::*;
use rust_decimal::Decimal;
use shapecast::bill::{Bill, bill_usage};
use shapecast::engines::usage::UsageFile;

/// One file of each engine, `count` machines for `seconds`.
fn files(count: u32, seconds: f64) -> Vec<UsageFile> {
    let run = format!("count: {count}, running: {seconds} s");
    [
        format!("engine: emr-ec2\nusage: {{nodes: [{{instance_type: r5.4xlarge, {run}, ebs: 64 GiB}}, {{instance_type: m5.xlarge, market: spot, {run}}}]}}"),
        format!("engine: emr-serverless\nusage: {{workers: [{{vcpu: 4, memory: 16 GB, disk: 50 GB, {run}}}]}}"),
        format!("engine: glue\nusage: {{dpu: 10, {run}}}"),
        format!("engine: emr-eks\nusage: {{nodes: [{{instance_type: r5.4xlarge, {run}}}], pods: [{{vcpu: 4, memory: 16 GB, {run}}}], own_control_plane: true}}"),
        format!("engine: athena\nusage: {{provisioned: {{dpu: 24, running: {seconds} s}}, queries: [{{count: {count}, scanned: {seconds} MB}}]}}"),
        format!("engine: fargate\nusage: {{tasks: [{{vcpu: 0.25, memory: 1 GB, disk: 30 GB, {run}}}]}}"),
        format!("engine: redshift-serverless\nusage: {{rpu: 128, {run}}}"),
        format!("engine: databricks\nusage: {{instance_type: r5.4xlarge, {run}}}"),
        format!("engine: managed-flink\nusage: {{kpu: 4, {run}}}"),
        format!("engine: ec2\nusage: {{instance_type: r5.4xlarge, {run}}}\nsurroundings: {{s3_put_requests: {count}, nat_gb: 3, ebs: {{size: 10 GB, running: {seconds} s}}, mwaa: {{environments: 1}}}}"),
        format!("engine: on-premises\nruns: {count}\nusage: {{cost_share: 0.5}}"),
    ]
    .iter()
    .map(|text| read_text(text, "law"))
    .collect()
}

/// The same price for every meter of a bill.
fn flat(file: &UsageFile, dollars: &str) -> TableRates {
    let empty = bill_usage(file, &TableRates::default());
    let meters = empty.lines.iter().map(|line| (line.charge.meter.to_string(), decimal(dollars)));
    TableRates(meters.collect::<BTreeMap<_, _>>())
}

fn total(bill: &Bill) -> Decimal {
    bill.grand_total().expect("all prices are known").dollars()
}

const NOISE: Decimal = Decimal::from_parts(1, 0, 0, false, 12);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lines_sum_to_the_total(count in 1_u32..500, seconds in 1_u32..200_000) {
        for file in files(count, f64::from(seconds)) {
            let bill = bill_usage(&file, &flat(&file, "0.0371"));
            let sum: Decimal = bill.lines.iter().map(|line| line.amount().expect("priced").dollars()).sum();
            prop_assert_eq!(sum, total(&bill));
            prop_assert!(sum > Decimal::ZERO);
        }
    }

    #[test]
    fn doubling_a_price_doubles_its_lines_and_no_other(count in 1_u32..500, seconds in 1_u32..200_000) {
        for file in files(count, f64::from(seconds)) {
            let mut rates = flat(&file, "0.25");
            let before = bill_usage(&file, &rates);
            let meter = before.lines[0].charge.meter.to_string();
            rates.0.insert(meter.clone(), decimal("0.5"));
            for (old, new) in before.lines.iter().zip(&bill_usage(&file, &rates).lines) {
                let factor = if old.charge.meter.to_string() == meter { Decimal::TWO } else { Decimal::ONE };
                let (old, new) = (old.amount().expect("priced"), new.amount().expect("priced"));
                prop_assert!((old.dollars() * factor - new.dollars()).abs() < NOISE);
            }
        }
    }

    #[test]
    fn more_time_never_costs_less(count in 1_u32..500, seconds in 0.1_f64..100_000.0, more in 0.0_f64..10_000.0) {
        for (short, long) in files(count, seconds).iter().zip(&files(count, seconds + more)) {
            let rates = flat(short, "0.125");
            prop_assert!(total(&bill_usage(short, &rates)) <= total(&bill_usage(long, &rates)) + NOISE);
        }
    }

    #[test]
    fn more_machines_never_cost_less(count in 1_u32..500, seconds in 1_u32..100_000) {
        for (few, many) in files(count, f64::from(seconds)).iter().zip(&files(count + 1, f64::from(seconds))) {
            let rates = flat(few, "0.125");
            prop_assert!(total(&bill_usage(few, &rates)) <= total(&bill_usage(many, &rates)));
        }
    }

    #[test]
    fn the_order_of_nodes_is_irrelevant(counts in prop::collection::vec(1_u32..50, 2..6), turn in 0_usize..6) {
        let file = |counts: &[u32]| {
            let nodes: Vec<String> = counts
                .iter()
                .map(|count| format!("{{instance_type: r5.4xlarge, count: {count}, running: {} s}}", count * 37))
                .collect();
            read_text(&format!("engine: emr-ec2\nusage: {{nodes: [{}]}}", nodes.join(", ")), "order")
        };
        let mut turned = counts.clone();
        turned.rotate_left(turn % counts.len());
        let (first, second) = (file(&counts), file(&turned));
        let rates = flat(&first, "0.3");
        let difference = total(&bill_usage(&first, &rates)) - total(&bill_usage(&second, &rates));
        prop_assert!(difference.abs() < NOISE);
    }
}

#[test]
fn a_missing_price_makes_the_total_missing_whichever_it_is() {
    for file in files(3, 1000.0) {
        let complete = flat(&file, "0.1");
        for meter in complete.0.keys() {
            let mut rates = complete.clone();
            rates.0.remove(meter);
            let bill = bill_usage(&file, &rates);
            let missing = bill.grand_total().expect_err("a price is missing");
            assert!(missing.iter().all(|price| price.meter == *meter));
            assert!(bill.lines.iter().any(|line| line.amount().is_none()));
        }
    }
}

#[test]
fn nothing_used_costs_nothing_even_without_a_price() {
    let file = read_text(
        "engine: ec2\nusage: {instance_type: r5.xlarge, market: spot, running: 1 h, interrupted_after: 10 min}",
        "free",
    );
    assert_eq!(total(&bill_usage(&file, &TableRates::default())), Decimal::ZERO);
}

#[test]
fn runs_multiply_what_is_per_run_only() {
    let of = |runs: &str| {
        read_text(
            &format!("engine: glue\nruns: {runs}\nusage: {{dpu: 2, running: 1 h}}\nsurroundings: {{eks_clusters: 1}}"),
            "runs",
        )
    };
    let rates = flat(&of("1"), "0.5");
    // 2 DPU-h × 0.5 × runs + 730 h × 0.5.
    assert_eq!(total(&bill_usage(&of("1"), &rates)), decimal("366"));
    assert_eq!(total(&bill_usage(&of("31"), &rates)), decimal("396"));
    assert_eq!(total(&bill_usage(&of("0"), &rates)), decimal("365"));
}
