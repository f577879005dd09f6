//! Facts about machines, workers, releases and limits: tables as data, no prices.
//!
//! The tables stand under `tables/`; each row or table names its source. What is not known is empty there and
//! `None` here, never a guess.

mod fargate;
mod glue;
mod instance;
mod limit;
mod release;
mod selection;
mod serverless;
mod speed;
mod table;
mod yarn;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::units::nearest;

pub use fargate::FargateSize;
pub use glue::{GlueWorker, GlueWorkerKind};
pub use instance::{Architecture, InstanceType, family_of};
pub use limit::EngineLimit;
pub use release::{EmrLabel, EmrLine, EmrRelease, GlueRelease, LabelError, UnknownRelease};
pub use serverless::ServerlessSize;
pub use speed::CoreSpeed;
pub use table::TableError;
pub use yarn::YarnMemory;

/// All tables, parsed.
#[derive(Clone, Debug)]
pub struct Catalog {
    instances: BTreeMap<String, InstanceType>,
    yarn: yarn::YarnTable,
    glue_workers: Vec<GlueWorker>,
    serverless_sizes: Vec<ServerlessSize>,
    fargate_sizes: Vec<FargateSize>,
    limits: Vec<EngineLimit>,
    emr_releases: Vec<EmrRelease>,
    glue_releases: Vec<GlueRelease>,
    speeds: speed::SpeedTable,
    /// Types that were added to the tables of the program, with where their sizes are from.
    added: BTreeMap<String, String>,
}

impl Catalog {
    /// The catalog that the program carries, parsed on first use.
    ///
    /// # Panics
    /// Never in a program that passed its tests: they read every table.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Self::parse().unwrap_or_else(|error| panic!("embedded catalog: {error}")))
    }

    fn parse() -> Result<Self, TableError> {
        Ok(Self {
            instances: instance::embedded()?.into_iter().map(|instance| (instance.name.clone(), instance)).collect(),
            yarn: yarn::YarnTable::embedded()?,
            glue_workers: glue::embedded()?,
            serverless_sizes: serverless::embedded()?,
            fargate_sizes: fargate::embedded()?,
            limits: limit::embedded()?,
            emr_releases: release::emr()?,
            glue_releases: release::glue()?,
            speeds: speed::SpeedTable::embedded()?,
            added: BTreeMap::new(),
        })
    }

    /// This catalog with the types of a table of the same form, which has a column `source` more; what the catalog
    /// describes itself stays as it is. `said` gives the text that a source id stands for.
    ///
    /// # Errors
    /// A row is not as it should be.
    pub fn with_types(&self, table: &str, said: impl Fn(&str) -> String) -> Result<Self, TableError> {
        let mut catalog = self.clone();
        for (machine, source) in instance::with_source(table)? {
            if !self.instances.contains_key(&machine.name) {
                catalog.added.insert(machine.name.clone(), said(&source));
                catalog.instances.insert(machine.name.clone(), machine);
            }
        }
        Ok(catalog)
    }

    /// Where the sizes of a type are from that is not in the program's own tables.
    #[must_use]
    pub fn added(&self, name: &str) -> Option<&str> {
        self.added.get(name).map(String::as_str)
    }

    /// All instance types, by name.
    pub fn instances(&self) -> impl Iterator<Item = &InstanceType> {
        self.instances.values()
    }

    /// The instance type of that exact name.
    #[must_use]
    pub fn instance(&self, name: &str) -> Option<&InstanceType> {
        self.instances.get(name)
    }

    /// The instance type whose name is most like `name`, for "did you mean".
    #[must_use]
    pub fn nearest_instance(&self, name: &str) -> Option<&str> {
        nearest(name, self.instances.keys().map(String::as_str))
    }

    /// YARN's memory on a node of this type: read, or inferred from the node's memory. `None` for an unknown type.
    #[must_use]
    pub fn yarn_memory(&self, name: &str) -> Option<YarnMemory> {
        self.yarn.of(name, self.instance(name).map(|instance| instance.memory))
    }

    /// The Glue worker type of that exact name.
    #[must_use]
    pub fn glue_worker(&self, name: &str) -> Option<&GlueWorker> {
        self.glue_workers.iter().find(|worker| worker.name == name)
    }

    /// The Glue worker type whose name is most like `name`.
    #[must_use]
    pub fn nearest_glue_worker(&self, name: &str) -> Option<&str> {
        nearest(name, self.glue_workers.iter().map(|worker| worker.name.as_str()))
    }

    /// All Glue worker types: G ascending, R ascending, then the special ones.
    #[must_use]
    pub fn glue_workers(&self) -> &[GlueWorker] {
        &self.glue_workers
    }

    /// EMR Serverless worker sizes, ascending by vCPU.
    #[must_use]
    pub fn serverless_sizes(&self) -> &[ServerlessSize] {
        &self.serverless_sizes
    }

    /// Fargate task sizes, ascending by vCPU.
    #[must_use]
    pub fn fargate_sizes(&self) -> &[FargateSize] {
        &self.fargate_sizes
    }

    /// All limits, by engine.
    #[must_use]
    pub fn limits(&self) -> &[EngineLimit] {
        &self.limits
    }

    /// One limit of an engine.
    #[must_use]
    pub fn limit(&self, engine: &str, name: &str) -> Option<&EngineLimit> {
        self.limits.iter().find(|limit| limit.engine == engine && limit.name == name)
    }

    /// EMR releases, newest first within each label form.
    #[must_use]
    pub fn emr_releases(&self) -> &[EmrRelease] {
        &self.emr_releases
    }

    /// What is known of an EMR release, by label of either form.
    ///
    /// # Errors
    /// The catalog does not know the label; the error names the nearest that it knows.
    pub fn emr_release(&self, label: &str) -> Result<&EmrRelease, UnknownRelease> {
        let label_found = label.parse::<EmrLabel>().ok();
        self.emr_releases
            .iter()
            .find(|release| Some(release.label) == label_found)
            .ok_or_else(|| UnknownRelease::new(label, self.emr_releases.iter().map(|known| known.label.to_string())))
    }

    /// Glue versions, newest first.
    #[must_use]
    pub fn glue_releases(&self) -> &[GlueRelease] {
        &self.glue_releases
    }

    /// What is known of a Glue version.
    ///
    /// # Errors
    /// The catalog does not know the version; the error names the nearest that it knows.
    pub fn glue_release(&self, version: &str) -> Result<&GlueRelease, UnknownRelease> {
        self.glue_releases
            .iter()
            .find(|release| release.version == version)
            .ok_or_else(|| UnknownRelease::new(version, self.glue_releases.iter().map(|known| known.version.clone())))
    }

    /// How fast a vCPU of this type is, relative to m5 and r5.
    #[must_use]
    pub fn core_speed(&self, instance: &InstanceType) -> CoreSpeed {
        let speed = self.speeds.of(instance);
        if self.added.contains_key(&instance.name) { speed.of_unseen(instance) } else { speed }
    }
}

#[cfg(test)]
mod tests;
