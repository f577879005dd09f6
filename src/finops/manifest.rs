//! A manifest: a named list of workload files with the account's quotas.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Quotas by region and by what they count (see [`super::conflicts`]).
pub type Quotas = BTreeMap<String, BTreeMap<String, f64>>;

/// What a manifest file says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The portfolio's name.
    #[serde(default)]
    pub portfolio: Option<String>,
    /// The workload files, seen from the manifest's folder, with tags to add.
    pub workloads: Vec<ManifestEntry>,
    /// The account's quotas: region, what is counted, how much.
    #[serde(default)]
    pub quotas: Quotas,
}

/// One workload of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestEntry {
    /// The workload file, a folder of them or a pattern.
    pub file: String,
    /// Tags to add to what the file says.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Manifest {
    /// Whether a text is meant as a manifest: it has a list of workloads, which no workload file has.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.lines().any(|line| line.starts_with("workloads:"))
    }

    /// Reads a manifest (YAML).
    ///
    /// # Errors
    /// It is none; with line and column.
    pub fn read(text: &str) -> Result<Self, String> {
        let manifest: Self = serde_saphyr::from_str(text)
            .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
        for (region, quotas) in &manifest.quotas {
            for (name, limit) in quotas {
                if !super::conflicts::QUOTAS.contains(&name.as_str()) {
                    let known = super::conflicts::QUOTAS.join(", ");
                    return Err(format!("quotas.{region}: no quota is called `{name}`; known: {known}"));
                }
                if !limit.is_finite() || *limit < 0.0 {
                    return Err(format!("quotas.{region}.{name}: `{limit}` is no quota"));
                }
            }
        }
        Ok(manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_lists_files_tags_and_quotas() {
        let text = "portfolio: ads\nworkloads:\n  - file: a.yaml\n  - {file: jobs/, tags: {team: ads}}\n\
                    quotas: {us-east-1: {spot-vcpu: 640}}\n";
        let manifest = Manifest::read(text).expect("reads");
        assert_eq!(manifest.workloads[1].tags["team"], "ads");
        assert!((manifest.quotas["us-east-1"]["spot-vcpu"] - 640.0).abs() < 1e-9);
        assert!(Manifest::is_meant(text) && !Manifest::is_meant("name: a\n"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |text: &str| Manifest::read(text).expect_err("wrong");
        assert!(wrong("workloads: [{fiel: a.yaml}]\n").contains("fiel"));
        assert!(wrong("workloads: []\nquotas: {us-east-1: {spot: 4}}\n").contains("spot-vcpu"));
        assert!(wrong("workloads: []\nquotas: {us-east-1: {spot-vcpu: -4}}\n").contains("no quota"));
    }
}
