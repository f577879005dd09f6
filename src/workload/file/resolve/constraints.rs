//! What the job may run on: names that exist, and defaults.

use super::Resolver;
use crate::units::Share;
use crate::units::did_you_mean;
use crate::workload::file::raw::ConstraintsSection;
use crate::workload::file::reader::At;
use crate::workload::{Archetype, Constraints, Job, Kubernetes, Sourced};

impl Resolver<'_> {
    pub(super) fn constraints(&self, field: Option<&At<ConstraintsSection>>, job: Option<&Job>) -> Constraints {
        let nothing = ConstraintsSection::default();
        let raw = field.map_or(&nothing, |at| &at.value);
        let engines = raw.engines.as_ref().map(|at| &at.value);
        if let Some(allow) = engines.and_then(|engines| engines.allow.as_ref()).filter(|list| list.value.is_empty()) {
            self.reader.wrong(allow, "an empty list allows no engine", "name engines, or delete the line");
        }
        let containers = job.is_some_and(|job| job.archetype.value == Archetype::ContainerBatch);
        let custom_image = self.custom_image(raw, containers);
        let custom_built = raw.custom_image.as_ref().is_some_and(|at| at.value);
        Constraints {
            engines_allowed: self.engine_names(engines.and_then(|engines| engines.allow.as_ref())),
            engines_denied: self.engine_names(engines.and_then(|engines| engines.deny.as_ref())),
            instance_types: self.instance_names(raw.instance_types.as_ref()),
            graviton: self.or_default(&raw.graviton, "constraints.graviton", |it| *it, || graviton(custom_built)),
            spot: self.or_default(
                &raw.spot,
                "constraints.spot",
                |it| *it,
                || (true, "allowed unless forbidden; its risk is part of the answer"),
            ),
            custom_jar: self.or_default(
                &raw.custom_jar,
                "constraints.custom_jar",
                |it| *it,
                || (false, "nobody said that it needs its own JAR files"),
            ),
            custom_image,
            kubernetes: self.or_default(
                &raw.kubernetes,
                "constraints.kubernetes",
                |word| word.0,
                || (Kubernetes::None, "nobody said that an EKS cluster exists"),
            ),
            lake_formation: self.or_default(
                &raw.lake_formation,
                "constraints.lake_formation",
                |it| *it,
                || (false, "nobody said that rows or columns are protected"),
            ),
            max_start_wait: raw
                .max_start_wait
                .as_ref()
                .and_then(|at| self.positive_time(at))
                .map(|span| self.sourced("constraints.max_start_wait", span)),
            budget_per_month: raw.budget.as_ref().map(|at| at.value.0),
            deadline_probability: self.or_default(
                &raw.deadline_probability,
                "constraints.deadline_probability",
                |share| share.0,
                || (Share::clamped(0.95), "19 runs of 20 in time is what most service levels demand"),
            ),
            max_vcpu: raw
                .max_vcpu
                .as_ref()
                .and_then(|at| self.whole(at, 1..=10_000_000))
                .map(|count| self.sourced("constraints.max_vcpu", count)),
        }
    }

    fn custom_image(&self, raw: &ConstraintsSection, containers: bool) -> Sourced<bool> {
        if raw.custom_image.is_none() && containers {
            return Sourced::inferred(true, "a container batch is its own image");
        }
        self.or_default(
            &raw.custom_image,
            "constraints.custom_image",
            |it| *it,
            || (false, "nobody said that it needs its own image"),
        )
    }

    fn engine_names(&self, field: Option<&At<Vec<At<String>>>>) -> Vec<String> {
        let names: Vec<&At<String>> = field.into_iter().flat_map(|list| &list.value).collect();
        for at in &names {
            if !self.reader.vocabulary.engines.contains(&at.value) {
                let near = self.reader.vocabulary.engines.nearest(&at.value);
                let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let hint = format!("{near}engine ids stand in the first column of `shapecast recommend`");
                self.reader.wrong(at, format!("the engine `{}` is unknown", at.value), hint);
            }
        }
        names.into_iter().map(|at| at.value.clone()).collect()
    }

    fn instance_names(&self, field: Option<&At<Vec<At<String>>>>) -> Vec<String> {
        if let Some(list) = field.filter(|list| list.value.is_empty()) {
            self.reader.wrong(list, "an empty list allows no instance type", "name types, or delete the line");
        }
        let names = field.into_iter().flat_map(|list| &list.value);
        names.map(|at| self.instance_name(at, true, false)).collect()
    }

    /// Checks an instance type; families and Glue's worker types only where they make sense.
    pub(super) fn instance_name(&self, at: &At<String>, families: bool, workers: bool) -> String {
        let instances = self.reader.vocabulary.instances;
        let name = at.value.as_str();
        let known = instances.is_type(name)
            || (families && instances.is_family(name))
            || (workers && WORKER_TYPES.contains(&name));
        if !known && !families && instances.is_family(name) {
            let hint = format!("name the size too, for example {name}.xlarge");
            self.reader.wrong(at, format!("`{name}` is a family, not an instance type"), hint);
        } else if !known {
            let near = instances.nearest(name).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let near = if workers && near.is_empty() { did_you_mean(name, WORKER_TYPES.iter().copied()) } else { near };
            let hint = format!("{near}`shapecast prices show` lists the instance types");
            self.reader.wrong(at, format!("the instance type `{name}` is unknown"), hint);
        }
        at.value.clone()
    }
}

/// Glue's worker types: observed runs may have used them.
const WORKER_TYPES: &[&str] =
    &["Standard", "G.025X", "G.1X", "G.2X", "G.4X", "G.8X", "G.12X", "G.16X", "R.1X", "R.2X", "R.4X", "R.8X", "Z.2X"];

const fn graviton(custom_image: bool) -> (bool, &'static str) {
    if custom_image {
        (false, "an own image is built for one architecture, and nobody said that this one is built for arm64")
    } else {
        (true, "Spark and its libraries run on arm64; forbid it if own native libraries do not")
    }
}
