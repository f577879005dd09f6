//! Any bytes as an event log: an answer, and no panic in anything that is computed from it.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use shapecast::profile::eventlog::{Limits, ReadOptions, read_stream};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { line_bytes: 64 << 10, total_bytes: 1 << 20 };
    let mut stream = bytes;
    let Ok(logs) = read_stream(Path::new("fuzz"), &mut stream, &ReadOptions { limits }) else { return };
    for log in logs {
        let _ = log.summary().findings.iter().map(ToString::to_string).collect::<Vec<_>>();
        let _ = (log.max_executors(), log.dynamic_allocation(), log.executor_size());
        for stage in &log.stages {
            let _ = stage.tasks.iter().map(|task| (task.finished_ms(), task.scheduler_delay_ms())).max();
        }
        let _ = log.flags.iter().map(ToString::to_string).collect::<Vec<_>>();
    }
});
