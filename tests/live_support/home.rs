//! The program with a home of its own.

use std::path::PathBuf;
use std::process::{Command, Output};

pub const WORKLOAD: &str = "docs/examples/ad-tech-nightly-aggregation.yaml";
pub const NOW: &str = "2026-11-21T00:00:00Z";

/// The program with a home of its own and nothing of this machine's AWS configuration.
pub struct Home(tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
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
    pub fn bare(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("runs")
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(feature = "live")]
pub fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[cfg(feature = "live")]
mod live {
    use serde_json::Value;

    use super::*;
    use crate::live_support::Fake;

    impl Home {
        pub fn live(&self, fake: &Fake, arguments: &[&str]) -> Output {
            self.live_command(fake, arguments).output().expect("runs")
        }

        pub fn live_command(&self, fake: &Fake, arguments: &[&str]) -> Command {
            let mut command = self.command(arguments);
            command
                .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
                .env("AWS_SECRET_ACCESS_KEY", "sEcReTsEcReTsEcReT")
                .env("AWS_SESSION_TOKEN", "tOkEn")
                .args(["--endpoint-url", &fake.url()]);
            command
        }
    }

    pub fn json(output: &Output) -> Value {
        let stdout = text(&output.stdout);
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}\n{}", text(&output.stderr)))
    }

    pub fn warning<'a>(document: &'a Value, code: &str) -> Option<&'a str> {
        let warnings = document["warnings"].as_array()?.iter();
        warnings.filter(|one| one["code"] == code).find_map(|one| one["text"].as_str())
    }

    pub fn recommend(home: &Home, fake: &Fake, more: &[&str]) -> Output {
        let arguments: Vec<&str> = ["recommend", WORKLOAD, "--replications", "20", "--format", "json", "-q"]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        home.live(fake, &arguments)
    }
}

#[cfg(feature = "live")]
pub use live::{json, recommend, warning};
