//! The weekly report from Cost Explorer.

use serde_json::Value;

use crate::home::{Home, json, text, warning};
use crate::live_support::{Fake, Market};

const WEEK: [&str; 5] = ["report", "--week", "2026-W46", "--live", "--format"];

fn market() -> Market {
    Market::of_snapshot(&["us-east-1"], 1)
}

/// Millionths of dollars as the report's cents.
fn cents(micros: i64) -> f64 {
    (micros as f64 / 10_000.0).round() / 100.0
}

#[test]
fn the_week_is_the_accounts_own_to_the_cent() {
    let fake = Fake::start(market());
    let home = Home::new();
    let output = home.live(&fake, &[&WEEK[..], &["json"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document = json(&output);
    let bill = &fake.state().bill;
    let sum = |wanted: &dyn Fn(&crate::live_support::Paid) -> bool| -> i64 {
        bill.iter().filter(|row| wanted(row)).map(|row| row.micros).sum()
    };
    let in_week = |day: &str| ("2026-11-09".."2026-11-16").contains(&day);
    let is = |value: &Value, micros: i64| assert_eq!(value.as_f64(), Some(cents(micros)), "{value}");
    is(&document["source"]["total_usd"], sum(&|_| true));
    is(&document["totals"]["actual_usd"], sum(&|row| in_week(row.day)));
    is(&document["totals"]["previous_week_usd"], sum(&|row| !in_week(row.day)));
    is(&document["totals"]["credits_usd"], -3_170_000);
    is(&document["totals"]["tax_usd"], 1_999_000);
    is(&document["totals"]["untagged_usd"], sum(&|row| in_week(row.day) && row.pipeline.is_empty()));
    // EMR is one service for Cost Explorer and three parts here; the usage type tells them apart.
    let part = |name: &str| {
        let parts = document["by_part"].as_array().expect("parts").iter();
        parts.clone().find(|part| part["part"] == name).map(|part| part["actual_usd"].clone()).expect(name)
    };
    is(&part("emr-fee"), 7 * 1_260_003);
    is(&part("emr-serverless"), 7 * 2_104_960);
    is(&part("emr-on-eks"), 7 * 101_200);
    is(&part("ec2"), 7 * (5_824_137 + 308_011 + 96_000));
    is(&part("ec2-other"), 7 * 13_333);
    let orders = document["pipelines"].as_array().expect("a list").iter().find(|it| it["name"] == "orders");
    let orders = orders.expect("orders");
    is(&orders["actual_usd"], 7 * (1_260_003 + 5_824_137 + 308_011 + 13_333));
    assert_eq!(orders["runs"], 7, "a cluster a day");
    // 20 h of 16 vCPU and 2 h of 4, seven times.
    assert_eq!(orders["vcpu_hours"], 2296.0);
    let clusters = document["clusters"].as_array().expect("clusters");
    assert_eq!(clusters.len(), 8, "seven, and what has no cluster");
    is(&clusters[0]["emr_fee_usd"], 1_260_003);
    is(&clusters[0]["ec2_spot_usd"], 5_824_137);
    is(&clusters[0]["ec2_on_demand_usd"], 308_011);
    assert_eq!(clusters[0]["types"][1]["usage_type"], "SpotUsage:r5.4xlarge");
    assert_eq!((clusters[7]["name"].as_str(), clusters[7]["actual_usd"].as_f64()), (Some("(no cluster)"), Some(0.67)));
    let estimated = warning(&document, "costs-estimated").expect("recent days");
    assert!(estimated.contains("2 days, 2026-11-14 to 2026-11-15"), "{estimated}");
    // Twelve questions, some of several pages.
    assert!(fake.seen()["ce:GetCostAndUsage"] > 12, "{:?}", fake.seen());
    let page = text(&home.live(&fake, &[&WEEK[..], &["table"]].concat()).stdout);
    assert!(page.contains("By EMR cluster") && page.contains("j-09"), "{page}");
}

#[test]
fn a_recorded_report_needs_no_account_and_offline_asks_nobody() {
    let fake = Fake::start(market());
    let home = Home::new();
    let folder = home.path("recording");
    let path = folder.to_str().expect("UTF-8");
    let recorded = home.live(&fake, &[&WEEK[..], &["json", "--record", path]].concat());
    assert!(recorded.status.success(), "{}", text(&recorded.stderr));
    let before = fake.connections();
    let replayed = home.bare(&[&WEEK[..], &["json", "--replay", path]].concat());
    assert_eq!(text(&replayed.stdout), text(&recorded.stdout), "{}", text(&replayed.stderr));
    let offline = home.live(&fake, &[&WEEK[..], &["json", "--offline"]].concat());
    assert_eq!(offline.status.code(), Some(2), "{}", text(&offline.stderr));
    let early = home.live(&fake, &["report", "--week", "2027-W01", "--live"]);
    assert!(text(&early.stderr).contains("it begins after today"), "{}", text(&early.stderr));
    assert_eq!(fake.connections(), before);
}
