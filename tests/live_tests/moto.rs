//! A second, independent server.

use std::process::Command;

use serde_json::Value;

use crate::home::{Home, json};

/// A second, independent server: moto. `SHAPECAST_MOTO` names a Python that has it (`.ci/run` makes one); without it
/// the test says that it is skipped.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
#[test]
fn moto_is_understood_too() {
    use std::io::{BufRead, BufReader};
    let Some(python) = std::env::var_os("SHAPECAST_MOTO") else {
        eprintln!("skipped: SHAPECAST_MOTO names no Python with moto[server] and boto3");
        return;
    };
    let mut server = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live_support/moto_seed.py"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let seeded: Value = serde_json::from_str(&line).expect("moto's server with its seed");
    let of = |key: &str| seeded[key].as_str().expect(key).to_owned();
    let home = Home::new();
    let ask = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x").args(["--endpoint-url", &of("url")]);
        command.args(["--region", "us-east-1", "--format", "json", "--aws-timeout", "300"]).output().expect("runs")
    };
    // 1,200 objects of 1,000 bytes are two pages.
    let bucket = json(&ask(&["profile", "s3://lake/sales/"]));
    assert!(bucket.to_string().contains("1200000"), "1,200 × 1,000 bytes are not in {bucket}");
    let glue = json(&ask(&["profile", &format!("glue:nightly/{}", of("glue"))]));
    assert_eq!((glue["runs"][0]["engine"].as_str(), glue["runs"][0]["name"].as_str()), (Some("glue"), Some("nightly")));
    let emr = json(&ask(&["profile", &format!("emr:{}", of("cluster"))]));
    assert_eq!(
        (emr["runs"][0]["name"].as_str(), emr["runs"][0]["release"].as_str()),
        (Some("nightly"), Some("emr-7.5.0"))
    );
    let run = json(&ask(&["profile", &format!("serverless:{}/{}", of("app"), of("job"))]));
    assert_eq!(run["runs"][0]["engine"], "emr-serverless");
    // A query is submitted to the work group, which names no place for results, and its quoted rows come back.
    let query = ["profile", "lake.inventory", "--pushdown", "athena", "--live", "--yes", "--work-group", "reports"];
    let output = ask(&[&query[..], &["--staging", "s3://staging/tmp"]].concat());
    let said = crate::home::text(&output.stderr);
    let profile = json(&output);
    assert_eq!(
        (profile["data"]["objects"].as_u64(), profile["data"]["bytes"].as_u64()),
        (Some(5), Some(4000)),
        "{said}"
    );
    // 10 GiB × 2 = 0.01953125 TiB × $5; the cutoff of 1 TiB is $5.
    assert!(said.contains("estimated cost $0.09766 at most, and never more than $5.00"), "{said}");
    drop(server.stdin.take());
    assert!(server.wait().expect("ends").success());
}
