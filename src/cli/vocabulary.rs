//! The names that inputs may use, taken from catalog and price book, and "did you mean".

use crate::catalog::Catalog;
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
    /// The words of a price book and the embedded catalog.
    #[must_use]
    pub fn of(book: &PriceBook) -> Self {
        Self {
            regions: book.regions().to_vec(),
            engines: EngineId::ALL.iter().map(ToString::to_string).collect(),
            instances: CatalogNames(Catalog::embedded()),
            services: Meter::services().into_iter().collect(),
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
struct CatalogNames(&'static Catalog);

impl InstanceNames for CatalogNames {
    fn is_type(&self, name: &str) -> bool {
        self.0.instance(name).is_some()
    }

    fn is_family(&self, name: &str) -> bool {
        self.0.instances().any(|instance| instance.family() == name)
    }

    fn is_arm(&self, name: &str) -> Option<bool> {
        let named = |instance: &&crate::catalog::InstanceType| instance.name == name || instance.family() == name;
        let found = self.0.instances().find(named)?;
        Some(found.architecture == crate::catalog::Architecture::Arm64)
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let families = || self.0.instances().map(crate::catalog::InstanceType::family);
        let near = if name.contains('.') { self.0.nearest_instance(name) } else { nearest(name, families()) };
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
