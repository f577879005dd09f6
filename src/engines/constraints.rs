//! Obstacles that several engines share.

use super::machines::has_known_disk_rate;
use super::{EngineId, Estimate, Obstacle, Question};
use crate::units::Span;
use crate::workload::{Archetype, Kubernetes};

/// What the workload file itself forbids.
pub fn declared(id: EngineId, question: &Question<'_>) -> Vec<Obstacle> {
    let constraints = &question.workload.constraints;
    let mut obstacles = Vec::new();
    let named = |names: &[String]| names.iter().any(|name| name == id.as_str());
    if named(&constraints.engines_denied) {
        obstacles.push(Obstacle::relaxable(
            "engine-denied",
            format!("constraints.engines.deny names {id}"),
            "constraints.engines.deny",
        ));
    }
    if !constraints.engines_allowed.is_empty() && !named(&constraints.engines_allowed) {
        obstacles.push(Obstacle::relaxable(
            "engine-not-allowed",
            format!("constraints.engines.allow does not name {id}"),
            "constraints.engines.allow",
        ));
    }
    if constraints.kubernetes.value == Kubernetes::Required && !matches!(id, EngineId::EmrEks | EngineId::OnPremises) {
        obstacles.push(Obstacle::relaxable(
            "kubernetes-required",
            "everything must run on Kubernetes (constraints.kubernetes: required)",
            "constraints.kubernetes",
        ));
    }
    obstacles
}

/// The type that runs the job today is one whose EBS rate AWS does not give.
pub fn disk_rate_is_known(instance_type: &str, question: &Question<'_>) -> Option<Obstacle> {
    let instance = question.catalog.instance(instance_type)?;
    (!has_known_disk_rate(instance)).then(|| {
        Obstacle::new(
            "disk-rate-unknown",
            format!("AWS gives no EBS rate for {instance_type}, so a run on it cannot be simulated"),
        )
    })
}

/// Whether a shape's vCPU, its driver's or primary's included, stay within `constraints.max_vcpu`.
pub fn within_quota(vcpu: u64, question: &Question<'_>) -> bool {
    question.workload.constraints.max_vcpu.as_ref().is_none_or(|quota| vcpu <= u64::from(quota.value))
}

/// The workload is no batch of Spark tasks.
pub fn needs_spark(id: EngineId, question: &Question<'_>) -> Option<Obstacle> {
    match question.workload.job.archetype.value {
        Archetype::ContainerBatch => Some(Obstacle::new(
            "not-spark",
            format!("the job runs containers of its own, not Spark; {} runs Spark applications", id.title()),
        )),
        Archetype::EventStream => Some(Obstacle::new(
            "not-a-batch",
            format!("single events want an answer at once; {} starts a job for a batch of them", id.title()),
        )),
        _ => None,
    }
}

/// The engine cannot be ready as soon as the workload wants.
pub fn starts_in_time(id: EngineId, start_up_s: Estimate, question: &Question<'_>) -> Option<Obstacle> {
    let longest = question.workload.constraints.max_start_wait.as_ref()?.value;
    let likely = Span::seconds(start_up_s.likely);
    (likely > longest).then(|| {
        Obstacle::relaxable(
            "starts-too-late",
            format!(
                "{} needs about {likely} ({} to {}) before the first task; the workload waits at most {longest}",
                id.title(),
                Span::seconds(start_up_s.low),
                Span::seconds(start_up_s.high)
            ),
            "constraints.max_start_wait",
        )
    })
}

/// The engine takes no image or AMI of the user's.
pub fn no_custom_image(id: EngineId, question: &Question<'_>) -> Option<Obstacle> {
    question.workload.constraints.custom_image.value.then(|| {
        Obstacle::relaxable(
            "custom-image-not-supported",
            format!("the job needs its own image; {} runs only the service's", id.title()),
            "constraints.custom_image",
        )
    })
}

/// Lake Formation permissions are not enforced on this engine.
pub fn no_lake_formation(id: EngineId, question: &Question<'_>) -> Option<Obstacle> {
    question.workload.constraints.lake_formation.value.then(|| {
        Obstacle::relaxable(
            "lake-formation-not-enforced",
            format!(
                "row and column permissions of Lake Formation must hold; no source shows that {} enforces them",
                id.title()
            ),
            "constraints.lake_formation",
        )
    })
}

/// The engine lives on capacity that can be taken back, which the workload forbids.
pub fn no_spare_capacity(id: EngineId, question: &Question<'_>) -> Option<Obstacle> {
    (!question.workload.constraints.spot.value).then(|| {
        Obstacle::relaxable(
            "spare-capacity-forbidden",
            format!("{} runs on spare capacity; constraints.spot is false", id.title()),
            "constraints.spot",
        )
    })
}

/// The engine speaks SQL only.
pub fn needs_sql(id: EngineId, question: &Question<'_>) -> Option<Obstacle> {
    let job = &question.workload.job;
    (!job.archetype.value.is_sql())
        .then(|| Obstacle::new("not-sql", format!("{} runs SQL queries; the job is no pure SQL", id.title())))
}
