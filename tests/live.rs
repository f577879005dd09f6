//! The program against a stand-in for AWS on the loopback: right answers, and every way in which a call can fail.

#[cfg(feature = "live")]
mod live_support;

#[cfg(feature = "live")]
use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, Output};

const WORKLOAD: &str = "docs/examples/ad-tech-nightly-aggregation.yaml";
const NOW: &str = "2026-11-21T00:00:00Z";

/// The program with a home of its own and nothing of this machine's AWS configuration.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shapecast"));
        for (name, _) in std::env::vars() {
            if name.starts_with("AWS_") || name.starts_with("SHAPECAST_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("HOME", self.0.path())
            .env("SHAPECAST_CACHE_DIR", self.path("cache"))
            .env("SHAPECAST_STATE_DIR", self.path("state"))
            .env("SHAPECAST_NOW", NOW)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .args(arguments);
        command
    }

    /// Without credentials.
    fn bare(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("runs")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(feature = "live")]
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[cfg(not(feature = "live"))]
#[test]
fn without_the_feature_the_commands_are_there_and_say_so() {
    let home = Home::new();
    for arguments in [
        &["recommend", WORKLOAD, "--live"][..],
        &["prices", "update", "--region", "us-east-1"],
        &["prices", "spot", "--type", "m5.xlarge", "--region", "us-east-1"],
        &["profile", "emr:j-1ABC", "--region", "us-east-1"],
        &["doctor"],
    ] {
        let output = home.bare(arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains("without the feature `live`") && stderr.contains("hint:"), "{arguments:?}: {stderr}");
    }
    assert!(home.bare(&["doctor", "--policy"]).status.success());
    assert!(home.bare(&["doctor", "--offline"]).status.success());
    assert!(home.bare(&["prices", "diff", "embedded", "embedded"]).status.success());
}

#[cfg(feature = "live")]
mod with_the_feature {
    use std::collections::BTreeSet;
    use std::time::{Duration, Instant};

    use serde_json::Value;

    use super::live_support::{Fake, Fault, Market};
    use super::*;

    impl Home {
        fn live(&self, fake: &Fake, arguments: &[&str]) -> Output {
            self.live_command(fake, arguments).output().expect("runs")
        }

        fn live_command(&self, fake: &Fake, arguments: &[&str]) -> Command {
            let mut command = self.command(arguments);
            command
                .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
                .env("AWS_SECRET_ACCESS_KEY", "sEcReTsEcReTsEcReT")
                .env("AWS_SESSION_TOKEN", "tOkEn")
                .args(["--endpoint-url", &fake.url()]);
            command
        }
    }

    fn json(output: &Output) -> Value {
        let stdout = text(&output.stdout);
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}\n{}", text(&output.stderr)))
    }

    fn warning<'a>(document: &'a Value, code: &str) -> Option<&'a str> {
        let warnings = document["warnings"].as_array()?.iter();
        warnings.filter(|one| one["code"] == code).find_map(|one| one["text"].as_str())
    }

    fn recommend(home: &Home, fake: &Fake, more: &[&str]) -> Output {
        let arguments: Vec<&str> = ["recommend", WORKLOAD, "--replications", "20", "--format", "json", "-q"]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        home.live(fake, &arguments)
    }

    #[test]
    fn three_regions_of_a_thousand_types_are_updated_and_only_changes_are_written() {
        let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"];
        let fake = Fake::start(Market::alike(&regions, 1000));
        // Long enough for calls to overlap on a busy machine.
        *fake.state().delay.lock().expect("a delay") = Duration::from_millis(30);
        let home = Home::new();
        let out = home.path("prices");
        let folder = out.to_str().expect("UTF-8");
        let update =
            ["prices", "update", "--region", "us-east-1,eu-west-1,ap-northeast-1", "--out", folder, "--format", "json"];
        let began = Instant::now();
        let first = home.live(&fake, &update);
        assert!(first.status.success(), "{}", text(&first.stderr));
        let document = json(&first);
        let part = |region: &str, list: &str| {
            let parts = document["parts"].as_array().expect("parts").iter();
            parts
                .clone()
                .find(|part| part["region"] == region && part["list"] == list)
                .map(|part| part["prices"].clone())
        };
        for region in regions {
            assert_eq!(part(region, "ec2-on-demand"), Some(1000.into()), "{region}");
            assert_eq!(part(region, "emr-fee"), Some(1000.into()), "{region}");
            assert_eq!(part(region, "ec2-spot"), Some(3000.into()), "{region}");
        }
        let most = fake.state().most_under_way.load(std::sync::atomic::Ordering::SeqCst);
        assert!((2..=8).contains(&most), "{most} calls under way at once");
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
        // 1,000 products are ten pages for each of two lists.
        assert!(fake.seen()["pricing:GetProducts"] >= 3 * (10 + 10), "{:?}", fake.seen());

        let times = |folder: &Path| -> Vec<_> {
            let modified = |path: &PathBuf| std::fs::metadata(path).and_then(|found| found.modified()).expect("a time");
            files(folder).iter().map(modified).collect()
        };
        let before = times(&out);
        let again = home.live(&fake, &update);
        assert_eq!(json(&again)["written"], Value::Array(Vec::new()), "{}", text(&again.stderr));
        assert_eq!(times(&out), before, "nothing changed, so nothing was written");

        fake.state().market.lock().expect("not poisoned").glue = "0.50";
        let changed = json(&home.live(&fake, &update));
        assert_eq!(changed["changes"], 3, "Glue in three regions: {}", changed["changes"]);
        // The snapshot is taken over the embedded one, without a network.
        let shown = home.bare(&[
            "prices",
            "show",
            "--snapshot",
            folder,
            "--service",
            "glue",
            "--region",
            "eu-west-1",
            "--format",
            "json",
        ]);
        let shown = json(&shown);
        let row =
            |meter: &str| shown["prices"].as_array().expect("rows").iter().find(|row| row["meter"] == meter).cloned();
        let standard = row("glue/etl_standard").expect("a row");
        assert_eq!(
            (standard["unit_price_usd"].to_string(), standard["price_origin"].as_str()),
            ("0.5".into(), Some("file"))
        );
        assert_eq!(standard["price_as_of"], "2026-11-18");
        let crawler = row("glue/crawler").expect("a row");
        assert_ne!(crawler["price_origin"], "file", "the stand-in sells no crawler");
        let diff = json(&home.bare(&["prices", "diff", folder, folder, "--format", "json"]));
        assert_eq!(diff["changes"], Value::Array(Vec::new()));
        let diff =
            json(&home.bare(&["prices", "diff", "embedded", folder, "--region", "eu-west-1", "--format", "json"]));
        assert!(
            diff["changes"].as_array().expect("changes").iter().any(|change| change["meter"] == "glue/etl_standard")
        );
    }

    #[test]
    fn a_moved_spot_market_changes_the_ranking_and_the_report_says_why() {
        let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 5000));
        let home = Home::new();
        let cheap = json(&recommend(&home, &fake, &["--live", "--refresh"]));
        fake.state().market.lock().expect("not poisoned").spot_share = 0.98;
        let dear = json(&recommend(&home, &fake, &["--live", "--refresh"]));
        let first = |document: &Value| {
            let best = &document["recommendations"][0];
            (best["engine"].clone(), best["shape_text"].clone(), best["monthly_cost_usd"].clone())
        };
        assert_ne!(first(&cheap), first(&dear));
        let why = warning(&dear, "live-ranking-changed").expect("an explanation");
        assert!(why.contains("prices that moved: ec2/spot/"), "{why}");
        assert_eq!(dear["prices"]["source"], "live prices over embedded snapshot of 2026-09-03");
        let layers = dear["prices"]["layers"].as_array().expect("layers");
        assert_eq!((layers[0]["origin"].as_str(), layers[0]["age_days"].as_i64()), (Some("live"), Some(0)));
        assert!(layers[0]["prices_used"].as_u64().expect("a count") > 0);
        let lines = dear["recommendations"]
            .as_array()
            .expect("rows")
            .iter()
            .flat_map(|row| row["bill"].as_array().expect("lines"));
        let origins: BTreeSet<&str> = lines.filter_map(|line| line["price_origin"].as_str()).collect();
        assert!(origins.contains("live"), "{origins:?}");
        // What the stand-in does not sell is named, not passed off as live.
        assert!(origins.contains("embedded") == warning(&dear, "prices-not-live").is_some(), "{origins:?}");
        // Within an hour the cache answers: the market moves back, and nobody is asked.
        let before = fake.connections();
        fake.state().market.lock().expect("not poisoned").spot_share = 0.35;
        let kept = json(&recommend(&home, &fake, &["--live"]));
        assert_eq!((first(&kept), fake.connections()), (first(&dear), before));
    }

    #[test]
    fn offline_makes_no_connection() {
        let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 50));
        let home = Home::new();
        assert!(recommend(&home, &fake, &[]).status.success());
        assert!(recommend(&home, &fake, &["--offline"]).status.success());
        let nothing = recommend(&home, &fake, &["--live", "--offline"]);
        assert_eq!(nothing.status.code(), Some(2));
        assert!(text(&nothing.stderr).contains("the cache has none for us-east-1"), "{}", text(&nothing.stderr));
        assert!(home.live(&fake, &["doctor", "--offline"]).status.success());
        assert_eq!(fake.connections(), 0);
        assert!(home.live(&fake, &["prices", "update", "--region", "us-east-1"]).status.success());
        let after = fake.connections();
        // Years later the cache is old, and says so; still nobody is asked.
        let old = recommend(&home, &fake, &["--live", "--offline", "--now", "2028-01-01"]);
        assert!(old.status.success(), "{}", text(&old.stderr));
        assert_eq!(json(&old)["prices"]["layers"][0]["age_days"].as_i64(), Some(406));
        assert_eq!(fake.connections(), after);
    }

    /// Every fault once: a passing one is overcome, a lasting one ends in an error with call, status, region, next step.
    #[test]
    fn every_fault_is_overcome_or_named() {
        let update = ["prices", "update", "--region", "us-east-1", "--aws-timeout", "2"];
        let cases: [(&str, Fault, usize, i32, &[&str]); 11] = [
            ("pricing:GetProducts", Fault::Throttle, 1, 0, &[]),
            ("pricing:GetProducts", Fault::Server, 1, 0, &[]),
            ("pricing:GetProducts", Fault::Hangup, 1, 0, &[]),
            (
                "ec2:DescribeSpotPriceHistory",
                Fault::Throttle,
                99,
                4,
                &["ec2:DescribeSpotPriceHistory in us-east-1", "status 400", "RequestLimitExceeded", "wait a minute"],
            ),
            ("ec2:DescribeSpotPriceHistory", Fault::Server, 99, 4, &["status 503", "the service failed: repeat later"]),
            (
                "ec2:DescribeSpotPriceHistory",
                Fault::Denied,
                99,
                4,
                &[
                    "status 403",
                    "UnauthorizedOperation",
                    "lacks the action `ec2:DescribeSpotPriceHistory`",
                    "doctor --policy",
                ],
            ),
            (
                "ec2:DescribeSpotPriceHistory",
                Fault::Html,
                99,
                4,
                &["status 500", "a web page, not AWS's", "a proxy, a login page"],
            ),
            (
                "ec2:DescribeSpotPriceHistory",
                Fault::Slow,
                99,
                4,
                &["ec2:DescribeSpotPriceHistory in us-east-1", "--aws-timeout"],
            ),
            (
                "ec2:DescribeSpotPriceHistory",
                Fault::Truncated,
                99,
                4,
                &["ec2:DescribeSpotPriceHistory in us-east-1", "status 200"],
            ),
            (
                "pricing:GetProducts",
                Fault::Truncated,
                1,
                4,
                &["pricing:GetProducts in us-east-1", "status 200", "for us-east-1"],
            ),
            ("pricing:GetProducts", Fault::SameToken, 99, 4, &["gave the token of an earlier page", "repeats a page"]),
        ];
        for (call, fault, times, code, said) in cases {
            let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 150));
            let home = Home::new();
            fake.fail(call, fault, times);
            let output = home.live_command(&fake, &update).env("AWS_MAX_ATTEMPTS", "2").output().expect("runs");
            let stderr = text(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{fault:?} × {times}: {stderr}");
            for part in said {
                assert!(stderr.contains(part), "{fault:?}: `{part}` is not in: {stderr}");
            }
            // A partial failure keeps what came.
            let stdout = text(&output.stdout);
            let lists = ["ec2-on-demand", "emr-fee", "ec2-spot"];
            assert!(lists.iter().any(|list| stdout.contains(list)), "{fault:?}: {stdout}");
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

    #[test]
    fn a_recording_reproduces_the_run_without_credentials_and_holds_no_secret() {
        let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 300));
        let home = Home::new();
        let folder = home.path("recording");
        let path = folder.to_str().expect("UTF-8");
        let recorded = recommend(&home, &fake, &["--live", "--record", path]);
        assert!(recorded.status.success(), "{}", text(&recorded.stderr));
        let kept: String = files(&folder).iter().map(|file| std::fs::read_to_string(file).expect("reads")).collect();
        for secret in ["AKIAEXAMPLE", "sEcReT", "tOkEn", "123456789012", "Signature"] {
            assert!(!kept.contains(secret), "{secret} is in the recording");
        }
        let before = fake.connections();
        let replay = Home::new();
        let arguments = [
            "recommend",
            WORKLOAD,
            "--replications",
            "20",
            "--format",
            "json",
            "-q",
            "--live",
            "--replay",
            path,
            "--now",
            NOW,
        ];
        let replayed = replay.bare(&arguments);
        assert!(replayed.status.success(), "{}", text(&replayed.stderr));
        assert_eq!(text(&replayed.stdout), text(&recorded.stdout));
        assert_eq!(fake.connections(), before);
        // Another question has no answer in it.
        let other = replay.bare(&["profile", "emr:j-1", "--region", "us-east-1", "--replay", path]);
        assert_eq!(other.status.code(), Some(4));
        assert!(text(&other.stderr).contains("the recording is of another command"), "{}", text(&other.stderr));
        // A cluster's recording has its nodes, and neither its passwords nor its addresses.
        let folder = home.path("cluster");
        let path = folder.to_str().expect("UTF-8");
        let recorded =
            home.live(&fake, &["profile", "emr:j-1", "--region", "us-east-1", "--format", "json", "--record", path]);
        assert!(recorded.status.success(), "{}", text(&recorded.stderr));
        let kept: String = files(&folder).iter().map(|file| std::fs::read_to_string(file).expect("reads")).collect();
        for secret in ["hunter", "ec2-1-2-3-4", "anns-key", "AKIA"] {
            assert!(!kept.contains(secret), "{secret} is in the recording");
        }
        let replayed =
            replay.bare(&["profile", "emr:j-1", "--region", "us-east-1", "--format", "json", "--replay", path]);
        assert_eq!(text(&replayed.stdout), text(&recorded.stdout), "{}", text(&replayed.stderr));
    }

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
        home.live(
            &fake,
            &["profile", "emr:j-1", "serverless:00app/00run", "glue:nightly/jr_1", "--region", "us-east-1"],
        );
        for call in fake.seen().keys() {
            assert!(policy.contains(&format!("\"{call}\"")), "{call} is not in the policy");
        }
    }

    #[test]
    fn spot_prices_have_a_path_and_placement_scores() {
        let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 5000));
        let home = Home::new();
        let types = "r5.4xlarge,r6g.4xlarge,m5.4xlarge";
        let output =
            home.live(&fake, &["prices", "spot", "--type", types, "--region", "us-east-1", "--format", "json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let document = json(&output);
        assert_eq!(document["pools"].as_array().map(Vec::len), Some(9));
        assert_eq!(document["placement_scores"][0], serde_json::json!({"zone": "z-az3", "score": 6}));
        let few = home.live(
            &fake,
            &["prices", "spot", "--type", "r5.4xlarge,x9.none", "--region", "us-east-1", "--format", "json"],
        );
        let document = json(&few);
        assert!(warning(&document, "few-types").is_some());
        assert!(warning(&document, "no-spot-price").expect("named").contains("x9.none"));
    }

    #[test]
    fn the_advisors_feed_comes_from_a_file_or_the_web() {
        let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 10));
        let home = Home::new();
        let feed = home.path("feed.json");
        let text_of_feed = r#"{"ranges":[{"index":0,"label":"<5%"}],"spot_advisor":{"us-east-1":{"Linux":{"r5.4xlarge":{"s":90,"r":0}}}}}"#;
        std::fs::write(&feed, text_of_feed).expect("writes");
        let show = |more: &[&str]| {
            let arguments: Vec<&str> =
                ["prices", "show", "--type", "r5.24xlarge", "--region", "us-east-1", "--format", "json"]
                    .into_iter()
                    .chain(more.iter().copied())
                    .collect();
            home.live(&fake, &arguments)
        };
        let file = feed.to_str().expect("UTF-8");
        let from_file = show(&["--spot-advisor", file]);
        assert!(from_file.status.success(), "{}", text(&from_file.stderr));
        assert!(
            text(&from_file.stderr).contains("has no date inside; this copy is of "),
            "{}",
            text(&from_file.stderr)
        );
        assert_eq!(fake.connections(), 0);
        let url = format!("{}/advisor.json", fake.url());
        let from_web = show(&["--spot-advisor", &url, "--live"]);
        assert!(from_web.status.success(), "{}", text(&from_web.stderr));
        assert_eq!(fake.seen()["web:Get"], 1);
        let refused = show(&["--spot-advisor", &url]);
        assert_eq!(refused.status.code(), Some(2));
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
        while files(&home.path("cache")).is_empty() && began.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
        assert!(status.success());
        assert_eq!(child.wait().expect("ends").code(), Some(130));
        let kept: Vec<PathBuf> = files(&home.path("cache"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
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

    /// A second, independent server: moto. `SHAPECAST_MOTO` names a Python that has it (`.ci/run` makes one); without it
    /// the test says that it is skipped.
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
            command
                .env("AWS_ACCESS_KEY_ID", "x")
                .env("AWS_SECRET_ACCESS_KEY", "x")
                .args(["--endpoint-url", &of("url")]);
            command.args(["--region", "us-east-1", "--format", "json"]).output().expect("runs")
        };
        // 1,200 objects of 1,000 bytes are two pages.
        let bucket = json(&ask(&["profile", "s3://lake/sales/"]));
        assert!(bucket.to_string().contains("1200000"), "1,200 × 1,000 bytes are not in {bucket}");
        let glue = json(&ask(&["profile", &format!("glue:nightly/{}", of("glue"))]));
        assert_eq!(
            (glue["runs"][0]["engine"].as_str(), glue["runs"][0]["name"].as_str()),
            (Some("glue"), Some("nightly"))
        );
        let emr = json(&ask(&["profile", &format!("emr:{}", of("cluster"))]));
        assert_eq!(
            (emr["runs"][0]["name"].as_str(), emr["runs"][0]["release"].as_str()),
            (Some("nightly"), Some("emr-7.5.0"))
        );
        let run = json(&ask(&["profile", &format!("serverless:{}/{}", of("app"), of("job"))]));
        assert_eq!(run["runs"][0]["engine"], "emr-serverless");
        drop(server.stdin.take());
        assert!(server.wait().expect("ends").success());
    }
}
