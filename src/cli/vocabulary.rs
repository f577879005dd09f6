//! The names that inputs may use, taken from catalog and price book, and "did you mean".

use crate::engines::EngineId;
use crate::prices::{Meter, PriceBook};
pub(super) use crate::units::nearest;
use crate::workload::{InstanceNames, Names, Vocabulary};

/// What the vocabulary of workload files is made from.
#[derive(Debug)]
pub struct Words {
    regions: Vec<String>,
    engines: Vec<String>,
    instances: CatalogNames,
    services: Vec<&'static str>,
    meters: MeterNames,
}

impl Words {
    /// The words of a price book and its machines.
    #[must_use]
    pub fn of(book: &PriceBook) -> Self {
        Self {
            regions: book.regions().to_vec(),
            engines: EngineId::ALL.iter().map(ToString::to_string).collect(),
            instances: CatalogNames(book.clone()),
            services: Meter::services().into_iter().chain(["ec2/on-demand", "ec2/spot"]).collect(),
            meters: MeterNames,
        }
    }

    /// In the form that the workload reader takes.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary {
            regions: &self.regions,
            engines: &self.engines,
            instances: &self.instances,
            services: &self.services,
            meters: &self.meters,
        }
    }
}

#[derive(Debug)]
struct CatalogNames(PriceBook);

impl InstanceNames for CatalogNames {
    fn is_type(&self, name: &str) -> bool {
        self.0.catalog().instance(name).is_some()
    }

    fn is_family(&self, name: &str) -> bool {
        self.0.catalog().instances().any(|instance| instance.family() == name)
    }

    fn is_arm(&self, name: &str) -> Option<bool> {
        let named = |instance: &&crate::catalog::InstanceType| instance.name == name || instance.family() == name;
        let found = self.0.catalog().instances().find(named)?;
        Some(found.architecture == crate::catalog::Architecture::Arm64)
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let families = || self.0.catalog().instances().map(crate::catalog::InstanceType::family);
        let near = if name.contains('.') { self.0.catalog().nearest_instance(name) } else { nearest(name, families()) };
        near.map(str::to_owned)
    }
}

#[derive(Debug)]
struct MeterNames;

impl Names for MeterNames {
    fn contains(&self, name: &str) -> bool {
        name.parse::<Meter>().is_ok()
    }

    fn nearest(&self, name: &str) -> Option<String> {
        name.parse::<Meter>().err()?.did_you_mean
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::workload::{read_file, read_str};

    fn words() -> Words {
        Words::of(&PriceBook::embedded().expect("the embedded snapshot"))
    }

    #[test]
    fn every_example_reads_with_the_real_names() {
        let words = words();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
        let files = std::fs::read_dir(folder).expect("the examples").map(|entry| entry.expect("an entry").path());
        let examples: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
        assert!(examples.len() >= 11, "{examples:?}");
        for path in examples {
            let read = read_file(&path, &words.vocabulary());
            assert!(read.is_ok(), "{}: {read:#?}", path.display());
        }
    }

    /// The hints for the minimal workload with more lines.
    fn hints(more: &str) -> String {
        let minimal = include_str!("../../docs/examples/minimal.yaml");
        let text = format!("{minimal}{more}");
        let problems = read_str(&text, "job.yaml", &words().vocabulary()).expect_err("an unknown name");
        problems.iter().map(|problem| format!("{problem}: {}\n", problem.hint)).collect()
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        let cases = [
            ("region: eu-centrl-1", "eu-central-1"),
            ("constraints: {engines: {allow: [emr_servrless]}}", "emr-serverless"),
            ("constraints: {instance_types: [r5.4xlrge]}", "r5.4xlarge"),
            ("constraints: {instance_types: [m7gg]}", "m7g"),
            ("discounts: {by_service: {gleu: 0.1}}", "glue"),
            ("discounts: {unit_prices: {glue/etl_standart: 0.4}}", "glue/etl_standard"),
            ("discounts: {unit_prices: {ec2/ondemand/r5.4xlarge: 0.4}}", "ec2/on-demand/r5.4xlarge"),
        ];
        for (more, near) in cases {
            let hints = hints(&format!("{more}\n"));
            assert!(hints.contains(&format!("did you mean `{near}`?")), "{more}: {hints}");
        }
    }
}
