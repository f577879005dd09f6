//! Live state of jobs, stages and executors.

use std::collections::VecDeque;

use crate::simulate::replay::problem;

/// Live state of a stage.
#[derive(Debug, Default)]
pub struct StageState {
    pub waits_for: usize,
    pub is_ready: bool,
    pub is_done: bool,
    /// Parents whose output was lost: nothing is launched until they are done again.
    pub missing_parents: usize,
    pub pending: VecDeque<usize>,
    /// Tasks that only one executor may run, by executor.
    pub pinned: Vec<(usize, VecDeque<usize>)>,
    pub needed_left: usize,
    /// The executor that each task ended on.
    pub ended_on: Vec<Option<usize>>,
    pub start_s: Option<f64>,
    pub end_s: f64,
}

impl StageState {
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty() || self.pinned.iter().any(|(_, tasks)| !tasks.is_empty())
    }
}

/// Live state of an executor.
#[derive(Debug)]
pub struct ExecutorState {
    pub slots: u32,
    pub profile: u32,
    pub free: u32,
    pub here: bool,
    pub from_s: f64,
    pub running: Vec<(usize, usize)>,
    /// Tasks launched, by stage.
    pub launched: Vec<(usize, u32)>,
    pub idle_since_s: f64,
}

#[derive(Debug, Default)]
pub struct JobState {
    pub waits_for: usize,
    pub stages_left: usize,
}

impl ExecutorState {
    pub const fn away(slots: u32, profile: u32) -> Self {
        Self {
            slots,
            profile,
            free: 0,
            here: false,
            from_s: 0.0,
            running: Vec::new(),
            launched: Vec::new(),
            idle_since_s: 0.0,
        }
    }

    /// Counts a launch; answers with which wave of the stage it is on this executor.
    pub fn count_launch(&mut self, stage: usize) -> usize {
        let slots = self.slots.max(1);
        let place = self.launched.iter().rposition(|(known, _)| *known == stage);
        let count = if let Some(place) = place {
            &mut self.launched[place].1
        } else {
            self.launched.push((stage, 0));
            let last = self.launched.len() - 1;
            &mut self.launched[last].1
        };
        *count += 1;
        ((*count - 1) / slots) as usize
    }
}

pub fn stage_state(stage: &problem::Stage) -> StageState {
    let mut state = StageState {
        waits_for: stage.parents.len() + 1,
        needed_left: stage.tasks.iter().filter(|task| task.is_needed).count(),
        ended_on: vec![None; stage.tasks.len()],
        ..StageState::default()
    };
    for (index, task) in stage.tasks.iter().enumerate() {
        match task.only_on {
            None => state.pending.push_back(index),
            Some(executor) => match state.pinned.iter_mut().find(|(on, _)| *on == executor) {
                Some((_, tasks)) => tasks.push_back(index),
                None => state.pinned.push((executor, VecDeque::from([index]))),
            },
        }
    }
    state
}
