//! The field's decision table, kept as rules beside the simulation: each disagreement is printed with the figures.

use std::collections::BTreeMap;

use super::model::{Ranked, Rejected, RuleVerdict};
use crate::engines::EngineId;
use crate::units::TERABYTE;
use crate::workload::{Archetype, Kubernetes, Workload};

/// One row of the decision table.
struct Rule {
    code: &'static str,
    text: &'static str,
    picks: EngineId,
    applies: fn(&Workload) -> bool,
}

/// Volume that the field calls large for one run.
const LARGE: u64 = 5 * TERABYTE;

/// Volume from which the field's cluster examples start.
const SIZEABLE: u64 = TERABYTE;

const RULES: &[Rule] = &[
    Rule {
        code: "large-scheduled",
        text: "large scheduled batch → transient EMR on EC2 with Spot task nodes",
        picks: EngineId::EmrEc2,
        applies: |workload| {
            is_spark_batch(workload) && workload.cadence.predictable.value && volume(workload) >= SIZEABLE
        },
    },
    Rule {
        code: "spiky",
        text: "spiky or unpredictable Spark jobs → EMR Serverless",
        picks: EngineId::EmrServerless,
        applies: |workload| is_spark_batch(workload) && !workload.cadence.predictable.value,
    },
    Rule {
        code: "routine-etl",
        text: "routine ETL under 5 TB a run → Glue",
        picks: EngineId::Glue,
        applies: |workload| {
            is_spark_batch(workload)
                && workload.cadence.predictable.value
                && workload.job.archetype.value == Archetype::ScanFilter
                && volume(workload) < LARGE
        },
    },
    Rule {
        code: "ad-hoc-sql",
        text: "ad-hoc SQL over files in S3 → Athena",
        picks: EngineId::Athena,
        applies: |workload| workload.job.archetype.value == Archetype::SqlAdHoc,
    },
    Rule {
        code: "kubernetes",
        text: "an organisation standardised on Kubernetes → EMR on EKS",
        picks: EngineId::EmrEks,
        applies: |workload| is_spark_batch(workload) && workload.constraints.kubernetes.value == Kubernetes::Required,
    },
    Rule {
        code: "container-batch",
        text: "containerised batch without Spark → AWS Batch on Fargate",
        picks: EngineId::BatchFargate,
        applies: |workload| workload.job.archetype.value == Archetype::ContainerBatch,
    },
    Rule {
        code: "sql-bi",
        text: "pure SQL for dashboards on a modest volume → Redshift",
        picks: EngineId::RedshiftServerless,
        applies: |workload| workload.job.archetype.value == Archetype::SqlBi,
    },
    Rule {
        code: "events",
        text: "reaction to single events → streaming (Managed Flink), not a batch engine",
        picks: EngineId::ManagedFlink,
        applies: |workload| workload.job.archetype.value == Archetype::EventStream,
    },
];

fn is_spark_batch(workload: &Workload) -> bool {
    let archetype = workload.job.archetype.value;
    archetype.is_spark() && !archetype.is_sql()
}

fn volume(workload: &Workload) -> u64 {
    workload.input.volume.value.get()
}

/// Every rule that applies, held against the ranking.
#[must_use]
pub fn verdicts(workload: &Workload, ranked: &[Ranked], rejected: &[Rejected]) -> Vec<RuleVerdict> {
    RULES
        .iter()
        .filter(|rule| (rule.applies)(workload) && is_allowed(rule, workload))
        .map(|rule| verdict(rule, ranked, rejected))
        .collect()
}

/// What the rules that apply pick: code and engine.
#[must_use]
pub fn picks(workload: &Workload) -> Vec<(String, EngineId)> {
    let applies = |rule: &&Rule| (rule.applies)(workload) && is_allowed(rule, workload);
    RULES.iter().filter(applies).map(|rule| (rule.code.to_owned(), rule.picks)).collect()
}

/// A table that would break a declared constraint gives no advice.
fn is_allowed(rule: &Rule, workload: &Workload) -> bool {
    let constraints = &workload.constraints;
    let name = rule.picks.as_str();
    let named = |names: &[String]| names.iter().any(|known| known == name);
    let on_kubernetes = constraints.kubernetes.value != Kubernetes::Required || rule.picks == EngineId::EmrEks;
    let listed = constraints.engines_allowed.is_empty() || named(&constraints.engines_allowed);
    on_kubernetes && listed && !named(&constraints.engines_denied)
}

fn verdict(rule: &Rule, ranked: &[Ranked], rejected: &[Rejected]) -> RuleVerdict {
    let first = ranked.iter().find(|row| row.rank == Some(1));
    let picked = ranked.iter().find(|row| row.candidate.engine == rule.picks && row.rank.is_some());
    let agrees = first.is_some_and(|row| row.candidate.engine == rule.picks);
    let mut figures = BTreeMap::new();
    for row in [first, picked].into_iter().flatten() {
        let cost = row.monthly_cost.map_or_else(|| format!("{} + ?", row.known_monthly_cost), |cost| cost.to_string());
        figures.insert(format!("{} a month", row.candidate.engine), cost);
        figures.insert(format!("{} p50", row.candidate.engine), row.duration.p50.to_string());
    }
    RuleVerdict {
        code: rule.code.to_owned(),
        rule: rule.text.to_owned(),
        picks: rule.picks,
        agrees,
        text: explain(rule, agrees, first, picked, rejected),
        figures,
    }
}

fn explain(
    rule: &Rule,
    agrees: bool,
    first: Option<&Ranked>,
    picked: Option<&Ranked>,
    rejected: &[Rejected],
) -> String {
    let Some(first) = first else { return "no engine is eligible".to_owned() };
    if agrees {
        return format!("the simulation agrees: {}", costs(first));
    }
    let Some(picked) = picked else {
        let why =
            rejected.iter().find(|out| out.engine == rule.picks).map_or("it offers no shape", |out| out.text.as_str());
        return format!("the simulation disagrees: {} first; {} is out: {why}", costs(first), rule.picks.title());
    };
    let both_are_priced = picked.monthly_cost.is_some() && first.monthly_cost.is_some();
    if both_are_priced && picked.known_monthly_cost > first.known_monthly_cost {
        let times = picked.known_monthly_cost.approximate() / first.known_monthly_cost.approximate().max(1e-12);
        return format!(
            "the simulation disagrees: {} against {}, {times:.2} times as much ({})",
            costs(picked),
            costs(first),
            why(picked, first)
        );
    }
    format!("the simulation disagrees: {} first; {} lacks prices", costs(first), costs(picked))
}

fn costs(row: &Ranked) -> String {
    let cost = match row.monthly_cost {
        Some(cost) => format!("at {cost} a month"),
        None => format!("with at least {} a month", row.known_monthly_cost),
    };
    format!("{} {cost}, {} a run", row.candidate.engine.title(), row.duration.p50)
}

/// What separates two rows: time, or the price of the same time.
fn why(dear: &Ranked, cheap: &Ranked) -> String {
    let slot_hours =
        |row: &Ranked| row.likely_run.groups.iter().map(|group| group.busy_slot_time.as_hours()).sum::<f64>();
    let (dear_hours, cheap_hours) = (slot_hours(dear), slot_hours(cheap));
    if dear_hours <= 0.0 || cheap_hours <= 0.0 {
        return "the engines are billed by different measures".to_owned();
    }
    format!("{dear_hours:.1} busy core-hours a run against {cheap_hours:.1}")
}
