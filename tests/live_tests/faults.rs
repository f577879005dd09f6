//! Every way in which a call can fail.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::home::{Home, WORKLOAD, files, json, recommend, text, warning};
use crate::live_support::{Fake, Fault, Market};

/// A call, the command that makes it, how its region is named in errors, whether it has pages, and whether the rest of
/// the report comes without it.
struct Case {
    call: &'static str,
    command: &'static [&'static str],
    paged: bool,
    partial: bool,
}

const fn case(call: &'static str, command: &'static [&'static str], paged: bool, partial: bool) -> Case {
    Case { call, command, paged, partial }
}

const REGION: &str = "us-east-1";
const UPDATE: &[&str] = &["prices", "update", "--region", REGION];
const SPOT: &[&str] = &["prices", "spot", "--type", "r5.4xlarge,r6g.4xlarge,m5.4xlarge", "--region", REGION];
const DOCTOR: &[&str] = &["doctor", "--region", REGION];

/// Every call that shapecast makes. `doctor --policy` names them; `all_calls_are_tried` holds the two against each other.
const CASES: [Case; 20] = [
    case("pricing:GetProducts", UPDATE, true, true),
    case("ec2:DescribeSpotPriceHistory", UPDATE, true, true),
    case("ec2:GetSpotPlacementScores", SPOT, true, true),
    case("ec2:DescribeInstanceTypes", UPDATE, true, true),
    case("ec2:DescribeInstanceTypeOfferings", UPDATE, true, true),
    case("elasticmapreduce:ListClusters", &["profile", "emr:*", "--region", REGION], true, false),
    case("elasticmapreduce:DescribeCluster", &["profile", "emr:j-1", "--region", REGION], false, false),
    case("elasticmapreduce:ListInstances", &["profile", "emr:j-1", "--region", REGION], true, true),
    case("elasticmapreduce:ListInstanceFleets", &["profile", "emr:j-1", "--region", REGION], true, true),
    case("elasticmapreduce:ListInstanceGroups", &["profile", "emr:j-groups", "--region", REGION], true, true),
    case("elasticmapreduce:ListSteps", &["profile", "emr:j-1", "--region", REGION], true, true),
    case("emr-serverless:GetApplication", &["profile", "serverless:00app/00run", "--region", REGION], false, true),
    case("emr-serverless:GetJobRun", &["profile", "serverless:00app/00run", "--region", REGION], false, false),
    case("emr-serverless:ListJobRuns", &["profile", "serverless:00app/*", "--region", REGION], true, false),
    case("glue:GetJobRun", &["profile", "glue:nightly/jr_1", "--region", REGION], false, false),
    case("glue:GetJobRuns", &["profile", "glue:nightly/*", "--region", REGION], true, false),
    case("glue:GetJobs", DOCTOR, true, true),
    case("ce:GetCostAndUsage", &["report", "--week", "2026-W46", "--live"], true, false),
    case("s3:ListBucket", &["profile", "s3://lake/sales/", "--region", REGION], true, false),
    case("sts:GetCallerIdentity", DOCTOR, false, true),
];

const ATHENA: &[&str] = &["profile", "lake.inv", "--pushdown", "athena", "--live", "--yes", "--region", REGION];
const GLUE: &[&str] = &[
    "profile",
    "lake.inv",
    "--pushdown",
    "spark",
    "--live",
    "--yes",
    "--region",
    REGION,
    "--on",
    "glue:carrier",
    "--staging",
    "s3://staging/tmp",
];
const SERVERLESS: &[&str] = &[
    "profile",
    "lake.inv",
    "--pushdown",
    "spark",
    "--live",
    "--yes",
    "--region",
    REGION,
    "--on",
    "serverless:00spark",
    "--staging",
    "s3://staging/tmp",
    "--role",
    "arn",
];

/// Every call that only submitting makes and that must succeed for it. Not here: what AWS itself asks for with the
/// caller's rights, `glue:GetTable`, without which the cost is unknown, and stopping (`submit.rs`).
const SUBMITTING: [Case; 8] = [
    case("athena:GetWorkGroup", ATHENA, false, false),
    case("athena:StartQueryExecution", ATHENA, false, false),
    case("athena:GetQueryExecution", ATHENA, false, false),
    case("s3:GetObject", ATHENA, false, false),
    case("glue:GetJob", GLUE, false, false),
    case("glue:StartJobRun", GLUE, false, false),
    case("s3:PutObject", GLUE, false, false),
    case("emr-serverless:StartJobRun", SERVERLESS, false, false),
];

/// A fault that stays, and what an error says of it besides call and region: how AWS answered, and the next step.
const LASTING: [(Fault, &[&str]); 8] = [
    (Fault::Throttle, &["status ", "Rate exceeded", "wait a minute"]),
    (Fault::Server, &["status 503", "the service is down", "the service failed: repeat later"]),
    (Fault::Slow, &["--aws-timeout"]),
    (Fault::Truncated, &["status 200", "something between here and AWS answered"]),
    (Fault::Denied, &["status 40", "is not authorized", "lacks the action `CALL`", "doctor --policy"]),
    (Fault::Expired, &["status 400", "is expired", "aws sso login"]),
    (Fault::Html, &["status 500", "a web page, not AWS's", "a proxy, a login page"]),
    (Fault::SameToken, &["gave the token of an earlier page", "repeats a page"]),
];

/// The program against one fault; what is wrong with its answer.
fn tried(case: &Case, fault: Fault, times: usize) -> Result<(), String> {
    let fake = Fake::start(Market::of_snapshot(&[REGION], 20).with_family("r10g", 0.02));
    *fake.state().page.lock().expect("not poisoned") = 500;
    let home = Home::new();
    fake.fail(case.call, fault, times);
    // One attempt is enough to see a fault that stays, two to see one that passes.
    let attempts = if times == 1 { "2" } else { "1" };
    let timeout = if fault == Fault::Slow { "1" } else { "20" };
    let output = home
        .live_command(&fake, case.command)
        .args(["--aws-timeout", timeout])
        .env("AWS_MAX_ATTEMPTS", attempts)
        .output()
        .expect("runs");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let wrong = |what: String| Err(format!("{} {fault:?} x {times}: {what}\n{stderr}", case.call));
    if !fake.seen().contains_key(case.call) {
        return wrong("it was not asked".to_owned());
    }
    if times == 1 {
        return if output.status.success() { Ok(()) } else { wrong(format!("ends with {:?}", output.status.code())) };
    }
    if output.status.code() != Some(4) {
        return wrong(format!("ends with {:?}", output.status.code()));
    }
    let said = LASTING.iter().find(|(known, _)| *known == fault).map_or(&[][..], |(_, said)| said);
    let place = if case.call.starts_with("ce:") { "us-east-1" } else { REGION };
    let named = format!("{} in {place}", case.call);
    for part in said.iter().map(|part| part.replace("CALL", case.call)).chain([named, "hint:".to_owned()]) {
        if !stderr.contains(&part) {
            return wrong(format!("`{part}` is not said"));
        }
    }
    for secret in ["sEcReT", "tOkEn", "AKIA"] {
        if stderr.contains(secret) || stdout.contains(secret) {
            return wrong("a secret is shown".to_owned());
        }
    }
    // Expired credentials end everything: what comes beside them is what came before.
    let rest = (case.partial, stdout.is_empty());
    if rest == (false, false) || (rest == (true, true) && fault != Fault::Expired) {
        return wrong(format!("the rest of the report: {stdout}"));
    }
    Ok(())
}

#[test]
fn every_fault_of_every_call_is_overcome_or_named() {
    let mut all: Vec<(&Case, Fault, usize)> = Vec::new();
    for case in CASES.iter().chain(&SUBMITTING) {
        let lasting = LASTING.iter().map(|(fault, _)| *fault).filter(|fault| case.paged || *fault != Fault::SameToken);
        // The answer to a PUT is empty: half of it is all of it.
        let lasting = lasting.filter(|fault| case.call != "s3:PutObject" || *fault != Fault::Truncated);
        all.extend(lasting.map(|fault| (case, fault, 9999)));
        // A start of Glue that may have happened is not repeated.
        let passing = [Fault::Throttle, Fault::Server, Fault::Hangup].into_iter();
        let passing = passing.filter(|fault| case.call != "glue:StartJobRun" || *fault == Fault::Throttle);
        all.extend(passing.map(|fault| (case, fault, 1)));
    }
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((case, fault, times)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(what) = tried(case, *fault, *times) {
                        wrong.lock().expect("not poisoned").push(what);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("not poisoned");
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), all.len(), wrong.join("\n\n"));
}

#[test]
fn every_call_of_the_policy_has_its_faults_tried() {
    let policy: Value = serde_json::from_str(&text(&Home::new().bare(&["doctor", "--policy"]).stdout)).expect("JSON");
    let statements = policy["Statement"].as_array().expect("statements").iter();
    let actions: BTreeSet<&str> =
        statements.flat_map(|it| it["Action"].as_array().expect("actions")).filter_map(Value::as_str).collect();
    assert_eq!(actions, CASES.iter().map(|case| case.call).collect());
}

/// The feed is a public document: it has no credentials, and its address stands for the region.
#[test]
fn a_feed_that_cannot_be_had_is_named() {
    for (fault, said) in [
        (Fault::Server, "status 503"),
        (Fault::Html, "status 500"),
        (Fault::Slow, "--aws-timeout"),
        (Fault::Hangup, "check the network"),
        (Fault::Truncated, "cannot read the Spot Advisor feed"),
    ] {
        let fake = Fake::start(Market::of_snapshot(&[REGION], 5));
        fake.fail("web:Get", fault, 99);
        let url = format!("{}/advisor.json", fake.url());
        let output = Home::new().live(
            &fake,
            &[
                "prices",
                "show",
                "--type",
                "r5.4xlarge",
                "--region",
                REGION,
                "--live",
                "--aws-timeout",
                "1",
                "--spot-advisor",
                &url,
            ],
        );
        let stderr = text(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty(), "{fault:?}: {stderr}");
        assert!(stderr.contains(said) && stderr.contains(&url) && stderr.contains("hint:"), "{fault:?}: {stderr}");
    }
}

#[test]
fn expired_credentials_stop_at_once_and_give_no_report() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 150));
    let home = Home::new();
    fake.fail("pricing:GetProducts", Fault::Expired, 999);
    fake.fail("ec2:DescribeSpotPriceHistory", Fault::Expired, 999);
    let output = recommend(&home, &fake, &["--live"]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0), "{stderr}");
    assert!(stderr.contains("ExpiredTokenException") && stderr.contains("aws sso login"), "{stderr}");
    assert!(!stderr.contains("sEcReT") && !stderr.contains("tOkEn"), "{stderr}");
    let asked: usize = fake.seen().values().sum();
    assert!(asked <= 16, "{asked} calls after the first refusal");
    // No credentials at all.
    let nobody = home.bare(&["recommend", WORKLOAD, "--live", "--endpoint-url", &fake.url()]);
    assert_eq!(nobody.status.code(), Some(4), "{}", text(&nobody.stderr));
    assert!(text(&nobody.stderr).contains("sign in"), "{}", text(&nobody.stderr));
}

#[test]
fn a_partial_failure_keeps_the_rest_names_the_gap_and_exits_with_4() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 5000));
    let home = Home::new();
    fake.fail("ec2:DescribeSpotPriceHistory", Fault::Denied, 99);
    let output = recommend(&home, &fake, &["--live"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let document = json(&output);
    assert!(document["recommendations"].as_array().is_some_and(|rows| rows.len() > 3));
    assert!(warning(&document, "live-call-failed").expect("named").contains("ec2:DescribeSpotPriceHistory"));
    assert!(warning(&document, "live-incomplete").expect("named").contains("us-east-1 ec2-spot"));
    assert!(warning(&document, "prices-not-live").expect("named").contains("ec2/spot/"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_leaves_the_cache_whole() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 1000));
    let home = Home::new();
    *fake.state().delay.lock().expect("not poisoned") = Duration::from_millis(300);
    let mut child = home
        .live_command(&fake, &["prices", "update", "--region", "us-east-1"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("runs");
    let began = Instant::now();
    let whole = || -> Vec<PathBuf> {
        // A file that is being written has another name until it is whole.
        let is_whole = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
        files(&home.path("cache")).into_iter().filter(is_whole).collect()
    };
    while whole().is_empty() && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(status.success());
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    let kept = whole();
    assert!(!kept.is_empty());
    for path in kept {
        let text = std::fs::read_to_string(&path).expect("reads");
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{} is half a file", path.display());
    }
    // The next run takes what came, and asks only for the rest.
    *fake.state().delay.lock().expect("not poisoned") = Duration::ZERO;
    let asked: usize = fake.seen().values().sum();
    assert!(recommend(&home, &fake, &["--live"]).status.success());
    assert!(fake.seen().values().sum::<usize>() > asked);
}
