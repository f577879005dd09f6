//! Runs the program itself, as a user would, in a folder of its own.
#![allow(dead_code, reason = "each test uses its part of it")]

use std::path::Path;
use std::process::{Command, Output};

/// The program in `folder`, which is its home, too, on 2026-11-20.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    with(folder, &[], arguments)
}

/// The same with more variables.
pub fn with(folder: &Path, env: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shapecast"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("SHAPECAST_NOW", "2026-11-20")
        .envs(env.iter().copied())
        .output()
        .expect("runs")
}

/// What it wrote, when it ended well.
pub fn works(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it said beside its report.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
