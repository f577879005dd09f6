//! Pushed-down profiles that are submitted: cost first, a yes, then one run and its result.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json as value};

use crate::home::{Home, files, json, text};
use crate::live_support::{Fake, Fault, INVENTORY, KEYS, Market, STARTED};

const REGION: [&str; 2] = ["--region", "us-east-1"];
const ATHENA: [&str; 5] = ["profile", "lake.inventory", "--pushdown", "athena", "--live"];
const GLUE: [&str; 9] = [
    "profile",
    "s3://lake/inv/",
    "--pushdown",
    "spark",
    "--live",
    "--on",
    "glue:carrier",
    "--staging",
    "s3://staging/tmp",
];
const SERVERLESS: [&str; 11] = [
    "profile",
    "s3://lake/inv/",
    "--pushdown",
    "spark",
    "--live",
    "--on",
    "serverless:00spark",
    "--staging",
    "s3://staging/tmp",
    "--role",
    "arn:aws:iam::123456789012:role/run",
];
/// Calls that start, write or stop.
const MUTATING: [&str; 7] = [
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
    "glue:StartJobRun",
    "glue:BatchStopJobRun",
    "emr-serverless:StartJobRun",
    "emr-serverless:CancelJobRun",
    "s3:PutObject",
];

fn fake() -> Fake {
    Fake::start(Market::of_snapshot(&["us-east-1"], 1))
}

fn with<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [command, &REGION, more].concat()
}

fn log(fake: &Fake) -> Vec<String> {
    fake.state().log.lock().expect("not poisoned").clone()
}

/// What was asked to start.
fn started(fake: &Fake) -> Vec<(String, Value)> {
    let engines = fake.state().engines.lock().expect("not poisoned");
    engines.runs.iter().map(|run| (run.token.clone(), run.asked.clone())).collect()
}

#[test]
fn nothing_is_sent_without_a_yes_and_what_it_may_cost_is_said() {
    // Glue: 10 × G.2X = 20 DPU × 1 h × $0.44 = $8.80. Serverless: 10 × (4 vCPU × $0.052624 + 16 GB × $0.0057785) = $3.03.
    // Athena: 10 GiB × 2 = 0.01953125 TiB × $5 = $0.09766; the work group cancels at 1 TiB, $5.
    for (command, cost) in [
        (&ATHENA[..], "estimated cost $0.09766 at most, and never more than $5.00"),
        (&GLUE, "cost not known before; never more than $8.80"),
        (&SERVERLESS, "cost not known before; never more than $3.03"),
    ] {
        let fake = fake();
        let output = Home::new().live(&fake, &with(command, &[]));
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(cost) && said.contains("--yes") && said.contains("nothing was submitted"), "{said}");
        let log = log(&fake);
        assert!(!log.is_empty() && log.iter().all(|call| !MUTATING.contains(&call.as_str())), "{log:?}");
    }
}

/// The first call that starts or writes something is refused: the cost stands before that in what was said.
#[test]
fn the_cost_is_said_before_the_first_call_that_starts_anything() {
    for (command, call) in
        [(&ATHENA[..], "athena:StartQueryExecution"), (&GLUE, "s3:PutObject"), (&SERVERLESS, "s3:PutObject")]
    {
        let fake = fake();
        fake.fail(call, Fault::Denied, 99);
        let output = Home::new().live(&fake, &with(command, &["--yes"]));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{said}");
        let (cost, refused) = (said.find("never more than"), said.find(&format!("{call} in us-east-1")));
        assert!(cost.is_some_and(|cost| refused.is_some_and(|refused| cost < refused)), "{said}");
        assert!(said.contains("doctor --policy submit"), "{said}");
        let mutating = log(&fake).into_iter().find(|made| MUTATING.contains(&made.as_str()));
        assert_eq!(mutating.as_deref(), Some(call));
    }
}

/// A figure of the workload with its origin.
fn figure<'a>(document: &'a Value, path: &str) -> &'a Value {
    let figures = document["workload"]["figures"].as_array().expect("figures");
    figures.iter().find(|it| it["path"] == path).expect(path)
}

/// The same figures as the same rows in a file; only their origin differs.
fn is_the_profile(document: &Value, run: &str) {
    let home = Home::new();
    let path = home.path("result.csv");
    std::fs::write(&path, INVENTORY).expect("writes");
    let local = json(&home.bare(&["profile", path.to_str().expect("UTF-8"), "--format", "json"]));
    let mut data = document["data"].clone();
    let source = data["source"]["path"].as_str().expect("a path").to_owned();
    assert!(source.starts_with(run) && source.contains("in us-east-1, over "), "{source}");
    data["source"]["path"] = local["data"]["source"]["path"].clone();
    assert_eq!(data, local["data"]);
    assert_eq!((data["objects"].as_u64(), data["bytes"].as_u64()), (Some(5), Some(4000)));
    let volume = figure(document, "input.volume");
    assert!(volume["note"].as_str().is_some_and(|note| note.contains(run)), "the origin names the run: {volume}");
}

#[test]
fn a_query_is_submitted_once_a_day_and_comes_back_as_the_profile() {
    let fake = fake();
    let home = Home::new();
    let run = |more: &[&str]| home.live(&fake, &with(&ATHENA, &[&["--yes", "--format", "json"], more].concat()));
    let output = run(&[]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    is_the_profile(&json(&output), "athena:run-1");
    // 1 GiB / 1 TiB × $5 = $0.004883.
    assert!(said.contains("submitted athena:run-1 in us-east-1") && said.contains("which costs $0.004883"), "{said}");
    let calls = ["athena:GetWorkGroup", "glue:GetTable", "athena:StartQueryExecution"];
    assert_eq!(log(&fake)[..3], calls.map(str::to_owned));
    let runs = started(&fake);
    let (token, asked) = &runs[0];
    assert!((32..=128).contains(&token.len()), "{token}");
    assert!(asked["QueryString"].as_str().expect("SQL").contains("FROM \"lake\".\"inventory\""));
    assert_eq!(asked["WorkGroup"], "primary");
    // The same command an hour later: the same run, and nobody pays twice.
    let again = run(&["--now", "2026-11-21T01:00:00Z"]);
    assert!(text(&again.stderr).contains("nothing is paid again"), "{}", text(&again.stderr));
    assert_eq!((json(&again), started(&fake).len()), (json(&output), 1));
    let anew = run(&["--anew"]);
    assert!(anew.status.success() && started(&fake).len() == 2, "{}", text(&anew.stderr));
    // Another day, another query.
    assert!(run(&["--now", "2026-11-22T01:00:00Z"]).status.success());
    assert_eq!(started(&fake).len(), 3);
}

#[test]
fn a_job_of_glue_and_of_emr_serverless_comes_back_as_the_profile() {
    for (command, name) in [(&GLUE[..], "glue:carrier/jr_1"), (&SERVERLESS, "serverless:00spark/run-1")] {
        let fake = fake();
        let home = Home::new();
        let script = home.path("job.py");
        let more = ["--yes", "--format", "json", "--workers", "4", "--time-limit", "90 min", "--out"];
        let output = home.live(&fake, &with(command, &[&more[..], &[script.to_str().expect("UTF-8")]].concat()));
        assert!(output.status.success(), "{}", text(&output.stderr));
        is_the_profile(&json(&output), name);
        let engines = fake.state().engines.lock().expect("not poisoned");
        let (key, put) = engines.objects.first_key_value().expect("the script");
        let folder = key.strip_suffix("/profile.py").expect("its name");
        assert_eq!(*put, std::fs::read_to_string(&script).expect("was written"), "what was said is what runs");
        let asked = &engines.runs[0].asked;
        let (place, result) = (format!("s3://{key}"), format!("s3://{folder}/result/"));
        if name.starts_with("glue") {
            assert_eq!((&asked["Arguments"]["--scriptLocation"], &asked["Timeout"]), (&value!(place), &value!(90)));
            assert_eq!(asked["Arguments"]["--output"], value!(result));
            assert_eq!((&asked["WorkerType"], &asked["NumberOfWorkers"]), (&value!("G.2X"), &value!(4)));
        } else {
            let driver = &asked["jobDriver"]["sparkSubmit"];
            assert_eq!((&driver["entryPoint"], &asked["executionTimeoutMinutes"]), (&value!(place), &value!(90)));
            assert_eq!(driver["entryPointArguments"], value!(["--output", result]));
            assert!(
                driver["sparkSubmitParameters"].to_string().contains("dynamicAllocation.maxExecutors=3"),
                "{driver}"
            );
            assert_eq!(asked["executionRoleArn"], "arn:aws:iam::123456789012:role/run");
        }
        drop(engines);
        // The same again: Glue is asked for a run with the same token, EMR Serverless knows it itself.
        let again = home.live(&fake, &with(command, &["--yes", "--workers", "4", "--time-limit", "90 min", "-q"]));
        assert!(again.status.success(), "{}", text(&again.stderr));
        assert_eq!(started(&fake).len(), 1);
    }
}

#[test]
fn keys_are_counted_where_they_lie() {
    let fake = fake();
    fake.state().engines.lock().expect("not poisoned").csv = KEYS.to_owned();
    let sample = ["profile", "sample", "lake.events", "--key", "user", "--pushdown", "athena", "--live", "--yes"];
    let home = Home::new();
    let blind = home.live(&fake, &with(&sample, &[]));
    assert!(text(&blind.stderr).contains("--volume SIZE") && log(&fake).is_empty(), "{}", text(&blind.stderr));
    let output = home.live(&fake, &with(&sample, &["--volume", "1 TB", "--format", "json"]));
    let document = json(&output);
    assert_eq!(
        (&document["sample"]["rows"], &document["sample"]["volume_bytes"]),
        (&value!(100), &value!(1e12 as u64))
    );
    assert_eq!(
        (&document["workload"]["hot_key_share"], &document["workload"]["name"]),
        (&value!(0.4), &value!("events"))
    );
    let (skew, volume) = (figure(&document, "job.skew.hot_key_share"), figure(&document, "input.volume"));
    assert!(skew["note"].to_string().contains("athena:run-1"), "{skew}");
    assert_eq!((&volume["value"], &volume["origin"]), (&value!("1.00 TB"), &value!("declared")));
    // 10 GiB × (3 groupings + 1 type) = 40 GiB / 1 TiB × $5 = $0.1953.
    assert!(text(&output.stderr).contains("estimated cost $0.1953 at most"), "{}", text(&output.stderr));
}

#[test]
fn a_query_that_fails_is_named_and_submitted_again_by_the_next_command() {
    let fake = fake();
    let home = Home::new();
    let engines = || fake.state().engines.lock().expect("not poisoned");
    engines().ends_well = false;
    let failed = home.live(&fake, &with(&ATHENA, &["--yes"]));
    let said = text(&failed.stderr);
    assert_eq!((failed.status.code(), failed.stdout.len()), (Some(4), 0), "{said}");
    assert!(said.contains("FAILED: TABLE_NOT_FOUND: line 9:8") && said.contains("failed queries are free"), "{said}");
    // An hour later the same content has failed before, so its token is used up; the new run ends well.
    engines().polls = 0;
    let mut command = home.live_command(&fake, &with(&ATHENA, &["--yes", "--now", "2026-11-21T01:00:00Z"]));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    let began = Instant::now();
    while started(&fake).len() < 2 && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().expect("ends");
    assert!(
        text(&output.stderr).contains("had the same content and failed: submitting again"),
        "{}",
        text(&output.stderr)
    );
    let tokens: std::collections::BTreeSet<String> = started(&fake).into_iter().map(|it| it.0).collect();
    assert!(tokens.len() >= 2, "each attempt has a token of its own");
}

#[test]
fn a_query_over_its_time_limit_is_stopped() {
    let fake = fake();
    fake.state().engines.lock().expect("not poisoned").polls = 9999;
    let output = Home::new().live(&fake, &with(&ATHENA, &["--yes", "--time-limit", "2 s"]));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("it had not ended after --time-limit 2 s; it was stopped"), "{said}");
    assert_eq!(fake.seen()["athena:StopQueryExecution"], 1);
    let asked = fake.seen()["athena:GetQueryExecution"];
    assert!((3..=6).contains(&asked), "{asked} questions with growing pauses");
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_what_runs() {
    for (command, call, name) in [
        (&ATHENA[..], "athena:StopQueryExecution", "athena:run-1"),
        (&GLUE, "glue:BatchStopJobRun", "glue:carrier/jr_1"),
        (&SERVERLESS, "emr-serverless:CancelJobRun", "serverless:00spark/run-1"),
    ] {
        let fake = fake();
        fake.state().engines.lock().expect("not poisoned").polls = 9999;
        let child = Home::new()
            .live_command(&fake, &with(command, &["--yes"]))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runs");
        let began = Instant::now();
        let asked = || {
            log(&fake).iter().filter(|call| call.contains(":GetQueryExecution") || call.ends_with(":GetJobRun")).count()
        };
        while asked() < 2 && began.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
        assert!(status.success());
        let output = child.wait_with_output().expect("ends");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.contains(&format!("stopped {name} in us-east-1")), "{said}");
        assert_eq!(fake.seen()[call], 1);
    }
}

#[test]
fn an_unknown_cost_is_agreed_to_by_its_own_word() {
    let fake = fake();
    {
        let mut engines = fake.state().engines.lock().expect("not poisoned");
        engines.table = value!({});
        engines.work_group["BytesScannedCutoffPerQuery"] = Value::Null;
    }
    let home = Home::new();
    let output = home.live(&fake, &with(&ATHENA, &["--yes"]));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in ["cost unknown, and nothing bounds it", "the catalog does not say how large", "--accept-unknown-cost"] {
        assert!(said.contains(part), "`{part}` is not in {said}");
    }
    assert!(started(&fake).is_empty());
    // 1 TB is 10^12 B; × 2 / 2^40 × $5 = $9.09.
    let told = home.live(&fake, &with(&ATHENA, &["--scan-bytes", "1 TB"]));
    assert!(text(&told.stderr).contains("estimated cost $9.09 at most; nothing bounds it"), "{}", text(&told.stderr));
    assert!(home.live(&fake, &with(&ATHENA, &["--yes", "--accept-unknown-cost", "-q"])).status.success());
    // A catalog that may not be asked is no reason to stop, and is said.
    fake.fail("glue:GetTable", Fault::Denied, 99);
    let denied = home.live(&fake, &with(&ATHENA, &[]));
    assert!(text(&denied.stderr).contains("the catalog could not be asked: glue:GetTable"), "{}", text(&denied.stderr));
}

#[test]
fn an_id_is_given_and_taken_up_later() {
    let fake = fake();
    let home = Home::new();
    let given = home.live(&fake, &with(&GLUE, &["--yes", "--no-wait"]));
    assert_eq!(text(&given.stdout), "glue:carrier/jr_1\n", "{}", text(&given.stderr));
    assert!(!fake.seen().contains_key("s3:GetObject"));
    let before = log(&fake).len();
    let taken = home.live(&fake, &with(&GLUE, &["--attach", "glue:carrier/jr_1", "--format", "json"]));
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    is_the_profile(&json(&taken), "glue:carrier/jr_1");
    let after = log(&fake).split_off(before);
    assert!(after.iter().all(|call| !MUTATING.contains(&call.as_str())), "nothing is started: {after:?}");
}

#[test]
fn results_that_athena_keeps_itself_come_in_pages() {
    let fake = fake();
    fake.state().engines.lock().expect("not poisoned").work_group =
        value!({"ManagedQueryResultsConfiguration": {"Enabled": true}, "BytesScannedCutoffPerQuery": 20_000_000});
    let output = Home::new().live(&fake, &with(&ATHENA, &["--yes", "--format", "json"]));
    assert!(output.status.success(), "{}", text(&output.stderr));
    is_the_profile(&json(&output), "athena:run-1");
    assert_eq!((fake.seen()["athena:GetQueryResults"], fake.seen().get("s3:GetObject")), (2, None));
    // 20 MB are 19.07 MiB, billed as 20 MB of 2^20: 20 / 2^20 × $5 = $0.00009537.
    assert!(text(&output.stderr).contains("never more than $0.00009537"), "{}", text(&output.stderr));
}

#[test]
fn a_repeat_of_the_service_counts_and_wrong_settings_are_named_before_anything_starts() {
    let fake = fake();
    fake.state().engines.lock().expect("not poisoned").retries = 2;
    let home = Home::new();
    // 20 DPU × 1 h × $0.44 × 3 runs.
    let said = text(&home.live(&fake, &with(&GLUE, &[])).stderr);
    assert!(said.contains("never more than $26.40") && said.contains("repeats a failed run up to 2 times"), "{said}");
    for (command, wrong) in [
        (&["profile", "s3://lake/inv/", "--pushdown", "spark", "--live", "--yes"][..], "--on does not say"),
        (&[&GLUE[..7], &["--yes"]].concat(), "--staging does not say"),
        (&[&SERVERLESS[..9], &["--yes"]].concat(), "--role does not say"),
        (&[&ATHENA[..], &["--yes", "--out", "x.parquet"]].concat(), "the extension says no format"),
        (&[&ATHENA[..], &["--yes", "--format", "csv"]].concat(), "a profile is no table"),
    ] {
        let output = home.live(&fake, &with(command, &[]));
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(wrong), "{wrong}: {said}");
    }
    assert!(started(&fake).is_empty());
}

#[test]
fn a_recording_reproduces_a_submission_and_holds_no_secret() {
    for (number, command) in [&ATHENA[..], &GLUE, &SERVERLESS].into_iter().enumerate() {
        let fake = fake();
        let home = Home::new();
        let folder = home.path(&format!("recording-{number}"));
        let path = folder.to_str().expect("UTF-8");
        let more = ["--yes", "--format", "json", "--record", path];
        let recorded = home.live(&fake, &with(command, &more));
        assert!(recorded.status.success(), "{}", text(&recorded.stderr));
        let kept: String = files(&folder).iter().map(|file| std::fs::read_to_string(file).expect("reads")).collect();
        for secret in ["AKIAEXAMPLE", "sEcReT", "tOkEn", "123456789012"] {
            assert!(!kept.contains(secret), "{secret} is in the recording");
        }
        let before = fake.connections();
        let replayed = home.bare(&with(command, &["--yes", "--format", "json", "--replay", path]));
        assert_eq!(text(&replayed.stdout), text(&recorded.stdout), "{}", text(&replayed.stderr));
        assert_eq!(fake.connections(), before);
    }
}

/// A start of Glue whose answer is lost is not repeated: the next command finds the run by its token.
#[test]
fn a_lost_answer_does_not_start_a_job_twice() {
    let fake = fake();
    let home = Home::new();
    fake.fail("glue:StartJobRun", Fault::Hangup, 1);
    let lost = home.live(&fake, &with(&GLUE, &["--yes"]));
    assert_eq!((lost.status.code(), fake.seen()["glue:StartJobRun"]), (Some(4), 1), "{}", text(&lost.stderr));
    assert!(text(&lost.stderr).contains("it may have started all the same"), "{}", text(&lost.stderr));
    // What AWS was slow to do only, it is asked again.
    fake.fail("glue:StartJobRun", Fault::Throttle, 1);
    let done = home.live(&fake, &with(&GLUE, &["--yes", "-q"]));
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!((started(&fake).len(), fake.state().engines.lock().expect("not poisoned").submitted), (1, STARTED));
}
