//! The usage file: spellings that mean the same, and errors that say where and what to do.

mod billing_support;

use std::path::Path;

use billing_support::{TableRates, bill, decimal, read, total};
use shapecast::bill::bill_usage;
use shapecast::engines::usage::{UsageError, read_usage};
use shapecast::prices::{Basis, PriceBook};

fn error(text: &str) -> UsageError {
    read_usage(text, "u.yaml").expect_err(text)
}

#[test]
fn spellings_of_one_usage_agree() {
    let head = "unit_prices: {ec2/on-demand/r5.4xlarge: $1.008, emr/uplift/r5.4xlarge: 0.252}\n";
    let spellings = [
        "engine: emr-ec2\nusage: {nodes: [{role: core, instance_type: r5.4xlarge, count: 26, running: 3 h}]}",
        "engine: EMR on EC2\nusage: {nodes: {type: r5.4xlarge, count: 26, duration: 180 min}}",
        "engine: emr_ec2\nusage: {instance-type: r5.4xlarge, Count: 26, hours: 3}",
        "engine: emr-ec2\nnodes: [{type: r5.4xlarge, count: 26, seconds: 10800}]",
        "engine: emr-ec2\nusage: {nodes: [{type: r5.4xlarge, instance_count: 26, duration_s: 10800}]}",
        "engine: emr-ec2\nusage: {nodes: [{type: r5.4xlarge, count: 26, running_hours: 3}]}",
        "engine: emr-ec2\nusage: {running: 3 h, primary: {type: r5.4xlarge}, core: {type: r5.4xlarge, count: 25}}",
        "{\"engine\": \"emr-ec2\", \"usage\": {\"nodes\": [{\"type\": \"r5.4xlarge\", \"count\": 26, \"minutes\": 180}]}}",
    ];
    for text in spellings {
        let text = if text.starts_with('{') {
            text.replacen(
                '{',
                "{\"unit_prices\": {\"ec2/on-demand/r5.4xlarge\": 1.008, \"emr/uplift/r5.4xlarge\": 0.252}, ",
                1,
            )
        } else {
            format!("{head}{text}")
        };
        assert_eq!(total(&text), decimal("98.28"), "{text}");
    }
}

#[test]
fn errors_have_line_column_and_hint() {
    let cases: &[(&str, (u64, u64), &str, &str)] = &[
        ("", (1, 1), "empty", "engine"),
        ("usage: {dpu: 2}", (1, 1), "no `engine`", "engine: emr-ec2"),
        ("engine: emr-ec3\nusage: {}", (1, 9), "`emr-ec3` is not known", "did you mean `emr-ec2`"),
        ("engine: glue\nusage:\n  dpus: 6\n  runing: 15 min", (4, 3), "no key `runing`", "did you mean `running`"),
        ("engine: glue\nusage:\n  dpu: 6\n  running: 15", (4, 12), "has no unit", "min"),
        ("engine: glue\nusage:\n  dpu: 6\n  running: 15 mins", (4, 12), "unknown unit", "min"),
        ("engine: glue\nusage:\n  dpu: -6\n  running: 15 min", (3, 8), "negative", "zero or more"),
        ("engine: glue\nusage:\n  dpu: six\n  running: 15 min", (3, 8), "does not start with a number", "number"),
        ("engine: glue\nusage: {worker_type: G.3X, workers: 2, running: 1 h}", (2, 22), "`G.3X` is not known", "G.2X"),
        ("engine: glue\nusage: {worker_type: G.2X, running: 1 h}", (2, 8), "no `workers`", "how many"),
        ("engine: glue\nusage: 5", (2, 8), "must be a group of keys", "key: value"),
        ("engine: glue\nusage: {dpu: 2, running: 1 h, duration: 2 h}", (2, 31), "says again", "keep one"),
        ("engine: glue\nengine: athena", (2, 1), "duplicate", "check"),
        ("engine: athena\nusage: {scanned: 100}", (2, 18), "no unit", "100 MB"),
        ("engine: athena\nusage: {scanned: 100 Mb}", (2, 18), "unknown unit", "MB"),
        ("engine: athena\nusage: {}", (2, 8), "no `scanned`", "100 MB"),
        ("engine: athena\nusage: {queries: 2.5, scanned: 1 GB}", (2, 18), "not a count", "whole number"),
        (
            "engine: ec2\nusage: {instance_type: R5.4xlarge, running: 1 h}",
            (2, 24),
            "not an instance type",
            "r6g.2xlarge",
        ),
        (
            "engine: ec2\nusage: {instance_type: r5.xlarge, running: 1 h, interrupted_after: 5 min}",
            (2, 8),
            "Spot nodes only",
            "market: spot",
        ),
        (
            "engine: ec2\nusage: {instance_type: r5.xlarge, market: sport, running: 1 h}",
            (2, 43),
            "not known",
            "did you mean `spot`",
        ),
        ("engine: ec2\nusage: {instance_type: r5.xlarge, count: 1e15, running: 1 h}", (2, 42), "too large", "10^12"),
        ("engine: ec2\nusage: {instance_type: r5.xlarge, count: 0.5, running: 1 h}", (2, 42), "not a count", "whole"),
        (
            "engine: ec2\nunit_prices: {ec2/ondemand/r5.xlarge: 1}",
            (2, 15),
            "no meter",
            "did you mean `ec2/on-demand/r5.xlarge`",
        ),
        ("engine: ec2\nunit_prices: {glue/etl_standart: 1}", (2, 15), "no meter", "glue/etl_standard"),
        ("engine: ec2\nunit_prices: {glue/etl_standard: a lot}", (2, 34), "does not start with a number", "number"),
        ("engine: ec2\nunit_prices: 5", (2, 14), "not a group", "meter: price"),
        ("engine: glue\nmonth_hours: 0\nusage: {dpu: 1, running: 1 h}", (1, 1), "not a month long", "730"),
        ("surroundings: {s3_puts: many}", (1, 25), "does not start", "number"),
        ("surroundings: {nat: 5}", (1, 21), "no unit", "100 MB"),
        ("surroundings: {mwaa: {size: tiny}}", (1, 29), "not known", "small"),
        ("engine: emr-ec2\nusage: [1, 2", (2, 8), "not YAML", "indentation"),
        ("engine: \"glue", (1, 9), "not YAML", "quotes"),
    ];
    for (text, place, message, hint) in cases {
        let error = error(text);
        assert!(error.message.contains(message), "{text}\n{error}");
        assert!(error.hint.contains(hint), "{text}\n{error}\n{}", error.hint);
        assert_eq!((error.line, error.column), *place, "{text}\n{error}");
        assert!(error.to_string().starts_with(&format!("u.yaml:{}:{}: ", place.0, place.1)));
    }
}

#[test]
fn hostile_files_are_refused_without_harm() {
    for text in [
        "[".repeat(100_000),
        "a: ".repeat(50_000),
        "\u{0}\u{1}\u{2}".to_owned(),
        "engine: glue\nusage: {dpu: 99999999999999999999999999999999999999, running: 1 h}".to_owned(),
        "engine: glue\nusage: {dpu: 1e400, running: 1 h}".to_owned(),
        "engine: glue\nusage: {dpu: .nan, running: 1 h}".to_owned(),
        "engine: glue\nusage: {dpu: 1, running: 1e300 h}".to_owned(),
        format!("engine: {}", "x".repeat(200_000)),
        format!("{}: 1", "k".repeat(200_000)),
        "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n\
         e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]"
            .to_owned(),
    ] {
        assert!(read_usage(&text, "hostile").is_err(), "{}", &text[..text.len().min(60)]);
    }
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let text = "engine: emr-serverless\nruns: 1000000000000\nunit_prices: {emr-serverless/vcpu_x86: 1e9, emr-serverless/memory_x86: 1e9, \
                emr-serverless/storage_beyond_20gb_per_worker: 1e9}\nusage: {workers: [{vcpu: 1e12, memory_gb: 1e9, disk_gb: 1e9, \
                count: 100000000, running: 300 d}]}";
    match read_usage(text, "large") {
        Ok(file) => {
            let bill = bill_usage(&file, &TableRates::default());
            let _ = (bill.grand_total(), bill.cost_of_month(decimal("30")));
        }
        Err(error) => assert!(error.message.contains("too large"), "{error}"),
    }
}

#[test]
fn an_own_price_says_so_and_an_unknown_one_is_listed() {
    let known = bill("engine: glue\nunit_prices: {glue/etl_standard: 0.44}\nusage: {dpu: 6, running: 15 min}");
    let price = known.lines[0].price.as_ref().expect("given");
    assert_eq!((price.basis.clone(), price.source.as_str()), (Basis::Own, "the usage file"));
    let unknown = bill("engine: glue\nusage: {dpu: 6, running: 15 min}");
    assert!(unknown.grand_total().is_err() && unknown.lines[0].amount().is_none());
    assert_eq!(unknown.missing()[0].meter, "glue/etl_standard");
}

/// The examples with the embedded price book: which totals are known.
#[test]
fn the_documented_examples_have_prices() {
    let book = PriceBook::embedded().expect("the snapshot");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/usage");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let file = read(&path);
        let rates = book.in_region(file.region.as_deref().unwrap_or("us-east-1")).expect("a region");
        let bill = bill_usage(&file, &rates);
        let missing: Vec<&str> = bill.missing().iter().map(|price| price.meter.as_str()).collect();
        assert!(bill.grand_total().is_ok(), "{}: {missing:?}", path.display());
    }
}

#[test]
fn every_documented_example_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/usage");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let file = read(&entry.expect("an entry").path());
        assert!(!bill_usage(&file, &TableRates::default()).lines.is_empty());
        count += 1;
    }
    assert!(count >= 12, "one example per engine, and surroundings alone");
}
