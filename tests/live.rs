//! The program against a stand-in for AWS on the loopback: right answers, and every way in which a call can fail.

#[path = "live_support/home.rs"]
mod home;
#[cfg(feature = "live")]
mod live_support;
#[cfg(feature = "live")]
mod live_tests;

#[cfg(not(feature = "live"))]
use home::{Home, WORKLOAD, text};

#[cfg(not(feature = "live"))]
#[test]
fn without_the_feature_the_commands_are_there_and_say_so() {
    let home = Home::new();
    for arguments in [
        &["recommend", WORKLOAD, "--live"][..],
        &["prices", "update", "--region", "us-east-1"],
        &["prices", "spot", "--type", "m5.xlarge", "--region", "us-east-1"],
        &["profile", "emr:j-1ABC", "--region", "us-east-1"],
        &["profile", "lake.inventory", "--pushdown", "athena", "--live", "--yes"],
        &["doctor"],
    ] {
        let output = home.bare(arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains("without the feature `live`") && stderr.contains("hint:"), "{arguments:?}: {stderr}");
    }
    assert!(home.bare(&["doctor", "--policy"]).status.success());
    assert!(home.bare(&["doctor", "--policy", "submit"]).status.success());
    assert!(home.bare(&["doctor", "--offline"]).status.success());
    assert!(home.bare(&["prices", "diff", "embedded", "embedded"]).status.success());
}
