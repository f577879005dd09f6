//! The account's own clusters and runs, and what the doctor says of it all.

use crate::home::{Home, json, text, warning};
use crate::live_support::{Fake, Fault, Market};

#[test]
fn clusters_and_job_runs_become_history_and_workloads() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 10));
    let home = Home::new();
    let yaml = home.path("nightly.yaml");
    let file = yaml.to_str().expect("UTF-8");
    let output = home.live(
        &fake,
        &["profile", "emr:j-1", "--region", "us-east-1", "--volume", "500 GB", "--format", "json", "--out", file],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document = json(&output);
    let run = &document["runs"][0];
    // The same cluster as in the unit test of the history, where the figures are worked out by hand.
    assert_eq!((run["busy_s"].as_f64(), run["idle_s"].as_f64()), (Some(4200.0), Some(3000.0)));
    assert_eq!(run["provisioning_s"].as_f64(), Some(360.0));
    let pool = &document["interruptions"][0];
    assert_eq!((pool["zone"].as_str(), pool["exposure_h"].as_f64()), (Some("us-east-1a"), Some(4.0)));
    assert_eq!((pool["losses_suspected"].as_u64(), pool["losses_confirmed"].as_u64()), (Some(1), Some(1)));
    assert!(warning(&document, "losses-suspected").is_some());
    let workload = std::fs::read_to_string(&yaml).expect("a workload file");
    assert!(workload.contains("us-east-1") && workload.contains("r5.4xlarge"), "{workload}");
    let ranked = home.bare(&["recommend", file, "--replications", "10", "-q"]);
    assert!(ranked.status.success(), "{}", text(&ranked.stderr));

    let both = home.live(
        &fake,
        &["profile", "serverless:00app/00run", "glue:nightly/jr_1", "--region", "us-east-1", "--format", "json"],
    );
    assert!(both.status.success(), "{}", text(&both.stderr));
    let document = json(&both);
    assert_eq!(document["runs"][0]["vcpu_hours"].as_f64(), Some(1.751));
    assert_eq!(document["runs"][0]["architecture"], "ARM64");
    assert_eq!(
        (document["runs"][1]["engine"].as_str(), document["runs"][1]["dpu_hours"].as_f64()),
        (Some("glue-flex"), Some(2.0))
    );
    assert!(warning(&document, "volume-unknown").is_some());

    let gone = home.live(&fake, &["profile", "emr:j-GONE", "--region", "us-east-1"]);
    assert_eq!(gone.status.code(), Some(4));
    assert!(text(&gone.stderr).contains("Cluster id 'j-GONE' is not valid"), "{}", text(&gone.stderr));
    fake.fail("elasticmapreduce:ListSteps", Fault::Denied, 99);
    let partly = home.live(&fake, &["profile", "emr:j-1", "--region", "us-east-1", "--format", "json"]);
    assert_eq!(partly.status.code(), Some(4));
    assert_eq!(json(&partly)["interruptions"][0]["exposure_h"].as_f64(), Some(4.0), "the nodes came");
    assert!(text(&partly.stderr).contains("elasticmapreduce:ListSteps"), "{}", text(&partly.stderr));
}

#[test]
fn doctor_says_what_was_resolved_what_works_and_what_is_allowed() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 10));
    let home = Home::new();
    fake.fail("glue:GetJobs", Fault::Denied, 99);
    let output = home.live(&fake, &["doctor", "--region", "us-east-1", "--format", "json"]);
    assert_eq!(output.status.code(), Some(4));
    let document = json(&output);
    let setting = |name: &str| {
        let settings = document["settings"].as_array().expect("settings").iter();
        settings.clone().find(|one| one["name"] == name).cloned().expect(name)
    };
    assert_eq!(setting("region")["origin"], "--region");
    assert_eq!(setting("endpoint")["origin"], "--endpoint-url");
    assert_eq!(setting("credentials")["origin"], "EnvironmentVariable");
    let call = |name: &str| {
        let calls = document["calls"].as_array().expect("calls").iter();
        calls.clone().find(|one| one["call"] == name).cloned().expect(name)
    };
    assert_eq!(call("pricing:GetProducts")["state"], "works");
    assert_eq!(call("sts:GetCallerIdentity")["state"], "works");
    assert_eq!(call("glue:GetJobs")["state"], "fails");
    assert!(call("glue:GetJobs")["hint"].as_str().expect("a hint").contains("doctor --policy"));
    assert!(!text(&output.stdout).contains("sEcReT") && !text(&output.stdout).contains("AKIA"));
    // The policy allows everything that was called, and the stand-in saw all that is called here.
    let policy = text(&home.bare(&["doctor", "--policy"]).stdout);
    home.live(&fake, &["profile", "emr:j-1", "serverless:00app/00run", "glue:nightly/jr_1", "--region", "us-east-1"]);
    for call in fake.seen().keys() {
        assert!(policy.contains(&format!("\"{call}\"")), "{call} is not in the policy");
    }
}

#[test]
fn own_losses_move_the_hazard_and_explain_says_whose_they_are() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 10));
    let home = Home::new();
    let file = home.path("nightly.yaml");
    let path = file.to_str().expect("UTF-8");
    // Four families serve a fleet, and of r5 only the pool that the cluster ran on.
    std::fs::write(
        &file,
        "name: nightly\ninput: {volume: 2 TB, format: parquet}\ncadence: daily\ndeadline: 3 h\njob: join-heavy\n\
         constraints: {graviton: false, engines: {allow: [emr-ec2]}, instance_types: [r5.4xlarge, r6i, r7i, r6a]}\n",
    )
    .expect("writes");
    let spot = |home: &Home| {
        let ranked = home.bare(&["recommend", path, "--replications", "20", "--format", "json", "-q"]);
        let document = json(&ranked);
        let rows = document["recommendations"].as_array().expect("rows").clone();
        let row = rows.into_iter().find(|row| row["bill"].to_string().contains("ec2/spot/r5.4xlarge"));
        let row = row.expect("a fleet with the pool");
        (row["rank"].to_string(), row["spot"].clone())
    };
    let (_, before) = spot(&home);
    assert!(before["own_losses"].is_null());
    let profile = ["profile", "emr:*", "--region", "us-east-1", "--for", path, "--out", path, "--format", "json"];
    let output = home.live(&fake, &profile);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document = json(&output);
    assert_eq!(document["runs"].as_array().map(Vec::len), Some(2), "two pages of clusters");
    // The same cluster twice: 4 h and two losses each, in two events each.
    let pool = &document["interruptions"][0];
    assert_eq!((pool["exposure_h"].as_f64(), pool["events"].as_u64()), (Some(8.0), Some(4)));
    let written = std::fs::read_to_string(&file).expect("reads");
    assert!(written.contains("emr:j-1, emr:j-2 (2 suspected)") && written.contains("2026-11-21"), "{written}");
    assert!(written.contains("volume: 2 TB"), "what it said stays: {written}");
    let (rank, after) = spot(&home);
    assert_eq!(after["own_losses"], 4);
    let source = after["own_losses_source"].as_str().expect("a source");
    assert_eq!(source, "in 8.0 node-hours of emr:j-1, emr:j-2 (2 suspected), up to 2026-11-21");
    // Half a loss in a node-hour is far above what any band says; the pool is one of the four that serve.
    let rate = |spot: &serde_json::Value| spot["losses_per_node_hour"].as_f64().expect("a rate");
    assert!(rate(&after) > 1.5 * rate(&before), "{} from {}", rate(&after), rate(&before));
    let explained = text(&home.bare(&["explain", &rank, "--width", "200"]).stdout);
    assert!(explained.contains("4 own losses in 8.0 node-hours of emr:j-1"), "{explained}");
    assert!(explained.contains("up to 2026-11-21"), "{explained}");
}

#[test]
fn all_runs_of_an_application_or_job_are_read() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 10));
    let home = Home::new();
    let runs = |source: &str, more: &[&str]| {
        let output =
            home.live(&fake, &[&["profile", source, "--region", "us-east-1", "--format", "json"], more].concat());
        json(&output)["runs"].as_array().expect("runs").len()
    };
    assert_eq!(runs("serverless:00app/*", &[]), 2);
    assert_eq!(runs("glue:nightly/*", &[]), 2);
    let old = home.live(
        &fake,
        &["profile", "glue:nightly/*", "--region", "us-east-1", "--since-days", "1", "--now", "2027-01-01"],
    );
    assert_eq!(old.status.code(), Some(2));
    assert!(text(&old.stderr).contains("nothing ran in us-east-1 in the last 1 days"), "{}", text(&old.stderr));
}
