//! Buckets: listed in parallel, within a number of requests, and gone on with after a stop.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::home::{Home, files, json, text};
use crate::live_support::{Fake, Market};

const PROFILE: [&str; 6] = ["profile", "s3://lake/sales/", "--region", "us-east-1", "--format", "json"];

fn fake() -> Fake {
    let fake = Fake::start(Market::of_snapshot(&["us-east-1"], 1));
    *fake.state().page.lock().expect("not poisoned") = 60;
    fake
}

/// 3,000 files of 1,000 bytes.
fn is_whole(document: &Value) {
    assert_eq!(document["data"]["bytes"], 3_000_000, "{}", document["data"]);
    assert_eq!(document["data"]["objects"], 3000);
}

#[test]
fn a_bucket_is_listed_by_eight_at_once() {
    let fake = fake();
    // The first question finds the folders.
    fake.hold_until(8, 1);
    let home = Home::new();
    let output = home.live(&fake, &PROFILE);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document = json(&output);
    is_whole(&document);
    assert_eq!(fake.state().most_under_way.load(std::sync::atomic::Ordering::SeqCst), 8);
    let seen = fake.seen()["s3:ListBucket"];
    assert_eq!(document["listing"]["requests"], seen);
    // 3,002 keys of 60 a page are 51 pages in one row; 30 ranges end with a page that is not full.
    assert!((51..=51 + 30 + 1).contains(&seen), "{seen}");
    let cost = document["listing"]["cost_usd"].as_f64().expect("a price");
    assert!((cost - seen as f64 * 5e-6).abs() < 1e-9, "{cost}: five dollars a million");
    let said = text(&output.stderr);
    assert!(said.contains("10000 requests at most ($0.05 in us-east-1"), "{said}");
    assert!(files(&home.path("state")).is_empty(), "nothing is left of it");
}

#[test]
fn a_limit_stops_it_and_a_higher_one_goes_on() {
    let whole = { json(&Home::new().live(&fake(), &PROFILE))["listing"]["requests"].as_u64().expect("a count") };
    let fake = fake();
    let home = Home::new();
    let stopped = home.live(&fake, &[&PROFILE[..], &["--max-requests", "20"]].concat());
    let said = text(&stopped.stderr);
    assert_eq!((stopped.status.code(), stopped.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains("with 20 requests, and there are more") && said.contains("goes on from there"), "{said}");
    assert_eq!(fake.seen()["s3:ListBucket"], 20);
    let output = home.live(&fake, &PROFILE);
    let document = json(&output);
    is_whole(&document);
    assert_eq!(document["listing"]["requests_before"], 20);
    assert_eq!(document["listing"]["requests"], whole - 20, "no page was asked for twice");
    assert!(text(&output.stderr).contains("going on with the listing of 2026-11-21"), "{}", text(&output.stderr));
}

#[test]
fn a_killed_listing_goes_on() {
    let fake = fake();
    *fake.state().delay.lock().expect("not poisoned") = Duration::from_millis(100);
    let home = Home::new();
    let mut child = home
        .live_command(&fake, &PROFILE)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("runs");
    let began = Instant::now();
    let pages =
        || files(&home.path("state")).iter().filter(|path| path.extension().is_some_and(|it| it == "jsonl")).count();
    while pages() < 4 && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("is killed");
    child.wait().expect("ends");
    *fake.state().delay.lock().expect("not poisoned") = Duration::ZERO;
    let document = json(&home.live(&fake, &PROFILE));
    is_whole(&document);
    let before = document["listing"]["requests_before"].as_u64().expect("a count");
    assert!(before >= 4, "{before} requests were kept");
}

#[test]
fn one_folder_and_none_are_listed_too() {
    let fake = fake();
    let home = Home::new();
    let one =
        json(&home.live(&fake, &["profile", "s3://lake/sales/day=07/", "--region", "us-east-1", "--format", "json"]));
    assert_eq!(one["data"]["objects"], 100);
    let none = home.live(&fake, &["profile", "s3://lake/nothing/", "--region", "us-east-1"]);
    assert!(text(&none.stderr).contains("nothing lies there"), "{}", text(&none.stderr));
    let gone = home.live(&fake, &["profile", "s3://sea/", "--region", "us-east-1"]);
    assert_eq!(gone.status.code(), Some(4));
    assert!(text(&gone.stderr).contains("NoSuchBucket"), "{}", text(&gone.stderr));
}
