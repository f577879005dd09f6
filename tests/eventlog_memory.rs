//! The promise: at most 64 MB plus 64 bytes a task, whatever the log's length.
//!
//! A process of its own, because the peak of the whole process is measured. `EVENTLOG_TASKS` makes the log longer:
//! 250,000 tasks are more than 1 GB of text.
#![expect(clippy::print_stderr, reason = "says what was measured")]

mod eventlog_support;

use std::path::Path;

use eventlog_support::Endless;
use shapecast::profile::eventlog::{ReadOptions, read_stream};

/// Peak resident memory of this process in bytes, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

#[test]
fn memory_grows_by_sixty_four_bytes_a_task() {
    let tasks = std::env::var("EVENTLOG_TASKS").ok().and_then(|tasks| tasks.parse().ok()).unwrap_or(3_000);
    let before = std::time::Instant::now();
    let logs = read_stream(Path::new("endless"), &mut Endless::new(tasks), &ReadOptions::default()).expect("a log");
    assert_eq!(logs[0].totals().tasks, u64::from(tasks));
    let Some(peak) = peak() else {
        eprintln!("SKIPPED: this system does not tell peak memory");
        return;
    };
    let text = logs[0].origin.text_bytes;
    let seconds = before.elapsed().as_secs_f64();
    eprintln!("{tasks} tasks, {text} bytes of text in {seconds:.2} s; peak memory {peak} bytes");
    assert!(peak <= 64_000_000 + 64 * u64::from(tasks), "{peak} bytes for {tasks} tasks");
}
