//! From a schedule to the run record that the bill reads.

use super::failure;
use super::graph::Repeat;
use super::job::Job;
use super::run::{Fleet, Planned};
use super::scheduler::Outcome;
use super::spot::{Losses, PriceDraw};
use crate::engines::{GroupRecord, RunRecord, StageRecord};
use crate::units::{Bytes, Span};

/// All that a replication produced.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The stages.
    pub job: &'a Job,
    /// The machines.
    pub fleet: &'a Fleet<'a>,
    /// Plan, spill, death.
    pub planned: &'a Planned,
    /// The schedule.
    pub outcome: &'a Outcome,
    /// Spot.
    pub losses: &'a Losses,
    /// What Spot nodes cost.
    pub price: PriceDraw,
    /// Trigger to first executor.
    pub start_up_s: f64,
    /// Whether anybody will look at the stages: of a thousand drawn runs nobody does, and medians and names cost time.
    pub tells_stages: bool,
}

/// The record of a replication.
#[must_use]
pub fn record(parts: &Parts<'_>) -> RunRecord {
    let times = |stage: usize| Repeat::times(&parts.planned.plan.repeats, stage);
    let work = parts.job.total(parts.outcome.stages.len(), &parts.planned.plan.repeats);
    let start_up = Span::seconds(parts.start_up_s);
    let worked = Span::seconds(parts.outcome.end_s + parts.losses.delay_s);
    let makespan = start_up + worked;
    let spilled = parts.planned.spill_bytes.iter().enumerate();
    let spill_bytes: f64 = spilled.map(|(stage, bytes)| bytes * f64::from(times(stage))).sum();
    RunRecord {
        start_up,
        work: worked,
        makespan,
        groups: groups(parts),
        stages: if parts.tells_stages { stages(parts) } else { Vec::new() },
        s3_gets: whole(work.s3_gets),
        s3_puts: whole(work.s3_puts),
        bytes_read: bytes(work.s3_read_bytes),
        bytes_written: bytes(work.s3_write_bytes),
        shuffle_bytes: bytes(work.shuffle_write_bytes),
        spill_bytes: bytes(spill_bytes),
        failure: why_failed(parts, work.shuffle_write_bytes, spill_bytes, makespan),
        spot_losses: parts.losses.executors,
        spot_price_factor: parts.price.factor,
        spot_fell_back: parts.price.on_demand,
        spot_delay: Span::seconds(parts.losses.delay_s + parts.losses.in_schedule_s),
    }
}

fn why_failed(parts: &Parts<'_>, shuffle_bytes: f64, spill_bytes: f64, makespan: Span) -> Option<String> {
    let death = parts.planned.death.as_ref().map(|death| death.reason.clone());
    let stalled = || parts.outcome.stalled.then(|| "no executor is left to run the tasks".to_owned());
    let hopeless =
        || parts.losses.hopeless.then(|| "Spot interruptions undo the work as fast as it is done".to_owned());
    death
        .or_else(stalled)
        .or_else(|| failure::disk_full(parts.fleet, shuffle_bytes, spill_bytes))
        .or_else(hopeless)
        .or_else(|| failure::too_long(parts.fleet.provision.time_limit, makespan))
}

fn groups(parts: &Parts<'_>) -> Vec<GroupRecord> {
    let groups = parts.outcome.groups.iter().enumerate();
    groups
        .map(|(index, used)| {
            // During the delay the group stands as it stood on average, less what was taken.
            let mean = used.executor_s / parts.outcome.end_s.max(1e-9);
            let missing = parts.losses.missing_executor_s[index];
            let stood = (used.executor_s + mean * parts.losses.delay_s - missing).max(0.0);
            GroupRecord {
                executors: used.executors,
                executor_time: Span::seconds(stood),
                busy_slot_time: Span::seconds(used.busy_slot_s + parts.losses.redone_slot_s[index]),
            }
        })
        .collect()
}

fn stages(parts: &Parts<'_>) -> Vec<StageRecord> {
    // Losses strike anywhere: the delay stretches the whole run evenly.
    let stretch = 1.0 + parts.losses.delay_s / parts.outcome.end_s.max(1e-9);
    let at = |seconds: f64| Span::seconds(parts.start_up_s + seconds * stretch);
    let named = parts.job.graph.stages.iter().zip(&parts.planned.plan.stages).zip(&parts.outcome.stages).enumerate();
    let mut records: Vec<StageRecord> = named
        .map(|(index, ((stage, planned), times))| StageRecord {
            name: stage.name.clone(),
            start: at(times.start_s),
            end: at(times.end_s),
            tasks: planned.tasks().saturating_mul(u64::from(Repeat::times(&parts.planned.plan.repeats, index))),
            longest_task: Span::seconds(times.longest_s),
            median_task: Span::seconds(planned.median_s()),
        })
        .collect();
    records.sort_by(|a, b| a.start.as_seconds().total_cmp(&b.start.as_seconds()));
    records
}

fn bytes(amount: f64) -> Bytes {
    Bytes::new(1).scaled(amount)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "requests are not negative")]
fn whole(amount: f64) -> u64 {
    amount.ceil() as u64
}
