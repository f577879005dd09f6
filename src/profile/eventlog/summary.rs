//! A run in a few figures: where its time went, what was idle, what more executors would not make faster.
//!
//! Shares of task time are of the sum over tasks, so they say what cores did, not what the clock showed; the critical
//! path says that.

use std::collections::BTreeMap;

use super::critical::Link;
use super::finding::{Finding, findings};
use super::profile::EventLog;
use super::skew::StageSummary;
use super::task::TaskResult;
use super::timeline::{Concurrency, Grant, Interval};
use super::totals::Totals;

/// What the cores did while tasks held them, in ms summed over tasks. The parts add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskTime {
    /// From launch to end.
    pub total: u64,
    /// Computing, garbage collection excluded.
    pub cpu: u64,
    /// Stopped by garbage collection.
    pub gc: u64,
    /// Waiting for shuffle blocks.
    pub fetch_wait: u64,
    /// Writing shuffle data.
    pub shuffle_write: u64,
    /// The rest of the run time: storage, spill, locks, native code that counts no CPU time. Before Spark 2.1, which
    /// does not measure CPU time, also all computing.
    pub io_and_other: u64,
    /// Deserializing tasks, loading classes.
    pub deserialize: u64,
    /// Serializing and fetching results.
    pub result: u64,
    /// Waiting for the driver or a thread.
    pub scheduler_delay: u64,
}

/// Slot time that was granted and not used, in ms summed over slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotTime {
    /// From each executor's registration to its removal.
    pub granted: u64,
    /// Taken by tasks.
    pub used: u64,
    /// Idle while no task ran anywhere.
    pub idle_driver_only: u64,
    /// Idle while other slots worked: too few tasks, stragglers, skew.
    pub idle_beside_tasks: u64,
}

/// A stage in the summary.
#[derive(Clone, Debug, PartialEq)]
pub struct StageLine {
    /// Its index in [`EventLog::stages`].
    pub stage: usize,
    /// Sum of its tasks' durations, in ms.
    pub task_ms: u64,
    /// How long the critical path ran through it, in ms.
    pub critical_ms: u64,
    /// How its work was spread; `None` when no task delivered.
    pub spread: Option<StageSummary>,
}

/// The run in a few figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// From start to end, in ms.
    pub wall_ms: u64,
    /// Before the first task, in ms: start-up, and the driver's first planning.
    pub before_first_task_ms: u64,
    /// All stretches in which no task ran, in ms; those before the first task included.
    pub driver_only_ms: u64,
    /// How jobs overlapped.
    pub jobs: Concurrency,
    /// Most executors and slots at once.
    pub most: Grant,
    /// What the cores did.
    pub task_time: TaskTime,
    /// What was granted and used.
    pub slot_time: SlotTime,
    /// Exact sums over tasks.
    pub totals: Totals,
    /// The stages that took most task time, largest first.
    pub stages: Vec<StageLine>,
    /// The chain that the length of the run consisted of.
    pub critical_path: Vec<Link>,
    /// What the critical path takes with any number of executors, in ms: the driver's time and the longest task of
    /// each of its stages.
    pub floor_ms: u64,
    /// What is worth a person's attention, most important first.
    pub findings: Vec<Finding>,
}

/// Stages that a summary lists.
const LISTED_STAGES: usize = 20;

impl EventLog {
    /// The run in a few figures.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let totals = self.totals();
        let driver_only = self.driver_only();
        let critical_path = self.critical_path();
        let grants = self.granted();
        let before = driver_only.first().filter(|gap| gap.from_ms == self.app.started_ms);
        let mut summary = Summary {
            wall_ms: self.app.wall_ms(),
            before_first_task_ms: before.map_or(0, Interval::length_ms),
            driver_only_ms: driver_only.iter().map(Interval::length_ms).sum(),
            jobs: self.job_concurrency(),
            most: grants.iter().copied().max_by_key(|grant| grant.slots).unwrap_or(NOTHING_GRANTED),
            task_time: self.task_time(),
            slot_time: self.slot_time(&grants, &driver_only),
            totals,
            stages: self.stage_lines(&critical_path),
            floor_ms: critical_path.iter().map(Link::floor_ms).sum(),
            critical_path,
            findings: Vec::new(),
        };
        summary.findings = findings(self, &summary);
        summary
    }

    fn task_time(&self) -> TaskTime {
        let mut sum = TaskTime::default();
        for task in self.stages.iter().flat_map(|stage| stage.tasks.iter()) {
            if task.result == TaskResult::Resubmitted {
                continue;
            }
            // Parts are clipped to what is left of the run time, because clocks and threads disagree.
            let mut left = task.run_ms;
            let mut take = |part: u32| {
                let taken = part.min(left);
                left -= taken;
                u64::from(taken)
            };
            sum.gc += take(task.gc_ms);
            sum.fetch_wait += take(task.fetch_wait_ms);
            sum.shuffle_write += take(task.shuffle_write_ms);
            sum.cpu += take(task.cpu_ms);
            sum.io_and_other += u64::from(left);
            let beside = task.deserialize_ms.saturating_add(task.result_ms).saturating_add(task.run_ms);
            sum.total += u64::from(task.duration_ms.max(beside));
            sum.deserialize += u64::from(task.deserialize_ms);
            sum.result += u64::from(task.result_ms);
            sum.scheduler_delay += u64::from(task.scheduler_delay_ms());
        }
        sum
    }

    fn slot_time(&self, grants: &[Grant], driver_only: &[Interval]) -> SlotTime {
        let whole = Interval { from_ms: i64::MIN, to_ms: self.app.ended_ms };
        let granted = slots_during(grants, whole);
        let used: u64 = self
            .stages
            .iter()
            .flat_map(|stage| stage.tasks.iter())
            .filter(|task| task.result != TaskResult::Resubmitted)
            .map(|task| u64::from(task.duration_ms) * u64::from(self.cores_per_task()))
            .fold(0, u64::saturating_add);
        let idle_driver_only = driver_only.iter().map(|gap| slots_during(grants, *gap)).fold(0, u64::saturating_add);
        let idle_beside_tasks = granted.saturating_sub(used).saturating_sub(idle_driver_only);
        SlotTime { granted, used, idle_driver_only, idle_beside_tasks }
    }

    fn stage_lines(&self, critical_path: &[Link]) -> Vec<StageLine> {
        let mut critical: BTreeMap<usize, u64> = BTreeMap::new();
        for link in critical_path {
            if let Link::Stage { stage, .. } = link {
                *critical.entry(*stage).or_default() += link.length_ms();
            }
        }
        let mut order: Vec<usize> = (0..self.stages.len()).collect();
        order.sort_by_key(|stage| std::cmp::Reverse(self.stages[*stage].totals.duration_ms));
        order.truncate(LISTED_STAGES);
        order
            .into_iter()
            .map(|stage| StageLine {
                stage,
                task_ms: self.stages[stage].totals.duration_ms,
                critical_ms: critical.get(&stage).copied().unwrap_or(0),
                spread: self.stages[stage].summary(),
            })
            .collect()
    }
}

const NOTHING_GRANTED: Grant = Grant { at_ms: 0, executors: 0, slots: 0 };

/// The integral of slots over a stretch, in ms.
fn slots_during(grants: &[Grant], during: Interval) -> u64 {
    let mut sum = 0_u64;
    for (at, grant) in grants.iter().enumerate() {
        let until = grants.get(at + 1).map_or(i64::MAX, |next| next.at_ms);
        let part = Interval { from_ms: grant.at_ms.max(during.from_ms), to_ms: until.min(during.to_ms) };
        sum = sum.saturating_add(part.length_ms().saturating_mul(u64::from(grant.slots)));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slot_time_is_the_integral_of_the_steps() {
        // 4 slots from 0 to 10, 8 from 10 on: until 15 that is 40 + 40; of 5 to 12 it is 20 + 16.
        let grants = [Grant { at_ms: 0, executors: 1, slots: 4 }, Grant { at_ms: 10, executors: 2, slots: 8 }];
        assert_eq!(slots_during(&grants, Interval { from_ms: i64::MIN, to_ms: 15 }), 80);
        assert_eq!(slots_during(&grants, Interval { from_ms: 5, to_ms: 12 }), 36);
    }
}
