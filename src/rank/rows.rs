//! The rows of the answer, and what is out for missing the deadline.

use std::collections::BTreeSet;

use super::deadline::Deadline;
use super::evaluate::runs_per_month;
use super::finalist::{Finalist, is_baseline};
use super::model::{MonthlyDraws, Note, Ranked, Rejected};
use super::search::Search;
use super::{interruptions, no_shape, reasons, spot};
use crate::bill::{Cost, LineItem};
use crate::engines::elasticity;
use crate::engines::{Engine, EngineId, Question};
use crate::units::{Bytes, Share};
use crate::workload::Workload;

pub fn ranked_rows(rows: &[Finalist], question: &Question<'_>, deadline: &Deadline) -> Vec<Ranked> {
    let first = rows.iter().find(|row| !is_baseline(row));
    let first = first.map(|row| (row.evaluated.candidate.engine, row.monthly));
    let mut next_rank = 1;
    rows.iter()
        .map(|row| {
            let rank = (!is_baseline(row)).then(|| {
                next_rank += 1;
                next_rank - 1
            });
            ranked_row(row, rank, first, question, deadline)
        })
        .collect()
}

fn ranked_row(
    row: &Finalist,
    rank: Option<u32>,
    first: Option<(EngineId, Cost)>,
    question: &Question<'_>,
    deadline: &Deadline,
) -> Ranked {
    let behaviour = row.evaluated.candidate.shape.behaviour();
    let spot = row.spot.clone().map(|figures| spot::with_belief(figures, &row.evaluated, question));
    Ranked {
        rank,
        shape_text: behaviour.describe(),
        duration: row.replicated.duration,
        cost: row.replicated.cost,
        monthly_cost: row.monthly.complete(),
        known_monthly_cost: row.monthly.known,
        deadline_met: row.replicated.deadline_met,
        meets_deadline: row.meets_deadline,
        failure: row.replicated.failure,
        interruptions: interruptions::figures(&row.evaluated, &row.replicated, question),
        precision: row.replicated.precision,
        draws: draws(row, question),
        bill: row.evaluated.bill.clone(),
        likely_run: row.evaluated.likely.clone(),
        reasons: reasons::reasons(row, spot.as_ref(), first, deadline),
        risks: reasons::risks(row, question),
        assumptions: behaviour
            .assumptions(question)
            .into_iter()
            .chain(elasticity::assumption(&row.evaluated.candidate))
            .map(|assumption| Note::new(assumption.code, assumption.text))
            .chain(unseen_types(&row.evaluated.bill.lines, question))
            .collect(),
        spot,
        candidate: row.evaluated.candidate.clone(),
    }
}

/// Types of the bill that the program's own tables do not describe: where their sizes are from, and what their speed is
/// taken for.
fn unseen_types(lines: &[LineItem], question: &Question<'_>) -> Vec<Note> {
    let names: BTreeSet<&str> = lines.iter().filter_map(|line| line.charge.meter.instance_type()).collect();
    let note = |name: &str| {
        let (source, machine) = (question.catalog.added(name)?, question.catalog.instance(name)?);
        let speed = question.catalog.core_speed(machine);
        let text = format!(
            "{name}: {} vCPU and {:.0} GiB by {source}; speed of a core {:.2} ({:.2} to {:.2}): {}",
            machine.vcpu,
            machine.memory.as_f64() / Bytes::gib(1).as_f64(),
            speed.likely,
            speed.low,
            speed.high,
            speed.source
        );
        Some(Note::new("new-type", text))
    };
    names.into_iter().filter_map(note).collect()
}

fn draws(row: &Finalist, question: &Question<'_>) -> MonthlyDraws {
    let runs = runs_per_month(question);
    MonthlyDraws {
        cost: row.replicated.costs.iter().map(|cost| cost.known * runs).collect(),
        duration: row.replicated.durations.clone(),
    }
}

/// Engines that could run the workload and still do not serve it: they come first, the others could not anyway.
pub fn near_misses(
    missed: &[Finalist],
    eligible: &[&dyn Engine],
    looked_at: &Search,
    deadline: &Deadline,
    question: &Question<'_>,
) -> Vec<Rejected> {
    let missed = missed.iter().map(|row| missed_deadline(row, deadline, question));
    missed.chain(no_shape::rejections(eligible, looked_at, question)).collect()
}

fn missed_deadline(row: &Finalist, deadline: &Deadline, question: &Question<'_>) -> Rejected {
    let demanded = question.workload.constraints.deadline_probability.value;
    let failed = row.fails_too_often(demanded);
    Rejected {
        engine: row.evaluated.candidate.engine,
        code: if failed { "run-fails" } else { "deadline-missed" }.to_owned(),
        text: reasons::miss_text(row, deadline, demanded),
        relax: if failed { what_fails(question.workload) } else { Some("deadline".to_owned()) },
    }
}

/// What to relax so that runs succeed: the hot key, when there is one. A time limit or a full disk has no single cause.
fn what_fails(workload: &Workload) -> Option<String> {
    (workload.job.skew.hot_key_share.value > Share::NONE).then(|| "job.skew".to_owned())
}
