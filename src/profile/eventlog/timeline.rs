//! The run over time: what was granted, when tasks ran, when only the driver worked.

use super::profile::{EventLog, Executor, StageAttempt};
use super::task::TaskResult;
use super::totals::Totals;

/// A stretch of time, in ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its start.
    pub from_ms: i64,
    /// Its end, not before its start.
    pub to_ms: i64,
}

impl Interval {
    /// Its length in ms.
    #[must_use]
    pub fn length_ms(&self) -> u64 {
        u64::try_from(self.to_ms.saturating_sub(self.from_ms)).unwrap_or(0)
    }
}

/// What was there from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The moment, in ms since 1970.
    pub at_ms: i64,
    /// Executors from then on.
    pub executors: u32,
    /// Their task slots.
    pub slots: u32,
}

/// How jobs overlapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concurrency {
    /// Most jobs at once.
    pub max_jobs: u32,
    /// Time in which at least one job ran, in ms.
    pub any_ms: u64,
    /// Time in which at least two jobs ran, in ms.
    pub overlapping_ms: u64,
}

impl Executor {
    /// Its task slots: its cores, or the most tasks seen on it at once.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.cores.unwrap_or(self.max_running)
    }

    /// Whether the log has its registration, not only its tasks.
    #[must_use]
    pub const fn is_announced(&self) -> bool {
        self.added_ms.is_some() || self.registered_ms.is_some()
    }

    /// Whether it is the driver, which runs the tasks in local mode.
    #[must_use]
    pub fn is_driver(&self) -> bool {
        matches!(self.id.as_str(), "driver" | "<driver>" | "localhost")
    }

    /// Its life within the application's; one that was never announced lives from its first task on.
    #[must_use]
    pub fn life(&self, app_ended_ms: i64) -> Option<Interval> {
        let from_ms = self.added_ms.or(self.registered_ms).or(self.first_launch_ms)?;
        let to_ms = self.removal.as_ref().map_or(app_ended_ms, |removal| removal.at_ms);
        Some(Interval { from_ms, to_ms: to_ms.max(from_ms) })
    }
}

impl EventLog {
    /// Sums over all tasks.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut all = Totals::default();
        for stage in &self.stages {
            all += stage.totals;
        }
        all
    }

    /// Executors and slots over time, one entry a change; what was granted, not what was asked for.
    #[must_use]
    pub fn granted(&self) -> Vec<Grant> {
        let mut changes: Vec<(i64, i64, i64)> = Vec::new();
        let announced = self.executors.iter().any(Executor::is_announced);
        for executor in &self.executors {
            // Some edited logs run tasks on the driver beside announced executors.
            if announced && executor.is_driver() && !executor.is_announced() {
                continue;
            }
            let Some(life) = executor.life(self.app.ended_ms) else { continue };
            let slots = i64::from(executor.slots());
            changes.push((life.from_ms, 1, slots));
            if executor.removal.is_some() {
                changes.push((life.to_ms, -1, -slots));
            }
        }
        changes.sort_unstable();
        let (mut executors, mut slots) = (0_i64, 0_i64);
        let mut grants: Vec<Grant> = Vec::new();
        for (at_ms, executor, slot) in changes {
            executors += executor;
            slots += slot;
            let grant = Grant { at_ms, executors: count(executors), slots: count(slots) };
            match grants.last_mut() {
                Some(last) if last.at_ms == at_ms => *last = grant,
                _ => grants.push(grant),
            }
        }
        grants
    }

    /// Most executors at once.
    #[must_use]
    pub fn max_executors(&self) -> u32 {
        self.granted().iter().map(|grant| grant.executors).max().unwrap_or(0)
    }

    /// The stretches in which at least one task ran.
    #[must_use]
    pub fn busy(&self) -> Vec<Interval> {
        // Stage by stage first, which leaves few stretches of many tasks.
        let of_stage = |stage: &StageAttempt| {
            let ran = stage.tasks.iter().filter(|task| task.result != TaskResult::Resubmitted);
            union(ran.map(|task| Interval { from_ms: task.launched_ms, to_ms: task.finished_ms() }).collect())
        };
        union(self.stages.iter().flat_map(of_stage).collect())
    }

    /// The stretches of the application's life in which no task ran: start-up, planning, listing, committing.
    #[must_use]
    pub fn driver_only(&self) -> Vec<Interval> {
        let mut gaps = Vec::new();
        let mut from_ms = self.app.started_ms;
        for busy in self.busy() {
            if busy.from_ms > from_ms {
                gaps.push(Interval { from_ms, to_ms: busy.from_ms.min(self.app.ended_ms) });
            }
            from_ms = from_ms.max(busy.to_ms);
        }
        gaps.push(Interval { from_ms, to_ms: self.app.ended_ms });
        gaps.retain(|gap| gap.to_ms > gap.from_ms);
        gaps
    }

    /// How jobs overlapped.
    #[must_use]
    pub fn job_concurrency(&self) -> Concurrency {
        let mut changes: Vec<(i64, i32)> = self
            .jobs
            .iter()
            .flat_map(|job| [(job.submitted_ms, 1), (job.ended_ms.unwrap_or(self.app.ended_ms), -1)])
            .collect();
        changes.sort_unstable();
        let mut result = Concurrency::default();
        let (mut running, mut since) = (0_i32, 0_i64);
        for (at, change) in changes {
            let length = u64::try_from(at.saturating_sub(since)).unwrap_or(0);
            result.any_ms += if running > 0 { length } else { 0 };
            result.overlapping_ms += if running > 1 { length } else { 0 };
            running += change;
            since = at;
            result.max_jobs = result.max_jobs.max(u32::try_from(running).unwrap_or(0));
        }
        result
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Joins stretches that touch or overlap.
fn union(mut stretches: Vec<Interval>) -> Vec<Interval> {
    stretches.sort_unstable_by_key(|stretch| stretch.from_ms);
    let mut joined: Vec<Interval> = Vec::new();
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if stretch.from_ms <= last.to_ms => last.to_ms = last.to_ms.max(stretch.to_ms),
            _ => joined.push(stretch),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn stretch(from_ms: i64, to_ms: i64) -> Interval {
        Interval { from_ms, to_ms }
    }

    #[test]
    fn stretches_that_touch_are_one() {
        let joined = union(vec![stretch(5, 9), stretch(0, 2), stretch(2, 4), stretch(6, 7)]);
        assert_eq!(joined, [stretch(0, 4), stretch(5, 9)]);
    }
}
