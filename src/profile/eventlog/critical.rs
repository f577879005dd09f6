//! The chain of stages and waits that the length of a run consisted of.
//!
//! Walking back from the end: what ended last before this moment is what it waited for; before the start of that
//! stage the same question is asked again. Time between is the driver's (planning, listing, committing) or, where
//! other stages ran meanwhile, the wait of a job for its thread.

use super::profile::{EventLog, StageAttempt};
use super::timeline::Interval;

/// A link of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing that the next link waited for had tasks.
    Driver(Interval),
    /// A stage attempt, from its submission to its completion.
    Stage {
        /// Its index in [`EventLog::stages`].
        stage: usize,
        /// The part of the run that it stands for.
        during: Interval,
        /// Its longest task, in ms, at most the length of `during`: with any number of executors it takes that long.
        floor_ms: u64,
    },
}

impl Link {
    /// How long it took, in ms.
    #[must_use]
    pub fn length_ms(&self) -> u64 {
        match self {
            Self::Driver(during) | Self::Stage { during, .. } => during.length_ms(),
        }
    }

    /// How long it takes with any number of executors, in ms.
    #[must_use]
    pub fn floor_ms(&self) -> u64 {
        match self {
            Self::Driver(during) => during.length_ms(),
            Self::Stage { floor_ms, .. } => *floor_ms,
        }
    }
}

impl EventLog {
    /// The links from the application's start to its end; their lengths sum to its wall time.
    #[must_use]
    pub fn critical_path(&self) -> Vec<Link> {
        let mut ended: Vec<(Interval, usize)> =
            self.stages.iter().enumerate().filter_map(|(at, stage)| Some((extent(stage)?, at))).collect();
        ended.sort_unstable_by_key(|(extent, _)| extent.to_ms);
        let mut links = Vec::new();
        let mut now_ms = self.app.ended_ms;
        while let Some((extent, at)) = ended.pop() {
            let during = Interval { from_ms: extent.from_ms.max(self.app.started_ms), to_ms: extent.to_ms };
            if during.to_ms > now_ms || during.length_ms() == 0 {
                continue;
            }
            if during.to_ms < now_ms {
                links.push(Link::Driver(Interval { from_ms: during.to_ms, to_ms: now_ms }));
            }
            let floor_ms = longest_task(&self.stages[at]).min(during.length_ms());
            links.push(Link::Stage { stage: at, during, floor_ms });
            now_ms = during.from_ms;
        }
        if self.app.started_ms < now_ms {
            links.push(Link::Driver(Interval { from_ms: self.app.started_ms, to_ms: now_ms }));
        }
        links.reverse();
        links
    }
}

/// From submission (or first launch) to completion (or last end).
fn extent(stage: &StageAttempt) -> Option<Interval> {
    let first = stage.tasks.iter().map(|task| task.launched_ms).min();
    let last = stage.tasks.iter().map(|task| task.finished_ms()).max();
    let from_ms = stage.submitted_ms.or(first)?;
    Some(Interval { from_ms, to_ms: stage.completed_ms.or(last)?.max(from_ms) })
}

fn longest_task(stage: &StageAttempt) -> u64 {
    stage.tasks.succeeded().map(|task| u64::from(task.duration_ms)).max().unwrap_or(0)
}
