//! The one progress bar of a portfolio: on a terminal only, on one line, gone before the report. Needs `python3` for a
//! pseudo terminal; without it the test says so and checks nothing.

#![cfg(unix)]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod program_support;

use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a command with a pseudo terminal as its stderr; prints what the terminal got, a line `--`, and stdout.
const TERMINAL: &str = r#"
import os, pty, select, subprocess, sys
ours, theirs = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=open("stdout", "wb"), stderr=theirs)
os.close(theirs)
seen = b""
while True:
    try:
        part = os.read(ours, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
open("terminal", "wb").write(seen)
sys.exit(child.wait())
"#;

/// What the terminal and stdout got.
fn on_a_terminal(folder: &Path, env: &[(&str, &str)], arguments: &[&str]) -> Option<(String, String)> {
    let output = Command::new("python3")
        .args(["-c", TERMINAL, env!("CARGO_BIN_EXE_shapecast")])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TERM", "xterm")
        .env("SHAPECAST_NOW", "2026-11-20")
        .envs(env.iter().copied())
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", program_support::said(&output));
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("UTF-8");
    Some((read("terminal"), read("stdout")))
}

#[test]
fn a_portfolio_has_one_bar_on_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("jobs")).expect("makes");
    // Enough of them that most are still to do when the bar first shows, after 300 ms.
    for name in 'a'..='l' {
        let text = format!(
            "name: {name}\ninput: {{volume: 400 GB, format: parquet}}\ncadence: daily\ndeadline: 2 h\njob: join-heavy\n\
             constraints: {{engines: {{allow: [glue]}}}}\n"
        );
        fs::write(folder.path().join(format!("jobs/{name}.yaml")), text).expect("writes");
    }
    let ask = ["recommend", "jobs", "--format", "json", "--replications", "50"];
    let Some((terminal, report)) = on_a_terminal(folder.path(), &[], &ask) else {
        eprintln!("SKIPPED: python3 is not on PATH; nothing was checked");
        return;
    };
    // The bar counts all twelve, in this order, on one line that is drawn over and over.
    let counts: Vec<usize> = (0..=12).filter_map(|done| terminal.find(&format!(" {done}/12 "))).collect();
    assert!(counts.len() >= 3, "{terminal:?}");
    assert!(counts.is_sorted(), "{terminal:?}");
    let bars = terminal.split(['\r', '\n']).filter(|line| line.contains("/12 ")).count();
    assert!(bars >= 3, "it is drawn again: {terminal:?}");
    let lines_with_a_bar = terminal.split('\n').filter(|line| line.contains("/12 ")).count();
    assert_eq!(lines_with_a_bar, 1, "one bar on one line: {terminal:?}");
    // It is cleared before the end, and the report knows nothing of it.
    let last = terminal.rfind("/12 ").expect("a bar");
    assert!(terminal[last..].contains("\u{1b}[2K"), "cleared: {terminal:?}");
    assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok() && !report.contains('\u{1b}'));
    // No bar for those who do not want one, or where nobody looks; the report is the same.
    for (variable, more) in [(Some(("CI", "true")), ""), (Some(("SHAPECAST_NO_PROGRESS", "1")), ""), (None, "-q")] {
        let arguments: Vec<&str> = ask.into_iter().chain([more]).filter(|it| !it.is_empty()).collect();
        let (terminal, same) = on_a_terminal(folder.path(), variable.as_slice(), &arguments).expect("python3");
        assert!(!terminal.contains("/12 "), "{variable:?} {more}: {terminal:?}");
        assert_eq!(same, report);
    }
    let piped = program_support::run(folder.path(), &ask);
    assert!(!program_support::said(&piped).contains("/12 "));
    assert_eq!(program_support::works(&piped), report);
}
