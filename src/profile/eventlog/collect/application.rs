//! The application and its environment.

use std::collections::BTreeMap;

use super::Collector;
use crate::profile::eventlog::conf::{SparkConf, clip};
use crate::profile::eventlog::event::{
    ApplicationEnd, ApplicationStart, EnvironmentUpdate, JobProperties, Kind, ResourceProfileAdded, Version, parse,
};
use crate::profile::eventlog::platform::{SYSTEM_KEYS, SparkSystem};
use crate::profile::eventlog::profile::ResourceProfile;

/// Longest name that is kept.
const MAX_NAME: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct ApplicationState {
    pub(super) spark_version: Option<String>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) attempt: Option<String>,
    pub(super) started_ms: Option<i64>,
    pub(super) ended_ms: Option<i64>,
    pub(super) has_start: bool,
    pub(super) has_end: bool,
    pub(super) exit_code: Option<i32>,
    pub(super) conf: SparkConf,
    pub(super) system: SparkSystem,
    pub(super) resource_profiles: BTreeMap<u32, ResourceProfile>,
    pub(super) streaming: bool,
    has_environment: bool,
}

impl ApplicationState {
    pub(super) const fn is_started(&self) -> bool {
        self.has_start
    }

    /// Later updates (added files and JARs) repeat the properties; the last value of each counts.
    pub(super) fn environment(&mut self, update: &EnvironmentUpdate<'_>) {
        self.has_environment = true;
        for (key, value) in update.spark.iter() {
            self.conf.insert(key, value);
        }
        let jvm = update.jvm.get("Java Version").map(|version| ("java.version", version));
        let system = SYSTEM_KEYS.iter().filter_map(|key| update.system.get(key).map(|value| (*key, value)));
        for (key, value) in system.chain(jvm) {
            if self.system.get(key).is_none() {
                self.system.0.push((key.to_owned(), clip(value, 8 * MAX_NAME).to_owned()));
            }
        }
    }

    /// A part on its own has no environment: the local properties of its jobs hold the configuration.
    pub(super) fn local_properties(&mut self, json: &str) {
        if self.has_environment || !self.conf.is_empty() {
            return;
        }
        if let Ok(properties) = serde_json::from_str::<BTreeMap<String, serde_json::Value>>(json) {
            for (key, value) in properties.iter().filter_map(|(key, value)| Some((key, value.as_str()?))) {
                self.conf.insert(key, value);
            }
        }
    }

    pub(super) fn resource_profile_added(&mut self, added: &ResourceProfileAdded<'_>) {
        let amount = |name: &str| {
            added.executor.iter().find(|(key, _)| key.as_str() == name).map(|(_, resource)| resource.amount)
        };
        let profile = ResourceProfile {
            cores: amount("cores").map(|cores| cores.small()),
            memory_mib: amount("memory").map(|memory| memory.get()),
            overhead_mib: amount("memoryOverhead").map(|memory| memory.get()),
            off_heap_mib: amount("offHeap").map(|memory| memory.get()),
            pyspark_mib: amount("pyspark.memory").map(|memory| memory.get()),
        };
        self.resource_profiles.insert(added.id.small(), profile);
    }
}

impl Collector {
    pub(super) fn version(&mut self, version: &Version<'_>, kind: Kind) {
        if self.app.spark_version.is_none() {
            let suffix = if kind == Kind::DatabricksPart { "-databricks" } else { "" };
            self.app.spark_version =
                version.spark_version.filled().map(|version| format!("{}{suffix}", clip(version, MAX_NAME)));
        }
        self.span.see(version.at.ms());
    }

    pub(super) fn application_start(&mut self, start: &ApplicationStart<'_>) {
        self.app.has_start = true;
        self.app.started_ms = start.at.ms();
        self.app.id = start.id.owned();
        self.app.name = start.name.filled().map(|name| clip(name, MAX_NAME).to_owned());
        self.app.attempt = start.attempt.owned();
        self.span.see(start.at.ms());
    }

    pub(super) fn application_end(&mut self, end: &ApplicationEnd) {
        self.app.has_end = true;
        self.app.ended_ms = end.at.ms();
        self.app.exit_code = end.exit_code;
        self.span.see(end.at.ms());
    }

    /// Reads the local properties of a job.
    pub(super) fn job_properties<'a>(&mut self, json: Option<&'a str>) -> JobProperties<'a> {
        let Some(json) = json else { return JobProperties::default() };
        self.app.local_properties(json);
        parse(json.as_bytes()).unwrap_or_default()
    }
}
