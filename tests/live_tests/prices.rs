//! Today's prices: asked, kept, shown, and what they do to a ranking.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::home::{Home, WORKLOAD, files, json, recommend, text, warning};
use crate::live_support::{Fake, Market};

#[test]
fn three_regions_of_a_thousand_types_are_updated_and_only_changes_are_written() {
    let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"];
    let fake = Fake::start(Market::alike(&regions, 1000));
    fake.hold_until(8, 0);
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
        parts.clone().find(|part| part["region"] == region && part["list"] == list).map(|part| part["prices"].clone())
    };
    for region in regions {
        assert_eq!(part(region, "ec2-on-demand"), Some(1000.into()), "{region}");
        assert_eq!(part(region, "emr-fee"), Some(1000.into()), "{region}");
        assert_eq!(part(region, "ec2-spot"), Some(3000.into()), "{region}");
    }
    let most = fake.state().most_under_way.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(most, 8, "calls under way at once");
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
    let row = |meter: &str| shown["prices"].as_array().expect("rows").iter().find(|row| row["meter"] == meter).cloned();
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
    let diff = json(&home.bare(&["prices", "diff", "embedded", folder, "--region", "eu-west-1", "--format", "json"]));
    assert!(diff["changes"].as_array().expect("changes").iter().any(|change| change["meter"] == "glue/etl_standard"));
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
    let lines =
        dear["recommendations"].as_array().expect("rows").iter().flat_map(|row| row["bill"].as_array().expect("lines"));
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

#[test]
fn spot_prices_have_a_path_and_placement_scores() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 5000));
    let home = Home::new();
    let types = "r5.4xlarge,r6g.4xlarge,m5.4xlarge";
    let output = home.live(&fake, &["prices", "spot", "--type", types, "--region", "us-east-1", "--format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document = json(&output);
    assert_eq!(document["pools"].as_array().map(Vec::len), Some(9));
    assert_eq!(document["placement_scores"][0], serde_json::json!({"zone": "z-az3", "score": 6}));
    let few = home
        .live(&fake, &["prices", "spot", "--type", "r5.4xlarge,x9.none", "--region", "us-east-1", "--format", "json"]);
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
    assert!(text(&from_file.stderr).contains("has no date inside; this copy is of "), "{}", text(&from_file.stderr));
    assert_eq!(fake.connections(), 0);
    let url = format!("{}/advisor.json", fake.url());
    let from_web = show(&["--spot-advisor", &url, "--live"]);
    assert!(from_web.status.success(), "{}", text(&from_web.stderr));
    assert_eq!(fake.seen()["web:Get"], 1);
    let refused = show(&["--spot-advisor", &url]);
    assert_eq!(refused.status.code(), Some(2));
}

/// Progress is for people at a terminal: `script` of util-linux makes one.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
#[test]
fn an_update_shows_its_progress_on_a_terminal() {
    let fake = Fake::start(Market::alike(&["us-east-1", "eu-west-1", "ap-northeast-1"], 100));
    *fake.state().delay.lock().expect("not poisoned") = Duration::from_millis(100);
    let home = Home::new();
    let asked = home.live_command(&fake, &["prices", "update", "--region", "us-east-1,eu-west-1,ap-northeast-1"]);
    let words: Vec<String> = std::iter::once(asked.get_program())
        .chain(asked.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let mut command = std::process::Command::new("script");
    command.args(["-qec", &words.join(" "), "/dev/null"]).env_remove("CI").env("TERM", "xterm");
    for (name, value) in asked.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let Ok(output) = command.stdin(std::process::Stdio::null()).output() else {
        eprintln!("skipped: there is no `script` here");
        return;
    };
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{shown}");
    // 22 lists for each of three regions, by region and list.
    assert!(shown.contains("/66 ") && shown.contains("eu-west-1 "), "{shown:?}");
}

#[test]
fn a_type_that_came_later_is_a_candidate_live_and_by_snapshot() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 5000).with_family("r10g", 0.02));
    let home = Home::new();
    let uses = |document: &Value| {
        let rows = document["recommendations"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["bill"].to_string().contains("r10g."))
    };
    let says = |row: &Value| {
        let assumption = row["assumptions"].as_array().expect("a list").iter().find(|it| it["code"] == "new-type");
        let text = assumption.and_then(|it| it["text"].as_str()).expect("an assumption").to_owned();
        assert!(text.contains("EC2 DescribeInstanceTypes in us-east-1 of 2026-11-21"), "{text}");
        // Graviton 5 is 1.231 to 1.7, taken as 1.4; 15 % wider each way.
        assert!(text.contains("1.40 (1.05 to 1.95)") && text.contains("newer than the tables"), "{text}");
    };
    let live = json(&recommend(&home, &fake, &["--live"]));
    says(&uses(&live).expect("the cheapest cores there are"));
    let out = home.path("prices");
    let folder = out.to_str().expect("UTF-8");
    let update = ["prices", "update", "--region", "us-east-1", "--out", folder, "--format", "json"];
    let updated = json(&home.live(&fake, &update));
    let new = updated["new_types"].as_array().expect("new types").clone();
    let found = new.iter().find(|it| it["instance_type"] == "r10g.4xlarge").expect("the new family");
    assert_eq!((found["vcpu"].as_u64(), found["memory_mib"].as_u64()), (Some(16), Some(131_072)));
    assert_eq!(json(&home.live(&fake, &update))["written"], Value::Array(Vec::new()));
    let before = fake.connections();
    let offline = recommend(&home, &fake, &["--snapshot", folder, "--offline"]);
    says(&uses(&json(&offline)).expect("from the snapshot"));
    assert!(uses(&json(&recommend(&home, &fake, &["--offline"]))).is_none(), "nothing describes it otherwise");
    assert_eq!(fake.connections(), before);
}

#[test]
fn the_matrix_and_the_gate_take_todays_prices() {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 5000));
    let home = Home::new();
    let matrix = |more: &[&str]| {
        home.live(&fake, &[&["matrix", "docs/examples/minimal.yaml", "--format", "json"], more].concat())
    };
    let live = json(&matrix(&["--live"]));
    assert_eq!(live["prices_source"], "live prices over embedded snapshot of 2026-09-03");
    let asked = fake.connections();
    assert!(asked > 0);
    assert_eq!(json(&matrix(&["--live", "--offline"]))["cells"], live["cells"], "from the cache");
    let old = json(&matrix(&[]));
    assert_eq!(
        (old["prices_source"].as_str(), old["prices_as_of"].as_str()),
        (Some("embedded snapshot"), Some("2026-09-03"))
    );
    assert_ne!(old["cells"], live["cells"]);

    let baseline = home.path("baseline.json");
    let base = ["check", WORKLOAD, "--baseline", baseline.to_str().expect("UTF-8"), "--replications", "20"];
    let first = home.live(&fake, &[&base[..], &["--update-baseline"]].concat());
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert_eq!(fake.connections(), asked, "nobody is asked without --live");
    fake.state().market.lock().expect("not poisoned").spot_share = 0.98;
    let checked = home.live(&fake, &[&base[..], &["--live", "--refresh", "--format", "json"]].concat());
    assert!(checked.status.success(), "prices never fail the gate by default: {}", text(&checked.stderr));
    let effect = json(&checked)["workloads"][0]["prices_effect_usd"].as_f64().expect("a number");
    assert!(effect > 1.0, "Spot is almost On-Demand now: {effect}");
    fake.fail("ec2:DescribeSpotPriceHistory", crate::live_support::Fault::Denied, 99);
    let partly = home.live(&fake, &[&base[..], &["--live", "--refresh", "--format", "json"]].concat());
    assert_eq!(partly.status.code(), Some(4), "{}", text(&partly.stderr));
    assert!(warning(&json(&partly), "live-call-failed").is_some());
}
