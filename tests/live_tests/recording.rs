//! A run that was recorded is the same run without a network.

use crate::home::{Home, NOW, WORKLOAD, files, recommend, text};
use crate::live_support::{Fake, Market};

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
    let replayed = replay.bare(&["profile", "emr:j-1", "--region", "us-east-1", "--format", "json", "--replay", path]);
    assert_eq!(text(&replayed.stdout), text(&recorded.stdout), "{}", text(&replayed.stderr));
}
