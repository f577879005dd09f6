//! Which EC2 types are worth offering.

use crate::catalog::{Architecture, InstanceType};
use crate::engines::Question;
use crate::prices::{EmrUplift, OnDemandInstance, PriceKey};

/// Node sizes that carry executors: below `2xlarge` the primary and overheads weigh too much, above `8xlarge` a
/// Spot loss takes too much at once.
pub const NODE_SIZES: [&str; 3] = ["2xlarge", "4xlarge", "8xlarge"];

/// Memory classes: general, memory, compute.
pub(super) const CLASSES: [char; 3] = ['m', 'r', 'c'];

/// The instance family with the best value for each memory class and architecture that the workload allows.
pub fn value_families<'a>(question: &Question<'a>) -> Vec<&'a InstanceType> {
    let mut picks = Vec::new();
    for class in CLASSES {
        for architecture in architectures(question) {
            let best = question
                .catalog
                .instances()
                .filter(|candidate| candidate.architecture == architecture && candidate.size() == NODE_SIZES[0])
                .filter(|candidate| is_plain_family(candidate, class))
                .filter(|candidate| is_allowed(&candidate.name, question))
                .filter_map(|candidate| Some((dollars_per_core(candidate, question)?, candidate)))
                .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
            picks.extend(best.map(|(_, pick)| pick));
        }
    }
    picks
}

/// The worthwhile families in every node size.
pub fn node_types<'a>(question: &Question<'a>) -> Vec<&'a InstanceType> {
    value_families(question)
        .into_iter()
        .flat_map(|family| NODE_SIZES.iter().map(move |size| format!("{}.{size}", family.family())))
        .filter_map(|name| question.catalog.instance(&name))
        .filter(|instance| is_allowed(&instance.name, question))
        .collect()
}

/// Architectures that the workload allows.
pub fn architectures(question: &Question<'_>) -> Vec<Architecture> {
    if question.workload.constraints.graviton.value {
        vec![Architecture::X86_64, Architecture::Arm64]
    } else {
        vec![Architecture::X86_64]
    }
}

/// `m5`, `m6g`, `m7i`, `m6a`: a memory class, a generation from 5 on, and nothing but the processor's letter.
pub(super) fn is_plain_family(instance: &InstanceType, class: char) -> bool {
    let family = instance.family();
    // Most types are of another class: this is asked of every type of the catalog, many times over.
    if !family.starts_with(class) {
        return false;
    }
    let rest = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let processor = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    family.len() - rest.len() == 1
        && matches!(processor, "" | "g" | "i" | "a")
        && instance.generation().is_some_and(|generation| generation >= 5)
        && has_known_disk_rate(instance)
        && !instance.bare_metal
        && instance.gpus == 0
}

/// Whether AWS gives the rate of the type's EBS volumes. Without it no run can be simulated, so the type is not offered.
pub const fn has_known_disk_rate(instance: &InstanceType) -> bool {
    instance.ebs_baseline_mbps.is_some()
}

/// Whether `constraints.instance_types` lets this type through.
pub fn is_allowed(name: &str, question: &Question<'_>) -> bool {
    let allowed = &question.workload.constraints.instance_types;
    allowed.is_empty()
        || allowed.iter().any(|prefix| {
            name == prefix || name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
}

/// On-Demand price and EMR fee of one reference core, for choosing between families only.
fn dollars_per_core(instance: &InstanceType, question: &Question<'_>) -> Option<f64> {
    let dollars = |meter| question.rates.dollars(&meter).and_then(|dollars| f64::try_from(dollars).ok());
    let hour = dollars(OnDemandInstance(&instance.name).meter())? + dollars(EmrUplift(&instance.name).meter())?;
    Some(hour / (f64::from(instance.vcpu) * question.catalog.core_speed(instance).likely))
}
